/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_BIND_PENDING_H_
#define _XE_BIND_PENDING_H_

#include <linux/list.h>
#include <linux/rbtree.h>

struct dma_fence;
struct drm_sched_job;

/**
 * struct xe_bind_pending - a bind that may not be done
 * @node: in &xe_bind_pendings.tree
 * @subtree_last: of the tree
 * @link: in &xe_bind_pendings.list
 * @start: first byte of address space whose entries it writes
 * @last: last byte; below @start: it writes none
 * @prompt: see xe_bind_job_is_prompt()
 * @done: its fence
 */
struct xe_bind_pending {
	struct rb_node node;
	u64 subtree_last;
	struct list_head link;
	u64 start, last;
	bool prompt;
	struct dma_fence *done;
};

/**
 * struct xe_bind_pendings - all of an address space; under its reservation
 * @tree: by what they write
 * @list: in no order, each to be looked at in its turn
 */
struct xe_bind_pendings {
	struct rb_root_cached tree;
	struct list_head list;
};

void xe_bind_pendings_init(struct xe_bind_pendings *ps);
void xe_bind_pendings_fini(struct xe_bind_pendings *ps);
int xe_bind_pending_wait(struct xe_bind_pendings *ps, struct xe_bind_pending *p,
			 struct drm_sched_job *job);
bool xe_bind_pending_add(struct xe_bind_pendings *ps, struct xe_bind_pending *p,
			 struct dma_fence *done);

#endif
