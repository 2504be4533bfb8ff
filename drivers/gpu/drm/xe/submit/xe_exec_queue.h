/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_EXEC_QUEUE_H_
#define _XE_EXEC_QUEUE_H_

#include "core/xe_addr_space.h"
#include "gt/xe_hw_engine.h"

struct dma_fence;
struct drm_printer;
struct drm_sched_job;
struct xe_exec_queue;
struct xe_job;
struct xe_lrc;
struct xe_usage;

#define XE_QUEUE_MAX_WIDTH 8

/* enum xe_queue_priority - as the uAPI and the firmware order them */
enum xe_queue_priority {
	XE_PRIO_LOW, XE_PRIO_NORMAL, XE_PRIO_HIGH, XE_PRIO_KERNEL, XE_PRIO_COUNT
};

/**
 * struct xe_queue_params - one create function
 * @gt: filled in by it
 * @hwe: an engine of its class
 * @as: NULL: GGTT only
 * @logical_mask: engines it may run on; of a parallel queue, its first batch may: the others
 *	run on the engines that follow
 * @width: batches per job; above 1: only video engines
 * @kernel: not bound to a file; KMD priority; to be put when the device is unbound (devm_)
 * @image: context image whose engine state it starts with, of xe_lrc_image_size() bytes, or
 *	NULL; not kept
 * @usage: whose ticks it adds to, or NULL; a reference is taken
 * @priority: of a user's queue
 * @timeslice_us: 0: the engine's
 * @preempt_timeout_us: 0: the engine's
 * @job_timeout_ms: 0: the engine's
 * @low_latency: ask for a high frequency while it runs
 * @endless_timeslice: @timeslice_us is 0 and means it
 * @no_state_cache_perf_fix: colour cache keyed by binding table too; render only
 */
struct xe_queue_params {
	struct xe_gt *gt;
	struct xe_hw_engine *hwe;
	struct xe_addr_space *as;
	u32 logical_mask;
	u16 width;
	bool kernel;
	const void *image;
	struct xe_usage *usage;
	enum xe_queue_priority priority;
	u32 timeslice_us, preempt_timeout_us, job_timeout_ms;
	bool low_latency, endless_timeslice, no_state_cache_perf_fix;
};

struct xe_exec_queue *xe_exec_queue_create(struct xe_device *xe, const struct xe_queue_params *p);
struct xe_exec_queue *xe_exec_queue_get(struct xe_exec_queue *q);
void xe_exec_queue_put(struct xe_exec_queue *q);
/* xe_exec_queue_kill() - no more jobs, those there are ended with -ECANCELED */
void xe_exec_queue_kill(struct xe_exec_queue *q);
/* xe_exec_queue_banned() - killed, banned after a hang or reset, or the device wedged */
bool xe_exec_queue_banned(struct xe_exec_queue *q);
struct xe_hw_engine *xe_exec_queue_engine(struct xe_exec_queue *q);
struct xe_addr_space *xe_exec_queue_as(struct xe_exec_queue *q);
u16 xe_exec_queue_width(struct xe_exec_queue *q);
struct xe_lrc *xe_exec_queue_lrc(struct xe_exec_queue *q);
/* xe_exec_queue_jobs() - not freed yet */
unsigned int xe_exec_queue_jobs(struct xe_exec_queue *q);
/* xe_exec_queue_last_fence() - of the job armed last, or a signalled one; with a reference */
struct dma_fence *xe_exec_queue_last_fence(struct xe_exec_queue *q);
/* xe_exec_queue_print() - it and its contexts. Context: process, device awake */
void xe_exec_queue_print(struct xe_exec_queue *q, struct drm_printer *p);

/**
 * struct xe_hang - a job that is ended because it, or its queue, failed
 * @q: its queue, which is off its engine; the job has a reference
 * @seqno: of the job's finished fence
 * @id: the firmware's context id
 * @lrc_seqno: what the engine would have written
 * @batch: its batches, as many as the queue is wide
 * @comm: name of the process that made the queue; as long as @q
 * @pid: its id; -1: the kernel
 */
struct xe_hang {
	struct xe_exec_queue *q;
	u64 seqno;
	u32 id, lrc_seqno;
	u64 batch[XE_QUEUE_MAX_WIDTH];
	const char *comm;
	pid_t pid;
};

/* ---- how long engines ran for a client: see xe_usage.c ---- */

/* xe_usage_create() - NULL without memory */
struct xe_usage *xe_usage_create(void);
struct xe_usage *xe_usage_get(struct xe_usage *usage);
void xe_usage_put(struct xe_usage *usage);
/* xe_exec_queue_count_ticks() - bring its client's usage up to date. Context: device awake */
void xe_exec_queue_count_ticks(struct xe_exec_queue *q);
/* xe_exec_queue_leave() - userspace closed it; before it is killed */
void xe_exec_queue_leave(struct xe_exec_queue *q);
/* xe_usage_read() - when queues that were closed are off. Context: sleeps */
void xe_usage_read(struct xe_usage *usage, u64 ticks[XE_CLASS_MAX]);

/* ---- keeping a queue off its engine: see xe_queue_suspend.c ---- */

/* xe_exec_queue_suspend() - does not sleep; not counted. Context: any */
void xe_exec_queue_suspend(struct xe_exec_queue *q);
/* xe_exec_queue_suspend_wait() - 0 when it is off, -ECANCELED. Context: sleeps; fence signalling */
int xe_exec_queue_suspend_wait(struct xe_exec_queue *q);
/* xe_exec_queue_resume() - Context: any; the device is awake */
void xe_exec_queue_resume(struct xe_exec_queue *q);

/*
 * Preempt fences: see xe_preempt_fence.c. When somebody waits for one, its queue is suspended;
 * it signals when the queue is off its engine. Then xe_addr_space_ops.preempted() is called.
 */
struct xe_preempt_fence;
/* xe_preempt_fence_alloc() - what can fail; ERR_PTR(-ENOMEM). Context: sleeps */
struct xe_preempt_fence *xe_preempt_fence_alloc(void);
/* xe_preempt_fence_free() - of one that was not armed, or NULL */
void xe_preempt_fence_free(struct xe_preempt_fence *pf);
/* xe_preempt_fence_arm() - on the queue's timeline, with a reference of the queue; cannot fail */
struct dma_fence *xe_preempt_fence_arm(struct xe_preempt_fence *pf, struct xe_exec_queue *q);
/* xe_preempt_fence_create() - both */
struct dma_fence *xe_preempt_fence_create(struct xe_exec_queue *q);
/* xe_preempt_fence_retire() - nobody needs it any more: let it signal; drops the reference */
void xe_preempt_fence_retire(struct dma_fence *fence);

/* ---- jobs with fences beside jobs that fault: see xe_engine_group.c ---- */

/* xe_exec_queue_begin_submit() - before reservations; 0, -EAGAIN: @waits is not done, -EINTR */
int xe_exec_queue_begin_submit(struct xe_exec_queue *q, bool waits);
void xe_exec_queue_end_submit(struct xe_exec_queue *q);

/* ---- jobs: create, add dependencies, arm (point of no return), push ---- */

/* xe_job_create() - @batch: one address per width (GGTT without address space); ERR_PTR */
struct xe_job *xe_job_create(struct xe_exec_queue *q, const u64 *batch);
/* xe_job_create_two() - kernel copies: two batches in sequence */
struct xe_job *xe_job_create_two(struct xe_exec_queue *q, u64 first, u64 second);
struct drm_sched_job *xe_job_drm(struct xe_job *job);
void xe_job_set_user_fence(struct xe_job *job, u64 addr, u64 value);
void xe_job_set_flush_tlb(struct xe_job *job);
/* xe_job_arm() - cannot fail; returns the finished fence, referenced. xe_job_push() must follow */
struct dma_fence *xe_job_arm(struct xe_job *job);
void xe_job_push(struct xe_job *job);
/* xe_job_put() - of a job that was not armed, or our reference of a pushed one */
void xe_job_put(struct xe_job *job);

/* ---- firmware side, for probe, reset and resume ---- */
/* xe_guc_submit_drain_init() - before the first GT's xe_guc_submit_init() */
int xe_guc_submit_drain_init(struct xe_device *xe);
int xe_guc_submit_init(struct xe_gt *gt);
/* xe_guc_submit_enable() - global policies, after the firmware started; start() does it too */
int xe_guc_submit_enable(struct xe_gt *gt);
/*
 * Around a GT reset: park queues; register and replay them. Not from a job's timeout
 * handler. start() on a wedged device ends all jobs.
 */
void xe_guc_submit_stop(struct xe_gt *gt);
void xe_guc_submit_start(struct xe_gt *gt);
/* xe_golden_contexts_record() - run the default-LRC jobs of each class of @gt */
int xe_golden_contexts_record(struct xe_gt *gt);

#endif
