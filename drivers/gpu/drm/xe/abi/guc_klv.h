/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_ABI_GUC_KLV_H_
#define _XE_ABI_GUC_KLV_H_

#include <linux/bits.h>

/* Key, length in dwords, that many dwords of value. */
#define GUC_KLV_KEY			GENMASK_U32(31, 16)
#define GUC_KLV_DWORDS			GENMASK_U32(15, 0)
#define GUC_KLV(key, dwords)		((u32)(key) << 16 | (dwords))

/* SELF_CFG: where the message rings are. */
#define GUC_KLV_H2G_ADDR		0x0902	/* 64 bits */
#define GUC_KLV_H2G_DESC_ADDR		0x0903	/* 64 bits */
#define GUC_KLV_H2G_SIZE		0x0904	/* bytes */
#define GUC_KLV_G2H_ADDR		0x0905	/* 64 bits */
#define GUC_KLV_G2H_DESC_ADDR		0x0906	/* 64 bits */
#define GUC_KLV_G2H_SIZE		0x0907	/* bytes */

/* SCHED_POLICIES_KLV. */
#define GUC_KLV_RENDER_COMPUTE_YIELD	0x1001	/* ms, percent */

/* CONTEXT_POLICIES. */
#define GUC_KLV_CONTEXT_QUANTUM		0x2001	/* us */
#define GUC_KLV_CONTEXT_PREEMPTION	0x2002	/* us */
#define GUC_KLV_CONTEXT_PRIORITY	0x2003
#define   GUC_PRIORITY_KMD_HIGH		0
#define   GUC_PRIORITY_HIGH		1
#define   GUC_PRIORITY_KMD_NORMAL	2
#define   GUC_PRIORITY_NORMAL		3
#define GUC_KLV_CONTEXT_SLPC_FREQ	0x2005
#define   GUC_SLPC_FREQ_COMPUTE		BIT_U32(28)

/* OPT_IN_KLV: no values. */
#define GUC_KLV_OPT_IN_CAT_ERROR_TYPE	0x4001
#define GUC_KLV_OPT_IN_DYNAMIC_ICS	0x4003
#define GUC_KLV_OPT_IN_LOCAL_ERROR	0x4004

/* Workarounds in the additional data. */
#define GUC_KLV_WA_BLOCK_INTERRUPTS	0x9002
#define GUC_KLV_WA_PFQ_TAIL_POLLING	0x9005
#define GUC_KLV_WA_NO_MTP_ASYNC_COMPUTE	0x9007
#define GUC_KLV_WA_RCSM_LATE_RESTORE	0x9008
#define GUC_KLV_WA_RCS_BACK_TO_BACK	0x9009
#define GUC_KLV_WA_RESET_BB_STACK	0x900b
#define GUC_KLV_WA_CLEAR_INDIRECT_RING	0x900e

#endif
