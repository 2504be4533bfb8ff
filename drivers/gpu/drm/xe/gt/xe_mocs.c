// SPDX-License-Identifier: GPL-2.0
/*
 * Memory object control state: a table that commands and surface states index
 * to say how an object is cached. Userspace knows it by heart.
 */

#include "gt/xe_mocs.h"

#include <linux/bitfield.h>

#include "core/xe_mcr.h"
#include "core/xe_mmio.h"
#include "core/xe_platform.h"
#include "regs/xe_gt_regs.h"

#define PVC_L3_UC	FIELD_PREP_CONST(MOCS_L3_CACHEABILITY, 1)
#define PVC_L3_WB	FIELD_PREP_CONST(MOCS_L3_CACHEABILITY, 3)
#define XE2_IG_PAT	BIT(8)	/* instead of the page's attributes */
#define XE2_L3_UC	(3 << 4)
#define XE2_L4_UC	(3 << 2)
#define XE2_REGS	16

/* By index: error, uncached, write-back; two to a register, the last one fills up. */
static const u16 pvc_mocs[] = { PVC_L3_WB, PVC_L3_UC, PVC_L3_WB, PVC_L3_WB };

/* By index: as the page says; L3; L4; uncached; L3 and L4. Others are as the last. */
static const u16 xe2_mocs[] = {
	XE2_L4_UC,
	XE2_IG_PAT | XE2_L4_UC,
	XE2_IG_PAT | XE2_L3_UC,
	XE2_IG_PAT | XE2_L3_UC | XE2_L4_UC,
	XE2_IG_PAT,
};

static bool is_pvc(struct xe_gt *gt)
{
	return gt_to_xe(gt)->platform->id == XE_PLATFORM_PVC;
}

static u32 xe2_value(unsigned int i)
{
	return xe2_mocs[min_t(unsigned int, i, ARRAY_SIZE(xe2_mocs) - 1)];
}

/**
 * xe_mocs_program() - write the table to the hardware
 * @gt: GT
 *
 * Before the firmware starts: its own accesses use it.
 *
 * Context: the GT is awake.
 */
void xe_mocs_program(struct xe_gt *gt)
{
	unsigned int i;

	if (gt->type == XE_GT_MEDIA) {
		for (i = 0; i < XE2_REGS; i++)
			xe_mmio_write32(&gt->mmio, GLOBAL_MOCS(i), xe2_value(i));
		return;
	}

	guard(xe_mcr)(gt);
	if (is_pvc(gt)) {
		for (i = 0; i < ARRAY_SIZE(pvc_mocs); i += 2)
			xe_mcr_write_all_locked(gt, LNCF_MOCS_MCR(i / 2),
						pvc_mocs[i] | pvc_mocs[i + 1] << 16);
	} else {
		for (i = 0; i < XE2_REGS; i++)
			xe_mcr_write_all_locked(gt, GLOBAL_MOCS_MCR(i), xe2_value(i));
	}
}

/**
 * xe_mocs_uc() - index of uncached
 * @gt: GT
 *
 * Return: the index, not shifted.
 */
u8 xe_mocs_uc(struct xe_gt *gt)
{
	return is_pvc(gt) ? 1 : 3;
}

/**
 * xe_mocs_wb() - index of write-back
 * @gt: GT
 *
 * Return: the index, not shifted.
 */
u8 xe_mocs_wb(struct xe_gt *gt)
{
	return is_pvc(gt) ? 2 : 4;
}
