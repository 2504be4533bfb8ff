/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_VRAM_H_
#define _XE_VRAM_H_

#include "core/xe_device.h"

/**
 * struct xe_vram_info - a tile's VRAM
 * @dpa_base: device physical address of its first byte
 * @size: bytes of memory that is there
 * @usable: bytes that may be allocated
 * @visible: bytes of @usable that BAR2 shows
 * @io_start: CPU physical address of its first byte
 */
struct xe_vram_info {
	u64 dpa_base, size, usable, visible;
	phys_addr_t io_start;
};

/* xe_vram_probe() - find every tile's VRAM, map BAR2; a component. -ENODEV, -ENXIO */
int xe_vram_probe(struct xe_device *xe);
const struct xe_vram_info *xe_vram_info(const struct xe_tile *tile);
/* xe_vram_iomem() - the CPU's write-combined mapping of a visible DPA. Context: before unplug */
void __iomem *xe_vram_iomem(struct xe_device *xe, u64 dpa);
/* xe_vram_total() - bytes of all tiles, from DPA 0 */
u64 xe_vram_total(struct xe_device *xe);
/* xe_vram_usage() - bytes allocated, and of these the CPU-visible ones */
u64 xe_vram_usage(const struct xe_tile *tile, u64 *visible_used);
/* xe_vram_page_size() - smallest page VRAM is mapped in: SZ_64K or SZ_4K */
u32 xe_vram_page_size(struct xe_device *xe);

#endif
