// SPDX-License-Identifier: GPL-2.0
/*
 * Frequencies and sleep states: the firmware decides, within limits that we and
 * the user set. All frequencies here are in MHz.
 */
#include <linux/bitfield.h>
#include <linux/delay.h>
#include <linux/iopoll.h>
#include <linux/mutex.h>

#include <drm/drm_managed.h>

#include "abi/guc_actions.h"
#include "abi/guc_slpc.h"
#include "core/xe_force_wake.h"
#include "core/xe_log.h"
#include "core/xe_mmio.h"
#include "core/xe_platform.h"
#include "gt/xe_ggtt.h"
#include "guc/xe_guc_priv.h"
#include "mem/xe_bo.h"
#include "regs/xe_gt_regs.h"
#include "regs/xe_soc_regs.h"

#define START_TIMEOUT_US	5000
#define START_TIMEOUT_MAX_US	1000000
#define START_POLL_US		20

/* Registers count in steps of 50 MHz, since Xe_LPG and in requests a third of that. */
#define COARSE_STEP		50
#define FINE_STEPS		3

/* Below this a Battlemage takes too long to get going. */
#define BMG_MIN			1200
/* Wa_22019338487: not faster than this while the driver still starts. */
#define WA_CAP_MAIN		2133
#define WA_CAP_MEDIA		800

/**
 * struct xe_guc_pc - frequency management of one GT
 */
struct xe_guc_pc {
	/** @bo: a &struct guc_slpc_shared; written by the firmware */
	struct xe_bo *bo;
	/** @lock: protects what follows, orders changes; taken in resets: no allocations */
	struct mutex lock;
	/** @ready: the firmware runs with our limits */
	bool ready;
	/** @capped: the limits in force are those of the workaround */
	bool capped;
	/** @rp0: highest the part can do; constant */
	u32 rp0;
	/** @rpn: lowest the part can do; constant */
	u32 rpn;
	/** @min: lower limit that should be in force */
	u32 min;
	/** @max: upper limit that should be in force */
	u32 max;
	/** @user_min: what the user asked for, 0: nothing; survives resets */
	u32 user_min;
	/** @user_max: likewise */
	u32 user_max;
};

#define shared_rd(pc, field) \
	iosys_map_rd_field(&(pc)->bo->vmap, 0, struct guc_slpc_shared, field)
#define shared_wr(pc, field, val) \
	iosys_map_wr_field(&(pc)->bo->vmap, 0, struct guc_slpc_shared, field, val)

static u32 fine_to_mhz(u32 raw)
{
	return DIV_ROUND_CLOSEST(raw * COARSE_STEP, FINE_STEPS);
}

static u32 mhz_to_fine(u32 mhz)
{
	return DIV_ROUND_CLOSEST(mhz * FINE_STEPS, COARSE_STEP);
}

static bool has_fine_steps(struct xe_gt *gt)
{
	return gt->tile->primary_gt->ip_ver >= 1270;
}

/* The most efficient frequency changes with temperature. */
static u32 read_rpe(struct xe_gt *gt)
{
	u32 raw;

	if (!has_fine_steps(gt))
		return FIELD_GET(PVC_RP1, xe_mmio_read32(&gt->mmio, PVC_RP_STATE_CAP)) *
		       COARSE_STEP;
	raw = xe_mmio_read32(&gt->mmio, gt->type == XE_GT_MEDIA ? MEDIA_RPE_FREQ : GT_RPE_FREQ);
	return fine_to_mhz(FIELD_GET(RP_FREQ, raw));
}

static void read_limits(struct xe_gt *gt, struct xe_guc_pc *pc)
{
	u32 raw;

	if (has_fine_steps(gt)) {
		raw = xe_mmio_read32(&gt->mmio, gt->type == XE_GT_MEDIA ? MEDIA_RP_STATE_CAP :
				     GT_RP_STATE_CAP);
		pc->rp0 = fine_to_mhz(FIELD_GET(RP_CAP_RP0, raw));
		pc->rpn = fine_to_mhz(FIELD_GET(RP_CAP_RPN, raw));
	} else {
		raw = xe_mmio_read32(&gt->mmio, PVC_RP_STATE_CAP);
		pc->rp0 = FIELD_GET(PVC_RP0, raw) * COARSE_STEP;
		pc->rpn = FIELD_GET(PVC_RPN, raw) * COARSE_STEP;
	}
}

static bool needs_cap(struct xe_gt *gt)
{
	return gt->ip_ver == (gt->type == XE_GT_MEDIA ? 2000 : 2001);
}

static u32 start_cap(struct xe_gt *gt, struct xe_guc_pc *pc)
{
	if (!needs_cap(gt))
		return pc->rp0;
	return min(gt->type == XE_GT_MEDIA ? WA_CAP_MEDIA : WA_CAP_MAIN, pc->rp0);
}

static u32 floor_of(struct xe_gt *gt)
{
	struct xe_device *xe = gt_to_xe(gt);

	if (xe->platform->id != XE_PLATFORM_BMG)
		return 0;
	/* Wa_14022085890: on the larger die (up to here in device ids) its media GT too. */
	return gt->type == XE_GT_MAIN || xe->devid < 0xe220 ? BMG_MIN : 0;
}

/* ---- messages ----------------------------------------------------------- */

static int slpc(struct xe_gt *gt, u32 event, u32 arg0, u32 arg1, bool wait)
{
	const u32 msg[] = {
		GUC_ACTION_SLPC_REQUEST,
		FIELD_PREP(GUC_SLPC_EVENT, event) | FIELD_PREP(GUC_SLPC_ARGS, 2),
		arg0,
		arg1,
	};
	int ret;

	ret = wait ? xe_guc_ct_send_recv(gt, msg, ARRAY_SIZE(msg)) :
		     xe_guc_ct_send(gt, msg, ARRAY_SIZE(msg), 0);
	return ret > 0 ? -EPROTO : ret;
}

static int set_param(struct xe_gt *gt, u32 id, u32 value)
{
	return slpc(gt, GUC_SLPC_SET, id, value, false);
}

static int query(struct xe_gt *gt, u32 *low, u32 *high)
{
	struct xe_guc_pc *pc = gt->guc->pc;
	int err;
	u32 freq;

	err = slpc(gt, GUC_SLPC_QUERY, xe_ggtt_addr(gt->tile, pc->bo), 0, true);
	if (err)
		return err;
	freq = shared_rd(pc, task_freq);
	*low = fine_to_mhz(FIELD_GET(GUC_SLPC_MIN_FREQ, freq));
	*high = fine_to_mhz(FIELD_GET(GUC_SLPC_MAX_FREQ, freq));
	return 0;
}

/* The firmware prefers the efficient frequency to a lower minimum unless told not to. */
static int send_min(struct xe_gt *gt, u32 mhz)
{
	return set_param(gt, GUC_SLPC_PARAM_IGNORE_EFFICIENT, mhz < read_rpe(gt)) ?:
	       set_param(gt, GUC_SLPC_PARAM_MIN_MHZ, mhz);
}

static int send_max(struct xe_gt *gt, u32 mhz)
{
	return set_param(gt, GUC_SLPC_PARAM_MAX_MHZ, mhz);
}

/* ---- start and stop ----------------------------------------------------- */

static int reset_slpc(struct xe_gt *gt)
{
	struct xe_guc_pc *pc = gt->guc->pc;
	u32 state;
	int err;

	iosys_map_memset(&pc->bo->vmap, 0, 0, sizeof(struct guc_slpc_shared));
	shared_wr(pc, size, sizeof(struct guc_slpc_shared));
	xe_device_wmb(gt_to_xe(gt));

	err = slpc(gt, GUC_SLPC_RESET, xe_ggtt_addr(gt->tile, pc->bo), 0, false);
	if (err)
		return err;
	err = poll_timeout_us(state = shared_rd(pc, global_state), state == GUC_SLPC_STATE_RUNNING,
			      START_POLL_US, START_TIMEOUT_US, false);
	if (!err)
		return 0;

	xe_gt_dbg(gt, "frequency management takes long to start, state %u\n", state);
	err = poll_timeout_us(state = shared_rd(pc, global_state), state == GUC_SLPC_STATE_RUNNING,
			      START_POLL_US * 50, START_TIMEOUT_MAX_US, false);
	if (err)
		xe_gt_err(gt, "frequency management does not start, state %u\n", state);
	return err ? -EIO : 0;
}

/* Firmware starts with limits that are not always within the part's. */
static int set_limits(struct xe_gt *gt)
{
	struct xe_guc_pc *pc = gt->guc->pc;
	u32 low, high, want_min, want_max;
	int err;

	lockdep_assert_held(&pc->lock);
	err = query(gt, &low, &high);
	if (err)
		return err;

	pc->max = pc->user_max ?: min(high, pc->rp0);
	pc->min = pc->user_min ?: min(max3(low, floor_of(gt), pc->rpn), pc->rp0);
	pc->capped = needs_cap(gt);
	want_min = pc->min;
	want_max = pc->max;
	if (pc->capped) {
		want_max = start_cap(gt, pc);
		want_min = min(read_rpe(gt), want_max);
	}
	if (want_max != high)
		err = send_max(gt, want_max);
	if (!err && want_min != low)
		err = send_min(gt, want_min);
	return err;
}

/* Sleep: the firmware's business too, except where it must not sleep. */
static int set_gucrc(struct xe_gt *gt)
{
	const u32 msg[] = { GUC_ACTION_SETUP_GUCRC, GUC_GUCRC_FIRMWARE };

	if (gt_to_xe(gt)->platform->id != XE_PLATFORM_PVC)
		return xe_guc_ct_send(gt, msg, ARRAY_SIZE(msg), 0);
	xe_mmio_write32(&gt->mmio, GT_RC_CONTROL, 0);
	xe_mmio_write32(&gt->mmio, GT_RC_STATE, 0);
	return 0;
}

/**
 * xe_guc_pc_start() - let the firmware manage frequencies
 * @guc: firmware that runs, channel too
 *
 * Context: sleeps; GT awake.
 *
 * Return: 0, -EIO or as xe_guc_ct_send_recv().
 */
int xe_guc_pc_start(struct xe_guc *guc)
{
	struct xe_guc_pc *pc = guc->pc;
	struct xe_gt *gt = guc->gt;
	int err;

	guard(mutex)(&pc->lock);
	err = reset_slpc(gt);
	if (!err)
		err = set_limits(gt);
	if (!err)
		err = set_param(gt, GUC_SLPC_PARAM_STRATEGIES, GUC_SLPC_STRATEGY_COMPUTE);
	if (!err)
		err = set_param(gt, GUC_SLPC_PARAM_POWER_PROFILE, GUC_SLPC_PROFILE_BASE);
	if (!err)
		err = set_gucrc(gt);
	if (err)
		xe_gt_err(gt, "GuC cannot manage frequencies: %pe\n", ERR_PTR(err));
	pc->ready = !err;
	return err;
}

/**
 * xe_guc_pc_stop() - the firmware goes away: limits can neither be read nor set
 * @guc: firmware whose channel is stopped
 *
 * Context: sleeps.
 */
void xe_guc_pc_stop(struct xe_guc *guc)
{
	guard(mutex)(&guc->pc->lock);
	guc->pc->ready = false;
}

/**
 * xe_guc_pc_raise() - go fast while nobody manages frequencies
 * @guc: firmware that does not run
 *
 * Context: sleeps; GT awake.
 */
void xe_guc_pc_raise(struct xe_guc *guc)
{
	struct xe_mmio *mmio = &guc->gt->mmio;

	xe_mmio_write32(mmio, GT_RP_CONTROL, FIELD_PREP(RP_SW_CONTROL, RP_SW_ENABLE));
	xe_mmio_write32(mmio, GT_RPNSWREQ, FIELD_PREP(RPNSWREQ_RATIO,
						      mhz_to_fine(start_cap(guc->gt, guc->pc))));
	/* Give it time to be noticed. */
	usleep_range(100, 300);
	xe_mmio_write32(mmio, GT_RP_CONTROL, FIELD_PREP(RP_SW_CONTROL, RP_SW_DISABLE));
}

/**
 * xe_guc_pc_init() - what the part can do, and the page shared with the firmware
 * @guc: firmware to fill in
 *
 * Context: sleeps; awake.
 *
 * Return: 0, -ENOMEM, -ENOSPC.
 */
int xe_guc_pc_init(struct xe_guc *guc)
{
	struct xe_tile *tile = guc->gt->tile;
	struct xe_device *xe = tile->xe;
	struct xe_guc_pc *pc;
	int err;

	pc = drmm_kzalloc(&xe->drm, sizeof(*pc), GFP_KERNEL);
	if (!pc)
		return -ENOMEM;
	err = drmm_mutex_init(&xe->drm, &pc->lock);
	if (err)
		return err;
	pc->bo = xe_ggtt_create_bo_managed(tile, sizeof(struct guc_slpc_shared),
					   XE_BO_VRAM_IF_DGFX(tile));
	if (IS_ERR(pc->bo))
		return PTR_ERR(pc->bo);
	read_limits(guc->gt, pc);
	guc->pc = pc;
	return 0;
}

/* ---- for the layers above ----------------------------------------------- */

/**
 * xe_guc_pc_settle() - probe, resume or reset is over: run at full speed
 * @gt: GT that has been started
 *
 * Some parts must not while the driver starts.
 *
 * Context: sleeps; awake.
 *
 * Return: 0 or as xe_guc_ct_send().
 */
int xe_guc_pc_settle(struct xe_gt *gt)
{
	struct xe_guc_pc *pc = gt->guc->pc;
	int err;

	guard(mutex)(&pc->lock);
	if (!pc->ready || !pc->capped)
		return 0;
	err = send_max(gt, pc->max) ?: send_min(gt, pc->min);
	if (!err)
		pc->capped = false;
	return err;
}

/**
 * xe_guc_pc_freq() - limits, in MHz
 * @gt: GT
 * @min: lower limit in force
 * @max: upper limit in force
 * @rp0: highest the part can do
 * @rpe: most efficient now
 * @rpn: lowest the part can do
 *
 * Context: sleeps; awake. Pointers may be NULL.
 *
 * Return: 0, -EAGAIN in the middle of a reset, or as xe_guc_ct_send_recv().
 */
int xe_guc_pc_freq(struct xe_gt *gt, u32 *min, u32 *max, u32 *rp0, u32 *rpe, u32 *rpn)
{
	struct xe_guc_pc *pc = gt->guc->pc;
	u32 low, high;
	int err;

	if (rp0)
		*rp0 = pc->rp0;
	if (rpn)
		*rpn = pc->rpn;
	if (rpe)
		*rpe = read_rpe(gt);
	if (!min && !max)
		return 0;

	guard(mutex)(&pc->lock);
	err = pc->ready ? query(gt, &low, &high) : -EAGAIN;
	if (err)
		return err;
	if (min)
		*min = low;
	if (max)
		*max = high;
	return 0;
}

/**
 * xe_guc_pc_set_min() - user's lower limit
 * @gt: GT
 * @mhz: between RPn and RP0; when above the upper limit it is what runs
 *
 * Context: sleeps; awake.
 *
 * Return: 0, -EINVAL, -EAGAIN in the middle of a reset, or as xe_guc_ct_send().
 */
int xe_guc_pc_set_min(struct xe_gt *gt, u32 mhz)
{
	struct xe_guc_pc *pc = gt->guc->pc;
	int err;

	guard(mutex)(&pc->lock);
	if (!pc->ready)
		return -EAGAIN;
	if (mhz < pc->rpn || mhz > pc->rp0)
		return -EINVAL;
	err = send_min(gt, mhz);
	if (err)
		return err;
	pc->user_min = mhz;
	pc->min = mhz;
	return 0;
}

/**
 * xe_guc_pc_set_max() - user's upper limit
 * @gt: GT
 * @mhz: between RPn and RP0
 *
 * Context: sleeps; awake.
 *
 * Return: as xe_guc_pc_set_min().
 */
int xe_guc_pc_set_max(struct xe_gt *gt, u32 mhz)
{
	struct xe_guc_pc *pc = gt->guc->pc;
	int err;

	guard(mutex)(&pc->lock);
	if (!pc->ready)
		return -EAGAIN;
	if (mhz < pc->rpn || mhz > pc->rp0)
		return -EINVAL;
	err = send_max(gt, mhz);
	if (err)
		return err;
	pc->user_max = mhz;
	pc->max = mhz;
	return 0;
}

/**
 * xe_guc_pc_act_freq() - what it runs at now
 * @gt: GT
 *
 * Context: any; the device is awake.
 *
 * Return: MHz, 0 while the GT sleeps.
 */
u32 xe_guc_pc_act_freq(struct xe_gt *gt)
{
	if (has_fine_steps(gt))
		return fine_to_mhz(FIELD_GET(WORKPOINT_CAGF,
					     xe_mmio_read32(&gt->mmio, GT_WORKPOINT)));
	return fine_to_mhz(FIELD_GET(GT_PERF_CAGF, xe_mmio_read32(&gt->mmio, GT_PERF_STATUS)));
}

/**
 * xe_guc_pc_cur_freq() - what was last asked for
 * @gt: GT
 *
 * Context: any; the device is awake.
 *
 * Return: MHz.
 */
u32 xe_guc_pc_cur_freq(struct xe_gt *gt)
{
	/* The register reads as something else while the GT sleeps. */
	CLASS(xe_force_wake, fw)(gt, XE_FW_GT);

	if (!(fw.domains & XE_FW_GT))
		return 0;
	return fine_to_mhz(FIELD_GET(RPNSWREQ_RATIO, xe_mmio_read32(&gt->mmio, GT_RPNSWREQ)));
}
