/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_STATS_H_
#define _XE_STATS_H_

#include <linux/percpu.h>

#include "core/xe_device.h"

struct drm_printer;

/* enum xe_stat - what is counted per GT; the name that debugfs shows is in xe_stats.c */
enum xe_stat {
	XE_STAT_SVM_FAULT,
	XE_STAT_TLB_INVAL,
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

/* xe_stat_add() - nothing before xe_stats_init(). Context: any */
static inline void xe_stat_add(struct xe_gt *gt, enum xe_stat stat, u64 n)
{
	if (gt->stats)
		this_cpu_add(gt->stats->n[stat], n);
}

#endif
