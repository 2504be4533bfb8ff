/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_PT_STAGE_H_
#define _XE_PT_STAGE_H_

#include <linux/list.h>
#include <linux/types.h>

#include "core/xe_arena.h"

struct xe_pt;
struct xe_pt_tree;

/**
 * struct xe_pt_source - the memory behind a mapping
 * @addr: address of byte @offset; @vram: a DPA, else a DMA address; @contig: bytes
 *	from there that are contiguous, not 0. NULL: a null mapping, or an @absent one
 * @absent: accesses fault, also where unmapped addresses do not
 * @read_only: no writes
 * @atomic_vram: device atomics allowed in VRAM
 * @atomic_system: and in system memory
 * @pat_index: caching
 */
struct xe_pt_source {
	u64 (*addr)(const struct xe_pt_source *src, u64 offset, bool *vram, u64 *contig);
	bool absent, read_only, atomic_vram, atomic_system;
	u8 pat_index;
};

/**
 * struct xe_pt_txn - changes to one tree that happen as one
 * @tree: what is changed
 * @updates: what the job does to tables that the device may already see
 * @arena: where they are
 * @room: of @arena, for one run of few entries
 * @dead: tables that were made and are not needed after all
 * @start: first byte of address space whose entries are written
 * @last: last byte of that
 * @flush_start: first byte whose cached translations may be wrong afterwards
 * @flush_last: last byte of these
 * @cleared: something that was mapped no longer is
 * @replaced: something that was mapped is now mapped otherwise
 * @filled: something is mapped that was not
 * @orphaned: a table is no longer pointed to; the device may remember where it is
 * @applied: the device sees it
 *
 * Work on @start to @last must happen in the order in which it was staged. A range
 * is empty when its last byte is before its first.
 */
struct xe_pt_txn {
	struct xe_pt_tree *tree;
	struct list_head updates;
	struct xe_arena arena;
	u64 room[16];
	struct xe_pt *dead;
	u64 start, last;
	u64 flush_start, flush_last;
	bool cleared, replaced, filled, orphaned, applied;
};

void xe_pt_txn_init(struct xe_pt_txn *txn, struct xe_pt_tree *tree);
int xe_pt_stage_map(struct xe_pt_txn *txn, u64 va, u64 size, const struct xe_pt_source *src);
int xe_pt_stage_clear(struct xe_pt_txn *txn, u64 va, u64 size);
/* xe_pt_txn_abort() - as if nothing had been staged; xe_pt_txn_fini() frees the memory */
void xe_pt_txn_abort(struct xe_pt_txn *txn);
/* xe_pt_txn_apply() - write the entries. Context: fence signalling; no allocation */
void xe_pt_txn_apply(struct xe_pt_txn *txn);
/* xe_pt_txn_fini() - free what was replaced once the device forgot it, or what abort left */
void xe_pt_txn_fini(struct xe_pt_txn *txn);

#endif
