// SPDX-License-Identifier: GPL-2.0
/*
 * Submission, without a device: the life of a queue, what a context image looks
 * like, what stands in a ring.
 */
#include <kunit/test.h>

#include <linux/iosys-map.h>

#include "cmds/xe_gfxpipe_commands.h"
#include "cmds/xe_mi_commands.h"
#include "core/xe_irq.h"
#include "gt/xe_hw_fence.h"
#include "gt/xe_lrc.h"
#include "gt/xe_lrc_image.h"
#include "gt/xe_ring.h"
#include "submit/xe_queue.h"
#include "xe_fake.h"

/* ---- queue states ---- */

/* Short names for the table. */
enum {
	UNREG = XE_QUEUE_UNREGISTERED, ENABLING = XE_QUEUE_ENABLING, ENABLED = XE_QUEUE_ENABLED,
	LEAVING = XE_QUEUE_DISABLING, DISABLED = XE_QUEUE_DISABLED,
	DEREG = XE_QUEUE_DEREGISTERING, GONE = XE_QUEUE_GONE, NO = -1,
};

/* Where each event leads from each state, said a second time; NO: it cannot be. */
static const s8 expected[XE_QUEUE_STATES][XE_QEV_LOST + 1] = {
	/* SUBMIT, OFF, AWAY, FORGET; ENABLED, DISABLED, DEREGISTERED; LOST */
	[UNREG]    = { ENABLING, UNREG,    UNREG,    GONE,     NO,      NO,       NO,   UNREG },
	[ENABLING] = { ENABLING, ENABLING, ENABLING, ENABLING, ENABLED, NO,       NO,   UNREG },
	[ENABLED]  = { ENABLED,  LEAVING,  LEAVING,  LEAVING,  NO,      NO,       NO,   UNREG },
	[LEAVING]  = { LEAVING,  LEAVING,  LEAVING,  LEAVING,  NO,      DISABLED, NO,   UNREG },
	[DISABLED] = { ENABLING, DISABLED, DISABLED, DEREG,    NO,      NO,       NO,   UNREG },
	[DEREG]    = { NO,       DEREG,    DEREG,    DEREG,    NO,      NO,       GONE, UNREG },
	[GONE]     = { NO,       GONE,     GONE,     GONE,     NO,      NO,       NO,   GONE },
};

static void check_step(struct kunit *test, u8 state, u8 verdict, enum xe_queue_event ev)
{
	struct xe_queue_status st = { .state = state, .verdict = verdict };
	int act = xe_queue_transition(&st, ev);
	int to = ev <= XE_QEV_LOST ? expected[state][ev] : state;

	if (ev == XE_QEV_SUBMIT && verdict != XE_QUEUE_GOOD) {
		KUNIT_EXPECT_EQ_MSG(test, act, -ECANCELED, "state %u verdict %u", state, verdict);
		to = state;
	} else if (to == NO) {
		KUNIT_EXPECT_EQ_MSG(test, act, -EPROTO, "state %u event %d", state, ev);
		to = state;
	} else {
		KUNIT_EXPECT_GT_MSG(test, act, 0, "state %u event %d", state, ev);
	}
	KUNIT_EXPECT_EQ_MSG(test, st.state, to, "state %u event %d", state, ev);
	KUNIT_EXPECT_GE(test, st.verdict, verdict);
	if (ev <= XE_QEV_LOST)
		KUNIT_EXPECT_EQ(test, st.verdict, verdict);
}

static void queue_all_steps(struct kunit *test)
{
	u8 state, verdict;
	int ev;

	for (state = 0; state < XE_QUEUE_STATES; state++)
		for (verdict = 0; verdict < XE_QUEUE_VERDICTS; verdict++)
			for (ev = 0; ev < XE_QUEUE_EVENTS; ev++)
				check_step(test, state, verdict, ev);
}

static void queue_verdicts(struct kunit *test)
{
	struct xe_queue_status st = {};

	xe_queue_transition(&st, XE_QEV_BAN);
	KUNIT_EXPECT_EQ(test, st.verdict, XE_QUEUE_BANNED);
	xe_queue_transition(&st, XE_QEV_RESET);
	KUNIT_EXPECT_EQ(test, st.verdict, XE_QUEUE_BANNED);
	xe_queue_transition(&st, XE_QEV_KILL);
	KUNIT_EXPECT_EQ(test, st.verdict, XE_QUEUE_KILLED);
}

/* A firmware that answers at once lets go of every queue in a few steps. */
static void queue_always_ends(struct kunit *test)
{
	u8 state;
	int step;

	for (state = 0; state < XE_QUEUE_STATES; state++) {
		struct xe_queue_status st = { .state = state };

		for (step = 0; step < 8 && st.state != XE_QUEUE_GONE; step++) {
			xe_queue_transition(&st, XE_QEV_FORGET);
			if (st.state == XE_QUEUE_ENABLING)
				xe_queue_transition(&st, XE_QEV_ENABLED);
			else if (st.state == XE_QUEUE_DISABLING)
				xe_queue_transition(&st, XE_QEV_DISABLED);
			else if (st.state == XE_QUEUE_DEREGISTERING)
				xe_queue_transition(&st, XE_QEV_DEREGISTERED);
			KUNIT_EXPECT_TRUE(test, xe_queue_answered(&st));
		}
		KUNIT_EXPECT_EQ(test, st.state, XE_QUEUE_GONE);
	}
}

/*
 * A queue is suspended in some state, a job comes, it is resumed. The firmware answers as
 * late as it can, at once, and in between; senders do what is said of them.
 */
static void settle(struct xe_queue_status *st)
{
	if (!xe_queue_settled(st))
		xe_queue_transition(st, st->suspended ? XE_QEV_AWAY : XE_QEV_SUBMIT);
}

static void answer(struct xe_queue_status *st)
{
	if (st->state == XE_QUEUE_ENABLING)
		xe_queue_transition(st, XE_QEV_ENABLED);
	else if (st->state == XE_QUEUE_DISABLING)
		xe_queue_transition(st, XE_QEV_DISABLED);
	settle(st);
}

static void queue_suspended_stays_off(struct kunit *test)
{
	u8 state;
	int act, i;

	for (state = 0; state <= XE_QUEUE_DISABLED; state++) {
		struct xe_queue_status st = { .state = state };

		xe_queue_transition(&st, XE_QEV_SUSPEND);
		settle(&st);
		act = xe_queue_transition(&st, XE_QEV_SUBMIT);
		KUNIT_EXPECT_NE(test, act, XE_QACT_REGISTER);
		KUNIT_EXPECT_NE(test, act, XE_QACT_ENABLE);
		for (i = 0; i < 2; i++)
			answer(&st);
		KUNIT_EXPECT_TRUE_MSG(test, xe_queue_is_off(&st), "from state %u", state);
		KUNIT_EXPECT_TRUE(test, xe_queue_settled(&st));

		act = xe_queue_transition(&st, XE_QEV_SUBMIT);
		KUNIT_EXPECT_EQ(test, act, XE_QACT_NONE);
		KUNIT_EXPECT_TRUE(test, xe_queue_is_off(&st));

		xe_queue_transition(&st, XE_QEV_RESUME);
		act = xe_queue_transition(&st, XE_QEV_SUBMIT);
		KUNIT_EXPECT_TRUE(test, act == XE_QACT_REGISTER || act == XE_QACT_ENABLE);
		answer(&st);
		KUNIT_EXPECT_EQ(test, st.state, XE_QUEUE_ENABLED);
	}
}

/* Resumed before it was off: the answer must not leave it there. */
static void queue_resumed_early(struct kunit *test)
{
	struct xe_queue_status st = { .state = XE_QUEUE_ENABLED };

	xe_queue_transition(&st, XE_QEV_SUSPEND);
	KUNIT_EXPECT_FALSE(test, xe_queue_settled(&st));
	KUNIT_EXPECT_EQ(test, xe_queue_transition(&st, XE_QEV_AWAY), XE_QACT_PREEMPT);
	xe_queue_transition(&st, XE_QEV_RESUME);
	KUNIT_EXPECT_EQ(test, xe_queue_transition(&st, XE_QEV_SUBMIT), XE_QACT_WAIT);
	xe_queue_transition(&st, XE_QEV_DISABLED);
	KUNIT_EXPECT_FALSE(test, xe_queue_settled(&st));
	KUNIT_EXPECT_EQ(test, xe_queue_transition(&st, XE_QEV_SUBMIT), XE_QACT_ENABLE);
	xe_queue_transition(&st, XE_QEV_ENABLED);
	KUNIT_EXPECT_TRUE(test, xe_queue_settled(&st));
}

/* A verdict does not bring a suspended queue back, and a lost firmware does not either. */
static void queue_suspended_condemned(struct kunit *test)
{
	struct xe_queue_status st = { .state = XE_QUEUE_ENABLED };

	xe_queue_transition(&st, XE_QEV_SUSPEND);
	xe_queue_transition(&st, XE_QEV_LOST);
	KUNIT_EXPECT_TRUE(test, st.suspended);
	KUNIT_EXPECT_EQ(test, xe_queue_transition(&st, XE_QEV_SUBMIT), XE_QACT_NONE);
	KUNIT_EXPECT_EQ(test, st.state, XE_QUEUE_UNREGISTERED);
	xe_queue_transition(&st, XE_QEV_KILL);
	KUNIT_EXPECT_EQ(test, xe_queue_transition(&st, XE_QEV_SUBMIT), -ECANCELED);
	KUNIT_EXPECT_EQ(test, xe_queue_transition(&st, XE_QEV_FORGET), XE_QACT_NONE);
	KUNIT_EXPECT_EQ(test, st.state, XE_QUEUE_GONE);
}

/* ---- context image ---- */

struct image_case {
	const char *name;
	enum xe_engine_class cls;
	u16 ver;
	u32 end;	/* dword of its end */
};

static const struct image_case image_cases[] = {
	{ "copy 12.60", XE_CLASS_COPY, 1260, 0x34 },
	{ "compute 12.60", XE_CLASS_COMPUTE, 1260, 0x34 },
	{ "video 12.60", XE_CLASS_VIDEO_DECODE, 1260, 0x34 },
	{ "render 12.55", XE_CLASS_RENDER, 1255, 0x44 },
	{ "render 12.70", XE_CLASS_RENDER, 1270, 0x44 },
	{ "render 20.01", XE_CLASS_RENDER, 2001, 0x44 },
	{ "copy 20.01", XE_CLASS_COPY, 2001, 0x46 },
	{ "compute 20.01", XE_CLASS_COMPUTE, 2001, 0x34 },
	{ "video 20.01", XE_CLASS_VIDEO_DECODE, 2001, 0x34 },
};

static void image_desc(const struct image_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(image, image_cases, image_desc);

static void image_layout(struct kunit *test)
{
	const struct image_case *c = test->param_value;
	static const struct {
		u8 at;
		u16 reg;
	} regs[] = {
		{ LRC_CONTEXT_CONTROL, 0x244 }, { LRC_RING_HEAD, 0x034 }, { LRC_RING_TAIL, 0x030 },
		{ LRC_RING_START, 0x038 }, { LRC_RING_CTL, 0x03c }, { LRC_BB_PER_CTX_PTR, 0x1c0 },
		{ LRC_TIMESTAMP, 0x3a8 }, { LRC_ASID, 0x278 }, { LRC_PDP0_UDW, 0x274 },
		{ LRC_PDP0_LDW, 0x270 },
	};
	const u32 base = 0x22000;
	u32 *image = kunit_kzalloc(test, SZ_4K, GFP_KERNEL);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, image);
	KUNIT_ASSERT_EQ(test, 0, xe_lrc_image_build(image, SZ_4K / 4, c->cls, c->ver, base));
	/* The dword before each value names its register. */
	for (i = 0; i < ARRAY_SIZE(regs); i++)
		KUNIT_EXPECT_EQ(test, image[regs[i].at - 1], base + regs[i].reg);
	KUNIT_EXPECT_EQ(test, image[LRC_CONTEXT_CONTROL], 0x00090009);
	KUNIT_EXPECT_EQ(test, image[0], 0);
	KUNIT_EXPECT_EQ(test, image[1] & ~0xffu, 0x11081000);
	KUNIT_EXPECT_EQ(test, image[0x21], 0x11081011);
	KUNIT_EXPECT_EQ(test, image[c->end], 0x05000001);
	KUNIT_EXPECT_EQ(test, -ENOSPC, xe_lrc_image_build(image, 0x30, c->cls, c->ver, base));
}

static void image_unknown(struct kunit *test)
{
	u32 dw[8] = {};

	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP,
			xe_lrc_image_build(dw, ARRAY_SIZE(dw), XE_CLASS_RENDER, 900, 0));
}

/* ---- ring ---- */

static void ring_wraps(struct kunit *test)
{
	const u32 size = 64;
	struct iosys_map map;
	u32 *mem = kunit_kzalloc(test, size, GFP_KERNEL);
	const u32 dw[] = { 1, 2, 3, 4, 5 };
	u32 tail;

	KUNIT_ASSERT_NOT_NULL(test, mem);
	memset(mem, 0xff, size);
	iosys_map_set_vaddr(&map, mem);

	/* Two dwords before the end, three and the padding after it. */
	tail = xe_ring_write(&map, size, size - 8, dw, ARRAY_SIZE(dw));
	KUNIT_EXPECT_EQ(test, tail, 16);
	KUNIT_EXPECT_EQ(test, mem[14], 1);
	KUNIT_EXPECT_EQ(test, mem[15], 2);
	KUNIT_EXPECT_EQ(test, mem[0], 3);
	KUNIT_EXPECT_EQ(test, mem[2], 5);
	KUNIT_EXPECT_EQ(test, mem[3], MI_NOOP);
	KUNIT_EXPECT_EQ(test, mem[4], ~0u);

	/* Exactly to the end. */
	tail = xe_ring_write(&map, size, size - 16, dw, 4);
	KUNIT_EXPECT_EQ(test, tail, 0);
	KUNIT_EXPECT_EQ(test, mem[15], 4);
	/* Its last dword is the padding. */
	tail = xe_ring_write(&map, size, size - 8, dw, 1);
	KUNIT_EXPECT_EQ(test, tail, 0);
	KUNIT_EXPECT_EQ(test, mem[15], MI_NOOP);
}

static int find(const u32 *dw, u32 n, u32 from, u32 what, u32 mask)
{
	for (; from < n; from++)
		if ((dw[from] & mask) == what)
			return from;
	return -1;
}

static const struct xe_ring_ctx ctx = {
	.seqno_addr = 0x1000, .start_seqno_addr = 0x1008, .timestamp_addr = 0x2200,
	.graphics_ver = 2001, .ppgtt = true, .has_render = true,
};

static void ring_job_order(struct kunit *test)
{
	static const u8 classes[] = {
		XE_CLASS_RENDER, XE_CLASS_COMPUTE, XE_CLASS_COPY, XE_CLASS_VIDEO_DECODE,
	};
	const struct xe_ring_job job = {
		.batch = { 0x1234500000ull }, .n_batches = 1, .seqno = 0x5e9, .flush_tlb = true,
		.has_user_fence = true, .user_fence_addr = 0xabc000, .user_fence_value = 77,
	};
	u32 dw[XE_RING_MAX_JOB_DW];
	int i, start, off, irq;

	for (i = 0; i < ARRAY_SIZE(classes); i++) {
		struct xe_ring_ctx c = ctx;
		u32 n;

		c.cls = classes[i];
		n = xe_ring_build(&c, &job, dw);
		KUNIT_ASSERT_LE(test, n, XE_RING_MAX_JOB_DW);
		start = find(dw, n, 0, MI_BATCH_BUFFER_START | MI_BATCH_PPGTT, ~0u);
		KUNIT_ASSERT_GT(test, start, 0);
		KUNIT_EXPECT_EQ(test, dw[start + 1], 0x34500000);
		KUNIT_EXPECT_EQ(test, dw[start + 2], 0x12);
		off = find(dw, n, start, MI_ARB_ON_OFF | MI_ARB_OFF, ~0u);
		irq = find(dw, n, off, MI_USER_INTERRUPT, ~0u);
		KUNIT_EXPECT_EQ(test, off, start + 3);
		/* The seqno is stored between the two, the interrupt comes after it. */
		KUNIT_EXPECT_GT(test, find(dw, n, off, 0x5e9, ~0u), off);
		KUNIT_EXPECT_LT(test, find(dw, n, off, 0x5e9, ~0u), irq);
		KUNIT_EXPECT_GT(test, find(dw, n, off, 0xabc000, ~0u), off);
		KUNIT_EXPECT_EQ(test, irq, n - 3);
	}
}

static void ring_ggtt_batch(struct kunit *test)
{
	const struct xe_ring_job job = { .batch = { 0x4000 }, .n_batches = 1, .seqno = 1 };
	struct xe_ring_ctx c = ctx;
	u32 dw[XE_RING_MAX_JOB_DW];
	u32 n;

	c.cls = XE_CLASS_COPY;
	c.ppgtt = false;
	n = xe_ring_build(&c, &job, dw);
	KUNIT_EXPECT_GT(test, find(dw, n, 0, MI_BATCH_BUFFER_START, ~0u), 0);
	KUNIT_EXPECT_EQ(test, find(dw, n, 0, MI_BATCH_BUFFER_START | MI_BATCH_PPGTT, ~0u), -1);
}

static void ring_two_batches(struct kunit *test)
{
	const struct xe_ring_job job = {
		.batch = { 0x10000, 0x20000 }, .n_batches = 2, .seqno = 9,
	};
	struct xe_ring_ctx c = ctx;
	u32 dw[XE_RING_MAX_JOB_DW];
	int first, second, flush;
	u32 n;

	c.cls = XE_CLASS_COPY;
	n = xe_ring_build(&c, &job, dw);
	first = find(dw, n, 0, MI_BATCH_BUFFER_START | MI_BATCH_PPGTT, ~0u);
	second = find(dw, n, first + 1, MI_BATCH_BUFFER_START | MI_BATCH_PPGTT, ~0u);
	flush = find(dw, n, first, MI_FLUSH_DW | MI_FLUSH_DW_STORE | MI_FLUSH_DW_TLB, ~0u);
	KUNIT_EXPECT_EQ(test, dw[first + 1], 0x10000);
	KUNIT_EXPECT_EQ(test, dw[second + 1], 0x20000);
	KUNIT_EXPECT_GT(test, flush, first);
	KUNIT_EXPECT_LT(test, flush, second);
}

/* ---- parallel queues ---- */

#define WAIT	(MI_SEMAPHORE_WAIT | MI_SEMAPHORE_GGTT | MI_SEMAPHORE_POLL | MI_SEMAPHORE_EQ)

static const struct xe_ring_gang gang = {
	.go = 0x9010, .n = 2, .begun = { 0xa008, 0xb008 }, .done = { 0xa000, 0xb000 },
};

/* The leader starts the others when all have begun, and tells when all are done. */
static void ring_gang_leader(struct kunit *test)
{
	const struct xe_ring_job job = {
		.batch = { 0x10000 }, .n_batches = 1, .seqno = 9, .gang = &gang, .leads = true,
		.has_user_fence = true, .user_fence_addr = 0xabc000, .user_fence_value = 77,
	};
	struct xe_ring_ctx c = ctx;
	u32 dw[XE_RING_MAX_JOB_DW];
	int begun, go, batch, done, off, fence;
	u32 n;

	c.cls = XE_CLASS_VIDEO_DECODE;
	n = xe_ring_build(&c, &job, dw);
	begun = find(dw, n, find(dw, n, 0, 0xa008, ~0u), 0xb008, ~0u);
	go = find(dw, n, begun, 0x9010, ~0u);
	batch = find(dw, n, go, MI_BATCH_BUFFER_START | MI_BATCH_PPGTT, ~0u);
	done = find(dw, n, find(dw, n, batch, 0xa000, ~0u), 0xb000, ~0u);
	off = find(dw, n, done, MI_ARB_ON_OFF | MI_ARB_OFF, ~0u);
	fence = find(dw, n, off, 0xabc000, ~0u);
	KUNIT_ASSERT_GT(test, begun, 2);
	KUNIT_EXPECT_EQ(test, dw[begun - 2], WAIT);
	KUNIT_EXPECT_EQ(test, dw[begun - 1], 9);
	KUNIT_EXPECT_GT(test, go, begun);
	KUNIT_EXPECT_GT(test, batch, go);
	KUNIT_ASSERT_GT(test, done, batch);
	KUNIT_EXPECT_EQ(test, dw[done - 2], WAIT);
	KUNIT_EXPECT_GT(test, off, done);
	KUNIT_EXPECT_GT(test, fence, off);
}

static void ring_gang_follower(struct kunit *test)
{
	const struct xe_ring_job job = {
		.batch = { 0x10000 }, .n_batches = 1, .seqno = 9, .gang = &gang,
	};
	struct xe_ring_ctx c = ctx;
	u32 dw[XE_RING_MAX_JOB_DW];
	int begun, go, batch;
	u32 n;

	c.cls = XE_CLASS_VIDEO_DECODE;
	n = xe_ring_build(&c, &job, dw);
	begun = find(dw, n, 0, c.start_seqno_addr, ~0u);
	go = find(dw, n, begun, 0x9010, ~0u);
	batch = find(dw, n, go, MI_BATCH_BUFFER_START | MI_BATCH_PPGTT, ~0u);
	KUNIT_ASSERT_GT(test, go, begun);
	KUNIT_EXPECT_EQ(test, dw[go - 2], WAIT);
	KUNIT_EXPECT_GT(test, batch, go);
	KUNIT_EXPECT_EQ(test, find(dw, n, batch, WAIT, ~0u), -1);
}

/* The widest job that there can be fits. */
static void ring_gang_size(struct kunit *test)
{
	struct xe_ring_gang all = { .n = XE_LRC_MAX_GANG - 1 };
	const struct xe_ring_job job = {
		.n_batches = 1, .gang = &all, .leads = true, .has_user_fence = true,
		.flush_tlb = true,
	};
	struct xe_ring_ctx c = ctx;
	u32 dw[2 * XE_RING_MAX_JOB_DW];

	c.cls = XE_CLASS_VIDEO_DECODE;
	KUNIT_EXPECT_LE(test, xe_ring_build(&c, &job, dw), XE_RING_MAX_JOB_DW);
}

#define WQ_ITEMS	SZ_1K

/* Items do not wrap, and as many as it says always fit, wherever the queue stands. */
static void wq_items(struct kunit *test)
{
	u32 *mem = kunit_kzalloc(test, WQ_ITEMS, GFP_KERNEL);
	struct iosys_map map;
	u32 width, k;

	KUNIT_ASSERT_NOT_NULL(test, mem);
	iosys_map_set_vaddr(&map, mem);
	for (width = 2; width <= XE_QUEUE_MAX_WIDTH; width++) {
		u32 n = width + 3, tail = 0, item[16] = { [2] = 0xcafe }, filled = 0;

		KUNIT_EXPECT_GT(test, xe_queue_wq_room(width), 8);
		for (k = 0; k < 2 * WQ_ITEMS; k++) {
			u32 old = tail, at;

			tail = xe_queue_wq_write(&map, tail, item, n);
			at = tail / sizeof(u32) - n;
			KUNIT_ASSERT_LE(test, tail, WQ_ITEMS);
			KUNIT_ASSERT_EQ(test, mem[at], 5 | (n - 1) << 16);
			KUNIT_ASSERT_EQ(test, mem[at + 2], 0xcafe);
			if (at != old / sizeof(u32) && old < WQ_ITEMS)
				KUNIT_ASSERT_EQ(test, mem[old / sizeof(u32)],
						4 | ((WQ_ITEMS - old) / 4 - 1) << 16);
			filled = tail > old ? tail - old : WQ_ITEMS - old + tail;
			KUNIT_ASSERT_LE(test, filled, 2 * n * sizeof(u32));
		}
		/* With one waste at the end, and never quite full. */
		KUNIT_EXPECT_LT(test, (xe_queue_wq_room(width) + 1) * n * sizeof(u32), WQ_ITEMS);
	}
}

/* PIPE_CONTROL must not name units that an engine has not. */
static void ring_pipe_bits(struct kunit *test)
{
	const struct xe_ring_job job = { .batch = { 0x10000 }, .n_batches = 1, .seqno = 9 };
	struct xe_ring_ctx c = ctx;
	u32 dw[XE_RING_MAX_JOB_DW];
	u32 n, absent;
	int pass, at;

	c.cls = XE_CLASS_COMPUTE;
	for (pass = 0; pass < 2; pass++) {
		c.has_render = !pass;
		absent = pass ? PC1_NOT_WITHOUT_RENDER : PC1_NOT_ON_COMPUTE;
		n = xe_ring_build(&c, &job, dw);
		for (at = find(dw, n, 0, PIPE_CONTROL, ~0xff00u); at >= 0;
		     at = find(dw, n, at + 6, PIPE_CONTROL, ~0xff00u))
			KUNIT_EXPECT_EQ(test, dw[at + 1] & absent, 0);
	}
}

/* ---- hardware fences ---- */

/* struct timeline - three fences of a context, and what the engine wrote */
struct timeline {
	struct xe_hw_engine hwe;
	u32 seqno;
	struct dma_fence *fence[3];
	struct dma_fence_cb cb[3];
	unsigned int said[3], n_said;
};

static struct timeline *current_timeline;

static void say(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	struct timeline *t = current_timeline;

	t->said[t->n_said++] = cb - t->cb;
}

static void put_fence(void *fence)
{
	dma_fence_put(fence);
}

static struct timeline *timeline_new(struct kunit *test)
{
	struct xe_fake *f = xe_fake_create(test, &xe_fake_configs[0]);
	struct timeline *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	struct iosys_map page;
	u64 context = dma_fence_context_alloc(1);

	KUNIT_ASSERT_NOT_NULL(test, t);
	xe_fake_probe(f);
	t->hwe.gt = f->xe->tiles[0].primary_gt;
	t->hwe.name = "rcs0";
	t->hwe.cls = XE_CLASS_RENDER;
	iosys_map_set_vaddr(&page, &t->seqno);
	KUNIT_ASSERT_EQ(test, xe_irq_init(f->xe), 0);
	KUNIT_ASSERT_EQ(test, xe_fence_irq_init(t->hwe.gt), 0);
	for (unsigned int i = 0; i < ARRAY_SIZE(t->fence); i++) {
		t->fence[i] = xe_lrc_fence_alloc();
		KUNIT_ASSERT_NOT_NULL(test, t->fence[i]);
		xe_hw_fence_init(t->fence[i], &t->hwe, &page, context, i + 1);
		KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, put_fence, t->fence[i]), 0);
	}
	current_timeline = t;
	return t;
}

static int listen(struct timeline *t, unsigned int i)
{
	return dma_fence_add_callback(t->fence[i], &t->cb[i], say);
}

static void fence_irq(struct timeline *t)
{
	xe_fence_irq_run(t->hwe.gt, t->hwe.cls);
}

/* The engine is done with a job before anybody listens, and its interrupt is still to come. */
static void fences_in_order(struct kunit *test)
{
	struct timeline *t = timeline_new(test);
	bool signaled, passed;
	unsigned long flags;
	unsigned int n_said;
	int err;

	KUNIT_ASSERT_EQ(test, listen(t, 0), 0);
	local_irq_save(flags);
	t->seqno = 2;
	err = listen(t, 1);
	n_said = t->n_said;
	signaled = dma_fence_is_signaled(t->fence[1]);
	passed = xe_lrc_fence_passed(t->fence[1]);
	local_irq_restore(flags);
	KUNIT_EXPECT_EQ(test, err, 0);
	KUNIT_EXPECT_EQ(test, n_said, 0);
	KUNIT_EXPECT_FALSE(test, signaled);
	KUNIT_EXPECT_TRUE(test, passed);

	/* Nor does it need that interrupt. */
	KUNIT_EXPECT_GT(test, dma_fence_wait_timeout(t->fence[1], false, HZ), 0);
	KUNIT_EXPECT_EQ(test, t->n_said, 2);
	KUNIT_EXPECT_EQ(test, t->said[0], 0);
	KUNIT_EXPECT_EQ(test, t->said[1], 1);
	fence_irq(t);
	KUNIT_EXPECT_FALSE(test, xe_lrc_fence_passed(t->fence[2]));

	/* With none before it, it is ended at once. */
	t->seqno = 3;
	KUNIT_EXPECT_EQ(test, listen(t, 2), -ENOENT);
	KUNIT_EXPECT_EQ(test, t->n_said, 2);
}

/* What the engine is done with keeps its result; what it is not gets the error. */
static void fences_cancelled(struct kunit *test)
{
	struct timeline *t = timeline_new(test);

	KUNIT_ASSERT_EQ(test, listen(t, 0), 0);
	KUNIT_ASSERT_EQ(test, listen(t, 1), 0);
	t->seqno = 1;
	for (unsigned int i = 0; i < ARRAY_SIZE(t->fence); i++) {
		xe_lrc_fence_cancel(t->fence[i], -ECANCELED);
		KUNIT_EXPECT_TRUE(test, xe_lrc_fence_passed(t->fence[i]));
		KUNIT_EXPECT_EQ(test, dma_fence_get_status(t->fence[i]), i ? -ECANCELED : 1);
	}
	fence_irq(t);
	KUNIT_EXPECT_EQ(test, t->n_said, 2);
}

/* ---- context ids ---- */

static void ids_in_a_row(struct kunit *test)
{
	unsigned long *taken = kunit_kzalloc(test, BITS_TO_LONGS(XE_QUEUE_MAX_IDS) * sizeof(long),
					     GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, taken);
	KUNIT_EXPECT_EQ(test, xe_queue_ids_take(taken, 1), 0);
	KUNIT_EXPECT_EQ(test, xe_queue_ids_take(taken, 4), 1);
	KUNIT_EXPECT_EQ(test, xe_queue_ids_take(taken, 1), 5);
	/* A gap that is too small is passed over, and filled by what fits. */
	bitmap_clear(taken, 2, 3);
	KUNIT_EXPECT_EQ(test, xe_queue_ids_take(taken, 4), 6);
	KUNIT_EXPECT_EQ(test, xe_queue_ids_take(taken, 2), 2);
	KUNIT_EXPECT_EQ(test, xe_queue_ids_take(taken, 1), 4);
	KUNIT_EXPECT_EQ(test, bitmap_weight(taken, XE_QUEUE_MAX_IDS), 10);
}

static void ids_run_out(struct kunit *test)
{
	unsigned long *taken = kunit_kzalloc(test, BITS_TO_LONGS(XE_QUEUE_MAX_IDS) * sizeof(long),
					     GFP_KERNEL);
	const int last = XE_QUEUE_MAX_IDS - 1;

	KUNIT_ASSERT_NOT_NULL(test, taken);
	bitmap_set(taken, 0, last - 1);
	/* Two are left, at the end. */
	KUNIT_EXPECT_EQ(test, xe_queue_ids_take(taken, 3), -ENOSPC);
	KUNIT_EXPECT_EQ(test, xe_queue_ids_take(taken, 2), last - 1);
	KUNIT_EXPECT_EQ(test, xe_queue_ids_take(taken, 1), -ENOSPC);
	bitmap_clear(taken, last, 1);
	KUNIT_EXPECT_EQ(test, xe_queue_ids_take(taken, 2), -ENOSPC);
	KUNIT_EXPECT_EQ(test, xe_queue_ids_take(taken, 1), last);
}

static struct kunit_case submit_cases[] = {
	KUNIT_CASE(queue_all_steps),
	KUNIT_CASE(queue_verdicts),
	KUNIT_CASE(queue_always_ends),
	KUNIT_CASE(queue_suspended_stays_off),
	KUNIT_CASE(queue_resumed_early),
	KUNIT_CASE(queue_suspended_condemned),
	KUNIT_CASE_PARAM(image_layout, image_gen_params),
	KUNIT_CASE(image_unknown),
	KUNIT_CASE(ring_wraps),
	KUNIT_CASE(ring_job_order),
	KUNIT_CASE(ring_ggtt_batch),
	KUNIT_CASE(ring_two_batches),
	KUNIT_CASE(ring_pipe_bits),
	KUNIT_CASE(ring_gang_leader),
	KUNIT_CASE(ring_gang_follower),
	KUNIT_CASE(ring_gang_size),
	KUNIT_CASE(wq_items),
	KUNIT_CASE(fences_in_order),
	KUNIT_CASE(fences_cancelled),
	KUNIT_CASE(ids_in_a_row),
	KUNIT_CASE(ids_run_out),
	{}
};

static struct kunit_suite submit_suite = {
	.name = "xe_submit",
	.test_cases = submit_cases,
};

kunit_test_suites(&submit_suite);
