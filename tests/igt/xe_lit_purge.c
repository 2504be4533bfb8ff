// SPDX-License-Identifier: MIT
/*
 * Memory that userspace does not need: it stays as long as there is room, goes when memory is
 * short, and whoever asks for it again is told whether it is still there.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <xf86drm.h>

#include "xe_lit.h"

IGT_TEST_DESCRIPTION("Buffers whose contents are not needed");

#define ADDR 0x100000000ull
#define VALUE 0x50f60000u
#define NEEDED DRM_XE_VMA_PURGEABLE_STATE_WILLNEED
#define UNNEEDED DRM_XE_VMA_PURGEABLE_STATE_DONTNEED

static int try_advise(int fd, uint32_t vm, uint64_t addr, uint64_t size, uint32_t state,
		      uint32_t *retained)
{
	struct drm_xe_madvise args = {
		.vm_id = vm,
		.start = addr,
		.range = size,
		.type = DRM_XE_VMA_ATTR_PURGEABLE_STATE,
		.purge_state_val = { .val = state, .retained_ptr = to_user_pointer(retained) },
	};

	return igt_ioctl(fd, DRM_IOCTL_XE_MADVISE, &args) ? -errno : 0;
}

/* Whether the contents are there */
static bool advise(int fd, uint32_t vm, uint64_t addr, uint64_t size, uint32_t state)
{
	uint32_t retained = 0;

	igt_assert_eq(try_advise(fd, vm, addr, size, state, &retained), 0);
	igt_assert_lte(retained, 1);
	return retained;
}

static sigjmp_buf on_sigbus;

static void sigbus(int sig)
{
	siglongjmp(on_sigbus, 1);
}

static bool readable(volatile uint32_t *p)
{
	struct sigaction act = { .sa_handler = sigbus }, old;
	volatile bool ok = false;

	sigaction(SIGBUS, &act, &old);
	if (!sigsetjmp(on_sigbus, 1)) {
		(void)*p;
		ok = true;
	}
	sigaction(SIGBUS, &old, NULL);
	return ok;
}

static int try_bind(int fd, uint32_t vm, uint32_t bo, uint64_t addr, uint64_t size)
{
	return __xe_vm_bind(fd, vm, 0, bo, 0, addr, size, DRM_XE_VM_BIND_OP_MAP, 0, NULL, 0, 0,
			    intel_get_pat_idx_wb(fd), 0);
}

/* The system's caches and shrinkers give all that they can */
static void squeeze(void)
{
	int fd = open("/proc/sys/vm/drop_caches", O_WRONLY);

	igt_require_f(fd >= 0, "no drop_caches\n");
	igt_assert_eq(write(fd, "2", 1), 1);
	close(fd);
}

/* While it is not needed it is not to be used, and nothing is lost without need. */
static void there_and_back(int fd, uint64_t region)
{
	uint32_t vm = xe_vm_create(fd, 0, 0);
	struct lit_buf b = lit_buf_new(fd, 0, region, 0, SZ_2M);
	struct drm_xe_gem_mmap_offset mmo = { .handle = b.bo };
	char *want = malloc(SZ_2M);
	void *untouched = xe_bo_map(fd, b.bo, SZ_2M), *map;
	int prime;

	xe_vm_bind_sync(fd, vm, b.bo, 0, ADDR, SZ_2M);
	lit_fill(want, SZ_2M, 9);
	memcpy(b.map, want, SZ_2M);
	igt_assert(advise(fd, vm, ADDR, SZ_2M, UNNEEDED));
	igt_assert(advise(fd, vm, ADDR, SZ_2M, UNNEEDED));

	igt_assert(!readable(untouched));
	igt_assert_eq(igt_ioctl(fd, DRM_IOCTL_XE_GEM_MMAP_OFFSET, &mmo), 0);
	map = mmap(NULL, SZ_2M, PROT_READ, MAP_SHARED, fd, mmo.offset);
	igt_assert(map == MAP_FAILED);
	igt_assert_eq(errno, EBUSY);
	igt_assert_eq(try_bind(fd, vm, b.bo, 2 * ADDR, SZ_2M), -EBUSY);
	igt_assert_eq(drmPrimeHandleToFD(fd, b.bo, DRM_CLOEXEC, &prime), -1);
	igt_assert_eq(errno, EBUSY);

	igt_assert(advise(fd, vm, ADDR, SZ_2M, NEEDED));
	lit_assert_same(b.map, want, SZ_2M);
	lit_assert_same(untouched, want, SZ_2M);
	munmap(untouched, SZ_2M);
	igt_assert_eq(try_bind(fd, vm, b.bo, 2 * ADDR, SZ_2M), 0);
	lit_buf_free(fd, &b);
	xe_vm_destroy(fd, vm);
	free(want);
}

static void check_lost(struct lit *l, struct lit_buf *b)
{
	int prime;

	igt_assert(!advise(l->fd, l->vm, ADDR, b->size, NEEDED));
	igt_assert(!advise(l->fd, l->vm, ADDR, b->size, UNNEEDED));
	igt_assert(!readable(b->map));
	igt_assert_eq(try_bind(l->fd, l->vm, b->bo, 2 * ADDR, b->size), -EINVAL);
	igt_assert_eq(drmPrimeHandleToFD(l->fd, b->bo, DRM_CLOEXEC, &prime), -1);
	igt_assert_eq(errno, EINVAL);

	/* The rest of the address space goes on. */
	lit_store(l, lit_addr(l, 0), VALUE);
	lit_run(l);
	igt_assert_eq_u32(*lit_data(l, 0), VALUE);
	igt_assert(!lit_banned(l->fd, l->queue));
}

/* VRAM is short: what is not needed goes first, and does not come back. */
static void vram_short(int fd, uint64_t region, uint32_t vm_flags)
{
	uint32_t vm = xe_vm_create(fd, vm_flags, 0);
	struct lit l = lit_open_at(fd, vm, &xe_engine(fd, 0)->instance, system_memory(fd),
				   LIT_CS_ADDR);
	struct lit_buf b = lit_buf_new(fd, 0, region, 0, SZ_64M);
	unsigned int count = xe_mem_region(fd, region)->total_size / SZ_64M + 1;
	uint32_t *others = calloc(count, sizeof(*others));

	igt_assert(others);
	xe_vm_bind_sync(fd, vm, b.bo, 0, ADDR, b.size);
	lit_store(&l, ADDR, VALUE);
	lit_run(&l);
	igt_assert(advise(fd, vm, ADDR, b.size, UNNEEDED));
	for (unsigned int i = 0; i < count; i++)
		others[i] = xe_bo_create(fd, 0, SZ_64M, region | system_memory(fd), 0);

	check_lost(&l, &b);
	if (vm_flags & DRM_XE_VM_CREATE_FLAG_SCRATCH_PAGE) {
		/* Its addresses lead nowhere, as if nothing had been mapped. */
		lit_store(&l, ADDR, VALUE);
		lit_copy_dw(&l, lit_addr(&l, 4), ADDR + SZ_1M);
		lit_run(&l);
		igt_assert(!lit_banned(fd, l.queue));
	}
	for (unsigned int i = 0; i < count; i++)
		gem_close(fd, others[i]);
	free(others);
	lit_buf_free(fd, &b);
	lit_close(&l);
	xe_vm_destroy(fd, vm);
}

/* System memory is short. */
static void system_short(int fd)
{
	uint32_t vm = xe_vm_create(fd, 0, 0);
	struct lit l = lit_open_at(fd, vm, &xe_engine(fd, 0)->instance, system_memory(fd),
				   LIT_CS_ADDR);
	struct lit_buf b = lit_buf_new(fd, 0, system_memory(fd), 0, SZ_64M);
	struct lit_buf keep = lit_buf_new(fd, 0, system_memory(fd), 0, SZ_2M);
	char *want = malloc(keep.size);

	lit_fill(want, keep.size, 11);
	memcpy(keep.map, want, keep.size);
	xe_vm_bind_sync(fd, vm, keep.bo, 0, 4 * ADDR, keep.size);
	xe_vm_bind_sync(fd, vm, b.bo, 0, ADDR, b.size);
	lit_store(&l, ADDR, VALUE);
	lit_run(&l);
	igt_assert(advise(fd, vm, ADDR, b.size, UNNEEDED));
	squeeze();
	check_lost(&l, &b);
	lit_assert_same(keep.map, want, keep.size);
	igt_assert(advise(fd, vm, 4 * ADDR, keep.size, NEEDED));
	lit_buf_free(fd, &keep);
	lit_buf_free(fd, &b);
	lit_close(&l);
	xe_vm_destroy(fd, vm);
	free(want);
}

/* One of two address spaces, or somebody else, needs it. */
static void needed_by_another(int fd)
{
	uint32_t vm[2] = { xe_vm_create(fd, 0, 0), xe_vm_create(fd, 0, 0) };
	struct lit_buf b = lit_buf_new(fd, 0, system_memory(fd), 0, SZ_2M);
	uint32_t *map = b.map;
	int prime;

	map[1] = VALUE;
	xe_vm_bind_sync(fd, vm[0], b.bo, 0, ADDR, SZ_2M);
	xe_vm_bind_sync(fd, vm[1], b.bo, 0, ADDR, SZ_2M);
	igt_assert(advise(fd, vm[0], ADDR, SZ_2M, UNNEEDED));
	squeeze();
	igt_assert_eq_u32(map[1], VALUE);
	igt_assert(advise(fd, vm[0], ADDR, SZ_2M, NEEDED));

	igt_assert_eq(drmPrimeHandleToFD(fd, b.bo, DRM_CLOEXEC, &prime), 0);
	igt_assert(advise(fd, vm[0], ADDR, SZ_2M, UNNEEDED));
	igt_assert(advise(fd, vm[1], ADDR, SZ_2M, UNNEEDED));
	squeeze();
	igt_assert_eq_u32(map[1], VALUE);
	close(prime);
	lit_buf_free(fd, &b);
	xe_vm_destroy(fd, vm[0]);
	xe_vm_destroy(fd, vm[1]);
}

static void bad_advice(int fd)
{
	uint32_t vm = xe_vm_create(fd, 0, 0), retained = 0;

	igt_assert_eq(try_advise(fd, vm, ADDR, SZ_2M, UNNEEDED, &retained), 0);
	retained = 1;
	igt_assert_eq(try_advise(fd, vm, ADDR, SZ_2M, UNNEEDED, &retained), -EINVAL);
	retained = 0;
	igt_assert_eq(try_advise(fd, vm, ADDR, SZ_2M, UNNEEDED + 1, &retained), -EINVAL);
	igt_assert_eq(try_advise(fd, vm, ADDR + 1, SZ_2M, UNNEEDED, &retained), -EINVAL);
	igt_assert_eq(try_advise(fd, vm, ADDR, 0, UNNEEDED, &retained), -EINVAL);
	igt_assert_eq(try_advise(fd, vm + 1, ADDR, SZ_2M, UNNEEDED, &retained), -EINVAL);
	igt_assert_eq(try_advise(fd, vm, ADDR, SZ_2M, UNNEEDED, (void *)16), -EFAULT);
	igt_assert_eq(try_advise(fd, vm, ADDR, SZ_2M, UNNEEDED, NULL), 0);
	xe_vm_destroy(fd, vm);
}

igt_main
{
	uint64_t region;
	int fd;

	igt_fixture {
		fd = drm_open_driver(DRIVER_XE);
		igt_require(xe_config(fd)->info[DRM_XE_QUERY_CONFIG_FLAGS] &
			    DRM_XE_QUERY_CONFIG_FLAG_HAS_PURGING_SUPPORT);
	}

	igt_subtest_with_dynamic("there-and-back")
		xe_for_each_mem_region(fd, all_memory_regions(fd), region)
			igt_dynamic(xe_region_name(region))
				there_and_back(fd, region);
	igt_subtest_with_dynamic("vram-short")
		xe_for_each_mem_region(fd, all_memory_regions(fd) & ~system_memory(fd), region)
			igt_dynamic(xe_region_name(region))
				vram_short(fd, region, 0);
	igt_subtest_with_dynamic("vram-short-scratch")
		xe_for_each_mem_region(fd, all_memory_regions(fd) & ~system_memory(fd), region)
			igt_dynamic(xe_region_name(region))
				vram_short(fd, region, DRM_XE_VM_CREATE_FLAG_SCRATCH_PAGE);
	igt_subtest("system-short")
		system_short(fd);
	igt_subtest("needed-by-another")
		needed_by_another(fd);
	igt_subtest("bad-advice")
		bad_advice(fd);

	igt_fixture
		drm_close_driver(fd);
}
