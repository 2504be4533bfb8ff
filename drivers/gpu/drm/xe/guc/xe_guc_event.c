// SPDX-License-Identifier: GPL-2.0
/*
 * Events that this folder handles by itself. Events about contexts and engines
 * belong to the layer that made the contexts.
 */
#include "abi/guc_actions.h"
#include "abi/guc_ads.h"
#include "abi/guc_fault.h"
#include "core/xe_log.h"
#include "gt/xe_tlb_inval.h"
#include "guc/xe_guc_priv.h"

static int tlb_inval_done(struct xe_gt *gt, const u32 *payload, u32 len)
{
	if (len != 1)
		return -EPROTO;
	xe_tlb_inval_done(gt, payload[0]);
	return 0;
}

static int crash_dump(struct xe_gt *gt, const u32 *payload, u32 len)
{
	xe_gt_err(gt, "GuC crashed and posted a dump\n");
	xe_guc_reset_gt(gt);
	return 0;
}

static int on_exception(struct xe_gt *gt, const u32 *payload, u32 len)
{
	xe_gt_err(gt, "GuC had an exception\n");
	xe_guc_reset_gt(gt);
	return 0;
}

static int log_flush(struct xe_gt *gt, const u32 *payload, u32 len)
{
	/* The log is read where it lies; old entries may be overwritten. */
	return 0;
}

static int state_capture(struct xe_gt *gt, const u32 *payload, u32 len)
{
	if (len != 1)
		return -EPROTO;
	return xe_guc_log_capture_done(gt->guc);
}

static int engine_mode_done(struct xe_gt *gt, const u32 *payload, u32 len)
{
	return 0;
}

static const struct xe_g2h_row rows[] = {
	{
		.action = GUC_EVENT_TLB_INVALIDATE_DONE,
		.name = "TLB invalidation done",
		.min_len = 1,
		.credits = GUC_G2H_DWORDS_TLB_DONE,
		.fast = true,
		.handle = tlb_inval_done,
	}, {
		.action = GUC_EVENT_PAGE_FAULT,
		.name = "page fault",
		.min_len = GUC_FAULT_DWORDS,
		.fast = true,
		.handle = xe_guc_fault_event,
	}, {
		.action = GUC_EVENT_SCHED_ENGINE_MODE_DONE,
		.name = "engine mode done",
		.handle = engine_mode_done,
	}, {
		.action = GUC_EVENT_STATE_CAPTURE,
		.name = "state capture",
		.min_len = 1,
		.handle = state_capture,
	}, {
		.action = GUC_EVENT_LOG_FLUSH,
		.name = "log flush",
		.fast = true,
		.handle = log_flush,
	}, {
		.action = GUC_EVENT_CRASH_DUMP,
		.name = "crash dump",
		.handle = crash_dump,
	}, {
		.action = GUC_EVENT_EXCEPTION,
		.name = "exception",
		.handle = on_exception,
	},
};

/**
 * xe_guc_event_init() - add the rows of this folder
 * @guc: firmware
 *
 * Context: before messages flow.
 *
 * Return: 0 or as xe_guc_ct_add_rows().
 */
int xe_guc_event_init(struct xe_guc *guc)
{
	int err = 0;

	for (size_t i = 0; i < ARRAY_SIZE(rows) && !err; i++)
		err = xe_guc_g2h_add(&guc->rows, &rows[i]);
	return err;
}
