// SPDX-License-Identifier: GPL-2.0
/*
 * Wait until a qword of memory compares as wanted. Whoever changes it is not
 * known; each engine interrupt is an occasion to look again.
 */
#include <linux/sched/signal.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#include <drm/drm_device.h>
#include <drm/drm_file.h>
#include <drm/drm_utils.h>
#include <uapi/drm/xe_drm.h>

#include "core/xe_log.h"
#include "gt/xe_hw_fence.h"
#include "submit/xe_exec_queue.h"
#include "uapi/xe_uapi.h"

/* 1: as wanted, 0: not yet, -EFAULT */
static int look(const struct drm_xe_wait_user_fence *args)
{
	u64 want = args->value & args->mask, have;

	if (copy_from_user(&have, u64_to_user_ptr(args->addr), sizeof(have)))
		return -EFAULT;
	have &= args->mask;

	switch (args->op) {
	case DRM_XE_UFENCE_WAIT_OP_EQ:
		return have == want;
	case DRM_XE_UFENCE_WAIT_OP_NEQ:
		return have != want;
	case DRM_XE_UFENCE_WAIT_OP_GT:
		return have > want;
	case DRM_XE_UFENCE_WAIT_OP_GTE:
		return have >= want;
	case DRM_XE_UFENCE_WAIT_OP_LT:
		return have < want;
	default:
		return have <= want;
	}
}

static long timeout_in_jiffies(struct drm_xe_wait_user_fence *args)
{
	u64 t;

	if (!args->timeout)
		return 0;
	/* For ever. A restarted call must find so much that it still is. */
	if (args->timeout < 0) {
		args->timeout = MAX_SCHEDULE_TIMEOUT;
		return MAX_SCHEDULE_TIMEOUT;
	}

	if (args->flags & DRM_XE_UFENCE_WAIT_FLAG_ABSTIME)
		t = drm_timeout_abs_to_jiffies(args->timeout);
	else
		t = nsecs_to_jiffies64(args->timeout);
	return clamp_t(u64, t, 1, MAX_SCHEDULE_TIMEOUT - 1);
}

static int wait(struct xe_device *xe, const struct drm_xe_wait_user_fence *args,
		struct xe_exec_queue *q, long timeout)
{
	wait_queue_head_t *wq = xe_fence_irq_waitqueue(xe);
	DEFINE_WAIT_FUNC(entry, woken_wake_function);
	int ret;

	add_wait_queue(wq, &entry);
	for (;;) {
		ret = look(args);
		if (ret)
			break;
		if (signal_pending(current)) {
			ret = -ERESTARTSYS;
			break;
		}
		if (q && xe_exec_queue_banned(q)) {
			xe_info(xe, "exec queue reset detected\n");
			ret = -EIO;
			break;
		}
		if (!timeout) {
			/* The CPU may be about to store it. */
			flush_workqueue(xe->user_fence_wq);
			ret = look(args) ?: -ETIME;
			break;
		}
		timeout = wait_woken(&entry, TASK_INTERRUPTIBLE, timeout);
	}
	remove_wait_queue(wq, &entry);
	return min(ret, 0);
}

static int check_args(struct xe_device *xe, const struct drm_xe_wait_user_fence *args)
{
	if (XE_IOCTL_DBG(xe, args->extensions) || XE_IOCTL_DBG(xe, args->pad || args->pad2) ||
	    XE_IOCTL_DBG(xe, args->reserved[0] || args->reserved[1]) ||
	    XE_IOCTL_DBG(xe, args->flags & ~DRM_XE_UFENCE_WAIT_FLAG_ABSTIME) ||
	    XE_IOCTL_DBG(xe, args->op > DRM_XE_UFENCE_WAIT_OP_LTE) ||
	    XE_IOCTL_DBG(xe, args->addr & 0x7))
		return -EINVAL;
	return 0;
}

/**
 * xe_wait_user_fence_ioctl() - wait for memory
 * @dev: device
 * @data: &struct drm_xe_wait_user_fence; a relative timeout is updated with what is left
 * @file: file
 *
 * Return: 0, -EINVAL, -ENOENT, -EFAULT, -ETIME, -EIO when the queue was banned,
 * -ERESTARTSYS.
 */
int xe_wait_user_fence_ioctl(struct drm_device *dev, void *data, struct drm_file *file)
{
	struct drm_xe_wait_user_fence *args = data;
	struct xe_device *xe = to_xe_device(dev);
	struct xe_file_queue fq = {};
	ktime_t start;
	long timeout;
	int err;

	err = check_args(xe, args);
	if (err)
		return err;
	if (args->exec_queue_id &&
	    XE_IOCTL_DBG(xe, !xe_file_queue(to_xe_file(file), args->exec_queue_id, &fq)))
		return -ENOENT;

	timeout = timeout_in_jiffies(args);
	start = ktime_get();
	err = wait(xe, args, fq.q, timeout);
	if (!(args->flags & DRM_XE_UFENCE_WAIT_FLAG_ABSTIME))
		args->timeout = max_t(s64, 0, args->timeout - ktime_to_ns(ktime_get() - start));

	xe_file_queue_put(&fq);
	return err;
}
