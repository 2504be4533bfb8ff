/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_TT_H_
#define _XE_TT_H_

#include "core/xe_device.h"

struct ttm_buffer_object;
struct ttm_operation_ctx;
struct ttm_tt;
struct xe_extents;

struct ttm_tt *xe_tt_create(struct ttm_buffer_object *tbo, u32 page_flags);
void xe_tt_destroy(struct ttm_device *bdev, struct ttm_tt *tt);
int xe_tt_populate(struct ttm_device *bdev, struct ttm_tt *tt, struct ttm_operation_ctx *ctx);
void xe_tt_unpopulate(struct ttm_device *bdev, struct ttm_tt *tt);
void xe_tt_uncount(struct xe_device *xe, struct ttm_tt *tt);
void xe_tt_set_unneeded(struct xe_device *xe, struct ttm_tt *tt, bool unneeded);
int xe_tt_map(struct xe_bo *bo);
void xe_tt_unmap(struct xe_device *xe, struct ttm_tt *tt);
const struct xe_extents *xe_tt_extents(const struct ttm_tt *tt);
int xe_tt_mgr_init(struct xe_device *xe);

#endif
