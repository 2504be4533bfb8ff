// SPDX-License-Identifier: GPL-2.0
/*
 * Registers: BAR 0 holds one 16 MiB window per tile. A GT's accessor is its
 * tile's with an offset for the part of the window that exists once per GT.
 */

#include "core/xe_mmio.h"

#include <linux/delay.h>
#include <linux/export.h>
#include <linux/io.h>
#include <linux/ktime.h>
#include <linux/pci.h>

#include <kunit/visibility.h>

#include "core/xe_log.h"
#include "core/xe_platform.h"
#include "regs/xe_soc_regs.h"

static void __iomem *reg_ptr(struct xe_mmio *mmio, struct xe_reg reg)
{
	u32 addr = reg.addr;

	if (addr < mmio->adj_limit)
		addr += mmio->adj_offset;
	return mmio->regs + addr;
}

/**
 * xe_mmio_read32() - read a register
 * @mmio: window
 * @reg: register
 *
 * Context: any; the register's block must be awake.
 * Return: its value; all ones when the device is gone.
 */
u32 xe_mmio_read32(struct xe_mmio *mmio, struct xe_reg reg)
{
	const struct xe_fake_hw *fake = xe_fake_hw(mmio->xe);
	void __iomem *ptr = reg_ptr(mmio, reg);

	return fake ? fake->read(fake, (__force void *)ptr) : readl(ptr);
}
EXPORT_SYMBOL_IF_KUNIT(xe_mmio_read32);

/**
 * xe_mmio_write32() - write a register
 * @mmio: window
 * @reg: register
 * @val: value; of a masked register with the write enables in its upper half
 *
 * Context: any; the register's block must be awake.
 */
void xe_mmio_write32(struct xe_mmio *mmio, struct xe_reg reg, u32 val)
{
	const struct xe_fake_hw *fake = xe_fake_hw(mmio->xe);
	void __iomem *ptr = reg_ptr(mmio, reg);

	if (fake)
		fake->write(fake, (__force void *)ptr, val);
	else
		writel(val, ptr);
}
EXPORT_SYMBOL_IF_KUNIT(xe_mmio_write32);

/**
 * xe_mmio_rmw32() - change some bits of a register
 * @mmio: window
 * @reg: register
 * @clr: bits to clear
 * @set: bits to set afterwards
 *
 * Not atomic: callers that share a register bring their own lock.
 *
 * Return: the value before.
 */
u32 xe_mmio_rmw32(struct xe_mmio *mmio, struct xe_reg reg, u32 clr, u32 set)
{
	u32 old = xe_mmio_read32(mmio, reg);

	xe_mmio_write32(mmio, reg, (old & ~clr) | set);
	return old;
}
EXPORT_SYMBOL_IF_KUNIT(xe_mmio_rmw32);

/**
 * xe_mmio_read64_2x32() - read a 64-bit register in two halves
 * @mmio: window
 * @reg: lower half; the upper one follows it
 *
 * Safe for running counters: the upper half is read until it stands still.
 *
 * Return: the value.
 */
u64 xe_mmio_read64_2x32(struct xe_mmio *mmio, struct xe_reg reg)
{
	struct xe_reg upper = { .addr = reg.addr + 4 };
	u32 lo, hi, again = xe_mmio_read32(mmio, upper);
	int tries = 3;

	do {
		hi = again;
		lo = xe_mmio_read32(mmio, reg);
		again = xe_mmio_read32(mmio, upper);
	} while (hi != again && --tries);

	return (u64)hi << 32 | lo;
}
EXPORT_SYMBOL_IF_KUNIT(xe_mmio_read64_2x32);

/**
 * xe_mmio_wait32() - poll a register
 * @mmio: window
 * @reg: register
 * @mask: bits to look at
 * @val: what they must become
 * @timeout_us: give up after this many microseconds
 * @out: where to put the last value read, or NULL
 * @atomic: spin instead of sleeping
 *
 * Return: 0, or -ETIMEDOUT.
 */
int xe_mmio_wait32(struct xe_mmio *mmio, struct xe_reg reg, u32 mask, u32 val, u32 timeout_us,
		   u32 *out, bool atomic)
{
	const ktime_t end = ktime_add_us(ktime_get_raw(), timeout_us);
	u32 now, delay = 10;
	bool late = false;

	for (;;) {
		now = xe_mmio_read32(mmio, reg);
		if ((now & mask) == val || late)
			break;

		/* One more look after the deadline: we may have been off the CPU for long. */
		late = ktime_compare(ktime_get_raw(), end) >= 0;
		if (late)
			continue;
		if (atomic)
			udelay(delay);
		else
			usleep_range(delay, delay * 2);
		delay = min(delay * 2, atomic ? 100u : 1000u);
	}

	if (out)
		*out = now;
	return (now & mask) == val ? 0 : -ETIMEDOUT;
}
EXPORT_SYMBOL_IF_KUNIT(xe_mmio_wait32);

/**
 * xe_mmio_write32_and_verify() - write a register that may be locked
 * @mmio: window
 * @reg: register
 * @val: value
 * @mask: bits to compare on reading back
 * @expect: what they must be
 *
 * Return: 0, or -EINVAL when it reads back differently.
 */
int xe_mmio_write32_and_verify(struct xe_mmio *mmio, struct xe_reg reg, u32 val, u32 mask,
			       u32 expect)
{
	xe_mmio_write32(mmio, reg, val);
	return (xe_mmio_read32(mmio, reg) & mask) == expect ? 0 : -EINVAL;
}
EXPORT_SYMBOL_IF_KUNIT(xe_mmio_write32_and_verify);

/**
 * xe_device_wmb() - make earlier CPU writes visible to the device
 * @xe: device
 *
 * Write-combined VRAM may linger in the CPU's buffers and in the fabric; an
 * MMIO write behind the barrier pushes it out.
 */
void xe_device_wmb(struct xe_device *xe)
{
	/* Out of the CPU's buffers first. */
	wmb();
	if (xe->platform->is_dgfx)
		xe_mmio_write32(&xe_device_root_tile(xe)->mmio, VF_CAP, 0);
}

static u64 bar_size(struct xe_device *xe)
{
	const struct xe_fake_hw *fake = xe_fake_hw(xe);

	return fake ? fake->mmio_size : pci_resource_len(to_pci_dev(xe->drm.dev), XE_BAR_MMIO);
}

static void __iomem *map_bar(struct xe_device *xe)
{
	const struct xe_fake_hw *fake = xe_fake_hw(xe);

	return fake ? (void __force __iomem *)fake->mmio :
		      pcim_iomap(to_pci_dev(xe->drm.dev), XE_BAR_MMIO, 0);
}

/**
 * xe_mmio_init() - map BAR 0 and see whether somebody answers
 * @xe: device
 *
 * Return: 0; -EIO: no or too small a BAR; -ENODEV: the device does not answer,
 * or is a virtual function; devm_.
 */
int xe_mmio_init(struct xe_device *xe)
{
	struct xe_tile *root = xe_device_root_tile(xe);
	u32 cap;

	if (bar_size(xe) < XE_TILE_WINDOW) {
		xe_err(xe, "BAR %d is too small for one tile's registers\n", XE_BAR_MMIO);
		return -EIO;
	}

	root->mmio.xe = xe;
	root->mmio.regs = map_bar(xe);
	if (!root->mmio.regs) {
		xe_err(xe, "Failed to map registers\n");
		return -EIO;
	}

	cap = xe_mmio_read32(&root->mmio, VF_CAP);
	if (cap == ~0u) {
		xe_err(xe, "Device does not answer: registers read as all ones\n");
		return -ENODEV;
	}
	if (cap & VF_CAP_IS_VF) {
		xe_err(xe, "Virtual functions are not supported\n");
		return -ENODEV;
	}
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(xe_mmio_init);

/**
 * xe_mmio_init_tiles() - windows of the other tiles, once their number is known
 * @xe: device
 *
 * Return: 0, or -EIO when BAR 0 does not hold them all.
 */
int xe_mmio_init_tiles(struct xe_device *xe)
{
	struct xe_tile *root = xe_device_root_tile(xe);
	struct xe_tile *tile;
	u8 id;

	if (bar_size(xe) < (u64)xe->tile_count * XE_TILE_WINDOW) {
		xe_err(xe, "BAR %d is too small for %u tiles\n", XE_BAR_MMIO, xe->tile_count);
		return -EIO;
	}

	for_each_tile(tile, xe, id) {
		tile->mmio.xe = xe;
		tile->mmio.regs = root->mmio.regs + id * XE_TILE_WINDOW;
	}
	return 0;
}
