// SPDX-License-Identifier: GPL-2.0
/*
 * The firmware's context ids of a GT.
 *
 * A queue has one for each of its contexts, in a row: the firmware is told the first, takes
 * those that follow for the other contexts, and may name any of them in an event. So all of
 * them find the queue.
 */
#include <kunit/visibility.h>
#include <linux/bitmap.h>
#include <linux/export.h>

#include "core/xe_log.h"
#include "submit/xe_queue.h"

/**
 * xe_queue_ids_take() - take ids in a row
 * @taken: bit per id, XE_QUEUE_MAX_IDS of them
 * @n: how many, at least 1
 *
 * Context: any; the caller serializes.
 * Return: the first of the lowest row that is free, or -ENOSPC.
 */
int xe_queue_ids_take(unsigned long *taken, u16 n)
{
	unsigned long first = bitmap_find_next_zero_area(taken, XE_QUEUE_MAX_IDS, 0, n, 0);

	if (first >= XE_QUEUE_MAX_IDS)
		return -ENOSPC;
	bitmap_set(taken, first, n);
	return first;
}
EXPORT_SYMBOL_IF_KUNIT(xe_queue_ids_take);

static int reserve_slots(struct xarray *queues, u32 first, u16 n)
{
	int err = 0;
	u16 i;

	for (i = 0; i < n && !err; i++)
		err = xa_reserve(queues, first + i, GFP_KERNEL);
	if (err)
		for (i = 0; i < n; i++)
			xa_release(queues, first + i);
	return err;
}

static int take(struct xe_guc_submit *submit, u16 n)
{
	guard(mutex)(&submit->lock);
	return xe_queue_ids_take(submit->ids_taken, n);
}

/**
 * xe_queue_reserve() - context ids
 * @q: queue
 *
 * Return: 0, -ENOSPC, -ENOMEM, -ENODEV when the device is gone.
 */
int xe_queue_reserve(struct xe_exec_queue *q)
{
	struct xe_guc_submit *submit = xe_queue_submit(q);
	u16 n = q->p.width;
	int first, err;

	if (READ_ONCE(submit->phase) == XE_SUBMIT_OVER)
		return -ENODEV;
	first = take(submit, n);
	if (first < 0) {
		xe_gt_dbg(submit->gt, "of %u context ids no %u in a row are free\n",
			  XE_QUEUE_MAX_IDS, n);
		return first;
	}
	/* Memory for the slots, which xe_queue_publish() may not ask for. */
	err = reserve_slots(&submit->queues, first, n);
	if (err) {
		guard(mutex)(&submit->lock);
		bitmap_clear(submit->ids_taken, first, n);
		return err;
	}
	q->id = first;
	return 0;
}

/**
 * xe_queue_publish() - from here on events and resets find a queue
 * @q: queue with reserved ids and a scheduler
 */
void xe_queue_publish(struct xe_exec_queue *q)
{
	struct xe_guc_submit *submit = xe_queue_submit(q);
	u16 i;

	guard(mutex)(&submit->lock);
	if (submit->phase == XE_SUBMIT_STOPPED)
		xe_queue_park(q);
	else if (submit->phase == XE_SUBMIT_OVER)
		xe_queue_event(q, XE_QEV_KILL);
	/* The slots are reserved: no memory is needed. */
	for (i = 0; i < q->p.width; i++)
		xa_store(&submit->queues, q->id + i, q, GFP_ATOMIC);
}

/**
 * xe_queue_unpublish() - give the context ids back
 * @q: queue that the firmware does not know
 *
 * Its memory may be freed after an RCU grace period.
 */
void xe_queue_unpublish(struct xe_exec_queue *q)
{
	struct xe_guc_submit *submit = xe_queue_submit(q);
	u16 i;

	guard(mutex)(&submit->lock);
	for (i = 0; i < q->p.width; i++)
		xa_erase(&submit->queues, q->id + i);
	bitmap_clear(submit->ids_taken, q->id, q->p.width);
}
