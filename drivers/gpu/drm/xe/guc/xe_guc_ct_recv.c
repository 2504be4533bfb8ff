// SPDX-License-Identifier: GPL-2.0
/*
 * What the firmware sends: answers go to who waits, events to their rows, in an
 * interrupt or by the worker, and in order.
 */
#include <linux/bitfield.h>

#include "abi/guc_hxg.h"
#include "core/xe_irq.h"
#include "core/xe_log.h"
#include "core/xe_rpm.h"
#include "guc/xe_guc_ct_priv.h"
#include "guc/xe_guc_ct_trace.h"

/**
 * xe_guc_ct_recv_release() - credits come back
 * @ct: channel
 * @n: dwords
 *
 * A firmware that answers twice must not make us count below zero.
 *
 * Context: any; &xe_guc_ct.lock is held.
 */
void xe_guc_ct_recv_release(struct xe_guc_ct *ct, u32 n)
{
	lockdep_assert_held(&ct->lock);
	if (n > ct->credits)
		xe_gt_dbg(ct->guc->gt, "GuC answered more than was asked: %u credits of %u\n", n,
			  ct->credits);
	n = min(n, ct->credits);
	if (!n)
		return;

	WRITE_ONCE(ct->credits, ct->credits - n);
	if (!ct->credits)
		xe_rpm_put(ct_to_xe(ct));
	wake_up_all(&ct->wq);
}

/**
 * xe_guc_ct_recv_waiter() - who waits for an answer
 * @ct: channel
 * @fence: of the request
 *
 * Context: any; &xe_guc_ct.lock is held.
 *
 * Return: NULL when nobody does.
 */
struct ct_waiter *xe_guc_ct_recv_waiter(struct xe_guc_ct *ct, u16 fence)
{
	struct ct_waiter *waiter;

	lockdep_assert_held(&ct->lock);
	list_for_each_entry(waiter, &ct->waiters, link)
		if (waiter->fence == fence)
			return waiter;
	return NULL;
}

static void untracked_reply(struct xe_guc_ct *ct, u16 fence, u32 reply)
{
	xe_gt_err(ct->guc->gt, "GuC %s request %#06x (fence %#x): error %#x hint %#x\n",
		  FIELD_GET(GUC_HXG_TYPE, reply) == GUC_HXG_FAILURE ? "refused" : "answered",
		  READ_ONCE(ct->sent[fence % CT_SENT_LOG]), fence, FIELD_GET(GUC_HXG_ERROR, reply),
		  FIELD_GET(GUC_HXG_HINT, reply));
	xe_guc_ct_break(ct, "answer to a request that gets none unless it is wrong");
}

static void receive_reply(struct xe_guc_ct *ct, u16 fence, u32 reply)
{
	bool final = FIELD_GET(GUC_HXG_TYPE, reply) != GUC_HXG_BUSY;
	struct ct_waiter *waiter;

	lockdep_assert_held(&ct->lock);
	if (fence & CT_FENCE_UNTRACKED) {
		untracked_reply(ct, fence, reply);
		return;
	}

	waiter = xe_guc_ct_recv_waiter(ct, fence);
	if (!waiter)
		xe_gt_warn(ct->guc->gt, "GuC answered request %#x, for which nobody waits\n",
			   fence);
	if (final)
		xe_guc_ct_recv_release(ct, GUC_CTB_MSG_MAX_DWORDS);
	if (!waiter)
		return;

	waiter->reply = reply;
	waiter->done = final;
	if (final)
		list_del(&waiter->link);
	complete(&waiter->event);
}

static void call_row(struct xe_guc_ct *ct, const struct xe_g2h_row *row, const u32 *msg, u32 len)
{
	const u32 *hxg = msg + GUC_CTB_HDR_DWORDS;
	int err = xe_guc_g2h_call(ct->guc->gt, row, hxg, len - GUC_CTB_HDR_DWORDS);

	if (err)
		xe_gt_err(ct->guc->gt, "GuC event %#06x (%s) was not understood: %pe, %u dwords %*ph\n",
			  row->action, row->name, ERR_PTR(err), len,
			  (int)min(len * sizeof(u32), 64), msg);
}

/* Of an event; answers have none. */
static u32 hxg_action(u32 hxg)
{
	return FIELD_GET(GUC_HXG_TYPE, hxg) == GUC_HXG_EVENT ? FIELD_GET(GUC_HXG_ACTION, hxg) : 0;
}

/*
 * Take the message in @msg from the ring. Returns the row of an event that is
 * left to do for the worker.
 */
static const struct xe_g2h_row *take_message(struct xe_guc_ct *ct, u32 len)
{
	u32 *msg = ct->msg, hxg = msg[GUC_CTB_HDR_DWORDS];
	const struct xe_g2h_row *row;

	trace_xe_guc_ctb_g2h(ct->guc->gt, hxg_action(hxg), len - GUC_CTB_HDR_DWORDS);
	xe_guc_ctb_consume(&ct->g2h, len);
	if (!(hxg & GUC_HXG_ORIGIN)) {
		xe_guc_ct_break(ct, "message from ourselves");
		return NULL;
	}

	switch (FIELD_GET(GUC_HXG_TYPE, hxg)) {
	case GUC_HXG_EVENT:
		break;
	case GUC_HXG_BUSY:
	case GUC_HXG_RETRY:
	case GUC_HXG_FAILURE:
	case GUC_HXG_SUCCESS:
		receive_reply(ct, FIELD_GET(GUC_CTB_FENCE, msg[0]), hxg);
		return NULL;
	default:
		xe_guc_ct_break(ct, "message of unknown type");
		return NULL;
	}

	row = xe_guc_g2h_find(&ct->guc->rows, FIELD_GET(GUC_HXG_ACTION, hxg));
	if (!row) {
		xe_gt_err(ct->guc->gt, "GuC sent event %#06x, which nobody knows\n",
			  FIELD_GET(GUC_HXG_ACTION, hxg));
		return NULL;
	}
	xe_guc_ct_recv_release(ct, row->credits);
	if (!row->fast)
		return row;
	call_row(ct, row, msg, len);
	return NULL;
}

static bool for_worker(struct xe_guc_ct *ct)
{
	u32 hxg = ct->msg[GUC_CTB_HDR_DWORDS];
	const struct xe_g2h_row *row;

	if (FIELD_GET(GUC_HXG_TYPE, hxg) != GUC_HXG_EVENT)
		return false;
	row = xe_guc_g2h_find(&ct->guc->rows, FIELD_GET(GUC_HXG_ACTION, hxg));
	return row && !row->fast;
}

/*
 * Take messages until there are none or one is for the worker, and stay in
 * order: fast handlers run under @lock wherever they are called from. Returns
 * the dwords of that one, which stays in the ring and in @msg.
 */
static int drain_fast(struct xe_guc_ct *ct)
{
	int len;

	lockdep_assert_held(&ct->lock);
	while (ct->state == CT_RUNNING) {
		len = xe_guc_ctb_peek(&ct->g2h, ct->msg);
		if (len < 0)
			xe_guc_ct_break(ct, "nonsense in the ring or its descriptor");
		if (len <= 0)
			break;
		if (for_worker(ct))
			return len;
		take_message(ct, len);
	}
	return 0;
}

/**
 * xe_guc_ct_recv_poll() - process what there is
 * @ct: channel
 *
 * Context: any.
 */
void xe_guc_ct_recv_poll(struct xe_guc_ct *ct)
{
	guard(spinlock_irqsave)(&ct->lock);
	if (drain_fast(ct))
		queue_work(ct->workqueue, &ct->worker);
}

/**
 * xe_guc_ct_poll() - process what no interrupt told of
 * @guc: firmware
 *
 * If there is something, other sources may wait behind the interrupt that got
 * lost: they are made to raise it again.
 *
 * Context: any; the device is awake.
 */
void xe_guc_ct_poll(struct xe_guc *guc)
{
	struct xe_guc_ct *ct = guc->ct;
	bool found;
	u32 head;

	scoped_guard(spinlock_irqsave, &ct->lock) {
		head = ct->g2h.head;
		found = drain_fast(ct);
		if (found)
			queue_work(ct->workqueue, &ct->worker);
		found |= ct->g2h.head != head;
	}
	if (found)
		xe_irq_retrigger(ct_to_xe(ct));
}

/**
 * xe_guc_ct_recv_work() - handle what must not be handled in an interrupt
 * @work: &xe_guc_ct.worker
 *
 * Context: work item, one at a time.
 */
void xe_guc_ct_recv_work(struct work_struct *work)
{
	struct xe_guc_ct *ct = container_of(work, struct xe_guc_ct, worker);
	const struct xe_g2h_row *row;
	int len;

	WRITE_ONCE(ct->worker_task, current);
	for (;;) {
		scoped_guard(spinlock_irq, &ct->lock) {
			row = NULL;
			len = drain_fast(ct);
			if (len) {
				memcpy(ct->worker_msg, ct->msg, len * sizeof(u32));
				row = take_message(ct, len);
			}
		}
		if (!len)
			break;
		if (row)
			call_row(ct, row, ct->worker_msg, len);
	}
	WRITE_ONCE(ct->worker_task, NULL);
}

/**
 * xe_guc_ct_recv_watchdog() - look after answers while some are due
 * @work: &xe_guc_ct.watchdog
 *
 * Context: work item.
 */
void xe_guc_ct_recv_watchdog(struct work_struct *work)
{
	struct xe_guc_ct *ct = container_of(to_delayed_work(work), struct xe_guc_ct, watchdog);

	xe_guc_ct_poll(ct->guc);
	guard(spinlock_irq)(&ct->lock);
	if (ct->state == CT_RUNNING && ct->credits)
		queue_delayed_work(ct_to_xe(ct)->unordered_wq, &ct->watchdog, CT_WATCHDOG_PERIOD);
}

/**
 * xe_guc_ct_irq() - there is something in the ring
 * @guc: firmware that raised the interrupt
 *
 * Context: hard interrupt.
 */
void xe_guc_ct_irq(struct xe_guc *guc)
{
	xe_guc_ct_recv_poll(guc->ct);
}

