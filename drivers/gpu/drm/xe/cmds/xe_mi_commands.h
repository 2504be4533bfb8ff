/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_MI_COMMANDS_H_
#define _XE_MI_COMMANDS_H_

#include <linux/bits.h>
#include <linux/types.h>

/*
 * Memory interface commands: what every command streamer understands. Bits
 * 31:29 are 0, the opcode is in 28:23, and where a command has operands its
 * low bits hold the length in dwords minus two.
 */
#define XE_MI(opcode)			((u32)(opcode) << 23)
#define XE_CMD_LEN(dwords)		((u32)(dwords) - 2)

/* One dword. */
#define MI_NOOP				XE_MI(0x00)
#define MI_USER_INTERRUPT		XE_MI(0x02)
#define MI_ARB_CHECK			XE_MI(0x05)
#define   MI_PREPARSER(off)		(BIT_U32(8) | ((off) ? BIT_U32(0) : 0))
#define MI_ARB_ON_OFF			XE_MI(0x08)
#define   MI_ARB_ON			BIT_U32(0)
#define   MI_ARB_OFF			0
#define MI_BATCH_BUFFER_END		XE_MI(0x0a)

#define MI_MATH(ops)			(XE_MI(0x1a) | XE_CMD_LEN((ops) + 1))
#define   MI_ALU(op, a, b)		((u32)(op) << 20 | (u32)(a) << 10 | (u32)(b))
#define     ALU_LOAD			0x080
#define     ALU_LOADINV			0x480
#define     ALU_AND			0x102
#define     ALU_OR			0x103
#define     ALU_STORE			0x180
#define     ALU_REG(n)			(n)
#define     ALU_SRCA			0x20
#define     ALU_SRCB			0x21
#define     ALU_ACCU			0x31

/* address, data: wait until data <compare> memory */
#define MI_SEMAPHORE_WAIT		(XE_MI(0x1c) | XE_CMD_LEN(5))
#define   MI_SEMAPHORE_GGTT		BIT_U32(22)
#define   MI_SEMAPHORE_REGISTER		BIT_U32(16)
#define   MI_SEMAPHORE_POLL		BIT_U32(15)
#define   MI_SEMAPHORE_EQ		(4 << 12)

/* address (2 dwords), then the data */
#define MI_STORE_DATA_IMM		XE_MI(0x20)
#define   MI_SDI_GGTT			BIT_U32(22)
#define   MI_SDI_DW(n)			XE_CMD_LEN((n) + 3)
#define   MI_SDI_QW(n)			(BIT_U32(21) | XE_CMD_LEN(2 * (n) + 3))
#define   MI_SDI_MAX_QW			510

/* pairs of register and value */
#define MI_LOAD_REGISTER_IMM(n)		(XE_MI(0x22) | XE_CMD_LEN(2 * (n) + 1))
#define   MI_LRI_CS_BASE		BIT_U32(19)
#define   MI_LRI_POSTED			BIT_U32(12)

/* register, address (2 dwords) */
#define MI_STORE_REGISTER_MEM		(XE_MI(0x24) | XE_CMD_LEN(4))
#define   MI_SRM_GGTT			BIT_U32(22)
#define   MI_SRM_CS_BASE		BIT_U32(19)

/* address (2 dwords), data */
#define MI_FLUSH_DW			(XE_MI(0x26) | XE_CMD_LEN(4))
#define   MI_FLUSH_DW_TLB		BIT_U32(18)
#define   MI_FLUSH_DW_CCS		BIT_U32(16)
#define   MI_FLUSH_DW_STORE		BIT_U32(14)
#define   MI_FLUSH_DW_ADDR_GGTT		BIT_U32(2)	/* in the address */

#define MI_LOAD_REGISTER_MEM		(XE_MI(0x29) | XE_CMD_LEN(4))
#define   MI_LRM_GGTT			BIT_U32(22)
#define   MI_LRM_ASYNC			BIT_U32(21)
#define   MI_LRM_CS_BASE		BIT_U32(19)

/* source, destination */
#define MI_LOAD_REGISTER_REG		(XE_MI(0x2a) | XE_CMD_LEN(3))
#define   MI_LRR_DST_CS_BASE		BIT_U32(19)
#define   MI_LRR_SRC_CS_BASE		BIT_U32(18)

/* destination (2 dwords), source (2 dwords) */
#define MI_COPY_MEM_MEM			(XE_MI(0x2e) | XE_CMD_LEN(5))
#define   MI_COPY_SRC_GGTT		BIT_U32(22)
#define   MI_COPY_DST_GGTT		BIT_U32(21)

/* address (2 dwords) */
#define MI_BATCH_BUFFER_START		(XE_MI(0x31) | XE_CMD_LEN(3))
#define   MI_BATCH_PPGTT		BIT_U32(8)

#endif
