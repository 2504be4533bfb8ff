// SPDX-License-Identifier: GPL-2.0
/*
 * A tile's VRAM as a TTM region: the buddy allocator hands out blocks, TTM
 * evicts when there are none.
 *
 * Allocator offsets count from the tile's first byte; what leaves this file is
 * DPAs. A resource carries its blocks as extents, so that nobody walks lists of
 * blocks. With a small BAR the manager also counts what is taken of the part
 * that the CPU sees, because that runs out on its own.
 */

#include "mem/xe_vram_mgr.h"

#include <linux/gpu_buddy.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include <drm/drm_buddy.h>
#include <drm/drm_managed.h>
#include <drm/drm_print.h>
#include <drm/ttm/ttm_placement.h>
#include <drm/ttm/ttm_resource.h>

#include "mem/xe_bo.h"
#include "mem/xe_extent.h"
#include "mem/xe_vram.h"

/**
 * struct vram_mgr - one tile's region
 * @base: TTM's view; @base.size is usable bytes
 * @tile: whose memory
 * @lock: protects @mm, @visible_avail and the blocks of resources
 * @mm: free and used blocks
 * @visible_size: bytes from the start that the CPU sees
 * @visible_avail: of these, bytes not allocated
 */
struct vram_mgr {
	struct ttm_resource_manager base;
	struct xe_tile *tile;
	struct mutex lock;	/* @mm, @visible_avail, blocks */
	struct gpu_buddy mm;
	u64 visible_size, visible_avail;
};

/**
 * struct vram_res - memory of one object
 * @base: TTM's view
 * @blocks: from the buddy allocator
 * @extents: the same in DPAs, merged
 * @visible: bytes the CPU sees
 */
struct vram_res {
	struct ttm_resource base;
	struct list_head blocks;
	struct xe_extents *extents;
	u64 visible;
};

static struct vram_mgr *to_mgr(struct ttm_resource_manager *man)
{
	return container_of(man, struct vram_mgr, base);
}

static struct vram_res *to_res(struct ttm_resource *res)
{
	return container_of(res, struct vram_res, base);
}

static u64 visible_bytes(struct vram_mgr *mgr, u64 start, u64 size)
{
	return start < mgr->visible_size ? min(size, mgr->visible_size - start) : 0;
}

static u64 place_end(struct vram_mgr *mgr, const struct ttm_place *place)
{
	u64 end = (u64)place->lpfn << PAGE_SHIFT;

	return end && end < mgr->base.size ? end : mgr->base.size;
}

static int take_blocks(struct vram_mgr *mgr, struct vram_res *vres, const struct ttm_place *place,
		       u32 align)
{
	u64 start = (u64)place->fpfn << PAGE_SHIFT, end = place_end(mgr, place);
	struct gpu_buddy_block *block;
	unsigned long flags = 0;
	int err;

	if (place->flags & TTM_PL_FLAG_TOPDOWN)
		flags |= GPU_BUDDY_TOPDOWN_ALLOCATION;
	if (place->flags & TTM_PL_FLAG_CONTIGUOUS)
		flags |= GPU_BUDDY_CONTIGUOUS_ALLOCATION;
	if (start || end != mgr->base.size)
		flags |= GPU_BUDDY_RANGE_ALLOCATION;

	guard(mutex)(&mgr->lock);

	if (end <= mgr->visible_size && vres->base.size > mgr->visible_avail)
		return -ENOSPC;

	err = gpu_buddy_alloc_blocks(&mgr->mm, start, end, vres->base.size, align, &vres->blocks,
				     flags);
	if (err)
		return err;

	list_for_each_entry(block, &vres->blocks, link)
		vres->visible += visible_bytes(mgr, gpu_buddy_block_offset(block),
					       gpu_buddy_block_size(&mgr->mm, block));
	mgr->visible_avail -= vres->visible;
	return 0;
}

static void give_blocks(struct vram_mgr *mgr, struct vram_res *vres)
{
	guard(mutex)(&mgr->lock);

	gpu_buddy_free_list(&mgr->mm, &vres->blocks, 0);
	mgr->visible_avail += vres->visible;
}

static int note_extents(struct vram_mgr *mgr, struct vram_res *vres)
{
	u64 dpa = xe_vram_info(mgr->tile)->dpa_base;
	struct gpu_buddy_block *block;

	vres->extents = xe_extents_alloc(list_count_nodes(&vres->blocks));
	if (!vres->extents)
		return -ENOMEM;

	list_for_each_entry(block, &vres->blocks, link)
		xe_extents_add(vres->extents, dpa + gpu_buddy_block_offset(block),
			       gpu_buddy_block_size(&mgr->mm, block));

	vres->base.start = (vres->extents->e[0].addr - dpa) >> PAGE_SHIFT;
	if (vres->extents->n == 1)
		vres->base.placement |= TTM_PL_FLAG_CONTIGUOUS;
	return 0;
}

static int vram_alloc(struct ttm_resource_manager *man, struct ttm_buffer_object *tbo,
		      const struct ttm_place *place, struct ttm_resource **res)
{
	u32 align = tbo->page_alignment << PAGE_SHIFT;
	struct vram_mgr *mgr = to_mgr(man);
	struct vram_res *vres;
	int err;

	/* Evicting others would not help. */
	if (tbo->base.size > place_end(mgr, place) - ((u64)place->fpfn << PAGE_SHIFT))
		return -E2BIG;

	vres = kzalloc_obj(*vres);
	if (!vres)
		return -ENOMEM;
	INIT_LIST_HEAD(&vres->blocks);
	ttm_resource_init(tbo, place, &vres->base);

	err = take_blocks(mgr, vres, place, max_t(u32, align, mgr->mm.chunk_size));
	if (!err) {
		err = note_extents(mgr, vres);
		if (err)
			give_blocks(mgr, vres);
	}
	if (err) {
		ttm_resource_fini(man, &vres->base);
		kfree(vres);
		return err;
	}

	*res = &vres->base;
	return 0;
}

static void vram_free(struct ttm_resource_manager *man, struct ttm_resource *res)
{
	struct vram_res *vres = to_res(res);

	give_blocks(to_mgr(man), vres);
	xe_extents_free(vres->extents);
	ttm_resource_fini(man, res);
	kfree(vres);
}

/* Bytes of @res inside @place. */
static u64 bytes_within(struct vram_mgr *mgr, const struct vram_res *vres,
			const struct ttm_place *place)
{
	u64 start = (u64)place->fpfn << PAGE_SHIFT, end = place_end(mgr, place);
	u64 dpa = xe_vram_info(mgr->tile)->dpa_base, bytes = 0;
	const struct xe_extents *x = vres->extents;

	/* What is asked for nearly always: anywhere, or where the CPU sees it. */
	if (!start && end == mgr->base.size)
		return x->size;
	if (!start && end == mgr->visible_size)
		return vres->visible;

	for (u32 i = 0; i < x->n; i++) {
		u64 from = x->e[i].addr - dpa;
		u64 to = from + (i + 1 < x->n ? x->e[i + 1].offset : x->size) - x->e[i].offset;

		from = max(from, start);
		to = min(to, end);
		if (from < to)
			bytes += to - from;
	}
	return bytes;
}

static bool vram_intersects(struct ttm_resource_manager *man, struct ttm_resource *res,
			    const struct ttm_place *place, size_t size)
{
	return bytes_within(to_mgr(man), to_res(res), place);
}

static bool vram_compatible(struct ttm_resource_manager *man, struct ttm_resource *res,
			    const struct ttm_place *place, size_t size)
{
	return bytes_within(to_mgr(man), to_res(res), place) == res->size;
}

static void vram_debug(struct ttm_resource_manager *man, struct drm_printer *p)
{
	struct vram_mgr *mgr = to_mgr(man);

	guard(mutex)(&mgr->lock);

	drm_printf(p, "page_size: %llu KiB\n", mgr->mm.chunk_size >> 10);
	drm_printf(p, "visible: %llu of %llu MiB free\n", mgr->visible_avail >> 20,
		   mgr->visible_size >> 20);
	drm_buddy_print(&mgr->mm, p);
}

static const struct ttm_resource_manager_func vram_funcs = {
	.alloc = vram_alloc,
	.free = vram_free,
	.intersects = vram_intersects,
	.compatible = vram_compatible,
	.debug = vram_debug,
};

static void vram_mgr_fini(struct drm_device *drm, void *arg)
{
	struct vram_mgr *mgr = arg;
	struct ttm_device *bdev = &mgr->tile->xe->ttm;

	/* Nothing is left but what waits for its fences to be freed. */
	if (ttm_resource_manager_evict_all(bdev, &mgr->base))
		return;

	ttm_resource_manager_set_used(&mgr->base, false);
	gpu_buddy_fini(&mgr->mm);
	ttm_resource_manager_cleanup(&mgr->base);
	ttm_set_driver_manager(bdev, XE_PL_VRAM0 + mgr->tile->id, NULL);
}

/**
 * xe_vram_mgr_init() - let TTM place objects in a tile's VRAM
 * @tile: a tile whose memory was found by xe_vram_probe()
 *
 * Undone with the DRM device.
 *
 * Return: 0 or -ENOMEM.
 */
int xe_vram_mgr_init(struct xe_tile *tile)
{
	const struct xe_vram_info *info = xe_vram_info(tile);
	struct xe_device *xe = tile->xe;
	struct vram_mgr *mgr;
	int err;

	mgr = drmm_kzalloc(&xe->drm, sizeof(*mgr), GFP_KERNEL);
	if (!mgr)
		return -ENOMEM;
	err = drmm_mutex_init(&xe->drm, &mgr->lock);
	if (err)
		return err;
	/* Page tables are this small; what is mapped is aligned to what it is mapped in. */
	err = gpu_buddy_init(&mgr->mm, info->usable, SZ_4K);
	if (err)
		return err;
	gpu_buddy_driver_set_lock(&mgr->mm, &mgr->lock);

	mgr->tile = tile;
	mgr->visible_size = info->visible;
	mgr->visible_avail = info->visible;
	mgr->base.func = &vram_funcs;
	ttm_resource_manager_init(&mgr->base, &xe->ttm, info->usable);
	ttm_set_driver_manager(&xe->ttm, XE_PL_VRAM0 + tile->id, &mgr->base);
	ttm_resource_manager_set_used(&mgr->base, true);
	return drmm_add_action_or_reset(&xe->drm, vram_mgr_fini, mgr);
}

/**
 * xe_vram_mgr_extents() - where in VRAM a resource is
 * @res: a resource of one of the VRAM regions
 *
 * Return: DPAs; lives as long as @res.
 */
const struct xe_extents *xe_vram_mgr_extents(const struct ttm_resource *res)
{
	return container_of_const(res, struct vram_res, base)->extents;
}

/**
 * xe_vram_mgr_visible() - whether the CPU sees all of a resource
 * @res: a resource of one of the VRAM regions
 *
 * Return: false when some of it is beyond BAR2.
 */
bool xe_vram_mgr_visible(const struct ttm_resource *res)
{
	return container_of_const(res, struct vram_res, base)->visible == res->size;
}

/**
 * xe_vram_usage() - how full a tile's VRAM is
 * @tile: any tile
 * @visible_used: bytes allocated of what the CPU sees; may be NULL
 *
 * Context: may sleep.
 * Return: bytes allocated; 0 for a tile without memory.
 */
u64 xe_vram_usage(const struct xe_tile *tile, u64 *visible_used)
{
	struct ttm_resource_manager *man = NULL;
	struct vram_mgr *mgr;

	if (visible_used)
		*visible_used = 0;
	if (tile->vram)
		man = ttm_manager_type(&tile->xe->ttm, XE_PL_VRAM0 + tile->id);
	if (!man)
		return 0;

	mgr = to_mgr(man);
	guard(mutex)(&mgr->lock);
	if (visible_used)
		*visible_used = mgr->visible_size - mgr->visible_avail;
	return mgr->mm.size - mgr->mm.avail;
}
