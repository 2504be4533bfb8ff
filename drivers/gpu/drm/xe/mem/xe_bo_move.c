// SPDX-License-Identifier: GPL-2.0
/*
 * Moving a buffer object. What a move from here to there consists of is one row
 * of one table; below it, the one function that carries rows out.
 *
 * Contents move by copy engine once migrate/ has said how, and by CPU before
 * that and after the device was given up.
 */

#include "mem/xe_bo_move.h"

#include <linux/dma-fence.h>
#include <linux/dma-resv.h>
#include <linux/export.h>
#include <linux/highmem.h>
#include <linux/iosys-map.h>
#include <linux/sched.h>

#include <drm/drm_cache.h>
#include <drm/drm_drv.h>
#include <drm/ttm/ttm_placement.h>
#include <drm/ttm/ttm_tt.h>

#include <kunit/visibility.h>

#include "core/xe_mmio.h"
#include "core/xe_rpm.h"
#include "mem/xe_bo.h"
#include "mem/xe_bo_internal.h"
#include "mem/xe_bo_trace.h"
#include "mem/xe_dma_buf.h"
#include "mem/xe_extent.h"
#include "mem/xe_tt.h"
#include "mem/xe_vram.h"

static const struct xe_bo_move_row rows[XE_BO_WHERE_COUNT][XE_BO_WHERE_COUNT] = {
	[XE_BO_NOWHERE] = {
		/* TTM zeroes the pages that it will take. */
		[XE_BO_IN_SYSTEM] = { .transfer = XE_BO_KEEP },
		[XE_BO_IN_TT]	  = { .map = true, .transfer = XE_BO_KEEP },
		[XE_BO_IN_VRAM]	  = { .transfer = XE_BO_CLEAR },
	},
	[XE_BO_IN_SYSTEM] = {
		[XE_BO_IN_SYSTEM] = { .transfer = XE_BO_KEEP },
		[XE_BO_IN_TT]	  = { .map = true, .transfer = XE_BO_KEEP },
		[XE_BO_IN_VRAM]	  = { .transfer = XE_BO_VIA_TT },
	},
	[XE_BO_IN_TT] = {
		[XE_BO_IN_SYSTEM] = { .notify = true, .idle = true, .transfer = XE_BO_KEEP,
				      .unmap = true },
		/* Left over from a hop whose second half failed. */
		[XE_BO_IN_TT]	  = { .transfer = XE_BO_KEEP },
		[XE_BO_IN_VRAM]	  = { .notify = true, .transfer = XE_BO_COPY },
	},
	[XE_BO_IN_VRAM] = {
		[XE_BO_IN_SYSTEM] = { .transfer = XE_BO_VIA_TT },
		[XE_BO_IN_TT]	  = { .map = true, .notify = true, .transfer = XE_BO_COPY },
		[XE_BO_IN_VRAM]	  = { .notify = true, .transfer = XE_BO_COPY },
	},
};

static const struct xe_bo_mover *bo_mover;
static const struct xe_bo_notify *bo_notify;

/**
 * xe_bo_set_mover() - contents move by copy engine from now on
 * @mover: lives as long as the driver
 */
void xe_bo_set_mover(const struct xe_bo_mover *mover)
{
	WRITE_ONCE(bo_mover, mover);
}

/**
 * xe_bo_set_notify() - who must know of moves
 * @notify: lives as long as the driver
 */
void xe_bo_set_notify(const struct xe_bo_notify *notify)
{
	WRITE_ONCE(bo_notify, notify);
}

/**
 * xe_bo_move_row() - what a move consists of
 * @from: where the contents are
 * @to: where they shall be; not XE_BO_NOWHERE
 *
 * Return: the row.
 */
const struct xe_bo_move_row *xe_bo_move_row(enum xe_bo_where from, enum xe_bo_where to)
{
	return &rows[from][to];
}
EXPORT_SYMBOL_IF_KUNIT(xe_bo_move_row);

static enum xe_bo_where where_to(const struct ttm_resource *res)
{
	switch (res->mem_type) {
	case XE_PL_SYSTEM:
		return XE_BO_IN_SYSTEM;
	case XE_PL_TT:
		return XE_BO_IN_TT;
	default:
		return XE_BO_IN_VRAM;
	}
}

static enum xe_bo_where where_from(const struct ttm_buffer_object *tbo)
{
	const struct ttm_resource *res = tbo->resource;
	struct ttm_tt *tt = tbo->ttm;

	if (!res)
		return XE_BO_NOWHERE;
	if (xe_pl_is_vram(res->mem_type))
		return XE_BO_IN_VRAM;
	if (res->mem_type == XE_PL_SYSTEM &&
	    (!tt || !(ttm_tt_is_populated(tt) || ttm_tt_is_swapped(tt))))
		return XE_BO_NOWHERE;
	/*
	 * TTM populates for a move to XE_PL_TT just before it asks us, so that pages
	 * may be new here: taking them along is harmless, they are zero.
	 */
	return where_to(res);
}

/* One page of a place, for the CPU. unmap_page() must follow in reverse order. */
static struct iosys_map map_page(struct xe_bo *bo, const struct ttm_resource *res, u64 offset)
{
	u64 page = offset >> PAGE_SHIFT;
	u64 dpa;

	if (!xe_pl_is_vram(res->mem_type))
		return (struct iosys_map)
			IOSYS_MAP_INIT_VADDR(kmap_local_page(bo->ttm.ttm->pages[page]));

	dpa = xe_extents_addr(xe_bo_extents(bo, res), offset, NULL);
	return (struct iosys_map)
		IOSYS_MAP_INIT_VADDR_IOMEM(xe_vram_iomem(to_xe_device(bo->ttm.base.dev), dpa));
}

static void unmap_page(struct iosys_map *map)
{
	if (!map->is_iomem)
		kunmap_local(map->vaddr);
}

/* @src NULL: clear @dst. */
static int cpu_transfer(struct xe_bo *bo, struct ttm_resource *src, struct ttm_resource *dst)
{
	if (!xe_bo_cpu_visible(dst) || (src && !xe_bo_cpu_visible(src)))
		return -EIO;

	dma_resv_wait_timeout(bo->ttm.base.resv,
			      src ? DMA_RESV_USAGE_BOOKKEEP : DMA_RESV_USAGE_KERNEL, false,
			      MAX_SCHEDULE_TIMEOUT);

	for (u64 offset = 0; offset < xe_bo_size(bo); offset += PAGE_SIZE) {
		struct iosys_map to = map_page(bo, dst, offset);

		if (src) {
			struct iosys_map from = map_page(bo, src, offset);

			drm_memcpy_from_wc(&to, &from, PAGE_SIZE);
			unmap_page(&from);
		} else {
			iosys_map_memset(&to, 0, 0, PAGE_SIZE);
		}
		unmap_page(&to);
		cond_resched();
	}
	xe_device_wmb(to_xe_device(bo->ttm.base.dev));
	return 0;
}

/*
 * Start a copy, or with @src NULL a clear. The fence is what the new contents
 * wait for and, after a copy, the old memory.
 */
static struct dma_fence *start_transfer(struct xe_bo *bo, struct ttm_resource *src,
					struct ttm_resource *dst)
{
	struct xe_device *xe = to_xe_device(bo->ttm.base.dev);
	const struct xe_bo_mover *mover = READ_ONCE(bo_mover);
	struct dma_fence *fence = NULL;
	int err, idx;

	/* Who began before the device was unbound finds neither engine nor VRAM. */
	if (!drm_dev_enter(&xe->drm, &idx))
		return ERR_PTR(-ENODEV);
	scoped_guard(xe_rpm, xe) {
		if (mover && !xe_device_wedged(xe))
			fence = src ? mover->copy(bo, src, dst) : mover->clear(bo, dst);
		if (!fence) {
			err = cpu_transfer(bo, src, dst);
			fence = err ? ERR_PTR(err) : dma_fence_get_stub();
		}
	}
	drm_dev_exit(idx);
	return fence;
}

/**
 * xe_bo_copy_span() - have the copy engine read or write pages that the CPU cannot see
 * @bo: object in VRAM
 * @offset: of the first page, in bytes
 * @addr: system memory, as the device sees it
 * @bytes: whole pages
 * @to_bo: write
 *
 * Context: reservation held; may sleep: the copy is waited for.
 * Return: 0, -EIO when nothing can copy, -ENOMEM.
 */
int xe_bo_copy_span(struct xe_bo *bo, u64 offset, dma_addr_t addr, u32 bytes, bool to_bo)
{
	struct xe_device *xe = to_xe_device(bo->ttm.base.dev);
	const struct xe_bo_mover *mover = READ_ONCE(bo_mover);
	struct dma_fence *fence = ERR_PTR(-EIO);
	int idx;

	if (!drm_dev_enter(&xe->drm, &idx))
		return -EIO;
	if (mover && !xe_device_wedged(xe))
		fence = mover->copy_span(bo, offset, addr, bytes, to_bo);
	drm_dev_exit(idx);
	if (IS_ERR(fence))
		return PTR_ERR(fence);
	dma_fence_wait(fence, false);
	dma_fence_put(fence);
	return 0;
}

/**
 * xe_bo_decompress() - make contents readable without their compression metadata
 * @bo: object; nothing happens to one that is not in VRAM
 *
 * Waits for all jobs that use it, and jobs wait for the kernel's fences of the reservation.
 *
 * Context: reservation held; may sleep.
 * Return: 0, -EIO when nothing can do it, -ENOMEM.
 */
int xe_bo_decompress(struct xe_bo *bo)
{
	struct ttm_resource *res = bo->ttm.resource;
	struct dma_fence *fence;
	int err;

	if (!res || !xe_pl_is_vram(res->mem_type))
		return 0;
	err = dma_resv_reserve_fences(bo->ttm.base.resv, 1);
	if (err)
		return err;
	fence = start_transfer(bo, res, res);
	if (IS_ERR(fence))
		return PTR_ERR(fence);
	dma_resv_add_fence(bo->ttm.base.resv, fence, DMA_RESV_USAGE_KERNEL);
	dma_fence_put(fence);
	return 0;
}

static int copy(struct xe_bo *bo, bool evict, struct ttm_resource *dst)
{
	struct ttm_buffer_object *tbo = &bo->ttm;
	struct dma_fence *fence;

	fence = start_transfer(bo, tbo->resource, dst);
	if (IS_ERR(fence))
		return PTR_ERR(fence);

	/* Without memory for a stand-in that holds the old place, wait instead. */
	if (ttm_bo_move_accel_cleanup(tbo, fence, evict, true, dst)) {
		dma_fence_wait(fence, false);
		ttm_bo_move_null(tbo, dst);
	}
	dma_fence_put(fence);
	return 0;
}

static int clear(struct xe_bo *bo, struct ttm_resource *dst)
{
	struct ttm_buffer_object *tbo = &bo->ttm;
	struct dma_fence *fence;

	if (bo->flags & XE_BO_USER) {
		fence = start_transfer(bo, NULL, dst);
		if (IS_ERR(fence))
			return PTR_ERR(fence);
		dma_resv_add_fence(tbo->base.resv, fence, DMA_RESV_USAGE_KERNEL);
		dma_fence_put(fence);
	}
	ttm_bo_move_null(tbo, dst);
	return 0;
}

static int wait_idle(struct xe_bo *bo, struct ttm_operation_ctx *ctx)
{
	struct dma_resv *resv = bo->ttm.base.resv;
	long ret;

	if (ctx->no_wait_gpu)
		return dma_resv_test_signaled(resv, DMA_RESV_USAGE_BOOKKEEP) ? 0 : -EBUSY;

	ret = dma_resv_wait_timeout(resv, DMA_RESV_USAGE_BOOKKEEP, ctx->interruptible,
				    MAX_SCHEDULE_TIMEOUT);
	return ret < 0 ? ret : 0;
}

static int tell(struct xe_bo *bo, bool evict)
{
	const struct xe_bo_notify *notify = READ_ONCE(bo_notify);
	int err;

	err = notify ? notify->about_to_move(bo, evict) : 0;
	if (err)
		return err;
	xe_dma_buf_about_to_move(bo);
	/* TTM reserved a slot for our fence; whoever was told may have used it. */
	return dma_resv_reserve_fences(bo->ttm.base.resv, 1);
}

/**
 * xe_bo_may_evict() - whether those who map an object let the current task evict it
 * @bo: object
 *
 * Context: reservation held.
 * Return: they do.
 */
bool xe_bo_may_evict(struct xe_bo *bo)
{
	const struct xe_bo_notify *notify = READ_ONCE(bo_notify);

	return !notify || notify->may_evict(bo);
}

/**
 * xe_bo_purge() - an object's contents are about to be dropped
 * @bo: object
 *
 * The caller takes the memory away, now or later: nobody gets to it any more.
 *
 * Context: reservation held; may sleep.
 * Return: 0; -EBUSY when they are needed; or what those who map it say.
 */
int xe_bo_purge(struct xe_bo *bo)
{
	int err;

	dma_resv_assert_held(bo->ttm.base.resv);
	if (bo->need != XE_BO_UNNEEDED)
		return bo->need == XE_BO_PURGED ? 0 : -EBUSY;

	err = tell(bo, true);
	if (err)
		return err;
	trace_xe_bo_purge(bo);
	ttm_bo_unmap_virtual(&bo->ttm);
	bo->need = XE_BO_PURGED;
	return 0;
}

/* What comes before the contents: each step may fail, and none needs undoing. */
static int prepare(struct xe_bo *bo, const struct xe_bo_move_row *row, bool evict,
		   struct ttm_operation_ctx *ctx)
{
	int err = 0;

	/* Who may not wait shall not disturb anybody either. */
	if (row->idle && ctx->no_wait_gpu)
		err = wait_idle(bo, ctx);
	if (!err && row->map)
		err = xe_tt_map(bo);
	if (!err && row->notify)
		err = tell(bo, evict);
	if (!err && row->idle)
		err = wait_idle(bo, ctx);
	return err;
}

/**
 * xe_bo_move() - &ttm_device_funcs.move
 * @tbo: object to move
 * @evict: to make room for another
 * @ctx: how to wait
 * @dst: new place, ours when 0 is returned
 * @hop: where to go first when -EMULTIHOP is returned
 *
 * Context: reservation held, with a slot for one fence.
 * Return: 0, though contents may still be on their way; -EMULTIHOP; -ENOMEM,
 * -EBUSY, -ERESTARTSYS, -EIO when the CPU must copy what it cannot see.
 */
int xe_bo_move(struct ttm_buffer_object *tbo, bool evict, struct ttm_operation_ctx *ctx,
	       struct ttm_resource *dst, struct ttm_place *hop)
{
	const struct xe_bo_move_row *row;
	struct xe_bo *bo;
	int err;

	dma_resv_assert_held(tbo->base.resv);

	/* TTM's stand-in for memory that is being copied: it is about to be freed. */
	if (!xe_ttm_is_bo(tbo))
		return -EBUSY;
	bo = ttm_to_xe_bo(tbo);
	row = xe_bo_move_row(where_from(tbo), where_to(dst));
	trace_xe_bo_move(bo, dst->mem_type, evict, row->transfer);

	if (row->transfer == XE_BO_VIA_TT) {
		*hop = (struct ttm_place) {
			.mem_type = XE_PL_TT,
			.flags = TTM_PL_FLAG_TEMPORARY,
		};
		return -EMULTIHOP;
	}

	err = prepare(bo, row, evict, ctx);
	if (err)
		return err;

	if (row->transfer == XE_BO_COPY)
		err = copy(bo, evict, dst);
	else if (row->transfer == XE_BO_CLEAR)
		err = clear(bo, dst);
	else
		ttm_bo_move_null(tbo, dst);

	if (!err && row->unmap)
		xe_tt_unmap(to_xe_device(tbo->base.dev), tbo->ttm);
	return err;
}
