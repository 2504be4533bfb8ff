// SPDX-License-Identifier: GPL-2.0
/*
 * What memory the device has of its own: where it is in the device's address
 * space (DPA), how much of it may be allocated, how much of it BAR2 shows.
 *
 * BAR2 is a window onto DPA 0 and up, so that one mapping serves all tiles.
 * The top of each tile's memory is the firmware's: the GGTT's page table and,
 * where compression is on, the compression metadata below that.
 */

#include "mem/xe_vram.h"

#include <linux/bitfield.h>
#include <linux/export.h>
#include <linux/io.h>
#include <linux/pci.h>
#include <linux/sizes.h>

#include <kunit/visibility.h>

#include <drm/drm_managed.h>

#include "core/xe_force_wake.h"
#include "core/xe_log.h"
#include "core/xe_mcr.h"
#include "core/xe_mmio.h"
#include "core/xe_platform.h"
#include "regs/xe_gt_regs.h"
#include "regs/xe_soc_regs.h"

/* What the kernel itself writes and reads there: page tables, contexts, batches. */
#define MIN_VISIBLE	SZ_16M

/**
 * struct xe_vram - a tile's memory
 * @info: what others may know
 * @bar: write-combined mapping of BAR2: DPA 0, not this tile's first byte
 */
struct xe_vram {
	struct xe_vram_info info;
	void __iomem *bar;
};

/* One BAR2 for all tiles. */
struct vram_bar {
	phys_addr_t start;
	u64 size;
	void __iomem *map;
};

static int map_bar(struct xe_device *xe, struct vram_bar *bar)
{
	const struct xe_fake_hw *fake = xe_fake_hw(xe);
	struct pci_dev *pdev = to_pci_dev(xe->drm.dev);
	unsigned long flags;

	if (fake) {
		bar->size = fake->vram_size;
		bar->map = (void __force __iomem *)fake->vram;
		return 0;
	}

	flags = pci_resource_flags(pdev, XE_BAR_VRAM);
	bar->start = pci_resource_start(pdev, XE_BAR_VRAM);
	bar->size = pci_resource_len(pdev, XE_BAR_VRAM);
	if (!(flags & IORESOURCE_MEM) || flags & IORESOURCE_UNSET || !bar->size) {
		xe_err(xe, "BAR2, the window to VRAM, is missing or was given no address\n");
		return -ENXIO;
	}

	xe_info(xe, "VISIBLE VRAM: 0x%016llx, 0x%016llx\n", (u64)bar->start, bar->size);

	bar->map = devm_ioremap_wc(&pdev->dev, bar->start, bar->size);
	if (!bar->map) {
		xe_err(xe, "BAR2, the window to VRAM, cannot be mapped\n");
		return -ENOMEM;
	}
	return 0;
}

/*
 * First DPA of the compression metadata. The register counts per L3 node, so
 * its value is scaled by the nodes that are not fused off. A firmware that
 * turned compression off leaves the enable bit clear: then *@dpa is 0.
 */
static int read_ccs_base(struct xe_gt *gt, u64 *dpa)
{
	u64 base;
	u32 low;

	CLASS(xe_force_wake, fw)(gt, XE_FW_GT);
	if (!(fw.domains & XE_FW_GT))
		return -ETIMEDOUT;

	*dpa = 0;
	low = xe_mcr_read_any(gt, FLAT_CCS_BASE_LOWER);
	if (!(low & FLAT_CCS_ENABLE)) {
		xe_gt_dbg(gt, "flat CCS is off: no compression\n");
		return 0;
	}

	base = (u64)FIELD_GET(FLAT_CCS_UPPER_ADDR,
			      xe_mcr_read_any(gt, FLAT_CCS_BASE_UPPER)) << 32;
	base |= low & FLAT_CCS_LOWER_ADDR;
	base *= hweight32(FIELD_GET(FUSE3_NODE_ENABLE, xe_mmio_read32(&gt->mmio, FUSE3)));
	*dpa = round_down(base, SZ_4K);
	return 0;
}

/* First DPA of @tile that must not be allocated. */
static int read_usable_end(struct xe_tile *tile, u64 *end)
{
	const struct xe_ip *ip = xe_ip_find(false, tile->primary_gt->ip_ver);
	u64 ccs = 0;
	int err;

	if (ip && ip->has_flat_ccs) {
		err = read_ccs_base(tile->primary_gt, &ccs);
		if (err)
			return err;
	}

	tile->xe->has_flat_ccs = ccs;
	*end = ccs ?: xe_mmio_read64_2x32(&tile->mmio, GSMBASE);
	return 0;
}

static int probe_tile(struct xe_tile *tile, const struct vram_bar *bar)
{
	struct xe_device *xe = tile->xe;
	struct xe_vram_info *info;
	struct xe_vram *vram;
	u32 range;
	u64 end;
	int err;

	vram = drmm_kzalloc(&xe->drm, sizeof(*vram), GFP_KERNEL);
	if (!vram)
		return -ENOMEM;

	err = read_usable_end(tile, &end);
	if (err)
		return err;

	info = &vram->info;
	range = xe_mmio_read32(&tile->mmio, TILE_ADDR_RANGE(tile->id));
	info->size = FIELD_GET(TILE_RANGE_SIZE_GIB, range) * (u64)SZ_1G;
	info->dpa_base = FIELD_GET(TILE_RANGE_BASE_GIB, range) * (u64)SZ_1G;
	if (end <= info->dpa_base || end > info->dpa_base + info->size) {
		xe_err(xe, "Tile%u: no sane VRAM: DPA 0x%llx, size 0x%llx, usable up to 0x%llx\n",
		       tile->id, info->dpa_base, info->size, end);
		return -ENODEV;
	}

	info->usable = round_down(end - info->dpa_base, SZ_2M);
	if (info->dpa_base < bar->size)
		info->visible = min(info->usable, bar->size - info->dpa_base);
	if (info->visible < MIN_VISIBLE) {
		xe_err(xe, "Tile%u: BAR2 is too small: it shows %llu MiB of its VRAM, %u are needed\n",
		       tile->id, info->visible / SZ_1M, MIN_VISIBLE / SZ_1M);
		return -ENODEV;
	}

	info->io_start = bar->start + info->dpa_base;
	vram->bar = bar->map;
	tile->vram = vram;
	return 0;
}

static void print_tile(struct xe_tile *tile, const struct vram_bar *bar)
{
	const struct xe_vram_info *info = &tile->vram->info;
	struct xe_device *xe = tile->xe;
	u64 end = info->dpa_base + info->size;

	if (info->visible < info->usable)
		xe_info(xe, "Small BAR device\n");
	xe_info(xe,
		"VRAM[%u]: Actual physical size 0x%016llx, usable size exclude stolen 0x%016llx, CPU accessible size 0x%016llx\n",
		tile->id, info->size, info->usable, info->visible);
	xe_info(xe, "VRAM[%u]: DPA range: [0x%016llx-%llx], io range: [0x%016llx-%llx]\n",
		tile->id, info->dpa_base, end,
		(u64)info->io_start, (u64)info->io_start + info->visible);
	if (end > bar->size)
		xe_info(xe, "VRAM: 0x%016llx is larger than resource 0x%016llx\n", end, bar->size);
}

/**
 * xe_vram_probe() - find the memory of every tile and map BAR2
 * @xe: the device; registers and steering work
 *
 * A component. The size of BAR2 is left as the firmware and the PCI core chose
 * it, whatever xe.vram_bar_size says.
 *
 * Return: 0, also on integrated devices, which have none; -ENXIO without a
 * BAR2, -ENODEV when what registers say makes no sense, -ETIMEDOUT, -ENOMEM.
 */
int xe_vram_probe(struct xe_device *xe)
{
	struct vram_bar bar = {};
	struct xe_tile *tile;
	unsigned int id;
	int err;

	if (!xe->platform->is_dgfx)
		return 0;

	err = map_bar(xe, &bar);
	if (err)
		return err;

	for_each_tile(tile, xe, id) {
		err = probe_tile(tile, &bar);
		if (err)
			return err;
		print_tile(tile, &bar);
	}
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(xe_vram_probe);

/**
 * xe_vram_info() - facts about a tile's memory
 * @tile: the tile
 *
 * Return: constant after probe; NULL when the tile has no memory of its own.
 */
const struct xe_vram_info *xe_vram_info(const struct xe_tile *tile)
{
	return tile->vram ? &tile->vram->info : NULL;
}

/**
 * xe_vram_iomem() - where the CPU reads and writes a device address
 * @xe: a device with VRAM
 * @dpa: device physical address inside what BAR2 shows
 *
 * Context: any; the device is awake and not unplugged.
 * Return: write-combined mapping.
 */
void __iomem *xe_vram_iomem(struct xe_device *xe, u64 dpa)
{
	return xe->tiles[0].vram->bar + dpa;
}

/**
 * xe_vram_total() - the span of device addresses that are VRAM
 * @xe: the device
 *
 * Return: bytes from DPA 0 to the end of the last tile's memory; 0 without any.
 */
u64 xe_vram_total(struct xe_device *xe)
{
	struct xe_tile *tile;
	unsigned int id;
	u64 end = 0;

	for_each_tile(tile, xe, id)
		if (tile->vram)
			end = max(end, tile->vram->info.dpa_base + tile->vram->info.size);
	return end;
}

/**
 * xe_vram_page_size() - the smallest page that VRAM may be mapped in
 * @xe: the device
 *
 * Return: SZ_64K or SZ_4K.
 */
u32 xe_vram_page_size(struct xe_device *xe)
{
	return xe->platform->need_64k ? SZ_64K : SZ_4K;
}
