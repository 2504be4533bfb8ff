// SPDX-License-Identifier: GPL-2.0
/*
 * How an operation on an object is cut into jobs, and a job into blits: a pure
 * function of where the object is.
 */

#include "migrate/xe_migrate_plan.h"

#include <linux/export.h>
#include <linux/minmax.h>

#include <kunit/visibility.h>

#include "mem/xe_extent.h"

/* GPU address of @side's byte @offset, and in *@n at most how many bytes it is good for. */
static u64 side_va(const struct xe_migrate_side *side, const struct xe_migrate_chunk *chunk,
		   u64 offset, u64 *n)
{
	u64 addr, contig;

	/* The window makes any pages contiguous. */
	if (side->windowed)
		return side->base + (offset - chunk->offset);

	addr = xe_extents_addr(side->extents, offset, &contig);
	*n = min(*n, contig);
	return side->base + addr;
}

/**
 * xe_migrate_plan() - the next job of an operation
 * @chunk: what to do
 * @src: where to copy from, or NULL for a clear
 * @dst: where to copy to, or what to clear
 * @offset: where the operation has come to, less than the size of the object
 * @max_bytes: what a window holds, and a job may do
 *
 * Context: any; pure. Sizes and offsets are multiples of pages.
 */
void xe_migrate_plan(struct xe_migrate_chunk *chunk, const struct xe_migrate_side *src,
		     const struct xe_migrate_side *dst, u64 offset, u32 max_bytes)
{
	u32 limit = min_t(u64, dst->extents->size - offset, max_bytes);

	chunk->offset = offset;
	chunk->bytes = 0;
	chunk->n = 0;

	while (chunk->bytes < limit && chunk->n < XE_MIGRATE_MAX_BLITS) {
		struct xe_migrate_blit *blit = &chunk->blit[chunk->n++];
		u64 bytes = limit - chunk->bytes;

		blit->src = src ? side_va(src, chunk, offset + chunk->bytes, &bytes) : 0;
		blit->dst = side_va(dst, chunk, offset + chunk->bytes, &bytes);
		blit->bytes = bytes;
		chunk->bytes += bytes;
	}
}
EXPORT_SYMBOL_IF_KUNIT(xe_migrate_plan);
