/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_FORCE_WAKE_H_
#define _XE_FORCE_WAKE_H_

#include <linux/cleanup.h>

#include "core/xe_device.h"

/* enum xe_fw_domain - power domains of a GT, as bits */
enum xe_fw_domain {
	XE_FW_GT = BIT(0),
	XE_FW_RENDER = BIT(1),
	XE_FW_VDBOX0 = BIT(2),	/* ... VDBOX7 = BIT(9) */
	XE_FW_VEBOX0 = BIT(10),	/* ... VEBOX3 = BIT(13) */
	XE_FW_GSC = BIT(14),
	XE_FW_ALL = BIT(15) - 1,
};

int xe_force_wake_init(struct xe_gt *gt);
/* xe_force_wake_init_engines() - add the domains of engines that are not fused off */
int xe_force_wake_init_engines(struct xe_gt *gt);

/*
 * xe_force_wake_get() - keep @domains awake
 *
 * Counted per domain. Context: any (spinlock). Returns the domains that answered;
 * a domain that did not is logged once. To be given back to xe_force_wake_put().
 */
unsigned int xe_force_wake_get(struct xe_gt *gt, unsigned int domains);
void xe_force_wake_put(struct xe_gt *gt, unsigned int domains);

/*
 * xe_force_wake_sync() - unused domains linger awake for some ms: put them to sleep now.
 * Context: sleeps
 */
void xe_force_wake_sync(struct xe_gt *gt);

struct xe_force_wake_ref {
	struct xe_gt *gt;
	unsigned int domains;
};

/*
 * scope: CLASS(xe_force_wake, fw)(gt, XE_FW_GT); if (!(fw.domains & XE_FW_GT)) return
 * -ETIMEDOUT;
 */
DEFINE_CLASS(xe_force_wake, struct xe_force_wake_ref,
	     xe_force_wake_put(_T.gt, _T.domains),
	     ((struct xe_force_wake_ref){ gt, xe_force_wake_get(gt, domains) }),
	     struct xe_gt *gt, unsigned int domains);

#endif
