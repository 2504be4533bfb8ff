// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: The fence of a bind with several invalidations
 *
 * It signals when the TLBs of all GTs that take part have answered. Unlike an array of
 * fences, which is a container, it may be in a reservation.
 */
#include "vm/xe_bind_fence.h"

#include <linux/dma-fence.h>
#include <linux/slab.h>

#include "core/xe_device.h"

/**
 * struct part - one of the fences that are joined
 * @cb: on it
 * @joined: what it is a part of, with a reference
 */
struct part {
	struct dma_fence_cb cb;
	struct xe_bind_fence *joined;
};

/**
 * struct xe_bind_fence - see above
 * @base: base
 * @lock: of @base
 * @left: parts that are not done, and one more until it is closed
 * @n: parts that were added
 * @part: an invalidation per GT at most
 */
struct xe_bind_fence {
	struct dma_fence base;
	spinlock_t lock;	/* see above */
	atomic_t left;
	unsigned int n;
	struct part part[XE_MAX_GTS];
};

static const char *driver_name(struct dma_fence *fence)
{
	return "xe";
}

static const char *timeline_name(struct dma_fence *fence)
{
	return "bind";
}

static const struct dma_fence_ops joined_ops = {
	.get_driver_name = driver_name,
	.get_timeline_name = timeline_name,
};

/**
 * xe_bind_fence_create() - a fence with no parts
 *
 * Return: the fence, to be closed or freed; NULL when there is no memory.
 */
struct xe_bind_fence *xe_bind_fence_create(void)
{
	struct xe_bind_fence *joined = kzalloc_obj(*joined);

	if (!joined)
		return NULL;
	spin_lock_init(&joined->lock);
	dma_fence_init(&joined->base, &joined_ops, &joined->lock, dma_fence_context_alloc(1), 1);
	atomic_set(&joined->left, 1);
	return joined;
}

static void one_done(struct xe_bind_fence *joined)
{
	if (atomic_dec_and_test(&joined->left))
		dma_fence_signal(&joined->base);
}

static void part_done(struct xe_bind_fence *joined, struct dma_fence *fence)
{
	if (fence->error)
		dma_fence_set_error(&joined->base, fence->error);
	one_done(joined);
	dma_fence_put(&joined->base);
}

static void part_done_cb(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	part_done(container_of(cb, struct part, cb)->joined, fence);
}

/**
 * xe_bind_fence_add() - wait for one more
 * @joined: not closed; it has at most XE_MAX_GTS parts
 * @fence: what else must be done; its error becomes that of @joined
 *
 * Context: any; allocates nothing.
 */
void xe_bind_fence_add(struct xe_bind_fence *joined, struct dma_fence *fence)
{
	struct part *part = &joined->part[joined->n++];

	part->joined = joined;
	atomic_inc(&joined->left);
	dma_fence_get(&joined->base);
	if (dma_fence_add_callback(fence, &part->cb, part_done_cb))
		part_done(joined, fence);
}

/**
 * xe_bind_fence_close() - all parts are there
 * @joined: consumed
 *
 * Context: any; allocates nothing.
 *
 * Return: the common fence, with a reference.
 */
struct dma_fence *xe_bind_fence_close(struct xe_bind_fence *joined)
{
	one_done(joined);
	return &joined->base;
}

/**
 * xe_bind_fence_free() - of one that nobody waits for
 * @joined: without parts, or NULL
 */
void xe_bind_fence_free(struct xe_bind_fence *joined)
{
	if (joined)
		dma_fence_put(&joined->base);
}
