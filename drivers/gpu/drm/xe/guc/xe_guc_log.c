// SPDX-License-Identifier: GPL-2.0
/*
 * The firmware's log: a page with the state of three regions, then the regions:
 * events, crash dump, captured registers. The firmware fills them as rings.
 */
#include <linux/bitfield.h>
#include <linux/sizes.h>

#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "abi/guc_actions.h"
#include "abi/guc_ads.h"
#include "abi/guc_boot.h"
#include "core/xe_params.h"
#include "gt/xe_ggtt.h"
#include "guc/xe_guc_priv.h"
#include "mem/xe_bo.h"

#define STATE_BYTES	SZ_4K
#define EVENT_BYTES	SZ_64K
#define CRASH_BYTES	SZ_16K
#define CAPTURE_BYTES	SZ_1M
#define LOG_BYTES	(STATE_BYTES + EVENT_BYTES + CRASH_BYTES + CAPTURE_BYTES)

/* xe.guc_log_level: 0 nothing, 1 what costs nothing, then the firmware's own levels from 0. */
#define LEVEL_FIRST_VERBOSE	2

struct xe_guc_log {
	struct xe_bo *bo;
};

#define state_rd(log, region, field) \
	iosys_map_rd_field(&(log)->bo->vmap, (region) * sizeof(struct guc_log_state), \
			   struct guc_log_state, field)
#define state_wr(log, region, field, val) \
	iosys_map_wr_field(&(log)->bo->vmap, (region) * sizeof(struct guc_log_state), \
			   struct guc_log_state, field, val)

/**
 * xe_guc_log_init() - memory of the log
 * @guc: firmware to fill in
 *
 * Context: sleeps.
 *
 * Return: 0, -ENOMEM, -ENOSPC.
 */
int xe_guc_log_init(struct xe_guc *guc)
{
	struct xe_tile *tile = guc->gt->tile;
	struct xe_guc_log *log;

	log = drmm_kzalloc(&tile->xe->drm, sizeof(*log), GFP_KERNEL);
	if (!log)
		return -ENOMEM;
	log->bo = xe_ggtt_create_bo_managed(tile, LOG_BYTES, XE_BO_VRAM_IF_DGFX(tile));
	if (IS_ERR(log->bo))
		return PTR_ERR(log->bo);
	guc->log = log;
	return 0;
}

/**
 * xe_guc_log_param() - boot parameter that says where the log is
 * @guc: firmware
 *
 * Context: any.
 *
 * Return: the dword.
 */
u32 xe_guc_log_param(struct xe_guc *guc)
{
	u32 page = xe_ggtt_addr(guc->gt->tile, guc->log->bo) >> PAGE_SHIFT;

	/* Sizes are in units, less one; captures count in MiB, the others in pages. */
	return GUC_LOG_VALID | GUC_LOG_NOTIFY_HALF_FULL | GUC_LOG_CAPTURE_UNIT_1M |
	       FIELD_PREP(GUC_LOG_CRASH_UNITS, CRASH_BYTES / SZ_4K - 1) |
	       FIELD_PREP(GUC_LOG_EVENT_UNITS, EVENT_BYTES / SZ_4K - 1) |
	       FIELD_PREP(GUC_LOG_CAPTURE_UNITS, CAPTURE_BYTES / SZ_1M - 1) |
	       FIELD_PREP(GUC_LOG_GGTT_PAGE, page);
}

/**
 * xe_guc_log_debug_param() - boot parameter that says how much to log
 * @guc: firmware
 *
 * Context: any.
 *
 * Return: the dword.
 */
u32 xe_guc_log_debug_param(struct xe_guc *guc)
{
	int level = xe_params.guc_log_level - LEVEL_FIRST_VERBOSE;

	if (level < 0)
		return GUC_DEBUG_LOG_DISABLED;
	return FIELD_PREP(GUC_DEBUG_VERBOSITY, min_t(int, level, FIELD_MAX(GUC_DEBUG_VERBOSITY)));
}

/**
 * xe_guc_log_capture_done() - the firmware captured registers: it may reuse the room
 * @guc: firmware
 *
 * Context: handler of an event.
 *
 * Return: as xe_guc_ct_send().
 */
int xe_guc_log_capture_done(struct xe_guc *guc)
{
	const u32 msg[] = { GUC_ACTION_LOG_FLUSH_COMPLETE, GUC_LOG_REGION_CAPTURE };
	struct xe_guc_log *log = guc->log;
	u32 flags = state_rd(log, GUC_LOG_REGION_CAPTURE, flags);
	int err;

	state_wr(log, GUC_LOG_REGION_CAPTURE, read_ptr,
		 state_rd(log, GUC_LOG_REGION_CAPTURE, sampled_write_ptr));
	state_wr(log, GUC_LOG_REGION_CAPTURE, flags, flags & ~GUC_LOG_STATE_FLUSH);
	err = xe_guc_ct_send(guc->gt, msg, ARRAY_SIZE(msg), 0);
	/* A channel that is being stopped is no news. */
	return err == -ECANCELED ? 0 : err;
}

/**
 * xe_guc_log_print() - the log, as hexadecimal dwords
 * @gt: GT
 * @p: where to
 *
 * Context: process; awake.
 */
void xe_guc_log_print(struct xe_gt *gt, struct drm_printer *p)
{
	struct xe_guc_log *log = gt->guc->log;
	u32 line[8];

	for (u32 at = 0; at < LOG_BYTES - CAPTURE_BYTES; at += sizeof(line)) {
		iosys_map_memcpy_from(line, &log->bo->vmap, at, sizeof(line));
		drm_printf(p, "%06x: %08x %08x %08x %08x %08x %08x %08x %08x\n", at, line[0],
			   line[1], line[2], line[3], line[4], line[5], line[6], line[7]);
	}
}
