// SPDX-License-Identifier: GPL-2.0
/*
 * START HERE.
 *
 * xe drives Intel GPUs from the Xe architectures on. A file includes only from
 * its own folder or from one that comes before it:
 *
 *	regs/ abi/ cmds/  registers, firmware messages, command encodings
 *	core/      device, tiles and GTs; register access, forcewake, interrupts,
 *	           power controller, fuses, workarounds, module parameters
 *	mem/       VRAM, buffer objects and how they move (TTM)
 *	gt/        GGTT, engines, contexts, rings, fences, TLB front end
 *	guc/       the firmware: image, boot, messages, frequencies
 *	submit/    queues and jobs, hangs
 *	vm/        address spaces, page tables, binding
 *	migrate/   copies by the copy engine
 *	uapi/      ioctls		sys/  debugfs, sysfs
 *	.          xe_drv.c (here): what the kernel sees: ids, ioctls, module
 *	           xe_probe.c: bind and unbind
 *	           xe_component.c: what a device consists of, in which order
 *	           xe_reset.c, xe_pm.c: walk the same table
 *
 * A job's way: uapi/xe_exec.c parses it, submit/ arms it and hands it to the DRM
 * scheduler, gt/xe_ring.c writes it, guc/ tells the firmware, and an interrupt
 * (core/xe_irq.c) makes gt/xe_hw_fence.c signal it. A mapping's way: uapi/, then
 * vm/: plan, lock, stage, publish.
 */

#include <linux/export.h>
#include <linux/module.h>
#include <linux/pci.h>

#include <kunit/visibility.h>

#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/drm_ioctl.h>
#include <drm/intel/pciids.h>
#include <uapi/drm/xe_drm.h>

#include "core/xe_device.h"
#include "core/xe_platform.h"
#include "core/xe_rpm.h"
#include "mem/xe_bo.h"
#include "mem/xe_dma_buf.h"
#include "uapi/xe_uapi.h"
#include "xe_pm.h"
#include "xe_probe.h"

#define IOCTL(NAME, func)	DRM_IOCTL_DEF_DRV(XE_##NAME, func, DRM_RENDER_ALLOW)

static const struct drm_ioctl_desc xe_ioctls[] = {
	IOCTL(DEVICE_QUERY, xe_query_ioctl),
	IOCTL(GEM_CREATE, xe_gem_create_ioctl),
	IOCTL(GEM_MMAP_OFFSET, xe_gem_mmap_offset_ioctl),
	IOCTL(VM_CREATE, xe_vm_create_ioctl),
	IOCTL(VM_DESTROY, xe_vm_destroy_ioctl),
	IOCTL(VM_BIND, xe_vm_bind_ioctl),
	IOCTL(EXEC, xe_exec_ioctl),
	IOCTL(EXEC_QUEUE_CREATE, xe_exec_queue_create_ioctl),
	IOCTL(EXEC_QUEUE_DESTROY, xe_exec_queue_destroy_ioctl),
	IOCTL(EXEC_QUEUE_GET_PROPERTY, xe_exec_queue_get_property_ioctl),
	IOCTL(EXEC_QUEUE_SET_PROPERTY, xe_exec_queue_set_property_ioctl),
	IOCTL(WAIT_USER_FENCE, xe_wait_user_fence_ioctl),
	IOCTL(MADVISE, xe_madvise_ioctl),
	IOCTL(VM_GET_PROPERTY, xe_vm_get_property_ioctl),
};

/* Every call finds the device awake, or hears that it was given up. */
static long call_ioctl(struct file *file, unsigned int cmd, unsigned long arg,
		       long (*func)(struct file *file, unsigned int cmd, unsigned long arg))
{
	struct drm_file *drm_file = file->private_data;
	struct xe_device *xe = to_xe_device(drm_file->minor->dev);

	if (xe_device_wedged(xe))
		return drm_dev_is_unplugged(&xe->drm) ? -ENODEV : -ECANCELED;

	guard(xe_rpm)(xe);
	return func(file, cmd, arg);
}

static long xe_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return call_ioctl(file, cmd, arg, drm_ioctl);
}

#ifdef CONFIG_COMPAT
static long xe_compat_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return call_ioctl(file, cmd, arg, drm_compat_ioctl);
}
#else
#define xe_compat_ioctl NULL
#endif

static void show_fdinfo(struct drm_printer *p, struct drm_file *file)
{
	xe_fdinfo_show_usage(p, file);
	xe_bo_print_stats(p, file);
}

static const struct file_operations xe_fops = {
	.owner = THIS_MODULE,
	.open = drm_open,
	.release = drm_release_noglobal,
	.unlocked_ioctl = xe_ioctl,
	.compat_ioctl = xe_compat_ioctl,
	.mmap = xe_gem_mmap,
	.poll = drm_poll,
	.read = drm_read,
	.show_fdinfo = drm_show_fdinfo,
	.llseek = noop_llseek,
	.fop_flags = FOP_UNSIGNED_OFFSET,
};

static const struct drm_driver xe_drm_driver = {
	.driver_features = DRIVER_GEM | DRIVER_RENDER | DRIVER_SYNCOBJ | DRIVER_SYNCOBJ_TIMELINE,
	.name = "xe",
	.desc = "Intel Xe Graphics",
	.major = 1,
	.minor = 1,
	.open = xe_file_open,
	.postclose = xe_file_close,
	.show_fdinfo = show_fdinfo,
	.gem_prime_import = xe_dma_buf_import,
	.dumb_create = xe_gem_dumb_create,
	.ioctls = xe_ioctls,
	.num_ioctls = ARRAY_SIZE(xe_ioctls),
	.fops = &xe_fops,
};

/* A compute-only device is not of the display class. */
VISIBLE_IF_KUNIT const struct pci_device_id xe_ids[] = {
	INTEL_PVC_IDS(INTEL_PCI_DEVICE, &xe_platform_pvc),
	INTEL_BMG_IDS(INTEL_VGA_DEVICE, &xe_platform_bmg),
	{ }
};
EXPORT_SYMBOL_IF_KUNIT(xe_ids);
MODULE_DEVICE_TABLE(pci, xe_ids);

static int xe_pci_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	return xe_probe(pdev, id, &xe_drm_driver);
}

static struct pci_driver xe_pci_driver = {
	.name = "xe",
	.id_table = xe_ids,
	.probe = xe_pci_probe,
	.remove = xe_remove,
	.shutdown = xe_shutdown,
	.driver.pm = pm_ptr(&xe_pm_ops),
};

static int __init xe_init(void)
{
	int err;

	if (drm_firmware_drivers_only())
		return -ENODEV;

	err = xe_device_module_init();
	if (err)
		return err;
	err = pci_register_driver(&xe_pci_driver);
	if (err)
		xe_device_module_exit();
	return err;
}
module_init(xe_init);

static void __exit xe_exit(void)
{
	pci_unregister_driver(&xe_pci_driver);
	xe_device_module_exit();
}
module_exit(xe_exit);

MODULE_DESCRIPTION("Intel Xe Graphics");
MODULE_AUTHOR("The xe authors");
MODULE_LICENSE("GPL");
MODULE_FIRMWARE("xe/bmg_guc_70.bin");
