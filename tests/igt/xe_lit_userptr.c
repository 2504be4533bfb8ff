// SPDX-License-Identifier: MIT
/*
 * User memory that its process takes away and gives back, and what is bound of it meanwhile.
 */
#include <sys/mman.h>

#include "xe_lit_svm.h"

IGT_TEST_DESCRIPTION("Mappings of user memory that is not always there");

#define ADDR 0x100000ull
#define OBJECT_ADDR 0x100000000ull
#define VALUE 0x05e70000u
#define BOUND 0xb0ddull
#define PIECE (2 * SZ_4K)
#define SIZE (4 * SZ_4K)

static void *anonymous(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	igt_assert(p != MAP_FAILED);
	memset(p, 0, size);
	return p;
}

static void map_user(struct lit *l, void *p, uint64_t addr, size_t size)
{
	struct drm_xe_sync out = lit_sync(l->fd, DRM_XE_SYNC_FLAG_SIGNAL);

	igt_assert_eq(__xe_vm_bind(l->fd, l->vm, 0, 0, to_user_pointer(p), addr, size,
				   DRM_XE_VM_BIND_OP_MAP_USERPTR, 0, &out, 1, 0,
				   DEFAULT_PAT_INDEX, 0), 0);
	lit_wait(l->fd, out.handle);
	syncobj_destroy(l->fd, out.handle);
}

static void check_store(struct lit *l, uint64_t addr, volatile uint32_t *cpu, uint32_t value)
{
	lit_store(l, addr, value);
	lit_run(l);
	igt_assert_eq_u32(*cpu, value);
}

static struct drm_xe_vm_bind_op op(int fd, uint32_t what, uint64_t addr, uint64_t size,
				   uint32_t region)
{
	return (struct drm_xe_vm_bind_op){
		.op = what, .addr = addr, .range = size, .prefetch_mem_region_instance = region,
		.pat_index = intel_get_pat_idx_wb(fd),
	};
}

/* Done on return, or refused. */
static int bind_array(struct lit *l, struct drm_xe_vm_bind_op *ops, unsigned int n)
{
	struct drm_xe_sync out = lit_sync(l->fd, DRM_XE_SYNC_FLAG_SIGNAL);
	struct drm_xe_vm_bind bind = {
		.vm_id = l->vm, .num_binds = n, .vector_of_binds = to_user_pointer(ops),
		.num_syncs = 1, .syncs = to_user_pointer(&out),
	};
	int err = igt_ioctl(l->fd, DRM_IOCTL_XE_VM_BIND, &bind) ? -errno : 0;

	if (!err)
		lit_wait(l->fd, out.handle);
	syncobj_destroy(l->fd, out.handle);
	return err;
}

/*
 * Of memory whose pages have changed the middle is unmapped and the rest before it is
 * prefetched; the last operation of the array is refused. All is as before then, and what
 * the array had begun with is nowhere: others are mapped in the meantime.
 */
static void refused(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	struct lit_buf b = lit_buf_new(fd, l.vm, system_memory(fd), OBJECT_ADDR, SZ_64K);
	uint32_t *p = anonymous(SIZE);
	struct drm_xe_vm_bind_op ops[] = {
		op(fd, DRM_XE_VM_BIND_OP_UNMAP, ADDR + PIECE, SZ_4K, 0),
		op(fd, DRM_XE_VM_BIND_OP_PREFETCH, ADDR, PIECE, 0),
		op(fd, DRM_XE_VM_BIND_OP_PREFETCH, OBJECT_ADDR, SZ_64K, 1),
	};

	map_user(&l, p, ADDR, SIZE);
	for (unsigned int i = 0; i < 8; i++) {
		check_store(&l, ADDR + PIECE, p + PIECE / 4, VALUE);
		igt_assert_eq(madvise(p, SIZE, MADV_DONTNEED), 0);
		igt_assert_eq(bind_array(&l, ops, ARRAY_SIZE(ops)), -EINVAL);
		for (unsigned int k = 0; k < 4; k++)
			xe_vm_bind_sync(fd, l.vm, b.bo, 0, OBJECT_ADDR + (1 + 4 * i + k) * SZ_64K,
					SZ_64K);
		check_store(&l, ADDR + 4, p + 1, VALUE + 1 + i);
		check_store(&l, ADDR + PIECE + 4, p + PIECE / 4 + 1, VALUE + 2 + i);
		check_store(&l, OBJECT_ADDR, b.map, VALUE + 3 + i);
	}
	munmap(p, SIZE);
	lit_buf_free(fd, &b);
	lit_close(&l);
}

/* The same where nothing is refused: prefetched, cut, and prefetched again. */
static void prefetch_cut_prefetch(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	uint32_t *p = anonymous(SIZE);
	struct drm_xe_vm_bind_op ops[] = {
		op(fd, DRM_XE_VM_BIND_OP_PREFETCH, ADDR, SIZE, 0),
		op(fd, DRM_XE_VM_BIND_OP_UNMAP, ADDR + PIECE, SZ_4K, 0),
		op(fd, DRM_XE_VM_BIND_OP_PREFETCH, ADDR, PIECE, 0),
	};

	for (unsigned int i = 0; i < 4; i++) {
		map_user(&l, p, ADDR, SIZE);
		igt_assert_eq(madvise(p, SIZE, MADV_DONTNEED), 0);
		igt_assert_eq(bind_array(&l, ops, ARRAY_SIZE(ops)), 0);
		check_store(&l, ADDR + 4, p + 1, VALUE + i);
		check_store(&l, ADDR + SIZE - 4, p + SIZE / 4 - 1, VALUE + i);
	}
	munmap(p, SIZE);
	lit_close(&l);
}

/* What is not there cannot be prefetched; the mapping stays as it was. */
static void prefetch_missing(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	uint32_t *p = anonymous(SIZE);
	struct drm_xe_vm_bind_op ops[] = {
		op(fd, DRM_XE_VM_BIND_OP_UNMAP, ADDR + PIECE, SZ_4K, 0),
		op(fd, DRM_XE_VM_BIND_OP_PREFETCH, ADDR, PIECE, 0),
	};

	map_user(&l, p, ADDR, SIZE);
	igt_assert_eq(mprotect(p, SIZE, PROT_NONE), 0);
	igt_assert_eq(bind_array(&l, ops, ARRAY_SIZE(ops)), -EFAULT);
	igt_assert_eq(mprotect(p, SIZE, PROT_READ | PROT_WRITE), 0);
	check_store(&l, ADDR + PIECE, p + PIECE / 4, VALUE);
	munmap(p, SIZE);
	lit_close(&l);
}

/* A batch that does not use it runs while the memory is away; one that does when it is back. */
static void away(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	uint32_t *p = anonymous(SIZE);

	map_user(&l, p, ADDR, SIZE);
	for (unsigned int i = 0; i < 4; i++) {
		check_store(&l, ADDR + 8, p + 2, VALUE + i);
		igt_assert_eq(mprotect(p, SIZE, PROT_NONE), 0);
		for (unsigned int k = 0; k < 2; k++)
			check_store(&l, lit_addr(&l, 0), lit_data(&l, 0), VALUE + i + k);
		igt_assert_eq(mprotect(p, SIZE, PROT_READ | PROT_WRITE), 0);
		igt_assert_eq_u32(p[2], VALUE + i);
	}
	check_store(&l, ADDR + 8, p + 2, VALUE + 100);
	munmap(p, SIZE);
	lit_close(&l);
}

/* The same in a long-running address space without page faults. */
static void away_lr(int fd, struct drm_xe_engine_class_instance *hwe)
{
	static uint64_t fence __attribute__((aligned(8)));
	struct drm_xe_sync sync = {
		.type = DRM_XE_SYNC_TYPE_USER_FENCE, .flags = DRM_XE_SYNC_FLAG_SIGNAL,
		.addr = to_user_pointer(&fence), .timeline_value = BOUND,
	};
	struct svm s = { fd, xe_vm_create(fd, DRM_XE_VM_CREATE_FLAG_LR_MODE, 0), anonymous(SZ_64K) };
	uint32_t *p = anonymous(SIZE), *other = (uint32_t *)(s.batch + 2 * SZ_4K);
	void *const map[] = { s.batch, p };
	const size_t size[] = { SZ_64K, SIZE };

	for (unsigned int i = 0; i < 2; i++) {
		int64_t limit = LIT_SECONDS * (int64_t)NSEC_PER_SEC;

		fence = 0;
		igt_assert_eq(__xe_vm_bind(fd, s.vm, 0, 0, to_user_pointer(map[i]),
					   to_user_pointer(map[i]), size[i],
					   DRM_XE_VM_BIND_OP_MAP_USERPTR, 0, &sync, 1, 0,
					   DEFAULT_PAT_INDEX, 0), 0);
		igt_assert_eq(__xe_wait_ufence(fd, &fence, BOUND, 0, &limit), 0);
	}
	for (unsigned int i = 0; i < 3; i++) {
		igt_assert_eq(svm_store(&s, hwe, p + 2, VALUE + i), 0);
		igt_assert_eq_u32(p[2], VALUE + i);
		igt_assert_eq(mprotect(p, SIZE, PROT_NONE), 0);
		igt_assert_eq(svm_store(&s, hwe, other, VALUE + i), 0);
		igt_assert_eq_u32(*other, VALUE + i);
		igt_assert_eq(mprotect(p, SIZE, PROT_READ | PROT_WRITE), 0);
	}
	munmap(p, SIZE);
	svm_close(&s);
}

/*
 * Huge pages of user memory that no huge entry can show; the first 64 KiB are unmapped, and
 * one page of them shows something else. Then the process changes all of it. Where nothing
 * is mapped there is scratch, before and after.
 */
static void scratch_beside(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct drm_xe_vm_create create = {
		.flags = DRM_XE_VM_CREATE_FLAG_LR_MODE | DRM_XE_VM_CREATE_FLAG_FAULT_MODE |
			 DRM_XE_VM_CREATE_FLAG_SCRATCH_PAGE,
	};
	int err = igt_ioctl(fd, DRM_IOCTL_XE_VM_CREATE, &create) ? errno : 0;
	struct svm s = { fd, create.vm_id, anonymous(SZ_64K) };
	char *whole, *p = svm_memory(&whole, 4 * SZ_1M), *at = (char *)OBJECT_ADDR;
	uint32_t *page = anonymous(SZ_4K);
	const struct {
		uint32_t op;
		void *p;
		char *at;
		size_t size;
	} binds[] = {
		{ DRM_XE_VM_BIND_OP_MAP_USERPTR, s.batch, s.batch, SZ_64K },
		{ DRM_XE_VM_BIND_OP_MAP_USERPTR, p + SZ_64K, at, SZ_2M },
		{ DRM_XE_VM_BIND_OP_UNMAP, NULL, at, SZ_64K },
		{ DRM_XE_VM_BIND_OP_MAP_USERPTR, page, at + SZ_4K, SZ_4K },
	};

	igt_require_f(!err, "no address spaces with scratch that take page faults: %s\n",
		      strerror(err));
	madvise(p, 4 * SZ_1M, MADV_HUGEPAGE);
	memset(p, 0, 4 * SZ_1M);
	for (unsigned int i = 0; i < ARRAY_SIZE(binds); i++) {
		bool map = binds[i].op != DRM_XE_VM_BIND_OP_UNMAP;

		igt_assert_eq(__xe_vm_bind(fd, s.vm, 0, 0, to_user_pointer(binds[i].p),
					   to_user_pointer(binds[i].at), binds[i].size, binds[i].op,
					   map ? DRM_XE_VM_BIND_FLAG_IMMEDIATE : 0, NULL, 0, 0,
					   DEFAULT_PAT_INDEX, 0), 0);
	}
	for (unsigned int i = 0; i < 2; i++) {
		igt_assert_eq(svm_store(&s, hwe, at + SZ_4K, VALUE + i), 0);
		igt_assert_eq_u32(*page, VALUE + i);
		igt_assert_eq(svm_store(&s, hwe, at + SZ_64K, VALUE + i), 0);
		igt_assert_eq_u32(*(uint32_t *)(p + 2 * SZ_64K), VALUE + i);
		igt_assert_eq(svm_store(&s, hwe, at + 2 * SZ_4K, VALUE), 0);
		igt_assert_eq(svm_store(&s, hwe, at, VALUE), 0);
		igt_assert_eq(madvise(p, 4 * SZ_1M, MADV_DONTNEED), 0);
	}
	munmap(page, SZ_4K);
	munmap(whole, 8 * SZ_1M);
	svm_close(&s);
}

igt_main
{
	struct drm_xe_engine_class_instance *hwe;
	int fd = -1;

	igt_fixture
		fd = drm_open_driver(DRIVER_XE);

	igt_subtest_with_dynamic("refused") {
		igt_require(xe_has_vram(fd));
		lit_each_gt(fd, hwe, refused(fd, hwe));
	}
	igt_subtest_with_dynamic("prefetch-cut-prefetch")
		lit_each_gt(fd, hwe, prefetch_cut_prefetch(fd, hwe));
	igt_subtest_with_dynamic("prefetch-missing")
		lit_each_gt(fd, hwe, prefetch_missing(fd, hwe));
	igt_subtest_with_dynamic("away")
		lit_each_gt(fd, hwe, away(fd, hwe));
	igt_subtest_with_dynamic("away-lr")
		lit_each_gt(fd, hwe, away_lr(fd, hwe));
	igt_subtest_with_dynamic("scratch-beside")
		lit_each_gt(fd, hwe, scratch_beside(fd, hwe));

	igt_fixture
		drm_close_driver(fd);
}
