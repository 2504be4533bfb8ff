/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_QUEUE_H_
#define _XE_QUEUE_H_

/* What the files of this folder share; nobody else includes it. */

#include <linux/bitmap.h>
#include <linux/kref.h>
#include <linux/llist.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include <drm/gpu_scheduler.h>

#include "gt/xe_lrc.h"
#include "submit/xe_exec_queue.h"
#include "submit/xe_queue_state.h"

struct xe_engine_group;

/* Render and compute, copy, media, and the rest. */
#define XE_ENGINE_GROUPS 4

/* Context ids of a GT; the one that would follow means that it is not known. */
#define XE_QUEUE_MAX_IDS 65535

/* enum xe_submit_phase - may the firmware of a GT be spoken to */
enum xe_submit_phase {
	XE_SUBMIT_RUNNING,	/* yes */
	XE_SUBMIT_STOPPED,	/* not before xe_guc_submit_start() */
	XE_SUBMIT_OVER,		/* never again: unbound or wedged */
};

/**
 * struct xe_guc_submit - submission of one GT
 * @gt: the GT
 * @lock: protects membership in @queues against stop and start. Taken in fence signalling:
 *	nothing is allocated under it
 * @queues: firmware's context id to queue, and a parallel queue has several; readers that only
 *	look use RCU
 * @ids_taken: bit per context id, whether a queue has it or is about to; by @lock
 * @wq: woken when @phase changes
 * @phase: &enum xe_submit_phase; written by stop and start
 * @submit_wq: the schedulers of all queues; a thread for each would be costly
 * @timeout_wq: job timeouts, one after the other
 * @preempt_wq: waits for suspended queues; fence signalling
 * @groups: of its engines
 * @wedge_work: gives the device up; not from a timeout, which that waits for
 * @closed: queues that need only be freed
 * @free_work: does it, on the destroy workqueue
 */
struct xe_guc_submit {
	struct xe_gt *gt;
	struct mutex lock;	/* see above */
	struct xarray queues;
	DECLARE_BITMAP(ids_taken, XE_QUEUE_MAX_IDS);
	wait_queue_head_t wq;
	int phase;
	struct workqueue_struct *submit_wq, *timeout_wq, *preempt_wq;
	struct xe_engine_group *groups[XE_ENGINE_GROUPS];
	struct work_struct wedge_work;
	struct llist_head closed;
	struct work_struct free_work;
};

/**
 * struct xe_exec_queue - jobs that run one after the other in a hardware context
 * @ref: references; of each job too
 * @p: as created, defaults filled in
 * @id: the firmware's context id of the first context; those of the others follow it
 * @name: class and @id, for the scheduler
 * @sched: one per queue
 * @entity: its only one
 * @lock: protects @status and @last_fence; irq: inside the locks of preempt fences
 * @status: see xe_queue_transition()
 * @wq: woken when @status changes, or the phase of the GT
 * @last_fence: finished fence of the job armed last
 * @last_emitted: hardware fence of the job that was given to the engine last; as its sender
 * @wq_tail: end of the items in the work queue of a parallel queue; one writer
 * @tlb_seqno: &xe_addr_space.tlb_flush_seqno that its jobs have flushed for; as arming jobs
 * @ticks_seen: jiffies when &xe_queue_params.usage was brought up to date
 * @leaving: it is counted in &xe_usage.leaving
 * @parked: neither jobs nor timeouts run, see xe_queue_park(). Under &xe_guc_submit.lock
 * @kept: stopped while suspended: what its jobs had done is in its contexts. Likewise
 * @jobs: jobs not yet freed
 * @comm: name of the process that made it, for messages
 * @pid: its id; -1: the kernel
 * @settle_work: takes it off its engine when it was suspended, enables it when it was
 *	resumed; on the workqueue that its scheduler runs on
 * @preempt_context: timeline of its preempt fences
 * @preempt_seqno: of the last one; as arming them
 * @group_link: see xe_engine_group.c
 * @close_work: end of its life, on the destroy workqueue
 * @closed: in &xe_guc_submit.closed, at last
 * @gang: how the contexts of a parallel queue start and end together
 * @lrc: its contexts, as many as it is wide. The first stands for all
 */
struct xe_exec_queue {
	struct kref ref;
	struct xe_queue_params p;
	u32 id;
	char name[24];

	struct drm_gpu_scheduler sched;
	struct drm_sched_entity entity;

	spinlock_t lock;	/* see above */
	struct xe_queue_status status;
	wait_queue_head_t wq;
	struct dma_fence *last_fence, *last_emitted;

	u32 wq_tail;
	u64 tlb_seqno;
	unsigned long ticks_seen;
	bool leaving, parked, kept;
	atomic_t jobs;
	char comm[TASK_COMM_LEN];
	pid_t pid;
	struct work_struct settle_work;
	u64 preempt_context, preempt_seqno;
	struct list_head group_link;
	struct work_struct close_work;
	struct llist_node closed;
	struct xe_ring_gang gang;
	struct xe_lrc *lrc[];
};

/**
 * struct xe_job - one job; with one @part at most 256 bytes, for it is allocated at each exec
 * @drm: the scheduler's part
 * @ref: its maker's until it was pushed, and the scheduler's
 * @emitted: it was given to the engine. Context: run_job, or the scheduler stopped
 * @resets: GT resets that found it first in line
 * @timeouts: of a kernel job or one that never began
 * @q: reference of its queue
 * @fence: memory until the job is @emitted, then its hardware fence
 * @ring: what stands in the ring; without the batch of a queue's other rings
 * @sample: context timestamp at the last look; ~0ull: none. Context: the timeout handler
 * @part: per context of the queue, its batch, and where in its ring the job begins, in bytes
 */
struct xe_job {
	struct drm_sched_job drm;
	struct kref ref;
	bool emitted;
	u8 resets, timeouts;
	struct xe_exec_queue *q;
	struct dma_fence *fence;
	struct xe_ring_job ring;
	u64 sample;
	struct xe_job_part {
		u64 batch;
		u32 head;
	} part[];
};

static inline struct xe_job *to_xe_job(struct drm_sched_job *drm)
{
	return container_of(drm, struct xe_job, drm);
}

static inline struct xe_guc_submit *xe_queue_submit(const struct xe_exec_queue *q)
{
	return q->p.gt->submit;
}

/* xe_exec_queue.c */
int xe_queue_event(struct xe_exec_queue *q, enum xe_queue_event event);
const char *xe_queue_class_name(const struct xe_exec_queue *q);
void xe_queue_free_work(struct work_struct *work);

/* xe_usage.c */
void xe_queue_count_in_time(struct xe_exec_queue *q);
void xe_queue_left(struct xe_exec_queue *q);

/* xe_queue_wq.c */
u32 xe_queue_wq_room(u16 width);
u32 xe_queue_wq_write(struct iosys_map *items, u32 tail, u32 *item, u32 n);
u32 xe_queue_wq_addr(struct xe_exec_queue *q, u32 *desc, u32 *items);
void xe_queue_wq_reset(struct xe_exec_queue *q);
void xe_queue_wq_put(struct xe_exec_queue *q);

/* xe_engine_group.c */
int xe_engine_groups_init(struct xe_guc_submit *submit);
void xe_queue_join_group(struct xe_exec_queue *q);
void xe_queue_leave_group(struct xe_exec_queue *q);

/* xe_queue_suspend.c */
void xe_queue_suspend_init(struct xe_exec_queue *q);
void xe_queue_suspend_fini(struct xe_exec_queue *q);
void xe_queue_settle_later(struct xe_exec_queue *q);

/* xe_sched.c */
int xe_queue_sched_init(struct xe_exec_queue *q);
void xe_queue_sched_fini(struct xe_exec_queue *q);
void xe_queue_condemn(struct xe_exec_queue *q, enum xe_queue_event verdict);
void xe_queue_park(struct xe_exec_queue *q);
void xe_queue_stop(struct xe_exec_queue *q);
void xe_queue_start(struct xe_exec_queue *q, bool replay);

/* xe_queue_events.c */
int xe_queue_events_init(struct xe_gt *gt);

/* xe_queue_ids.c */
int xe_queue_ids_take(unsigned long *taken, u16 n);
int xe_queue_reserve(struct xe_exec_queue *q);
void xe_queue_publish(struct xe_exec_queue *q);
void xe_queue_unpublish(struct xe_exec_queue *q);

/* xe_guc_submit.c */
int xe_queue_kick(struct xe_exec_queue *q);
int xe_queue_off(struct xe_exec_queue *q);
int xe_queue_away(struct xe_exec_queue *q);
unsigned long xe_queue_answer_timeout(const struct xe_exec_queue *q);
void xe_queue_forget(struct xe_exec_queue *q);

#endif
