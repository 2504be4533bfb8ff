/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_LRC_IMAGE_H_
#define _XE_LRC_IMAGE_H_

#include "gt/xe_hw_engine.h"

/**
 * enum xe_lrc_dword - where the image holds a register's value, in dwords
 * @LRC_CONTEXT_CONTROL: what saving and restoring includes
 * @LRC_RING_HEAD: where the engine goes on in the ring, bytes
 * @LRC_RING_TAIL: how far it may go, bytes
 * @LRC_RING_START: GGTT address of the ring
 * @LRC_RING_CTL: size of the ring, and whether it is on
 * @LRC_BB_PER_CTX_PTR: GGTT address of a batch that is run after each restore, and its enable bit
 * @LRC_TIMESTAMP: run time in ticks of the GT's clock, lower half
 * @LRC_TIMESTAMP_UDW: upper half
 * @LRC_ASID: number of the address space, which the hardware reports faults with
 * @LRC_PDP0_UDW: address of the root page table, upper half
 * @LRC_PDP0_LDW: lower half
 * @LRC_ENGINE_STATE: what follows is the engine's own
 *
 * The image is a list of MI_LOAD_REGISTER_IMM that the engine runs to restore a
 * context. These places are the same for all engine classes.
 */
enum xe_lrc_dword {
	LRC_CONTEXT_CONTROL = 0x03,
	LRC_RING_HEAD = 0x05,
	LRC_RING_TAIL = 0x07,
	LRC_RING_START = 0x09,
	LRC_RING_CTL = 0x0b,
	LRC_BB_PER_CTX_PTR = 0x13,
	LRC_TIMESTAMP = 0x23,
	LRC_TIMESTAMP_UDW = 0x25,
	LRC_ASID = 0x2f,
	LRC_PDP0_UDW = 0x31,
	LRC_PDP0_LDW = 0x33,
	LRC_ENGINE_STATE = 0x34,
};

/* xe_lrc_image_build() - an image without state; 0, -EOPNOTSUPP, -ENOSPC */
int xe_lrc_image_build(u32 *image, size_t dwords, enum xe_engine_class cls, u16 graphics_ver,
		       u32 mmio_base);

#endif
