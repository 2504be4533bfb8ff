/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_ARENA_H_
#define _XE_ARENA_H_

#include <linux/math.h>
#include <linux/overflow.h>
#include <linux/types.h>

struct xe_arena_chunk;

/**
 * struct xe_arena - many small pieces of memory that go as one
 * @at: the next piece
 * @left: bytes from there on
 * @chunk: the newest that was allocated, or NULL; the older ones follow
 */
struct xe_arena {
	u8 *at;
	size_t left;
	struct xe_arena_chunk *chunk;
};

/* xe_arena_init() - the first pieces are in @room, of @size bytes, which lives as long; or NULL */
static inline void xe_arena_init(struct xe_arena *arena, u64 *room, size_t size)
{
	*arena = (struct xe_arena){ .at = (u8 *)room, .left = size };
}

/* For xe_arena_alloc() alone. */
int xe_arena_grow(struct xe_arena *arena, size_t size);

/**
 * xe_arena_alloc() - take a piece
 * @arena: where from; one caller at a time
 * @size: bytes; there is never memory for SIZE_MAX, which stands for an overflow
 *
 * Context: may sleep.
 *
 * Return: memory with any contents, aligned to 8 bytes; NULL when there is none.
 */
static inline void *xe_arena_alloc(struct xe_arena *arena, size_t size)
{
	void *piece;

	size = round_down(size_add(size, sizeof(u64) - 1), sizeof(u64));
	if (size > arena->left && xe_arena_grow(arena, size))
		return NULL;
	piece = arena->at;
	arena->at += size;
	arena->left -= size;
	return piece;
}

/* xe_arena_fini() - all pieces go; to be initialized before it is used again */
void xe_arena_fini(struct xe_arena *arena);

#endif
