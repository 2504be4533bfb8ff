/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_MCR_H_
#define _XE_MCR_H_

#include <linux/cleanup.h>

#include "core/xe_device.h"
#include "regs/xe_reg.h"

int xe_mcr_init(struct xe_gt *gt);
/*
 * xe_mcr_init_topology() - pick live targets for reads; after the fuses were read
 * @dss_per_group: from the firmware's hardware description; 0: the platform's
 */
void xe_mcr_init_topology(struct xe_gt *gt, u32 dss_per_group);

/* xe_mcr_read_any() - some instance that is not fused off. Context: any; block awake */
u32 xe_mcr_read_any(struct xe_gt *gt, struct xe_reg_mcr reg);
u32 xe_mcr_read(struct xe_gt *gt, struct xe_reg_mcr reg, u32 group, u32 instance);
/* xe_mcr_write_all() - every instance at once */
void xe_mcr_write_all(struct xe_gt *gt, struct xe_reg_mcr reg, u32 val);
/* xe_mcr_dss_target() - where to steer for subslice @dss */
void xe_mcr_dss_target(struct xe_gt *gt, unsigned int dss, u32 *group, u32 *instance);

/* Many writes under one hold of the steering: guard(xe_mcr)(gt); xe_mcr_write_all_locked() ... */
void xe_mcr_lock(struct xe_gt *gt);
void xe_mcr_unlock(struct xe_gt *gt);
DEFINE_GUARD(xe_mcr, struct xe_gt *, xe_mcr_lock(_T), xe_mcr_unlock(_T))
void xe_mcr_write_all_locked(struct xe_gt *gt, struct xe_reg_mcr reg, u32 val);

#endif
