/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_ABI_GUC_BOOT_H_
#define _XE_ABI_GUC_BOOT_H_

#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/stddef.h>
#include <linux/types.h>

/**
 * struct guc_css_header - first bytes of a firmware file
 *
 * The file is this header, the code, the signature; the key's modulus and
 * exponent are counted in @header_dwords but not in the file.
 */
struct guc_css_header {
	/* private: */
	u32 module_type;
	/* public: */
	/** @header_dwords: this header, key, modulus and exponent */
	u32 header_dwords;
	/* private: */
	u32 reserved0[4];
	/* public: */
	/** @size_dwords: @header_dwords and the code */
	u32 size_dwords;
	/** @key_dwords: signature */
	u32 key_dwords;
	/** @modulus_dwords: not in the file */
	u32 modulus_dwords;
	/** @exponent_dwords: not in the file */
	u32 exponent_dwords;
	/* private: */
	u32 reserved1[6];
	/* public: */
	/** @release_version: of the firmware, packed as below */
	u32 release_version;
	/** @submission_version: of the interface it offers */
	u32 submission_version;
#define GUC_CSS_MAJOR			GENMASK_U32(23, 16)
#define GUC_CSS_MINOR			GENMASK_U32(15, 8)
#define GUC_CSS_PATCH			GENMASK_U32(7, 0)
#define GUC_CSS_VERSION			GENMASK_U32(23, 0)
	/* private: */
	u32 reserved2[12];
	/* public: */
	/** @private_data_size: bytes it wants for itself in the additional data */
	u32 private_data_size;
	/* private: */
	u32 ukernel_info;
};

static_assert(sizeof(struct guc_css_header) == 128);
static_assert(offsetof(struct guc_css_header, size_dwords) == 24);
static_assert(offsetof(struct guc_css_header, release_version) == 64);
static_assert(offsetof(struct guc_css_header, submission_version) == 68);
static_assert(offsetof(struct guc_css_header, private_data_size) == 120);

/* Boot parameters: dwords in scratch registers 1 and up. */
#define GUC_PARAM_LOG			0
#define   GUC_LOG_VALID			BIT_U32(0)
#define   GUC_LOG_NOTIFY_HALF_FULL	BIT_U32(1)
#define   GUC_LOG_CAPTURE_UNIT_1M	BIT_U32(2)	/* else 4K */
#define   GUC_LOG_UNIT_1M		BIT_U32(3)	/* else 4K */
#define   GUC_LOG_CRASH_UNITS		GENMASK_U32(5, 4)	/* less one, as the next two */
#define   GUC_LOG_EVENT_UNITS		GENMASK_U32(9, 6)
#define   GUC_LOG_CAPTURE_UNITS		GENMASK_U32(11, 10)
#define   GUC_LOG_GGTT_PAGE		GENMASK_U32(31, 12)
#define GUC_PARAM_WA			1
#define   GUC_WA_DUAL_QUEUE		BIT_U32(11)
#define   GUC_WA_PRE_PARSER		BIT_U32(14)
#define   GUC_WA_RCS_REGS_IN_CCS_LIST	BIT_U32(21)
#define GUC_PARAM_FEATURE		2
#define   GUC_FEATURE_SLPC		BIT_U32(2)
#define   GUC_FEATURE_LITE_RESTORE	BIT_U32(4)
#define GUC_PARAM_DEBUG			3
#define   GUC_DEBUG_VERBOSITY		GENMASK_U32(1, 0)
#define   GUC_DEBUG_LOG_DISABLED	BIT_U32(6)
#define GUC_PARAM_ADS			4
#define   GUC_ADS_GGTT_PAGE		GENMASK_U32(21, 1)
#define GUC_PARAM_DEVID			5
#define GUC_PARAM_COUNT			14

/* What the boot status register's two fields say when it went wrong. */
#define GUC_UKERNEL_DEVID_MISMATCH	0x02
#define GUC_UKERNEL_PREPROD_MISMATCH	0x03
#define GUC_UKERNEL_BAD_TYPE		0x04
#define GUC_UKERNEL_HWCONFIG_START	0x05
#define GUC_UKERNEL_HWCONFIG_ERROR	0x07
#define GUC_UKERNEL_BOOTROM_MISMATCH	0x08
#define GUC_UKERNEL_DPC_ERROR		0x60
#define GUC_UKERNEL_EXCEPTION		0x70
#define GUC_UKERNEL_BAD_INIT_DATA	0x71
#define GUC_UKERNEL_BAD_MPU_DATA	0x73
#define GUC_UKERNEL_BAD_REG_LIST	0x74
#define GUC_UKERNEL_BAD_WA_KLV		0x75
#define GUC_UKERNEL_BAD_FEATURE		0x76
#define GUC_BOOTROM_NO_KEY		0x13
#define GUC_BOOTROM_PROD_KEY		0x2b
#define GUC_BOOTROM_RSA			0x50
#define GUC_BOOTROM_PAVPC		0x73
#define GUC_BOOTROM_WOPCM		0x74
#define GUC_BOOTROM_LOAD_LOCATION	0x75
#define GUC_BOOTROM_JUMP		0x77
#define GUC_BOOTROM_RC6_CONFIG		0x79
#define GUC_BOOTROM_MPU_MAP		0x7a
#define GUC_BOOTROM_EXCEPTION		0x7e

#endif
