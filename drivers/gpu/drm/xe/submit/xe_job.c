// SPDX-License-Identifier: GPL-2.0
/*
 * Jobs. All that running one can need is allocated when it is created; arming it
 * is the point of no return.
 */
#include <linux/slab.h>

#include "core/xe_rpm.h"
#include "submit/xe_queue.h"
#include "submit/xe_submit_trace.h"

static void job_release(struct kref *ref)
{
	struct xe_job *job = container_of(ref, struct xe_job, ref);
	struct xe_exec_queue *q = job->q;
	struct xe_device *xe = gt_to_xe(q->p.gt);

	if (job->emitted)
		dma_fence_put(job->fence);
	else
		xe_lrc_fence_free(job->fence);
	drm_sched_job_cleanup(&job->drm);
	kfree(job);
	atomic_dec(&q->jobs);
	/* The queue's may be the last reference of the device. */
	xe_rpm_put(xe);
	xe_exec_queue_put(q);
}

static struct xe_job *job_create(struct xe_exec_queue *q)
{
	struct xe_job *job = kzalloc_flex(*job, part, q->p.width);
	int err;

	if (!job)
		return ERR_PTR(-ENOMEM);

	job->fence = xe_lrc_fence_alloc();
	if (!job->fence) {
		kfree(job);
		return ERR_PTR(-ENOMEM);
	}
	err = drm_sched_job_init(&job->drm, &q->entity, 1, NULL, 0);
	if (err) {
		xe_lrc_fence_free(job->fence);
		kfree(job);
		return ERR_PTR(err);
	}

	kref_init(&job->ref);
	job->q = xe_exec_queue_get(q);
	job->sample = ~0ull;
	if (q->p.width > 1)
		job->ring.gang = &q->gang;
	atomic_inc(&q->jobs);
	xe_rpm_get_noresume(gt_to_xe(q->p.gt));
	return job;
}

/**
 * xe_job_create() - make a job
 * @q: queue it is for
 * @batch: one address per width: in the queue's address space, without one in the GGTT
 *
 * Context: may allocate; the device is awake and stays so until the job is freed.
 * Return: the job with one reference, to be given back by xe_job_put() whatever
 * happens; ERR_PTR(-ENOMEM).
 */
struct xe_job *xe_job_create(struct xe_exec_queue *q, const u64 *batch)
{
	struct xe_job *job = job_create(q);
	u16 i;

	if (IS_ERR(job))
		return job;
	job->ring.n_batches = 1;
	for (i = 0; i < q->p.width; i++)
		job->part[i].batch = batch[i];
	trace_xe_sched_job_create(job);
	return job;
}

/**
 * xe_job_create_two() - make a job of two batches that run one after the other
 * @q: queue of width 1 on a copy engine
 * @first: address of the one that writes page-table entries
 * @second: address of the one that uses them
 *
 * Context: as xe_job_create().
 * Return: as xe_job_create().
 */
struct xe_job *xe_job_create_two(struct xe_exec_queue *q, u64 first, u64 second)
{
	struct xe_job *job = job_create(q);

	if (IS_ERR(job))
		return job;
	job->ring.n_batches = 2;
	job->part[0].batch = first;
	job->ring.batch[1] = second;
	trace_xe_sched_job_create(job);
	return job;
}

/**
 * xe_job_drm() - the scheduler's part of a job, to add dependencies to
 * @job: job, not armed
 *
 * Return: borrowed.
 */
struct drm_sched_job *xe_job_drm(struct xe_job *job)
{
	return &job->drm;
}

/**
 * xe_job_set_user_fence() - store a value when the job is done
 * @job: job, not armed
 * @addr: address in the queue's address space, a multiple of 8
 * @value: value
 */
void xe_job_set_user_fence(struct xe_job *job, u64 addr, u64 value)
{
	job->ring.user_fence_addr = addr;
	job->ring.user_fence_value = value;
	job->ring.has_user_fence = true;
}

/**
 * xe_job_set_flush_tlb() - invalidate the engine's TLB before the batch
 * @job: job, not armed
 */
void xe_job_set_flush_tlb(struct xe_job *job)
{
	job->ring.flush_tlb = true;
}

/* Whoever changed entries relies on the next job to drop what engines remember of them. */
static void check_tlb_seqno(struct xe_job *job)
{
	struct xe_exec_queue *q = job->q;
	struct xe_addr_space *as = q->p.as;
	u64 seqno;

	if (!as || as->lr_mode)
		return;
	seqno = atomic64_read(&as->tlb_flush_seqno);
	if (seqno == q->tlb_seqno && !as->flush_each_job)
		return;
	q->tlb_seqno = seqno;
	xe_job_set_flush_tlb(job);
}

/**
 * xe_job_arm() - the point of no return
 * @job: job
 *
 * Cannot fail; xe_job_push() must follow. Context: jobs of a queue are armed and
 * pushed in the same order, which is the caller's to see to (reservation of the
 * address space, or a lock of the queue's owner).
 *
 * Return: the fence that signals when the job is finished, with a reference.
 */
struct dma_fence *xe_job_arm(struct xe_job *job)
{
	struct xe_exec_queue *q = job->q;
	struct dma_fence *finished, *old;

	check_tlb_seqno(job);
	drm_sched_job_arm(&job->drm);
	finished = &job->drm.s_fence->finished;

	scoped_guard(spinlock_irqsave, &q->lock) {
		old = q->last_fence;
		q->last_fence = dma_fence_get(finished);
	}
	dma_fence_put(old);
	return dma_fence_get(finished);
}

/**
 * xe_job_push() - hand an armed job to the scheduler
 * @job: job
 *
 * The caller keeps its reference.
 */
void xe_job_push(struct xe_job *job)
{
	/* Given back by free_job. */
	kref_get(&job->ref);
	trace_xe_sched_job_exec(job);
	drm_sched_entity_push_job(&job->drm);
}

/**
 * xe_job_put() - drop a reference of a job
 * @job: job that was not armed, or was pushed; or NULL
 *
 * Context: may sleep.
 */
void xe_job_put(struct xe_job *job)
{
	if (job)
		kref_put(&job->ref, job_release);
}
