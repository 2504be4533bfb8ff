// SPDX-License-Identifier: GPL-2.0
/* Sleep and wake-up, by the system and by itself: both walk the component table. */

#include "xe_pm.h"

#include <linux/pci.h>
#include <linux/pm_runtime.h>

#include "core/xe_irq.h"
#include "core/xe_log.h"
#include "xe_component.h"

static struct xe_device *dev_to_xe(struct device *dev)
{
	return to_xe_device(dev_get_drvdata(dev));
}

static int pm_suspend(struct device *dev)
{
	struct xe_device *xe = dev_to_xe(dev);
	int err;

	/* Nothing runs that could be saved. */
	if (xe_device_wedged(xe)) {
		xe_irq_suspend(xe);
		return 0;
	}

	err = xe_components_run(xe, XE_PHASE_SUSPEND);
	if (err) {
		xe_err(xe, "Device suspend failed: %pe\n", ERR_PTR(err));
		/* What stopped starts again; a second start does no harm. */
		if (xe_components_run(xe, XE_PHASE_RESUME))
			xe_device_declare_wedged(xe);
	}
	return err;
}

static int pm_resume(struct device *dev)
{
	struct xe_device *xe = dev_to_xe(dev);
	int err;

	if (xe_device_wedged(xe)) {
		xe_irq_resume(xe);
		return 0;
	}

	err = xe_components_run(xe, XE_PHASE_RESUME);
	if (err) {
		xe_err(xe, "Device resume failed: %pe\n", ERR_PTR(err));
		xe_device_declare_wedged(xe);
	}
	return err;
}

/*
 * Any other error than -EBUSY would end runtime PM of the PCI device, not only
 * for us but also for the driver that is bound next.
 */
static int runtime_sleep(struct device *dev)
{
	struct xe_device *xe = dev_to_xe(dev);
	int err;

	if (xe_device_wedged(xe))
		return -EBUSY;

	/* D3hot keeps memory and firmware alive; cold would lose both. */
	pci_d3cold_disable(to_pci_dev(dev));
	err = xe_components_run(xe, XE_PHASE_SLEEP);
	if (!err)
		return 0;
	/* What stopped starts again; a second start does no harm. */
	if (xe_components_run(xe, XE_PHASE_WAKE))
		xe_device_declare_wedged(xe);
	return -EBUSY;
}

/* The same for an error here: who finds the device given up gets one from us. */
static int runtime_wake(struct device *dev)
{
	struct xe_device *xe = dev_to_xe(dev);

	if (!xe_device_wedged(xe) && xe_components_run(xe, XE_PHASE_WAKE))
		xe_device_declare_wedged(xe);
	return 0;
}

const struct dev_pm_ops xe_pm_ops = {
	SYSTEM_SLEEP_PM_OPS(pm_suspend, pm_resume)
	RUNTIME_PM_OPS(runtime_sleep, runtime_wake, NULL)
};
