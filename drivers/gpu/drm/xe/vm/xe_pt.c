// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Page tables
 *
 * Every tile has its own copy of an address space's tables, in its own VRAM. The
 * tables are written by the CPU.
 *
 * &struct xe_pt_tree says what the tables will hold once everything that is
 * staged has been carried out: VM_BIND changes it at once, while the entries the
 * device reads are changed later, by the bind job (vm/xe_pt_stage.c). That is why
 * leaf values are not kept here: whoever needs one reads it from the table, in
 * the job, when all earlier work on it is done.
 *
 * A few tables of each level are kept when they are no longer needed, with what they
 * say, for the next mapping: most programs unmap what they will map again, and making
 * a table costs more than all else a small bind does.
 */
#include "vm/xe_pt.h"

#include <linux/bitmap.h>
#include <linux/export.h>
#include <linux/slab.h>

#include <kunit/visibility.h>

#include "vm/xe_pte.h"

/* Where the device's entries must be followed, a table is found by what points to it. */
static int enlist(struct xe_pt_tree *tree, struct xe_pt *pt)
{
	if (!tree->can_zap)
		return 0;
	return xa_err(xa_store(&tree->by_page, pt->mem.addr >> PAGE_SHIFT, pt, GFP_KERNEL));
}

static struct xe_pt *pt_alloc(struct xe_pt_tree *tree, unsigned int level, bool compact)
{
	struct xe_pt *pt;
	int err;

	pt = kzalloc(struct_size(pt, child, level ? XE_PT_ENTRIES : 0), GFP_KERNEL);
	if (!pt)
		return ERR_PTR(-ENOMEM);

	err = tree->ops->alloc(tree, &pt->mem);
	if (err) {
		kfree(pt);
		return ERR_PTR(err);
	}
	pt->level = level;
	pt->compact = compact;
	err = enlist(tree, pt);
	if (err) {
		tree->ops->free(tree, &pt->mem);
		kfree(pt);
		return ERR_PTR(err);
	}
	return pt;
}

static void pt_free_one(struct xe_pt_tree *tree, struct xe_pt *pt)
{
	if (tree->can_zap)
		xa_erase(&tree->by_page, pt->mem.addr >> PAGE_SHIFT);
	tree->ops->free(tree, &pt->mem);
	kfree(pt);
}

/* ---- spare tables ---- */

static struct xe_pt *spare_get(struct xe_pt_tree *tree, unsigned int level)
{
	struct xe_pt_spare *spare = &tree->spare[level];
	struct xe_pt *pt;

	guard(spinlock)(&tree->spare_lock);
	pt = spare->first;
	if (pt) {
		spare->first = pt->next;
		spare->n--;
	}
	return pt;
}

static bool spare_put(struct xe_pt_tree *tree, struct xe_pt *pt)
{
	struct xe_pt_spare *spare = &tree->spare[pt->level];

	guard(spinlock)(&tree->spare_lock);
	if (pt->compact || spare->n == XE_PT_SPARE_MAX)
		return false;
	pt->next = spare->first;
	spare->first = pt;
	spare->n++;
	return true;
}

/* Forget what it said; of the entries, @empty those that said something. */
static void spare_reset(struct xe_pt_tree *tree, struct xe_pt *pt, bool empty)
{
	unsigned int i;

	for_each_set_bit(i, pt->live, XE_PT_ENTRIES) {
		if (pt->level)
			pt->child[i] = NULL;
		if (empty)
			xe_pt_write(pt, i, tree->empty[pt->level]);
	}
	bitmap_zero(pt->live, XE_PT_ENTRIES);
}

static void spare_fini(struct xe_pt_tree *tree)
{
	unsigned int level;
	struct xe_pt *pt;

	for (level = 0; level < XE_PT_LEVELS_MAX; level++)
		while ((pt = spare_get(tree, level)))
			pt_free_one(tree, pt);
}

/* ---- tables ---- */

/**
 * xe_pt_new() - a table, its entries not initialised
 * @tree: for whom
 * @level: 0 for leaves
 * @compact: level 0 only: of 64 KiB entries
 *
 * Context: as the tree's memory needs; process context.
 *
 * Return: the table, or ERR_PTR(-ENOMEM or what the memory says).
 */
struct xe_pt *xe_pt_new(struct xe_pt_tree *tree, unsigned int level, bool compact)
{
	struct xe_pt *pt = compact ? NULL : spare_get(tree, level);

	if (!pt)
		return pt_alloc(tree, level, compact);
	spare_reset(tree, pt, false);
	return pt;
}

/**
 * xe_pt_new_empty() - a table that maps nothing
 * @tree: for whom
 * @level: 0 for leaves
 *
 * Context: as xe_pt_new().
 *
 * Return: the table, or ERR_PTR(-ENOMEM or what the memory says).
 */
struct xe_pt *xe_pt_new_empty(struct xe_pt_tree *tree, unsigned int level)
{
	struct xe_pt *pt = spare_get(tree, level);

	if (pt) {
		spare_reset(tree, pt, true);
		return pt;
	}
	pt = pt_alloc(tree, level, false);
	if (!IS_ERR(pt))
		xe_pt_fill(tree, pt, 0, XE_PT_ENTRIES);
	return pt;
}

static void free_children(struct xe_pt_tree *tree, struct xe_pt *pt,
			  void (*free)(struct xe_pt_tree *tree, struct xe_pt *pt))
{
	unsigned int i;

	if (!pt->level)
		return;
	for_each_set_bit(i, pt->live, XE_PT_ENTRIES)
		free(tree, pt->child[i]);
}

/**
 * xe_pt_free() - free a table and all below it
 * @tree: whose it is
 * @pt: unreachable by the device; or NULL
 */
void xe_pt_free(struct xe_pt_tree *tree, struct xe_pt *pt)
{
	if (IS_ERR_OR_NULL(pt))
		return;
	free_children(tree, pt, xe_pt_free);
	pt_free_one(tree, pt);
}

/**
 * xe_pt_retire() - free a table and all below it, or keep them for what is mapped next
 * @tree: whose it is
 * @pt: unreachable by the device, and all that was staged for it has been applied, so
 *	that its entries are what they are said to be; or NULL
 *
 * Context: process; no reservation held.
 */
void xe_pt_retire(struct xe_pt_tree *tree, struct xe_pt *pt)
{
	if (!pt)
		return;
	free_children(tree, pt, xe_pt_retire);
	if (!spare_put(tree, pt))
		pt_free_one(tree, pt);
}

/**
 * xe_pt_fill() - make entries empty: absent, or scratch
 * @tree: whose it is
 * @pt: table
 * @first: first entry
 * @count: entries
 */
void xe_pt_fill(struct xe_pt_tree *tree, struct xe_pt *pt, unsigned int first, unsigned int count)
{
	u64 empty = tree->empty[pt->level];

	if (!empty) {
		iosys_map_memset(&pt->mem.map, first * sizeof(u64), 0, count * sizeof(u64));
		return;
	}
	while (count--)
		xe_pt_write(pt, first++, empty);
}

/**
 * xe_pt_pde() - entry that points to a table
 * @tree: whose it is
 * @pt: table
 *
 * Return: the entry for the level above.
 */
u64 xe_pt_pde(const struct xe_pt_tree *tree, const struct xe_pt *pt)
{
	return xe_pde_bits(pt->mem.addr, tree->pde_pat, pt->compact);
}

/*
 * Reads of what is not mapped give zero and writes go nowhere: null leaves where a
 * leaf can be, above them one table per level whose entries all say the same.
 */
static int scratch_init(struct xe_pt_tree *tree, u8 pat, bool vram)
{
	const struct xe_pte_attr attr = { .null = true, .pat_index = pat, .vram = vram };
	unsigned int level;

	for (level = 0; level < tree->levels; level++) {
		struct xe_pt *pt;

		if (level <= XE_PT_LEAF_LEVEL_MAX)
			tree->empty[level] = xe_pte_bits(0, level, &attr);
		else
			tree->empty[level] = xe_pt_pde(tree, tree->scratch[level - 1]);

		if (level < XE_PT_LEAF_LEVEL_MAX || level + 1 == tree->levels)
			continue;
		pt = xe_pt_new(tree, level, false);
		if (IS_ERR(pt))
			return PTR_ERR(pt);
		xe_pt_fill(tree, pt, 0, XE_PT_ENTRIES);
		tree->scratch[level] = pt;
	}
	return 0;
}

/**
 * xe_pt_tree_init() - make the root, and the scratch tables
 * @tree: with all of its description filled in
 * @scratch: unmapped addresses read zero instead of faulting
 * @scratch_pat: PAT index of scratch leaves
 * @scratch_vram: scratch leaves claim to be in VRAM, as discrete devices want
 *
 * Return: 0 or -errno; xe_pt_tree_fini() must follow either way.
 */
int xe_pt_tree_init(struct xe_pt_tree *tree, bool scratch, u8 scratch_pat, bool scratch_vram)
{
	struct xe_pt *root;
	int err;

	spin_lock_init(&tree->spare_lock);
	if (tree->can_zap) {
		xa_init(&tree->by_page);
		mutex_init(&tree->zap_lock);
	}
	if (scratch) {
		err = scratch_init(tree, scratch_pat, scratch_vram);
		if (err)
			return err;
	}

	root = xe_pt_new_empty(tree, tree->levels - 1);
	if (IS_ERR(root))
		return PTR_ERR(root);
	tree->root = root;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(xe_pt_tree_init);

/* ---- behind the back of what is staged ---- */

/* The table that an entry of @pt, as the device reads it, points to; NULL: it does not. */
static struct xe_pt *follow(struct xe_pt_tree *tree, const struct xe_pt *pt, u64 entry)
{
	struct xe_pt *child;

	if (!pt->level || entry & XE_PTE_HUGE)
		return NULL;
	child = xa_load(&tree->by_page, (entry & XE_PTE_ADDR_MASK) >> PAGE_SHIFT);
	/* Scratch tables show the same everywhere, and nothing that could be taken away. */
	return child == tree->scratch[pt->level - 1] ? NULL : child;
}

static bool zap_table(struct xe_pt_tree *tree, struct xe_pt *pt, u64 va, u64 end)
{
	bool zapped = false;
	u64 next;

	for (; va < end; va = next) {
		unsigned int i = xe_pt_index(pt, va);
		u64 entry = xe_pt_read(pt, i);
		struct xe_pt *child;

		next = xe_pt_next(pt, va, end);
		if (!(entry & XE_PTE_PRESENT) || entry == tree->empty[pt->level])
			continue;
		child = follow(tree, pt, entry);
		if (child) {
			zapped |= zap_table(tree, child, va, next);
		} else {
			xe_pt_write(pt, i, 0);
			zapped = true;
		}
	}
	return zapped;
}

/**
 * xe_pt_zap() - take translations away now
 * @tree: with @can_zap
 * @va: first byte
 * @end: byte after the last one
 *
 * Follows the entries that the device sees, whatever is staged. Leaves that reach beyond the
 * range go as a whole. Of the tables as staged nothing changes: what was mapped is found
 * again by a fault. Scratch entries stay; in their place there is nothing.
 *
 * The caller makes the writes reach the device and the device forget what it cached.
 *
 * Context: allocates nothing; may be called in reclaim.
 *
 * Return: true when there was something to take away.
 */
bool xe_pt_zap(struct xe_pt_tree *tree, u64 va, u64 end)
{
	guard(mutex)(&tree->zap_lock);
	return zap_table(tree, tree->root, va, end);
}
EXPORT_SYMBOL_IF_KUNIT(xe_pt_zap);

/**
 * xe_pt_lookup() - what the device finds
 * @tree: with @can_zap
 * @va: address
 *
 * Context: as xe_pt_zap().
 *
 * Return: the leaf, of whatever level; 0 when an access would fault.
 */
u64 xe_pt_lookup(struct xe_pt_tree *tree, u64 va)
{
	struct xe_pt *pt = tree->root, *child;
	u64 entry;

	guard(mutex)(&tree->zap_lock);
	for (;;) {
		entry = xe_pt_read(pt, xe_pt_index(pt, va));
		if (!(entry & XE_PTE_PRESENT))
			return 0;
		child = follow(tree, pt, entry);
		if (!child)
			return entry;
		pt = child;
	}
}
EXPORT_SYMBOL_IF_KUNIT(xe_pt_lookup);

/**
 * xe_pt_tree_clear() - the device finds nothing any more
 * @tree: no staged work may be under way
 */
void xe_pt_tree_clear(struct xe_pt_tree *tree)
{
	if (tree->can_zap)
		mutex_lock(&tree->zap_lock);
	xe_pt_fill(tree, tree->root, 0, XE_PT_ENTRIES);
	if (tree->can_zap)
		mutex_unlock(&tree->zap_lock);
}

/**
 * xe_pt_tree_prune() - unmap everything at once
 * @tree: cleared; no staged work may be under way
 *
 * The root stays: contexts may still point to it. The caller makes the device
 * forget what it cached before the memory is used for something else; the memory
 * allocator holds it back while jobs of the address space run.
 */
void xe_pt_tree_prune(struct xe_pt_tree *tree)
{
	struct xe_pt *root = tree->root;
	unsigned int i;

	for_each_set_bit(i, root->live, XE_PT_ENTRIES) {
		xe_pt_free(tree, root->child[i]);
		root->child[i] = NULL;
	}
	bitmap_zero(root->live, XE_PT_ENTRIES);
}

/**
 * xe_pt_tree_fini() - free all tables
 * @tree: initialised, partly initialised or zero
 */
void xe_pt_tree_fini(struct xe_pt_tree *tree)
{
	unsigned int level;

	xe_pt_free(tree, tree->root);
	tree->root = NULL;
	for (level = 0; level < XE_PT_LEVELS_MAX; level++) {
		xe_pt_free(tree, tree->scratch[level]);
		tree->scratch[level] = NULL;
	}
	spare_fini(tree);
	if (tree->can_zap) {
		xa_destroy(&tree->by_page);
		mutex_destroy(&tree->zap_lock);
	}
}
EXPORT_SYMBOL_IF_KUNIT(xe_pt_tree_fini);
