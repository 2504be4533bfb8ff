// SPDX-License-Identifier: GPL-2.0
/* Binding and unbinding a PCI device. */

#include "xe_probe.h"

#include <linux/export.h>
#include <linux/pci.h>
#include <linux/string.h>

#include <kunit/visibility.h>

#include <drm/drm_drv.h>

#include "core/xe_irq.h"
#include "core/xe_log.h"
#include "core/xe_params.h"
#include "core/xe_platform.h"
#include "core/xe_rpm.h"
#include "gt/xe_gt.h"
#include "sys/xe_sys.h"
#include "xe_component.h"
#include "xe_pm.h"

/*
 * Whether xe.force_probe names a device: "id,id,!id", "*" or "!*".
 * @negated: look at what is preceded by a '!'
 */
static bool listed(u16 devid, bool negated)
{
	const char *p = xe_params.force_probe;

	while (p && *p) {
		const char *end = strchrnul(p, ',');
		bool not = *p == '!';
		char id[8] = {};
		u16 val;

		if (not)
			p++;
		if (end - p < (ptrdiff_t)sizeof(id))
			memcpy(id, p, end - p);
		if (not == negated &&
		    (!strcmp(id, "*") || (!kstrtou16(id, 16, &val) && val == devid)))
			return true;
		p = *end ? end + 1 : end;
	}
	return false;
}

/**
 * xe_probe_check_id() - whether to take a device, by xe.force_probe
 * @pdev: PCI device
 * @platform: its row
 *
 * Return: 0 or -ENODEV.
 */
VISIBLE_IF_KUNIT int xe_probe_check_id(struct pci_dev *pdev, const struct xe_platform *platform)
{
	u16 id = pdev->device;

	if (listed(id, true)) {
		dev_info(&pdev->dev, "Probe blocked for device [%04x:%04x].\n", pdev->vendor, id);
		return -ENODEV;
	}
	if (platform->require_force_probe && !listed(id, false)) {
		dev_info(&pdev->dev,
			 "Your graphics device %04x is not officially supported by xe.\n"
			 "To use it all the same, set xe.force_probe='%04x' and i915.force_probe='!%04x',\n"
			 "or CONFIG_DRM_XE_FORCE_PROBE and CONFIG_DRM_I915_FORCE_PROBE likewise.\n",
			 id, id, id);
		return -ENODEV;
	}
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(xe_probe_check_id);

/**
 * xe_probe() - bring a device up
 * @pdev: PCI device
 * @id: its row of the id table; driver_data is the platform
 * @driver: DRM driver
 *
 * All that is acquired on the way is devm_ or drmm_, so that failure at any point
 * only returns.
 *
 * Return: 0, or the errno of the step that failed.
 */
int xe_probe(struct pci_dev *pdev, const struct pci_device_id *id, const struct drm_driver *driver)
{
	const struct xe_platform *platform = (const void *)id->driver_data;
	struct xe_device *xe;
	int err;

	err = xe_probe_check_id(pdev, platform);
	if (err)
		return err;
	err = pcim_enable_device(pdev);
	if (err)
		return err;

	xe = devm_drm_dev_alloc(&pdev->dev, driver, struct xe_device, drm);
	if (IS_ERR(xe))
		return PTR_ERR(xe);
	pci_set_drvdata(pdev, &xe->drm);
	pci_set_master(pdev);

	err = xe_device_init(xe, platform, pdev->device, pdev->revision);
	if (err)
		return err;
	err = xe_irq_init(xe);
	if (err)
		return err;
	err = xe_components_run(xe, XE_PHASE_INIT);
	if (err)
		return err;
	err = xe_sysfs_init(xe);
	if (err)
		return err;
	err = xe_pm_init(xe);
	if (err)
		return err;
	err = drm_dev_register(&xe->drm, 0);
	if (err)
		return err;

	xe_debugfs_register(xe);
	xe_rpm_enable(xe);
	return 0;
}

/**
 * xe_remove() - let go of a device
 * @pdev: PCI device
 *
 * Open files stay and get errors. What touches the hardware is devm_ and goes
 * away when we return, what userspace may still hold is drmm_.
 */
void xe_remove(struct pci_dev *pdev)
{
	struct xe_device *xe = to_xe_device(pci_get_drvdata(pdev));

	xe_rpm_disable(xe);
	drm_dev_unplug(&xe->drm);
	/* What is gone does not answer: nothing of what follows waits for it. */
	if (!pci_device_is_present(pdev))
		xe_device_declare_wedged(xe);
}

/**
 * xe_shutdown() - leave the hardware quiet for whoever comes next
 * @pdev: PCI device
 */
void xe_shutdown(struct pci_dev *pdev)
{
	struct xe_device *xe = to_xe_device(pci_get_drvdata(pdev));
	struct xe_gt *gt;
	unsigned int id;

	guard(xe_rpm)(xe);
	for_each_gt(gt, xe, id) {
		xe_components_run_gt(gt, XE_PHASE_PRE_RESET);
		if (xe_gt_reset_domains(gt))
			xe_gt_dbg(gt, "No reset at shutdown\n");
	}
	xe_irq_suspend(xe);
}
