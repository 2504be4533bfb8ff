// SPDX-License-Identifier: MIT
/*
 * VM_BIND: what may be mapped how, and what a bind waits for and tells: caching, user memory,
 * fences. What is refused leaves what was mapped before as it was.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memfd_create() */
#endif
#include <fcntl.h>
#include <linux/udmabuf.h>
#include <sys/mman.h>
#include <xf86drm.h>

#include "xe_lit.h"

IGT_TEST_DESCRIPTION("Binds that are refused, and those that wait");

#define ADDR 0x100000000ull
#define VALUE 0xb1d50000u
#define MAX_PAT 64

/* The first engine there is, with an address space of its own */
static struct lit open_any(int fd)
{
	return lit_open(fd, &xe_engine(fd, 0)->instance, system_memory(fd));
}

static int try_bind(struct lit *l, uint32_t op, uint32_t bo, uint64_t from, uint64_t addr,
		    uint64_t size, uint32_t flags, uint8_t pat)
{
	struct drm_xe_sync out = lit_sync(l->fd, DRM_XE_SYNC_FLAG_SIGNAL);
	int err = __xe_vm_bind(l->fd, l->vm, 0, bo, from, addr, size, op, flags, &out, 1, 0, pat, 0);

	if (!err)
		lit_wait(l->fd, out.handle);
	else
		igt_assert_eq(drmSyncobjWait(l->fd, &out.handle, 1, 0, 0, NULL), -EINVAL); /* no fence */
	syncobj_destroy(l->fd, out.handle);
	return err;
}

static int bind_bo(struct lit *l, uint32_t bo, uint64_t size, uint8_t pat)
{
	return try_bind(l, DRM_XE_VM_BIND_OP_MAP, bo, 0, ADDR, size, 0, pat);
}

static int bind_user(struct lit *l, const void *p, uint64_t addr, uint64_t size, uint32_t flags,
		     uint8_t pat)
{
	return try_bind(l, DRM_XE_VM_BIND_OP_MAP_USERPTR, 0, to_user_pointer(p), addr, size, flags,
			pat);
}

static void check_store(struct lit *l, uint64_t addr, volatile uint32_t *cpu, uint32_t value)
{
	lit_store(l, addr, value);
	lit_run(l);
	igt_assert_eq_u32(*cpu, value);
}

static void *anonymous(void *at, size_t size)
{
	void *p = mmap(at, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | (at ? MAP_FIXED : 0), -1, 0);

	igt_assert(p != MAP_FAILED);
	return p;
}

/* ---- caching ---- */

enum pat { RESERVED, NOT_COHERENT, COHERENT, COMPRESSING };

/* Bspec 71582 for Battlemage, 45101 for Ponte Vecchio: a letter of each index */
static enum pat pat_of(int fd, unsigned int index)
{
	const char *all = xe_dev_id(fd) >> 8 == 0x0b ? "nnncncnc" : "nccnccncnzzzznzz....nzccnzcc";

	if (index >= strlen(all))
		return RESERVED;
	switch (all[index]) {
	case 'n':
		return NOT_COHERENT;
	case 'c':
		return COHERENT;
	case 'z':
		return COMPRESSING;
	default:
		return RESERVED;
	}
}

#define OK(pat) (1u << (pat))

/* Every index, for memory that may be mapped with those of @allowed only */
static void each_pat(struct lit *l, uint32_t bo, volatile uint32_t *map, uint64_t size,
		     unsigned int allowed)
{
	for (unsigned int i = 0; i < MAX_PAT; i++) {
		enum pat pat = pat_of(l->fd, i);
		int want = allowed & OK(pat) ? 0 : -EINVAL;
		int err = bo ? bind_bo(l, bo, size, i) :
			       bind_user(l, (void *)map, ADDR, size, 0, i);

		igt_assert_f(err == want, "index %u: %d, not %d\n", i, err, want);
	}
	/* The last one that was allowed is coherent, so that the CPU sees what is written. */
	igt_assert_eq(bo ? bind_bo(l, bo, size, DEFAULT_PAT_INDEX) :
			   bind_user(l, (void *)map, ADDR, size, 0, DEFAULT_PAT_INDEX), 0);
	check_store(l, ADDR + 64, map + 16, VALUE);
}

/* What the CPU may have in its caches, the device must look for there. */
static void pat_of_bo(int fd, uint64_t region, uint16_t caching, unsigned int allowed)
{
	struct lit l = open_any(fd);
	uint32_t bo = xe_bo_create_caching(fd, 0, SZ_64K, region, 0, caching);
	volatile uint32_t *map = xe_bo_map(fd, bo, SZ_64K);

	each_pat(&l, bo, map, SZ_64K, allowed);
	munmap((void *)map, SZ_64K);
	gem_close(fd, bo);
	lit_close(&l);
}

static void pat_of_user_memory(int fd)
{
	struct lit l = open_any(fd);
	uint32_t *p = anonymous(NULL, SZ_64K);

	each_pat(&l, 0, p, SZ_64K, OK(COHERENT));
	lit_close(&l);
	munmap(p, SZ_64K);
}

/* Nobody knows how somebody else's buffer is cached, and it is no memory of this device. */
static void pat_of_import(int fd)
{
	int memory = memfd_create("xe_lit", MFD_CLOEXEC | MFD_ALLOW_SEALING), prime,
	    dev = open("/dev/udmabuf", O_RDWR | O_CLOEXEC);
	struct udmabuf_create create = { .memfd = memory, .size = SZ_64K };
	struct lit l = open_any(fd);
	uint32_t *map, bo;

	igt_require_f(dev >= 0, "no udmabuf\n");
	igt_assert(memory >= 0);
	igt_assert_eq(ftruncate(memory, SZ_64K), 0);
	igt_assert_eq(fcntl(memory, F_ADD_SEALS, F_SEAL_SHRINK), 0);
	map = mmap(NULL, SZ_64K, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
	igt_assert(map != MAP_FAILED);
	prime = ioctl(dev, UDMABUF_CREATE, &create);
	igt_assert(prime >= 0);
	igt_assert_eq(drmPrimeFDToHandle(fd, prime, &bo), 0);
	each_pat(&l, bo, map, SZ_64K, OK(COHERENT));
	gem_close(fd, bo);
	lit_close(&l);
	close(prime);
	munmap(map, SZ_64K);
	close(memory);
	close(dev);
}

/* ---- user memory ---- */

/* Memory that is not all there is not bound, and what was bound there stays. */
static void not_there(int fd)
{
	struct lit l = open_any(fd);
	struct lit_buf b = lit_buf_new(fd, l.vm, system_memory(fd), ADDR, 4 * SZ_64K);
	char *p = anonymous(NULL, 4 * SZ_64K);
	uint8_t pat = intel_get_pat_idx_wb(fd);

	munmap(p + SZ_64K, SZ_64K);
	igt_assert_eq(mprotect(p + 2 * SZ_64K, SZ_64K, PROT_NONE), 0);
	igt_assert_eq(bind_user(&l, p + SZ_64K, ADDR, SZ_64K, 0, pat), -EFAULT);
	igt_assert_eq(bind_user(&l, p, ADDR, 2 * SZ_64K, 0, pat), -EFAULT);
	igt_assert_eq(bind_user(&l, p, ADDR, 4 * SZ_64K, 0, pat), -EFAULT);
	igt_assert_eq(bind_user(&l, p + 2 * SZ_64K, ADDR, SZ_64K, 0, pat), -EFAULT);
	igt_assert_eq(bind_user(&l, p + 2 * SZ_64K, ADDR, SZ_64K, DRM_XE_VM_BIND_FLAG_READONLY, pat),
		      -EFAULT);
	for (unsigned int i = 0; i < 4; i++)
		check_store(&l, ADDR + i * SZ_64K, (uint32_t *)((char *)b.map + i * SZ_64K), VALUE + i);
	igt_assert_eq(bind_user(&l, p + 3 * SZ_64K, ADDR, SZ_64K, 0, pat), 0);
	check_store(&l, ADDR, (uint32_t *)(p + 3 * SZ_64K), VALUE + 4);
	igt_assert_eq_u32(*(uint32_t *)b.map, VALUE);
	check_store(&l, ADDR + SZ_64K, (uint32_t *)((char *)b.map + SZ_64K), VALUE + 5);
	lit_buf_free(fd, &b);
	lit_close(&l);
	munmap(p, SZ_64K);
	munmap(p + 2 * SZ_64K, 2 * SZ_64K);
}

/* Pieces of user memory stay what they were, and follow their process one by one. */
static void split_user(int fd)
{
	struct lit l = open_any(fd);
	char *p = anonymous(NULL, SZ_2M);
	const uint64_t last = SZ_2M - SZ_4K, hole = SZ_1M, at[] = { 0, hole - SZ_4K, hole + SZ_64K, last };
	struct lit_buf b = lit_buf_new(fd, l.vm, system_memory(fd), 0, SZ_64K);

	igt_assert_eq(bind_user(&l, p, ADDR, SZ_2M, 0, DEFAULT_PAT_INDEX), 0);
	check_store(&l, ADDR + hole, (uint32_t *)(p + hole), VALUE);
	/* A buffer takes the place of the middle, and goes again. */
	xe_vm_bind_sync(fd, l.vm, b.bo, 0, ADDR + hole, SZ_64K);
	check_store(&l, ADDR + hole, b.map, VALUE + 1);
	igt_assert_eq_u32(*(uint32_t *)(p + hole), VALUE);
	xe_vm_unbind_sync(fd, l.vm, 0, ADDR + hole, SZ_64K);
	for (unsigned int round = 0; round < 3; round++) {
		for (unsigned int i = 0; i < ARRAY_SIZE(at); i++)
			check_store(&l, ADDR + at[i], (uint32_t *)(p + at[i]), VALUE + 16 * round + i);
		/* Other pages for one piece, then for the other: each store finds the new ones. */
		anonymous(round ? p : p + hole + SZ_64K, round ? hole : SZ_1M - SZ_64K);
	}
	/* Memory where nothing is mapped any more may go. */
	munmap(p + hole, SZ_64K);
	check_store(&l, ADDR, (uint32_t *)p, VALUE + 99);
	check_store(&l, ADDR + last, (uint32_t *)(p + last), VALUE + 98);
	lit_buf_free(fd, &b);
	lit_close(&l);
	munmap(p, hole);
	munmap(p + hole + SZ_64K, SZ_1M - SZ_64K);
}

/* ---- fences ---- */

/* A fence that comes when the test wants: that of a batch that spins */
static struct lit open_spin(int fd, struct drm_xe_sync *out)
{
	struct lit spin = open_any(fd);

	lit_spin(&spin, 0);
	igt_assert_eq(lit_submit(&spin, 0, out, 1), 0);
	return spin;
}

static void end_spin(struct lit *spin)
{
	*lit_data(spin, 0) = 0;
}

/* Userspace has not been told of a mapping: it is not unmapped, neither as a whole nor in part. */
static void fence_due(int fd)
{
	struct drm_xe_sync first = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	uint64_t fence __attribute__((aligned(8))) = 0;
	struct drm_xe_sync syncs[] = { first, {
		.type = DRM_XE_SYNC_TYPE_USER_FENCE, .flags = DRM_XE_SYNC_FLAG_SIGNAL,
		.addr = to_user_pointer(&fence), .timeline_value = VALUE,
	} };
	uint8_t pat = intel_get_pat_idx_wb(fd);
	struct lit spin = open_spin(fd, &first), l = open_any(fd);
	struct lit_buf b = lit_buf_new(fd, l.vm, system_memory(fd), 0, SZ_2M);

	syncs[0].flags = 0;
	xe_vm_bind_async(fd, l.vm, 0, b.bo, 0, ADDR, SZ_2M, syncs, 2);
	igt_assert_eq(try_bind(&l, DRM_XE_VM_BIND_OP_UNMAP, 0, 0, ADDR, SZ_2M, 0, pat), -EBUSY);
	igt_assert_eq(try_bind(&l, DRM_XE_VM_BIND_OP_UNMAP, 0, 0, ADDR + SZ_64K, SZ_64K, 0, pat),
		      -EBUSY);
	igt_assert_eq(try_bind(&l, DRM_XE_VM_BIND_OP_UNMAP_ALL, b.bo, 0, 0, 0, 0, pat), -EBUSY);
	igt_assert_eq(bind_bo(&l, b.bo, SZ_64K, pat), -EBUSY);
	igt_assert_eq_u64(fence, 0);
	end_spin(&spin);
	xe_wait_ufence(fd, &fence, VALUE, 0, LIT_SECONDS * NSEC_PER_SEC);
	check_store(&l, ADDR + SZ_64K, (uint32_t *)((char *)b.map + SZ_64K), VALUE);
	xe_vm_unbind_sync(fd, l.vm, 0, ADDR + SZ_64K, SZ_64K);
	check_store(&l, ADDR, b.map, VALUE + 1);
	xe_vm_unbind_sync(fd, l.vm, 0, ADDR, SZ_2M);
	syncobj_destroy(fd, first.handle);
	lit_buf_free(fd, &b);
	lit_close(&l);
	lit_close(&spin);
}

static struct drm_xe_sync point(uint32_t syncobj, uint64_t at, uint32_t flags)
{
	return (struct drm_xe_sync){
		.type = DRM_XE_SYNC_TYPE_TIMELINE_SYNCOBJ, .flags = flags, .handle = syncobj,
		.timeline_value = at,
	};
}

static bool reached(int fd, uint32_t syncobj, uint64_t at, double seconds)
{
	return syncobj_timeline_wait(fd, &syncobj, &at, 1, lit_deadline(seconds), 0, NULL);
}

/* A batch, two binds and another batch: each waits for a point of one timeline, and makes the next. */
static void timeline(int fd, bool own_queue)
{
	uint32_t line = syncobj_create(fd, 0);
	struct drm_xe_sync first = point(line, 10, DRM_XE_SYNC_FLAG_SIGNAL);
	struct lit spin = open_spin(fd, &first), l = open_any(fd);
	struct lit_buf b = lit_buf_new(fd, l.vm, system_memory(fd), 0, SZ_2M);
	uint32_t queue = own_queue ? xe_bind_exec_queue_create(fd, l.vm, 0) : 0;
	struct drm_xe_sync none = point(line, 77, 0);

	igt_assert_eq(__xe_vm_bind(fd, l.vm, queue, b.bo, 0, ADDR, SZ_2M, DRM_XE_VM_BIND_OP_MAP, 0,
				   &none, 1, 0, DEFAULT_PAT_INDEX, 0), -EINVAL);
	for (uint64_t i = 1; i <= 2; i++) {
		struct drm_xe_sync syncs[] = {
			point(line, 10 * i, 0), point(line, 10 * i + 10, DRM_XE_SYNC_FLAG_SIGNAL),
		};

		xe_vm_bind_async(fd, l.vm, queue, b.bo, 0, ADDR * i, SZ_2M, syncs, 2);
	}
	lit_store(&l, ADDR, VALUE);
	lit_store(&l, ADDR * 2 + 4, VALUE + 1);
	igt_assert_eq(lit_submit(&l, 0, (struct drm_xe_sync[]){
		point(line, 30, 0), point(line, 40, DRM_XE_SYNC_FLAG_SIGNAL) }, 2), 0);
	igt_assert(!reached(fd, line, 10, 0.05));
	igt_assert(!reached(fd, line, 20, 0));
	igt_assert(!reached(fd, line, 40, 0));
	igt_assert_eq_u32(*(uint32_t *)b.map, 0);
	end_spin(&spin);
	for (uint64_t at = 10; at <= 40; at += 10)
		igt_assert(reached(fd, line, at, LIT_SECONDS));
	igt_assert_eq_u32(((uint32_t *)b.map)[0], VALUE);
	igt_assert_eq_u32(((uint32_t *)b.map)[1], VALUE + 1);
	if (queue)
		xe_exec_queue_destroy(fd, queue);
	syncobj_destroy(fd, line);
	lit_buf_free(fd, &b);
	lit_close(&l);
	lit_close(&spin);
}

/* ---- addresses ---- */

/* The sign-extended form of an address, which commands may have as well */
static uint64_t canonical(int fd, uint64_t addr)
{
	unsigned int unused = 64 - xe_va_bits(fd);

	return (uint64_t)((int64_t)(addr << unused) >> unused);
}

/* Batches and data in the upper half, as binds give their addresses and sign-extended. */
static void upper_half(int fd, struct drm_xe_engine_class_instance *hwe)
{
	uint64_t end = 1ull << xe_va_bits(fd);
	const uint64_t addrs[] = { end / 2, end / 2 + end / 4 + SZ_2M, end - SZ_64K };
	struct lit low = lit_open(fd, hwe, system_memory(fd));
	struct lit high = lit_open_at(fd, low.vm, hwe, system_memory(fd), end - SZ_2M);
	struct lit_buf b = lit_buf_new(fd, low.vm, vram_if_possible(fd, hwe->gt_id), 0, SZ_64K);
	volatile uint32_t *map = b.map;

	for (unsigned int i = 0; i < ARRAY_SIZE(addrs); i++) {
		xe_vm_bind_sync(fd, low.vm, b.bo, 0, addrs[i], SZ_64K);
		check_store(&low, addrs[i] + 16 * i, map + 4 * i, VALUE + i);
		check_store(&low, canonical(fd, addrs[i]) + 16 * i + 4, map + 4 * i + 1, VALUE + i);
		check_store(&high, canonical(fd, addrs[i]) + 16 * i + 8, map + 4 * i + 2, VALUE + i);
	}
	high.buf.addr = canonical(fd, high.buf.addr);
	check_store(&high, addrs[0], map, VALUE + 99);
	/* A bind's addresses are not sign-extended. */
	igt_assert_eq(try_bind(&low, DRM_XE_VM_BIND_OP_MAP, b.bo, 0, canonical(fd, end / 2), SZ_64K, 0,
			       DEFAULT_PAT_INDEX), -EINVAL);
	igt_assert_eq(try_bind(&low, DRM_XE_VM_BIND_OP_MAP, b.bo, 0, end, SZ_64K, 0,
			       DEFAULT_PAT_INDEX), -EINVAL);
	lit_buf_free(fd, &b);
	lit_close(&high);
	lit_close(&low);
}

igt_main
{
	struct drm_xe_engine_class_instance *hwe;
	int fd;

	igt_fixture
		fd = drm_open_driver(DRIVER_XE);

	igt_subtest("pat-write-back")
		pat_of_bo(fd, system_memory(fd), DRM_XE_GEM_CPU_CACHING_WB, OK(COHERENT));
	igt_subtest("pat-write-combined")
		pat_of_bo(fd, system_memory(fd), DRM_XE_GEM_CPU_CACHING_WC,
			  OK(COHERENT) | OK(NOT_COHERENT) | OK(COMPRESSING));
	igt_subtest("pat-vram") {
		igt_require(xe_has_vram(fd));
		pat_of_bo(fd, vram_memory(fd, 0), DRM_XE_GEM_CPU_CACHING_WC,
			  OK(COHERENT) | OK(NOT_COHERENT) | OK(COMPRESSING));
	}
	igt_subtest("pat-user-memory")
		pat_of_user_memory(fd);
	igt_subtest("pat-import")
		pat_of_import(fd);
	igt_subtest("user-memory-not-there")
		not_there(fd);
	igt_subtest("user-memory-split")
		split_user(fd);
	igt_subtest("user-fence-due")
		fence_due(fd);
	igt_subtest("timeline")
		timeline(fd, false);
	igt_subtest("timeline-bind-queue")
		timeline(fd, true);
	igt_subtest_with_dynamic("upper-half")
		lit_each_gt(fd, hwe, upper_half(fd, hwe));

	igt_fixture
		drm_close_driver(fd);
}
