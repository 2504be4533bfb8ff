// SPDX-License-Identifier: MIT
/* The firmware model: errors, page faults, power, scripts, reset. */
#include <unistd.h>

#include "minidrv.h"

#define BLT 3

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

/* ---- errors and faults -------------------------------------------------- */

static void cat_error(void)
{
	const uint32_t dw[] = { 0x18800001, 0xf0000000, 0 }; /* a batch that is not there */
	struct md_msg msg;
	struct md_ctx c;
	uint32_t klv;

	CHECK(up("bmg"));
	c = context(1, 1);
	ctx_submit(gt, &c, dw, 3);
	CHECK(gt_wait(gt, 0x6000, 1, 5, &msg));
	CHECK_EQ(msg.len, 2);
	SEND(gt, 2, 0x1001, 1, 0);
	CHECK(gt_wait(gt, 0x1002, 1, 5, NULL));
	klv = md_alloc(m, 0, 4096);
	md_at(m, 0, klv)[0] = 0x4001u << 16;
	SEND(gt, 0, 0x550e, klv, 0, 1);
	md_tick(m, 1000);
	c = context(2, 1);
	ctx_store(gt, &c, 1);
	CHECK(ctx_done(gt, &c, 1, 5));
	CHECK(!vg_device_script(m->d, "cat 2"));
	CHECK(gt_wait(gt, 0x6000, 2, 5, &msg));
	CHECK_EQ(msg.len, 3);
	CHECK_EQ(m->obs->count[VG_CNT_CAT], 2);
	md_free(m);
}

/* A host disables what failed, and once more when it tears it down */
static void error_and_teardown(void)
{
	struct md_ctx c;

	CHECK(up("bmg"));
	c = context(1, 1);
	CHECK(!vg_device_script(m->d, "cat 1"));
	CHECK(gt_wait(gt, 0x6000, 1, 5, NULL));
	for (unsigned int i = 0; i < 2; i++) {
		SEND(gt, 2, 0x100b, 1, 0x20020001, 1);
		SEND(gt, 2, 0x1001, 1, 0);
		CHECK(gt_wait(gt, 0x1002, 1, 5, NULL));
	}
	SEND(gt, 2, 0x4503, 1);
	CHECK(gt_wait(gt, 0x4600, 1, 5, NULL));
	CHECK_EQ(md_mistakes(m), 0);
	c = context(1, 1);
	ctx_store(gt, &c, 5);
	CHECK(ctx_done(gt, &c, 5, 5));
	md_free(m);
}

/* A context with page tables: VA 0 .. 2 MiB at @table, nothing in it yet */
static struct md_ctx user_context(uint32_t id, uint32_t asid, uint32_t *table)
{
	struct md_ctx c = ctx_make(gt, id);
	uint32_t level[5], *img = md_at(m, 0, c.lrca + 4096);
	uint64_t dpa[5];

	for (unsigned int i = 0; i < 5; i++) {
		level[i] = md_alloc(m, 0, 4096);
		dpa[i] = (uint64_t)((uint8_t *)md_at(m, 0, level[i]) - m->vram);
	}
	for (unsigned int i = 1; i < 5; i++)
		*(uint64_t *)(void *)md_at(m, 0, level[i]) = dpa[i - 1] | 3;
	*table = level[0];
	img[0x2f] = asid;
	img[0x31] = dpa[4] >> 32;
	img[0x33] = (uint32_t)dpa[4] | 3;
	SEND(gt, 2, 0x4502, 1, id, BLT, 1, 0, 0, 0, 0, 0, c.lrca | 0x119, 0);
	SEND(gt, 2, 0x1001, id, 1);
	if (!gt_wait(gt, 0x1002, id, 5, NULL) && !test_why[0])
		snprintf(test_why, sizeof(test_why), "context %u was not enabled", id);
	return c;
}

/* The batch at VA 0x1000 */
static void user_run(struct md_ctx *c)
{
	const uint32_t ring[] = { 0x18800101, 0x1000, 0 };

	ctx_submit(gt, c, ring, 3);
}

/* A batch in the page table's address space that stores @value to @va */
static void user_store(struct md_ctx *c, uint32_t table, uint32_t va, uint32_t value)
{
	uint32_t page = md_alloc(m, 0, 4096), *b = md_at(m, 0, page);
	const uint32_t batch[] = { 0x10000002, va, 0, value, 0x05000000 };
	uint64_t *pt = (uint64_t *)(void *)md_at(m, 0, table);

	memcpy(b, batch, sizeof(batch));
	pt[1] = (uint64_t)((uint8_t *)b - m->vram) | 0x803;
	user_run(c);
}

/* The same batch once more, with another value */
static void user_store_again(struct md_ctx *c, uint32_t table, uint32_t value)
{
	uint64_t pte = ((uint64_t *)(void *)md_at(m, 0, table))[1];

	memcpy(m->vram + (pte & ~0xfffull) + 12, &value, 4);
	user_run(c);
}

static void map_ram(uint32_t table, uint32_t va, uint64_t ram)
{
	((uint64_t *)(void *)md_at(m, 0, table))[va >> 12] = (RAM_BASE + ram) | 3;
}

static uint32_t pdata(const struct md_msg *msg)
{
	return msg->dw[1] >> 28 | (msg->dw[2] & 0xfff) << 4;
}

static void page_fault(void)
{
	struct md_msg msg;
	struct md_ctx c;
	uint32_t table;

	CHECK(up("bmg"));
	c = user_context(4, 0x123, &table);
	user_store(&c, table, 0x5008, 0x1111);
	CHECK(gt_wait(gt, 0x6002, ~0u, 5, &msg));
	CHECK_EQ(msg.len, 5);
	CHECK_EQ(msg.dw[1] >> 25 & 7, 3); /* copy engine 0 */
	CHECK_EQ(msg.dw[1] >> 19 & 63, 0);
	CHECK_EQ(msg.dw[1] & 7, 0);
	CHECK_EQ(msg.dw[2] >> 12, 0x123);
	CHECK_EQ(msg.dw[3], 0x5001); /* write, not present */
	CHECK_EQ(msg.dw[4], 0);
	md_tick(m, 1000000);
	CHECK_EQ(m->obs->count[VG_CNT_FAULT], 1);
	map_ram(table, 0x5000, 0x2000);
	SEND(gt, 2, 0x6003, 1 | 1 << 10 | 0x123u << 12, pdata(&msg) << 16 | 3 << 13);
	md_tick(m, 1000);
	CHECK_EQ(*(uint32_t *)(void *)(m->ram + 0x2008), 0x1111);
	SEND(gt, 2, 0x6003, 1 | 1 << 10 | 0x123u << 12, pdata(&msg) << 16 | 3 << 13); /* twice */
	md_tick(m, 1000);
	CHECK_EQ(m->obs->mistakes[VG_ERR_BAD_STATE], 1);
	md_free(m);
}

/* Answer a fault on copy engine 0 */
static void reply(const struct md_msg *msg, bool failed, uint32_t bits)
{
	SEND(gt, 2, 0x6003, 1u | failed << 1 | 1 << 10 | msg->dw[2] >> 12 << 12,
	     pdata(msg) << 16 | 3 << 13 | bits);
}

static void page_fault_refused(void)
{
	struct md_msg msg;
	struct md_ctx c;
	uint32_t table;

	CHECK(up("bmg"));
	c = user_context(4, 7, &table);
	user_store(&c, table, 0x5008, 0x1111);
	CHECK(gt_wait(gt, 0x6002, ~0u, 5, &msg));
	reply(&msg, true, 0);
	CHECK(gt_wait(gt, 0x6000, 4, 5, NULL));
	CHECK_EQ(m->obs->count[VG_CNT_FAULT_NACK], 1);
	md_free(m);
}

/* 4 KiB entries in VRAM are not allowed here: no fault to be resolved, but an error */
static void bad_window_kills(void)
{
	struct md_ctx c;
	uint32_t table;

	CHECK(up("pvc"));
	c = user_context(4, 7, &table);
	user_store(&c, table, 0x5008, 0x1111);
	CHECK(gt_wait(gt, 0x6000, 4, 5, NULL));
	CHECK_EQ(m->obs->count[VG_CNT_FAULT], 0);
	CHECK_EQ(m->obs->mistakes[VG_ERR_MIXED_64K], 1);
	md_free(m);
}

/* Three threads at one page: each is answered, and the last answer lets the context go on */
static void fault_copies(void)
{
	struct md_msg msg[3];
	struct md_ctx c;
	uint32_t table;

	CHECK(up("bmg"));
	CHECK(!vg_device_script(m->d, "faults 3"));
	c = user_context(4, 7, &table);
	user_store(&c, table, 0x5008, 0x1111);
	for (unsigned int i = 0; i < 3; i++)
		CHECK(gt_wait(gt, 0x6002, ~0u, 5, &msg[i]));
	CHECK(!gt_event(gt, 0x6002, ~0u, NULL));
	CHECK(pdata(&msg[0]) != pdata(&msg[1]) && pdata(&msg[1]) != pdata(&msg[2]));
	CHECK_EQ(msg[2].dw[3], 0x5001);
	CHECK_EQ(m->obs->count[VG_CNT_FAULT_DUP], 2);
	map_ram(table, 0x5000, 0x2000);
	reply(&msg[1], false, 0);
	reply(&msg[2], false, 0);
	md_tick(m, 1000);
	CHECK_EQ(*(uint32_t *)(void *)(m->ram + 0x2008), 0);
	reply(&msg[0], false, 0);
	md_tick(m, 1000);
	CHECK_EQ(*(uint32_t *)(void *)(m->ram + 0x2008), 0x1111);
	CHECK_EQ(md_mistakes(m), 0);
	/* one refusal is enough; what comes for the others later is no mistake */
	SEND(gt, 2, 0x7002, 1, 0);
	user_store(&c, table, 0x6000, 2);
	for (unsigned int i = 0; i < 3; i++)
		CHECK(gt_wait(gt, 0x6002, ~0u, 5, &msg[i]));
	reply(&msg[0], true, 0);
	reply(&msg[1], false, 0);
	reply(&msg[2], true, 0);
	CHECK(gt_wait(gt, 0x6000, 4, 5, NULL));
	CHECK(!gt_wait(gt, 0x6000, 4, 5, NULL));
	CHECK_EQ(md_mistakes(m), 0);
	md_free(m);
}

/* Nobody waits for a prefetch: refused, it is dropped, if the host knows what it refuses */
static void prefetch_faults(void)
{
	struct md_msg fault, ahead;
	struct md_ctx c;
	uint32_t table;

	CHECK(up("bmg"));
	CHECK(!vg_device_script(m->d, "faults 1 1"));
	c = user_context(4, 7, &table);
	user_store(&c, table, 0x5008, 0x1111);
	CHECK(gt_wait(gt, 0x6002, ~0u, 5, &fault) && gt_wait(gt, 0x6002, ~0u, 5, &ahead));
	CHECK_EQ(ahead.dw[3], 0x6800); /* read, not present, prefetch */
	reply(&ahead, true, 1 << 6);
	map_ram(table, 0x5000, 0x2000);
	reply(&fault, false, 0);
	md_tick(m, 1000);
	CHECK_EQ(*(uint32_t *)(void *)(m->ram + 0x2008), 0x1111);
	CHECK(!gt_event(gt, 0x6000, 4, NULL));
	CHECK_EQ(m->obs->count[VG_CNT_FAULT], 1);
	CHECK_EQ(m->obs->count[VG_CNT_FAULT_PREFETCH], 1);
	CHECK_EQ(m->obs->count[VG_CNT_FAULT_NACK], 0);
	CHECK(!vg_device_script(m->d, "prefetch 4 0x123456789000"));
	CHECK(gt_wait(gt, 0x6002, ~0u, 5, &ahead));
	CHECK_EQ(ahead.dw[3], 0x56789800);
	CHECK_EQ(ahead.dw[4], 0x1234);
	reply(&ahead, true, 0);
	CHECK(gt_wait(gt, 0x6000, 4, 5, NULL));
	md_free(m);
}

/* A reply names whom it is for */
static void misdirected_reply(void)
{
	struct md_msg msg;
	struct md_ctx c;
	uint32_t table;

	CHECK(up("bmg"));
	c = user_context(4, 7, &table);
	user_store(&c, table, 0x5008, 0x1111);
	CHECK(gt_wait(gt, 0x6002, ~0u, 5, &msg));
	map_ram(table, 0x5000, 0x2000);
	reply(&msg, false, 1 << 7); /* another instance */
	SEND(gt, 2, 0x6003, 1 | 1 << 10 | 8u << 12, pdata(&msg) << 16 | 3 << 13);
	SEND(gt, 2, 0x6003, 1 | 1 << 10 | 7u << 12 | 1 << 2, pdata(&msg) << 16 | 3 << 13);
	md_tick(m, 1000);
	CHECK_EQ(m->obs->mistakes[VG_ERR_BAD_STATE], 3);
	CHECK_EQ(*(uint32_t *)(void *)(m->ram + 0x2008), 0);
	reply(&msg, false, 0);
	md_tick(m, 1000);
	CHECK_EQ(*(uint32_t *)(void *)(m->ram + 0x2008), 0x1111);
	md_free(m);
}

/* A context that stored 1 through a page at 0x5000, which is mapped elsewhere since then */
static struct md_ctx remapped_context(uint32_t *table)
{
	struct md_ctx c = user_context(4, 7, table);

	map_ram(*table, 0x5000, 0x2000);
	user_store(&c, *table, 0x5000, 1);
	md_tick(m, 1000);
	map_ram(*table, 0x5000, 0x3000);
	return c;
}

/* An invalidation that takes its time: until it is answered, what is cached is used */
static void slow_invalidation(void)
{
	struct md_ctx c;
	uint32_t table;

	CHECK(up("bmg"));
	c = remapped_context(&table);
	CHECK(!vg_device_script(m->d, "slow h2g 0x7000 1000"));
	SEND(gt, 2, 0x7000, 55, 1u << 31 | 1, 7, 0x5000, 0, 0);
	SEND(gt, 2, 0x7002, 56, 0); /* not slow, but behind the other */
	md_tick(m, 500000);
	CHECK(!gt_event(gt, 0x7001, 55, NULL) && !gt_event(gt, 0x7001, 56, NULL));
	*(uint32_t *)(void *)(m->ram + 0x2000) = 0;
	user_store(&c, table, 0x5000, 1);
	md_tick(m, 1000);
	CHECK_EQ(*(uint32_t *)(void *)(m->ram + 0x2000), 1);
	CHECK(gt_wait(gt, 0x7001, 55, 5, NULL));
	CHECK(gt_wait(gt, 0x7001, 56, 5, NULL));
	user_store(&c, table, 0x5000, 2);
	md_tick(m, 1000);
	CHECK_EQ(*(uint32_t *)(void *)(m->ram + 0x3000), 2);
	CHECK(!vg_device_script(m->d, "slow h2g 0x7000 0"));
	SEND(gt, 2, 0x7000, 57, 1u << 31 | 1, 7, 0x5000, 0, 0);
	md_tick(m, 0);
	gt_receive(gt);
	CHECK(gt_event(gt, 0x7001, 57, NULL));
	md_free(m);
}

/* A context that waits for a page leaves the engine to others, and can be disabled */
static void fault_gives_way(void)
{
	struct md_msg msg;
	struct md_ctx c, other;
	uint32_t table;

	CHECK(up("bmg"));
	c = user_context(4, 7, &table);
	user_store(&c, table, 0x5008, 0x1111);
	CHECK(gt_wait(gt, 0x6002, ~0u, 5, &msg));
	other = context(5, 1);
	ctx_store(gt, &other, 6);
	CHECK(ctx_done(gt, &other, 6, 5));
	SEND(gt, 2, 0x1001, 4, 0);
	CHECK(gt_wait(gt, 0x1002, 4, 5, NULL));
	map_ram(table, 0x5000, 0x2000);
	SEND(gt, 2, 0x6003, 1 | 1 << 10 | 7u << 12, pdata(&msg) << 16 | 3 << 13); /* late, and no mistake */
	md_tick(m, 1000);
	CHECK_EQ(md_mistakes(m), 0);
	SEND(gt, 2, 0x1001, 4, 1);
	CHECK(gt_wait(gt, 0x1002, 4, 5, NULL));
	md_tick(m, 100000);
	CHECK_EQ(*(uint32_t *)(void *)(m->ram + 0x2008), 0x1111);
	md_free(m);
}

static void stale_until_invalidated(void)
{
	struct md_ctx c;
	uint32_t table;

	CHECK(up("bmg"));
	c = remapped_context(&table);
	CHECK_EQ(*(uint32_t *)(void *)(m->ram + 0x2000), 1);
	SEND(gt, 2, 0x7000, 55, 1u << 31 | 1, 7, 0x5000, 0, 0);
	CHECK(gt_wait(gt, 0x7001, 55, 5, NULL));
	SEND(gt, 2, 0x7000, 0x100000, 3);
	CHECK(gt_wait(gt, 0x7001, 0x100000, 5, NULL));
	SEND(gt, 2, 0x7000, 57, 1, 7, 0x5000, 0, 4); /* not aligned to its length */
	md_tick(m, 1000);
	CHECK_EQ(m->obs->mistakes[VG_ERR_BAD_STATE], 1);
	user_store(&c, table, 0x5000, 2);
	SEND(gt, 2, 0x7002, 58, 0);
	SEND(gt, 2, 0x1000, 4);
	md_tick(m, 1000);
	CHECK_EQ(*(uint32_t *)(void *)(m->ram + 0x3000), 2);
	CHECK_EQ(*(uint32_t *)(void *)(m->ram + 0x2000), 1);
	md_free(m);
}

/* What is cached outlives any number of batches, but not that its context is off */
static void forgotten_when_enabled(void)
{
	struct md_ctx c;
	uint32_t table;

	CHECK(up("bmg"));
	c = remapped_context(&table);
	user_store_again(&c, table, 2);
	md_tick(m, 1000);
	CHECK_EQ(*(uint32_t *)(void *)(m->ram + 0x2000), 2);
	SEND(gt, 2, 0x1001, 4, 0);
	CHECK(gt_wait(gt, 0x1002, 4, 5, NULL));
	SEND(gt, 2, 0x1001, 4, 1);
	CHECK(gt_wait(gt, 0x1002, 4, 5, NULL));
	user_store_again(&c, table, 3);
	md_tick(m, 1000);
	CHECK_EQ(*(uint32_t *)(void *)(m->ram + 0x2000), 2);
	CHECK_EQ(*(uint32_t *)(void *)(m->ram + 0x3000), 3);
	CHECK_EQ(md_mistakes(m), 0);
	md_free(m);
}

/* ---- the rest ----------------------------------------------------------- */

static void slpc(void)
{
	uint32_t page, *p;

	CHECK(up("bmg"));
	page = md_alloc(m, 0, 8192);
	p = md_at(m, 0, page);
	SEND(gt, 2, 0x3003, 5 << 8 | 2, page, 0); /* not started */
	md_tick(m, 1000);
	CHECK_EQ(m->obs->mistakes[VG_ERR_BAD_STATE], 1);
	p[0] = 8192;
	SEND(gt, 2, 0x3003, 0 << 8 | 2, page, 0);
	md_tick(m, 1000);
	CHECK_EQ(p[1], 3);
	CHECK_EQ(p[33], 0x12901290); /* 300 to 2400 MHz */
	SEND(gt, 2, 0x3003, 6 << 8 | 2, 6, 1200);
	SEND(gt, 2, 0x3003, 6 << 8 | 2, 7, 99999);
	SEND(gt, 0, 0x3003, 5 << 8 | 2, page, 0);
	md_tick(m, 1000);
	CHECK_EQ(p[33], 0x48904890);
	CHECK_EQ(gt_rd(gt, 0xc60) & 0x1ff, 0x48);
	SEND(gt, 2, 0x3003, 7 << 8 | 1, 6);
	SEND(gt, 0, 0x3003, 5 << 8 | 2, page, 0);
	md_tick(m, 1000);
	CHECK_EQ(p[33], 0x12901290);
	md_free(m);
}

static void activity(void)
{
	uint32_t meta, data, *rec;
	struct md_ctx c;

	CHECK(up("pvc"));
	meta = md_alloc(m, 0, 4096);
	data = md_alloc(m, 0, 8192);
	rec = md_at(m, 0, data + (3 * 32 + 0) * 16);
	SEND(gt, 0, 0x550c, meta, 0, data, 0);
	md_tick(m, 1000);
	CHECK_EQ(*md_at(m, 0, meta), 19200000);
	c = context(1, 1);
	ctx_spin(gt, &c, true);
	md_tick(m, 1000000);
	CHECK(rec[1] != 0);
	md_tick(m, 1000000);
	ctx_unspin(gt, &c);
	md_tick(m, 1000);
	CHECK_EQ(rec[1], 0);
	CHECK(rec[2] >= 19200 && rec[2] < 40000);
	CHECK_EQ(rec[0] >> 16, 0x8000);
	md_free(m);
}

static void scripts(void)
{
	struct md_msg msg;

	CHECK(up("pvc"));
	CHECK(!vg_device_script(m->d, "drop g2h 0x7001 1"));
	SEND(gt, 2, 0x7002, 1, 0);
	CHECK(!gt_wait(gt, 0x7001, 1, 2, NULL));
	SEND(gt, 2, 0x7002, 2, 0);
	CHECK(gt_wait(gt, 0x7001, 2, 2, NULL));
	CHECK(!vg_device_script(m->d, "gt0 dup g2h 0x7001"));
	SEND(gt, 2, 0x7002, 3, 0);
	CHECK(gt_wait(gt, 0x7001, 3, 2, NULL));
	CHECK(gt_event(gt, 0x7001, 3, NULL));
	CHECK(!vg_device_script(m->d, "delay g2h any 1"));
	SEND(gt, 2, 0x7002, 4, 0);
	CHECK(!gt_wait(gt, 0x7001, 4, 40, NULL));
	CHECK(gt_wait(gt, 0x7001, 4, 20, NULL));
	CHECK(!vg_device_script(m->d, "reorder g2h 0x7001"));
	SEND(gt, 2, 0x7002, 5, 0);
	SEND(gt, 2, 0x7002, 6, 0);
	md_tick(m, 1000);
	gt_receive(gt);
	CHECK_EQ(gt->n_events, 2);
	CHECK_EQ(gt->event[0].dw[1], 6);
	CHECK_EQ(gt->event[1].dw[1], 5);
	gt->n_events = 0;
	CHECK(!vg_device_script(m->d, "lose irq"));
	m->msis = 0;
	md_irq(m);
	SEND(gt, 2, 0x7002, 7, 0);
	md_tick(m, 1000);
	CHECK_EQ(m->msis, 0);
	CHECK(!vg_device_script(m->d, "corrupt ct"));
	SEND(gt, 2, 0x7002, 8, 0);
	md_tick(m, 1000);
	CHECK_EQ(*md_at(m, 0, gt->g2h + 4096 + 4 * ((gt->g2h_head + 3) % G2H_DWORDS)) & 0xff, 0xff);
	(void)msg;
	md_free(m);
}

static void script_words(void)
{
	static const char *const bad[] = {
		"", "nonsense", "drop", "drop g2h", "drop g2h x", "drop h2g 1", "hang", "hang xcs9",
		"cat", "cat 12", "lose", "lose irq x", "corrupt", "gt3 hang bcs0", "gt9", "gt0",
		"drop g2h 1 2 3 4 5 6 7 8", "slow", "slow h2g 0x7000", "slow g2h 0x7000 1",
		"faults", "faults 65", "faults 1 65", "faults x", "prefetch 1", "prefetch 1 0",
		"canary", "canary 0", "canary 0 0", "canary 0xffffffffffffffff 2",
	};

	CHECK(up("pvc"));
	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(vg_device_script(m->d, bad[i]));
	CHECK(!vg_device_script(m->d, "clear\n"));
	md_free(m);
}

static void script_hang(void)
{
	struct md_ctx c;

	CHECK(up("pvc"));
	CHECK(!vg_device_script(m->d, "hang bcs0"));
	c = context(1, 1);
	SEND(gt, 2, 0x100b, 1, 0x20020001, 1000);
	ctx_store(gt, &c, 3);
	CHECK(!ctx_done(gt, &c, 3, 10));
	SEND(gt, 2, 0x1001, 1, 0);
	CHECK(gt_wait(gt, 0x1008, 1, 5, NULL));
	CHECK(gt_wait(gt, 0x1002, 1, 5, NULL));
	c = context(2, 1);
	ctx_store(gt, &c, 3);
	CHECK(ctx_done(gt, &c, 3, 5));
	md_free(m);
}

static void gt_reset(void)
{
	uint32_t len, image;
	struct md_ctx c;

	CHECK(up("pvc"));
	c = context(1, 1);
	ctx_spin(gt, &c, false);
	md_tick(m, 1000);
	gt_forcewake(gt, true);
	gt_wr(gt, 0x941c, 1);
	gt_forcewake(gt, false);
	CHECK_EQ(gt_rd(gt, 0xc000), 1);
	CHECK_EQ(m->obs->count[VG_CNT_GT_RESET], 1);
	CHECK_EQ(md_tick(m, 1000), UINT64_MAX);
	CHECK_EQ(md_at(m, 0, c.lrca + 4096)[5], 0); /* HEAD: at the command that was executed */
	image = md_image(gt, &len);
	CHECK_EQ(gt_load(gt, image, len), 0x8002f0ec);
	CHECK(gt_ct_enable(gt));
	ctx_unspin(gt, &c);
	ctx_register(gt, &c, BLT, 1);
	ctx_store(gt, &c, 12);
	CHECK(ctx_done(gt, &c, 12, 5));
	CHECK_EQ(md_mistakes(m), 0);
	md_free(m);
}

/* The trace is one JSON array: contexts on engines, messages, time lines with names */
static void trace(void)
{
	char path[] = "/tmp/vgpu-trace-XXXXXX", text[16384];
	int fd = mkstemp(path);
	struct md_ctx c;
	ssize_t n;

	CHECK(fd >= 0 && up("bmg") && !vg_trace_open(m->obs, path));
	c = context(1, 1);
	ctx_store(gt, &c, 7);
	CHECK(ctx_done(gt, &c, 7, 5));
	vg_trace_close(m->obs);
	n = read(fd, text, sizeof(text) - 1);
	CHECK(n > 4);
	text[n > 0 ? n : 0] = '\0';
	CHECK(!strncmp(text, "[\n{", 3) && !strcmp(text + n - 3, "\n]\n"));
	CHECK(strstr(text, "\"name\":\"H2G 4502\""));
	CHECK(strstr(text, "\"name\":\"G2H 1002\""));
	CHECK(strstr(text, "\"ph\":\"X\"") && strstr(text, "\"name\":\"context\""));
	close(fd);
	unlink(path);
	md_free(m);
}

static const struct test tests[] = {
	{ "access error", cat_error },
	{ "access error, teardown", error_and_teardown },
	{ "page fault", page_fault },
	{ "page fault refused", page_fault_refused },
	{ "page fault gives way", fault_gives_way },
	{ "page faults, several threads", fault_copies },
	{ "prefetch faults", prefetch_faults },
	{ "page fault, misdirected reply", misdirected_reply },
	{ "bad 64 KiB window", bad_window_kills },
	{ "TLB invalidation, slow", slow_invalidation },
	{ "TLB invalidation", stale_until_invalidated },
	{ "TLB, context enabled again", forgotten_when_enabled },
	{ "frequencies", slpc },
	{ "engine activity", activity },
	{ "scripts", scripts },
	{ "scripts: words", script_words },
	{ "scripts: hang", script_hang },
	{ "GT reset", gt_reset },
	{ "trace", trace },
};

int main(int argc, char **argv)
{
	return test_main(tests, sizeof(tests) / sizeof(tests[0]), argc > 1 ? argv[1] : NULL);
}
