// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Mappings of buffer objects that move
 *
 * When a BO is about to move, its mappings are marked and left alone: the move waits
 * for every job of the address space, and every later job first passes through
 * xe_vm_validate(), which brings the BO back and binds it where it is then.
 *
 * The jobs of a long-running address space cannot be waited for. What it maps stays where
 * it is.
 */
#include <linux/dma-fence.h>
#include <linux/dma-resv.h>

#include <drm/drm_exec.h>
#include <drm/drm_gpuvm.h>
#include <drm/ttm/ttm_bo.h>

#include "mem/xe_bo.h"
#include "vm/xe_vm_bind.h"
#include "vm/xe_vm_types.h"
#include "vm/xe_vma.h"

static int about_to_move(struct xe_bo *bo, bool evict)
{
	struct drm_gem_object *obj = &bo->ttm.base;
	struct drm_gpuvm_bo *vm_bo;

	dma_resv_assert_held(obj->resv);

	drm_gem_for_each_gpuvm_bo(vm_bo, obj)
		if (gpuvm_to_xe_vm(vm_bo->vm)->flags & XE_VM_LR)
			return -EBUSY;
	drm_gem_for_each_gpuvm_bo(vm_bo, obj)
		drm_gpuvm_bo_evict(vm_bo, true);
	return 0;
}

static const struct xe_bo_notify bo_notify = {
	.about_to_move = about_to_move,
};

/**
 * xe_vm_rebind_init() - hear of moves from now on
 */
void xe_vm_rebind_init(void)
{
	xe_bo_set_notify(&bo_notify);
}

/**
 * xe_vm_bo_validate() - &drm_gpuvm_ops.vm_bo_validate: bring one BO back
 * @vm_bo: BO that moved
 * @exec: holds all reservations
 *
 * Return: 0, or as xe_bo_validate().
 */
int xe_vm_bo_validate(struct drm_gpuvm_bo *vm_bo, struct drm_exec *exec)
{
	struct xe_vm *vm = gpuvm_to_xe_vm(vm_bo->vm);
	struct ttm_operation_ctx ctx = {
		.interruptible = true,
		.resv = vm->as.resv,
	};
	struct drm_gpuva *va;
	int err;

	err = xe_bo_validate(gem_to_xe_bo(vm_bo->obj), &ctx);
	if (err)
		return err;

	drm_gpuvm_bo_for_each_va(va, vm_bo)
		list_move_tail(&gpuva_to_xe_vma(va)->link, &vm->rebind);
	vm_bo->evicted = false;
	return 0;
}

/**
 * xe_vm_validate() - make all that the address space maps usable by a job
 * @vm: address space, between xe_vm_begin_exec() and xe_vm_end_exec()
 * @exec: holds its reservation, and those of all BOs in it
 *
 * Return: 0, -ENOMEM, -EBUSY, -ERESTARTSYS.
 */
int xe_vm_validate(struct xe_vm *vm, struct drm_exec *exec)
{
	struct drm_gem_object *obj;
	int err;

	lockdep_assert_held(&vm->lock);

	if (vm->flags & XE_VM_LR)
		return 0;
	do {
		err = drm_gpuvm_validate(&vm->gpuvm, exec);
		if (!err)
			err = xe_vm_rebind(vm, exec);
		if (err)
			return err;
		/* A page table that was made may have taken the place of a BO. */
	} while (!list_empty(&vm->gpuvm.evict.list));

	drm_exec_for_each_locked_object(exec, obj) {
		err = dma_resv_reserve_fences(obj->resv, XE_VM_EXEC_FENCES);
		if (err)
			return err;
	}
	xe_bo_used(&vm->as, exec);
	return 0;
}

/**
 * xe_vm_bind_fence() - the last rebind
 * @vm: address space whose reservation is held
 *
 * Return: its fence, with a reference, or NULL.
 */
struct dma_fence *xe_vm_bind_fence(struct xe_vm *vm)
{
	dma_resv_assert_held(vm->as.resv);
	return dma_fence_get(vm->rebind_fence);
}
