// SPDX-License-Identifier: GPL-2.0
/*
 * The end of an address space: everything is unmapped, then the mappings go, then the page
 * tables. The rest of it stays until nothing points to it any more.
 */
#include <linux/dma-resv.h>

#include <drm/drm_drv.h>
#include <drm/drm_exec.h>

#include "core/xe_log.h"
#include "core/xe_mmio.h"
#include "core/xe_platform.h"
#include "core/xe_rpm.h"
#include "gt/xe_tlb_inval.h"
#include "mem/xe_bo.h"
#include "vm/xe_bind_queue.h"
#include "vm/xe_vm_types.h"
#include "vm/xe_vma.h"

/* No engine finds or remembers anything any more. */
static void unmap_all(struct xe_vm *vm)
{
	struct xe_device *xe = vm->xe;
	struct xe_gt *gt;
	unsigned int id;
	int idx;

	guard(xe_rpm)(xe);
	if (!drm_dev_enter(&xe->drm, &idx))
		return;

	for (id = 0; id < xe->tile_count; id++)
		if (vm->tree[id].root)
			xe_pt_tree_clear(&vm->tree[id]);
	xe_device_wmb(xe);

	/* Without memory: what follows frees what a job without end may still use. */
	for_each_gt(gt, xe, id)
		if (vm->as.asid)
			xe_tlb_inval_range_sync(gt, 0, 1ull << xe->platform->va_bits, vm->as.asid);
	drm_dev_exit(idx);
}

/* A mapping of a BO with a reservation of its own. */
static void end_shared_vma(struct xe_vm *vm, struct xe_vma *vma)
{
	struct drm_exec exec;

	scoped_guard(spinlock, &vm->mappings_lock)
		drm_gpuva_remove(&vma->base);
	drm_exec_init(&exec, 0, 2);
	drm_exec_until_all_locked(&exec) {
		int err = drm_exec_lock_obj(&exec, drm_gpuvm_resv_obj(&vm->gpuvm));

		if (!err)
			err = drm_exec_lock_obj(&exec, &vma->bo->ttm.base);
		drm_exec_retry_on_contention(&exec);
		if (err)
			xe_err(vm->xe, "cannot lock a mapping to end it: %d\n", err);
	}
	xe_vma_unlink(vma);
	drm_exec_fini(&exec);
	xe_vma_free(vma);
}

/*
 * All but those of shared BOs need the address space's reservation alone, and it is taken
 * once for them: there may be a million. They are freed after it, as may be the BOs.
 */
static void end_vmas(struct xe_vm *vm)
{
	struct drm_gpuva *va, *next_va;
	struct xe_vma *vma, *next;
	LIST_HEAD(ended);

	dma_resv_lock(vm->as.resv, NULL);
	drm_gpuvm_for_each_va_safe(va, next_va, &vm->gpuvm) {
		vma = gpuva_to_xe_vma(va);
		vma->followed = false;
		if (vma->bo && drm_gpuvm_is_extobj(&vm->gpuvm, &vma->bo->ttm.base))
			continue;
		scoped_guard(spinlock, &vm->mappings_lock)
			drm_gpuva_remove(va);
		xe_vma_unlink(vma);
		list_add_tail(&vma->link, &ended);
	}
	dma_resv_unlock(vm->as.resv);

	list_for_each_entry_safe(vma, next, &ended, link)
		xe_vma_free(vma);
	drm_gpuvm_for_each_va_safe(va, next_va, &vm->gpuvm)
		end_shared_vma(vm, gpuva_to_xe_vma(va));
}

/**
 * xe_vm_close() - the end of an address space for userspace
 * @vm: address space; a second call does nothing
 *
 * Waits for all jobs and binds in it. Long-running jobs end or fault from here on.
 *
 * Context: process; sleeps.
 */
void xe_vm_close(struct xe_vm *vm)
{
	unsigned int id;

	scoped_guard(rwsem_write, &vm->lock) {
		if (vm->state == XE_VM_CLOSED)
			return;
		vm->state = XE_VM_CLOSED;

		dma_resv_wait_timeout(vm->as.resv, DMA_RESV_USAGE_BOOKKEEP, false,
				      MAX_SCHEDULE_TIMEOUT);
		unmap_all(vm);
		end_vmas(vm);
		for (id = 0; id < XE_MAX_TILES; id++)
			if (vm->tree[id].root)
				xe_pt_tree_prune(&vm->tree[id]);

		dma_resv_lock(vm->as.resv, NULL);
		xe_bind_pendings_fini(&vm->pending);
		dma_resv_unlock(vm->as.resv);
	}
	xe_vm_asid_free(vm);
	xe_bind_queue_put(vm->queue);
	xe_bind_queue_put(vm->rebind_queue);
}
