// SPDX-License-Identifier: GPL-2.0
/*
 * What the firmware says about queues. An event only changes a queue's status and wakes
 * whoever waits for it; what is to be done then is done where messages are sent.
 */
#include <linux/ratelimit.h>
#include <linux/rcupdate.h>

#include "abi/guc_actions.h"
#include "core/xe_log.h"
#include "core/xe_stats.h"
#include "guc/xe_guc.h"
#include "submit/xe_queue.h"
#include "submit/xe_submit_trace.h"

#define UNKNOWN_CONTEXT		0xffff

/* Context: RCU read side, which keeps the queue. */
static struct xe_exec_queue *find_queue(struct xe_gt *gt, u32 id)
{
	struct xe_exec_queue *q = xa_load(&gt->submit->queues, id);

	if (!q)
		xe_gt_err(gt, "No exec queue found for guc_id %u\n", id);
	return q;
}

static int answered(struct xe_gt *gt, u32 id, enum xe_queue_event event, const char *name)
{
	struct xe_exec_queue *q;
	u8 state;

	/* What was on its way when all was taken for lost means nothing any more. */
	if (READ_ONCE(gt->submit->phase) != XE_SUBMIT_RUNNING)
		return 0;

	guard(rcu)();
	q = find_queue(gt, id);
	if (!q)
		return -EPROTO;
	state = READ_ONCE(q->status.state);
	if (event == XE_QEV_DEREGISTERED)
		trace_xe_exec_queue_deregister_done(q);
	else
		trace_xe_exec_queue_scheduling_done(q);
	if (xe_queue_event(q, event) >= 0) {
		if (!xe_queue_settled(&q->status))
			xe_queue_settle_later(q);
		return 0;
	}
	xe_gt_err(gt, "%s: Unexpected engine state 0x%04x, guc_id=%u\n", name, state, id);
	return -EPROTO;
}

static int on_sched_done(struct xe_gt *gt, const u32 *payload, u32 len)
{
	if (payload[1] > 1)
		return -EPROTO;
	return answered(gt, payload[0], payload[1] ? XE_QEV_ENABLED : XE_QEV_DISABLED,
			"SCHED_DONE");
}

static int on_deregister_done(struct xe_gt *gt, const u32 *payload, u32 len)
{
	return answered(gt, payload[0], XE_QEV_DEREGISTERED, "DEREGISTER_DONE");
}

/* The kernel's own queues are not given up for one mishap: see xe_queue_stop(). */
static void punish(struct xe_exec_queue *q)
{
	xe_stat_add(q->p.gt, XE_STAT_QUEUE_RESET, 1);
	if (q->p.kernel)
		xe_guc_reset_gt(q->p.gt);
	else
		xe_queue_condemn(q, XE_QEV_RESET);
}

static int on_context_reset(struct xe_gt *gt, const u32 *payload, u32 len)
{
	struct xe_exec_queue *q;

	guard(rcu)();
	q = find_queue(gt, payload[0]);
	if (!q)
		return -EPROTO;
	trace_xe_exec_queue_reset(q);
	if (READ_ONCE(q->status.verdict) != XE_QUEUE_KILLED)
		xe_gt_info(gt, "Engine reset: engine_class=%s, logical_mask: 0x%x, guc_id=%u, state=0x%0x\n",
			   xe_queue_class_name(q), q->p.logical_mask, q->id,
			   READ_ONCE(q->status.state));
	punish(q);
	return 0;
}

static DEFINE_RATELIMIT_STATE(unknown_cat_limit, DEFAULT_RATELIMIT_INTERVAL,
			      DEFAULT_RATELIMIT_BURST);

static int on_cat_error(struct xe_gt *gt, const u32 *payload, u32 len)
{
	struct xe_exec_queue *q;

	if (payload[0] == UNKNOWN_CONTEXT) {
		if (__ratelimit(&unknown_cat_limit))
			xe_gt_err(gt, "Memory CAT error reported by GuC!\n");
		return 0;
	}

	guard(rcu)();
	q = find_queue(gt, payload[0]);
	if (!q)
		return -EPROTO;
	trace_xe_exec_queue_memory_cat_error(q);
	if (len > 1)
		xe_gt_info(gt, "Engine memory CAT error [%u]: class=%s, logical_mask: 0x%x, guc_id=%u\n",
			   payload[1], xe_queue_class_name(q), q->p.logical_mask, q->id);
	else
		xe_gt_info(gt, "Engine memory CAT error: class=%s, logical_mask: 0x%x, guc_id=%u\n",
			   xe_queue_class_name(q), q->p.logical_mask, q->id);
	punish(q);
	return 0;
}

static int on_local_error(struct xe_gt *gt, const u32 *payload, u32 len)
{
	struct xe_exec_queue *q;

	xe_gt_err(gt, "GuC: Uncorrectable local error! guc_id=%u\n", payload[0]);
	if (payload[0] == UNKNOWN_CONTEXT)
		return 0;

	guard(rcu)();
	q = find_queue(gt, payload[0]);
	if (!q)
		return -EPROTO;
	punish(q);
	return 0;
}

static int on_engine_failure(struct xe_gt *gt, const u32 *payload, u32 len)
{
	xe_gt_err(gt, "GuC engine reset request failed on %u:%u because 0x%08X\n",
		  payload[0], payload[1], payload[2]);
	xe_guc_reset_gt(gt);
	return 0;
}

static const struct xe_g2h_row rows[] = {
	{ GUC_EVENT_SCHED_CONTEXT_MODE_DONE, 2, GUC_G2H_DWORDS_SCHED_DONE, false,
	  "SCHED_DONE", on_sched_done },
	{ GUC_EVENT_DEREGISTER_CONTEXT_DONE, 1, GUC_G2H_DWORDS_DEREGISTER_DONE, false,
	  "DEREGISTER_DONE", on_deregister_done },
	{ GUC_EVENT_CONTEXT_RESET, 1, 0, false, "CONTEXT_RESET", on_context_reset },
	{ GUC_EVENT_MEMORY_CAT_ERROR, 1, 0, false, "MEMORY_CAT_ERROR", on_cat_error },
	{ GUC_EVENT_LOCAL_ERROR, 1, 0, false, "LOCAL_ERROR", on_local_error },
	{ GUC_EVENT_ENGINE_FAILURE, 3, 0, false, "ENGINE_FAILURE", on_engine_failure },
};

/**
 * xe_queue_events_init() - hear what the firmware of a GT says about queues
 * @gt: GT
 *
 * Return: 0 or -ENOMEM.
 */
int xe_queue_events_init(struct xe_gt *gt)
{
	return xe_guc_ct_add_rows(gt, rows, ARRAY_SIZE(rows));
}
