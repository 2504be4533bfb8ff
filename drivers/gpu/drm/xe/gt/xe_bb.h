/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_BB_H_
#define _XE_BB_H_

#include "core/xe_device.h"

struct dma_fence;
struct drm_suballoc;

/**
 * struct xe_bb - a small kernel batch
 * @sa: its piece of the tile's pool
 * @cs: commands, written by the owner; normal memory that may be read
 * @len: dwords written, at most @max
 * @max: dwords there is room for, MI_BATCH_BUFFER_END not counted
 */
struct xe_bb {
	struct drm_suballoc *sa;
	u32 *cs;
	u32 len, max;
};

/* xe_bb_pool_init() - a tile's pool: in its own memory, GGTT mapped; drmm_ */
int xe_bb_pool_init(struct xe_tile *tile);
/* xe_bb_new() - room for @dwords; ERR_PTR */
struct xe_bb *xe_bb_new(struct xe_tile *tile, u32 dwords);
/* xe_bb_finish() - append MI_BATCH_BUFFER_END, write it out; returns the GGTT address */
u64 xe_bb_finish(struct xe_bb *bb);
/* xe_bb_addr() - the device address of its first dword, for page tables: a DPA or a DMA address */
u64 xe_bb_addr(const struct xe_bb *bb, bool *is_vram);
/* xe_bb_free() - reuse its memory once @fence signalled (NULL: at once) */
void xe_bb_free(struct xe_bb *bb, struct dma_fence *fence);

#endif
