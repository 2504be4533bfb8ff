/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_GGTT_H_
#define _XE_GGTT_H_

#include "core/xe_device.h"

struct drm_printer;

/* That are mapped or unmapped together. */
#define XE_GGTT_MAX_BOS	32

/* xe_ggtt_init() - GGTT of @tile above its WOPCM, filled with scratch; a component */
int xe_ggtt_init(struct xe_tile *tile);
/* xe_ggtt_insert_bos() - map pinned BOs, with one invalidation. -ENOSPC, -ENOMEM */
int xe_ggtt_insert_bos(struct xe_ggtt *ggtt, struct xe_bo * const *bos, unsigned int n);
/* xe_ggtt_remove_bos() - the opposite; the last reference of a BO does it, too */
void xe_ggtt_remove_bos(struct xe_ggtt *ggtt, struct xe_bo * const *bos, unsigned int n);
/* xe_ggtt_addr() - GGTT address of a mapped BO on @tile */
u32 xe_ggtt_addr(const struct xe_tile *tile, const struct xe_bo *bo);
/*
 * xe_ggtt_create_bo() - a kernel BO (pinned, CPU-mapped, zeroed) mapped in @tile's GGTT
 * @flags: placement and others of &enum xe_bo_flags
 */
struct xe_bo *xe_ggtt_create_bo(struct xe_tile *tile, size_t size, u32 flags);
/* xe_ggtt_create_bo_managed() - the same, freed with the device */
struct xe_bo *xe_ggtt_create_bo_managed(struct xe_tile *tile, size_t size, u32 flags);
/*
 * xe_ggtt_invalidate() - engines and firmware of the tile forget what they cached of it.
 * Context: awake; sleeps
 */
void xe_ggtt_invalidate(struct xe_ggtt *ggtt);
/* xe_ggtt_restore() - write all entries again, after the device lost them */
void xe_ggtt_restore(struct xe_ggtt *ggtt);
/* xe_ggtt_print() - what of it is in use. Context: sleeps */
void xe_ggtt_print(struct xe_ggtt *ggtt, struct drm_printer *p);

#endif
