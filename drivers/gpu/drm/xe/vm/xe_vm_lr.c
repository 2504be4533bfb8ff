// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Long-running address spaces without page faults
 *
 * Their jobs cannot be waited for, but their queues can be taken off the engines. Each
 * queue has a preempt fence in the reservations of all that the address space maps. Who
 * moves a BO, or changes user memory, waits for these as for any others, which suspends
 * all queues of the address space. Then a worker does what an EXEC does elsewhere: brings
 * back what was evicted, takes new snapshots of user memory, binds both, resumes the queues,
 * and puts new fences in the reservations.
 *
 * What it needs memory for it tries again until there is some; nothing is lost meanwhile.
 */
#include "vm/xe_vm_lr.h"

#include <linux/dma-fence.h>
#include <linux/dma-resv.h>
#include <linux/slab.h>

#include <drm/drm_exec.h>
#include <drm/drm_gpuvm.h>

#include "core/xe_log.h"
#include "core/xe_rpm.h"
#include "mem/xe_validate.h"
#include "submit/xe_exec_queue.h"
#include "vm/xe_vm_trace.h"
#include "vm/xe_vm_types.h"

#define RETRY_MS	20

/**
 * struct lr_queue - a queue of the address space
 * @link: in &xe_vm.lr_queues
 * @q: queue; leaves before it goes
 * @fence: its preempt fence; signalled: it is suspended
 * @next: to be the next one, or NULL
 */
struct lr_queue {
	struct list_head link;
	struct xe_exec_queue *q;
	struct dma_fence *fence;
	struct xe_preempt_fence *next;
};

/**
 * xe_vm_is_preemptible() - whether queues are suspended when memory moves
 * @vm: address space
 *
 * Context: any.
 *
 * Return: true for long-running address spaces without page faults.
 */
bool xe_vm_is_preemptible(const struct xe_vm *vm)
{
	return vm->flags & XE_VM_LR && !(vm->flags & XE_VM_FAULT);
}

static int lock_all(struct xe_vm *vm, struct drm_gpuvm_exec *lock,
		    int (*then)(struct drm_gpuvm_exec *lock))
{
	*lock = (struct drm_gpuvm_exec){
		.vm = &vm->gpuvm,
		.num_fences = 1,
		.extra.fn = then,
	};
	return drm_gpuvm_exec_lock(lock);
}

static int prepare_fence(struct lr_queue *lq)
{
	if (IS_ERR_OR_NULL(lq->next))
		lq->next = xe_preempt_fence_alloc();
	return PTR_ERR_OR_ZERO(lq->next);
}

static int reserve_slots(struct drm_exec *exec, unsigned int n)
{
	struct drm_gem_object *obj;
	int err;

	drm_exec_for_each_locked_object(exec, obj) {
		err = dma_resv_reserve_fences(obj->resv, n);
		if (err)
			return err;
	}
	return 0;
}

/* Slots are reserved, user memory is sealed. */
static void renew_fence(struct lr_queue *lq, struct drm_exec *exec)
{
	struct drm_gem_object *obj;

	dma_fence_put(lq->fence);
	lq->fence = xe_preempt_fence_arm(lq->next, lq->q);
	lq->next = NULL;
	drm_exec_for_each_locked_object(exec, obj)
		dma_resv_add_fence(obj->resv, lq->fence, DMA_RESV_USAGE_BOOKKEEP);
}

/* ---- the worker ---- */

static bool any_suspended(struct xe_vm *vm)
{
	struct lr_queue *lq;

	list_for_each_entry(lq, &vm->lr_queues, link)
		if (dma_fence_is_signaled(lq->fence))
			return true;
	return false;
}

static void suspend_all(struct xe_vm *vm)
{
	struct lr_queue *lq;

	list_for_each_entry(lq, &vm->lr_queues, link)
		dma_fence_enable_signaling(lq->fence);
	list_for_each_entry(lq, &vm->lr_queues, link)
		dma_fence_wait(lq->fence, false);
}

static void wait_for_memory(struct xe_vm *vm, struct drm_exec *exec)
{
	struct drm_gem_object *obj;

	drm_exec_for_each_locked_object(exec, obj)
		dma_resv_wait_timeout(obj->resv, DMA_RESV_USAGE_KERNEL, false,
				      MAX_SCHEDULE_TIMEOUT);
}

static int renew_locked(struct xe_vm *vm, struct drm_exec *exec)
{
	struct lr_queue *lq;
	int err;

	suspend_all(vm);
	err = xe_vm_revalidate(vm, exec);
	if (!err)
		err = reserve_slots(exec, vm->n_lr_queues);
	if (err)
		return err;
	wait_for_memory(vm, exec);

	err = xe_vm_seal(vm);
	if (err)
		return err;
	/*
	 * Whoever wants the memory from here on suspends the queues again, which must come
	 * after this: suspending is not counted.
	 */
	list_for_each_entry(lq, &vm->lr_queues, link) {
		xe_exec_queue_resume(lq->q);
		renew_fence(lq, exec);
	}
	xe_vm_unseal(vm);
	return 0;
}

/* While more may be locked: eviction waits for others with the ticket. */
static int renew_in_lock(struct drm_gpuvm_exec *lock)
{
	return renew_locked(gpuvm_to_xe_vm(lock->vm), &lock->exec);
}

static int lock_and_renew(struct xe_vm *vm)
{
	struct drm_gpuvm_exec lock;
	int err = lock_all(vm, &lock, renew_in_lock);

	if (!err)
		drm_gpuvm_exec_unlock(&lock);
	return err;
}

static int renew(struct xe_vm *vm)
{
	struct xe_validate v;
	struct lr_queue *lq;
	int err;

	lockdep_assert_held_write(&vm->lock);
	if (vm->state != XE_VM_ACTIVE || !any_suspended(vm))
		return 0;

	list_for_each_entry(lq, &vm->lr_queues, link) {
		err = prepare_fence(lq);
		if (err)
			return err;
	}
	err = xe_vm_repin(vm);
	if (err)
		return err;
	xe_validate_begin(&v, vm->xe);
	do {
		err = lock_and_renew(vm);
	} while (xe_validate_again(&v, err));
	xe_validate_end(&v);
	return err;
}

static void resume_later(struct xe_vm *vm, unsigned int ms)
{
	xe_vm_get(vm);
	if (!queue_delayed_work(vm->xe->vms->lr_wq, &vm->lr_resume, msecs_to_jiffies(ms)))
		xe_vm_put(vm);
}

static void resume_work(struct work_struct *work)
{
	struct xe_vm *vm = container_of(work, struct xe_vm, lr_resume.work);
	int err;

	trace_xe_vm_rebind_worker_enter(vm);
	scoped_guard(xe_rpm, vm->xe) {
		scoped_guard(rwsem_write, &vm->lock)
			err = renew(vm);
	}
	if (err) {
		trace_xe_vm_rebind_worker_retry(vm);
		xe_dbg(vm->xe, "queues stay suspended for now: %pe\n", ERR_PTR(err));
		resume_later(vm, err == -EAGAIN ? 0 : RETRY_MS);
	}
	trace_xe_vm_rebind_worker_exit(vm);
	xe_vm_put(vm);
}

/**
 * xe_vm_lr_preempted() - &xe_addr_space_ops.preempted
 * @as: of an address space with a queue that was suspended
 */
void xe_vm_lr_preempted(struct xe_addr_space *as)
{
	resume_later(as_to_xe_vm(as), 0);
}

/**
 * xe_vm_lr_init() - prepare a new address space
 * @vm: address space
 */
void xe_vm_lr_init(struct xe_vm *vm)
{
	INIT_LIST_HEAD(&vm->lr_queues);
	INIT_DELAYED_WORK(&vm->lr_resume, resume_work);
}

/* ---- for binds ---- */

/**
 * xe_vm_lr_fences() - how many fences xe_vm_lr_add_fences() adds
 * @vm: address space that is locked for write
 *
 * Return: slots to be reserved.
 */
unsigned int xe_vm_lr_fences(struct xe_vm *vm)
{
	return vm->n_lr_queues;
}

/**
 * xe_vm_lr_add_fences() - what is mapped now may not move while a queue runs
 * @vm: address space that is locked for write
 * @resv: reservation of a BO, held, with slots
 */
void xe_vm_lr_add_fences(struct xe_vm *vm, struct dma_resv *resv)
{
	struct lr_queue *lq;

	/* The worker adds those of queues that are suspended. */
	list_for_each_entry(lq, &vm->lr_queues, link)
		if (!dma_fence_is_signaled(lq->fence))
			dma_resv_add_fence(resv, lq->fence, DMA_RESV_USAGE_BOOKKEEP);
}

/* ---- queues come and go ---- */

static int add_locked(struct xe_vm *vm, struct lr_queue *lq)
{
	struct drm_gpuvm_exec lock;
	bool sealed;
	int err;

	if (vm->state != XE_VM_ACTIVE)
		return -ENOENT;
	err = prepare_fence(lq);
	if (!err)
		err = lock_all(vm, &lock, NULL);
	if (err)
		return err;

	sealed = !xe_vm_seal(vm);
	renew_fence(lq, &lock.exec);
	if (sealed)
		xe_vm_unseal(vm);
	list_add_tail(&lq->link, &vm->lr_queues);
	vm->n_lr_queues++;
	/* Something that it needs may be missing: the worker sees to it. */
	if (!sealed || !list_empty(&vm->gpuvm.evict.list) || !list_empty(&vm->rebind))
		dma_fence_enable_signaling(lq->fence);
	drm_gpuvm_exec_unlock(&lock);
	return 0;
}

/**
 * xe_vm_add_queue() - a queue runs in an address space
 * @vm: address space
 * @q: queue that has no jobs yet; xe_vm_remove_queue() must be called before it goes
 *
 * Nothing is done where jobs have fences or faults are answered.
 *
 * Return: 0, -ENOMEM, -ENOENT when the address space is closed.
 */
int xe_vm_add_queue(struct xe_vm *vm, struct xe_exec_queue *q)
{
	struct lr_queue *lq;
	int err;

	if (!xe_vm_is_preemptible(vm))
		return 0;
	lq = kzalloc_obj(*lq);
	if (!lq)
		return -ENOMEM;
	lq->q = q;

	scoped_guard(rwsem_write, &vm->lock)
		err = add_locked(vm, lq);
	if (err) {
		if (!IS_ERR_OR_NULL(lq->next))
			xe_preempt_fence_free(lq->next);
		kfree(lq);
	}
	return err;
}

static void free_queue(struct lr_queue *lq)
{
	list_del(&lq->link);
	xe_preempt_fence_retire(lq->fence);
	if (!IS_ERR_OR_NULL(lq->next))
		xe_preempt_fence_free(lq->next);
	kfree(lq);
}

/**
 * xe_vm_remove_queue() - a queue ends
 * @vm: address space
 * @q: queue, whether or not it was added
 *
 * It is suspended, and no longer resumed.
 */
void xe_vm_remove_queue(struct xe_vm *vm, struct xe_exec_queue *q)
{
	struct lr_queue *lq, *next;

	if (!xe_vm_is_preemptible(vm))
		return;
	guard(rwsem_write)(&vm->lock);
	list_for_each_entry_safe(lq, next, &vm->lr_queues, link) {
		if (lq->q != q)
			continue;
		free_queue(lq);
		vm->n_lr_queues--;
	}
}

/**
 * xe_vm_has_lr_queues() - may an address space not be closed
 * @vm: address space
 *
 * Return: true while a queue could have to be resumed in it.
 */
bool xe_vm_has_lr_queues(struct xe_vm *vm)
{
	return READ_ONCE(vm->n_lr_queues);
}
