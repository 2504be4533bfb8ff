/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_PARAMS_H_
#define _XE_PARAMS_H_

#include <linux/types.h>

/* enum xe_wedged_mode - when the device is given up (xe.wedged_mode) */
enum xe_wedged_mode {
	XE_WEDGED_NEVER = 0,
	XE_WEDGED_CRITICAL_ERROR = 1,
	XE_WEDGED_ANY_HANG = 2,
};

/**
 * struct xe_params - module parameters; also the defaults of every device
 * @force_probe: which ids to take or leave
 * @guc_firmware_path: NULL or empty: the platform's
 * @huc_firmware_path: NULL: the platform's; empty: none
 * @gsc_firmware_path: NULL: the platform's; empty: none
 * @guc_log_level: 0 off, 1 on, 2 .. 5 more verbose
 * @vram_bar_size: MiB; 0: as large as there is VRAM; negative: leave the BAR alone
 * @wedged_mode: &enum xe_wedged_mode
 * @svm_notifier_size: MiB, a power of two
 * @probe_display: accepted, without effect
 */
struct xe_params {
	char *force_probe;
	char *guc_firmware_path;
	char *huc_firmware_path;
	char *gsc_firmware_path;
	int guc_log_level;
	int vram_bar_size;
	unsigned int wedged_mode;
	unsigned int svm_notifier_size;
	bool probe_display;
};

extern struct xe_params xe_params;

#endif
