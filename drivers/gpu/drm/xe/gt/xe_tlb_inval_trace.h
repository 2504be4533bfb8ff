/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM xe

#if !defined(_XE_TLB_INVAL_TRACE_H_) || defined(TRACE_HEADER_MULTI_READ)
#define _XE_TLB_INVAL_TRACE_H_

#include <linux/tracepoint.h>

#include "core/xe_device.h"

DECLARE_EVENT_CLASS(xe_tlb_inval_fence,
	TP_PROTO(struct xe_gt *gt, u32 seqno),
	TP_ARGS(gt, seqno),
	TP_STRUCT__entry(
		__string(dev, dev_name(gt_to_xe(gt)->drm.dev))
		__field(u8, gt)
		__field(u32, seqno)
	),
	TP_fast_assign(
		__assign_str(dev);
		__entry->gt = gt->id;
		__entry->seqno = seqno;
	),
	TP_printk("dev=%s gt=%u seqno=%u", __get_str(dev), __entry->gt, __entry->seqno)
);

#define XE_TLB_INVAL_TRACE_EVENT(name) \
	DEFINE_EVENT(xe_tlb_inval_fence, xe_tlb_inval_fence_##name, \
		     TP_PROTO(struct xe_gt *gt, u32 seqno), TP_ARGS(gt, seqno))

XE_TLB_INVAL_TRACE_EVENT(send);
/* An answer, which is for all numbers up to it. */
XE_TLB_INVAL_TRACE_EVENT(recv);
XE_TLB_INVAL_TRACE_EVENT(signal);
XE_TLB_INVAL_TRACE_EVENT(timeout);

#endif

#undef TRACE_INCLUDE_PATH
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_PATH gt
#define TRACE_INCLUDE_FILE xe_tlb_inval_trace
#include <trace/define_trace.h>
