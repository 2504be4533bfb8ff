/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_SYS_H_
#define _XE_SYS_H_

#include "core/xe_device.h"

/* xe_debugfs_register() - debugfs files of the device; after drm_dev_register(), gone with it */
void xe_debugfs_register(struct xe_device *xe);
/* xe_coredump_init() - a component; devm_. -ENOMEM */
int xe_coredump_init(struct xe_device *xe);
/* xe_sysfs_init() - .../device/tileN/gtN and what is in it; devm_. -ENOMEM, -EEXIST */
int xe_sysfs_init(struct xe_device *xe);

#endif
