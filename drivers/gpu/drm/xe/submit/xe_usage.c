// SPDX-License-Identifier: GPL-2.0
/*
 * How long the engines ran for a client: the ticks that its contexts count, added up
 * per engine class.
 *
 * A context's counter is looked at when somebody asks, when its queue ends, and before
 * a narrow one can have gone round.
 */
#include <linux/jiffies.h>
#include <linux/slab.h>

#include <drm/drm_drv.h>

#include "submit/xe_queue.h"

/* A counter of 32 bits goes round after some minutes. */
#define LOOK_JIFFIES	(30 * HZ)
/* A queue that ends is waited for, but a reader is not held up by a dead firmware. */
#define LEAVE_JIFFIES	(5 * HZ)

/**
 * struct xe_usage - what one client used
 * @ref: references; of its file and of its queues
 * @lock: protects @ticks and what contexts were seen at
 * @ticks: per engine class, of the GT's clock
 * @leaving: queues that were closed, and whose last ticks are not counted yet
 * @wq: woken when @leaving becomes 0
 */
struct xe_usage {
	struct kref ref;
	struct mutex lock;	/* see above */
	u64 ticks[XE_CLASS_MAX];
	atomic_t leaving;
	wait_queue_head_t wq;
};

/**
 * xe_usage_create() - a new client
 *
 * Return: with one reference; NULL without memory.
 */
struct xe_usage *xe_usage_create(void)
{
	struct xe_usage *usage = kzalloc_obj(*usage);

	if (!usage)
		return NULL;
	kref_init(&usage->ref);
	mutex_init(&usage->lock);
	init_waitqueue_head(&usage->wq);
	return usage;
}

/**
 * xe_usage_get() - take a reference
 * @usage: client
 *
 * Return: @usage.
 */
struct xe_usage *xe_usage_get(struct xe_usage *usage)
{
	kref_get(&usage->ref);
	return usage;
}

static void usage_free(struct kref *ref)
{
	struct xe_usage *usage = container_of(ref, struct xe_usage, ref);

	mutex_destroy(&usage->lock);
	kfree(usage);
}

/**
 * xe_usage_put() - drop a reference
 * @usage: client, or NULL
 */
void xe_usage_put(struct xe_usage *usage)
{
	if (usage)
		kref_put(&usage->ref, usage_free);
}

/**
 * xe_exec_queue_count_ticks() - add what a queue's contexts ran since the last look
 * @q: queue
 *
 * Context: sleeps; the device is awake, or unplugged.
 */
void xe_exec_queue_count_ticks(struct xe_exec_queue *q)
{
	struct xe_usage *usage = q->p.usage;
	u16 i;
	int idx;

	/* The contexts of a device that was unbound are gone with its VRAM. */
	if (!usage || !drm_dev_enter(&gt_to_xe(q->p.gt)->drm, &idx))
		return;
	scoped_guard(mutex, &usage->lock) {
		for (i = 0; i < q->p.width; i++)
			usage->ticks[q->p.hwe->cls] += xe_lrc_new_ticks(q->lrc[i]);
		WRITE_ONCE(q->ticks_seen, jiffies);
	}
	drm_dev_exit(idx);
}

/**
 * xe_queue_count_in_time() - a job is done: look before a counter goes round
 * @q: queue
 */
void xe_queue_count_in_time(struct xe_exec_queue *q)
{
	if (q->p.usage && time_after(jiffies, READ_ONCE(q->ticks_seen) + LOOK_JIFFIES))
		xe_exec_queue_count_ticks(q);
}

/**
 * xe_exec_queue_leave() - userspace closed a queue
 * @q: queue of a file
 *
 * Until the queue is off its engine it may still run. xe_usage_read() waits for it.
 */
void xe_exec_queue_leave(struct xe_exec_queue *q)
{
	if (q->p.usage && !xchg(&q->leaving, true))
		atomic_inc(&q->p.usage->leaving);
}

/**
 * xe_queue_left() - a queue is off its engine for good
 * @q: queue that the firmware forgot
 */
void xe_queue_left(struct xe_exec_queue *q)
{
	struct xe_usage *usage = q->p.usage;

	xe_exec_queue_count_ticks(q);
	if (usage && q->leaving && atomic_dec_and_test(&usage->leaving))
		wake_up_all(&usage->wq);
}

/**
 * xe_usage_read() - what a client used
 * @usage: client; xe_exec_queue_count_ticks() was called for its queues
 * @ticks: per engine class
 *
 * Context: sleeps.
 */
void xe_usage_read(struct xe_usage *usage, u64 ticks[XE_CLASS_MAX])
{
	wait_event_timeout(usage->wq, !atomic_read(&usage->leaving), LEAVE_JIFFIES);
	guard(mutex)(&usage->lock);
	memcpy(ticks, usage->ticks, sizeof(usage->ticks));
}
