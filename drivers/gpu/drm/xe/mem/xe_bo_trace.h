/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM xe

#if !defined(_XE_BO_TRACE_H_) || defined(TRACE_HEADER_MULTI_READ)
#define _XE_BO_TRACE_H_

#include <linux/tracepoint.h>

#include "mem/xe_bo.h"

DECLARE_EVENT_CLASS(xe_bo,
	TP_PROTO(struct xe_bo *bo),
	TP_ARGS(bo),
	TP_STRUCT__entry(
		__string(dev, dev_name(bo->ttm.base.dev->dev))
		__field(struct xe_bo *, bo)
		__field(u64, size)
		__field(u32, flags)
		__field(int, place)
	),
	TP_fast_assign(
		__assign_str(dev);
		__entry->bo = bo;
		__entry->size = xe_bo_size(bo);
		__entry->flags = bo->flags;
		__entry->place = bo->ttm.resource ? (int)bo->ttm.resource->mem_type : -1;
	),
	TP_printk("dev=%s bo=%p size=%llu flags=0x%x place=%s", __get_str(dev), __entry->bo,
		  __entry->size, __entry->flags,
		  __entry->place < 0 ? "none" : xe_pl_name(__entry->place))
);

DEFINE_EVENT(xe_bo, xe_bo_create, TP_PROTO(struct xe_bo *bo), TP_ARGS(bo));
DEFINE_EVENT(xe_bo, xe_bo_cpu_fault, TP_PROTO(struct xe_bo *bo), TP_ARGS(bo));
DEFINE_EVENT(xe_bo, xe_bo_purge, TP_PROTO(struct xe_bo *bo), TP_ARGS(bo));

TRACE_EVENT(xe_bo_move,
	TP_PROTO(struct xe_bo *bo, u32 to, bool evict, u32 transfer),
	TP_ARGS(bo, to, evict, transfer),
	TP_STRUCT__entry(
		__string(dev, dev_name(bo->ttm.base.dev->dev))
		__field(struct xe_bo *, bo)
		__field(u64, size)
		__field(int, from)
		__field(u32, to)
		__field(bool, evict)
		__field(u32, transfer)
	),
	TP_fast_assign(
		__assign_str(dev);
		__entry->bo = bo;
		__entry->size = xe_bo_size(bo);
		__entry->from = bo->ttm.resource ? (int)bo->ttm.resource->mem_type : -1;
		__entry->to = to;
		__entry->evict = evict;
		__entry->transfer = transfer;
	),
	TP_printk("dev=%s bo=%p size=%llu from=%s to=%s evict=%d transfer=%s", __get_str(dev),
		  __entry->bo, __entry->size,
		  __entry->from < 0 ? "none" : xe_pl_name(__entry->from), xe_pl_name(__entry->to),
		  __entry->evict,
		  __print_symbolic(__entry->transfer, { 0, "keep" }, { 1, "via-tt" },
				   { 2, "copy" }, { 3, "clear" }))
);

#endif

#undef TRACE_INCLUDE_PATH
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_PATH mem
#define TRACE_INCLUDE_FILE xe_bo_trace
#include <trace/define_trace.h>
