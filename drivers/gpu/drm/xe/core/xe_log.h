/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_LOG_H_
#define _XE_LOG_H_

#include <drm/drm_print.h>

#include "xe_device.h"

/* One spelling of "who says this" per object. */
#define xe_err(xe, fmt, ...)	drm_err(&(xe)->drm, fmt, ##__VA_ARGS__)
#define xe_warn(xe, fmt, ...)	drm_warn(&(xe)->drm, fmt, ##__VA_ARGS__)
#define xe_notice(xe, fmt, ...)	drm_notice(&(xe)->drm, fmt, ##__VA_ARGS__)
#define xe_info(xe, fmt, ...)	drm_info(&(xe)->drm, fmt, ##__VA_ARGS__)
#define xe_dbg(xe, fmt, ...)	drm_dbg(&(xe)->drm, fmt, ##__VA_ARGS__)

#define xe_gt_log(gt, how, fmt, ...) \
	xe_##how(gt_to_xe(gt), "Tile%u: GT%u: " fmt, (gt)->tile->id, (gt)->id, ##__VA_ARGS__)
#define xe_gt_err(gt, fmt, ...)		xe_gt_log(gt, err, fmt, ##__VA_ARGS__)
#define xe_gt_warn(gt, fmt, ...)	xe_gt_log(gt, warn, fmt, ##__VA_ARGS__)
#define xe_gt_notice(gt, fmt, ...)	xe_gt_log(gt, notice, fmt, ##__VA_ARGS__)
#define xe_gt_info(gt, fmt, ...)	xe_gt_log(gt, info, fmt, ##__VA_ARGS__)
#define xe_gt_dbg(gt, fmt, ...)		xe_gt_log(gt, dbg, fmt, ##__VA_ARGS__)

/* A user mistake: debug level, and the errno in one expression. */
#define XE_IOCTL_DBG(xe, cond) ({ \
	bool __bad = (cond); \
	if (unlikely(__bad)) \
		xe_dbg(xe, "Ioctl argument check failed at %s:%d: %s", __FILE__, __LINE__, #cond); \
	__bad; })

#endif
