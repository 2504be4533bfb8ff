// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Mappings of buffer objects that move
 *
 * When a BO is about to move, its mappings are marked and left alone: the move waits
 * for every job of the address space, and every later job first passes through
 * xe_vm_validate(), which brings the BO back and binds it where it is then. User memory
 * that changes is treated likewise (vm/xe_userptr.c).
 *
 * Where page faults are answered, what moves is zapped, and bound again by the next fault.
 *
 * The jobs of a long-running address space without faults cannot be waited for; its queues
 * are suspended (vm/xe_vm_lr.c).
 */
#include <linux/dma-fence.h>
#include <linux/dma-resv.h>

#include <drm/drm_exec.h>
#include <drm/drm_gpuvm.h>
#include <drm/ttm/ttm_bo.h>

#include "mem/xe_bo.h"
#include "vm/xe_userptr.h"
#include "vm/xe_vm_bind.h"
#include "vm/xe_vm_trace.h"
#include "vm/xe_vm_types.h"
#include "vm/xe_vma.h"

static void zap_bo(struct drm_gpuvm_bo *vm_bo)
{
	struct drm_gpuva *va;

	/* Binds on their way would show the old place after the zap. */
	dma_resv_wait_timeout(vm_bo->obj->resv, DMA_RESV_USAGE_BOOKKEEP, false,
			      MAX_SCHEDULE_TIMEOUT);
	drm_gpuvm_bo_for_each_va(va, vm_bo)
		xe_vm_zap(gpuvm_to_xe_vm(vm_bo->vm), va->va.addr, va->va.addr + va->va.range);
}

static void trace_evict(struct drm_gpuvm_bo *vm_bo)
{
	struct drm_gpuva *va;

	drm_gpuvm_bo_for_each_va(va, vm_bo)
		trace_xe_vma_evict(gpuvm_to_xe_vm(vm_bo->vm), gpuva_to_xe_vma(va));
}

static int about_to_move(struct xe_bo *bo, bool evict)
{
	struct drm_gem_object *obj = &bo->ttm.base;
	struct drm_gpuvm_bo *vm_bo;

	dma_resv_assert_held(obj->resv);

	drm_gem_for_each_gpuvm_bo(vm_bo, obj) {
		if (trace_xe_vma_evict_enabled())
			trace_evict(vm_bo);
		if (gpuvm_to_xe_vm(vm_bo->vm)->flags & XE_VM_FAULT)
			zap_bo(vm_bo);
		else
			drm_gpuvm_bo_evict(vm_bo, true);
	}
	return 0;
}

static bool may_evict(struct xe_bo *bo)
{
	struct drm_gpuvm_bo *vm_bo;

	drm_gem_for_each_gpuvm_bo(vm_bo, &bo->ttm.base)
		if (READ_ONCE(gpuvm_to_xe_vm(vm_bo->vm)->validating) == current)
			return false;
	return true;
}

static const struct xe_bo_notify bo_notify = {
	.about_to_move = about_to_move,
	.may_evict = may_evict,
};

/**
 * xe_vm_rebind_init() - hear of moves from now on
 */
void xe_vm_rebind_init(void)
{
	xe_bo_set_notify(&bo_notify);
}

/**
 * xe_vm_place_bo() - bring a BO where the device can use it
 * @vm: address space that it is for; its reservation is held
 * @bo: BO, whose reservation is held
 * @evict_own: other BOs that @vm maps may make room for it
 *
 * Return: 0, or as xe_bo_validate().
 */
int xe_vm_place_bo(struct xe_vm *vm, struct xe_bo *bo, bool evict_own)
{
	struct ttm_operation_ctx ctx = {
		.interruptible = true,
		.resv = vm->as.resv,
		.allow_res_evict = evict_own,
	};
	int err;

	dma_resv_assert_held(vm->as.resv);
	WRITE_ONCE(vm->validating, evict_own ? NULL : current);
	err = xe_bo_validate(bo, &ctx);
	WRITE_ONCE(vm->validating, NULL);
	return err;
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
	struct drm_gpuva *va;
	int err;

	err = xe_vm_place_bo(vm, gem_to_xe_bo(vm_bo->obj), false);
	if (err)
		return err;

	drm_gpuvm_bo_for_each_va(va, vm_bo)
		list_move_tail(&gpuva_to_xe_vma(va)->link, &vm->rebind);
	vm_bo->evicted = false;
	return 0;
}

/* ---- user memory ---- */

static bool needs_snapshot(const struct xe_vma *vma)
{
	return !vma->userptr || xe_userptr_missing(vma->userptr) || xe_userptr_stale(vma->userptr);
}

/**
 * xe_vm_repin_vma() - a mapping of user memory shows what the process has there now
 * @vm: address space; &xe_vm.lock is held
 * @vma: mapping of user memory
 * @may_miss: memory that is not all there is bound as absent
 *
 * Binding it is left to the caller, or where jobs are waited for, to xe_vm_rebind(). A
 * mapping that is only planned is bound by who planned it, or never.
 *
 * Context: no reservation held.
 *
 * Return: 0, or as xe_userptr_create().
 */
int xe_vm_repin_vma(struct xe_vm *vm, struct xe_vma *vma, bool may_miss)
{
	struct xe_userptr *u;

	if (!needs_snapshot(vma))
		return 0;
	u = xe_userptr_create(vm, vma, may_miss);
	if (IS_ERR(u) && (u != ERR_PTR(-EFAULT) || !may_miss))
		return PTR_ERR(u);

	dma_resv_lock(vm->as.resv, NULL);
	/* The process itself is gone. */
	if (IS_ERR(u))
		u = NULL;
	swap(vma->userptr, u);
	if (!(vm->flags & XE_VM_FAULT) && vma->followed)
		list_move_tail(&vma->link, &vm->rebind);
	dma_resv_unlock(vm->as.resv);
	xe_userptr_put(u);
	return 0;
}

/* All mappings that show a part of it. */
static int repin_stale(struct xe_vm *vm, const struct xe_userptr *u)
{
	struct drm_gpuva *va;
	u64 start, end;
	int err;

	xe_userptr_span(u, &start, &end);
	drm_gpuvm_for_each_va_range(va, &vm->gpuvm, start, end) {
		struct xe_vma *vma = gpuva_to_xe_vma(va);

		if (vma->userptr != u)
			continue;
		/* What is gone is no mistake of who submits, but of who uses it: that faults. */
		err = xe_vm_repin_vma(vm, vma, true);
		if (err)
			return err;
	}
	return 0;
}

static int repin_all(struct xe_vm *vm)
{
	struct xe_userptr *u;
	u64 changed;
	int err = 0;

	scoped_guard(rwsem_read, &vm->notifier_lock)
		changed = vm->userptrs_changed;
	while (!err && (u = xe_userptr_take_stale(vm))) {
		err = repin_stale(vm, u);
		if (err)
			xe_userptr_put_back(u);
		xe_userptr_put(u);
	}
	/* Not before: others take it that they need not look themselves. */
	if (!err)
		WRITE_ONCE(vm->userptrs_seen, changed);
	return err;
}

static bool any_stale(const struct xe_vm *vm)
{
	return READ_ONCE(vm->userptrs_seen) != READ_ONCE(vm->userptrs_changed);
}

/**
 * xe_vm_repin() - all user memory that is mapped is what the processes have now
 * @vm: address space whose &xe_vm.lock is held; page faults are not answered
 *
 * Context: no reservation held.
 *
 * Return: 0, or as xe_userptr_create() but for -EFAULT.
 */
int xe_vm_repin(struct xe_vm *vm)
{
	int err = 0;

	lockdep_assert_held(&vm->lock);
	if (!any_stale(vm))
		return 0;
	guard(mutex)(&vm->repin_lock);
	while (!err && any_stale(vm))
		err = repin_all(vm);
	return err;
}

/**
 * xe_vm_seal() - user memory stays as it is bound for a moment
 * @vm: address space, validated
 *
 * Context: its reservation is held; until xe_vm_unseal() nothing is allocated.
 *
 * Return: 0, with xe_vm_unseal() to follow; -EAGAIN when it has changed already.
 */
int xe_vm_seal(struct xe_vm *vm)
{
	dma_resv_assert_held(vm->as.resv);
	down_read(&vm->notifier_lock);
	if (!any_stale(vm))
		return 0;
	up_read(&vm->notifier_lock);
	return -EAGAIN;
}

/**
 * xe_vm_unseal() - undo xe_vm_seal()
 * @vm: address space
 */
void xe_vm_unseal(struct xe_vm *vm)
{
	up_read(&vm->notifier_lock);
}

/**
 * xe_vm_revalidate() - bring back what was evicted, and bind it and user memory
 * @vm: address space whose &xe_vm.lock is held
 * @exec: holds its reservation, and those of all BOs in it
 *
 * Return: as xe_vm_validate().
 */
int xe_vm_revalidate(struct xe_vm *vm, struct drm_exec *exec)
{
	int err;

	do {
		err = drm_gpuvm_validate(&vm->gpuvm, exec);
		if (!err)
			err = xe_vm_rebind(vm, exec);
		/* A page table that was made may have taken the place of a BO. */
	} while (!err && !list_empty(&vm->gpuvm.evict.list));
	return err;
}

/**
 * xe_vm_validate() - make all that the address space maps usable by a job
 * @vm: address space, between xe_vm_begin_exec() and xe_vm_end_exec()
 * @exec: holds its reservation, and those of all BOs in it
 *
 * Return: 0, -ENOMEM, -EBUSY, -ERESTARTSYS, -EAGAIN: begin again at xe_vm_repin().
 */
int xe_vm_validate(struct xe_vm *vm, struct drm_exec *exec)
{
	struct drm_gem_object *obj;
	int err;

	lockdep_assert_held(&vm->lock);

	err = xe_vm_revalidate(vm, exec);
	if (err)
		return err;
	drm_exec_for_each_locked_object(exec, obj) {
		err = dma_resv_reserve_fences(obj->resv, 1);
		if (err)
			return err;
	}
	xe_bo_used(vm->xe, &vm->as, exec);
	return 0;
}
