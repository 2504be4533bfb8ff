/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_PLATFORM_H_
#define _XE_PLATFORM_H_

#include <linux/types.h>

/* enum xe_engine_id - every engine any platform has; bit numbers of engine masks */
enum xe_engine_id {
	XE_RCS0,
	XE_BCS0, XE_BCS1, XE_BCS2, XE_BCS3, XE_BCS4, XE_BCS5, XE_BCS6, XE_BCS7, XE_BCS8,
	XE_VCS0, XE_VCS1, XE_VCS2, XE_VCS3, XE_VCS4, XE_VCS5, XE_VCS6, XE_VCS7,
	XE_VECS0, XE_VECS1, XE_VECS2, XE_VECS3,
	XE_CCS0, XE_CCS1, XE_CCS2, XE_CCS3,
	XE_GSCCS0,
	XE_NUM_ENGINES
};

/* enum xe_platform_id - platforms, oldest first */
enum xe_platform_id {
	XE_PLATFORM_PVC,
	XE_PLATFORM_BMG,
};

/* struct xe_ip - a graphics or media IP version and what it brings */
struct xe_ip {
	/** @ver: times 100 */
	u16 ver;
	const char *name;
	u64 engine_mask;
	/** @has_usm: page faults and ASIDs */
	bool has_usm;
	bool has_range_tlb_inval;
	bool has_64bit_timestamp;
	bool has_flat_ccs;
	bool has_atomic_enable_pte_bit;
	u8 num_geometry_xecore_fuse_regs, num_compute_xecore_fuse_regs;
};

/**
 * struct xe_platform - one row: facts that need no probing
 * @id: which
 * @name: for the log
 * @is_dgfx: memory of its own
 * @need_64k: VRAM is mapped in pages of 64 KiB
 * @require_force_probe: only taken when xe.force_probe lists it
 * @has_gmdid: registers tell the IP versions
 * @has_media_gt: GT ids leave room for one, even when it is fused off
 * @has_llc: shares the CPU's last-level cache
 * @max_tiles: of the largest model
 * @dma_mask_bits: system addresses
 * @va_bits: GPU virtual addresses
 * @wopcm_mib: memory of the firmware at the bottom of the GGTT
 * @media: the media IP of platforms without GMD_ID, NULL: none
 * @fw_guc: file under /lib/firmware, NULL: xe.guc_firmware_path must name one
 * @fw_guc_minor: what the driver was written against
 * @fw_huc: the same for HuC
 */
struct xe_platform {
	enum xe_platform_id id;
	const char *name;
	bool is_dgfx;
	bool need_64k;
	bool require_force_probe;
	bool has_gmdid;
	bool has_media_gt;
	bool has_llc;
	u8 max_tiles;
	u8 dma_mask_bits;
	u8 va_bits;
	/** @vm_levels: page-table levels including the root */
	u8 vm_levels;
	u8 wopcm_mib;
	/** @graphics: the IP of platforms without GMD_ID */
	const struct xe_ip *graphics;
	const struct xe_ip *media;
	const char *fw_guc;
	u8 fw_guc_minor;
	const char *fw_huc;
};

extern const struct xe_platform xe_platform_pvc, xe_platform_bmg;

/* xe_ip_find() - the row of a GMD_ID version; NULL when unknown */
const struct xe_ip *xe_ip_find(bool media, u16 ver);

#endif
