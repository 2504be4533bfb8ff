// SPDX-License-Identifier: GPL-2.0
/*
 * What an open file used of the engines, for /proc/PID/fdinfo: see
 * Documentation/gpu/drm-usage-stats.rst.
 */
#include <drm/drm_file.h>
#include <drm/drm_print.h>

#include "core/xe_force_wake.h"
#include "core/xe_mmio.h"
#include "core/xe_rpm.h"
#include "gt/xe_hw_engine.h"
#include "regs/xe_engine_regs.h"
#include "submit/xe_exec_queue.h"
#include "uapi/xe_uapi.h"

static const char * const class_names[XE_CLASS_MAX] = {
	[XE_CLASS_RENDER] = "rcs",
	[XE_CLASS_COPY] = "bcs",
	[XE_CLASS_VIDEO_DECODE] = "vcs",
	[XE_CLASS_VIDEO_ENHANCE] = "vecs",
	[XE_CLASS_COMPUTE] = "ccs",
};

/* All GTs count in step. */
static u64 now_ticks(struct xe_device *xe)
{
	struct xe_gt *gt = xe_device_root_tile(xe)->primary_gt;
	struct xe_hw_engine *hwe = xe_engine_next(gt, NULL);

	CLASS(xe_force_wake, fw)(gt, hwe->fw_domain);
	return xe_mmio_read64_2x32(&gt->mmio, RING_TIMESTAMP(hwe->mmio_base));
}

static unsigned int capacity(struct xe_device *xe, enum xe_engine_class cls)
{
	unsigned int id, n = 0;
	struct xe_gt *gt;

	for_each_gt(gt, xe, id)
		n += hweight32(xe_engine_class_mask_logical(gt, cls, true));
	return n;
}

/**
 * xe_fdinfo_show_usage() - how busy the engines were for a file
 * @p: where to
 * @file: file
 *
 * Nothing of a device that is gone. Context: sleeps.
 */
void xe_fdinfo_show_usage(struct drm_printer *p, struct drm_file *file)
{
	struct xe_file *xef = to_xe_file(file);
	struct xe_device *xe = xef->xe;
	u64 ticks[XE_CLASS_MAX], total;
	enum xe_engine_class cls;

	if (xe_device_wedged(xe))
		return;
	guard(xe_rpm)(xe);
	xe_file_count_ticks(xef);
	xe_usage_read(xef->usage, ticks);
	total = now_ticks(xe);

	for (cls = 0; cls < XE_CLASS_MAX; cls++) {
		unsigned int n = class_names[cls] ? capacity(xe, cls) : 0;

		if (!n)
			continue;
		drm_printf(p, "drm-cycles-%s:\t%llu\n", class_names[cls], ticks[cls]);
		drm_printf(p, "drm-total-cycles-%s:\t%llu\n", class_names[cls], total);
		if (n > 1)
			drm_printf(p, "drm-engine-capacity-%s:\t%u\n", class_names[cls], n);
	}
}
