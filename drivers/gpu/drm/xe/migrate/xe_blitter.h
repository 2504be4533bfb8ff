/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_BLITTER_H_
#define _XE_BLITTER_H_

#include "core/xe_device.h"

/* Bytes one command moves at most, and what sizes and addresses are multiples of. */
#define XE_BLIT_MAX	SZ_8M
#define XE_BLIT_ALIGN	SZ_4K

/**
 * struct xe_blitter - how a generation's copy engine is told to copy and clear
 * @copy_dw: dwords of a copy
 * @clear_dw: dwords of a clear
 * @copy: write the command at @cs
 * @clear: write the command at @cs; fills with zeroes
 */
struct xe_blitter {
	u16 copy_dw, clear_dw;
	void (*copy)(struct xe_gt *gt, u32 *cs, u64 src, u64 dst, u32 bytes);
	void (*clear)(struct xe_gt *gt, u32 *cs, u64 dst, u32 bytes);
};

const struct xe_blitter *xe_blitter_find(const struct xe_gt *gt);

#endif
