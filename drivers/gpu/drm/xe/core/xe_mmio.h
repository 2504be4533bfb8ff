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

/**
 * struct xe_fake_hw - in KUnit tests: ordinary memory in place of the PCI function's BARs
 * @mmio: "BAR 0"; accessed by @read and @write, and directly by the GGTT
 * @mmio_size: its bytes
 * @vram: "BAR 2"
 * @vram_size: its bytes
 * @read: what a register behind @mmio answers. Context: any
 * @write: what it does when written. Context: any
 */
struct xe_fake_hw {
	void *mmio, *vram;
	u64 mmio_size, vram_size;
	u32 (*read)(const struct xe_fake_hw *fake, const void *reg);
	void (*write)(const struct xe_fake_hw *fake, void *reg, u32 val);
};

/* xe_fake_hw() - NULL, and nothing is left of what depends on it, where no tests are built */
static inline const struct xe_fake_hw *xe_fake_hw(const struct xe_device *xe)
{
	return IS_ENABLED(CONFIG_DRM_XE_KUNIT_TEST) ? xe->fake : NULL;
}

/* Component: BAR0, its size against the tile count. */
int xe_mmio_init(struct xe_device *xe);
int xe_mmio_init_tiles(struct xe_device *xe);

#endif
