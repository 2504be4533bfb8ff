// SPDX-License-Identifier: GPL-2.0
/*
 * What is true of every device of a platform, and of every IP block of a
 * version: the driver's only list of either.
 */

#include "core/xe_platform.h"

#include <linux/array_size.h>
#include <linux/bits.h>
#include <linux/export.h>
#include <linux/stddef.h>

#include <kunit/visibility.h>

#define ENGINE(e)	BIT_ULL(XE_##e)
#define ENGINES(a, b)	GENMASK_ULL(XE_##b, XE_##a)

static const struct xe_ip graphics_ips[] = {
	{
		.ver = 1260,
		.name = "Xe_HPC",
		.engine_mask = ENGINES(BCS0, BCS8) | ENGINES(CCS0, CCS3),
		.has_usm = true,
		.has_range_tlb_inval = true,
		.has_atomic_enable_pte_bit = true,
		.num_compute_xecore_fuse_regs = 2,
	}, {
		.ver = 2001,
		.name = "Xe2_HPG",
		.engine_mask = ENGINE(RCS0) | ENGINE(BCS0) | ENGINE(BCS8) | ENGINES(CCS0, CCS3),
		.has_usm = true,
		.has_range_tlb_inval = true,
		.has_64bit_timestamp = true,
		.has_flat_ccs = true,
		.has_atomic_enable_pte_bit = true,
		.num_geometry_xecore_fuse_regs = 3,
		.num_compute_xecore_fuse_regs = 3,
	}, {
		.ver = 2002,
		.name = "Xe2_HPG",
		.engine_mask = ENGINE(RCS0) | ENGINE(BCS0) | ENGINE(BCS8) | ENGINES(CCS0, CCS3),
		.has_usm = true,
		.has_range_tlb_inval = true,
		.has_64bit_timestamp = true,
		.has_flat_ccs = true,
		.has_atomic_enable_pte_bit = true,
		.num_geometry_xecore_fuse_regs = 3,
		.num_compute_xecore_fuse_regs = 3,
	},
};

static const struct xe_ip media_ips[] = {
	{
		.ver = 1301,
		.name = "Xe2_HPM",
		.engine_mask = ENGINES(VCS0, VCS7) | ENGINES(VECS0, VECS3) | ENGINE(GSCCS0),
		.has_usm = true,
		.has_range_tlb_inval = true,
		.has_64bit_timestamp = true,
		.has_atomic_enable_pte_bit = true,
		.num_geometry_xecore_fuse_regs = 3,
		.num_compute_xecore_fuse_regs = 3,
	},
};

/* Ponte Vecchio: compute only, one or two tiles, no media, no display. */
const struct xe_platform xe_platform_pvc = {
	.id = XE_PLATFORM_PVC,
	.name = "PVC",
	.is_dgfx = true,
	.need_64k = true,
	.require_force_probe = true,
	.max_tiles = 2,
	.dma_mask_bits = 52,
	.va_bits = 57,
	.vm_levels = 5,
	.wopcm_mib = 4,
	.graphics = &graphics_ips[0],
};
EXPORT_SYMBOL_IF_KUNIT(xe_platform_pvc);

/* Battlemage: one tile with a graphics and a media GT. */
const struct xe_platform xe_platform_bmg = {
	.id = XE_PLATFORM_BMG,
	.name = "BATTLEMAGE",
	.is_dgfx = true,
	.has_gmdid = true,
	.has_media_gt = true,
	.max_tiles = 1,
	.dma_mask_bits = 46,
	.va_bits = 48,
	.vm_levels = 5,
	.wopcm_mib = 8,
	.fw_guc = "xe/bmg_guc_70.bin",
	.fw_guc_minor = 54,
	.fw_huc = "xe/bmg_huc.bin",
};
EXPORT_SYMBOL_IF_KUNIT(xe_platform_bmg);

/**
 * xe_ip_find() - look up an IP version
 * @media: a media IP, else graphics
 * @ver: version times 100, as GMD_ID reports it
 *
 * Return: the row, or NULL when the driver does not know the version.
 */
const struct xe_ip *xe_ip_find(bool media, u16 ver)
{
	const struct xe_ip *ip = media ? media_ips : graphics_ips;
	size_t n = media ? ARRAY_SIZE(media_ips) : ARRAY_SIZE(graphics_ips);

	for (; n; n--, ip++)
		if (ip->ver == ver)
			return ip;
	return NULL;
}
EXPORT_SYMBOL_IF_KUNIT(xe_ip_find);
