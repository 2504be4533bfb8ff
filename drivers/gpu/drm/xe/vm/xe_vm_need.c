// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Memory that is not needed
 *
 * Userspace may say of a range that it does not need what is mapped there, and later
 * that it does. A BO is unneeded when none of its mappings, in any address space, is
 * needed, and nobody else has it. Then its contents may be dropped when memory is
 * short; the mappings then lead nowhere, for ever.
 */
#include "vm/xe_vm_need.h"

#include <drm/drm_exec.h>
#include <drm/drm_gpuvm.h>

#include "mem/xe_bo.h"
#include "vm/xe_vm_types.h"
#include "vm/xe_vma.h"

/* A mapping that is only partly in the range is needed for the rest. */
static bool advised(const struct drm_gpuva *va, u64 start, u64 end)
{
	return gpuva_to_xe_vma((struct drm_gpuva *)va)->bo && va->va.addr >= start &&
	       va->va.addr + va->va.range <= end;
}

static bool anyone_needs(struct xe_bo *bo)
{
	struct drm_gem_object *obj = &bo->ttm.base;
	struct drm_gpuvm_bo *vm_bo;
	struct drm_gpuva *va;

	if (obj->dma_buf || obj->import_attach)
		return true;
	drm_gem_for_each_gpuvm_bo(vm_bo, obj)
		drm_gpuvm_bo_for_each_va(va, vm_bo)
			if (!(gpuva_to_xe_vma(va)->flags & XE_VMA_UNNEEDED))
				return true;
	return false;
}

static bool advise_one(struct xe_vma *vma, bool needed)
{
	if (needed)
		vma->flags &= ~XE_VMA_UNNEEDED;
	else
		vma->flags |= XE_VMA_UNNEEDED;
	return xe_bo_set_needed(vma->bo, anyone_needs(vma->bo));
}

static int lock_range(struct xe_vm *vm, struct drm_exec *exec, u64 start, u64 end)
{
	struct drm_gpuva *va;
	int err;

	err = drm_exec_lock_obj(exec, drm_gpuvm_resv_obj(&vm->gpuvm));
	drm_gpuvm_for_each_va_range(va, &vm->gpuvm, start, end)
		if (!err && advised(va, start, end))
			err = drm_exec_lock_obj(exec, va->gem.obj);
	return err;
}

/**
 * xe_vm_set_needed() - whether userspace needs what is mapped in a range
 * @vm: address space, between xe_vm_begin_bind() and xe_vm_end_bind()
 * @start: first byte
 * @end: the one after the last
 * @needed: it does
 * @kept: set to whether all contents are still there
 *
 * Return: 0 or -EINTR.
 */
int xe_vm_set_needed(struct xe_vm *vm, u64 start, u64 end, bool needed, bool *kept)
{
	struct drm_exec exec;
	struct drm_gpuva *va;
	int err = 0;

	lockdep_assert_held_write(&vm->lock);

	*kept = true;
	drm_exec_init(&exec, DRM_EXEC_INTERRUPTIBLE_WAIT | DRM_EXEC_IGNORE_DUPLICATES, 0);
	drm_exec_until_all_locked(&exec) {
		err = lock_range(vm, &exec, start, end);
		drm_exec_retry_on_contention(&exec);
	}
	if (!err)
		drm_gpuvm_for_each_va_range(va, &vm->gpuvm, start, end)
			if (advised(va, start, end) && !advise_one(gpuva_to_xe_vma(va), needed))
				*kept = false;
	drm_exec_fini(&exec);
	return err;
}
