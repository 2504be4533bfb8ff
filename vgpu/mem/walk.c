// SPDX-License-Identifier: MIT
/* Page-table walks: GGTT and PPGTT, every page size, typed faults. */
#include "mem/priv.h"

/* Bits of PPGTT and GGTT entries (device-contract 6.1, 6.2) */
#define PRESENT (1ull << 0)
#define WRITABLE (1ull << 1)
#define GGTT_DM (1ull << 1)
#define PDE_COMPACT (1ull << 6) /* level 1: the table below has 32 entries of 64 KiB */
#define HUGE_PAGE (1ull << 7) /* levels 1, 2 */
#define PTE_PS64 (1ull << 8)
#define PTE_NULL (1ull << 9)
#define PTE_AE (1ull << 10)
#define PTE_DM (1ull << 11)

#define GROUP 16 /* 4 KiB entries of a 64 KiB window */

static bool fail(struct vg_fault *fault, enum vg_fault_type type, unsigned int level)
{
	fault->type = type;
	fault->level = level;
	return false;
}

/* Page tables of devices with VRAM lie there; entries say nothing about it */
static bool read_entries(struct vg_mem *mem, uint64_t addr, uint64_t *e, unsigned int n,
			 bool quiet)
{
	uint64_t span;
	uint8_t *host;
	enum vg_bus_kind kind;

	if (!quiet)
		vg_count(mem->obs, VG_CNT_PTE_READ, n);
	if (mem->cfg.dgfx) {
		if (addr < mem->vram_size && mem->vram_size - addr >= n * 8u) {
			for (unsigned int i = 0; i < n; i++)
				vg_copy_atomic(&e[i], mem->vram + addr + 8ull * i, 8);
			return true;
		}
		if (!quiet)
			vg_mistake(mem->obs, VG_ERR_VRAM_RANGE, "page table at 0x%llx",
				   (unsigned long long)addr);
		return false;
	}
	if (quiet && !vg_bus_find(mem->bus, addr, false, &host, &span, &kind))
		return false;
	for (unsigned int i = 0; i < n; i++)
		if (vg_bus_read(mem->bus, addr + 8ull * i, &e[i], 8))
			return false;
	return true;
}

static uint64_t leaf_address(uint64_t e, enum vg_page page)
{
	return e & VG_ADDR_MASK & ~((1ull << vg_page_shift[page]) - 1);
}

/* Bit 2 of the index is where huge pages have an address bit to spare */
static uint8_t leaf_pat(uint64_t e, enum vg_page page)
{
	unsigned int bit2 = page >= VG_PAGE_2M ? 12 : 7;

	return (e >> 3 & 3) | (e >> bit2 & 1) << 2 | (e >> 62 & 1) << 3 | (e >> 61 & 1) << 4;
}

static void leaf(struct vg_xlat *out, uint64_t e, enum vg_page page, uint64_t permissions)
{
	out->page = page;
	out->pat = leaf_pat(e, page);
	out->addr = leaf_address(e, page);
	out->flags = (e & permissions & WRITABLE ? VG_X_WRITE : 0) | (e & PTE_AE ? VG_X_ATOMIC : 0) |
		     (e & PTE_NULL ? VG_X_NULL : 0) | (e & PTE_DM ? VG_X_VRAM : 0);
}

/*
 * All sixteen entries of a 64 KiB window step through one aligned 64 KiB of memory.
 * Entries that are not present do not contradict: the driver may be writing the window,
 * or zapping it, at this moment; *@whole tells.
 */
static bool window_ok(const uint64_t e[GROUP], unsigned int i, bool *whole)
{
	const uint64_t flags = ~VG_ADDR_MASK;
	uint64_t first = (e[i] & VG_ADDR_MASK) - i * 4096ull;

	*whole = true;
	if (first & 0xffff)
		return false;
	for (unsigned int k = 0; k < GROUP; k++) {
		if (!(e[k] & PRESENT))
			*whole = false;
		else if (e[k] != (e[i] & flags) + first + k * 4096ull)
			return false;
	}
	return true;
}

/*
 * What the hardware makes of a window that breaks the rules is not defined. Strictly it
 * is an access error. Otherwise the TLB is filled with 64 KiB as the entry that was read
 * says, bits 51:16 of its address: wrong data for who is wrong, never by luck the right ones.
 */
static bool bad_window(struct vg_mem *mem, uint64_t va, uint64_t e, uint64_t permissions,
		       bool quiet, const char *what, struct vg_xlat *out, struct vg_fault *fault)
{
	if (!quiet)
		vg_mistake(mem->obs, VG_ERR_MIXED_64K, "%s at 0x%llx (0x%llx)", what,
			   (unsigned long long)va, (unsigned long long)e);
	if (mem->cfg.strict_64k)
		return fail(fault, VG_BUS_FAULT, 0);
	leaf(out, e, VG_PAGE_64K, permissions);
	return true;
}

/* A level-0 entry of a normal table: 4 KiB, or part of a 64 KiB window */
static bool leaf_4k(struct vg_mem *mem, uint64_t table, uint64_t va, uint64_t permissions,
		    bool quiet, struct vg_xlat *out, struct vg_fault *fault)
{
	unsigned int idx = va >> 12 & 511, in = idx % GROUP;
	uint64_t e, group[GROUP];
	bool whole;

	if (!read_entries(mem, table + idx * 8ull, &e, 1, quiet))
		return fail(fault, VG_BUS_FAULT, 0);
	if (!(e & PRESENT))
		return fail(fault, VG_NOT_PRESENT, 0);
	leaf(out, e, VG_PAGE_4K, permissions);
	if (e & PTE_NULL)
		return true;
	if (!(e & PTE_PS64)) {
		if (!mem->cfg.need_64k || !(e & PTE_DM))
			return true;
		return bad_window(mem, va, e, permissions, quiet, "4 KiB page of VRAM", out, fault);
	}
	if (!read_entries(mem, table + (idx - in) * 8ull, group, GROUP, quiet))
		return fail(fault, VG_BUS_FAULT, 0);
	if (!(group[in] & PRESENT)) /* zapped between the two reads */
		return fail(fault, VG_NOT_PRESENT, 0);
	if (!window_ok(group, in, &whole))
		return bad_window(mem, va, group[in], permissions, quiet, "mixed 64 KiB window",
				  out, fault);
	leaf(out, group[in], whole || !mem->cfg.strict_64k ? VG_PAGE_64K : VG_PAGE_4K, permissions);
	return true;
}

static bool leaf_compact(struct vg_mem *mem, uint64_t table, uint64_t va, uint64_t permissions,
			 bool quiet, struct vg_xlat *out, struct vg_fault *fault)
{
	uint64_t e;

	if (!read_entries(mem, table + (va >> 16 & 31) * 8, &e, 1, quiet))
		return fail(fault, VG_BUS_FAULT, 0);
	if (!(e & PRESENT))
		return fail(fault, VG_NOT_PRESENT, 0);
	leaf(out, e, VG_PAGE_64K, permissions);
	if (!(e & PTE_NULL) && out->addr != (e & VG_ADDR_MASK))
		return bad_window(mem, va, e, permissions, quiet, "unaligned 64 KiB entry", out,
				  fault);
	return true;
}

/** vg_walk_ppgtt() - read page tables down to the leaf of @va; see priv.h */
bool vg_walk_ppgtt(struct vg_mem *mem, const struct vg_as *as, uint64_t va, bool quiet,
		   struct vg_xlat *out, struct vg_fault *fault)
{
	uint64_t e = as->root, permissions = WRITABLE;

	for (unsigned int level = mem->cfg.levels - 1; level; level--) {
		uint64_t table = e & VG_ADDR_MASK;

		if (!read_entries(mem, table + (va >> (12 + 9 * level) & 511) * 8, &e, 1, quiet))
			return fail(fault, VG_BUS_FAULT, level);
		if (!(e & PRESENT))
			return fail(fault, VG_NOT_PRESENT, level);
		if (level <= 2 && e & HUGE_PAGE) {
			leaf(out, e, level == 1 ? VG_PAGE_2M : VG_PAGE_1G, permissions);
			return true;
		}
		permissions &= e;
		if (level == 1 && e & PDE_COMPACT)
			return leaf_compact(mem, e & VG_ADDR_MASK, va, permissions, quiet, out,
					    fault);
	}
	return leaf_4k(mem, e & VG_ADDR_MASK, va, permissions, quiet, out, fault);
}

/** vg_walk_ggtt() - one entry of the tile's GGTT; false: not present */
bool vg_walk_ggtt(struct vg_mem *mem, unsigned int tile, uint64_t va, bool quiet,
		  struct vg_xlat *out, struct vg_fault *fault)
{
	uint64_t e = 0;

	if (va >> 12 < VG_GGTT_ENTRIES && tile < mem->cfg.tiles && mem->gsm[tile]) {
		if (!quiet)
			vg_count(mem->obs, VG_CNT_PTE_READ, 1);
		e = __atomic_load_n(&mem->gsm[tile][va >> 12], __ATOMIC_ACQUIRE);
	}
	if (!(e & PRESENT)) {
		if (!quiet)
			vg_mistake(mem->obs, VG_ERR_GGTT_HOLE, "tile %u address 0x%llx", tile,
				   (unsigned long long)va);
		return fail(fault, VG_NOT_PRESENT, 0);
	}
	out->page = VG_PAGE_4K;
	out->pat = e >> 52 & 3;
	out->addr = e & VG_ADDR_MASK;
	out->flags = VG_X_WRITE | VG_X_ATOMIC | (e & GGTT_DM ? VG_X_VRAM : 0);
	return true;
}
