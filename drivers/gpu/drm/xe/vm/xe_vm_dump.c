// SPDX-License-Identifier: GPL-2.0
/*
 * What userspace mapped with DRM_XE_VM_BIND_FLAG_DUMPABLE, for a device coredump. When a
 * job hangs the mappings are listed and their memory is held; later, where sleeping is
 * allowed, it is read.
 */
#include "vm/xe_vm_dump.h"

#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <drm/drm_print.h>
#include <drm/ttm/ttm_bo.h>
#include <uapi/drm/xe_drm.h>

#include "core/xe_ascii85.h"
#include "mem/xe_bo.h"
#include "vm/xe_vm_types.h"
#include "vm/xe_vma.h"

#define CHUNK SZ_64K

/**
 * struct dumped - one mapping
 * @start: first address
 * @size: bytes
 * @offset: where it begins in @bo, or its address in @mm
 * @bo: memory behind it, with a reference; or NULL
 * @mm: whose memory it is, kept alive; or NULL: the process was gone, or it is not user memory
 * @flags: &enum xe_vma_flags
 * @pat_index: caching
 */
struct dumped {
	u64 start, size, offset;
	struct xe_bo *bo;
	struct mm_struct *mm;
	u32 flags;
	u8 pat_index;
};

struct xe_vm_dump {
	u32 uapi_flags;
	unsigned int n;
	struct dumped mapping[] __counted_by(n);
};

static u32 uapi_flags(const struct xe_vm *vm)
{
	return (vm->flags & XE_VM_SCRATCH ? DRM_XE_VM_CREATE_FLAG_SCRATCH_PAGE : 0) |
		(vm->flags & XE_VM_LR ? DRM_XE_VM_CREATE_FLAG_LR_MODE : 0) |
		(vm->flags & XE_VM_FAULT ? DRM_XE_VM_CREATE_FLAG_FAULT_MODE : 0);
}

static void hold(struct dumped *d, const struct xe_vma *vma)
{
	*d = (struct dumped){
		.start = vma->base.va.addr,
		.size = vma->base.va.range,
		.offset = vma->base.gem.offset,
		.bo = vma->bo ? xe_bo_get(vma->bo) : NULL,
		.mm = vma->mm && mmget_not_zero(vma->mm) ? vma->mm : NULL,
		.flags = vma->flags,
		.pat_index = vma->pat_index,
	};
}

/**
 * xe_vm_dump_capture() - hold what is to be dumped
 * @vm: address space of a job that hangs
 *
 * Context: does not sleep; fence signalling.
 * Return: to be freed; ERR_PTR(-ENODEV) when nothing is to be dumped, or ERR_PTR(-ENOMEM).
 */
struct xe_vm_dump *xe_vm_dump_capture(struct xe_vm *vm)
{
	struct xe_vm_dump *dump;
	struct drm_gpuva *va;
	unsigned int n = 0;

	guard(spinlock)(&vm->mappings_lock);
	drm_gpuvm_for_each_va(va, &vm->gpuvm)
		n += !!(gpuva_to_xe_vma(va)->flags & XE_VMA_DUMPABLE);
	if (!n)
		return ERR_PTR(-ENODEV);

	dump = kvzalloc_flex(*dump, mapping, n, GFP_NOWAIT);
	if (!dump)
		return ERR_PTR(-ENOMEM);
	dump->n = n;
	dump->uapi_flags = uapi_flags(vm);
	n = 0;
	drm_gpuvm_for_each_va(va, &vm->gpuvm)
		if (gpuva_to_xe_vma(va)->flags & XE_VMA_DUMPABLE)
			hold(&dump->mapping[n++], gpuva_to_xe_vma(va));
	return dump;
}

/**
 * xe_vm_dump_free() - let go of what was held
 * @dump: from xe_vm_dump_capture(), errors included, or NULL
 */
void xe_vm_dump_free(struct xe_vm_dump *dump)
{
	unsigned int i;

	if (IS_ERR_OR_NULL(dump))
		return;
	for (i = 0; i < dump->n; i++) {
		xe_bo_put(dump->mapping[i].bo);
		if (dump->mapping[i].mm)
			mmput(dump->mapping[i].mm);
	}
	kvfree(dump);
}

static int read_user(struct mm_struct *mm, u64 addr, void *buf, size_t len)
{
	unsigned long left;

	if (!mm)
		return -EFAULT;
	kthread_use_mm(mm);
	left = copy_from_user(buf, u64_to_user_ptr(addr), len);
	kthread_unuse_mm(mm);
	return left ? -EFAULT : 0;
}

static int read_mapping(const struct dumped *d, u64 at, void *buf, size_t len)
{
	int ret;

	if (!d->bo)
		return read_user(d->mm, d->offset + at, buf, len);
	ret = ttm_bo_access(&d->bo->ttm, d->offset + at, buf, len, false);
	return ret < 0 ? ret : 0;
}

static const char *kind(const struct dumped *d)
{
	if (d->flags & XE_VMA_NULL)
		return "null_sparse";
	return d->flags & XE_VMA_USERPTR ? "userptr" : "bo";
}

/* Bit per memory region of the uAPI; what was dropped is nowhere. */
static u32 region(const struct dumped *d)
{
	u32 regions = 0;

	if (d->flags & XE_VMA_NULL)
		return 0;
	if (!d->bo)
		return BIT(0);
	if (ttm_bo_reserve(&d->bo->ttm, false, false, NULL))
		return 0;
	if (xe_bo_is_vram(d->bo))
		regions = BIT(1 + d->bo->ttm.resource->mem_type - XE_PL_VRAM0);
	else if (d->bo->ttm.resource)
		regions = BIT(0);
	ttm_bo_unreserve(&d->bo->ttm);
	return regions;
}

/* What cannot be read ends with the error instead. */
static void print_contents(const struct dumped *d, void *buf, struct drm_printer *p)
{
	u64 at;

	for (at = 0; at < d->size; at += CHUNK) {
		size_t len = min_t(u64, d->size - at, CHUNK);
		int err = read_mapping(d, at, buf, len);

		if (err) {
			drm_printf(p, "%s[%llx].error: %d\n", at ? "\n" : "", d->start, err);
			return;
		}
		if (!at)
			drm_printf(p, "[%llx].data: ", d->start);
		xe_ascii85_print(p, buf, len / sizeof(u32));
	}
	drm_puts(p, "\n");
}

/**
 * xe_vm_dump_print() - list of mappings, each with its contents
 * @dump: from xe_vm_dump_capture(), errors included, or NULL
 * @p: where to
 */
void xe_vm_dump_print(const struct xe_vm_dump *dump, struct drm_printer *p)
{
	void *buf __free(kvfree) = kvmalloc(CHUNK, GFP_KERNEL);
	unsigned int i;

	if (IS_ERR_OR_NULL(dump) || !buf) {
		drm_printf(p, "[0].error: %ld\n", buf ? PTR_ERR(dump) : -ENOMEM);
		return;
	}
	drm_printf(p, "VM.uapi_flags: 0x%x\n", dump->uapi_flags);
	for (i = 0; i < dump->n; i++) {
		const struct dumped *d = &dump->mapping[i];

		drm_printf(p, "[%llx].length: 0x%llx\n", d->start, d->size);
		drm_printf(p, "[%llx].properties: %s|%s|mem_region=0x%x|", d->start,
			   d->flags & XE_VMA_READ_ONLY ? "read_only" : "read_write", kind(d),
			   region(d));
		drm_printf(p, "pat_index=%u|cpu_caching=%u\n", d->pat_index,
			   d->bo ? d->bo->cpu_caching : 0);
		if (!(d->flags & XE_VMA_NULL))
			print_contents(d, buf, p);
	}
}
