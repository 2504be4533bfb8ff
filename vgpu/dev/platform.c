// SPDX-License-Identifier: MIT
/*
 * The platforms. Register numbers are of a tile's window; media GT registers
 * are given where they really are (0x380000 up).
 */
#include <string.h>

#include "dev/platform.h"

#define N(t) (sizeof(t) / sizeof((t)[0]))

/* Keys of the hardware configuration table, as IGT's intel_hwconfig_types.h numbers them */
enum {
	HW_MAX_SLICES = 1,
	HW_MAX_DUAL_SUBSLICES = 2,
	HW_MAX_EU_PER_DSS = 3,
	HW_NUM_PIXEL_PIPES = 4,
	HW_L3_WAY_BYTES = 8,
	HW_L3_WAYS_PER_SECTOR = 9,
	HW_MEMORY_CHANNELS = 10,
	HW_MEMORY_TYPE = 11,
	HW_CACHE_TYPES = 12,
	HW_LOCAL_PAGE_SIZES = 13,
	HW_THREADS_PER_EU = 15,
	HW_VS_THREADS = 16,
	HW_GS_THREADS = 17,
	HW_HS_THREADS = 18,
	HW_DS_THREADS = 19,
	HW_PS_THREADS = 21,
	HW_MAX_RCS = 23,
	HW_MAX_CCS = 24,
	HW_MAX_VCS = 25,
	HW_MAX_VECS = 26,
	HW_MAX_COPY_CS = 27,
	HW_BINDLESS_OFFSET_BITS = 60,
	HW_CSR_MB = 62,
	HW_GEOMETRY_PIPES_PER_SLICE = 63,
	HW_L3_BANK_KB = 64,
	HW_SLM_PER_DSS = 65,
	HW_MAX_SUBSLICE = 70,
	HW_MAX_EU_PER_SUBSLICE = 71,
	HW_SLM_PER_SS_KB = 73,
	HW_HBM_STACKS = 74,
	HW_HBM_CHANNELS = 75,
	HW_HBM_CHANNEL_BYTES = 76,
};

enum { MEMORY_HBM2E = 3, MEMORY_GDDR6 = 4 };

/* ---- Ponte Vecchio ------------------------------------------------------ */

static const struct vg_engine_row pvc_engines[] = {
	{ VG_COPY, 0, 0x22000, false },	    { VG_COPY, 1, 0x3e0000, false },
	{ VG_COPY, 2, 0x3e2000, false },    { VG_COPY, 3, 0x3e4000, false },
	{ VG_COPY, 4, 0x3e6000, false },    { VG_COPY, 5, 0x3e8000, false },
	{ VG_COPY, 6, 0x3ea000, false },    { VG_COPY, 7, 0x3ec000, false },
	{ VG_COPY, 8, 0x3ee000, false },    { VG_COMPUTE, 0, 0x1a000, false },
	{ VG_COMPUTE, 1, 0x1c000, false },  { VG_COMPUTE, 2, 0x1e000, false },
	{ VG_COMPUTE, 3, 0x26000, false },
};

static const struct vg_image_row pvc_image[] = {
	{ 0x9118, 0x000000ff, true }, /* all MEML3 banks, so all link copy engines */
	{ 0x9134, 0x000000ff, true }, /* 8 EUs in each subslice */
	{ 0x9144, 0xffffffff, true }, /* compute subslices: 16 in each quadrant, */
	{ 0x9148, 0xffffffff, true }, /* so all four compute engines */
	{ 0x10100c, 0x80000000, true }, /* no function-level reset by the driver */
	{ 0x101010, 0x00000080, false }, /* local memory is initialised */
	{ 0x281014, 0x00061220, true }, /* RP0, RP1, RPn in 50 MHz: 1600, 900, 300 */
	{ 0x285c48, 0x00000008, true }, /* flash access is not overridden */
};

static const uint32_t pvc_hwconfig[] = {
	HW_MAX_SLICES, 1, 8,
	HW_MAX_DUAL_SUBSLICES, 1, 64,
	HW_MAX_EU_PER_DSS, 1, 8,
	HW_MEMORY_CHANNELS, 1, 32,
	HW_MEMORY_TYPE, 1, MEMORY_HBM2E,
	HW_CACHE_TYPES, 1, 1,
	HW_LOCAL_PAGE_SIZES, 1, 0x6, /* 64 KiB and 2 MiB */
	HW_THREADS_PER_EU, 1, 8,
	HW_MAX_RCS, 1, 0,
	HW_MAX_CCS, 1, 4,
	HW_MAX_VCS, 1, 0,
	HW_MAX_VECS, 1, 0,
	HW_MAX_COPY_CS, 1, 9,
	HW_BINDLESS_OFFSET_BITS, 1, 26,
	HW_L3_BANK_KB, 1, 512,
	HW_SLM_PER_DSS, 1, 128,
	HW_MAX_SUBSLICE, 1, 64,
	HW_MAX_EU_PER_SUBSLICE, 1, 8,
	HW_SLM_PER_SS_KB, 1, 128,
	HW_HBM_STACKS, 1, 4,
	HW_HBM_CHANNELS, 1, 8,
	HW_HBM_CHANNEL_BYTES, 1, 16,
};

const struct vg_platform vg_platform_pvc = {
	.name = "pvc",
	.device_id = 0x0bd5,
	.revision = 0x2f, /* graphics C0, base die B3 */
	.tiles = 2,
	.max_tiles = 2,
	.vram_mib = 1024,
	.graphics_ver = 1260,
	.usm = true,
	.wopcm_code = 2,
	.rp0_mhz = 1600,
	.rpn_mhz = 300,
	.mem = { .levels = 5, .va_bits = 57, .dgfx = true, .need_64k = true,
		 .need_ae = true },
	.engine = pvc_engines,
	.n_engines = N(pvc_engines),
	.image = pvc_image,
	.n_image = N(pvc_image),
	.hwconfig = pvc_hwconfig,
	.hwconfig_dwords = N(pvc_hwconfig),
};

/* ---- Battlemage --------------------------------------------------------- */

static const struct vg_engine_row bmg_engines[] = {
	{ VG_RENDER, 0, 0x2000, false },   { VG_COPY, 0, 0x22000, false },
	{ VG_COPY, 8, 0x3ee000, false },   { VG_COMPUTE, 0, 0x1a000, false },
	{ VG_VIDEO, 0, 0x1c0000, true },   { VG_VENHANCE, 0, 0x1c8000, true },
	{ VG_VIDEO, 1, 0x1c4000, true }, /* fused off unless it is asked for */
};

/* GMD_ID: version 31:22, release 21:14, revision 5:0 */
#define GMD_ID(ver, rel, rev) ((uint32_t)(ver) << 22 | (rel) << 14 | (rev))

static const struct vg_image_row bmg_image[] = {
	{ 0xd8c, GMD_ID(20, 1, 4), true },
	{ 0x380d8c, GMD_ID(13, 1, 4), true },
	{ 0x9114, 0x00010000, true }, /* one compute engine */
	{ 0x9118, 0x000100f0, true }, /* one L3 node with four banks */
	{ 0x9134, 0x000000ff, true }, /* 8 EUs in each subslice */
	{ 0x913c, 0x000fffff, true }, /* 20 subslices, for geometry */
	{ 0x9144, 0x000fffff, true }, /* and for compute */
	{ 0x389114, 0x00010000, true }, /* the media GT shows the same */
	{ 0x389118, 0x000100f0, true },
	{ 0x389134, 0x000000ff, true },
	{ 0x38913c, 0x000fffff, true },
	{ 0x389144, 0x000fffff, true },
	{ 0x10100c, 0x80000000, true }, /* no function-level reset by the driver */
	{ 0x101010, 0x00000080, false }, /* local memory is initialised */
	{ 0x138000, 0x00120090, true }, /* RP0 2400 MHz, RPn 300 MHz in 16.67 MHz */
	{ 0x138008, 0x00000090, true }, /* RPa */
	{ 0x13800c, 0x00000048, true }, /* RPe */
	{ 0x138020, 0x00120090, true }, /* the same of the media GT */
	{ 0x138028, 0x00000090, true },
	{ 0x13802c, 0x00000048, true },
	{ 0x35b004, 0x1e2f8000, true }, /* telemetry of the power unit: type 1, device E2F8 */
	{ 0x374c48, 0x00000008, true }, /* flash access is not overridden */
};

static const uint32_t bmg_hwconfig[] = {
	HW_MAX_SLICES, 1, 5,
	HW_MAX_DUAL_SUBSLICES, 1, 20,
	HW_MAX_EU_PER_DSS, 1, 8,
	HW_NUM_PIXEL_PIPES, 1, 20,
	HW_MEMORY_CHANNELS, 1, 12,
	HW_MEMORY_TYPE, 1, MEMORY_GDDR6,
	HW_CACHE_TYPES, 1, 1,
	HW_LOCAL_PAGE_SIZES, 1, 0x7, /* 4 KiB, 64 KiB, 2 MiB */
	HW_THREADS_PER_EU, 1, 8,
	HW_VS_THREADS, 1, 720,
	HW_GS_THREADS, 1, 720,
	HW_HS_THREADS, 1, 720,
	HW_DS_THREADS, 1, 720,
	HW_PS_THREADS, 1, 1280,
	HW_MAX_RCS, 1, 1,
	HW_MAX_CCS, 1, 1,
	HW_MAX_VCS, 1, 1,
	HW_MAX_VECS, 1, 1,
	HW_MAX_COPY_CS, 1, 2,
	HW_BINDLESS_OFFSET_BITS, 1, 26,
	HW_GEOMETRY_PIPES_PER_SLICE, 1, 1,
	HW_L3_BANK_KB, 1, 512,
	HW_SLM_PER_DSS, 1, 128,
	HW_MAX_SUBSLICE, 1, 20,
	HW_MAX_EU_PER_SUBSLICE, 1, 8,
	HW_SLM_PER_SS_KB, 1, 128,
};

const struct vg_platform vg_platform_bmg = {
	.name = "bmg",
	.device_id = 0xe20b,
	.revision = 0,
	.tiles = 1,
	.max_tiles = 1,
	.vram_mib = 1024,
	.graphics_ver = 2001,
	.media_ver = 1301,
	.usm = true,
	.wopcm_code = 3,
	.ring_maxcnt = 0x1000,
	.vcs = 1,
	.vecs = 1,
	.rp0_mhz = 2400,
	.rpn_mhz = 300,
	.flat_ccs = true,
	.mem = { .levels = 5, .va_bits = 48, .dgfx = true, .need_ae = true },
	.engine = bmg_engines,
	.n_engines = N(bmg_engines),
	.image = bmg_image,
	.n_image = N(bmg_image),
	.hwconfig = bmg_hwconfig,
	.hwconfig_dwords = N(bmg_hwconfig),
};

/** vg_platform_find() - also NULL for a NULL name */
const struct vg_platform *vg_platform_find(const char *name)
{
	static const struct vg_platform *const all[] = { &vg_platform_pvc, &vg_platform_bmg };

	for (size_t i = 0; name && i < N(all); i++)
		if (!strcmp(all[i]->name, name))
			return all[i];
	return NULL;
}
