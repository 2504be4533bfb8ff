/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_BO_H_
#define _XE_BO_H_

#include <linux/iosys-map.h>

#include <drm/drm_gem.h>
#include <drm/ttm/ttm_bo.h>
#include <drm/ttm/ttm_placement.h>
#include <drm/ttm/ttm_resource.h>

#include "core/xe_device.h"

struct drm_exec;
struct drm_file;
struct drm_printer;
struct xe_extents;
struct xe_ggtt_node;

/* TTM placements: system, then one VRAM region per tile. */
#define XE_PL_SYSTEM	TTM_PL_SYSTEM
#define XE_PL_TT	TTM_PL_TT
#define XE_PL_VRAM0	TTM_PL_VRAM
#define XE_PL_VRAM1	(XE_PL_VRAM0 + 1)
#define XE_PL_STOLEN	(TTM_NUM_MEM_TYPES - 1)

static inline bool xe_pl_is_vram(u32 mem_type)
{
	return mem_type == XE_PL_VRAM0 || mem_type == XE_PL_VRAM1;
}

/* enum xe_bo_flags - where it may live and how it is made */
enum xe_bo_flags {
	XE_BO_SYSTEM = BIT(0),		/* system memory */
	XE_BO_VRAM0 = BIT(1),		/* tile 0's VRAM */
	XE_BO_VRAM1 = BIT(2),		/* tile 1's VRAM */
	XE_BO_PINNED = BIT(3),		/* never moves; kernel BOs */
	XE_BO_CPU_VISIBLE = BIT(4),	/* inside the part of VRAM that BAR2 shows */
	XE_BO_USER = BIT(5),		/* from GEM_CREATE: cleared, evictable */
	XE_BO_DEFER_BACKING = BIT(6),	/* no pages before first use */
	XE_BO_PAGETABLE = BIT(7),	/* 4 KiB of a page table; private to one VM */
	XE_BO_UNCACHED = BIT(8),	/* write-combined CPU mapping of system pages */
	XE_BO_VMAP = BIT(9),		/* mapped in the kernel for life: @vmap */
	XE_BO_IMPORTED = BIT(10),	/* the memory of another's dma-buf */
	XE_BO_NO_COMPRESSION = BIT(11),	/* no mapping of it compresses */
};

#define XE_BO_VRAM_MASK (XE_BO_VRAM0 | XE_BO_VRAM1)
/* XE_BO_VRAM_IF_DGFX() - @tile's VRAM where it has some, else system memory */
#define XE_BO_VRAM_IF_DGFX(tile) ((tile)->vram ? XE_BO_VRAM0 << (tile)->id : XE_BO_SYSTEM)

/* enum xe_bo_need - what userspace says of the contents */
enum xe_bo_need {
	XE_BO_NEEDED,
	XE_BO_UNNEEDED,		/* may be dropped, or be needed again */
	XE_BO_PURGED,		/* dropped, for ever */
};

/**
 * struct xe_bo - a buffer object
 * @ttm: base; the reservation is the VM's for private BOs
 * @flags: &enum xe_bo_flags
 * @vmap: kernel mapping of an XE_BO_VMAP object
 * @ggtt: per tile its place in the GGTT, or NULL
 * @private_as: the address space whose reservation it shares, or NULL: shareable;
 *	BOs of userspace hold a reference
 * @cpu_caching: DRM_XE_GEM_CPU_CACHING_*, 0 for kernel BOs
 * @need: whether the contents may be dropped; under the reservation
 * @places: where it may live, best first; constant
 * @n_places: of these, how many
 */
struct xe_bo {
	struct ttm_buffer_object ttm;
	u32 flags;
	u16 cpu_caching;
	enum xe_bo_need need;
	struct iosys_map vmap;
	struct xe_ggtt_node *ggtt[XE_MAX_TILES];
	struct xe_addr_space *private_as;
	struct ttm_place places[XE_MAX_TILES + 1];
	u8 n_places;
};

static inline struct xe_bo *gem_to_xe_bo(const struct drm_gem_object *obj)
{
	return container_of(obj, struct xe_bo, ttm.base);
}

static inline struct xe_bo *ttm_to_xe_bo(const struct ttm_buffer_object *tbo)
{
	return container_of(tbo, struct xe_bo, ttm);
}

static inline size_t xe_bo_size(const struct xe_bo *bo)
{
	return bo->ttm.base.size;
}

/**
 * struct xe_bo_params - one create function, all of what varies
 * @size: bytes; rounded up to the page size of the placement
 * @flags: &enum xe_bo_flags
 * @as: private to this address space, whose reservation is held by the caller; or NULL
 * @resv: another's reservation, held by the caller, when @as is NULL; or NULL
 * @alignment: bytes; 0: the placement's
 * @cpu_caching: see struct xe_bo
 * @ctx: how to wait; NULL: interruptible for XE_BO_USER
 */
struct xe_bo_params {
	size_t size;
	u32 flags;
	struct xe_addr_space *as;
	struct dma_resv *resv;
	u32 alignment;
	u16 cpu_caching;
	struct ttm_operation_ctx *ctx;
};

/* xe_bo_create() - one reference, or ERR_PTR; unlocked, or locked with @p->as's reservation */
struct xe_bo *xe_bo_create(struct xe_device *xe, const struct xe_bo_params *p);
/* xe_bo_create_kernel() - pinned, CPU-mapped, zeroed; @flags adds a placement */
struct xe_bo *xe_bo_create_kernel(struct xe_device *xe, size_t size, u32 flags);

static inline struct xe_bo *xe_bo_get(struct xe_bo *bo)
{
	if (bo)
		drm_gem_object_get(&bo->ttm.base);
	return bo;
}

/* xe_bo_put() - drop a reference; the last one not with the reservation held. NULL is fine */
void xe_bo_put(struct xe_bo *bo);
/* xe_bo_lock()/unlock() - the reservation, without a ticket */
int xe_bo_lock(struct xe_bo *bo, bool interruptible);
void xe_bo_unlock(struct xe_bo *bo);
/* xe_bo_validate() - bring it to a placement it asks for. Context: reservation held */
int xe_bo_validate(struct xe_bo *bo, struct ttm_operation_ctx *ctx);
/* xe_bo_decompress() - contents can be read without metadata. Context: reservation held */
int xe_bo_decompress(struct xe_bo *bo);

/* xe_bo_set_needed() - userspace needs the contents, or not. false: they are lost */
bool xe_bo_set_needed(struct xe_bo *bo, bool needed);
/* xe_bo_check_needed() - 0, -EBUSY when not needed, -EINVAL when lost. Context: reservation held */
int xe_bo_check_needed(const struct xe_bo *bo);

/* xe_bo_used() - least recently used are evicted first. Context: @exec holds the reservations */
void xe_bo_used(struct xe_device *xe, struct xe_addr_space *as, struct drm_exec *exec);

bool xe_bo_is_vram(const struct xe_bo *bo);
/* xe_bo_tile() - whose VRAM it is in, or NULL. Context: reservation held or pinned */
struct xe_tile *xe_bo_tile(const struct xe_bo *bo);
/* xe_bo_addr() - the device's address of byte @offset. Context: reservation held or pinned */
u64 xe_bo_addr(const struct xe_bo *bo, u64 offset, bool *is_vram, u64 *contig);
/* xe_bo_extents() - all device addresses of @bo in @res, old or new; NULL: not mapped */
const struct xe_extents *xe_bo_extents(const struct xe_bo *bo, const struct ttm_resource *res);

/**
 * struct xe_bo_mover - how contents move; handed in by migrate/, CPU copies until then
 */
struct xe_bo_mover {
	/**
	 * @copy: fence of a copy of @bo from @src to @dst, ERR_PTR, or NULL: this device cannot
	 * yet, let the CPU do it. Waits for all of the reservation. Context: reservation held
	 */
	struct dma_fence *(*copy)(struct xe_bo *bo, struct ttm_resource *src,
				  struct ttm_resource *dst);
	/** @clear: the same for a clear of @dst; waits for kernel fences only */
	struct dma_fence *(*clear)(struct xe_bo *bo, struct ttm_resource *dst);
	/**
	 * @copy_span: copy whole pages of @bo's VRAM, @bytes from @offset on, to @addr in system
	 * memory; or with @to_bo back. Waits for kernel fences only. Fence or ERR_PTR
	 */
	struct dma_fence *(*copy_span)(struct xe_bo *bo, u64 offset, dma_addr_t addr, u32 bytes,
				       bool to_bo);
};

void xe_bo_set_mover(const struct xe_bo_mover *mover);

/**
 * struct xe_bo_notify - who must know that a BO is about to move; handed in by vm/
 */
struct xe_bo_notify {
	/** @about_to_move: mappings of @bo become invalid; may add fences. 0 or -errno */
	int (*about_to_move)(struct xe_bo *bo, bool evict);
	/** @may_evict: whether the current task may evict @bo. Context: reservation held */
	bool (*may_evict)(struct xe_bo *bo);
};

void xe_bo_set_notify(const struct xe_bo_notify *notify);

/* struct xe_bo_ggtt_hook - handed in by gt/: a BO that goes away leaves the GGTT of every tile */
struct xe_bo_ggtt_hook {
	void (*remove)(struct xe_tile *tile, struct xe_bo *bo);
};

void xe_bo_set_ggtt_hook(const struct xe_bo_ggtt_hook *hook);

/* xe_bo_save_pinned() - what is pinned in VRAM, over system sleep; a phase */
int xe_bo_save_pinned(struct xe_device *xe);
int xe_bo_restore_pinned(struct xe_device *xe);

/* xe_pl_name() - placement by mem_type, as userspace knows it */
const char *xe_pl_name(u32 mem_type);
/* xe_bo_print_stats() - memory keys of a client's fdinfo */
void xe_bo_print_stats(struct drm_printer *p, struct drm_file *file);

/* xe_ttm_init() - TTM device, system and VRAM managers; drmm_ */
int xe_ttm_init(struct xe_device *xe);

/* xe_ttm_evict_vram() - what can move leaves VRAM, which may lose power. 0 or -errno */
int xe_ttm_evict_vram(struct xe_device *xe);

/* xe_bo_zap_mmaps() - userspace's mappings of all BOs fault again; before the device sleeps */
void xe_bo_zap_mmaps(struct xe_device *xe);

extern const struct drm_gem_object_funcs xe_gem_funcs;

#endif
