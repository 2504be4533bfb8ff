/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM xe

#if !defined(_XE_SUBMIT_TRACE_H_) || defined(TRACE_HEADER_MULTI_READ)
#define _XE_SUBMIT_TRACE_H_

#include <linux/tracepoint.h>

#include "submit/xe_queue.h"

DECLARE_EVENT_CLASS(xe_exec_queue,
	TP_PROTO(struct xe_exec_queue *q),
	TP_ARGS(q),
	TP_STRUCT__entry(
		__string(dev, dev_name(gt_to_xe(q->p.gt)->drm.dev))
		__string(cls, xe_queue_class_name(q))
		__field(u32, mask)
		__field(u16, width)
		__field(u8, gt)
		__field(u8, state)
		__field(u8, verdict)
		__field(u32, guc_id)
	),
	TP_fast_assign(
		__assign_str(dev);
		__assign_str(cls);
		__entry->mask = q->p.logical_mask;
		__entry->width = q->p.width;
		__entry->gt = q->p.gt->id;
		__entry->state = READ_ONCE(q->status.state);
		__entry->verdict = READ_ONCE(q->status.verdict);
		__entry->guc_id = q->id;
	),
	TP_printk("dev=%s gt=%u %s:0x%x width=%u guc_id=%u state=%s verdict=%s", __get_str(dev),
		  __entry->gt, __get_str(cls), __entry->mask, __entry->width, __entry->guc_id,
		  __print_symbolic(__entry->state,
				   { XE_QUEUE_UNREGISTERED, "unregistered" },
				   { XE_QUEUE_ENABLING, "enabling" },
				   { XE_QUEUE_ENABLED, "enabled" },
				   { XE_QUEUE_DISABLING, "disabling" },
				   { XE_QUEUE_DISABLED, "disabled" },
				   { XE_QUEUE_DEREGISTERING, "deregistering" },
				   { XE_QUEUE_GONE, "gone" }),
		  __print_symbolic(__entry->verdict,
				   { XE_QUEUE_GOOD, "good" },
				   { XE_QUEUE_RESET, "reset" },
				   { XE_QUEUE_BANNED, "banned" },
				   { XE_QUEUE_KILLED, "killed" }))
);

#define XE_QUEUE_TRACE_EVENT(name) \
	DEFINE_EVENT(xe_exec_queue, xe_exec_queue_##name, \
		     TP_PROTO(struct xe_exec_queue *q), TP_ARGS(q))

XE_QUEUE_TRACE_EVENT(create);
/* It runs, and the firmware is told of a new job. */
XE_QUEUE_TRACE_EVENT(submit);
XE_QUEUE_TRACE_EVENT(register);
XE_QUEUE_TRACE_EVENT(scheduling_enable);
XE_QUEUE_TRACE_EVENT(scheduling_disable);
XE_QUEUE_TRACE_EVENT(scheduling_done);
XE_QUEUE_TRACE_EVENT(deregister);
XE_QUEUE_TRACE_EVENT(deregister_done);
XE_QUEUE_TRACE_EVENT(suspend);
XE_QUEUE_TRACE_EVENT(resume);
/* The firmware says so. */
XE_QUEUE_TRACE_EVENT(reset);
XE_QUEUE_TRACE_EVENT(memory_cat_error);
XE_QUEUE_TRACE_EVENT(kill);
/* For a reset of the GT, and after it. */
XE_QUEUE_TRACE_EVENT(stop);
XE_QUEUE_TRACE_EVENT(resubmit);
/* The last reference is gone; nothing is left. */
XE_QUEUE_TRACE_EVENT(close);
XE_QUEUE_TRACE_EVENT(destroy);

DECLARE_EVENT_CLASS(xe_sched_job,
	TP_PROTO(struct xe_job *job),
	TP_ARGS(job),
	TP_STRUCT__entry(
		__string(dev, dev_name(gt_to_xe(job->q->p.gt)->drm.dev))
		__field(u8, gt)
		__field(u32, guc_id)
		__field(u64, seqno)
		__field(u32, lrc_seqno)
		__field(u64, batch)
		__field(struct xe_job *, job)
	),
	TP_fast_assign(
		__assign_str(dev);
		__entry->gt = job->q->p.gt->id;
		__entry->guc_id = job->q->id;
		__entry->seqno = job->drm.s_fence ? job->drm.s_fence->finished.seqno : 0;
		__entry->lrc_seqno = job->ring.seqno;
		__entry->batch = job->part[0].batch;
		__entry->job = job;
	),
	TP_printk("dev=%s gt=%u guc_id=%u job=%p seqno=%llu lrc_seqno=%u batch=%#llx",
		  __get_str(dev), __entry->gt, __entry->guc_id, __entry->job, __entry->seqno,
		  __entry->lrc_seqno, __entry->batch)
);

#define XE_JOB_TRACE_EVENT(name) \
	DEFINE_EVENT(xe_sched_job, xe_sched_job_##name, \
		     TP_PROTO(struct xe_job *job), TP_ARGS(job))

XE_JOB_TRACE_EVENT(create);
/* Handed to the scheduler; to the engine. */
XE_JOB_TRACE_EVENT(exec);
XE_JOB_TRACE_EVENT(run);
XE_JOB_TRACE_EVENT(timedout);
XE_JOB_TRACE_EVENT(free);

#endif

#undef TRACE_INCLUDE_PATH
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_PATH submit
#define TRACE_INCLUDE_FILE xe_submit_trace
#include <trace/define_trace.h>
