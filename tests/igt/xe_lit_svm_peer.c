// SPDX-License-Identifier: MIT
/*
 * Shared virtual memory of two devices that reach each other's VRAM over PCIe, which they
 * do through BARs that may show less than there is.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <xf86drm.h>

#include "xe_lit_svm.h"

IGT_TEST_DESCRIPTION("Memory that goes from one device to another keeps what was written");

/* The first device that is not @fd's, or -1 */
static int open_another(int fd)
{
	struct stat first, st;

	igt_assert_eq(fstat(fd, &first), 0);
	for (int i = 0; i < 16; i++) {
		char path[32];
		drmVersionPtr version;
		bool match;
		int another;

		snprintf(path, sizeof(path), "/dev/dri/card%d", i);
		another = open(path, O_RDWR | O_CLOEXEC);
		if (another < 0)
			continue;
		version = drmGetVersion(another);
		match = version && !strcmp(version->name, "xe") && !fstat(another, &st) &&
			st.st_rdev != first.st_rdev;
		drmFreeVersion(version);
		if (match) {
			xe_device_get(another);
			return another;
		}
		close(another);
	}
	return -1;
}

static struct drm_xe_engine_class_instance *engine(struct svm *s)
{
	return &xe_engine(s->fd, 0)->instance;
}

/* ---- subtests ---- */

/* Fill, prefetch to @from's VRAM, then to @to's, whose GPU writes a dword; the CPU reads all */
static void prefetch(struct svm *from, struct svm *to)
{
	char *whole, *p = svm_memory(&whole, SVM_SIZE), *want = malloc(SVM_SIZE);

	lit_fill(p, SVM_SIZE, 1);
	memcpy(want, p, SVM_SIZE);
	igt_assert_eq(svm_prefetch(from, p, SVM_SIZE, 1), 0);
	igt_assert_eq(svm_prefetch(to, p, SVM_SIZE, 1), 0);
	igt_assert_eq(svm_store(to, engine(to), p + SZ_64K, 0x11111111), 0);
	*(uint32_t *)(want + SZ_64K) = 0x11111111;
	lit_assert_same(p, want, SVM_SIZE);
	munmap(whole, 2 * SVM_SIZE);
	free(want);
}

/* Fill, GPUs of @from and @to write a dword each in turn; each reads the other's */
static void in_turn(struct svm *from, struct svm *to)
{
	char *whole, *p = svm_memory(&whole, SVM_SIZE), *want = malloc(SVM_SIZE);
	uint32_t got;

	lit_fill(p, SVM_SIZE, 2);
	memcpy(want, p, SVM_SIZE);
	for (uint32_t i = 1; i < 5; i++) {
		struct svm *one = i & 1 ? from : to, *other = i & 1 ? to : from;

		igt_assert_eq(svm_store(one, engine(one), p + i * SZ_64K, i), 0);
		*(uint32_t *)(want + i * SZ_64K) = i;
		got = 0;
		igt_assert_eq(svm_load(other, engine(other), p + i * SZ_64K, &got), 0);
		igt_assert_eq_u32(got, i);
	}
	lit_assert_same(p, want, SVM_SIZE);
	munmap(whole, 2 * SVM_SIZE);
	free(want);
}

/* What is in @from's VRAM stays there when it is preferred, and @to's GPU reads it there */
static void remote(struct svm *from, struct svm *to)
{
	char *whole, *p = svm_memory(&whole, SVM_SIZE);
	struct drm_xe_madvise advice = {
		.vm_id = to->vm, .start = to_user_pointer(p), .range = SVM_SIZE,
		.type = DRM_XE_MEM_RANGE_ATTR_PREFERRED_LOC,
		.preferred_mem_loc = {
			.devmem_fd = from->fd, .region_instance = 1,
			.migration_policy = DRM_XE_MIGRATE_ALL_PAGES,
		},
	};
	uint32_t got = 0;

	memset(p, 0x5a, SVM_SIZE);
	igt_assert_eq(svm_prefetch(from, p, SVM_SIZE, 1), 0);
	igt_require_f(!igt_ioctl(to->fd, DRM_IOCTL_XE_MADVISE, &advice),
		      "the other device is no place that can be preferred\n");
	igt_assert_eq(svm_store(from, engine(from), p + SZ_64K, 0x11111111), 0);
	igt_assert_eq(svm_load(to, engine(to), p + SZ_64K, &got), 0);
	igt_assert_eq_u32(got, 0x11111111);
	igt_assert_eq(svm_load(to, engine(to), p + SZ_1M, &got), 0);
	igt_assert_eq_u32(got, 0x5a5a5a5a);
	munmap(whole, 2 * SVM_SIZE);
}

igt_main
{
	struct svm s[2] = { 0 };
	int fd[2] = { -1, -1 };

	igt_fixture {
		fd[0] = drm_open_driver(DRIVER_XE);
		fd[1] = open_another(fd[0]);
		igt_require_f(fd[1] >= 0, "one device\n");
		for (int i = 0; i < 2; i++) {
			int err = svm_open(&s[i], fd[i]);

			igt_require_f(!err, "the driver has no shared virtual memory: %s\n", strerror(-err));
			igt_info("device %d: %llu MiB of VRAM, %llu visible\n", i,
				 (unsigned long long)xe_mem_region(fd[i], 2)->total_size >> 20,
				 (unsigned long long)xe_mem_region(fd[i], 2)->cpu_visible_size >> 20);
		}
	}

	for (int i = 0; i < 2; i++) {
		igt_subtest_f("prefetch-%d-to-%d", i, !i)
			prefetch(&s[i], &s[!i]);
		igt_subtest_f("in-turn-%d-and-%d", i, !i)
			in_turn(&s[i], &s[!i]);
		igt_subtest_f("remote-%d-by-%d", i, !i)
			remote(&s[i], &s[!i]);
	}

	igt_fixture {
		for (int i = 0; i < 2; i++) {
			svm_close(&s[i]);
			drm_close_driver(fd[i]);
		}
	}
}
