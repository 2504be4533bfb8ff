// SPDX-License-Identifier: GPL-2.0
/*
 * TLB invalidation, front end: requests are numbered, sent by a back end, and
 * answered in order. Each has a fence that always signals: when answered, or when
 * the GT was reset, which flushes everything. Nobody may use memory again before
 * that, so an answer that does not come at all makes the GT be reset.
 */

#include "gt/xe_tlb_inval.h"

#include <linux/export.h>
#include <linux/workqueue.h>

#include <kunit/visibility.h>

#include <drm/drm_managed.h>

#include "core/xe_force_wake.h"
#include "core/xe_log.h"
#include "core/xe_mmio.h"
#include "core/xe_rpm.h"
#include "core/xe_stats.h"
#include "gt/xe_tlb_inval_trace.h"
#include "regs/xe_guc_regs.h"

/* The firmware takes numbers below this one; this one means "do not answer". */
#define SEQNO_END	0x100000
/* The hardware needs a fraction of it; a full message queue on a busy host may need the rest. */
#define TIMEOUT_MS	5000

/**
 * struct xe_tlb_inval - state of a GT
 * @gt: the GT
 * @ops: back end; NULL until there is one
 * @next: number of the next request; by @send_lock
 * @received: last number that was answered
 * @pending: fences on their way, oldest first
 * @lost: looks for answers that do not come
 */
struct xe_tlb_inval {
	struct xe_gt *gt;
	const struct xe_tlb_inval_ops *ops;
	/** @send_lock: numbers are sent in order; taken in fence signalling */
	struct mutex send_lock;
	/** @lock: protects @pending and @received; irq safe */
	spinlock_t lock;
	u32 next, received;
	struct list_head pending;
	struct delayed_work lost;
};

/**
 * struct tlb_fence - one request
 * @base: fence, with a lock of its own: it may outlive the device
 * @link: in &xe_tlb_inval.pending
 * @seqno: its number
 * @sent: jiffies
 */
struct tlb_fence {
	struct dma_fence base;
	struct list_head link;
	u32 seqno;
	unsigned long sent;
};

static const char *driver_name(struct dma_fence *fence)
{
	return "xe";
}

static const char *timeline_name(struct dma_fence *fence)
{
	return "tlb-inval";
}

static const struct dma_fence_ops tlb_fence_ops = {
	.get_driver_name = driver_name,
	.get_timeline_name = timeline_name,
};

/* Numbers wrap: @a is @b, or less than half the circle before it. */
static bool seqno_passed(u32 a, u32 b)
{
	return (b - a + SEQNO_END) % SEQNO_END < SEQNO_END / 2;
}

static void complete_locked(struct xe_tlb_inval *t, struct tlb_fence *f, int err)
{
	lockdep_assert_held(&t->lock);

	trace_xe_tlb_inval_fence_signal(t->gt, f->seqno);
	list_del_init(&f->link);
	if (err)
		dma_fence_set_error(&f->base, err);
	dma_fence_signal(&f->base);
	dma_fence_put(&f->base);
	xe_rpm_put(gt_to_xe(t->gt));
}

static void watch_locked(struct xe_tlb_inval *t)
{
	struct tlb_fence *first = list_first_entry_or_null(&t->pending, struct tlb_fence, link);
	unsigned long left;

	lockdep_assert_held(&t->lock);
	if (!first)
		return;
	left = first->sent + msecs_to_jiffies(TIMEOUT_MS) - jiffies;
	mod_delayed_work(system_percpu_wq, &t->lost, max_t(long, left, 1));
}

/* The oldest request has waited for too long. It and all others are now given time for a reset. */
static bool overdue(struct xe_tlb_inval *t)
{
	struct tlb_fence *f;
	bool late;

	guard(spinlock_irq)(&t->lock);
	f = list_first_entry_or_null(&t->pending, struct tlb_fence, link);
	late = f && time_after_eq(jiffies, f->sent + msecs_to_jiffies(TIMEOUT_MS));
	if (late) {
		trace_xe_tlb_inval_fence_timeout(t->gt, f->seqno);
		xe_gt_err(t->gt, "TLB invalidation fence timeout, seqno=%u recv=%u\n",
			  f->seqno, t->received);
		list_for_each_entry(f, &t->pending, link)
			f->sent = jiffies;
	}
	watch_locked(t);
	return late;
}

static void lost_work(struct work_struct *work)
{
	struct xe_tlb_inval *t = container_of(work, struct xe_tlb_inval, lost.work);
	const struct xe_tlb_inval_ops *ops = READ_ONCE(t->ops);

	if (!ops)
		return;
	ops->poll(t->gt);
	if (overdue(t))
		ops->lost(t->gt);
}

static void tlb_release(void *arg)
{
	struct xe_gt *gt = arg;

	xe_tlb_inval_reset(gt);
	cancel_delayed_work_sync(&gt->tlb_inval->lost);
}

/**
 * xe_tlb_inval_init() - state of a GT
 * @gt: GT
 *
 * Return: 0 or -ENOMEM.
 */
int xe_tlb_inval_init(struct xe_gt *gt)
{
	struct xe_device *xe = gt_to_xe(gt);
	struct xe_tlb_inval *t = drmm_kzalloc(&xe->drm, sizeof(*t), GFP_KERNEL);
	int err;

	if (!t)
		return -ENOMEM;

	t->gt = gt;
	t->next = 1;
	spin_lock_init(&t->lock);
	INIT_LIST_HEAD(&t->pending);
	INIT_DELAYED_WORK(&t->lost, lost_work);
	err = drmm_mutex_init(&xe->drm, &t->send_lock);
	if (err)
		return err;

	/* Bind jobs and reclaim send under it. */
	fs_reclaim_acquire(GFP_KERNEL);
	might_lock(&t->send_lock);
	fs_reclaim_release(GFP_KERNEL);

	gt->tlb_inval = t;
	return devm_add_action_or_reset(xe->drm.dev, tlb_release, gt);
}
EXPORT_SYMBOL_IF_KUNIT(xe_tlb_inval_init);

/**
 * xe_tlb_inval_set_ops() - there is a back end now
 * @gt: GT
 * @ops: lives as long as the driver
 */
void xe_tlb_inval_set_ops(struct xe_gt *gt, const struct xe_tlb_inval_ops *ops)
{
	guard(mutex)(&gt->tlb_inval->send_lock);
	gt->tlb_inval->ops = ops;
}

/**
 * xe_tlb_inval_fence_alloc() - fence for one request
 * @gt: GT
 *
 * Context: allocates; before any fence signalling section.
 * Return: the fence, usable at once and to be handed to xe_tlb_inval_range();
 * ERR_PTR(-ENOMEM).
 */
struct dma_fence *xe_tlb_inval_fence_alloc(struct xe_gt *gt)
{
	struct tlb_fence *f = kzalloc_obj(*f);

	if (!f)
		return ERR_PTR(-ENOMEM);

	INIT_LIST_HEAD(&f->link);
	/* A context each: they are waited for in any combination. */
	dma_fence_init(&f->base, &tlb_fence_ops, NULL, dma_fence_context_alloc(1), 1);
	return &f->base;
}

enum tlb_scope { SCOPE_ALL, SCOPE_GGTT, SCOPE_RANGE };

static int send(struct xe_tlb_inval *t, u32 seqno, enum tlb_scope scope, u64 start, u64 size,
		u32 asid)
{
	if (!t->ops)
		return -ECANCELED;
	switch (scope) {
	case SCOPE_GGTT:
		return t->ops->ggtt(t->gt, seqno);
	case SCOPE_RANGE:
		return t->ops->range(t->gt, seqno, start, size, asid);
	default:
		return t->ops->all(t->gt, seqno);
	}
}

static int issue(struct xe_tlb_inval *t, struct tlb_fence *f, enum tlb_scope scope,
		 u64 start, u64 size, u32 asid)
{
	int err;

	guard(mutex)(&t->send_lock);

	/* Listed before it is sent: the answer may be faster than we are. */
	scoped_guard(spinlock_irq, &t->lock) {
		f->seqno = t->next;
		f->sent = jiffies;
		dma_fence_get(&f->base);
		xe_rpm_get_noresume(gt_to_xe(t->gt));
		list_add_tail(&f->link, &t->pending);
		if (list_is_singular(&t->pending))
			watch_locked(t);
	}
	t->next = t->next + 1 == SEQNO_END ? 1 : t->next + 1;

	xe_stat_add(t->gt, XE_STAT_TLB_INVAL, 1);
	trace_xe_tlb_inval_fence_send(t->gt, f->seqno);
	err = send(t, f->seqno, scope, start, size, asid);
	if (!err)
		return 0;

	/* A GT that is down has nothing cached, and is flushed before it is up. */
	scoped_guard(spinlock_irq, &t->lock)
		if (!list_empty(&f->link))
			complete_locked(t, f, err == -ECANCELED ? 0 : err);
	return err;
}

/**
 * xe_tlb_inval_range() - drop translations of an address range
 * @gt: GT
 * @fence: from xe_tlb_inval_fence_alloc(); the caller keeps its reference
 * @start: first byte
 * @size: bytes
 * @asid: address space
 *
 * Context: fence signalling; sleeps; the device is awake.
 */
void xe_tlb_inval_range(struct xe_gt *gt, struct dma_fence *fence, u64 start, u64 size, u32 asid)
{
	issue(gt->tlb_inval, container_of(fence, struct tlb_fence, base), SCOPE_RANGE,
	      start, size, asid);
}

/* Without memory: the fence is on the stack. */
static void issue_and_wait(struct xe_tlb_inval *t, enum tlb_scope scope, u64 start, u64 size,
			   u32 asid)
{
	struct tlb_fence f = {};

	INIT_LIST_HEAD(&f.link);
	dma_fence_init(&f.base, &tlb_fence_ops, NULL, dma_fence_context_alloc(1), 1);
	issue(t, &f, scope, start, size, asid);
	dma_fence_wait(&f.base, false);
	/* Who signalled it may still be using it; not beyond this lock. */
	spin_lock_irq(&t->lock);
	spin_unlock_irq(&t->lock);
}

/**
 * xe_tlb_inval_range_sync() - drop translations of an address range, and wait for it
 * @gt: GT
 * @start: first byte
 * @size: bytes
 * @asid: address space
 *
 * Context: sleeps; allocates nothing; may be in fence signalling or reclaim; the device is
 * awake.
 */
void xe_tlb_inval_range_sync(struct xe_gt *gt, u64 start, u64 size, u32 asid)
{
	issue_and_wait(gt->tlb_inval, SCOPE_RANGE, start, size, asid);
}

static void inval_ggtt_mmio(struct xe_gt *gt)
{
	CLASS(xe_force_wake, fw)(gt, XE_FW_GT);
	if (!(fw.domains & XE_FW_GT))
		return;

	xe_mmio_write32(&gt->mmio, GUC_TLB_INV_DESC1, GUC_TLB_INV_DESC1_INVALIDATE);
	xe_mmio_write32(&gt->mmio, GUC_TLB_INV_DESC0, GUC_TLB_INV_DESC0_VALID);
}

/**
 * xe_tlb_inval_ggtt() - drop translations of the GGTT, and wait for it
 * @gt: GT
 *
 * By MMIO while there is no back end; a back end that takes no messages yet does
 * the same.
 *
 * Context: sleeps; may be in fence signalling; the device is awake.
 */
void xe_tlb_inval_ggtt(struct xe_gt *gt)
{
	if (READ_ONCE(gt->tlb_inval->ops))
		issue_and_wait(gt->tlb_inval, SCOPE_GGTT, 0, 0, 0);
	else
		inval_ggtt_mmio(gt);
}

/**
 * xe_tlb_inval_done() - an answer came
 * @gt: GT
 * @seqno: which; all before it are done as well
 *
 * Context: hard interrupt.
 */
void xe_tlb_inval_done(struct xe_gt *gt, u32 seqno)
{
	struct xe_tlb_inval *t = gt->tlb_inval;
	struct tlb_fence *f, *next;

	guard(spinlock_irqsave)(&t->lock);

	if (seqno >= SEQNO_END || seqno_passed(seqno, t->received))
		return;
	t->received = seqno;
	trace_xe_tlb_inval_fence_recv(gt, seqno);

	list_for_each_entry_safe(f, next, &t->pending, link) {
		if (!seqno_passed(f->seqno, seqno))
			break;
		complete_locked(t, f, 0);
	}
	watch_locked(t);
}

/**
 * xe_tlb_inval_reset() - the GT was reset: all is invalidated
 * @gt: GT whose back end takes no more requests
 */
void xe_tlb_inval_reset(struct xe_gt *gt)
{
	struct xe_tlb_inval *t = gt->tlb_inval;
	struct tlb_fence *f, *next;

	guard(mutex)(&t->send_lock);
	guard(spinlock_irq)(&t->lock);
	t->received = t->next == 1 ? SEQNO_END - 1 : t->next - 1;
	list_for_each_entry_safe(f, next, &t->pending, link)
		complete_locked(t, f, 0);
}
