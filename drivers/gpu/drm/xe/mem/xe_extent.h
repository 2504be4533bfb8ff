/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_EXTENT_H_
#define _XE_EXTENT_H_

#include <linux/types.h>

/**
 * struct xe_extent - a run of contiguous device addresses
 * @offset: byte offset in the object where the run begins
 * @addr: its device address there
 */
struct xe_extent {
	u64 offset, addr;
};

/**
 * struct xe_extents - where an object's bytes are, whatever memory they are in
 * @size: bytes described; the last run ends here
 * @n: runs in use, neighbours in address and offset merged
 * @max: runs there is room for
 * @e: by ascending offset, the first at 0
 *
 * Written once while its owner has it alone, then read without locks.
 */
struct xe_extents {
	u64 size;
	u32 n, max;
	struct xe_extent e[] __counted_by(max);
};

struct xe_extents *xe_extents_alloc(u32 max);
void xe_extents_free(struct xe_extents *x);
void xe_extents_add(struct xe_extents *x, u64 addr, u64 len);
u64 xe_extents_addr(const struct xe_extents *x, u64 offset, u64 *contig);

#endif
