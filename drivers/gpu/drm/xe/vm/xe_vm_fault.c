// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Page faults
 *
 * A fault is taken in the interrupt and put on one of a few queues, by address space, so
 * that those of one address space are answered in order: what the first one bound, the
 * others find. The worker of the queue looks the mapping up, brings its memory to where the
 * access can use it, binds it on all tiles, and answers.
 *
 * A fault whose translation the device would find by now is answered at once. One that
 * nothing can be done about is refused, which ends the context that waits for it, and
 * remembered for who owns the address space.
 */
#include "vm/xe_vm_fault.h"

#include <linux/kfifo.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include <drm/drm_managed.h>

#include "abi/guc_fault.h"
#include "core/xe_log.h"
#include "core/xe_platform.h"
#include "core/xe_rpm.h"
#include "core/xe_stats.h"
#include "guc/xe_guc.h"
#include "vm/xe_vm_bind.h"
#include "vm/xe_vm_refused.h"
#include "vm/xe_vm_trace.h"
#include "vm/xe_vm_types.h"
#include "vm/xe_vma.h"

#define N_QUEUES	4
/* Faults per queue; a power of two. An engine waits for one at a time, an EU for one each. */
#define MAX_FAULTS	1024
/* Memory that changes faster than it can be bound. */
#define MAX_TRIES	16

/**
 * struct taken - a fault that was taken
 * @gt: GT that faulted
 * @reset: &xe_faults.resets of @gt when it did
 * @fault: fault
 */
struct taken {
	struct xe_gt *gt;
	u32 reset;
	struct xe_guc_fault fault;
};

/**
 * struct fault_queue - faults of some address spaces
 * @lock: several GTs put faults in
 * @work: takes them out
 * @fifo: oldest first
 */
struct fault_queue {
	spinlock_t lock;	/* see above; irq */
	struct work_struct work;
	DECLARE_KFIFO(fifo, struct taken, MAX_FAULTS);
};

/**
 * struct xe_faults - page faults of a device
 * @wq: for the workers; memory may not come back before a fault is answered. Frozen while
 *	the system sleeps, so that nothing comes back to VRAM that was emptied
 * @resets: per GT, how often its faults were forgotten
 * @queue: by ASID
 */
struct xe_faults {
	struct workqueue_struct *wq;
	u32 resets[XE_MAX_GTS];
	struct fault_queue *queue[N_QUEUES];
};

static bool is_write(const struct xe_guc_fault *fault)
{
	return fault->access != GUC_ACCESS_READ;
}

static bool is_atomic(const struct xe_gt *gt, const struct xe_guc_fault *fault)
{
	return fault->access == GUC_ACCESS_ATOMIC && gt->ip->has_atomic_enable_pte_bit;
}

/* The device would find what it needs: another fault of the same page was answered before. */
static bool is_bound(struct xe_vm *vm, const struct xe_gt *gt, const struct xe_guc_fault *fault,
		     u64 addr)
{
	u64 pte = xe_pt_lookup(&vm->tree[gt->tile->id], addr);

	return pte && (!is_write(fault) || pte & XE_PTE_WRITE) &&
	       (!is_atomic(gt, fault) || pte & XE_PTE_ATOMIC);
}

static int serve_vma(struct xe_vm *vm, struct xe_vma *vma, struct xe_gt *gt,
		     const struct xe_guc_fault *fault, u64 addr)
{
	/* Atomics that the entry does not allow work in VRAM. */
	u32 region = is_atomic(gt, fault) ? gt->tile->id + 1 : 0;
	unsigned int tries;
	int err;

	trace_xe_vma_pagefault(vm, vma);
	if (vma->flags & XE_VMA_READ_ONLY && is_write(fault))
		return -EPERM;
	xe_stat_add(gt, XE_STAT_VMA_FAULT, 1);
	xe_stat_add(gt, XE_STAT_VMA_FAULT_KB, vma->base.va.range / SZ_1K);

	for (tries = 0; tries < MAX_TRIES; tries++) {
		if (is_bound(vm, gt, fault, addr))
			return 0;
		/* System memory may do where the mapping says that it does. */
		err = xe_vm_bind_fault(vm, vma, tries ? region : 0);
		if (err && err != -EAGAIN)
			return err;
	}
	return -EAGAIN;
}

static int serve(struct xe_vm *vm, struct xe_gt *gt, const struct xe_guc_fault *fault, u64 addr)
{
	struct drm_gpuva *va;

	guard(rwsem_read)(&vm->lock);
	if (vm->state != XE_VM_ACTIVE || !(vm->flags & XE_VM_FAULT))
		return -ENOENT;
	va = drm_gpuva_find_first(&vm->gpuvm, addr, SZ_4K);
	return va ? serve_vma(vm, gpuva_to_xe_vma(va), gt, fault, addr) : -EFAULT;
}

static int serve_or_remember(struct xe_gt *gt, const struct xe_guc_fault *fault)
{
	struct xe_device *xe = gt_to_xe(gt);
	const struct xe_vm_refused refused = {
		.addr = fault->addr & (BIT_ULL(xe->platform->va_bits) - 1),
		.access = fault->access,
		.type = fault->type,
		.level = fault->level,
	};
	struct xe_vm *vm = xe_vm_by_asid(xe, fault->asid);
	int err;

	if (!vm)
		return -ENOENT;
	err = serve(vm, gt, fault, refused.addr);
	if (err)
		xe_vm_refused_add(vm, &refused);
	xe_vm_put(vm);
	return err;
}

static void answer(struct xe_faults *faults, const struct taken *t)
{
	const struct xe_guc_fault *f = &t->fault;
	int err = serve_or_remember(t->gt, f);

	if (err && f->prefetch)
		xe_stat_add(t->gt, XE_STAT_BAD_PREFETCH, 1);
	if (err)
		xe_gt_dbg(t->gt, "fault refused: address %#llx asid %u type %u access %u class %u instance %u: %pe\n",
			  f->addr, f->asid, f->type, f->access, f->engine_class,
			  f->engine_instance, ERR_PTR(err));
	/* The firmware of after a reset has not asked. */
	if (READ_ONCE(faults->resets[t->gt->id]) == t->reset)
		xe_guc_fault_reply(t->gt, f, !err);
}

static struct xe_faults *gt_faults(struct xe_gt *gt)
{
	return gt_to_xe(gt)->vms->faults;
}

static void serve_work(struct work_struct *work)
{
	struct fault_queue *q = container_of(work, struct fault_queue, work);
	struct taken t;

	while (kfifo_out_spinlocked(&q->fifo, &t, 1, &q->lock)) {
		/* An address space that is closed keeps no device awake. */
		guard(xe_rpm)(gt_to_xe(t.gt));
		answer(gt_faults(t.gt), &t);
		cond_resched();
	}
}

static int take(struct xe_gt *gt, const struct xe_guc_fault *fault)
{
	struct xe_faults *faults = gt_faults(gt);
	struct fault_queue *q = faults->queue[fault->asid % N_QUEUES];
	const struct taken t = {
		.gt = gt,
		.reset = READ_ONCE(faults->resets[gt->id]),
		.fault = *fault,
	};

	guard(spinlock_irqsave)(&q->lock);
	if (!kfifo_put(&q->fifo, t))
		return -ENOSPC;
	queue_work(faults->wq, &q->work);
	return 0;
}

/**
 * xe_vm_faults_forget() - faults so far need no answer
 * @gt: GT that is being reset; its messages are stopped
 */
void xe_vm_faults_forget(struct xe_gt *gt)
{
	struct xe_faults *faults = gt_faults(gt);

	if (faults)
		WRITE_ONCE(faults->resets[gt->id], faults->resets[gt->id] + 1);
}

static void faults_fini(void *arg)
{
	struct xe_device *xe = arg;
	struct xe_gt *gt;
	unsigned int id;

	for_each_gt(gt, xe, id)
		xe_guc_set_fault_handler(gt, NULL);
	for (id = 0; id < N_QUEUES; id++)
		flush_work(&xe->vms->faults->queue[id]->work);
}

static int queue_init(struct xe_device *xe, struct fault_queue **out)
{
	struct fault_queue *q = drmm_kzalloc(&xe->drm, sizeof(*q), GFP_KERNEL);

	if (!q)
		return -ENOMEM;
	spin_lock_init(&q->lock);
	INIT_WORK(&q->work, serve_work);
	INIT_KFIFO(q->fifo);
	*out = q;
	return 0;
}

/**
 * xe_vm_faults_init() - resolve page faults
 * @xe: device with address spaces
 *
 * Return: 0 or -ENOMEM. Until the device is unbound.
 */
int xe_vm_faults_init(struct xe_device *xe)
{
	struct xe_faults *faults;
	struct xe_gt *gt;
	unsigned int id;
	int err;

	if (!xe->vms->ip->has_usm)
		return 0;
	faults = drmm_kzalloc(&xe->drm, sizeof(*faults), GFP_KERNEL);
	if (!faults)
		return -ENOMEM;
	faults->wq = alloc_workqueue("xe-faults", WQ_UNBOUND | WQ_HIGHPRI | WQ_FREEZABLE, N_QUEUES);
	if (!faults->wq)
		return -ENOMEM;
	err = drmm_add_action_or_reset(&xe->drm, __drmm_workqueue_release, faults->wq);
	if (err)
		return err;
	for (id = 0; id < N_QUEUES; id++) {
		err = queue_init(xe, &faults->queue[id]);
		if (err)
			return err;
	}
	xe->vms->faults = faults;
	for_each_gt(gt, xe, id)
		xe_guc_set_fault_handler(gt, take);
	return devm_add_action_or_reset(xe->drm.dev, faults_fini, xe);
}
