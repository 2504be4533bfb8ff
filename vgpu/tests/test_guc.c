// SPDX-License-Identifier: MIT
/* The firmware model, through registers and memory only. */
#include "minidrv.h"

#define BLT 3
#define BOTH_LINKS 6 /* logical instances 1 and 2 */

static struct md *m;
static struct md_gt *gt;

static bool up(const char *platform)
{
	m = md_new(platform, 1);
	gt = m ? &m->gt[0] : NULL;
	return m && md_up(m);
}

static struct md_ctx context(uint32_t id, uint32_t mask)
{
	struct md_ctx c = ctx_make(gt, id);

	ctx_register(gt, &c, BLT, mask);
	if (!gt_wait(gt, 0x1002, id, 5, NULL) && !test_why[0])
		snprintf(test_why, sizeof(test_why), "context %u was not enabled", id);
	return c;
}

/* ---- loading ------------------------------------------------------------ */

static void bad_images(void)
{
	static const struct { unsigned int dw; uint32_t value; } damage[] = {
		{ 0, 7 }, { 1, 160 }, { 6, 100 }, { 6, 2000 }, { 7, 65 }, { 7, 0 }, { 1192, 1 },
	};
	uint32_t len, image, *p;

	m = md_new("pvc", 1);
	gt = &m->gt[0];
	image = md_image(gt, &len);
	p = md_at(m, 0, image);
	for (unsigned int i = 0; i < sizeof(damage) / sizeof(damage[0]); i++) {
		uint32_t old = p[damage[i].dw], status, sig = p[len / 4];

		if (damage[i].dw == 1192) { /* the signature in memory changes after the upload */
			p[len / 4] = sig;
			gt_load(gt, image, len);
			p[len / 4] = ~sig;
			gt_wr(gt, 0x941c, 8);
			gt_wr(gt, 0xc314, 0x00110011);
			status = gt_rd(gt, 0xc000);
			p[len / 4] = sig;
		} else {
			p[damage[i].dw] = damage[i].value;
			status = gt_load(gt, image, len);
			p[damage[i].dw] = old;
		}
		CHECK((status >> 8 & 0xff) != 0xf0);
		CHECK_EQ(status >> 30, 1);
		CHECK(m->obs->mistakes[VG_ERR_BAD_FIRMWARE] > i);
	}
	CHECK_EQ(gt_load(gt, image, len), 0x8002f0ec);
	CHECK(gt_load(gt, image + 0x100000, len) != 0x8002f0ec); /* not mapped */
	CHECK_EQ(gt_mmio(gt, 0x508, 0x9030002, 0, 0), 0x508); /* nobody there to answer */
	CHECK_EQ(gt_load(gt, image, len), 0x8002f0ec);
	md_free(m);
}

static void wopcm_locks(void)
{
	m = md_new("bmg", 1);
	md_wr(m, 0, 0xc050, 0x100000);
	CHECK_EQ(md_rd(m, 0, 0xc050), 0x100001);
	md_wr(m, 0, 0xc050, 0x200000);
	CHECK_EQ(md_rd(m, 0, 0xc050), 0x100001);
	CHECK_EQ(md_rd(m, 0, 0x38c050), 0);
	md_wr(m, 0, 0x38c340, 0x4002);
	CHECK_EQ(md_rd(m, 0, 0x38c340), 0x4003);
	md_free(m);
}

static void mmio_messages(void)
{
	uint32_t size, addr;

	m = md_new("pvc", 1);
	gt = &m->gt[0];
	{
		uint32_t len, image = md_image(gt, &len);

		CHECK_EQ(gt_load(gt, image, len), 0x8002f0ec);
	}
	CHECK_EQ(gt_mmio(gt, 0x4509, 1, 0, 0), 0xe0000304); /* channels are not registered */
	CHECK_EQ(gt_mmio(gt, 0x508, 0x09990001, 1, 0), 0xf0000000);
	CHECK_EQ(gt_mmio(gt, 0x1234, 0, 0, 0), 0xe0000030);
	size = gt_mmio(gt, 0x4100, 0, 0, 0);
	CHECK_EQ(size >> 28, 0xf);
	size &= 0xfffffff;
	CHECK(size >= 24 && size % 12 == 0);
	addr = md_alloc(m, 0, 4096);
	CHECK_EQ(gt_mmio(gt, 0x4100, addr, 0, size - 4) >> 28, 0xe);
	CHECK_EQ(gt_mmio(gt, 0x4100, addr, 0, 4096) >> 28, 0xf);
	CHECK_EQ(md_at(m, 0, addr)[0], 1);
	CHECK_EQ(md_at(m, 0, addr)[1], 1);
	CHECK(gt_ct_enable(gt));
	CHECK_EQ(gt_mmio(gt, 0x5507, 0, 0, 0), 0xf0000000);
	md_free(m);
}

/* ---- channels ----------------------------------------------------------- */

static void ct_bad_header(void)
{
	static const uint32_t bad[] = { 0x00001002, 0x00000102, 0x00000000 | 200 };

	for (unsigned int i = 0; i < 3; i++) {
		uint32_t *desc, *buf;

		CHECK(up("pvc"));
		desc = md_at(m, 0, gt->h2g);
		buf = md_at(m, 0, gt->h2g + 4096);
		buf[0] = bad[i];
		buf[1] = 0x20001000;
		desc[1] = 3;
		gt_ring_bell(gt);
		md_tick(m, 1000);
		CHECK(desc[2] != 0);
		CHECK_EQ(m->obs->mistakes[VG_ERR_BAD_CT], 1);
		desc[1] = 6;
		gt_ring_bell(gt);
		md_tick(m, 1000);
		CHECK_EQ(m->obs->count[VG_CNT_H2G], 0);
		md_free(m);
	}
}

static void ct_wrap(void)
{
	struct md_msg msg;

	CHECK(up("pvc"));
	for (uint32_t i = 1; i < 3000; i++) {
		SEND(gt, 2, 0x7002, i, 0);
		CHECK(gt_wait(gt, 0x7001, i, 1, &msg));
		CHECK_EQ(msg.len, 2);
	}
	CHECK_EQ(md_mistakes(m), 0);
	md_free(m);
}

/* The host does not read: nothing is lost, nothing overwritten */
static void ct_full(void)
{
	uint32_t *desc;

	CHECK(up("pvc"));
	desc = md_at(m, 0, gt->g2h);
	for (uint32_t i = 1; i <= G2H_DWORDS / 3 + 50; i++) {
		SEND(gt, 2, 0x7002, i, 0);
		md_tick(m, 1000);
	}
	CHECK((desc[1] + G2H_DWORDS - desc[0]) % G2H_DWORDS < G2H_DWORDS);
	for (uint32_t i = 1; i <= G2H_DWORDS / 3 + 50; i++) {
		gt_receive(gt);
		gt->n_events = 0;
		md_tick(m, 100000);
	}
	CHECK_EQ(m->obs->count[VG_CNT_G2H], G2H_DWORDS / 3 + 50);
	CHECK_EQ(desc[2], 0);
	md_free(m);
}

static void ct_answers(void)
{
	uint32_t fence;

	CHECK(up("pvc"));
	fence = SEND(gt, 0, 0x509, 0x10010002, 1, 2);
	md_tick(m, 1000);
	gt_receive(gt);
	CHECK_EQ(gt->n_events, 1);
	CHECK_EQ(gt->event[0].fence, fence);
	CHECK_EQ(gt->event[0].dw[0], 0xf0000001);
	gt->n_events = 0;
	SEND(gt, 2, 0x3004, 1);
	md_tick(m, 1000);
	gt_receive(gt);
	CHECK_EQ(gt->n_events, 0);
	fence = SEND(gt, 2, 0x4503, 99); /* not registered: failures are told even so */
	md_tick(m, 1000);
	gt_receive(gt);
	CHECK_EQ(gt->n_events, 1);
	CHECK_EQ(gt->event[0].fence, fence);
	CHECK_EQ(gt->event[0].dw[0], 0xe0000100);
	CHECK_EQ(m->obs->mistakes[VG_ERR_BAD_STATE], 1);
	SEND(gt, 2, 0x4444, 1);
	SEND(gt, 2, 0x1001, 1);
	md_tick(m, 1000);
	CHECK_EQ(m->obs->mistakes[VG_ERR_BAD_ACTION], 2);
	md_free(m);
}

/* ---- contexts ----------------------------------------------------------- */

static void states(void)
{
	struct md_ctx c;

	CHECK(up("pvc"));
	c = context(5, 1);
	SEND(gt, 2, 0x4502, 1, 5, BLT, 1, 0, 0, 0, 0, 0, c.lrca | 0x19, 0); /* twice */
	SEND(gt, 2, 0x4502, 1, 6, BLT, 0x8000, 0, 0, 0, 0, 0, c.lrca | 0x19, 0); /* no such engine */
	SEND(gt, 2, 0x4502, 1, 6, 1, 1, 0, 0, 0, 0, 0, c.lrca | 0x19, 0); /* no such class */
	SEND(gt, 2, 0x4502, 1, 70000, BLT, 1, 0, 0, 0, 0, 0, c.lrca | 0x19, 0);
	SEND(gt, 2, 0x4503, 5); /* enabled */
	SEND(gt, 2, 0x1001, 5, 1); /* again */
	SEND(gt, 2, 0x1001, 6, 0);
	SEND(gt, 2, 0x1000, 6);
	md_tick(m, 1000);
	CHECK_EQ(m->obs->mistakes[VG_ERR_BAD_STATE], 8);
	SEND(gt, 2, 0x1001, 5, 0);
	CHECK(gt_wait(gt, 0x1002, 5, 5, NULL));
	SEND(gt, 2, 0x4503, 5);
	CHECK(gt_wait(gt, 0x4600, 5, 5, NULL));
	CHECK_EQ(m->obs->mistakes[VG_ERR_BAD_STATE], 8);
	md_free(m);
}

static void time_slices(void)
{
	struct md_ctx spin[2], c;

	CHECK(up("pvc"));
	for (unsigned int i = 0; i < 2; i++) {
		spin[i] = context(i, 1);
		ctx_spin(gt, &spin[i], true);
	}
	md_tick(m, 1000);
	c = context(2, 1);
	ctx_store(gt, &c, 77);
	CHECK(ctx_done(gt, &c, 77, 5));
	for (unsigned int i = 0; i < 2; i++) {
		ctx_store(gt, &spin[i], 88);
		ctx_unspin(gt, &spin[i]);
		CHECK(ctx_done(gt, &spin[i], 88, 5));
	}
	CHECK_EQ(m->obs->count[VG_CNT_ENGINE_RESET], 0);
	CHECK_EQ(md_mistakes(m), 0);
	md_free(m);
}

static void priorities(void)
{
	struct md_ctx spin, c;

	CHECK(up("pvc"));
	spin = context(0, 1);
	SEND(gt, 2, 0x100b, 0, 0x20010001, 0); /* no time slices */
	ctx_spin(gt, &spin, true);
	md_tick(m, 1000);
	c = context(1, 1);
	ctx_store(gt, &c, 1);
	CHECK(!ctx_done(gt, &c, 1, 5)); /* same priority: has to wait */
	SEND(gt, 2, 0x100b, 1, 0x20030001, 0);
	CHECK(ctx_done(gt, &c, 1, 1));
	SEND(gt, 2, 0x100b, 1, 0x20030001, 4);
	md_tick(m, 1000);
	CHECK_EQ(m->obs->mistakes[VG_ERR_BAD_STATE], 1);
	md_free(m);
}

static void other_engine(void)
{
	struct md_ctx spin, c;

	CHECK(up("pvc"));
	spin = context(0, 2);
	ctx_spin(gt, &spin, false);
	md_tick(m, 1000);
	c = context(1, BOTH_LINKS);
	ctx_store(gt, &c, 5);
	m->n_idents = 0;
	CHECK(ctx_done(gt, &c, 5, 1));
	md_irq(m);
	CHECK(md_saw_irq(m, 0, 3, 2, 1));
	md_free(m);
}

/* The longer it spins the longer it may rest; anything that happens wakes it */
static void spinner_rests(void)
{
	struct md_ctx c, other;
	uint64_t sleep = 0;

	CHECK(up("pvc"));
	c = context(0, 1);
	ctx_spin(gt, &c, true);
	md_tick(m, 1000);
	CHECK(md_tick(m, 1000) <= 100000);
	for (unsigned int i = 0; i < 20; i++) {
		uint64_t next = md_tick(m, 1000);

		CHECK(next >= sleep);
		sleep = next;
	}
	CHECK_EQ(sleep, 320000);
	other = context(1, 2);
	CHECK(md_tick(m, 1000) < sleep);
	ctx_store(gt, &other, 3);
	CHECK(ctx_done(gt, &other, 3, 5));
	ctx_unspin(gt, &c);
	md_tick(m, 1000);
	CHECK_EQ(md_tick(m, 1000), UINT64_MAX);
	md_free(m);
}

static void disable_spinner(void)
{
	struct md_msg msg;
	struct md_ctx c;

	CHECK(up("pvc"));
	c = context(3, 1);
	ctx_spin(gt, &c, true);
	md_tick(m, 1000);
	SEND(gt, 2, 0x1001, 3, 0);
	CHECK(gt_wait(gt, 0x1002, 3, 5, &msg));
	CHECK(!gt_event(gt, 0x1008, ~0u, NULL));
	CHECK_EQ(m->obs->count[VG_CNT_ENGINE_RESET], 0);
	SEND(gt, 2, 0x1001, 3, 1); /* goes on where it was */
	CHECK(gt_wait(gt, 0x1002, 3, 5, &msg));
	ctx_unspin(gt, &c);
	ctx_store(gt, &c, 9);
	CHECK(ctx_done(gt, &c, 9, 5));
	md_free(m);
}

static void disable_stubborn(void)
{
	uint64_t start;
	struct md_ctx c;

	CHECK(up("pvc"));
	c = context(3, 1);
	SEND(gt, 2, 0x100b, 3, 0x20020001, 20000);
	ctx_spin(gt, &c, false);
	md_tick(m, 1000);
	SEND(gt, 2, 0x1001, 3, 0);
	start = m->now;
	CHECK(gt_wait(gt, 0x1008, 3, 100, NULL));
	CHECK(m->now - start >= 20000000 && m->now - start < 22000000);
	CHECK(gt_wait(gt, 0x1002, 3, 0, NULL));
	CHECK_EQ(m->obs->count[VG_CNT_ENGINE_RESET], 1);
	SEND(gt, 2, 0x4503, 3);
	CHECK(gt_wait(gt, 0x4600, 3, 1, NULL));
	CHECK_EQ(md_mistakes(m), 0);
	md_free(m);
}

/* Another's time slice has come, and the one that runs does not let go */
static void stubborn_loses(void)
{
	struct md_ctx bad, c;

	CHECK(up("pvc"));
	bad = context(1, 1);
	SEND(gt, 2, 0x100b, 1, 0x20020001, 5000);
	ctx_spin(gt, &bad, false);
	md_tick(m, 1000);
	c = context(2, 1);
	ctx_store(gt, &c, 4);
	CHECK(ctx_done(gt, &c, 4, 10));
	CHECK(gt_wait(gt, 0x1008, 1, 1, NULL));
	SEND(gt, 2, 0x1000, 1); /* the host does not know yet */
	SEND(gt, 2, 0x1001, 1, 0);
	CHECK(gt_wait(gt, 0x1002, 1, 1, NULL));
	CHECK_EQ(md_mistakes(m), 0);
	md_free(m);
}

static void sleep_hints(void)
{
	struct md_ctx c;
	uint64_t s;

	CHECK(up("pvc"));
	CHECK_EQ(md_tick(m, 1000), UINT64_MAX);
	CHECK(!vg_device_wants_tick(m->d));
	c = context(1, 1);
	ctx_spin(gt, &c, true);
	CHECK(vg_device_wants_tick(m->d));
	md_tick(m, 1000);
	s = md_tick(m, 1000);
	CHECK(s >= 20000 && s <= 50000);
	ctx_unspin(gt, &c);
	md_tick(m, 1000);
	CHECK_EQ(md_tick(m, 1000), UINT64_MAX);
	md_free(m);
}

static void parallel(void)
{
	uint32_t pages, *wq;
	struct md_ctx c[2];

	CHECK(up("pvc"));
	c[0] = ctx_make(gt, 10);
	c[1] = ctx_make(gt, 11);
	pages = md_alloc(m, 0, 4096);
	wq = md_at(m, 0, pages);
	wq[3] = 1;
	SEND(gt, 2, 0x4601, 1, 10, BLT, BOTH_LINKS, pages, 0, pages + 1024, 0, 1024, 2,
	     c[0].lrca | 0x19, 0, c[1].lrca | 0x19, 0);
	SEND(gt, 2, 0x1001, 10, 1);
	CHECK(gt_wait(gt, 0x1002, 10, 5, NULL));
	for (uint32_t round = 1; round < 120; round++) {
		uint32_t t = wq[1] % 1024, *item;

		for (unsigned int i = 0; i < 2; i++) {
			const uint32_t dw[] = { 0x10400002, c[i].fence, 0, round, 0x01000000, 0 };

			for (unsigned int k = 0; k < 6; k++, c[i].tail = (c[i].tail + 4) % 0x4000)
				*md_at(m, 0, c[i].ring + c[i].tail) = dw[k];
		}
		if (t + 20 > 1024) {
			wq[256 + t / 4] = 4 | (1024 - t - 4) / 4 << 16;
			t = 0;
		}
		item = &wq[256 + t / 4];
		item[0] = 5 | 4 << 16;
		item[1] = c[0].lrca | 0x19;
		item[2] = 10 | c[0].tail / 8 << 18;
		item[3] = 0;
		item[4] = c[1].tail / 8;
		wq[1] = t + 20;
		SEND(gt, 2, 0x1000, 10);
		CHECK(ctx_done(gt, &c[0], round, 5));
		CHECK(ctx_done(gt, &c[1], round, 5));
		CHECK_EQ(wq[0], wq[1]);
	}
	wq[256 + wq[1] / 4] = 99;
	wq[1] += 4;
	SEND(gt, 2, 0x1000, 10);
	md_tick(m, 1000);
	CHECK_EQ(wq[3], 3);
	md_free(m);
}

/* Two rings of contexts that nobody has submitted to */
static void register_two(uint32_t id, const struct md_ctx *c, uint32_t pages)
{
	SEND(gt, 2, 0x4601, 1, id, BLT, BOTH_LINKS, pages, 0, pages + 1024, 0, 1024, 2,
	     c[0].lrca | 0x19, 0, c[1].lrca | 0x19, 0);
	md_tick(m, 1000);
}

/* Each ring has an id: that of the first is the context's, and nobody else's are the others */
static void parallel_ids(void)
{
	struct md_ctx c[2], other;
	uint32_t pages;

	CHECK(up("pvc"));
	c[0] = ctx_make(gt, 10);
	c[1] = ctx_make(gt, 11);
	pages = md_alloc(m, 0, 4096);
	register_two(10, c, pages);
	CHECK_EQ(md_mistakes(m), 0);
	other = ctx_make(gt, 11);
	SEND(gt, 2, 0x4502, 1, 11, BLT, 1, 0, 0, 0, 0, 0, other.lrca | 0x19, 0);
	SEND(gt, 2, 0x1001, 11, 1); /* no context of its own */
	SEND(gt, 2, 0x1000, 11);
	register_two(9, c, pages);
	register_two(65534, c, pages); /* 65535 is none */
	CHECK_EQ(m->obs->mistakes[VG_ERR_BAD_STATE], 5);
	register_two(65533, c, pages);
	context(9, 1);
	context(12, 1);
	CHECK_EQ(m->obs->mistakes[VG_ERR_BAD_STATE], 5);
	SEND(gt, 2, 0x4503, 10);
	CHECK(gt_wait(gt, 0x4600, 10, 5, NULL));
	other = context(11, 1);
	ctx_store(gt, &other, 3);
	CHECK(ctx_done(gt, &other, 3, 5));
	CHECK_EQ(m->obs->mistakes[VG_ERR_BAD_STATE], 5);
	md_free(m);
}

/* An event may name any ring; the context is what is thrown off */
static void parallel_error(void)
{
	struct md_ctx c[2];
	uint32_t pages;

	CHECK(up("pvc"));
	c[0] = ctx_make(gt, 10);
	c[1] = ctx_make(gt, 11);
	pages = md_alloc(m, 0, 4096);
	md_at(m, 0, pages)[3] = 1;
	register_two(10, c, pages);
	SEND(gt, 2, 0x1001, 10, 1);
	CHECK(gt_wait(gt, 0x1002, 10, 5, NULL));
	CHECK(vg_device_script(m->d, "cat 12"));
	CHECK(!vg_device_script(m->d, "cat 11"));
	CHECK(gt_wait(gt, 0x6000, 11, 5, NULL));
	SEND(gt, 2, 0x4503, 10); /* not before it is off */
	SEND(gt, 2, 0x1001, 10, 0);
	CHECK(gt_wait(gt, 0x1002, 10, 5, NULL));
	CHECK_EQ(md_mistakes(m), 1);
	md_free(m);
}

static const struct test tests[] = {
	{ "bad firmware images", bad_images },
	{ "wopcm locks", wopcm_locks },
	{ "messages through registers", mmio_messages },
	{ "channel: bad headers", ct_bad_header },
	{ "channel: wrap", ct_wrap },
	{ "channel: full", ct_full },
	{ "channel: answers", ct_answers },
	{ "context states", states },
	{ "time slices", time_slices },
	{ "priorities", priorities },
	{ "another engine of the mask", other_engine },
	{ "a spinner rests", spinner_rests },
	{ "disable a spinner", disable_spinner },
	{ "disable one that cannot be preempted", disable_stubborn },
	{ "preemption timeout", stubborn_loses },
	{ "how long to sleep", sleep_hints },
	{ "parallel contexts", parallel },
	{ "parallel contexts: ids", parallel_ids },
	{ "parallel contexts: errors", parallel_error },
};

int main(int argc, char **argv)
{
	return test_main(tests, sizeof(tests) / sizeof(tests[0]), argc > 1 ? argv[1] : NULL);
}
