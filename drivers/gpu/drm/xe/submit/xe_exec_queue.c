// SPDX-License-Identifier: GPL-2.0
/*
 * Execution queues: made, held, condemned, and taken apart.
 *
 * A queue dies on the destroy workqueue: its last reference may be dropped by its
 * own scheduler or in fence signalling, and the firmware must let go of the
 * context before its memory is freed. Queues that are freed together share a
 * grace period and GGTT invalidations: a process may leave thousands behind.
 */
#include <linux/sched.h>
#include <linux/slab.h>

#include <drm/drm_drv.h>

#include "cmds/xe_mi_commands.h"
#include "core/xe_rpm.h"
#include "gt/xe_hw_fence.h"
#include "gt/xe_ring.h"
#include "regs/xe_reg.h"
#include "submit/xe_queue.h"
#include "submit/xe_submit_trace.h"

#define COMMON_SLICE_CHICKEN3		0x7304
#define DISABLE_STATE_CACHE_PERF_FIX	BIT(13)

/**
 * xe_queue_class_name() - short name of the engines a queue runs on
 * @q: queue
 *
 * Return: "rcs", "bcs", ...
 */
const char *xe_queue_class_name(const struct xe_exec_queue *q)
{
	static const char * const names[XE_CLASS_MAX] = {
		[XE_CLASS_RENDER] = "rcs",
		[XE_CLASS_VIDEO_DECODE] = "vcs",
		[XE_CLASS_VIDEO_ENHANCE] = "vecs",
		[XE_CLASS_COPY] = "bcs",
		[XE_CLASS_OTHER] = "other",
		[XE_CLASS_COMPUTE] = "ccs",
	};

	return names[q->p.hwe->cls];
}

/**
 * xe_queue_event() - let something happen to a queue
 * @q: queue
 * @event: what
 *
 * Those who wait for its status are woken. Context: any.
 * Return: what xe_queue_transition() says.
 */
int xe_queue_event(struct xe_exec_queue *q, enum xe_queue_event event)
{
	int ret;

	scoped_guard(spinlock_irqsave, &q->lock)
		ret = xe_queue_transition(&q->status, event);
	wake_up_all(&q->wq);
	return ret;
}

/*
 * Its context may have to leave the engine for a fence to signal, and then it is
 * too late to wake the device.
 */
static bool queue_is_lr(const struct xe_exec_queue *q)
{
	return q->p.as && q->p.as->lr_mode;
}

static void free_contexts(struct xe_exec_queue **queues, unsigned int n)
{
	struct xe_lrc *lrcs[XE_LRC_MAX_FREE];
	unsigned int i, k, found = 0;

	for (i = 0; i < n; i++) {
		for (k = 0; k < queues[i]->p.width; k++) {
			if (found == ARRAY_SIZE(lrcs)) {
				xe_lrc_free(lrcs, found);
				found = 0;
			}
			lrcs[found++] = queues[i]->lrc[k];
		}
	}
	xe_lrc_free(lrcs, found);
}

/* @n queues of one GT. */
static void free_queues(struct xe_exec_queue **queues, unsigned int n)
{
	unsigned int i;

	free_contexts(queues, n);
	for (i = 0; i < n; i++) {
		struct xe_exec_queue *q = queues[i];
		struct xe_device *xe = gt_to_xe(q->p.gt);

		xe_usage_put(q->p.usage);
		if (queue_is_lr(q))
			xe_rpm_put(xe);
		if (q->p.as)
			q->p.as->ops->put(q->p.as);
		kfree(q);
		drm_dev_put(&xe->drm);
	}
}

/**
 * xe_queue_free_work() - free the queues that were closed
 * @work: &xe_guc_submit.free_work; it has a reference of the device
 */
void xe_queue_free_work(struct work_struct *work)
{
	struct xe_guc_submit *submit = container_of(work, struct xe_guc_submit, free_work);
	struct llist_node *closed = llist_del_all(&submit->closed);
	struct xe_exec_queue *q, *next, *queues[XE_LRC_MAX_FREE];
	struct xe_device *xe = gt_to_xe(submit->gt);
	unsigned int n = 0;

	/* Readers of fences look at the scheduler's name and into the fence page. */
	synchronize_rcu();
	scoped_guard(xe_rpm, xe) {
		llist_for_each_entry_safe(q, next, closed, closed) {
			queues[n++] = q;
			if (n == ARRAY_SIZE(queues)) {
				free_queues(queues, n);
				n = 0;
			}
		}
		free_queues(queues, n);
	}
	drm_dev_put(&xe->drm);
}

static void close_work(struct work_struct *work)
{
	struct xe_exec_queue *q = container_of(work, struct xe_exec_queue, close_work);
	struct xe_guc_submit *submit = xe_queue_submit(q);
	struct xe_device *xe = gt_to_xe(q->p.gt);

	xe_queue_leave_group(q);
	scoped_guard(xe_rpm, xe) {
		xe_queue_suspend_fini(q);
		xe_queue_forget(q);
		xe_queue_left(q);
		xe_queue_unpublish(q);
		xe_queue_sched_fini(q);
		dma_fence_put(q->last_fence);
		dma_fence_put(q->last_emitted);
	}
	trace_xe_exec_queue_destroy(q);

	drm_dev_get(&xe->drm);
	if (!llist_add(&q->closed, &submit->closed) ||
	    !queue_work(xe->destroy_wq, &submit->free_work))
		drm_dev_put(&xe->drm);
}

static void fill_defaults(struct xe_queue_params *p)
{
	const struct xe_engine_props *props = &p->hwe->props;

	p->gt = p->hwe->gt;
	if (!p->timeslice_us && !p->endless_timeslice)
		p->timeslice_us = props->timeslice_us;
	if (!p->preempt_timeout_us)
		p->preempt_timeout_us = props->preempt_timeout_us;
	if (!p->job_timeout_ms)
		p->job_timeout_ms = props->job_timeout_ms;
	if (p->kernel)
		p->priority = XE_PRIO_KERNEL;
}

/* In front of the first job; the register is part of the context. */
static void emit_preamble(struct xe_exec_queue *q)
{
	const u32 cs[] = {
		MI_LOAD_REGISTER_IMM(1), COMMON_SLICE_CHICKEN3,
		XE_MASKED_ON(DISABLE_STATE_CACHE_PERF_FIX),
	};

	if (q->p.no_state_cache_perf_fix)
		xe_lrc_ring_append(q->lrc[0], cs, ARRAY_SIZE(cs));
}

static int create_contexts(struct xe_exec_queue *q)
{
	u16 i;

	for (i = 0; i < q->p.width; i++) {
		q->lrc[i] = xe_lrc_create(q->p.hwe, q->p.as, q->p.image, XE_LRC_RING_SIZE);
		if (IS_ERR(q->lrc[i])) {
			xe_lrc_free(q->lrc, i);
			return PTR_ERR(q->lrc[i]);
		}
	}
	if (q->p.width > 1)
		xe_ring_gang_init(&q->gang, q->lrc, q->p.width);
	xe_queue_wq_reset(q);
	emit_preamble(q);
	return 0;
}

static struct xe_exec_queue *queue_alloc(struct xe_device *xe, const struct xe_queue_params *p)
{
	struct xe_exec_queue *q = kzalloc_flex(*q, lrc, p->width);
	int err;

	if (!q)
		return ERR_PTR(-ENOMEM);

	kref_init(&q->ref);
	spin_lock_init(&q->lock);
	init_waitqueue_head(&q->wq);
	xe_queue_suspend_init(q);
	INIT_WORK(&q->close_work, close_work);
	q->p = *p;
	fill_defaults(&q->p);
	q->pid = -1;
	strscpy(q->comm, "no process");
	if (!p->kernel) {
		q->pid = task_tgid_nr(current);
		get_task_comm(q->comm, current->group_leader);
	}

	err = create_contexts(q);
	if (err) {
		kfree(q);
		return ERR_PTR(err);
	}
	q->p.image = NULL;
	if (p->usage)
		xe_usage_get(p->usage);
	q->ticks_seen = jiffies;
	drm_dev_get(&xe->drm);
	if (p->as)
		p->as->ops->get(p->as);
	if (queue_is_lr(q))
		xe_rpm_get_noresume(xe);
	return q;
}

/**
 * xe_exec_queue_create() - make a queue
 * @xe: device
 * @p: what it is to be
 *
 * The firmware hears of it with its first job. A queue holds a reference of the
 * device: the kernel's own ones must be put when the device is unbound.
 *
 * Context: may sleep; the device is awake.
 * Return: the queue with one reference, or ERR_PTR: -ENOMEM, -ENOSPC without a
 * context id, -EOPNOTSUPP for a width that is not possible, -ENODEV on a device that is gone.
 */
struct xe_exec_queue *xe_exec_queue_create(struct xe_device *xe, const struct xe_queue_params *p)
{
	struct xe_exec_queue *q;
	int err;

	if (!p->width || p->width > XE_QUEUE_MAX_WIDTH)
		return ERR_PTR(-EOPNOTSUPP);

	q = queue_alloc(xe, p);
	if (IS_ERR(q))
		return q;

	err = xe_queue_reserve(q);
	if (err) {
		free_queues(&q, 1);
		return ERR_PTR(err);
	}
	snprintf(q->name, sizeof(q->name), "%s%u", xe_queue_class_name(q), q->id);
	err = xe_queue_sched_init(q);
	if (err) {
		xe_queue_unpublish(q);
		free_queues(&q, 1);
		return ERR_PTR(err);
	}
	xe_queue_publish(q);
	xe_queue_join_group(q);
	trace_xe_exec_queue_create(q);
	return q;
}

/**
 * xe_exec_queue_get() - take a reference
 * @q: queue
 *
 * Return: @q.
 */
struct xe_exec_queue *xe_exec_queue_get(struct xe_exec_queue *q)
{
	kref_get(&q->ref);
	return q;
}

static void queue_last_put(struct kref *ref)
{
	struct xe_exec_queue *q = container_of(ref, struct xe_exec_queue, ref);

	trace_xe_exec_queue_close(q);
	queue_work(gt_to_xe(q->p.gt)->destroy_wq, &q->close_work);
}

/**
 * xe_exec_queue_put() - drop a reference
 * @q: queue, or NULL
 *
 * Context: any.
 */
void xe_exec_queue_put(struct xe_exec_queue *q)
{
	if (q)
		kref_put(&q->ref, queue_last_put);
}

/**
 * xe_exec_queue_kill() - end a queue
 * @q: queue
 *
 * It takes no more jobs. Those it has are ended with -ECANCELED, once the engine
 * let go of them. Context: process.
 */
void xe_exec_queue_kill(struct xe_exec_queue *q)
{
	trace_xe_exec_queue_kill(q);
	xe_queue_condemn(q, XE_QEV_KILL);
}

/**
 * xe_exec_queue_banned() - does a queue take no more jobs
 * @q: queue
 *
 * Context: any.
 * Return: true after it was killed or banned, and on a device given up.
 */
bool xe_exec_queue_banned(struct xe_exec_queue *q)
{
	return READ_ONCE(q->status.verdict) != XE_QUEUE_GOOD || xe_device_wedged(gt_to_xe(q->p.gt));
}

/**
 * xe_exec_queue_engine() - an engine that a queue runs on
 * @q: queue
 *
 * Return: the one it was made for.
 */
struct xe_hw_engine *xe_exec_queue_engine(struct xe_exec_queue *q)
{
	return q->p.hwe;
}

/**
 * xe_exec_queue_as() - the address space of a queue
 * @q: queue
 *
 * Return: borrowed, or NULL.
 */
struct xe_addr_space *xe_exec_queue_as(struct xe_exec_queue *q)
{
	return q->p.as;
}

/**
 * xe_exec_queue_width() - batches per job
 * @q: queue
 *
 * Return: 1 or more.
 */
u16 xe_exec_queue_width(struct xe_exec_queue *q)
{
	return q->p.width;
}

/**
 * xe_exec_queue_lrc() - the context of a queue
 * @q: queue
 *
 * Return: borrowed; of a parallel queue, its first.
 */
struct xe_lrc *xe_exec_queue_lrc(struct xe_exec_queue *q)
{
	return q->lrc[0];
}

/**
 * xe_exec_queue_jobs() - jobs that are not freed yet
 * @q: queue
 *
 * Return: how many.
 */
unsigned int xe_exec_queue_jobs(struct xe_exec_queue *q)
{
	return atomic_read(&q->jobs);
}

/**
 * xe_exec_queue_last_fence() - when all that was submitted will be done
 * @q: queue
 *
 * Return: the finished fence of the last job, or a signalled one; with a reference.
 */
struct dma_fence *xe_exec_queue_last_fence(struct xe_exec_queue *q)
{
	guard(spinlock_irqsave)(&q->lock);
	if (q->last_fence && !dma_fence_test_signaled_flag(q->last_fence))
		return dma_fence_get(q->last_fence);
	return dma_fence_get_stub();
}
