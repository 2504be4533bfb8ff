// SPDX-License-Identifier: GPL-2.0
/*
 * System memory for the device: pages from TTM's pool, mapped for DMA while the
 * object is in XE_PL_TT. XE_PL_SYSTEM is the same pages without the mapping:
 * that is where they may be taken away to swap.
 *
 * An imported object has no pages of its own. In XE_PL_TT it is mapped by who
 * exported it, wherever the memory is; out of it, it is not mapped.
 */

#include "mem/xe_tt.h"

#include <linux/dma-buf.h>
#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include <drm/drm_managed.h>
#include <drm/ttm/ttm_placement.h>
#include <drm/ttm/ttm_pool.h>
#include <drm/ttm/ttm_resource.h>
#include <drm/ttm/ttm_tt.h>
#include <uapi/drm/xe_drm.h>

#include "core/xe_platform.h"
#include "mem/xe_bo.h"
#include "mem/xe_bo_internal.h"
#include "mem/xe_extent.h"
#include "mem/xe_shrinker.h"

/**
 * struct xe_tt - system pages of an object; at most 96 bytes, for every object has one
 * @base: TTM's view
 * @sgt: DMA mapping of own pages, valid while @extents is set
 * @attach: of an imported object, the exporter, who made @imported; likewise
 * @imported: the exporter's DMA mapping; likewise
 * @extents: DMA addresses; NULL: not mapped
 * @counted: the shrinker knows of the pages
 * @unneeded: as what it counts them
 *
 * Protected by the reservation, or by nobody else having it.
 */
struct xe_tt {
	struct ttm_tt base;
	union {
		struct sg_table sgt;
		struct {
			struct dma_buf_attachment *attach;
			struct sg_table *imported;
		};
	};
	struct xe_extents *extents;
	bool counted, unneeded;
};

static struct xe_tt *to_xe_tt(struct ttm_tt *tt)
{
	return container_of(tt, struct xe_tt, base);
}

static struct xe_device *bdev_to_xe(struct ttm_device *bdev)
{
	return container_of(bdev, struct xe_device, ttm);
}

/*
 * A discrete device snoops the CPU's caches over PCIe, so its system pages are
 * always write-back, whatever userspace asked for.
 */
static enum ttm_caching caching_of(struct ttm_buffer_object *tbo)
{
	const struct xe_bo *bo;

	if (bdev_to_xe(tbo->bdev)->platform->is_dgfx || !xe_ttm_is_bo(tbo))
		return ttm_cached;

	bo = ttm_to_xe_bo(tbo);
	if (bo->flags & XE_BO_UNCACHED || bo->cpu_caching == DRM_XE_GEM_CPU_CACHING_WC)
		return ttm_write_combined;
	return ttm_cached;
}

/**
 * xe_tt_create() - &ttm_device_funcs.ttm_tt_create
 * @tbo: object that gets system pages; may be one of TTM's own, see xe_ttm_is_bo()
 * @page_flags: TTM_TT_FLAG_*
 *
 * Return: page array without pages, or NULL.
 */
struct ttm_tt *xe_tt_create(struct ttm_buffer_object *tbo, u32 page_flags)
{
	/* Our shrinker has these; TTM's own swapping keeps away from them. */
	bool swappable = tbo->type == ttm_bo_type_device;
	struct xe_tt *xtt = kzalloc_obj(*xtt);

	if (!xtt)
		return NULL;
	if (swappable)
		page_flags |= TTM_TT_FLAG_EXTERNAL | TTM_TT_FLAG_EXTERNAL_MAPPABLE;
	if (ttm_tt_init(&xtt->base, tbo, page_flags, caching_of(tbo), 0)) {
		kfree(xtt);
		return NULL;
	}
	if (swappable && ttm_tt_setup_backup(&xtt->base)) {
		ttm_tt_fini(&xtt->base);
		kfree(xtt);
		return NULL;
	}
	return &xtt->base;
}

/**
 * xe_tt_destroy() - &ttm_device_funcs.ttm_tt_destroy
 * @bdev: the device
 * @tt: without pages
 */
void xe_tt_destroy(struct ttm_device *bdev, struct ttm_tt *tt)
{
	ttm_tt_fini(tt);
	kfree(to_xe_tt(tt));
}

/* The pages are another's, and only he can say where they are. */
static bool is_imported(const struct ttm_tt *tt)
{
	return tt->page_flags & TTM_TT_FLAG_EXTERNAL &&
	       !(tt->page_flags & TTM_TT_FLAG_EXTERNAL_MAPPABLE);
}

static void count(struct xe_device *xe, struct ttm_tt *tt)
{
	struct xe_tt *xtt = to_xe_tt(tt);

	if (!(tt->page_flags & TTM_TT_FLAG_EXTERNAL_MAPPABLE))
		return;
	xe_shrinker_count(xe, tt->num_pages, xtt->unneeded);
	xtt->counted = true;
}

/**
 * xe_tt_uncount() - pages were given back
 * @xe: the device
 * @tt: had them
 */
void xe_tt_uncount(struct xe_device *xe, struct ttm_tt *tt)
{
	struct xe_tt *xtt = to_xe_tt(tt);

	if (xtt->counted)
		xe_shrinker_count(xe, -(long)tt->num_pages, xtt->unneeded);
	xtt->counted = false;
}

/**
 * xe_tt_set_unneeded() - whether the shrinker may drop contents
 * @xe: the device
 * @tt: with or without pages
 * @unneeded: it may
 *
 * Context: reservation held.
 */
void xe_tt_set_unneeded(struct xe_device *xe, struct ttm_tt *tt, bool unneeded)
{
	bool counted = to_xe_tt(tt)->counted;

	xe_tt_uncount(xe, tt);
	to_xe_tt(tt)->unneeded = unneeded;
	if (counted)
		count(xe, tt);
}

/**
 * xe_tt_populate() - &ttm_device_funcs.ttm_tt_populate
 * @bdev: the device
 * @tt: gets its pages, with their contents if it had some
 * @ctx: how to allocate
 *
 * Return: 0, -ENOMEM, -EINTR.
 */
int xe_tt_populate(struct ttm_device *bdev, struct ttm_tt *tt, struct ttm_operation_ctx *ctx)
{
	int err;

	if (is_imported(tt))
		return 0;
	if (ttm_tt_is_backed_up(tt))
		err = ttm_tt_restore(bdev, tt, ctx);
	else
		err = ttm_pool_alloc(&bdev->pool, tt, ctx);
	if (!err)
		count(bdev_to_xe(bdev), tt);
	return err;
}

/**
 * xe_tt_unpopulate() - &ttm_device_funcs.ttm_tt_unpopulate
 * @bdev: the device
 * @tt: its pages go back to the pool; idle
 */
void xe_tt_unpopulate(struct ttm_device *bdev, struct ttm_tt *tt)
{
	xe_tt_unmap(bdev_to_xe(bdev), tt);
	if (is_imported(tt))
		return;
	ttm_pool_free(&bdev->pool, tt);
	xe_tt_uncount(bdev_to_xe(bdev), tt);
}

static struct xe_extents *extents_of(struct sg_table *sgt)
{
	struct xe_extents *x = xe_extents_alloc(sgt->nents);
	struct scatterlist *sg;
	unsigned int i;

	if (!x)
		return NULL;
	for_each_sgtable_dma_sg(sgt, sg, i)
		xe_extents_add(x, sg_dma_address(sg), sg_dma_len(sg));
	return x;
}

static int map_pages(struct xe_device *xe, struct xe_tt *xtt)
{
	struct device *dev = xe->drm.dev;
	struct ttm_tt *tt = &xtt->base;
	unsigned int max_segment;
	int err;

	max_segment = round_down(min_t(size_t, dma_get_max_seg_size(dev),
				       dma_max_mapping_size(dev)), PAGE_SIZE);
	err = sg_alloc_table_from_pages_segment(&xtt->sgt, tt->pages, tt->num_pages, 0,
						(u64)tt->num_pages << PAGE_SHIFT, max_segment,
						GFP_KERNEL);
	if (err)
		return err;

	err = dma_map_sgtable(dev, &xtt->sgt, DMA_BIDIRECTIONAL, DMA_ATTR_SKIP_CPU_SYNC);
	if (err)
		goto free_table;

	xtt->extents = extents_of(&xtt->sgt);
	if (xtt->extents)
		return 0;

	err = -ENOMEM;
	dma_unmap_sgtable(dev, &xtt->sgt, DMA_BIDIRECTIONAL, DMA_ATTR_SKIP_CPU_SYNC);
free_table:
	sg_free_table(&xtt->sgt);
	return err;
}

static int map_imported(struct xe_tt *xtt, struct dma_buf_attachment *attach)
{
	struct sg_table *sgt = dma_buf_map_attachment(attach, DMA_BIDIRECTIONAL);

	if (IS_ERR(sgt))
		return PTR_ERR(sgt);

	xtt->extents = extents_of(sgt);
	if (!xtt->extents) {
		dma_buf_unmap_attachment(attach, sgt, DMA_BIDIRECTIONAL);
		return -ENOMEM;
	}
	xtt->attach = attach;
	xtt->imported = sgt;
	return 0;
}

/**
 * xe_tt_map() - give an object's pages DMA addresses
 * @bo: populated, or imported
 *
 * Context: reservation held; may sleep. A second call does nothing.
 * Return: 0, or -ENOMEM, -EIO and other errors of the DMA layer or the exporter.
 */
int xe_tt_map(struct xe_bo *bo)
{
	struct xe_tt *xtt = to_xe_tt(bo->ttm.ttm);

	if (xtt->extents)
		return 0;
	if (bo->flags & XE_BO_IMPORTED)
		return map_imported(xtt, bo->ttm.base.import_attach);
	return map_pages(to_xe_device(bo->ttm.base.dev), xtt);
}

/**
 * xe_tt_unmap() - take DMA addresses away again
 * @xe: the device
 * @tt: the device does not use it any more
 *
 * Context: reservation held; for own pages, or the object is going away.
 */
void xe_tt_unmap(struct xe_device *xe, struct ttm_tt *tt)
{
	struct xe_tt *xtt = to_xe_tt(tt);

	if (!xtt->extents)
		return;

	if (is_imported(tt)) {
		dma_buf_unmap_attachment(xtt->attach, xtt->imported, DMA_BIDIRECTIONAL);
	} else {
		dma_unmap_sgtable(xe->drm.dev, &xtt->sgt, DMA_BIDIRECTIONAL,
				  DMA_ATTR_SKIP_CPU_SYNC);
		sg_free_table(&xtt->sgt);
	}
	xe_extents_free(xtt->extents);
	xtt->extents = NULL;
}

/**
 * xe_tt_extents() - DMA addresses of pages
 * @tt: page array
 *
 * Context: reservation held, or pinned.
 * Return: NULL when @tt is not mapped.
 */
const struct xe_extents *xe_tt_extents(const struct ttm_tt *tt)
{
	return container_of_const(tt, struct xe_tt, base)->extents;
}

/*
 * System memory is not allocated here, only counted: TTM takes pages when it
 * populates, and what is above all of RAM is refused early.
 */
static int tt_alloc(struct ttm_resource_manager *man, struct ttm_buffer_object *tbo,
		    const struct ttm_place *place, struct ttm_resource **res)
{
	struct ttm_resource *r = kzalloc_obj(*r);

	if (!r)
		return -ENOMEM;
	ttm_resource_init(tbo, place, r);

	if (!(place->flags & TTM_PL_FLAG_TEMPORARY) &&
	    ttm_resource_manager_usage(man) > man->size) {
		ttm_resource_fini(man, r);
		kfree(r);
		return -ENOSPC;
	}
	*res = r;
	return 0;
}

static void tt_free(struct ttm_resource_manager *man, struct ttm_resource *res)
{
	ttm_resource_fini(man, res);
	kfree(res);
}

static const struct ttm_resource_manager_func tt_funcs = {
	.alloc = tt_alloc,
	.free = tt_free,
};

static void tt_mgr_fini(struct drm_device *drm, void *arg)
{
	struct ttm_resource_manager *man = arg;
	struct ttm_device *bdev = &to_xe_device(drm)->ttm;

	if (ttm_resource_manager_evict_all(bdev, man))
		return;

	ttm_resource_manager_set_used(man, false);
	ttm_resource_manager_cleanup(man);
	ttm_set_driver_manager(bdev, XE_PL_TT, NULL);
}

/**
 * xe_tt_mgr_init() - let TTM place objects in system memory
 * @xe: the device; TTM's device is initialized
 *
 * Undone with the DRM device.
 *
 * Return: 0 or -ENOMEM.
 */
int xe_tt_mgr_init(struct xe_device *xe)
{
	struct ttm_resource_manager *man;
	struct sysinfo si;

	man = drmm_kzalloc(&xe->drm, sizeof(*man), GFP_KERNEL);
	if (!man)
		return -ENOMEM;

	si_meminfo(&si);
	man->use_tt = true;
	man->func = &tt_funcs;
	ttm_resource_manager_init(man, &xe->ttm, (u64)si.totalram * si.mem_unit);
	ttm_set_driver_manager(&xe->ttm, XE_PL_TT, man);
	ttm_resource_manager_set_used(man, true);
	return drmm_add_action_or_reset(&xe->drm, tt_mgr_fini, man);
}
