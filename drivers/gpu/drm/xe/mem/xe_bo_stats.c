// SPDX-License-Identifier: GPL-2.0
/* What a client's objects amount to, region by region, for its fdinfo. */

#include <linux/idr.h>

#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/drm_print.h>
#include <drm/ttm/ttm_tt.h>

#include "mem/xe_bo.h"

static const char * const names[TTM_NUM_MEM_TYPES] = {
	[XE_PL_SYSTEM] = "system",
	[XE_PL_TT] = "gtt",
	[XE_PL_VRAM0] = "vram0",
	[XE_PL_VRAM1] = "vram1",
	[XE_PL_STOLEN] = "stolen",
};

/**
 * xe_pl_name() - what userspace calls a placement
 * @mem_type: XE_PL_*
 *
 * Return: the name.
 */
const char *xe_pl_name(u32 mem_type)
{
	return names[mem_type];
}

static bool is_resident(struct xe_bo *bo)
{
	struct ttm_tt *tt = bo->ttm.ttm;

	return xe_bo_is_vram(bo) || (tt && ttm_tt_is_populated(tt));
}

static void add(struct drm_memory_stats *stats, struct xe_bo *bo)
{
	u64 size = xe_bo_size(bo);

	/* It was purged. */
	if (!bo->ttm.resource)
		return;

	stats += bo->ttm.resource->mem_type;
	if (drm_gem_object_is_shared_for_memory_stats(&bo->ttm.base))
		stats->shared += size;
	else
		stats->private += size;

	if (!is_resident(bo))
		return;
	stats->resident += size;
	if (!dma_resv_test_signaled(bo->ttm.base.resv, DMA_RESV_USAGE_BOOKKEEP))
		stats->active += size;
	else if (bo->need == XE_BO_UNNEEDED || bo->ttm.resource->mem_type == XE_PL_SYSTEM)
		stats->purgeable += size;
}

/* With a reference: @file's object with the lowest handle from *@handle on. */
static struct xe_bo *next_bo(struct drm_file *file, int *handle)
{
	struct drm_gem_object *obj;

	guard(spinlock)(&file->table_lock);
	obj = idr_get_next(&file->object_idr, handle);
	if (!obj)
		return NULL;
	drm_gem_object_get(obj);
	return gem_to_xe_bo(obj);
}

/**
 * xe_bo_print_stats() - print a client's use of memory
 * @p: where to
 * @file: the client
 *
 * Context: may sleep.
 */
void xe_bo_print_stats(struct drm_printer *p, struct drm_file *file)
{
	const enum drm_gem_object_status supported = DRM_GEM_OBJECT_ACTIVE |
						     DRM_GEM_OBJECT_RESIDENT |
						     DRM_GEM_OBJECT_PURGEABLE;
	struct xe_device *xe = to_xe_device(file->minor->dev);
	struct drm_memory_stats stats[TTM_NUM_MEM_TYPES] = {};
	struct xe_bo *bo;

	for (int handle = 0; (bo = next_bo(file, &handle)); handle++) {
		xe_bo_lock(bo, false);
		add(stats, bo);
		xe_bo_unlock(bo);
		xe_bo_put(bo);
	}
	for (u32 i = XE_PL_SYSTEM; i < TTM_NUM_MEM_TYPES; i++)
		if (names[i] && ttm_manager_type(&xe->ttm, i))
			drm_print_memory_stats(p, &stats[i], supported, names[i]);
}
