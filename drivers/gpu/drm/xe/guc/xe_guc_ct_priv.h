/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_GUC_CT_PRIV_H_
#define _XE_GUC_CT_PRIV_H_

/* What the three files of the channel share: xe_guc_ct.c, xe_guc_ct_recv.c, xe_guc_ct_send.c. */

#include <linux/completion.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/sizes.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "abi/guc_ctb.h"
#include "guc/xe_guc_ctb.h"
#include "guc/xe_guc_priv.h"

/* Of the 16 bits of a fence: set on requests that get no answer. */
#define CT_FENCE_UNTRACKED	BIT(15)
#define CT_FENCE_COUNTER	GENMASK(14, 0)
#define CT_SENT_LOG		64
/* The ring that we read, and how much of it may be promised. */
#define CT_G2H_BYTES		SZ_128K
#define CT_G2H_CREDITS		(CT_G2H_BYTES / 2 / sizeof(u32) - 1)
#define CT_WATCHDOG_PERIOD	HZ

/**
 * enum ct_state - what may be done with the channel
 *
 * @CT_OFF: never started, or the driver goes away
 * @CT_RUNNING: messages flow
 * @CT_BROKEN: one side did what it must not; until the next start
 * @CT_STOPPED: between a stop and the next start
 * @CT_STATES: how many there are
 */
enum ct_state {
	CT_OFF,
	CT_RUNNING,
	CT_BROKEN,
	CT_STOPPED,
	CT_STATES
};

/* See xe_guc_ct.c for how the locks go together. */
struct xe_guc_ct {
	struct xe_guc *guc;
	struct xe_bo *h2g_bo, *g2h_bo;

	/** @send_lock: protects @h2g, @next_untracked, @sent */
	struct mutex send_lock;
	struct xe_ctb h2g;
	u16 next_untracked;
	/** @sent: what the last requests without answer were, by fence, for error messages */
	u16 sent[CT_SENT_LOG];

	/** @lock: protects what follows, up to @wq; fast handlers run under it */
	spinlock_t lock;
	enum ct_state state;
	struct xe_ctb g2h;
	/** @credits: dwords of the G2H ring that are promised */
	u32 credits;
	u16 next_fence;
	struct list_head waiters;
	u32 msg[GUC_CTB_MSG_MAX_DWORDS];

	/** @wq: woken when credits come back and when the state changes */
	wait_queue_head_t wq;
	/** @worker: handles what must not be handled in an interrupt, in order */
	struct work_struct worker;
	struct workqueue_struct *workqueue;
	/** @worker_task: who runs @worker now; it must not wait for credits: only it frees them */
	struct task_struct *worker_task;
	/** @worker_msg: only used by @worker */
	u32 worker_msg[GUC_CTB_MSG_MAX_DWORDS];
	/** @watchdog: looks after answers whose interrupt got lost */
	struct delayed_work watchdog;
};

/* struct ct_waiter - a request that waits; on the stack of its sender */
struct ct_waiter {
	struct list_head link;
	struct completion event;
	/** @reply: HXG header of the last answer */
	u32 reply;
	/** @err: set instead when there will be none */
	int err;
	u16 fence;
	/** @done: @link is off the list, @reply or @err is final */
	bool done;
};

static inline struct xe_device *ct_to_xe(struct xe_guc_ct *ct)
{
	return gt_to_xe(ct->guc->gt);
}

/* xe_guc_ct.c */
int xe_guc_ct_state_error(enum ct_state state);
void xe_guc_ct_break(struct xe_guc_ct *ct, const char *why);

/* xe_guc_ct_recv.c */
void xe_guc_ct_recv_release(struct xe_guc_ct *ct, u32 n);
struct ct_waiter *xe_guc_ct_recv_waiter(struct xe_guc_ct *ct, u16 fence);
void xe_guc_ct_recv_poll(struct xe_guc_ct *ct);
void xe_guc_ct_recv_work(struct work_struct *work);
void xe_guc_ct_recv_watchdog(struct work_struct *work);

#endif
