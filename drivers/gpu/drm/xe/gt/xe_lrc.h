/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_LRC_H_
#define _XE_LRC_H_

#include <linux/dma-fence.h>

#include "gt/xe_hw_engine.h"

struct drm_printer;
struct iosys_map;
struct xe_lrc;
struct xe_ring_job;

#define XE_LRC_RING_SIZE	SZ_16K
#define XE_LRC_MAX_FREE		16
#define XE_LRC_MAX_GANG		8

/* xe_lrc_create() - ring, PPHWSP, context image, fence page; ERR_PTR */
struct xe_lrc *xe_lrc_create(struct xe_hw_engine *hwe, struct xe_addr_space *as, const void *from,
			     u32 ring_size);
/* xe_lrc_free() - up to XE_LRC_MAX_FREE of them, after an RCU grace period */
void xe_lrc_free(struct xe_lrc * const *lrcs, unsigned int n);

/* xe_lrc_descriptor() - as REGISTER_CONTEXT wants it */
u64 xe_lrc_descriptor(struct xe_lrc *lrc);
/* xe_lrc_publish_tail() - store the software tail in the image: the engine may fetch up to it */
void xe_lrc_publish_tail(struct xe_lrc *lrc);
/* xe_lrc_rewind() - tail := head in the image, software tail := @pos, to emit jobs again */
void xe_lrc_rewind(struct xe_lrc *lrc, u32 pos);
u32 xe_lrc_ring_tail(struct xe_lrc *lrc);
/* xe_lrc_seqno() - last seqno the engine wrote; xe_lrc_start_seqno() - last one begun */
u32 xe_lrc_seqno(struct xe_lrc *lrc);
u32 xe_lrc_start_seqno(struct xe_lrc *lrc);
/* xe_lrc_timestamp() - ticks of the GT's clock that the context ran */
u64 xe_lrc_timestamp(struct xe_lrc *lrc);
/* xe_lrc_new_ticks() - by how much xe_lrc_timestamp() grew. Context: one caller at a time */
u64 xe_lrc_new_ticks(struct xe_lrc *lrc);
/* xe_lrc_job_timestamp() - the same, when its last job began */
u32 xe_lrc_job_timestamp(struct xe_lrc *lrc);
/* xe_lrc_ring_head() - where the engine was when it saved the context last */
u32 xe_lrc_ring_head(struct xe_lrc *lrc);
u32 xe_lrc_ring_size(struct xe_lrc *lrc);
/*
 * xe_lrc_scratch() - XE_LRC_SCRATCH_SIZE bytes of the state page that neither the engine nor
 * the rest of the driver uses; @addr: its GGTT address, or NULL
 */
struct iosys_map xe_lrc_scratch(struct xe_lrc *lrc, u32 *addr);
#define XE_LRC_SCRATCH_SIZE	SZ_2K
/* xe_lrc_copy_image() - copy of the context image after it ran; kmalloc'ed */
void *xe_lrc_copy_image(struct xe_lrc *lrc, size_t *size);
/* xe_lrc_print() - registers and memory of a context, for a dump. Context: process, awake */
void xe_lrc_print(struct xe_lrc *lrc, struct drm_printer *p);

/* xe_lrc_fence_alloc()/free() - memory for one hardware fence; free() when never initialised */
struct dma_fence *xe_lrc_fence_alloc(void);
void xe_lrc_fence_free(struct dma_fence *fence);
/* xe_lrc_fence_init() - signals when the engine wrote @lrc's next seqno. Context: in ring order */
void xe_lrc_fence_init(struct xe_lrc *lrc, struct dma_fence *fence);
/* xe_lrc_fence_passed() - the engine is done with it, or it was cancelled */
bool xe_lrc_fence_passed(const struct dma_fence *fence);
/* xe_lrc_fence_cancel() - signal with @err what the engine will not. Context: any */
void xe_lrc_fence_cancel(struct dma_fence *fence, int err);

/**
 * struct xe_ring_gang - contexts that run the batches of one job side by side
 *
 * The first leads. When all have begun the job, all batches start; when all are done, the
 * leader tells. So the leader's fence is that of the job, and no follower is ever more than
 * one job ahead or behind.
 *
 * @go: GGTT address: the leader lets the others start by storing the seqno there
 * @n: how many follow
 * @begun: of each follower, GGTT address of where it tells that it began
 * @done: likewise, that it is done
 */
struct xe_ring_gang {
	u32 go;
	u8 n;
	u32 begun[XE_LRC_MAX_GANG - 1], done[XE_LRC_MAX_GANG - 1];
};

/**
 * struct xe_ring_job - what the ring emission of one job needs
 * @batch: addresses of up to two batches (two: kernel copies: page-table update, then blits)
 * @user_fence_addr: PPGTT address of a user fence to store
 * @user_fence_value: what is stored there
 * @gang: of a parallel job, else NULL
 * @seqno: from the fence
 * @n_batches: how many, 0 to 2
 * @flush_tlb: invalidate this GT's TLB for the context before the batch
 * @has_user_fence: there is one
 * @leads: first context of @gang
 */
struct xe_ring_job {
	u64 batch[2];
	u64 user_fence_addr, user_fence_value;
	const struct xe_ring_gang *gang;
	u32 seqno;
	u8 n_batches;
	bool flush_tlb, has_user_fence, leads;
};

/* xe_ring_emit() - write a job at the software tail. Context: fence signalling, one writer */
void xe_ring_emit(struct xe_lrc *lrc, const struct xe_ring_job *job);
#define XE_RING_MAX_JOB_BYTES 512
/* xe_ring_gang_init() - @lrcs: the leader first */
void xe_ring_gang_init(struct xe_ring_gang *gang, struct xe_lrc * const *lrcs, unsigned int n);

int xe_fence_irq_init(struct xe_gt *gt);
/* xe_fence_irq_run() - signal what the engines completed. Context: hard irq */
void xe_fence_irq_run(struct xe_gt *gt, enum xe_engine_class cls);

#endif
