// SPDX-License-Identifier: MIT
/*
 * Buffers go where they are told to, and nowhere else: fdinfo says in which region they are,
 * and on two tiles the virtual GPU says which way they took.
 */
#include "lit_debugfs.h"
#include "lit_memory.h"
#include "vgpu_control.h"
#include "xe_lit_svm.h"

IGT_TEST_DESCRIPTION("PREFETCH moves buffers between regions");

#define ADDR 0x100000000ull
#define SIZE SZ_2M
#define VALUE 0x30e50000u

static int try_prefetch(int fd, uint32_t vm, uint64_t addr, uint64_t size, uint32_t region)
{
	struct drm_xe_sync out = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	int err = __xe_vm_bind(fd, vm, 0, 0, 0, addr, size, DRM_XE_VM_BIND_OP_PREFETCH, 0, &out, 1,
			       region, 0, 0);

	if (!err)
		lit_wait(fd, out.handle);
	syncobj_destroy(fd, out.handle);
	return err;
}

/*
 * To each of its places in turn, with what it holds. A job finds it: there, or in VRAM, where it
 * may be brought back to for the job.
 */
static void moves(int fd, struct drm_xe_engine_class_instance *hwe, uint64_t places, bool own)
{
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	struct lit_places before = lit_places(fd);
	struct lit_buf b = lit_buf_new(fd, own ? l.vm : 0, places, 0, SIZE);
	uint32_t *want = malloc(SIZE), at = 0;

	igt_assert(want);
	lit_fill(want, SIZE, 3);
	memcpy(b.map, want, SIZE);
	xe_vm_bind_sync(fd, l.vm, b.bo, 0, ADDR, SIZE);
	for (unsigned int round = 0; round < 3; round++)
		for (unsigned int region = 0; region < 8; region++) {
			if (!(places & 1ull << region))
				continue;
			igt_assert_eq(try_prefetch(fd, l.vm, ADDR, SIZE, region), 0);
			lit_assert_in(fd, &before, region, SIZE);
			lit_store(&l, ADDR + 4 * at, VALUE + at);
			lit_copy_dw(&l, lit_addr(&l, 0), ADDR + SIZE - 4);
			lit_run(&l);
			igt_assert_eq_u32(*lit_data(&l, 0), want[SIZE / 4 - 1]);
			want[at] = VALUE + at;
			at += 1000;
			lit_assert_same(b.map, want, SIZE);
		}
	lit_buf_free(fd, &b);
	lit_close(&l);
	free(want);
}

/* A region that it was not made for, or that is not there: it stays where it is. */
static void outside(int fd)
{
	uint64_t all = all_memory_regions(fd), region;
	uint32_t vm = xe_vm_create(fd, 0, 0);

	xe_for_each_mem_region(fd, all, region) {
		struct lit_places before = lit_places(fd);
		struct lit_buf b = lit_buf_new(fd, 0, region, 0, SIZE);
		unsigned int home = ffsll(region) - 1;

		*(volatile uint32_t *)b.map = VALUE;
		xe_vm_bind_sync(fd, vm, b.bo, 0, ADDR, SIZE);
		for (unsigned int other = 0; other < 8; other++) {
			int want = other == home ? 0 : -EINVAL;

			igt_assert_eq(try_prefetch(fd, vm, ADDR, SIZE, other), want);
			lit_assert_in(fd, &before, home, SIZE);
		}
		igt_assert_eq_u32(*(volatile uint32_t *)b.map, VALUE);
		xe_vm_unbind_sync(fd, vm, 0, ADDR, SIZE);
		lit_buf_free(fd, &b);
	}
	xe_vm_destroy(fd, vm);
}

static void *anonymous(void *at, size_t size)
{
	void *p = mmap(at, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | (at ? MAP_FIXED : 0), -1, 0);

	igt_assert(p != MAP_FAILED);
	return p;
}

/* User memory has one place, but other pages may be there by now. */
static void userptr(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	struct drm_xe_sync out = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	uint32_t *p = anonymous(NULL, SZ_64K);

	igt_assert_eq(__xe_vm_bind(fd, l.vm, 0, 0, to_user_pointer(p), ADDR, SZ_64K,
				   DRM_XE_VM_BIND_OP_MAP_USERPTR, 0, &out, 1, 0, DEFAULT_PAT_INDEX,
				   0), 0);
	lit_wait(fd, out.handle);
	for (unsigned int i = 0; i < 3; i++) {
		anonymous(p, SZ_64K);
		p[1] = VALUE + i;
		igt_assert_eq(try_prefetch(fd, l.vm, ADDR, SZ_64K, 0), 0);
		lit_copy_dw(&l, lit_addr(&l, 0), ADDR + 4);
		lit_store(&l, ADDR, VALUE - i);
		lit_run(&l);
		igt_assert_eq_u32(*lit_data(&l, 0), VALUE + i);
		igt_assert_eq_u32(p[0], VALUE - i);
	}
	munmap(p, SZ_64K);
	syncobj_destroy(fd, out.handle);
	lit_close(&l);
}

static void bind_now(struct svm *s, uint32_t op, uint64_t from, uint64_t addr)
{
	static uint64_t fence __attribute__((aligned(8)));
	struct drm_xe_sync sync = {
		.type = DRM_XE_SYNC_TYPE_USER_FENCE, .flags = DRM_XE_SYNC_FLAG_SIGNAL,
		.addr = to_user_pointer(&fence), .timeline_value = SVM_DONE,
	};
	int64_t limit = LIT_SECONDS * (int64_t)NSEC_PER_SEC;

	fence = 0;
	igt_assert_eq(__xe_vm_bind(s->fd, s->vm, 0, 0, from, addr, SZ_64K, op, 0, &sync, 1, 0,
				   DEFAULT_PAT_INDEX, 0), 0);
	igt_assert_eq(__xe_wait_ufence(s->fd, &fence, SVM_DONE, 0, &limit), 0);
}

/* What was prefetched does not fault. */
static void userptr_faults(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct drm_xe_vm_create create = {
		.flags = DRM_XE_VM_CREATE_FLAG_LR_MODE | DRM_XE_VM_CREATE_FLAG_FAULT_MODE,
	};
	struct svm s = { .fd = fd, .batch = anonymous(NULL, SZ_64K) };
	int err = igt_ioctl(fd, DRM_IOCTL_XE_VM_CREATE, &create) ? errno : 0;
	uint32_t *p = anonymous(NULL, SZ_64K);
	char stats[32];
	long long n;

	igt_require_f(!err, "no address spaces that take page faults: %s\n", strerror(err));
	s.vm = create.vm_id;
	memset(s.batch, 0, SZ_64K);
	memset(p, 0, SZ_64K);
	bind_now(&s, DRM_XE_VM_BIND_OP_MAP_USERPTR, to_user_pointer(s.batch),
		 to_user_pointer(s.batch));
	bind_now(&s, DRM_XE_VM_BIND_OP_MAP_USERPTR, to_user_pointer(p), ADDR);
	snprintf(stats, sizeof(stats), "gt%u/stats", hwe->gt_id);
	for (unsigned int i = 0; i < 3; i++) {
		bind_now(&s, DRM_XE_VM_BIND_OP_PREFETCH, 0, to_user_pointer(s.batch));
		bind_now(&s, DRM_XE_VM_BIND_OP_PREFETCH, 0, ADDR);
		n = lit_debugfs_number(fd, stats, "vma_pagefault_count:");
		igt_assert_eq(svm_store(&s, hwe, (void *)(uintptr_t)ADDR, VALUE + i), 0);
		igt_assert_eq_u32(*p, VALUE + i);
		igt_assert_eq(lit_debugfs_number(fd, stats, "vma_pagefault_count:"), n);
		anonymous(p, SZ_64K);
		memset(p, 0, SZ_64K);
	}
	munmap(p, SZ_64K);
	svm_close(&s);
}

static unsigned long long counter(int control, const char *name)
{
	const char *json = vgpu_control_counters(control);

	igt_assert(json);
	return vgpu_control_counter(json, name);
}

/* From one tile to the other: not through memory of the host */
static void tile_to_tile(int fd, int control)
{
	uint32_t vm = xe_vm_create(fd, 0, 0);
	struct lit_places before = lit_places(fd);
	struct lit_buf b = lit_buf_new(fd, 0, all_memory_regions(fd) & ~system_memory(fd), 0, SIZE);
	unsigned long long host, other;
	char *want = malloc(SIZE);

	igt_require_f(control >= 0, "no control port: this is not the virtual GPU\n");
	igt_assert(want);
	lit_fill(want, SIZE, 8);
	memcpy(b.map, want, SIZE);
	xe_vm_bind_sync(fd, vm, b.bo, 0, ADDR, SIZE);
	igt_assert_eq(try_prefetch(fd, vm, ADDR, SIZE, 1), 0);
	for (unsigned int i = 0; i < 4; i++) {
		unsigned int to = i & 1 ? 1 : 2;

		host = counter(control, "bytes_host");
		other = counter(control, "bytes_other_tile_vram");
		igt_assert_eq(try_prefetch(fd, vm, ADDR, SIZE, to), 0);
		host = counter(control, "bytes_host") - host;
		other = counter(control, "bytes_other_tile_vram") - other;
		lit_assert_in(fd, &before, to, SIZE);
		igt_assert_f(other >= SIZE, "%llu bytes went to or from the other tile\n", other);
		igt_assert_f(host < SIZE / 16, "%llu bytes of host memory were accessed\n", host);
	}
	lit_assert_same(b.map, want, SIZE);
	igt_assert_eq(try_prefetch(fd, vm, ADDR, SIZE, 0), -EINVAL);
	lit_assert_in(fd, &before, 1, SIZE);
	free(want);
	lit_buf_free(fd, &b);
	xe_vm_destroy(fd, vm);
}

igt_main
{
	struct drm_xe_engine_class_instance *hwe;
	int fd, control;

	igt_fixture {
		fd = drm_open_driver(DRIVER_XE);
		igt_require(xe_has_vram(fd));
		control = vgpu_control_open(0);
	}

	igt_subtest_with_dynamic("shared")
		lit_each_gt(fd, hwe, moves(fd, hwe, system_memory(fd) | vram_memory(fd, hwe->gt_id), false));
	igt_subtest_with_dynamic("own")
		lit_each_gt(fd, hwe, moves(fd, hwe, system_memory(fd) | vram_memory(fd, hwe->gt_id), true));
	igt_subtest_with_dynamic("everywhere")
		lit_each_gt(fd, hwe, moves(fd, hwe, all_memory_regions(fd), false));
	igt_subtest("outside")
		outside(fd);
	igt_subtest_with_dynamic("userptr")
		lit_each_gt(fd, hwe, userptr(fd, hwe));
	igt_subtest_with_dynamic("userptr-faults")
		lit_each_gt(fd, hwe, userptr_faults(fd, hwe));
	igt_subtest("tile-to-tile") {
		igt_require_f(__builtin_popcountll(all_memory_regions(fd)) > 2, "there is one tile\n");
		tile_to_tile(fd, control);
	}

	igt_fixture
		drm_close_driver(fd);
}
