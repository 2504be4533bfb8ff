// SPDX-License-Identifier: GPL-2.0
/* Module parameters: same names and meanings as in the stock driver. */

#include "core/xe_params.h"

#include <linux/export.h>
#include <linux/moduleparam.h>
#include <linux/stringify.h>

#include <kunit/visibility.h>

struct xe_params xe_params = {
	.force_probe = CONFIG_DRM_XE_FORCE_PROBE,
	.guc_log_level = IS_ENABLED(CONFIG_DRM_XE_DEBUG) ? 3 : 1,
	.wedged_mode = XE_WEDGED_CRITICAL_ERROR,
	.svm_notifier_size = 512,
	.probe_display = true,
};
EXPORT_SYMBOL_IF_KUNIT(xe_params);

module_param_named_unsafe(force_probe, xe_params.force_probe, charp, 0400);
MODULE_PARM_DESC(force_probe,
		 "Device ids (hex, comma separated) to take although unsupported; !id: leave alone; * and !*: all [default=\""
		 CONFIG_DRM_XE_FORCE_PROBE "\"]");

module_param_named_unsafe(guc_firmware_path, xe_params.guc_firmware_path, charp, 0400);
MODULE_PARM_DESC(guc_firmware_path, "GuC firmware file, relative to the firmware search path");

module_param_named_unsafe(huc_firmware_path, xe_params.huc_firmware_path, charp, 0400);
MODULE_PARM_DESC(huc_firmware_path, "HuC firmware file; an empty string runs without HuC");

module_param_named_unsafe(gsc_firmware_path, xe_params.gsc_firmware_path, charp, 0400);
MODULE_PARM_DESC(gsc_firmware_path, "GSC firmware file; an empty string runs without GSC");

module_param_named(guc_log_level, xe_params.guc_log_level, int, 0600);
MODULE_PARM_DESC(guc_log_level, "How much the GuC firmware logs (0: nothing, 1: default, 2..5: more)");

module_param_named(vram_bar_size, xe_params.vram_bar_size, int, 0600);
MODULE_PARM_DESC(vram_bar_size,
		 "Size of the VRAM BAR in MiB (0: as large as needed, negative: leave it) [default=0]");

module_param_named_unsafe(wedged_mode, xe_params.wedged_mode, uint, 0600);
MODULE_PARM_DESC(wedged_mode,
		 "When to give a device up (0: never, 1: on critical errors, 2: on any hang, without reset) [default=1]");

module_param_named(svm_notifier_size, xe_params.svm_notifier_size, uint, 0600);
MODULE_PARM_DESC(svm_notifier_size, "Span of one SVM notifier in MiB, a power of two [default=512]");

module_param_named(probe_display, xe_params.probe_display, bool, 0444);
MODULE_PARM_DESC(probe_display, "Accepted for compatibility: this driver does not touch the display");
