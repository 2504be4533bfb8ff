// SPDX-License-Identifier: GPL-2.0
/*
 * Queues that must keep off their engine for a while, because memory they use is
 * moving, or because others may not run beside them.
 *
 * Asking takes no lock but the queue's own and does not sleep. What must be said to
 * the firmware is said by settle_work, in turn with the queue's scheduler. Jobs
 * that are pushed meanwhile are written to the ring; they are found there when the
 * queue is resumed.
 */
#include <linux/ktime.h>
#include <linux/ratelimit.h>

#include "core/xe_log.h"
#include "core/xe_stats.h"
#include "guc/xe_guc.h"
#include "submit/xe_queue.h"
#include "submit/xe_submit_trace.h"

static DEFINE_RATELIMIT_STATE(not_off_limit, DEFAULT_RATELIMIT_INTERVAL, 1);

static void settle_work(struct work_struct *work)
{
	struct xe_exec_queue *q = container_of(work, struct xe_exec_queue, settle_work);
	bool cookie;

	/* Who stopped the scheduler speaks for the queue now, and queues us again. */
	if (drm_sched_is_stopped(&q->sched))
		return;

	cookie = dma_fence_begin_signalling();
	/* A message that is lost is noticed by whoever waits for what it was to do. */
	if (READ_ONCE(q->status.suspended))
		xe_queue_away(q);
	else if (xe_exec_queue_jobs(q))
		xe_queue_kick(q);
	dma_fence_end_signalling(cookie);
}

/**
 * xe_queue_settle_later() - a queue may not be where it is wanted
 * @q: queue
 *
 * Context: any; while its end has not begun, or in an RCU read side.
 */
void xe_queue_settle_later(struct xe_exec_queue *q)
{
	if (!xe_queue_settled(&q->status))
		queue_work(xe_queue_submit(q)->submit_wq, &q->settle_work);
}

/**
 * xe_queue_suspend_init() - a new queue
 * @q: queue
 */
void xe_queue_suspend_init(struct xe_exec_queue *q)
{
	INIT_WORK(&q->settle_work, settle_work);
	q->preempt_context = dma_fence_context_alloc(1);
}

/**
 * xe_queue_suspend_fini() - from here on only its end speaks for a queue
 * @q: queue without references
 */
void xe_queue_suspend_fini(struct xe_exec_queue *q)
{
	disable_work_sync(&q->settle_work);
}

/**
 * xe_exec_queue_suspend() - keep a queue off its engine
 * @q: queue
 *
 * Returns at once; xe_exec_queue_suspend_wait() waits. Until xe_exec_queue_resume()
 * no job of the queue runs; those that run are preempted and go on later. Not
 * counted: suspended twice is resumed once.
 *
 * Context: any, interrupts too. The device is awake, as it is while a queue of a
 * long-running address space exists.
 */
void xe_exec_queue_suspend(struct xe_exec_queue *q)
{
	trace_xe_exec_queue_suspend(q);
	xe_queue_event(q, XE_QEV_SUSPEND);
	xe_queue_settle_later(q);
}

static int phase(struct xe_exec_queue *q)
{
	return READ_ONCE(xe_queue_submit(q)->phase);
}

static bool off_or_over(struct xe_exec_queue *q)
{
	switch (phase(q)) {
	case XE_SUBMIT_RUNNING:
		return xe_queue_is_off(&q->status);
	case XE_SUBMIT_OVER:
		return true;
	default:
		return false;
	}
}

/*
 * A reset takes it off as well, but not before it is over. Returns false when the
 * firmware does not answer in time.
 */
static bool wait_off(struct xe_exec_queue *q)
{
	long left;

	do {
		wait_event(q->wq, phase(q) != XE_SUBMIT_STOPPED);
		left = wait_event_timeout(q->wq, off_or_over(q) || phase(q) == XE_SUBMIT_STOPPED,
					  xe_queue_answer_timeout(q));
	} while (left && !off_or_over(q));
	return left;
}

/**
 * xe_exec_queue_suspend_wait() - until no engine touches a suspended queue's memory
 * @q: queue, suspended
 *
 * A queue that does not let go within its preemption timeout is reset by the
 * firmware; when the firmware does not answer, the GT is reset. A queue that was
 * banned or killed is waited for in the same way.
 *
 * Context: sleeps up to some seconds; fence signalling.
 * Return: 0, or -ECANCELED when the device was given up.
 */
int xe_exec_queue_suspend_wait(struct xe_exec_queue *q)
{
	ktime_t start = ktime_get();

	while (!wait_off(q)) {
		if (__ratelimit(&not_off_limit))
			xe_gt_warn(q->p.gt, "Suspend failed to respond, guc_id=%u\n", q->id);
		xe_guc_reset_gt(q->p.gt);
	}
	xe_stat_add(q->p.gt, XE_STAT_QUEUE_SUSPEND, 1);
	xe_stat_add(q->p.gt, XE_STAT_QUEUE_SUSPEND_US, ktime_us_delta(ktime_get(), start));
	return phase(q) == XE_SUBMIT_OVER ? -ECANCELED : 0;
}

/**
 * xe_exec_queue_resume() - let a suspended queue run again
 * @q: queue; one that is not suspended is left alone
 *
 * Context: any, interrupts too; the device is awake.
 */
void xe_exec_queue_resume(struct xe_exec_queue *q)
{
	trace_xe_exec_queue_resume(q);
	xe_queue_event(q, XE_QEV_RESUME);
	queue_work(xe_queue_submit(q)->submit_wq, &q->settle_work);
}
