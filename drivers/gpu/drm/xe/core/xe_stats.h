/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_STATS_H_
#define _XE_STATS_H_

#include <linux/percpu.h>

#include "core/xe_device.h"

struct drm_printer;

/**
 * enum xe_stat - what is counted per GT; the name that debugfs shows is in xe_stats.c
 * @XE_STAT_SVM_FAULT: page faults of shared virtual memory
 * @XE_STAT_TLB_INVAL: requests to the firmware
 * @XE_STAT_VMA_FAULT: page faults of mappings that allow the access
 * @XE_STAT_VMA_FAULT_KB: KiB of these mappings, each time in full
 * @XE_STAT_BAD_PREFETCH: page faults that nobody waits for, and that were refused
 * @XE_STAT_GROUP_SUSPEND: queues that fault suspended for jobs with fences
 * @XE_STAT_GROUP_SUSPEND_US: time that took
 * @XE_STAT_GROUP_WAIT: queues with fences whose last job was waited for, before others resume
 * @XE_STAT_GROUP_WAIT_US: time that took
 * @XE_STAT_JOB: jobs given to the hardware
 * @XE_STAT_JOB_TIMEOUT: jobs that did not end in time
 * @XE_STAT_QUEUE_RESET: queues that the firmware reset
 * @XE_STAT_QUEUE_SUSPEND: waits for a queue to be off its engine, whatever for
 * @XE_STAT_QUEUE_SUSPEND_US: time they took
 * @XE_STAT_GT_RESET: resets
 * @XE_STATS: how many there are
 */
enum xe_stat {
	XE_STAT_SVM_FAULT,
	XE_STAT_TLB_INVAL,
	XE_STAT_VMA_FAULT,
	XE_STAT_VMA_FAULT_KB,
	XE_STAT_BAD_PREFETCH,
	XE_STAT_GROUP_SUSPEND,
	XE_STAT_GROUP_SUSPEND_US,
	XE_STAT_GROUP_WAIT,
	XE_STAT_GROUP_WAIT_US,
	XE_STAT_JOB,
	XE_STAT_JOB_TIMEOUT,
	XE_STAT_QUEUE_RESET,
	XE_STAT_QUEUE_SUSPEND,
	XE_STAT_QUEUE_SUSPEND_US,
	XE_STAT_GT_RESET,
	XE_STATS
};

struct xe_gt_stats {
	u64 n[XE_STATS];
};

int xe_stats_init(struct xe_gt *gt);
void xe_stats_print(struct xe_gt *gt, struct drm_printer *p);
void xe_stats_clear(struct xe_gt *gt);

/* xe_stat_add() - nothing before xe_stats_init(). Context: any */
static inline void xe_stat_add(struct xe_gt *gt, enum xe_stat stat, u64 n)
{
	if (gt->stats)
		this_cpu_add(gt->stats->n[stat], n);
}

#endif
