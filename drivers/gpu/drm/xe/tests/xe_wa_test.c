// SPDX-License-Identifier: GPL-2.0
/*
 * Register settings by hardware version. What must be set is written down here a
 * second time, from the platforms' side, and compared both ways: with what the
 * driver's rules come to for every kind of engine, and with what is in the
 * registers of a device of memory afterwards.
 */
#include <kunit/test.h>
#include <linux/vmalloc.h>

#include "core/xe_platform.h"
#include "core/xe_topology.h"
#include "core/xe_wa.h"
#include "xe_fake.h"

/* Hardware classes. */
enum { RENDER, DECODE, ENHANCE, COPY, OTHER, COMPUTE, N_CLASSES };

#define ANY		GENMASK(N_CLASSES - 1, 0)
#define ALL_BUT(c)	(ANY & ~BIT(c))
#define NONPRIV		0x4d0
#define N_NONPRIV	12

/* enum want_when - beyond version and class */
enum want_when {
	FIRST = BIT(0),		/* of the engines that share the render and compute block */
	EVEN = BIT(1),		/* instances */
	COMPRESSED = BIT(2),	/* with compression on */
	SLICED = BIT(3),	/* with more than one compute engine */
	NO_MIDTHREAD = BIT(4),	/* without mid-thread preemption */
};

/* enum want_how - what kind of register it is */
enum want_how {
	PLAIN = 0,
	MASKED = BIT(0),	/* the upper half enables writes of the lower one */
	STEERED = BIT(1),
	RELATIVE = BIT(2),	/* to the engine's base */
	LISTED = BIT(3),	/* its address goes into the list of what users may touch */
};

/* struct want - bits @clr of @reg become @set */
struct want {
	struct { u16 first, last; };	/* versions */
	u8 kind, classes, when, how;
	u32 reg;
	struct { u32 clr, set; };
};

#define PVC		{ 1260, 1260 }
#define XE2		{ 2001, 2002 }
#define G21		{ 2001, 2001 }
#define HPM		{ 1301, 1301 }
#define EVERY		{ 0, U16_MAX }

#define GT(ip, when, how, ...)		{ ip, XE_WA_GT, 0, when, how, __VA_ARGS__ }
#define ENGINE(ip, c, when, how, ...)	{ ip, XE_WA_ENGINE, c, when, how, __VA_ARGS__ }
#define LRC(ip, c, when, how, ...)	{ ip, XE_WA_LRC, c, when, how, __VA_ARGS__ }
#define TO(c, s)			{ .clr = (c), .set = (s) }
#define BITS(b)				TO(b, b)

static const struct want wants[] = {
	/* Ponte Vecchio: the GT */
	GT(PVC, 0, PLAIN, 0x9424, TO(BIT(1), 0)),
	GT(PVC, 0, STEERED, 0xcf2c, BITS(BIT(3))),
	GT(PVC, 0, STEERED, 0xcf30, BITS(BIT(3))),
	GT(PVC, 0, STEERED, 0xcf34, BITS(BIT(3))),
	GT(PVC, 0, STEERED, 0xcf38, BITS(BIT(3))),
	GT(PVC, 0, STEERED | MASKED, 0xb01c, BITS(BIT(0))),
	/* its engines */
	ENGINE(PVC, ANY, FIRST, STEERED, 0xe7c8, BITS(BIT(30))),
	ENGINE(PVC, ANY, FIRST, STEERED | MASKED, 0xe48c, BITS(BIT(11))),
	ENGINE(PVC, BIT(COMPUTE), FIRST, PLAIN, 0x2098, BITS(~0u)),
	/* MOCS 1 is uncached; compute reads through 2 */
	ENGINE(PVC, ALL_BUT(COMPUTE), 0, RELATIVE | MASKED, 0xc4, TO(0x3f7e, 0x0102)),
	ENGINE(PVC, BIT(COMPUTE), 0, RELATIVE | MASKED, 0xc4, TO(0x3f7e, 0x0104)),
	ENGINE(PVC, ALL_BUT(RENDER), 0, RELATIVE | LISTED, 0x3a8, TO(0, BIT(28))),
	ENGINE(PVC, ANY, 0, LISTED, 0x4400, TO(0, BIT(30) | 3)),
	ENGINE(PVC, ANY, 0, LISTED, 0x4500, TO(0, BIT(30) | 3)),
	ENGINE(PVC, BIT(COPY), 0, RELATIVE | LISTED, 0x200, TO(0, BIT(30))),
	LRC(PVC, BIT(COPY), EVEN, RELATIVE | MASKED, 0x200, BITS(BIT(2))),
	LRC(PVC, BIT(COPY), 0, RELATIVE, 0x204, TO(0x7e7e, 0x0202)),

	/* Xe2: the graphics GT */
	GT(G21, 0, STEERED, 0xb0c8, TO(0xfffff000, 0x11111000)),
	GT(G21, 0, STEERED, 0xe7cc, BITS(BIT(8))),
	GT(G21, 0, STEERED, 0x4194, BITS(BIT(6))),
	GT(G21, 0, STEERED, 0xb1ac, TO(~0u, 0xf)),
	GT(XE2, 0, STEERED, 0xb158, TO(0x3ff, 0x7f)),
	GT(XE2, COMPRESSED, STEERED, 0x8828, TO(BIT(18), 0)),
	GT(XE2, COMPRESSED, STEERED, 0x8828, BITS(BIT(23))),
	GT(XE2, 0, STEERED, 0xb108, BITS(BIT(28))),
	GT(XE2, COMPRESSED, STEERED, 0xb104, BITS(BIT(20))),
	GT(XE2, 0, STEERED, 0x4148, TO(0xf, 0)),
	/* its engines */
	ENGINE(XE2, ANY, FIRST, STEERED, 0xe7c8, BITS(BIT(13))),
	ENGINE(G21, ANY, FIRST, STEERED, 0xe7c8, BITS(BIT(26))),
	ENGINE(XE2, ANY, FIRST, STEERED, 0xe7cc, BITS(BIT(15) | BIT(12))),
	ENGINE(XE2, ANY, FIRST, STEERED | MASKED, 0xe49c, BITS(BIT(14))),
	ENGINE(XE2, ANY, FIRST, STEERED | MASKED, 0xe4c4, BITS(BIT(12) | BIT(6))),
	ENGINE(XE2, ANY, FIRST, STEERED | MASKED, 0xe48c, BITS(BIT(9))),
	ENGINE(XE2, ANY, FIRST, STEERED | MASKED, 0xe4f0, BITS(BIT(1))),
	ENGINE(XE2, ANY, FIRST, STEERED, 0xe530, BITS(BIT(10))),
	ENGINE(XE2, BIT(RENDER), 0, STEERED | MASKED, 0xe194, BITS(BIT(6))),
	ENGINE(XE2, ANY, 0, RELATIVE | MASKED, 0xd4, BITS(BIT(15) | BIT(14) | BIT(7))),
	ENGINE(XE2, ANY, 0, RELATIVE | MASKED, 0x50, BITS(BIT(12))),
	/* MOCS 3 is uncached; compute reads through 4 */
	ENGINE(XE2, ALL_BUT(COMPUTE), 0, RELATIVE | MASKED, 0xc4, TO(0x3f7e, 0x0306)),
	ENGINE(XE2, BIT(COMPUTE), 0, RELATIVE | MASKED, 0xc4, TO(0x3f7e, 0x0308)),
	ENGINE(XE2, BIT(RENDER), 0, LISTED, 0x6210, TO(0, 0)),
	ENGINE(XE2, BIT(RENDER), 0, LISTED, 0x62a8, TO(0, 0)),
	LRC(XE2, BIT(RENDER), 0, STEERED | MASKED, 0x7044, BITS(BIT(10) | BIT(5))),
	LRC(XE2, BIT(RENDER), 0, MASKED, 0x83a8, BITS(BIT(13))),
	LRC(XE2, BIT(RENDER), 0, STEERED | MASKED, 0x7010, BITS(BIT(14))),
	LRC(XE2, BIT(RENDER), 0, STEERED | MASKED, 0x6204, BITS(BIT(6))),
	LRC(XE2, BIT(RENDER), 0, STEERED | MASKED, 0x6208, BITS(BIT(5))),
	LRC(G21, BIT(RENDER), 0, STEERED | MASKED, 0x5588, BITS(BIT(10))),
	LRC(G21, BIT(RENDER), 0, STEERED, 0x6210, BITS(GENMASK(25, 20) | BIT(16) | BIT(15))),
	LRC(G21, BIT(RENDER), 0, STEERED | MASKED, 0x62a8, BITS(BIT(9) | BIT(6))),
	LRC(XE2, BIT(RENDER), 0, STEERED | MASKED, 0x7300, BITS(BIT(12))),
	LRC(XE2, BIT(RENDER) | BIT(COMPUTE), NO_MIDTHREAD, RELATIVE | MASKED, 0x580, TO(0x6, 0x2)),

	/* Xe2: the media GT */
	GT(HPM, 0, PLAIN, 0xc50c, BITS(BIT(1))),
	GT(HPM, 0, STEERED, 0x4148, TO(0xf, 0)),
	ENGINE(HPM, BIT(DECODE), 0, RELATIVE, 0x3f1c, BITS(BIT(3))),
	ENGINE(HPM, BIT(DECODE), 0, RELATIVE, 0x3f08, BITS(BIT(5))),
	ENGINE(HPM, ANY, 0, RELATIVE | MASKED, 0xd4, BITS(BIT(15) | BIT(14))),
	ENGINE(HPM, ANY, 0, RELATIVE | MASKED, 0x50, BITS(BIT(12))),
	ENGINE(HPM, ANY, 0, RELATIVE | MASKED, 0xc4, TO(0x3f7e, 0x0306)),

	/* How this driver runs any engine. */
	ENGINE(EVERY, ANY, 0, RELATIVE, 0x98, BITS(~0u)),
	ENGINE(EVERY, ANY, 0, RELATIVE | MASKED, 0x29c, BITS(BIT(3))),
	ENGINE(EVERY, ANY, FIRST, MASKED, 0x14800, BITS(BIT(0))),
	ENGINE(EVERY, ANY, FIRST | SLICED, MASKED, 0x14800, BITS(BIT(1))),
};

/* struct situation - what decides */
struct situation {
	u16 ver;
	u8 kind, when;
	struct xe_wa_engine e;
};

/* struct expected - what it comes to: registers, and values of the list for users */
struct expected {
	struct xe_wa_write write[XE_WA_MAX_WRITES];
	u32 listed[N_NONPRIV];
	unsigned int n, n_listed;
	char where[80];		/* for messages */
};

static bool applies(const struct want *w, const struct situation *s)
{
	return w->kind == s->kind && s->ver >= w->first && s->ver <= w->last &&
		(w->kind == XE_WA_GT || w->classes & BIT(s->e.cls)) && !(w->when & ~s->when);
}

static void expect_write(struct kunit *test, struct expected *x, const struct want *w, u32 addr)
{
	unsigned int i;

	for (i = 0; i < x->n && x->write[i].reg.addr != addr; i++)
		;
	KUNIT_ASSERT_LT(test, i, XE_WA_MAX_WRITES);
	x->write[i].reg.addr = addr;
	x->write[i].reg.masked = !!(w->how & MASKED);
	x->write[i].mcr = w->how & STEERED;
	x->write[i].clr |= w->clr;
	x->write[i].set |= w->set;
	x->n = max(x->n, i + 1);
}

static void expected(struct kunit *test, const struct situation *s, struct expected *x)
{
	memset(x, 0, sizeof(*x));
	snprintf(x->where, sizeof(x->where), "version %u, kind %u, class %u, instance %u, when %#x",
		 s->ver, s->kind, s->e.cls, s->e.instance, s->when);
	for (size_t i = 0; i < ARRAY_SIZE(wants); i++) {
		const struct want *w = &wants[i];
		u32 addr = w->reg + (w->how & RELATIVE ? s->e.base : 0);

		if (!applies(w, s))
			continue;
		if (!(w->how & LISTED)) {
			expect_write(test, x, w, addr);
			continue;
		}
		KUNIT_ASSERT_LT(test, x->n_listed, N_NONPRIV);
		x->listed[x->n_listed++] = addr | w->set;
	}
}

static const struct xe_wa_write *find(const struct xe_wa_write *w, unsigned int n, u32 addr)
{
	for (; n; n--, w++)
		if (w->reg.addr == addr)
			return w;
	return NULL;
}

/* The list's order is nobody's business, but it has no holes and no doubles. */
static unsigned int found_listed(const struct xe_wa_write *w, unsigned int n, u32 base,
				 const struct expected *x)
{
	unsigned int found = 0;

	for (unsigned int i = 0; i < x->n_listed; i++) {
		for (unsigned int slot = 0; slot < x->n_listed; slot++) {
			const struct xe_wa_write *got = find(w, n, base + NONPRIV + 4 * slot);

			found += got && got->set == x->listed[i] && got->clr == ~0u &&
				!got->reg.masked && !got->mcr;
		}
	}
	return found;
}

static void compare(struct kunit *test, const struct situation *s, const struct xe_wa_write *w,
		    unsigned int n)
{
	struct expected *x = test->priv;

	expected(test, s, x);
	KUNIT_EXPECT_EQ_MSG(test, n, x->n + x->n_listed, "%s", x->where);
	for (unsigned int i = 0; i < x->n; i++) {
		const struct xe_wa_write *want = &x->write[i];
		const struct xe_wa_write *got = find(w, n, want->reg.addr);

		KUNIT_ASSERT_NOT_NULL_MSG(test, got, "%s: %#x is not set", x->where,
					  want->reg.addr);
		KUNIT_EXPECT_EQ_MSG(test, got->set, want->set, "%s: %#x", x->where, want->reg.addr);
		KUNIT_EXPECT_EQ_MSG(test, got->clr, want->clr, "%s: %#x", x->where, want->reg.addr);
		KUNIT_EXPECT_EQ_MSG(test, got->mcr, want->mcr, "%#x", want->reg.addr);
		KUNIT_EXPECT_TRUE_MSG(test, got->reg.masked == want->reg.masked, "%#x",
				      want->reg.addr);
	}
	KUNIT_EXPECT_EQ_MSG(test, found_listed(w, n, s->e.base, x), x->n_listed, "%s", x->where);
}

static int wa_test_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct expected), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, test->priv);
	return 0;
}

/* ---- which rules apply --------------------------------------------------- */

struct version_case {
	const char *name;
	u16 ver;
};

/* Those the driver knows, and neighbours that must not get anything by mistake. */
static const struct version_case version_cases[] = {
	{ "12.60", 1260 }, { "20.01", 2001 }, { "20.02", 2002 }, { "media 13.01", 1301 },
	{ "12.55", 1255 }, { "12.61", 1261 }, { "20.00", 2000 }, { "media 13.00", 1300 },
	{ "media 13.02", 1302 }, { "30.00", 3000 },
};

KUNIT_ARRAY_PARAM_DESC(version, version_cases, name);

static struct xe_fake *bmg(struct kunit *test)
{
	struct xe_fake *f = xe_fake_create(test, &xe_fake_configs[1]);

	xe_fake_probe(f);
	return f;
}

/* Makes the conditions of @s true. */
static void bring_about(struct xe_fake *f, struct xe_gt *gt, const struct situation *s)
{
	gt->ip_ver = s->ver;
	f->xe->has_flat_ccs = s->when & COMPRESSED;
	gt->engine_mask = BIT_ULL(XE_CCS0) | (s->when & SLICED ? BIT_ULL(XE_CCS2) : 0);
	xe_fake_set(f, xe_fake_ofs(gt, 0x9114), s->when & NO_MIDTHREAD ? BIT(20) : ~BIT(20));
}

static void compare_engine(struct xe_fake *f, struct xe_gt *gt, struct situation *s,
			   struct xe_wa_write *out)
{
	bring_about(f, gt, s);
	for (s->e.cls = 0; s->e.cls < N_CLASSES; s->e.cls++) {
		for (s->e.instance = 0; s->e.instance < 3; s->e.instance++) {
			unsigned int n;

			s->when &= ~EVEN;
			s->when |= s->e.instance % 2 ? 0 : EVEN;
			s->e.first = s->when & FIRST;
			n = xe_wa_for_engine(gt, s->kind, &s->e, out);
			compare(f->test, s, out, n);
		}
	}
}

/* Every class and instance under every combination of conditions. */
static void engine_rules(struct kunit *test)
{
	const struct version_case *c = test->param_value;
	struct xe_fake *f = bmg(test);
	struct xe_gt *gt = f->xe->tiles[0].primary_gt;
	struct xe_wa_write *out;

	out = kunit_kcalloc(test, XE_WA_MAX_WRITES, sizeof(*out), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, out);

	for (unsigned int when = 0; when < 2 * NO_MIDTHREAD; when++) {
		struct situation s = { .ver = c->ver, .when = when, .e.base = 0x700000 };

		if (when & EVEN)
			continue;	/* by instance, below */
		s.kind = XE_WA_ENGINE;
		compare_engine(f, gt, &s, out);
		s.kind = XE_WA_LRC;
		compare_engine(f, gt, &s, out);
	}
}

/* No rule is about a stepping. */
static void steppings_are_alike(struct kunit *test)
{
	struct xe_fake *f = bmg(test);
	struct xe_gt *gt = f->xe->tiles[0].primary_gt;
	struct situation s = {
		.ver = 2001,
		.kind = XE_WA_ENGINE,
		.when = FIRST | EVEN,
		.e = { .cls = RENDER, .base = 0x2000, .first = true },
	};
	struct xe_wa_write *out;

	out = kunit_kcalloc(test, XE_WA_MAX_WRITES, sizeof(*out), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, out);
	bring_about(f, gt, &s);
	for (gt->step = 0; gt->step < 64; gt->step++)
		compare(test, &s, out, xe_wa_for_engine(gt, s.kind, &s.e, out));
}

/* ---- what is in the registers afterwards --------------------------------- */

static void free_snapshot(void *mem)
{
	vfree(mem);
}

/* Registers of the expected settings hold @pattern; returns a copy of all. */
static u32 *prepare(struct xe_fake *f, struct xe_gt *gt, const struct situation *s, u32 pattern)
{
	struct expected *x = f->test->priv;
	u32 *copy;

	expected(f->test, s, x);
	for (unsigned int i = 0; i < x->n; i++)
		xe_fake_set(f, xe_fake_ofs(gt, x->write[i].reg.addr), pattern);
	copy = vmalloc(f->hw.mmio_size);
	KUNIT_ASSERT_NOT_NULL(f->test, copy);
	KUNIT_ASSERT_EQ(f->test, kunit_add_action_or_reset(f->test, free_snapshot, copy), 0);
	memcpy(copy, f->hw.mmio, f->hw.mmio_size);
	xe_fake_forget(f);
	return copy;
}

/* Offset of the first register that is not as in @copy, or the size of them all. */
static u32 first_difference(struct xe_fake *f, const u32 *copy)
{
	const u32 *now = f->hw.mmio;
	u32 ofs;

	for (u32 page = 0; page < f->hw.mmio_size; page += PAGE_SIZE) {
		if (!memcmp(&now[page / 4], &copy[page / 4], PAGE_SIZE))
			continue;
		for (ofs = page; now[ofs / 4] == copy[ofs / 4]; ofs += 4)
			;
		return ofs;
	}
	return f->hw.mmio_size;
}

/* Puts what should have happened into the copy: then it must be what is there now. */
static void expect_registers(struct xe_fake *f, struct xe_gt *gt, const struct situation *s,
			     u32 *copy)
{
	struct expected *x = f->test->priv;
	u32 listed = 0;

	for (unsigned int i = 0; i < x->n; i++) {
		const struct xe_wa_write *w = &x->write[i];
		u32 ofs = xe_fake_ofs(gt, w->reg.addr), *was = &copy[ofs / 4];

		*was = w->reg.masked ? w->clr << 16 | w->set : (*was & ~w->clr) | w->set;
		/* Once: a half-done setting is never seen. */
		KUNIT_EXPECT_EQ_MSG(f->test, xe_fake_writes(f, ofs), 1, "%s: %#x", x->where,
				    w->reg.addr);
	}
	for (unsigned int i = 0; i < x->n_listed; i++) {
		u32 ofs = xe_fake_ofs(gt, s->e.base + NONPRIV + 4 * i);

		listed ^= x->listed[i] ^ xe_fake_get(f, ofs);
		copy[ofs / 4] = xe_fake_get(f, ofs);
	}
	KUNIT_EXPECT_EQ_MSG(f->test, listed, 0, "%s: list", x->where);

	/* Steering leaves traces. */
	for (u32 sel = 0xfd0; sel < 0xfe0; sel += 4)
		copy[xe_fake_ofs(gt, sel) / 4] = xe_fake_get(f, xe_fake_ofs(gt, sel));
	KUNIT_EXPECT_EQ_MSG(f->test, first_difference(f, copy), f->hw.mmio_size, "%s", x->where);
	KUNIT_EXPECT_EQ(f->test, f->mistakes, 0);
}

static u8 conditions(struct xe_fake *f, struct xe_gt *gt)
{
	u64 ccs = gt->engine_mask & GENMASK_ULL(XE_CCS3, XE_CCS0);

	return (f->xe->has_flat_ccs ? COMPRESSED : 0) | (hweight64(ccs) > 1 ? SLICED : 0);
}

static void gt_registers(struct kunit *test)
{
	static const u32 patterns[] = { 0, ~0u, 0x5a5a5a5a };
	struct xe_fake *f = xe_fake_create(test, test->param_value);
	struct xe_gt *gt;
	unsigned int id;

	xe_fake_probe(f);
	for_each_gt(gt, f->xe, id) {
		for (unsigned int i = 0; i < ARRAY_SIZE(patterns); i++) {
			struct situation s = { .ver = gt->ip_ver, .kind = XE_WA_GT };
			u32 *copy;

			f->xe->has_flat_ccs = i % 2;
			s.when = conditions(f, gt);
			copy = prepare(f, gt, &s, patterns[i]);
			xe_wa_apply_gt(gt);
			expect_registers(f, gt, &s, copy);
			kunit_release_action(test, free_snapshot, copy);
		}
	}
}

/* The values that stay are read from a copy that exists: others read as zero. */
static void gt_registers_of_copies(struct kunit *test)
{
	struct xe_fake *f = bmg(test);
	struct xe_gt *gt = f->xe->tiles[0].primary_gt;

	/* Bank (1, 0) is the first; see the fuses in xe_fake.c. */
	f->steered.ofs = 0xb158;
	f->steered.val = 0xabcdef55;
	f->steered.group = 1;
	f->steered.instance = 0;
	xe_wa_apply_gt(gt);
	KUNIT_EXPECT_EQ(test, xe_fake_get(f, 0xb158), 0xabcdec7f);
}

static const struct engine {
	u8 cls, instance;
	u32 base;
} engines[XE_NUM_ENGINES] = {
	[XE_RCS0] = { RENDER, 0, 0x2000 },
	[XE_BCS0] = { COPY, 0, 0x22000 },
	[XE_BCS1] = { COPY, 1, 0x3e0000 },
	[XE_BCS2] = { COPY, 2, 0x3e2000 },
	[XE_BCS8] = { COPY, 8, 0x3ee000 },
	[XE_VCS0] = { DECODE, 0, 0x1c0000 },
	[XE_VCS1] = { DECODE, 1, 0x1c4000 },
	[XE_VECS1] = { ENHANCE, 1, 0x1d8000 },
	[XE_CCS0] = { COMPUTE, 0, 0x1a000 },
	[XE_CCS3] = { COMPUTE, 3, 0x26000 },
	[XE_GSCCS0] = { OTHER, 0, 0x11a000 },
};

static void program_engine(struct xe_fake *f, struct xe_gt *gt, unsigned int id, bool first)
{
	struct situation s = {
		.ver = gt->ip_ver,
		.kind = XE_WA_ENGINE,
		.when = conditions(f, gt),
		.e = {
			.cls = engines[id].cls,
			.instance = engines[id].instance,
			.base = engines[id].base,
			.first = first,
		},
	};
	u32 *copy;

	s.when |= (first ? FIRST : 0) | (s.e.instance % 2 ? 0 : EVEN);
	copy = prepare(f, gt, &s, 0x00c30000);
	xe_wa_apply_engine(gt, &s.e);
	expect_registers(f, gt, &s, copy);
	kunit_release_action(f->test, free_snapshot, copy);
}

static void engine_registers(struct kunit *test)
{
	struct xe_fake *f = xe_fake_create(test, test->param_value);
	unsigned int id, engine, n = 0;
	struct xe_gt *gt;

	xe_fake_probe(f);
	for_each_gt(gt, f->xe, id) {
		bool first = gt->type == XE_GT_MAIN;

		for (engine = 0; engine < XE_NUM_ENGINES; engine++) {
			bool shares = engines[engine].cls == RENDER ||
				engines[engine].cls == COMPUTE;

			if (!(gt->engine_mask & BIT_ULL(engine)) || !engines[engine].base)
				continue;
			program_engine(f, gt, engine, first && shares);
			first = first && !shares;
			n++;
		}
	}
	/* Of each tile of PVC: four copy and two compute engines. */
	KUNIT_EXPECT_EQ(test, n, f->config.graphics ? 9 : 12);
}

/* Settings of a context are not the MMIO path's. */
static void context_rules_stay_out_of_registers(struct kunit *test)
{
	struct xe_fake *f = bmg(test);
	struct xe_gt *gt = f->xe->tiles[0].primary_gt;
	struct xe_wa_engine e = { .cls = RENDER, .base = 0x2000, .first = true };

	xe_fake_forget(f);
	xe_wa_apply_gt(gt);
	xe_wa_apply_engine(gt, &e);
	KUNIT_EXPECT_EQ(test, xe_fake_writes(f, 0x7044), 0);
	KUNIT_EXPECT_EQ(test, xe_fake_writes(f, 0x83a8), 0);
	KUNIT_EXPECT_EQ(test, xe_fake_writes(f, 0x62a8), 0);
}

static struct kunit_case wa_cases[] = {
	KUNIT_CASE_PARAM(engine_rules, version_gen_params),
	KUNIT_CASE(steppings_are_alike),
	KUNIT_CASE_PARAM(gt_registers, xe_fake_gen_params),
	KUNIT_CASE(gt_registers_of_copies),
	KUNIT_CASE_PARAM(engine_registers, xe_fake_gen_params),
	KUNIT_CASE(context_rules_stay_out_of_registers),
	{}
};

static struct kunit_suite wa_suite = {
	.name = "xe_wa",
	.init = wa_test_init,
	.test_cases = wa_cases,
};

kunit_test_suite(wa_suite);
