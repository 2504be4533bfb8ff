// SPDX-License-Identifier: MIT
/*
 * What a process wrote before it forked is its child's as well, and what either writes
 * afterwards is its own, whoever writes: CPU or GPU.
 */
#include "xe_lit_svm.h"

IGT_TEST_DESCRIPTION("Memory that a GPU used is copied on write after fork()");

#define BEFORE 0x11111111u
#define AFTER 0x22222222u
#define FILL 0x5a5a5a5au
#define SECONDS 60

/* ---- a child that does one thing when it is told to ---- */
struct shared {
	volatile int go, done;
	volatile uint32_t saw;
};

static bool wait_for(volatile int *flag)
{
	for (int i = 0; i < SECONDS * 1000 && !*flag; i++)
		lit_sleep_ms(1);
	return *flag;
}

static struct shared *shared_new(void)
{
	struct shared *c = mmap(NULL, SZ_4K, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	igt_assert(c != MAP_FAILED);
	return c;
}

/* The child reads the dword at @at, or writes @value there first */
static void child(struct shared *c, uint32_t *at, uint32_t value)
{
	volatile uint32_t *p = at;

	if (!wait_for(&c->go))
		return;
	if (value)
		*p = value;
	c->saw = *p;
	c->done = 1;
}

static void child_acts(struct shared *c)
{
	c->go = 1;
	igt_assert_f(wait_for(&c->done), "the child did nothing\n");
}

/* ---- subtests ---- */
enum how { BY_STORE, BY_ATOMIC, BY_PREFETCH };

/* The parent's GPU writes the dword at @at after a fork, @how */
static void gpu_writes(struct svm *s, struct drm_xe_engine_class_instance *hwe, uint32_t *at,
		       enum how how)
{
	if (how == BY_PREFETCH)
		igt_assert_eq(svm_prefetch(s, (void *)((uintptr_t)at & ~(uintptr_t)(SVM_SIZE - 1)),
					   SVM_SIZE, 1), 0);
	if (how == BY_ATOMIC)
		igt_assert_eq(svm_atomic_inc(s, hwe, at), 0);
	else
		igt_assert_eq(svm_store(s, hwe, at, AFTER), 0);
}

/*
 * The CPU fills 2 MiB; if @touched the GPU stores; fork; the parent's GPU writes @how; the
 * child reads what was before, the parent what is now.
 */
static void child_keeps(struct svm *s, struct drm_xe_engine_class_instance *hwe, bool touched,
			enum how how, bool huge)
{
	char *whole, *p = svm_memory(&whole, SVM_SIZE);
	uint32_t *at = (uint32_t *)(p + SZ_64K), old = touched ? BEFORE : FILL;
	struct shared *c = shared_new();

	if (huge)
		igt_require_f(!madvise(p, SVM_SIZE, MADV_HUGEPAGE), "no huge pages\n");
	memset(p, 0x5a, SVM_SIZE);
	if (touched)
		igt_assert_eq(svm_store(s, hwe, at, BEFORE), 0);
	igt_fork(n, 1)
		child(c, at, 0);
	gpu_writes(s, hwe, at, how);
	child_acts(c);
	igt_waitchildren();
	igt_assert_eq_u32(c->saw, old);
	igt_assert_eq_u32(*(volatile uint32_t *)at, how == BY_ATOMIC ? old + 1 : AFTER);
	igt_assert_eq_u32(*(volatile uint32_t *)(p + SZ_1M), FILL);
	munmap(c, SZ_4K);
	munmap(whole, 2 * SVM_SIZE);
}

/* The GPU stores; fork; the child's CPU writes; the parent's GPU reads what it stored */
static void parent_keeps(struct svm *s, struct drm_xe_engine_class_instance *hwe)
{
	char *whole, *p = svm_memory(&whole, SVM_SIZE);
	uint32_t *at = (uint32_t *)(p + SZ_64K), got = 0;
	struct shared *c = shared_new();

	memset(p, 0x5a, SVM_SIZE);
	igt_assert_eq(svm_store(s, hwe, at, BEFORE), 0);
	igt_fork(n, 1)
		child(c, at, AFTER);
	igt_assert_eq(svm_load(s, hwe, at, &got), 0);
	igt_assert_eq_u32(got, BEFORE);
	child_acts(c);
	igt_waitchildren();
	igt_assert_eq_u32(c->saw, AFTER);
	igt_assert_eq(svm_load(s, hwe, at, &got), 0);
	igt_assert_eq_u32(got, BEFORE);
	igt_assert_eq_u32(*(volatile uint32_t *)at, BEFORE);
	munmap(c, SZ_4K);
	munmap(whole, 2 * SVM_SIZE);
}

igt_main
{
	struct drm_xe_engine_class_instance *hwe = NULL;
	struct svm s = { 0 };
	int fd = -1;

	igt_fixture {
		fd = drm_open_driver(DRIVER_XE);
		svm_require(&s, fd);
		hwe = &xe_engine(fd, 0)->instance;
	}

	igt_subtest("child-keeps")
		child_keeps(&s, hwe, true, BY_STORE, false);
	igt_subtest("child-keeps-atomic")
		child_keeps(&s, hwe, true, BY_ATOMIC, false);
	igt_subtest("child-keeps-prefetch")
		child_keeps(&s, hwe, true, BY_PREFETCH, false);
	igt_subtest("child-keeps-first-touch")
		child_keeps(&s, hwe, false, BY_STORE, false);
	igt_subtest("child-keeps-huge")
		child_keeps(&s, hwe, true, BY_STORE, true);
	igt_subtest("parent-keeps")
		parent_keeps(&s, hwe);

	igt_fixture {
		svm_close(&s);
		drm_close_driver(fd);
	}
}
