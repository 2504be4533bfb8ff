/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_QUEUE_STATE_H_
#define _XE_QUEUE_STATE_H_

#include <linux/types.h>

/**
 * enum xe_queue_state - what the firmware knows of a queue
 * @XE_QUEUE_UNREGISTERED: nothing
 * @XE_QUEUE_ENABLING: registered; asked to schedule it, no answer yet
 * @XE_QUEUE_ENABLED: it may run
 * @XE_QUEUE_DISABLING: asked to take it off the engine, no answer yet
 * @XE_QUEUE_DISABLED: registered, off the engine
 * @XE_QUEUE_DEREGISTERING: asked to forget it, no answer yet
 * @XE_QUEUE_GONE: forgotten for good: its memory may be freed
 * @XE_QUEUE_STATES: how many there are
 */
enum xe_queue_state {
	XE_QUEUE_UNREGISTERED,
	XE_QUEUE_ENABLING,
	XE_QUEUE_ENABLED,
	XE_QUEUE_DISABLING,
	XE_QUEUE_DISABLED,
	XE_QUEUE_DEREGISTERING,
	XE_QUEUE_GONE,
	XE_QUEUE_STATES
};

/**
 * enum xe_queue_verdict - may it run jobs; only ever gets worse
 * @XE_QUEUE_GOOD: yes
 * @XE_QUEUE_RESET: the firmware reset it: it hung, or it touched memory it has not
 * @XE_QUEUE_BANNED: a job overran its time, or was running when the GT was reset
 * @XE_QUEUE_KILLED: by its owner
 * @XE_QUEUE_VERDICTS: how many there are
 */
enum xe_queue_verdict {
	XE_QUEUE_GOOD,
	XE_QUEUE_RESET,
	XE_QUEUE_BANNED,
	XE_QUEUE_KILLED,
	XE_QUEUE_VERDICTS
};

/**
 * struct xe_queue_status - all there is to know; changed by xe_queue_transition() only
 * @state: &enum xe_queue_state
 * @verdict: &enum xe_queue_verdict
 * @suspended: it is to stay off the engine, whatever is in its ring
 */
struct xe_queue_status {
	u8 state;
	u8 verdict;
	bool suspended;
};

/**
 * enum xe_queue_event - what happens to a queue
 * @XE_QEV_SUBMIT: a job is in its ring
 * @XE_QEV_OFF: it is to leave the engine
 * @XE_QEV_AWAY: likewise, and may take its preemption timeout for it
 * @XE_QEV_FORGET: the firmware is to forget it; nobody uses it any more
 * @XE_QEV_ENABLED: answer of the firmware
 * @XE_QEV_DISABLED: answer of the firmware
 * @XE_QEV_DEREGISTERED: answer of the firmware
 * @XE_QEV_LOST: the firmware forgot everything: GT reset, suspend, unbind
 * @XE_QEV_RESET: verdict
 * @XE_QEV_BAN: verdict
 * @XE_QEV_KILL: verdict
 * @XE_QEV_SUSPEND: from here on @XE_QEV_SUBMIT does not enable it
 * @XE_QEV_RESUME: it does again
 * @XE_QUEUE_EVENTS: how many there are
 */
enum xe_queue_event {
	XE_QEV_SUBMIT,
	XE_QEV_OFF,
	XE_QEV_AWAY,
	XE_QEV_FORGET,
	XE_QEV_ENABLED,
	XE_QEV_DISABLED,
	XE_QEV_DEREGISTERED,
	XE_QEV_LOST,
	XE_QEV_RESET,
	XE_QEV_BAN,
	XE_QEV_KILL,
	XE_QEV_SUSPEND,
	XE_QEV_RESUME,
	XE_QUEUE_EVENTS
};

/**
 * enum xe_queue_action - what the caller must do now
 * @XE_QACT_NONE: nothing
 * @XE_QACT_WAIT: nothing before the firmware answered; then raise the event again
 * @XE_QACT_REGISTER: register and enable
 * @XE_QACT_ENABLE: send that
 * @XE_QACT_NOTIFY: send that
 * @XE_QACT_DISABLE: send that, and that there is no time
 * @XE_QACT_PREEMPT: send that it is to be disabled
 * @XE_QACT_DEREGISTER: send that
 */
enum xe_queue_action {
	XE_QACT_NONE = 1,
	XE_QACT_WAIT,
	XE_QACT_REGISTER,
	XE_QACT_ENABLE,
	XE_QACT_NOTIFY,
	XE_QACT_DISABLE,
	XE_QACT_PREEMPT,
	XE_QACT_DEREGISTER,
};

/* xe_queue_transition() - all that changes a status; an action, or -EPROTO, -ECANCELED */
int xe_queue_transition(struct xe_queue_status *status, enum xe_queue_event event);
/* xe_queue_answered() - the firmware owes no answer */
bool xe_queue_answered(const struct xe_queue_status *status);
/* xe_queue_is_off() - no engine touches its memory */
bool xe_queue_is_off(const struct xe_queue_status *status);
/* xe_queue_settled() - it need not be moved to be where it is wanted */
bool xe_queue_settled(const struct xe_queue_status *status);

#endif
