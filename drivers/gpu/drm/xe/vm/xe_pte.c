// SPDX-License-Identifier: GPL-2.0
#include "vm/xe_pte.h"

#include <linux/export.h>

#include <kunit/visibility.h>

#include "abi/xe_ppgtt_abi.h"
#include "core/xe_platform.h"
#include "gt/xe_pat.h"

/* Where bit @n of a PAT index goes; bit 2 moves up in huge leaves, where bit 7 is taken. */
static u64 pat_bits(u8 index, unsigned int level)
{
	u64 bits = 0;

	if (index & BIT(0))
		bits |= XE_PTE_PAT0;
	if (index & BIT(1))
		bits |= XE_PTE_PAT1;
	if (index & BIT(2))
		bits |= level ? XE_PTE_HUGE_PAT2 : XE_PTE_L0_PAT2;
	if (index & BIT(3))
		bits |= XE_PTE_PAT3;
	if (index & BIT(4))
		bits |= XE_PTE_PAT4;
	return bits;
}

/**
 * xe_pte_bits() - encode a leaf
 * @addr: DPA or DMA address, aligned to the span of @level; ignored for a null leaf
 * @level: 0: 4 KiB (or 64 KiB in a compact table), 1: 2 MiB, 2: 1 GiB
 * @attr: what else it says
 *
 * Context: any; pure.
 *
 * Return: the entry, without the 64 KiB hint.
 */
u64 xe_pte_bits(u64 addr, unsigned int level, const struct xe_pte_attr *attr)
{
	u64 pte = XE_PTE_PRESENT | pat_bits(attr->pat_index, level);

	if (level)
		pte |= XE_PTE_HUGE;
	if (!attr->read_only)
		pte |= XE_PTE_WRITE;
	if (attr->vram)
		pte |= XE_PTE_VRAM;
	if (attr->null)
		return pte | XE_PTE_NULL;
	if (attr->atomic)
		pte |= XE_PTE_ATOMIC;
	return pte | addr;
}
EXPORT_SYMBOL_IF_KUNIT(xe_pte_bits);

/**
 * xe_pde_bits() - encode an entry that points to a table
 * @addr: of the table, in the memory where the platform keeps its tables
 * @pat_index: 0 to 3
 * @compact: the table holds 32 leaves of 64 KiB
 *
 * Context: any; pure.
 *
 * Return: the entry.
 */
u64 xe_pde_bits(u64 addr, u8 pat_index, bool compact)
{
	return addr | XE_PTE_PRESENT | XE_PTE_WRITE | pat_bits(pat_index & 3, 0) |
	       (compact ? XE_PDE_COMPACT : 0);
}
EXPORT_SYMBOL_IF_KUNIT(xe_pde_bits);

/**
 * xe_pte_split() - one entry of the table that replaces a huge leaf
 * @pte: the leaf; an entry that is not present is split into such
 * @level: its level, 1 or 2
 * @i: entry of the new table, 0 to 511
 *
 * 4 KiB entries out of a 2 MiB leaf all carry the 64 KiB hint: the memory is
 * contiguous and aligned.
 *
 * Context: any; pure.
 *
 * Return: the entry of level @level - 1.
 */
u64 xe_pte_split(u64 pte, unsigned int level, unsigned int i)
{
	u64 addr;

	if (!(pte & XE_PTE_PRESENT))
		return 0;

	addr = pte & XE_PTE_ADDR_MASK & ~(XE_PT_SPAN(level) - 1);
	if (!(pte & XE_PTE_NULL))
		addr += (u64)i << XE_PT_SHIFT(level - 1);

	pte &= ~XE_PTE_ADDR_MASK | XE_PTE_HUGE_PAT2;
	if (level == 1) {
		bool pat2 = pte & XE_PTE_HUGE_PAT2;

		pte &= ~(XE_PTE_HUGE | XE_PTE_HUGE_PAT2);
		if (pat2)
			pte |= XE_PTE_L0_PAT2;
		pte |= XE_PTE_L0_PS64;
	}
	return pte | addr;
}
EXPORT_SYMBOL_IF_KUNIT(xe_pte_split);

/**
 * xe_pte_uncompact() - one 4 KiB entry out of a compact table
 * @pte: the 64 KiB entry that covers it
 * @i: entry of the new table, 0 to 511
 *
 * Context: any; pure.
 *
 * Return: the entry, with the 64 KiB hint.
 */
u64 xe_pte_uncompact(u64 pte, unsigned int i)
{
	if (!(pte & XE_PTE_PRESENT))
		return 0;
	if (!(pte & XE_PTE_NULL))
		pte += (u64)(i % 16) * SZ_4K;
	return pte | XE_PTE_L0_PS64;
}
EXPORT_SYMBOL_IF_KUNIT(xe_pte_uncompact);

/**
 * xe_pde_pat() - how the page walker reads tables
 * @xe: device
 *
 * Tables in VRAM are written by the CPU behind the device's caches, so they are
 * read uncached; integrated devices snoop.
 *
 * Return: a PAT index that fits the two bits there are.
 */
u8 xe_pde_pat(struct xe_device *xe)
{
	return xe_pat_index(xe, xe->platform->is_dgfx ? XE_CACHE_NONE : XE_CACHE_WB);
}

/**
 * xe_pte_encode() - encode a leaf for a device
 * @xe: device
 * @addr: DPA or DMA address, aligned to the span of @level
 * @level: 0: 4 KiB, 1: 2 MiB, 2: 1 GiB
 * @attr: what else it says
 *
 * Return: the entry.
 */
u64 xe_pte_encode(struct xe_device *xe, u64 addr, unsigned int level,
		  const struct xe_pte_attr *attr)
{
	return xe_pte_bits(addr, level, attr);
}

/**
 * xe_pde_encode() - encode an entry that points to a table
 * @xe: device
 * @addr: of the table
 * @level: level of the entry, at least 1
 * @compact: the table holds 32 leaves of 64 KiB
 *
 * Return: the entry; that of the root table is what a context image wants as PDP0.
 */
u64 xe_pde_encode(struct xe_device *xe, u64 addr, unsigned int level, bool compact)
{
	return xe_pde_bits(addr, xe_pde_pat(xe), compact);
}
