// SPDX-License-Identifier: GPL-2.0
/*
 * VM_BIND: check what userspace asks for and look up what it names. Carrying it
 * out is vm/xe_vm_bind.c.
 */
#include <linux/nospec.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <uapi/drm/xe_drm.h>

#include "core/xe_log.h"
#include "core/xe_platform.h"
#include "core/xe_rpm.h"
#include "gt/xe_pat.h"
#include "mem/xe_bo.h"
#include "mem/xe_vram.h"
#include "uapi/xe_sync.h"
#include "uapi/xe_uapi.h"
#include "vm/xe_bind_queue.h"
#include "vm/xe_vm.h"
#include "vm/xe_vm_bind.h"

#define OP(name)	DRM_XE_VM_BIND_OP_##name
#define FLAG(name)	DRM_XE_VM_BIND_FLAG_##name

/**
 * struct op_row - what an operation may be given
 * @flags: flags that are allowed
 * @obj: 1: must name an object, 0: must not, -1: must exactly when not FLAG(NULL)
 * @range: has an address and a range; else both must be 0
 * @region: may name a memory region
 */
struct op_row {
	u32 flags;
	s8 obj;
	bool range, region;
};

static const struct op_row op_rows[] = {
	[OP(MAP)] = {
		.flags = FLAG(READONLY) | FLAG(IMMEDIATE) | FLAG(NULL) | FLAG(DUMPABLE) |
			 FLAG(CHECK_PXP) | FLAG(DECOMPRESS),
		.obj = -1, .range = true,
	},
	[OP(UNMAP)] = {
		.flags = FLAG(READONLY) | FLAG(IMMEDIATE) | FLAG(DUMPABLE) | FLAG(CHECK_PXP),
		.range = true,
	},
	[OP(MAP_USERPTR)] = {
		.flags = FLAG(READONLY) | FLAG(IMMEDIATE) | FLAG(DUMPABLE) | FLAG(CHECK_PXP),
		.range = true,
	},
	[OP(UNMAP_ALL)] = {
		.flags = FLAG(READONLY) | FLAG(IMMEDIATE) | FLAG(DUMPABLE) | FLAG(CHECK_PXP),
		.obj = 1,
	},
	[OP(PREFETCH)] = {
		.flags = FLAG(READONLY) | FLAG(IMMEDIATE) | FLAG(DUMPABLE) | FLAG(CHECK_PXP),
		.range = true, .region = true,
	},
};

/**
 * struct bind_args - a VM_BIND on its way
 * @xe: device
 * @args: as userspace gave them
 * @ops: the operations: copied, or the one in @args
 * @reqs: the same, checked; BOs with a reference
 * @vm: address space
 * @queue: or NULL
 * @syncs: parsed
 */
struct bind_args {
	struct xe_device *xe;
	struct drm_xe_vm_bind *args;
	struct drm_xe_vm_bind_op *ops;
	struct xe_bind_req *reqs;
	struct xe_vm *vm;
	struct xe_bind_queue *queue;
	struct xe_syncs syncs;
};

/* ---- checks without looking anything up ---- */

static int check_args(struct xe_device *xe, const struct drm_xe_vm_bind *args)
{
	if (XE_IOCTL_DBG(xe, args->pad || args->pad2) ||
	    XE_IOCTL_DBG(xe, args->reserved[0] || args->reserved[1]) ||
	    XE_IOCTL_DBG(xe, args->extensions) ||
	    XE_IOCTL_DBG(xe, args->num_syncs > DRM_XE_MAX_SYNCS))
		return -EINVAL;
	return 0;
}

static int check_region(struct xe_device *xe, const struct op_row *row, u32 region)
{
	unsigned int tile = region - 1;

	if (!region)
		return 0;
	if (XE_IOCTL_DBG(xe, !row->region))
		return -EINVAL;
	if (region == DRM_XE_CONSULT_MEM_ADVISE_PREF_LOC)
		return 0;
	return XE_IOCTL_DBG(xe, tile >= xe->tile_count || !xe->tiles[tile].vram) ? -EINVAL : 0;
}

static int check_pat(struct xe_device *xe, struct drm_xe_vm_bind_op *op)
{
	u8 coh;

	if (XE_IOCTL_DBG(xe, op->pat_index >= xe_pat_count(xe)))
		return -EINVAL;
	op->pat_index = array_index_nospec(op->pat_index, xe_pat_count(xe));

	coh = xe_pat_coh_mode(xe, op->pat_index);
	if (XE_IOCTL_DBG(xe, !coh))
		return -EINVAL;

	/* User memory is in the CPU's caches. */
	if (op->op == OP(MAP_USERPTR) &&
	    (XE_IOCTL_DBG(xe, coh == XE_COH_NONE) ||
	     XE_IOCTL_DBG(xe, xe_pat_compressed(xe, op->pat_index))))
		return -EINVAL;
	return 0;
}

static int check_op(struct xe_device *xe, struct drm_xe_vm_bind_op *op)
{
	const struct op_row *row;
	bool null = op->flags & FLAG(NULL), decompress = op->flags & FLAG(DECOMPRESS), obj;
	int err;

	err = check_pat(xe, op);
	if (err)
		return err;
	if (XE_IOCTL_DBG(xe, op->op >= ARRAY_SIZE(op_rows)))
		return -EINVAL;
	row = &op_rows[array_index_nospec(op->op, ARRAY_SIZE(op_rows))];
	obj = row->obj < 0 ? !null : row->obj;

	if (XE_IOCTL_DBG(xe, op->flags & ~(row->flags | XE_BIND_FAIL)) ||
	    XE_IOCTL_DBG(xe, !!op->obj != obj) ||
	    XE_IOCTL_DBG(xe, null && op->obj_offset) ||
	    XE_IOCTL_DBG(xe, !row->range && (op->addr || op->range)) ||
	    XE_IOCTL_DBG(xe, row->range && !op->range) ||
	    XE_IOCTL_DBG(xe, decompress && xe_pat_compressed(xe, op->pat_index)) ||
	    XE_IOCTL_DBG(xe, !PAGE_ALIGNED(op->obj_offset | op->addr | op->range)))
		return -EINVAL;
	err = check_region(xe, row, op->prefetch_mem_region_instance);
	if (err)
		return err;
	return XE_IOCTL_DBG(xe, decompress && !xe->has_flat_ccs) ? -EOPNOTSUPP : 0;
}

/* One operation stands in the arguments, several are elsewhere. */
static int copy_ops(struct bind_args *b)
{
	const struct drm_xe_vm_bind *args = b->args;
	size_t size = array_size(args->num_binds, sizeof(*b->ops));

	if (args->num_binds <= 1) {
		b->ops = &b->args->bind;
		return 0;
	}

	b->ops = kvmalloc(size, GFP_KERNEL | __GFP_ACCOUNT | __GFP_RETRY_MAYFAIL | __GFP_NOWARN);
	if (!b->ops)
		return -ENOBUFS;
	if (XE_IOCTL_DBG(b->xe, copy_from_user(b->ops, u64_to_user_ptr(args->vector_of_binds),
					       size)))
		return -EFAULT;
	return 0;
}

static int check_ops(struct bind_args *b)
{
	u32 i;
	int err;

	err = copy_ops(b);
	for (i = 0; !err && i < b->args->num_binds; i++)
		err = check_op(b->xe, &b->ops[i]);
	return err;
}

/* ---- looking up ---- */

static int find_queue(struct bind_args *b, struct xe_file *xef)
{
	struct xe_file_queue fq;

	if (!b->args->exec_queue_id)
		return 0;
	if (XE_IOCTL_DBG(b->xe, !xe_file_queue(xef, b->args->exec_queue_id, &fq)))
		return -ENOENT;
	if (XE_IOCTL_DBG(b->xe, !fq.bind)) {
		xe_file_queue_put(&fq);
		return -EINVAL;
	}
	b->queue = fq.bind;
	return XE_IOCTL_DBG(b->xe, xe_bind_queue_vm(b->queue) != b->vm) ? -EINVAL : 0;
}

static int check_ranges(const struct bind_args *b)
{
	u64 size = 1ull << b->xe->platform->va_bits;
	u32 i;

	for (i = 0; i < b->args->num_binds; i++)
		if (XE_IOCTL_DBG(b->xe, b->ops[i].range > size) ||
		    XE_IOCTL_DBG(b->xe, b->ops[i].addr > size - b->ops[i].range))
			return -EINVAL;
	return 0;
}

/* An import's owner knows nothing of compression. */
static bool may_compress(const struct xe_bo *bo)
{
	return !(bo->flags & XE_BO_NO_COMPRESSION) && !bo->ttm.base.import_attach;
}

static int check_bo(struct xe_device *xe, const struct xe_bo *bo, const struct xe_bind_req *req)
{
	bool wb = !bo->cpu_caching || bo->cpu_caching == DRM_XE_GEM_CPU_CACHING_WB;
	u32 page = bo->flags & XE_BO_VRAM_MASK ? xe_vram_page_size(xe) : PAGE_SIZE;

	if (XE_IOCTL_DBG(xe, req->range > xe_bo_size(bo)) ||
	    XE_IOCTL_DBG(xe, req->offset > xe_bo_size(bo) - req->range) ||
	    XE_IOCTL_DBG(xe, !IS_ALIGNED(req->offset | req->addr | req->range, page)))
		return -EINVAL;
	/* What the CPU may have in its caches, the device must snoop; imports may be. */
	if (XE_IOCTL_DBG(xe, wb && xe_pat_coh_mode(xe, req->pat_index) == XE_COH_NONE) ||
	    XE_IOCTL_DBG(xe, !may_compress(bo) && xe_pat_compressed(xe, req->pat_index)))
		return -EINVAL;
	return 0;
}

static int make_req(struct bind_args *b, struct drm_file *file, u32 i)
{
	const struct drm_xe_vm_bind_op *op = &b->ops[i];
	struct xe_bind_req *req = &b->reqs[i];
	struct drm_gem_object *obj;

	*req = (struct xe_bind_req){
		.op = op->op,
		.flags = op->flags,
		.offset = op->obj_offset,
		.addr = op->addr,
		.range = op->range,
		.region = op->prefetch_mem_region_instance,
		.pat_index = op->pat_index,
	};
	if (!op->obj)
		return 0;

	obj = drm_gem_object_lookup(file, op->obj);
	if (XE_IOCTL_DBG(b->xe, !obj))
		return -ENOENT;
	req->bo = gem_to_xe_bo(obj);
	return check_bo(b->xe, req->bo, req);
}

static int make_reqs(struct bind_args *b, struct drm_file *file)
{
	u32 i;
	int err = 0;

	if (!b->args->num_binds)
		return 0;
	b->reqs = kvcalloc(b->args->num_binds, sizeof(*b->reqs),
			   GFP_KERNEL | __GFP_ACCOUNT | __GFP_RETRY_MAYFAIL | __GFP_NOWARN);
	if (!b->reqs)
		return b->args->num_binds > 1 ? -ENOBUFS : -ENOMEM;
	for (i = 0; !err && i < b->args->num_binds; i++)
		err = make_req(b, file, i);
	return err;
}

static void free_args(struct bind_args *b)
{
	u32 i;

	for (i = 0; b->reqs && i < b->args->num_binds; i++)
		xe_bo_put(b->reqs[i].bo);
	kvfree(b->reqs);
	if (b->args->num_binds > 1)
		kvfree(b->ops);
	xe_bind_queue_put(b->queue);
	xe_vm_put(b->vm);
}

/* ---- syncs ---- */

static int syncs_add_deps(void *data, struct drm_sched_job *job)
{
	return xe_syncs_add_deps(data, job);
}

static void syncs_publish(void *data, struct dma_fence *done)
{
	xe_syncs_signal(data, done);
}

/* Nothing is bound: done when the queue's earlier binds are. */
static int signal_only(struct bind_args *b)
{
	struct dma_fence *last;

	if (XE_IOCTL_DBG(b->xe, xe_syncs_has_in(&b->syncs)))
		return -EOPNOTSUPP;
	last = xe_vm_bind_last(b->vm, b->queue);
	xe_syncs_signal(&b->syncs, last);
	dma_fence_put(last);
	return 0;
}

static int bind_with_syncs(struct bind_args *b)
{
	struct xe_bind_syncs syncs = {
		.add_deps = syncs_add_deps,
		.publish = syncs_publish,
		.data = &b->syncs,
		.user_fence = xe_syncs_has_user_fence(&b->syncs),
	};
	int err = -ENODATA;

	/* A user fence says that something was bound. */
	if (XE_IOCTL_DBG(b->xe, !b->args->num_binds && syncs.user_fence))
		return -EOPNOTSUPP;
	if (b->args->num_binds)
		err = xe_vm_bind(b->vm, b->queue, b->reqs, b->args->num_binds, &syncs);
	return err == -ENODATA ? signal_only(b) : err;
}

/* With the address space locked. */
static int bind_locked(struct bind_args *b, struct drm_file *file)
{
	int err;

	err = check_ranges(b);
	if (!err)
		err = make_reqs(b, file);
	if (err)
		return err;
	err = xe_syncs_parse(b->xe, file, b->args->syncs, b->args->num_syncs,
			     xe_vm_flags(b->vm) & XE_VM_LR, false, &b->syncs);
	if (err)
		return err;
	err = bind_with_syncs(b);
	xe_syncs_fini(&b->syncs);
	return err;
}

/**
 * xe_vm_bind_ioctl() - DRM_IOCTL_XE_VM_BIND
 * @dev: device
 * @data: &struct drm_xe_vm_bind
 * @file: who asks
 *
 * Return: 0; -EINVAL for arguments that contradict themselves, the platform or the
 * object; -ENOENT for a queue or an object that is not there, and for a closed address
 * space; -EFAULT; -ENOBUFS when an array of operations is too large for the memory
 * there is; -EOPNOTSUPP; and as xe_vm_bind() and xe_syncs_parse().
 */
int xe_vm_bind_ioctl(struct drm_device *dev, void *data, struct drm_file *file)
{
	struct xe_file *xef = to_xe_file(file);
	struct bind_args b = { .xe = xef->xe, .args = data };
	int err;

	guard(xe_rpm)(b.xe);
	b.vm = xe_file_vm(xef, b.args->vm_id);
	if (XE_IOCTL_DBG(b.xe, !b.vm))
		return -EINVAL;

	err = check_args(b.xe, b.args);
	if (!err)
		err = check_ops(&b);
	if (!err)
		err = find_queue(&b, xef);
	if (!err)
		err = xe_vm_begin_bind(b.vm);
	if (!err) {
		err = bind_locked(&b, file);
		xe_vm_end_bind(b.vm);
	}
	free_args(&b);
	return err;
}
