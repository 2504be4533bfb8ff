// SPDX-License-Identifier: MIT
/*
 * Page faults of shared virtual memory that cannot be answered as usual: memory that is
 * not there, that may only be read, or that changes all the time.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memfd_create() */
#endif
#include <fcntl.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "xe_lit_svm.h"

IGT_TEST_DESCRIPTION("Faults on memory that is absent, read-only or changing are answered in bounded time");

#define OTHER_VMS 4 /* as many as the driver has queues of faults */
#define WINDOW (512u << 20) /* memory of one notifier */
#define MUTATORS 4
#define CHILDREN 4
#define TIMESLICE_MS "500"
#define FEW_FAULTS 2048 /* each page of 2 MiB four times; a spinning CPU has many more in that time */

/* ---- what the subtests share ---- */
static void assert_stores(struct svm *s, struct drm_xe_engine_class_instance *hwe, char *at,
			  uint32_t value)
{
	igt_assert_eq(svm_store(s, hwe, at, value), 0);
	igt_assert_eq_u32(*(volatile uint32_t *)at, value);
}

static void assert_loads(struct svm *s, struct drm_xe_engine_class_instance *hwe, const char *at,
			 uint32_t want)
{
	uint32_t got = 0;

	igt_assert_eq(svm_load(s, hwe, at, &got), 0);
	igt_assert_eq_u32(got, want);
}

/* An error, and not for want of time */
static void assert_refused(int err)
{
	igt_assert_f(err, "the GPU's access succeeded\n");
	igt_assert_f(err != -ETIME, "the fault was not answered within %d s\n", SVM_SECONDS);
}

/* 2 MiB of a file of @length, filled as far as it goes, at a multiple of 2 MiB */
static char *map_file(int *file, int prot, int flags, size_t length)
{
	char *whole, *p = svm_memory(&whole, SVM_SIZE), *fill = malloc(length);

	munmap(whole, 2 * SVM_SIZE);
	*file = memfd_create("svm", MFD_CLOEXEC);
	igt_assert_fd(*file);
	lit_fill(fill, length, 1);
	igt_assert_eq(pwrite(*file, fill, length, 0), (int)length);
	free(fill);
	p = mmap(p, SVM_SIZE, prot, flags | MAP_FIXED, *file, 0);
	igt_assert(p != MAP_FAILED);
	return p;
}

/* ---- subtests: files that are shorter than their mappings ---- */

/*
 * mmap() a file, ftruncate() it, store behind its end: refused, and faults of other
 * address spaces are answered meanwhile.
 */
static void beyond_eof(struct svm *s, struct drm_xe_engine_class_instance *hwe)
{
	struct svm other[OTHER_VMS];
	int file, err, others = 0;
	char *p = map_file(&file, PROT_READ | PROT_WRITE, MAP_SHARED, SVM_SIZE), *whole[OTHER_VMS];

	assert_stores(s, hwe, p, 0x11111111);
	igt_assert_eq(ftruncate(file, SZ_64K), 0);
	for (int i = 0; i < OTHER_VMS; i++) /* the first fault waits for nothing of theirs */
		igt_assert_eq(svm_open(&other[i], s->fd), 0);
	err = svm_store(s, hwe, p + SZ_1M, 0x22222222);
	for (int i = 0; i < OTHER_VMS; i++)
		if (svm_store(&other[i], hwe, svm_memory(&whole[i], SVM_SIZE), 0x33333333))
			others++;
	/* Now the page can be had: whoever still tries ends */
	igt_assert_eq(ftruncate(file, SVM_SIZE), 0);
	for (int i = 0; i < OTHER_VMS; i++) {
		svm_close(&other[i]);
		munmap(whole[i], 2 * SVM_SIZE);
	}
	igt_info("the store: %d; address spaces that were held up: %d\n", err, others);
	assert_stores(s, hwe, p + SZ_1M, 0x44444444);
	munmap(p, SVM_SIZE);
	close(file);
	igt_assert_eq(others, 0);
	assert_refused(err);
}

/* mmap() more than a file is long: what is there can be stored to */
static void before_eof(struct svm *s, struct drm_xe_engine_class_instance *hwe)
{
	int file, err;
	char *p = map_file(&file, PROT_READ | PROT_WRITE, MAP_SHARED, SZ_1M);
	uint32_t got;

	err = svm_store(s, hwe, p + SZ_64K, 0x11111111);
	got = *(volatile uint32_t *)(p + SZ_64K);
	igt_assert_eq(ftruncate(file, SVM_SIZE), 0);
	assert_stores(s, hwe, p + SZ_1M, 0x22222222);
	munmap(p, SVM_SIZE);
	close(file);
	igt_assert_eq(err, 0);
	igt_assert_eq_u32(got, 0x11111111);
}

/* ---- subtests: memory that may be read only ---- */

/* mprotect() one half of what the GPU has used to @prot, store to the other */
static void half_protected(struct svm *s, struct drm_xe_engine_class_instance *hwe, int prot,
			   bool atomic)
{
	char *whole, *p = svm_memory(&whole, SVM_SIZE);
	uint32_t got;
	int err;

	assert_stores(s, hwe, p, 0x11111111);
	igt_assert_eq(mprotect(p + SZ_1M, SZ_1M, prot), 0);
	if (atomic) {
		*(volatile uint32_t *)(p + SZ_64K) = 0x22222221;
		err = svm_atomic_inc(s, hwe, p + SZ_64K);
	} else {
		err = svm_store(s, hwe, p + SZ_64K, 0x22222222);
	}
	got = *(volatile uint32_t *)(p + SZ_64K);
	igt_assert_eq(mprotect(p + SZ_1M, SZ_1M, PROT_READ | PROT_WRITE), 0);
	assert_stores(s, hwe, p + SZ_1M, 0x33333333);
	munmap(whole, 2 * SVM_SIZE);
	igt_assert_eq(err, 0);
	igt_assert_eq_u32(got, 0x22222222);
}

/*
 * A GPU reads memory that was written and then made read-only; its stores are refused;
 * when it is made writable again they are not.
 */
static void read_only(struct svm *s, struct drm_xe_engine_class_instance *hwe)
{
	char *whole, *p = svm_memory(&whole, SVM_SIZE);

	memset(p, 0x5a, SVM_SIZE);
	igt_assert_eq(mprotect(p, SVM_SIZE, PROT_READ), 0);
	assert_loads(s, hwe, p + SZ_64K, 0x5a5a5a5a);
	assert_refused(svm_store(s, hwe, p + SZ_64K, 0x11111111));
	igt_assert_eq_u32(*(volatile uint32_t *)(p + SZ_64K), 0x5a5a5a5a);
	assert_loads(s, hwe, p + SZ_1M, 0x5a5a5a5a);
	igt_assert_eq(mprotect(p, SVM_SIZE, PROT_READ | PROT_WRITE), 0);
	assert_stores(s, hwe, p + SZ_64K, 0x22222222);
	munmap(whole, 2 * SVM_SIZE);
}

/* A GPU reads zeros where nobody ever wrote, nor can */
static void read_only_untouched(struct svm *s, struct drm_xe_engine_class_instance *hwe)
{
	char *whole, *p = svm_memory(&whole, SVM_SIZE);

	igt_assert_eq(mprotect(p, SVM_SIZE, PROT_READ), 0);
	assert_loads(s, hwe, p + SZ_64K, 0);
	assert_refused(svm_store(s, hwe, p + SZ_64K, 0x11111111));
	assert_loads(s, hwe, p + SZ_1M, 0);
	igt_assert_eq_u32(*(volatile uint32_t *)(p + SZ_64K), 0);
	munmap(whole, 2 * SVM_SIZE);
}

/* A GPU reads a file that was mapped to be read, with @flags; its stores are refused */
static void read_only_file(struct svm *s, struct drm_xe_engine_class_instance *hwe, int flags)
{
	int file;
	char *p = map_file(&file, PROT_READ, flags, SVM_SIZE);
	uint32_t was = *(volatile uint32_t *)(p + SZ_64K), now;

	assert_loads(s, hwe, p + SZ_64K, was);
	assert_refused(svm_store(s, hwe, p + SZ_64K, ~was));
	igt_assert_eq_u32(*(volatile uint32_t *)(p + SZ_64K), was);
	igt_assert_eq(pread(file, &now, 4, SZ_64K), 4);
	igt_assert_eq_u32(now, was);
	munmap(p, SVM_SIZE);
	close(file);
}

/* What a GPU only reads it may write in part: one half read-only, loads, then stores */
static void read_then_write(struct svm *s, struct drm_xe_engine_class_instance *hwe)
{
	char *whole, *p = svm_memory(&whole, SVM_SIZE);

	memset(p, 0x5a, SVM_SIZE);
	assert_stores(s, hwe, p, 0x11111111);
	igt_assert_eq(mprotect(p + SZ_1M, SZ_1M, PROT_READ), 0);
	assert_loads(s, hwe, p + SZ_1M, 0x5a5a5a5a);
	assert_loads(s, hwe, p, 0x11111111);
	assert_stores(s, hwe, p + SZ_64K, 0x22222222);
	assert_loads(s, hwe, p + SZ_1M + SZ_64K, 0x5a5a5a5a);
	assert_refused(svm_store(s, hwe, p + SZ_1M, 0x33333333));
	igt_assert_eq_u32(*(volatile uint32_t *)(p + SZ_1M), 0x5a5a5a5a);
	munmap(whole, 2 * SVM_SIZE);
}

/* ---- subtests: memory that changes ---- */
struct mutator {
	pthread_t thread;
	char *at;
	bool advise;
	volatile bool stop;
	unsigned int rounds;
};

/* mmap() and munmap(), or only madvise(), until told to stop */
static void *mutate(void *data)
{
	struct mutator *m = data;

	while (!m->stop && m->advise) {
		madvise(m->at, SZ_4K, MADV_DONTNEED);
		m->rounds++;
	}
	while (!m->stop) {
		if (mmap(m->at, SZ_64K, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
			break;
		*(volatile char *)m->at = 1;
		munmap(m->at, SZ_64K);
		m->rounds++;
	}
	return NULL;
}

/*
 * Threads map, touch and unmap 64 KiB all the time, or give @advise that they do not need
 * a page, while the GPU stores to memory with @flags elsewhere in the same 512 MiB:
 * each store arrives.
 */
static void neighbour_changes(struct svm *s, struct drm_xe_engine_class_instance *hwe, int flags,
			      bool advise)
{
	char *whole = mmap(NULL, 2ul * WINDOW, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	char *window = (char *)ALIGN((uintptr_t)whole, WINDOW), *p = window + WINDOW / 2;
	struct mutator m[MUTATORS] = { 0 };
	unsigned int rounds = 0;
	int err = 0;

	igt_assert(whole != MAP_FAILED);
	p = mmap(p, 16 * SVM_SIZE, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	igt_assert(p != MAP_FAILED);
	for (int i = 0; i < MUTATORS; i++) {
		m[i] = (struct mutator){ .at = window + i * SZ_64K, .advise = advise };
		igt_assert(mmap(m[i].at, SZ_64K, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == m[i].at);
		igt_assert_eq(pthread_create(&m[i].thread, NULL, mutate, &m[i]), 0);
	}
	for (int i = 0; i < 16 && !err; i++)
		err = svm_store(s, hwe, p + i * SVM_SIZE, i + 1);
	for (int i = 0; i < MUTATORS; i++) {
		m[i].stop = true;
		igt_assert_eq(pthread_join(m[i].thread, NULL), 0);
		rounds += m[i].rounds;
	}
	igt_info("%u changes\n", rounds);
	igt_assert_eq(err, 0);
	for (int i = 0; i < 16; i++)
		igt_assert_eq_u32(*(volatile uint32_t *)(p + i * SVM_SIZE), i + 1);
	munmap(whole, 2ul * WINDOW);
}

/* Processes with an address space each store to many pages, engine by engine */
static void many_at_once(int fd)
{
	igt_fork(n, CHILDREN) {
		int again = drm_reopen_driver(fd), i = 0;
		struct drm_xe_engine_class_instance *hwe;
		char *whole, *p = svm_memory(&whole, 64 * SVM_SIZE);
		struct svm s;

		igt_assert_eq(svm_open(&s, again), 0);
		xe_for_each_engine(fd, hwe)
			if (i < 64) {
				assert_stores(&s, hwe, p + i * SVM_SIZE, n << 8 | i);
				i++;
			}
		munmap(whole, 128 * SVM_SIZE);
		svm_close(&s);
		close(again);
	}
	igt_waitchildren();
}

/* ---- subtests: memory that a GPU's atomic holds in VRAM for a while ---- */
static int timeslice_file(int fd)
{
	struct stat st;
	char path[80];

	igt_assert_eq(fstat(fd, &st), 0);
	snprintf(path, sizeof(path), "/sys/kernel/debug/dri/%u/atomic_svm_timeslice_ms", minor(st.st_rdev));
	return open(path, O_RDWR | O_CLOEXEC);
}

static long faults_of_thread(void)
{
	struct rusage use;

	igt_assert_eq(getrusage(RUSAGE_THREAD, &use), 0);
	return use.ru_minflt;
}

/*
 * A GPU's atomic, then at once a prefetch to system memory, or a read by the CPU: they
 * wait, but the CPU does not fault on and on meanwhile.
 */
static void timeslice(struct svm *s, struct drm_xe_engine_class_instance *hwe, bool prefetch)
{
	char *whole, *p = svm_memory(&whole, SVM_SIZE), was[16] = "";
	int file = timeslice_file(s->fd), err = 0;
	uint32_t got;
	long faults;

	igt_require_f(file >= 0, "the timeslice cannot be set\n");
	igt_assert_lt(0, pread(file, was, sizeof(was) - 1, 0));
	memset(p, 0, SVM_SIZE);
	igt_assert_lt(0, write(file, TIMESLICE_MS, strlen(TIMESLICE_MS)));
	err = svm_atomic_inc(s, hwe, p + SZ_64K);
	faults = faults_of_thread();
	if (!err && prefetch)
		err = svm_prefetch(s, p, SVM_SIZE, 0);
	else
		(void)*(volatile uint32_t *)(p + SZ_1M);
	faults = faults_of_thread() - faults;
	igt_assert_lt(0, write(file, was, strlen(was)));
	close(file);
	got = *(volatile uint32_t *)(p + SZ_64K);
	munmap(whole, 2 * SVM_SIZE);
	igt_info("%ld page faults\n", faults);
	igt_assert_eq(err, 0);
	igt_assert_eq_u32(got, 1);
	igt_assert_lt(faults, FEW_FAULTS);
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

	igt_subtest("beyond-eof")
		beyond_eof(&s, hwe);
	igt_subtest("before-eof")
		before_eof(&s, hwe);
	igt_subtest("half-no-access")
		half_protected(&s, hwe, PROT_NONE, false);
	igt_subtest("half-no-access-atomic")
		half_protected(&s, hwe, PROT_NONE, true);
	igt_subtest("half-read-only")
		half_protected(&s, hwe, PROT_READ, false);
	igt_subtest("half-read-only-atomic")
		half_protected(&s, hwe, PROT_READ, true);
	igt_subtest("read-only")
		read_only(&s, hwe);
	igt_subtest("read-only-untouched")
		read_only_untouched(&s, hwe);
	igt_subtest("read-only-private-file")
		read_only_file(&s, hwe, MAP_PRIVATE);
	igt_subtest("read-only-shared-file")
		read_only_file(&s, hwe, MAP_SHARED);
	igt_subtest("read-then-write")
		read_then_write(&s, hwe);

	igt_subtest("neighbour-changes")
		neighbour_changes(&s, hwe, MAP_PRIVATE, false);
	igt_subtest("neighbour-changes-shared")
		neighbour_changes(&s, hwe, MAP_SHARED, false);
	igt_subtest("neighbour-advises")
		neighbour_changes(&s, hwe, MAP_PRIVATE, true);
	igt_subtest("neighbour-advises-shared")
		neighbour_changes(&s, hwe, MAP_SHARED, true);
	igt_subtest("many-at-once")
		many_at_once(fd);
	igt_subtest("timeslice-prefetch")
		timeslice(&s, hwe, true);
	igt_subtest("timeslice-cpu")
		timeslice(&s, hwe, false);

	igt_fixture {
		svm_close(&s);
		drm_close_driver(fd);
	}
}
