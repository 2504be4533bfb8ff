/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_MOCS_H_
#define _XE_MOCS_H_

#include "core/xe_device.h"

void xe_mocs_program(struct xe_gt *gt);
/* xe_mocs_uc()/wb() - table index of uncached and of write-back, not shifted */
u8 xe_mocs_uc(struct xe_gt *gt);
u8 xe_mocs_wb(struct xe_gt *gt);

#endif
