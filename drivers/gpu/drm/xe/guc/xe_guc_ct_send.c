// SPDX-License-Identifier: GPL-2.0
/*
 * What we send, and how long we wait for room and for answers.
 */
#include <linux/bitfield.h>
#include <linux/delay.h>

#include "abi/guc_hxg.h"
#include "core/xe_log.h"
#include "core/xe_mmio.h"
#include "core/xe_rpm.h"
#include "guc/xe_guc_ct_priv.h"
#include "guc/xe_guc_ct_trace.h"

#define ROOM_TIMEOUT		HZ
#define ROOM_POLL_US		50
#define ROOM_POLL_MAX_US	16000
#define REPLY_TIMEOUT		HZ
#define BUSY_LIMIT		10
#define RETRY_LIMIT		50
#define RETRY_DELAY_MS		5

/**
 * struct ct_request - a message on its way out
 * @action: HXG action code and payload
 * @len: dwords in @action
 * @credits: dwords of G2H ring that the answer takes
 * @waiter: who waits for the answer; NULL: there is none
 */
struct ct_request {
	const u32 *action;
	u32 len, credits;
	struct ct_waiter *waiter;
};

static bool credits_left(struct xe_guc_ct *ct, u32 n)
{
	return !n || READ_ONCE(ct->credits) + n <= CT_G2H_CREDITS;
}

static int reserve(struct xe_guc_ct *ct, u32 n)
{
	guard(spinlock_irqsave)(&ct->lock);
	if (ct->state != CT_RUNNING)
		return xe_guc_ct_state_error(ct->state);
	if (!credits_left(ct, n) && ct->worker_task != current)
		return -ENOBUFS;
	if (n && !ct->credits) {
		xe_rpm_get_noresume(ct_to_xe(ct));
		queue_delayed_work(ct_to_xe(ct)->unordered_wq, &ct->watchdog, CT_WATCHDOG_PERIOD);
	}
	WRITE_ONCE(ct->credits, ct->credits + n);
	return 0;
}

static void unreserve(struct xe_guc_ct *ct, u32 n)
{
	guard(spinlock_irqsave)(&ct->lock);
	xe_guc_ct_recv_release(ct, n);
}

static u16 untracked_fence(struct xe_guc_ct *ct, u32 action)
{
	u16 fence = CT_FENCE_UNTRACKED | (ct->next_untracked++ & CT_FENCE_COUNTER);

	lockdep_assert_held(&ct->send_lock);
	WRITE_ONCE(ct->sent[fence % CT_SENT_LOG], FIELD_GET(GUC_HXG_ACTION, action));
	return fence;
}

static void add_waiter(struct xe_guc_ct *ct, struct ct_waiter *waiter)
{
	guard(spinlock_irqsave)(&ct->lock);
	do {
		waiter->fence = ct->next_fence++ & CT_FENCE_COUNTER;
	} while (xe_guc_ct_recv_waiter(ct, waiter->fence));
	waiter->err = 0;
	waiter->done = false;
	list_add_tail(&waiter->link, &ct->waiters);
}

/* False: it was answered or cancelled in the meantime. */
static bool remove_waiter(struct xe_guc_ct *ct, struct ct_waiter *waiter)
{
	guard(spinlock_irqsave)(&ct->lock);
	if (waiter->done)
		return false;
	list_del(&waiter->link);
	waiter->done = true;
	return true;
}

static int write_request(struct xe_guc_ct *ct, const struct ct_request *rq)
{
	u32 type = rq->waiter ? GUC_HXG_REQUEST : GUC_HXG_FAST_REQUEST;
	u16 fence = rq->waiter ? rq->waiter->fence : untracked_fence(ct, rq->action[0]);
	int err;

	lockdep_assert_held(&ct->send_lock);
	err = xe_guc_ctb_write(&ct->h2g, FIELD_PREP(GUC_CTB_FENCE, fence) |
			       FIELD_PREP(GUC_CTB_FORMAT, GUC_CTB_FORMAT_HXG) |
			       FIELD_PREP(GUC_CTB_DWORDS, rq->len),
			       FIELD_PREP(GUC_HXG_TYPE, type) |
			       (rq->action[0] & (GUC_HXG_DATA0 | GUC_HXG_ACTION)),
			       rq->action + 1, rq->len - 1);
	if (err)
		return err;

	/* The message must be in memory before the tail says that it is. */
	xe_device_wmb(ct_to_xe(ct));
	trace_xe_guc_ctb_h2g(ct->guc->gt, FIELD_GET(GUC_HXG_ACTION, rq->action[0]), rq->len);
	xe_guc_ctb_publish(&ct->h2g);
	xe_guc_mmio_notify(ct->guc);
	return 0;
}

static void break_channel(struct xe_guc_ct *ct, const char *why)
{
	guard(spinlock_irqsave)(&ct->lock);
	xe_guc_ct_break(ct, why);
}

/* One try: 0, -EBUSY no room in the ring, -ENOBUFS no credits, else final. */
static int try_send(struct xe_guc_ct *ct, const struct ct_request *rq)
{
	int err;

	if (xe_device_wedged(ct_to_xe(ct)))
		return -ECANCELED;

	/* Stopping takes this lock: the state cannot leave RUNNING for a stop while we write. */
	guard(mutex)(&ct->send_lock);
	err = reserve(ct, rq->credits);
	if (err)
		return err;
	/* It must be on the list before the answer can come. */
	if (rq->waiter)
		add_waiter(ct, rq->waiter);
	err = write_request(ct, rq);
	if (!err)
		return 0;

	if (rq->waiter && !remove_waiter(ct, rq->waiter))
		return rq->waiter->err;
	unreserve(ct, rq->credits);
	if (err == -EPROTO) {
		break_channel(ct, "nonsense in the descriptor of the ring we write to");
		return -EPIPE;
	}
	return err;
}

static bool may_go_on(struct xe_guc_ct *ct, u32 credits)
{
	return credits_left(ct, credits) || READ_ONCE(ct->state) != CT_RUNNING;
}

/*
 * Nothing tells us when the firmware read the H2G ring, so that is polled, more
 * and more slowly; credits come with messages, but their interrupt may get lost.
 */
static void wait_for_room(struct xe_guc_ct *ct, u32 credits, bool ring_full, u32 *delay_us)
{
	if (!ring_full) {
		wait_event_timeout(ct->wq, may_go_on(ct, credits), ROOM_TIMEOUT / 10);
		xe_guc_ct_recv_poll(ct);
		return;
	}
	usleep_range(*delay_us, *delay_us * 2);
	*delay_us = min(*delay_us * 2, ROOM_POLL_MAX_US);
}

static int send_request(struct xe_guc_ct *ct, const struct ct_request *rq)
{
	unsigned long deadline = jiffies + ROOM_TIMEOUT;
	u32 delay_us = ROOM_POLL_US;
	int err;

	if (WARN_ON_ONCE(!rq->len || rq->len > FIELD_MAX(GUC_CTB_DWORDS)))
		return -EINVAL;

	for (;;) {
		err = try_send(ct, rq);
		if (err != -EBUSY && err != -ENOBUFS)
			return err;
		if (time_after(jiffies, deadline))
			break;
		wait_for_room(ct, rq->credits, err == -EBUSY, &delay_us);
	}
	break_channel(ct, err == -EBUSY ? "no room for requests, it does not read them" :
	       "no room for answers, it does not send them");
	return -EPIPE;
}

/**
 * xe_guc_ct_send() - send a request that is not answered, or by an event only
 * @gt: GT whose firmware gets it
 * @action: HXG action code, then its payload
 * @len: dwords in @action
 * @g2h_len: dwords of all events that will answer it, each with CTB and HXG
 *           header, as the &xe_g2h_row.credits of their rows add up; 0: none
 *
 * A handler that sends what its event makes necessary does better to have
 * reserved for it before, but never waits for credits.
 *
 * Context: sleeps up to 1 s for room; may be in fence signalling. The device is
 * awake.
 *
 * Return: 0, -ENODEV the channel was never started, -ECANCELED it is stopped
 * for a reset or the device is wedged, -EPIPE it is broken and a reset has been
 * asked for.
 */
int xe_guc_ct_send(struct xe_gt *gt, const u32 *action, u32 len, u32 g2h_len)
{
	const struct ct_request rq = { .action = action, .len = len, .credits = g2h_len };

	return send_request(gt->guc->ct, &rq);
}

/*
 * The credits of an answer that never comes, and the power reference that goes with them, are
 * only given back by a reset.
 */
static int give_up(struct xe_guc_ct *ct, u32 action, const char *why)
{
	xe_gt_err(ct->guc->gt, "GuC request %#06x %s\n", action, why);
	break_channel(ct, "an answer is missing");
	return -ETIME;
}

/* Waits for the final answer. Returns 0 with it in @waiter, or -errno. */
static int wait_for_reply(struct xe_guc_ct *ct, struct ct_waiter *waiter, u32 action)
{
	struct xe_gt *gt = ct->guc->gt;
	unsigned int busy = 0;

	for (;;) {
		if (!wait_for_completion_timeout(&waiter->event, REPLY_TIMEOUT)) {
			/* Last chance for a message whose interrupt got lost. */
			xe_guc_ct_poll(ct->guc);
			if (try_wait_for_completion(&waiter->event))
				xe_gt_warn(gt, "GuC request %#06x: answer without interrupt\n",
					   action);
			else if (remove_waiter(ct, waiter))
				return give_up(ct, action, "was not answered");
		}
		scoped_guard(spinlock_irqsave, &ct->lock) {
			if (waiter->done)
				return waiter->err;
		}
		if (++busy > BUSY_LIMIT && remove_waiter(ct, waiter))
			return give_up(ct, action, "keeps it busy for too long");
	}
}

/**
 * xe_guc_ct_send_recv() - send a request and wait for the answer
 * @gt: GT whose firmware gets it
 * @action: HXG action code, then its payload
 * @len: dwords in @action
 *
 * Context: sleeps up to 1 s for room and 1 s for the answer, longer when the
 * firmware says that it is busy. Not in a handler of an event. The device is
 * awake.
 *
 * Return: the value that the firmware returned (>= 0), -EIO refused, -ETIME not
 * answered, which breaks the channel, -ELOOP put off too often, or as xe_guc_ct_send().
 */
int xe_guc_ct_send_recv(struct xe_gt *gt, const u32 *action, u32 len)
{
	struct xe_guc_ct *ct = gt->guc->ct;
	unsigned int put_off = 0;
	struct ct_waiter waiter;
	const struct ct_request rq = {
		.action = action,
		.len = len,
		.credits = GUC_CTB_MSG_MAX_DWORDS,
		.waiter = &waiter,
	};
	int err;

	for (;;) {
		init_completion(&waiter.event);
		err = send_request(ct, &rq) ?: wait_for_reply(ct, &waiter, action[0]);
		if (err)
			return err;

		switch (FIELD_GET(GUC_HXG_TYPE, waiter.reply)) {
		case GUC_HXG_SUCCESS:
			return FIELD_GET(GUC_HXG_RETURN, waiter.reply);
		case GUC_HXG_FAILURE:
			xe_gt_err(gt, "GuC refused request %#06x: error %#x hint %#x\n", action[0],
				  FIELD_GET(GUC_HXG_ERROR, waiter.reply),
				  FIELD_GET(GUC_HXG_HINT, waiter.reply));
			return -EIO;
		}
		if (++put_off > RETRY_LIMIT) {
			xe_gt_err(gt, "GuC put request %#06x off %u times\n", action[0], put_off);
			return -ELOOP;
		}
		msleep(RETRY_DELAY_MS * put_off);
	}
}

