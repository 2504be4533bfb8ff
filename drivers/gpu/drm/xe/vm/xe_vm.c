// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Address spaces
 *
 * An address space is a &drm_gpuvm, a set of page tables per tile, and the locks that
 * keep the two together.
 *
 * Locks, outer first:
 *
 * 1. &xe_vm.lock: the mappings. For write: VM_BIND, close. For read: submission
 *    and page faults, so that what was validated stays so until the job is armed.
 * 2. the process's mmap lock: user memory is looked at while a bind is planned.
 * 3. the address space's reservation, then those of other BOs (ww mutexes, under one
 *    ticket): page tables as staged, links between BOs and mappings, &xe_vm.rebind,
 *    &xe_vm.pending, placement of BOs. Memory may be allocated and reclaimed here.
 * 4. &xe_vm.notifier_lock: user memory stays what it was found to be. Nothing is
 *    allocated under it and what follows.
 * 5. whatever fence signalling takes: the scheduler's locks, the firmware's message
 *    queue. A bind job takes none of 1 to 4; what must be freed under them is freed
 *    by a worker.
 *
 * Life: the file closes the address space, which waits for what runs in it, unmaps
 * everything and frees all tables but the roots, which contexts still point to. The
 * roots go with the last reference.
 */
#include "vm/xe_vm.h"

#include <linux/dma-resv.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include <drm/drm_drv.h>
#include <drm/drm_managed.h>

#include "core/xe_log.h"
#include "core/xe_mmio.h"
#include "core/xe_platform.h"
#include "core/xe_rpm.h"
#include "gt/xe_pat.h"
#include "gt/xe_tlb_inval.h"
#include "mem/xe_bo.h"
#include "mem/xe_validate.h"
#include "vm/xe_bind_job.h"
#include "vm/xe_bind_queue.h"
#include "vm/xe_pt_stage.h"
#include "vm/xe_pte.h"
#include "vm/xe_vm_lr.h"
#include "vm/xe_vm_trace.h"
#include "vm/xe_vm_types.h"

#define XE_ASID_MAX	(BIT(20) - 1)

/* ---- what all address spaces share ---- */

static void prime_locks(struct rw_semaphore *lock)
{
	if (!IS_ENABLED(CONFIG_LOCKDEP))
		return;
	/* A VM_BIND allocates, and pins user memory. */
	down_write(lock);
	fs_reclaim_acquire(GFP_KERNEL);
	fs_reclaim_release(GFP_KERNEL);
	if (current->mm)
		might_lock_read(&current->mm->mmap_lock);
	up_write(lock);
}

/* What a notifier may do that is called in reclaim. */
static void prime_notifier_lock(struct rw_semaphore *lock)
{
	if (!IS_ENABLED(CONFIG_LOCKDEP))
		return;
	fs_reclaim_acquire(GFP_KERNEL);
	might_lock(lock);
	fs_reclaim_release(GFP_KERNEL);
}

/**
 * xe_vms_init() - prepare a device for address spaces
 * @xe: device whose GTs and VRAM are known
 *
 * Return: 0 or -ENOMEM.
 */
int xe_vms_init(struct xe_device *xe)
{
	struct xe_vm_table *vms;
	int err;

	vms = drmm_kzalloc(&xe->drm, sizeof(*vms), GFP_KERNEL);
	if (!vms)
		return -ENOMEM;
	vms->ip = xe_device_root_tile(xe)->primary_gt->ip;
	err = drmm_mutex_init(&xe->drm, &vms->lock);
	if (err)
		return err;
	xa_init_flags(&vms->asids, XA_FLAGS_ALLOC1);
	vms->lr_wq = alloc_workqueue("xe-lr", WQ_UNBOUND | WQ_FREEZABLE, 0);
	if (!vms->lr_wq)
		return -ENOMEM;
	err = drmm_add_action_or_reset(&xe->drm, __drmm_workqueue_release, vms->lr_wq);
	if (err)
		return err;
	xe->vms = vms;
	xe_vm_rebind_init();
	return xe_bind_sched_init(xe);
}

static int asid_alloc(struct xe_vm *vm)
{
	struct xe_vm_table *vms = vm->xe->vms;
	int err;

	/* The kernel's own address spaces take no faults and are invalidated as a whole. */
	if (vm->flags & XE_VM_KERNEL || !vms->ip->has_usm)
		return 0;

	guard(mutex)(&vms->lock);
	err = xa_alloc_cyclic(&vms->asids, &vm->as.asid, vm, XA_LIMIT(1, XE_ASID_MAX),
			      &vms->next_asid, GFP_KERNEL);
	return min(err, 0);
}

/**
 * xe_vm_asid_free() - from here on it is not found by its number
 * @vm: address space
 */
void xe_vm_asid_free(struct xe_vm *vm)
{
	struct xe_vm_table *vms = vm->xe->vms;

	if (!vm->as.asid)
		return;
	guard(mutex)(&vms->lock);
	xa_erase(&vms->asids, vm->as.asid);
}

/**
 * xe_vm_by_asid() - look up an address space by what the hardware calls it
 * @xe: device
 * @asid: number
 *
 * Return: the address space, with a reference, or NULL.
 */
struct xe_vm *xe_vm_by_asid(struct xe_device *xe, u32 asid)
{
	struct xe_vm_table *vms = xe->vms;
	struct xe_vm *vm;

	/* It gives its number back before its last reference. */
	guard(mutex)(&vms->lock);
	vm = xa_load(&vms->asids, asid);
	return vm ? xe_vm_get(vm) : NULL;
}

/* ---- page table memory ---- */

static int table_alloc(struct xe_pt_tree *tree, struct xe_pt_mem *mem)
{
	struct xe_tile *tile = tree->priv;
	struct xe_vm *vm = container_of(tree, struct xe_vm, tree[tile->id]);
	struct ttm_operation_ctx ctx = {
		.interruptible = true,
		.gfp_retry_mayfail = true,
	};
	const struct xe_bo_params p = {
		.size = XE_PT_BYTES,
		.flags = XE_BO_VRAM_IF_DGFX(tile) | XE_BO_PAGETABLE | XE_BO_PINNED | XE_BO_VMAP |
			 XE_BO_CPU_VISIBLE,
		.as = &vm->as,
		.ctx = &ctx,
	};
	struct xe_bo *bo;

	bo = xe_bo_create(vm->xe, &p);
	if (IS_ERR(bo))
		return PTR_ERR(bo);
	mem->priv = bo;
	mem->map = bo->vmap;
	mem->addr = xe_bo_addr(bo, 0, NULL, NULL);
	return 0;
}

static void table_free(struct xe_pt_tree *tree, struct xe_pt_mem *mem)
{
	xe_bo_put(mem->priv);
}

static const struct xe_pt_mem_ops table_ops = {
	.alloc = table_alloc,
	.free = table_free,
};

static int tree_init(struct xe_vm *vm, struct xe_tile *tile)
{
	struct xe_pt_tree *tree = &vm->tree[tile->id];
	struct xe_device *xe = vm->xe;
	int err;

	*tree = (struct xe_pt_tree){
		.ops = &table_ops,
		.priv = tile,
		.levels = xe->platform->vm_levels,
		.pde_pat = xe_pde_pat(xe),
		.need_64k = xe->platform->need_64k,
		.can_compact = xe->vms->ip->ver >= 1250,
		.can_zap = vm->flags & XE_VM_FAULT,
	};
	err = xe_pt_tree_init(tree, vm->flags & XE_VM_SCRATCH, xe_pat_index(xe, XE_CACHE_WB),
			      xe->platform->is_dgfx);
	if (!err)
		vm->as.root[tile->id] = xe_pt_pde(tree, tree->root);
	return err;
}

static int trees_init(struct xe_vm *vm)
{
	struct xe_tile *tile;
	unsigned int id;
	int err;

	dma_resv_lock(vm->as.resv, NULL);
	for_each_tile(tile, vm->xe, id) {
		err = tree_init(vm, tile);
		if (err)
			break;
	}
	dma_resv_unlock(vm->as.resv);
	return err;
}

static void trees_fini(struct xe_vm *vm)
{
	unsigned int id;

	for (id = 0; id < XE_MAX_TILES; id++)
		if (vm->tree[id].ops)
			xe_pt_tree_fini(&vm->tree[id]);
}

static int trees_create(struct xe_vm *vm)
{
	struct xe_validate v;
	int err;

	xe_validate_begin(&v, vm->xe);
	do {
		err = trees_init(vm);
		if (err)
			trees_fini(vm);
	} while (xe_validate_again(&v, err));
	xe_validate_end(&v);
	return err;
}

/* ---- making and referencing ---- */

static struct xe_addr_space *as_get(struct xe_addr_space *as)
{
	return &xe_vm_get(as_to_xe_vm(as))->as;
}

static void as_put(struct xe_addr_space *as)
{
	xe_vm_put(as_to_xe_vm(as));
}

static const struct xe_addr_space_ops as_ops = {
	.get = as_get,
	.put = as_put,
	.preempted = xe_vm_lr_preempted,
};

/**
 * xe_vm_gpuvm_free() - &drm_gpuvm_ops.vm_free
 * @gpuvm: base
 */
void xe_vm_gpuvm_free(struct drm_gpuvm *gpuvm)
{
	struct xe_vm *vm = gpuvm_to_xe_vm(gpuvm);

	ttm_lru_bulk_move_fini(&vm->xe->ttm, &vm->as.lru);
	kfree(vm->refused);
	mutex_destroy(&vm->refused_lock);
	mutex_destroy(&vm->repin_lock);
	kfree(vm);
}

static void vm_destroy(struct work_struct *work)
{
	struct xe_vm *vm = container_of(work, struct xe_vm, destroy);
	struct xe_device *xe = vm->xe;

	trace_xe_vm_free(vm);
	xe_vm_close(vm);
	trees_fini(vm);
	if (vm->flags & XE_VM_LR)
		xe_rpm_put(xe);
	drm_gpuvm_put(&vm->gpuvm);
}

static struct xe_vm *vm_alloc(struct xe_device *xe, u32 flags)
{
	struct drm_gem_object *resv_obj;
	struct xe_vm *vm;

	vm = kzalloc_obj(*vm);
	if (!vm)
		return NULL;
	resv_obj = drm_gpuvm_resv_object_alloc(&xe->drm);
	if (!resv_obj) {
		kfree(vm);
		return NULL;
	}
	drm_gpuvm_init(&vm->gpuvm, "xe", DRM_GPUVM_RESV_PROTECTED, &xe->drm, resv_obj,
		       0, 1ull << xe->platform->va_bits, 0, 0, &xe_gpuvm_ops);
	drm_gem_object_put(resv_obj);

	kref_init(&vm->ref);
	vm->xe = xe;
	vm->flags = flags;
	init_rwsem(&vm->lock);
	spin_lock_init(&vm->mappings_lock);
	prime_locks(&vm->lock);
	INIT_LIST_HEAD(&vm->rebind);
	xe_bind_pendings_init(&vm->pending);
	INIT_LIST_HEAD(&vm->userptrs_stale);
	mutex_init(&vm->repin_lock);
	mutex_init(&vm->refused_lock);
	init_rwsem(&vm->notifier_lock);
	prime_notifier_lock(&vm->notifier_lock);
	xe_vm_lr_init(vm);
	INIT_WORK(&vm->destroy, vm_destroy);
	vm->as.resv = drm_gpuvm_resv(&vm->gpuvm);
	ttm_lru_bulk_move_init(&vm->as.lru);
	vm->as.lr_mode = flags & XE_VM_LR;
	vm->as.fault_mode = flags & XE_VM_FAULT;
	vm->as.flush_each_job = flags & XE_VM_SCRATCH && !(flags & XE_VM_LR);
	vm->as.ops = &as_ops;
	/* Its jobs hold no reference to the device's power while they run. */
	if (flags & XE_VM_LR)
		xe_rpm_get_noresume(xe);
	return vm;
}

static int queues_init(struct xe_vm *vm)
{
	if (vm->flags & XE_VM_KERNEL)
		return 0;

	vm->queue = xe_bind_queue_create_own(vm->xe);
	if (IS_ERR(vm->queue)) {
		vm->queue = NULL;
		return -ENOMEM;
	}
	vm->rebind_queue = xe_bind_queue_create_own(vm->xe);
	if (IS_ERR(vm->rebind_queue)) {
		vm->rebind_queue = NULL;
		return -ENOMEM;
	}
	return 0;
}

/**
 * xe_vm_create() - make an address space
 * @xe: device, awake
 * @flags: &enum xe_vm_flags
 *
 * Context: process; may evict.
 *
 * Return: the address space with one reference, or ERR_PTR(-ENOMEM).
 */
struct xe_vm *xe_vm_create(struct xe_device *xe, u32 flags)
{
	struct xe_vm *vm;
	int err;

	vm = vm_alloc(xe, flags);
	if (!vm)
		return ERR_PTR(-ENOMEM);
	err = trees_create(vm);
	if (!err)
		err = queues_init(vm);
	if (!err)
		err = asid_alloc(vm);
	if (err) {
		xe_vm_close(vm);
		xe_vm_put(vm);
		return ERR_PTR(err);
	}
	trace_xe_vm_create(vm);
	return vm;
}

/**
 * xe_vm_get() - one more reference
 * @vm: address space
 *
 * Return: @vm.
 */
struct xe_vm *xe_vm_get(struct xe_vm *vm)
{
	kref_get(&vm->ref);
	return vm;
}

static void vm_release(struct kref *ref)
{
	struct xe_vm *vm = container_of(ref, struct xe_vm, ref);

	queue_work(vm->xe->destroy_wq, &vm->destroy);
}

/**
 * xe_vm_put() - drop a reference
 * @vm: address space
 *
 * Context: any.
 */
void xe_vm_put(struct xe_vm *vm)
{
	kref_put(&vm->ref, vm_release);
}

/* ---- page faults ---- */

static u32 zap_tables(struct xe_vm *vm, u64 va, u64 end)
{
	struct xe_device *xe = vm->xe;
	struct xe_tile *tile;
	unsigned int id;
	u32 tiles = 0;
	int idx;

	/* An unplugged device has no page tables any more. */
	if (!drm_dev_enter(&xe->drm, &idx))
		return 0;
	for_each_tile(tile, xe, id)
		if (xe_pt_zap(&vm->tree[id], va, end))
			tiles |= BIT(id);
	xe_device_wmb(xe);
	drm_dev_exit(idx);
	return tiles;
}

/**
 * xe_vm_zap() - take translations away from the device
 * @vm: address space that takes page faults; binds of the range are done
 * @va: first byte
 * @end: byte after the last one
 *
 * Done on return. Accesses fault, and find the mappings.
 *
 * Context: sleeps; allocates nothing; may be called in reclaim.
 */
void xe_vm_zap(struct xe_vm *vm, u64 va, u64 end)
{
	u32 tiles = zap_tables(vm, va, end);
	struct xe_gt *gt;
	unsigned int id;

	for_each_gt(gt, vm->xe, id)
		if (tiles & BIT(gt->tile->id))
			xe_tlb_inval_range_sync(gt, va, end - va, vm->as.asid);
}

/* ---- small things ---- */

/**
 * xe_vm_as() - what contexts and queues are given
 * @vm: address space
 *
 * Return: the part of it that lower layers know; no reference is taken.
 */
struct xe_addr_space *xe_vm_as(struct xe_vm *vm)
{
	return &vm->as;
}

/**
 * as_to_xe_vm() - the way back
 * @as: of an address space
 *
 * Return: the address space.
 */
struct xe_vm *as_to_xe_vm(struct xe_addr_space *as)
{
	return container_of(as, struct xe_vm, as);
}

/**
 * xe_vm_flags() - how it was made
 * @vm: address space
 *
 * Return: &enum xe_vm_flags.
 */
u32 xe_vm_flags(const struct xe_vm *vm)
{
	return vm->flags;
}

/**
 * xe_vm_gpuvm() - to lock all BOs that it maps
 * @vm: address space
 *
 * Return: its base.
 */
struct drm_gpuvm *xe_vm_gpuvm(struct xe_vm *vm)
{
	return &vm->gpuvm;
}

/**
 * xe_vm_begin_bind() - keep everyone else from changing the mappings
 * @vm: address space
 *
 * Return: 0, with xe_vm_end_bind() to follow; -EINTR; -ENOENT when it is closed.
 */
int xe_vm_begin_bind(struct xe_vm *vm)
{
	int err = down_write_killable(&vm->lock);

	if (err)
		return err;
	if (XE_IOCTL_DBG(vm->xe, vm->state != XE_VM_ACTIVE)) {
		up_write(&vm->lock);
		return -ENOENT;
	}
	return 0;
}

/**
 * xe_vm_end_bind() - let others
 * @vm: address space
 */
void xe_vm_end_bind(struct xe_vm *vm)
{
	up_write(&vm->lock);
}

/**
 * xe_vm_begin_exec() - keep binds away while a job is made
 * @vm: address space
 *
 * Return: 0, with xe_vm_end_exec() to follow; -EINTR; -ECANCELED when it is closed.
 */
int xe_vm_begin_exec(struct xe_vm *vm)
{
	int err = down_read_interruptible(&vm->lock);

	if (err)
		return err;
	if (XE_IOCTL_DBG(vm->xe, vm->state != XE_VM_ACTIVE)) {
		up_read(&vm->lock);
		return -ECANCELED;
	}
	return 0;
}

/**
 * xe_vm_end_exec() - let binds go on
 * @vm: address space
 */
void xe_vm_end_exec(struct xe_vm *vm)
{
	up_read(&vm->lock);
}

/* ---- the kernel's own mappings ---- */

/**
 * struct kernel_source - memory of the kernel
 * @base: base
 * @bo: BO
 */
struct kernel_source {
	struct xe_pt_source base;
	struct xe_bo *bo;
};

static u64 kernel_addr(const struct xe_pt_source *base, u64 offset, bool *vram, u64 *contig)
{
	const struct kernel_source *src = container_of_const(base, struct kernel_source, base);

	return xe_bo_addr(src->bo, offset, vram, contig);
}

/* Nothing runs yet where this is mapped: no job, no TLB. */
static int map_now(struct xe_vm *vm, struct xe_tile *tile, u64 addr, u64 size,
		   const struct xe_pt_source *src)
{
	struct xe_pt_txn txn;
	int err;

	xe_pt_txn_init(&txn, &vm->tree[tile->id]);
	dma_resv_lock(vm->as.resv, NULL);
	err = xe_pt_stage_map(&txn, addr, size, src);
	if (err)
		xe_pt_txn_abort(&txn);
	else
		xe_pt_txn_apply(&txn);
	dma_resv_unlock(vm->as.resv);
	xe_device_wmb(vm->xe);
	xe_pt_txn_fini(&txn);
	return err;
}

/**
 * xe_vm_bind_kernel() - map a BO into an address space of the kernel
 * @vm: address space, made with XE_VM_KERNEL
 * @bo: pinned; the caller keeps it longer than @vm
 * @addr: where; nothing is mapped there
 *
 * Done on return, on all tiles.
 *
 * Return: 0, -ENOMEM, -ENOBUFS, -ENOSPC.
 */
int xe_vm_bind_kernel(struct xe_vm *vm, struct xe_bo *bo, u64 addr)
{
	const struct kernel_source src = {
		.base.addr = kernel_addr,
		.base.pat_index = xe_pat_index(vm->xe, XE_CACHE_WB),
		.bo = bo,
	};
	struct xe_tile *tile;
	unsigned int id;
	int err = 0;

	guard(rwsem_write)(&vm->lock);
	for_each_tile(tile, vm->xe, id) {
		err = map_now(vm, tile, addr, xe_bo_size(bo), &src.base);
		if (err)
			break;
	}
	return err;
}
