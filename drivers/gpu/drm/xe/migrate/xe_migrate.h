/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_MIGRATE_H_
#define _XE_MIGRATE_H_

#include "core/xe_device.h"

struct dma_fence;
struct ttm_resource;

/* xe_migrate_init() - address space and queue on @tile's paging engine; BOs move by them */
int xe_migrate_init(struct xe_tile *tile);
/* xe_migrate_copy() - contents of @bo from @src to @dst; fence or ERR_PTR */
struct dma_fence *xe_migrate_copy(struct xe_tile *tile, struct xe_bo *bo, struct ttm_resource *src,
				  struct ttm_resource *dst);
/* xe_migrate_clear() - zeroes in @dst; fence or ERR_PTR */
struct dma_fence *xe_migrate_clear(struct xe_tile *tile, struct xe_bo *bo,
				   struct ttm_resource *dst);
/* xe_migrate_copy_span() - pages of @bo's VRAM to or from system memory; fence or ERR_PTR */
struct dma_fence *xe_migrate_copy_span(struct xe_tile *tile, struct xe_bo *bo, u64 offset,
				       dma_addr_t addr, u32 bytes, bool to_bo);

#endif
