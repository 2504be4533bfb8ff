// SPDX-License-Identifier: GPL-2.0
/*
 * One description of "which device addresses hold this object" for VRAM blocks
 * and for DMA-mapped system pages, so that page tables, blits and CPU access
 * need not know the difference.
 */

#include "mem/xe_extent.h"

#include <linux/export.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include <kunit/visibility.h>

/**
 * xe_extents_alloc() - an empty description
 * @max: runs that may be added
 *
 * Context: may sleep.
 * Return: the description, to be given to xe_extents_free(), or NULL.
 */
struct xe_extents *xe_extents_alloc(u32 max)
{
	struct xe_extents *x = kvzalloc(struct_size(x, e, max), GFP_KERNEL);

	if (x)
		x->max = max;
	return x;
}
EXPORT_SYMBOL_IF_KUNIT(xe_extents_alloc);

/**
 * xe_extents_free() - end of a description
 * @x: from xe_extents_alloc(), or NULL
 */
void xe_extents_free(struct xe_extents *x)
{
	kvfree(x);
}
EXPORT_SYMBOL_IF_KUNIT(xe_extents_free);

/**
 * xe_extents_add() - the object goes on at another address
 * @x: description with room for one more run
 * @addr: device address of the byte at @x->size
 * @len: bytes, not 0
 */
void xe_extents_add(struct xe_extents *x, u64 addr, u64 len)
{
	const struct xe_extent *last = x->n ? &x->e[x->n - 1] : NULL;

	if (!last || last->addr + (x->size - last->offset) != addr)
		x->e[x->n++] = (struct xe_extent){ .offset = x->size, .addr = addr };
	x->size += len;
}
EXPORT_SYMBOL_IF_KUNIT(xe_extents_add);

/**
 * xe_extents_addr() - the device address of a byte
 * @x: description
 * @offset: less than @x->size
 * @contig: bytes from there that are contiguous; may be NULL
 *
 * Context: any.
 * Return: the device address.
 */
u64 xe_extents_addr(const struct xe_extents *x, u64 offset, u64 *contig)
{
	u32 lo = 0, hi = x->n - 1;

	while (lo < hi) {
		u32 mid = hi - (hi - lo) / 2;

		if (x->e[mid].offset <= offset)
			lo = mid;
		else
			hi = mid - 1;
	}
	if (contig)
		*contig = (lo + 1 < x->n ? x->e[lo + 1].offset : x->size) - offset;
	return x->e[lo].addr + (offset - x->e[lo].offset);
}
EXPORT_SYMBOL_IF_KUNIT(xe_extents_addr);
