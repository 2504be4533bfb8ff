/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM xe

#if !defined(_XE_GUC_CT_TRACE_H_) || defined(TRACE_HEADER_MULTI_READ)
#define _XE_GUC_CT_TRACE_H_

#include <linux/tracepoint.h>

#include "core/xe_device.h"

/* @action: of an answer, 0; @len: dwords */
DECLARE_EVENT_CLASS(xe_guc_ctb,
	TP_PROTO(struct xe_gt *gt, u32 action, u32 len),
	TP_ARGS(gt, action, len),
	TP_STRUCT__entry(
		__string(dev, dev_name(gt_to_xe(gt)->drm.dev))
		__field(u8, gt)
		__field(u32, action)
		__field(u32, len)
	),
	TP_fast_assign(
		__assign_str(dev);
		__entry->gt = gt->id;
		__entry->action = action;
		__entry->len = len;
	),
	TP_printk("dev=%s gt=%u action=0x%x len=%u", __get_str(dev), __entry->gt,
		  __entry->action, __entry->len)
);

#define XE_GUC_CTB_TRACE_EVENT(name) \
	DEFINE_EVENT(xe_guc_ctb, xe_guc_ctb_##name, \
		     TP_PROTO(struct xe_gt *gt, u32 action, u32 len), TP_ARGS(gt, action, len))

XE_GUC_CTB_TRACE_EVENT(h2g);
XE_GUC_CTB_TRACE_EVENT(g2h);

#endif

#undef TRACE_INCLUDE_PATH
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_PATH guc
#define TRACE_INCLUDE_FILE xe_guc_ct_trace
#include <trace/define_trace.h>
