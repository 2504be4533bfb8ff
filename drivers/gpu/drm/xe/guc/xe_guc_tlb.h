/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_GUC_TLB_H_
#define _XE_GUC_TLB_H_

#include <linux/types.h>

bool xe_guc_tlb_block(u64 start, u64 size, u64 *block, unsigned int *order);

#endif
