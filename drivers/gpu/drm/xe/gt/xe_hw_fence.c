// SPDX-License-Identifier: GPL-2.0
/*
 * Hardware fences: a dma_fence per job, signalled when the engine wrote the
 * job's seqno into the context's fence page and raised its interrupt. One list
 * per engine class: an interrupt names the class, not the context.
 */
#include <linux/export.h>
#include <linux/irq_work.h>
#include <linux/slab.h>

#include <kunit/visibility.h>

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
 * @order: held from when a fence leaves @pending until it is signalled: fences of a
 *	context signal in their order
 * @lock: protects @pending; taken inside a fence's own lock, and inside @order
 * @pending: &struct hw_fence.link, each holding a reference
 * @taken: how many have left @pending and may not be signalled yet
 * @late: xe_fence_irq_run(), for who finds that the interrupt came before it
 * @cls: which class
 * @gt: whose
 */
struct fence_class {
	spinlock_t order;	/* see above */
	spinlock_t lock;	/* see above */
	struct list_head pending;
	unsigned int taken;
	struct irq_work late;
	enum xe_engine_class cls;
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

static bool seqno_passed(const struct dma_fence *fence)
{
	u32 now = iosys_map_rd(&container_of_const(fence, struct hw_fence, base)->page, 0, u32);

	return (s32)(now - lower_32_bits(fence->seqno)) >= 0;
}

/* Nothing that was there before is still to be signalled. Context: @cls->lock is held. */
static bool is_next(struct fence_class *cls)
{
	/* Pairs with the release in xe_fence_irq_run(): zero, and they are signalled. */
	return list_empty(&cls->pending) && !smp_load_acquire(&cls->taken);
}

static bool hw_fence_enable_signaling(struct dma_fence *fence)
{
	struct hw_fence *hf = to_hw_fence(fence);
	struct fence_class *cls = hf->cls;

	/*
	 * Looked at under the lock that the interrupt takes: either the seqno
	 * is seen here, or the interrupt finds the fence on the list.
	 */
	guard(spinlock)(&cls->lock);
	if (seqno_passed(fence)) {
		if (is_next(cls)) {
			trace_xe_hw_fence_signal(cls->gt, fence);
			return false;
		}
		/* Not before those that the same interrupt tells of. */
		irq_work_queue(&cls->late);
	}
	dma_fence_get(fence);
	list_add_tail(&hf->link, &cls->pending);
	return true;
}

/*
 * A scheduler fence is signalled from this one's callback list. A class of its
 * own tells lockdep that the two locks do not nest the other way round.
 */
static struct lock_class_key hw_fence_lock_key;

/*
 * No .release and no .wait: the fence is detached from the driver once signalled. No
 * .signaled: who asks for one fence would have it signal before those that come first.
 */
static const struct dma_fence_ops hw_fence_ops = {
	.get_driver_name = hw_fence_driver_name,
	.get_timeline_name = hw_fence_timeline_name,
	.enable_signaling = hw_fence_enable_signaling,
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
EXPORT_SYMBOL_IF_KUNIT(xe_lrc_fence_alloc);

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
EXPORT_SYMBOL_IF_KUNIT(xe_hw_fence_init);

/**
 * xe_lrc_fence_passed() - is the engine done with a job
 * @fence: initialised
 *
 * Return: true also for a cancelled one, and when the interrupt is still to come.
 */
bool xe_lrc_fence_passed(const struct dma_fence *fence)
{
	return dma_fence_test_signaled_flag((struct dma_fence *)fence) || seqno_passed(fence);
}
EXPORT_SYMBOL_IF_KUNIT(xe_lrc_fence_passed);

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
	struct fence_class *cls = hf->cls;
	bool listed = false, cookie;
	unsigned long flags;

	cookie = dma_fence_begin_signalling();
	scoped_guard(spinlock_irqsave, &cls->order) {
		scoped_guard(spinlock, &cls->lock) {
			if (!list_empty(&hf->link)) {
				list_del_init(&hf->link);
				listed = true;
			}
		}

		dma_fence_lock_irqsave(fence, flags);
		if (!dma_fence_test_signaled_flag(fence)) {
			if (!seqno_passed(fence))
				dma_fence_set_error(fence, err);
			trace_xe_hw_fence_signal(cls->gt, fence);
			dma_fence_signal_locked(fence);
		}
		dma_fence_unlock_irqrestore(fence, flags);
	}
	dma_fence_end_signalling(cookie);

	if (listed)
		dma_fence_put(fence);
}
EXPORT_SYMBOL_IF_KUNIT(xe_lrc_fence_cancel);

static unsigned int take_completed(struct fence_class *cls, struct dma_fence **out)
{
	struct hw_fence *hf, *next;
	unsigned int n = 0;

	guard(spinlock)(&cls->lock);
	list_for_each_entry_safe(hf, next, &cls->pending, link) {
		if (!seqno_passed(&hf->base))
			continue;
		list_del_init(&hf->link);
		out[n++] = &hf->base;
		if (n == BATCH)
			break;
	}
	cls->taken = n;
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
	struct fence_class *fences;
	unsigned int i, n;
	bool cookie;

	if (!gt->fence_irq || cls >= XE_CLASS_MAX)
		return;

	fences = &gt->fence_irq->cls[cls];
	cookie = dma_fence_begin_signalling();
	scoped_guard(spinlock_irqsave, &fences->order) {
		do {
			n = take_completed(fences, done);
			for (i = 0; i < n; i++) {
				trace_xe_hw_fence_signal(gt, done[i]);
				dma_fence_signal(done[i]);
				dma_fence_put(done[i]);
			}
			/* Pairs with is_next(). */
			smp_store_release(&fences->taken, 0);
		} while (n == BATCH);
	}
	dma_fence_end_signalling(cookie);
}
EXPORT_SYMBOL_IF_KUNIT(xe_fence_irq_run);

static void run_late(struct irq_work *work)
{
	struct fence_class *cls = container_of(work, struct fence_class, late);

	xe_fence_irq_run(cls->gt, cls->cls);
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

static void fence_irq_fini(struct drm_device *drm, void *arg)
{
	struct xe_fence_irq *irq = arg;
	int i;

	/* A user fence that is being stored wakes whoever waits. */
	flush_workqueue(to_xe_device(drm)->user_fence_wq);
	for (i = 0; i < XE_CLASS_MAX; i++)
		irq_work_sync(&irq->cls[i].late);
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
		spin_lock_init(&irq->cls[i].order);
		spin_lock_init(&irq->cls[i].lock);
		INIT_LIST_HEAD(&irq->cls[i].pending);
		init_irq_work(&irq->cls[i].late, run_late);
		irq->cls[i].cls = i;
		irq->cls[i].gt = gt;
	}
	gt->fence_irq = irq;
	xe_irq_set_source(xe, &engine_source);
	return drmm_add_action_or_reset(&xe->drm, fence_irq_fini, irq);
}
EXPORT_SYMBOL_IF_KUNIT(xe_fence_irq_init);
