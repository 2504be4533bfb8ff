// SPDX-License-Identifier: GPL-2.0
/*
 * Jobs with fences and jobs that fault do not run on the same engines at once: memory that
 * a fault needs may be held until a job's fence signals, and a context that faults may keep
 * that job from its engine.
 *
 * Engines that share something are a group, and a group is in one mode. Before a job with a
 * fence is armed, all queues of the group whose address space takes page faults are
 * suspended; they are resumed as soon as the jobs with fences so far are done. A job that
 * faults is pushed at once, and waits in its suspended queue. Queues of long-running address
 * spaces without faults are left alone: they give way on their own.
 */
#include <linux/ktime.h>
#include <linux/workqueue.h>

#include <drm/drm_managed.h>

#include "core/xe_stats.h"
#include "submit/xe_queue.h"

/* Jobs with fences that are let past before those that fault have their turn. */
#define MAX_PATIENCE	4

/* enum group_mode - what may run */
enum group_mode {
	MODE_FENCES,
	MODE_FAULTS,
};

/**
 * struct xe_engine_group - engines that share something
 * @sem: for read: jobs with fences are made ready; for write: @mode changes, and the lists
 * @mode: &enum group_mode; by @sem
 * @faulting: &xe_exec_queue.group_link of those whose address space takes page faults
 * @fenced: of the others
 * @resume_work: lets queues that fault run again
 */
struct xe_engine_group {
	struct rw_semaphore sem;	/* see above */
	enum group_mode mode;
	struct list_head faulting, fenced;
	struct work_struct resume_work;
};

static bool takes_faults(const struct xe_exec_queue *q)
{
	return q->p.as->fault_mode;
}

/* Neither the kernel's queues, which faults may need, nor those that can be preempted. */
static bool takes_part(const struct xe_exec_queue *q)
{
	return q->p.as && !q->p.kernel && (!q->p.as->lr_mode || takes_faults(q));
}

static struct xe_engine_group *group_of(const struct xe_exec_queue *q)
{
	static const u8 groups[XE_CLASS_MAX] = {
		[XE_CLASS_RENDER] = 0,
		[XE_CLASS_COMPUTE] = 0,
		[XE_CLASS_COPY] = 1,
		[XE_CLASS_VIDEO_DECODE] = 2,
		[XE_CLASS_VIDEO_ENHANCE] = 2,
		[XE_CLASS_OTHER] = 3,
	};

	return xe_queue_submit(q)->groups[groups[q->p.hwe->cls]];
}

/* @n of @queues were waited for, since @start; all engines of a group are of one GT. */
static void count(struct list_head *queues, enum xe_stat stat, enum xe_stat us, unsigned int n,
		  ktime_t start)
{
	struct xe_exec_queue *q = list_first_entry(queues, struct xe_exec_queue, group_link);

	if (!n)
		return;
	xe_stat_add(q->p.gt, stat, n);
	xe_stat_add(q->p.gt, us, ktime_us_delta(ktime_get(), start));
}

static void suspend_faulting(struct xe_engine_group *g)
{
	ktime_t start = ktime_get();
	struct xe_exec_queue *q;
	unsigned int n = 0;

	list_for_each_entry(q, &g->faulting, group_link)
		xe_exec_queue_suspend(q);
	/* One that is not off when the device was given up does no harm any more. */
	list_for_each_entry(q, &g->faulting, group_link) {
		xe_exec_queue_suspend_wait(q);
		n++;
	}
	count(&g->faulting, XE_STAT_GROUP_SUSPEND, XE_STAT_GROUP_SUSPEND_US, n, start);
}

static void resume_faulting(struct xe_engine_group *g)
{
	struct xe_exec_queue *q;

	list_for_each_entry(q, &g->faulting, group_link)
		xe_exec_queue_resume(q);
}

static void wait_for_fences(struct xe_engine_group *g)
{
	ktime_t start = ktime_get();
	struct xe_exec_queue *q;
	unsigned int n = 0;

	list_for_each_entry(q, &g->fenced, group_link) {
		struct dma_fence *last = xe_exec_queue_last_fence(q);

		dma_fence_wait(last, false);
		dma_fence_put(last);
		n++;
	}
	count(&g->fenced, XE_STAT_GROUP_WAIT, XE_STAT_GROUP_WAIT_US, n, start);
}

static void set_mode(struct xe_engine_group *g, enum group_mode mode)
{
	lockdep_assert_held_write(&g->sem);
	if (g->mode == mode)
		return;
	if (mode == MODE_FENCES) {
		suspend_faulting(g);
	} else {
		wait_for_fences(g);
		resume_faulting(g);
	}
	WRITE_ONCE(g->mode, mode);
}

static struct dma_fence *unfinished(struct xe_engine_group *g)
{
	struct xe_exec_queue *q;

	guard(rwsem_read)(&g->sem);
	list_for_each_entry(q, &g->fenced, group_link) {
		struct dma_fence *last = xe_exec_queue_last_fence(q);

		if (!dma_fence_is_signaled(last))
			return last;
		dma_fence_put(last);
	}
	return NULL;
}

static void resume_work(struct work_struct *work)
{
	struct xe_engine_group *g = container_of(work, struct xe_engine_group, resume_work);
	struct dma_fence *fence;
	unsigned int i;

	/* First where others may go on, but not for ever: they may always have another job. */
	for (i = 0; i < MAX_PATIENCE; i++) {
		fence = unfinished(g);
		if (!fence)
			break;
		dma_fence_wait(fence, false);
		dma_fence_put(fence);
	}

	guard(rwsem_write)(&g->sem);
	if (!list_empty(&g->faulting))
		set_mode(g, MODE_FAULTS);
}

static void resume_later(struct xe_exec_queue *q)
{
	queue_work(gt_to_xe(q->p.gt)->unordered_wq, &group_of(q)->resume_work);
}

/**
 * xe_exec_queue_begin_submit() - jobs of this queue may run beside what runs
 * @q: queue
 * @waits: the job waits for fences that need not be there yet
 *
 * Suspends queues that may not run beside it.
 *
 * Context: sleeps; no reservation held.
 * Return: 0, with xe_exec_queue_end_submit() to follow; -EAGAIN: let what the job waits for
 * be done first, others would be held up by it; -EINTR.
 */
int xe_exec_queue_begin_submit(struct xe_exec_queue *q, bool waits)
{
	struct xe_engine_group *g = group_of(q);
	int err;

	if (!takes_part(q) || takes_faults(q))
		return 0;

	err = down_read_interruptible(&g->sem);
	if (err || g->mode == MODE_FENCES)
		return err;
	up_read(&g->sem);

	err = down_write_killable(&g->sem);
	if (err)
		return err;
	if (waits && g->mode != MODE_FENCES && !list_empty(&g->faulting)) {
		up_write(&g->sem);
		return -EAGAIN;
	}
	set_mode(g, MODE_FENCES);
	downgrade_write(&g->sem);
	return 0;
}

/**
 * xe_exec_queue_end_submit() - the job is pushed, or there will be none
 * @q: queue
 */
void xe_exec_queue_end_submit(struct xe_exec_queue *q)
{
	struct xe_engine_group *g = group_of(q);
	bool resume;

	if (!takes_part(q))
		return;
	resume = READ_ONCE(g->mode) == MODE_FENCES;
	if (!takes_faults(q)) {
		resume = !list_empty(&g->faulting);
		up_read(&g->sem);
	}
	if (resume)
		resume_later(q);
}

/**
 * xe_queue_join_group() - from here on it is suspended for others
 * @q: queue without jobs
 */
void xe_queue_join_group(struct xe_exec_queue *q)
{
	struct xe_engine_group *g = group_of(q);

	INIT_LIST_HEAD(&q->group_link);
	if (!takes_part(q))
		return;
	guard(rwsem_write)(&g->sem);
	list_add_tail(&q->group_link, takes_faults(q) ? &g->faulting : &g->fenced);
	if (takes_faults(q) && g->mode == MODE_FENCES)
		xe_exec_queue_suspend(q);
}

/**
 * xe_queue_leave_group() - it has no jobs any more
 * @q: queue
 */
void xe_queue_leave_group(struct xe_exec_queue *q)
{
	struct xe_engine_group *g = group_of(q);

	if (!takes_part(q))
		return;
	guard(rwsem_write)(&g->sem);
	list_del_init(&q->group_link);
}

static void group_fini(struct drm_device *drm, void *arg)
{
	struct xe_engine_group *g = arg;

	cancel_work_sync(&g->resume_work);
}

/**
 * xe_engine_groups_init() - groups of a GT
 * @submit: submission of the GT
 *
 * Return: 0 or -ENOMEM.
 */
int xe_engine_groups_init(struct xe_guc_submit *submit)
{
	struct xe_device *xe = gt_to_xe(submit->gt);
	unsigned int i;
	int err;

	for (i = 0; i < XE_ENGINE_GROUPS; i++) {
		struct xe_engine_group *g = drmm_kzalloc(&xe->drm, sizeof(*g), GFP_KERNEL);

		if (!g)
			return -ENOMEM;
		init_rwsem(&g->sem);
		INIT_LIST_HEAD(&g->faulting);
		INIT_LIST_HEAD(&g->fenced);
		INIT_WORK(&g->resume_work, resume_work);
		submit->groups[i] = g;
		err = drmm_add_action_or_reset(&xe->drm, group_fini, g);
		if (err)
			return err;
	}
	return 0;
}
