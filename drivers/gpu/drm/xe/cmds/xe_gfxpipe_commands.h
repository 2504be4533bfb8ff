/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_GFXPIPE_COMMANDS_H_
#define _XE_GFXPIPE_COMMANDS_H_

#include <linux/bits.h>
#include <linux/types.h>

/*
 * Render and compute pipeline commands: type 3 in bits 31:29, pipeline in
 * 28:27, opcode 26:24, sub-opcode 23:16, length in dwords minus two in 7:0.
 */
#define XE_GFXPIPE(pipeline, opcode, sub) \
	(3u << 29 | (u32)(pipeline) << 27 | (u32)(opcode) << 24 | (u32)(sub) << 16)

/* flags, address (2 dwords), data (2 dwords) */
#define PIPE_CONTROL			(XE_GFXPIPE(3, 2, 0) | (6 - 2))
/* in the first dword */
#define   PC0_UNTYPED_DATAPORT_FLUSH	BIT_U32(11)
#define   PC0_L3_READ_ONLY_INVALIDATE	BIT_U32(10)
#define   PC0_HDC_FLUSH			BIT_U32(9)
/* in the second */
#define   PC1_COMMAND_CACHE_INVALIDATE	BIT_U32(29)
#define   PC1_TILE_CACHE_FLUSH		BIT_U32(28)
#define   PC1_AMFS_FLUSH		BIT_U32(25)
#define   PC1_GGTT			BIT_U32(24)
#define   PC1_STORE_INDEX		BIT_U32(21)	/* the address is relative to the PPHWSP */
#define   PC1_CS_STALL			BIT_U32(20)
#define   PC1_SNAPSHOT_RESET		BIT_U32(19)
#define   PC1_TLB_INVALIDATE		BIT_U32(18)
#define   PC1_PSD_SYNC			BIT_U32(17)
#define   PC1_WRITE_QW			BIT_U32(14)
#define   PC1_DEPTH_STALL		BIT_U32(13)
#define   PC1_RENDER_TARGET_FLUSH	BIT_U32(12)
#define   PC1_INSTRUCTION_INVALIDATE	BIT_U32(11)
#define   PC1_TEXTURE_INVALIDATE	BIT_U32(10)
#define   PC1_INDIRECT_STATE_DISABLE	BIT_U32(9)
#define   PC1_FLUSH_ENABLE		BIT_U32(7)
#define   PC1_DC_FLUSH			BIT_U32(5)
#define   PC1_VF_INVALIDATE		BIT_U32(4)
#define   PC1_CONST_INVALIDATE		BIT_U32(3)
#define   PC1_STATE_INVALIDATE		BIT_U32(2)
#define   PC1_STALL_AT_SCOREBOARD	BIT_U32(1)
#define   PC1_DEPTH_FLUSH		BIT_U32(0)

/* What a compute engine does not have. */
#define   PC1_NOT_ON_COMPUTE	(PC1_RENDER_TARGET_FLUSH | PC1_DEPTH_FLUSH | \
				 PC1_TILE_CACHE_FLUSH | PC1_DEPTH_STALL | \
				 PC1_STALL_AT_SCOREBOARD | PC1_PSD_SYNC | PC1_AMFS_FLUSH | \
				 PC1_VF_INVALIDATE | PC1_SNAPSHOT_RESET)
/* What no engine of a part without a render engine has. */
#define   PC1_NOT_WITHOUT_RENDER (PC1_NOT_ON_COMPUTE | PC1_INDIRECT_STATE_DISABLE | \
				  PC1_FLUSH_ENABLE | PC1_TEXTURE_INVALIDATE | PC1_DC_FLUSH)

#endif
