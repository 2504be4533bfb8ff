// SPDX-License-Identifier: GPL-2.0
/*
 * The global translation table in the memory of a fake device: which entries are
 * written, and that nobody's addresses are anybody else's.
 */
#include <kunit/test.h>
#include <linux/pm_runtime.h>
#include <linux/workqueue.h>

#include "core/xe_platform.h"
#include "gt/xe_ggtt.h"
#include "mem/xe_bo.h"
#include "xe_fake.h"

#define CASE(fn)	KUNIT_CASE_PARAM(fn, xe_fake_gen_params)

#define PRESENT		BIT_ULL(0)
#define IN_VRAM		BIT_ULL(1)

/* Requests of invalidation, per GT; by MMIO, since there is no firmware. */
#define INVALIDATE	0xcf7c

/* struct table - a table, and what unused addresses show */
struct table {
	struct xe_fake *f;
	struct xe_tile *tile;
	u64 scratch;
};

static struct table one_tile(struct kunit *test, bool vram)
{
	struct xe_fake_config config = *(const struct xe_fake_config *)test->param_value;
	struct table t;

	config.tiles = 1;
	t.f = xe_fake_create(test, &config);
	xe_fake_probe(t.f);
	xe_fake_add_memory(t.f, vram);
	t.tile = &t.f->xe->tiles[0];
	xe_fake_forget(t.f);
	KUNIT_ASSERT_EQ(test, xe_ggtt_init(t.tile), 0);
	t.scratch = xe_fake_pte(t.f, 0, config.wopcm);
	return t;
}

static void put_bo(void *bo)
{
	xe_bo_put(bo);
}

static struct xe_bo *make_bo(struct table *t, u64 size, u32 flags)
{
	const struct xe_bo_params p = { .size = size, .flags = flags | XE_BO_PINNED };
	struct xe_bo *bo = xe_bo_create(t->f->xe, &p);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(t->f->test, bo);
	KUNIT_ASSERT_EQ(t->f->test, kunit_add_action_or_reset(t->f->test, put_bo, bo), 0);
	return bo;
}

static struct xe_bo *map_new(struct table *t, u64 size, u32 flags)
{
	struct xe_bo *bo = make_bo(t, size, flags);

	KUNIT_ASSERT_EQ(t->f->test, xe_ggtt_insert_bos(t->tile->ggtt, &bo, 1), 0);
	return bo;
}

static void free_bo(struct table *t, struct xe_bo *bo)
{
	kunit_release_action(t->f->test, put_bo, bo);
}

/* The first address of a range that does not show @pte, or its end. */
static u64 first_other(struct table *t, u64 start, u64 end, u64 pte)
{
	for (; start < end; start += SZ_4K)
		if (xe_fake_pte(t->f, t->tile->id, start) != pte)
			break;
	return start;
}

static void expect_scratch(struct table *t, u64 start, u64 end)
{
	KUNIT_EXPECT_EQ(t->f->test, first_other(t, start, end, t->scratch), end);
}

static u64 flags_of(struct table *t, const struct xe_bo *bo)
{
	return PRESENT | (xe_bo_is_vram(bo) ? IN_VRAM : 0) |
		(bo->flags & XE_BO_UNCACHED ? t->f->config.pat_uncached : t->f->config.pat_cached);
}

static void expect_mapped(struct table *t, const struct xe_bo *bo)
{
	u64 start = xe_ggtt_addr(t->tile, bo), ofs;

	KUNIT_EXPECT_GE(t->f->test, start, t->f->config.wopcm);
	KUNIT_EXPECT_LE(t->f->test, start + xe_bo_size(bo), FAKE_GGTT_TOP);
	for (ofs = 0; ofs < xe_bo_size(bo); ofs += SZ_4K)
		if (xe_fake_pte(t->f, t->tile->id, start + ofs) !=
		    (xe_bo_addr(bo, ofs, NULL, NULL) | flags_of(t, bo)))
			break;
	KUNIT_EXPECT_EQ_MSG(t->f->test, ofs, xe_bo_size(bo), "at %#llx: entry %#llx, page %#llx",
			    start + ofs, xe_fake_pte(t->f, t->tile->id, start + ofs),
			    xe_bo_addr(bo, min(ofs, xe_bo_size(bo) - SZ_4K), NULL, NULL));
}

static void expect_invalidations(struct table *t, unsigned int n)
{
	struct xe_gt *gt;
	unsigned int id;

	for_each_gt(gt, t->f->xe, id)
		KUNIT_EXPECT_EQ_MSG(t->f->test, xe_fake_writes(t->f, xe_fake_ofs(gt, INVALIDATE)),
				    gt->tile == t->tile ? n : 0, "GT%u", id);
}

/* ---- what is in the table ------------------------------------------------ */

static void begins_as_scratch(struct kunit *test)
{
	struct table t = one_tile(test, true);
	u32 wopcm = t.f->config.wopcm;

	/* A page of system memory where VRAM comes in larger ones. */
	KUNIT_EXPECT_EQ(test, t.scratch & ~GENMASK_ULL(45, 12), PRESENT | t.f->config.pat_cached |
			(t.f->config.vram_page == SZ_4K ? IN_VRAM : 0));
	expect_scratch(&t, wopcm, FAKE_GGTT_TOP);
	expect_invalidations(&t, 1);

	/* What the firmware keeps to itself is not ours to write. */
	KUNIT_EXPECT_EQ(test, first_other(&t, 0, wopcm, 0), wopcm);
	KUNIT_EXPECT_EQ(test, first_other(&t, FAKE_GGTT_TOP, SZ_4G, 0), SZ_4G);
}

/* 22019338487: every 1100 entries the hardware of one version must be let catch up. */
static void lets_hardware_catch_up(struct kunit *test)
{
	struct table t = one_tile(test, false);
	u32 entries = (FAKE_GGTT_TOP - t.f->config.wopcm) / SZ_4K;
	bool needed = t.f->config.ip_ver == 2001;

	KUNIT_EXPECT_EQ(test, xe_fake_writes(t.f, 0xd8c), needed ? entries / 1100 : 0);
}

static void maps_system_memory(struct kunit *test)
{
	static const u32 pages[] = { 1, 2, 7, 600 };
	struct table t = one_tile(test, false);
	struct xe_bo *bos[ARRAY_SIZE(pages)];
	u64 end = t.f->config.wopcm;

	for (unsigned int i = 0; i < ARRAY_SIZE(pages); i++) {
		bos[i] = map_new(&t, pages[i] * SZ_4K, XE_BO_SYSTEM);
		end = max(end, xe_ggtt_addr(t.tile, bos[i]) + (u64)xe_bo_size(bos[i]));
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(pages); i++) {
		KUNIT_EXPECT_FALSE(test, xe_bo_is_vram(bos[i]));
		KUNIT_EXPECT_EQ(test, xe_bo_size(bos[i]), pages[i] * SZ_4K);
		expect_mapped(&t, bos[i]);
	}
	/* Nothing else changed, on either side. */
	KUNIT_EXPECT_EQ(test, first_other(&t, 0, t.f->config.wopcm, 0), t.f->config.wopcm);
	expect_scratch(&t, end, FAKE_GGTT_TOP);
}

static void maps_vram(struct kunit *test)
{
	struct table t = one_tile(test, true);
	struct xe_bo *small = map_new(&t, SZ_4K, XE_BO_VRAM0);
	struct xe_bo *large = map_new(&t, 5 * SZ_1M, XE_BO_VRAM0);

	KUNIT_EXPECT_TRUE(test, xe_bo_is_vram(small) && xe_bo_is_vram(large));
	KUNIT_EXPECT_EQ(test, xe_bo_size(small), t.f->config.vram_page);
	expect_mapped(&t, small);
	expect_mapped(&t, large);
	/* The device's addresses, in one piece. */
	for (u64 ofs = 0; ofs < xe_bo_size(large); ofs += SZ_4K)
		KUNIT_ASSERT_EQ(test, xe_bo_addr(large, ofs, NULL, NULL),
				xe_bo_addr(large, 0, NULL, NULL) + ofs);
}

static void maps_uncached(struct kunit *test)
{
	struct table t = one_tile(test, true);
	struct xe_bo *system = map_new(&t, SZ_64K, XE_BO_SYSTEM | XE_BO_UNCACHED);
	struct xe_bo *vram = map_new(&t, SZ_64K, XE_BO_VRAM0 | XE_BO_UNCACHED);
	u64 pte = xe_fake_pte(t.f, 0, xe_ggtt_addr(t.tile, system));

	expect_mapped(&t, system);
	expect_mapped(&t, vram);
	KUNIT_EXPECT_EQ(test, pte & GENMASK_ULL(63, 52), t.f->config.pat_uncached);
}

/* Pages of system memory leave the next free address in the middle of one of VRAM. */
static void aligns_vram(struct kunit *test)
{
	struct table t = one_tile(test, true);
	u32 page = t.f->config.vram_page;

	for (unsigned int i = 0; i < 8; i++) {
		struct xe_bo *odd = map_new(&t, (i + 1) * SZ_4K, XE_BO_SYSTEM);
		struct xe_bo *bo = map_new(&t, SZ_4K, XE_BO_VRAM0);

		KUNIT_EXPECT_EQ(test, xe_ggtt_addr(t.tile, bo) % page, 0);
		KUNIT_EXPECT_EQ(test, xe_bo_addr(bo, 0, NULL, NULL) % page, 0);
		KUNIT_EXPECT_EQ(test, xe_bo_size(bo), page);
		expect_mapped(&t, odd);
		expect_mapped(&t, bo);
	}
}

/* ---- coming and going ---------------------------------------------------- */

static void removes(struct kunit *test)
{
	struct table t = one_tile(test, true);
	struct xe_bo *before = map_new(&t, SZ_64K, XE_BO_SYSTEM);
	struct xe_bo *bo = map_new(&t, SZ_128K, XE_BO_VRAM0);
	struct xe_bo *after = map_new(&t, SZ_64K, XE_BO_SYSTEM);
	u64 addr = xe_ggtt_addr(t.tile, bo);

	xe_fake_forget(t.f);
	xe_ggtt_remove_bos(t.tile->ggtt, &bo, 1);
	expect_scratch(&t, addr, addr + SZ_128K);
	expect_invalidations(&t, 1);
	expect_mapped(&t, before);
	expect_mapped(&t, after);

	/* What is not mapped is left alone, once and for all. */
	xe_ggtt_remove_bos(t.tile->ggtt, &bo, 1);
	expect_invalidations(&t, 1);

	/* It can come back. */
	KUNIT_EXPECT_EQ(test, xe_ggtt_insert_bos(t.tile->ggtt, &bo, 1), 0);
	expect_mapped(&t, bo);
}

/* Who drops the last reference need not think of the GGTT. */
static void last_reference_removes(struct kunit *test)
{
	struct table t = one_tile(test, false);
	struct xe_bo *bo = map_new(&t, SZ_64K, XE_BO_SYSTEM);
	u64 addr = xe_ggtt_addr(t.tile, bo);

	xe_bo_get(bo);
	free_bo(&t, bo);
	expect_mapped(&t, bo);
	xe_bo_put(bo);
	expect_scratch(&t, addr, addr + SZ_64K);
}

/* One invalidation for all, and one when they go. */
static void many_at_once(struct kunit *test)
{
	struct table t = one_tile(test, false);
	struct xe_bo *bos[XE_GGTT_MAX_BOS];

	for (unsigned int i = 0; i < XE_GGTT_MAX_BOS; i++)
		bos[i] = make_bo(&t, SZ_8K, XE_BO_SYSTEM);
	xe_fake_forget(t.f);
	KUNIT_ASSERT_EQ(test, xe_ggtt_insert_bos(t.tile->ggtt, bos, XE_GGTT_MAX_BOS), 0);
	expect_invalidations(&t, 1);
	for (unsigned int i = 0; i < XE_GGTT_MAX_BOS; i++)
		expect_mapped(&t, bos[i]);
	xe_ggtt_remove_bos(t.tile->ggtt, bos, XE_GGTT_MAX_BOS);
	expect_invalidations(&t, 2);
	expect_scratch(&t, t.f->config.wopcm, FAKE_GGTT_TOP);
}

static void creates_mapped(struct kunit *test)
{
	struct table t = one_tile(test, true);
	struct xe_bo *bo = xe_ggtt_create_bo(t.tile, SZ_64K, XE_BO_VRAM0);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, bo);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, put_bo, bo), 0);
	expect_mapped(&t, bo);
	KUNIT_ASSERT_FALSE(test, iosys_map_is_null(&bo->vmap));
	KUNIT_EXPECT_EQ(test, iosys_map_rd(&bo->vmap, SZ_64K - 8, u64), 0);
	/* What the CPU writes there is what the entries point to. */
	iosys_map_wr(&bo->vmap, 16, u32, 0x12345678);
	KUNIT_EXPECT_EQ(test, *(u32 *)(t.f->hw.vram + xe_bo_addr(bo, 16, NULL, NULL)), 0x12345678);
}

/* ---- room ---------------------------------------------------------------- */

/* Three GiB fit, a fourth does not, and its failure leaves no trace. */
static void runs_out_of_addresses(struct kunit *test)
{
	struct table t = one_tile(test, true);
	struct xe_bo *bos[3], *more, *small;
	u64 hole;

	for (unsigned int i = 0; i < 3; i++)
		bos[i] = map_new(&t, SZ_1G, XE_BO_VRAM0);
	more = make_bo(&t, SZ_1G, XE_BO_VRAM0);
	xe_fake_forget(t.f);
	KUNIT_EXPECT_EQ(test, xe_ggtt_insert_bos(t.tile->ggtt, &more, 1), -ENOSPC);
	KUNIT_EXPECT_NULL(test, more->ggtt[0]);
	expect_invalidations(&t, 0);
	for (unsigned int i = 0; i < 3; i++)
		expect_mapped(&t, bos[i]);

	/* There is room for smaller ones, and for it, when another leaves. */
	small = map_new(&t, SZ_64K, XE_BO_SYSTEM);
	expect_mapped(&t, small);
	hole = xe_ggtt_addr(t.tile, bos[1]);
	free_bo(&t, bos[1]);
	expect_scratch(&t, hole, hole + SZ_1G);
	KUNIT_EXPECT_EQ(test, xe_ggtt_insert_bos(t.tile->ggtt, &more, 1), 0);
	expect_mapped(&t, more);
	expect_mapped(&t, bos[0]);
	expect_mapped(&t, bos[2]);
	expect_mapped(&t, small);
}

/* Of several, those that fit may be mapped, and go with their last reference. */
static void runs_out_on_the_way(struct kunit *test)
{
	struct table t = one_tile(test, true);
	struct xe_bo *bos[5];

	for (unsigned int i = 0; i < 5; i++)
		bos[i] = make_bo(&t, SZ_1G, XE_BO_VRAM0);
	KUNIT_EXPECT_EQ(test, xe_ggtt_insert_bos(t.tile->ggtt, bos, 5), -ENOSPC);
	KUNIT_EXPECT_NULL(test, bos[4]->ggtt[0]);
	for (unsigned int i = 0; i < 5; i++)
		free_bo(&t, bos[i]);
	expect_scratch(&t, t.f->config.wopcm, FAKE_GGTT_TOP);
}

#define CROWD	48

/* An own sequence: what fails once fails again. */
static u32 next_random(u32 *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

static void expect_disjoint(struct table *t, struct xe_bo **bos)
{
	for (unsigned int i = 0; i < CROWD; i++) {
		u64 start;

		if (!bos[i])
			continue;
		start = xe_ggtt_addr(t->tile, bos[i]);
		for (unsigned int j = 0; j < i; j++)
			if (bos[j])
				KUNIT_EXPECT_TRUE(t->f->test, start + xe_bo_size(bos[i]) <=
						  xe_ggtt_addr(t->tile, bos[j]) ||
						  start >= xe_ggtt_addr(t->tile, bos[j]) +
						  xe_bo_size(bos[j]));
		expect_mapped(t, bos[i]);
	}
}

static void never_overlaps(struct kunit *test)
{
	struct table t = one_tile(test, true);
	struct xe_bo *bos[CROWD] = {};
	u32 seed = 1;

	for (unsigned int round = 0; round < 300; round++) {
		unsigned int i = next_random(&seed) % CROWD;
		u32 size = (next_random(&seed) % 24 + 1) * SZ_4K;

		if (bos[i]) {
			free_bo(&t, bos[i]);
			bos[i] = NULL;
		} else {
			bos[i] = map_new(&t, size, next_random(&seed) % 2 ? XE_BO_SYSTEM :
					 XE_BO_VRAM0);
		}
		if (round % 50 == 49)
			expect_disjoint(&t, bos);
	}
	for (unsigned int i = 0; i < CROWD; i++)
		if (bos[i])
			free_bo(&t, bos[i]);
	expect_scratch(&t, t.f->config.wopcm, FAKE_GGTT_TOP);
	KUNIT_EXPECT_EQ(test, first_other(&t, 0, t.f->config.wopcm, 0), t.f->config.wopcm);
	KUNIT_EXPECT_EQ(test, first_other(&t, FAKE_GGTT_TOP, SZ_4G, 0), SZ_4G);
}

/* ---- sleep --------------------------------------------------------------- */

/* A device that was without power knows nothing any more. */
static void is_restored(struct kunit *test)
{
	struct table t = one_tile(test, true);
	struct xe_bo *a = map_new(&t, 3 * SZ_64K, XE_BO_SYSTEM);
	struct xe_bo *gone = map_new(&t, SZ_64K, XE_BO_SYSTEM);
	struct xe_bo *b = map_new(&t, SZ_1M, XE_BO_VRAM0);
	u64 hole = xe_ggtt_addr(t.tile, gone);

	free_bo(&t, gone);
	memset(t.f->hw.mmio + FAKE_GGTT, 0, 0x800000);
	xe_fake_forget(t.f);
	xe_ggtt_restore(t.tile->ggtt);
	expect_mapped(&t, a);
	expect_mapped(&t, b);
	expect_scratch(&t, hole, hole + SZ_64K);
	expect_scratch(&t, FAKE_GGTT_TOP - SZ_256M, FAKE_GGTT_TOP);
	expect_invalidations(&t, 1);
	KUNIT_EXPECT_EQ(test, first_other(&t, 0, t.f->config.wopcm, 0), t.f->config.wopcm);
	KUNIT_EXPECT_EQ(test, first_other(&t, FAKE_GGTT_TOP, SZ_4G, 0), SZ_4G);
}

static void end_sleep(void *dev)
{
	pm_runtime_disable(dev);
}

/* A sleeping device is not touched from under the memory shrinker, but by a worker. */
static void removes_while_asleep(struct kunit *test)
{
	struct table t = one_tile(test, false);
	struct device *dev = t.f->xe->drm.dev;
	struct xe_bo *bo = map_new(&t, SZ_64K, XE_BO_SYSTEM), *next;
	u64 addr = xe_ggtt_addr(t.tile, bo), n;

	pm_runtime_no_callbacks(dev);
	pm_runtime_enable(dev);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, end_sleep, dev), 0);
	KUNIT_ASSERT_TRUE(test, pm_runtime_suspended(dev));

	/* Nobody gets the addresses while entries still point to the old pages. */
	n = atomic_read(&dev->power.usage_count);
	xe_ggtt_remove_bos(t.tile->ggtt, &bo, 1);
	KUNIT_EXPECT_NULL(test, bo->ggtt[0]);
	next = map_new(&t, SZ_64K, XE_BO_SYSTEM);
	expect_mapped(&t, next);
	flush_workqueue(t.f->xe->unordered_wq);
	expect_mapped(&t, next);
	if (xe_ggtt_addr(t.tile, next) != addr)
		expect_scratch(&t, addr, addr + SZ_64K);
	KUNIT_EXPECT_EQ(test, atomic_read(&dev->power.usage_count), n);
}

/* ---- tiles --------------------------------------------------------------- */

/* Each die has its own table, at its own place, and its own engines to tell. */
static void tiles_have_their_own(struct kunit *test)
{
	struct xe_fake *f = xe_fake_create(test, &xe_fake_configs[0]);
	struct table t[2] = {};
	struct xe_bo *bo[2];

	xe_fake_probe(f);
	xe_fake_add_memory(f, false);
	for (int i = 0; i < 2; i++) {
		t[i].f = f;
		t[i].tile = &f->xe->tiles[i];
		KUNIT_ASSERT_EQ(test, xe_ggtt_init(t[i].tile), 0);
		t[i].scratch = xe_fake_pte(f, i, f->config.wopcm);
	}
	KUNIT_EXPECT_NE(test, t[0].scratch, t[1].scratch);
	for (int i = 0; i < 2; i++) {
		expect_scratch(&t[i], f->config.wopcm, FAKE_GGTT_TOP);
		xe_fake_forget(f);
		bo[i] = map_new(&t[i], SZ_64K, XE_BO_SYSTEM);
		expect_invalidations(&t[i], 1);
		KUNIT_EXPECT_NULL(test, bo[i]->ggtt[!i]);
	}
	/* The same address is something else on the other tile. */
	KUNIT_EXPECT_EQ(test, xe_ggtt_addr(t[0].tile, bo[0]), xe_ggtt_addr(t[1].tile, bo[1]));
	for (int i = 0; i < 2; i++)
		expect_mapped(&t[i], bo[i]);
}

static struct kunit_case ggtt_cases[] = {
	CASE(begins_as_scratch),
	CASE(lets_hardware_catch_up),
	CASE(maps_system_memory),
	CASE(maps_vram),
	CASE(maps_uncached),
	CASE(aligns_vram),
	CASE(removes),
	CASE(last_reference_removes),
	CASE(many_at_once),
	CASE(creates_mapped),
	CASE(runs_out_of_addresses),
	CASE(runs_out_on_the_way),
	CASE(never_overlaps),
	CASE(is_restored),
	CASE(removes_while_asleep),
	KUNIT_CASE(tiles_have_their_own),
	{}
};

static struct kunit_suite ggtt_suite = {
	.name = "xe_ggtt",
	.test_cases = ggtt_cases,
};

kunit_test_suite(ggtt_suite);
