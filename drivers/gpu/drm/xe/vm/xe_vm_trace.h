/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM xe

#if !defined(_XE_VM_TRACE_H_) || defined(TRACE_HEADER_MULTI_READ)
#define _XE_VM_TRACE_H_

#include <linux/tracepoint.h>

#include "mem/xe_bo.h"
#include "vm/xe_vm_types.h"
#include "vm/xe_vma.h"

DECLARE_EVENT_CLASS(xe_vm,
	TP_PROTO(struct xe_vm *vm),
	TP_ARGS(vm),
	TP_STRUCT__entry(
		__string(dev, dev_name(vm->xe->drm.dev))
		__field(struct xe_vm *, vm)
		__field(u32, asid)
		__field(u32, flags)
	),
	TP_fast_assign(
		__assign_str(dev);
		__entry->vm = vm;
		__entry->asid = vm->as.asid;
		__entry->flags = vm->flags;
	),
	TP_printk("dev=%s vm=%p asid=%u flags=0x%x", __get_str(dev), __entry->vm, __entry->asid,
		  __entry->flags)
);

#define XE_VM_TRACE_EVENT(name) \
	DEFINE_EVENT(xe_vm, xe_vm_##name, TP_PROTO(struct xe_vm *vm), TP_ARGS(vm))

XE_VM_TRACE_EVENT(create);
/* Long-running queues were suspended, and shall run again. */
XE_VM_TRACE_EVENT(rebind_worker_enter);
XE_VM_TRACE_EVENT(rebind_worker_retry);
XE_VM_TRACE_EVENT(rebind_worker_exit);
/* Operations were undone. */
XE_VM_TRACE_EVENT(ops_fail);
XE_VM_TRACE_EVENT(free);

DECLARE_EVENT_CLASS(xe_vma,
	TP_PROTO(struct xe_vm *vm, struct xe_vma *vma),
	TP_ARGS(vm, vma),
	TP_STRUCT__entry(
		__string(dev, dev_name(vm->xe->drm.dev))
		__field(struct xe_vm *, vm)
		__field(struct xe_vma *, vma)
		__field(struct xe_bo *, bo)
		__field(u32, asid)
		__field(u32, flags)
		__field(u64, start)
		__field(u64, end)
		__field(u64, offset)
	),
	TP_fast_assign(
		__assign_str(dev);
		__entry->vm = vm;
		__entry->vma = vma;
		__entry->bo = vma->bo;
		__entry->asid = vm->as.asid;
		__entry->flags = vma->flags;
		__entry->start = vma->base.va.addr;
		__entry->end = vma->base.va.addr + vma->base.va.range;
		__entry->offset = vma->base.gem.offset;
	),
	TP_printk("dev=%s vm=%p asid=%u vma=%p %#llx-%#llx bo=%p offset=%#llx flags=0x%x",
		  __get_str(dev), __entry->vm, __entry->asid, __entry->vma, __entry->start,
		  __entry->end, __entry->bo, __entry->offset, __entry->flags)
);

#define XE_VMA_TRACE_EVENT(name) \
	DEFINE_EVENT(xe_vma, xe_vma_##name, \
		     TP_PROTO(struct xe_vm *vm, struct xe_vma *vma), TP_ARGS(vm, vma))

XE_VMA_TRACE_EVENT(bind);
XE_VMA_TRACE_EVENT(unbind);
/* Its memory is in another place now; user memory: the process has other pages. */
XE_VMA_TRACE_EVENT(rebind_exec);
XE_VMA_TRACE_EVENT(rebind_worker);
/* The device asked for it; it is bound for that. */
XE_VMA_TRACE_EVENT(pagefault);
XE_VMA_TRACE_EVENT(pf_bind);
/* Its memory is going to move. */
XE_VMA_TRACE_EVENT(evict);

TRACE_EVENT(xe_vma_userptr_invalidate,
	TP_PROTO(struct xe_vm *vm, u64 va, u64 addr, u64 size),
	TP_ARGS(vm, va, addr, size),
	TP_STRUCT__entry(
		__string(dev, dev_name(vm->xe->drm.dev))
		__field(struct xe_vm *, vm)
		__field(u32, asid)
		__field(u64, va)
		__field(u64, addr)
		__field(u64, size)
	),
	TP_fast_assign(
		__assign_str(dev);
		__entry->vm = vm;
		__entry->asid = vm->as.asid;
		__entry->va = va;
		__entry->addr = addr;
		__entry->size = size;
	),
	TP_printk("dev=%s vm=%p asid=%u %#llx-%#llx userptr=%#llx", __get_str(dev), __entry->vm,
		  __entry->asid, __entry->va, __entry->va + __entry->size, __entry->addr)
);

#endif

#undef TRACE_INCLUDE_PATH
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_PATH vm
#define TRACE_INCLUDE_FILE xe_vm_trace
#include <trace/define_trace.h>
