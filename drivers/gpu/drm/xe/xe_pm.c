// SPDX-License-Identifier: GPL-2.0
/* Sleep and wake-up, by the system and by itself: both walk the component table. */

#include "xe_pm.h"

#include <linux/device.h>
#include <linux/notifier.h>
#include <linux/pci.h>
#include <linux/pm_runtime.h>
#include <linux/slab.h>
#include <linux/suspend.h>

#include "core/xe_irq.h"
#include "core/xe_log.h"
#include "core/xe_rpm.h"
#include "core/xe_rpm_trace.h"
#include "mem/xe_bo.h"
#include "xe_component.h"

/**
 * struct announcement - hears that the system is going to sleep
 * @nb: base
 * @xe: device
 * @heard: the device is kept awake until that is over
 */
struct announcement {
	struct notifier_block nb;
	struct xe_device *xe;
	bool heard;
};

/*
 * VRAM is emptied while system memory can still be swapped out to make room for it. What
 * is used until userspace is frozen comes back, and leaves once more in system_sleep().
 */
static void sleep_begins(struct announcement *a)
{
	int err;

	xe_rpm_get(a->xe);
	a->heard = true;
	err = xe_device_wedged(a->xe) ? 0 : xe_ttm_evict_vram(a->xe);
	if (err)
		xe_dbg(a->xe, "VRAM is not empty yet: %pe\n", ERR_PTR(err));
}

static int announced(struct notifier_block *nb, unsigned long action, void *unused)
{
	struct announcement *a = container_of(nb, struct announcement, nb);

	switch (action) {
	case PM_SUSPEND_PREPARE:
	case PM_HIBERNATION_PREPARE:
		sleep_begins(a);
		break;
	case PM_POST_SUSPEND:
	case PM_POST_HIBERNATION:
		/* Not when the device was bound in between. */
		if (a->heard)
			xe_rpm_put(a->xe);
		a->heard = false;
		break;
	}
	return NOTIFY_DONE;
}

static void unregister(void *nb)
{
	unregister_pm_notifier(nb);
}

/**
 * xe_pm_init() - be told when the system is going to sleep
 * @xe: device that works; not yet one that sleeps by itself
 *
 * Return: 0 or -ENOMEM; devm_.
 */
int xe_pm_init(struct xe_device *xe)
{
	struct announcement *a = devm_kzalloc(xe->drm.dev, sizeof(*a), GFP_KERNEL);
	int err;

	if (!a)
		return -ENOMEM;
	a->xe = xe;
	a->nb.notifier_call = announced;
	err = register_pm_notifier(&a->nb);
	return err ?: devm_add_action_or_reset(xe->drm.dev, unregister, &a->nb);
}

static struct xe_device *dev_to_xe(struct device *dev)
{
	return to_xe_device(dev_get_drvdata(dev));
}

static int system_sleep(struct device *dev)
{
	struct xe_device *xe = dev_to_xe(dev);
	int err;

	trace_xe_pm_suspend(xe, _RET_IP_);
	/* Nothing runs that could be saved. */
	if (xe_device_wedged(xe)) {
		xe_irq_suspend(xe);
		return 0;
	}

	err = xe_components_sleep(xe, XE_PHASE_SUSPEND, XE_PHASE_RESUME);
	if (err)
		xe_err(xe, "Device suspend failed: %pe\n", ERR_PTR(err));
	return err;
}

static int system_wake(struct device *dev)
{
	struct xe_device *xe = dev_to_xe(dev);
	int err;

	trace_xe_pm_resume(xe, _RET_IP_);
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

	trace_xe_pm_runtime_suspend(xe, _RET_IP_);
	if (xe_device_wedged(xe))
		return -EBUSY;

	/* D3hot keeps memory and firmware alive; cold would lose both. */
	pci_d3cold_disable(to_pci_dev(dev));
	return xe_components_sleep(xe, XE_PHASE_SLEEP, XE_PHASE_WAKE) ? -EBUSY : 0;
}

/* The same for an error here: who finds the device given up gets one from us. */
static int runtime_wake(struct device *dev)
{
	struct xe_device *xe = dev_to_xe(dev);

	trace_xe_pm_runtime_resume(xe, _RET_IP_);
	if (!xe_device_wedged(xe) && xe_components_run(xe, XE_PHASE_WAKE))
		xe_device_declare_wedged(xe);
	return 0;
}

const struct dev_pm_ops xe_pm_ops = {
	SYSTEM_SLEEP_PM_OPS(system_sleep, system_wake)
	RUNTIME_PM_OPS(runtime_sleep, runtime_wake, NULL)
};
