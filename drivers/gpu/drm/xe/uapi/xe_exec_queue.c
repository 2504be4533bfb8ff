// SPDX-License-Identifier: GPL-2.0
/*
 * Queue ids of userspace: made from a description that is checked before anything
 * is created, looked up, and destroyed.
 */
#include <linux/capability.h>
#include <linux/nospec.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <drm/drm_device.h>
#include <drm/drm_file.h>
#include <uapi/drm/xe_drm.h>

#include "core/xe_log.h"
#include "core/xe_rpm.h"
#include "gt/xe_hw_engine.h"
#include "submit/xe_exec_queue.h"
#include "uapi/xe_uapi.h"
#include "vm/xe_bind_queue.h"
#include "vm/xe_vm.h"

#define MAX_INSTANCES		9
#define MAX_EXTENSIONS		16
#define MAX_GROUP_PRIORITY	2

/**
 * struct queue_request - what is asked for
 * @xe: device
 * @p: for a queue on an engine; of a bind queue only what extensions are checked against
 * @seen: bit per property that was set
 */
struct queue_request {
	struct xe_device *xe;
	struct xe_queue_params p;
	u64 seen;
};

/* ---- properties: one row each ---- */

static int set_priority(struct queue_request *r, u64 value)
{
	if (XE_IOCTL_DBG(r->xe, value > XE_PRIO_HIGH))
		return -EINVAL;
	if (XE_IOCTL_DBG(r->xe, value > XE_PRIO_NORMAL && !capable(CAP_SYS_NICE)))
		return -EPERM;
	r->p.priority = value;
	return 0;
}

static int set_timeslice(struct queue_request *r, u64 value)
{
	const struct xe_engine_props *props = &r->p.hwe->props;
	u32 min = props->timeslice_min_us, max = props->timeslice_max_us;
	bool privileged = capable(CAP_SYS_NICE);

	/* Limits are for everyone then, but a privileged process has the widest. */
	if (IS_ENABLED(CONFIG_DRM_XE_ENABLE_SCHEDTIMEOUT_LIMIT) && privileged) {
		privileged = false;
		min = CONFIG_DRM_XE_TIMESLICE_MIN;
		max = CONFIG_DRM_XE_TIMESLICE_MAX;
	}
	if (!privileged && (value < min || value > max))
		return -EINVAL;
	r->p.timeslice_us = value;
	r->p.endless_timeslice = !r->p.timeslice_us;
	return 0;
}

static int set_pxp_type(struct queue_request *r, u64 value)
{
	if (value == DRM_XE_PXP_TYPE_NONE)
		return 0;
	if (XE_IOCTL_DBG(r->xe, value != DRM_XE_PXP_TYPE_HWDRM))
		return -EINVAL;
	/* No part that is supported has it. */
	return -ENODEV;
}

/* To find out why a context hung: the first job begins in the state that it was in. */
static int set_replay_state(struct queue_request *r, u64 value)
{
	size_t size = xe_lrc_image_size(r->p.hwe->gt, r->p.hwe->cls);
	void *copy;

	if (r->p.image)
		return -EINVAL;
	copy = vmemdup_user(u64_to_user_ptr(value), size);
	if (XE_IOCTL_DBG(r->xe, IS_ERR(copy)))
		return PTR_ERR(copy);
	r->p.image = copy;
	return 0;
}

static int set_multi_group(struct queue_request *r, u64 value)
{
	/* No engine of the parts that are supported takes queue groups. */
	XE_IOCTL_DBG(r->xe, true);
	return -ENODEV;
}

static int set_group_priority(struct queue_request *r, u64 value)
{
	return XE_IOCTL_DBG(r->xe, value > MAX_GROUP_PRIORITY) ? -EINVAL : 0;
}

static int set_no_state_cache_fix(struct queue_request *r, u64 value)
{
	if (XE_IOCTL_DBG(r->xe, r->p.hwe->cls != XE_CLASS_RENDER))
		return -EOPNOTSUPP;
	r->p.no_state_cache_perf_fix |= !!value;
	return 0;
}

static int (* const properties[])(struct queue_request *r, u64 value) = {
	[DRM_XE_EXEC_QUEUE_SET_PROPERTY_PRIORITY] = set_priority,
	[DRM_XE_EXEC_QUEUE_SET_PROPERTY_TIMESLICE] = set_timeslice,
	[DRM_XE_EXEC_QUEUE_SET_PROPERTY_PXP_TYPE] = set_pxp_type,
	[DRM_XE_EXEC_QUEUE_SET_HANG_REPLAY_STATE] = set_replay_state,
	[DRM_XE_EXEC_QUEUE_SET_PROPERTY_MULTI_GROUP] = set_multi_group,
	[DRM_XE_EXEC_QUEUE_SET_PROPERTY_MULTI_QUEUE_PRIORITY] = set_group_priority,
	[DRM_XE_EXEC_QUEUE_SET_DISABLE_STATE_CACHE_PERF_FIX] = set_no_state_cache_fix,
};

#define SEEN(name)	BIT_ULL(DRM_XE_EXEC_QUEUE_SET_PROPERTY_##name)

static int apply_property(struct queue_request *r, u64 user)
{
	struct drm_xe_ext_set_property ext;
	u32 i;

	if (XE_IOCTL_DBG(r->xe, copy_from_user(&ext, u64_to_user_ptr(user), sizeof(ext))))
		return -EFAULT;
	if (XE_IOCTL_DBG(r->xe, ext.property >= ARRAY_SIZE(properties)) ||
	    XE_IOCTL_DBG(r->xe, ext.pad))
		return -EINVAL;

	i = array_index_nospec(ext.property, ARRAY_SIZE(properties));
	r->seen |= BIT_ULL(i);
	if (XE_IOCTL_DBG(r->xe, r->seen & SEEN(MULTI_GROUP) && r->seen & SEEN(PXP_TYPE)))
		return -EINVAL;
	return properties[i](r, ext.value);
}

static int apply_extensions(struct queue_request *r, u64 user)
{
	struct drm_xe_user_extension ext;
	unsigned int n;
	int err;

	for (n = 0; user; n++, user = ext.next_extension) {
		if (XE_IOCTL_DBG(r->xe, n >= MAX_EXTENSIONS))
			return -E2BIG;
		if (XE_IOCTL_DBG(r->xe, copy_from_user(&ext, u64_to_user_ptr(user), sizeof(ext))))
			return -EFAULT;
		if (XE_IOCTL_DBG(r->xe, ext.pad) ||
		    XE_IOCTL_DBG(r->xe, ext.name != DRM_XE_EXEC_QUEUE_EXTENSION_SET_PROPERTY))
			return -EINVAL;
		err = apply_property(r, user);
		if (XE_IOCTL_DBG(r->xe, err))
			return err;
	}
	if (XE_IOCTL_DBG(r->xe, r->seen & SEEN(MULTI_QUEUE_PRIORITY) &&
			 !(r->seen & SEEN(MULTI_GROUP))))
		return -EINVAL;
	return 0;
}

/* ---- placements ---- */

static struct xe_hw_engine *find_engine(struct xe_device *xe,
					const struct drm_xe_engine_class_instance *eci)
{
	static const u8 classes[] = {
		[DRM_XE_ENGINE_CLASS_RENDER] = XE_CLASS_RENDER,
		[DRM_XE_ENGINE_CLASS_COPY] = XE_CLASS_COPY,
		[DRM_XE_ENGINE_CLASS_VIDEO_DECODE] = XE_CLASS_VIDEO_DECODE,
		[DRM_XE_ENGINE_CLASS_VIDEO_ENHANCE] = XE_CLASS_VIDEO_ENHANCE,
		[DRM_XE_ENGINE_CLASS_COMPUTE] = XE_CLASS_COMPUTE,
	};
	struct xe_gt *gt = xe_device_gt(xe, eci->gt_id);
	u32 i;

	if (!gt || eci->engine_class >= ARRAY_SIZE(classes))
		return NULL;
	i = array_index_nospec(eci->engine_class, ARRAY_SIZE(classes));
	return xe_engine_lookup(gt, classes[i], eci->engine_instance, true);
}

/*
 * Placements are rows of @width instances. All are on one GT and of one class;
 * each column is the one before it, one instance further. Returns the mask of the
 * first column, 0 when that does not hold.
 */
static u32 placement_mask(struct xe_device *xe, const struct drm_xe_engine_class_instance *eci,
			  u16 width, u16 placements)
{
	u32 first = 0, before = 0;
	u16 column, row;

	for (column = 0; column < width; column++) {
		u32 mask = 0;

		for (row = 0; row < placements; row++) {
			const struct drm_xe_engine_class_instance *e = &eci[row * width + column];
			struct xe_hw_engine *hwe = find_engine(xe, e);

			if (XE_IOCTL_DBG(xe, !hwe || hwe->reserved) ||
			    XE_IOCTL_DBG(xe, e->gt_id != eci->gt_id) ||
			    XE_IOCTL_DBG(xe, e->engine_class != eci->engine_class))
				return 0;
			mask |= BIT(e->engine_instance);
		}
		if (!column)
			first = mask;
		else if (XE_IOCTL_DBG(xe, mask != before << 1))
			return 0;
		before = mask;
	}
	return first;
}

/* ---- ids ---- */

static void file_queue_free(struct xe_file_queue *fq)
{
	xe_file_queue_put(fq);
	kfree(fq);
}

static void file_queue_end(struct xe_file_queue *fq)
{
	if (!fq->q)
		return;
	xe_exec_queue_leave(fq->q);
	xe_vm_remove_queue(as_to_xe_vm(xe_exec_queue_as(fq->q)), fq->q);
	xe_exec_queue_kill(fq->q);
}

static void file_queue_kill(struct xe_file_queue *fq)
{
	file_queue_end(fq);
	file_queue_free(fq);
}

/**
 * xe_file_queue() - what a queue id stands for
 * @xef: file
 * @id: from userspace
 * @fq: to be filled in
 *
 * Return: false when there is no such queue; else @fq holds a reference, to be
 * given to xe_file_queue_put().
 */
bool xe_file_queue(struct xe_file *xef, u32 id, struct xe_file_queue *fq)
{
	struct xe_file_queue *found;

	guard(mutex)(&xef->queues_lock);
	found = xa_load(&xef->queues, id);
	if (!found)
		return false;
	*fq = *found;
	if (fq->q)
		xe_exec_queue_get(fq->q);
	if (fq->bind)
		xe_bind_queue_get(fq->bind);
	return true;
}

/**
 * xe_file_queue_put() - drop what xe_file_queue() returned
 * @fq: one of the two is set
 */
void xe_file_queue_put(struct xe_file_queue *fq)
{
	xe_exec_queue_put(fq->q);
	xe_bind_queue_put(fq->bind);
}

/**
 * xe_file_count_ticks() - bring the usage of a file up to date
 * @xef: file
 *
 * Context: sleeps; the device is awake.
 */
void xe_file_count_ticks(struct xe_file *xef)
{
	struct xe_file_queue *fq;
	unsigned long id;

	guard(mutex)(&xef->queues_lock);
	xa_for_each(&xef->queues, id, fq)
		if (fq->q)
			xe_exec_queue_count_ticks(fq->q);
}

/**
 * xe_file_close_queues() - end all queues of a file
 * @xef: file that nobody can use any more
 */
void xe_file_close_queues(struct xe_file *xef)
{
	struct xe_file_queue *fq;
	unsigned long id;

	xa_for_each(&xef->queues, id, fq) {
		xa_erase(&xef->queues, id);
		file_queue_kill(fq);
	}
}

/* Last in the ioctl: as soon as there is an id, another thread may use and destroy it. */
static int publish(struct xe_file *xef, const struct xe_file_queue *made, u32 *id)
{
	struct xe_file_queue *fq = kmemdup(made, sizeof(*made), GFP_KERNEL);
	int err;

	if (!fq)
		return -ENOMEM;
	err = xa_alloc(&xef->queues, id, fq, XA_LIMIT(1, U32_MAX), GFP_KERNEL);
	if (err)
		kfree(fq);
	return err;
}

/* ---- ioctls ---- */

static int make_bind_queue(struct xe_file *xef, const struct drm_xe_exec_queue_create *args,
			   const struct drm_xe_engine_class_instance *eci,
			   struct xe_file_queue *made)
{
	struct xe_device *xe = xef->xe;
	struct queue_request r = {
		.xe = xe,
		.p.hwe = xe_engine_paging(xe_device_root_tile(xe)->primary_gt),
	};
	struct xe_vm *vm;
	int err;

	if (XE_IOCTL_DBG(xe, args->width != 1) ||
	    XE_IOCTL_DBG(xe, args->num_placements != 1) ||
	    XE_IOCTL_DBG(xe, eci->engine_instance != 0))
		return -EINVAL;
	vm = xe_file_vm(xef, args->vm_id);
	if (XE_IOCTL_DBG(xe, !vm))
		return -ENOENT;

	err = apply_extensions(&r, args->extensions);
	if (!err) {
		struct xe_bind_queue *q = xe_bind_queue_create(vm);

		if (IS_ERR(q))
			err = PTR_ERR(q);
		else
			made->bind = q;
	}
	kvfree(r.p.image);
	xe_vm_put(vm);
	return err;
}

static int make_exec_queue(struct xe_file *xef, const struct drm_xe_exec_queue_create *args,
			   const struct drm_xe_engine_class_instance *eci,
			   struct xe_file_queue *made)
{
	struct xe_device *xe = xef->xe;
	struct queue_request r = {
		.xe = xe,
		.p = {
			.logical_mask = placement_mask(xe, eci, args->width, args->num_placements),
			.hwe = find_engine(xe, eci),
			.width = args->width,
			.usage = xef->usage,
			.priority = XE_PRIO_NORMAL,
			.low_latency = args->flags & DRM_XE_EXEC_QUEUE_LOW_LATENCY_HINT,
		},
	};
	struct xe_exec_queue *q;
	struct xe_vm *vm;
	int err;

	if (XE_IOCTL_DBG(xe, !r.p.logical_mask || !r.p.hwe))
		return -EINVAL;
	if (XE_IOCTL_DBG(xe, args->width > 1 && r.p.hwe->cls != XE_CLASS_VIDEO_DECODE &&
			 r.p.hwe->cls != XE_CLASS_VIDEO_ENHANCE))
		return -EOPNOTSUPP;
	vm = xe_file_vm(xef, args->vm_id);
	if (XE_IOCTL_DBG(xe, !vm))
		return -ENOENT;

	/*
	 * None for a VM that is closed. One that is closed from here on takes no jobs; its lock
	 * may not be held over what waits for queues whose faults want it.
	 */
	err = xe_vm_begin_exec(vm);
	if (!err)
		xe_vm_end_exec(vm);
	else if (err == -ECANCELED)
		err = -ENOENT;
	if (!err) {
		r.p.as = xe_vm_as(vm);
		err = apply_extensions(&r, args->extensions);
		q = err ? ERR_PTR(err) : xe_exec_queue_create(xe, &r.p);
		kvfree(r.p.image);
		err = PTR_ERR_OR_ZERO(q);
	}
	if (!err) {
		err = xe_vm_add_queue(vm, q);
		if (err)
			xe_exec_queue_put(q);
		else
			made->q = q;
	}
	xe_vm_put(vm);
	return err;
}

/**
 * xe_exec_queue_create_ioctl() - make a queue
 * @dev: device
 * @data: &struct drm_xe_exec_queue_create
 * @file: file
 *
 * Return: 0, -EINVAL, -EFAULT, -ENOENT, -EPERM, -E2BIG, -EOPNOTSUPP, -ENODEV,
 * -ENOSPC, -ENOMEM.
 */
int xe_exec_queue_create_ioctl(struct drm_device *dev, void *data, struct drm_file *file)
{
	struct drm_xe_engine_class_instance eci[MAX_INSTANCES];
	struct drm_xe_exec_queue_create *args = data;
	struct xe_device *xe = to_xe_device(dev);
	struct xe_file *xef = to_xe_file(file);
	struct xe_file_queue made = {};
	u32 len = (u32)args->width * args->num_placements;
	u32 id;
	int err;

	if (XE_IOCTL_DBG(xe, args->flags & ~DRM_XE_EXEC_QUEUE_LOW_LATENCY_HINT) ||
	    XE_IOCTL_DBG(xe, args->reserved[0] || args->reserved[1]) ||
	    XE_IOCTL_DBG(xe, !len || len > ARRAY_SIZE(eci)))
		return -EINVAL;
	if (XE_IOCTL_DBG(xe, copy_from_user(eci, u64_to_user_ptr(args->instances),
					    len * sizeof(*eci))))
		return -EFAULT;
	if (XE_IOCTL_DBG(xe, !xe_device_gt(xe, eci[0].gt_id)))
		return -EINVAL;

	guard(xe_rpm)(xe);
	if (eci[0].engine_class == DRM_XE_ENGINE_CLASS_VM_BIND)
		err = make_bind_queue(xef, args, eci, &made);
	else
		err = make_exec_queue(xef, args, eci, &made);
	if (err)
		return err;

	err = publish(xef, &made, &id);
	if (err) {
		file_queue_end(&made);
		xe_file_queue_put(&made);
		return err;
	}
	args->exec_queue_id = id;
	return 0;
}

/**
 * xe_exec_queue_destroy_ioctl() - end a queue
 * @dev: device
 * @data: &struct drm_xe_exec_queue_destroy
 * @file: file
 *
 * Jobs that run are ended; binds that were accepted are done.
 * Return: 0, -EINVAL, -ENOENT.
 */
int xe_exec_queue_destroy_ioctl(struct drm_device *dev, void *data, struct drm_file *file)
{
	struct drm_xe_exec_queue_destroy *args = data;
	struct xe_device *xe = to_xe_device(dev);
	struct xe_file *xef = to_xe_file(file);
	struct xe_file_queue *fq;

	if (XE_IOCTL_DBG(xe, args->pad) ||
	    XE_IOCTL_DBG(xe, args->reserved[0] || args->reserved[1]))
		return -EINVAL;

	scoped_guard(mutex, &xef->queues_lock)
		fq = xa_erase(&xef->queues, args->exec_queue_id);
	if (XE_IOCTL_DBG(xe, !fq))
		return -ENOENT;
	file_queue_kill(fq);
	return 0;
}

/**
 * xe_exec_queue_get_property_ioctl() - ask about a queue
 * @dev: device
 * @data: &struct drm_xe_exec_queue_get_property
 * @file: file
 *
 * Return: 0, -EINVAL, -ENOENT.
 */
int xe_exec_queue_get_property_ioctl(struct drm_device *dev, void *data, struct drm_file *file)
{
	struct drm_xe_exec_queue_get_property *args = data;
	struct xe_device *xe = to_xe_device(dev);
	struct xe_file_queue fq;
	int err = 0;

	if (XE_IOCTL_DBG(xe, args->reserved[0] || args->reserved[1]))
		return -EINVAL;
	if (XE_IOCTL_DBG(xe, !xe_file_queue(to_xe_file(file), args->exec_queue_id, &fq)))
		return -ENOENT;

	if (args->property == DRM_XE_EXEC_QUEUE_GET_PROPERTY_BAN)
		args->value = fq.q && xe_exec_queue_banned(fq.q);
	else
		err = -EINVAL;
	xe_file_queue_put(&fq);
	return err;
}

/**
 * xe_exec_queue_set_property_ioctl() - change a queue
 * @dev: device
 * @data: &struct drm_xe_exec_queue_set_property
 * @file: file
 *
 * The one property that may change is of queue groups, which no supported part has.
 * Return: -EINVAL, -ENOENT.
 */
int xe_exec_queue_set_property_ioctl(struct drm_device *dev, void *data, struct drm_file *file)
{
	struct drm_xe_exec_queue_set_property *args = data;
	struct xe_device *xe = to_xe_device(dev);
	struct xe_file_queue fq;

	if (XE_IOCTL_DBG(xe, args->reserved[0] || args->reserved[1]) ||
	    XE_IOCTL_DBG(xe, args->property != DRM_XE_EXEC_QUEUE_SET_PROPERTY_MULTI_QUEUE_PRIORITY))
		return -EINVAL;
	if (XE_IOCTL_DBG(xe, !xe_file_queue(to_xe_file(file), args->exec_queue_id, &fq)))
		return -ENOENT;
	xe_file_queue_put(&fq);
	return -EINVAL;
}
