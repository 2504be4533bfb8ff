/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_SHRINKER_H_
#define _XE_SHRINKER_H_

#include <linux/types.h>

struct ttm_operation_ctx;
struct xe_bo;
struct xe_device;

int xe_shrinker_init(struct xe_device *xe);
int xe_shrinker_register(struct xe_device *xe);
#if IS_ENABLED(CONFIG_KUNIT)
long xe_shrinker_drop(struct xe_bo *bo, struct ttm_operation_ctx *ctx);
#endif
void xe_shrinker_count(struct xe_device *xe, long pages, bool unneeded);

#endif
