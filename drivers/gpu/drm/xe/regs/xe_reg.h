/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_REG_H_
#define _XE_REG_H_

#include <linux/build_bug.h>
#include <linux/types.h>

/**
 * struct xe_reg - one register of a tile's MMIO window
 * @addr: byte offset; below 0x40000 it is relative to the GT
 * @masked: bits 31:16 enable the write of bits 15:0
 *
 * A type of its own, so that a steered register (struct xe_reg_mcr) cannot be
 * handed to a plain accessor.
 */
struct xe_reg {
	u32 addr:28;
	u32 masked:1;
};

/* struct xe_reg_mcr - a multicast/replicated register, see core/xe_mcr.h */
struct xe_reg_mcr {
	struct xe_reg reg;
};

static_assert(sizeof(struct xe_reg) == sizeof(u32));

#define XE_REG(r)		((const struct xe_reg){ .addr = (r) })
#define XE_REG_MASKED(r)	((const struct xe_reg){ .addr = (r), .masked = 1 })
#define XE_REG_MCR(r)		((const struct xe_reg_mcr){ .reg = { .addr = (r) } })
#define XE_REG_MCR_MASKED(r)	((const struct xe_reg_mcr){ .reg = { .addr = (r), .masked = 1 } })

/* Value of a masked register that sets or clears bits. */
#define XE_MASKED_ON(bits)	(((bits) << 16) | (bits))
#define XE_MASKED_OFF(bits)	((bits) << 16)

#endif
