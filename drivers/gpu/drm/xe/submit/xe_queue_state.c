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
		[XE_QEV_FORGET] = DO(GONE, NONE),
		[XE_QEV_LOST] = DO(UNREGISTERED, NONE),
	},
	[XE_QUEUE_ENABLING] = {
		[XE_QEV_SUBMIT] = DO(ENABLING, NOTIFY),
		[XE_QEV_OFF] = DO(ENABLING, WAIT),
		[XE_QEV_FORGET] = DO(ENABLING, WAIT),
		[XE_QEV_ENABLED] = DO(ENABLED, NONE),
		[XE_QEV_LOST] = DO(UNREGISTERED, NONE),
	},
	[XE_QUEUE_ENABLED] = {
		[XE_QEV_SUBMIT] = DO(ENABLED, NOTIFY),
		[XE_QEV_OFF] = DO(DISABLING, DISABLE),
		[XE_QEV_FORGET] = DO(DISABLING, DISABLE),
		[XE_QEV_LOST] = DO(UNREGISTERED, NONE),
	},
	/* A job that comes now is found in the ring when it is enabled again. */
	[XE_QUEUE_DISABLING] = {
		[XE_QEV_SUBMIT] = DO(DISABLING, WAIT),
		[XE_QEV_OFF] = DO(DISABLING, WAIT),
		[XE_QEV_FORGET] = DO(DISABLING, WAIT),
		[XE_QEV_DISABLED] = DO(DISABLED, NONE),
		[XE_QEV_LOST] = DO(UNREGISTERED, NONE),
	},
	[XE_QUEUE_DISABLED] = {
		[XE_QEV_SUBMIT] = DO(ENABLING, ENABLE),
		[XE_QEV_OFF] = DO(DISABLED, NONE),
		[XE_QEV_FORGET] = DO(DEREGISTERING, DEREGISTER),
		[XE_QEV_LOST] = DO(UNREGISTERED, NONE),
	},
	[XE_QUEUE_DEREGISTERING] = {
		[XE_QEV_OFF] = DO(DEREGISTERING, WAIT),
		[XE_QEV_FORGET] = DO(DEREGISTERING, WAIT),
		[XE_QEV_DEREGISTERED] = DO(GONE, NONE),
		[XE_QEV_LOST] = DO(UNREGISTERED, NONE),
	},
	[XE_QUEUE_GONE] = {
		[XE_QEV_OFF] = DO(GONE, NONE),
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
