/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_ADDR_SPACE_H_
#define _XE_ADDR_SPACE_H_

#include <linux/types.h>

#include <drm/ttm/ttm_resource.h>

#include "xe_device.h"

struct dma_resv;

/**
 * struct xe_addr_space - what a context must know of the address space it runs in
 *
 * Embedded in struct xe_vm (vm/), so that contexts, queues and jobs, which are
 * below, can be given one.
 */
struct xe_addr_space {
	/** @root: per tile the root table's entry, as the context image wants it (PDP0) */
	u64 root[XE_MAX_TILES];
	/** @asid: key of TLB entries and page faults; 0 where the platform has none */
	u32 asid;
	/** @resv: reservation shared by private BOs and page tables */
	struct dma_resv *resv;
	/** @lru: its private BOs in the order of eviction; under the TTM device's lru_lock */
	struct ttm_lru_bulk_move lru;
	/** @lr_mode: long-running: jobs have no dma-fence that userspace waits for */
	bool lr_mode;
	/** @fault_mode: and page faults are answered */
	bool fault_mode;
	/**
	 * @tlb_flush_seqno: bumped when entries changed that engines may have cached and that
	 * the next job must flush
	 */
	atomic64_t tlb_flush_seqno;
	/**
	 * @flush_each_job: scratch entries are cached at any time: every job flushes, whatever
	 * @tlb_flush_seqno says
	 */
	bool flush_each_job;
	/** @ops: how to hold it; from vm/ */
	const struct xe_addr_space_ops *ops;
};

/* struct xe_addr_space_ops - filled in by vm/ */
struct xe_addr_space_ops {
	struct xe_addr_space *(*get)(struct xe_addr_space *as);
	void (*put)(struct xe_addr_space *as);
	/*
	 * preempted() - a queue of a long-running @as was taken off its engine because somebody
	 * waited for its preempt fence. Optional. Context: process, fence signalling
	 */
	void (*preempted)(struct xe_addr_space *as);
};

#endif
