/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_GUC_REGS_H_
#define _XE_GUC_REGS_H_

#include <linux/bits.h>

#include "regs/xe_reg.h"

#define GUC_STATUS			XE_REG(0xc000)
#define   GUC_STATUS_AUTH		GENMASK_U32(31, 30)
#define     GUC_AUTH_BAD		1
#define     GUC_AUTH_GOOD		2
#define   GUC_STATUS_MIA		GENMASK_U32(18, 16)
#define   GUC_STATUS_UKERNEL		GENMASK_U32(15, 8)
#define     GUC_UKERNEL_READY		0xf0
#define   GUC_STATUS_BOOTROM		GENMASK_U32(7, 1)
#define   GUC_STATUS_MIA_IN_RESET	BIT_U32(0)
#define GUC_BOOT_HASH_CHK		XE_REG(0xc010)
#define   GUC_BOOT_UKERNEL_VALID	BIT_U32(31)
#define GUC_HEADER_INFO			XE_REG(0xc014)
#define GUC_WOPCM_SIZE			XE_REG(0xc050)
#define   GUC_WOPCM_SIZE_MASK		GENMASK_U32(31, 12)
#define   GUC_WOPCM_SIZE_LOCKED		BIT_U32(0)
#define GUC_SHIM_CONTROL		XE_REG(0xc064)
#define   GUC_SHIM_MOCS			GENMASK_U32(27, 24)
#define   GUC_SHIM_WC_ENABLE		BIT_U32(21)
#define   GUC_SHIM_MIA_CLOCK_GATING	BIT_U32(15)
#define   GUC_SHIM_READ_CACHE_WOPCM	BIT_U32(10)
#define   GUC_SHIM_READ_CACHE_SRAM	BIT_U32(9)
#define   GUC_SHIM_MSGCH_ENABLE		BIT_U32(4)
#define   GUC_SHIM_MIA_CACHING		BIT_U32(2)
#define   GUC_SHIM_READ_CACHE_LOGIC	BIT_U32(1)
#define   GUC_SHIM_NO_SRAM_ZEROES	BIT_U32(0)
/* Sixteen scratch registers: boot parameters going in, crash notes coming out of the last. */
#define GUC_SCRATCH(n)			XE_REG(0xc180 + 4 * (n))
#define GUC_SCRATCH_COUNT		16
#define HUC_KERNEL_LOAD_INFO		XE_REG(0xc1dc)
#define   HUC_LOAD_SUCCESSFUL		BIT_U32(0)
#define GUC_RSA_SCRATCH(n)		XE_REG(0xc200 + 4 * (n))
#define GUC_RSA_SCRATCH_COUNT		64
#define GUC_DMA_SRC_LOW			XE_REG(0xc300)
#define GUC_DMA_SRC_HIGH		XE_REG(0xc304)
#define GUC_DMA_DST_LOW			XE_REG(0xc308)
#define GUC_DMA_DST_HIGH		XE_REG(0xc30c)
#define   GUC_DMA_SPACE			GENMASK_U32(20, 16)
#define     GUC_DMA_SPACE_WOPCM		7
#define     GUC_DMA_SPACE_GGTT		8
#define GUC_DMA_SIZE			XE_REG(0xc310)
#define GUC_DMA_CTRL			XE_REG_MASKED(0xc314)
#define   GUC_DMA_HUC_UKERNEL		BIT_U32(9)
#define   GUC_DMA_UOS_MOVE		BIT_U32(4)
#define   GUC_DMA_START			BIT_U32(0)
#define GUC_WOPCM_OFFSET		XE_REG(0xc340)
#define   GUC_WOPCM_OFFSET_MASK		GENMASK_U32(31, 14)
#define   GUC_WOPCM_HUC_BY_GUC		BIT_U32(1)
#define   GUC_WOPCM_OFFSET_VALID	BIT_U32(0)
#define GUC_SRAM_STATUS			XE_REG(0xc398)
#define   GUC_SRAM_HANDLING		GENMASK_U32(8, 7)
#define GUC_MAX_IDLE_COUNT		XE_REG(0xc3e4)
#define   GUC_IDLE_FLOW_DISABLE		BIT_U32(31)
#define GUC_PMTIMESTAMP_LO		XE_REG(0xc3e8)
#define GUC_PMTIMESTAMP_HI		XE_REG(0xc3ec)
#define GUC_INTR_CHICKEN		XE_REG(0xc50c)
#define   GUC_DIS_SIGNALING_ENGINES	BIT_U32(1)
#define GUC_BCS_RCS_IER			XE_REG(0xc550)
#define GUC_VCS2_VCS1_IER		XE_REG(0xc554)
#define GUC_WD_VECS_IER			XE_REG(0xc558)
#define GUC_PM_P24C_IER			XE_REG(0xc55c)
/* GGTT and firmware TLB invalidation by MMIO, before messages can do it. */
#define GUC_TLB_INV_CR			XE_REG(0xcee8)	/* before PVC */
#define   GUC_TLB_INV_CR_INVALIDATE	BIT_U32(0)
#define GUC_TLB_INV_DESC0		XE_REG(0xcf7c)
#define   GUC_TLB_INV_DESC0_VALID	BIT_U32(0)
#define GUC_TLB_INV_DESC1		XE_REG(0xcf80)
#define   GUC_TLB_INV_DESC1_INVALIDATE	BIT_U32(6)
#define GUC_GT_PM_CONFIG		XE_REG(0x13816c)
#define   GUC_DOORBELL_ENABLE		BIT_U32(0)
#define GUC_DIST_DBS_POPULATED		XE_REG(0x000d08)
#define   GUC_DOORBELLS_PER_SQIDI	GENMASK_U32(23, 16)
/* Host to firmware: notify, and four message registers; the media GT has its own. */
#define GUC_HOST_INTERRUPT		XE_REG(0x1901f0)
#define GUC_MMIO_MSG(n)			XE_REG(0x190240 + 4 * (n))
#define MEDIA_GUC_HOST_INTERRUPT	XE_REG(0x190304)
#define MEDIA_GUC_MMIO_MSG(n)		XE_REG(0x190310 + 4 * (n))
#define GUC_MMIO_MSG_COUNT		4
/* Vector bits of the firmware's interrupt identity. */
#define GUC_INTR_GUC2HOST		BIT_U32(15)

#endif
