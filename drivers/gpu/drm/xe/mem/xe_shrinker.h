/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_SHRINKER_H_
#define _XE_SHRINKER_H_

#include <linux/types.h>

struct xe_device;

int xe_shrinker_init(struct xe_device *xe);
int xe_shrinker_register(struct xe_device *xe);
void xe_shrinker_count(struct xe_device *xe, long pages, bool unneeded);

#endif
