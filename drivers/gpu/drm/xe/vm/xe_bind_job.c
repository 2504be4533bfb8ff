// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Bind jobs
 *
 * A bind job carries the staged changes of one VM_BIND, or of one rebind, for all
 * tiles. When what it waits for is done it writes the entries, makes them reach the
 * device, sends the TLB invalidations that are due and is done when these are.
 *
 * The fences it waits for are counted out of the GTs that take part, and out of
 * nothing else: when no translation can be cached there are none, and the bind is
 * done as soon as it is written.
 *
 * A job that waits for nothing, on a queue that is idle, is run by who made it. All
 * others go by way of the scheduler. Jobs of a queue are done in order (vm/xe_bind_queue.c).
 */
#include "vm/xe_bind_job.h"

#include <linux/dma-fence.h>
#include <linux/export.h>
#include <linux/slab.h>

#include <drm/drm_drv.h>
#include <drm/drm_managed.h>
#include <drm/gpu_scheduler.h>

#include <kunit/visibility.h>

#include "core/xe_log.h"
#include "core/xe_mmio.h"
#include "core/xe_rpm.h"
#include "gt/xe_tlb_inval.h"
#include "vm/xe_bind_fence.h"
#include "vm/xe_bind_pending.h"
#include "vm/xe_bind_queue.h"
#include "vm/xe_pt_stage.h"
#include "vm/xe_vm_bind.h"
#include "vm/xe_vm_types.h"
#include "vm/xe_vma.h"

/**
 * struct xe_bind_job - see above
 * @drm: base
 * @vm: address space, with a reference
 * @queue: with a reference
 * @txn: staged changes per tile
 * @pending: made before the job is armed, for &xe_vm.pending
 * @flush_next: see &struct xe_bind_tlb
 * @prompt: see xe_bind_job_is_prompt()
 * @inval_start: first byte of address space to invalidate
 * @inval_size: bytes
 * @inval: GTs that take part, with the fence of each
 * @n_inval: how many
 * @inval_gts: the same as a bit per GT id
 * @joined: their common fence, when there is more than one
 * @ran: without the scheduler
 * @ended: then, when it is done
 * @dead: &xe_vma.link of mappings that end with the job
 * @free: the end, where sleeping is allowed
 */
struct xe_bind_job {
	struct drm_sched_job drm;
	struct xe_vm *vm;
	struct xe_bind_queue *queue;
	struct xe_pt_txn txn[XE_MAX_TILES];
	struct xe_bind_pending *pending;
	bool flush_next, prompt;
	u64 inval_start, inval_size;
	struct {
		struct xe_gt *gt;
		struct dma_fence *fence;
	} inval[XE_MAX_GTS];
	unsigned int n_inval;
	u32 inval_gts;
	struct xe_bind_fence *joined;
	bool ran;
	struct dma_fence_cb ended;
	struct list_head dead;
	struct work_struct free;
};

static struct xe_bind_job *to_bind_job(struct drm_sched_job *drm)
{
	return container_of(drm, struct xe_bind_job, drm);
}

/* ---- the rules ---- */

/**
 * xe_bind_tlb_action() - what must be done about cached translations
 * @vm_flags: &enum xe_vm_flags
 * @idle: no job that has a fence used what changes since before it moved
 * @txn: what changed
 *
 * What goes away must be gone from the TLBs before its memory is used again, and so must
 * tables that nothing points to any more: they are found through what a walker remembers of
 * the levels above. What moved was idle while it moved, so that the next job can flush; a
 * long-running context has no next job. Nothing caches that there is no mapping, except
 * where scratch entries made one.
 *
 * Context: any; pure.
 *
 * Return: the action.
 */
struct xe_bind_tlb xe_bind_tlb_action(u32 vm_flags, bool idle, const struct xe_pt_txn *txn)
{
	bool stale = txn->replaced || (txn->filled && vm_flags & XE_VM_SCRATCH);
	bool lr = vm_flags & XE_VM_LR;

	return (struct xe_bind_tlb){
		.invalidate = txn->cleared || (stale && lr) || (txn->orphaned && (lr || !idle)),
		.flush_next = stale && !lr,
	};
}
EXPORT_SYMBOL_IF_KUNIT(xe_bind_tlb_action);

/**
 * xe_bind_gt_mask() - which GTs can have cached a tile's entries
 * @tiles: bit per tile whose tables changed
 * @tile_gts: per tile a bit per GT id on it
 * @n_tiles: entries of @tile_gts
 *
 * Context: any; pure.
 *
 * Return: a bit per GT id; as many fences are waited for as there are bits.
 */
u32 xe_bind_gt_mask(u32 tiles, const u32 *tile_gts, unsigned int n_tiles)
{
	u32 mask = 0;
	unsigned int i;

	for (i = 0; i < n_tiles; i++)
		if (tiles & BIT(i))
			mask |= tile_gts[i];
	return mask;
}
EXPORT_SYMBOL_IF_KUNIT(xe_bind_gt_mask);

/* ---- running ---- */

static void write_entries(struct xe_bind_job *job)
{
	struct xe_device *xe = job->vm->xe;
	unsigned int id;
	int idx;

	/* An unplugged device has no page tables any more. */
	if (!drm_dev_enter(&xe->drm, &idx))
		return;
	for (id = 0; id < xe->tile_count; id++)
		xe_pt_txn_apply(&job->txn[id]);
	xe_device_wmb(xe);
	drm_dev_exit(idx);
}

static struct dma_fence *join_fences(struct xe_bind_job *job)
{
	unsigned int i;

	if (!job->n_inval)
		return NULL;
	if (!job->joined)
		return dma_fence_get(job->inval[0].fence);

	for (i = 0; i < job->n_inval; i++)
		xe_bind_fence_add(job->joined, job->inval[i].fence);
	return xe_bind_fence_close(no_free_ptr(job->joined));
}

static struct dma_fence *run(struct xe_bind_job *job)
{
	struct xe_addr_space *as = &job->vm->as;
	struct dma_fence *done;
	unsigned int i;

	write_entries(job);
	if (job->flush_next)
		atomic64_inc(&as->tlb_flush_seqno);
	for (i = 0; i < job->n_inval; i++)
		xe_tlb_inval_range(job->inval[i].gt, job->inval[i].fence, job->inval_start,
				   job->inval_size, as->asid);
	done = join_fences(job);
	xe_bind_queue_set_running(job->queue, done, job->inval_gts);
	return done;
}

/* A job that is behind others in its queue is done behind them. */
static struct dma_fence *bind_job_wait(struct drm_sched_job *drm, struct drm_sched_entity *entity)
{
	struct xe_bind_job *job = to_bind_job(drm);

	return xe_bind_queue_before(job->queue, job->inval_gts);
}

static struct dma_fence *bind_job_run(struct drm_sched_job *drm)
{
	bool cookie = dma_fence_begin_signalling();
	struct dma_fence *done = run(to_bind_job(drm));

	dma_fence_end_signalling(cookie);
	return done;
}

static void bind_job_free_work(struct work_struct *work)
{
	xe_bind_job_free(container_of(work, struct xe_bind_job, free));
}

/**
 * xe_bind_job_free_later() - xe_bind_job_free() where no lock is held
 * @job: job
 *
 * Context: any.
 */
void xe_bind_job_free_later(struct xe_bind_job *job)
{
	INIT_WORK(&job->free, bind_job_free_work);
	queue_work(job->vm->xe->destroy_wq, &job->free);
}

/* Freeing tables takes locks that others hold while they wait for fences: elsewhere. */
static void bind_job_done(struct drm_sched_job *drm)
{
	xe_bind_job_free_later(to_bind_job(drm));
}

static const struct drm_sched_backend_ops bind_sched_ops = {
	.prepare_job = bind_job_wait,
	.run_job = bind_job_run,
	.free_job = bind_job_done,
};

static void bind_sched_fini(struct drm_device *drm, void *arg)
{
	drm_sched_fini(arg);
}

/**
 * xe_bind_sched_init() - the scheduler of all bind jobs of a device
 * @xe: device; its &xe_device.vms is there
 *
 * No timeout: TLB invalidations have one of their own, and nothing else in a job
 * waits.
 *
 * Return: 0 or -ENOMEM. Freed with the DRM device.
 */
int xe_bind_sched_init(struct xe_device *xe)
{
	const struct drm_sched_init_args args = {
		.ops = &bind_sched_ops,
		.num_rqs = 1,
		.credit_limit = 1024,
		.timeout = MAX_SCHEDULE_TIMEOUT,
		.name = "xe-bind",
		.dev = xe->drm.dev,
	};
	struct drm_gpu_scheduler *sched;
	int err;

	sched = drmm_kzalloc(&xe->drm, sizeof(*sched), GFP_KERNEL);
	if (!sched)
		return -ENOMEM;
	err = drm_sched_init(sched, &args);
	if (err)
		return err;
	xe->vms->sched = sched;
	return drmm_add_action_or_reset(&xe->drm, bind_sched_fini, sched);
}

/* ---- making ---- */

/**
 * xe_bind_job_create() - a job with nothing staged
 * @vm: address space
 * @q: queue it will run on
 *
 * Context: process; the device is awake and stays so until the job is done.
 *
 * Return: the job, or ERR_PTR(-ENOMEM, -ENOENT).
 */
struct xe_bind_job *xe_bind_job_create(struct xe_vm *vm, struct xe_bind_queue *q)
{
	struct xe_bind_job *job;
	unsigned int id;
	int err;

	job = kzalloc_obj(*job);
	if (!job)
		return ERR_PTR(-ENOMEM);

	err = drm_sched_job_init(&job->drm, xe_bind_queue_entity(q), 1, vm, 0);
	if (err) {
		kfree(job);
		return ERR_PTR(err);
	}
	for (id = 0; id < XE_MAX_TILES; id++)
		xe_pt_txn_init(&job->txn[id], &vm->tree[id]);
	INIT_LIST_HEAD(&job->dead);
	job->vm = xe_vm_get(vm);
	job->queue = xe_bind_queue_get(q);
	job->prompt = xe_bind_queue_is_prompt(q);
	xe_rpm_get_noresume(vm->xe);
	return job;
}

/**
 * xe_bind_job_txn() - where changes of one tile's tables are staged
 * @job: not prepared yet
 * @tile: tile id
 *
 * Return: the transaction.
 */
struct xe_pt_txn *xe_bind_job_txn(struct xe_bind_job *job, unsigned int tile)
{
	return &job->txn[tile];
}

/**
 * xe_bind_job_drm() - for dependencies
 * @job: not armed yet
 *
 * Return: the scheduler's part of the job.
 */
struct drm_sched_job *xe_bind_job_drm(struct xe_bind_job *job)
{
	return &job->drm;
}

/**
 * xe_bind_job_add_dead() - keep a mapping's memory until the job is done
 * @job: armed
 * @vma: unlinked; freed with the job
 */
void xe_bind_job_add_dead(struct xe_bind_job *job, struct xe_vma *vma)
{
	list_add_tail(&vma->link, &job->dead);
}

static int add_inval(struct xe_bind_job *job, struct xe_gt *gt)
{
	struct dma_fence *fence = xe_tlb_inval_fence_alloc(gt);

	if (IS_ERR_OR_NULL(fence))
		return fence ? PTR_ERR(fence) : -ENOMEM;
	job->inval[job->n_inval].gt = gt;
	job->inval[job->n_inval].fence = fence;
	job->n_inval++;
	job->inval_gts |= BIT(gt->id);
	return 0;
}

static u32 take_part(struct xe_bind_job *job, u32 tiles)
{
	struct xe_device *xe = job->vm->xe;
	u32 tile_gts[XE_MAX_TILES] = {};
	struct xe_gt *gt;
	unsigned int id;

	for_each_gt(gt, xe, id)
		tile_gts[gt->tile->id] |= BIT(gt->id);
	return xe_bind_gt_mask(tiles, tile_gts, XE_MAX_TILES);
}

static int prepare_inval(struct xe_bind_job *job, u32 gts)
{
	unsigned int id;
	int err;

	for (id = 0; id < XE_MAX_GTS; id++) {
		if (!(gts & BIT(id)))
			continue;
		err = add_inval(job, xe_device_gt(job->vm->xe, id));
		if (err)
			return err;
	}
	if (job->n_inval < 2)
		return 0;

	job->joined = xe_bind_fence_create();
	return job->joined ? 0 : -ENOMEM;
}

static int prepare_tlb(struct xe_bind_job *job)
{
	struct xe_vm *vm = job->vm;
	u64 start = U64_MAX, last = 0;
	/* What follows its memory: that moved when all jobs were done, and no other began since. */
	bool idle = job->queue == vm->rebind_queue;
	u32 tiles = 0;
	unsigned int id;

	for (id = 0; id < vm->xe->tile_count; id++) {
		struct xe_pt_txn *txn = &job->txn[id];
		struct xe_bind_tlb tlb = xe_bind_tlb_action(vm->flags, idle, txn);

		job->flush_next |= tlb.flush_next;
		if (!tlb.invalidate)
			continue;
		tiles |= BIT(id);
		start = min(start, txn->flush_start);
		last = max(last, txn->flush_last);
	}
	if (!tiles)
		return 0;
	job->inval_start = start;
	job->inval_size = last - start + 1;
	return prepare_inval(job, take_part(job, tiles));
}

static bool is_waiting(struct drm_sched_job *drm)
{
	struct dma_fence *fence;
	unsigned long i;

	xa_for_each(&drm->dependencies, i, fence)
		if (!dma_fence_is_signaled(fence))
			return true;
	return false;
}

/**
 * xe_bind_job_add_syncs() - wait for what userspace says
 * @job: with no other dependency yet
 * @syncs: what that is
 *
 * Return: 0 or -errno.
 */
int xe_bind_job_add_syncs(struct xe_bind_job *job, const struct xe_bind_syncs *syncs)
{
	int err = syncs->add_deps(syncs->data, &job->drm);

	if (is_waiting(&job->drm))
		job->prompt = false;
	return err;
}

/**
 * xe_bind_job_is_prompt() - whether the bind waits for nothing that userspace chose
 * @job: prepared
 *
 * Such a bind waits for the kernel's own work alone. Jobs that are submitted after it
 * may count on it, even when no fence links the two: they must wait for it. A bind that
 * waits for jobs of users must not hold up others.
 *
 * Context: the address space's reservation is held.
 *
 * Return: whether that is so.
 */
bool xe_bind_job_is_prompt(const struct xe_bind_job *job)
{
	return job->prompt;
}

/**
 * xe_bind_job_prepare() - make all that running the job will need
 * @job: everything is staged
 *
 * Context: the address space's reservation is held.
 *
 * Return: 0 or -ENOMEM; the job can then only be aborted.
 */
int xe_bind_job_prepare(struct xe_bind_job *job)
{
	struct xe_vm *vm = job->vm;
	unsigned int id;
	int err;

	dma_resv_assert_held(vm->as.resv);

	err = prepare_tlb(job);
	if (err)
		return err;

	job->pending = kzalloc_obj(*job->pending);
	if (!job->pending)
		return -ENOMEM;
	job->pending->start = U64_MAX;
	for (id = 0; id < vm->xe->tile_count; id++) {
		job->pending->start = min(job->pending->start, job->txn[id].start);
		job->pending->last = max(job->pending->last, job->txn[id].last);
	}
	job->pending->prompt = job->prompt;
	err = xe_bind_pending_wait(&vm->pending, job->pending, &job->drm);
	job->prompt = job->pending->prompt;
	return err;
}

/* Without the scheduler, since nothing comes before it. */
static struct dma_fence *run_here(struct xe_bind_job *job)
{
	job->ran = true;
	return run(job) ?: dma_fence_get_stub();
}

static struct dma_fence *arm_for_scheduler(struct xe_bind_job *job)
{
	/*
	 * A job that depends on this bind may be made before the bind runs, and look
	 * then whether it must flush: tell it now, and those made later when it is done.
	 */
	if (job->flush_next)
		atomic64_inc(&job->vm->as.tlb_flush_seqno);

	drm_sched_job_arm(&job->drm);
	/* Binds of other queues would wait until it has run, and not for the TLBs. */
	if (job->n_inval)
		set_bit(DRM_SCHED_FENCE_DONT_PIPELINE, &job->drm.s_fence->finished.flags);
	return dma_fence_get(&job->drm.s_fence->finished);
}

/**
 * xe_bind_job_arm() - the point of no return
 * @job: prepared, with all its dependencies
 *
 * Context: the address space's reservation is held until xe_bind_job_push(), which
 * must follow.
 *
 * Return: the fence of the bind, with a reference.
 */
struct dma_fence *xe_bind_job_arm(struct xe_bind_job *job)
{
	struct dma_fence *done;

	dma_resv_assert_held(job->vm->as.resv);

	done = xe_bind_queue_is_idle(job->queue) && !is_waiting(&job->drm) ?
	       run_here(job) : arm_for_scheduler(job);
	xe_bind_queue_set_last(job->queue, done, job->prompt);
	if (xe_bind_pending_add(&job->vm->pending, job->pending, done))
		job->pending = NULL;
	return done;
}

static void job_ended(struct dma_fence *done, struct dma_fence_cb *cb)
{
	xe_bind_job_free_later(container_of(cb, struct xe_bind_job, ended));
}

/**
 * xe_bind_job_push() - the job goes on by itself from here
 * @job: armed
 * @done: its fence
 *
 * Return: true when it is done already, and the caller's: xe_bind_job_free() or
 * xe_bind_job_free_later() must follow.
 */
bool xe_bind_job_push(struct xe_bind_job *job, struct dma_fence *done)
{
	if (!job->ran) {
		drm_sched_entity_push_job(&job->drm);
		return false;
	}
	if (!dma_fence_add_callback(done, &job->ended, job_ended))
		return false;
	if (list_empty(&job->dead))
		return true;
	/* The last reference to a BO may go with its mapping. */
	xe_bind_job_free_later(job);
	return false;
}

/**
 * xe_bind_job_abort() - undo what is staged
 * @job: not armed; xe_bind_job_free() must follow, with no reservation held
 *
 * Context: the address space's reservation is held.
 */
void xe_bind_job_abort(struct xe_bind_job *job)
{
	unsigned int id;

	dma_resv_assert_held(job->vm->as.resv);
	for (id = 0; id < XE_MAX_TILES; id++)
		xe_pt_txn_abort(&job->txn[id]);
}

/**
 * xe_bind_job_free() - the end of a job that is done or was aborted
 * @job: job
 *
 * Context: process; no reservation held.
 */
void xe_bind_job_free(struct xe_bind_job *job)
{
	struct xe_vm *vm = job->vm;
	struct xe_vma *vma, *next;
	unsigned int i;

	list_for_each_entry_safe(vma, next, &job->dead, link)
		xe_vma_free(vma);
	for (i = 0; i < XE_MAX_TILES; i++)
		xe_pt_txn_fini(&job->txn[i]);
	for (i = 0; i < job->n_inval; i++)
		dma_fence_put(job->inval[i].fence);
	xe_bind_fence_free(job->joined);
	kfree(job->pending);
	drm_sched_job_cleanup(&job->drm);
	xe_bind_queue_put(job->queue);
	xe_rpm_put(vm->xe);
	xe_vm_put(vm);
	kfree(job);
}
