/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_RESET_H_
#define _XE_RESET_H_

#include "core/xe_device.h"

/* xe_reset_init() - resets of @gt can be asked for; a component */
int xe_reset_init(struct xe_gt *gt);
/* xe_reset_arm() - and are done; the last component */
int xe_reset_arm(struct xe_gt *gt);
/* xe_reset_hold() - none while the system sleeps; until xe_reset_release(): phases */
int xe_reset_hold(struct xe_gt *gt);
int xe_reset_release(struct xe_gt *gt);
/* xe_reset_request() - reset @gt soon. Context: any */
void xe_reset_request(struct xe_gt *gt);

#endif
