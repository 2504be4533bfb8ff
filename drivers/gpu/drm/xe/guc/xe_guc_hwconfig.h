/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_GUC_HWCONFIG_H_
#define _XE_GUC_HWCONFIG_H_

#include <linux/types.h>

int xe_guc_hwconfig_find(const u32 *table, size_t dwords, u32 attribute, u32 *value);

#endif
