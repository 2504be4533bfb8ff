// SPDX-License-Identifier: GPL-2.0
/*
 * GEM_CREATE, GEM_MMAP_OFFSET, and mmap of what the latter gave out.
 */

#include <linux/mm.h>
#include <linux/pci.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include <drm/drm_drv.h>
#include <drm/drm_dumb_buffers.h>
#include <drm/drm_exec.h>
#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/drm_gpuvm.h>
#include <drm/drm_managed.h>
#include <drm/drm_vma_manager.h>
#include <uapi/drm/xe_drm.h>

#include "core/xe_addr_space.h"
#include "core/xe_log.h"
#include "core/xe_platform.h"
#include "mem/xe_bo.h"
#include "mem/xe_validate.h"
#include "mem/xe_vram.h"
#include "regs/xe_soc_regs.h"
#include "uapi/xe_uapi.h"
#include "vm/xe_vm.h"

/* A region's bit is its instance in the query: 0 system, 1 + tile VRAM. */
static_assert(XE_BO_SYSTEM == BIT(0) && XE_BO_VRAM0 == BIT(1) && XE_BO_VRAM1 == BIT(2));

#define MAX_EXTENSIONS	16
/* Below all offsets of objects: a page of doorbells whose writes order earlier ones. */
#define PCI_BARRIER_OFFSET	(0x50ull << 12)
#define PCI_BARRIER_BAR_OFFSET	0x7ff000
static_assert(PCI_BARRIER_OFFSET >> PAGE_SHIFT < DRM_FILE_PAGE_OFFSET_START);

static u32 region_mask(struct xe_device *xe)
{
	struct xe_tile *tile;
	unsigned int id;
	u32 mask = XE_BO_SYSTEM;

	for_each_tile(tile, xe, id)
		if (tile->vram)
			mask |= XE_BO_VRAM0 << id;
	return mask;
}

static int check_create(struct xe_device *xe, const struct drm_xe_gem_create *args)
{
	const u32 known = DRM_XE_GEM_CREATE_FLAG_NO_COMPRESSION | DRM_XE_GEM_CREATE_FLAG_SCANOUT |
			  DRM_XE_GEM_CREATE_FLAG_NEEDS_VISIBLE_VRAM |
			  DRM_XE_GEM_CREATE_FLAG_DEFER_BACKING;
	bool vram = args->placement & XE_BO_VRAM_MASK;

	if (XE_IOCTL_DBG(xe, memchr_inv(args->pad, 0, sizeof(args->pad))) ||
	    XE_IOCTL_DBG(xe, memchr_inv(args->reserved, 0, sizeof(args->reserved))) ||
	    XE_IOCTL_DBG(xe, !args->placement || args->placement & ~region_mask(xe)) ||
	    XE_IOCTL_DBG(xe, args->flags & ~known) ||
	    XE_IOCTL_DBG(xe, args->handle) ||
	    XE_IOCTL_DBG(xe, !args->size || args->size > SIZE_MAX) ||
	    XE_IOCTL_DBG(xe, !PAGE_ALIGNED(args->size)))
		return -EINVAL;

	if (XE_IOCTL_DBG(xe, args->flags & DRM_XE_GEM_CREATE_FLAG_NO_COMPRESSION &&
			 xe_device_root_tile(xe)->primary_gt->ip_ver < 2000))
		return -EOPNOTSUPP;

	if (XE_IOCTL_DBG(xe, args->flags & DRM_XE_GEM_CREATE_FLAG_NEEDS_VISIBLE_VRAM && !vram) ||
	    XE_IOCTL_DBG(xe, !args->cpu_caching) ||
	    XE_IOCTL_DBG(xe, args->cpu_caching > DRM_XE_GEM_CPU_CACHING_WC))
		return -EINVAL;

	/* Neither VRAM nor the display sees the CPU's caches. */
	if (XE_IOCTL_DBG(xe, args->cpu_caching == DRM_XE_GEM_CPU_CACHING_WB &&
			 (vram || args->flags & DRM_XE_GEM_CREATE_FLAG_SCANOUT)))
		return -EINVAL;
	return 0;
}

static int check_set_property(struct xe_device *xe, u64 addr)
{
	struct drm_xe_ext_set_property ext;

	if (XE_IOCTL_DBG(xe, copy_from_user(&ext, u64_to_user_ptr(addr), sizeof(ext))))
		return -EFAULT;
	if (XE_IOCTL_DBG(xe, ext.property != DRM_XE_GEM_CREATE_SET_PROPERTY_PXP_TYPE) ||
	    XE_IOCTL_DBG(xe, ext.pad))
		return -EINVAL;

	/* No protected content here. */
	if (ext.value == DRM_XE_PXP_TYPE_NONE)
		return 0;
	return XE_IOCTL_DBG(xe, ext.value != DRM_XE_PXP_TYPE_HWDRM) ? -EINVAL : -ENODEV;
}

static int check_extensions(struct xe_device *xe, u64 addr)
{
	struct drm_xe_user_extension ext;
	int err;

	for (unsigned int n = 0; addr; n++, addr = ext.next_extension) {
		if (XE_IOCTL_DBG(xe, n >= MAX_EXTENSIONS))
			return -E2BIG;
		if (XE_IOCTL_DBG(xe, copy_from_user(&ext, u64_to_user_ptr(addr), sizeof(ext))))
			return -EFAULT;
		if (XE_IOCTL_DBG(xe, ext.pad) ||
		    XE_IOCTL_DBG(xe, ext.name != DRM_XE_GEM_CREATE_EXTENSION_SET_PROPERTY))
			return -EINVAL;
		err = check_set_property(xe, addr);
		if (err)
			return err;
	}
	return 0;
}

static struct xe_bo_params params_of(struct xe_device *xe, const struct drm_xe_gem_create *args)
{
	struct xe_bo_params p = {
		.size = args->size,
		.flags = XE_BO_USER | args->placement,
		.cpu_caching = args->cpu_caching,
	};

	if (args->flags & DRM_XE_GEM_CREATE_FLAG_DEFER_BACKING)
		p.flags |= XE_BO_DEFER_BACKING;
	if (args->flags & DRM_XE_GEM_CREATE_FLAG_NEEDS_VISIBLE_VRAM)
		p.flags |= XE_BO_CPU_VISIBLE;
	if (args->flags & DRM_XE_GEM_CREATE_FLAG_NO_COMPRESSION)
		p.flags |= XE_BO_NO_COMPRESSION;
	if (args->flags & DRM_XE_GEM_CREATE_FLAG_SCANOUT) {
		p.flags |= XE_BO_UNCACHED;
		/* Compressed framebuffers are looked up by 64 KiB of VRAM. */
		if (args->placement & XE_BO_VRAM_MASK && IS_ALIGNED(args->size, SZ_64K))
			p.alignment = SZ_64K;
	}
	return p;
}

/* Private to @vm: made under its reservation. */
static struct xe_bo *create_private_once(struct xe_device *xe, struct xe_bo_params *p,
					 struct xe_vm *vm)
{
	struct drm_gem_object *resv = drm_gpuvm_resv_obj(xe_vm_gpuvm(vm));
	struct xe_bo *bo = NULL;
	struct drm_exec exec;
	int err = 0;

	p->as = xe_vm_as(vm);
	drm_exec_init(&exec, DRM_EXEC_INTERRUPTIBLE_WAIT, 1);
	drm_exec_until_all_locked(&exec) {
		err = drm_exec_lock_obj(&exec, resv);
		drm_exec_retry_on_contention(&exec);
		if (err)
			break;
		bo = xe_bo_create(xe, p);
	}
	drm_exec_fini(&exec);
	return err ? ERR_PTR(err) : bo;
}

static struct xe_bo *create_private(struct xe_device *xe, struct xe_bo_params *p, struct xe_vm *vm)
{
	struct xe_validate v;
	struct xe_bo *bo;

	xe_validate_begin(&v, xe);
	do {
		bo = create_private_once(xe, p, vm);
	} while (xe_validate_again(&v, PTR_ERR_OR_ZERO(bo)));
	xe_validate_end(&v);
	return bo;
}

static int validate_shared(struct xe_bo *bo)
{
	struct ttm_operation_ctx ctx = { .interruptible = true, .gfp_retry_mayfail = true };
	struct drm_exec exec;
	int err = 0;

	drm_exec_init(&exec, DRM_EXEC_INTERRUPTIBLE_WAIT, 1);
	drm_exec_until_all_locked(&exec) {
		err = drm_exec_lock_obj(&exec, &bo->ttm.base);
		drm_exec_retry_on_contention(&exec);
		if (!err)
			err = xe_bo_validate(bo, &ctx);
	}
	drm_exec_fini(&exec);
	return err;
}

/* The object first, without memory, then its memory: locked with a ticket. */
static struct xe_bo *create_then_validate(struct xe_device *xe, const struct xe_bo_params *p)
{
	struct xe_bo_params later = *p;
	struct xe_validate v;
	struct xe_bo *bo;
	int err;

	later.flags |= XE_BO_DEFER_BACKING;
	bo = xe_bo_create(xe, &later);
	if (IS_ERR(bo))
		return bo;
	xe_validate_begin(&v, xe);
	do {
		err = validate_shared(bo);
	} while (xe_validate_again(&v, err));
	xe_validate_end(&v);
	if (err) {
		xe_bo_put(bo);
		return ERR_PTR(err);
	}
	return bo;
}

/*
 * A new object's own reservation is taken without a ticket, and then eviction
 * passes by what others have locked for a moment, be it to close it. So when there seems
 * to be no memory, ask again in a way that waits for them.
 */
static struct xe_bo *create_bo(struct xe_device *xe, struct xe_bo_params *p, struct xe_vm *vm)
{
	struct xe_bo *bo = vm ? create_private(xe, p, vm) : xe_bo_create(xe, p);

	return !vm && bo == ERR_PTR(-ENOMEM) ? create_then_validate(xe, p) : bo;
}

static int create(struct xe_device *xe, struct drm_file *file, struct drm_xe_gem_create *args,
		  struct xe_vm *vm)
{
	struct xe_bo_params p = params_of(xe, args);
	struct xe_bo *bo;
	int err;

	err = check_extensions(xe, args->extensions);
	if (err)
		return err;

	bo = create_bo(xe, &p, vm);
	if (IS_ERR(bo))
		return PTR_ERR(bo);

	/* The handle has a reference of its own; ours goes. */
	err = drm_gem_handle_create(file, &bo->ttm.base, &args->handle);
	xe_bo_put(bo);
	return err;
}

/**
 * xe_gem_create_ioctl() - DRM_IOCTL_XE_GEM_CREATE
 * @dev: device
 * @data: &struct drm_xe_gem_create
 * @file: who asks
 *
 * Return: 0, or -EINVAL, -EOPNOTSUPP, -ENOENT for the VM, -EFAULT and -E2BIG for
 * extensions, -ENODEV for protected content, -ENOMEM, -EINTR, -ERESTARTSYS.
 */
int xe_gem_create_ioctl(struct drm_device *dev, void *data, struct drm_file *file)
{
	struct xe_device *xe = to_xe_device(dev);
	struct drm_xe_gem_create *args = data;
	struct xe_vm *vm = NULL;
	int err;

	err = check_create(xe, args);
	if (err)
		return err;

	if (args->vm_id) {
		vm = xe_file_vm(to_xe_file(file), args->vm_id);
		if (XE_IOCTL_DBG(xe, !vm))
			return -ENOENT;
	}
	err = create(xe, file, args, vm);
	if (vm)
		xe_vm_put(vm);
	return err;
}

/**
 * xe_gem_dumb_create() - &drm_driver.dumb_create
 * @file: who asks
 * @dev: device
 * @args: size of a picture; handle, pitch and size are set
 *
 * Return: 0, -EINVAL, -ENOMEM.
 */
int xe_gem_dumb_create(struct drm_file *file, struct drm_device *dev,
		       struct drm_mode_create_dumb *args)
{
	struct xe_device *xe = to_xe_device(dev);
	struct xe_bo_params p = {
		.flags = XE_BO_USER | XE_BO_CPU_VISIBLE | XE_BO_UNCACHED |
			 XE_BO_VRAM_IF_DGFX(xe_device_root_tile(xe)),
		.cpu_caching = DRM_XE_GEM_CPU_CACHING_WC,
	};
	struct xe_bo *bo;
	int err;

	err = drm_mode_size_dumb(dev, args, SZ_64, max_t(u32, PAGE_SIZE, xe_vram_page_size(xe)));
	if (err)
		return err;
	p.size = args->size;
	bo = create_bo(xe, &p, NULL);
	if (IS_ERR(bo))
		return PTR_ERR(bo);
	err = drm_gem_handle_create(file, &bo->ttm.base, &args->handle);
	xe_bo_put(bo);
	return err;
}

static int barrier_offset(struct xe_device *xe, struct drm_xe_gem_mmap_offset *args)
{
	/* Its page of registers is 4 KiB, whatever the CPU's pages are. */
	if (XE_IOCTL_DBG(xe, !xe->platform->is_dgfx || args->handle || PAGE_SIZE > SZ_4K))
		return -EINVAL;
	args->offset = PCI_BARRIER_OFFSET;
	return 0;
}

/**
 * xe_gem_mmap_offset_ioctl() - DRM_IOCTL_XE_GEM_MMAP_OFFSET
 * @dev: device
 * @data: &struct drm_xe_gem_mmap_offset
 * @file: who asks
 *
 * Return: 0, -EINVAL, or -ENOENT for the handle.
 */
int xe_gem_mmap_offset_ioctl(struct drm_device *dev, void *data, struct drm_file *file)
{
	struct xe_device *xe = to_xe_device(dev);
	struct drm_xe_gem_mmap_offset *args = data;
	struct drm_gem_object *obj;

	if (XE_IOCTL_DBG(xe, args->extensions) ||
	    XE_IOCTL_DBG(xe, memchr_inv(args->reserved, 0, sizeof(args->reserved))) ||
	    XE_IOCTL_DBG(xe, args->flags & ~DRM_XE_MMAP_OFFSET_FLAG_PCI_BARRIER))
		return -EINVAL;

	if (args->flags & DRM_XE_MMAP_OFFSET_FLAG_PCI_BARRIER)
		return barrier_offset(xe, args);

	obj = drm_gem_object_lookup(file, args->handle);
	if (XE_IOCTL_DBG(xe, !obj))
		return -ENOENT;
	args->offset = drm_vma_node_offset_addr(&obj->vma_node);
	drm_gem_object_put(obj);
	return 0;
}

static void barrier_open(struct vm_area_struct *vma)
{
	drm_dev_get(vma->vm_private_data);
}

static void barrier_close(struct vm_area_struct *vma)
{
	drm_dev_put(vma->vm_private_data);
}

static void free_dummy_page(struct drm_device *dev, void *page)
{
	__free_page(page);
}

/* After unplug, writes go where nobody looks. */
static vm_fault_t map_dummy_page(struct vm_area_struct *vma, struct drm_device *dev)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);

	if (!page || drmm_add_action_or_reset(dev, free_dummy_page, page))
		return VM_FAULT_OOM;
	return vmf_insert_pfn_prot(vma, vma->vm_start, page_to_pfn(page), vma_get_page_prot(vma));
}

static vm_fault_t barrier_fault(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	struct drm_device *dev = vma->vm_private_data;
	resource_size_t bar;
	vm_fault_t ret;
	int idx;

	if (!drm_dev_enter(dev, &idx))
		return map_dummy_page(vma, dev);

	bar = pci_resource_start(to_pci_dev(dev->dev), XE_BAR_MMIO);
	ret = vmf_insert_pfn_prot(vma, vma->vm_start, PHYS_PFN(bar + PCI_BARRIER_BAR_OFFSET),
				  pgprot_noncached(vma_get_page_prot(vma)));
	drm_dev_exit(idx);
	return ret;
}

static const struct vm_operations_struct barrier_vm_ops = {
	.open = barrier_open,
	.close = barrier_close,
	.fault = barrier_fault,
};

/* One page of registers, to write only: reading it could tell what others do. */
static int barrier_mmap(struct xe_device *xe, struct vm_area_struct *vma)
{
	if (!xe->platform->is_dgfx || vma->vm_end - vma->vm_start > SZ_4K ||
	    vma_is_cow_mapping(vma) || vma->vm_flags & (VM_READ | VM_EXEC))
		return -EINVAL;

	vm_flags_mod(vma, VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP | VM_IO,
		     VM_MAYREAD | VM_MAYEXEC);
	vma->vm_ops = &barrier_vm_ops;
	vma->vm_private_data = &xe->drm;
	drm_dev_get(&xe->drm);
	return 0;
}

/**
 * xe_gem_mmap() - &file_operations.mmap
 * @file: an open of the device
 * @vma: what to map, by its offset
 *
 * Return: 0, -ENODEV after unplug, -EINVAL, -EACCES.
 */
int xe_gem_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct drm_file *priv = file->private_data;
	struct drm_device *dev = priv->minor->dev;

	if (drm_dev_is_unplugged(dev))
		return -ENODEV;
	if (vma->vm_pgoff == PCI_BARRIER_OFFSET >> PAGE_SHIFT)
		return barrier_mmap(to_xe_device(dev), vma);
	return drm_gem_mmap(file, vma);
}
