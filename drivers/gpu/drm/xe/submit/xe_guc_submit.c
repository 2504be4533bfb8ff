// SPDX-License-Identifier: GPL-2.0
/*
 * What is said to the firmware about queues.
 *
 * One sender per queue at a time: its scheduler's run_job and its settle_work, on
 * one ordered workqueue; its timeout handler with both stopped; or its end, when
 * none of them runs any more. What the firmware says: xe_queue_events.c.
 */
#include <linux/ratelimit.h>
#include <linux/slab.h>

#include <drm/drm_managed.h>

#include "abi/guc_actions.h"
#include "abi/guc_klv.h"
#include "core/xe_log.h"
#include "core/xe_rpm.h"
#include "gt/xe_gt.h"
#include "gt/xe_tlb_inval.h"
#include "guc/xe_guc.h"
#include "submit/xe_queue.h"
#include "submit/xe_submit_trace.h"

#define ANSWER_TIMEOUT		(5 * HZ)
#define VERSION(major, minor, patch) ((major) << 16 | (minor) << 8 | (patch))

#define REGISTER_KMD		BIT(0)
/* Dwords before the descriptors of a context with several rings. */
#define REGISTER_MULTI_DW	11

/* Share of the render engine that compute must leave to it. */
#define YIELD_PERIOD_MS		80
#define YIELD_PERCENT		20

static int send(struct xe_exec_queue *q, const u32 *msg, u32 len, u32 g2h)
{
	int err = xe_guc_ct_send(q->p.gt, msg, len, g2h);

	if (err)
		xe_gt_dbg(q->p.gt, "guc_id=%u: message %#x not sent (%pe)\n", q->id, msg[0],
			  ERR_PTR(err));
	return err;
}

static int send_register_single(struct xe_exec_queue *q)
{
	u64 desc = xe_lrc_descriptor(q->lrc[0]);
	const u32 msg[] = {
		GUC_ACTION_REGISTER_CONTEXT, REGISTER_KMD, q->id, xe_guc_class(q->p.hwe->cls),
		q->p.logical_mask, 0, 0, 0, 0, 0, lower_32_bits(desc), upper_32_bits(desc),
	};

	return send(q, msg, ARRAY_SIZE(msg), 0);
}

static int send_register_parallel(struct xe_exec_queue *q)
{
	u32 msg[REGISTER_MULTI_DW + 2 * XE_QUEUE_MAX_WIDTH] = {
		GUC_ACTION_REGISTER_CONTEXT_MULTI, REGISTER_KMD, q->id,
		xe_guc_class(q->p.hwe->cls), q->p.logical_mask,
	};
	u32 n = REGISTER_MULTI_DW;
	u16 i;

	msg[9] = xe_queue_wq_addr(q, &msg[5], &msg[7]);
	msg[10] = q->p.width;
	for (i = 0; i < q->p.width; i++) {
		u64 desc = xe_lrc_descriptor(q->lrc[i]);

		msg[n++] = lower_32_bits(desc);
		msg[n++] = upper_32_bits(desc);
	}
	return send(q, msg, n, 0);
}

static int send_register(struct xe_exec_queue *q)
{
	return q->p.width > 1 ? send_register_parallel(q) : send_register_single(q);
}

static int send_policies(struct xe_exec_queue *q)
{
	static const u8 priority[XE_PRIO_COUNT] = {
		[XE_PRIO_LOW] = GUC_PRIORITY_NORMAL,
		[XE_PRIO_NORMAL] = GUC_PRIORITY_KMD_NORMAL,
		[XE_PRIO_HIGH] = GUC_PRIORITY_HIGH,
		[XE_PRIO_KERNEL] = GUC_PRIORITY_KMD_HIGH,
	};
	const u32 msg[] = {
		GUC_ACTION_CONTEXT_POLICIES, q->id,
		GUC_KLV(GUC_KLV_CONTEXT_PRIORITY, 1), priority[q->p.priority],
		GUC_KLV(GUC_KLV_CONTEXT_QUANTUM, 1), q->p.timeslice_us,
		GUC_KLV(GUC_KLV_CONTEXT_PREEMPTION, 1), q->p.preempt_timeout_us,
		GUC_KLV(GUC_KLV_CONTEXT_SLPC_FREQ, 1), q->p.low_latency ? GUC_SLPC_FREQ_COMPUTE : 0,
	};

	return send(q, msg, ARRAY_SIZE(msg), 0);
}

/* A queue that ends is not waited for: the shortest preemption timeout there is. */
static int send_hurry(struct xe_exec_queue *q)
{
	const u32 msg[] = {
		GUC_ACTION_CONTEXT_POLICIES, q->id, GUC_KLV(GUC_KLV_CONTEXT_PREEMPTION, 1), 1,
	};

	return send(q, msg, ARRAY_SIZE(msg), 0);
}

static int send_mode(struct xe_exec_queue *q, bool enable)
{
	const u32 msg[] = { GUC_ACTION_SCHED_CONTEXT_MODE_SET, q->id, enable };

	if (enable)
		trace_xe_exec_queue_scheduling_enable(q);
	else
		trace_xe_exec_queue_scheduling_disable(q);
	return send(q, msg, ARRAY_SIZE(msg), GUC_G2H_DWORDS_SCHED_DONE);
}

static int send_notify(struct xe_exec_queue *q)
{
	const u32 msg[] = { GUC_ACTION_SCHED_CONTEXT, q->id };

	return send(q, msg, ARRAY_SIZE(msg), 0);
}

static int send_enable(struct xe_exec_queue *q)
{
	int err = send_policies(q) ?: send_mode(q, true);

	/* Being enabled does not make the firmware look into a work queue. */
	if (!err && q->p.width > 1)
		err = send_notify(q);
	return err;
}

static int send_deregister(struct xe_exec_queue *q)
{
	const u32 msg[] = { GUC_ACTION_DEREGISTER_CONTEXT, q->id };

	trace_xe_exec_queue_deregister(q);
	return send(q, msg, ARRAY_SIZE(msg), GUC_G2H_DWORDS_DEREGISTER_DONE);
}

static int act(struct xe_exec_queue *q, int action)
{
	int err = 0;

	switch (action) {
	case XE_QACT_REGISTER:
		trace_xe_exec_queue_register(q);
		err = send_register(q) ?: send_enable(q);
		break;
	case XE_QACT_ENABLE:
		err = send_enable(q);
		break;
	case XE_QACT_NOTIFY:
		trace_xe_exec_queue_submit(q);
		err = send_notify(q);
		break;
	case XE_QACT_DISABLE:
		err = send_hurry(q) ?: send_mode(q, false);
		break;
	case XE_QACT_PREEMPT:
		err = send_mode(q, false);
		break;
	case XE_QACT_DEREGISTER:
		err = send_deregister(q);
		break;
	default:
		break;
	}
	return err;
}

/**
 * xe_queue_kick() - the tail moved
 * @q: queue
 *
 * Context: fence signalling; the queue's only sender.
 * Return: 0, -ECANCELED when it was condemned, or why the message was not sent.
 */
int xe_queue_kick(struct xe_exec_queue *q)
{
	int action = xe_queue_event(q, XE_QEV_SUBMIT);

	return action < 0 ? action : act(q, action);
}

/**
 * xe_queue_away() - begin to take a suspended queue off its engine
 * @q: queue
 *
 * Its preemption timeout is left to it. Context: fence signalling; the queue's
 * only sender.
 * Return: 0, also when nothing is to be done now, or why the message was not sent.
 */
int xe_queue_away(struct xe_exec_queue *q)
{
	int action = xe_queue_event(q, XE_QEV_AWAY);

	return action < 0 ? action : act(q, action);
}

static int phase(struct xe_guc_submit *submit)
{
	return READ_ONCE(submit->phase);
}

/**
 * xe_queue_answer_timeout() - how long the firmware may take for an answer
 * @q: queue that may have been asked to leave with all of its preemption timeout
 *
 * Return: jiffies.
 */
unsigned long xe_queue_answer_timeout(const struct xe_exec_queue *q)
{
	return ANSWER_TIMEOUT + usecs_to_jiffies(q->p.preempt_timeout_us);
}

static bool wait_answer(struct xe_exec_queue *q)
{
	struct xe_guc_submit *submit = xe_queue_submit(q);

	return wait_event_timeout(q->wq, xe_queue_answered(&q->status) ||
				  phase(submit) != XE_SUBMIT_RUNNING, xe_queue_answer_timeout(q));
}

/**
 * xe_queue_off() - take a queue off its engine
 * @q: queue
 *
 * Context: sleeps up to some seconds; the queue's only sender.
 * Return: 0 when no engine touches its memory any more, -ETIMEDOUT when the
 * firmware does not answer, -ECANCELED while a reset is going on.
 */
int xe_queue_off(struct xe_exec_queue *q)
{
	int action, err;

	for (;;) {
		if (!wait_answer(q))
			return -ETIMEDOUT;
		if (phase(xe_queue_submit(q)) == XE_SUBMIT_STOPPED)
			return -ECANCELED;
		action = xe_queue_event(q, XE_QEV_OFF);
		if (action <= XE_QACT_NONE)
			return min(action, 0);
		err = act(q, action);
		/* It will not answer what it was not told. */
		if (err)
			return err == -ECANCELED ? err : -ETIMEDOUT;
	}
}

/* A firmware that is dead does not answer many queues at once. */
static DEFINE_RATELIMIT_STATE(unanswered_limit, DEFAULT_RATELIMIT_INTERVAL, 1);

/**
 * xe_queue_forget() - make the firmware forget a queue
 * @q: queue without jobs or references
 *
 * Context: sleeps until it did, or the GT was reset. The device is awake.
 */
void xe_queue_forget(struct xe_exec_queue *q)
{
	struct xe_guc_submit *submit = xe_queue_submit(q);
	int action;

	for (;;) {
		wait_event(submit->wq, phase(submit) != XE_SUBMIT_STOPPED);
		if (phase(submit) == XE_SUBMIT_OVER)
			xe_queue_event(q, XE_QEV_LOST);

		action = xe_queue_event(q, XE_QEV_FORGET);
		if (READ_ONCE(q->status.state) == XE_QUEUE_GONE)
			break;
		if (act(q, action) && phase(submit) == XE_SUBMIT_RUNNING)
			xe_guc_reset_gt(q->p.gt);
		if (!wait_answer(q)) {
			if (__ratelimit(&unanswered_limit))
				xe_gt_warn(q->p.gt, "Pending enable/disable failed to respond, guc_id=%u\n",
					   q->id);
			xe_guc_reset_gt(q->p.gt);
		}
	}
	/* One that a reset made the firmware forget may be on its engine until that is through. */
	wait_event(submit->wq, phase(submit) != XE_SUBMIT_STOPPED);
}

/**
 * xe_guc_submit_enable() - policies that concern all queues
 * @gt: GT whose firmware runs
 *
 * Return: 0 or a negative errno of the message.
 */
int xe_guc_submit_enable(struct xe_gt *gt)
{
	const u32 msg[] = {
		GUC_ACTION_SCHED_POLICIES_KLV,
		GUC_KLV(GUC_KLV_RENDER_COMPUTE_YIELD, 2), YIELD_PERIOD_MS, YIELD_PERCENT,
	};
	int ret;

	if (xe_guc_submission_version(gt) < VERSION(1, 1, 0) ||
	    !xe_engine_class_mask_logical(gt, XE_CLASS_COMPUTE, false))
		return 0;

	ret = xe_guc_ct_send_recv(gt, msg, ARRAY_SIZE(msg));
	if (ret < 0)
		xe_gt_err(gt, "failed to enable GuC scheduling policies: %pe\n", ERR_PTR(ret));
	return min(ret, 0);
}

static void set_phase(struct xe_guc_submit *submit, enum xe_submit_phase to)
{
	struct xe_exec_queue *q;
	unsigned long id;

	WRITE_ONCE(submit->phase, to);
	wake_up_all(&submit->wq);
	guard(rcu)();
	xa_for_each(&submit->queues, id, q)
		if (id == q->id)
			wake_up_all(&q->wq);
}

static void stop_queues(struct xe_guc_submit *submit)
{
	struct xe_exec_queue *q;
	unsigned long id;

	lockdep_assert_held(&submit->lock);
	xa_for_each(&submit->queues, id, q)
		if (id == q->id)
			xe_queue_stop(q);
}

static void start_queues(struct xe_guc_submit *submit, bool replay)
{
	struct xe_exec_queue *q;
	unsigned long id;

	lockdep_assert_held(&submit->lock);
	xa_for_each(&submit->queues, id, q)
		if (id == q->id)
			xe_queue_start(q, replay);
}

/**
 * xe_guc_submit_stop() - park all queues of a GT
 * @gt: GT that is going to be reset or to sleep
 *
 * Whoever waits for the firmware gives up, no scheduler runs, and the firmware is
 * taken to have forgotten everything. Twice does no harm.
 *
 * Context: sleeps; not in a job's timeout handler.
 */
void xe_guc_submit_stop(struct xe_gt *gt)
{
	struct xe_guc_submit *submit = gt->submit;
	enum xe_engine_class cls;

	if (!submit || phase(submit) == XE_SUBMIT_OVER)
		return;

	set_phase(submit, XE_SUBMIT_STOPPED);
	scoped_guard(mutex, &submit->lock)
		stop_queues(submit);
	/* Interrupts may have been lost: look once what was done. */
	for (cls = 0; cls < XE_CLASS_MAX; cls++)
		xe_fence_irq_run(gt, cls);
}

/**
 * xe_guc_submit_start() - go on after xe_guc_submit_stop()
 * @gt: GT whose firmware runs again, unless the device is wedged
 *
 * Jobs that were not done are written to their rings once more and run.
 * Context: sleeps.
 */
void xe_guc_submit_start(struct xe_gt *gt)
{
	struct xe_guc_submit *submit = gt->submit;
	bool wedged = xe_device_wedged(gt_to_xe(gt));

	if (!submit || phase(submit) != XE_SUBMIT_STOPPED)
		return;

	if (!wedged)
		xe_guc_submit_enable(gt);
	scoped_guard(mutex, &submit->lock) {
		set_phase(submit, wedged ? XE_SUBMIT_OVER : XE_SUBMIT_RUNNING);
		start_queues(submit, !wedged);
	}
}

static void wedge_work(struct work_struct *work)
{
	struct xe_guc_submit *submit = container_of(work, struct xe_guc_submit, wedge_work);

	xe_device_declare_wedged(gt_to_xe(submit->gt));
}

/* The device is being unbound: nothing answers any more, all jobs end now. */
static void submit_over(void *arg)
{
	struct xe_gt *gt = arg;
	struct xe_guc_submit *submit = gt->submit;

	disable_work_sync(&submit->wedge_work);
	guard(xe_rpm)(gt_to_xe(gt));
	set_phase(submit, XE_SUBMIT_STOPPED);
	scoped_guard(mutex, &submit->lock)
		stop_queues(submit);
	xe_guc_stop(gt);
	/* Before memory of jobs is given back the engines must let go of it. */
	if (xe_gt_reset_domains(gt))
		xe_gt_dbg(gt, "No reset at unbind\n");
	/* What was sent before the stop is not answered any more, and there may be waiters. */
	xe_tlb_inval_reset(gt);
	scoped_guard(mutex, &submit->lock) {
		set_phase(submit, XE_SUBMIT_OVER);
		start_queues(submit, false);
	}
}

/* No GT answers any more, so nothing that is being closed waits for one. */
static void submit_drain(void *arg)
{
	struct xe_device *xe = arg;
	struct xe_gt *gt;
	unsigned int id;

	guard(xe_rpm)(xe);
	xe_device_flush_destroy();
	for_each_gt(gt, xe, id)
		if (gt->submit)
			flush_work(&gt->submit->free_work);
	/* The last queue of an address space may have held the last reference of that. */
	xe_device_flush_destroy();
}

/**
 * xe_guc_submit_drain_init() - at unbind, wait for queues that are being closed
 * @xe: device, before xe_guc_submit_init() of its first GT
 *
 * Return: 0 or -ENOMEM.
 */
int xe_guc_submit_drain_init(struct xe_device *xe)
{
	return devm_add_action_or_reset(xe->drm.dev, submit_drain, xe);
}

static void submit_free(struct drm_device *drm, void *arg)
{
	struct xe_gt *gt = arg;

	xa_destroy(&gt->submit->queues);
	gt->submit = NULL;
}

static void prime_lockdep(struct xe_guc_submit *submit)
{
	/* A reset, which memory reclaim may wait for, takes it. */
	fs_reclaim_acquire(GFP_KERNEL);
	might_lock(&submit->lock);
	fs_reclaim_release(GFP_KERNEL);
}

/**
 * xe_guc_submit_init() - submission of a GT
 * @gt: GT; xe_guc_init() was called
 *
 * A component.
 * Return: 0 or -ENOMEM.
 */
int xe_guc_submit_init(struct xe_gt *gt)
{
	struct xe_device *xe = gt_to_xe(gt);
	struct xe_guc_submit *submit;
	int err;

	submit = drmm_kzalloc(&xe->drm, sizeof(*submit), GFP_KERNEL);
	if (!submit)
		return -ENOMEM;

	submit->gt = gt;
	init_waitqueue_head(&submit->wq);
	xa_init(&submit->queues);
	INIT_WORK(&submit->wedge_work, wedge_work);
	init_llist_head(&submit->closed);
	INIT_WORK(&submit->free_work, xe_queue_free_work);
	err = drmm_mutex_init(&xe->drm, &submit->lock);
	if (err)
		return err;
	submit->submit_wq = drmm_alloc_ordered_workqueue(&xe->drm, "xe-gt%u-submit",
							 WQ_MEM_RECLAIM, gt->id);
	if (IS_ERR(submit->submit_wq))
		return PTR_ERR(submit->submit_wq);
	submit->timeout_wq = drmm_alloc_ordered_workqueue(&xe->drm, "xe-gt%u-timeout",
							  WQ_MEM_RECLAIM, gt->id);
	if (IS_ERR(submit->timeout_wq))
		return PTR_ERR(submit->timeout_wq);
	submit->preempt_wq = drmm_alloc_ordered_workqueue(&xe->drm, "xe-gt%u-preempt",
							  WQ_MEM_RECLAIM, gt->id);
	if (IS_ERR(submit->preempt_wq))
		return PTR_ERR(submit->preempt_wq);
	prime_lockdep(submit);
	err = xe_engine_groups_init(submit);
	if (err)
		return err;

	gt->submit = submit;
	err = drmm_add_action_or_reset(&xe->drm, submit_free, gt);
	if (err)
		return err;
	err = xe_queue_events_init(gt);
	if (err)
		return err;
	return devm_add_action_or_reset(xe->drm.dev, submit_over, gt);
}
