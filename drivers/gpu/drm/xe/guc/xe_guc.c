// SPDX-License-Identifier: GPL-2.0
/*
 * Life of a GT's firmware. There is one way to start it, xe_guc_start(), for
 * probe, reset and resume; before that, once, it is started without engines to
 * tell what the hardware looks like.
 */
#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "abi/guc_actions.h"
#include "abi/guc_boot.h"
#include "core/xe_force_wake.h"
#include "core/xe_irq.h"
#include "core/xe_log.h"
#include "core/xe_mmio.h"
#include "guc/xe_guc_fw.h"
#include "guc/xe_guc_priv.h"
#include "regs/xe_guc_regs.h"

/* Of the interrupt class "other". */
#define IRQ_INSTANCE_GUC	0
#define IRQ_INSTANCE_MEDIA_GUC	16

static void irq_other(struct xe_gt *gt, u8 instance, u16 vector)
{
	bool guc = instance == IRQ_INSTANCE_GUC || instance == IRQ_INSTANCE_MEDIA_GUC;

	if (gt && guc && (vector & GUC_INTR_GUC2HOST) && xe_guc_ct_running(gt))
		xe_guc_ct_irq(gt->guc);
}

static const struct xe_irq_source irq_source = { .other = irq_other };

/**
 * xe_guc_reset_gt() - ask for a reset: something cannot go on as it is
 * @gt: GT with a firmware
 *
 * Context: any, hard interrupts too.
 */
void xe_guc_reset_gt(struct xe_gt *gt)
{
	void (*request)(struct xe_gt *gt) = READ_ONCE(gt->guc->reset_request);

	if (request)
		request(gt);
}

/**
 * xe_guc_set_reset_request() - say who resets the GT
 * @gt: GT with a firmware
 * @request: asks for a reset and returns; called in hard interrupts too
 *
 * Context: any.
 */
void xe_guc_set_reset_request(struct xe_gt *gt, void (*request)(struct xe_gt *gt))
{
	WRITE_ONCE(gt->guc->reset_request, request);
}

/**
 * xe_guc_release_version() - of the firmware
 * @gt: GT with a firmware
 *
 * Context: any.
 *
 * Return: major << 16 | minor << 8 | patch.
 */
u32 xe_guc_release_version(struct xe_gt *gt)
{
	return xe_guc_fw_image(gt->guc)->release;
}

/**
 * xe_guc_submission_version() - of the interface the firmware offers
 * @gt: GT with a firmware
 *
 * Context: any.
 *
 * Return: major << 16 | minor << 8 | patch.
 */
u32 xe_guc_submission_version(struct xe_gt *gt)
{
	return xe_guc_fw_image(gt->guc)->submission;
}

/* Reset, and start whatever &xe_guc.full says. */
static int load(struct xe_guc *guc)
{
	int err;

	err = xe_guc_boot_reset(guc);
	if (err)
		return err;
	err = xe_guc_boot_wopcm(guc);
	if (err)
		return err;
	xe_guc_ads_populate(guc);
	return xe_guc_boot_load(guc);
}

static int start(struct xe_guc *guc)
{
	struct xe_gt *gt = guc->gt;
	int err;

	err = load(guc);
	if (err)
		return err;
	xe_irq_enable_guc(gt);
	err = xe_guc_ct_start(guc);
	if (err)
		return err;
	xe_guc_boot_check_scratch(guc);
	err = xe_guc_klv_opt_in(guc);
	if (err)
		return err;
	return xe_guc_pc_start(guc);
}

/**
 * xe_guc_start() - from any state to a firmware that schedules
 * @gt: GT after xe_guc_init_post_hwconfig(), with its hardware programmed
 *
 * The same for probe, reset and resume. Contexts have to be registered again.
 *
 * Context: sleeps; awake; nothing is allocated.
 *
 * Return: 0, -ETIMEDOUT, -EIO, -EPROTO and others; the channel is then stopped.
 */
int xe_guc_start(struct xe_gt *gt)
{
	struct xe_guc *guc = gt->guc;
	int err;

	CLASS(xe_force_wake, fw)(gt, XE_FW_GT);
	if (!(fw.domains & XE_FW_GT))
		return -ETIMEDOUT;

	xe_guc_stop(gt);
	err = start(guc);
	if (err)
		xe_guc_stop(gt);
	return err;
}

/**
 * xe_guc_stop() - nothing is sent or received any more
 * @gt: GT
 *
 * Who waits for an answer gets -ECANCELED, handlers of events have returned,
 * nothing is queued. The firmware itself goes on until it is reset.
 *
 * Context: sleeps; not in a handler of an event. May be called again.
 */
void xe_guc_stop(struct xe_gt *gt)
{
	struct xe_guc *guc = gt->guc;

	xe_guc_ct_stop(guc);
	xe_guc_fault_stop(guc);
	xe_guc_pc_stop(guc);
}

/**
 * xe_guc_sleep() - the device is about to sleep, and keeps its state
 * @gt: GT that is idle: nobody sends
 *
 * What the firmware still sends waits for xe_guc_wake().
 *
 * Context: sleeps; awake.
 */
void xe_guc_sleep(struct xe_gt *gt)
{
	xe_guc_ct_quiesce(gt->guc);
}

/**
 * xe_guc_wake() - the device is back from xe_guc_sleep()
 * @gt: GT
 *
 * Context: awake.
 */
void xe_guc_wake(struct xe_gt *gt)
{
	xe_irq_enable_guc(gt);
	/* What came while nobody listened. */
	xe_guc_ct_irq(gt->guc);
}

/**
 * xe_guc_suspend() - stop, and tell the firmware that we are gone
 * @gt: GT that is idle
 *
 * Context: sleeps; awake.
 *
 * Return: 0 or as xe_guc_mmio_send().
 */
int xe_guc_suspend(struct xe_gt *gt)
{
	const u32 msg[] = { GUC_ACTION_CLIENT_SOFT_RESET };
	struct xe_guc *guc = gt->guc;

	xe_guc_stop(gt);
	if (!guc->loaded)
		return 0;

	CLASS(xe_force_wake, fw)(gt, XE_FW_GT);
	return min(xe_guc_mmio_send(gt, msg, ARRAY_SIZE(msg)), 0);
}

/**
 * xe_guc_reset_hw() - the firmware runs no more and uses no memory
 * @gt: GT whose channel is stopped
 *
 * Context: sleeps; awake. What goes wrong is logged.
 */
void xe_guc_reset_hw(struct xe_gt *gt)
{
	CLASS(xe_force_wake, fw)(gt, XE_FW_GT);

	if (fw.domains & XE_FW_GT)
		xe_guc_boot_reset(gt->guc);
}

/**
 * xe_guc_golden_recorded() - pass the golden contexts on to the firmware
 * @gt: GT whose xe_engine_golden() images have just been made
 *
 * Starts after this one do it by themselves.
 *
 * Context: process.
 */
void xe_guc_golden_recorded(struct xe_gt *gt)
{
	xe_guc_ads_populate_golden(gt->guc);
}

static void fini_hw(void *arg)
{
	struct xe_gt *gt = arg;

	xe_guc_stop(gt);
	if (gt->guc->loaded)
		xe_guc_reset_hw(gt);
}

static int init_parts(struct xe_guc *guc)
{
	return xe_guc_fw_init(guc) ?:
	       xe_guc_log_init(guc) ?:
	       xe_guc_pc_init(guc) ?:
	       xe_guc_ads_init(guc) ?:
	       xe_guc_fault_init(guc) ?:
	       xe_guc_event_init(guc) ?:
	       xe_guc_ct_init(guc);
}

/**
 * xe_guc_init() - firmware image and all that a first start needs; that start
 * @gt: GT with GGTT, interrupts and xe_tlb_inval_init(); its engines are not known yet
 *
 * Context: sleeps; awake.
 *
 * Return: 0; -ENOENT, -ENODATA, -ENOEXEC, -EPROTO, -EINVAL for a firmware file
 * that is missing or wrong; -E2BIG, -ENOMEM, -ETIMEDOUT and others. One message
 * says why.
 */
int xe_guc_init(struct xe_gt *gt)
{
	struct xe_device *xe = gt_to_xe(gt);
	struct xe_guc *guc;
	int err;

	guc = drmm_kzalloc(&xe->drm, sizeof(*guc), GFP_KERNEL);
	if (!guc)
		return -ENOMEM;
	guc->gt = gt;
	err = drmm_mutex_init(&xe->drm, &guc->mmio_lock);
	if (err)
		return err;

	CLASS(xe_force_wake, fw)(gt, XE_FW_GT);
	if (!(fw.domains & XE_FW_GT))
		return -ETIMEDOUT;

	err = init_parts(guc);
	if (err)
		return err;
	/* Complete: whoever finds it may stop it. */
	gt->guc = guc;
	xe_guc_tlb_init(guc);
	xe_irq_set_source(xe, &irq_source);

	err = devm_add_action_or_reset(xe->drm.dev, fini_hw, gt);
	if (err)
		return err;
	return load(guc) ?: xe_guc_hwconfig_read(guc);
}

/**
 * xe_guc_init_post_hwconfig() - from now on starts know the engines
 * @gt: GT after xe_engines_init()
 *
 * Context: process.
 *
 * Return: 0.
 */
int xe_guc_init_post_hwconfig(struct xe_gt *gt)
{
	gt->guc->full = true;
	return 0;
}

/**
 * xe_guc_print() - what debugfs shows of the firmware
 * @gt: GT
 * @p: where to
 *
 * Context: sleeps; awake.
 */
void xe_guc_print(struct xe_gt *gt, struct drm_printer *p)
{
	u32 release = xe_guc_release_version(gt), interface = xe_guc_submission_version(gt);

	drm_printf(p, "release %u.%u.%u, interface %u.%u.%u\n", XE_GUC_VER_MAJOR(release),
		   XE_GUC_VER_MINOR(release), XE_GUC_VER_PATCH(release),
		   XE_GUC_VER_MAJOR(interface), XE_GUC_VER_MINOR(interface),
		   XE_GUC_VER_PATCH(interface));
	scoped_class(xe_force_wake, fw, gt, XE_FW_GT) {
		drm_printf(p, "status %#010x\n", xe_mmio_read32(&gt->mmio, GUC_STATUS));
		for (int i = 0; i < GUC_SCRATCH_COUNT; i++)
			drm_printf(p, "scratch %2d: %#010x\n", i,
				   xe_mmio_read32(&gt->mmio, GUC_SCRATCH(i)));
	}
	xe_guc_ct_print(gt, p);
}
