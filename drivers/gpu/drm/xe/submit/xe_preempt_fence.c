// SPDX-License-Identifier: GPL-2.0
/*
 * Preempt fences: how memory of a long-running queue can be moved although its
 * jobs may never end. Such a fence stands in the reservations of all that the queue
 * uses. It is no promise of userspace: as soon as somebody waits for it, the queue
 * is suspended, and when its context is off the engine the fence signals. Whoever
 * moved the memory maps it again, puts a new fence there and resumes the queue.
 *
 * A fence holds a reference of its queue until it signals. Nothing else makes it
 * signal than being waited for, so it must be retired when it is not needed.
 */
#include <linux/slab.h>

#include "submit/xe_queue.h"

/**
 * struct xe_preempt_fence - fence of one queue
 * @base: first, so that the default release frees the whole
 * @q: reference of the queue, until it signals
 * @work: waits for the queue; holds a reference of @base
 */
struct xe_preempt_fence {
	struct dma_fence base;
	struct xe_exec_queue *q;
	struct work_struct work;
};

static_assert(offsetof(struct xe_preempt_fence, base) == 0);

static const char *preempt_driver_name(struct dma_fence *fence)
{
	return "xe";
}

static const char *preempt_timeline_name(struct dma_fence *fence)
{
	return "preempt";
}

/* Context: the fence's lock is held, interrupts are off. */
static bool preempt_enable_signaling(struct dma_fence *fence)
{
	struct xe_preempt_fence *pf = container_of(fence, struct xe_preempt_fence, base);

	xe_exec_queue_suspend(pf->q);
	dma_fence_get(fence);
	queue_work(xe_queue_submit(pf->q)->preempt_wq, &pf->work);
	return true;
}

/* No .release and no .wait: the fence is detached from the driver once signalled. */
static const struct dma_fence_ops preempt_fence_ops = {
	.get_driver_name = preempt_driver_name,
	.get_timeline_name = preempt_timeline_name,
	.enable_signaling = preempt_enable_signaling,
};

static void preempt_work(struct work_struct *work)
{
	struct xe_preempt_fence *pf = container_of(work, struct xe_preempt_fence, work);
	struct xe_exec_queue *q = pf->q;
	bool cookie = dma_fence_begin_signalling();
	int err = xe_exec_queue_suspend_wait(q);

	if (err)
		dma_fence_set_error(&pf->base, err);
	dma_fence_signal(&pf->base);
	dma_fence_put(&pf->base);
	/*
	 * The queues of a GT take turns here. What is called must not hold the others
	 * up, so it is still under the rules of fence signalling.
	 */
	if (q->p.as->ops->preempted)
		q->p.as->ops->preempted(q->p.as);
	xe_exec_queue_put(q);
	dma_fence_end_signalling(cookie);
}

/**
 * xe_preempt_fence_alloc() - memory for a preempt fence
 *
 * Context: may sleep.
 * Return: what xe_preempt_fence_arm() or xe_preempt_fence_free() takes, or
 * ERR_PTR(-ENOMEM).
 */
struct xe_preempt_fence *xe_preempt_fence_alloc(void)
{
	struct xe_preempt_fence *pf = kzalloc_obj(*pf);

	return pf ?: ERR_PTR(-ENOMEM);
}

/**
 * xe_preempt_fence_free() - free a preempt fence that was not armed
 * @pf: fence, or NULL
 */
void xe_preempt_fence_free(struct xe_preempt_fence *pf)
{
	kfree(pf);
}

/**
 * xe_preempt_fence_arm() - make a fence of it
 * @pf: from xe_preempt_fence_alloc()
 * @q: queue of a long-running address space
 *
 * Fences of a queue are armed one after the other, which is the caller's to see to;
 * usually under the address space's reservation. Cannot fail.
 *
 * Return: the fence, with a reference that xe_preempt_fence_retire() takes.
 */
struct dma_fence *xe_preempt_fence_arm(struct xe_preempt_fence *pf, struct xe_exec_queue *q)
{
	pf->q = xe_exec_queue_get(q);
	INIT_WORK(&pf->work, preempt_work);
	dma_fence_init(&pf->base, &preempt_fence_ops, NULL, q->preempt_context,
		       ++q->preempt_seqno);
	return &pf->base;
}

/**
 * xe_preempt_fence_create() - xe_preempt_fence_alloc() and xe_preempt_fence_arm()
 * @q: queue of a long-running address space
 *
 * Return: as xe_preempt_fence_arm(), or ERR_PTR(-ENOMEM).
 */
struct dma_fence *xe_preempt_fence_create(struct xe_exec_queue *q)
{
	struct xe_preempt_fence *pf = xe_preempt_fence_alloc();

	return IS_ERR(pf) ? ERR_CAST(pf) : xe_preempt_fence_arm(pf, q);
}

/**
 * xe_preempt_fence_retire() - a fence is not needed any more
 * @fence: from xe_preempt_fence_arm(), or NULL
 *
 * It signals soon, and the queue is suspended if it was not: for a queue that
 * ends, or whose memory is protected by a newer fence and that is resumed later.
 * Context: any.
 */
void xe_preempt_fence_retire(struct dma_fence *fence)
{
	if (!fence)
		return;
	dma_fence_enable_signaling(fence);
	dma_fence_put(fence);
}
