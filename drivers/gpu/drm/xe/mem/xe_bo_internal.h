/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_BO_INTERNAL_H_
#define _XE_BO_INTERNAL_H_

/* What the files of a BO share with each other and with nobody else. */

#include "mem/xe_bo.h"

struct iosys_map;
struct vm_operations_struct;

/* xe_ttm_is_bo() - ours; not one of the stand-ins that TTM makes for memory still being copied */
bool xe_ttm_is_bo(const struct ttm_buffer_object *tbo);
bool xe_bo_cpu_visible(const struct ttm_resource *res);
int xe_bo_move_to(struct xe_bo *bo, u32 mem_type, struct ttm_operation_ctx *ctx);
int xe_bo_make_visible(struct xe_bo *bo, struct ttm_operation_ctx *ctx);
/* xe_bo_vmap() - map it for the kernel's CPU, pinned. Context: reservation held */
int xe_bo_vmap(struct drm_gem_object *obj, struct iosys_map *map);
void xe_bo_vunmap(struct drm_gem_object *obj, struct iosys_map *map);
int xe_bo_copy_span(struct xe_bo *bo, u64 offset, dma_addr_t addr, u32 bytes, bool to_bo);
int xe_bo_access_vram(struct xe_bo *bo, u64 offset, void *buf, int len, bool write);
int xe_bo_purge(struct xe_bo *bo);
void xe_bo_leave_ggtt(struct xe_bo *bo);
int xe_bo_move(struct ttm_buffer_object *tbo, bool evict, struct ttm_operation_ctx *ctx,
	       struct ttm_resource *dst, struct ttm_place *hop);

extern const struct vm_operations_struct xe_bo_vm_ops;

/* xe_bo_may_evict() - those who map it let the current task evict it */
bool xe_bo_may_evict(struct xe_bo *bo);

#endif
