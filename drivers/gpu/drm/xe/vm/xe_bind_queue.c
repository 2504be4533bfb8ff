// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Bind queues
 *
 * A bind queue is one entity on the device's bind scheduler: its jobs run in order,
 * those of different queues as soon as what they wait for is done. Page tables are
 * written by the CPU, so a queue needs no engine and serves all tiles.
 *
 * Binds of a queue are also done in order, for that is what everyone takes for granted who
 * keeps the last fence of a queue only: reservations, the scheduler, userspace. What makes a
 * bind last is the answers of TLBs, which a GT gives in the order of the requests. So a bind
 * that asks all GTs which the one before it asked may follow at once; any other one runs
 * when these have answered.
 */
#include "vm/xe_bind_queue.h"

#include <linux/dma-fence.h>
#include <linux/slab.h>

#include <drm/drm_drv.h>
#include <drm/gpu_scheduler.h>

#include "vm/xe_vm.h"
#include "vm/xe_vm_types.h"

/**
 * struct xe_bind_queue - see above
 * @ref: by its maker and every job on it: a job that was accepted must run
 * @xe: device, with a reference
 * @vm: kept alive, or NULL
 * @entity: on the bind scheduler
 * @last: of the last bind, or NULL; under what its binds are armed under: &xe_vm.lock, or
 *	the reservation for rebinds
 * @last_prompt: that bind waits for nothing that userspace chose; as @last
 * @running: what the last bind that ran, and with it all before, waits for, or NULL; of who
 *	runs the binds, which is one at a time
 * @running_gts: a bit per GT that it asked; as @running
 * @destroy: the end, where sleeping is allowed
 */
struct xe_bind_queue {
	struct kref ref;
	struct xe_device *xe;
	struct xe_vm *vm;
	struct drm_sched_entity entity;
	struct dma_fence *last;
	bool last_prompt;
	struct dma_fence *running;
	u32 running_gts;
	struct work_struct destroy;
};

static void queue_destroy(struct work_struct *work)
{
	struct xe_bind_queue *q = container_of(work, typeof(*q), destroy);
	struct xe_device *xe = q->xe;

	drm_sched_entity_fini(&q->entity);
	dma_fence_put(q->last);
	dma_fence_put(q->running);
	if (q->vm)
		xe_vm_put(q->vm);
	kfree(q);
	/* The scheduler goes with the device. */
	drm_dev_put(&xe->drm);
}

/**
 * xe_bind_queue_create_own() - a queue that its address space itself holds
 * @xe: device
 *
 * Return: the queue with one reference, or ERR_PTR(-ENOMEM).
 */
struct xe_bind_queue *xe_bind_queue_create_own(struct xe_device *xe)
{
	struct drm_gpu_scheduler *sched = xe->vms->sched;
	struct xe_bind_queue *q;
	int err;

	q = kzalloc_obj(*q);
	if (!q)
		return ERR_PTR(-ENOMEM);

	kref_init(&q->ref);
	q->xe = xe;
	INIT_WORK(&q->destroy, queue_destroy);
	err = drm_sched_entity_init(&q->entity, DRM_SCHED_PRIORITY_KERNEL, &sched, 1, NULL);
	if (err) {
		kfree(q);
		return ERR_PTR(err);
	}
	drm_dev_get(&xe->drm);
	return q;
}

/**
 * xe_bind_queue_create() - a queue for userspace
 * @vm: address space whose binds will be put on it
 *
 * Context: process.
 *
 * Return: the queue with one reference, or ERR_PTR(-ENOENT) when @vm is closed,
 * ERR_PTR(-ENOMEM).
 */
struct xe_bind_queue *xe_bind_queue_create(struct xe_vm *vm)
{
	struct xe_bind_queue *q;

	guard(rwsem_read)(&vm->lock);
	if (vm->state != XE_VM_ACTIVE)
		return ERR_PTR(-ENOENT);

	q = xe_bind_queue_create_own(vm->xe);
	if (!IS_ERR(q))
		q->vm = xe_vm_get(vm);
	return q;
}

/**
 * xe_bind_queue_get() - one more reference
 * @q: queue
 *
 * Return: @q.
 */
struct xe_bind_queue *xe_bind_queue_get(struct xe_bind_queue *q)
{
	kref_get(&q->ref);
	return q;
}

static void queue_release(struct kref *ref)
{
	struct xe_bind_queue *q = container_of(ref, typeof(*q), ref);

	queue_work(q->xe->destroy_wq, &q->destroy);
}

/**
 * xe_bind_queue_put() - drop a reference
 * @q: queue or NULL
 *
 * Context: any.
 */
void xe_bind_queue_put(struct xe_bind_queue *q)
{
	if (q)
		kref_put(&q->ref, queue_release);
}

/**
 * xe_bind_queue_vm() - whose queue it is
 * @q: queue
 *
 * Return: the address space, without a reference.
 */
struct xe_vm *xe_bind_queue_vm(struct xe_bind_queue *q)
{
	return q->vm;
}

/**
 * xe_bind_queue_entity() - where jobs are pushed
 * @q: queue
 *
 * Return: the scheduler's name for it.
 */
struct drm_sched_entity *xe_bind_queue_entity(struct xe_bind_queue *q)
{
	return &q->entity;
}

/**
 * xe_bind_queue_set_last() - a bind was armed
 * @q: its queue
 * @fence: signals when it is done
 * @prompt: see xe_bind_job_is_prompt()
 *
 * Context: as &xe_bind_queue.last.
 */
void xe_bind_queue_set_last(struct xe_bind_queue *q, struct dma_fence *fence, bool prompt)
{
	dma_fence_put(q->last);
	q->last = dma_fence_get(fence);
	q->last_prompt = prompt;
}

/**
 * xe_bind_queue_is_idle() - whether all binds of a queue are done
 * @q: queue
 *
 * Context: as &xe_bind_queue.last.
 *
 * Return: whether that is so.
 */
bool xe_bind_queue_is_idle(struct xe_bind_queue *q)
{
	return !q->last || dma_fence_is_signaled(q->last);
}

/**
 * xe_bind_queue_is_prompt() - whether no bind on the queue waits for what userspace chose
 * @q: queue
 *
 * Context: as &xe_bind_queue.last.
 *
 * Return: whether that is so.
 */
bool xe_bind_queue_is_prompt(struct xe_bind_queue *q)
{
	return q->last_prompt || xe_bind_queue_is_idle(q);
}

/**
 * xe_bind_queue_last() - when all binds that were put on the queue so far are done
 * @q: queue
 *
 * Context: as &xe_bind_queue.last.
 *
 * Return: a fence with a reference; a signalled one where there was no bind.
 */
struct dma_fence *xe_bind_queue_last(struct xe_bind_queue *q)
{
	return q->last ? dma_fence_get(q->last) : dma_fence_get_stub();
}

/**
 * xe_bind_queue_before() - what must be done before the next bind may run
 * @q: queue
 * @gts: a bit per GT whose TLBs that bind will invalidate
 *
 * Context: as &xe_bind_queue.running; fence signalling.
 *
 * Return: a fence with a reference, or NULL: nothing; it will be done after the binds before.
 */
struct dma_fence *xe_bind_queue_before(struct xe_bind_queue *q, u32 gts)
{
	if (!q->running || !(q->running_gts & ~gts) || dma_fence_is_signaled(q->running))
		return NULL;
	return dma_fence_get(q->running);
}

/**
 * xe_bind_queue_set_running() - a bind ran
 * @q: its queue
 * @done: signals when the TLBs have answered, or NULL: none was asked
 * @gts: a bit per GT that was asked
 *
 * Context: as &xe_bind_queue.running; fence signalling.
 */
void xe_bind_queue_set_running(struct xe_bind_queue *q, struct dma_fence *done, u32 gts)
{
	dma_fence_put(q->running);
	q->running = dma_fence_get(done);
	q->running_gts = gts;
}
