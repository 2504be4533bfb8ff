// SPDX-License-Identifier: GPL-2.0
/*
 * Hardware fences: a dma_fence per job, signalled when the engine wrote the
 * job's seqno into the context's fence page and raised its interrupt. One list
 * per engine class: an interrupt names the class, not the context.
 */
#include <linux/slab.h>

#include <drm/drm_managed.h>

#include "core/xe_irq.h"
#include "gt/xe_hw_fence.h"
#include "gt/xe_hw_fence_trace.h"
#include "gt/xe_lrc.h"

#define ENGINE_IRQ_USER		BIT(0)
/* Signalled per hold of the lock; more are found by going round again. */
#define BATCH			16

/**
 * struct fence_class - fences somebody waits for, of one engine class
 * @lock: protects @pending; taken inside a fence's own lock
 * @pending: &struct hw_fence.link, each holding a reference
 * @gt: whose
 */
struct fence_class {
	spinlock_t lock;	/* see above */
	struct list_head pending;
	struct xe_gt *gt;
};

struct xe_fence_irq {
	struct fence_class cls[XE_CLASS_MAX];
	/* Only that of the device's first GT is used. */
	wait_queue_head_t wq;
};

/**
 * struct hw_fence - fence of one job
 * @base: first, so that the default release frees the whole
 * @cls: where it waits
 * @link: in @cls->pending while signalling is enabled
 * @page: fence page of the context, which outlives an unsignalled fence
 * @name: timeline name, the engine's
 */
struct hw_fence {
	struct dma_fence base;
	struct fence_class *cls;
	struct list_head link;
	struct iosys_map page;
	const char *name;
};

static_assert(offsetof(struct hw_fence, base) == 0);

static struct hw_fence *to_hw_fence(struct dma_fence *fence)
{
	return container_of(fence, struct hw_fence, base);
}

static const char *hw_fence_driver_name(struct dma_fence *fence)
{
	return "xe";
}

static const char *hw_fence_timeline_name(struct dma_fence *fence)
{
	return to_hw_fence(fence)->name;
}

static bool hw_fence_signaled(struct dma_fence *fence)
{
	u32 now = iosys_map_rd(&to_hw_fence(fence)->page, 0, u32);

	return (s32)(now - lower_32_bits(fence->seqno)) >= 0;
}

static bool hw_fence_enable_signaling(struct dma_fence *fence)
{
	struct hw_fence *hf = to_hw_fence(fence);

	/*
	 * Looked at under the lock that the interrupt takes: either the seqno
	 * is seen here, or the interrupt finds the fence on the list.
	 */
	guard(spinlock)(&hf->cls->lock);
	if (hw_fence_signaled(fence)) {
		trace_xe_hw_fence_signal(hf->cls->gt, fence);
		return false;
	}
	dma_fence_get(fence);
	list_add_tail(&hf->link, &hf->cls->pending);
	return true;
}

/*
 * A scheduler fence is signalled from this one's callback list. A class of its
 * own tells lockdep that the two locks do not nest the other way round.
 */
static struct lock_class_key hw_fence_lock_key;

/* No .release and no .wait: the fence is detached from the driver once signalled. */
static const struct dma_fence_ops hw_fence_ops = {
	.get_driver_name = hw_fence_driver_name,
	.get_timeline_name = hw_fence_timeline_name,
	.enable_signaling = hw_fence_enable_signaling,
	.signaled = hw_fence_signaled,
};

/**
 * xe_lrc_fence_alloc() - memory for one hardware fence
 *
 * Context: may sleep.
 * Return: memory for xe_lrc_fence_init(), NULL when there is none.
 */
struct dma_fence *xe_lrc_fence_alloc(void)
{
	struct hw_fence *hf = kzalloc_obj(*hf);

	return hf ? &hf->base : NULL;
}

/**
 * xe_lrc_fence_free() - free a fence that was never initialised
 * @fence: from xe_lrc_fence_alloc(), or NULL
 */
void xe_lrc_fence_free(struct dma_fence *fence)
{
	if (fence)
		kfree(to_hw_fence(fence));
}

/**
 * xe_hw_fence_init() - initialise a fence
 * @fence: from xe_lrc_fence_alloc()
 * @hwe: engine whose class raises the interrupt
 * @page: where the engine writes the seqno
 * @context: fence context of the timeline
 * @seqno: value to wait for
 *
 * Context: any. From here on the fence is reference counted.
 */
void xe_hw_fence_init(struct dma_fence *fence, struct xe_hw_engine *hwe,
		      const struct iosys_map *page, u64 context, u32 seqno)
{
	struct hw_fence *hf = to_hw_fence(fence);

	hf->cls = &hwe->gt->fence_irq->cls[hwe->cls];
	hf->page = *page;
	hf->name = hwe->name;
	INIT_LIST_HEAD(&hf->link);
	dma_fence_init(fence, &hw_fence_ops, NULL, context, seqno);
	lockdep_set_class(&fence->inline_lock, &hw_fence_lock_key);
	trace_xe_hw_fence_create(hwe->gt, fence);
}

/**
 * xe_lrc_fence_cancel() - signal a fence that the engine will not
 * @fence: initialised
 * @err: negative errno that waiters find on it
 *
 * A fence that already signalled keeps its result. The engine must not touch the
 * job's memory any more. Context: any.
 */
void xe_lrc_fence_cancel(struct dma_fence *fence, int err)
{
	struct hw_fence *hf = to_hw_fence(fence);
	bool listed = false, cookie;
	unsigned long flags;

	scoped_guard(spinlock_irqsave, &hf->cls->lock) {
		if (!list_empty(&hf->link)) {
			list_del_init(&hf->link);
			listed = true;
		}
	}

	cookie = dma_fence_begin_signalling();
	dma_fence_lock_irqsave(fence, flags);
	if (!dma_fence_test_signaled_flag(fence)) {
		if (!hw_fence_signaled(fence))
			dma_fence_set_error(fence, err);
		trace_xe_hw_fence_signal(hf->cls->gt, fence);
		dma_fence_signal_locked(fence);
	}
	dma_fence_unlock_irqrestore(fence, flags);
	dma_fence_end_signalling(cookie);

	if (listed)
		dma_fence_put(fence);
}

static unsigned int take_completed(struct fence_class *cls, struct dma_fence **out)
{
	struct hw_fence *hf, *next;
	unsigned int n = 0;

	guard(spinlock_irqsave)(&cls->lock);
	list_for_each_entry_safe(hf, next, &cls->pending, link) {
		if (!hw_fence_signaled(&hf->base))
			continue;
		list_del_init(&hf->link);
		out[n++] = &hf->base;
		if (n == BATCH)
			break;
	}
	return n;
}

/**
 * xe_fence_irq_run() - signal what the engines completed
 * @gt: GT that raised the interrupt
 * @cls: engine class
 *
 * Context: any, hard interrupt included.
 */
void xe_fence_irq_run(struct xe_gt *gt, enum xe_engine_class cls)
{
	struct dma_fence *done[BATCH];
	unsigned int i, n;
	bool cookie;

	if (!gt->fence_irq || cls >= XE_CLASS_MAX)
		return;

	cookie = dma_fence_begin_signalling();
	do {
		n = take_completed(&gt->fence_irq->cls[cls], done);
		for (i = 0; i < n; i++) {
			trace_xe_hw_fence_signal(gt, done[i]);
			dma_fence_signal(done[i]);
			dma_fence_put(done[i]);
		}
	} while (n == BATCH);
	dma_fence_end_signalling(cookie);
}

/**
 * xe_fence_irq_waitqueue() - who waits for memory that engines write
 * @xe: device
 *
 * Return: the device's wait queue: woken by every engine interrupt, when a user
 * fence was stored by the CPU and when a queue is banned.
 */
wait_queue_head_t *xe_fence_irq_waitqueue(struct xe_device *xe)
{
	return &xe_device_root_tile(xe)->primary_gt->fence_irq->wq;
}

/**
 * xe_fence_irq_wake() - wake those who wait for memory
 * @xe: device
 *
 * Context: any.
 */
void xe_fence_irq_wake(struct xe_device *xe)
{
	struct xe_gt *gt = xe_device_root_tile(xe)->primary_gt;

	if (gt && gt->fence_irq)
		wake_up_all(&gt->fence_irq->wq);
}

/* A user fence that is being stored wakes whoever waits. */
static void wait_for_stores(struct drm_device *drm, void *arg)
{
	flush_workqueue(to_xe_device(drm)->user_fence_wq);
}

static void engine_irq(struct xe_gt *gt, u8 hw_class, u8 instance, u16 vector)
{
	xe_fence_irq_wake(gt_to_xe(gt));
	if (vector & ENGINE_IRQ_USER)
		xe_fence_irq_run(gt, hw_class);
}

static const struct xe_irq_source engine_source = { .engine = engine_irq };

/**
 * xe_fence_irq_init() - lists of pending fences, and the source of engine interrupts
 * @gt: GT
 *
 * Return: 0 or -ENOMEM.
 */
int xe_fence_irq_init(struct xe_gt *gt)
{
	struct xe_device *xe = gt_to_xe(gt);
	struct xe_fence_irq *irq;
	int i;

	irq = drmm_kzalloc(&xe->drm, sizeof(*irq), GFP_KERNEL);
	if (!irq)
		return -ENOMEM;

	init_waitqueue_head(&irq->wq);
	for (i = 0; i < XE_CLASS_MAX; i++) {
		spin_lock_init(&irq->cls[i].lock);
		INIT_LIST_HEAD(&irq->cls[i].pending);
		irq->cls[i].gt = gt;
	}
	gt->fence_irq = irq;
	xe_irq_set_source(xe, &engine_source);
	return drmm_add_action_or_reset(&xe->drm, wait_for_stores, NULL);
}
