/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_PT_H_
#define _XE_PT_H_

#include <linux/bitmap.h>
#include <linux/iosys-map.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/xarray.h>

#include "abi/xe_ppgtt_abi.h"

struct xe_pt_tree;

/**
 * struct xe_pt_mem - 4 KiB of device-readable memory
 * @map: where the CPU writes it
 * @addr: where the device reads it
 * @priv: of who allocated it
 */
struct xe_pt_mem {
	struct iosys_map map;
	u64 addr;
	void *priv;
};

/**
 * struct xe_pt_mem_ops - where tables come from; a test has its own
 */
struct xe_pt_mem_ops {
	/** @alloc: 0 or -errno; contents are undefined */
	int (*alloc)(struct xe_pt_tree *tree, struct xe_pt_mem *mem);
	/** @free: Context: may sleep; no reservation held */
	void (*free)(struct xe_pt_tree *tree, struct xe_pt_mem *mem);
};

/**
 * struct xe_pt - one table, as it will be when all staged work is done
 * @mem: what the device sees; behind the staged state by the jobs under way
 * @level: 0 to XE_PT_LEVELS_MAX - 1
 * @compact: level 0 only: 32 entries of 64 KiB
 * @live: entries that hold a leaf or a table
 * @next: in the list of spare tables, or of those that were never used
 * @child: above level 0: the table below, or NULL where there is a leaf or nothing
 */
struct xe_pt {
	struct xe_pt_mem mem;
	struct xe_pt *next;
	u8 level;
	bool compact;
	DECLARE_BITMAP(live, XE_PT_ENTRIES);
	struct xe_pt *child[];
};

/* Of each level and tree: 16 KiB; enough for what is unmapped and mapped in turns. */
#define XE_PT_SPARE_MAX		4

/**
 * struct xe_pt_spare - tables of one level that are kept for the next mapping
 * @first: list; they say what they said last
 * @n: how many
 */
struct xe_pt_spare {
	struct xe_pt *first;
	unsigned int n;
};

/**
 * struct xe_pt_tree - the page tables of one address space on one tile
 * @ops: memory
 * @priv: of the owner, for @ops
 * @root: top table; lives as long as the tree
 * @scratch: tables of scratch entries, for levels that cannot hold a leaf
 * @empty: per level, what an entry that maps nothing reads
 * @levels: tables from root to leaf
 * @pde_pat: PAT index of table pointers
 * @need_64k: VRAM is mapped in units of 64 KiB at least
 * @can_compact: the walker knows compact tables
 * @can_zap: entries may be taken away behind the back of what is staged: xe_pt_zap()
 * @spare: per level
 * @spare_lock: protects @spare
 * @by_page: @can_zap: table of each page that holds one
 * @zap_lock: @can_zap: protects the entries that the device sees against writers of two kinds
 *
 * Locking: the owner's reservation; see vm/xe_vm.c.
 */
struct xe_pt_tree {
	const struct xe_pt_mem_ops *ops;
	void *priv;
	struct xe_pt *root;
	struct xe_pt *scratch[XE_PT_LEVELS_MAX];
	u64 empty[XE_PT_LEVELS_MAX];
	u8 levels;
	u8 pde_pat;
	bool need_64k, can_compact, can_zap;
	struct xe_pt_spare spare[XE_PT_LEVELS_MAX];
	spinlock_t spare_lock;	/* see above */
	struct xarray by_page;
	struct mutex zap_lock;	/* see above; taken in fence signalling */
};

int xe_pt_tree_init(struct xe_pt_tree *tree, bool scratch, u8 scratch_pat, bool scratch_vram);
/* xe_pt_tree_fini() - free what is left; nothing may use the root any more */
void xe_pt_tree_fini(struct xe_pt_tree *tree);
/* xe_pt_tree_clear() - empty the root, as the device sees it */
void xe_pt_tree_clear(struct xe_pt_tree *tree);
/* xe_pt_tree_prune() - free all below the root */
void xe_pt_tree_prune(struct xe_pt_tree *tree);

/* xe_pt_new() - ERR_PTR; contents undefined */
struct xe_pt *xe_pt_new(struct xe_pt_tree *tree, unsigned int level, bool compact);
struct xe_pt *xe_pt_new_empty(struct xe_pt_tree *tree, unsigned int level);
/* xe_pt_free() - with all tables below; NULL is fine */
void xe_pt_free(struct xe_pt_tree *tree, struct xe_pt *pt);
/* xe_pt_retire() - the same of one that was used, and may be again */
void xe_pt_retire(struct xe_pt_tree *tree, struct xe_pt *pt);
/* xe_pt_fill() - @count entries from @first := empty */
void xe_pt_fill(struct xe_pt_tree *tree, struct xe_pt *pt, unsigned int first, unsigned int count);
u64 xe_pt_pde(const struct xe_pt_tree *tree, const struct xe_pt *pt);
/* xe_pt_zap() - leaves in [@va, @end) fault from now on; true: there were some */
bool xe_pt_zap(struct xe_pt_tree *tree, u64 va, u64 end);
/* xe_pt_lookup() - the leaf that the device finds for @va, or 0 */
u64 xe_pt_lookup(struct xe_pt_tree *tree, u64 va);

static inline unsigned int xe_pt_shift(const struct xe_pt *pt)
{
	return pt->compact ? XE_PT_COMPACT_SHIFT : XE_PT_SHIFT(pt->level);
}

static inline unsigned int xe_pt_count(const struct xe_pt *pt)
{
	return pt->compact ? XE_PT_COMPACT_ENTRIES : XE_PT_ENTRIES;
}

static inline unsigned int xe_pt_index(const struct xe_pt *pt, u64 va)
{
	return (va >> xe_pt_shift(pt)) & (xe_pt_count(pt) - 1);
}

/* End of the entry that holds @va, at most @end. */
static inline u64 xe_pt_next(const struct xe_pt *pt, u64 va, u64 end)
{
	u64 span = 1ull << xe_pt_shift(pt);

	return min((va & ~(span - 1)) + span, end);
}

static inline void xe_pt_write(struct xe_pt *pt, unsigned int i, u64 val)
{
	iosys_map_wr(&pt->mem.map, i * sizeof(u64), u64, val);
}

static inline u64 xe_pt_read(struct xe_pt *pt, unsigned int i)
{
	return iosys_map_rd(&pt->mem.map, i * sizeof(u64), u64);
}

#endif
