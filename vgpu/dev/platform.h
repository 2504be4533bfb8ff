/* SPDX-License-Identifier: MIT */
/* What one platform is: everything that differs between devices is in these tables. */
#ifndef VGPU_DEV_PLATFORM_H
#define VGPU_DEV_PLATFORM_H

#include "guc/guc.h"

/**
 * struct vg_engine_row - an engine of each tile
 * @media: it belongs to the media GT
 */
struct vg_engine_row {
	enum vg_class cls;
	unsigned int inst;
	uint32_t mmio_base;
	bool media;
};

/**
 * struct vg_image_row - a register with another reset value than 0
 * @read_only: writes do not change it
 */
struct vg_image_row {
	uint32_t offset;
	uint32_t value;
	bool read_only;
};

/**
 * struct vg_platform - one kind of GPU
 * @device_id, @revision: in config space
 * @tiles: usual number; @max_tiles: most
 * @vram_mib: per tile, unless asked otherwise
 * @graphics_ver, @media_ver: times 100; @media_ver 0: no media GT
 * @usm: engines report page faults
 * @wopcm_code: of 0x1082C0: 1 << code MiB of protected memory
 * @ring_maxcnt: reset value of each engine's PWRCTX_MAXCNT
 * @flat_ccs: VRAM can be compressed, with its metadata at its end
 * @mem: all but sizes
 */
struct vg_platform {
	const char *name;
	uint16_t device_id;
	uint8_t revision;
	unsigned int tiles, max_tiles;
	unsigned int vram_mib;
	unsigned int graphics_ver, media_ver;
	bool usm;
	unsigned int wopcm_code;
	uint32_t ring_maxcnt;
	uint32_t vcs, vecs;
	unsigned int rp0_mhz, rpn_mhz;
	bool flat_ccs;
	struct vg_mem_config mem;
	const struct vg_engine_row *engine;
	unsigned int n_engines;
	const struct vg_image_row *image;
	unsigned int n_image;
	const uint32_t *hwconfig;
	unsigned int hwconfig_dwords;
};

extern const struct vg_platform vg_platform_pvc, vg_platform_bmg;

/** vg_platform_find() - by name; NULL */
const struct vg_platform *vg_platform_find(const char *name);

#endif
