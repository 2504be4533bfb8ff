// SPDX-License-Identifier: GPL-2.0
/*
 * A queue as text, for a dump.
 */
#include <drm/drm_print.h>

#include "submit/xe_queue.h"

/**
 * xe_exec_queue_print() - what a queue is, how it stands, and its contexts
 * @q: queue
 * @p: where to
 *
 * Context: process; the device is awake.
 */
void xe_exec_queue_print(struct xe_exec_queue *q, struct drm_printer *p)
{
	struct xe_queue_status status;
	u16 i;

	scoped_guard(spinlock_irq, &q->lock)
		status = q->status;
	drm_printf(p, "GuC ID: %u\n", q->id);
	drm_printf(p, "\tName: %s\n", q->name);
	drm_printf(p, "\tClass: %u\n", q->p.hwe->cls);
	drm_printf(p, "\tLogical mask: 0x%x\n", q->p.logical_mask);
	drm_printf(p, "\tWidth: %u\n", q->p.width);
	drm_printf(p, "\tRef: %u\n", kref_read(&q->ref));
	drm_printf(p, "\tTimeout: %u (ms)\n", q->p.job_timeout_ms);
	drm_printf(p, "\tTimeslice: %u (us)\n", q->p.timeslice_us);
	drm_printf(p, "\tPreempt timeout: %u (us)\n", q->p.preempt_timeout_us);
	for (i = 0; i < q->p.width; i++)
		xe_lrc_print(q->lrc[i], p);
	drm_printf(p, "\tSchedule State: 0x%x\n", status.state);
	drm_printf(p, "\tVerdict: %u\n", status.verdict);
	drm_printf(p, "\tFlags: 0x%x\n", q->p.kernel);
}
