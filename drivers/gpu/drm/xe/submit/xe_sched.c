// SPDX-License-Identifier: GPL-2.0
/*
 * The DRM scheduler's view of a queue: run a job, look after one that takes too
 * long, end what cannot be finished.
 *
 * Nothing is signalled with an error while an engine may still write to the job's
 * memory: either the firmware confirmed that the context is off, or the GT was
 * reset in between.
 */
#include <linux/math64.h>

#include "core/xe_irq.h"
#include "core/xe_log.h"
#include "core/xe_params.h"
#include "core/xe_stats.h"
#include "gt/xe_gt.h"
#include "gt/xe_hw_fence.h"
#include "guc/xe_guc.h"
#include "submit/xe_queue.h"
#include "submit/xe_submit_trace.h"

/* A job that survived that many GT resets at the head of its queue caused them. */
#define MAX_RESETS	2
/* A kernel job, or one the firmware never began, is given that many GT resets. */
#define MAX_TIMEOUTS	2

static bool condemned(const struct xe_exec_queue *q)
{
	return READ_ONCE(q->status.verdict) != XE_QUEUE_GOOD || xe_device_wedged(gt_to_xe(q->p.gt));
}

/* On the engine: emitted and not done. The scheduler's work is stopped or is the caller. */
static bool job_in_flight(struct xe_job *job)
{
	return job->emitted && !xe_lrc_fence_passed(job->fence);
}

static bool job_began(struct xe_job *job)
{
	return (s32)(xe_lrc_start_seqno(job->q->lrc[0]) - job->ring.seqno) >= 0;
}

static void job_emit(struct xe_job *job)
{
	struct xe_exec_queue *q = job->q;
	struct xe_ring_job ring = job->ring;
	u16 i;

	for (i = 0; i < q->p.width; i++) {
		job->part[i].head = xe_lrc_ring_tail(q->lrc[i]);
		ring.batch[0] = job->part[i].batch;
		/* One tells for all that they are done, and only it knows when. */
		ring.leads = ring.gang && !i;
		ring.has_user_fence = job->ring.has_user_fence && !i;
		xe_ring_emit(q->lrc[i], &ring);
	}
}

/* The engines may fetch what was emitted. */
static void publish_tails(struct xe_exec_queue *q)
{
	if (q->p.width > 1)
		xe_queue_wq_put(q);
	else
		xe_lrc_publish_tail(q->lrc[0]);
}

/*
 * A job that is not run any more. Its fence may be all that is left of those before it in
 * a reservation, so it ends after them: none of them may be on the engine then.
 */
static struct dma_fence *end_unrun(struct xe_exec_queue *q, struct drm_sched_job *drm)
{
	if (!q->last_emitted || dma_fence_is_signaled(q->last_emitted))
		return ERR_PTR(-ECANCELED);
	dma_fence_set_error(&drm->s_fence->finished, -ECANCELED);
	return dma_fence_get(q->last_emitted);
}

static struct dma_fence *queue_run_job(struct drm_sched_job *drm)
{
	struct xe_job *job = to_xe_job(drm);
	struct xe_exec_queue *q = job->q;
	bool cookie;

	if (condemned(q))
		return end_unrun(q, drm);

	cookie = dma_fence_begin_signalling();
	xe_lrc_fence_init(q->lrc[0], job->fence);
	job->emitted = true;
	dma_fence_put(q->last_emitted);
	q->last_emitted = dma_fence_get(job->fence);
	job->ring.seqno = lower_32_bits(job->fence->seqno);
	job_emit(job);
	publish_tails(q);
	trace_xe_sched_job_run(job);
	xe_stat_add(q->p.gt, XE_STAT_JOB, 1);
	/*
	 * A message that is lost is made up for: the job is found in the ring by the
	 * next one, or by the replay after a reset, at last by the timeout.
	 */
	xe_queue_kick(q);
	dma_fence_end_signalling(cookie);

	return dma_fence_get(job->fence);
}

static void queue_free_job(struct drm_sched_job *drm)
{
	trace_xe_sched_job_free(to_xe_job(drm));
	xe_queue_count_in_time(to_xe_job(drm)->q);
	xe_job_put(to_xe_job(drm));
}

static bool job_never_began(struct xe_exec_queue *q, struct xe_job *job)
{
	if (job_began(job))
		return false;
	xe_gt_warn(q->p.gt, "Check job timeout: seqno=%llu, lrc_seqno=%u, guc_id=%u, not started\n",
		   job->drm.s_fence->finished.seqno, job->ring.seqno, q->id);
	return true;
}

/*
 * Wall time says little where engines are shared: what counts is how long the
 * context ran since the job began. If the clock stands still between two looks,
 * the engine does.
 */
static bool job_overran(struct xe_exec_queue *q, struct xe_job *job)
{
	u32 now = lower_32_bits(xe_lrc_timestamp(q->lrc[0])), ticks;
	u64 ran_ms;

	if (now == job->sample) {
		xe_gt_warn(q->p.gt,
			   "Check job timeout: seqno=%llu, lrc_seqno=%u, guc_id=%u, timestamp stuck\n",
			   job->drm.s_fence->finished.seqno, job->ring.seqno, q->id);
		return true;
	}
	job->sample = now;
	ticks = now - xe_lrc_job_timestamp(q->lrc[0]);
	ran_ms = div_u64(xe_gt_ticks_to_ns(q->p.gt, ticks), NSEC_PER_MSEC);
	/* Five percent for the firmware's switching. */
	return div_u64(ran_ms * 105, 100) >= q->p.job_timeout_ms;
}

static int verdict_error(const struct xe_exec_queue *q)
{
	switch (READ_ONCE(q->status.verdict)) {
	case XE_QUEUE_RESET:
		return -EIO;
	case XE_QUEUE_BANNED:
		return -ETIME;
	default:
		return -ECANCELED;
	}
}

/* The first job is the culprit. Context: scheduler stopped, context off the engine. */
static void cancel_jobs(struct xe_exec_queue *q, struct xe_job *first)
{
	struct drm_sched_job *drm;

	if (first)
		xe_lrc_fence_cancel(first->fence, verdict_error(q));
	drm_sched_for_each_pending_job(drm, &q->sched, NULL) {
		struct xe_job *job = to_xe_job(drm);

		if (job_in_flight(job))
			xe_lrc_fence_cancel(job->fence, -ECANCELED);
	}
}

/* Without the kernel's own queues there is no going on; a developer may want that always. */
static void ban(struct xe_exec_queue *q)
{
	enum xe_wedged_mode at = q->p.kernel ? XE_WEDGED_CRITICAL_ERROR : XE_WEDGED_ANY_HANG;
	struct xe_device *xe = gt_to_xe(q->p.gt);

	xe_queue_event(q, XE_QEV_BAN);
	xe_fence_irq_wake(xe);
	if (q->p.kernel)
		xe_gt_err(q->p.gt, "Kernel-submitted job timed out\n");
	if (xe_params.wedged_mode >= at)
		queue_work(xe->unordered_wq, &xe_queue_submit(q)->wedge_work);
}

static void report_hang(struct xe_exec_queue *q, struct xe_job *job)
{
	struct xe_device *xe = gt_to_xe(q->p.gt);
	struct xe_hang hang = {
		.q = q,
		.seqno = job->drm.s_fence->finished.seqno,
		.id = q->id,
		.lrc_seqno = job->ring.seqno,
		.comm = q->comm,
		.pid = q->pid,
	};
	u16 i;

	if (!xe->on_hang)
		return;
	for (i = 0; i < q->p.width; i++)
		hang.batch[i] = job->part[i].batch;
	xe->on_hang(xe, &hang);
}

/* Returns false when a GT reset is tried first. */
static bool convict(struct xe_exec_queue *q, struct xe_job *job, bool never_began)
{
	struct xe_gt *gt = q->p.gt;

	xe_stat_add(gt, XE_STAT_JOB_TIMEOUT, 1);
	xe_gt_notice(gt, "Timedout job: seqno=%llu, lrc_seqno=%u, guc_id=%u, flags=0x%x in %s [%d]\n",
		     job->drm.s_fence->finished.seqno, job->ring.seqno, q->id, q->p.kernel, q->comm,
		     q->pid);
	report_hang(q, job);

	if ((q->p.kernel || never_began) && ++job->timeouts <= MAX_TIMEOUTS) {
		xe_guc_reset_gt(gt);
		return false;
	}
	ban(q);
	return true;
}

/* What its owner ends, or the end of the device does, is no fault of the job. */
static bool is_fault(const struct xe_exec_queue *q)
{
	u8 verdict = READ_ONCE(q->status.verdict);

	return verdict == XE_QUEUE_RESET || verdict == XE_QUEUE_BANNED;
}

static void check_job(struct xe_exec_queue *q, struct xe_job *job)
{
	bool guilty = condemned(q), never_began = false;
	int err;

	if (!guilty) {
		never_began = job_never_began(q, job);
		if (!never_began && !job_overran(q, job))
			return;
	}

	err = xe_queue_off(q);
	if (err == -ETIMEDOUT) {
		xe_gt_warn(q->p.gt, "Schedule disable failed to respond, guc_id=%u\n", q->id);
		xe_guc_reset_gt(q->p.gt);
	}
	/* The reset that comes, or is going on, decides. */
	if (err)
		return;

	if (guilty) {
		if (job_in_flight(job) && is_fault(q))
			report_hang(q, job);
		cancel_jobs(q, job);
	} else if (!job_in_flight(job)) {
		/* Done after all before it was off: go on with those behind it. */
		xe_queue_kick(q);
	} else if (convict(q, job, never_began)) {
		cancel_jobs(q, job);
	}
}

/* Afterwards neither jobs are run, nor is the queue suspended or resumed. */
static void stop_senders(struct xe_exec_queue *q)
{
	drm_sched_wqueue_stop(&q->sched);
	cancel_work_sync(&q->settle_work);
}

static void start_senders(struct xe_exec_queue *q)
{
	drm_sched_wqueue_start(&q->sched);
	/* What was asked for in between. */
	queue_work(xe_queue_submit(q)->submit_wq, &q->settle_work);
}

/* The job is done, and its interrupt did not come. */
static void nobody_told(struct xe_exec_queue *q)
{
	xe_fence_irq_run(q->p.gt, q->p.hwe->cls);
	xe_irq_retrigger(gt_to_xe(q->p.gt));
}

static enum drm_gpu_sched_stat queue_timedout_job(struct drm_sched_job *drm)
{
	struct xe_job *job = to_xe_job(drm);
	struct xe_exec_queue *q = job->q;
	struct xe_guc_submit *submit = xe_queue_submit(q);

	/* Not for long: the reset waits for this handler, which is called again after it. */
	if (!wait_event_timeout(submit->wq, READ_ONCE(submit->phase) != XE_SUBMIT_STOPPED,
				msecs_to_jiffies(10)))
		return DRM_GPU_SCHED_STAT_NO_HANG;

	trace_xe_sched_job_timedout(job);
	stop_senders(q);
	if (job_in_flight(job))
		check_job(q, job);
	else
		nobody_told(q);
	if (READ_ONCE(submit->phase) != XE_SUBMIT_STOPPED)
		start_senders(q);
	/* Back to the pending list: free_job finds it there when it is signalled. */
	return DRM_GPU_SCHED_STAT_NO_HANG;
}

static const struct drm_sched_backend_ops sched_ops = {
	.run_job = queue_run_job,
	.timedout_job = queue_timedout_job,
	.free_job = queue_free_job,
};

static u32 max_in_flight(const struct xe_exec_queue *q)
{
	u32 ring = xe_lrc_ring_size(q->lrc[0]) / XE_RING_MAX_JOB_BYTES - 1;

	return q->p.width > 1 ? min(ring, xe_queue_wq_room(q->p.width)) : ring;
}

/**
 * xe_queue_sched_init() - scheduler and entity of a queue
 * @q: queue, named
 *
 * As many jobs are in flight as surely fit into the rings and the work queue.
 * Return: 0 or -ENOMEM.
 */
int xe_queue_sched_init(struct xe_exec_queue *q)
{
	bool lr = q->p.as && q->p.as->lr_mode;
	const struct drm_sched_init_args args = {
		.ops = &sched_ops,
		.submit_wq = xe_queue_submit(q)->submit_wq,
		.num_rqs = 1,
		.credit_limit = max_in_flight(q),
		.timeout = lr ? MAX_SCHEDULE_TIMEOUT : msecs_to_jiffies(q->p.job_timeout_ms),
		.timeout_wq = xe_queue_submit(q)->timeout_wq,
		.name = q->name,
		.dev = gt_to_xe(q->p.gt)->drm.dev,
	};
	struct drm_gpu_scheduler *list[] = { &q->sched };
	int err;

	err = drm_sched_init(&q->sched, &args);
	if (err)
		return err;
	err = drm_sched_entity_init(&q->entity, DRM_SCHED_PRIORITY_KERNEL, list, 1, NULL);
	if (err)
		drm_sched_fini(&q->sched);
	return err;
}

/**
 * xe_queue_sched_fini() - undo xe_queue_sched_init()
 * @q: queue without jobs
 *
 * Context: sleeps; not from the queue's own work.
 */
void xe_queue_sched_fini(struct xe_exec_queue *q)
{
	drm_sched_entity_fini(&q->entity);
	drm_sched_fini(&q->sched);
}

/**
 * xe_queue_condemn() - no more jobs, and those in flight end soon
 * @q: queue
 * @verdict: one of the events that judge
 *
 * The timeout handler does the rest. Context: any; does not sleep.
 */
void xe_queue_condemn(struct xe_exec_queue *q, enum xe_queue_event verdict)
{
	xe_queue_event(q, verdict);
	xe_fence_irq_wake(gt_to_xe(q->p.gt));
	drm_sched_tdr_queue_imm(&q->sched);
}

static struct xe_job *first_in_flight(struct xe_exec_queue *q)
{
	struct drm_sched_job *drm;
	struct xe_job *found = NULL;

	drm_sched_for_each_pending_job(drm, &q->sched, NULL)
		if (!found && job_in_flight(to_xe_job(drm)))
			found = to_xe_job(drm);
	return found;
}

/**
 * xe_queue_park() - keep jobs and timeouts of a queue from running
 * @q: queue; nothing happens when it is parked
 *
 * Who walks its jobs afterwards is alone. Until xe_queue_start().
 *
 * Context: sleeps; &xe_guc_submit.lock is held. Phase is no longer XE_SUBMIT_RUNNING, so
 * that a timeout handler waits for nothing.
 */
void xe_queue_park(struct xe_exec_queue *q)
{
	lockdep_assert_held(&xe_queue_submit(q)->lock);
	if (q->parked)
		return;
	/* First the handler, for it may start the scheduler once more. */
	disable_delayed_work_sync(&q->sched.work_tdr);
	stop_senders(q);
	q->parked = true;
}

/**
 * xe_queue_stop() - the firmware is going to forget a queue
 * @q: queue
 *
 * Afterwards no work of its scheduler runs. A queue whose first job has seen too
 * many resets is banned; a user's also when the job was on the engine. One that was
 * suspended, and off its engine, has nothing to do with that, and loses nothing.
 *
 * Context: as xe_queue_park().
 */
void xe_queue_stop(struct xe_exec_queue *q)
{
	bool again = q->parked;
	struct xe_job *job;

	xe_queue_park(q);
	if (!again)
		q->kept = READ_ONCE(q->status.suspended) && xe_queue_is_off(&q->status);
	trace_xe_exec_queue_stop(q);
	xe_queue_event(q, XE_QEV_LOST);
	xe_queue_wq_reset(q);

	job = q->kept ? NULL : first_in_flight(q);
	if (job && ((!q->p.kernel && job_began(job)) || ++job->resets > MAX_RESETS))
		ban(q);
}

static void rewind_rings(struct xe_exec_queue *q, const struct xe_job *to)
{
	u16 i;

	for (i = 0; i < q->p.width; i++)
		xe_lrc_rewind(q->lrc[i], to->part[i].head);
}

/* Those of a queue that was kept are in its rings, and go on where they were. */
static void replay_jobs(struct xe_exec_queue *q)
{
	struct drm_sched_job *drm;
	bool any = false;

	drm_sched_for_each_pending_job(drm, &q->sched, NULL) {
		struct xe_job *job = to_xe_job(drm);

		if (!job_in_flight(job))
			continue;
		if (!any && !q->kept)
			rewind_rings(q, job);
		any = true;
		if (!q->kept)
			job_emit(job);
	}
	if (any) {
		trace_xe_exec_queue_resubmit(q);
		publish_tails(q);
		xe_queue_kick(q);
	}
}

/**
 * xe_queue_start() - go on after xe_queue_stop()
 * @q: queue
 * @replay: the firmware is there: jobs in flight are run again, else all end
 *
 * Context: sleeps; &xe_guc_submit.lock is held.
 */
void xe_queue_start(struct xe_exec_queue *q, bool replay)
{
	if (!replay)
		xe_queue_event(q, XE_QEV_KILL);
	if (condemned(q)) {
		cancel_jobs(q, first_in_flight(q));
		/* Those who wait for its user fences in vain. */
		xe_fence_irq_wake(gt_to_xe(q->p.gt));
	} else {
		replay_jobs(q);
	}

	q->parked = false;
	enable_delayed_work(&q->sched.work_tdr);
	start_senders(q);
	/* As a delay, that would be over at once or never. */
	if (q->sched.timeout != MAX_SCHEDULE_TIMEOUT)
		drm_sched_resume_timeout(&q->sched, q->sched.timeout);
}
