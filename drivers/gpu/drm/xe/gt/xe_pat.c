// SPDX-License-Identifier: GPL-2.0
/*
 * Page attributes: page-table entries name a row of a table, which says how the
 * GPU caches the page and whether it snoops the CPU.
 */

#include "gt/xe_pat.h"

#include "core/xe_mcr.h"
#include "core/xe_mmio.h"
#include "core/xe_platform.h"
#include "regs/xe_gt_regs.h"

/* PVC: class of service in 3:2, memory type in 1:0. */
#define PVC_ROW(clos, type, coh)	{ (clos) << 2 | (type), coh }
#define UC	0
#define WC	1
#define WT	2
#define WB	3
/* Xe2: no promotion, compression, L3 class, L3 and L4 policy, coherency: as the bits are. */
#define XE2_ROW(np, comp, clos, l3, l4, coh) \
	{ (np) << 10 | (comp) << 9 | (clos) << 6 | (l3) << 4 | (l4) << 2 | (coh), \
	  (coh) ?: XE_COH_NONE }

#define XE2_COMPRESSED	BIT(9)

/* struct pat_row - @coh: &enum xe_coh_mode, 0: reserved */
struct pat_row {
	u16 value;
	u8 coh;
};

/**
 * struct pat_table - one platform's attributes
 * @rows: by index
 * @n: how many are programmed
 * @index: by &enum xe_cache_level
 * @extra: @ats and @pta have registers of their own
 * @ats: attributes of PCIe address translation
 * @pta: attributes of page-table accesses
 */
struct pat_table {
	const struct pat_row *rows;
	u8 n;
	u8 index[XE_CACHE_LEVELS];
	bool extra;
	u16 ats, pta;
};

static const struct pat_row pvc_rows[] = {
	PVC_ROW(0, UC, XE_COH_NONE),
	PVC_ROW(0, WC, XE_COH_NONE),
	PVC_ROW(0, WT, XE_COH_NONE),
	PVC_ROW(0, WB, XE_COH_1WAY),
	PVC_ROW(1, WT, XE_COH_NONE),
	PVC_ROW(1, WB, XE_COH_1WAY),
	PVC_ROW(2, WT, XE_COH_NONE),
	PVC_ROW(2, WB, XE_COH_1WAY),
};

static const struct pat_row xe2_rows[32] = {
	[0] = XE2_ROW(0, 0, 0, 0, 3, 0),
	[1] = XE2_ROW(0, 0, 0, 0, 3, 2),
	[2] = XE2_ROW(0, 0, 0, 0, 3, 3),
	[3] = XE2_ROW(0, 0, 0, 3, 3, 0),
	[4] = XE2_ROW(0, 0, 0, 3, 0, 2),
	[5] = XE2_ROW(0, 0, 0, 3, 3, 2),
	[6] = XE2_ROW(1, 0, 0, 1, 3, 0),
	[7] = XE2_ROW(0, 0, 0, 3, 0, 3),
	[8] = XE2_ROW(0, 0, 0, 3, 0, 0),
	[9] = XE2_ROW(0, 1, 0, 0, 3, 0),
	[10] = XE2_ROW(0, 1, 0, 3, 0, 0),
	[11] = XE2_ROW(1, 1, 0, 1, 3, 0),
	[12] = XE2_ROW(0, 1, 0, 3, 3, 0),
	[13] = XE2_ROW(0, 0, 0, 0, 0, 0),
	[14] = XE2_ROW(0, 1, 0, 0, 0, 0),
	[15] = XE2_ROW(1, 1, 0, 1, 1, 0),
	/* 16 to 19: reserved */
	[20] = XE2_ROW(0, 0, 1, 0, 3, 0),
	[21] = XE2_ROW(0, 1, 1, 0, 3, 0),
	[22] = XE2_ROW(0, 0, 1, 0, 3, 2),
	[23] = XE2_ROW(0, 0, 1, 0, 3, 3),
	[24] = XE2_ROW(0, 0, 2, 0, 3, 0),
	[25] = XE2_ROW(0, 1, 2, 0, 3, 0),
	[26] = XE2_ROW(0, 0, 2, 0, 3, 2),
	[27] = XE2_ROW(0, 0, 2, 0, 3, 3),
	[28] = XE2_ROW(0, 0, 3, 0, 3, 0),
	[29] = XE2_ROW(0, 1, 3, 0, 3, 0),
	[30] = XE2_ROW(0, 0, 3, 0, 3, 2),
	[31] = XE2_ROW(0, 0, 3, 0, 3, 3),
};

static const struct pat_table pvc_table = {
	.rows = pvc_rows,
	.n = ARRAY_SIZE(pvc_rows),
	.index = { 0, 2, 3, XE_PAT_INVALID },
};

static const struct pat_table xe2_table = {
	.rows = xe2_rows,
	.n = ARRAY_SIZE(xe2_rows),
	.index = { 3, 15, 2, 12 },
	.extra = true,
	.ats = 3 << 2 | 3,
	.pta = 3 << 2,
};

/* 16023588340: the third L3 class belongs to the host's accesses to VRAM. */
static const struct pat_table xe2_g21_table = {
	.rows = xe2_rows,
	.n = 28,
	.index = { 3, 15, 2, 12 },
	.extra = true,
	.ats = 3 << 2 | 3,
	.pta = 3 << 2,
};

static const struct pat_table *pat_table(struct xe_device *xe)
{
	u16 ver = xe_device_root_tile(xe)->primary_gt->ip_ver;

	if (ver < 2000)
		return &pvc_table;
	return ver == 2001 ? &xe2_g21_table : &xe2_table;
}

static void program(struct xe_gt *gt, u32 addr, u32 val)
{
	/* Replicated on graphics GTs only. */
	if (gt->type == XE_GT_MEDIA)
		xe_mmio_write32(&gt->mmio, XE_REG(addr), val);
	else
		xe_mcr_write_all_locked(gt, XE_REG_MCR(addr), val);
}

static void program_all(struct xe_gt *gt)
{
	const struct pat_table *table = pat_table(gt_to_xe(gt));
	unsigned int i;

	for (i = 0; i < table->n; i++)
		program(gt, PAT_INDEX_ADDR(i), table->rows[i].value);
	if (table->extra) {
		program(gt, PAT_ATS_ADDR, table->ats);
		program(gt, PAT_PTA_ADDR, table->pta);
	}
}

/**
 * xe_pat_program() - write the table to the hardware
 * @gt: GT
 *
 * Context: the GT is awake.
 */
void xe_pat_program(struct xe_gt *gt)
{
	if (gt->type == XE_GT_MEDIA) {
		program_all(gt);
		return;
	}
	guard(xe_mcr)(gt);
	program_all(gt);
}

/**
 * xe_pat_index() - index of what the kernel wants
 * @xe: device
 * @level: how it shall be cached
 *
 * Return: the index, or XE_PAT_INVALID.
 */
u8 xe_pat_index(struct xe_device *xe, enum xe_cache_level level)
{
	return pat_table(xe)->index[level];
}

/**
 * xe_pat_count() - number of defined indices
 * @xe: device
 *
 * Return: the first index that is out of range.
 */
unsigned int xe_pat_count(struct xe_device *xe)
{
	return pat_table(xe)->n;
}

/**
 * xe_pat_coh_mode() - coherency of an index
 * @xe: device
 * @index: below xe_pat_count()
 *
 * Return: &enum xe_coh_mode, 0 for a reserved index.
 */
u8 xe_pat_coh_mode(struct xe_device *xe, unsigned int index)
{
	return index < xe_pat_count(xe) ? pat_table(xe)->rows[index].coh : 0;
}

/**
 * xe_pat_compressed() - whether an index turns compression on
 * @xe: device
 * @index: below xe_pat_count()
 *
 * Return: true when it does.
 */
bool xe_pat_compressed(struct xe_device *xe, unsigned int index)
{
	const struct pat_table *table = pat_table(xe);

	return table->extra && index < table->n && table->rows[index].value & XE2_COMPRESSED;
}
