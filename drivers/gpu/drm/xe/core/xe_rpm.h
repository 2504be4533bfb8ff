/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_RPM_H_
#define _XE_RPM_H_

#include <linux/cleanup.h>

#include "core/xe_device.h"

/*
 * xe_rpm_enable() - userspace can reach the device: let it sleep when idle. Until then probe
 * keeps it awake
 */
void xe_rpm_enable(struct xe_device *xe);
/* xe_rpm_disable() - first step of unbinding */
void xe_rpm_disable(struct xe_device *xe);
/*
 * xe_rpm_get() - the device is awake until xe_rpm_put(). Context: may sleep, never in fence
 * signalling
 */
void xe_rpm_get(struct xe_device *xe);
/* xe_rpm_get_noresume() - one more reference where one is known to be held. Context: any */
void xe_rpm_get_noresume(struct xe_device *xe);
/* xe_rpm_get_if_in_use() - false when asleep. Context: any */
bool xe_rpm_get_if_in_use(struct xe_device *xe);
void xe_rpm_put(struct xe_device *xe);
DEFINE_GUARD(xe_rpm, struct xe_device *, xe_rpm_get(_T), xe_rpm_put(_T))

#endif
