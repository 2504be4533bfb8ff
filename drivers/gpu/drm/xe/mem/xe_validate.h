/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_VALIDATE_H_
#define _XE_VALIDATE_H_

#include <linux/types.h>

struct xe_device;

/**
 * struct xe_validate - a turn at taking memory, see mem/xe_validate.c
 * @xe: device
 * @alone: nobody else has a turn
 */
struct xe_validate {
	struct xe_device *xe;
	bool alone;
};

/* xe_validate_begin() - outside all reservations; xe_validate_end() must follow */
void xe_validate_begin(struct xe_validate *v, struct xe_device *xe);
/* xe_validate_begin_alone() - the same, and nobody else takes memory meanwhile */
void xe_validate_begin_alone(struct xe_validate *v, struct xe_device *xe);
/* xe_validate_again() - true: try once more; no reservation may be held */
bool xe_validate_again(struct xe_validate *v, int err);
void xe_validate_end(struct xe_validate *v);

#endif
