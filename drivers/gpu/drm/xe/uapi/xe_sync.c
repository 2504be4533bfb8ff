// SPDX-License-Identifier: GPL-2.0
/*
 * The sync array of an exec or a bind: what to wait for, what to signal.
 */
#include <linux/dma-fence-chain.h>
#include <linux/kthread.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <drm/drm_syncobj.h>
#include <drm/gpu_scheduler.h>
#include <uapi/drm/xe_drm.h>

#include "core/xe_log.h"
#include "gt/xe_hw_fence.h"
#include "uapi/xe_sync.h"

/**
 * struct xe_user_fence - a qword of userspace that the CPU stores when a bind is done
 * @ref: one of the sync, one of the pending callback and work
 * @xe: device
 * @mm: whose memory it is in; not kept alive, only its struct
 * @addr: there
 * @value: to be stored
 * @cb: on the bind's fence
 * @work: on the ordered workqueue, so that values of a timeline never go back
 */
struct xe_user_fence {
	struct kref ref;
	struct xe_device *xe;
	struct mm_struct *mm;
	u64 __user *addr;
	u64 value;
	struct dma_fence_cb cb;
	struct work_struct work;
};

static void user_fence_release(struct kref *ref)
{
	struct xe_user_fence *uf = container_of(ref, struct xe_user_fence, ref);

	mmdrop(uf->mm);
	kfree(uf);
}

static void user_fence_put(struct xe_user_fence *uf)
{
	kref_put(&uf->ref, user_fence_release);
}

static void user_fence_store(struct work_struct *work)
{
	struct xe_user_fence *uf = container_of(work, struct xe_user_fence, work);

	if (mmget_not_zero(uf->mm)) {
		kthread_use_mm(uf->mm);
		if (copy_to_user(uf->addr, &uf->value, sizeof(uf->value)))
			xe_dbg(uf->xe, "User fence at %p is not mapped any more\n", uf->addr);
		kthread_unuse_mm(uf->mm);
		mmput(uf->mm);
	}
	xe_fence_irq_wake(uf->xe);
	user_fence_put(uf);
}

static void user_fence_signalled(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	struct xe_user_fence *uf = container_of(cb, struct xe_user_fence, cb);

	queue_work(uf->xe->user_fence_wq, &uf->work);
}

static struct xe_user_fence *user_fence_create(struct xe_device *xe, u64 addr, u64 value)
{
	u64 __user *ptr = u64_to_user_ptr(addr);
	struct xe_user_fence *uf;
	u64 __maybe_unused probe;

	if (get_user(probe, ptr))
		return ERR_PTR(-EFAULT);
	uf = kzalloc_obj(*uf);
	if (!uf)
		return ERR_PTR(-ENOMEM);
	kref_init(&uf->ref);
	INIT_WORK(&uf->work, user_fence_store);
	uf->xe = xe;
	uf->addr = ptr;
	uf->value = value;
	uf->mm = current->mm;
	mmgrab(uf->mm);
	return uf;
}

static void user_fence_arm(struct xe_user_fence *uf, struct dma_fence *fence)
{
	kref_get(&uf->ref);
	if (dma_fence_add_callback(fence, &uf->cb, user_fence_signalled))
		user_fence_signalled(fence, &uf->cb);
}

static void sync_fini(struct xe_sync *s)
{
	dma_fence_put(s->in);
	dma_fence_chain_free(s->chain);
	if (s->syncobj)
		drm_syncobj_put(s->syncobj);
	if (s->ufence)
		user_fence_put(s->ufence);
}

static int parse_syncobj(struct xe_device *xe, struct drm_file *file, const struct drm_xe_sync *u,
			 bool lr, struct xe_sync *s)
{
	bool timeline = u->type == DRM_XE_SYNC_TYPE_TIMELINE_SYNCOBJ;

	if (XE_IOCTL_DBG(xe, lr && s->signal))
		return -EOPNOTSUPP;
	if (XE_IOCTL_DBG(xe, upper_32_bits(u->addr)) ||
	    XE_IOCTL_DBG(xe, timeline && !u->timeline_value))
		return -EINVAL;

	s->syncobj = drm_syncobj_find(file, u->handle);
	if (XE_IOCTL_DBG(xe, !s->syncobj))
		return -ENOENT;
	if (s->signal) {
		if (!timeline)
			return 0;
		s->chain = dma_fence_chain_alloc();
		return s->chain ? 0 : -ENOMEM;
	}

	s->in = drm_syncobj_fence_get(s->syncobj);
	if (XE_IOCTL_DBG(xe, !s->in))
		return -EINVAL;
	return timeline ? dma_fence_chain_find_seqno(&s->in, u->timeline_value) : 0;
}

static int parse_user_fence(struct xe_device *xe, const struct drm_xe_sync *u, bool exec,
			    struct xe_sync *s)
{
	struct xe_user_fence *uf;

	if (XE_IOCTL_DBG(xe, !s->signal))
		return -EOPNOTSUPP;
	if (XE_IOCTL_DBG(xe, u->addr & 0x7))
		return -EINVAL;
	if (exec) {
		s->addr = u->addr;
		return 0;
	}
	uf = user_fence_create(xe, u->addr, u->timeline_value);
	if (XE_IOCTL_DBG(xe, IS_ERR(uf)))
		return PTR_ERR(uf);
	s->ufence = uf;
	return 0;
}

static int parse_one(struct xe_device *xe, struct drm_file *file,
		     const struct drm_xe_sync __user *user, bool lr, bool exec, struct xe_sync *s)
{
	struct drm_xe_sync u;
	int err;

	if (copy_from_user(&u, user, sizeof(u)))
		return -EFAULT;
	if (XE_IOCTL_DBG(xe, u.flags & ~DRM_XE_SYNC_FLAG_SIGNAL) ||
	    XE_IOCTL_DBG(xe, u.reserved[0] || u.reserved[1]))
		return -EINVAL;

	s->type = u.type;
	s->signal = u.flags & DRM_XE_SYNC_FLAG_SIGNAL;
	s->point = u.timeline_value;
	switch (u.type) {
	case DRM_XE_SYNC_TYPE_SYNCOBJ:
	case DRM_XE_SYNC_TYPE_TIMELINE_SYNCOBJ:
		err = parse_syncobj(xe, file, &u, lr, s);
		break;
	case DRM_XE_SYNC_TYPE_USER_FENCE:
		err = parse_user_fence(xe, &u, exec, s);
		break;
	default:
		return -EINVAL;
	}
	return err;
}

/**
 * xe_syncs_parse() - copy and check a sync array
 * @xe: device
 * @file: whose syncobj handles they are
 * @ptr: user address of the array
 * @n: entries; the caller limited them
 * @lr: long-running: out syncs that need a dma-fence are refused
 * @exec: user fences are addresses of the GPU, stored by the ring; else the CPU's
 * @out: the result; to be given to xe_syncs_fini() unless an error is returned
 *
 * Return: 0, -EFAULT, -EINVAL, -ENOENT, -EOPNOTSUPP, -ENOMEM.
 */
int xe_syncs_parse(struct xe_device *xe, struct drm_file *file, u64 ptr, u32 n, bool lr, bool exec,
		   struct xe_syncs *out)
{
	const struct drm_xe_sync __user *user = u64_to_user_ptr(ptr);
	u32 i, user_fences = 0;
	int err = 0;

	*out = (struct xe_syncs){};
	out->sync = n <= ARRAY_SIZE(out->few) ? out->few :
						kcalloc(n, sizeof(*out->sync), GFP_KERNEL);
	if (!out->sync)
		return -ENOMEM;

	for (i = 0; i < n && !err; i++) {
		out->n++;
		err = parse_one(xe, file, &user[i], lr, exec, &out->sync[i]);
		if (!err && out->sync[i].type == DRM_XE_SYNC_TYPE_USER_FENCE)
			user_fences++;
	}
	if (!err && XE_IOCTL_DBG(xe, user_fences > 1))
		err = -EINVAL;
	if (err)
		xe_syncs_fini(out);
	return err;
}

/**
 * xe_syncs_fini() - free what was parsed
 * @s: syncs
 *
 * Out syncs that were not signalled are left as they were.
 */
void xe_syncs_fini(struct xe_syncs *s)
{
	u32 i;

	for (i = 0; i < s->n; i++)
		sync_fini(&s->sync[i]);
	if (s->sync != s->few)
		kfree(s->sync);
	s->sync = NULL;
	s->n = 0;
}

/**
 * xe_syncs_add_deps() - in-fences become dependencies
 * @s: syncs
 * @job: not armed
 *
 * Return: 0 or -ENOMEM.
 */
int xe_syncs_add_deps(struct xe_syncs *s, struct drm_sched_job *job)
{
	int err = 0;
	u32 i;

	for (i = 0; i < s->n && !err; i++)
		if (s->sync[i].in)
			err = drm_sched_job_add_dependency(job, dma_fence_get(s->sync[i].in));
	return err;
}

/**
 * xe_syncs_wait_in() - until all in-fences are signalled
 * @s: syncs
 *
 * One after the other: some may be containers of fences, which cannot be put in another one.
 *
 * Context: sleeps.
 *
 * Return: 0 or -ERESTARTSYS.
 */
int xe_syncs_wait_in(const struct xe_syncs *s)
{
	long err = 0;
	u32 i;

	for (i = 0; i < s->n && !err; i++)
		if (s->sync[i].in)
			err = dma_fence_wait(s->sync[i].in, true);
	return err;
}

/**
 * xe_syncs_has_in() - is there anything to wait for
 * @s: syncs
 *
 * Return: true with at least one in-sync, signalled or not.
 */
bool xe_syncs_has_in(const struct xe_syncs *s)
{
	u32 i;

	for (i = 0; i < s->n; i++)
		if (s->sync[i].in)
			return true;
	return false;
}

/**
 * xe_syncs_has_user_fence() - does userspace want a value stored
 * @s: syncs
 *
 * Return: true when it does.
 */
bool xe_syncs_has_user_fence(const struct xe_syncs *s)
{
	u32 i;

	for (i = 0; i < s->n; i++)
		if (s->sync[i].type == DRM_XE_SYNC_TYPE_USER_FENCE)
			return true;
	return false;
}

/**
 * xe_syncs_user_fence() - the user fence of an exec
 * @s: syncs
 * @addr: address in the VM
 * @value: to be stored there
 *
 * Return: false when there is none.
 */
bool xe_syncs_user_fence(struct xe_syncs *s, u64 *addr, u64 *value)
{
	u32 i;

	for (i = 0; i < s->n; i++) {
		if (s->sync[i].type != DRM_XE_SYNC_TYPE_USER_FENCE)
			continue;
		*addr = s->sync[i].addr;
		*value = s->sync[i].point;
		return true;
	}
	return false;
}

/**
 * xe_syncs_signal() - publish the out-fence
 * @s: syncs
 * @fence: signals when the exec or bind is done
 *
 * Cannot fail. User fences of binds are stored when @fence signals, whatever its
 * result.
 */
void xe_syncs_signal(struct xe_syncs *s, struct dma_fence *fence)
{
	u32 i;

	for (i = 0; i < s->n; i++) {
		struct xe_sync *sync = &s->sync[i];

		if (!sync->signal)
			continue;
		if (sync->chain) {
			drm_syncobj_add_point(sync->syncobj, sync->chain, fence, sync->point);
			sync->chain = NULL;	/* the timeline's now */
		} else if (sync->ufence) {
			user_fence_arm(sync->ufence, fence);
		} else if (sync->syncobj) {
			drm_syncobj_replace_fence(sync->syncobj, fence);
		}
	}
}
