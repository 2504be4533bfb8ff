// SPDX-License-Identifier: GPL-2.0
/*
 * The decisions of memory management that need no device: where bytes are, what
 * a move consists of, how an operation is cut into jobs. And, in the memory of a
 * fake device, what is kept over system sleep, and what the shrinker does.
 */

#include <kunit/test.h>

#include <linux/dma-resv.h>
#include <linux/iosys-map.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include <drm/ttm/ttm_tt.h>

#include "mem/xe_bo.h"
#include "mem/xe_bo_move.h"
#include "mem/xe_extent.h"
#include "mem/xe_shrinker.h"
#include "migrate/xe_migrate_plan.h"
#include "xe_fake.h"

static void extents_free_action(void *x)
{
	xe_extents_free(x);
}

static struct xe_extents *extents_new(struct kunit *test, u32 max)
{
	struct xe_extents *x = xe_extents_alloc(max);

	KUNIT_ASSERT_NOT_NULL(test, x);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, extents_free_action, x), 0);
	return x;
}

static void extents_merge(struct kunit *test)
{
	struct xe_extents *x = extents_new(test, 4);

	xe_extents_add(x, SZ_1M, SZ_64K);
	xe_extents_add(x, SZ_1M + SZ_64K, SZ_64K);
	KUNIT_EXPECT_EQ(test, x->n, 1);
	xe_extents_add(x, SZ_1M, SZ_64K);
	KUNIT_EXPECT_EQ(test, x->n, 2);
	/* A neighbour of the last run, not of the first byte of it. */
	xe_extents_add(x, SZ_1M + SZ_64K, SZ_4K);
	KUNIT_EXPECT_EQ(test, x->n, 2);
	KUNIT_EXPECT_EQ(test, x->size, 3 * SZ_64K + SZ_4K);
}

static void extents_lookup(struct kunit *test)
{
	struct xe_extents *x = extents_new(test, 100);
	u64 contig;

	/* Run i is i + 1 pages at (i + 1) GiB. */
	for (u64 i = 0; i < 100; i++)
		xe_extents_add(x, (i + 1) * SZ_1G, (i + 1) * SZ_4K);
	KUNIT_ASSERT_EQ(test, x->n, 100);

	for (u64 i = 0, start = 0; i < 100; start += (i + 1) * SZ_4K, i++) {
		u64 last = start + (i + 1) * SZ_4K - 1;

		KUNIT_EXPECT_EQ(test, xe_extents_addr(x, start, &contig), (i + 1) * SZ_1G);
		KUNIT_EXPECT_EQ(test, contig, (i + 1) * SZ_4K);
		KUNIT_EXPECT_EQ(test, xe_extents_addr(x, last, &contig),
				(i + 1) * SZ_1G + last - start);
		KUNIT_EXPECT_EQ(test, contig, 1);
	}
}

static struct kunit_case extent_cases[] = {
	KUNIT_CASE(extents_merge),
	KUNIT_CASE(extents_lookup),
	{}
};

static struct kunit_suite extent_suite = {
	.name = "xe_extent",
	.test_cases = extent_cases,
};

/* Every pair of places, in words. */
static void move_rows(struct kunit *test)
{
	static const enum xe_bo_transfer want[XE_BO_WHERE_COUNT][XE_BO_WHERE_COUNT] = {
		[XE_BO_NOWHERE][XE_BO_IN_SYSTEM] = XE_BO_KEEP,
		[XE_BO_NOWHERE][XE_BO_IN_TT] = XE_BO_KEEP,
		[XE_BO_NOWHERE][XE_BO_IN_VRAM] = XE_BO_CLEAR,
		[XE_BO_IN_SYSTEM][XE_BO_IN_SYSTEM] = XE_BO_KEEP,
		[XE_BO_IN_SYSTEM][XE_BO_IN_TT] = XE_BO_KEEP,
		[XE_BO_IN_SYSTEM][XE_BO_IN_VRAM] = XE_BO_VIA_TT,
		[XE_BO_IN_TT][XE_BO_IN_SYSTEM] = XE_BO_KEEP,
		[XE_BO_IN_TT][XE_BO_IN_TT] = XE_BO_KEEP,
		[XE_BO_IN_TT][XE_BO_IN_VRAM] = XE_BO_COPY,
		[XE_BO_IN_VRAM][XE_BO_IN_SYSTEM] = XE_BO_VIA_TT,
		[XE_BO_IN_VRAM][XE_BO_IN_TT] = XE_BO_COPY,
		[XE_BO_IN_VRAM][XE_BO_IN_VRAM] = XE_BO_COPY,
	};

	for (int from = XE_BO_NOWHERE; from < XE_BO_WHERE_COUNT; from++)
		for (int to = XE_BO_IN_SYSTEM; to < XE_BO_WHERE_COUNT; to++)
			KUNIT_EXPECT_EQ_MSG(test, xe_bo_move_row(from, to)->transfer,
					    want[from][to], "%d -> %d", from, to);
}

/* What must hold for all rows, whatever they say. */
static void move_invariants(struct kunit *test)
{
	for (int from = XE_BO_NOWHERE; from < XE_BO_WHERE_COUNT; from++) {
		for (int to = XE_BO_IN_SYSTEM; to < XE_BO_WHERE_COUNT; to++) {
			const struct xe_bo_move_row *row = xe_bo_move_row(from, to);
			bool reachable = from == XE_BO_IN_TT || from == XE_BO_IN_VRAM;

			/* A hop does nothing itself: the two moves it is made of do. */
			if (row->transfer == XE_BO_VIA_TT) {
				KUNIT_EXPECT_FALSE(test, row->map || row->notify || row->idle ||
						   row->unmap);
				continue;
			}
			/* The device must know before a place that it can reach goes away. */
			if (from == XE_BO_IN_TT && to == XE_BO_IN_TT)
				reachable = false;
			KUNIT_EXPECT_EQ_MSG(test, row->notify, reachable, "%d -> %d", from, to);
			/* Addresses exist in TT and nowhere else. */
			KUNIT_EXPECT_EQ(test, row->map, to == XE_BO_IN_TT && from != to);
			KUNIT_EXPECT_EQ(test, row->unmap,
					from == XE_BO_IN_TT && to == XE_BO_IN_SYSTEM);
			/* No fence tells when the pages are free, so somebody waits. */
			if (row->unmap)
				KUNIT_EXPECT_TRUE(test, row->idle);
		}
	}
}

static struct kunit_case move_cases[] = {
	KUNIT_CASE(move_rows),
	KUNIT_CASE(move_invariants),
	{}
};

static struct kunit_suite move_suite = {
	.name = "xe_bo_move",
	.test_cases = move_cases,
};

#define SRC_WINDOW	0x40000000ull
#define VRAM_BASE	0x4000000000ull

/* Plan all of an operation; returns the number of jobs, checks that no byte is missed. */
static u32 plan_all(struct kunit *test, const struct xe_migrate_side *src,
		    const struct xe_migrate_side *dst, struct xe_migrate_chunk *chunk)
{
	u32 jobs = 0;

	for (u64 done = 0; done < dst->extents->size; done += chunk->bytes, jobs++) {
		u64 at = done;

		xe_migrate_plan(chunk, src, dst, done, SZ_8M);
		KUNIT_ASSERT_GT(test, chunk->bytes, 0);
		KUNIT_ASSERT_LE(test, chunk->bytes, SZ_8M);
		KUNIT_ASSERT_LE(test, chunk->n, XE_MIGRATE_MAX_BLITS);
		for (u32 i = 0; i < chunk->n; i++) {
			const struct xe_migrate_blit *b = &chunk->blit[i];
			u64 contig;

			if (dst->windowed)
				KUNIT_ASSERT_EQ(test, b->dst, dst->base + at - done);
			else
				KUNIT_ASSERT_EQ(test, b->dst, dst->base +
						xe_extents_addr(dst->extents, at, &contig));
			if (src && src->windowed)
				KUNIT_ASSERT_EQ(test, b->src, src->base + at - done);
			else if (src)
				KUNIT_ASSERT_EQ(test, b->src, src->base +
						xe_extents_addr(src->extents, at, &contig));
			at += b->bytes;
		}
		KUNIT_ASSERT_EQ(test, at, done + chunk->bytes);
	}
	return jobs;
}

static struct xe_migrate_chunk *chunk_new(struct kunit *test)
{
	struct xe_migrate_chunk *chunk = kunit_kzalloc(test, sizeof(*chunk), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, chunk);
	return chunk;
}

static void plan_contiguous(struct kunit *test)
{
	struct xe_migrate_chunk *chunk = chunk_new(test);
	struct xe_extents *a = extents_new(test, 1), *b = extents_new(test, 1);
	struct xe_migrate_side src = { .extents = a, .base = VRAM_BASE };
	struct xe_migrate_side dst = { .extents = b, .base = VRAM_BASE };

	xe_extents_add(a, SZ_1G, 20 * SZ_1M);
	xe_extents_add(b, 5ull * SZ_1G, 20 * SZ_1M);

	xe_migrate_plan(chunk, &src, &dst, 0, SZ_8M);
	KUNIT_EXPECT_EQ(test, chunk->n, 1);
	KUNIT_EXPECT_EQ(test, chunk->blit[0].src, VRAM_BASE + SZ_1G);
	KUNIT_EXPECT_EQ(test, chunk->blit[0].dst, VRAM_BASE + 5ull * SZ_1G);
	KUNIT_EXPECT_EQ(test, chunk->blit[0].bytes, SZ_8M);
	/* 8 + 8 + 4 */
	KUNIT_EXPECT_EQ(test, plan_all(test, &src, &dst, chunk), 3);
	KUNIT_EXPECT_EQ(test, chunk->bytes, SZ_4M);
}

/* Pages scattered over system memory are one blit: the window puts them in a row. */
static void plan_window(struct kunit *test)
{
	struct xe_migrate_chunk *chunk = chunk_new(test);
	struct xe_extents *pages = extents_new(test, 4096), *vram = extents_new(test, 1);
	struct xe_migrate_side src = { .extents = pages, .windowed = true, .base = SRC_WINDOW };
	struct xe_migrate_side dst = { .extents = vram, .base = VRAM_BASE };

	for (u64 i = 0; i < 4096; i++)
		xe_extents_add(pages, (4096 - i) * SZ_2M, SZ_4K);
	xe_extents_add(vram, 0, SZ_16M);

	xe_migrate_plan(chunk, &src, &dst, SZ_4M, SZ_8M);
	KUNIT_EXPECT_EQ(test, chunk->n, 1);
	KUNIT_EXPECT_EQ(test, chunk->blit[0].src, SRC_WINDOW);
	KUNIT_EXPECT_EQ(test, chunk->blit[0].dst, VRAM_BASE + SZ_4M);
	KUNIT_EXPECT_EQ(test, plan_all(test, &src, &dst, chunk), 2);
}

/* Runs of the two sides end in different places: every end cuts. */
static void plan_fragmented(struct kunit *test)
{
	struct xe_migrate_chunk *chunk = chunk_new(test);
	struct xe_extents *a = extents_new(test, 64), *b = extents_new(test, 64);
	struct xe_migrate_side src = { .extents = a, .base = VRAM_BASE };
	struct xe_migrate_side dst = { .extents = b, .base = VRAM_BASE };

	for (u64 i = 0; i < 6; i++)
		xe_extents_add(a, i * SZ_1G, SZ_128K);
	for (u64 i = 0; i < 4; i++)
		xe_extents_add(b, i * SZ_1G + SZ_512M, SZ_64K * 3);

	xe_migrate_plan(chunk, &src, &dst, 0, SZ_8M);
	KUNIT_EXPECT_EQ(test, chunk->n, 8);
	KUNIT_EXPECT_EQ(test, chunk->bytes, 12 * SZ_64K);
	KUNIT_EXPECT_EQ(test, plan_all(test, &src, &dst, chunk), 1);
}

/* More runs than a batch holds blits: the rest is another job's. */
static void plan_many_runs(struct kunit *test)
{
	const u32 runs = 2 * XE_MIGRATE_MAX_BLITS + 1;
	struct xe_migrate_chunk *chunk = chunk_new(test);
	struct xe_extents *x = extents_new(test, runs);
	struct xe_migrate_side dst = { .extents = x, .base = VRAM_BASE };

	for (u64 i = 0; i < runs; i++)
		xe_extents_add(x, i * SZ_2M, SZ_4K);

	KUNIT_EXPECT_EQ(test, plan_all(test, NULL, &dst, chunk), 3);
	KUNIT_EXPECT_EQ(test, chunk->n, 1);
	KUNIT_EXPECT_EQ(test, chunk->blit[0].src, 0);
}

static struct kunit_case plan_cases[] = {
	KUNIT_CASE(plan_contiguous),
	KUNIT_CASE(plan_window),
	KUNIT_CASE(plan_fragmented),
	KUNIT_CASE(plan_many_runs),
	{}
};

static struct kunit_suite plan_suite = {
	.name = "xe_migrate_plan",
	.test_cases = plan_cases,
};

static void put_bo(void *bo)
{
	xe_bo_put(bo);
}

static struct xe_bo *kernel_bo(struct kunit *test, struct xe_device *xe, u32 flags, u8 fill)
{
	struct xe_bo *bo = xe_bo_create_kernel(xe, SZ_256K, flags);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, bo);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, put_bo, bo), 0);
	iosys_map_memset(&bo->vmap, 0, fill, SZ_256K);
	return bo;
}

static void expect_filled(struct kunit *test, struct xe_bo *bo, u8 fill)
{
	u8 *data = kunit_kzalloc(test, SZ_256K, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, data);
	iosys_map_memcpy_from(data, &bo->vmap, 0, SZ_256K);
	KUNIT_EXPECT_EQ(test, data[0], fill);
	KUNIT_EXPECT_NULL(test, memchr_inv(data, fill, SZ_256K));
}

/* VRAM loses everything between save and restore; system memory does not. */
static void save_restore(struct kunit *test)
{
	struct xe_fake_config config = *(const struct xe_fake_config *)test->param_value;
	struct xe_bo *a, *b, *system;
	struct xe_fake *f;

	config.tiles = 1;
	f = xe_fake_create(test, &config);
	xe_fake_probe(f);
	xe_fake_add_memory(f, true);
	a = kernel_bo(test, f->xe, XE_BO_VRAM0, 0xaa);
	b = kernel_bo(test, f->xe, XE_BO_VRAM0, 0xbb);
	system = kernel_bo(test, f->xe, XE_BO_SYSTEM, 0xcc);

	KUNIT_ASSERT_EQ(test, xe_bo_save_pinned(f->xe), 0);
	iosys_map_memset(&a->vmap, 0, 0xff, SZ_256K);
	iosys_map_memset(&b->vmap, 0, 0xff, SZ_256K);
	iosys_map_memset(&system->vmap, 0, 0xdd, SZ_256K);
	KUNIT_ASSERT_EQ(test, xe_bo_restore_pinned(f->xe), 0);
	expect_filled(test, a, 0xaa);
	expect_filled(test, b, 0xbb);
	expect_filled(test, system, 0xdd);

	/* Once: what was kept is kept no longer. */
	iosys_map_memset(&a->vmap, 0, 0xee, SZ_256K);
	KUNIT_ASSERT_EQ(test, xe_bo_restore_pinned(f->xe), 0);
	expect_filled(test, a, 0xee);
}

static struct kunit_case save_cases[] = {
	KUNIT_CASE_PARAM(save_restore, xe_fake_gen_params),
	{}
};

static struct kunit_suite save_suite = {
	.name = "xe_bo_save",
	.test_cases = save_cases,
};

/* A locked object of userspace, filled, in system memory */
static struct xe_bo *user_bo(struct kunit *test, u64 seed)
{
	const struct xe_bo_params p = { .size = SZ_256K, .flags = XE_BO_USER | XE_BO_SYSTEM };
	struct xe_fake_config config = *(const struct xe_fake_config *)test->param_value;
	struct xe_fake *f;
	struct xe_bo *bo;

	config.tiles = 1;
	f = xe_fake_create(test, &config);
	xe_fake_probe(f);
	xe_fake_add_memory(f, true);
	bo = xe_bo_create(f->xe, &p);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, bo);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, put_bo, bo), 0);
	KUNIT_ASSERT_EQ(test, dma_resv_lock(bo->ttm.base.resv, NULL), 0);
	for (u32 i = 0; i < bo->ttm.ttm->num_pages; i++)
		memset(page_address(bo->ttm.ttm->pages[i]), seed + i, PAGE_SIZE);
	return bo;
}

/* Only what is not needed is dropped, and that for ever. */
static void dropped(struct kunit *test)
{
	struct ttm_operation_ctx ctx = {};
	struct xe_bo *bo = user_bo(test, 3);
	u32 n = bo->ttm.ttm->num_pages;

	KUNIT_EXPECT_EQ(test, xe_shrinker_drop(bo, &ctx), -EBUSY);
	KUNIT_EXPECT_TRUE(test, xe_bo_set_needed(bo, false));
	KUNIT_EXPECT_EQ(test, xe_bo_check_needed(bo), -EBUSY);
	KUNIT_EXPECT_TRUE(test, xe_bo_set_needed(bo, true));
	KUNIT_EXPECT_EQ(test, xe_bo_check_needed(bo), 0);
	KUNIT_EXPECT_TRUE(test, xe_bo_set_needed(bo, false));
	KUNIT_EXPECT_EQ(test, xe_shrinker_drop(bo, &ctx), n);
	KUNIT_EXPECT_NULL(test, bo->ttm.resource);
	KUNIT_EXPECT_FALSE(test, ttm_tt_is_populated(bo->ttm.ttm));
	KUNIT_EXPECT_FALSE(test, xe_bo_set_needed(bo, true));
	KUNIT_EXPECT_EQ(test, xe_bo_check_needed(bo), -EINVAL);
	KUNIT_EXPECT_EQ(test, xe_bo_validate(bo, &ctx), 0);
	KUNIT_EXPECT_NULL(test, bo->ttm.resource);
	dma_resv_unlock(bo->ttm.base.resv);
}

static struct kunit_case shrink_cases[] = {
	KUNIT_CASE_PARAM(dropped, xe_fake_gen_params),
	{}
};

static struct kunit_suite shrink_suite = {
	.name = "xe_shrinker",
	.test_cases = shrink_cases,
};

kunit_test_suites(&extent_suite, &move_suite, &plan_suite, &save_suite, &shrink_suite);
