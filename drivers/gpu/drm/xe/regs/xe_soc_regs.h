/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_SOC_REGS_H_
#define _XE_SOC_REGS_H_

#include <linux/bits.h>

#include "regs/xe_reg.h"

#define XE_BAR_MMIO			0
#define XE_BAR_VRAM			2

/* A tile's window in BAR 0: registers, then from here the GGTT's entries. */
#define XE_TILE_WINDOW			0x1000000
#define XE_TILE_REGS			0x400000
#define XE_TILE_GGTT			0x800000

#define GU_CNTL_PROTECTED		XE_REG(0x10100c)
#define   GU_DRIVER_FLR_DISABLED	BIT_U32(31)
#define GU_CNTL				XE_REG(0x101010)
#define   GU_LMEM_INIT_DONE		BIT_U32(7)
#define   GU_DRIVER_FLR			BIT_U32(31)
#define GU_DEBUG			XE_REG(0x101018)
#define   GU_DRIVER_FLR_DONE		BIT_U32(31)
#define MTCFG				XE_REG(0x101800)
#define   MTCFG_REMOTE_TILES		GENMASK_U32(15, 8)

/* Memory geometry, root tile unless it says "per tile". */
#define DSMBASE				XE_REG(0x1080c0)	/* 64 bits: stolen memory */
#define   DSMBASE_MASK			GENMASK_ULL(63, 20)
#define GSMBASE				XE_REG(0x108100)	/* 64 bits, per tile */
#define STOLEN_RESERVED			XE_REG(0x1082c0)
#define   STOLEN_WOPCM_SIZE		GENMASK_U32(9, 7)
#define TILE_ADDR_RANGE(t)		XE_REG(0x1083a0 + 4 * (t))	/* per tile */
#define   TILE_RANGE_SIZE_GIB		GENMASK_U32(17, 8)
#define   TILE_RANGE_BASE_GIB		GENMASK_U32(7, 1)

/* Mailbox of the power controller, per tile. */
#define PCODE_MAILBOX			XE_REG(0x138124)
#define   PCODE_READY			BIT_U32(31)
#define   PCODE_PARAM2			GENMASK_U32(23, 16)
#define   PCODE_PARAM1			GENMASK_U32(15, 8)
#define   PCODE_COMMAND			GENMASK_U32(7, 0)
#define   PCODE_ERROR			GENMASK_U32(7, 0)
#define PCODE_DATA0			XE_REG(0x138128)
#define PCODE_DATA1			XE_REG(0x13812c)
#define SOC_BOOT_SCRATCH		XE_REG(0x138320)
#define   BOOT_STATUS			GENMASK_U32(3, 1)
#define     BOOT_STATUS_NONCRITICAL	4
#define     BOOT_STATUS_CRITICAL	7

/* Reads as whether we are a virtual function; a dummy write to it is a cheap barrier. */
#define VF_CAP				XE_REG(0x1901f8)
#define   VF_CAP_IS_VF			BIT_U32(0)

/* What frequencies the part can run at. */
#define PVC_RP_STATE_CAP		XE_REG(0x281014)
#define   PVC_RPN			GENMASK_U32(23, 16)
#define   PVC_RP1			GENMASK_U32(15, 8)
#define   PVC_RP0			GENMASK_U32(7, 0)
#define GT_RP_STATE_CAP			XE_REG(0x138000)
#define MEDIA_RP_STATE_CAP		XE_REG(0x138020)
#define   RP_CAP_RPN			GENMASK_U32(24, 16)
#define   RP_CAP_RP0			GENMASK_U32(8, 0)
#define GT_RPA_FREQ			XE_REG(0x138008)
#define GT_RPE_FREQ			XE_REG(0x13800c)
#define MEDIA_RPA_FREQ			XE_REG(0x138028)
#define MEDIA_RPE_FREQ			XE_REG(0x13802c)
#define   RP_FREQ			GENMASK_U32(8, 0)
#define GT_PERF_STATUS			XE_REG(0x1381b4)	/* before Xe_LPG: 50 MHz units */
#define   GT_PERF_CAGF			GENMASK_U32(19, 11)

#endif
