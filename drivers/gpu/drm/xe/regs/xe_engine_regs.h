/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_ENGINE_REGS_H_
#define _XE_ENGINE_REGS_H_

#include <linux/bits.h>

#include "regs/xe_reg.h"

/* Where each engine's block of registers starts. */
#define RCS0_BASE			0x002000
#define CCS_BASE(n)			((n) == 3 ? 0x026000 : 0x01a000 + 0x2000 * (n))
#define BCS_BASE(n)			((n) ? 0x3e0000 + 0x2000 * ((n) - 1) : 0x022000)
#define VCS_BASE(n)			(0x1c0000 + 0x10000 * ((n) / 2) + 0x4000 * ((n) % 2))
#define VECS_BASE(n)			(0x1c8000 + 0x10000 * (n))
#define GSCCS0_BASE			0x11a000

/* Offsets inside the block, for LRI lists and commands relative to the engine. */
#define RING_TAIL_OFS			0x030
#define RING_HEAD_OFS			0x034
#define RING_START_OFS			0x038
#define RING_CTL_OFS			0x03c
#define RING_ENGINE_ID_OFS		0x08c
#define RING_BB_PER_CTX_PTR_OFS		0x1c0
#define RING_INDIRECT_CTX_OFS		0x1c4
#define RING_INDIRECT_CTX_OFFSET_OFS	0x1c8
#define RING_CTX_CONTROL_OFS		0x244
#define RING_CTX_TIMESTAMP_OFS		0x3a8
#define RING_CTX_TIMESTAMP_UDW_OFS	0x3ac
#define RING_GPR_OFS(n)			(0x600 + 8 * (n))

#define RING_TAIL(base)			XE_REG((base) + RING_TAIL_OFS)
#define   RING_TAIL_ADDR		GENMASK_U32(20, 3)
#define RING_HEAD(base)			XE_REG((base) + RING_HEAD_OFS)
#define   RING_HEAD_ADDR		GENMASK_U32(20, 2)
#define RING_START(base)		XE_REG((base) + RING_START_OFS)
#define RING_CTL(base)			XE_REG((base) + RING_CTL_OFS)
#define   RING_CTL_VALID		BIT_U32(0)
#define RING_START_UDW(base)		XE_REG((base) + 0x048)
#define RING_PSMI_CTL(base)		XE_REG_MASKED((base) + 0x050)
#define   PSMI_RC_SEMA_IDLE_MSG_DIS	BIT_U32(12)
#define   PSMI_WAIT_EVENT_PWRDOWN_DIS	BIT_U32(7)
#define   PSMI_IDLE_MSG_DIS		BIT_U32(0)
#define RING_PWRCTX_MAXCNT(base)	XE_REG((base) + 0x054)
#define   PWRCTX_IDLE_WAIT		GENMASK_U32(19, 0)
#define RING_ACTHD_UDW(base)		XE_REG((base) + 0x05c)
#define RING_DMA_FADD_UDW(base)		XE_REG((base) + 0x060)
#define RING_IPEHR(base)		XE_REG((base) + 0x068)
#define RING_INSTDONE(base)		XE_REG((base) + 0x06c)
#define RING_ACTHD(base)		XE_REG((base) + 0x074)
#define RING_DMA_FADD(base)		XE_REG((base) + 0x078)
#define RING_HWS_PGA(base)		XE_REG((base) + 0x080)
#define RING_ENGINE_ID(base)		XE_REG((base) + RING_ENGINE_ID_OFS)
#define   ENGINE_ID_INSTANCE		GENMASK_U32(9, 4)
#define   ENGINE_ID_CLASS		GENMASK_U32(2, 0)
#define RING_NOPID(base)		XE_REG((base) + 0x094)
#define RING_HWSTAM(base)		XE_REG((base) + 0x098)
#define RING_MI_MODE(base)		XE_REG((base) + 0x09c)
#define RING_INT_SRC_RPT_PTR(base)	XE_REG((base) + 0x0a4)
#define RING_IMR(base)			XE_REG((base) + 0x0a8)
#define RING_INT_STATUS_RPT_PTR(base)	XE_REG((base) + 0x0ac)
#define RING_EIR(base)			XE_REG((base) + 0x0b0)
#define RING_EMR(base)			XE_REG((base) + 0x0b4)
#define RING_ESR(base)			XE_REG((base) + 0x0b8)
#define RING_INSTPM(base)		XE_REG_MASKED((base) + 0x0c0)
#define RING_CMD_CCTL(base)		XE_REG_MASKED((base) + 0x0c4)
#define   CMD_CCTL_WRITE_MOCS		GENMASK_U32(13, 8)
#define   CMD_CCTL_READ_MOCS		GENMASK_U32(6, 1)
#define RING_CSFE_CHICKEN1(base)	XE_REG_MASKED((base) + 0x0d4)
#define   CSFE_GHWSP_CSB_REPORT_DIS	BIT_U32(15)
#define   CSFE_PPHWSP_REPORT_DIS	BIT_U32(14)
#define   CSFE_PRIORITY_MEM_READ	BIT_U32(7)
#define RING_CS_DEBUG_MODE1(base)	XE_REG_MASKED((base) + 0x0ec)
#define   CS_REPLAY_MODE_GRANULARITY	BIT_U32(0)
#define RING_BBADDR(base)		XE_REG((base) + 0x140)
#define RING_BBADDR_UDW(base)		XE_REG((base) + 0x168)
#define RING_BCS_SWCTRL(base)		XE_REG_MASKED((base) + 0x200)
#define   BCS_SWCTRL_DISABLE_256B	BIT_U32(2)
#define RING_BLIT_CCTL(base)		XE_REG((base) + 0x204)
#define   BLIT_CCTL_DST_MOCS		GENMASK_U32(14, 9)
#define   BLIT_CCTL_SRC_MOCS		GENMASK_U32(6, 1)
#define RING_EXECLIST_STATUS_LO(base)	XE_REG((base) + 0x234)
#define RING_EXECLIST_STATUS_HI(base)	XE_REG((base) + 0x238)
#define RING_IDLEDLY(base)		XE_REG((base) + 0x23c)
#define   IDLEDLY_INHIBIT_SWITCH	BIT_U32(31)
#define   IDLEDLY_DELAY			GENMASK_U32(20, 0)
#define RING_CURRENT_LRCA(base)		XE_REG((base) + 0x240)
#define RING_CTX_CONTROL(base)		XE_REG_MASKED((base) + RING_CTX_CONTROL_OFS)
#define   CTX_CTRL_RUN_ALONE		BIT_U32(7)
#define   CTX_CTRL_INHIBIT_SYN_SWITCH	BIT_U32(3)
#define   CTX_CTRL_RESTORE_INHIBIT	BIT_U32(0)
#define RING_GFX_MODE(base)		XE_REG_MASKED((base) + 0x29c)
#define   GFX_DISABLE_LEGACY_MODE	BIT_U32(3)
#define RING_TIMESTAMP(base)		XE_REG((base) + 0x358)
#define RING_TIMESTAMP_UDW(base)	XE_REG((base) + 0x35c)
#define RING_CTX_TIMESTAMP(base)	XE_REG((base) + RING_CTX_TIMESTAMP_OFS)
#define RING_CTX_TIMESTAMP_UDW(base)	XE_REG((base) + RING_CTX_TIMESTAMP_UDW_OFS)
/* Registers that user batches may touch: twelve slots. */
#define RING_NONPRIV(base, i)		XE_REG((base) + 0x4d0 + 4 * (i))
#define   NONPRIV_DENY			BIT_U32(30)
#define   NONPRIV_ACCESS		GENMASK_U32(29, 28)
#define     NONPRIV_RW			0
#define     NONPRIV_RD			1
#define     NONPRIV_WR			2
#define   NONPRIV_ADDRESS		GENMASK_U32(25, 2)
#define   NONPRIV_RANGE			GENMASK_U32(1, 0)	/* 4^n registers */
#define RING_NONPRIV_SLOTS		12
#define RING_EXECLIST_SQ_LO(base)	XE_REG((base) + 0x510)
#define RING_EXECLIST_SQ_HI(base)	XE_REG((base) + 0x514)
#define RING_EXECLIST_CONTROL(base)	XE_REG((base) + 0x550)
#define RING_CS_CHICKEN1(base)		XE_REG_MASKED((base) + 0x580)
#define   PREEMPT_GPGPU_LEVEL_MASK	GENMASK_U32(2, 1)
#define   PREEMPT_GPGPU_THREAD_GROUP	BIT_U32(1)
#define   PREEMPT_3D_OBJECT_LEVEL	BIT_U32(0)
#define RING_GPR(base, n)		XE_REG((base) + RING_GPR_OFS(n))
#define RING_GPR_UDW(base, n)		XE_REG((base) + RING_GPR_OFS(n) + 4)

#endif
