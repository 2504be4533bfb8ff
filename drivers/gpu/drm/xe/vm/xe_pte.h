/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_PTE_H_
#define _XE_PTE_H_

#include "core/xe_device.h"

/* struct xe_pte_attr - what a leaf says besides its address */
struct xe_pte_attr {
	bool vram, read_only, null, atomic;
	u8 pat_index;
};

/* xe_pte_encode() - leaf at @level: 0: 4K, 1: 2M, 2: 1G; @addr aligned to it */
u64 xe_pte_encode(struct xe_device *xe, u64 addr, unsigned int level,
		  const struct xe_pte_attr *attr);
/* xe_pde_encode() - entry that points to a table at @addr; @compact: of 64K entries */
u64 xe_pde_encode(struct xe_device *xe, u64 addr, unsigned int level, bool compact);

/* xe_pde_pat() - PAT index with which the walker reads page tables */
u8 xe_pde_pat(struct xe_device *xe);

/* The same without a device: the bits alone. */
u64 xe_pte_bits(u64 addr, unsigned int level, const struct xe_pte_attr *attr);
u64 xe_pde_bits(u64 addr, u8 pat_index, bool compact);
/* xe_pte_split() - entry @i of the level below that says the same as leaf @pte of @level */
u64 xe_pte_split(u64 pte, unsigned int level, unsigned int i);
/* xe_pte_uncompact() - 4K entry @i that says the same as @pte of a compact table */
u64 xe_pte_uncompact(u64 pte, unsigned int i);

#endif
