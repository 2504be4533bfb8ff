// SPDX-License-Identifier: MIT
/*
 * What many things cost: binds in arrays, sparse binds of single pages, many queues, many
 * mappings beside those that a batch uses, memory that moves, and what the kernel keeps for
 * each object. See cost.h for the form.
 *
 * -n PAGES: of the sparse binds (default 65536)
 */
#include <getopt.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <xf86drm.h>

#include "../igt/lit_memory.h"
#include "../igt/xe_lit.h"
#include "cost.h"

#define ADDR 0x4000000000ull
#define ARRAY 256
#define QUEUES 64
#define WAITING 2048
#define MAPPED 1024
#define KEPT 1024	/* objects of which the memory is taken */

static unsigned int sparse_pages = 65536;

/* ---- binds in arrays ---- */
struct array {
	int fd;
	uint32_t vm;
	struct drm_xe_sync out;
	struct drm_xe_vm_bind_op ops[ARRAY];
};

/** array_run() - the operations, each a page further than the one before it, and wait */
static void array_run(struct array *a, uint32_t op, uint32_t flags, uint32_t bo, uint64_t addr,
		      uint64_t stride)
{
	for (unsigned int i = 0; i < ARRAY; i++)
		a->ops[i] = (struct drm_xe_vm_bind_op){
			.obj = bo, .obj_offset = bo ? i * stride : 0, .addr = addr + i * stride,
			.range = SZ_4K, .op = op, .flags = flags, .pat_index = intel_get_pat_idx_wb(a->fd),
		};
	xe_vm_bind_array(a->fd, a->vm, 0, a->ops, ARRAY, &a->out, 1);
	lit_wait(a->fd, a->out.handle);
	syncobj_reset(a->fd, &a->out.handle, 1);
}

static struct array array_open(int fd)
{
	return (struct array){
		.fd = fd, .vm = xe_vm_create(fd, 0, 0), .out = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL),
	};
}

static void array_close(struct array *a)
{
	syncobj_destroy(a->fd, a->out.handle);
	xe_vm_destroy(a->fd, a->vm);
}

static void arrays(int fd, unsigned int repeat)
{
	struct array a = array_open(fd);
	uint32_t bo = xe_bo_create(fd, a.vm, ARRAY * SZ_4K, system_memory(fd), 0);
	struct cost map = { .name = "bind_array_256" }, unmap = { .name = "unbind_array_256" };

	for (unsigned int r = 0; r < repeat + WARM_UP; r++) {
		cost_begin(&map);
		array_run(&a, DRM_XE_VM_BIND_OP_MAP, 0, bo, ADDR, SZ_4K);
		cost_end(&map, ARRAY);
		cost_begin(&unmap);
		array_run(&a, DRM_XE_VM_BIND_OP_UNMAP, 0, 0, ADDR, SZ_4K);
		cost_end(&unmap, ARRAY);
	}
	cost_print(&map);
	cost_print(&unmap);
	gem_close(fd, bo);
	array_close(&a);
}

/* ---- what is kept ---- */
static void print_kept(const char *name, double ram, double vram, double per)
{
	printf("%s_keeps_ram.memory %.0f bytes\n", name, ram > 0 ? ram / per : 0);
	printf("%s_keeps_vram.memory %.0f bytes\n", name, vram > 0 ? vram / per : 0);
	fflush(stdout);
}

/* ---- sparse: one page in two, so that no mapping joins another ---- */
static void sparse(int fd)
{
	struct array a = array_open(fd);
	unsigned int runs = sparse_pages / ARRAY, quarter = runs / 4;
	double ram = lit_memory_in_use(), vram = lit_vram_in_use(fd), at[5];

	at[0] = clock_us(CLOCK_MONOTONIC);
	for (unsigned int r = 0; r < runs; r++) {
		array_run(&a, DRM_XE_VM_BIND_OP_MAP, DRM_XE_VM_BIND_FLAG_NULL, 0,
			  ADDR + 2ull * SZ_4K * ARRAY * r, 2 * SZ_4K);
		if ((r + 1) % quarter == 0)
			at[(r + 1) / quarter] = clock_us(CLOCK_MONOTONIC);
	}
	printf("sparse_bind.time %.1f us\n", (at[4] - at[0]) / sparse_pages);
	/* Beside sparse_bind: whether it gets slower with the number of mappings */
	printf("sparse_bind_first_quarter.time %.1f us\n", (at[1] - at[0]) * 4 / sparse_pages);
	printf("sparse_bind_last_quarter.time %.1f us\n", (at[4] - at[3]) * 4 / sparse_pages);
	print_kept("sparse_page", lit_memory_in_use() - ram, lit_vram_in_use(fd) - vram, sparse_pages);
	at[0] = clock_us(CLOCK_MONOTONIC);
	array_close(&a);
	printf("sparse_close.time %.1f us\n", (clock_us(CLOCK_MONOTONIC) - at[0]) / sparse_pages);
}

/* ---- binds that all wait for the same batch: whether one gets dearer with those before it ---- */
static void waiting_binds(int fd)
{
	struct lit spin = lit_open(fd, &xe_engine(fd, 0)->instance, system_memory(fd));
	struct drm_xe_sync in = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	struct array a = array_open(fd);
	uint32_t bo = xe_bo_create(fd, a.vm, SZ_4K, system_memory(fd), 0);
	double at[5];

	lit_spin(&spin, 0);
	igt_assert_eq(lit_submit(&spin, 0, &in, 1), 0);
	in.flags = 0;
	at[0] = clock_us(CLOCK_THREAD_CPUTIME_ID);
	for (unsigned int i = 0; i < WAITING; i++) {
		xe_vm_bind_async(fd, a.vm, 0, bo, 0, ADDR + i * (uint64_t)SZ_64K, SZ_4K, &in, 1);
		if ((i + 1) % (WAITING / 4) == 0)
			at[(i + 1) / (WAITING / 4)] = clock_us(CLOCK_THREAD_CPUTIME_ID);
	}
	*lit_data(&spin, 0) = 0;
	printf("bind_waiting_first_quarter.cpu %.1f us\n", (at[1] - at[0]) * 4 / WAITING);
	printf("bind_waiting_last_quarter.cpu %.1f us\n", (at[4] - at[3]) * 4 / WAITING);
	xe_vm_unbind_all_async(fd, a.vm, 0, bo, &a.out, 1);
	lit_wait(fd, a.out.handle);
	syncobj_destroy(fd, in.handle);
	gem_close(fd, bo);
	array_close(&a);
	lit_close(&spin);
}

/* ---- many queues, a batch on each by turns ---- */
static void many_queues(int fd, const char *name, bool syncs, unsigned int repeat)
{
	struct lit l = lit_open(fd, &xe_engine(fd, 0)->instance, system_memory(fd));
	struct drm_xe_sync out[QUEUES];
	uint32_t queues[QUEUES];
	struct cost cost = { .name = name };

	lit_out(&l, CS_BATCH_END);
	for (unsigned int q = 0; q < QUEUES; q++) {
		queues[q] = xe_exec_queue_create(fd, l.vm, &xe_engine(fd, 0)->instance, 0);
		out[q] = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	}
	for (unsigned int r = 0; r < repeat + WARM_UP; r++) {
		cost_begin(&cost);
		for (unsigned int q = 0; q < 4 * QUEUES; q++) {
			bool last = q >= 3 * QUEUES; /* all are waited for in the end */
			struct drm_xe_exec exec = {
				.exec_queue_id = queues[q % QUEUES], .num_batch_buffer = 1,
				.address = l.buf.addr, .syncs = to_user_pointer(&out[q % QUEUES]),
				.num_syncs = syncs || last,
			};

			xe_exec(fd, &exec);
		}
		for (unsigned int q = 0; q < QUEUES; q++)
			lit_wait(fd, out[q].handle);
		cost_end(&cost, 4 * QUEUES);
	}
	cost_print(&cost);
	for (unsigned int q = 0; q < QUEUES; q++) {
		xe_exec_queue_destroy(fd, queues[q]);
		syncobj_destroy(fd, out[q].handle);
	}
	lit_close(&l);
}

/* ---- a batch in an address space with much that may have changed ---- */
static void run_empty(struct lit *l, struct drm_xe_sync *out, struct cost *cost)
{
	struct drm_xe_exec exec = {
		.exec_queue_id = l->queue, .num_batch_buffer = 1, .address = l->buf.addr,
		.syncs = to_user_pointer(out), .num_syncs = 1,
	};

	cost_begin(cost);
	xe_exec(l->fd, &exec);
	lit_wait(l->fd, out->handle);
	cost_end(cost, 1);
	syncobj_reset(l->fd, &out->handle, 1);
}

/* Pages of user memory, each bound by itself; one of them is another page each time. */
static void among_user_memory(int fd, unsigned int repeat)
{
	struct lit l = lit_open(fd, &xe_engine(fd, 0)->instance, system_memory(fd));
	struct drm_xe_sync out = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	struct cost cost = { .name = "exec_one_of_1024_userptrs_changed" };
	size_t stride = 2 * SZ_4K;
	char *p = mmap(NULL, MAPPED * stride, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	igt_assert(p != MAP_FAILED);
	for (unsigned int i = 0; i < MAPPED; i++)
		igt_assert_eq(__xe_vm_bind(fd, l.vm, 0, 0, to_user_pointer(p + i * stride), ADDR + i * stride,
					   SZ_4K, DRM_XE_VM_BIND_OP_MAP_USERPTR, 0, NULL, 0, 0,
					   DEFAULT_PAT_INDEX, 0), 0);
	lit_out(&l, CS_BATCH_END);
	for (unsigned int r = 0; r < repeat + WARM_UP; r++) {
		char *page = p + r * 37 % MAPPED * stride;

		igt_assert_eq(madvise(page, SZ_4K, MADV_DONTNEED), 0);
		*page = r;
		run_empty(&l, &out, &cost);
	}
	cost_print(&cost);
	syncobj_destroy(fd, out.handle);
	lit_close(&l);
	munmap(p, MAPPED * stride);
}

/* Buffers that others could have as well: each has a reservation of its own. */
static void among_shared_buffers(int fd, unsigned int repeat)
{
	struct lit l = lit_open(fd, &xe_engine(fd, 0)->instance, system_memory(fd));
	struct drm_xe_sync out = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	struct cost cost = { .name = "exec_among_1024_shared_buffers" };
	uint32_t *bo = calloc(MAPPED, sizeof(*bo));

	for (unsigned int i = 0; i < MAPPED; i++) {
		bo[i] = xe_bo_create(fd, 0, SZ_4K, system_memory(fd), 0);
		xe_vm_bind_async(fd, l.vm, 0, bo[i], 0, ADDR + i * (uint64_t)SZ_64K, SZ_4K, NULL, 0);
	}
	lit_out(&l, CS_BATCH_END);
	for (unsigned int r = 0; r < repeat + WARM_UP; r++)
		run_empty(&l, &out, &cost);
	cost_print(&cost);
	for (unsigned int i = 0; i < MAPPED; i++)
		gem_close(fd, bo[i]);
	free(bo);
	syncobj_destroy(fd, out.handle);
	lit_close(&l);
}

/* ---- memory that moves ---- */

/* The device has done what the kernel asked of it for the object's contents. */
static void wait_for_contents(int fd, uint32_t bo)
{
	struct pollfd poll_for = { .events = POLLOUT };

	igt_assert_eq(drmPrimeHandleToFD(fd, bo, DRM_CLOEXEC | DRM_RDWR, &poll_for.fd), 0);
	igt_assert_eq(poll(&poll_for, 1, 60000), 1);
	close(poll_for.fd);
}

/*
 * An object in VRAM is bound and used; others drive it out; it is used again. The first
 * cost is that of filling all of VRAM once more, per MiB; the second brings it back.
 */
static void evictions(int fd, unsigned int repeat)
{
	uint64_t region = vram_if_possible(fd, 0), size = SZ_64M;
	unsigned int count = xe_mem_region(fd, region)->total_size / size + 1;
	struct lit l = lit_open(fd, &xe_engine(fd, 0)->instance, system_memory(fd));
	struct cost out = { .name = "evict_1M" }, back = { .name = "use_evicted_64M" };
	uint32_t *fill = calloc(count, sizeof(*fill)), bo = xe_bo_create(fd, l.vm, size, region, 0);

	xe_vm_bind_sync(fd, l.vm, bo, 0, ADDR, size);
	for (unsigned int r = 0; r < repeat + WARM_UP; r++) {
		lit_store(&l, ADDR, r);
		lit_run(&l);
		cost_begin(&out);
		for (unsigned int i = 0; i < count; i++)
			fill[i] = xe_bo_create(fd, 0, size, region, 0);
		for (unsigned int i = 0; i < count; i++)
			wait_for_contents(fd, fill[i]);
		cost_end(&out, count * (size / SZ_1M));
		for (unsigned int i = 0; i < count; i++)
			gem_close(fd, fill[i]);
		lit_copy_dw(&l, lit_addr(&l, 0), ADDR);
		cost_begin(&back);
		lit_run(&l);
		cost_end(&back, 1);
		igt_assert_eq_u32(*lit_data(&l, 0), r);
	}
	cost_print(&out);
	cost_print(&back);
	free(fill);
	gem_close(fd, bo);
	lit_close(&l);
}

/* ---- sharing with another open file of the device ---- */
static void sharing(int fd, unsigned int repeat)
{
	struct cost cost = { .name = "export_import" };
	int other = drm_reopen_driver(fd), shared;

	for (unsigned int r = 0; r < repeat + WARM_UP; r++) {
		uint32_t bo = xe_bo_create(fd, 0, SZ_2M, system_memory(fd), 0), handle;

		cost_begin(&cost);
		igt_assert_eq(drmPrimeHandleToFD(fd, bo, DRM_CLOEXEC | DRM_RDWR, &shared), 0);
		igt_assert_eq(drmPrimeFDToHandle(other, shared, &handle), 0);
		cost_end(&cost, 1);
		gem_close(other, handle);
		close(shared);
		gem_close(fd, bo);
	}
	cost_print(&cost);
	drm_close_driver(other);
}

/* ---- what is kept for each object ---- */
static uint32_t keep_bo(int fd, uint32_t vm)
{
	return xe_bo_create(fd, vm, SZ_4K, system_memory(fd), DRM_XE_GEM_CREATE_FLAG_DEFER_BACKING);
}

static uint32_t keep_queue(int fd, uint32_t vm)
{
	return xe_exec_queue_create(fd, vm, &xe_engine(fd, 0)->instance, 0);
}

static uint32_t keep_vm(int fd, uint32_t vm)
{
	return xe_vm_create(fd, 0, 0);
}

static void kept(int fd, const char *name, uint32_t (*make)(int fd, uint32_t vm),
		 void (*end)(int fd, uint32_t id), unsigned int count)
{
	uint32_t *ids = calloc(count, sizeof(*ids)), vm = xe_vm_create(fd, 0, 0);
	double ram, vram;

	for (unsigned int i = 0; i < 16; i++) /* slabs are there, and not empty */
		ids[i] = make(fd, vm);
	ram = lit_memory_in_use();
	vram = lit_vram_in_use(fd);
	for (unsigned int i = 16; i < count; i++)
		ids[i] = make(fd, vm);
	print_kept(name, lit_memory_in_use() - ram, lit_vram_in_use(fd) - vram, count - 16);
	for (unsigned int i = 0; i < count; i++)
		end(fd, ids[i]);
	xe_vm_destroy(fd, vm);
	free(ids);
}

/* Without what the memory itself takes */
static void kept_for_mapping(int fd)
{
	uint64_t size = SZ_1G / 4;
	struct array a = array_open(fd);
	uint32_t bo = xe_bo_create(fd, a.vm, size, system_memory(fd), 0);
	double ram = lit_memory_in_use(), vram = lit_vram_in_use(fd);

	for (unsigned int i = 0; i < 4; i++)
		xe_vm_bind_sync(fd, a.vm, bo, 0, ADDR + i * (uint64_t)SZ_1G, size);
	print_kept("mapped_GiB", lit_memory_in_use() - ram, lit_vram_in_use(fd) - vram, 1);
	gem_close(fd, bo);
	array_close(&a);
}

int main(int argc, char **argv)
{
	int fd, c;

	while ((c = getopt(argc, argv, "n:")) != -1) {
		if (c != 'n' || atoi(optarg) < 4 * ARRAY) {
			fprintf(stderr, "usage: %s [-n PAGES]\n", argv[0]);
			return 2;
		}
		sparse_pages = atoi(optarg);
	}
	fd = drm_open_driver(DRIVER_XE);
	control = vgpu_control_open(0);
	/* First, as long as few slabs are partly in use. */
	kept(fd, "bo", keep_bo, gem_close, 8 * KEPT);
	kept(fd, "queue", keep_queue, xe_exec_queue_destroy, KEPT / 4);
	kept(fd, "vm", keep_vm, xe_vm_destroy, KEPT / 4);
	kept_for_mapping(fd);
	arrays(fd, 10);
	sparse(fd);
	waiting_binds(fd);
	many_queues(fd, "exec_64_queues", false, 5);
	many_queues(fd, "exec_64_queues_syncobjs", true, 5);
	among_user_memory(fd, 20);
	among_shared_buffers(fd, 20);
	sharing(fd, 20);
	if (xe_has_vram(fd))
		evictions(fd, 3);
	drm_close_driver(fd);
	return 0;
}
