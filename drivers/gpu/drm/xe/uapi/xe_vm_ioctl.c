// SPDX-License-Identifier: GPL-2.0
/*
 * VM_CREATE, VM_DESTROY and VM_GET_PROPERTY.
 */
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <drm/drm_file.h>
#include <uapi/drm/xe_drm.h>

#include "core/xe_log.h"
#include "core/xe_platform.h"
#include "core/xe_rpm.h"
#include "uapi/xe_uapi.h"
#include "vm/xe_vm.h"
#include "vm/xe_vm_refused.h"

/* What each flag of userspace means to us. */
static const struct {
	u32 user, flag;
} vm_flags[] = {
	{ DRM_XE_VM_CREATE_FLAG_SCRATCH_PAGE, XE_VM_SCRATCH },
	{ DRM_XE_VM_CREATE_FLAG_LR_MODE, XE_VM_LR },
	{ DRM_XE_VM_CREATE_FLAG_FAULT_MODE, XE_VM_FAULT },
	{ DRM_XE_VM_CREATE_FLAG_NO_VM_OVERCOMMIT, XE_VM_NO_OVERCOMMIT },
};

/* Faulting address spaces may have scratch entries from Xe2 on. */
static bool scratch_and_faults(struct xe_device *xe)
{
	return xe_device_root_tile(xe)->primary_gt->ip_ver >= 2000;
}

static int check_flags(struct xe_device *xe, u32 user, u32 *flags)
{
	const struct xe_ip *ip = xe_device_root_tile(xe)->primary_gt->ip;
	u32 known = 0;
	size_t i;

	*flags = 0;
	for (i = 0; i < ARRAY_SIZE(vm_flags); i++) {
		known |= vm_flags[i].user;
		if (user & vm_flags[i].user)
			*flags |= vm_flags[i].flag;
	}

	if (XE_IOCTL_DBG(xe, user & ~known) ||
	    XE_IOCTL_DBG(xe, *flags & XE_VM_FAULT && !ip->has_usm) ||
	    XE_IOCTL_DBG(xe, *flags & XE_VM_FAULT && *flags & XE_VM_SCRATCH &&
			 !scratch_and_faults(xe)) ||
	    XE_IOCTL_DBG(xe, *flags & XE_VM_FAULT && !(*flags & XE_VM_LR)) ||
	    XE_IOCTL_DBG(xe, *flags & XE_VM_NO_OVERCOMMIT && !(*flags & XE_VM_FAULT)))
		return -EINVAL;
	return 0;
}

/**
 * xe_vm_create_ioctl() - DRM_IOCTL_XE_VM_CREATE
 * @dev: device
 * @data: &struct drm_xe_vm_create
 * @file: who asks
 *
 * Return: 0, -EINVAL, -ENOMEM, -ERESTARTSYS.
 */
int xe_vm_create_ioctl(struct drm_device *dev, void *data, struct drm_file *file)
{
	struct xe_device *xe = to_xe_device(dev);
	struct xe_file *xef = to_xe_file(file);
	struct drm_xe_vm_create *args = data;
	struct xe_vm *vm;
	u32 flags, id;
	int err;

	if (XE_IOCTL_DBG(xe, args->extensions) ||
	    XE_IOCTL_DBG(xe, args->reserved[0] || args->reserved[1]))
		return -EINVAL;
	err = check_flags(xe, args->flags, &flags);
	if (err)
		return err;

	guard(xe_rpm)(xe);
	vm = xe_vm_create(xe, flags);
	if (IS_ERR(vm))
		return PTR_ERR(vm);

	/* Last: once it has a number, userspace can destroy it. */
	err = xa_alloc(&xef->vms, &id, vm, XA_LIMIT(1, U32_MAX), GFP_KERNEL);
	if (err) {
		xe_vm_close(vm);
		xe_vm_put(vm);
		return err;
	}
	args->vm_id = id;
	return 0;
}

/**
 * xe_vm_destroy_ioctl() - DRM_IOCTL_XE_VM_DESTROY
 * @dev: device
 * @data: &struct drm_xe_vm_destroy
 * @file: who asks
 *
 * Queues in it go on until their jobs are done, and take no more. Queues of a long-running
 * one must be gone: their jobs may never end.
 *
 * Return: 0, -EINVAL, -ENOENT, -EBUSY.
 */
int xe_vm_destroy_ioctl(struct drm_device *dev, void *data, struct drm_file *file)
{
	const struct drm_xe_vm_destroy *args = data;
	struct xe_device *xe = to_xe_device(dev);
	struct xe_file *xef = to_xe_file(file);
	struct xe_vm *vm;

	if (XE_IOCTL_DBG(xe, args->pad || args->reserved[0] || args->reserved[1]))
		return -EINVAL;

	scoped_guard(mutex, &xef->vms_lock) {
		vm = xa_load(&xef->vms, args->vm_id);
		if (XE_IOCTL_DBG(xe, !vm))
			return -ENOENT;
		if (XE_IOCTL_DBG(xe, xe_vm_has_lr_queues(vm)))
			return -EBUSY;
		xa_erase(&xef->vms, args->vm_id);
	}
	xe_vm_close(vm);
	xe_vm_put(vm);
	return 0;
}

/* The same numbers as the firmware's; addresses as pointers are: with the sign. */
static void to_user(const struct xe_device *xe, const struct xe_vm_refused *fault,
		    struct xe_vm_fault *user)
{
	*user = (struct xe_vm_fault){
		.address = sign_extend64(fault->addr, xe->platform->va_bits - 1),
		.address_precision = SZ_4K,
		.access_type = fault->access,
		.fault_type = fault->type,
		.fault_level = fault->level,
	};
}

static int copy_faults(struct xe_device *xe, struct xe_vm *vm, struct xe_vm_fault __user *user,
		       unsigned int n)
{
	struct xe_vm_refused *faults __free(kfree) = kzalloc_objs(*faults, n);
	struct xe_vm_fault one;
	unsigned int i;

	if (!faults)
		return -ENOMEM;
	xe_vm_refused_get(vm, faults, n);
	for (i = 0; i < n; i++) {
		to_user(xe, &faults[i], &one);
		if (copy_to_user(&user[i], &one, sizeof(one)))
			return -EFAULT;
	}
	return 0;
}

static int get_faults(struct xe_device *xe, struct xe_vm *vm, struct drm_xe_vm_get_property *args)
{
	u32 size = xe_vm_refused_get(vm, NULL, 0) * sizeof(struct xe_vm_fault);

	if (!args->size) {
		args->size = size;
		return 0;
	}
	/* There may be more by now than it was told, but never fewer. */
	if (XE_IOCTL_DBG(xe, args->size > size) ||
	    XE_IOCTL_DBG(xe, args->size % sizeof(struct xe_vm_fault)))
		return -EINVAL;
	return copy_faults(xe, vm, u64_to_user_ptr(args->data),
			   args->size / sizeof(struct xe_vm_fault));
}

/**
 * xe_vm_get_property_ioctl() - DRM_IOCTL_XE_VM_GET_PROPERTY
 * @dev: device
 * @data: &struct drm_xe_vm_get_property
 * @file: who asks
 *
 * Any address space may be asked for its faults; one that does not take them has them as well.
 *
 * Return: 0, -EINVAL, -ENOENT, -ENOMEM, -EFAULT.
 */
int xe_vm_get_property_ioctl(struct drm_device *dev, void *data, struct drm_file *file)
{
	struct drm_xe_vm_get_property *args = data;
	struct xe_device *xe = to_xe_device(dev);
	struct xe_vm *vm;
	int err = -EINVAL;

	if (XE_IOCTL_DBG(xe, args->extensions || args->pad) ||
	    XE_IOCTL_DBG(xe, args->reserved[0] || args->reserved[1] || args->reserved[2]))
		return -EINVAL;

	vm = xe_file_vm(to_xe_file(file), args->vm_id);
	if (XE_IOCTL_DBG(xe, !vm))
		return -ENOENT;
	if (!XE_IOCTL_DBG(xe, args->property != DRM_XE_VM_GET_PROPERTY_FAULTS))
		err = get_faults(xe, vm, args);
	xe_vm_put(vm);
	return err;
}
