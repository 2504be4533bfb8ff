/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_COMPONENT_H_
#define _XE_COMPONENT_H_

#include "core/xe_device.h"

/* enum xe_phase - what happens to all components, in the order of the table or against it */
enum xe_phase {
	XE_PHASE_INIT,
	XE_PHASE_SUSPEND,	/* backwards: the device may lose its state */
	XE_PHASE_RESUME,
	XE_PHASE_SLEEP,		/* backwards: runtime suspend, state is kept */
	XE_PHASE_WAKE,
	XE_PHASE_PRE_RESET,	/* backwards: of one GT */
	XE_PHASE_POST_RESET,
	XE_PHASE_COUNT
};

/* xe_components_run() - call a phase of every component; stops at the first error */
int xe_components_run(struct xe_device *xe, enum xe_phase phase);
/* xe_components_sleep() - a phase that goes down; after an error everything is up again */
int xe_components_sleep(struct xe_device *xe, enum xe_phase down, enum xe_phase up);
/* xe_components_run_gt() - the same for one GT: reset phases */
int xe_components_run_gt(struct xe_gt *gt, enum xe_phase phase);

#endif
