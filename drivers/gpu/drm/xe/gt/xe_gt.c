// SPDX-License-Identifier: GPL-2.0
/* A GT's hardware as a whole: its clock, its registers, its reset. */

#include "gt/xe_gt.h"

#include <linux/bitfield.h>
#include <linux/math64.h>

#include "core/xe_force_wake.h"
#include "core/xe_log.h"
#include "core/xe_mmio.h"
#include "core/xe_wa.h"
#include "gt/xe_hw_engine.h"
#include "gt/xe_mocs.h"
#include "regs/xe_gt_regs.h"

#define RESET_TIMEOUT_US	5000

/**
 * xe_gt_clock_init() - read what the GT counts time in
 * @gt: GT
 *
 * Context: the GT is awake.
 * Return: 0, or -EIO for a clock that cannot be.
 */
int xe_gt_clock_init(struct xe_gt *gt)
{
	static const struct {
		u32 hz, period_ps;
	} crystals[] = {
		{ 24000000, 83333 }, { 19200000, 52083 }, { 38400000, 52083 }, { 25000000, 80000 },
	};
	u32 config = xe_mmio_read32(&gt->mmio, GT_RPM_CONFIG0);
	u32 crystal = FIELD_GET(RPM_CRYSTAL_FREQ, config);

	if (crystal >= ARRAY_SIZE(crystals)) {
		xe_gt_err(gt, "Invalid crystal clock frequency: %u\n", crystal);
		return -EIO;
	}

	gt->base_period_ps = crystals[crystal].period_ps;
	gt->clock_hz = crystals[crystal].hz >> (3 - FIELD_GET(RPM_CTC_SHIFT, config));
	return 0;
}

/**
 * xe_gt_program() - bring the registers to where the driver wants them
 * @gt: GT; its engines are known, its page attributes are programmed
 *
 * The one sequence for probe, resume and reset.
 *
 * Context: all domains are awake; before the firmware is loaded.
 */
void xe_gt_program(struct xe_gt *gt)
{
	xe_wa_apply_gt(gt);
	xe_mocs_program(gt);
	xe_engines_program(gt);
}

/**
 * xe_gt_reset_domains() - reset engines and firmware
 * @gt: GT
 *
 * Context: the device is awake; sleeps.
 * Return: 0, or -ETIMEDOUT.
 */
int xe_gt_reset_domains(struct xe_gt *gt)
{
	int err;

	CLASS(xe_force_wake, fw)(gt, XE_FW_GT);
	if (!(fw.domains & XE_FW_GT))
		return -ETIMEDOUT;

	xe_mmio_write32(&gt->mmio, GDRST, GDRST_FULL);
	err = xe_mmio_wait32(&gt->mmio, GDRST, GDRST_FULL, 0, RESET_TIMEOUT_US, NULL, false);
	if (err)
		xe_gt_err(gt, "Reset does not complete: %pe\n", ERR_PTR(err));
	return err;
}

/**
 * xe_gt_ticks_to_ns() - time of a number of clock ticks
 * @gt: GT
 * @ticks: of the command streamer's timestamp
 *
 * Return: nanoseconds.
 */
u64 xe_gt_ticks_to_ns(const struct xe_gt *gt, u64 ticks)
{
	return mul_u64_u32_div(ticks, NSEC_PER_SEC, gt->clock_hz);
}

/**
 * xe_gt_ms_to_ticks() - clock ticks in a time
 * @gt: GT
 * @ms: milliseconds
 *
 * Return: ticks.
 */
u64 xe_gt_ms_to_ticks(const struct xe_gt *gt, u64 ms)
{
	return mul_u64_u32_div(ms, gt->clock_hz, MSEC_PER_SEC);
}
