// SPDX-License-Identifier: GPL-2.0
/*
 * The channel: two rings of messages, requests that wait for their answer,
 * events that go to their rows.
 *
 * Room for answers is reserved before a request goes out (a credit, in dwords)
 * and given back when the answer was taken from the ring, so the firmware can
 * always deliver what it owes us; half of the ring is never promised and is left
 * to events that nobody asked for. While credits are out the device stays awake.
 *
 * Locking: @send_lock orders writers of the H2G ring; it is a mutex that may be
 * taken where fences get signalled, so nothing is allocated and nobody waits
 * under it. @lock, inside it, covers the G2H ring, the credits, the requests
 * that wait and the state; it is taken in hard interrupts. Nothing of the device
 * is touched unless the state is RUNNING, and whoever puts the device to sleep
 * ends that state or sees to it that nothing is left to do (xe_guc_ct_quiesce()):
 * so neither interrupt nor worker holds a wake reference.
 */
#include <linux/sched/mm.h>

#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "abi/guc_actions.h"
#include "abi/guc_klv.h"
#include "core/xe_log.h"
#include "core/xe_mmio.h"
#include "gt/xe_ggtt.h"
#include "guc/xe_guc_ct_priv.h"
#include "mem/xe_bo.h"

/* Both buffers: a page with the descriptor, then the ring. */
#define H2G_DESC		0
#define G2H_DESC		SZ_2K
#define RING_OFFSET		SZ_4K
#define H2G_BYTES		SZ_4K

static const char * const state_names[CT_STATES] = { "off", "running", "broken", "stopped" };
/* What a sender gets in a state. */
static const int state_errors[CT_STATES] = { -ENODEV, 0, -EPIPE, -ECANCELED };

/**
 * xe_guc_ct_state_error() - what a sender gets in a state
 * @state: of the channel
 *
 * Context: any.
 *
 * Return: 0 or -errno.
 */
int xe_guc_ct_state_error(enum ct_state state)
{
	return state_errors[state];
}

static void cancel_waiters(struct xe_guc_ct *ct, int err)
{
	struct ct_waiter *waiter, *next;

	lockdep_assert_held(&ct->lock);
	list_for_each_entry_safe(waiter, next, &ct->waiters, link) {
		list_del(&waiter->link);
		waiter->err = err;
		waiter->done = true;
		complete(&waiter->event);
	}
}

/* The only place where @state changes. False: not from here. */
static bool set_state(struct xe_guc_ct *ct, enum ct_state to)
{
	static const u8 legal[CT_STATES] = {
		[CT_OFF] = BIT(CT_RUNNING) | BIT(CT_STOPPED),
		[CT_RUNNING] = BIT(CT_BROKEN) | BIT(CT_STOPPED) | BIT(CT_OFF),
		[CT_BROKEN] = BIT(CT_STOPPED) | BIT(CT_OFF),
		[CT_STOPPED] = BIT(CT_RUNNING) | BIT(CT_OFF),
	};

	lockdep_assert_held(&ct->lock);
	if (!(legal[ct->state] & BIT(to)))
		return false;

	xe_gt_dbg(ct->guc->gt, "GuC channel: %s, was %s\n", state_names[to],
		  state_names[ct->state]);
	WRITE_ONCE(ct->state, to);
	if (to != CT_RUNNING)
		cancel_waiters(ct, state_errors[to]);
	wake_up_all(&ct->wq);
	return true;
}

/**
 * xe_guc_ct_break() - the other side did what it must not
 * @ct: channel
 * @why: for the message
 *
 * One message, what is needed to see why, and a request for a reset; once per start.
 *
 * Context: any; &xe_guc_ct.lock is held.
 */
void xe_guc_ct_break(struct xe_guc_ct *ct, const char *why)
{
	struct xe_gt *gt = ct->guc->gt;
	u32 next[8];

	lockdep_assert_held(&ct->lock);
	if (!set_state(ct, CT_BROKEN))
		return;

	for (u32 i = 0; i < ARRAY_SIZE(next); i++)
		next[i] = iosys_map_rd(&ct->g2h.ring,
				       (ct->g2h.head + i) % ct->g2h.size * sizeof(u32), u32);
	xe_gt_err(gt, "GuC channel is broken, the GT needs a reset: %s\n", why);
	xe_gt_err(gt, "  G2H: head %u, shared {%u, %u, status %#x}, next %*ph\n", ct->g2h.head,
		  iosys_map_rd_field(&ct->g2h.desc, 0, struct guc_ctb_desc, head),
		  iosys_map_rd_field(&ct->g2h.desc, 0, struct guc_ctb_desc, tail),
		  iosys_map_rd_field(&ct->g2h.desc, 0, struct guc_ctb_desc, status),
		  (int)sizeof(next), next);
	xe_gt_err(gt, "  H2G: tail %u, shared {%u, %u, status %#x}, credits out %u\n", ct->h2g.tail,
		  iosys_map_rd_field(&ct->h2g.desc, 0, struct guc_ctb_desc, head),
		  iosys_map_rd_field(&ct->h2g.desc, 0, struct guc_ctb_desc, tail),
		  iosys_map_rd_field(&ct->h2g.desc, 0, struct guc_ctb_desc, status), ct->credits);
	xe_guc_reset_gt(gt);
}

/**
 * xe_guc_ct_running() - do messages flow?
 * @gt: GT
 *
 * Context: any; the answer may be old when it is used.
 *
 * Return: true between a start and the next stop, unless the channel broke.
 */
bool xe_guc_ct_running(struct xe_gt *gt)
{
	return gt->guc && gt->guc->ct && READ_ONCE(gt->guc->ct->state) == CT_RUNNING;
}

/**
 * xe_guc_ct_add_rows() - say what events mean
 * @gt: GT that sends them
 * @rows: array that lives as long as the driver
 * @n: rows in it
 *
 * Context: before messages flow.
 *
 * Return: 0, -EEXIST an action has a row already, -ENOSPC.
 */
int xe_guc_ct_add_rows(struct xe_gt *gt, const struct xe_g2h_row *rows, size_t n)
{
	int err = 0;

	for (size_t i = 0; i < n && !err; i++)
		err = xe_guc_g2h_add(&gt->guc->rows, &rows[i]);
	return err;
}

static int register_rings(struct xe_guc_ct *ct)
{
	struct xe_tile *tile = ct->guc->gt->tile;
	u64 h2g = xe_ggtt_addr(tile, ct->h2g_bo);
	u64 g2h = xe_ggtt_addr(tile, ct->g2h_bo);
	const struct {
		u16 key, len;
		u64 value;
	} facts[] = {
		{ GUC_KLV_H2G_DESC_ADDR, 2, h2g + H2G_DESC },
		{ GUC_KLV_H2G_ADDR, 2, h2g + RING_OFFSET },
		{ GUC_KLV_H2G_SIZE, 1, H2G_BYTES },
		{ GUC_KLV_G2H_DESC_ADDR, 2, g2h + G2H_DESC },
		{ GUC_KLV_G2H_ADDR, 2, g2h + RING_OFFSET },
		{ GUC_KLV_G2H_SIZE, 1, CT_G2H_BYTES },
	};
	const u32 enable[] = { GUC_ACTION_CONTROL_CTB, GUC_CTB_CONTROL_ENABLE };
	int ret;

	for (u32 i = 0; i < ARRAY_SIZE(facts); i++) {
		ret = xe_guc_mmio_self_cfg(ct->guc, facts[i].key, facts[i].len, facts[i].value);
		if (ret)
			return ret;
	}
	ret = xe_guc_mmio_send(ct->guc->gt, enable, ARRAY_SIZE(enable));
	return ret > 0 ? -EPROTO : ret;
}

static void init_ring(struct xe_ctb *ctb, struct xe_bo *bo, u32 desc_offset, u32 bytes)
{
	struct iosys_map desc = IOSYS_MAP_INIT_OFFSET(&bo->vmap, desc_offset);
	struct iosys_map ring = IOSYS_MAP_INIT_OFFSET(&bo->vmap, RING_OFFSET);

	xe_guc_ctb_init(ctb, &desc, &ring, bytes / sizeof(u32));
}

/**
 * xe_guc_ct_start() - two empty rings, and let messages flow
 * @guc: firmware that runs and has no rings yet
 *
 * Context: sleeps; awake.
 *
 * Return: 0, or as xe_guc_mmio_send().
 */
int xe_guc_ct_start(struct xe_guc *guc)
{
	struct xe_guc_ct *ct = guc->ct;
	int err;

	scoped_guard(mutex, &ct->send_lock) {
		guard(spinlock_irq)(&ct->lock);
		if (WARN_ON_ONCE(ct->state == CT_RUNNING))
			return -EBUSY;
		init_ring(&ct->h2g, ct->h2g_bo, H2G_DESC, H2G_BYTES);
		init_ring(&ct->g2h, ct->g2h_bo, G2H_DESC, CT_G2H_BYTES);
	}
	xe_device_wmb(ct_to_xe(ct));

	err = register_rings(ct);
	if (err) {
		xe_gt_err(guc->gt, "GuC does not take its message rings: %pe\n", ERR_PTR(err));
		return err;
	}
	scoped_guard(spinlock_irq, &ct->lock)
		set_state(ct, CT_RUNNING);
	/* What came before we listened. */
	xe_guc_ct_recv_poll(ct);
	return 0;
}

static void end(struct xe_guc_ct *ct, enum ct_state state)
{
	scoped_guard(mutex, &ct->send_lock) {
		guard(spinlock_irq)(&ct->lock);
		set_state(ct, state);
		/* Nobody will answer any more. */
		xe_guc_ct_recv_release(ct, ct->credits);
	}
	/* Neither is queued again: both look at the state first. */
	cancel_work_sync(&ct->worker);
	cancel_delayed_work_sync(&ct->watchdog);
}

/**
 * xe_guc_ct_stop() - nothing is sent or received any more
 * @guc: firmware
 *
 * Who waits for an answer gets -ECANCELED. Handlers have returned when this
 * returns.
 *
 * Context: sleeps; not in a handler of an event.
 */
void xe_guc_ct_stop(struct xe_guc *guc)
{
	end(guc->ct, CT_STOPPED);
}

/**
 * xe_guc_ct_quiesce() - process what there is; nothing runs by itself any more
 * @guc: firmware that is idle: nobody sends, it has no reason to
 *
 * Context: sleeps; not in a handler of an event.
 */
void xe_guc_ct_quiesce(struct xe_guc *guc)
{
	xe_guc_ct_recv_poll(guc->ct);
	flush_work(&guc->ct->worker);
	cancel_delayed_work_sync(&guc->ct->watchdog);
}

static void ct_fini(struct drm_device *drm, void *arg)
{
	struct xe_guc_ct *ct = arg;

	end(ct, CT_OFF);
	destroy_workqueue(ct->workqueue);
}

/* Fences are signalled by what @send_lock covers, and reclaim waits for fences. */
static void teach_lockdep(struct xe_guc_ct *ct)
{
	if (!IS_ENABLED(CONFIG_LOCKDEP))
		return;
	fs_reclaim_acquire(GFP_KERNEL);
	might_lock(&ct->send_lock);
	fs_reclaim_release(GFP_KERNEL);
}

static int init_buffers(struct xe_guc *guc, struct xe_guc_ct *ct)
{
	struct xe_tile *tile = guc->gt->tile;

	/* The firmware reads one, we read the other: each near its reader. */
	ct->h2g_bo = xe_ggtt_create_bo_managed(tile, RING_OFFSET + H2G_BYTES,
					       XE_BO_VRAM_IF_DGFX(tile));
	if (IS_ERR(ct->h2g_bo))
		return PTR_ERR(ct->h2g_bo);
	ct->g2h_bo = xe_ggtt_create_bo_managed(tile, RING_OFFSET + CT_G2H_BYTES, XE_BO_SYSTEM);
	return PTR_ERR_OR_ZERO(ct->g2h_bo);
}

/**
 * xe_guc_ct_init() - memory and worker of the channel
 * @guc: firmware to fill in
 *
 * Context: sleeps.
 *
 * Return: 0, -ENOMEM, -ENOSPC.
 */
int xe_guc_ct_init(struct xe_guc *guc)
{
	struct xe_device *xe = gt_to_xe(guc->gt);
	struct xe_guc_ct *ct;
	int err;

	ct = drmm_kzalloc(&xe->drm, sizeof(*ct), GFP_KERNEL);
	if (!ct)
		return -ENOMEM;
	ct->guc = guc;
	spin_lock_init(&ct->lock);
	INIT_LIST_HEAD(&ct->waiters);
	init_waitqueue_head(&ct->wq);
	INIT_WORK(&ct->worker, xe_guc_ct_recv_work);
	INIT_DELAYED_WORK(&ct->watchdog, xe_guc_ct_recv_watchdog);
	err = drmm_mutex_init(&xe->drm, &ct->send_lock);
	if (err)
		return err;
	teach_lockdep(ct);

	err = init_buffers(guc, ct);
	if (err)
		return err;
	ct->workqueue = alloc_ordered_workqueue("xe-g2h", WQ_MEM_RECLAIM);
	if (!ct->workqueue)
		return -ENOMEM;
	err = drmm_add_action_or_reset(&xe->drm, ct_fini, ct);
	if (err)
		return err;
	guc->ct = ct;
	return 0;
}

/**
 * xe_guc_ct_print() - where the channel is
 * @gt: GT
 * @p: where to
 *
 * Context: process; awake.
 */
void xe_guc_ct_print(struct xe_gt *gt, struct drm_printer *p)
{
	struct xe_guc_ct *ct = gt->guc->ct;
	struct xe_ctb h2g, g2h;
	enum ct_state state;
	u32 credits;

	scoped_guard(mutex, &ct->send_lock) {
		guard(spinlock_irq)(&ct->lock);
		state = ct->state;
		credits = ct->credits;
		h2g = ct->h2g;
		g2h = ct->g2h;
	}
	drm_printf(p, "channel: %s, credits out %u of %zu\n", state_names[state], credits,
		   CT_G2H_CREDITS);
	drm_printf(p, "H2G: size %u, head %u, tail %u\n", h2g.size, h2g.head, h2g.tail);
	drm_printf(p, "G2H: size %u, head %u\n", g2h.size, g2h.head);
}
