/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_BLITTER_COMMANDS_H_
#define _XE_BLITTER_COMMANDS_H_

#include <linux/bits.h>
#include <linux/types.h>

/*
 * What copy engines understand besides MI commands: type 2 in bits 31:29, the
 * opcode in 28:22, the length in dwords minus two in 7:0.
 */
#define XE_BLT(opcode, dwords)		(2u << 29 | (u32)(opcode) << 22 | ((u32)(dwords) - 2))

/* Widths, heights and pitches are 16 bits; a rectangle's x counts pixels. */
#define XY_FAST_COPY_BLT_DWORDS		10
#define XY_FAST_COPY_BLT		XE_BLT(0x42, XY_FAST_COPY_BLT_DWORDS)
#define   XY_FAST_COPY_SRC_TILE4	BIT_U32(31)	/* dword 1; which tiling, if any */
#define   XY_FAST_COPY_DST_TILE4	BIT_U32(30)
#define   XY_FAST_COPY_32BPP		(3u << 24)
#define   XY_FAST_COPY_XY(x, y)		((u32)(y) << 16 | (u32)(x))

/* Width, height, pitches are given minus one. Xe2 and later. */
#define MEM_COPY_DWORDS			10
#define MEM_COPY			XE_BLT(0x5a, MEM_COPY_DWORDS)
#define   MEM_COPY_PAGES		BIT_U32(19)	/* width: 256 bytes, height ignored */
#define   MEM_COPY_PAGE_BYTES		256
#define   MEM_COPY_SRC_MOCS		GENMASK_U32(31, 28)	/* dword 9 */
#define   MEM_COPY_DST_MOCS		GENMASK_U32(6, 3)

/* PVC, and Xe2 and later. */
#define MEM_SET_DWORDS			7
#define MEM_SET				XE_BLT(0x5b, MEM_SET_DWORDS)
#define   MEM_SET_MATRIX		BIT_U32(17)
#define   MEM_SET_BYTE			GENMASK_U32(31, 24)	/* dword 6 */
#define   MEM_SET_MOCS_PVC		GENMASK_U32(6, 1)
#define   MEM_SET_MOCS_XE2		GENMASK_U32(6, 3)

#endif
