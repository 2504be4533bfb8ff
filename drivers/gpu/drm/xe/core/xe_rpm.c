// SPDX-License-Identifier: GPL-2.0
/*
 * Runtime power management: who needs the device awake says so here. What
 * happens on the way down and up is the component table's business (xe_pm.c).
 */

#include "core/xe_rpm.h"

#include <linux/pm_runtime.h>

#include "core/xe_log.h"
#include "core/xe_rpm_trace.h"

#define AUTOSUSPEND_MS	1000

/**
 * xe_rpm_enable() - let the device sleep when nobody needs it
 * @xe: device, registered; the last step of probe
 */
void xe_rpm_enable(struct xe_device *xe)
{
	struct device *dev = xe->drm.dev;

	pm_runtime_set_autosuspend_delay(dev, AUTOSUSPEND_MS);
	pm_runtime_use_autosuspend(dev);
	pm_runtime_allow(dev);
	pm_runtime_put_autosuspend(dev);
}

/**
 * xe_rpm_disable() - awake for good
 * @xe: device that is being unbound
 *
 * Before devres begins to release, for what it releases touches the hardware.
 */
void xe_rpm_disable(struct xe_device *xe)
{
	pm_runtime_get_sync(xe->drm.dev);
	pm_runtime_forbid(xe->drm.dev);
}

/**
 * xe_rpm_get() - keep the device awake
 * @xe: device
 *
 * A failed wake-up is logged and counted all the same, so that xe_rpm_put()
 * always matches.
 *
 * Context: sleeps; not in fence signalling, and not under locks that resume takes.
 */
void xe_rpm_get(struct xe_device *xe)
{
	int err;

	trace_xe_pm_runtime_get(xe, _RET_IP_);
	err = pm_runtime_get_sync(xe->drm.dev);
	if (err < 0 && err != -EACCES)
		xe_err(xe, "Failed to wake the device: %pe\n", ERR_PTR(err));
}

/**
 * xe_rpm_get_noresume() - one more reference
 * @xe: device, already awake
 *
 * Context: any.
 */
void xe_rpm_get_noresume(struct xe_device *xe)
{
	trace_xe_pm_runtime_get(xe, _RET_IP_);
	pm_runtime_get_noresume(xe->drm.dev);
}

/**
 * xe_rpm_get_if_in_use() - a reference if somebody has one
 * @xe: device
 *
 * Context: any.
 * Return: true when a reference was taken.
 */
bool xe_rpm_get_if_in_use(struct xe_device *xe)
{
	/* -EINVAL: runtime PM is off, hence always awake. */
	int ret = pm_runtime_get_if_in_use(xe->drm.dev);

	if (ret == -EINVAL)
		pm_runtime_get_noresume(xe->drm.dev);
	if (ret)
		trace_xe_pm_runtime_get(xe, _RET_IP_);
	return ret != 0;
}

/**
 * xe_rpm_put() - the device may sleep again
 * @xe: device
 *
 * Context: any.
 */
void xe_rpm_put(struct xe_device *xe)
{
	trace_xe_pm_runtime_put(xe, _RET_IP_);
	pm_runtime_put_autosuspend(xe->drm.dev);
}
