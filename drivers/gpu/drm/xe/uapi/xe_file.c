// SPDX-License-Identifier: GPL-2.0
/*
 * An open file: what it made, by number. Queues are in xe_exec_queue.c.
 */
#include <linux/slab.h>

#include <drm/drm_file.h>

#include "submit/xe_exec_queue.h"
#include "uapi/xe_uapi.h"
#include "vm/xe_vm.h"

/**
 * xe_file_open() - &drm_driver.open
 * @dev: device
 * @file: new file
 *
 * Return: 0 or -ENOMEM.
 */
int xe_file_open(struct drm_device *dev, struct drm_file *file)
{
	struct xe_file *xef = kzalloc_obj(*xef);

	if (!xef)
		return -ENOMEM;
	xef->usage = xe_usage_create();
	if (!xef->usage) {
		kfree(xef);
		return -ENOMEM;
	}

	xef->xe = to_xe_device(dev);
	xef->drm = file;
	xa_init_flags(&xef->vms, XA_FLAGS_ALLOC1);
	mutex_init(&xef->vms_lock);
	xa_init_flags(&xef->queues, XA_FLAGS_ALLOC1);
	mutex_init(&xef->queues_lock);
	file->driver_priv = xef;
	return 0;
}

/**
 * xe_file_close() - &drm_driver.postclose
 * @dev: device
 * @file: file that nobody uses any more
 *
 * Queues go first, so that the address spaces have no jobs to wait for but those under way.
 */
void xe_file_close(struct drm_device *dev, struct drm_file *file)
{
	struct xe_file *xef = to_xe_file(file);
	struct xe_vm *vm;
	unsigned long id;

	xe_file_close_queues(xef);
	xa_for_each(&xef->vms, id, vm) {
		xe_vm_close(vm);
		xe_vm_put(vm);
	}
	xa_destroy(&xef->queues);
	mutex_destroy(&xef->queues_lock);
	xa_destroy(&xef->vms);
	mutex_destroy(&xef->vms_lock);
	xe_usage_put(xef->usage);
	kfree(xef);
}

/**
 * xe_file_vm() - look up an address space
 * @xef: file
 * @id: its number
 *
 * Return: the address space, with a reference, or NULL.
 */
struct xe_vm *xe_file_vm(struct xe_file *xef, u32 id)
{
	struct xe_vm *vm;

	guard(mutex)(&xef->vms_lock);
	vm = xa_load(&xef->vms, id);
	return vm ? xe_vm_get(vm) : NULL;
}
