// SPDX-License-Identifier: MIT
/*
 * VM_BIND: page sizes, splits, arrays, queues and order. What an engine wrote through
 * a mapping is read by the CPU; where nothing is mapped any more its queue must be banned.
 */
#include "lit_memory.h"
#include "xe_lit.h"

IGT_TEST_DESCRIPTION("Mappings of every size and kind, seen by an engine and by the CPU");

#define ADDR 0x100000000ull
#define VALUE 0xb10c0000u
#define HANG_ADDR 0x66600000000ull /* never mapped */

/* The queue everything runs on: the first engine of @gt that there is. */
static struct lit open_on(int fd, int gt)
{
	struct drm_xe_engine_class_instance *hwe;

	xe_for_each_engine(fd, hwe)
		if (hwe->gt_id == gt)
			return lit_open(fd, hwe, system_memory(fd));
	igt_skip("no engine on GT %d\n", gt);
}

static void signal_and_wait(int fd, uint32_t vm, uint32_t queue, struct drm_xe_vm_bind_op *ops,
			    uint32_t count)
{
	struct drm_xe_sync out = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);

	xe_vm_bind_array(fd, vm, queue, ops, count, &out, 1);
	lit_wait(fd, out.handle);
	syncobj_destroy(fd, out.handle);
}

static void bind_flags(struct lit *l, uint32_t bo, uint64_t addr, uint64_t size, uint32_t flags)
{
	struct drm_xe_sync out = lit_sync(l->fd, DRM_XE_SYNC_FLAG_SIGNAL);

	xe_vm_bind_async_flags(l->fd, l->vm, 0, bo, 0, addr, size, &out, 1, flags);
	lit_wait(l->fd, out.handle);
	syncobj_destroy(l->fd, out.handle);
}

static struct drm_xe_vm_bind_op op_map(int fd, uint32_t bo, uint64_t offset, uint64_t addr,
				       uint64_t size)
{
	return (struct drm_xe_vm_bind_op){
		.obj = bo,
		.obj_offset = offset,
		.addr = addr,
		.range = size,
		.op = DRM_XE_VM_BIND_OP_MAP,
		.pat_index = intel_get_pat_idx_wb(fd),
	};
}

static struct drm_xe_vm_bind_op op_unmap(int fd, uint64_t addr, uint64_t size)
{
	return (struct drm_xe_vm_bind_op){
		.addr = addr,
		.range = size,
		.op = DRM_XE_VM_BIND_OP_UNMAP,
		.pat_index = intel_get_pat_idx_wb(fd),
	};
}

/* An engine reads and writes @points places in [@addr, @addr + @size), which is @cpu. */
static void check_mapping(struct lit *l, uint64_t addr, uint64_t size, void *cpu,
			  unsigned int points)
{
	volatile uint32_t *map = cpu;
	uint64_t step = points > 1 ? (size - 8) / (points - 1) & ~3ull : 0;

	igt_assert(points <= 256);
	for (unsigned int i = 0; i < points; i++) {
		map[(i * step + 4) / 4] = VALUE - i;
		lit_store(l, addr + i * step, VALUE + i);
		lit_copy_dw(l, lit_addr(l, 4 * i), addr + i * step + 4);
	}
	lit_run(l);
	for (unsigned int i = 0; i < points; i++) {
		igt_assert_eq_u32(map[i * step / 4], VALUE + i);
		igt_assert_eq_u32(*lit_data(l, 4 * i), VALUE - i);
	}
}

/* Access to @addr must ban the queue; another one takes its place. */
static void check_unmapped(struct lit *l, struct drm_xe_engine_class_instance *hwe, uint64_t addr,
			   bool write)
{
	struct lit bad = lit_open_at(l->fd, l->vm, hwe, system_memory(l->fd), LIT_CS_ADDR + SZ_64M);

	if (write)
		lit_store(&bad, addr, VALUE);
	else
		lit_copy_dw(&bad, lit_addr(&bad, 0), addr);
	lit_expect_ban(&bad);
	xe_vm_unbind_sync(l->fd, l->vm, 0, bad.buf.addr, bad.buf.size);
	lit_close(&bad);
}

static struct drm_xe_engine_class_instance *engine_of(int fd, int gt)
{
	struct drm_xe_engine_class_instance *hwe = lit_engine(fd, gt, DRM_XE_ENGINE_CLASS_COPY);

	return hwe ?: lit_engine(fd, gt, DRM_XE_ENGINE_CLASS_VIDEO_DECODE);
}

/* ---- page sizes and addresses ---- */
/* Congruent: the address has the alignment of the size; else it is one small page off. */
static void page_size(int fd, int gt, uint64_t region, uint64_t size, bool congruent)
{
	uint64_t page = xe_min_page_size(fd, region),
		 addr = ALIGN(ADDR, size) + (congruent ? 0 : page);
	struct lit l = open_on(fd, gt);
	struct lit_buf b = lit_buf_new(fd, l.vm, region, addr, size);

	check_mapping(&l, addr, size, b.map, min(size / 32, (uint64_t)200));
	xe_vm_unbind_sync(fd, l.vm, 0, addr, size);
	check_unmapped(&l, engine_of(fd, gt), addr + size - 8, true);
	xe_vm_bind_sync(fd, l.vm, b.bo, 0, addr, size);
	check_mapping(&l, addr, size, b.map, 100);
	lit_buf_free(fd, &b);
	lit_close(&l);
}

/* Where a level of the tables begins or ends, and the last addresses there are. */
static void addresses(int fd, int gt)
{
	uint64_t region = vram_if_possible(fd, gt), size = SZ_64K,
		 end = 1ull << min(xe_va_bits(fd), 48u);
	const uint64_t addrs[] = {
		SZ_64K, SZ_2M - SZ_64K, SZ_1G - SZ_64K, 1ull << 32,
		(1ull << 39) - SZ_64K, 1ull << 39, end / 2 - SZ_64K, end / 2, end - SZ_64K,
	};
	struct lit l = open_on(fd, gt);
	uint32_t bo = xe_bo_create(fd, l.vm, ARRAY_SIZE(addrs) * size, region, 0);
	char *map = xe_bo_map(fd, bo, ARRAY_SIZE(addrs) * size);

	for (unsigned int i = 0; i < ARRAY_SIZE(addrs); i++)
		xe_vm_bind_sync(fd, l.vm, bo, i * size, addrs[i], size);
	for (unsigned int i = 0; i < ARRAY_SIZE(addrs); i++)
		check_mapping(&l, addrs[i], size, map + i * size, 64);
	for (unsigned int i = 0; i < ARRAY_SIZE(addrs); i++)
		xe_vm_unbind_sync(fd, l.vm, 0, addrs[i], size);
	munmap(map, ARRAY_SIZE(addrs) * size);
	gem_close(fd, bo);
	lit_close(&l);
}

/* The same memory at several addresses, and parts of it in another order. */
static void offsets(int fd, int gt)
{
	uint64_t region = vram_if_possible(fd, gt), size = SZ_64K;
	struct lit l = open_on(fd, gt);
	uint32_t bo = xe_bo_create(fd, l.vm, 32 * size, region, 0);
	char *map = xe_bo_map(fd, bo, 32 * size);

	for (unsigned int i = 0; i < 32; i++)
		xe_vm_bind_sync(fd, l.vm, bo, i * 13 % 32 * size, ADDR + i * size, size);
	xe_vm_bind_sync(fd, l.vm, bo, 0, ADDR + SZ_1G, 32 * size);
	for (unsigned int i = 0; i < 32; i++) {
		check_mapping(&l, ADDR + i * size, size, map + i * 13 % 32 * size, 8);
		check_mapping(&l, ADDR + SZ_1G + i * size, size, map + i * size, 8);
	}
	munmap(map, 32 * size);
	gem_close(fd, bo);
	lit_close(&l);
}

/* ---- parts of a mapping go, or become another one ---- */
/* Of [0, size): [from, to) is unmapped, or @over replaces it. */
static void split(int fd, int gt, uint64_t size, uint64_t from, uint64_t to, bool over)
{
	uint64_t region = vram_if_possible(fd, gt);
	struct lit l = open_on(fd, gt);
	struct lit_buf b = lit_buf_new(fd, l.vm, region, ADDR, size);
	struct lit_buf other = lit_buf_new(fd, l.vm, region, 0, to - from);

	check_mapping(&l, ADDR, size, b.map, 200);
	if (!over) {
		xe_vm_unbind_sync(fd, l.vm, 0, ADDR + from, to - from);
		check_unmapped(&l, engine_of(fd, gt), ADDR + from, false);
		check_unmapped(&l, engine_of(fd, gt), ADDR + to - 8, true);
	}
	if (from)
		check_mapping(&l, ADDR, from, b.map, 100);
	if (to < size)
		check_mapping(&l, ADDR + to, size - to, (char *)b.map + to, 100);
	xe_vm_bind_sync(fd, l.vm, other.bo, 0, ADDR + from, to - from);
	memset(b.map, 0x3c, size);
	check_mapping(&l, ADDR + from, to - from, other.map, 100);
	for (uint64_t at = 0; at < size; at += 4)
		igt_assert_eq_u32(*(uint32_t *)((char *)b.map + at), 0x3c3c3c3c);
	lit_buf_free(fd, &other);
	lit_buf_free(fd, &b);
	lit_close(&l);
}

/* ---- kinds of mapping ---- */
static void null_mapping(int fd, int gt, uint64_t size)
{
	struct lit l = open_on(fd, gt);

	bind_flags(&l, 0, ADDR, size, DRM_XE_VM_BIND_FLAG_NULL);
	for (unsigned int i = 0; i < 32; i++) {
		uint64_t addr = ADDR + (size - 8) / 31 / 8 * 8 * i;

		*lit_data(&l, 4 * i) = VALUE;
		lit_store(&l, addr, VALUE + i);
		lit_copy_dw(&l, lit_addr(&l, 4 * i), addr);
	}
	lit_run(&l);
	for (unsigned int i = 0; i < 32; i++)
		igt_assert_eq_u32(*lit_data(&l, 4 * i), 0);
	xe_vm_unbind_sync(fd, l.vm, 0, ADDR, size);
	check_unmapped(&l, engine_of(fd, gt), ADDR, true);
	lit_close(&l);
}

static void readonly(int fd, int gt, uint64_t region)
{
	struct lit l = open_on(fd, gt);
	struct lit_buf b = lit_buf_new(fd, l.vm, region, 0, SZ_2M);
	uint32_t *map = b.map;

	bind_flags(&l, b.bo, ADDR, SZ_2M, DRM_XE_VM_BIND_FLAG_READONLY);
	map[5] = VALUE;
	lit_copy_dw(&l, lit_addr(&l, 0), ADDR + 20);
	lit_run(&l);
	igt_assert_eq_u32(*lit_data(&l, 0), VALUE);
	check_unmapped(&l, engine_of(fd, gt), ADDR + 20, true);
	igt_assert_eq_u32(map[5], VALUE);
	xe_vm_bind_sync(fd, l.vm, b.bo, 0, ADDR, SZ_2M);
	check_mapping(&l, ADDR, SZ_2M, b.map, 50);
	lit_buf_free(fd, &b);
	lit_close(&l);
}

/* An address in a VM with scratch pages may be used without a mapping. */
static void scratch(int fd, int gt)
{
	uint32_t vm = xe_vm_create(fd, DRM_XE_VM_CREATE_FLAG_SCRATCH_PAGE, 0);
	struct lit l = lit_open_at(fd, vm, engine_of(fd, gt), system_memory(fd), LIT_CS_ADDR);
	struct lit_buf b = lit_buf_new(fd, vm, vram_if_possible(fd, gt), ADDR, SZ_2M);

	lit_store(&l, HANG_ADDR, VALUE);
	lit_run(&l);
	check_mapping(&l, ADDR, SZ_2M, b.map, 50);
	xe_vm_unbind_sync(fd, vm, 0, ADDR, SZ_2M);
	memset(b.map, 0x55, SZ_2M);
	lit_store(&l, ADDR + 64, VALUE);
	lit_run(&l);
	igt_assert_eq_u32(((uint32_t *)b.map)[16], 0x55555555);
	igt_assert(!lit_banned(fd, l.queue));
	lit_buf_free(fd, &b);
	lit_close(&l);
	xe_vm_destroy(fd, vm);
}

/* ---- arrays, queues, order ---- */
static void array(int fd, int gt, uint32_t count)
{
	uint64_t region = vram_if_possible(fd, gt);
	struct drm_xe_vm_bind_op *ops = calloc(count, sizeof(*ops));
	struct lit l = open_on(fd, gt);
	struct lit_buf b = lit_buf_new(fd, l.vm, region, 0, (size_t)count * SZ_64K);

	igt_assert(ops);
	for (uint32_t i = 0; i < count; i++)
		ops[i] = op_map(fd, b.bo, (count - 1 - i) * (uint64_t)SZ_64K,
				ADDR + i * (uint64_t)SZ_64K, SZ_64K);
	signal_and_wait(fd, l.vm, 0, ops, count);
	for (uint32_t i = 0; i < count; i += 7)
		check_mapping(&l, ADDR + i * (uint64_t)SZ_64K, SZ_64K,
			      (char *)b.map + (count - 1 - i) * (uint64_t)SZ_64K, 4);
	/* The same place changes twice in one array: the last one stays. */
	ops[0] = op_unmap(fd, ADDR, count * (uint64_t)SZ_64K);
	ops[1] = op_map(fd, b.bo, 0, ADDR, SZ_64K);
	ops[2] = op_map(fd, b.bo, SZ_64K, ADDR, SZ_64K);
	ops[3] = op_map(fd, b.bo, 0, ADDR + SZ_64K, SZ_64K);
	ops[4] = op_unmap(fd, ADDR + SZ_64K, SZ_64K);
	signal_and_wait(fd, l.vm, 0, ops, 5);
	check_mapping(&l, ADDR, SZ_64K, (char *)b.map + SZ_64K, 100);
	check_unmapped(&l, engine_of(fd, gt), ADDR + SZ_64K, true);
	check_unmapped(&l, engine_of(fd, gt), ADDR + (count - 1) * (uint64_t)SZ_64K, true);
	lit_buf_free(fd, &b);
	lit_close(&l);
	free(ops);
}

static void unmap_all(int fd, int gt)
{
	struct lit l = open_on(fd, gt);
	struct lit_buf b = lit_buf_new(fd, l.vm, vram_if_possible(fd, gt), ADDR, SZ_2M);
	struct lit_buf keep = lit_buf_new(fd, l.vm, vram_if_possible(fd, gt), ADDR + SZ_2M, SZ_2M);
	struct drm_xe_sync out = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);

	xe_vm_bind_sync(fd, l.vm, b.bo, SZ_1M, ADDR + SZ_1G, SZ_1M);
	check_mapping(&l, ADDR, SZ_2M, b.map, 20);
	xe_vm_unbind_all_async(fd, l.vm, 0, b.bo, &out, 1);
	lit_wait(fd, out.handle);
	check_unmapped(&l, engine_of(fd, gt), ADDR, true);
	check_unmapped(&l, engine_of(fd, gt), ADDR + SZ_1G, true);
	check_mapping(&l, ADDR + SZ_2M, SZ_2M, keep.map, 20);
	syncobj_destroy(fd, out.handle);
	lit_buf_free(fd, &keep);
	lit_buf_free(fd, &b);
	lit_close(&l);
}

/* A bind waits for a batch that still spins; the next batch waits for the bind. */
static void async(int fd, int gt, bool own_queue)
{
	struct lit spin = open_on(fd, gt);
	struct lit l = lit_open_at(fd, spin.vm, engine_of(fd, gt), system_memory(fd),
				   LIT_CS_ADDR + SZ_64M);
	struct lit_buf b = lit_buf_new(fd, spin.vm, vram_if_possible(fd, gt), 0, SZ_2M);
	uint32_t queue = own_queue ? xe_bind_exec_queue_create(fd, spin.vm, 0) : 0;
	struct drm_xe_sync first = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	struct drm_xe_sync bound[2] = { first, lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL) };
	struct drm_xe_sync run[2] = { bound[1], lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL) };

	bound[0].flags = run[0].flags = 0;
	lit_spin(&spin, 0);
	igt_assert_eq(lit_submit(&spin, 0, &first, 1), 0);
	xe_vm_bind_async(fd, spin.vm, queue, b.bo, 0, ADDR, SZ_2M, bound, 2);
	lit_store(&l, ADDR + 4096, VALUE);
	igt_assert_eq(lit_submit(&l, 0, run, 2), 0);
	igt_assert(!lit_signaled(fd, bound[1].handle, 0.1));
	igt_assert(!lit_signaled(fd, run[1].handle, 0.01));
	*lit_data(&spin, 0) = 0;
	lit_wait(fd, first.handle);
	lit_wait(fd, bound[1].handle);
	lit_wait(fd, run[1].handle);
	igt_assert_eq_u32(((volatile uint32_t *)b.map)[1024], VALUE);
	if (queue)
		xe_exec_queue_destroy(fd, queue);
	syncobj_destroy(fd, first.handle);
	syncobj_destroy(fd, bound[1].handle);
	syncobj_destroy(fd, run[1].handle);
	lit_buf_free(fd, &b);
	lit_close(&l);
	lit_close(&spin);
}

/* A bind on one queue does not wait for one that is stuck on another. */
static void two_bind_queues(int fd, int gt)
{
	struct lit spin = open_on(fd, gt);
	struct lit l = lit_open_at(fd, spin.vm, engine_of(fd, gt), system_memory(fd),
				   LIT_CS_ADDR + SZ_64M);
	struct lit_buf b = lit_buf_new(fd, spin.vm, vram_if_possible(fd, gt), 0, 2 * SZ_2M);
	uint32_t queue[2] = { xe_bind_exec_queue_create(fd, spin.vm, 0),
			      xe_bind_exec_queue_create(fd, spin.vm, 0) };
	struct drm_xe_sync first = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	struct drm_xe_sync stuck[2] = { first, lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL) };
	struct drm_xe_sync quick = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);

	stuck[0].flags = 0;
	lit_spin(&spin, 0);
	igt_assert_eq(lit_submit(&spin, 0, &first, 1), 0);
	xe_vm_bind_async(fd, spin.vm, queue[0], b.bo, 0, ADDR, SZ_2M, stuck, 2);
	xe_vm_bind_async(fd, spin.vm, queue[1], b.bo, SZ_2M, ADDR + SZ_1G, SZ_2M, &quick, 1);
	lit_wait(fd, quick.handle);
	check_mapping(&l, ADDR + SZ_1G, SZ_2M, (char *)b.map + SZ_2M, 20);
	igt_assert(!lit_signaled(fd, stuck[1].handle, 0));
	*lit_data(&spin, 0) = 0;
	lit_wait(fd, stuck[1].handle);
	check_mapping(&l, ADDR, SZ_2M, b.map, 20);
	for (int i = 0; i < 2; i++)
		xe_exec_queue_destroy(fd, queue[i]);
	syncobj_destroy(fd, first.handle);
	syncobj_destroy(fd, stuck[1].handle);
	syncobj_destroy(fd, quick.handle);
	lit_buf_free(fd, &b);
	lit_close(&l);
	lit_close(&spin);
}

/* A user fence of a bind and of an unbind. */
static void user_fence(int fd, int gt)
{
	struct lit l = open_on(fd, gt);
	struct lit_buf b = lit_buf_new(fd, l.vm, vram_if_possible(fd, gt), 0, SZ_2M);
	uint64_t fence __attribute__((aligned(8))) = 0;
	struct drm_xe_sync user = {
		.type = DRM_XE_SYNC_TYPE_USER_FENCE, .flags = DRM_XE_SYNC_FLAG_SIGNAL,
		.addr = to_user_pointer(&fence), .timeline_value = 0xfeedfacecafeull,
	};

	xe_vm_bind_async(fd, l.vm, 0, b.bo, 0, ADDR, SZ_2M, &user, 1);
	xe_wait_ufence(fd, &fence, user.timeline_value, 0, LIT_SECONDS * NSEC_PER_SEC);
	check_mapping(&l, ADDR, SZ_2M, b.map, 20);
	user.timeline_value++;
	xe_vm_unbind_async(fd, l.vm, 0, 0, ADDR, SZ_2M, &user, 1);
	xe_wait_ufence(fd, &fence, user.timeline_value, 0, LIT_SECONDS * NSEC_PER_SEC);
	check_unmapped(&l, engine_of(fd, gt), ADDR, true);
	lit_buf_free(fd, &b);
	lit_close(&l);
}

/*
 * No binds, only a fence: it comes behind what the queue has. (With the VM's own queue
 * on a device of several tiles the stock driver makes an array of more fences than it
 * has, and the kernel goes down.)
 */
static void no_binds(int fd, int gt, bool own_queue)
{
	struct lit l = open_on(fd, gt);
	struct lit_buf b = lit_buf_new(fd, l.vm, vram_if_possible(fd, gt), 0, SZ_2M);
	uint32_t queue = own_queue ? xe_bind_exec_queue_create(fd, l.vm, 0) : 0;
	struct drm_xe_sync out = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	struct drm_xe_vm_bind none = {
		.vm_id = l.vm,
		.exec_queue_id = queue,
		.num_syncs = 1,
		.syncs = to_user_pointer(&out),
	};

	for (unsigned int i = 0; i < 8; i++) {
		xe_vm_bind_async(fd, l.vm, queue, b.bo, 0, ADDR + i * SZ_2M, SZ_2M, NULL, 0);
		igt_assert_eq(igt_ioctl(fd, DRM_IOCTL_XE_VM_BIND, &none), 0);
		lit_wait(fd, out.handle);
		syncobj_reset(fd, &out.handle, 1);
		check_mapping(&l, ADDR + i * SZ_2M, SZ_2M, b.map, 20);
	}
	syncobj_destroy(fd, out.handle);
	if (queue)
		xe_exec_queue_destroy(fd, queue);
	lit_buf_free(fd, &b);
	lit_close(&l);
}

/* Two buffers take turns at one address: a store always lands in the one bound last. */
static void rebind(int fd, int gt, uint64_t size)
{
	struct lit l = open_on(fd, gt);
	struct lit_buf b[2] = {
		lit_buf_new(fd, l.vm, vram_if_possible(fd, gt), 0, size),
		lit_buf_new(fd, l.vm, system_memory(fd), 0, size),
	};

	memset(b[0].map, 0, size);
	memset(b[1].map, 0, size);
	for (unsigned int i = 0; i < 40; i++) {
		volatile uint32_t *now = b[i & 1].map, *before = b[~i & 1].map;
		uint32_t old = before[7];

		xe_vm_bind_sync(fd, l.vm, b[i & 1].bo, 0, ADDR, size);
		lit_store(&l, ADDR + 28, VALUE + i);
		lit_run(&l);
		igt_assert_eq_u32(now[7], VALUE + i);
		igt_assert_eq_u32(before[7], old);
	}
	lit_buf_free(fd, &b[0]);
	lit_buf_free(fd, &b[1]);
	lit_close(&l);
}

static const struct {
	const char *name;
	uint64_t size;
} sizes[] = {
	{ "4K", SZ_4K }, { "64K", SZ_64K }, { "2M", SZ_2M }, { "64M", SZ_64M }, { "1G", SZ_1G },
};

/* All regions; VRAM's pages may be larger, and it may be too small. */
static void page_sizes(int fd, int i, bool congruent)
{
	uint64_t region;
	int gt;

	xe_for_each_gt(fd, gt)
		xe_for_each_mem_region(fd, all_memory_regions(fd), region)
			igt_dynamic_f("gt%d-%s", gt, xe_region_name(region)) {
				struct drm_xe_mem_region *r = xe_mem_region(fd, region);

				igt_require_f(sizes[i].size >= r->min_page_size,
					      "pages are larger here\n");
				igt_require_f(sizes[i].size + SZ_64M < r->total_size / 2,
					      "%s of %" PRIu64 " MiB\n", sizes[i].name,
					      (uint64_t)r->total_size >> 20);
				page_size(fd, gt, region, sizes[i].size, congruent);
			}
}

static const struct {
	const char *name;
	uint64_t size, from, to;
} splits[] = {
	{ "64K-head", SZ_2M, 0, SZ_64K }, { "64K-middle", SZ_2M, SZ_64K, 2 * SZ_64K },
	{ "64K-tail", SZ_2M, SZ_2M - SZ_64K, SZ_2M }, { "2M-middle", 6 * SZ_1M, SZ_2M, 2 * SZ_2M },
	{ "across", 6 * SZ_1M, SZ_64K, 5 * SZ_1M }, { "whole", SZ_2M, 0, SZ_2M },
};

/* A table is a page, whatever VRAM is mapped in. */
static void table_memory(int fd)
{
	enum { TABLES = 64, ABOVE = 5 };
	unsigned int tiles = __builtin_popcountll(all_memory_regions(fd) & ~system_memory(fd));
	uint32_t vm = xe_vm_create(fd, 0, 0);
	double before = lit_vram_in_use(fd), grown;

	for (uint64_t i = 0; i < TABLES; i++)
		igt_assert_eq(__xe_vm_bind(fd, vm, 0, 0, 0, ADDR + i * SZ_2M, SZ_64K,
					   DRM_XE_VM_BIND_OP_MAP, DRM_XE_VM_BIND_FLAG_NULL, NULL, 0,
					   0, DEFAULT_PAT_INDEX, 0), 0);
	grown = lit_vram_in_use(fd) - before;
	igt_assert_lte(TABLES * tiles, grown / SZ_4K);
	igt_assert_lte(grown / SZ_4K, (TABLES + ABOVE) * tiles);
	xe_vm_destroy(fd, vm);
}

static void split_row(int fd, int gt, int i, bool over)
{
	split(fd, gt, splits[i].size, splits[i].from, splits[i].to, over);
}

#define each_gt(fd, gt, call) do { \
	xe_for_each_gt(fd, gt) \
		igt_dynamic_f("gt%d", gt) \
			call; } while (0)

igt_main
{
	int fd, gt;

	igt_fixture
		fd = drm_open_driver(DRIVER_XE);

	for (int i = 0; i < ARRAY_SIZE(sizes); i++) {
		igt_subtest_with_dynamic_f("congruent-%s", sizes[i].name)
			page_sizes(fd, i, true);
		igt_subtest_with_dynamic_f("incongruent-%s", sizes[i].name)
			page_sizes(fd, i, false);
		if (sizes[i].size < SZ_64K)
			continue;
		igt_subtest_with_dynamic_f("null-%s", sizes[i].name)
			each_gt(fd, gt, null_mapping(fd, gt, sizes[i].size));
	}
	for (int i = 0; i < ARRAY_SIZE(splits); i++) {
		igt_subtest_with_dynamic_f("split-%s", splits[i].name)
			each_gt(fd, gt, split_row(fd, gt, i, false));
		igt_subtest_with_dynamic_f("replace-%s", splits[i].name)
			each_gt(fd, gt, split_row(fd, gt, i, true));
	}
	igt_subtest("table-memory") {
		igt_require(xe_has_vram(fd));
		table_memory(fd);
	}
	igt_subtest_with_dynamic("addresses")
		each_gt(fd, gt, addresses(fd, gt));
	igt_subtest_with_dynamic("offsets")
		each_gt(fd, gt, offsets(fd, gt));
	igt_subtest_with_dynamic("readonly-system")
		each_gt(fd, gt, readonly(fd, gt, system_memory(fd)));
	igt_subtest_with_dynamic("readonly-vram")
		each_gt(fd, gt, readonly(fd, gt, vram_if_possible(fd, gt)));
	igt_subtest_with_dynamic("scratch")
		each_gt(fd, gt, scratch(fd, gt));
	igt_subtest_with_dynamic("array-16")
		each_gt(fd, gt, array(fd, gt, 16));
	igt_subtest_with_dynamic("array-400")
		each_gt(fd, gt, array(fd, gt, 400));
	igt_subtest_with_dynamic("unmap-all")
		each_gt(fd, gt, unmap_all(fd, gt));
	igt_subtest_with_dynamic("async")
		each_gt(fd, gt, async(fd, gt, false));
	igt_subtest_with_dynamic("async-bind-queue")
		each_gt(fd, gt, async(fd, gt, true));
	igt_subtest_with_dynamic("two-bind-queues")
		each_gt(fd, gt, two_bind_queues(fd, gt));
	igt_subtest_with_dynamic("user-fence")
		each_gt(fd, gt, user_fence(fd, gt));
	igt_subtest_with_dynamic("no-binds")
		each_gt(fd, gt, no_binds(fd, gt, false));
	igt_subtest_with_dynamic("no-binds-bind-queue")
		each_gt(fd, gt, no_binds(fd, gt, true));
	igt_subtest_with_dynamic("rebind-64K")
		each_gt(fd, gt, rebind(fd, gt, SZ_64K));
	igt_subtest_with_dynamic("rebind-2M")
		each_gt(fd, gt, rebind(fd, gt, SZ_2M));

	igt_fixture
		drm_close_driver(fd);
}
