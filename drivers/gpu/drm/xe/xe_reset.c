// SPDX-License-Identifier: GPL-2.0
/*
 * The reset of a GT, the whole story: whoever meets a hang, a broken message
 * channel or a lost answer asks for it; a worker stops the components from the
 * top down, resets the hardware, and starts them again from the bottom up.
 */

#include "xe_reset.h"

#include <linux/workqueue.h>

#include <drm/drm_drv.h>
#include <drm/drm_managed.h>

#include "core/xe_force_wake.h"
#include "core/xe_log.h"
#include "core/xe_rpm.h"
#include "core/xe_stats.h"
#include "gt/xe_gt.h"
#include "gt/xe_tlb_inval.h"
#include "guc/xe_guc.h"
#include "submit/xe_exec_queue.h"
#include "xe_component.h"

/**
 * struct xe_gt_reset - resets of a GT
 * @gt: the GT
 * @work: does it, on the device's queue for it; holds a runtime PM reference while queued
 * @armed: there is a whole driver to be brought back. Before and after that, who would need
 *	a reset is helped by giving the device up: nobody waits for ever
 */
struct xe_gt_reset {
	struct xe_gt *gt;
	struct work_struct work;
	bool armed;
};

static int do_reset(struct xe_gt *gt)
{
	int err;

	CLASS(xe_force_wake, fw)(gt, XE_FW_ALL);
	if (!(fw.domains & XE_FW_GT))
		return -ETIMEDOUT;

	err = xe_components_run_gt(gt, XE_PHASE_PRE_RESET);
	if (err)
		return err;
	err = xe_gt_reset_domains(gt);
	if (err)
		return err;
	return xe_components_run_gt(gt, XE_PHASE_POST_RESET);
}

static void reset_work(struct work_struct *work)
{
	struct xe_gt_reset *r = container_of(work, struct xe_gt_reset, work);
	struct xe_device *xe = gt_to_xe(r->gt);
	int err = -ENODEV;

	if (!xe_device_wedged(xe)) {
		xe_gt_info(r->gt, "reset started\n");
		if (READ_ONCE(r->armed))
			err = do_reset(r->gt);
		if (err) {
			xe_gt_err(r->gt, "reset failed (%pe)\n", ERR_PTR(err));
			xe_device_declare_wedged(xe);
		} else {
			xe_gt_info(r->gt, "reset done\n");
			xe_stat_add(r->gt, XE_STAT_GT_RESET, 1);
		}
	}
	xe_rpm_put(xe);
}

/**
 * xe_reset_request() - ask for a reset of a GT
 * @gt: GT; one that is about to be reset anyway is reset once
 *
 * Before the end of probe and from the start of unbind the device is given up
 * instead, with all that waits for it.
 *
 * Context: any; the device is awake.
 */
void xe_reset_request(struct xe_gt *gt)
{
	struct xe_device *xe = gt_to_xe(gt);

	if (xe_device_wedged(xe))
		return;

	xe_rpm_get_noresume(xe);
	if (queue_work(xe->reset_wq, &gt->reset->work))
		xe_gt_info(gt, "reset queued from %ps\n", __builtin_return_address(0));
	else
		xe_rpm_put(xe);
}

static void cancel_reset(struct xe_gt *gt)
{
	/* We may be the reset that failed. */
	if (current_work() != &gt->reset->work && cancel_work_sync(&gt->reset->work))
		xe_rpm_put(gt_to_xe(gt));
}

/* What fences say is over must not go on writing. A device that is gone does not. */
static void stop_engines(struct xe_gt *gt)
{
	int idx;

	if (!gt->forcewake || !drm_dev_enter(&gt_to_xe(gt)->drm, &idx))
		return;
	if (xe_gt_reset_domains(gt))
		xe_gt_err(gt, "engines may still run\n");
	drm_dev_exit(idx);
}

/* Nothing runs any more, and what was submitted ends with an error. */
static void end_all(struct xe_device *xe)
{
	struct xe_gt *gt;
	unsigned int id;

	for_each_gt(gt, xe, id) {
		if (gt->reset)
			cancel_reset(gt);
		xe_guc_submit_stop(gt);
		if (gt->guc)
			xe_guc_stop(gt);
		stop_engines(gt);
		if (gt->tlb_inval)
			xe_tlb_inval_reset(gt);
		xe_guc_submit_start(gt);
	}
}

static void reset_release(void *arg)
{
	struct xe_gt *gt = arg;

	if (disable_work_sync(&gt->reset->work))
		xe_rpm_put(gt_to_xe(gt));
}

/**
 * xe_reset_init() - requests are heard from here on
 * @gt: GT with firmware; not yet one that can be reset
 *
 * Return: 0 or -ENOMEM.
 */
int xe_reset_init(struct xe_gt *gt)
{
	struct xe_device *xe = gt_to_xe(gt);

	gt->reset = drmm_kzalloc(&xe->drm, sizeof(*gt->reset), GFP_KERNEL);
	if (!gt->reset)
		return -ENOMEM;

	gt->reset->gt = gt;
	INIT_WORK(&gt->reset->work, reset_work);
	xe->on_wedged = end_all;
	xe_guc_set_reset_request(gt, xe_reset_request);
	return devm_add_action_or_reset(xe->drm.dev, reset_release, gt);
}

/**
 * xe_reset_hold() - no reset until xe_reset_release()
 * @gt: GT that the system puts to sleep
 *
 * A reset that is going on is waited for. One that is wanted meanwhile is not done, since
 * sleep resets the GT.
 *
 * Return: 0; a component's phase.
 */
int xe_reset_hold(struct xe_gt *gt)
{
	if (disable_work_sync(&gt->reset->work))
		xe_rpm_put(gt_to_xe(gt));
	return 0;
}

/**
 * xe_reset_release() - undo xe_reset_hold()
 * @gt: GT that is awake
 *
 * Return: 0; a component's phase.
 */
int xe_reset_release(struct xe_gt *gt)
{
	enable_work(&gt->reset->work);
	return 0;
}

static void disarm(void *arg)
{
	struct xe_gt *gt = arg;

	WRITE_ONCE(gt->reset->armed, false);
	cancel_reset(gt);
}

/**
 * xe_reset_arm() - from here on requests lead to resets, until unbind begins
 * @gt: GT whose components are all there
 *
 * Return: 0 or -ENOMEM.
 */
int xe_reset_arm(struct xe_gt *gt)
{
	WRITE_ONCE(gt->reset->armed, true);
	return devm_add_action_or_reset(gt_to_xe(gt)->drm.dev, disarm, gt);
}
