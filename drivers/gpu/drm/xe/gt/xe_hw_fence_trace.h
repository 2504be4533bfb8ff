/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM xe

#if !defined(_XE_HW_FENCE_TRACE_H_) || defined(TRACE_HEADER_MULTI_READ)
#define _XE_HW_FENCE_TRACE_H_

#include <linux/dma-fence.h>
#include <linux/tracepoint.h>

#include "core/xe_device.h"

DECLARE_EVENT_CLASS(xe_hw_fence,
	TP_PROTO(struct xe_gt *gt, const struct dma_fence *fence),
	TP_ARGS(gt, fence),
	TP_STRUCT__entry(
		__string(dev, dev_name(gt_to_xe(gt)->drm.dev))
		__field(u64, ctx)
		__field(u32, seqno)
	),
	TP_fast_assign(
		__assign_str(dev);
		__entry->ctx = fence->context;
		__entry->seqno = fence->seqno;
	),
	TP_printk("dev=%s ctx=%llu seqno=%u", __get_str(dev), __entry->ctx, __entry->seqno)
);

#define XE_HW_FENCE_TRACE_EVENT(name) \
	DEFINE_EVENT(xe_hw_fence, xe_hw_fence_##name, \
		     TP_PROTO(struct xe_gt *gt, const struct dma_fence *fence), TP_ARGS(gt, fence))

XE_HW_FENCE_TRACE_EVENT(create);
/* The engine was found to be done, or will not be. */
XE_HW_FENCE_TRACE_EVENT(signal);

#endif

#undef TRACE_INCLUDE_PATH
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_PATH gt
#define TRACE_INCLUDE_FILE xe_hw_fence_trace
#include <trace/define_trace.h>
