// SPDX-License-Identifier: GPL-2.0
/*
 * Exec: parse, acquire, lock and validate, create the job, and - past the point of
 * no return - arm it, publish its fence, hand it to the scheduler.
 *
 * A long-running VM has no dma-fences that userspace waits for: its buffers are
 * not locked, and the job depends on its in-syncs only. The VM's reservation is
 * taken all the same, for jobs of a queue must be pushed as they were armed.
 */
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <drm/drm_device.h>
#include <drm/drm_exec.h>
#include <drm/drm_file.h>
#include <drm/drm_gpuvm.h>
#include <drm/gpu_scheduler.h>
#include <uapi/drm/xe_drm.h>

#include "core/xe_log.h"
#include "core/xe_rpm.h"
#include "mem/xe_validate.h"
#include "submit/xe_exec_queue.h"
#include "uapi/xe_sync.h"
#include "uapi/xe_uapi.h"
#include "vm/xe_vm.h"

/* Jobs of one queue that are not done: more are refused for now. */
#define MAX_JOBS	1000

/**
 * struct exec - one exec on its way
 * @xe: device
 * @fq: reference of the queue
 * @vm: its VM, borrowed from it
 * @lr: @vm is long-running
 * @syncs: to wait for and to signal
 * @waits: the job may have to wait for some of @syncs
 * @too_early: it must, and where it was to run nothing may
 * @batch: GPU address per width
 * @lock: reservations of the VM and all its buffers, NULL for an @lr VM: the former alone
 */
struct exec {
	struct xe_device *xe;
	struct xe_file_queue fq;
	struct xe_vm *vm;
	bool lr;
	struct xe_syncs syncs;
	bool waits, too_early;
	u64 batch[XE_QUEUE_MAX_WIDTH];
	struct drm_gpuvm_exec *lock;
};

static int check_args(struct xe_device *xe, const struct drm_xe_exec *args)
{
	if (XE_IOCTL_DBG(xe, args->num_syncs > DRM_XE_MAX_SYNCS) ||
	    XE_IOCTL_DBG(xe, args->extensions | args->reserved[0] | args->reserved[1]) ||
	    XE_IOCTL_DBG(xe, memchr_inv(args->pad, 0, sizeof(args->pad))))
		return -EINVAL;
	return 0;
}

static int check_queue(struct exec *e, const struct drm_xe_exec *args)
{
	struct xe_exec_queue *q = e->fq.q;

	if (XE_IOCTL_DBG(e->xe, !q) ||
	    XE_IOCTL_DBG(e->xe, args->num_batch_buffer &&
			 args->num_batch_buffer != xe_exec_queue_width(q)))
		return -EINVAL;
	if (XE_IOCTL_DBG(e->xe, xe_exec_queue_banned(q)))
		return -ECANCELED;
	if (xe_exec_queue_jobs(q) >= MAX_JOBS)
		return -EAGAIN;
	return 0;
}

static int parse(struct exec *e, const struct drm_xe_exec *args, struct drm_file *file)
{
	u16 width = xe_exec_queue_width(e->fq.q);
	int err;

	err = xe_syncs_parse(e->xe, file, args->syncs, args->num_syncs, e->lr, true, &e->syncs);
	if (err)
		return err;
	e->waits = xe_syncs_has_in(&e->syncs);
	e->batch[0] = args->address;
	if (width > 1 && args->num_batch_buffer &&
	    copy_from_user(e->batch, u64_to_user_ptr(args->address), width * sizeof(u64)))
		return -EFAULT;
	return 0;
}

/* With everything locked: what was evicted comes back, and room is made for the job's fence. */
static int validate(struct drm_gpuvm_exec *lock)
{
	struct exec *e = lock->extra.priv;

	return xe_vm_validate(e->vm, &lock->exec);
}

/* The kernel's own work: moves and clears of buffers, and the binds that jobs count on. */
static int add_vm_deps(struct exec *e, struct drm_sched_job *job)
{
	struct drm_gem_object *obj;
	int err = 0;

	drm_exec_for_each_locked_object(&e->lock->exec, obj) {
		err = drm_sched_job_add_resv_dependencies(job, obj->resv, DMA_RESV_USAGE_KERNEL);
		if (err)
			break;
	}
	return err;
}

static struct xe_job *create_job(struct exec *e)
{
	struct xe_job *job = xe_job_create(e->fq.q, e->batch);
	u64 addr, value;
	int err = 0;

	if (IS_ERR(job))
		return job;
	if (!e->lr)
		err = add_vm_deps(e, xe_job_drm(job));
	if (!err)
		err = xe_syncs_add_deps(&e->syncs, xe_job_drm(job));
	if (err) {
		xe_job_put(job);
		return ERR_PTR(err);
	}
	if (xe_syncs_user_fence(&e->syncs, &addr, &value))
		xe_job_set_user_fence(job, addr, value);
	return job;
}

static void publish(struct exec *e, struct xe_job *job)
{
	struct dma_fence *finished = xe_job_arm(job);

	if (!e->lr)
		drm_gpuvm_exec_resv_add_fence(e->lock, finished, DMA_RESV_USAGE_BOOKKEEP,
					      DMA_RESV_USAGE_BOOKKEEP);
	xe_syncs_signal(&e->syncs, finished);
	xe_job_push(job);
	dma_fence_put(finished);
}

static int submit_locked(struct exec *e)
{
	struct xe_job *job = create_job(e);
	int err;

	if (IS_ERR(job))
		return PTR_ERR(job);
	err = e->lr ? 0 : xe_vm_seal(e->vm);
	if (!err)
		publish(e, job);
	if (!err && !e->lr)
		xe_vm_unseal(e->vm);
	xe_job_put(job);
	return err;
}

static int lock_and_submit(struct exec *e)
{
	struct drm_gpuvm_exec lock = {
		.vm = xe_vm_gpuvm(e->vm),
		.flags = DRM_EXEC_INTERRUPTIBLE_WAIT,
		.extra = { .fn = validate, .priv = e },
	};
	int err = drm_gpuvm_exec_lock(&lock);

	if (err)
		return err;
	e->lock = &lock;
	err = submit_locked(e);
	e->lock = NULL;
	drm_gpuvm_exec_unlock(&lock);
	return err;
}

static int lock_and_submit_lr(struct exec *e)
{
	struct dma_resv *resv = xe_vm_as(e->vm)->resv;
	int err = dma_resv_lock_interruptible(resv, NULL);

	if (err)
		return err;
	err = submit_locked(e);
	dma_resv_unlock(resv);
	return err;
}

static int submit_once(struct exec *e)
{
	struct xe_validate v;
	int err;

	/* Elsewhere it is faults, or preempt fences, that see to user memory. */
	err = e->lr ? 0 : xe_vm_repin(e->vm);
	if (err)
		return err;
	xe_validate_begin(&v, e->xe);
	do {
		err = e->lr ? lock_and_submit_lr(e) : lock_and_submit(e);
	} while (xe_validate_again(&v, err));
	xe_validate_end(&v);
	return err;
}

static int submit(struct exec *e)
{
	int err;

	do {
		err = submit_once(e);
		/* User memory that changed meanwhile. */
	} while (err == -EAGAIN && !signal_pending(current));
	return err;
}

/* No batch: the out-syncs signal with what was submitted before. */
static int sync_only(struct exec *e)
{
	struct dma_fence *last;

	if (e->lr)
		return 0;
	if (e->waits)
		return -EOPNOTSUPP;
	last = xe_exec_queue_last_fence(e->fq.q);
	xe_syncs_signal(&e->syncs, last);
	dma_fence_put(last);
	return 0;
}

static int submit_in_turn(struct exec *e)
{
	int err = xe_exec_queue_begin_submit(e->fq.q, e->waits);

	e->too_early = err == -EAGAIN;
	if (err)
		return err;
	err = submit(e);
	xe_exec_queue_end_submit(e->fq.q);
	return err;
}

static int run_once(struct exec *e, const struct drm_xe_exec *args)
{
	int err = xe_vm_begin_exec(e->vm);

	if (err)
		return err;
	err = args->num_batch_buffer ? submit_in_turn(e) : sync_only(e);
	xe_vm_end_exec(e->vm);
	return err;
}

/*
 * Beside jobs that fault nothing may wait for its turn: who waits does so here, where binds
 * of the VM go on.
 */
static int run(struct exec *e, const struct drm_xe_exec *args)
{
	int err = run_once(e, args);

	if (!e->too_early)
		return err;
	err = xe_syncs_wait_in(&e->syncs);
	if (err)
		return err;
	e->waits = false;
	return run_once(e, args);
}

/**
 * xe_exec_ioctl() - run a batch
 * @dev: device
 * @data: &struct drm_xe_exec
 * @file: file
 *
 * Return: 0, -EINVAL, -ENOENT, -ECANCELED when the queue or its VM is banned or
 * closed, -EAGAIN with too many jobs on their way, -EFAULT, -EOPNOTSUPP, -ENOMEM,
 * -EINTR, -ERESTARTSYS.
 */
int xe_exec_ioctl(struct drm_device *dev, void *data, struct drm_file *file)
{
	const struct drm_xe_exec *args = data;
	struct exec e = { .xe = to_xe_device(dev) };
	int err;

	err = check_args(e.xe, args);
	if (err)
		return err;
	if (XE_IOCTL_DBG(e.xe, !xe_file_queue(to_xe_file(file), args->exec_queue_id, &e.fq)))
		return -ENOENT;

	err = check_queue(&e, args);
	if (!err) {
		e.vm = as_to_xe_vm(xe_exec_queue_as(e.fq.q));
		e.lr = xe_vm_as(e.vm)->lr_mode;
		err = parse(&e, args, file);
	}
	if (!err) {
		guard(xe_rpm)(e.xe);
		err = run(&e, args);
	}
	xe_syncs_fini(&e.syncs);
	xe_file_queue_put(&e.fq);
	return err;
}
