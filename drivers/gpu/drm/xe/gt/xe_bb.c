// SPDX-License-Identifier: GPL-2.0
/*
 * Batches that the kernel itself runs, out of one pool per tile.
 *
 * The pool is in VRAM, which the CPU writes but should not read, so a batch is
 * put together in normal memory and written out when it is finished.
 */

#include "gt/xe_bb.h"

#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include <drm/drm_managed.h>
#include <drm/drm_suballoc.h>

#include "cmds/xe_mi_commands.h"
#include "core/xe_mmio.h"
#include "gt/xe_ggtt.h"
#include "mem/xe_bo.h"

#define POOL_BYTES	SZ_1M
#define BATCH_ALIGN	64
/* Command streamers fetch ahead of the end; that must be ours, and mapped. */
#define PREFETCH_BYTES	SZ_1K

/**
 * struct xe_bb_pool - memory for batches of a tile
 * @sa: who has which piece, until which fence
 * @tile: whose
 * @bo: what the device reads
 * @shadow: the same, as the CPU writes it
 */
struct xe_bb_pool {
	struct drm_suballoc_manager sa;
	struct xe_tile *tile;
	struct xe_bo *bo;
	void *shadow;
};

static struct xe_bb_pool *to_pool(const struct xe_bb *bb)
{
	return container_of(bb->sa->manager, struct xe_bb_pool, sa);
}

static void pool_fini(struct drm_device *drm, void *arg)
{
	struct xe_bb_pool *pool = arg;

	pool->tile->kernel_bb_pool = NULL;
	drm_suballoc_manager_fini(&pool->sa);
	kvfree(pool->shadow);
}

/**
 * xe_bb_pool_init() - make a tile's pool
 * @tile: a tile with a working GGTT
 *
 * Return: 0 or -errno.
 */
int xe_bb_pool_init(struct xe_tile *tile)
{
	struct drm_device *drm = &tile->xe->drm;
	struct xe_bb_pool *pool;

	pool = drmm_kzalloc(drm, sizeof(*pool), GFP_KERNEL);
	if (!pool)
		return -ENOMEM;

	pool->tile = tile;
	pool->bo = xe_ggtt_create_bo_managed(tile, POOL_BYTES, XE_BO_VRAM_IF_DGFX(tile));
	if (IS_ERR(pool->bo))
		return PTR_ERR(pool->bo);

	pool->shadow = kvzalloc(POOL_BYTES, GFP_KERNEL);
	if (!pool->shadow)
		return -ENOMEM;

	drm_suballoc_manager_init(&pool->sa, POOL_BYTES, BATCH_ALIGN);
	tile->kernel_bb_pool = pool;
	return drmm_add_action_or_reset(drm, pool_fini, pool);
}

/**
 * xe_bb_new() - begin a batch
 * @tile: where it will run
 * @dwords: to be written at most
 *
 * Context: may sleep until older batches are done.
 * Return: an empty batch, or ERR_PTR(-ENOMEM, -EINVAL).
 */
struct xe_bb *xe_bb_new(struct xe_tile *tile, u32 dwords)
{
	struct xe_bb_pool *pool = tile->kernel_bb_pool;
	struct drm_suballoc *sa;
	struct xe_bb *bb;

	bb = kzalloc_obj(*bb);
	if (!bb)
		return ERR_PTR(-ENOMEM);

	sa = drm_suballoc_new(&pool->sa, 4 * (dwords + 1) + PREFETCH_BYTES, GFP_KERNEL, false, 0);
	if (IS_ERR(sa)) {
		kfree(bb);
		return ERR_CAST(sa);
	}

	bb->sa = sa;
	bb->cs = pool->shadow + drm_suballoc_soffset(sa);
	bb->max = dwords;
	return bb;
}

/**
 * xe_bb_finish() - the batch is complete
 * @bb: the batch
 *
 * The device sees all of it before it sees the ring that starts it move: no
 * barrier here, which would be a register access where objects are made.
 *
 * Return: its GGTT address.
 */
u64 xe_bb_finish(struct xe_bb *bb)
{
	struct xe_bb_pool *pool = to_pool(bb);
	size_t offset = drm_suballoc_soffset(bb->sa);

	WARN_ON_ONCE(bb->len > bb->max);
	bb->cs[bb->len++] = MI_BATCH_BUFFER_END;
	iosys_map_memcpy_to(&pool->bo->vmap, offset, bb->cs, 4 * bb->len);
	return xe_ggtt_addr(pool->tile, pool->bo) + offset;
}

/**
 * xe_bb_addr() - where the batch is in the memory it is in
 * @bb: the batch
 * @is_vram: true: a DPA, false: a DMA address
 *
 * Return: the device address of the first dword.
 */
u64 xe_bb_addr(const struct xe_bb *bb, bool *is_vram)
{
	return xe_bo_addr(to_pool(bb)->bo, drm_suballoc_soffset(bb->sa), is_vram, NULL);
}

/**
 * xe_bb_free() - the owner is done with a batch
 * @bb: the batch
 * @fence: the device is done with it when this has signalled; NULL: it never ran
 */
void xe_bb_free(struct xe_bb *bb, struct dma_fence *fence)
{
	drm_suballoc_free(bb->sa, fence);
	kfree(bb);
}
