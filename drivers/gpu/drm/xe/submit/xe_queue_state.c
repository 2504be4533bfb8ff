// SPDX-License-Identifier: GPL-2.0
/*
 * The life of a queue between driver and firmware, as a table. No locks, no
 * messages, no device: tests/ walks through all of it.
 */
#include <kunit/visibility.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/export.h>

#include "submit/xe_queue_state.h"

#define DO(to_, act_) { .to = XE_QUEUE_##to_, .act = XE_QACT_##act_ }

/* An absent entry is an event that cannot be: a confused firmware or driver. */
static const struct {
	u8 to, act;
} table[XE_QUEUE_STATES][XE_QEV_LOST + 1] = {
	[XE_QUEUE_UNREGISTERED] = {
		[XE_QEV_SUBMIT] = DO(ENABLING, REGISTER),
		[XE_QEV_OFF] = DO(UNREGISTERED, NONE),
		[XE_QEV_AWAY] = DO(UNREGISTERED, NONE),
		[XE_QEV_FORGET] = DO(GONE, NONE),
		[XE_QEV_LOST] = DO(UNREGISTERED, NONE),
	},
	[XE_QUEUE_ENABLING] = {
		[XE_QEV_SUBMIT] = DO(ENABLING, NOTIFY),
		[XE_QEV_OFF] = DO(ENABLING, WAIT),
		[XE_QEV_AWAY] = DO(ENABLING, WAIT),
		[XE_QEV_FORGET] = DO(ENABLING, WAIT),
		[XE_QEV_ENABLED] = DO(ENABLED, NONE),
		[XE_QEV_LOST] = DO(UNREGISTERED, NONE),
	},
	[XE_QUEUE_ENABLED] = {
		[XE_QEV_SUBMIT] = DO(ENABLED, NOTIFY),
		[XE_QEV_OFF] = DO(DISABLING, DISABLE),
		[XE_QEV_AWAY] = DO(DISABLING, PREEMPT),
		[XE_QEV_FORGET] = DO(DISABLING, DISABLE),
		[XE_QEV_LOST] = DO(UNREGISTERED, NONE),
	},
	/* A job that comes now is found in the ring when it is enabled again. */
	[XE_QUEUE_DISABLING] = {
		[XE_QEV_SUBMIT] = DO(DISABLING, WAIT),
		[XE_QEV_OFF] = DO(DISABLING, WAIT),
		[XE_QEV_AWAY] = DO(DISABLING, WAIT),
		[XE_QEV_FORGET] = DO(DISABLING, WAIT),
		[XE_QEV_DISABLED] = DO(DISABLED, NONE),
		[XE_QEV_LOST] = DO(UNREGISTERED, NONE),
	},
	[XE_QUEUE_DISABLED] = {
		[XE_QEV_SUBMIT] = DO(ENABLING, ENABLE),
		[XE_QEV_OFF] = DO(DISABLED, NONE),
		[XE_QEV_AWAY] = DO(DISABLED, NONE),
		[XE_QEV_FORGET] = DO(DEREGISTERING, DEREGISTER),
		[XE_QEV_LOST] = DO(UNREGISTERED, NONE),
	},
	[XE_QUEUE_DEREGISTERING] = {
		[XE_QEV_OFF] = DO(DEREGISTERING, WAIT),
		[XE_QEV_AWAY] = DO(DEREGISTERING, WAIT),
		[XE_QEV_FORGET] = DO(DEREGISTERING, WAIT),
		[XE_QEV_DEREGISTERED] = DO(GONE, NONE),
		[XE_QEV_LOST] = DO(UNREGISTERED, NONE),
	},
	[XE_QUEUE_GONE] = {
		[XE_QEV_OFF] = DO(GONE, NONE),
		[XE_QEV_AWAY] = DO(GONE, NONE),
		[XE_QEV_FORGET] = DO(GONE, NONE),
		[XE_QEV_LOST] = DO(GONE, NONE),
	},
};

static int judge(struct xe_queue_status *status, enum xe_queue_verdict verdict)
{
	if (verdict > status->verdict)
		status->verdict = verdict;
	return XE_QACT_NONE;
}

static int suspend(struct xe_queue_status *status, bool suspended)
{
	status->suspended = suspended;
	return XE_QACT_NONE;
}

/**
 * xe_queue_transition() - let an event happen to a queue
 * @status: changed, unless an error is returned
 * @event: event
 *
 * Context: any; calls for one queue do not overlap.
 * Return: &enum xe_queue_action, -EPROTO for an event that cannot be in this
 * state, -ECANCELED for a job of a queue that may not run any.
 */
int xe_queue_transition(struct xe_queue_status *status, enum xe_queue_event event)
{
	int action;

	switch (event) {
	case XE_QEV_RESET:
		return judge(status, XE_QUEUE_RESET);
	case XE_QEV_BAN:
		return judge(status, XE_QUEUE_BANNED);
	case XE_QEV_KILL:
		return judge(status, XE_QUEUE_KILLED);
	case XE_QEV_SUSPEND:
	case XE_QEV_RESUME:
		return suspend(status, event == XE_QEV_SUSPEND);
	case XE_QEV_SUBMIT:
		if (status->verdict != XE_QUEUE_GOOD)
			return -ECANCELED;
		break;
	default:
		break;
	}

	if (event > XE_QEV_LOST || !table[status->state][event].act)
		return -EPROTO;
	action = table[status->state][event].act;
	/* The job is found in the ring when the queue is resumed. */
	if (status->suspended && (action == XE_QACT_REGISTER || action == XE_QACT_ENABLE))
		return XE_QACT_NONE;
	status->state = table[status->state][event].to;
	return action;
}
EXPORT_SYMBOL_IF_KUNIT(xe_queue_transition);

/**
 * xe_queue_answered() - does the firmware owe an answer
 * @status: status
 *
 * Return: false while one is awaited.
 */
bool xe_queue_answered(const struct xe_queue_status *status)
{
	switch (READ_ONCE(status->state)) {
	case XE_QUEUE_ENABLING:
	case XE_QUEUE_DISABLING:
	case XE_QUEUE_DEREGISTERING:
		return false;
	default:
		return true;
	}
}
EXPORT_SYMBOL_IF_KUNIT(xe_queue_answered);

/**
 * xe_queue_is_off() - does no engine touch its memory
 * @status: status
 *
 * Return: true when the firmware said so, or does not know the queue. After
 * &XE_QEV_LOST only once the engines were reset.
 */
bool xe_queue_is_off(const struct xe_queue_status *status)
{
	switch (READ_ONCE(status->state)) {
	case XE_QUEUE_UNREGISTERED:
	case XE_QUEUE_DISABLED:
	case XE_QUEUE_DEREGISTERING:
	case XE_QUEUE_GONE:
		return true;
	default:
		return false;
	}
}
EXPORT_SYMBOL_IF_KUNIT(xe_queue_is_off);

/**
 * xe_queue_settled() - is it where it is wanted
 * @status: status, after an answer of the firmware
 *
 * Return: false when it was suspended before it was enabled, or resumed before it
 * was disabled: somebody must raise &XE_QEV_AWAY or &XE_QEV_SUBMIT.
 */
bool xe_queue_settled(const struct xe_queue_status *status)
{
	u8 unsettled = READ_ONCE(status->suspended) ? XE_QUEUE_ENABLED : XE_QUEUE_DISABLED;

	return READ_ONCE(status->state) != unsettled;
}
EXPORT_SYMBOL_IF_KUNIT(xe_queue_settled);
