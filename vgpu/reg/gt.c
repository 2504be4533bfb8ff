// SPDX-License-Identifier: MIT
/*
 * A GT's own registers: forcewake, GDRST, steering semaphore, timestamps,
 * write-to-invalidate registers, fuses (values come from the platform).
 */
#include <stdlib.h>

#include "reg/gt.h"

#define ROWS(t) (sizeof(t) / sizeof((t)[0]))

#define GDRST_FULL (1u << 0)
#define GDRST_GUC (1u << 3)

/* One power well: its request register and where it is acknowledged */
struct well {
	uint32_t request, ack;
};

#define MAX_WELLS 16

struct vg_gt {
	struct vg_gt_config cfg;
	struct vg_obs *obs;
	struct vg_regs *regs;
	const struct vg_gt_ops *ops;
	void *opaque;
	struct well well[MAX_WELLS];
	unsigned int n_wells;
	bool steering_taken;
};

/** vg_gt_ticks() - whole seconds apart, so that years of nanoseconds do not overflow */
uint64_t vg_gt_ticks(uint64_t ns, uint32_t hz)
{
	return ns / 1000000000u * hz + ns % 1000000000u * hz / 1000000000u;
}

/* The register's number as the main GT has it, 0x38xxxx shared numbers unchanged */
static uint32_t base_of(const struct vg_gt *gt)
{
	return gt->cfg.media ? VG_MEDIA_OFFSET : 0;
}

/* Wells wake at once: the acknowledgement follows the request bits */
static uint32_t forcewake_write(void *opaque, uint32_t offset, uint32_t stored, uint32_t value)
{
	struct vg_gt *gt = opaque;

	(void)stored;
	for (unsigned int i = 0; i < gt->n_wells; i++)
		if (gt->well[i].request == offset)
			vg_regs_poke(gt->regs, gt->well[i].ack, value & 0xffff);
	return value;
}

/** vg_gt_awake() - any well: which register lies in which well differs by platform */
bool vg_gt_awake(const struct vg_gt *gt)
{
	for (unsigned int i = 0; i < gt->n_wells; i++)
		if (vg_regs_peek(gt->regs, gt->well[i].ack))
			return true;
	return false;
}

static uint32_t gdrst_write(void *opaque, uint32_t offset, uint32_t stored, uint32_t value)
{
	struct vg_gt *gt = opaque;

	(void)offset;
	(void)stored;
	if (value & GDRST_FULL)
		gt->steering_taken = false;
	if (value & (GDRST_FULL | GDRST_GUC))
		gt->ops->reset(gt->opaque, value & GDRST_FULL);
	return 0; /* self-clearing */
}

/* Reading 1 takes the semaphore, writing 1 gives it back */
static uint32_t semaphore_read(void *opaque, uint32_t offset, uint32_t stored)
{
	struct vg_gt *gt = opaque;
	bool taken = gt->steering_taken;

	(void)offset;
	(void)stored;
	gt->steering_taken = true;
	return !taken;
}

static uint32_t semaphore_write(void *opaque, uint32_t offset, uint32_t stored, uint32_t value)
{
	struct vg_gt *gt = opaque;

	(void)offset;
	(void)stored;
	if (value & 1)
		gt->steering_taken = false;
	return 0;
}

/* MISC_STATUS_0/1: the free-running crystal clock, low and high half */
static uint32_t crystal_read(void *opaque, uint32_t offset, uint32_t stored)
{
	const struct vg_gt *gt = opaque;
	uint64_t ticks = vg_gt_ticks(gt->obs->now_ns, VG_CRYSTAL_HZ);

	(void)stored;
	return offset & 4 ? ticks >> 32 : ticks;
}

/* GUC_PMTIMESTAMP_LO/HI: at 0xC3E8, so bit 2 tells the half here as well */
static uint32_t guc_time_read(void *opaque, uint32_t offset, uint32_t stored)
{
	const struct vg_gt *gt = opaque;
	uint64_t ticks = vg_gt_ticks(gt->obs->now_ns, VG_TIMESTAMP_HZ);

	(void)stored;
	return offset & 4 ? ticks >> 32 : ticks;
}

/* Bit 0 starts something that is already done: the model has no such cache */
static uint32_t bit0_done(void *opaque, uint32_t offset, uint32_t stored, uint32_t value)
{
	(void)opaque;
	(void)offset;
	(void)stored;
	return value & ~1u;
}

static uint32_t ggtt_inval_write(void *opaque, uint32_t offset, uint32_t stored, uint32_t value)
{
	struct vg_gt *gt = opaque;

	(void)offset;
	(void)stored;
	if (value & 1)
		gt->ops->ggtt_inval(gt->opaque);
	return value & ~1u;
}

static const struct vg_reg_row common_rows[] = {
	/* 38.4 MHz crystal, timestamps at half of it */
	{ 0xd00, "RPM_CONFIG0", .reset = 0x14, .flags = VG_REG_RO },
	{ 0xd8c, "GMD_ID", .flags = VG_REG_RO },
	{ 0x9114, "MIRROR_FUSE4", .flags = VG_REG_RO },
	{ 0x9118, "MIRROR_FUSE3", .flags = VG_REG_RO },
	{ 0x9120, "MIRROR_FUSE2", .reset = 4, .flags = VG_REG_RO }, /* bit 2: production hardware */
	{ 0x9130, "MIRROR_L3BANK_ENABLE", .flags = VG_REG_RO },
	{ 0x9134, "XEHP_EU_ENABLE", .flags = VG_REG_RO },
	{ 0x913c, "XELP_GT_GEOMETRY_DSS_ENABLE", .flags = VG_REG_RO },
	{ 0x9140, "GT_VEBOX_VDBOX_DISABLE", .flags = VG_REG_RO },
	{ 0x9144, "XEHP_GT_COMPUTE_DSS_ENABLE", .flags = VG_REG_RO, .count = 3, .stride = 4 },
	{ 0x9150, "XE2_GT_GEOMETRY_DSS", .flags = VG_REG_RO, .count = 2, .stride = 4 },
	{ 0x941c, "GDRST", .flags = VG_REG_SLEEPS, .write = gdrst_write },
	{ 0xa500, "MISC_STATUS", .flags = VG_REG_RO, .count = 2, .stride = 4,
	  .read = crystal_read },
	{ 0xc3e8, "GUC_PMTIMESTAMP_LO", .flags = VG_REG_RO, .read = guc_time_read },
	{ 0xc3ec, "GUC_PMTIMESTAMP_HI", .flags = VG_REG_RO, .read = guc_time_read },
	{ 0xcee8, "GUC_TLB_INV_CR", .write = ggtt_inval_write },
	{ 0xcf7c, "PVC_GUC_TLB_INV_DESC0", .write = ggtt_inval_write },
	{ 0xcf80, "PVC_GUC_TLB_INV_DESC1", .reset = 0 },
};

static const struct vg_reg_row main_rows[] = {
	{ 0xb404, "SCRATCH3_LBCF", .write = bit0_done }, /* global L2 invalidate */
	{ 0xb418, "XE2_TDF_CTRL", .write = bit0_done }, /* transient data flush */
};

static const struct vg_reg_row semaphore_row = {
	0xfd0, "STEER_SEMAPHORE", .read = semaphore_read, .write = semaphore_write,
};

static const struct vg_reg_row forcewake_row = {
	0, "FORCEWAKE", .flags = VG_REG_MASKED, .write = forcewake_write,
};

static const struct vg_reg_row ack_row = { 0, "FORCEWAKE_ACK", .flags = VG_REG_RO };

/* @request and @ack as in the documentation; both may be in the shared range */
static void add_well(struct vg_gt *gt, uint32_t request, uint32_t ack)
{
	struct well *w = &gt->well[gt->n_wells];

	if (gt->n_wells == MAX_WELLS)
		return;
	w->request = request + base_of(gt);
	w->ack = ack < VG_MEDIA_LIMIT ? ack + base_of(gt) : ack;
	gt->n_wells++;
	vg_regs_add(gt->regs, &forcewake_row, 1, w->request, gt);
	vg_regs_add(gt->regs, &ack_row, 1, w->ack, gt);
}

static void add_wells(struct vg_gt *gt)
{
	/* the acknowledgement of the GT well moved with 12.70 */
	add_well(gt, 0xa188, gt->cfg.graphics_ver >= 1270 ? 0xdfc : 0x130044);
	if (!gt->cfg.media)
		add_well(gt, 0xa278, 0xd84);
	for (unsigned int i = 0; i < 8; i++)
		if (gt->cfg.vcs & 1u << i)
			add_well(gt, 0xa540 + 4 * i, 0xd50 + 4 * i);
	for (unsigned int i = 0; i < 4; i++)
		if (gt->cfg.vecs & 1u << i)
			add_well(gt, 0xa560 + 4 * i, 0xd70 + 4 * i);
}

/** vg_gt_new() - @ops and @regs must live as long as the GT */
struct vg_gt *vg_gt_new(const struct vg_gt_config *cfg, struct vg_obs *obs, struct vg_regs *regs,
			const struct vg_gt_ops *ops, void *opaque)
{
	struct vg_gt *gt = calloc(1, sizeof(*gt));

	if (!gt)
		return NULL;
	gt->cfg = *cfg;
	gt->obs = obs;
	gt->regs = regs;
	gt->ops = ops;
	gt->opaque = opaque;
	vg_regs_add(regs, common_rows, ROWS(common_rows), base_of(gt), gt);
	if (!cfg->media)
		vg_regs_add(regs, main_rows, ROWS(main_rows), 0, gt);
	if (cfg->graphics_ver >= 1270)
		vg_regs_add(regs, &semaphore_row, 1, base_of(gt), gt);
	add_wells(gt);
	return gt;
}

/** vg_gt_free() - the registers must not be accessed afterwards */
void vg_gt_free(struct vg_gt *gt)
{
	free(gt);
}

/** vg_gt_power_on() - what vg_regs_reset() does not know of */
void vg_gt_power_on(struct vg_gt *gt)
{
	gt->steering_taken = false;
}
