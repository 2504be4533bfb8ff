/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_VM_TYPES_H_
#define _XE_VM_TYPES_H_

/* Private to vm/: everyone else sees vm/xe_vm.h. */

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include <drm/drm_gpuvm.h>

#include "core/xe_addr_space.h"
#include "vm/xe_bind_pending.h"
#include "vm/xe_pt.h"
#include "vm/xe_vm.h"

struct drm_exec;
struct drm_gpu_scheduler;
struct xe_bind_queue;
struct xe_bo;
struct xe_faults;
struct xe_ip;
struct xe_vm_refused;
struct xe_vma;

/**
 * struct xe_vm_table - what all address spaces of a device share
 * @asids: address space of each ASID in use
 * @next_asid: where to look for a free one: numbers are reused as late as possible
 * @lock: protects @asids and @next_asid
 * @sched: runs the bind jobs
 * @ip: graphics IP of the device
 * @faults: vm/xe_vm_fault.c; NULL where there are none
 * @lr_wq: brings memory of long-running address spaces back; frozen while the system sleeps
 * @next_fail: see xe_bind_part_to_fail()
 */
struct xe_vm_table {
	struct xarray asids;
	u32 next_asid;
	struct mutex lock;	/* @asids, @next_asid */
	struct drm_gpu_scheduler *sched;
	const struct xe_ip *ip;
	struct xe_faults *faults;
	struct workqueue_struct *lr_wq;
	atomic_t next_fail;
};

/* enum xe_vm_state - an address space is usable until its file closes it */
enum xe_vm_state {
	XE_VM_ACTIVE,
	XE_VM_CLOSED,
};

/**
 * struct xe_vm - an address space
 * @as: what contexts and queues know of it
 * @gpuvm: its mappings
 * @ref: by the file, queues, jobs and private BOs; mappings and page tables have none
 * @xe: device
 * @flags: &enum xe_vm_flags
 * @lock: see vm/xe_vm.c
 * @mappings_lock: held when a mapping enters or leaves @gpuvm, beside @lock for write; for
 *	who must look at them and may not sleep
 * @state: read and written under @lock
 * @tree: page tables per tile; under @as.resv
 * @queue: for binds without a queue of their own; NULL for kernel address spaces
 * @rebind_queue: for mappings that follow their memory to its new place; likewise
 * @rebind: &xe_vma.link of mappings whose memory is back but not yet bound; under @as.resv
 * @pending: binds that may not be done; under @as.resv
 * @userptrs_stale: snapshots of user memory that nobody looked after yet; under @notifier_lock
 *	for write
 * @repin_lock: one at a time takes new ones
 * @notifier_lock: snapshots of user memory do not turn stale while it is held; inside @as.resv
 * @userptrs_changed: how often one did; counted under @notifier_lock for write
 * @userptrs_seen: of these, how many are in @rebind, or bound; under @repin_lock
 * @validating: who brings BOs back for it and must not evict others that it maps; under @as.resv
 * @lr_queues: queues with preempt fences, see vm/xe_vm_lr.c; under @lock for write
 * @n_lr_queues: how many
 * @lr_resume: lets them run again; holds a reference
 * @refused: page faults that were refused, see vm/xe_vm_refused.c; NULL until there is one
 * @n_refused: how many
 * @refused_lock: protects @refused and @n_refused
 * @destroy: the end, where sleeping is allowed
 */
struct xe_vm {
	struct xe_addr_space as;
	struct drm_gpuvm gpuvm;
	struct kref ref;
	struct xe_device *xe;
	u32 flags;
	struct rw_semaphore lock;
	spinlock_t mappings_lock;		/* see above */
	enum xe_vm_state state;
	struct xe_pt_tree tree[XE_MAX_TILES];
	struct xe_bind_queue *queue, *rebind_queue;
	struct list_head rebind;
	struct xe_bind_pendings pending;
	struct list_head userptrs_stale;
	struct mutex repin_lock;		/* see above */
	struct rw_semaphore notifier_lock;	/* see above; nothing is allocated under it */
	u64 userptrs_changed, userptrs_seen;
	struct task_struct *validating;
	struct list_head lr_queues;
	unsigned int n_lr_queues;
	struct delayed_work lr_resume;
	struct xe_vm_refused *refused;
	unsigned int n_refused;
	struct mutex refused_lock;		/* see above; no lock is taken under it */
	struct work_struct destroy;
};

/* xe_vm_plan.c, made of: */
extern const struct drm_gpuvm_ops xe_gpuvm_ops;
/* xe_vm.c */
void xe_vm_gpuvm_free(struct drm_gpuvm *gpuvm);
/* xe_vm_zap() - the device finds nothing in [@va, @end) any more. XE_VM_FAULT only */
void xe_vm_zap(struct xe_vm *vm, u64 va, u64 end);
/* xe_vm_asid_free() - from here on xe_vm_by_asid() does not find it */
void xe_vm_asid_free(struct xe_vm *vm);
/* xe_vm_by_asid() - with a reference, or NULL */
struct xe_vm *xe_vm_by_asid(struct xe_device *xe, u32 asid);
/* xe_vm_rebind.c */
int xe_vm_repin_vma(struct xe_vm *vm, struct xe_vma *vma, bool may_miss);
int xe_vm_revalidate(struct xe_vm *vm, struct drm_exec *exec);
int xe_vm_place_bo(struct xe_vm *vm, struct xe_bo *bo, bool evict_own);
int xe_vm_bo_validate(struct drm_gpuvm_bo *vm_bo, struct drm_exec *exec);
void xe_vm_rebind_init(void);

static inline struct xe_vm *gpuvm_to_xe_vm(struct drm_gpuvm *gpuvm)
{
	return container_of(gpuvm, struct xe_vm, gpuvm);
}

#endif
