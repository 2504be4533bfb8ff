// SPDX-License-Identifier: GPL-2.0
/*
 * BOs in userspace's address space. Pages are put in on a fault and taken out
 * by TTM before a move, so that a mapping follows its BO between VRAM (write-
 * combined) and system memory (as TTM's page array says). And in the kernel's, where
 * they stay in their places.
 */

#include <linux/dma-resv.h>
#include <linux/mm.h>

#include <drm/drm_drv.h>
#include <drm/drm_gem_ttm_helper.h>
#include <drm/ttm/ttm_bo.h>

#include "core/xe_rpm.h"
#include "mem/xe_bo.h"
#include "mem/xe_bo_internal.h"
#include "mem/xe_bo_trace.h"
#include "mem/xe_extent.h"
#include "mem/xe_validate.h"
#include "mem/xe_vram_mgr.h"

/* VRAM that the CPU does not see moves, if it can. */
static vm_fault_t make_accessible(struct xe_bo *bo, int *err)
{
	struct ttm_operation_ctx ctx = { .interruptible = true, .gfp_retry_mayfail = true };

	*err = xe_bo_check_needed(bo);
	if (!*err)
		*err = xe_bo_make_visible(bo, &ctx);
	if (*err == -ERESTARTSYS || *err == -EINTR)
		return VM_FAULT_NOPAGE;
	return *err ? VM_FAULT_SIGBUS : 0;
}

/* TTM's fault path. On VM_FAULT_RETRY @tbo may be gone. */
static vm_fault_t fault_once(struct vm_fault *vmf, struct ttm_buffer_object *tbo, int *err)
{
	vm_fault_t ret = ttm_bo_vm_reserve(tbo, vmf);

	if (ret)
		return ret;
	ret = make_accessible(ttm_to_xe_bo(tbo), err);
	if (ret) {
		dma_resv_unlock(tbo->base.resv);
		return ret;
	}

	trace_xe_bo_cpu_fault(ttm_to_xe_bo(tbo));
	ret = ttm_bo_vm_fault_reserved(vmf, vmf->vma->vm_page_prot, TTM_BO_VM_NUM_PREFAULT);
	/* TTM gave the reservation back already when it waited without the mmap lock. */
	if (ret != VM_FAULT_RETRY || vmf->flags & FAULT_FLAG_RETRY_NOWAIT)
		dma_resv_unlock(tbo->base.resv);
	return ret;
}

/* With the device awake. */
static vm_fault_t fault_awake(struct vm_fault *vmf, struct ttm_buffer_object *tbo)
{
	struct xe_validate v;
	vm_fault_t ret;
	int err;

	xe_validate_begin(&v, to_xe_device(tbo->base.dev));
	do {
		err = 0;
		ret = fault_once(vmf, tbo, &err);
	} while (xe_validate_again(&v, err));
	xe_validate_end(&v);
	return ret;
}

static vm_fault_t bo_fault(struct vm_fault *vmf)
{
	struct ttm_buffer_object *tbo = vmf->vma->vm_private_data;
	struct xe_device *xe = to_xe_device(tbo->base.dev);
	bool may_be_vram = ttm_to_xe_bo(tbo)->flags & XE_BO_VRAM_MASK;
	vm_fault_t ret;
	int idx;

	/* Whoever still looks finds zeroes, not a bus error. */
	if (xe_device_wedged(xe) || !drm_dev_enter(&xe->drm, &idx))
		return ttm_bo_vm_dummy_page(vmf, vmf->vma->vm_page_prot);

	/* Asleep, VRAM answers nothing; xe_bo_zap_mmaps() makes accesses fault then. */
	if (may_be_vram)
		xe_rpm_get(xe);
	ret = fault_awake(vmf, tbo);
	if (may_be_vram)
		xe_rpm_put(xe);
	drm_dev_exit(idx);
	return ret;
}

static int bo_access(struct vm_area_struct *vma, unsigned long addr, void *buf, int len, int write)
{
	struct ttm_buffer_object *tbo = vma->vm_private_data;
	struct xe_device *xe = to_xe_device(tbo->base.dev);
	int ret, idx;

	if (!drm_dev_enter(&xe->drm, &idx))
		return -ENODEV;
	xe_rpm_get(xe);
	ret = ttm_bo_vm_access(vma, addr, buf, len, write);
	xe_rpm_put(xe);
	drm_dev_exit(idx);
	return ret;
}

const struct vm_operations_struct xe_bo_vm_ops = {
	.open = ttm_bo_vm_open,
	.close = ttm_bo_vm_close,
	.fault = bo_fault,
	.access = bo_access,
};

/**
 * xe_bo_zap_mmaps() - take all BOs out of userspace's page tables
 * @xe: a device that is about to sleep
 *
 * The next access faults, and the fault wakes the device.
 *
 * Context: may sleep.
 */
void xe_bo_zap_mmaps(struct xe_device *xe)
{
	unmap_mapping_range(xe->ttm.dev_mapping, 0, 0, 1);
}

/* To where the CPU can map it as a whole. */
static int place_for_vmap(struct xe_bo *bo)
{
	struct ttm_operation_ctx ctx = {};
	int err = xe_bo_check_needed(bo);

	if (err || bo->ttm.pin_count)
		return err;
	if (bo->flags & XE_BO_SYSTEM)
		return xe_bo_move_to(bo, XE_PL_TT, &ctx);
	err = xe_bo_validate(bo, &ctx);
	return err ?: xe_bo_make_visible(bo, &ctx);
}

/**
 * xe_bo_vmap() - &drm_gem_object_funcs.vmap
 * @obj: one of our objects
 * @map: to be filled in
 *
 * Who has the mapping keeps it as long as they like, and writes: the memory does not move
 * until xe_bo_vunmap().
 *
 * Context: reservation held; waits for the kernel's own work on the object.
 *
 * Return: 0; -EOPNOTSUPP for memory of others, or in pieces; -EBUSY or -EINVAL when the contents
 * are not needed or lost; -ENOMEM, -ENOSPC.
 */
int xe_bo_vmap(struct drm_gem_object *obj, struct iosys_map *map)
{
	struct xe_bo *bo = gem_to_xe_bo(obj);
	int err;

	if (bo->flags & XE_BO_IMPORTED)
		return -EOPNOTSUPP;
	err = place_for_vmap(bo);
	if (err)
		return err;
	/* The mapping must be linear. */
	if (xe_bo_is_vram(bo) && xe_vram_mgr_extents(bo->ttm.resource)->n > 1)
		return -EOPNOTSUPP;
	dma_resv_wait_timeout(obj->resv, DMA_RESV_USAGE_KERNEL, false, MAX_SCHEDULE_TIMEOUT);
	ttm_bo_pin(&bo->ttm);
	err = drm_gem_ttm_vmap(obj, map);
	if (err)
		ttm_bo_unpin(&bo->ttm);
	return err;
}

/**
 * xe_bo_vunmap() - &drm_gem_object_funcs.vunmap
 * @obj: object
 * @map: from xe_bo_vmap()
 *
 * Context: reservation held.
 */
void xe_bo_vunmap(struct drm_gem_object *obj, struct iosys_map *map)
{
	drm_gem_ttm_vunmap(obj, map);
	ttm_bo_unpin(&gem_to_xe_bo(obj)->ttm);
}
