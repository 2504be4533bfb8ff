/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_TLB_INVAL_H_
#define _XE_TLB_INVAL_H_

#include <linux/dma-fence.h>

#include "core/xe_device.h"

/**
 * struct xe_tlb_inval_ops - back end, handed in by guc/
 *
 * @all: everything
 * @ggtt: what the GGTT maps
 * @range: addresses of one address space
 * @poll: look for answers whose interrupt got lost
 * @lost: an answer does not come; only a reset of the GT helps
 *
 * The first three return 0 when the message is under way (xe_tlb_inval_done() follows), -ECANCELED
 * when there is nothing to invalidate (GT down). Context: fence signalling.
 */
struct xe_tlb_inval_ops {
	int (*all)(struct xe_gt *gt, u32 seqno);
	int (*ggtt)(struct xe_gt *gt, u32 seqno);
	int (*range)(struct xe_gt *gt, u32 seqno, u64 start, u64 size, u32 asid);
	void (*poll)(struct xe_gt *gt);
	void (*lost)(struct xe_gt *gt);
};

int xe_tlb_inval_init(struct xe_gt *gt);
void xe_tlb_inval_set_ops(struct xe_gt *gt, const struct xe_tlb_inval_ops *ops);
/* xe_tlb_inval_fence_alloc() - before the signalling section; freed by dma_fence_put() */
struct dma_fence *xe_tlb_inval_fence_alloc(struct xe_gt *gt);
/*
 * xe_tlb_inval_range() - send; @fence signals when done, or the GT was reset. Never fails: an
 * error is on the fence
 */
void xe_tlb_inval_range(struct xe_gt *gt, struct dma_fence *fence, u64 start, u64 size, u32 asid);
/* xe_tlb_inval_range_sync() - and wait, without memory. Context: may be in reclaim */
void xe_tlb_inval_range_sync(struct xe_gt *gt, u64 start, u64 size, u32 asid);
/* xe_tlb_inval_ggtt() - and wait; by MMIO while the GuC does not run */
void xe_tlb_inval_ggtt(struct xe_gt *gt);
/* xe_tlb_inval_done() - the back end saw the answer to @seqno. Context: hard irq */
void xe_tlb_inval_done(struct xe_gt *gt, u32 seqno);
/* xe_tlb_inval_reset() - signal all that is pending: a reset flushed the TLBs */
void xe_tlb_inval_reset(struct xe_gt *gt);

#endif
