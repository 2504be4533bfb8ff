// SPDX-License-Identifier: GPL-2.0
/*
 * Page tables without a device: what entries say, how mappings are staged, applied and
 * undone, which TLBs are told. The tables are in plain memory here, and walked as the
 * device would.
 */
#include <kunit/test.h>

#include <linux/sizes.h>

#include "abi/xe_ppgtt_abi.h"
#include "vm/xe_bind_job.h"
#include "vm/xe_pt.h"
#include "vm/xe_pt_stage.h"
#include "vm/xe_pte.h"
#include "vm/xe_vm.h"

/* ---- encoding ---- */

static void leaves(struct kunit *test)
{
	const struct xe_pte_attr rw = {}, vram = { .vram = true, .atomic = true };
	const struct xe_pte_attr ro = { .read_only = true }, null = { .null = true };
	const struct xe_pte_attr pat = { .pat_index = 0x1f };

	KUNIT_EXPECT_EQ(test, xe_pte_bits(0x1000, 0, &rw), 0x1003);
	KUNIT_EXPECT_EQ(test, xe_pte_bits(0x1000, 0, &ro), 0x1001);
	KUNIT_EXPECT_EQ(test, xe_pte_bits(SZ_2M, 1, &vram), SZ_2M | 0xc83);
	KUNIT_EXPECT_EQ(test, xe_pte_bits(SZ_1G, 2, &rw), SZ_1G | 0x83);
	KUNIT_EXPECT_EQ(test, xe_pte_bits(SZ_2M, 1, &null), 0x283);
	KUNIT_EXPECT_EQ(test, xe_pte_bits(0, 0, &pat), 0x600000000000009bull);
	KUNIT_EXPECT_EQ(test, xe_pte_bits(0, 1, &pat), 0x600000000000109bull);
}

static void table_pointers(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, xe_pde_bits(0x5000, 0, false), 0x5003);
	KUNIT_EXPECT_EQ(test, xe_pde_bits(0x5000, 3, false), 0x501b);
	KUNIT_EXPECT_EQ(test, xe_pde_bits(0x5000, 0, true), 0x5043);
}

static void splits(struct kunit *test)
{
	const struct xe_pte_attr attr = { .vram = true, .pat_index = 0x16 };
	const struct xe_pte_attr null = { .null = true };
	u64 leaf = xe_pte_bits(SZ_1G, 2, &attr);

	KUNIT_EXPECT_EQ(test, xe_pte_split(leaf, 2, 3), xe_pte_bits(SZ_1G + 3 * SZ_2M, 1, &attr));
	leaf = xe_pte_bits(SZ_2M, 1, &attr);
	KUNIT_EXPECT_EQ(test, xe_pte_split(leaf, 1, 511),
			xe_pte_bits(SZ_2M + 511 * SZ_4K, 0, &attr) | XE_PTE_L0_PS64);
	leaf = xe_pte_bits(0, 1, &null);
	KUNIT_EXPECT_EQ(test, xe_pte_split(leaf, 1, 7), xe_pte_bits(0, 0, &null) | XE_PTE_L0_PS64);
	KUNIT_EXPECT_EQ(test, xe_pte_split(0, 1, 7), 0);
	leaf = xe_pte_bits(SZ_64K, 0, &attr);
	KUNIT_EXPECT_EQ(test, xe_pte_uncompact(leaf, 33),
			xe_pte_bits(SZ_64K + SZ_4K, 0, &attr) | XE_PTE_L0_PS64);
}

/* ---- a tree in plain memory ---- */

#define MAX_TABLES	64

/**
 * struct pool - memory for tables; a table's address is its place times 4 KiB
 * @page: tables, NULL where free; the first is never used: no table is at 0
 * @live: how many are in use
 * @left: how many may still be made; then -ENOMEM
 * @tree: the tree
 */
struct pool {
	u64 *page[MAX_TABLES];
	unsigned int live, left;
	struct xe_pt_tree tree;
};

static int pool_alloc(struct xe_pt_tree *tree, struct xe_pt_mem *mem)
{
	struct pool *pool = tree->priv;
	unsigned int i;

	if (!pool->left)
		return -ENOMEM;
	for (i = 1; i < MAX_TABLES && pool->page[i]; i++)
		;
	if (i == MAX_TABLES)
		return -ENOMEM;
	pool->page[i] = kmalloc(XE_PT_BYTES, GFP_KERNEL);
	if (!pool->page[i])
		return -ENOMEM;
	/* Nobody may count on zeroes. */
	memset(pool->page[i], 0xa5, XE_PT_BYTES);
	iosys_map_set_vaddr(&mem->map, pool->page[i]);
	mem->addr = (u64)i * SZ_4K;
	pool->live++;
	pool->left--;
	return 0;
}

static void pool_free(struct xe_pt_tree *tree, struct xe_pt_mem *mem)
{
	struct pool *pool = tree->priv;
	unsigned int i = mem->addr / SZ_4K;

	kfree(pool->page[i]);
	pool->page[i] = NULL;
	pool->live--;
}

static const struct xe_pt_mem_ops pool_ops = {
	.alloc = pool_alloc,
	.free = pool_free,
};

static struct pool *pool_new(struct kunit *test, bool scratch, bool need_64k)
{
	struct pool *pool = kunit_kzalloc(test, sizeof(*pool), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, pool);
	pool->left = 1000;
	pool->tree = (struct xe_pt_tree){
		.ops = &pool_ops,
		.priv = pool,
		.levels = 5,
		.need_64k = need_64k,
		.can_compact = true,
		.can_zap = true,
	};
	KUNIT_ASSERT_EQ(test, xe_pt_tree_init(&pool->tree, scratch, 0, true), 0);
	return pool;
}

/* Tables that are part of the tree; the spare ones are not. */
static unsigned int in_use(const struct pool *pool)
{
	unsigned int n = pool->live, level;

	for (level = 0; level < XE_PT_LEVELS_MAX; level++)
		n -= pool->tree.spare[level].n;
	return n;
}

static void pool_end(struct kunit *test, struct pool *pool)
{
	xe_pt_tree_fini(&pool->tree);
	KUNIT_EXPECT_EQ(test, pool->live, 0);
}

/**
 * struct found - what a walk ends at
 * @pte: the leaf, or 0
 * @level: where it was found
 * @compact: in a compact table
 */
struct found {
	u64 pte;
	unsigned int level;
	bool compact;
};

/* As the device does it. */
static struct found walk(struct pool *pool, u64 va)
{
	u64 *table = pool->page[pool->tree.root->mem.addr / SZ_4K];
	unsigned int level = pool->tree.levels - 1, shift;
	bool compact = false;

	for (;;) {
		u64 entry;

		shift = compact ? XE_PT_COMPACT_SHIFT : XE_PT_SHIFT(level);
		entry = table[(va >> shift) & (compact ? 31 : 511)];
		if (!(entry & XE_PTE_PRESENT))
			return (struct found){ .level = level };
		if (!level || (level <= XE_PT_LEAF_LEVEL_MAX && entry & XE_PTE_HUGE))
			return (struct found){ entry, level, compact };
		compact = level == 1 && entry & XE_PDE_COMPACT;
		table = pool->page[(entry & XE_PTE_ADDR_MASK) / SZ_4K];
		level--;
	}
}

/* The address that @va is translated to. */
static u64 translate(struct pool *pool, u64 va)
{
	struct found f = walk(pool, va);
	u64 span = f.compact ? SZ_64K : XE_PT_SPAN(f.level);

	return (f.pte & XE_PTE_ADDR_MASK & ~(span - 1)) + (va & (span - 1));
}

/**
 * struct memory - what is mapped: contiguous, or in pieces with gaps between them
 * @base: base
 * @at: address of the first byte
 * @piece: bytes of a piece; 0: all in one
 * @vram: kind
 */
struct memory {
	struct xe_pt_source base;
	u64 at, piece;
	bool vram;
};

static u64 memory_addr(const struct xe_pt_source *src, u64 offset, bool *vram, u64 *contig)
{
	const struct memory *m = container_of_const(src, struct memory, base);

	*vram = m->vram;
	if (!m->piece) {
		*contig = SZ_1G * 16ull - offset;
		return m->at + offset;
	}
	*contig = m->piece - offset % m->piece;
	return m->at + offset / m->piece * 2 * m->piece + offset % m->piece;
}

#define SYSTEM(start, size)	{ .base.addr = memory_addr, .at = start, .piece = size }
#define VRAM(start, size) \
	{ .base.addr = memory_addr, .at = start, .piece = size, .vram = true }

static int map_now(struct pool *pool, u64 va, u64 size, const struct memory *m)
{
	struct xe_pt_txn txn;
	int err;

	xe_pt_txn_init(&txn, &pool->tree);
	err = xe_pt_stage_map(&txn, va, size, &m->base);
	if (err)
		xe_pt_txn_abort(&txn);
	else
		xe_pt_txn_apply(&txn);
	xe_pt_txn_fini(&txn);
	return err;
}

static int clear_now(struct pool *pool, u64 va, u64 size)
{
	struct xe_pt_txn txn;
	int err;

	xe_pt_txn_init(&txn, &pool->tree);
	err = xe_pt_stage_clear(&txn, va, size);
	if (err)
		xe_pt_txn_abort(&txn);
	else
		xe_pt_txn_apply(&txn);
	xe_pt_txn_fini(&txn);
	return err;
}

#define VA	(3ull << 39)

/* ---- staging of every page size ---- */

static const struct page_case {
	const char *name;
	u64 va, size;
	struct memory memory;
	u8 level;
	bool compact, group;
} page_cases[] = {
	{ "4K", VA + SZ_4K, SZ_4K, SYSTEM(SZ_1M, 0), 0 },
	{ "64K of 4K pieces", VA, SZ_64K, SYSTEM(SZ_1M, SZ_4K), 0 },
	{ "64K group", VA + SZ_64K, SZ_64K, SYSTEM(SZ_1M, 0), 0, false, true },
	{ "64K group, VRAM", VA + SZ_64K, 3 * SZ_64K, VRAM(SZ_1M, SZ_64K), 0, false, true },
	{ "64K, not congruent", VA, SZ_64K, SYSTEM(SZ_1M + SZ_4K, 0), 0 },
	{ "64K compact", VA, SZ_2M, VRAM(SZ_64K, SZ_64K), 0, true },
	{ "2M", VA, SZ_2M, VRAM(SZ_2M, 0), 1 },
	{ "2M, not congruent", VA, SZ_2M, SYSTEM(SZ_1M, 0), 0, true },
	{ "2M of 4K pieces", VA, SZ_2M, SYSTEM(SZ_1M, SZ_4K), 0 },
	{ "1G", VA, SZ_1G, VRAM(SZ_1G, 0), 2 },
	{ "1G of 2M pieces", VA, SZ_1G, SYSTEM(SZ_1G, SZ_2M), 1 },
};

static void page_case_desc(const struct page_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(page, page_cases, page_case_desc);

static void page_sizes(struct kunit *test)
{
	const struct page_case *c = test->param_value;
	struct pool *pool = pool_new(test, false, false);
	struct found f;
	u64 off, contig;
	bool vram;

	KUNIT_ASSERT_EQ(test, map_now(pool, c->va, c->size, &c->memory), 0);
	for (off = 0; off < c->size; off += max(SZ_4K, c->size / 64)) {
		f = walk(pool, c->va + off);
		KUNIT_EXPECT_EQ(test, f.level, c->level);
		KUNIT_EXPECT_EQ(test, f.compact, c->compact);
		KUNIT_EXPECT_EQ(test, !!(f.pte & XE_PTE_L0_PS64), c->group);
		KUNIT_EXPECT_EQ(test, !!(f.pte & XE_PTE_VRAM), c->memory.vram);
		KUNIT_EXPECT_EQ(test, translate(pool, c->va + off),
				memory_addr(&c->memory.base, off, &vram, &contig));
	}
	KUNIT_EXPECT_EQ(test, walk(pool, c->va + c->size).pte, 0);
	KUNIT_EXPECT_EQ(test, walk(pool, c->va - SZ_4K).pte, 0);

	KUNIT_EXPECT_EQ(test, clear_now(pool, c->va, c->size), 0);
	KUNIT_EXPECT_EQ(test, walk(pool, c->va).pte, 0);
	/* Only the root is left. */
	KUNIT_EXPECT_EQ(test, in_use(pool), 1);
	pool_end(test, pool);
}

/* What was unmapped is mapped again without new tables, and says nothing of before. */
static void spare_tables(struct kunit *test, bool scratch)
{
	const struct memory small = SYSTEM(SZ_1M, SZ_4K), vram = VRAM(SZ_1G, 0);
	struct pool *pool = pool_new(test, scratch, false);
	u64 nothing = walk(pool, VA + SZ_1G).pte;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, map_now(pool, VA, SZ_2M, &small), 0);
	KUNIT_ASSERT_EQ(test, clear_now(pool, VA, SZ_2M), 0);
	KUNIT_EXPECT_EQ(test, walk(pool, VA).pte, nothing);

	pool->left = 0;
	KUNIT_ASSERT_EQ(test, map_now(pool, VA + SZ_1G + SZ_8K, SZ_4K, &small), 0);
	KUNIT_EXPECT_EQ(test, translate(pool, VA + SZ_1G + SZ_8K), SZ_1M);
	for (i = 0; i < SZ_2M / SZ_4K; i++)
		if (i != 2)
			KUNIT_EXPECT_EQ(test, walk(pool, VA + SZ_1G + i * SZ_4K).pte,
					pool->tree.empty[0]);
	KUNIT_ASSERT_EQ(test, clear_now(pool, VA + SZ_1G, SZ_1G), 0);

	/* Nor do many of them add up. */
	pool->left = 1000;
	for (i = 0; i < 2 * XE_PT_SPARE_MAX; i++)
		KUNIT_ASSERT_EQ(test, map_now(pool, VA + i * SZ_2M, SZ_64K, &vram), 0);
	KUNIT_ASSERT_EQ(test, clear_now(pool, VA, SZ_1G), 0);
	KUNIT_EXPECT_EQ(test, pool->tree.spare[0].n, XE_PT_SPARE_MAX);
	pool_end(test, pool);
}

static void spare_tables_plain(struct kunit *test)
{
	spare_tables(test, false);
}

static void spare_tables_scratch(struct kunit *test)
{
	spare_tables(test, true);
}

/* A window that cannot be 64 KiB pages is refused where VRAM has no smaller ones. */
static void vram_needs_64k(struct kunit *test)
{
	const struct memory odd = VRAM(SZ_1M + SZ_4K, 0), fine = VRAM(SZ_1M, 0);
	const struct memory system = SYSTEM(SZ_1M + SZ_4K, 0);
	struct pool *pool = pool_new(test, false, true);

	KUNIT_EXPECT_EQ(test, map_now(pool, VA, SZ_64K, &odd), -ENOSPC);
	KUNIT_EXPECT_EQ(test, map_now(pool, VA, SZ_4K, &fine), -ENOSPC);
	KUNIT_EXPECT_EQ(test, in_use(pool), 1);
	KUNIT_EXPECT_EQ(test, map_now(pool, VA, SZ_64K, &fine), 0);
	KUNIT_EXPECT_EQ(test, map_now(pool, VA + SZ_64K, SZ_64K, &system), 0);
	pool_end(test, pool);
}

/* ---- parts ---- */

/* What is around a hole stays translated as it was. */
static void hole_in_huge_page(struct kunit *test)
{
	const struct memory vram = VRAM(SZ_1G, 0);
	struct pool *pool = pool_new(test, false, false);
	u64 hole = VA + 5 * SZ_2M + SZ_64K + SZ_4K;

	KUNIT_ASSERT_EQ(test, map_now(pool, VA, SZ_1G, &vram), 0);
	KUNIT_ASSERT_EQ(test, clear_now(pool, hole, SZ_4K), 0);
	KUNIT_EXPECT_EQ(test, walk(pool, hole).pte, 0);
	KUNIT_EXPECT_EQ(test, translate(pool, hole - SZ_4K), SZ_1G + hole - SZ_4K - VA);
	KUNIT_EXPECT_EQ(test, translate(pool, hole + SZ_4K), SZ_1G + hole + SZ_4K - VA);
	/* The rest of its 64 KiB is no group any more, the next one is. */
	KUNIT_EXPECT_FALSE(test, walk(pool, hole - SZ_4K).pte & XE_PTE_L0_PS64);
	KUNIT_EXPECT_TRUE(test, walk(pool, hole + SZ_64K).pte & XE_PTE_L0_PS64);
	KUNIT_EXPECT_EQ(test, walk(pool, VA).level, 1);
	KUNIT_EXPECT_EQ(test, translate(pool, VA + SZ_1G - 1), SZ_2G - 1ull);

	KUNIT_EXPECT_EQ(test, clear_now(pool, VA, SZ_1G), 0);
	KUNIT_EXPECT_EQ(test, in_use(pool), 1);
	pool_end(test, pool);
}

static void hole_in_compact_table(struct kunit *test)
{
	const struct memory vram = VRAM(SZ_64K, SZ_64K);
	struct pool *pool = pool_new(test, false, false);
	u64 below;

	KUNIT_ASSERT_EQ(test, map_now(pool, VA, SZ_2M, &vram), 0);
	below = translate(pool, VA + SZ_64K);
	KUNIT_ASSERT_EQ(test, clear_now(pool, VA + 2 * SZ_64K, SZ_64K), 0);
	KUNIT_EXPECT_TRUE(test, walk(pool, VA).compact);
	KUNIT_ASSERT_EQ(test, clear_now(pool, VA + 4 * SZ_64K + SZ_4K, SZ_4K), 0);
	KUNIT_EXPECT_FALSE(test, walk(pool, VA).compact);
	KUNIT_EXPECT_EQ(test, translate(pool, VA + SZ_64K), below);
	KUNIT_EXPECT_EQ(test, walk(pool, VA + 2 * SZ_64K + SZ_4K).pte, 0);
	KUNIT_EXPECT_EQ(test, walk(pool, VA + 4 * SZ_64K + SZ_4K).pte, 0);
	KUNIT_EXPECT_NE(test, walk(pool, VA + 4 * SZ_64K).pte, 0);
	pool_end(test, pool);
}

/* What is not mapped in a compact table is no mapping after it was split. */
static void scratch_in_compact_table(struct kunit *test)
{
	const struct memory vram = VRAM(SZ_64K, SZ_64K), system = SYSTEM(SZ_1M, 0);
	struct pool *pool = pool_new(test, true, false);
	u64 nothing = pool->tree.empty[0];

	KUNIT_ASSERT_EQ(test, map_now(pool, VA, SZ_2M, &vram), 0);
	KUNIT_ASSERT_EQ(test, clear_now(pool, VA, SZ_64K), 0);
	KUNIT_EXPECT_TRUE(test, walk(pool, VA).compact);
	KUNIT_ASSERT_EQ(test, map_now(pool, VA + SZ_4K, SZ_4K, &system), 0);
	KUNIT_EXPECT_FALSE(test, walk(pool, VA).compact);
	KUNIT_EXPECT_EQ(test, translate(pool, VA + SZ_4K), SZ_1M);
	KUNIT_EXPECT_EQ(test, walk(pool, VA).pte, nothing);
	KUNIT_EXPECT_EQ(test, walk(pool, VA + 2 * SZ_4K).pte, nothing);
	KUNIT_EXPECT_NE(test, walk(pool, VA + SZ_64K).pte, nothing);

	KUNIT_EXPECT_TRUE(test, xe_pt_zap(&pool->tree, VA, VA + SZ_64K));
	KUNIT_EXPECT_EQ(test, walk(pool, VA + SZ_4K).pte, 0);
	KUNIT_EXPECT_EQ(test, walk(pool, VA + 2 * SZ_4K).pte, nothing);
	pool_end(test, pool);
}

/* Two transactions staged, then applied: the second one split what the first one mapped. */
static void staged_on_top(struct kunit *test)
{
	const struct memory vram = VRAM(SZ_2M, 0), system = SYSTEM(SZ_1G, 0);
	struct pool *pool = pool_new(test, false, false);
	struct xe_pt_txn first, second;

	xe_pt_txn_init(&first, &pool->tree);
	xe_pt_txn_init(&second, &pool->tree);
	KUNIT_ASSERT_EQ(test, xe_pt_stage_map(&first, VA, SZ_2M, &vram.base), 0);
	KUNIT_ASSERT_EQ(test, xe_pt_stage_clear(&second, VA + SZ_64K, SZ_64K), 0);
	KUNIT_ASSERT_EQ(test, xe_pt_stage_map(&second, VA + SZ_64K, SZ_64K, &system.base), 0);
	KUNIT_EXPECT_EQ(test, walk(pool, VA).pte, 0);
	/* So they must not change places. */
	KUNIT_EXPECT_LE(test, first.start, second.last);
	KUNIT_EXPECT_LE(test, second.start, first.last);

	xe_pt_txn_apply(&first);
	KUNIT_EXPECT_EQ(test, walk(pool, VA + SZ_64K).level, 1);
	xe_pt_txn_apply(&second);
	KUNIT_EXPECT_EQ(test, translate(pool, VA + SZ_64K), SZ_1G);
	KUNIT_EXPECT_EQ(test, translate(pool, VA + SZ_1M), SZ_2M + SZ_1M);
	xe_pt_txn_fini(&first);
	xe_pt_txn_fini(&second);
	pool_end(test, pool);
}

/* ---- what a transaction says of itself ---- */

static void touched_range(struct kunit *test)
{
	const struct memory system = SYSTEM(SZ_1M, 0);
	struct pool *pool = pool_new(test, false, false);
	struct xe_pt_txn txn;

	KUNIT_ASSERT_EQ(test, map_now(pool, VA, SZ_4K, &system), 0);

	/* Into a table that is there: nothing but its own entries. */
	xe_pt_txn_init(&txn, &pool->tree);
	KUNIT_ASSERT_EQ(test, xe_pt_stage_map(&txn, VA + SZ_64K, SZ_64K, &system.base), 0);
	KUNIT_EXPECT_EQ(test, txn.start, VA + SZ_64K);
	KUNIT_EXPECT_EQ(test, txn.last, VA + 2 * SZ_64K - 1);
	KUNIT_EXPECT_TRUE(test, txn.filled && !txn.cleared && !txn.replaced);
	xe_pt_txn_abort(&txn);
	xe_pt_txn_fini(&txn);

	/* A new table: all that will be found through it. */
	xe_pt_txn_init(&txn, &pool->tree);
	KUNIT_ASSERT_EQ(test, xe_pt_stage_map(&txn, VA + SZ_2M, SZ_4K, &system.base), 0);
	KUNIT_EXPECT_EQ(test, txn.start, VA + SZ_2M);
	KUNIT_EXPECT_EQ(test, txn.last, VA + 2 * SZ_2M - 1);
	xe_pt_txn_abort(&txn);
	xe_pt_txn_fini(&txn);

	/* The last entry of the last table: they all go. */
	xe_pt_txn_init(&txn, &pool->tree);
	KUNIT_ASSERT_EQ(test, xe_pt_stage_clear(&txn, VA, SZ_4K), 0);
	KUNIT_EXPECT_EQ(test, txn.last - txn.start + 1, XE_PT_SPAN(4));
	KUNIT_EXPECT_EQ(test, txn.flush_start, VA);
	KUNIT_EXPECT_EQ(test, txn.flush_last, VA + SZ_4K - 1);
	KUNIT_EXPECT_TRUE(test, txn.cleared);
	xe_pt_txn_abort(&txn);
	xe_pt_txn_fini(&txn);

	/* The same memory again is a replacement; nothing is one where nothing was. */
	xe_pt_txn_init(&txn, &pool->tree);
	KUNIT_ASSERT_EQ(test, xe_pt_stage_map(&txn, VA, SZ_4K, &system.base), 0);
	KUNIT_EXPECT_TRUE(test, txn.replaced && !txn.filled);
	KUNIT_ASSERT_EQ(test, xe_pt_stage_clear(&txn, VA + SZ_1G, SZ_1G), 0);
	KUNIT_EXPECT_FALSE(test, txn.cleared);
	xe_pt_txn_abort(&txn);
	xe_pt_txn_fini(&txn);
	pool_end(test, pool);
}

/* A table that another one takes the place of: all that was found through it is flushed. */
static void orphans(struct kunit *test)
{
	const struct memory vram = VRAM(SZ_64K, SZ_64K), system = SYSTEM(SZ_1M, SZ_4K);
	struct pool *pool = pool_new(test, false, false);
	struct xe_pt_txn txn;

	KUNIT_ASSERT_EQ(test, map_now(pool, VA, SZ_2M, &vram), 0);
	KUNIT_ASSERT_EQ(test, map_now(pool, VA + SZ_2M, SZ_2M, &system), 0);
	KUNIT_ASSERT_EQ(test, clear_now(pool, VA + SZ_64K, SZ_64K), 0);

	/* What fits the compact table leaves it where it is. */
	xe_pt_txn_init(&txn, &pool->tree);
	KUNIT_ASSERT_EQ(test, xe_pt_stage_map(&txn, VA + SZ_64K, SZ_64K, &vram.base), 0);
	KUNIT_EXPECT_TRUE(test, txn.filled && !txn.orphaned);
	xe_pt_txn_abort(&txn);
	xe_pt_txn_fini(&txn);

	/* What does not, splits it, though nothing is mapped otherwise than before. */
	xe_pt_txn_init(&txn, &pool->tree);
	KUNIT_ASSERT_EQ(test, xe_pt_stage_map(&txn, VA + SZ_64K, SZ_4K, &system.base), 0);
	KUNIT_EXPECT_TRUE(test, txn.filled && !txn.replaced && !txn.cleared && txn.orphaned);
	KUNIT_EXPECT_EQ(test, txn.flush_start, VA);
	KUNIT_EXPECT_EQ(test, txn.flush_last, VA + SZ_2M - 1);
	xe_pt_txn_abort(&txn);
	xe_pt_txn_fini(&txn);

	/* The same memory at the same place, in a new table. */
	xe_pt_txn_init(&txn, &pool->tree);
	KUNIT_ASSERT_EQ(test, xe_pt_stage_map(&txn, VA + SZ_2M, SZ_2M, &system.base), 0);
	KUNIT_EXPECT_TRUE(test, txn.replaced && !txn.cleared && txn.orphaned);
	KUNIT_EXPECT_EQ(test, txn.flush_start, VA + SZ_2M);
	KUNIT_EXPECT_EQ(test, txn.flush_last, VA + 2 * SZ_2M - 1);
	xe_pt_txn_abort(&txn);
	xe_pt_txn_fini(&txn);

	/* A part of it, where the table stays. */
	xe_pt_txn_init(&txn, &pool->tree);
	KUNIT_ASSERT_EQ(test, xe_pt_stage_map(&txn, VA + SZ_2M, SZ_64K, &system.base), 0);
	KUNIT_EXPECT_TRUE(test, txn.replaced && !txn.orphaned);
	xe_pt_txn_abort(&txn);
	xe_pt_txn_fini(&txn);
	pool_end(test, pool);
}

/* Memory for tables runs out at each step in turn: nothing is left behind. */
static void abort_anywhere(struct kunit *test)
{
	const struct memory vram = VRAM(SZ_1G, 0), system = SYSTEM(SZ_1M, SZ_4K);
	struct pool *pool = pool_new(test, false, false);
	unsigned int before, left;
	struct xe_pt_txn txn;
	int err = -ENOMEM;

	KUNIT_ASSERT_EQ(test, map_now(pool, VA, SZ_1G, &vram), 0);
	before = in_use(pool);
	for (left = 0; err && left < 20; left++) {
		pool->left = left;
		xe_pt_txn_init(&txn, &pool->tree);
		err = xe_pt_stage_clear(&txn, VA + SZ_2M + SZ_4K, SZ_2M);
		if (!err)
			err = xe_pt_stage_map(&txn, VA + SZ_2M + SZ_4K, SZ_2M, &system.base);
		if (!err)
			err = xe_pt_stage_map(&txn, VA + SZ_1G + SZ_4K, SZ_2M, &system.base);
		xe_pt_txn_abort(&txn);
		xe_pt_txn_fini(&txn);
		KUNIT_EXPECT_EQ(test, in_use(pool), before);
		KUNIT_EXPECT_EQ(test, translate(pool, VA + SZ_2M), SZ_1G + SZ_2M);
	}
	KUNIT_EXPECT_EQ(test, err, 0);
	KUNIT_EXPECT_GT(test, left, 3);
	pool_end(test, pool);
}

/* ---- scratch ---- */

static void scratch_everywhere(struct kunit *test)
{
	const struct memory system = SYSTEM(SZ_1M, 0);
	struct pool *pool = pool_new(test, true, false);

	KUNIT_EXPECT_TRUE(test, walk(pool, 0).pte & XE_PTE_NULL);
	KUNIT_ASSERT_EQ(test, map_now(pool, VA, SZ_4K, &system), 0);
	KUNIT_EXPECT_EQ(test, translate(pool, VA), SZ_1M);
	KUNIT_EXPECT_TRUE(test, walk(pool, VA + SZ_4K).pte & XE_PTE_NULL);
	KUNIT_EXPECT_TRUE(test, walk(pool, VA + SZ_2M).pte & XE_PTE_NULL);
	KUNIT_ASSERT_EQ(test, clear_now(pool, VA, SZ_4K), 0);
	KUNIT_EXPECT_TRUE(test, walk(pool, VA).pte & XE_PTE_NULL);
	pool_end(test, pool);
}

/* ---- TLBs ---- */

static void tlb_rules(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < 128; i++) {
		const struct xe_pt_txn txn = {
			.cleared = i & 1, .replaced = i & 2, .filled = i & 4, .orphaned = i & 8,
		};
		bool lr = i & 16, scratch = i & 32, idle = i & 64;
		bool stale = txn.replaced || (txn.filled && scratch);
		struct xe_bind_tlb tlb = xe_bind_tlb_action((lr ? XE_VM_LR : 0) |
							    (scratch ? XE_VM_SCRATCH : 0),
							    idle, &txn);

		KUNIT_EXPECT_EQ(test, tlb.invalidate, txn.cleared || (stale && lr) ||
				(txn.orphaned && (lr || !idle)));
		KUNIT_EXPECT_EQ(test, tlb.flush_next, stale && !lr);
	}
}

/* As many fences as GTs take part: one per tile, or two with a media GT, never another tile's. */
static void fences_are_counted(struct kunit *test)
{
	const u32 two_tiles[] = { BIT(0), BIT(1) }, media[] = { BIT(0) | BIT(1) };

	KUNIT_EXPECT_EQ(test, hweight32(xe_bind_gt_mask(BIT(0) | BIT(1), two_tiles, 2)), 2);
	KUNIT_EXPECT_EQ(test, xe_bind_gt_mask(BIT(1), two_tiles, 2), BIT(1));
	KUNIT_EXPECT_EQ(test, xe_bind_gt_mask(0, two_tiles, 2), 0);
	KUNIT_EXPECT_EQ(test, hweight32(xe_bind_gt_mask(BIT(0), media, 1)), 2);
}

/* ---- entries taken away behind the back of what is staged ---- */

/* Leaves of every size go as a whole, tables and neighbours stay. */
static void zap(struct kunit *test)
{
	const struct memory vram = VRAM(SZ_1G, 0), small = SYSTEM(SZ_1M, SZ_4K);
	struct pool *pool = pool_new(test, false, false);
	unsigned int live;

	KUNIT_ASSERT_EQ(test, map_now(pool, VA, SZ_1G, &vram), 0);
	KUNIT_ASSERT_EQ(test, map_now(pool, VA + SZ_1G, SZ_64K, &small), 0);
	live = in_use(pool);

	KUNIT_EXPECT_FALSE(test, xe_pt_zap(&pool->tree, VA + 2ull * SZ_1G, VA + 4ull * SZ_1G));
	KUNIT_EXPECT_EQ(test, xe_pt_lookup(&pool->tree, VA), walk(pool, VA).pte);
	KUNIT_EXPECT_NE(test, xe_pt_lookup(&pool->tree, VA), 0);

	KUNIT_EXPECT_TRUE(test, xe_pt_zap(&pool->tree, VA + SZ_1G, VA + SZ_1G + 2 * SZ_4K));
	KUNIT_EXPECT_EQ(test, walk(pool, VA + SZ_1G).pte, 0);
	KUNIT_EXPECT_EQ(test, walk(pool, VA + SZ_1G + SZ_4K).pte, 0);
	KUNIT_EXPECT_NE(test, walk(pool, VA + SZ_1G + 2 * SZ_4K).pte, 0);
	KUNIT_EXPECT_NE(test, walk(pool, VA).pte, 0);

	KUNIT_EXPECT_TRUE(test, xe_pt_zap(&pool->tree, VA + SZ_4K, VA + SZ_8K));
	KUNIT_EXPECT_EQ(test, xe_pt_lookup(&pool->tree, VA + SZ_1G - SZ_4K), 0);
	KUNIT_EXPECT_FALSE(test, xe_pt_zap(&pool->tree, VA, VA + SZ_1G));
	KUNIT_EXPECT_EQ(test, in_use(pool), live);

	/* What a fault binds again is found again, without new tables. */
	KUNIT_EXPECT_EQ(test, map_now(pool, VA + SZ_1G, SZ_64K, &small), 0);
	KUNIT_EXPECT_EQ(test, translate(pool, VA + SZ_1G), SZ_1M);
	KUNIT_EXPECT_EQ(test, in_use(pool), live);
	pool_end(test, pool);
}

/* A zap between stage and apply or abort of a split: nothing comes back. */
static void zap_under_split(struct kunit *test)
{
	const struct memory vram = VRAM(SZ_2M, 0);
	bool apply;

	for (apply = false;; apply = true) {
		struct pool *pool = pool_new(test, true, false);
		struct xe_pt_txn txn;

		KUNIT_ASSERT_EQ(test, map_now(pool, VA, SZ_2M, &vram), 0);
		xe_pt_txn_init(&txn, &pool->tree);
		KUNIT_ASSERT_EQ(test, xe_pt_stage_clear(&txn, VA, SZ_64K), 0);
		KUNIT_EXPECT_TRUE(test, xe_pt_zap(&pool->tree, VA + SZ_1M, VA + SZ_2M));
		if (apply)
			xe_pt_txn_apply(&txn);
		else
			xe_pt_txn_abort(&txn);
		xe_pt_txn_fini(&txn);

		/* What was cleared reads scratch, what was zapped faults. */
		KUNIT_EXPECT_EQ(test, !!(walk(pool, VA).pte & XE_PTE_NULL), apply);
		KUNIT_EXPECT_EQ(test, walk(pool, VA + SZ_64K).pte, 0);
		KUNIT_EXPECT_EQ(test, walk(pool, VA + SZ_1M).pte, 0);
		pool_end(test, pool);
		if (apply)
			break;
	}
}

/* Where nothing faults a mapping can be made that does. */
static void absent_among_scratch(struct kunit *test)
{
	const struct memory absent = { .base.absent = true };
	struct pool *pool = pool_new(test, true, true);

	KUNIT_EXPECT_TRUE(test, walk(pool, VA).pte & XE_PTE_NULL);
	KUNIT_ASSERT_EQ(test, map_now(pool, VA, SZ_2M + SZ_64K, &absent), 0);
	KUNIT_EXPECT_EQ(test, walk(pool, VA).pte, 0);
	KUNIT_EXPECT_EQ(test, walk(pool, VA + SZ_2M).pte, 0);
	KUNIT_EXPECT_TRUE(test, walk(pool, VA + SZ_2M + SZ_64K).pte & XE_PTE_NULL);
	KUNIT_EXPECT_FALSE(test, xe_pt_zap(&pool->tree, VA, VA + SZ_1G));
	KUNIT_EXPECT_TRUE(test, walk(pool, VA + SZ_2M + SZ_64K).pte & XE_PTE_NULL);
	KUNIT_ASSERT_EQ(test, clear_now(pool, VA, SZ_2M + SZ_64K), 0);
	KUNIT_EXPECT_TRUE(test, walk(pool, VA).pte & XE_PTE_NULL);
	pool_end(test, pool);
}

static struct kunit_case vm_cases[] = {
	KUNIT_CASE(leaves),
	KUNIT_CASE(table_pointers),
	KUNIT_CASE(splits),
	KUNIT_CASE_PARAM(page_sizes, page_gen_params),
	KUNIT_CASE(spare_tables_plain),
	KUNIT_CASE(spare_tables_scratch),
	KUNIT_CASE(vram_needs_64k),
	KUNIT_CASE(hole_in_huge_page),
	KUNIT_CASE(hole_in_compact_table),
	KUNIT_CASE(scratch_in_compact_table),
	KUNIT_CASE(staged_on_top),
	KUNIT_CASE(touched_range),
	KUNIT_CASE(orphans),
	KUNIT_CASE(abort_anywhere),
	KUNIT_CASE(scratch_everywhere),
	KUNIT_CASE(zap),
	KUNIT_CASE(zap_under_split),
	KUNIT_CASE(absent_among_scratch),
	KUNIT_CASE(tlb_rules),
	KUNIT_CASE(fences_are_counted),
	{}
};

static struct kunit_suite vm_suite = {
	.name = "xe_vm",
	.test_cases = vm_cases,
};

kunit_test_suite(vm_suite);
