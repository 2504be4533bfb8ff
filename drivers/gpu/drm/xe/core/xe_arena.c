// SPDX-License-Identifier: GPL-2.0
/*
 * An array of binds takes two small pieces of memory for each of its operations, which are
 * all given back at its end. To take and to give back each of them was a fifth of what an
 * operation cost. A single one mostly does with the room that its owner has.
 */
#include "core/xe_arena.h"

#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include <kunit/visibility.h>

/**
 * struct xe_arena_chunk - what was allocated
 * @older: the one before, or NULL
 * @size: bytes, with this
 * @data: what is given out
 */
struct xe_arena_chunk {
	struct xe_arena_chunk *older;
	size_t size;
	u64 data[];
};

/**
 * xe_arena_grow() - make room for a piece
 * @arena: what it has left does not suffice, and is lost
 * @size: bytes of the piece
 *
 * Each chunk is twice as large as the one before, up to 8 KiB: few pieces keep little memory,
 * and many take few chunks.
 *
 * Context: may sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int xe_arena_grow(struct xe_arena *arena, size_t size)
{
	struct xe_arena_chunk *old = arena->chunk, *chunk;
	size_t all = old ? min(2 * old->size, SZ_8K) : SZ_256;

	all = max(all, size_add(sizeof(*chunk), size));
	chunk = kvmalloc(all, GFP_KERNEL);
	if (!chunk)
		return -ENOMEM;
	chunk->older = old;
	chunk->size = all;
	arena->chunk = chunk;
	arena->at = (u8 *)chunk->data;
	arena->left = all - sizeof(*chunk);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(xe_arena_grow);

/**
 * xe_arena_fini() - give all pieces back
 * @arena: initialized
 *
 * Context: may sleep.
 */
void xe_arena_fini(struct xe_arena *arena)
{
	while (arena->chunk) {
		struct xe_arena_chunk *chunk = arena->chunk;

		arena->chunk = chunk->older;
		kvfree(chunk);
	}
	arena->left = 0;
}
EXPORT_SYMBOL_IF_KUNIT(xe_arena_fini);
