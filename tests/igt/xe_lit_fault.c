// SPDX-License-Identifier: MIT
/*
 * Address spaces that take page faults: nothing is bound before an engine asks for it, and
 * what moves or goes away is taken from the engine without waiting for its jobs. And user
 * memory that its process changes, there and where jobs are waited for.
 */
#include "vgpu_control.h"
#include "lit_memory.h"
#include "xe_lit_svm.h"

IGT_TEST_DESCRIPTION("Page faults of buffer objects and user memory, answered and refused");

#define ADDR 0x100000000ull
#define VALUE 0xfa170000u
#define NOT_MAPPED 0x66600000000ull
#define BOUND 0xb0ddull

static void *gpu(uint64_t addr)
{
	return (void *)(uintptr_t)addr;
}

/* The batch is user memory, mapped at its own address: each run begins with faults of it. */
static struct svm open_vm(int fd, uint32_t flags)
{
	struct drm_xe_vm_create create = {
		.flags = DRM_XE_VM_CREATE_FLAG_LR_MODE | DRM_XE_VM_CREATE_FLAG_FAULT_MODE | flags,
	};
	struct svm s = { .fd = fd };
	int err = igt_ioctl(fd, DRM_IOCTL_XE_VM_CREATE, &create) ? errno : 0;

	igt_require_f(!err, "no address spaces with these flags that take page faults: %s\n",
		      strerror(err));
	s.vm = create.vm_id;
	s.batch = mmap(NULL, SZ_64K, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	igt_assert(s.batch != MAP_FAILED);
	return s;
}

/* A bind or unbind, done on return. */
static int bind(struct svm *s, uint32_t op, uint32_t bo, uint64_t from, uint64_t addr, size_t size,
		uint32_t flags, uint32_t region)
{
	static uint64_t fence __attribute__((aligned(8)));
	struct drm_xe_sync sync = {
		.type = DRM_XE_SYNC_TYPE_USER_FENCE, .flags = DRM_XE_SYNC_FLAG_SIGNAL,
		.addr = to_user_pointer(&fence), .timeline_value = BOUND,
	};
	int64_t limit = LIT_SECONDS * (int64_t)NSEC_PER_SEC;
	int err;

	fence = 0;
	err = __xe_vm_bind(s->fd, s->vm, 0, bo, from, addr, size, op, flags, &sync, 1, region,
			   DEFAULT_PAT_INDEX, 0);
	return err ?: __xe_wait_ufence(s->fd, &fence, BOUND, 0, &limit);
}

static void map_bo(struct svm *s, uint32_t bo, uint64_t addr, size_t size, uint32_t flags)
{
	igt_assert_eq(bind(s, DRM_XE_VM_BIND_OP_MAP, bo, 0, addr, size, flags, 0), 0);
}

static void map_user(struct svm *s, void *p, uint64_t addr, size_t size, uint32_t flags)
{
	igt_assert_eq(bind(s, DRM_XE_VM_BIND_OP_MAP_USERPTR, 0, to_user_pointer(p), addr, size,
			   flags, 0), 0);
}

static void unmap(struct svm *s, uint64_t addr, size_t size)
{
	igt_assert_eq(bind(s, DRM_XE_VM_BIND_OP_UNMAP, 0, 0, addr, size, 0, 0), 0);
}

static struct svm open_at(int fd, uint32_t flags)
{
	struct svm s = open_vm(fd, flags);

	map_user(&s, s.batch, to_user_pointer(s.batch), SZ_64K, 0);
	return s;
}

static void *anonymous(void *at, size_t size)
{
	void *p = mmap(at, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | (at ? MAP_FIXED : 0), -1, 0);

	igt_assert(p != MAP_FAILED);
	return p;
}

static int store(struct svm *s, struct drm_xe_engine_class_instance *hwe, uint64_t addr,
		 uint32_t value)
{
	return svm_store(s, hwe, gpu(addr), value);
}

static void check_store(struct svm *s, struct drm_xe_engine_class_instance *hwe, uint64_t addr,
			volatile uint32_t *cpu, uint32_t value)
{
	igt_assert_eq(store(s, hwe, addr, value), 0);
	igt_assert_eq_u32(*cpu, value);
}

/* ---- buffer objects ---- */

static void bo(int fd, struct drm_xe_engine_class_instance *hwe, bool own, uint32_t flags)
{
	struct svm s = open_at(fd, 0);
	uint32_t handle = xe_bo_create(fd, own ? s.vm : 0, SZ_2M, vram_if_possible(fd, hwe->gt_id),
				       0);
	uint32_t *map = xe_bo_map(fd, handle, SZ_2M);

	map_bo(&s, handle, ADDR, SZ_2M, flags);
	check_store(&s, hwe, ADDR + SZ_64K, map + SZ_64K / 4, VALUE);
	check_store(&s, hwe, ADDR + SZ_2M - 4, map + SZ_2M / 4 - 1, VALUE + 1);
	unmap(&s, ADDR, SZ_2M);
	igt_assert_eq(store(&s, hwe, ADDR, VALUE), -EIO);
	munmap(map, SZ_2M);
	gem_close(fd, handle);
	svm_close(&s);
}

/* The engine asks for what was bound for later, and for nothing that was bound at once. */
static void counted(int fd, struct drm_xe_engine_class_instance *hwe, uint32_t flags)
{
	uint64_t region = vram_if_possible(fd, hwe->gt_id);
	int control = vgpu_control_open(0);
	unsigned long long before, after;
	uint32_t handle, *map;
	struct svm s;

	igt_require_f(control >= 0, "only the virtual GPU counts faults\n");
	s = open_at(fd, 0);
	handle = xe_bo_create(fd, 0, SZ_2M, region, 0);
	map = xe_bo_map(fd, handle, SZ_2M);
	map_bo(&s, handle, ADDR, SZ_2M, flags);
	/* Another mapping first: the batch is bound from then on. */
	map_bo(&s, handle, ADDR + SZ_1G, SZ_2M, 0);
	check_store(&s, hwe, ADDR + SZ_1G, map, VALUE);
	before = vgpu_control_counter(vgpu_control_counters(control), "faults");
	check_store(&s, hwe, ADDR + SZ_64K, map + SZ_64K / 4, VALUE + 1);
	after = vgpu_control_counter(vgpu_control_counters(control), "faults");
	if (flags & DRM_XE_VM_BIND_FLAG_IMMEDIATE)
		igt_assert_eq_u64(after, before);
	else
		igt_assert_lte(before + 1, after);
	munmap(map, SZ_2M);
	gem_close(fd, handle);
	svm_close(&s);
	close(control);
}

/* What moves is taken away, and found again where it is then. */
static void moves(int fd, struct drm_xe_engine_class_instance *hwe, bool own)
{
	uint64_t places = system_memory(fd) | vram_memory(fd, hwe->gt_id);
	struct svm s = open_at(fd, 0);
	struct lit_places before = lit_places(fd);
	uint32_t handle = xe_bo_create(fd, own ? s.vm : 0, SZ_2M, places,
				       DRM_XE_GEM_CREATE_FLAG_NEEDS_VISIBLE_VRAM);
	uint32_t *map = xe_bo_map(fd, handle, SZ_2M);

	map_bo(&s, handle, ADDR, SZ_2M, 0);
	map_bo(&s, handle, ADDR + SZ_1G, SZ_2M, 0);
	for (unsigned int i = 0; i < 6; i++) {
		uint32_t region = i & 1 ? hwe->gt_id + 1 : 0;

		igt_assert_eq(bind(&s, DRM_XE_VM_BIND_OP_PREFETCH, 0, 0, ADDR, SZ_2M, 0, region), 0);
		lit_assert_in(fd, &before, region, SZ_2M);
		check_store(&s, hwe, ADDR + 8 * i, map + 2 * i, VALUE + i);
		check_store(&s, hwe, ADDR + SZ_1G + 8 * i + 4, map + 2 * i + 1, VALUE - i);
	}
	for (unsigned int i = 0; i < 6; i++)
		igt_assert_eq_u32(map[2 * i], VALUE + i);
	munmap(map, SZ_2M);
	gem_close(fd, handle);
	svm_close(&s);
}

/* A device atomic works wherever the object was when it was asked for. */
static void atomic(int fd, struct drm_xe_engine_class_instance *hwe)
{
	uint64_t places = system_memory(fd) | vram_memory(fd, hwe->gt_id);
	struct svm s = open_at(fd, 0);
	uint32_t handle = xe_bo_create(fd, 0, SZ_64K, places,
				       DRM_XE_GEM_CREATE_FLAG_NEEDS_VISIBLE_VRAM);
	volatile uint32_t *map = xe_bo_map(fd, handle, SZ_64K);

	map_bo(&s, handle, ADDR, SZ_64K, 0);
	igt_assert_eq(bind(&s, DRM_XE_VM_BIND_OP_PREFETCH, 0, 0, ADDR, SZ_64K, 0, 0), 0);
	*map = VALUE;
	igt_assert_eq(svm_atomic_inc(&s, hwe, gpu(ADDR)), 0);
	igt_assert_eq_u32(*map, VALUE + 1);
	gem_close(fd, handle);
	svm_close(&s);
}

static void read_only(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct svm s = open_at(fd, 0);
	uint32_t *p = anonymous(NULL, SZ_64K), value;

	p[3] = VALUE;
	map_user(&s, p, ADDR, SZ_64K, DRM_XE_VM_BIND_FLAG_READONLY);
	igt_assert_eq(svm_load(&s, hwe, gpu(ADDR + 12), &value), 0);
	igt_assert_eq_u32(value, VALUE);
	igt_assert_eq(store(&s, hwe, ADDR + 12, VALUE + 1), -EIO);
	igt_assert_eq_u32(p[3], VALUE);
	munmap(p, SZ_64K);
	svm_close(&s);
}

/* Others are not disturbed by a queue that is banned for what it asked. */
static void nothing(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct svm s = open_at(fd, 0);
	uint32_t *p = anonymous(NULL, SZ_64K);

	map_user(&s, p, ADDR, SZ_64K, 0);
	igt_assert_eq(store(&s, hwe, NOT_MAPPED, VALUE), -EIO);
	check_store(&s, hwe, ADDR, p, VALUE);
	/* Mapped, but there is no memory any more. */
	munmap(p, SZ_64K);
	igt_assert_eq(store(&s, hwe, ADDR, VALUE), -EIO);
	svm_close(&s);
	lit_check_works(fd, hwe);
}

/* Unmapped addresses read zero, those that are mapped fault and find their memory. */
static void scratch(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct svm s = open_at(fd, DRM_XE_VM_CREATE_FLAG_SCRATCH_PAGE);
	uint32_t *p = anonymous(NULL, SZ_64K), value = 1;

	igt_assert_eq(store(&s, hwe, NOT_MAPPED, VALUE), 0);
	igt_assert_eq(svm_load(&s, hwe, gpu(NOT_MAPPED), &value), 0);
	igt_assert_eq_u32(value, 0);
	map_user(&s, p, ADDR, SZ_64K, 0);
	check_store(&s, hwe, ADDR, p, VALUE);
	anonymous(p, SZ_64K);
	check_store(&s, hwe, ADDR, p, VALUE + 1);
	unmap(&s, ADDR, SZ_64K);
	igt_assert_eq(store(&s, hwe, ADDR, VALUE + 2), 0);
	igt_assert_eq_u32(*p, VALUE + 1);
	munmap(p, SZ_64K);
	svm_close(&s);
}

/* ---- user memory ---- */

/* Other pages at the same place, time and again. */
static void remap(int fd, struct drm_xe_engine_class_instance *hwe, uint32_t flags)
{
	struct svm s = open_at(fd, 0);
	uint32_t *p = anonymous(NULL, SZ_2M);

	map_user(&s, p, ADDR, SZ_2M, flags);
	for (unsigned int i = 0; i < 5; i++) {
		check_store(&s, hwe, ADDR + SZ_1M, p + SZ_1M / 4, VALUE + i);
		anonymous(p + SZ_1M / 4, SZ_64K);
		igt_assert_eq_u32(p[SZ_1M / 4], 0);
	}
	munmap(p, SZ_2M);
	svm_close(&s);
}

/* The two ends of what was split lose each other's memory and their own one after the other. */
static void split(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct svm s = open_at(fd, 0);
	char *p = anonymous(NULL, SZ_2M);
	uint64_t last = ADDR + SZ_2M - SZ_4K;

	map_user(&s, p, ADDR, SZ_2M, DRM_XE_VM_BIND_FLAG_IMMEDIATE);
	unmap(&s, ADDR + SZ_64K, SZ_1M);
	munmap(p + SZ_64K, SZ_1M);
	check_store(&s, hwe, ADDR, (uint32_t *)p, VALUE);
	check_store(&s, hwe, last, (uint32_t *)(p + SZ_2M - SZ_4K), VALUE + 1);
	anonymous(p, SZ_64K);
	check_store(&s, hwe, ADDR, (uint32_t *)p, VALUE + 2);
	check_store(&s, hwe, last, (uint32_t *)(p + SZ_2M - SZ_4K), VALUE + 3);
	igt_assert_eq(store(&s, hwe, ADDR + SZ_64K, VALUE), -EIO);
	munmap(p, SZ_64K);
	munmap(p + SZ_64K + SZ_1M, SZ_1M - SZ_64K);
	svm_close(&s);
}

/* After fork a page that the parent writes is copied: the engine follows the parent. */
static void forked(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct svm s = open_at(fd, 0);
	volatile uint32_t *p = anonymous(NULL, SZ_64K);

	p[0] = VALUE;
	map_user(&s, (void *)p, ADDR, SZ_64K, 0);
	check_store(&s, hwe, ADDR + 4, p + 1, VALUE + 1);
	igt_fork(child, 1) {
		lit_sleep_ms(300);
		igt_assert_eq_u32(p[2], 0);
	}
	p[2] = VALUE + 2;
	check_store(&s, hwe, ADDR + 4, p + 1, VALUE + 3);
	igt_assert_eq_u32(p[2], VALUE + 2);
	igt_waitchildren();
	munmap((void *)p, SZ_64K);
	svm_close(&s);
}

/* Jobs that have fences: who changes the memory waits for them, the next one finds the new. */
static void remap_fenced(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	struct drm_xe_sync out = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	volatile uint32_t *p = anonymous(NULL, SZ_64K);

	igt_assert_eq(__xe_vm_bind(fd, l.vm, 0, 0, to_user_pointer((void *)p), ADDR, SZ_64K,
				   DRM_XE_VM_BIND_OP_MAP_USERPTR, 0, &out, 1, 0,
				   DEFAULT_PAT_INDEX, 0), 0);
	lit_wait(fd, out.handle);
	for (unsigned int i = 0; i < 5; i++) {
		lit_store(&l, ADDR + 4 * i, VALUE + i);
		lit_run(&l);
		igt_assert_eq_u32(p[i], VALUE + i);
		anonymous((void *)p, SZ_64K);
		igt_assert_eq_u32(p[i], 0);
	}
	/* Gone: other jobs go on, one that uses it does not. */
	munmap((void *)p, SZ_64K);
	lit_store(&l, lit_addr(&l, 0), VALUE);
	lit_run(&l);
	igt_assert_eq_u32(*lit_data(&l, 0), VALUE);
	lit_store(&l, ADDR, VALUE);
	lit_expect_ban(&l);
	syncobj_destroy(fd, out.handle);
	lit_close(&l);
}

igt_main
{
	struct drm_xe_engine_class_instance *hwe;
	int fd;

	igt_fixture
		fd = drm_open_driver(DRIVER_XE);

	igt_subtest_with_dynamic("bo")
		lit_each_gt(fd, hwe, bo(fd, hwe, false, 0));
	igt_subtest_with_dynamic("bo-own")
		lit_each_gt(fd, hwe, bo(fd, hwe, true, 0));
	igt_subtest_with_dynamic("bo-immediate")
		lit_each_gt(fd, hwe, bo(fd, hwe, false, DRM_XE_VM_BIND_FLAG_IMMEDIATE));
	igt_subtest_with_dynamic("counted")
		lit_each_gt(fd, hwe, counted(fd, hwe, 0));
	igt_subtest_with_dynamic("counted-immediate")
		lit_each_gt(fd, hwe, counted(fd, hwe, DRM_XE_VM_BIND_FLAG_IMMEDIATE));
	igt_subtest_with_dynamic("moves")
		lit_each_gt(fd, hwe, moves(fd, hwe, false));
	igt_subtest_with_dynamic("moves-own")
		lit_each_gt(fd, hwe, moves(fd, hwe, true));
	igt_subtest_with_dynamic("atomic")
		lit_each_gt(fd, hwe, atomic(fd, hwe));
	igt_subtest_with_dynamic("read-only")
		lit_each_gt(fd, hwe, read_only(fd, hwe));
	igt_subtest_with_dynamic("nothing")
		lit_each_gt(fd, hwe, nothing(fd, hwe));
	igt_subtest_with_dynamic("scratch")
		lit_each_gt(fd, hwe, scratch(fd, hwe));
	igt_subtest_with_dynamic("remap")
		lit_each_gt(fd, hwe, remap(fd, hwe, 0));
	igt_subtest_with_dynamic("remap-immediate")
		lit_each_gt(fd, hwe, remap(fd, hwe, DRM_XE_VM_BIND_FLAG_IMMEDIATE));
	igt_subtest_with_dynamic("split")
		lit_each_gt(fd, hwe, split(fd, hwe));
	igt_subtest_with_dynamic("fork")
		lit_each_gt(fd, hwe, forked(fd, hwe));
	igt_subtest_with_dynamic("remap-fenced")
		lit_each_gt(fd, hwe, remap_fenced(fd, hwe));

	igt_fixture
		drm_close_driver(fd);
}
