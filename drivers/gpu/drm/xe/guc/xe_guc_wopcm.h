/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_GUC_WOPCM_H_
#define _XE_GUC_WOPCM_H_

#include <linux/types.h>

int xe_guc_wopcm_layout(u32 total, u32 guc_bytes, u32 huc_bytes, u32 *base, u32 *size);
int xe_guc_wopcm_check(u32 total, u32 guc_bytes, u32 huc_bytes, u32 base, u32 size);

#endif
