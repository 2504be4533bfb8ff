// SPDX-License-Identifier: GPL-2.0
/*
 * The first part of VM_BIND: from operations to steps. See vm/xe_vm_bind.c.
 */
#include "vm/xe_vm_plan.h"

#include <drm/drm_gpuvm.h>
#include <uapi/drm/xe_drm.h>

#include "core/xe_log.h"
#include "mem/xe_bo.h"
#include "mem/xe_vram.h"
#include "vm/xe_userptr.h"
#include "vm/xe_vm_bind.h"
#include "vm/xe_vm_types.h"
#include "vm/xe_vma.h"

/**
 * struct plan - one operation of a bind while it is planned
 * @bind: transaction
 * @req: operation
 */
struct plan {
	struct xe_bind *bind;
	const struct xe_bind_req *req;
};

/**
 * xe_bind_step_new() - one more step at the end
 * @b: bind
 * @kind: what it will do
 *
 * Return: the step, or NULL without memory.
 */
struct xe_bind_step *xe_bind_step_new(struct xe_bind *b, enum xe_step_kind kind)
{
	struct xe_bind_step *s = xe_arena_alloc(&b->arena, sizeof(*s));

	if (!s)
		return NULL;
	*s = (struct xe_bind_step){ .kind = kind };
	list_add_tail(&s->link, &b->steps);
	return s;
}

static struct xe_vma *vma_from_req(const struct xe_bind_req *req)
{
	u32 flags = 0;

	if (req->flags & DRM_XE_VM_BIND_FLAG_READONLY)
		flags |= XE_VMA_READ_ONLY;
	if (req->flags & DRM_XE_VM_BIND_FLAG_NULL)
		flags |= XE_VMA_NULL;
	if (req->flags & DRM_XE_VM_BIND_FLAG_DUMPABLE)
		flags |= XE_VMA_DUMPABLE;
	if (req->op == DRM_XE_VM_BIND_OP_MAP_USERPTR)
		flags |= XE_VMA_USERPTR;

	return xe_vma_create(req->bo, flags, req->pat_index);
}

/* Where faults are answered, nothing is bound before it is asked for, unless userspace says so. */
static bool is_deferred(const struct plan *p)
{
	return p->bind->vm->flags & XE_VM_FAULT && !(p->req->flags & DRM_XE_VM_BIND_FLAG_IMMEDIATE);
}

static int plan_map(struct drm_gpuva_op *op, void *priv)
{
	struct plan *p = priv;
	struct xe_vm *vm = p->bind->vm;
	struct xe_vma *vma;
	struct xe_bind_step *s;
	int err;

	vma = vma_from_req(p->req);
	if (IS_ERR(vma))
		return PTR_ERR(vma);
	s = xe_bind_step_new(p->bind, STEP_MAP);
	if (!s) {
		xe_vma_free(vma);
		return -ENOMEM;
	}
	s->vma = vma;
	s->deferred = is_deferred(p);
	s->decompress = p->req->flags & DRM_XE_VM_BIND_FLAG_DECOMPRESS;
	scoped_guard(spinlock, &vm->mappings_lock)
		drm_gpuva_map(&vm->gpuvm, &vma->base, &op->map);
	if (!xe_vma_is_userptr(vma) || s->deferred)
		return 0;

	vma->userptr = xe_userptr_create(vm, vma, false);
	if (!IS_ERR(vma->userptr))
		return 0;
	err = PTR_ERR(vma->userptr);
	vma->userptr = NULL;
	return err;
}

static int plan_unmap(struct drm_gpuva_op *op, void *priv)
{
	struct plan *p = priv;
	struct xe_bind_step *s = xe_bind_step_new(p->bind, STEP_UNMAP);

	if (!s)
		return -ENOMEM;
	s->old = gpuva_to_xe_vma(op->unmap.va);
	scoped_guard(spinlock, &p->bind->vm->mappings_lock)
		drm_gpuva_unmap(&op->unmap);
	return 0;
}

/* VRAM that is mapped in units of 64 KiB cannot be cut finer. */
static bool may_cut(struct xe_vm *vm, const struct xe_vma *old, u64 start, u64 end)
{
	if (!old->bo || !(old->bo->flags & XE_BO_VRAM_MASK))
		return true;
	return IS_ALIGNED(start | end, xe_vram_page_size(vm->xe));
}

static int plan_remap(struct drm_gpuva_op *op, void *priv)
{
	struct xe_vma *prev = NULL, *next = NULL, *old = gpuva_to_xe_vma(op->remap.unmap->va);
	struct plan *p = priv;
	u64 start, range;
	struct xe_bind_step *s;

	drm_gpuva_op_remap_to_unmap_range(&op->remap, &start, &range);
	if (XE_IOCTL_DBG(p->bind->vm->xe, !may_cut(p->bind->vm, old, start, start + range)))
		return -EINVAL;

	if (op->remap.prev)
		prev = xe_vma_create_piece(old);
	if (op->remap.next)
		next = xe_vma_create_piece(old);
	s = IS_ERR(prev) || IS_ERR(next) ? NULL : xe_bind_step_new(p->bind, STEP_REMAP);
	if (!s) {
		xe_vma_free(prev);
		xe_vma_free(next);
		return -ENOMEM;
	}
	s->old = old;
	s->prev = prev;
	s->next = next;
	scoped_guard(spinlock, &p->bind->vm->mappings_lock)
		drm_gpuva_remap(prev ? &prev->base : NULL, next ? &next->base : NULL, &op->remap);
	return 0;
}

static int plan_op_map(struct plan *p)
{
	const struct drm_gpuvm_map_req map = {
		.map.va.addr = p->req->addr,
		.map.va.range = p->req->range,
		.map.gem.obj = p->req->bo ? &p->req->bo->ttm.base : NULL,
		.map.gem.offset = p->req->offset,
	};

	return drm_gpuvm_sm_map(&p->bind->vm->gpuvm, p, &map);
}

static int plan_op_unmap(struct plan *p)
{
	return drm_gpuvm_sm_unmap(&p->bind->vm->gpuvm, p, p->req->addr, p->req->range);
}

/* The BO's own list has only what is linked, which the operations before this are not yet. */
static int plan_op_unmap_all(struct plan *p)
{
	struct drm_gpuva *va, *next;
	int err;

	drm_gpuvm_for_each_va_safe(va, next, &p->bind->vm->gpuvm) {
		struct drm_gpuva_op op = { .op = DRM_GPUVA_OP_UNMAP, .unmap.va = va };

		if (gpuva_to_xe_vma(va)->bo != p->req->bo)
			continue;
		err = plan_unmap(&op, p);
		if (err)
			return err;
	}
	return 0;
}

static int plan_op_prefetch(struct plan *p)
{
	u64 end = p->req->addr + p->req->range;
	struct drm_gpuva *va;
	struct xe_bind_step *s;
	int err;

	drm_gpuvm_for_each_va_range(va, &p->bind->vm->gpuvm, p->req->addr, end) {
		struct xe_vma *vma = gpuva_to_xe_vma(va);

		if (xe_vma_is_userptr(vma)) {
			err = xe_vm_repin_vma(p->bind->vm, vma, false);
			if (err)
				return err;
		}
		s = xe_bind_step_new(p->bind, STEP_PREFETCH);
		if (!s)
			return -ENOMEM;
		s->vma = vma;
		s->region = p->req->region;
	}
	return 0;
}

static int (* const plan_ops[])(struct plan *p) = {
	[DRM_XE_VM_BIND_OP_MAP] = plan_op_map,
	[DRM_XE_VM_BIND_OP_UNMAP] = plan_op_unmap,
	[DRM_XE_VM_BIND_OP_MAP_USERPTR] = plan_op_map,
	[DRM_XE_VM_BIND_OP_UNMAP_ALL] = plan_op_unmap_all,
	[DRM_XE_VM_BIND_OP_PREFETCH] = plan_op_prefetch,
};

/**
 * xe_bind_part_to_fail() - what XE_BIND_FAIL makes fail this time
 * @vm: address space
 * @reqs: operations
 * @n: how many
 *
 * Return: another part each time, or XE_BIND_NOTHING when no operation says so.
 */
enum xe_bind_part xe_bind_part_to_fail(struct xe_vm *vm, const struct xe_bind_req *reqs,
				       unsigned int n)
{
	u32 all = 0;
	unsigned int i;

	for (i = 0; i < n; i++)
		all |= reqs[i].flags;
	if (!(all & XE_BIND_FAIL))
		return XE_BIND_NOTHING;
	return XE_BIND_PLAN + (u32)atomic_inc_return(&vm->xe->vms->next_fail) %
			      (XE_BIND_PARTS - XE_BIND_PLAN);
}

/**
 * xe_bind_plan() - what operations do to the mappings
 * @b: bind, without steps
 * @reqs: operations, in order
 * @n: how many
 *
 * The tree of mappings is changed on the way, so that each operation finds what those
 * before it leave.
 *
 * Context: the address space is locked for write; takes snapshots of user memory.
 *
 * Return: 0; -ENODATA when there are no steps; -ENOMEM, -EINVAL, -EFAULT, -EINTR, -EAGAIN: after
 * an error the steps so far must be undone.
 */
int xe_bind_plan(struct xe_bind *b, const struct xe_bind_req *reqs, unsigned int n)
{
	unsigned int i;
	int err;

	for (i = 0; i < n; i++) {
		struct plan p = { .bind = b, .req = &reqs[i] };

		err = reqs[i].flags & XE_BIND_FAIL ? xe_bind_fails(b, XE_BIND_PLAN) : 0;
		if (!err)
			err = plan_ops[reqs[i].op](&p);
		if (err)
			return err;
	}
	return list_empty(&b->steps) ? -ENODATA : 0;
}

/* ---- undo of plan ---- */

static void unplan_step(struct xe_bind *b, struct xe_bind_step *s)
{
	struct xe_vma *new[] = { s->kind == STEP_MAP ? s->vma : NULL, s->prev, s->next };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(new); i++) {
		if (!new[i])
			continue;
		scoped_guard(spinlock, &b->vm->mappings_lock)
			drm_gpuva_remove(&new[i]->base);
		xe_vma_free(new[i]);
	}
	if (!s->old)
		return;
	guard(spinlock)(&b->vm->mappings_lock);
	drm_gpuva_insert(&b->vm->gpuvm, &s->old->base);
}

/**
 * xe_bind_unplan() - undo all steps
 * @b: bind
 *
 * In reverse, since a later one may have split what an earlier one mapped.
 *
 * Context: the address space is locked for write, no reservation is held.
 */
void xe_bind_unplan(struct xe_bind *b)
{
	struct xe_bind_step *s;

	list_for_each_entry_reverse(s, &b->steps, link)
		unplan_step(b, s);
}

const struct drm_gpuvm_ops xe_gpuvm_ops = {
	.vm_free = xe_vm_gpuvm_free,
	.vm_bo_validate = xe_vm_bo_validate,
	.sm_step_map = plan_map,
	.sm_step_remap = plan_remap,
	.sm_step_unmap = plan_unmap,
};
