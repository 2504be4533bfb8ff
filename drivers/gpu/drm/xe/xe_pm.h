/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_PM_H_
#define _XE_PM_H_

#include <linux/pm.h>

struct xe_device;

/* xe_pm_init() - hear of the system's sleep; before runtime PM is enabled */
int xe_pm_init(struct xe_device *xe);

extern const struct dev_pm_ops xe_pm_ops;

#endif
