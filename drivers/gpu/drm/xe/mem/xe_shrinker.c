// SPDX-License-Identifier: GPL-2.0
/*
 * Gives system pages of objects back when the system runs out of memory: what
 * userspace said it does not need is dropped, the rest goes to swap. Objects come
 * back by themselves when they are used.
 */

#include "mem/xe_shrinker.h"

#include <linux/atomic.h>
#include <linux/dma-resv.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/shrinker.h>

#include <kunit/visibility.h>

#include <drm/drm_managed.h>
#include <drm/drm_print.h>
#include <drm/ttm/ttm_backup.h>
#include <drm/ttm/ttm_bo.h>
#include <drm/ttm/ttm_placement.h>
#include <drm/ttm/ttm_resource.h>
#include <drm/ttm/ttm_tt.h>

#include "mem/xe_bo.h"
#include "mem/xe_bo_internal.h"
#include "mem/xe_tt.h"

/**
 * struct xe_shrinker - of a device
 * @xe: device
 * @pages: pages of objects that are needed
 * @unneeded: pages of objects that are not
 *
 * The counts are what there may be to take: pinned objects are among them, too.
 */
struct xe_shrinker {
	struct xe_device *xe;
	atomic_long_t pages, unneeded;
};

/**
 * struct pass - one way through all objects, mildest first
 * @unneeded: drop contents that are not needed; else swap out those that are
 * @wait: for the device; else pass by what it uses
 * @write: to the swap device now; else let the system do it when it wants
 */
struct pass {
	bool unneeded, wait, write;
};

static const struct pass passes[] = {
	{ .unneeded = true },
	{ .unneeded = true, .wait = true },
	{},
	{ .wait = true },
	{ .wait = true, .write = true },
};

static bool pass_allowed(const struct pass *pass, gfp_t gfp)
{
	if (!pass->unneeded && (!(gfp & __GFP_FS) || !ttm_backup_bytes_avail()))
		return false;
	if (pass->wait && ttm_bo_shrink_avoid_wait())
		return false;
	return !pass->write || gfp & __GFP_IO;
}

/**
 * xe_shrinker_drop() - drop the contents of an object that is not needed
 * @bo: object with pages
 * @ctx: how to wait
 *
 * Context: reservation held.
 * Return: pages that were freed, or -errno.
 */
VISIBLE_IF_KUNIT long xe_shrinker_drop(struct xe_bo *bo, struct ttm_operation_ctx *ctx)
{
	struct ttm_placement nowhere = {};
	long pages = bo->ttm.ttm->num_pages;
	int err;

	err = ttm_bo_wait_ctx(&bo->ttm, ctx);
	if (!err)
		err = xe_bo_purge(bo);
	if (!err)
		err = ttm_bo_validate(&bo->ttm, &nowhere, ctx);
	return err ?: pages;
}
EXPORT_SYMBOL_IF_KUNIT(xe_shrinker_drop);

static long swap_out(struct xe_bo *bo, struct ttm_operation_ctx *ctx, bool write)
{
	const struct ttm_bo_shrink_flags flags = { .writeback = write, .allow_move = true };
	long freed = ttm_bo_shrink(ctx, &bo->ttm, flags);

	if (freed > 0)
		xe_tt_uncount(to_xe_device(bo->ttm.base.dev), bo->ttm.ttm);
	return freed;
}

static bool wanted(struct ttm_buffer_object *tbo, const struct pass *pass,
		   struct ttm_operation_ctx *ctx)
{
	struct xe_bo *bo;

	/* What TTM has taken over, and what is about to be freed, is freed soon. */
	if (!xe_ttm_is_bo(tbo) || !kref_read(&tbo->base.refcount))
		return false;

	bo = ttm_to_xe_bo(tbo);
	return tbo->type == ttm_bo_type_device &&
	       (bo->need == XE_BO_UNNEEDED) == pass->unneeded && ttm_bo_shrink_suitable(tbo, ctx);
}

static void walk(struct xe_device *xe, u32 mem_type, const struct pass *pass,
		 struct shrink_control *sc, unsigned long *freed)
{
	struct ttm_operation_ctx ctx = { .no_wait_gpu = !pass->wait };
	struct ttm_lru_walk_arg arg = { .ctx = &ctx, .trylock_only = true };
	struct ttm_bo_lru_cursor cursor;
	struct ttm_buffer_object *tbo;
	struct xe_bo *bo;
	long ret;

	ttm_bo_lru_for_each_reserved_guarded(&cursor, ttm_manager_type(&xe->ttm, mem_type), &arg,
					     tbo) {
		if (!wanted(tbo, pass, &ctx))
			continue;
		bo = ttm_to_xe_bo(tbo);
		sc->nr_scanned += tbo->ttm->num_pages;
		ret = pass->unneeded ? xe_shrinker_drop(bo, &ctx) :
				       swap_out(bo, &ctx, pass->write);
		if (ret > 0)
			*freed += ret;
		if (sc->nr_scanned >= sc->nr_to_scan)
			break;
	}
}

static unsigned long shrinker_scan(struct shrinker *shrink, struct shrink_control *sc)
{
	static const u32 mem_types[] = { XE_PL_SYSTEM, XE_PL_TT };
	struct xe_shrinker *s = shrink->private_data;
	unsigned long freed = 0;

	sc->nr_scanned = 0;
	for (size_t i = 0; i < ARRAY_SIZE(passes); i++) {
		if (!pass_allowed(&passes[i], sc->gfp_mask))
			continue;
		for (size_t j = 0; j < ARRAY_SIZE(mem_types); j++)
			if (sc->nr_scanned < sc->nr_to_scan)
				walk(s->xe, mem_types[j], &passes[i], sc, &freed);
	}
	return sc->nr_scanned ? freed : SHRINK_STOP;
}

static unsigned long shrinker_count(struct shrinker *shrink, struct shrink_control *sc)
{
	struct xe_shrinker *s = shrink->private_data;
	unsigned long pages = max(atomic_long_read(&s->unneeded), 0l);

	if (sc->gfp_mask & __GFP_FS)
		pages += min_t(u64, max(atomic_long_read(&s->pages), 0l),
			       ttm_backup_bytes_avail() >> PAGE_SHIFT);
	return pages ?: SHRINK_EMPTY;
}

/**
 * xe_shrinker_count() - system pages were taken or given back
 * @xe: the device
 * @pages: how many; negative: given back
 * @unneeded: their contents are not needed
 *
 * Context: any.
 */
void xe_shrinker_count(struct xe_device *xe, long pages, bool unneeded)
{
	struct xe_shrinker *s = xe->shrinker;

	atomic_long_add(pages, unneeded ? &s->unneeded : &s->pages);
}

static void check_counts(struct drm_device *drm, void *arg)
{
	struct xe_shrinker *s = arg;

	drm_WARN_ON(drm, atomic_long_read(&s->pages) || atomic_long_read(&s->unneeded));
}

/**
 * xe_shrinker_init() - count pages from now on
 * @xe: the device, before TTM has objects
 *
 * Undone with the DRM device.
 *
 * Return: 0 or -ENOMEM.
 */
int xe_shrinker_init(struct xe_device *xe)
{
	struct xe_shrinker *s = drmm_kzalloc(&xe->drm, sizeof(*s), GFP_KERNEL);

	if (!s)
		return -ENOMEM;
	s->xe = xe;
	xe->shrinker = s;
	return drmm_add_action_or_reset(&xe->drm, check_counts, s);
}

static void unregister(struct drm_device *drm, void *arg)
{
	shrinker_free(arg);
}

/**
 * xe_shrinker_register() - let the system ask for memory
 * @xe: the device, with all of TTM
 *
 * Undone with the DRM device.
 *
 * Return: 0 or -ENOMEM.
 */
int xe_shrinker_register(struct xe_device *xe)
{
	struct shrinker *shrink = shrinker_alloc(0, "drm-xe_gem:%s", xe->drm.unique);

	if (!shrink)
		return -ENOMEM;
	shrink->count_objects = shrinker_count;
	shrink->scan_objects = shrinker_scan;
	shrink->private_data = xe->shrinker;
	shrinker_register(shrink);
	return drmm_add_action_or_reset(&xe->drm, unregister, shrink);
}
