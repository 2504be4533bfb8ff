/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_MMIO_H_
#define _XE_MMIO_H_

#include "core/xe_device.h"
#include "regs/xe_reg.h"

/* Plain accessors. Context: any. The register's block must be awake. */
u32 xe_mmio_read32(struct xe_mmio *mmio, struct xe_reg reg);
void xe_mmio_write32(struct xe_mmio *mmio, struct xe_reg reg, u32 val);
/* xe_mmio_rmw32() - clear @clr, set @set; returns the old value */
u32 xe_mmio_rmw32(struct xe_mmio *mmio, struct xe_reg reg, u32 clr, u32 set);
/* xe_mmio_read64_2x32() - a counter in two halves, read until the upper one is stable */
u64 xe_mmio_read64_2x32(struct xe_mmio *mmio, struct xe_reg reg);
/*
 * xe_mmio_wait32() - poll until (reg & @mask) == @val
 * @timeout_us: give up after
 * @out: last value read, or NULL
 * @atomic: busy-wait instead of sleeping
 *
 * Returns 0 or -ETIMEDOUT.
 */
int xe_mmio_wait32(struct xe_mmio *mmio, struct xe_reg reg, u32 mask, u32 val, u32 timeout_us,
		   u32 *out, bool atomic);
/* xe_mmio_write32_and_verify() - 0, or -EINVAL when (read back & @mask) != @expect */
int xe_mmio_write32_and_verify(struct xe_mmio *mmio, struct xe_reg reg, u32 val, u32 mask,
			       u32 expect);

/* xe_device_wmb() - what the CPU wrote to VRAM is visible to the device */
void xe_device_wmb(struct xe_device *xe);

/* Component: BAR0, its size against the tile count. */
int xe_mmio_init(struct xe_device *xe);
int xe_mmio_init_tiles(struct xe_device *xe);

#endif
