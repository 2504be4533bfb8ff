// SPDX-License-Identifier: MIT
/*
 * Pages of shared virtual memory that the CPU side leaves where a GPU that maps VRAM in
 * windows of 64 KiB cannot map them: alone in their window, or at another place in theirs
 * than in VRAM's. Each subtest does that by one user operation, touches such a page, and
 * expects to find its data.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include "xe_lit_svm.h"

IGT_TEST_DESCRIPTION("The GPU reaches pages that no longer fill a 64 KiB window of VRAM");

#define HALF (SVM_SIZE / 2)
#define VRAM 1 /* the region of the first tile */

/**
 * struct area - 2 MiB of memory with a multiple of 2 MiB as address, and nothing beside it
 * @want: the data
 * @spare: addresses of another 2 MiB, with nothing there
 */
struct area {
	char *whole, *p, *spare, *want;
};

static struct area area_new(void)
{
	struct area a;

	a.whole = mmap(NULL, 8 * SVM_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	igt_assert(a.whole != MAP_FAILED);
	a.p = (char *)ALIGN((uintptr_t)a.whole, SVM_SIZE) + SVM_SIZE;
	a.spare = a.p + 3 * SVM_SIZE;
	igt_assert(mmap(a.p, SVM_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
			-1, 0) == a.p);
	lit_fill(a.p, SVM_SIZE, 64);
	a.want = malloc(SVM_SIZE);
	memcpy(a.want, a.p, SVM_SIZE);
	return a;
}

static void area_free(struct area *a)
{
	munmap(a->whole, 8 * SVM_SIZE);
	free(a->want);
}

/* The page is not in the CPU's page table, but there is one: the device's memory has it. */
static bool in_vram(const void *at)
{
	int fd = open("/proc/self/pagemap", O_RDONLY);
	uint64_t entry = 0;

	igt_assert_fd(fd);
	igt_assert_eq(pread(fd, &entry, 8, (uintptr_t)at / SZ_4K * 8), 8);
	close(fd);
	return !(entry >> 63) && entry >> 62 & 1;
}

/* The GPU reads @at, writes beside it, and the CPU finds what it wrote. */
static void touch(struct svm *s, struct drm_xe_engine_class_instance *hwe, void *at, const void *want)
{
	uint32_t got = 0, value;

	memcpy(&value, want, 4);
	igt_assert_eq(svm_load(s, hwe, at, &got), 0);
	igt_assert_eq_u32(got, value);
	igt_assert_eq(svm_store(s, hwe, (char *)at + 64, ~value), 0);
	igt_info("the page is in %s\n", in_vram(at) ? "VRAM" : "system memory");
	igt_assert_eq_u32(*(volatile uint32_t *)((char *)at + 64), ~value);
}

/* All of it comes to VRAM by one access. */
static void bring(struct svm *s, struct drm_xe_engine_class_instance *hwe, struct area *a)
{
	uint32_t got;

	igt_assert_eq(svm_load(s, hwe, a->p, &got), 0);
	igt_assert_eq_u32(got, *(uint32_t *)a->want);
	igt_require_f(in_vram(a->p) && in_vram(a->p + SVM_SIZE - SZ_4K), "it did not migrate\n");
}

/* ---- what leaves pages alone in their window ---- */
static void touch_unmap_4k_touch(struct svm *s, struct drm_xe_engine_class_instance *hwe)
{
	struct area a = area_new();

	bring(s, hwe, &a);
	igt_assert_eq(munmap(a.p + HALF + SZ_4K, SZ_4K), 0);
	touch(s, hwe, a.p + HALF, a.want + HALF);
	touch(s, hwe, a.p + HALF + 2 * SZ_4K, a.want + HALF + 2 * SZ_4K);
	touch(s, hwe, a.p, a.want);
	touch(s, hwe, a.p + SVM_SIZE - SZ_64K, a.want + SVM_SIZE - SZ_64K);
	area_free(&a);
}

/* What the GPU could not map there any more goes, on both sides, before anybody touches it. */
static void touch_unmap_4k_wait(struct svm *s, struct drm_xe_engine_class_instance *hwe)
{
	struct area a = area_new();
	char *hole = a.p + HALF + SZ_4K;
	int64_t end = lit_deadline(SVM_SECONDS);

	igt_require(xe_min_page_size(s->fd, vram_memory(s->fd, hwe->gt_id)) >= SZ_64K);
	bring(s, hwe, &a);
	igt_assert_eq(munmap(hole, SZ_4K), 0);
	while ((in_vram(hole - SZ_4K) || in_vram(hole + SZ_4K)) && lit_deadline(0) < end)
		lit_sleep_ms(5);
	igt_assert(!in_vram(hole - SZ_4K));
	igt_assert(!in_vram(hole + SZ_4K));
	lit_assert_same(a.p, a.want, HALF + SZ_4K);
	lit_assert_same(hole + SZ_4K, a.want + HALF + 2 * SZ_4K, HALF - 2 * SZ_4K);
	area_free(&a);
}

struct holes {
	char *at;
	volatile bool stop;
	unsigned int n;
};

static void *make_holes(void *arg)
{
	struct holes *h = arg;

	for (h->n = 0; !h->stop; h->n++) {
		munmap(h->at, SZ_4K);
		if (mmap(h->at, SZ_4K, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
			 -1, 0) != h->at)
			break;
		*(volatile char *)h->at = 1;
		if (!(h->n % 7))
			lit_sleep_ms(2);
	}
	return NULL;
}

/* The hole comes and goes while the GPU reads what is around it, and prefetches bring it back. */
static void touch_while_unmap_4k(struct svm *s, struct drm_xe_engine_class_instance *hwe)
{
	static const size_t at[] = { HALF, HALF + 2 * SZ_4K, 0, SZ_64K, SVM_SIZE - SZ_4K, HALF + SZ_64K };
	struct area a = area_new();
	struct holes h = { .at = a.p + HALF + SZ_4K };
	int64_t end = lit_deadline(SVM_SECONDS);
	unsigned int n, failed = 0;
	pthread_t thread;

	igt_assert_eq(pthread_create(&thread, NULL, make_holes, &h), 0);
	for (n = 0; !failed && lit_deadline(0) < end; n++) {
		size_t to = at[n % (sizeof(at) / sizeof(*at))];
		uint32_t got;

		failed = svm_load(s, hwe, a.p + to, &got) || got != *(uint32_t *)(a.want + to);
		if (!failed && n % 5 == 0)
			failed = svm_prefetch(s, a.p, SVM_SIZE, VRAM);
		if (n % 3 == 0) /* back to system memory */
			(void)*(volatile char *)(a.p + HALF + SZ_64K + SZ_4K);
	}
	h.stop = true;
	pthread_join(thread, NULL);
	igt_info("%u loads, %u holes\n", n, h.n);
	igt_assert_f(!failed, "load %u failed or has other data\n", n);
	area_free(&a);
}

static void touch_shrink_heap_touch(struct svm *s, struct drm_xe_engine_class_instance *hwe)
{
	char *end = sbrk(0), *p = (char *)ALIGN((uintptr_t)end, SVM_SIZE), *cut = p + HALF + SZ_4K;
	uint32_t got, want = 0x6ea90000;

	igt_require(sbrk(p + SVM_SIZE - end) == end);
	memset(p, 1, SVM_SIZE);
	*(uint32_t *)(cut - SZ_4K) = want;
	igt_assert_eq(svm_load(s, hwe, p, &got), 0);
	igt_require_f(in_vram(cut - SZ_4K), "it did not migrate\n");
	igt_require(sbrk(cut - (p + SVM_SIZE)) == p + SVM_SIZE);
	touch(s, hwe, cut - SZ_4K, &want);
	if (sbrk(0) == cut)
		sbrk(end - cut);
}

/* Two mappings that the kernel merged into one: the GPU does not see where one ends. */
static void touch_unmap_neighbour_touch(struct svm *s, struct drm_xe_engine_class_instance *hwe)
{
	struct area a = area_new();
	char *second = a.p + HALF + SZ_4K;

	igt_assert_eq(munmap(second, HALF - SZ_4K), 0);
	igt_assert(mmap(second, HALF - SZ_4K, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == second);
	memcpy(second, a.want + HALF + SZ_4K, HALF - SZ_4K);
	bring(s, hwe, &a);
	igt_assert_eq(munmap(second, HALF - SZ_4K), 0);
	touch(s, hwe, a.p + HALF, a.want + HALF);
	area_free(&a);
}

static void prefetch_unmap_4k_prefetch(struct svm *s, struct drm_xe_engine_class_instance *hwe)
{
	struct area a = area_new();

	igt_assert_eq(svm_prefetch(s, a.p, SVM_SIZE, VRAM), 0);
	igt_require_f(in_vram(a.p), "it did not migrate\n");
	igt_assert_eq(munmap(a.p + HALF + SZ_4K, SZ_4K), 0);
	igt_assert_eq(svm_prefetch(s, a.p, SVM_SIZE, VRAM), 0);
	touch(s, hwe, a.p + HALF, a.want + HALF);
	touch(s, hwe, a.p, a.want);
	area_free(&a);
}

/* A child has its parent's pages, and other mappings. */
static void touch_fork_unmap_4k_touch(struct svm *s, struct drm_xe_engine_class_instance *hwe)
{
	struct area a = area_new();

	bring(s, hwe, &a);
	igt_fork(child, 1) {
		struct svm own;
		uint32_t got;

		igt_assert_eq(svm_open(&own, s->fd), 0);
		igt_assert_eq(munmap(a.p + HALF + SZ_4K, SZ_4K), 0);
		igt_assert_eq(svm_load(&own, hwe, a.p + HALF, &got), 0);
		igt_assert_eq_u32(got, *(uint32_t *)(a.want + HALF));
		lit_assert_same(a.p + HALF, a.want + HALF, SZ_4K);
		svm_close(&own);
	}
	igt_waitchildren();
	touch(s, hwe, a.p + HALF, a.want + HALF);
	area_free(&a);
}

/* A second address space of the process has other boundaries. */
static void touch_advise_4k_touch(struct svm *s, struct drm_xe_engine_class_instance *hwe)
{
	struct area a = area_new();
	struct drm_xe_madvise advice = {
		.start = to_user_pointer(a.p + HALF), .range = SZ_4K,
		.type = DRM_XE_MEM_RANGE_ATTR_ATOMIC, .atomic.val = DRM_XE_ATOMIC_CPU,
	};
	struct svm second;
	int err;

	igt_assert_eq(svm_open(&second, s->fd), 0);
	advice.vm_id = second.vm;
	bring(s, hwe, &a);
	err = igt_ioctl(s->fd, DRM_IOCTL_XE_MADVISE, &advice);
	if (!err)
		touch(&second, hwe, a.p + HALF, a.want + HALF);
	svm_close(&second);
	area_free(&a);
	igt_assert_eq(err, 0);
}

/* ---- what leaves them at another place than in VRAM ---- */
static void move_by_4k(struct area *a, size_t size)
{
	igt_assert(mremap(a->p + SZ_4K, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, a->spare) == a->spare);
}

static void touch_mremap_touch(struct svm *s, struct drm_xe_engine_class_instance *hwe)
{
	struct area a = area_new();

	bring(s, hwe, &a);
	move_by_4k(&a, HALF);
	touch(s, hwe, a.spare, a.want + SZ_4K);
	touch(s, hwe, a.spare + SZ_64K + SZ_4K, a.want + SZ_64K + 2 * SZ_4K);
	lit_assert_same(a.spare + SZ_4K, a.want + 2 * SZ_4K, SZ_4K);
	area_free(&a);
}

static void prefetch_mremap_prefetch(struct svm *s, struct drm_xe_engine_class_instance *hwe)
{
	struct area a = area_new();

	igt_assert_eq(svm_prefetch(s, a.p, SVM_SIZE, VRAM), 0);
	igt_require_f(in_vram(a.p), "it did not migrate\n");
	move_by_4k(&a, HALF);
	igt_assert_eq(svm_prefetch(s, a.spare, HALF, VRAM), 0);
	touch(s, hwe, a.spare, a.want + SZ_4K);
	area_free(&a);
}

/* ---- user pointers: the GPU's address is the user's choice ---- */
static int userptr(struct svm *s, const void *from, void *to, size_t size, uint32_t flags)
{
	return __xe_vm_bind(s->fd, s->vm, 0, 0, to_user_pointer(from), to_user_pointer(to), size,
			    DRM_XE_VM_BIND_OP_MAP_USERPTR, flags, NULL, 0, 0, DEFAULT_PAT_INDEX, 0);
}

static void userptr_touch(struct svm *s, struct drm_xe_engine_class_instance *hwe, size_t from,
			  size_t to, uint32_t flags)
{
	struct area a = area_new();
	uint32_t got;

	if (from + SZ_64K > SVM_SIZE) {
		igt_assert(mmap(a.p + SVM_SIZE, SZ_64K, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED);
		memset(a.p + SVM_SIZE, 0x5a, SZ_64K);
	}
	bring(s, hwe, &a);
	igt_assert_eq(userptr(s, a.p + from, a.spare + to, SZ_64K, flags), 0);
	igt_assert_eq(svm_load(s, hwe, a.spare + to, &got), 0);
	igt_assert_eq_u32(got, *(uint32_t *)(a.want + from));
	igt_assert_eq(svm_store(s, hwe, a.spare + to + 64, 0x05e29724), 0);
	igt_assert_eq_u32(*(volatile uint32_t *)(a.p + from + 64), 0x05e29724);
	if (from + SZ_64K > SVM_SIZE) {
		igt_assert_eq(svm_load(s, hwe, a.spare + to + SZ_64K - SZ_4K, &got), 0);
		igt_assert_eq_u32(got, 0x5a5a5a5a);
	}
	area_free(&a);
}

/* The same by a prefetch of the user pointer, after a fault brought the memory to VRAM again */
static void userptr_prefetch(struct svm *s, struct drm_xe_engine_class_instance *hwe)
{
	struct area a = area_new();
	uint32_t got;

	igt_assert_eq(userptr(s, a.p, a.spare + SZ_4K, SZ_64K, 0), 0);
	bring(s, hwe, &a);
	igt_assert_eq(svm_prefetch(s, a.spare + SZ_4K, SZ_64K, 0), 0);
	igt_assert_eq(svm_load(s, hwe, a.spare + SZ_4K, &got), 0);
	igt_assert_eq_u32(got, *(uint32_t *)a.want);
	area_free(&a);
}

/* ---- atomics, which such a device does in VRAM only ---- */
/* In a window that cannot be there one fails at once: the queue is lost, nothing else is. */
static void atomic_alone(struct svm *s, struct drm_xe_engine_class_instance *hwe, char *at,
			 const void *want)
{
	bool possible = xe_min_page_size(s->fd, vram_memory(s->fd, hwe->gt_id)) < SZ_64K;
	uint32_t value;
	int err = svm_atomic_inc(s, hwe, at);

	igt_assert_eq(err, possible ? 0 : -EIO);
	memcpy(&value, want, 4);
	value += possible;
	touch(s, hwe, at, &value);
	igt_assert_eq_u32(*(volatile uint32_t *)at, value);
}

/* In a mapping that is smaller than a window */
static void atomic_4k(struct svm *s, struct drm_xe_engine_class_instance *hwe)
{
	struct area a = area_new();

	igt_assert_eq(munmap(a.p + SZ_4K, SVM_SIZE - SZ_4K), 0);
	atomic_alone(s, hwe, a.p, a.want);
	area_free(&a);
}

/* In memory that nobody touched yet: there are no pages, but there can be. */
static void atomic_untouched(struct svm *s, struct drm_xe_engine_class_instance *hwe)
{
	struct area a = area_new();

	igt_assert_eq(munmap(a.p, SVM_SIZE), 0);
	igt_assert(mmap(a.p, HALF, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
			-1, 0) == a.p);
	igt_assert_eq(svm_atomic_inc(s, hwe, a.p + SZ_4K), 0);
	igt_assert_eq_u32(*(volatile uint32_t *)(a.p + SZ_4K), 1);
	area_free(&a);
}

static void atomic_unmap_4k_atomic(struct svm *s, struct drm_xe_engine_class_instance *hwe)
{
	struct area a = area_new();
	uint32_t was = *(uint32_t *)a.want;

	igt_assert_eq(svm_atomic_inc(s, hwe, a.p), 0);
	igt_require_f(in_vram(a.p + HALF), "it did not migrate\n");
	igt_assert_eq(munmap(a.p + HALF + SZ_4K, SZ_4K), 0);
	atomic_alone(s, hwe, a.p + HALF, a.want + HALF);
	igt_assert_eq(svm_atomic_inc(s, hwe, a.p), 0);
	igt_assert_eq_u32(*(volatile uint32_t *)a.p, was + 2);
	area_free(&a);
}

static void atomic_mremap_atomic(struct svm *s, struct drm_xe_engine_class_instance *hwe)
{
	struct area a = area_new();
	uint32_t was = *(uint32_t *)(a.want + SZ_4K);

	igt_assert_eq(svm_atomic_inc(s, hwe, a.p), 0);
	igt_require_f(in_vram(a.p + SZ_4K), "it did not migrate\n");
	move_by_4k(&a, HALF);
	igt_assert_eq(svm_atomic_inc(s, hwe, a.spare), 0);
	igt_assert_eq_u32(*(volatile uint32_t *)a.spare, was + 1);
	area_free(&a);
}

igt_main
{
	static const struct {
		const char *name;
		void (*run)(struct svm *s, struct drm_xe_engine_class_instance *hwe);
	} tests[] = {
		{ "touch-unmap-4k-touch", touch_unmap_4k_touch },
		{ "touch-unmap-4k-wait", touch_unmap_4k_wait },
		{ "touch-while-unmap-4k", touch_while_unmap_4k },
		{ "touch-shrink-heap-touch", touch_shrink_heap_touch },
		{ "touch-unmap-neighbour-touch", touch_unmap_neighbour_touch },
		{ "touch-mremap-touch", touch_mremap_touch },
		{ "touch-advise-4k-touch", touch_advise_4k_touch },
		{ "prefetch-unmap-4k-prefetch", prefetch_unmap_4k_prefetch },
		{ "prefetch-mremap-prefetch", prefetch_mremap_prefetch },
		{ "touch-fork-unmap-4k-touch", touch_fork_unmap_4k_touch },
		{ "userptr-prefetch", userptr_prefetch },
		{ "atomic-mremap-atomic", atomic_mremap_atomic },
		{ "atomic-4k", atomic_4k },
		{ "atomic-untouched", atomic_untouched },
		{ "atomic-unmap-4k-atomic", atomic_unmap_4k_atomic },
	};
	static const struct {
		const char *name;
		size_t from, to;
		uint32_t flags;
	} pointers[] = {
		{ "userptr-touch", 0, SZ_4K, 0 },
		{ "userptr-bind", 0, SZ_4K, DRM_XE_VM_BIND_FLAG_IMMEDIATE },
		{ "userptr-half-in-vram-touch", SVM_SIZE - SZ_4K, 0, 0 },
		{ "userptr-half-in-vram-bind", SVM_SIZE - SZ_4K, 0, DRM_XE_VM_BIND_FLAG_IMMEDIATE },
	};
	struct drm_xe_engine_class_instance *hwe = NULL;
	struct svm s = { .fd = -1 };
	int fd = -1;

	igt_fixture {
		fd = drm_open_driver(DRIVER_XE);
		igt_require(xe_has_vram(fd));
		svm_require(&s, fd);
		svm_close(&s);
		hwe = &xe_engine(fd, 0)->instance;
	}

	for (unsigned int i = 0; i < sizeof(tests) / sizeof(*tests); i++) {
		igt_subtest(tests[i].name) {
			igt_assert_eq(svm_open(&s, fd), 0);
			tests[i].run(&s, hwe);
			svm_close(&s);
		}
	}
	for (unsigned int i = 0; i < sizeof(pointers) / sizeof(*pointers); i++) {
		igt_subtest(pointers[i].name) {
			igt_assert_eq(svm_open(&s, fd), 0);
			userptr_touch(&s, hwe, pointers[i].from, pointers[i].to, pointers[i].flags);
			svm_close(&s);
		}
	}

	igt_fixture
		drm_close_driver(fd);
}
