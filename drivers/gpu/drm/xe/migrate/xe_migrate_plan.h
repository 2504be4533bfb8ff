/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_MIGRATE_PLAN_H_
#define _XE_MIGRATE_PLAN_H_

#include <linux/types.h>

struct xe_extents;

/* Blits of one batch: bounds the batch, and how finely scattered VRAM may be per chunk. */
#define XE_MIGRATE_MAX_BLITS	128

/**
 * struct xe_migrate_side - where one side of an operation is
 * @extents: its device addresses
 * @windowed: system memory: each chunk is mapped at @base anew. Else VRAM, which
 *	is always mapped: device address 0 at @base
 * @base: GPU virtual address
 */
struct xe_migrate_side {
	const struct xe_extents *extents;
	bool windowed;
	u64 base;
};

/**
 * struct xe_migrate_blit - one command
 * @src: GPU virtual address; not used by clears
 * @dst: GPU virtual address
 * @bytes: what to copy or clear
 */
struct xe_migrate_blit {
	u64 src, dst;
	u32 bytes;
};

/**
 * struct xe_migrate_chunk - what one job does
 * @offset: in the object
 * @bytes: sum of all blits
 * @n: blits
 * @blit: commands in order
 */
struct xe_migrate_chunk {
	u64 offset;
	u32 bytes;
	u32 n;
	struct xe_migrate_blit blit[XE_MIGRATE_MAX_BLITS];
};

void xe_migrate_plan(struct xe_migrate_chunk *chunk, const struct xe_migrate_side *src,
		     const struct xe_migrate_side *dst, u64 offset, u32 max_bytes);

#endif
