// SPDX-License-Identifier: GPL-2.0
/*
 * MADVISE: what userspace says of memory it has mapped. Only whether it needs the
 * contents is of use so far.
 */

#include <linux/align.h>
#include <linux/bits.h>
#include <linux/overflow.h>
#include <linux/sizes.h>
#include <linux/uaccess.h>

#include <drm/drm_device.h>
#include <drm/drm_file.h>
#include <uapi/drm/xe_drm.h>

#include "core/xe_log.h"
#include "core/xe_platform.h"
#include "uapi/xe_uapi.h"
#include "vm/xe_vm.h"
#include "vm/xe_vm_bind.h"
#include "vm/xe_vm_need.h"

static int check_madvise(struct xe_device *xe, const struct drm_xe_madvise *args)
{
	if (XE_IOCTL_DBG(xe, args->extensions) ||
	    XE_IOCTL_DBG(xe, args->reserved[0] || args->reserved[1]) ||
	    XE_IOCTL_DBG(xe, !IS_ALIGNED(args->start | args->range, SZ_4K)) ||
	    XE_IOCTL_DBG(xe, !args->range) ||
	    XE_IOCTL_DBG(xe, args->type > DRM_XE_VMA_ATTR_PURGEABLE_STATE))
		return -EINVAL;
	if (XE_IOCTL_DBG(xe, args->type != DRM_XE_VMA_ATTR_PURGEABLE_STATE))
		return -EOPNOTSUPP;
	if (XE_IOCTL_DBG(xe, args->purge_state_val.pad) ||
	    XE_IOCTL_DBG(xe, args->purge_state_val.val > DRM_XE_VMA_PURGEABLE_STATE_DONTNEED))
		return -EINVAL;
	return 0;
}

/* So that it says "lost" should the answer not reach it, it must say so before. */
static int check_retained(struct xe_device *xe, u32 __user *retained)
{
	u32 before;

	if (!retained)
		return 0;
	if (get_user(before, retained))
		return -EFAULT;
	return XE_IOCTL_DBG(xe, before) ? -EINVAL : 0;
}

static int advise(struct xe_device *xe, struct xe_vm *vm, const struct drm_xe_madvise *args,
		  bool *kept)
{
	bool needed = args->purge_state_val.val == DRM_XE_VMA_PURGEABLE_STATE_WILLNEED;
	u64 start = args->start & GENMASK_ULL(xe->platform->va_bits - 1, 0);
	u64 end;
	int err;

	if (check_add_overflow(start, args->range, &end))
		return -EINVAL;
	err = xe_vm_begin_bind(vm);
	if (err)
		return err;
	err = xe_vm_set_needed(vm, start, end, needed, kept);
	xe_vm_end_bind(vm);
	return err;
}

/**
 * xe_madvise_ioctl() - DRM_IOCTL_XE_MADVISE
 * @dev: device
 * @data: &struct drm_xe_madvise
 * @file: who asks
 *
 * Return: 0, -EINVAL, also for a VM that is not there; -EOPNOTSUPP for advice that
 * is of no use yet; -ENOENT for a closed VM, -EFAULT, -EINTR.
 */
int xe_madvise_ioctl(struct drm_device *dev, void *data, struct drm_file *file)
{
	struct xe_device *xe = to_xe_device(dev);
	const struct drm_xe_madvise *args = data;
	u32 __user *retained;
	struct xe_vm *vm;
	bool kept;
	int err;

	err = check_madvise(xe, args);
	if (err)
		return err;
	retained = u64_to_user_ptr(args->purge_state_val.retained_ptr);
	err = check_retained(xe, retained);
	if (err)
		return err;

	vm = xe_file_vm(to_xe_file(file), args->vm_id);
	if (XE_IOCTL_DBG(xe, !vm))
		return -EINVAL;
	err = advise(xe, vm, args, &kept);
	xe_vm_put(vm);
	if (!err && retained && put_user((u32)kept, retained))
		err = -EFAULT;
	return err;
}
