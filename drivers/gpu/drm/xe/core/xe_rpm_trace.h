/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM xe

#if !defined(_XE_RPM_TRACE_H_) || defined(TRACE_HEADER_MULTI_READ)
#define _XE_RPM_TRACE_H_

#include <linux/tracepoint.h>

#include "core/xe_device.h"

DECLARE_EVENT_CLASS(xe_pm,
	TP_PROTO(struct xe_device *xe, unsigned long caller),
	TP_ARGS(xe, caller),
	TP_STRUCT__entry(
		__string(dev, dev_name(xe->drm.dev))
		__field(unsigned long, caller)
	),
	TP_fast_assign(
		__assign_str(dev);
		__entry->caller = caller;
	),
	TP_printk("dev=%s caller=%pS", __get_str(dev), (void *)__entry->caller)
);

#define XE_PM_TRACE_EVENT(name) \
	DEFINE_EVENT(xe_pm, xe_pm_##name, \
		     TP_PROTO(struct xe_device *xe, unsigned long caller), TP_ARGS(xe, caller))

/* Who keeps the device awake, and no longer. */
XE_PM_TRACE_EVENT(runtime_get);
XE_PM_TRACE_EVENT(runtime_put);
XE_PM_TRACE_EVENT(runtime_suspend);
XE_PM_TRACE_EVENT(runtime_resume);
/* Of the whole system. */
XE_PM_TRACE_EVENT(suspend);
XE_PM_TRACE_EVENT(resume);

#endif

#undef TRACE_INCLUDE_PATH
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_PATH core
#define TRACE_INCLUDE_FILE xe_rpm_trace
#include <trace/define_trace.h>
