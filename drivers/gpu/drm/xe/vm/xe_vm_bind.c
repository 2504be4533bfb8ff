// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: VM_BIND
 *
 * A bind is one transaction, however many operations it has:
 *
 * - *plan*: what each operation does to the mappings that are there when it is its
 *   turn, put down as a list of steps; the tree of mappings is changed on the way.
 * - *lock*: the reservations of the address space and of all BOs involved.
 * - *stage*: bring BOs to where they shall be, link mappings to them, stage the
 *   page tables, make the job and all that it will need.
 * - *publish*: arm the job, put its fence where others look, push it. Cannot fail.
 * - *abort*, instead of publish: everything as before.
 *
 * What an operation does in plan, and what a step does in the others, is said in one
 * row of a table.
 */
#include "vm/xe_vm_bind.h"

#include <linux/dma-resv.h>

#include <drm/drm_exec.h>
#include <drm/gpu_scheduler.h>
#include <drm/ttm/ttm_bo.h>
#include <drm/ttm/ttm_placement.h>
#include <uapi/drm/xe_drm.h>

#include "core/xe_log.h"
#include "mem/xe_bo.h"
#include "mem/xe_validate.h"
#include "vm/xe_bind_job.h"
#include "vm/xe_bind_queue.h"
#include "vm/xe_pt_stage.h"
#include "vm/xe_userptr.h"
#include "vm/xe_vm_lr.h"
#include "vm/xe_vm_plan.h"
#include "vm/xe_vm_trace.h"
#include "vm/xe_vm_types.h"
#include "vm/xe_vma.h"

/* ---- lock ---- */

static struct xe_bo *step_bo(const struct xe_bind_step *s)
{
	return s->vma ? s->vma->bo : s->old->bo;
}

static int lock_all(struct xe_bind *b, struct drm_exec *exec)
{
	struct drm_gpuvm *gpuvm = &b->vm->gpuvm;
	struct xe_bind_step *s;
	int err;

	err = drm_exec_lock_obj(exec, drm_gpuvm_resv_obj(gpuvm));
	if (err)
		return err;
	list_for_each_entry(s, &b->steps, link) {
		struct xe_bo *bo = step_bo(s);

		if (!bo || !drm_gpuvm_is_extobj(gpuvm, &bo->ttm.base))
			continue;
		err = drm_exec_lock_obj(exec, &bo->ttm.base);
		if (err)
			return err;
	}
	return 0;
}

static int bind_lock(struct xe_bind *b, struct drm_exec *exec)
{
	int err = 0;

	drm_exec_init(exec, DRM_EXEC_INTERRUPTIBLE_WAIT | DRM_EXEC_IGNORE_DUPLICATES, 0);
	drm_exec_until_all_locked(exec) {
		err = lock_all(b, exec);
		drm_exec_retry_on_contention(exec);
		/* Not the end of locking: eviction may wait for others with the ticket. */
		break;
	}
	b->exec = exec;
	return err;
}

/* ---- stage ---- */

/*
 * Whether others of the address space may make room. What jobs without end use must all be
 * there at once; and userspace may have said that what it binds must.
 */
static bool may_evict_own(const struct xe_bind *b)
{
	return !b->array && !xe_vm_is_preemptible(b->vm) && !(b->vm->flags & XE_VM_NO_OVERCOMMIT);
}

static const struct ttm_place *prefetch_place(const struct xe_bo *bo, u32 region)
{
	u32 mem_type = region ? XE_PL_VRAM0 + region - 1 : XE_PL_TT;
	unsigned int i;

	/* The best that is allowed, where memory advice would say which. */
	if (region == DRM_XE_CONSULT_MEM_ADVISE_PREF_LOC)
		return &bo->places[0];
	for (i = 0; i < bo->n_places; i++)
		if (bo->places[i].mem_type == mem_type)
			return &bo->places[i];
	return NULL;
}

static int move_bo(struct xe_bo *bo, const struct ttm_place *to)
{
	struct ttm_operation_ctx ctx = { .interruptible = true };
	struct ttm_placement placement = { .num_placement = 1 };
	struct ttm_place place = *to;

	if (bo->ttm.pin_count)
		return bo->ttm.resource->mem_type == to->mem_type ? 0 : -EBUSY;

	place.flags &= ~TTM_PL_FLAG_FALLBACK;
	placement.placement = &place;
	return ttm_bo_validate(&bo->ttm, &placement, &ctx);
}

static int prepare_prefetch(struct xe_bind *b, struct xe_bind_step *s)
{
	struct xe_bo *bo = s->vma->bo;
	const struct ttm_place *found;
	int err;

	if (!bo)
		return 0;
	err = xe_bo_check_needed(bo);
	if (XE_IOCTL_DBG(b->vm->xe, err))
		return err;
	found = prefetch_place(bo, s->region);
	return XE_IOCTL_DBG(b->vm->xe, !found) ? -EINVAL : move_bo(bo, found);
}

/* The VRAM that is asked for, else any that is allowed. */
static const struct ttm_place *vram_place(const struct xe_bo *bo, u32 region)
{
	const struct ttm_place *place = prefetch_place(bo, region);
	u32 i;

	for (i = 1; !place && i <= XE_MAX_TILES; i++)
		place = prefetch_place(bo, i);
	return place;
}

static int prepare_fault(struct xe_bind *b, struct xe_bind_step *s)
{
	struct xe_bo *bo = s->vma->bo;
	const struct ttm_place *place;

	/* A mapping that leads nowhere would only be asked for again. */
	if (bo && bo->need == XE_BO_PURGED)
		return -EACCES;
	/* Faults may overcommit. */
	if (!s->region)
		return bo ? xe_vm_place_bo(b->vm, bo, true) : 0;
	place = bo ? vram_place(bo, s->region) : NULL;
	return place ? move_bo(bo, place) : -EACCES;
}

/* A BO that has just moved away for another one of this bind must not be staged where it was. */
static bool bo_is_placed(const struct xe_bo *bo)
{
	unsigned int i;

	for (i = 0; i < bo->n_places; i++)
		if (bo->ttm.resource && bo->ttm.resource->mem_type == bo->places[i].mem_type)
			return true;
	return bo->ttm.pin_count;
}

static int prepare_map(struct xe_bind *b, struct xe_bind_step *s)
{
	struct xe_bo *bo = s->vma->bo;
	int err = bo ? xe_bo_check_needed(bo) : 0;

	if (XE_IOCTL_DBG(b->vm->xe, err))
		return err;
	if (bo && !s->deferred)
		err = xe_vm_place_bo(b->vm, bo, may_evict_own(b));
	return !err && s->decompress ? xe_bo_decompress(bo) : err;
}

static int prepare_gone(struct xe_bind *b, struct xe_bind_step *s)
{
	return XE_IOCTL_DBG(b->vm->xe, xe_vma_busy(s->old)) ? -EBUSY : 0;
}

static int stage_source(struct xe_bind *b, const struct xe_vma *vma,
			const struct xe_pt_source *src)
{
	unsigned int id;
	int err;

	for (id = 0; id < b->vm->xe->tile_count; id++) {
		err = xe_pt_stage_map(xe_bind_job_txn(b->job, id), vma->base.va.addr,
				      vma->base.va.range, src);
		if (err)
			return err;
	}
	return 0;
}

static int stage_vma(struct xe_bind *b, const struct xe_vma *vma)
{
	struct xe_vma_source src;

	if (vma->bo && !bo_is_placed(vma->bo))
		return -ENOMEM;
	xe_vma_source_init(&src, vma, b->vm);
	return stage_source(b, vma, &src.base);
}

/* Scratch entries must go, for the device to ask. */
static int stage_deferred(struct xe_bind *b, const struct xe_vma *vma)
{
	static const struct xe_pt_source absent = { .absent = true };

	return b->vm->flags & XE_VM_SCRATCH ? stage_source(b, vma, &absent) : 0;
}

static int stage_clear(struct xe_bind *b, u64 start, u64 end)
{
	unsigned int id;
	int err;

	for (id = 0; id < b->vm->xe->tile_count; id++) {
		err = xe_pt_stage_clear(xe_bind_job_txn(b->job, id), start, end - start);
		if (err)
			return err;
	}
	return 0;
}

static int stage_map(struct xe_bind *b, struct xe_bind_step *s)
{
	int err = xe_vma_link(s->vma, b->vm);

	if (err)
		return err;
	s->linked = true;
	return s->deferred ? stage_deferred(b, s->vma) : stage_vma(b, s->vma);
}

static int stage_bind(struct xe_bind *b, struct xe_bind_step *s)
{
	const struct drm_gpuva *va = &s->vma->base;

	/* What was purged is as if it were not mapped. */
	if (s->vma->bo && s->vma->bo->need == XE_BO_PURGED)
		return stage_clear(b, va->va.addr, va->va.addr + va->va.range);
	return stage_vma(b, s->vma);
}

static int stage_gone(struct xe_bind *b, struct xe_bind_step *s)
{
	u64 start = s->old->base.va.addr, end = start + s->old->base.va.range;
	int err = 0;

	s->linked = true;
	if (s->prev) {
		start = s->prev->base.va.addr + s->prev->base.va.range;
		err = xe_vma_link(s->prev, b->vm);
	}
	if (!err && s->next) {
		end = s->next->base.va.addr;
		err = xe_vma_link(s->next, b->vm);
	}
	return err ?: stage_clear(b, start, end);
}

/* ---- publish ---- */

static void publish_map(struct xe_bind *b, struct xe_bind_step *s, struct dma_fence *done)
{
	trace_xe_vma_bind(b->vm, s->vma);
	s->vma->followed = xe_vma_is_userptr(s->vma);
	if (b->syncs && b->syncs->user_fence)
		xe_vma_set_user_fence(s->vma, done);
}

/* Pieces of a mapping that waits to be bound again wait as well. */
static void publish_piece(struct xe_bind *b, struct xe_bind_step *s, struct xe_vma *piece,
			  struct dma_fence *done)
{
	if (!piece)
		return;
	piece->followed = xe_vma_is_userptr(piece);
	if (!list_empty(&s->old->link))
		list_add_tail(&piece->link, &b->vm->rebind);
	if (b->syncs && b->syncs->user_fence)
		xe_vma_set_user_fence(piece, done);
}

/* The memory stays until the device has forgotten the mapping: the job has it now. */
static void publish_gone(struct xe_bind *b, struct xe_bind_step *s, struct dma_fence *done)
{
	trace_xe_vma_unbind(b->vm, s->old);
	publish_piece(b, s, s->prev, done);
	publish_piece(b, s, s->next, done);
	s->old->followed = false;
	xe_vma_unlink(s->old);
	xe_bind_job_add_dead(b->job, s->old);
}

static void publish_rebind(struct xe_bind *b, struct xe_bind_step *s, struct dma_fence *done)
{
	if (s->kind == STEP_FAULT)
		trace_xe_vma_pf_bind(b->vm, s->vma);
	else if (b->vm->flags & XE_VM_LR)
		trace_xe_vma_rebind_worker(b->vm, s->vma);
	else
		trace_xe_vma_rebind_exec(b->vm, s->vma);
	list_del_init(&s->vma->link);
}

/**
 * struct step_row - what a kind of step does
 * @maps: the device will read the memory: wait until it is there
 * @prepare: move memory, refuse; may fail; nothing to undo; or NULL
 * @stage: link and stage; may fail
 * @publish: cannot fail
 */
struct step_row {
	bool maps;
	int (*prepare)(struct xe_bind *b, struct xe_bind_step *s);
	int (*stage)(struct xe_bind *b, struct xe_bind_step *s);
	void (*publish)(struct xe_bind *b, struct xe_bind_step *s, struct dma_fence *done);
};

static const struct step_row step_rows[] = {
	[STEP_MAP] = { true, prepare_map, stage_map, publish_map },
	[STEP_UNMAP] = { false, prepare_gone, stage_gone, publish_gone },
	[STEP_REMAP] = { false, prepare_gone, stage_gone, publish_gone },
	[STEP_PREFETCH] = { true, prepare_prefetch, stage_bind, publish_map },
	[STEP_REBIND] = { true, NULL, stage_bind, publish_rebind },
	[STEP_FAULT] = { true, prepare_fault, stage_bind, publish_rebind },
};

static int step_fails(const struct xe_bind *b, const struct xe_bind_step *s,
		      enum xe_bind_part part)
{
	return list_is_last(&s->link, &b->steps) ? xe_bind_fails(b, part) : 0;
}

static int stage_steps(struct xe_bind *b)
{
	struct xe_bind_step *s;
	int err;

	/* All memory is in its place before an address is looked at. */
	list_for_each_entry(s, &b->steps, link) {
		err = step_fails(b, s, XE_BIND_PREPARE);
		if (!err && step_rows[s->kind].prepare)
			err = step_rows[s->kind].prepare(b, s);
		if (err)
			return err;
	}
	list_for_each_entry(s, &b->steps, link) {
		err = step_fails(b, s, XE_BIND_STAGE) ?: step_rows[s->kind].stage(b, s);
		if (err)
			return err == -ENOBUFS && !b->array ? -ENOMEM : err;
	}
	return 0;
}

/* Memory must be there before it is mapped; what is unmapped need not be waited for. */
static int add_deps(struct xe_bind *b)
{
	struct drm_sched_job *drm = xe_bind_job_drm(b->job);
	struct drm_gem_object *obj;
	bool maps = false;
	struct xe_bind_step *s;
	int err = b->syncs ? xe_bind_job_add_syncs(b->job, b->syncs) : 0;

	list_for_each_entry(s, &b->steps, link)
		maps |= step_rows[s->kind].maps;

	drm_exec_for_each_locked_object(b->exec, obj) {
		if (!err && maps)
			err = drm_sched_job_add_resv_dependencies(drm, obj->resv,
								  DMA_RESV_USAGE_KERNEL);
		if (!err)
			err = dma_resv_reserve_fences(obj->resv, 1 + xe_vm_lr_fences(b->vm));
		if (err)
			return err;
	}
	return err;
}

/* User memory that is bound is what the process has until publish is through. */
static int bind_seal(struct xe_bind *b)
{
	struct xe_bind_step *s;

	down_read(&b->vm->notifier_lock);
	list_for_each_entry(s, &b->steps, link) {
		if (!s->vma || !s->vma->userptr || !xe_userptr_stale(s->vma->userptr))
			continue;
		up_read(&b->vm->notifier_lock);
		return -EAGAIN;
	}
	return 0;
}

static int bind_stage(struct xe_bind *b)
{
	int err;

	b->job = xe_bind_job_create(b->vm, b->queue);
	if (IS_ERR(b->job)) {
		err = PTR_ERR(b->job);
		b->job = NULL;
		return err;
	}
	err = stage_steps(b);
	if (!err)
		err = xe_bind_fails(b, XE_BIND_DEPS) ?: add_deps(b);
	if (!err)
		err = xe_bind_fails(b, XE_BIND_JOB) ?: xe_bind_job_prepare(b->job);
	return err ?: xe_bind_fails(b, XE_BIND_SEAL) ?: bind_seal(b);
}

static void bind_unstage(struct xe_bind *b)
{
	struct xe_bind_step *s;

	if (!b->job)
		return;
	trace_xe_vm_ops_fail(b->vm);
	xe_bind_job_abort(b->job);
	list_for_each_entry_reverse(s, &b->steps, link) {
		if (!s->linked)
			continue;
		if (s->kind == STEP_MAP)
			xe_vma_unlink(s->vma);
		if (s->prev)
			xe_vma_unlink(s->prev);
		if (s->next)
			xe_vma_unlink(s->next);
		s->linked = false;
	}
}

static struct dma_fence *bind_publish(struct xe_bind *b)
{
	bool prompt = xe_bind_job_is_prompt(b->job);
	struct dma_fence *done = xe_bind_job_arm(b->job);
	struct drm_gem_object *obj;
	struct xe_bind_step *s;

	drm_exec_for_each_locked_object(b->exec, obj) {
		bool own = obj->resv == b->vm->as.resv;

		dma_resv_add_fence(obj->resv, done,
				   own && prompt ? DMA_RESV_USAGE_KERNEL : b->usage);
		if (!own)
			xe_vm_lr_add_fences(b->vm, obj->resv);
	}
	list_for_each_entry(s, &b->steps, link)
		step_rows[s->kind].publish(b, s, done);
	if (b->syncs)
		b->syncs->publish(b->syncs->data, done);
	if (!xe_bind_job_push(b->job, done))
		b->job = NULL;
	up_read(&b->vm->notifier_lock);
	return done;
}

static void bind_init(struct xe_bind *b, struct xe_vm *vm, struct xe_bind_queue *q)
{
	*b = (struct xe_bind){
		.vm = vm,
		.queue = q,
		.usage = DMA_RESV_USAGE_BOOKKEEP,
	};
	INIT_LIST_HEAD(&b->steps);
	xe_arena_init(&b->arena, b->room, sizeof(b->room));
}

/* All steps are done or undone. */
static void bind_fini(struct xe_bind *b)
{
	xe_arena_fini(&b->arena);
}

static int lock_and_bind(struct xe_bind *b, struct dma_fence **done)
{
	struct drm_exec exec;
	int err;

	err = bind_lock(b, &exec) ?: xe_bind_fails(b, XE_BIND_LOCK);
	if (!err)
		err = bind_stage(b);
	if (!err)
		*done = bind_publish(b);
	else
		bind_unstage(b);
	drm_exec_fini(&exec);

	if (b->job)
		xe_bind_job_free(b->job);
	b->job = NULL;
	return err;
}

/* What is planned, with all the memory there is if need be. */
static int bind_planned(struct xe_bind *b)
{
	struct dma_fence *done = NULL;
	struct xe_validate v;
	int err;

	xe_validate_begin(&v, b->vm->xe);
	do {
		err = lock_and_bind(b, &done);
	} while (xe_validate_again(&v, err));
	xe_validate_end(&v);
	if (!err && b->wait)
		dma_fence_wait(done, false);
	dma_fence_put(done);
	return err;
}

static int bind_once(struct xe_bind *b, const struct xe_bind_req *reqs, unsigned int n)
{
	int err;

	err = xe_bind_plan(b, reqs, n);
	if (err == -ENOMEM && b->array)
		err = -ENOBUFS;
	if (!err)
		err = bind_planned(b);
	if (err)
		xe_bind_unplan(b);
	return err;
}

/**
 * xe_vm_bind() - carry out VM_BIND operations, all or none
 * @vm: address space, between xe_vm_begin_bind() and xe_vm_end_bind()
 * @q: queue on which the bind is done in order, or NULL for the address space's own
 * @reqs: operations, in order; their arguments have been checked
 * @n: how many
 * @syncs: what to wait for and whom to tell
 *
 * Returns as soon as the bind is on its way; its fence is handed to @syncs.
 *
 * Return: 0; -ENODATA when there is nothing to do, @syncs then were left alone;
 * -ENOMEM when there is no memory; -ENOBUFS when there may be for fewer operations at once;
 * -EBUSY when a user fence of what is to be unmapped is still due; -EINVAL for a place where
 * a BO may not be, or a cut finer than VRAM pages, or a BO that was purged; -EBUSY for one that
 * is not needed; -EFAULT for user memory that is not there; -EINTR; -EAGAIN when a signal comes
 * while user memory changes all the time; -ENOSPC for XE_BIND_FAIL.
 */
int xe_vm_bind(struct xe_vm *vm, struct xe_bind_queue *q, const struct xe_bind_req *reqs,
	       unsigned int n, const struct xe_bind_syncs *syncs)
{
	enum xe_bind_part fail = xe_bind_part_to_fail(vm, reqs, n);
	struct xe_bind b;
	int err;

	lockdep_assert_held_write(&vm->lock);

	do {
		bind_init(&b, vm, q ?: vm->queue);
		b.syncs = syncs;
		b.array = n > 1;
		b.fail = fail;
		err = bind_once(&b, reqs, n);
		bind_fini(&b);
		/* User memory that changed meanwhile. */
	} while (err == -EAGAIN && !signal_pending(current));
	return err;
}

/**
 * xe_vm_bind_fault() - bind a mapping that the device wants
 * @vm: address space; &xe_vm.lock is held
 * @vma: one of its mappings
 * @region: memory region that the memory must be in, or best; 0: any VRAM or system memory
 *
 * Done on return, on all tiles.
 *
 * Context: no reservation held.
 *
 * Return: 0; -EAGAIN when user memory changes meanwhile; -EACCES for memory that cannot be in
 * VRAM or was purged; -EFAULT for user memory that is not there; -ENOMEM, -ENOSPC.
 */
int xe_vm_bind_fault(struct xe_vm *vm, struct xe_vma *vma, u32 region)
{
	struct xe_bind_step *s;
	struct xe_bind b;
	int err;

	lockdep_assert_held(&vm->lock);

	if (xe_vma_is_userptr(vma)) {
		err = xe_vm_repin_vma(vm, vma, false);
		if (err)
			return err;
	}
	bind_init(&b, vm, vm->rebind_queue);
	b.wait = true;
	s = xe_bind_step_new(&b, STEP_FAULT);
	if (!s)
		return -ENOMEM;
	s->vma = vma;
	s->region = region;

	err = bind_planned(&b);
	bind_fini(&b);
	return err;
}

/**
 * xe_vm_bind_last() - when all binds of a queue so far are done
 * @vm: address space, between xe_vm_begin_bind() and xe_vm_end_bind()
 * @q: queue, or NULL for the address space's own
 *
 * Return: a fence with a reference.
 */
struct dma_fence *xe_vm_bind_last(struct xe_vm *vm, struct xe_bind_queue *q)
{
	lockdep_assert_held_write(&vm->lock);

	return xe_bind_queue_last(q ?: vm->queue);
}

/**
 * xe_vm_rebind() - bind what has come back to another place
 * @vm: address space; &xe_vm.lock is held
 * @exec: holds the reservations of the address space and of all its BOs
 *
 * Everything that is submitted later waits for it.
 *
 * Return: 0 or -errno; what could not be bound stays in &xe_vm.rebind.
 */
int xe_vm_rebind(struct xe_vm *vm, struct drm_exec *exec)
{
	struct xe_vma *vma;
	struct xe_bind_step *s;
	struct xe_bind b;
	int err = 0;

	lockdep_assert_held(&vm->lock);
	dma_resv_assert_held(vm->as.resv);
	if (list_empty(&vm->rebind))
		return 0;

	bind_init(&b, vm, vm->rebind_queue);
	b.exec = exec;
	b.usage = DMA_RESV_USAGE_KERNEL;
	list_for_each_entry(vma, &vm->rebind, link) {
		s = xe_bind_step_new(&b, STEP_REBIND);
		if (!s) {
			err = -ENOMEM;
			break;
		}
		s->vma = vma;
	}

	if (!err)
		err = bind_stage(&b);
	if (!err)
		dma_fence_put(bind_publish(&b));
	else
		bind_unstage(&b);
	bind_fini(&b);
	if (b.job)
		xe_bind_job_free_later(b.job);
	return err;
}
