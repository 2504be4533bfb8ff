/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_PM_H_
#define _XE_PM_H_

#include <linux/pm.h>

extern const struct dev_pm_ops xe_pm_ops;

#endif
