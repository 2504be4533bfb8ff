/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_BIND_JOB_H_
#define _XE_BIND_JOB_H_

#include <linux/types.h>

struct dma_fence;
struct drm_sched_job;
struct xe_bind_job;
struct xe_bind_queue;
struct xe_bind_syncs;
struct xe_device;
struct xe_pt_txn;
struct xe_vm;
struct xe_vma;

/**
 * struct xe_bind_tlb - what a bind must do about cached translations
 * @invalidate: the job invalidates TLBs, and is done when they have answered
 * @flush_next: the next job of each queue flushes before its batch
 */
struct xe_bind_tlb {
	bool invalidate, flush_next;
};

/* xe_bind_tlb_action() - the rule, as a pure function */
struct xe_bind_tlb xe_bind_tlb_action(u32 vm_flags, bool idle, const struct xe_pt_txn *txn);
/* xe_bind_gt_mask() - GT ids that can have cached entries of the tiles in @tiles */
u32 xe_bind_gt_mask(u32 tiles, const u32 *tile_gts, unsigned int n_tiles);

int xe_bind_sched_init(struct xe_device *xe);

/* xe_bind_job_create() - ERR_PTR */
struct xe_bind_job *xe_bind_job_create(struct xe_vm *vm, struct xe_bind_queue *q);
struct xe_pt_txn *xe_bind_job_txn(struct xe_bind_job *job, unsigned int tile);
struct drm_sched_job *xe_bind_job_drm(struct xe_bind_job *job);
/* xe_bind_job_add_syncs() - before all other dependencies */
int xe_bind_job_add_syncs(struct xe_bind_job *job, const struct xe_bind_syncs *syncs);
/* xe_bind_job_add_dead() - a mapping that is freed when the job is done */
void xe_bind_job_add_dead(struct xe_bind_job *job, struct xe_vma *vma);
/* xe_bind_job_prepare() - all that can fail after staging. Context: reservation held */
int xe_bind_job_prepare(struct xe_bind_job *job);
/* xe_bind_job_is_prompt() - it waits for nothing that userspace chose */
bool xe_bind_job_is_prompt(const struct xe_bind_job *job);
/* xe_bind_job_arm() - cannot fail; the bind's fence, referenced. xe_bind_job_push() must follow */
struct dma_fence *xe_bind_job_arm(struct xe_bind_job *job);
/* xe_bind_job_push() - true: it is done, and to be freed */
bool xe_bind_job_push(struct xe_bind_job *job, struct dma_fence *done);
/* xe_bind_job_abort() - not armed: the trees are as before. Context: reservation held */
void xe_bind_job_abort(struct xe_bind_job *job);
/* xe_bind_job_free() - after xe_bind_job_abort(). Context: no reservation held */
void xe_bind_job_free(struct xe_bind_job *job);
/* xe_bind_job_free_later() - the same where a reservation is held */
void xe_bind_job_free_later(struct xe_bind_job *job);

#endif
