// SPDX-License-Identifier: MIT
/*
 * Page faults of shared virtual memory that cannot be answered as usual: memory that is
 * not there, that may only be read, or that changes all the time.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memfd_create() */
#endif
#include <fcntl.h>

#include "xe_lit_svm.h"

IGT_TEST_DESCRIPTION("Faults on memory that is absent, read-only or changing are answered in bounded time");

#define OTHER_VMS 4 /* as many as the driver has queues of faults */

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

/* @size of a file of @length at a multiple of 2 MiB, of which what is there is filled */
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
static void half_protected(struct svm *s, struct drm_xe_engine_class_instance *hwe, int prot)
{
	char *whole, *p = svm_memory(&whole, SVM_SIZE);
	uint32_t got;
	int err;

	assert_stores(s, hwe, p, 0x11111111);
	igt_assert_eq(mprotect(p + SZ_1M, SZ_1M, prot), 0);
	err = svm_store(s, hwe, p + SZ_64K, 0x22222222);
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

igt_main
{
	struct drm_xe_engine_class_instance *hwe = NULL;
	struct svm s = { 0 };
	int fd = -1, err = 0;

	igt_fixture {
		fd = drm_open_driver(DRIVER_XE);
		err = svm_open(&s, fd);
		igt_require_f(!err, "the driver has no shared virtual memory: %s\n", strerror(-err));
		hwe = &xe_engine(fd, 0)->instance;
	}

	igt_subtest("beyond-eof")
		beyond_eof(&s, hwe);
	igt_subtest("before-eof")
		before_eof(&s, hwe);
	igt_subtest("half-no-access")
		half_protected(&s, hwe, PROT_NONE);
	igt_subtest("half-read-only")
		half_protected(&s, hwe, PROT_READ);
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

	igt_fixture {
		svm_close(&s);
		drm_close_driver(fd);
	}
}
