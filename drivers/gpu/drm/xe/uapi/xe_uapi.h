/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_UAPI_H_
#define _XE_UAPI_H_

#include <linux/mutex.h>
#include <linux/xarray.h>

#include <drm/drm_ioctl.h>

#include "core/xe_device.h"

struct drm_device;
struct drm_file;
struct drm_exec;
struct drm_printer;
struct drm_mode_create_dumb;
struct file;
struct vm_area_struct;
struct xe_bind_queue;
struct xe_exec_queue;
struct xe_usage;
struct xe_vm;

/**
 * struct xe_file_queue - what a queue id of userspace stands for: exactly one is set
 * @q: jobs run on an engine
 * @bind: binds of a VM
 */
struct xe_file_queue {
	struct xe_exec_queue *q;
	struct xe_bind_queue *bind;
};

/**
 * struct xe_file - one open of the device
 * @xe: device
 * @drm: base
 * @vms: address spaces by id, with a reference each
 * @usage: what its queues used of the engines
 * @queues: queues by id, with a reference each; bind queues are tagged: use the functions below
 */
struct xe_file {
	struct xe_device *xe;
	struct drm_file *drm;
	struct xe_usage *usage;
	struct xarray vms;
	/** @vms_lock: protects @vms */
	struct mutex vms_lock;
	struct xarray queues;
	/** @queues_lock: protects @queues */
	struct mutex queues_lock;
};

static inline struct xe_file *to_xe_file(const struct drm_file *file)
{
	return file->driver_priv;
}

int xe_file_open(struct drm_device *dev, struct drm_file *file);
void xe_file_close(struct drm_device *dev, struct drm_file *file);
/* xe_file_vm() - with a reference, or NULL */
struct xe_vm *xe_file_vm(struct xe_file *xef, u32 id);
/* xe_file_queue() - false: there is none; else @fq holds a reference, to be put */
bool xe_file_queue(struct xe_file *xef, u32 id, struct xe_file_queue *fq);
void xe_file_queue_put(struct xe_file_queue *fq);
/* xe_file_close_queues() - kill and drop all queues of a file that is being closed */
void xe_file_close_queues(struct xe_file *xef);

/* xe_file_count_ticks() - bring its usage up to date. Context: device awake */
void xe_file_count_ticks(struct xe_file *xef);
/* xe_fdinfo_show_usage() - engine keys of its fdinfo */
void xe_fdinfo_show_usage(struct drm_printer *p, struct drm_file *file);

/* xe_gem_mmap() - for the file operations: BOs and the PCI barrier page */
int xe_gem_dumb_create(struct drm_file *file, struct drm_device *dev,
		       struct drm_mode_create_dumb *args);
int xe_gem_mmap(struct file *file, struct vm_area_struct *vma);

drm_ioctl_t xe_query_ioctl;
drm_ioctl_t xe_gem_create_ioctl;
drm_ioctl_t xe_gem_mmap_offset_ioctl;
drm_ioctl_t xe_madvise_ioctl;
drm_ioctl_t xe_vm_create_ioctl;
drm_ioctl_t xe_vm_destroy_ioctl;
drm_ioctl_t xe_vm_get_property_ioctl;
drm_ioctl_t xe_vm_bind_ioctl;
drm_ioctl_t xe_exec_queue_create_ioctl;
drm_ioctl_t xe_exec_queue_destroy_ioctl;
drm_ioctl_t xe_exec_queue_get_property_ioctl;
drm_ioctl_t xe_exec_queue_set_property_ioctl;
drm_ioctl_t xe_exec_ioctl;
drm_ioctl_t xe_wait_user_fence_ioctl;

#endif
