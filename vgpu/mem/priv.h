/* SPDX-License-Identifier: MIT */
/* Shared by the files of mem/ only. */
#ifndef VGPU_MEM_PRIV_H
#define VGPU_MEM_PRIV_H

#include "mem/mem.h"

#define VG_MAX_GTS (2 * VG_MAX_TILES)
#define VG_GGTT_ENTRIES (1u << 20)
#define VG_ADDR_MASK 0x000ffffffffff000ull /* 51:12 of every entry */

/** enum vg_page - page sizes, each with its own part of a TLB */
enum vg_page { VG_PAGE_4K, VG_PAGE_64K, VG_PAGE_2M, VG_PAGE_1G, VG_PAGES };

extern const uint8_t vg_page_shift[VG_PAGES];

/** enum vg_xlat_flags - what a translation allows and where it leads */
enum vg_xlat_flags {
	VG_X_WRITE = 1,
	VG_X_ATOMIC = 2,
	VG_X_NULL = 4,
	VG_X_VRAM = 8,
};

/**
 * struct vg_xlat - a translation: what a TLB holds
 * @addr: of the page: a DPA with VG_X_VRAM, else on the bus
 * @pat: index into the GT's page attribute table, which is asked at each access
 */
struct vg_xlat {
	uint64_t addr;
	uint8_t flags;
	uint8_t page; /* enum vg_page */
	uint8_t pat;
};

/** struct vg_tlb_line - valid when @gen is the TLB's */
struct vg_tlb_line {
	uint64_t space; /* asid, or root and a high bit */
	uint64_t vpn;
	struct vg_xlat x;
	uint32_t gen;
};

/** struct vg_tlb - one GT's; direct-mapped, a table for each page size */
struct vg_tlb {
	uint32_t gen;
	uint32_t used[VG_PAGES]; /* fills since the last full invalidation: 0 skips a table */
	struct vg_tlb_line line[VG_PAGES][VG_TLB_SETS];
};

struct vg_mem {
	struct vg_mem_config cfg;
	struct vg_obs *obs;
	struct vg_bus *bus;
	uint8_t *vram;
	uint64_t vram_size;
	struct vg_ccs ccs;
	uint64_t *gsm[VG_MAX_TILES];
	struct vg_tlb ggtt[VG_MAX_TILES];
	struct vg_tlb tlb[VG_MAX_GTS];
};

/* bus.c */
/**
 * vg_bus_find() - the mapping behind @addr
 * @host: NULL when it is only reachable by ops
 * @span: bytes from @addr to the end of the range
 *
 * Returns false, and counts nothing, when there is none, when @write hits a read-only
 * range, or when bus mastering is off.
 */
bool vg_bus_find(struct vg_bus *bus, uint64_t addr, bool write, uint8_t **host, uint64_t *span,
		 enum vg_bus_kind *kind);
/** vg_bus_watch() - count an access that touches a canary */
void vg_bus_watch(struct vg_bus *bus, uint64_t addr, uint64_t len, bool write);
/** vg_bus_complain() - count why an access to @addr failed */
void vg_bus_complain(struct vg_bus *bus, uint64_t addr);
/** vg_copy_atomic() - copy; an aligned dword or qword is one access */
void vg_copy_atomic(void *dst, const void *src, size_t len);

/* walk.c */
/**
 * vg_walk_ppgtt() - read page tables
 * @quiet: count neither mistakes nor reads (look-ahead and verification)
 *
 * Returns false with @type and @level of the fault filled in.
 */
bool vg_walk_ppgtt(struct vg_mem *mem, const struct vg_as *as, uint64_t va, bool quiet,
		   struct vg_xlat *out, struct vg_fault *fault);
bool vg_walk_ggtt(struct vg_mem *mem, unsigned int tile, uint64_t va, bool quiet,
		  struct vg_xlat *out, struct vg_fault *fault);

/* ccs.c */
/** vg_ccs_on() - is VRAM at @dpa memory that compression metadata is kept of? */
bool vg_ccs_on(const struct vg_mem *mem, uint64_t dpa);
/** vg_ccs_read() - through a compressing page-table entry */
void vg_ccs_read(struct vg_mem *mem, uint64_t dpa, void *buf, size_t len);
/** vg_ccs_write() - likewise; with @resolve what it touches is no longer compressed afterwards */
void vg_ccs_write(struct vg_mem *mem, uint64_t dpa, const void *buf, size_t len, bool resolve);
/** vg_ccs_plain() - a write through any other entry: what it touches counts as not compressed */
void vg_ccs_plain(struct vg_mem *mem, uint64_t dpa, uint64_t len);

/* tlb.c */
bool vg_tlb_lookup(struct vg_tlb *tlb, uint64_t space, uint64_t va, struct vg_xlat *out);
void vg_tlb_insert(struct vg_tlb *tlb, uint64_t space, uint64_t va, const struct vg_xlat *x);
uint64_t vg_tlb_space(const struct vg_as *as);

#endif
