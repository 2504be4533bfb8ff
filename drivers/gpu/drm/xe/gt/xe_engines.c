// SPDX-License-Identifier: GPL-2.0
/*
 * Engines: which ones a GT has, how they are numbered, and what their registers
 * are set to.
 */

#include "gt/xe_hw_engine.h"

#include <linux/bitfield.h>
#include <linux/slab.h>

#include <drm/drm_managed.h>

#include "core/xe_force_wake.h"
#include "core/xe_log.h"
#include "core/xe_mmio.h"
#include "core/xe_topology.h"
#include "core/xe_wa.h"
#include "gt/xe_ggtt.h"
#include "mem/xe_bo.h"
#include "regs/xe_engine_regs.h"
#include "regs/xe_gt_regs.h"

#define JOB_TIMEOUT_MS		5000
#define TIMESLICE_US		1000
#define CCS_ALL			GENMASK_ULL(XE_CCS3, XE_CCS0)

/**
 * struct xe_gt_engines - engines of a GT
 * @hwe: by &enum xe_engine_id; those not there have no @gt
 * @paging: engine of kernel copies
 * @golden: per class: what a new context image looks like
 * @ccs_mode: engines that the compute slices are dealt out to; 0: no choice
 */
struct xe_gt_engines {
	struct xe_hw_engine hwe[XE_NUM_ENGINES];
	struct xe_hw_engine *paging;
	void *golden[XE_CLASS_MAX];
	u8 ccs_mode;
};

#define ENGINE(n, NAME, CLS, inst, base, domain) \
	[XE_##NAME] = { n, XE_CLASS_##CLS, inst, base, domain }

static const struct engine_row {
	const char *name;
	u8 cls, instance;
	u32 base, domain;
} engine_rows[XE_NUM_ENGINES] = {
	ENGINE("rcs0", RCS0, RENDER, 0, RCS0_BASE, XE_FW_RENDER),
	ENGINE("bcs0", BCS0, COPY, 0, BCS_BASE(0), XE_FW_RENDER),
	ENGINE("bcs1", BCS1, COPY, 1, BCS_BASE(1), XE_FW_RENDER),
	ENGINE("bcs2", BCS2, COPY, 2, BCS_BASE(2), XE_FW_RENDER),
	ENGINE("bcs3", BCS3, COPY, 3, BCS_BASE(3), XE_FW_RENDER),
	ENGINE("bcs4", BCS4, COPY, 4, BCS_BASE(4), XE_FW_RENDER),
	ENGINE("bcs5", BCS5, COPY, 5, BCS_BASE(5), XE_FW_RENDER),
	ENGINE("bcs6", BCS6, COPY, 6, BCS_BASE(6), XE_FW_RENDER),
	ENGINE("bcs7", BCS7, COPY, 7, BCS_BASE(7), XE_FW_RENDER),
	ENGINE("bcs8", BCS8, COPY, 8, BCS_BASE(8), XE_FW_RENDER),
	ENGINE("vcs0", VCS0, VIDEO_DECODE, 0, VCS_BASE(0), XE_FW_VDBOX0),
	ENGINE("vcs1", VCS1, VIDEO_DECODE, 1, VCS_BASE(1), XE_FW_VDBOX0 << 1),
	ENGINE("vcs2", VCS2, VIDEO_DECODE, 2, VCS_BASE(2), XE_FW_VDBOX0 << 2),
	ENGINE("vcs3", VCS3, VIDEO_DECODE, 3, VCS_BASE(3), XE_FW_VDBOX0 << 3),
	ENGINE("vcs4", VCS4, VIDEO_DECODE, 4, VCS_BASE(4), XE_FW_VDBOX0 << 4),
	ENGINE("vcs5", VCS5, VIDEO_DECODE, 5, VCS_BASE(5), XE_FW_VDBOX0 << 5),
	ENGINE("vcs6", VCS6, VIDEO_DECODE, 6, VCS_BASE(6), XE_FW_VDBOX0 << 6),
	ENGINE("vcs7", VCS7, VIDEO_DECODE, 7, VCS_BASE(7), XE_FW_VDBOX0 << 7),
	ENGINE("vecs0", VECS0, VIDEO_ENHANCE, 0, VECS_BASE(0), XE_FW_VEBOX0),
	ENGINE("vecs1", VECS1, VIDEO_ENHANCE, 1, VECS_BASE(1), XE_FW_VEBOX0 << 1),
	ENGINE("vecs2", VECS2, VIDEO_ENHANCE, 2, VECS_BASE(2), XE_FW_VEBOX0 << 2),
	ENGINE("vecs3", VECS3, VIDEO_ENHANCE, 3, VECS_BASE(3), XE_FW_VEBOX0 << 3),
	ENGINE("ccs0", CCS0, COMPUTE, 0, CCS_BASE(0), XE_FW_RENDER),
	ENGINE("ccs1", CCS1, COMPUTE, 1, CCS_BASE(1), XE_FW_RENDER),
	ENGINE("ccs2", CCS2, COMPUTE, 2, CCS_BASE(2), XE_FW_RENDER),
	ENGINE("ccs3", CCS3, COMPUTE, 3, CCS_BASE(3), XE_FW_RENDER),
	ENGINE("gsccs0", GSCCS0, OTHER, 0, GSCCS0_BASE, XE_FW_GSC),
};

static const struct xe_engine_props default_props = {
	.job_timeout_ms = JOB_TIMEOUT_MS,
	.timeslice_us = TIMESLICE_US,
	.timeslice_min_us = CONFIG_DRM_XE_TIMESLICE_MIN,
	.timeslice_max_us = CONFIG_DRM_XE_TIMESLICE_MAX,
	.preempt_timeout_us = CONFIG_DRM_XE_PREEMPT_TIMEOUT,
	.preempt_timeout_min_us = CONFIG_DRM_XE_PREEMPT_TIMEOUT_MIN,
	.preempt_timeout_max_us = CONFIG_DRM_XE_PREEMPT_TIMEOUT_MAX,
};

static u64 compute_fuses(struct xe_gt *gt)
{
	u64 alive = 0;
	unsigned int i;

	if (gt->ip_ver >= 2000)
		return (u64)FIELD_GET(FUSE4_CCS_ENABLE,
				      xe_mmio_read32(&gt->mmio, FUSE4)) << XE_CCS0;

	for (i = 0; i < 4; i++)
		if (xe_topology_quadrant_alive(gt, i))
			alive |= BIT_ULL(XE_CCS0 + i);
	return alive;
}

static u64 copy_fuses(struct xe_gt *gt)
{
	u64 alive = BIT_ULL(XE_BCS0);
	unsigned long nodes;
	unsigned int i;

	if (gt->ip_ver != 1260)
		return GENMASK_ULL(XE_BCS8, XE_BCS0);

	/* Each memory node brings two link copy engines. */
	nodes = FIELD_GET(FUSE3_MEML3_ENABLE, xe_mmio_read32(&gt->mmio, FUSE3));
	for_each_set_bit(i, &nodes, 4)
		alive |= 3ULL << (XE_BCS1 + 2 * i);
	return alive;
}

static u64 media_fuses(struct xe_gt *gt)
{
	u32 fuse = xe_mmio_read32(&gt->mmio, FUSE_MEDIA_ENGINES);

	return (u64)FIELD_GET(FUSE_VDBOX, fuse) << XE_VCS0 |
	       (u64)FIELD_GET(FUSE_VEBOX, fuse) << XE_VECS0;
}

/* Leaves in engine_mask what is there; GSCCS is of no use without its firmware. */
static void apply_fuses(struct xe_gt *gt)
{
	u64 alive = gt->type == XE_GT_MEDIA ? media_fuses(gt) :
		    BIT_ULL(XE_RCS0) | copy_fuses(gt) | compute_fuses(gt);
	u64 missing = gt->engine_mask & ~alive & ~BIT_ULL(XE_GSCCS0);
	unsigned int id;

	for (id = 0; id < XE_NUM_ENGINES; id++)
		if (missing & BIT_ULL(id))
			xe_gt_info(gt, "%s fused off\n", engine_rows[id].name);
	gt->engine_mask &= alive;
}

static bool is_reserved(struct xe_gt *gt, const struct xe_hw_engine *hwe)
{
	const struct xe_gt_engines *engines = gt->engines;

	switch (hwe->cls) {
	case XE_CLASS_OTHER:
		return true;
	case XE_CLASS_COMPUTE:
		return engines->ccs_mode && hwe->logical >= engines->ccs_mode;
	case XE_CLASS_COPY:
		return gt->ip->has_usm && hwe == engines->paging;
	default:
		return false;
	}
}

static void number_engines(struct xe_gt *gt)
{
	struct xe_gt_engines *engines = gt->engines;
	u16 next[XE_CLASS_MAX] = {};
	struct xe_hw_engine *hwe;
	unsigned int id;

	for (id = 0; id < XE_NUM_ENGINES; id++) {
		const struct engine_row *row = &engine_rows[id];

		if (!(gt->engine_mask & BIT_ULL(id)))
			continue;

		hwe = &engines->hwe[id];
		hwe->gt = gt;
		hwe->name = row->name;
		hwe->cls = row->cls;
		hwe->id = id;
		hwe->instance = row->instance;
		hwe->logical = next[row->cls]++;
		hwe->mmio_base = row->base;
		hwe->fw_domain = row->domain;
		hwe->props = default_props;
		hwe->defaults = default_props;

		/* Last one wins with USM, else the first. */
		if (row->cls == XE_CLASS_COPY && (gt->ip->has_usm || !engines->paging))
			engines->paging = hwe;
	}

	if (hweight64(gt->engine_mask & CCS_ALL) > 1)
		engines->ccs_mode = 1;
	for_each_engine(hwe, gt)
		hwe->reserved = is_reserved(gt, hwe);
}

static void engines_release(struct drm_device *drm, void *arg)
{
	struct xe_gt *gt = arg;
	unsigned int i;

	for (i = 0; i < XE_CLASS_MAX; i++)
		kfree(gt->engines->golden[i]);
}

/* devm_: what the hardware may access goes before the registers do. */
static void free_hwsps(void *arg)
{
	struct xe_gt *gt = arg;
	struct xe_bo *bos[XE_GGTT_MAX_BOS];
	struct xe_hw_engine *hwe;
	unsigned int i, n = 0;

	for_each_engine(hwe, gt) {
		if (!hwe->hwsp)
			continue;
		bos[n++] = hwe->hwsp;
		hwe->hwsp = NULL;
	}
	xe_ggtt_remove_bos(gt->tile->ggtt, bos, n);
	for (i = 0; i < n; i++)
		xe_bo_put(bos[i]);
}

static_assert(XE_NUM_ENGINES <= XE_GGTT_MAX_BOS);

static int create_hwsps(struct xe_gt *gt)
{
	struct xe_bo *bo, *bos[XE_GGTT_MAX_BOS];
	struct xe_hw_engine *hwe;
	unsigned int n = 0;
	int err;

	err = devm_add_action_or_reset(gt_to_xe(gt)->drm.dev, free_hwsps, gt);
	if (err)
		return err;
	for_each_engine(hwe, gt) {
		bo = xe_bo_create_kernel(gt_to_xe(gt), SZ_4K, XE_BO_VRAM_IF_DGFX(gt->tile));
		if (IS_ERR(bo))
			return PTR_ERR(bo);
		hwe->hwsp = bo;
		bos[n++] = bo;
	}
	return xe_ggtt_insert_bos(gt->tile->ggtt, bos, n);
}

/**
 * xe_engines_init() - find a GT's engines
 * @gt: GT whose topology is known
 *
 * Context: probe; the GT is awake.
 * Return: 0 or -ENOMEM.
 */
int xe_engines_init(struct xe_gt *gt)
{
	struct xe_device *xe = gt_to_xe(gt);
	int err;

	gt->engines = drmm_kzalloc(&xe->drm, sizeof(*gt->engines), GFP_KERNEL);
	if (!gt->engines)
		return -ENOMEM;
	err = drmm_add_action_or_reset(&xe->drm, engines_release, gt);
	if (err)
		return err;

	apply_fuses(gt);
	number_engines(gt);

	return create_hwsps(gt);
}

/*
 * 16023105232 and 14025941587: the delay before an idle engine powers down is at
 * least 5 us and stays below the power context's own wait, in units of 640 ns.
 */
static void adjust_idle_delay(struct xe_hw_engine *hwe)
{
	struct xe_mmio *mmio = &hwe->gt->mmio;
	u32 tick_ps = 8 * hwe->gt->base_period_ps;
	u32 reg = xe_mmio_read32(mmio, RING_IDLEDLY(hwe->mmio_base));
	u32 old = FIELD_GET(IDLEDLY_DELAY, reg), ticks;
	u32 wait = xe_mmio_read32(mmio, RING_PWRCTX_MAXCNT(hwe->mmio_base));
	u64 limit_ps = FIELD_GET(PWRCTX_IDLE_WAIT, wait) * 640000ULL;

	ticks = max(old, DIV_ROUND_UP(5000 * 1000, tick_ps));
	if ((u64)ticks * tick_ps >= limit_ps)
		ticks = limit_ps ? div_u64(limit_ps - 1, tick_ps) : 0;

	if (ticks == old && !(reg & IDLEDLY_INHIBIT_SWITCH))
		return;
	xe_mmio_write32(mmio, RING_IDLEDLY(hwe->mmio_base), FIELD_PREP(IDLEDLY_DELAY, ticks));
}

/* Deals the compute slices out to the first engines in turn; spare engines get none. */
static void program_ccs_mode(struct xe_gt *gt)
{
	unsigned int n = gt->engines->ccs_mode, slice, turn = 0;
	u32 mode = 0;

	if (!n)
		return;

	for (slice = 0; slice < 4; slice++) {
		struct xe_hw_engine *hwe;

		if (!(gt->engine_mask & BIT_ULL(XE_CCS0 + slice))) {
			mode |= CCS_MODE_CSLICE(slice, CCS_MODE_CSLICE_OFF);
			continue;
		}
		hwe = xe_engine_lookup(gt, XE_CLASS_COMPUTE, turn++ % n, true);
		mode |= CCS_MODE_CSLICE(slice, hwe->instance);
	}
	xe_mmio_write32(&gt->mmio, CCS_MODE, CCS_MODE_ALL << 16 | mode);
}

/**
 * xe_engines_program() - registers of each engine
 * @gt: GT
 *
 * Context: all domains are awake; probe, resume and reset.
 */
void xe_engines_program(struct xe_gt *gt)
{
	struct xe_hw_engine *hwe;

	for_each_engine(hwe, gt) {
		struct xe_wa_engine e = {
			.cls = hwe->cls,
			.instance = hwe->instance,
			.base = hwe->mmio_base,
			.first = xe_engine_is_first_rcs_ccs(hwe),
		};

		xe_wa_apply_engine(gt, &e);
		xe_mmio_write32(&gt->mmio, RING_HWS_PGA(hwe->mmio_base),
				xe_ggtt_addr(gt->tile, hwe->hwsp));
		if (gt->tile->primary_gt->ip_ver >= 2000)
			adjust_idle_delay(hwe);
	}
	program_ccs_mode(gt);
}

/**
 * xe_engine_next() - iterate over a GT's engines
 * @gt: GT
 * @prev: NULL to start
 *
 * Return: the next one in the order of &enum xe_engine_id, or NULL.
 */
struct xe_hw_engine *xe_engine_next(struct xe_gt *gt, struct xe_hw_engine *prev)
{
	unsigned int id = prev ? prev->id + 1 : 0;

	if (!gt->engines)
		return NULL;
	for (; id < XE_NUM_ENGINES; id++)
		if (gt->engines->hwe[id].gt)
			return &gt->engines->hwe[id];
	return NULL;
}

/**
 * xe_engine_lookup() - find an engine
 * @gt: GT
 * @cls: class
 * @instance: its number
 * @logical: @instance counts those present, else as the hardware does
 *
 * Return: the engine, or NULL.
 */
struct xe_hw_engine *xe_engine_lookup(struct xe_gt *gt, enum xe_engine_class cls, u16 instance,
				      bool logical)
{
	struct xe_hw_engine *hwe;

	for_each_engine(hwe, gt)
		if (hwe->cls == cls && (logical ? hwe->logical : hwe->instance) == instance)
			return hwe;
	return NULL;
}

/**
 * xe_engine_paging() - engine of kernel copies
 * @gt: GT
 *
 * Return: the engine, or NULL on a media GT.
 */
struct xe_hw_engine *xe_engine_paging(struct xe_gt *gt)
{
	return gt->engines->paging;
}

/**
 * xe_engine_class_mask_logical() - who may run a class's contexts
 * @gt: GT
 * @cls: class
 * @user: without the engines kept from userspace
 *
 * Return: a bit per logical instance.
 */
u32 xe_engine_class_mask_logical(struct xe_gt *gt, enum xe_engine_class cls, bool user)
{
	struct xe_hw_engine *hwe;
	u32 mask = 0;

	for_each_engine(hwe, gt)
		if (hwe->cls == cls && !(user && hwe->reserved))
			mask |= BIT(hwe->logical);
	return mask;
}

/**
 * xe_engine_is_first_rcs_ccs() - who programs the shared render and compute block
 * @hwe: engine
 *
 * Return: true for the first engine of the two classes.
 */
bool xe_engine_is_first_rcs_ccs(const struct xe_hw_engine *hwe)
{
	u64 all = hwe->gt->engine_mask & (BIT_ULL(XE_RCS0) | CCS_ALL);

	return all && hwe->id == __ffs64(all);
}

/**
 * xe_engines_ccs_slices() - compute slices of a GT
 * @gt: GT
 *
 * Return: how many are not fused off.
 */
unsigned int xe_engines_ccs_slices(struct xe_gt *gt)
{
	return hweight64(gt->engine_mask & CCS_ALL);
}

/**
 * xe_engines_ccs_mode() - compute engines that have slices
 * @gt: GT
 *
 * Return: how many; 0 where there is no choice.
 */
unsigned int xe_engines_ccs_mode(struct xe_gt *gt)
{
	return gt->engines->ccs_mode;
}

/**
 * xe_engines_set_ccs_mode() - deal the compute slices out anew
 * @gt: GT; nobody uses its compute engines, and it is reset afterwards
 * @n: engines to deal them out to
 *
 * Return: 0 or -EINVAL.
 */
int xe_engines_set_ccs_mode(struct xe_gt *gt, unsigned int n)
{
	struct xe_hw_engine *hwe;

	if (!gt->engines->ccs_mode || !n || xe_engines_ccs_slices(gt) % n)
		return -EINVAL;

	gt->engines->ccs_mode = n;
	for_each_engine(hwe, gt)
		hwe->reserved = is_reserved(gt, hwe);
	return 0;
}

/**
 * xe_guc_class() - how the firmware numbers classes
 * @cls: class
 *
 * Return: its number.
 */
u8 xe_guc_class(enum xe_engine_class cls)
{
	static const u8 guc_class[XE_CLASS_MAX] = {
		[XE_CLASS_RENDER] = 0,
		[XE_CLASS_VIDEO_DECODE] = 1,
		[XE_CLASS_VIDEO_ENHANCE] = 2,
		[XE_CLASS_COPY] = 3,
		[XE_CLASS_COMPUTE] = 4,
		[XE_CLASS_OTHER] = 5,
	};

	return guc_class[cls];
}

/**
 * xe_engine_golden() - image of a fresh context
 * @gt: GT
 * @cls: class
 *
 * Return: xe_lrc_image_size() bytes, or NULL before they were recorded.
 */
const void *xe_engine_golden(struct xe_gt *gt, enum xe_engine_class cls)
{
	return gt->engines->golden[cls];
}

/**
 * xe_engine_set_golden() - remember the image of a fresh context
 * @gt: GT
 * @cls: class
 * @image: from kmalloc(); ours from here on
 */
void xe_engine_set_golden(struct xe_gt *gt, enum xe_engine_class cls, void *image)
{
	kfree(gt->engines->golden[cls]);
	gt->engines->golden[cls] = image;
}

/**
 * xe_lrc_image_size() - size of a context image
 * @gt: GT
 * @cls: class
 *
 * Return: bytes, without the status page in front of it.
 */
size_t xe_lrc_image_size(struct xe_gt *gt, enum xe_engine_class cls)
{
	bool xe2 = gt->tile->primary_gt->ip_ver >= 2000;

	switch (cls) {
	case XE_CLASS_RENDER:
		return (xe2 ? 3 : 13) * SZ_4K;
	case XE_CLASS_COMPUTE:
		return (xe2 ? 2 : 13) * SZ_4K;
	default:
		return SZ_4K;
	}
}
