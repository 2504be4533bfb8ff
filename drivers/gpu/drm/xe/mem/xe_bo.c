// SPDX-License-Identifier: GPL-2.0
/*
 * Buffer objects: memory with a reservation, a place and, if userspace made it,
 * a handle. There is one create function; what differs between a page table, a
 * ring and a texture is in its parameters.
 *
 * Moves are in xe_bo_move.c, CPU mappings in xe_bo_mmap.c, what TTM asks for in
 * xe_ttm.c.
 */

#include "mem/xe_bo.h"

#include <linux/dma-resv.h>
#include <linux/export.h>
#include <linux/log2.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include <kunit/visibility.h>

#include <drm/drm_exec.h>
#include <drm/drm_gem_ttm_helper.h>
#include <drm/drm_prime.h>
#include <drm/drm_print.h>
#include <drm/ttm/ttm_tt.h>

#include "core/xe_addr_space.h"
#include "core/xe_mmio.h"
#include "mem/xe_bo_internal.h"
#include "mem/xe_bo_trace.h"
#include "mem/xe_dma_buf.h"
#include "mem/xe_extent.h"
#include "mem/xe_tt.h"
#include "mem/xe_validate.h"
#include "mem/xe_vram.h"
#include "mem/xe_vram_mgr.h"

/* TTM evicts objects of lower priority first. */
#define BO_PRIORITY	1

static const struct xe_bo_ggtt_hook *ggtt_hook;

/**
 * xe_bo_set_ggtt_hook() - how a BO leaves the GGTT
 * @hook: lives as long as the driver
 */
void xe_bo_set_ggtt_hook(const struct xe_bo_ggtt_hook *hook)
{
	WRITE_ONCE(ggtt_hook, hook);
}

static struct xe_device *bo_to_xe(const struct xe_bo *bo)
{
	return to_xe_device(bo->ttm.base.dev);
}

/**
 * xe_bo_leave_ggtt() - take a BO out of every tile's GGTT
 * @bo: idle, and not used by anybody any more
 *
 * Context: may sleep.
 */
void xe_bo_leave_ggtt(struct xe_bo *bo)
{
	const struct xe_bo_ggtt_hook *hook = READ_ONCE(ggtt_hook);
	struct xe_device *xe = bo_to_xe(bo);
	struct xe_tile *tile;
	unsigned int id;

	for_each_tile(tile, xe, id)
		if (bo->ggtt[id] && hook)
			hook->remove(tile, bo);
}

static void bo_destroy(struct ttm_buffer_object *tbo)
{
	struct xe_bo *bo = ttm_to_xe_bo(tbo);

	if (tbo->base.import_attach)
		drm_prime_gem_destroy(&tbo->base, NULL);
	drm_gem_object_release(&tbo->base);
	if (bo->private_as && bo->flags & XE_BO_USER)
		bo->private_as->ops->put(bo->private_as);
	kfree(bo);
}

/**
 * xe_ttm_is_bo() - tell our objects from those that TTM makes
 * @tbo: any object of our TTM device
 *
 * Return: false for the stand-in that holds old memory until a copy is done.
 */
bool xe_ttm_is_bo(const struct ttm_buffer_object *tbo)
{
	return tbo->destroy == bo_destroy;
}

/**
 * xe_bo_cpu_visible() - whether the CPU reaches all of a resource
 * @res: any resource
 *
 * Return: true for system memory too.
 */
bool xe_bo_cpu_visible(const struct ttm_resource *res)
{
	return !xe_pl_is_vram(res->mem_type) || xe_vram_mgr_visible(res);
}

static void add_place(struct xe_bo *bo, u32 mem_type, u32 flags, u64 end)
{
	bo->places[bo->n_places++] = (struct ttm_place) {
		.mem_type = mem_type,
		.flags = flags,
		.lpfn = end >> PAGE_SHIFT,
	};
}

static void add_vram_place(struct xe_bo *bo, const struct xe_tile *tile)
{
	const struct xe_vram_info *info = xe_vram_info(tile);
	u32 flags = 0;
	u64 end = 0;

	/* Kernel mappings and the GGTT want what is pinned in one piece. */
	if (bo->flags & XE_BO_PINNED)
		flags |= TTM_PL_FLAG_CONTIGUOUS;

	/* With a small BAR, keep what the CPU sees for those who need it. */
	if (info->visible < info->usable) {
		if (bo->flags & (XE_BO_CPU_VISIBLE | XE_BO_VMAP))
			end = info->visible;
		else
			flags |= TTM_PL_FLAG_TOPDOWN;
	}
	add_place(bo, XE_PL_VRAM0 + tile->id, flags, end);
}

/* Best first: VRAM by tile, then system memory, used instead when VRAM is full. */
static int choose_places(struct xe_device *xe, struct xe_bo *bo)
{
	struct xe_tile *tile;
	unsigned int id;

	for_each_tile(tile, xe, id)
		if (bo->flags & XE_BO_VRAM0 << id && tile->vram)
			add_vram_place(bo, tile);
	if (bo->flags & XE_BO_SYSTEM)
		add_place(bo, XE_PL_TT, bo->n_places ? TTM_PL_FLAG_FALLBACK : 0, 0);

	return bo->n_places ? 0 : -EINVAL;
}

/* Bytes of alignment, and the size that goes with it; 0: the size is not one. */
static size_t align_size(struct xe_device *xe, const struct xe_bo_params *p, u32 *alignment)
{
	u32 align = max_t(u32, p->alignment, PAGE_SIZE);

	/* The device reads tables where they are; everything else is mapped by them. */
	if (p->flags & XE_BO_VRAM_MASK && !(p->flags & XE_BO_PAGETABLE))
		align = max(align, xe_vram_page_size(xe));
	*alignment = align;

	if (!is_power_of_2(align) || p->size > SIZE_MAX - align)
		return 0;
	/* Userspace is told by an error, the kernel wants its pages. */
	if (p->flags & XE_BO_USER)
		return IS_ALIGNED(p->size, align) ? p->size : 0;
	return ALIGN(p->size, align);
}

static struct xe_bo *alloc_bo(struct xe_device *xe, const struct xe_bo_params *p, size_t size)
{
	struct xe_bo *bo = kzalloc_obj(*bo);
	int err;

	if (!bo)
		return ERR_PTR(-ENOMEM);

	bo->flags = p->flags;
	bo->cpu_caching = p->cpu_caching;
	err = choose_places(xe, bo);
	if (err) {
		kfree(bo);
		return ERR_PTR(err);
	}

	bo->private_as = p->as;
	if (p->as && p->flags & XE_BO_USER)
		p->as->ops->get(p->as);
	bo->ttm.priority = BO_PRIORITY;
	bo->ttm.base.funcs = &xe_gem_funcs;
	drm_gem_private_object_init(&xe->drm, &bo->ttm.base, size);
	return bo;
}

static int map_bo(struct xe_bo *bo)
{
	struct ttm_tt *tt = bo->ttm.ttm;
	void *vaddr;

	if (xe_bo_is_vram(bo)) {
		if (!xe_bo_cpu_visible(bo->ttm.resource) ||
		    xe_vram_mgr_extents(bo->ttm.resource)->n > 1)
			return -EINVAL;
		iosys_map_set_vaddr_iomem(&bo->vmap,
					  xe_vram_iomem(bo_to_xe(bo),
							xe_bo_addr(bo, 0, NULL, NULL)));
		return 0;
	}

	vaddr = vmap(tt->pages, tt->num_pages, VM_MAP,
		     ttm_io_prot(&bo->ttm, bo->ttm.resource, PAGE_KERNEL));
	if (!vaddr)
		return -ENOMEM;
	iosys_map_set_vaddr(&bo->vmap, vaddr);
	return 0;
}

static void unmap_bo(struct xe_bo *bo)
{
	/* VRAM is mapped as a whole, for as long as the device is bound. */
	if (!iosys_map_is_null(&bo->vmap) && !bo->vmap.is_iomem)
		vunmap(bo->vmap.vaddr);
	iosys_map_clear(&bo->vmap);
}

/*
 * VRAM may come with fences of what is still being copied out of it. For
 * userspace these are in the reservation, which jobs and faults wait for; the
 * kernel uses its BOs at once.
 */
static int make_kernel_bo(struct xe_bo *bo)
{
	int err = 0;

	dma_resv_wait_timeout(bo->ttm.base.resv, DMA_RESV_USAGE_KERNEL, false,
			      MAX_SCHEDULE_TIMEOUT);

	if (bo->flags & XE_BO_PINNED)
		ttm_bo_pin(&bo->ttm);
	if (bo->flags & XE_BO_VMAP)
		err = map_bo(bo);
	if (err && bo->flags & XE_BO_PINNED)
		ttm_bo_unpin(&bo->ttm);
	return err;
}

static enum ttm_bo_type ttm_type(u32 flags)
{
	if (flags & XE_BO_IMPORTED)
		return ttm_bo_type_sg;
	return flags & XE_BO_USER ? ttm_bo_type_device : ttm_bo_type_kernel;
}

static struct xe_bo *create_bo(struct xe_device *xe, const struct xe_bo_params *p)
{
	static const struct ttm_place later = { .mem_type = XE_PL_SYSTEM };
	struct ttm_operation_ctx ctx = {
		.interruptible = p->flags & XE_BO_USER,
		.gfp_retry_mayfail = true,
	};
	struct dma_resv *resv = p->as ? p->as->resv : p->resv;
	struct ttm_placement placement;
	struct xe_bo *bo;
	u32 alignment;
	size_t size;
	int err;

	size = align_size(xe, p, &alignment);
	if (!size)
		return ERR_PTR(-EINVAL);
	bo = alloc_bo(xe, p, size);
	if (IS_ERR(bo))
		return bo;

	if (p->ctx)
		ctx = *p->ctx;
	/*
	 * A private BO may push out others of its address space, which is locked,
	 * but a page table must not: it is made while they are being mapped.
	 */
	ctx.resv = resv;
	ctx.allow_res_evict = p->as && !(p->flags & XE_BO_PAGETABLE);

	placement.placement = p->flags & XE_BO_DEFER_BACKING ? &later : bo->places;
	placement.num_placement = p->flags & XE_BO_DEFER_BACKING ? 1 : bo->n_places;
	err = ttm_bo_init_reserved(&xe->ttm, &bo->ttm, ttm_type(p->flags), &placement,
				   alignment >> PAGE_SHIFT, &ctx, NULL, resv, bo_destroy);
	if (err)
		return ERR_PTR(err);	/* and TTM has destroyed it */

	trace_xe_bo_create(bo);
	if (!(p->flags & XE_BO_USER))
		err = make_kernel_bo(bo);
	ttm_bo_move_to_lru_tail_unlocked(&bo->ttm);
	if (!resv)
		xe_bo_unlock(bo);
	if (err) {
		xe_bo_put(bo);
		return ERR_PTR(err);
	}
	return bo;
}

/**
 * xe_bo_create() - make a buffer object
 * @xe: the device, after xe_ttm_init()
 * @p: what to make
 *
 * BOs of userspace read as zero. Others have undefined contents, unless
 * xe_bo_create_kernel() made them.
 *
 * Context: may sleep and evict others. The reservation that @p names is held, in a turn
 * of xe_validate_begin() if memory is taken, and stays held; where it names none, none is.
 * Return: the BO with one reference, or ERR_PTR: -EINVAL for a size or
 * placement that cannot be, -ENOMEM also when VRAM is full, -ERESTARTSYS.
 */
struct xe_bo *xe_bo_create(struct xe_device *xe, const struct xe_bo_params *p)
{
	struct xe_validate v;
	struct xe_bo *bo;

	if (p->as || p->resv)
		return create_bo(xe, p);

	xe_validate_begin(&v, xe);
	do {
		bo = create_bo(xe, p);
	} while (xe_validate_again(&v, PTR_ERR_OR_ZERO(bo)));
	xe_validate_end(&v);
	return bo;
}
EXPORT_SYMBOL_IF_KUNIT(xe_bo_create);

/**
 * xe_bo_create_kernel() - a BO that the kernel works in
 * @xe: the device
 * @size: bytes
 * @flags: placement and others of &enum xe_bo_flags
 *
 * Pinned, in one piece, mapped at xe_bo.vmap and zeroed.
 *
 * Context: may sleep and evict.
 * Return: the BO with one reference, or ERR_PTR as xe_bo_create().
 */
struct xe_bo *xe_bo_create_kernel(struct xe_device *xe, size_t size, u32 flags)
{
	struct xe_bo_params p = {
		.size = size,
		.flags = flags | XE_BO_PINNED | XE_BO_VMAP | XE_BO_CPU_VISIBLE,
	};
	struct xe_bo *bo = xe_bo_create(xe, &p);

	if (IS_ERR(bo))
		return bo;
	iosys_map_memset(&bo->vmap, 0, 0, xe_bo_size(bo));
	xe_device_wmb(xe);
	return bo;
}
EXPORT_SYMBOL_IF_KUNIT(xe_bo_create_kernel);

/**
 * xe_bo_put() - drop a reference
 * @bo: BO or NULL
 *
 * Context: may sleep. Who may hold the last reference must not hold the
 * reservation of a pinned BO.
 */
void xe_bo_put(struct xe_bo *bo)
{
	might_sleep();
	if (bo)
		drm_gem_object_put(&bo->ttm.base);
}
EXPORT_SYMBOL_IF_KUNIT(xe_bo_put);

/**
 * xe_bo_lock() - take the reservation, without a ticket
 * @bo: the BO
 * @interruptible: signals end the wait
 *
 * Return: 0, or -EINTR when @interruptible.
 */
int xe_bo_lock(struct xe_bo *bo, bool interruptible)
{
	if (interruptible)
		return dma_resv_lock_interruptible(bo->ttm.base.resv, NULL);
	return dma_resv_lock(bo->ttm.base.resv, NULL);
}

/**
 * xe_bo_unlock() - give the reservation back
 * @bo: locked by xe_bo_lock()
 */
void xe_bo_unlock(struct xe_bo *bo)
{
	dma_resv_unlock(bo->ttm.base.resv);
}

/**
 * xe_bo_validate() - bring a BO where the device can use it
 * @bo: the BO
 * @ctx: how to wait, and whether others of the same reservation may be evicted
 *
 * What is in system memory although it prefers VRAM moves there if there is
 * room. The move may still be under way on return: wait for the reservation's
 * kernel fences. What was purged stays without memory.
 *
 * Context: reservation held; may sleep.
 * Return: 0, -ENOMEM, -EBUSY, -ERESTARTSYS.
 */
int xe_bo_validate(struct xe_bo *bo, struct ttm_operation_ctx *ctx)
{
	struct ttm_placement placement = {
		.placement = bo->places,
		.num_placement = bo->n_places,
	};

	dma_resv_assert_held(bo->ttm.base.resv);
	if (bo->ttm.pin_count || bo->need == XE_BO_PURGED)
		return 0;
	return ttm_bo_validate(&bo->ttm, &placement, ctx);
}
EXPORT_SYMBOL_IF_KUNIT(xe_bo_validate);

static int move_below(struct xe_bo *bo, u32 mem_type, u64 end, struct ttm_operation_ctx *ctx)
{
	struct ttm_place place = { .mem_type = mem_type, .lpfn = end >> PAGE_SHIFT };
	struct ttm_placement placement = { .placement = &place, .num_placement = 1 };

	return ttm_bo_validate(&bo->ttm, &placement, ctx);
}

/**
 * xe_bo_move_to() - bring a BO to one kind of memory, whatever it prefers
 * @bo: the BO
 * @mem_type: XE_PL_*
 * @ctx: how to wait
 *
 * Context: reservation held; may sleep. The move may still be under way on return.
 * Return: 0; -EINVAL when it is pinned elsewhere; -ENOMEM, -EBUSY, -ERESTARTSYS.
 */
int xe_bo_move_to(struct xe_bo *bo, u32 mem_type, struct ttm_operation_ctx *ctx)
{
	return move_below(bo, mem_type, 0, ctx);
}

/**
 * xe_bo_make_visible() - bring a BO to where the CPU and PCIe peers see all of it
 * @bo: the BO
 * @ctx: how to wait
 *
 * Context: reservation held; may sleep. The move may still be under way on return.
 * Return: 0, or as xe_bo_move_to().
 */
int xe_bo_make_visible(struct xe_bo *bo, struct ttm_operation_ctx *ctx)
{
	int err;

	if (!bo->ttm.resource || xe_bo_cpu_visible(bo->ttm.resource))
		return 0;
	err = move_below(bo, bo->ttm.resource->mem_type,
			 xe_vram_info(xe_bo_tile(bo))->visible, ctx);
	if (err && bo->flags & XE_BO_SYSTEM)
		err = xe_bo_move_to(bo, XE_PL_TT, ctx);
	return err;
}

/**
 * xe_bo_set_needed() - userspace says whether it needs the contents
 * @bo: the BO
 * @needed: false: they may be dropped when memory is short
 *
 * Context: reservation held.
 * Return: false when they were dropped: they do not come back.
 */
bool xe_bo_set_needed(struct xe_bo *bo, bool needed)
{
	dma_resv_assert_held(bo->ttm.base.resv);
	if (bo->need == XE_BO_PURGED)
		return false;

	bo->need = needed ? XE_BO_NEEDED : XE_BO_UNNEEDED;
	if (bo->ttm.ttm)
		xe_tt_set_unneeded(bo_to_xe(bo), bo->ttm.ttm, !needed);
	/* The next touch finds out that it should not have been. */
	if (!needed)
		ttm_bo_unmap_virtual(&bo->ttm);
	return true;
}
EXPORT_SYMBOL_IF_KUNIT(xe_bo_set_needed);

/**
 * xe_bo_check_needed() - whether a BO may be used anew
 * @bo: the BO
 *
 * Context: reservation held.
 * Return: 0, -EBUSY when userspace does not need it, -EINVAL when it was purged.
 */
int xe_bo_check_needed(const struct xe_bo *bo)
{
	static const int errs[] = {
		[XE_BO_NEEDED] = 0, [XE_BO_UNNEEDED] = -EBUSY, [XE_BO_PURGED] = -EINVAL,
	};

	return errs[bo->need];
}
EXPORT_SYMBOL_IF_KUNIT(xe_bo_check_needed);

/**
 * xe_bo_is_vram() - whether a BO is in VRAM now
 * @bo: the BO
 *
 * Context: reservation held, or pinned; else the answer may be old.
 * Return: false also when it is nowhere.
 */
bool xe_bo_is_vram(const struct xe_bo *bo)
{
	return bo->ttm.resource && xe_pl_is_vram(bo->ttm.resource->mem_type);
}
EXPORT_SYMBOL_IF_KUNIT(xe_bo_is_vram);

/**
 * xe_bo_tile() - whose VRAM a BO is in
 * @bo: the BO
 *
 * Context: as xe_bo_is_vram().
 * Return: the tile, or NULL for system memory.
 */
struct xe_tile *xe_bo_tile(const struct xe_bo *bo)
{
	if (!xe_bo_is_vram(bo))
		return NULL;
	return &bo_to_xe(bo)->tiles[bo->ttm.resource->mem_type - XE_PL_VRAM0];
}

/**
 * xe_bo_extents() - all device addresses of a BO in one of its places
 * @bo: the BO
 * @res: its resource, or one that it moves from or to
 *
 * Context: reservation held, or pinned.
 * Return: DPAs or DMA addresses, by @res; NULL when not mapped.
 */
const struct xe_extents *xe_bo_extents(const struct xe_bo *bo, const struct ttm_resource *res)
{
	if (xe_pl_is_vram(res->mem_type))
		return xe_vram_mgr_extents(res);
	return bo->ttm.ttm ? xe_tt_extents(bo->ttm.ttm) : NULL;
}

/**
 * xe_bo_addr() - the device address of a byte
 * @bo: the BO
 * @offset: less than its size
 * @is_vram: true: a DPA, false: a DMA address; may be NULL
 * @contig: bytes from there that are contiguous; may be NULL
 *
 * Context: reservation held or pinned, and validated.
 * Return: the address.
 */
u64 xe_bo_addr(const struct xe_bo *bo, u64 offset, bool *is_vram, u64 *contig)
{
	const struct xe_extents *x = xe_bo_extents(bo, bo->ttm.resource);

	if (is_vram)
		*is_vram = xe_bo_is_vram(bo);
	if (contig)
		*contig = xe_bo_size(bo) - offset;
	if (WARN_ON_ONCE(!x))
		return 0;
	return xe_extents_addr(x, offset, contig);
}
EXPORT_SYMBOL_IF_KUNIT(xe_bo_addr);

/* The last reference is gone, so nobody but TTM can still find the object. */
static void gem_free(struct drm_gem_object *obj)
{
	struct xe_bo *bo = gem_to_xe_bo(obj);

	unmap_bo(bo);
	if (bo->ttm.pin_count) {
		dma_resv_lock(obj->resv, NULL);
		ttm_bo_unpin(&bo->ttm);
		dma_resv_unlock(obj->resv);
	}
	ttm_bo_fini(&bo->ttm);
}

/*
 * The private BOs of an address space are used together, and become the most
 * recently used in one go: see xe_bo_used(). As long as there is a handle.
 */
static void set_bulk_move(struct xe_bo *bo, struct ttm_lru_bulk_move *lru)
{
	if (!bo->private_as)
		return;
	xe_bo_lock(bo, false);
	ttm_bo_set_bulk_move(&bo->ttm, lru);
	xe_bo_unlock(bo);
}

static int gem_open(struct drm_gem_object *obj, struct drm_file *file)
{
	struct xe_bo *bo = gem_to_xe_bo(obj);

	set_bulk_move(bo, bo->private_as ? &bo->private_as->lru : NULL);
	return 0;
}

static void gem_close(struct drm_gem_object *obj, struct drm_file *file)
{
	set_bulk_move(gem_to_xe_bo(obj), NULL);
}

/**
 * xe_bo_used() - an address space is used: its BOs shall be evicted late
 * @xe: device
 * @as: address space
 * @exec: holds its reservation, and those of the other BOs that are used
 */
void xe_bo_used(struct xe_device *xe, struct xe_addr_space *as, struct drm_exec *exec)
{
	struct drm_gem_object *obj;

	dma_resv_assert_held(as->resv);
	guard(spinlock)(&xe->ttm.lru_lock);
	drm_exec_for_each_locked_object(exec, obj) {
		if (obj->resv == as->resv)
			ttm_lru_bulk_move_tail(&as->lru);
		else
			ttm_bo_move_to_lru_tail(&gem_to_xe_bo(obj)->ttm);
	}
}

static int gem_mmap(struct drm_gem_object *obj, struct vm_area_struct *vma)
{
	struct xe_bo *bo = gem_to_xe_bo(obj);
	int err;

	err = xe_bo_lock(bo, true);
	if (err)
		return err;
	err = xe_bo_check_needed(bo);
	xe_bo_unlock(bo);
	return err ?: drm_gem_ttm_mmap(obj, vma);
}

static void gem_print_info(struct drm_printer *p, unsigned int indent,
			   const struct drm_gem_object *obj)
{
	static const char * const needs[] = { "yes", "no", "purged" };
	const struct xe_bo *bo = gem_to_xe_bo(obj);
	const struct ttm_resource *res = READ_ONCE(bo->ttm.resource);

	drm_printf_indent(p, indent, "placement=%s\n", res ? xe_pl_name(res->mem_type) : "none");
	drm_printf_indent(p, indent, "flags=0x%x pinned=%u needed=%s\n", bo->flags,
			  bo->ttm.pin_count, needs[bo->need]);
}

static enum drm_gem_object_status gem_status(struct drm_gem_object *obj)
{
	return gem_to_xe_bo(obj)->ttm.resource ? DRM_GEM_OBJECT_RESIDENT : 0;
}

const struct drm_gem_object_funcs xe_gem_funcs = {
	.free = gem_free,
	.open = gem_open,
	.close = gem_close,
	.print_info = gem_print_info,
	.export = xe_dma_buf_export,
	.vmap = xe_bo_vmap,
	.vunmap = xe_bo_vunmap,
	.mmap = gem_mmap,
	.status = gem_status,
	.vm_ops = &xe_bo_vm_ops,
};
