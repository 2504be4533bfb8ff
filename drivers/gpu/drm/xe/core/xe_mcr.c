// SPDX-License-Identifier: GPL-2.0
/*
 * Steered registers: many copies behind one offset, one per subslice, L3 bank
 * or memory unit. A write reaches all copies while the selector says
 * "multicast", which is how this file leaves it; a read must be aimed at a copy
 * that exists, or it returns zero.
 */

#include "core/xe_mcr.h"

#include <linux/bitfield.h>
#include <linux/export.h>
#include <linux/spinlock.h>

#include <kunit/visibility.h>

#include <drm/drm_managed.h>

#include "core/xe_log.h"
#include "core/xe_mmio.h"
#include "core/xe_platform.h"
#include "core/xe_topology.h"
#include "regs/xe_gt_regs.h"

#define SEMAPHORE_TIMEOUT_US	10

/* enum mcr_unit - what a range of registers is replicated by */
enum mcr_unit {
	UNIT_INSTANCE0,		/* copy (0, 0) always answers */
	UNIT_DSS,
	UNIT_L3BANK,
	UNIT_NODE,		/* an L3 node; also SQIDI and PSMI */
	UNIT_MEDIA,		/* group 0 unless the first media slice is fused off */
	N_UNITS
};

struct mcr_range {
	u32 first, last;
	enum mcr_unit unit;
};

struct mcr_target {
	u8 group, instance;
};

/**
 * struct xe_mcr - steering of a GT
 * @semaphore: firmware steers too: take the hardware's semaphore as well
 * @ranges: table of this GT's registers
 * @n_ranges: how many
 * @dss_per_group: subslices behind one group number
 * @target: per unit a copy that is not fused off
 */
struct xe_mcr {
	/** @lock: protects the selector; held for some register accesses */
	spinlock_t lock;
	bool semaphore;
	const struct mcr_range *ranges;
	size_t n_ranges;
	u32 dss_per_group;
	struct mcr_target target[N_UNITS];
};

static const struct mcr_range pvc_ranges[] = {
	{ 0x004000, 0x004aff, UNIT_INSTANCE0 },
	{ 0x008140, 0x00817f, UNIT_DSS },
	{ 0x008800, 0x00887f, UNIT_INSTANCE0 },
	{ 0x008a80, 0x008aff, UNIT_INSTANCE0 },
	{ 0x0094d0, 0x00955f, UNIT_DSS },
	{ 0x009680, 0x0096ff, UNIT_DSS },
	{ 0x00b000, 0x00b3ff, UNIT_INSTANCE0 },
	{ 0x00c800, 0x00cfff, UNIT_INSTANCE0 },
	{ 0x00d800, 0x00d8ff, UNIT_INSTANCE0 },
	{ 0x00dc00, 0x00dcff, UNIT_DSS },
	{ 0x00dd00, 0x00ddff, UNIT_INSTANCE0 },
	{ 0x00de80, 0x00e7ff, UNIT_DSS },
	{ 0x00e900, 0x00e9ff, UNIT_INSTANCE0 },
	{ 0x00ec00, 0x00eeff, UNIT_INSTANCE0 },
	{ 0x00f000, 0x00ffff, UNIT_INSTANCE0 },
	{ 0x024180, 0x0241ff, UNIT_INSTANCE0 },
};

static const struct mcr_range xe2_ranges[] = {
	{ 0x000b00, 0x000bff, UNIT_NODE },
	{ 0x001000, 0x001fff, UNIT_NODE },
	{ 0x004000, 0x004aff, UNIT_INSTANCE0 },
	{ 0x005200, 0x0052ff, UNIT_DSS },
	{ 0x005500, 0x007fff, UNIT_DSS },
	{ 0x008140, 0x00815f, UNIT_DSS },
	{ 0x008700, 0x00887f, UNIT_INSTANCE0 },
	{ 0x0094d0, 0x00955f, UNIT_DSS },
	{ 0x009680, 0x0096ff, UNIT_DSS },
	{ 0x00b000, 0x00b0ff, UNIT_NODE },
	{ 0x00b100, 0x00b3ff, UNIT_L3BANK },
	{ 0x00c800, 0x00cfff, UNIT_INSTANCE0 },
	{ 0x00d800, 0x00d87f, UNIT_DSS },
	{ 0x00d880, 0x00d8ff, UNIT_NODE },
	{ 0x00dc00, 0x00dcff, UNIT_DSS },
	{ 0x00dd00, 0x00ddff, UNIT_INSTANCE0 },
	{ 0x00de00, 0x00e8ff, UNIT_DSS },
	{ 0x00e900, 0x00e97f, UNIT_INSTANCE0 },
	{ 0x00e980, 0x00e9ff, UNIT_DSS },
	{ 0x00f000, 0x00ffff, UNIT_INSTANCE0 },
	{ 0x013000, 0x0133ff, UNIT_DSS },
	{ 0x013400, 0x0135ff, UNIT_INSTANCE0 },
};

/* Offsets as the driver names them: relative to the GT. */
static const struct mcr_range xe2_media_ranges[] = {
	{ 0x004000, 0x0047df, UNIT_INSTANCE0 },
	{ 0x004900, 0x004aff, UNIT_INSTANCE0 },
	{ 0x008160, 0x00817f, UNIT_MEDIA },
	{ 0x009480, 0x0094cf, UNIT_MEDIA },
	{ 0x009560, 0x0095ff, UNIT_INSTANCE0 },
	{ 0x00b600, 0x00b8ff, UNIT_INSTANCE0 },
	{ 0x00c800, 0x00d07f, UNIT_INSTANCE0 },
	{ 0x00f000, 0x00f0ff, UNIT_INSTANCE0 },
	{ 0x013c00, 0x013c7f, UNIT_INSTANCE0 },
};

static const struct mcr_target *find_target(const struct xe_mcr *mcr, u32 addr)
{
	size_t i;

	for (i = 0; i < mcr->n_ranges; i++)
		if (addr >= mcr->ranges[i].first && addr <= mcr->ranges[i].last)
			return &mcr->target[mcr->ranges[i].unit];
	return &mcr->target[UNIT_INSTANCE0];
}

/**
 * xe_mcr_init() - steering before the fuses are known
 * @gt: GT
 *
 * Writes to all copies and reads of memory units work from here on.
 *
 * Return: 0 or -ENOMEM.
 */
int xe_mcr_init(struct xe_gt *gt)
{
	struct xe_mcr *mcr = drmm_kzalloc(&gt_to_xe(gt)->drm, sizeof(*mcr), GFP_KERNEL);

	if (!mcr)
		return -ENOMEM;

	spin_lock_init(&mcr->lock);
	mcr->dss_per_group = 1;
	if (gt->type == XE_GT_MEDIA) {
		mcr->semaphore = true;
		mcr->ranges = xe2_media_ranges;
		mcr->n_ranges = ARRAY_SIZE(xe2_media_ranges);
	} else if (gt->ip_ver >= 2000) {
		mcr->semaphore = true;
		mcr->ranges = xe2_ranges;
		mcr->n_ranges = ARRAY_SIZE(xe2_ranges);
	} else {
		mcr->ranges = pvc_ranges;
		mcr->n_ranges = ARRAY_SIZE(pvc_ranges);
	}
	gt->mcr = mcr;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(xe_mcr_init);

/**
 * xe_mcr_init_topology() - choose copies that exist
 * @gt: GT whose fuses have been read
 * @dss_per_group: from the firmware's description of the hardware; 0: unknown
 */
void xe_mcr_init_topology(struct xe_gt *gt, u32 dss_per_group)
{
	const struct xe_topology *t = gt->topology;
	struct xe_mcr *mcr = gt->mcr;
	unsigned int dss, bank, node;
	u32 group, instance;

	if (gt->type == XE_GT_MEDIA) {
		bool first_slice = gt->engine_mask & (BIT_ULL(XE_VCS0) | BIT_ULL(XE_VECS0));

		mcr->target[UNIT_MEDIA].group = first_slice ? 0 : 1;
		return;
	}

	if (!dss_per_group)
		dss_per_group = gt->ip_ver == 1260 ? 8 : 4;
	mcr->dss_per_group = dss_per_group;

	dss = min(find_first_bit(t->dss_geometry, XE_MAX_DSS),
		  find_first_bit(t->dss_compute, XE_MAX_DSS));
	if (dss < XE_MAX_DSS) {
		xe_mcr_dss_target(gt, dss, &group, &instance);
		mcr->target[UNIT_DSS] = (struct mcr_target){ group, instance };
	} else {
		xe_gt_warn(gt, "All subslices are fused off\n");
	}

	bank = find_first_bit(t->l3_banks, XE_MAX_L3_BANKS);
	if (gt->ip_ver < 2000 || bank == XE_MAX_L3_BANKS)
		return;
	/* A bank is (node, bank in it); a node's number is split over both fields. */
	node = bank / 4;
	mcr->target[UNIT_L3BANK] = (struct mcr_target){ node, bank % 4 };
	mcr->target[UNIT_NODE] = (struct mcr_target){ node / 2, node % 2 };
}
EXPORT_SYMBOL_IF_KUNIT(xe_mcr_init_topology);

/**
 * xe_mcr_dss_target() - where a subslice's copies are
 * @gt: GT
 * @dss: subslice
 * @group: out
 * @instance: out
 */
void xe_mcr_dss_target(struct xe_gt *gt, unsigned int dss, u32 *group, u32 *instance)
{
	*group = dss / gt->mcr->dss_per_group;
	*instance = dss % gt->mcr->dss_per_group;
}
EXPORT_SYMBOL_IF_KUNIT(xe_mcr_dss_target);

/**
 * xe_mcr_lock() - own the steering
 * @gt: GT
 *
 * Context: any with interrupts on; not nested. The GT is awake.
 */
void xe_mcr_lock(struct xe_gt *gt)
{
	spin_lock(&gt->mcr->lock);
	if (gt->mcr->semaphore &&
	    xe_mmio_wait32(&gt->mmio, MCR_SEMAPHORE, 1, 1, SEMAPHORE_TIMEOUT_US, NULL, true))
		drm_err_ratelimited(&gt_to_xe(gt)->drm,
				    "GT%u: firmware does not release the steering semaphore\n",
				    gt->id);
}

/**
 * xe_mcr_unlock() - give the steering back
 * @gt: GT
 */
void xe_mcr_unlock(struct xe_gt *gt)
{
	if (gt->mcr->semaphore)
		xe_mmio_write32(&gt->mmio, MCR_SEMAPHORE, 1);
	spin_unlock(&gt->mcr->lock);
}

/**
 * xe_mcr_write_all_locked() - write all copies
 * @gt: GT
 * @reg: register
 * @val: value
 *
 * Context: between xe_mcr_lock() and xe_mcr_unlock().
 */
void xe_mcr_write_all_locked(struct xe_gt *gt, struct xe_reg_mcr reg, u32 val)
{
	lockdep_assert_held(&gt->mcr->lock);
	xe_mmio_write32(&gt->mmio, reg.reg, val);
}

/**
 * xe_mcr_write_all() - write all copies
 * @gt: GT
 * @reg: register
 * @val: value
 */
void xe_mcr_write_all(struct xe_gt *gt, struct xe_reg_mcr reg, u32 val)
{
	guard(xe_mcr)(gt);
	xe_mcr_write_all_locked(gt, reg, val);
}
EXPORT_SYMBOL_IF_KUNIT(xe_mcr_write_all);

/**
 * xe_mcr_read() - read one copy
 * @gt: GT
 * @reg: register
 * @group: which
 * @instance: which
 *
 * Return: its value; 0 when that copy is fused off or asleep.
 */
u32 xe_mcr_read(struct xe_gt *gt, struct xe_reg_mcr reg, u32 group, u32 instance)
{
	/* Multicast stays on: reads ignore it, and writes by others rely on it. */
	guard(xe_mcr)(gt);
	if (gt->mcr->semaphore)
		xe_mmio_write32(&gt->mmio, MCR_SELECTOR_LPG, MCR_MULTICAST |
				FIELD_PREP(MCR_LPG_GROUP, group) |
				FIELD_PREP(MCR_LPG_INSTANCE, instance));
	else
		xe_mmio_write32(&gt->mmio, MCR_SELECTOR, MCR_MULTICAST |
				FIELD_PREP(MCR_SLICE, group) |
				FIELD_PREP(MCR_SUBSLICE, instance));
	return xe_mmio_read32(&gt->mmio, reg.reg);
}
EXPORT_SYMBOL_IF_KUNIT(xe_mcr_read);

/**
 * xe_mcr_read_any() - read a copy that exists
 * @gt: GT
 * @reg: register
 *
 * Return: its value.
 */
u32 xe_mcr_read_any(struct xe_gt *gt, struct xe_reg_mcr reg)
{
	const struct mcr_target *target = find_target(gt->mcr, reg.reg.addr);

	return xe_mcr_read(gt, reg, target->group, target->instance);
}
EXPORT_SYMBOL_IF_KUNIT(xe_mcr_read_any);
