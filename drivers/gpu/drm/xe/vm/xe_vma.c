// SPDX-License-Identifier: GPL-2.0
#include "vm/xe_vma.h"

#include <linux/dma-fence.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "core/xe_platform.h"
#include "mem/xe_bo.h"
#include "vm/xe_userptr.h"
#include "vm/xe_vm_types.h"

/**
 * xe_vma_create() - make a mapping that is nowhere yet
 * @bo: memory behind it, or NULL
 * @flags: &enum xe_vma_flags
 * @pat_index: caching
 *
 * Return: the mapping, with a reference to @bo, or ERR_PTR(-ENOMEM).
 */
struct xe_vma *xe_vma_create(struct xe_bo *bo, u32 flags, u8 pat_index)
{
	struct xe_vma *vma = kzalloc_obj(*vma);

	if (!vma)
		return ERR_PTR(-ENOMEM);

	INIT_LIST_HEAD(&vma->link);
	INIT_LIST_HEAD(&vma->base.gem.entry);
	vma->bo = xe_bo_get(bo);
	vma->flags = flags;
	vma->pat_index = pat_index;
	if (flags & XE_VMA_USERPTR) {
		vma->mm = current->mm;
		mmgrab(vma->mm);
	}
	return vma;
}

/**
 * xe_vma_create_piece() - make what is left of a mapping that is split
 * @old: the mapping
 *
 * Return: a mapping of the same memory in the same way, or ERR_PTR(-ENOMEM).
 */
struct xe_vma *xe_vma_create_piece(const struct xe_vma *old)
{
	struct xe_vma *vma = xe_vma_create(old->bo, old->flags & ~XE_VMA_USERPTR, old->pat_index);

	if (IS_ERR(vma))
		return vma;
	vma->flags = old->flags;
	vma->mm = old->mm;
	if (vma->mm)
		mmgrab(vma->mm);
	if (old->userptr)
		vma->userptr = xe_userptr_get(old->userptr);
	return vma;
}

/**
 * xe_vma_free() - the end of a mapping
 * @vma: in no list and no tree; or NULL
 */
void xe_vma_free(struct xe_vma *vma)
{
	if (IS_ERR_OR_NULL(vma))
		return;
	dma_fence_put(vma->user_fence);
	xe_userptr_put(vma->userptr);
	if (vma->mm)
		mmdrop(vma->mm);
	xe_bo_put(vma->bo);
	kfree(vma);
}

/**
 * xe_vma_link() - tell the BO that it is mapped
 * @vma: mapping; nothing is done for one without a BO
 * @vm: its address space
 *
 * Return: 0 or -ENOMEM.
 */
int xe_vma_link(struct xe_vma *vma, struct xe_vm *vm)
{
	struct drm_gpuvm_bo *vm_bo;

	if (!vma->bo)
		return 0;

	vm_bo = drm_gpuvm_bo_obtain_locked(&vm->gpuvm, &vma->bo->ttm.base);
	if (IS_ERR(vm_bo))
		return PTR_ERR(vm_bo);
	drm_gpuvm_bo_extobj_add(vm_bo);
	drm_gpuva_link(&vma->base, vm_bo);
	drm_gpuvm_bo_put(vm_bo);
	return 0;
}

/**
 * xe_vma_unlink() - undo xe_vma_link()
 * @vma: mapping, linked or not; it still holds the BO
 */
void xe_vma_unlink(struct xe_vma *vma)
{
	list_del_init(&vma->link);
	if (vma->base.vm_bo)
		drm_gpuva_unlink(&vma->base);
}

static u64 bo_addr(const struct xe_pt_source *src, u64 offset, bool *vram, u64 *contig)
{
	const struct xe_vma *vma = container_of_const(src, struct xe_vma_source, base)->vma;

	return xe_bo_addr(vma->bo, vma->base.gem.offset + offset, vram, contig);
}

static u64 userptr_addr(const struct xe_pt_source *src, u64 offset, bool *vram, u64 *contig)
{
	const struct xe_vma *vma = container_of_const(src, struct xe_vma_source, base)->vma;

	*vram = false;
	return xe_userptr_addr(vma->userptr, vma->base.gem.offset + offset, contig);
}

/*
 * Device atomics on system memory work from Xe2 on. In a long-running address space a BO that
 * may also be in VRAM does without: the fault brings it there.
 */
static bool atomic_in_system(const struct xe_vma *vma, const struct xe_vm *vm)
{
	const struct xe_ip *ip = vm->xe->vms->ip;

	if (ip->ver < 2000)
		return false;
	if (!vm->xe->platform->is_dgfx || !(vm->flags & XE_VM_LR))
		return true;
	return vma->bo && !(vma->bo->flags & XE_BO_VRAM_MASK);
}

/**
 * xe_vma_source_init() - describe a mapping's memory for staging
 * @src: to fill in
 * @vma: mapping
 * @vm: its address space
 */
void xe_vma_source_init(struct xe_vma_source *src, const struct xe_vma *vma, const struct xe_vm *vm)
{
	bool atomic = vm->xe->vms->ip->has_atomic_enable_pte_bit;

	*src = (struct xe_vma_source){
		.base.read_only = vma->flags & XE_VMA_READ_ONLY,
		.base.pat_index = vma->pat_index,
		.base.atomic_vram = atomic,
		.base.atomic_system = atomic && atomic_in_system(vma, vm),
		.vma = vma,
	};
	if (vma->bo)
		src->base.addr = bo_addr;
	else if (vma->userptr && !xe_userptr_missing(vma->userptr))
		src->base.addr = userptr_addr;
	else if (xe_vma_is_userptr(vma))
		src->base.absent = true;
}

/**
 * xe_vma_busy() - userspace has not yet been told that the mapping is there
 * @vma: mapping
 *
 * Return: true until the user fence of the bind that made it was due.
 */
bool xe_vma_busy(const struct xe_vma *vma)
{
	return vma->user_fence && !dma_fence_is_signaled(vma->user_fence);
}

/**
 * xe_vma_set_user_fence() - remember the bind that tells userspace by a user fence
 * @vma: mapping
 * @fence: of the bind
 */
void xe_vma_set_user_fence(struct xe_vma *vma, struct dma_fence *fence)
{
	dma_fence_put(vma->user_fence);
	vma->user_fence = dma_fence_get(fence);
}
