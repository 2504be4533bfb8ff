// SPDX-License-Identifier: GPL-2.0
/*
 * What TTM asks of the driver: where evicted objects go, where the CPU finds
 * VRAM, and what must happen before memory is given back.
 */

#include <linux/dma-mapping.h>
#include <linux/dma-resv.h>
#include <linux/export.h>
#include <linux/io.h>
#include <linux/iosys-map.h>
#include <linux/sizes.h>

#include <kunit/visibility.h>

#include <drm/drm_drv.h>
#include <drm/drm_managed.h>
#include <drm/ttm/ttm_allocation.h>
#include <drm/ttm/ttm_device.h>
#include <drm/ttm/ttm_placement.h>

#include "mem/xe_bo.h"
#include "mem/xe_bo_internal.h"
#include "mem/xe_dma_buf.h"
#include "mem/xe_extent.h"
#include "mem/xe_shrinker.h"
#include "mem/xe_tt.h"
#include "mem/xe_validate.h"
#include "mem/xe_vram.h"
#include "mem/xe_vram_mgr.h"

static struct xe_device *bdev_to_xe(struct ttm_device *bdev)
{
	return container_of(bdev, struct xe_device, ttm);
}

/* VRAM goes to system memory that the device still reaches, that goes to swap. */
static const struct ttm_place evict_vram_places[] = {
	{ .mem_type = XE_PL_TT },
	{ .mem_type = XE_PL_SYSTEM, .flags = TTM_PL_FLAG_FALLBACK },
};

static const struct ttm_place evict_tt_places[] = {
	{ .mem_type = XE_PL_SYSTEM },
};

static void ttm_evict_flags(struct ttm_buffer_object *tbo, struct ttm_placement *placement)
{
	struct xe_device *xe = bdev_to_xe(tbo->bdev);

	/* No placement: TTM waits and drops the memory. */
	*placement = (struct ttm_placement) {};
	if (!xe_ttm_is_bo(tbo) || !tbo->resource || !xe_bo_purge(ttm_to_xe_bo(tbo)))
		return;
	if (drm_dev_is_unplugged(&xe->drm)) {
		/* No move will tell those who imported it. */
		xe_dma_buf_about_to_move(ttm_to_xe_bo(tbo));
		return;
	}

	if (xe_pl_is_vram(tbo->resource->mem_type)) {
		placement->placement = evict_vram_places;
		placement->num_placement = ARRAY_SIZE(evict_vram_places);
	} else {
		placement->placement = evict_tt_places;
		placement->num_placement = ARRAY_SIZE(evict_tt_places);
	}
}

static int ttm_io_mem_reserve(struct ttm_device *bdev, struct ttm_resource *res)
{
	struct xe_device *xe = bdev_to_xe(bdev);
	const struct xe_extents *x;

	if (!xe_pl_is_vram(res->mem_type))
		return 0;
	if (!xe_vram_mgr_visible(res))
		return -EINVAL;

	x = xe_vram_mgr_extents(res);
	res->bus.offset = xe_vram_info(&xe->tiles[0])->io_start -
		xe_vram_info(&xe->tiles[0])->dpa_base + x->e[0].addr;
	if (x->n == 1)
		res->bus.addr = (void __force *)xe_vram_iomem(xe, x->e[0].addr);
	res->bus.is_iomem = true;
	res->bus.caching = ttm_write_combined;
	return 0;
}

static unsigned long ttm_io_mem_pfn(struct ttm_buffer_object *tbo, unsigned long page)
{
	const struct xe_vram_info *root = xe_vram_info(&bdev_to_xe(tbo->bdev)->tiles[0]);
	u64 dpa = xe_extents_addr(xe_vram_mgr_extents(tbo->resource), (u64)page << PAGE_SHIFT,
				  NULL);

	return PHYS_PFN(root->io_start - root->dpa_base + dpa);
}

/* For ptrace; TTM itself reads and writes system memory. */
static int ttm_access_memory(struct ttm_buffer_object *tbo, unsigned long offset, void *buf,
			     int len, int write)
{
	if (!xe_pl_is_vram(tbo->resource->mem_type))
		return -EIO;
	return xe_bo_access_vram(ttm_to_xe_bo(tbo), offset, buf, len, write);
}

/* Idle, and its memory is about to be someone else's. */
static void ttm_delete_mem_notify(struct ttm_buffer_object *tbo)
{
	if (xe_ttm_is_bo(tbo))
		xe_bo_leave_ggtt(ttm_to_xe_bo(tbo));
}

static bool ttm_eviction_valuable(struct ttm_buffer_object *tbo, const struct ttm_place *place)
{
	return ttm_bo_eviction_valuable(tbo, place) &&
	       (!xe_ttm_is_bo(tbo) || xe_bo_may_evict(ttm_to_xe_bo(tbo)));
}

static const struct ttm_device_funcs ttm_funcs = {
	.ttm_tt_create = xe_tt_create,
	.ttm_tt_populate = xe_tt_populate,
	.ttm_tt_unpopulate = xe_tt_unpopulate,
	.ttm_tt_destroy = xe_tt_destroy,
	.eviction_valuable = ttm_eviction_valuable,
	.evict_flags = ttm_evict_flags,
	.move = xe_bo_move,
	.delete_mem_notify = ttm_delete_mem_notify,
	.io_mem_reserve = ttm_io_mem_reserve,
	.io_mem_pfn = ttm_io_mem_pfn,
	.access_memory = ttm_access_memory,
};

/*
 * At unbind the device's memory goes away, and so do DMA mappings; objects that
 * userspace still has open keep neither.
 */
static void ttm_drop_all(void *arg)
{
	static const u32 mem_types[] = { XE_PL_VRAM0, XE_PL_VRAM1, XE_PL_TT };
	struct xe_device *xe = arg;

	for (size_t i = 0; i < ARRAY_SIZE(mem_types); i++) {
		struct ttm_resource_manager *man = ttm_manager_type(&xe->ttm, mem_types[i]);

		if (man)
			ttm_resource_manager_evict_all(&xe->ttm, man);
	}
}

static void ttm_fini(struct drm_device *drm, void *arg)
{
	ttm_device_fini(&to_xe_device(drm)->ttm);
}

/**
 * xe_ttm_evict_vram() - everything that can move leaves VRAM
 * @xe: the device
 *
 * What is used again comes back; nobody can use it in between.
 *
 * Context: no reservation held; waits for jobs.
 *
 * Return: 0, or -errno when there is no room for it.
 */
int xe_ttm_evict_vram(struct xe_device *xe)
{
	struct ttm_resource_manager *man;
	struct xe_validate v;
	unsigned int id;
	int err = 0;

	xe_validate_begin_alone(&v, xe);
	for (id = 0; id < xe->tile_count && !err; id++) {
		man = ttm_manager_type(&xe->ttm, XE_PL_VRAM0 + id);
		if (man)
			err = ttm_resource_manager_evict_all(&xe->ttm, man);
	}
	xe_validate_end(&v);
	return err;
}

/**
 * xe_ttm_init() - memory management of a device
 * @xe: the device, after xe_vram_probe()
 *
 * Undone with the DRM device: what has BOs must have put them by then. Those of
 * userspace lose their memory earlier, when the device is unbound.
 *
 * Return: 0 or -ENOMEM.
 */
int xe_ttm_init(struct xe_device *xe)
{
	struct xe_tile *tile;
	unsigned int id;
	int err;

	/* The device has no limit; what limits a segment is the DMA layer. */
	dma_set_max_seg_size(xe->drm.dev, UINT_MAX);

	INIT_LIST_HEAD(&xe->saved_bos);
	init_rwsem(&xe->validate_lock);
	err = xe_shrinker_init(xe);
	if (err)
		return err;
	err = ttm_device_init(&xe->ttm, &ttm_funcs, xe->drm.dev, xe->drm.anon_inode->i_mapping,
			      xe->drm.vma_offset_manager,
			      TTM_ALLOCATION_POOL_BENEFICIAL_ORDER(get_order(SZ_2M)));
	if (err)
		return err;
	err = drmm_add_action_or_reset(&xe->drm, ttm_fini, NULL);
	if (err)
		return err;

	err = xe_tt_mgr_init(xe);
	for_each_tile(tile, xe, id)
		if (!err && tile->vram)
			err = xe_vram_mgr_init(tile);
	if (!err)
		err = xe_shrinker_register(xe);
	return err ?: devm_add_action_or_reset(xe->drm.dev, ttm_drop_all, xe);
}
EXPORT_SYMBOL_IF_KUNIT(xe_ttm_init);
