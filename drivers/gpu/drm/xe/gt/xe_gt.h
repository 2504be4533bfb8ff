/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_GT_H_
#define _XE_GT_H_

#include "core/xe_device.h"

/* xe_gt_clock_init() - frequency of the timestamp */
int xe_gt_clock_init(struct xe_gt *gt);
/*
 * xe_gt_program() - workarounds, MOCS, engines: ONE sequence for probe, resume and reset.
 * Context: awake
 */
void xe_gt_program(struct xe_gt *gt);
/* xe_gt_reset_domains() - reset all engines and the firmware; 0 or -ETIMEDOUT */
int xe_gt_reset_domains(struct xe_gt *gt);
/* xe_gt_ms_to_ticks()/ns - between time and the GT's clock */
u64 xe_gt_ticks_to_ns(const struct xe_gt *gt, u64 ticks);
u64 xe_gt_ms_to_ticks(const struct xe_gt *gt, u64 ms);

#endif
