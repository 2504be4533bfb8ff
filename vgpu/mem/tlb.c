// SPDX-License-Identifier: MIT
/*
 * Translation caches. Only successes are kept, and they stay until the driver
 * invalidates them, however wrong they have become by then: as in hardware.
 */
#include "mem/priv.h"

const uint8_t vg_page_shift[VG_PAGES] = { 12, 16, 21, 30 };

#define BY_ROOT (1ull << 63)

/** vg_tlb_space() - key of an address space: its ASID, without one its root table */
uint64_t vg_tlb_space(const struct vg_as *as)
{
	if (as->ggtt)
		return 0;
	return as->asid ? as->asid : BY_ROOT | (as->root & VG_ADDR_MASK);
}

static struct vg_tlb_line *line_of(struct vg_tlb *tlb, enum vg_page page, uint64_t space,
				   uint64_t vpn)
{
	uint64_t mix = (space ^ space >> 12 ^ space >> 24) * 0x9e3779b97f4a7c15ull;

	return &tlb->line[page][(vpn ^ vpn >> 10 ^ mix >> 40) % VG_TLB_SETS];
}

/** vg_tlb_lookup() - the entry for @va, of any page size; false: a miss */
bool vg_tlb_lookup(struct vg_tlb *tlb, uint64_t space, uint64_t va, struct vg_xlat *out)
{
	for (unsigned int p = 0; p < VG_PAGES; p++) {
		uint64_t vpn = va >> vg_page_shift[p];
		const struct vg_tlb_line *l;

		if (!tlb->used[p])
			continue;
		l = line_of(tlb, p, space, vpn);
		if (l->gen == tlb->gen && l->vpn == vpn && l->space == space) {
			*out = l->x;
			return true;
		}
	}
	return false;
}

/** vg_tlb_insert() - an entry for the page @va is in; what was in its line is lost */
void vg_tlb_insert(struct vg_tlb *tlb, uint64_t space, uint64_t va, const struct vg_xlat *x)
{
	uint64_t vpn = va >> vg_page_shift[x->page];
	struct vg_tlb_line *l = line_of(tlb, x->page, space, vpn);

	*l = (struct vg_tlb_line){ space, vpn, *x, tlb->gen };
	tlb->used[x->page] = 1;
}

static void drop_all(struct vg_tlb *tlb)
{
	for (unsigned int p = 0; p < VG_PAGES; p++)
		tlb->used[p] = 0;
	if (++tlb->gen)
		return;
	/* The generation wrapped: old lines could come back to life */
	for (unsigned int p = 0; p < VG_PAGES; p++)
		for (unsigned int i = 0; i < VG_TLB_SETS; i++)
			tlb->line[p][i].gen = 0;
	tlb->gen = 1;
}

/* Drop @space's lines that touch [@va, @last] */
static void drop_range(struct vg_tlb *tlb, uint64_t space, uint64_t va, uint64_t last)
{
	for (unsigned int p = 0; p < VG_PAGES; p++) {
		uint64_t first = va >> vg_page_shift[p], end = last >> vg_page_shift[p];

		if (!tlb->used[p])
			continue;
		if (end - first < VG_TLB_SETS) {
			for (uint64_t vpn = first; vpn <= end; vpn++) {
				struct vg_tlb_line *l = line_of(tlb, p, space, vpn);

				if (l->space == space && l->vpn == vpn)
					l->gen = tlb->gen - 1;
			}
			continue;
		}
		for (unsigned int i = 0; i < VG_TLB_SETS; i++) {
			struct vg_tlb_line *l = &tlb->line[p][i];

			if (l->space == space && l->vpn >= first && l->vpn <= end)
				l->gen = tlb->gen - 1;
		}
	}
}

/** vg_tlb_inval_all() - everything a GT has cached of PPGTTs */
void vg_tlb_inval_all(struct vg_mem *mem, unsigned int gt)
{
	if (gt >= VG_MAX_GTS)
		return;
	vg_count(mem->obs, VG_CNT_TLB_INVAL, 1);
	drop_all(&mem->tlb[gt]);
}

/** vg_tlb_inval_range() - [@va, @va + @size) of one address space; canonical @va is fine */
void vg_tlb_inval_range(struct vg_mem *mem, unsigned int gt, uint32_t asid, uint64_t va,
			uint64_t size)
{
	uint64_t mask = (1ull << mem->cfg.va_bits) - 1;

	if (gt >= VG_MAX_GTS)
		return;
	vg_count(mem->obs, VG_CNT_TLB_INVAL, 1);
	va &= mask;
	if (!asid)
		drop_all(&mem->tlb[gt]);
	else if (size)
		drop_range(&mem->tlb[gt], asid, va, size - 1 > mask - va ? mask : va + (size - 1));
}

/** vg_tlb_inval_asid() - one address space */
void vg_tlb_inval_asid(struct vg_mem *mem, unsigned int gt, uint32_t asid)
{
	vg_tlb_inval_range(mem, gt, asid, 0, UINT64_MAX);
}

/** vg_tlb_forget() - see mem.h */
void vg_tlb_forget(struct vg_mem *mem, unsigned int gt, const struct vg_as *as)
{
	if (gt < VG_MAX_GTS)
		drop_range(&mem->tlb[gt], vg_tlb_space(as), 0, (1ull << mem->cfg.va_bits) - 1);
}

/** vg_ggtt_inval() - drop a tile's cached GGTT entries */
void vg_ggtt_inval(struct vg_mem *mem, unsigned int tile)
{
	if (tile >= VG_MAX_TILES)
		return;
	vg_count(mem->obs, VG_CNT_TLB_INVAL, 1);
	drop_all(&mem->ggtt[tile]);
}
