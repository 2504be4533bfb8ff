// SPDX-License-Identifier: GPL-2.0
/*
 * The copy engine as a service: copy or clear an object, give back a fence.
 *
 * An operation is cut into jobs of at most 8 MiB, about a millisecond each, that
 * run one after the other on the tile's paging engine. A job whose sides are
 * both in VRAM is one batch of blits. Where system memory takes part, a batch
 * before it writes the window's page-table entries, and the ring flushes the TLB
 * between the two: so jobs need not wait for each other on the CPU, and the
 * windows can be used again by the next job.
 */

#include "migrate/xe_migrate.h"

#include <linux/dma-fence.h>
#include <linux/dma-resv.h>
#include <linux/mutex.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include <drm/drm_managed.h>
#include <drm/gpu_scheduler.h>

#include "cmds/xe_mi_commands.h"
#include "core/xe_log.h"
#include "gt/xe_bb.h"
#include "gt/xe_hw_engine.h"
#include "gt/xe_pat.h"
#include "mem/xe_bo.h"
#include "mem/xe_extent.h"
#include "migrate/xe_blitter.h"
#include "migrate/xe_migrate_plan.h"
#include "migrate/xe_migrate_vm.h"
#include "submit/xe_exec_queue.h"
#include "vm/xe_pte.h"

/**
 * struct xe_migrate - a tile's copy service
 * @tile: whose
 * @blitter: its copy engine's commands
 * @vm: address space of @q
 * @q: queue on the paging engine
 * @lock: jobs of @q are armed and pushed in one order
 */
struct xe_migrate {
	struct xe_tile *tile;
	const struct xe_blitter *blitter;
	struct xe_migrate_vm *vm;
	struct xe_exec_queue *q;
	struct mutex lock;	/* order of jobs */
};

/**
 * struct op - one copy or clear
 * @m: service that does it
 * @bo: object whose fences matter
 * @src: source, when @copy
 * @dst: destination
 * @copy: else clear
 * @usage: the first job waits for fences up to this usage
 * @chunk: job being made; too big for the stack, and not worth filling with zeroes
 * @fence: of the last job pushed, or NULL
 */
struct op {
	struct xe_migrate *m;
	struct xe_bo *bo;
	struct xe_migrate_side src, dst;
	bool copy;
	enum dma_resv_usage usage;
	struct xe_migrate_chunk *chunk;
	struct dma_fence *fence;
};

static int set_side(struct op *op, struct xe_migrate_side *side, const struct xe_extents *extents,
		    bool vram, bool compressed)
{
	side->extents = extents;
	if (!side->extents)
		return -EINVAL;

	side->windowed = !vram;
	if (side->windowed)
		side->base = xe_migrate_vm_window(op->m->vm, side == &op->dst);
	else
		side->base = xe_migrate_vm_vram(op->m->vm, compressed);
	return 0;
}

static u32 window_dwords(const struct op *op, const struct xe_migrate_side *side)
{
	u32 pages = op->chunk->bytes / SZ_4K;

	return side->windowed ? 2 * pages + 3 * DIV_ROUND_UP(pages, MI_SDI_MAX_QW) : 0;
}

static void put(struct xe_bb *bb, u32 dw)
{
	bb->cs[bb->len++] = dw;
}

static void put_qword(struct xe_bb *bb, u64 qw)
{
	put(bb, lower_32_bits(qw));
	put(bb, upper_32_bits(qw));
}

/* Map the chunk's pages of @side in its window. */
static void put_window(struct op *op, struct xe_bb *bb, const struct xe_migrate_side *side)
{
	struct xe_device *xe = op->m->tile->xe;
	const struct xe_pte_attr attr = { .pat_index = xe_pat_index(xe, XE_CACHE_WB) };
	u64 pte_va = xe_migrate_vm_window_ptes(op->m->vm, side == &op->dst);
	u32 pages = op->chunk->bytes / SZ_4K;
	u64 addr = 0, contig = 0;

	for (u32 i = 0; i < pages; i++) {
		if (i % MI_SDI_MAX_QW == 0) {
			put(bb, MI_STORE_DATA_IMM | MI_SDI_QW(min(pages - i, MI_SDI_MAX_QW)));
			put_qword(bb, pte_va + i * sizeof(u64));
		}
		if (!contig)
			addr = xe_extents_addr(side->extents, op->chunk->offset + (u64)i * SZ_4K,
					       &contig);
		put_qword(bb, xe_pte_encode(xe, addr, 0, &attr));
		addr += SZ_4K;
		contig -= SZ_4K;
	}
}

static void put_blits(struct op *op, struct xe_bb *bb)
{
	const struct xe_blitter *blitter = op->m->blitter;
	struct xe_gt *gt = op->m->tile->primary_gt;

	for (u32 i = 0; i < op->chunk->n; i++) {
		const struct xe_migrate_blit *b = &op->chunk->blit[i];
		u32 *cs = bb->cs + bb->len;

		if (op->copy) {
			blitter->copy(gt, cs, b->src, b->dst, b->bytes);
			bb->len += blitter->copy_dw;
		} else {
			blitter->clear(gt, cs, b->dst, b->bytes);
			bb->len += blitter->clear_dw;
		}
	}
}

/* The chunk's batch; in *@second where the blits begin, 0: at the start. */
static struct xe_bb *make_batch(struct op *op, u32 *second)
{
	const struct xe_blitter *blitter = op->m->blitter;
	u32 windows, blits;
	struct xe_bb *bb;

	windows = (op->copy ? window_dwords(op, &op->src) : 0) + window_dwords(op, &op->dst);
	blits = op->chunk->n * (op->copy ? blitter->copy_dw : blitter->clear_dw);
	bb = xe_bb_new(op->m->tile, windows + 1 + blits);
	if (IS_ERR(bb))
		return bb;

	*second = 0;
	if (op->copy && op->src.windowed)
		put_window(op, bb, &op->src);
	if (op->dst.windowed)
		put_window(op, bb, &op->dst);
	if (bb->len) {
		put(bb, MI_BATCH_BUFFER_END);
		*second = bb->len;
	}
	put_blits(op, bb);
	xe_bb_finish(bb);
	return bb;
}

static struct xe_job *make_job(struct op *op, struct xe_bb *bb, u32 second)
{
	struct xe_migrate *m = op->m;
	u64 va = xe_migrate_vm_vram(m->vm, false) + xe_bb_addr(bb, NULL);
	struct xe_job *job;
	int err;

	job = second ? xe_job_create_two(m->q, va, va + 4 * second) : xe_job_create(m->q, &va);
	if (IS_ERR(job) || op->fence)
		return job;

	/*
	 * Only the first job waits, the others are behind it. New memory waits for
	 * who is still copied out of it; old contents for all who may still write.
	 */
	err = drm_sched_job_add_resv_dependencies(xe_job_drm(job), op->bo->ttm.base.resv,
						  op->usage);
	if (err) {
		xe_job_put(job);
		return ERR_PTR(err);
	}
	return job;
}

static int run_chunk(struct op *op)
{
	struct dma_fence *fence;
	struct xe_job *job;
	struct xe_bb *bb;
	u32 second;

	bb = make_batch(op, &second);
	if (IS_ERR(bb))
		return PTR_ERR(bb);
	job = make_job(op, bb, second);
	if (IS_ERR(job)) {
		xe_bb_free(bb, NULL);
		return PTR_ERR(job);
	}

	scoped_guard(mutex, &op->m->lock) {
		fence = xe_job_arm(job);
		xe_job_push(job);
	}
	xe_job_put(job);
	xe_bb_free(bb, fence);

	dma_fence_put(op->fence);
	op->fence = fence;
	return 0;
}

/* The one loop over an object. Returns 0, or -errno with nothing left running. */
static int run_all(struct op *op)
{
	const struct xe_migrate_side *src = op->copy ? &op->src : NULL;
	int err = 0;

	for (u64 done = 0; !err && done < op->dst.extents->size; done += op->chunk->bytes) {
		xe_migrate_plan(op->chunk, src, &op->dst, done, XE_MIGRATE_WINDOW);
		err = run_chunk(op);
	}
	if (err && op->fence) {
		dma_fence_wait(op->fence, false);
		dma_fence_put(op->fence);
	}
	return err;
}

static struct dma_fence *run(struct xe_tile *tile, struct xe_bo *bo, struct ttm_resource *src,
			     struct ttm_resource *dst)
{
	struct xe_migrate_chunk *chunk __free(kfree) = kmalloc_obj(*chunk);
	struct op op = {
		.m = tile->migrate,
		.bo = bo,
		.copy = src,
		.usage = src ? DMA_RESV_USAGE_BOOKKEEP : DMA_RESV_USAGE_KERNEL,
		.chunk = chunk,
	};
	int err;

	dma_resv_assert_held(bo->ttm.base.resv);
	if (!chunk)
		return ERR_PTR(-ENOMEM);

	err = set_side(&op, &op.dst, xe_bo_extents(bo, dst), xe_pl_is_vram(dst->mem_type), false);
	/* What was in VRAM may be compressed; its metadata does not move with it. */
	if (!err && src)
		err = set_side(&op, &op.src, xe_bo_extents(bo, src), xe_pl_is_vram(src->mem_type),
			       true);
	if (!err)
		err = run_all(&op);
	return err ? ERR_PTR(err) : op.fence;
}

/**
 * xe_migrate_copy() - copy the contents of an object to another place
 * @tile: whose copy engine shall do it; both places may be another's VRAM
 * @bo: object
 * @src: where it is
 * @dst: where it shall be; system memory is mapped for DMA. As @src: it is decompressed
 *
 * Begins when all fences of the reservation have signalled.
 *
 * Context: @bo's reservation held; may sleep.
 * Return: fence of the whole copy, or ERR_PTR when it did not happen.
 */
struct dma_fence *xe_migrate_copy(struct xe_tile *tile, struct xe_bo *bo, struct ttm_resource *src,
				  struct ttm_resource *dst)
{
	return run(tile, bo, src, dst);
}

/**
 * xe_migrate_clear() - fill an object's new place with zeroes
 * @tile: whose copy engine shall do it
 * @bo: object
 * @dst: place
 *
 * Begins when the kernel fences of the reservation have signalled.
 *
 * Context: @bo's reservation held; may sleep.
 * Return: fence, or ERR_PTR when it did not happen.
 */
struct dma_fence *xe_migrate_clear(struct xe_tile *tile, struct xe_bo *bo,
				   struct ttm_resource *dst)
{
	return run(tile, bo, NULL, dst);
}

static struct xe_extents *contiguous(u64 addr, u32 bytes)
{
	struct xe_extents *x = xe_extents_alloc(1);

	if (x)
		xe_extents_add(x, addr, bytes);
	return x;
}

static struct xe_extents *part_of(struct xe_bo *bo, u64 offset, u32 bytes)
{
	const struct xe_extents *whole = xe_bo_extents(bo, bo->ttm.resource);
	struct xe_extents *x = xe_extents_alloc(bytes / PAGE_SIZE);
	u64 addr, contig;
	u32 done, n;

	for (done = 0; x && done < bytes; done += n) {
		addr = xe_extents_addr(whole, offset + done, &contig);
		n = min_t(u64, bytes - done, contig);
		xe_extents_add(x, addr, n);
	}
	return x;
}

/**
 * xe_migrate_copy_span() - copy pages between an object in VRAM and system memory
 * @tile: whose copy engine shall do it
 * @bo: object
 * @offset: of the first page, in bytes
 * @addr: DMA address of the other side, which is contiguous
 * @bytes: whole pages, inside the object
 * @to_bo: the object is written
 *
 * Begins when the kernel fences of the reservation have signalled.
 *
 * Context: @bo's reservation held; may sleep.
 * Return: fence, or ERR_PTR when it did not happen.
 */
struct dma_fence *xe_migrate_copy_span(struct xe_tile *tile, struct xe_bo *bo, u64 offset,
				       dma_addr_t addr, u32 bytes, bool to_bo)
{
	struct xe_migrate_chunk *chunk __free(kfree) = kmalloc_obj(*chunk);
	struct xe_extents *in_vram = part_of(bo, offset, bytes);
	struct xe_extents *in_system = contiguous(addr, bytes);
	struct op op = {
		.m = tile->migrate,
		.bo = bo,
		.copy = true,
		.usage = DMA_RESV_USAGE_KERNEL,
		.chunk = chunk,
	};
	int err;

	dma_resv_assert_held(bo->ttm.base.resv);
	err = chunk && in_vram && in_system ? 0 : -ENOMEM;
	/* It may be compressed; what is written whole can be read either way when it is not. */
	if (!err)
		err = set_side(&op, to_bo ? &op.dst : &op.src, in_vram, true, !to_bo);
	if (!err)
		err = set_side(&op, to_bo ? &op.src : &op.dst, in_system, false, false);
	if (!err)
		err = run_all(&op);
	xe_extents_free(in_vram);
	xe_extents_free(in_system);
	return err ? ERR_PTR(err) : op.fence;
}

/* Who has the memory has the shorter way to it; reads wait, so writes decide. */
static struct xe_tile *choose_tile(struct xe_bo *bo, struct ttm_resource *src,
				   struct ttm_resource *dst)
{
	struct xe_device *xe = to_xe_device(bo->ttm.base.dev);

	if (xe_pl_is_vram(dst->mem_type))
		return &xe->tiles[dst->mem_type - XE_PL_VRAM0];
	if (src && xe_pl_is_vram(src->mem_type))
		return &xe->tiles[src->mem_type - XE_PL_VRAM0];
	return xe_device_root_tile(xe);
}

static struct dma_fence *mover_copy(struct xe_bo *bo, struct ttm_resource *src,
				    struct ttm_resource *dst)
{
	struct xe_tile *tile = choose_tile(bo, src, dst);

	return tile->migrate ? xe_migrate_copy(tile, bo, src, dst) : NULL;
}

static struct dma_fence *mover_clear(struct xe_bo *bo, struct ttm_resource *dst)
{
	struct xe_tile *tile = choose_tile(bo, NULL, dst);

	return tile->migrate ? xe_migrate_clear(tile, bo, dst) : NULL;
}

static struct dma_fence *mover_copy_span(struct xe_bo *bo, u64 offset, dma_addr_t addr, u32 bytes,
					 bool to_bo)
{
	struct xe_tile *tile = xe_bo_tile(bo);

	if (!tile || !tile->migrate)
		return ERR_PTR(-EIO);
	return xe_migrate_copy_span(tile, bo, offset, addr, bytes, to_bo);
}

static const struct xe_bo_mover mover = {
	.copy = mover_copy,
	.clear = mover_clear,
	.copy_span = mover_copy_span,
};

static void migrate_fini(void *arg)
{
	struct xe_migrate *m = arg;

	m->tile->migrate = NULL;
	xe_exec_queue_put(m->q);
	xe_migrate_vm_put(m->vm);
}

static struct xe_exec_queue *make_queue(struct xe_migrate *m)
{
	struct xe_gt *gt = m->tile->primary_gt;
	struct xe_hw_engine *hwe = xe_engine_paging(gt);
	struct xe_queue_params p = {
		.gt = gt,
		.hwe = hwe,
		.as = xe_migrate_vm_as(m->vm),
		.width = 1,
		.kernel = true,
		.priority = XE_PRIO_KERNEL,
		.low_latency = true,
	};

	if (!hwe) {
		xe_gt_err(gt, "no copy engine for the kernel's copies\n");
		return ERR_PTR(-ENODEV);
	}
	p.logical_mask = BIT(hwe->logical);
	return xe_exec_queue_create(m->tile->xe, &p);
}

/* Moves happen while memory is reclaimed, so that nothing under the lock may reclaim. */
static int init_lock(struct xe_migrate *m)
{
	int err = drmm_mutex_init(&m->tile->xe->drm, &m->lock);

	if (err)
		return err;
	fs_reclaim_acquire(GFP_KERNEL);
	might_lock(&m->lock);
	fs_reclaim_release(GFP_KERNEL);
	return 0;
}

/**
 * xe_migrate_init() - start a tile's copy service
 * @tile: a tile with VRAM, after submission works and xe_bb_pool_init()
 *
 * From now on objects move by copy engine. Stopped when the device is unbound.
 *
 * Return: 0, -ENODEV without a copy engine that the driver knows, -EOPNOTSUPP
 * without VRAM, or what creating a queue returns.
 */
int xe_migrate_init(struct xe_tile *tile)
{
	struct xe_device *xe = tile->xe;
	struct xe_migrate *m;
	int err;

	m = drmm_kzalloc(&xe->drm, sizeof(*m), GFP_KERNEL);
	if (!m)
		return -ENOMEM;
	m->tile = tile;
	m->blitter = xe_blitter_find(tile->primary_gt);
	if (!m->blitter)
		return -ENODEV;
	err = init_lock(m);
	if (err)
		return err;

	m->vm = xe_migrate_vm_create(tile);
	if (IS_ERR(m->vm))
		return PTR_ERR(m->vm);
	m->q = make_queue(m);
	if (IS_ERR(m->q)) {
		xe_migrate_vm_put(m->vm);
		return PTR_ERR(m->q);
	}

	tile->migrate = m;
	xe_bo_set_mover(&mover);
	return devm_add_action_or_reset(xe->drm.dev, migrate_fini, m);
}
