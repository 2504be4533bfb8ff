// SPDX-License-Identifier: GPL-2.0
/* Counters of a GT, for people and tests. Each CPU counts for itself: counting is cheap. */
#include <linux/string.h>

#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "core/xe_stats.h"

/*
 * Those up to the engine groups are names that tests and tools know. Of shared virtual memory
 * there are no faults yet.
 */
static const char * const names[XE_STATS] = {
	[XE_STAT_SVM_FAULT] = "svm_pagefault_count",
	[XE_STAT_TLB_INVAL] = "tlb_inval_count",
	[XE_STAT_VMA_FAULT] = "vma_pagefault_count",
	[XE_STAT_VMA_FAULT_KB] = "vma_pagefault_kb",
	[XE_STAT_BAD_PREFETCH] = "invalid_prefetch_pagefault_count",
	[XE_STAT_GROUP_SUSPEND] = "hw_engine_group_suspend_lr_queue_count",
	[XE_STAT_GROUP_SUSPEND_US] = "hw_engine_group_suspend_lr_queue_us",
	[XE_STAT_GROUP_WAIT] = "hw_engine_group_wait_dma_queue_count",
	[XE_STAT_GROUP_WAIT_US] = "hw_engine_group_wait_dma_queue_us",
	[XE_STAT_JOB] = "job_count",
	[XE_STAT_JOB_TIMEOUT] = "job_timeout_count",
	[XE_STAT_QUEUE_RESET] = "queue_reset_count",
	[XE_STAT_QUEUE_SUSPEND] = "queue_suspend_count",
	[XE_STAT_QUEUE_SUSPEND_US] = "queue_suspend_us",
	[XE_STAT_GT_RESET] = "gt_reset_count",
};

static void stats_free(struct drm_device *drm, void *arg)
{
	struct xe_gt *gt = arg;

	free_percpu(gt->stats);
	gt->stats = NULL;
}

/**
 * xe_stats_init() - start counting
 * @gt: GT
 *
 * A component.
 * Return: 0 or -ENOMEM.
 */
int xe_stats_init(struct xe_gt *gt)
{
	gt->stats = alloc_percpu(struct xe_gt_stats);
	if (!gt->stats)
		return -ENOMEM;
	return drmm_add_action_or_reset(&gt_to_xe(gt)->drm, stats_free, gt);
}

/**
 * xe_stats_print() - print all counters of a GT
 * @gt: GT
 * @p: where to
 */
void xe_stats_print(struct xe_gt *gt, struct drm_printer *p)
{
	enum xe_stat stat;
	int cpu;

	for (stat = 0; stat < XE_STATS; stat++) {
		u64 sum = 0;

		for_each_possible_cpu(cpu)
			sum += per_cpu_ptr(gt->stats, cpu)->n[stat];
		drm_printf(p, "%s: %llu\n", names[stat], sum);
	}
}

/**
 * xe_stats_clear() - count from 0 again
 * @gt: GT
 *
 * What is counted meanwhile may be lost, or not.
 */
void xe_stats_clear(struct xe_gt *gt)
{
	int cpu;

	for_each_possible_cpu(cpu)
		memset(per_cpu_ptr(gt->stats, cpu), 0, sizeof(*gt->stats));
}
