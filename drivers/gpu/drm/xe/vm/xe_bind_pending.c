// SPDX-License-Identifier: GPL-2.0
/*
 * Binds of an address space that may not be done. Later binds that write the same
 * entries wait for them, whatever their queue is. There may be thousands, all behind one
 * fence, and who comes next must not look at each of them.
 */
#include "vm/xe_bind_pending.h"

#include <linux/dma-fence.h>
#include <linux/interval_tree_generic.h>
#include <linux/slab.h>

#include <drm/gpu_scheduler.h>

/* More than are added, so that few of those that are done are kept. */
#define LOOKED_AT	2

#define START(p)	((p)->start)
#define LAST(p)		((p)->last)

INTERVAL_TREE_DEFINE(struct xe_bind_pending, node, u64, subtree_last, START, LAST,
		     static __maybe_unused, pending_tree);

static void forget(struct xe_bind_pendings *ps, struct xe_bind_pending *p)
{
	pending_tree_remove(p, &ps->tree);
	list_del(&p->link);
	dma_fence_put(p->done);
	kfree(p);
}

static void forget_some(struct xe_bind_pendings *ps)
{
	struct xe_bind_pending *p;
	unsigned int i;

	for (i = 0; i < LOOKED_AT && !list_empty(&ps->list); i++) {
		p = list_first_entry(&ps->list, struct xe_bind_pending, link);
		if (dma_fence_is_signaled(p->done))
			forget(ps, p);
		else
			list_move_tail(&p->link, &ps->list);
	}
}

/**
 * xe_bind_pendings_init() - there are none
 * @ps: of an address space
 */
void xe_bind_pendings_init(struct xe_bind_pendings *ps)
{
	ps->tree = RB_ROOT_CACHED;
	INIT_LIST_HEAD(&ps->list);
}

/**
 * xe_bind_pendings_fini() - forget all
 * @ps: of an address space whose binds are all done
 */
void xe_bind_pendings_fini(struct xe_bind_pendings *ps)
{
	struct xe_bind_pending *p, *next;

	list_for_each_entry_safe(p, next, &ps->list, link)
		forget(ps, p);
}

/**
 * xe_bind_pending_wait() - a bind waits for those before it that write the same entries
 * @ps: of the address space
 * @p: the bind; it is prompt only if those are
 * @job: its job
 *
 * Context: the address space's reservation is held.
 * Return: 0 or -ENOMEM.
 */
int xe_bind_pending_wait(struct xe_bind_pendings *ps, struct xe_bind_pending *p,
			 struct drm_sched_job *job)
{
	struct xe_bind_pending *earlier, *next;
	int err;

	if (p->start > p->last)
		return 0;
	earlier = pending_tree_iter_first(&ps->tree, p->start, p->last);
	for (; earlier; earlier = next) {
		next = pending_tree_iter_next(earlier, p->start, p->last);
		if (dma_fence_is_signaled(earlier->done)) {
			forget(ps, earlier);
			continue;
		}
		p->prompt &= earlier->prompt;
		err = drm_sched_job_add_dependency(job, dma_fence_get(earlier->done));
		if (err)
			return err;
	}
	return 0;
}

/**
 * xe_bind_pending_add() - later binds wait for this one
 * @ps: of the address space
 * @p: the bind; theirs if this is true
 * @done: its fence
 *
 * Context: the address space's reservation is held; nothing is allocated.
 * Return: whether there is anything to wait for.
 */
bool xe_bind_pending_add(struct xe_bind_pendings *ps, struct xe_bind_pending *p,
			 struct dma_fence *done)
{
	forget_some(ps);
	if (p->start > p->last || dma_fence_is_signaled(done))
		return false;
	p->done = dma_fence_get(done);
	pending_tree_insert(p, &ps->tree);
	list_add_tail(&p->link, &ps->list);
	return true;
}
