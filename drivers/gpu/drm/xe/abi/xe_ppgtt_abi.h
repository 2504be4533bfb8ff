/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_PPGTT_ABI_H_
#define _XE_PPGTT_ABI_H_

#include <linux/bits.h>
#include <linux/sizes.h>

/*
 * Per-process page tables: 8-byte entries, 512 to a table. Level 0 holds 4 KiB
 * leaves; levels 1 and 2 may hold 2 MiB and 1 GiB leaves in place of a table.
 */
#define XE_PT_BYTES		SZ_4K
#define XE_PT_ENTRIES		512
#define XE_PT_SHIFT(level)	(12 + 9 * (level))
#define XE_PT_SPAN(level)	(1ull << XE_PT_SHIFT(level))
/* Highest level that may hold a leaf. */
#define XE_PT_LEAF_LEVEL_MAX	2
#define XE_PT_LEVELS_MAX	5

/* A compact table of 64 KiB leaves, marked in the entry that points to it. */
#define XE_PT_COMPACT_ENTRIES	32
#define XE_PT_COMPACT_SHIFT	16

/* Leaves of all levels, and entries that point to tables where it makes sense. */
#define XE_PTE_PRESENT		BIT_ULL(0)
#define XE_PTE_WRITE		BIT_ULL(1)
#define XE_PTE_PAT0		BIT_ULL(3)
#define XE_PTE_PAT1		BIT_ULL(4)
#define XE_PTE_L0_PAT2		BIT_ULL(7)
#define XE_PTE_L0_PS64		BIT_ULL(8)
#define XE_PTE_NULL		BIT_ULL(9)
#define XE_PTE_ATOMIC		BIT_ULL(10)
#define XE_PTE_VRAM		BIT_ULL(11)
#define XE_PTE_PAT4		BIT_ULL(61)
#define XE_PTE_PAT3		BIT_ULL(62)
#define XE_PTE_ADDR_MASK	GENMASK_ULL(51, 12)

/* Leaves of levels 1 and 2. */
#define XE_PTE_HUGE		BIT_ULL(7)
#define XE_PTE_HUGE_PAT2	BIT_ULL(12)

/* Entries of level 1 that point to a table. */
#define XE_PDE_COMPACT		BIT_ULL(6)

#endif
