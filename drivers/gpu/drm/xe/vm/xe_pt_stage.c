// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Staging of page-table changes
 *
 * A change goes through these steps:
 *
 * 1. *stage* (may fail): walk the tree as it will be, allocate tables that are
 *    missing and write them at once, since nothing points to them yet. What must be
 *    written to tables the device may already see is put down as an update.
 * 2. *apply* (cannot fail): write the updates, in order. New tables appear here.
 * 3. *fini*: give up the tables that were replaced, after the TLBs forgot them.
 *
 * or, instead of 2 and 3, *abort*: put the tree back as it was.
 *
 * Between 1 and 2 others may stage on top. Jobs that write the same entries must run
 * in the order of staging: a transaction says which part of the address space its
 * entries cover (an entry that gains or loses a table counts with its whole span).
 *
 * Neighbours are never disturbed: when a part of a large leaf goes, it is replaced by
 * a table that says the same for the rest, made by the job out of what the leaf says
 * by then.
 */
#include "vm/xe_pt_stage.h"

#include <linux/bitmap.h>
#include <linux/export.h>

#include <kunit/visibility.h>

#include "vm/xe_pt.h"
#include "vm/xe_pte.h"

/* enum update_kind - what is done to entries of a table */
enum update_kind {
	UPDATE_SET,		/* entries := val[] */
	UPDATE_CLEAR,		/* entries := empty */
	UPDATE_SPLIT,		/* a leaf or compact table := a table that says the same */
	UPDATE_UNGROUP,		/* 4 KiB leaves are no longer part of a 64 KiB group */
};

/**
 * struct xe_pt_update - a run of entries of one table
 * @link: in the transaction, in order
 * @pt: the table
 * @kind: what is done
 * @first: first entry
 * @count: entries
 * @live: which entries of the table were live before; for abort
 * @old: above level 0: the tables that the entries pointed to before; behind @val
 * @split: UPDATE_SPLIT: the new table
 * @val: UPDATE_SET: the values
 */
struct xe_pt_update {
	struct list_head link;
	struct xe_pt *pt;
	enum update_kind kind;
	u16 first, count;
	DECLARE_BITMAP(live, XE_PT_ENTRIES);
	struct xe_pt **old;
	struct xe_pt *split;
	u64 val[];
};

/**
 * struct walk - staging of one mapping
 * @txn: where it goes
 * @src: what is mapped
 * @va: address of byte 0 of @src
 * @seg_va: the piece of contiguous memory last looked at: its address,
 * @seg_end: end,
 * @seg_addr: place
 * @seg_vram: and kind
 */
struct walk {
	struct xe_pt_txn *txn;
	const struct xe_pt_source *src;
	u64 va;
	u64 seg_va, seg_end, seg_addr;
	bool seg_vram;
};

/* ---- ranges ---- */

static void extend(u64 *start, u64 *last, u64 va, u64 end)
{
	*start = min(*start, va);
	*last = max(*last, end - 1);
}

static void txn_touches(struct xe_pt_txn *txn, struct xe_pt *pt, u64 va)
{
	u64 span = 1ull << xe_pt_shift(pt);

	extend(&txn->start, &txn->last, va & ~(span - 1), (va & ~(span - 1)) + span);
}

/* ---- updates ---- */

/* A table that nothing points to: freed later, since its memory may need a lock held now. */
static void txn_discard(struct xe_pt_txn *txn, struct xe_pt *pt)
{
	pt->next = txn->dead;
	txn->dead = pt;
}

static struct xe_pt_update *update_new(struct xe_pt_txn *txn, struct xe_pt *pt,
				       enum update_kind kind, unsigned int first, unsigned int max)
{
	unsigned int vals = kind == UPDATE_SET ? max : 0;
	bool tables = pt->level && kind != UPDATE_UNGROUP;
	struct xe_pt_update *u;

	u = xe_arena_alloc(&txn->arena, size_add(struct_size(u, val, vals),
						 tables ? array_size(max, sizeof(*u->old)) : 0));
	if (!u)
		return ERR_PTR(-ENOBUFS);
	u->pt = pt;
	u->kind = kind;
	u->first = first;
	u->count = 0;
	u->old = tables ? (struct xe_pt **)&u->val[vals] : NULL;
	u->split = NULL;
	bitmap_copy(u->live, pt->live, XE_PT_ENTRIES);
	list_add_tail(&u->link, &txn->updates);
	return u;
}

/* The next entry of the run is now @child (or a leaf, or nothing). */
static void update_push(struct xe_pt_txn *txn, struct xe_pt_update *u, struct xe_pt *child,
			bool live)
{
	struct xe_pt *pt = u->pt;
	unsigned int i = u->first + u->count;

	if (u->old) {
		txn->orphaned |= !!pt->child[i];
		u->old[u->count] = pt->child[i];
		pt->child[i] = child;
	}
	__assign_bit(i, pt->live, live);
	u->count++;
}

/* ---- huge leaves and compact tables become tables ---- */

static struct xe_pt *split_entry(struct xe_pt_txn *txn, struct xe_pt *pt, u64 va)
{
	unsigned int i = xe_pt_index(pt, va), j;
	struct xe_pt *old = pt->child[i], *child;
	u64 span = 1ull << xe_pt_shift(pt), start = va & ~(span - 1);
	struct xe_pt_update *u;

	child = xe_pt_new(txn->tree, pt->level - 1, false);
	if (IS_ERR(child))
		return child;
	u = update_new(txn, pt, UPDATE_SPLIT, i, 1);
	if (IS_ERR(u)) {
		txn_discard(txn, child);
		return ERR_CAST(u);
	}

	if (!old)
		bitmap_fill(child->live, XE_PT_ENTRIES);
	else
		for_each_set_bit(j, old->live, XE_PT_COMPACT_ENTRIES)
			bitmap_set(child->live, j * 16, 16);
	u->split = child;
	update_push(txn, u, child, true);
	txn_touches(txn, pt, va);
	extend(&txn->flush_start, &txn->flush_last, start, start + span);
	return child;
}

/* What entry @i of the new table says. Nothing where something was staged: it was zapped. */
static u64 split_value(struct xe_pt_tree *tree, struct xe_pt_update *u, unsigned int i, u64 *leaf)
{
	struct xe_pt *old = u->old[0];

	if (!old) {
		if (!i)
			*leaf = xe_pt_read(u->pt, u->first);
		return xe_pte_split(*leaf, u->pt->level, i);
	}
	/* A hole stays one: a scratch entry in a group of 64 KiB is taken for a mapping. */
	if (!test_bit(i / 16, old->live))
		return tree->empty[0];
	if (i % 16 == 0)
		*leaf = xe_pt_read(old, i / 16);
	return xe_pte_uncompact(*leaf, i);
}

static void apply_split(struct xe_pt_tree *tree, struct xe_pt_update *u)
{
	unsigned int i;
	u64 leaf = 0;

	for (i = 0; i < XE_PT_ENTRIES; i++)
		xe_pt_write(u->split, i, split_value(tree, u, i, &leaf));
	/* The new table is complete before the device can find it. */
	wmb();
	xe_pt_write(u->pt, u->first, xe_pt_pde(tree, u->split));
}

/* ---- mapping ---- */

static bool is_null(const struct walk *w)
{
	return !w->src->addr;
}

/* Look at the memory behind @va. Returns false when it does not end at or after @end. */
static bool seek(struct walk *w, u64 va, u64 end)
{
	u64 contig;

	if (va < w->seg_va || va >= w->seg_end) {
		w->seg_addr = w->src->addr(w->src, va - w->va, &w->seg_vram, &contig);
		w->seg_va = va;
		w->seg_end = va + contig;
	}
	return end <= w->seg_end;
}

/* One leaf of @span bytes can say what @va maps to. */
static bool leaf_fits(struct walk *w, u64 va, u64 span)
{
	if (is_null(w))
		return true;
	return seek(w, va, va + span) && IS_ALIGNED(w->seg_addr + (va - w->seg_va), span);
}

static u64 leaf_value(struct walk *w, u64 va, unsigned int level)
{
	struct xe_pte_attr attr = {
		.read_only = w->src->read_only,
		.pat_index = w->src->pat_index,
		.null = is_null(w),
	};

	if (w->src->absent)
		return 0;
	if (attr.null)
		return xe_pte_bits(0, level, &attr);

	seek(w, va, va);
	attr.vram = w->seg_vram;
	attr.atomic = attr.vram ? w->src->atomic_vram : w->src->atomic_system;
	return xe_pte_bits(w->seg_addr + (va - w->seg_va), level, &attr);
}

/* All of [va, end) can be said in 64 KiB leaves. */
static bool fits_64k(struct walk *w, u64 va, u64 end)
{
	if (!IS_ALIGNED(va | end, SZ_64K))
		return false;
	for (; va < end; va += SZ_64K)
		if (!leaf_fits(w, va, SZ_64K))
			return false;
	return true;
}

/**
 * struct sink - where entries of a table go
 * @pt: the table
 * @fresh: nothing points to it yet: written at once
 * @u: the run of an update, opened by the first entry
 */
struct sink {
	struct xe_pt *pt;
	bool fresh;
	struct xe_pt_update *u;
};

static int emit(struct walk *w, struct sink *s, u64 va, u64 end, struct xe_pt *child, u64 val)
{
	struct xe_pt *pt = s->pt;
	unsigned int i = xe_pt_index(pt, va);

	if (s->fresh) {
		if (pt->level)
			pt->child[i] = child;
		__set_bit(i, pt->live);
		xe_pt_write(pt, i, val);
		return 0;
	}

	if (!s->u) {
		struct xe_pt_update *u;

		u = update_new(w->txn, pt, UPDATE_SET, i, xe_pt_index(pt, end - 1) - i + 1);
		if (IS_ERR(u))
			return PTR_ERR(u);
		s->u = u;
	}
	if (test_bit(i, pt->live))
		w->txn->replaced = true;
	else
		w->txn->filled = true;
	extend(&w->txn->flush_start, &w->txn->flush_last, va, xe_pt_next(pt, va, U64_MAX));
	s->u->val[s->u->count] = val;
	update_push(w->txn, s->u, child, true);
	txn_touches(w->txn, pt, va);
	return 0;
}

/* Leaves of level 0: whole groups of 64 KiB get the hint; a compact table has nothing else. */
static int map_leaves(struct walk *w, struct sink *s, u64 va, u64 end)
{
	u64 step = 1ull << xe_pt_shift(s->pt), group_end = 0, all_end = end;

	for (; va < end; va += step) {
		u64 pte = leaf_value(w, va, 0);
		int err;

		if (s->pt->compact || !pte) {
			/* staged as such only where it fits; absent ones are all alike */
		} else if (va < group_end) {
			pte |= XE_PTE_L0_PS64;
		} else if (IS_ALIGNED(va, SZ_64K) && end - va >= SZ_64K &&
			   leaf_fits(w, va, SZ_64K)) {
			group_end = va + SZ_64K;
			pte |= XE_PTE_L0_PS64;
		} else if (w->txn->tree->need_64k && !is_null(w) && w->seg_vram) {
			return -ENOSPC;
		}
		err = emit(w, s, va, all_end, NULL, pte);
		if (err)
			return err;
	}
	return 0;
}

static int map_table(struct walk *w, struct xe_pt *pt, bool fresh, u64 va, u64 end);

/* A table for [va, next), which it maps, and perhaps nothing else of its span. */
static struct xe_pt *map_new_table(struct walk *w, struct xe_pt *pt, u64 va, u64 next)
{
	struct xe_pt_tree *tree = w->txn->tree;
	bool covers = next - va == XE_PT_SPAN(pt->level);
	bool compact = covers && pt->level == 1 && tree->can_compact && fits_64k(w, va, next);
	struct xe_pt *child;
	int err;

	child = covers ? xe_pt_new(tree, pt->level - 1, compact) :
			 xe_pt_new_empty(tree, pt->level - 1);
	if (IS_ERR(child))
		return child;
	err = map_table(w, child, true, va, next);
	if (err) {
		txn_discard(w->txn, child);
		return ERR_PTR(err);
	}
	return child;
}

/* The table below an entry that keeps other mappings besides [va, next). */
static struct xe_pt *shared_table(struct walk *w, struct xe_pt *pt, u64 va, u64 next)
{
	struct xe_pt *child = pt->child[xe_pt_index(pt, va)];

	if (!child || (child->compact && !fits_64k(w, va, next)))
		return split_entry(w->txn, pt, va);
	return child;
}

static int map_entry(struct walk *w, struct sink *s, u64 va, u64 next, u64 end)
{
	struct xe_pt *pt = s->pt, *child;
	bool covers = next - va == XE_PT_SPAN(pt->level);
	int err;

	if (covers && pt->level <= XE_PT_LEAF_LEVEL_MAX && leaf_fits(w, va, next - va))
		return emit(w, s, va, end, NULL, leaf_value(w, va, pt->level));

	if (!covers && test_bit(xe_pt_index(pt, va), pt->live)) {
		/* A run of entries ends here: what follows comes after what is done below. */
		s->u = NULL;
		child = shared_table(w, pt, va, next);
		return IS_ERR(child) ? PTR_ERR(child) : map_table(w, child, false, va, next);
	}

	child = map_new_table(w, pt, va, next);
	if (IS_ERR(child))
		return PTR_ERR(child);
	err = emit(w, s, va, end, child, xe_pt_pde(w->txn->tree, child));
	if (err)
		txn_discard(w->txn, child);
	return err;
}

static int map_table(struct walk *w, struct xe_pt *pt, bool fresh, u64 va, u64 end)
{
	struct sink s = { .pt = pt, .fresh = fresh };
	u64 next;
	int err;

	if (!pt->level)
		return map_leaves(w, &s, va, end);

	for (; va < end; va = next) {
		next = xe_pt_next(pt, va, end);
		err = map_entry(w, &s, va, next, end);
		if (err)
			return err;
	}
	return 0;
}

/**
 * xe_pt_stage_map() - stage a mapping
 * @txn: transaction
 * @va: address, 4 KiB aligned
 * @size: bytes, likewise
 * @src: memory behind it; its addresses must not change until the job ran
 *
 * Uses the largest leaves that fit: 1 GiB, 2 MiB, 64 KiB (a compact table where a
 * whole 2 MiB is made of them, else groups of 4 KiB leaves with the hint), 4 KiB.
 * What was mapped there is replaced.
 *
 * Context: the tree's lock held; allocates.
 *
 * Return: 0, -ENOBUFS, what the table memory says, or -ENOSPC when VRAM would have to be
 * mapped in pieces smaller than the platform can. After an error the transaction can
 * only be aborted.
 */
int xe_pt_stage_map(struct xe_pt_txn *txn, u64 va, u64 size, const struct xe_pt_source *src)
{
	struct walk w = { .txn = txn, .src = src, .va = va };

	return map_table(&w, txn->tree->root, false, va, va + size);
}
EXPORT_SYMBOL_IF_KUNIT(xe_pt_stage_map);

/* ---- unmapping ---- */

/* Nothing is left in @pt once [va, end) is gone. */
static bool would_be_empty(struct xe_pt *pt, u64 va, u64 end)
{
	u64 span = 1ull << xe_pt_shift(pt);
	u64 base = va & ~(span * xe_pt_count(pt) - 1);
	unsigned int i;

	for_each_set_bit(i, pt->live, xe_pt_count(pt)) {
		u64 lo = base + i * span, hi = lo + span;

		if (va <= lo && hi <= end)
			continue;
		if (hi <= va || end <= lo || !pt->level || !pt->child[i])
			return false;
		if (!would_be_empty(pt->child[i], max(va, lo), min(end, hi)))
			return false;
	}
	return true;
}

/* The 4 KiB leaves of [va, end), less than a 64 KiB group, lose the rest of the group. */
static int ungroup(struct xe_pt_txn *txn, struct xe_pt *pt, u64 va, u64 end)
{
	unsigned int first = xe_pt_index(pt, va), count = (end - va) / SZ_4K;
	struct xe_pt_update *u;

	if (!count || find_next_bit(pt->live, first + count, first) == first + count)
		return 0;
	u = update_new(txn, pt, UPDATE_UNGROUP, first, 0);
	if (IS_ERR(u))
		return PTR_ERR(u);
	u->count = count;
	extend(&txn->start, &txn->last, va, end);
	extend(&txn->flush_start, &txn->flush_last, va, end);
	return 0;
}

static int ungroup_edges(struct xe_pt_txn *txn, struct xe_pt *pt, u64 va, u64 end)
{
	int err = 0;

	if (!IS_ALIGNED(va, SZ_64K))
		err = ungroup(txn, pt, ALIGN_DOWN(va, SZ_64K), va);
	if (!err && !IS_ALIGNED(end, SZ_64K))
		err = ungroup(txn, pt, end, ALIGN(end, SZ_64K));
	return err;
}

static int clear_one(struct xe_pt_txn *txn, struct sink *s, u64 va, u64 end)
{
	struct xe_pt *pt = s->pt;
	unsigned int i = xe_pt_index(pt, va);

	if (!s->u) {
		struct xe_pt_update *u;

		u = update_new(txn, pt, UPDATE_CLEAR, i, xe_pt_index(pt, end - 1) - i + 1);
		if (IS_ERR(u))
			return PTR_ERR(u);
		s->u = u;
	}
	update_push(txn, s->u, NULL, false);
	txn_touches(txn, pt, va);
	txn->cleared = true;
	return 0;
}

static int clear_table(struct xe_pt_txn *txn, struct xe_pt *pt, u64 va, u64 end);

static int clear_entry(struct xe_pt_txn *txn, struct sink *s, u64 va, u64 next, u64 end)
{
	struct xe_pt *pt = s->pt, *child;
	bool covers = next - va == 1ull << xe_pt_shift(pt);

	child = pt->level ? pt->child[xe_pt_index(pt, va)] : NULL;
	if (covers || (child && would_be_empty(child, va, next)))
		return clear_one(txn, s, va, end);

	s->u = NULL;
	if (!child || (child->compact && !IS_ALIGNED(va | next, SZ_64K)))
		child = split_entry(txn, pt, va);
	return IS_ERR(child) ? PTR_ERR(child) : clear_table(txn, child, va, next);
}

static int clear_table(struct xe_pt_txn *txn, struct xe_pt *pt, u64 va, u64 end)
{
	struct sink s = { .pt = pt };
	u64 next;
	int err;

	if (!pt->level && !pt->compact) {
		err = ungroup_edges(txn, pt, va, end);
		if (err)
			return err;
	}

	for (; va < end; va = next) {
		next = xe_pt_next(pt, va, end);
		if (!test_bit(xe_pt_index(pt, va), pt->live)) {
			s.u = NULL;
			continue;
		}
		err = clear_entry(txn, &s, va, next, end);
		if (err)
			return err;
	}
	return 0;
}

/**
 * xe_pt_stage_clear() - stage the end of a mapping
 * @txn: transaction
 * @va: address, 4 KiB aligned
 * @size: bytes, likewise; parts may not be mapped at all
 *
 * Tables that become empty go as well.
 *
 * Context: the tree's lock held; allocates.
 *
 * Return: 0, -ENOBUFS or what the table memory says; the transaction can then only be
 * aborted.
 */
int xe_pt_stage_clear(struct xe_pt_txn *txn, u64 va, u64 size)
{
	int err;

	err = clear_table(txn, txn->tree->root, va, va + size);
	if (!err && txn->cleared)
		extend(&txn->flush_start, &txn->flush_last, va, va + size);
	return err;
}
EXPORT_SYMBOL_IF_KUNIT(xe_pt_stage_clear);

/* ---- the transaction ---- */

/**
 * xe_pt_txn_init() - start with nothing staged
 * @txn: transaction
 * @tree: what it will change
 */
void xe_pt_txn_init(struct xe_pt_txn *txn, struct xe_pt_tree *tree)
{
	/* One by one: a literal would clear @room, too, which costs more than the rest. */
	txn->tree = tree;
	txn->dead = NULL;
	txn->start = U64_MAX;
	txn->flush_start = U64_MAX;
	txn->last = 0;
	txn->flush_last = 0;
	txn->cleared = false;
	txn->replaced = false;
	txn->filled = false;
	txn->orphaned = false;
	txn->applied = false;
	INIT_LIST_HEAD(&txn->updates);
	xe_arena_init(&txn->arena, txn->room, sizeof(txn->room));
}
EXPORT_SYMBOL_IF_KUNIT(xe_pt_txn_init);

static void apply_one(struct xe_pt_tree *tree, struct xe_pt_update *u)
{
	unsigned int i, end = u->first + u->count;

	switch (u->kind) {
	case UPDATE_SET:
		for (i = 0; i < u->count; i++)
			xe_pt_write(u->pt, u->first + i, u->val[i]);
		break;
	case UPDATE_CLEAR:
		xe_pt_fill(tree, u->pt, u->first, u->count);
		break;
	case UPDATE_SPLIT:
		apply_split(tree, u);
		break;
	case UPDATE_UNGROUP:
		for (i = u->first; i < end; i++)
			xe_pt_write(u->pt, i, xe_pt_read(u->pt, i) & ~XE_PTE_L0_PS64);
		break;
	}
}

/**
 * xe_pt_txn_apply() - let the device see what was staged
 * @txn: transaction; all earlier ones on the same entries have been applied
 *
 * The caller makes the writes reach the device, and the device forget what it
 * cached.
 *
 * Context: fence signalling: neither allocates nor waits.
 */
void xe_pt_txn_apply(struct xe_pt_txn *txn)
{
	struct xe_pt_tree *tree = txn->tree;
	struct xe_pt_update *u;

	if (tree->can_zap)
		mutex_lock(&tree->zap_lock);
	/* Tables written while staging are complete before something points to them. */
	wmb();
	list_for_each_entry(u, &txn->updates, link)
		apply_one(tree, u);
	if (tree->can_zap)
		mutex_unlock(&tree->zap_lock);
	txn->applied = true;
}
EXPORT_SYMBOL_IF_KUNIT(xe_pt_txn_apply);

/**
 * xe_pt_txn_abort() - undo all that was staged
 * @txn: transaction; nothing was staged on the tree after it
 *
 * Context: the tree's lock held.
 */
void xe_pt_txn_abort(struct xe_pt_txn *txn)
{
	struct xe_pt_update *u;
	unsigned int i;

	list_for_each_entry_reverse(u, &txn->updates, link) {
		for (i = 0; u->old && i < u->count; i++) {
			struct xe_pt *new = u->pt->child[u->first + i];

			u->pt->child[u->first + i] = u->old[i];
			if (new && new != u->old[i])
				txn_discard(txn, new);
		}
		bitmap_copy(u->pt->live, u->live, XE_PT_ENTRIES);
	}
	INIT_LIST_HEAD(&txn->updates);
}
EXPORT_SYMBOL_IF_KUNIT(xe_pt_txn_abort);

/**
 * xe_pt_txn_fini() - give up the tables that were replaced, and the transaction's memory
 * @txn: applied, and forgotten by the device's caches; or aborted
 *
 * Context: process; no reservation held.
 */
void xe_pt_txn_fini(struct xe_pt_txn *txn)
{
	void (*done_with)(struct xe_pt_tree *tree, struct xe_pt *pt) =
		txn->applied ? xe_pt_retire : xe_pt_free;
	struct xe_pt_update *u;
	unsigned int i;

	list_for_each_entry(u, &txn->updates, link)
		for (i = 0; u->old && i < u->count; i++)
			done_with(txn->tree, u->old[i]);
	INIT_LIST_HEAD(&txn->updates);
	xe_arena_fini(&txn->arena);
	while (txn->dead) {
		struct xe_pt *pt = txn->dead;

		txn->dead = pt->next;
		xe_pt_free(txn->tree, pt);
	}
}
EXPORT_SYMBOL_IF_KUNIT(xe_pt_txn_fini);
