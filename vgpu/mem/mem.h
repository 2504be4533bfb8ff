/* SPDX-License-Identifier: MIT */
/*
 * Memory as the device sees it: the bus (guest RAM and peer BARs), VRAM of all
 * tiles (device physical addresses, DPA), GGTT and PPGTT walks, TLBs.
 */
#ifndef VGPU_MEM_MEM_H
#define VGPU_MEM_MEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/obs.h"

#define VG_MAX_TILES 2
#define VG_TLB_SETS 1024

/* ---- the bus: addresses the device puts on PCIe ------------------------- */

/**
 * enum vg_bus_kind - what a range is
 * @VG_BUS_BLOCKED: no request arrives there: a BAR of this device, since no switch sends a
 *	request back where it came from, or a peer's where access control is in the way
 */
enum vg_bus_kind { VG_BUS_RAM, VG_BUS_PEER, VG_BUS_BLOCKED };

/**
 * struct vg_bus_ops - how a range without a host mapping is reached (vfio-user
 * DMA messages, or a peer). NULL members: such an access is a bus error.
 */
struct vg_bus_ops {
	int (*read)(void *opaque, uint64_t addr, void *buf, size_t len);
	int (*write)(void *opaque, uint64_t addr, const void *buf, size_t len);
};

struct vg_bus;

struct vg_bus *vg_bus_new(struct vg_obs *obs, const struct vg_bus_ops *ops, void *opaque);
void vg_bus_free(struct vg_bus *bus);
/**
 * vg_bus_map() - make [@addr, @addr + @size) reachable
 * @host: where it is in this process, or NULL: through the ops
 *
 * Returns 0, -EEXIST when it overlaps, -EINVAL for an empty or wrapping range.
 */
int vg_bus_map(struct vg_bus *bus, uint64_t addr, uint64_t size, void *host, bool writable,
	       enum vg_bus_kind kind);
/** vg_bus_unmap() - forget exactly this range, returns its host pointer through @host; -ENOENT */
int vg_bus_unmap(struct vg_bus *bus, uint64_t addr, uint64_t size, void **host);
/** vg_bus_set_master() - PCI COMMAND.BusMaster; without it every access fails */
void vg_bus_set_master(struct vg_bus *bus, bool on);
/**
 * vg_bus_canary() - [@addr, @addr + @size) is no memory that the driver gave to the device
 *
 * An access there is done, as on a bus without an IOMMU, and counted.
 * Returns 0, -EINVAL, or -ENOSPC when there are too many.
 */
int vg_bus_canary(struct vg_bus *bus, uint64_t addr, uint64_t size);
/** vg_bus_no_canaries() - forget them all */
void vg_bus_no_canaries(struct vg_bus *bus);
int vg_bus_read(struct vg_bus *bus, uint64_t addr, void *buf, size_t len);
int vg_bus_write(struct vg_bus *bus, uint64_t addr, const void *buf, size_t len);

/* ---- one device's memory ------------------------------------------------ */

/**
 * struct vg_mem_config - sizes and formats, from the platform table
 * @tiles: 1..VG_MAX_TILES
 * @vram_per_tile: bytes; 0 on integrated devices
 * @levels: page-table levels including the root: 4 or 5
 * @va_bits: 48 or 57
 * @dgfx: page tables lie in VRAM (PDEs carry no memory type)
 * @need_64k: VRAM is mapped in 64 KiB pages or larger (PVC, DG2)
 * @strict_64k: a bad 64 KiB window is an access error; otherwise the TLB is filled with 64 KiB
 *	from the entry that was read
 * @need_ae: atomics need the AE bit of a PPGTT entry (platforms with page faults)
 * @verify_tlb: walk on every hit too, and count a difference as VG_ERR_STALE_TLB;
 *	also hits between a zap and its invalidation, which are legal, are counted
 */
struct vg_mem_config {
	unsigned int tiles;
	uint64_t vram_per_tile;
	unsigned int levels;
	unsigned int va_bits;
	bool dgfx;
	bool need_64k;
	bool strict_64k;
	bool need_ae;
	bool verify_tlb;
};

struct vg_mem;

/**
 * struct vg_ccs - compression of VRAM, with its metadata ("flat CCS") in VRAM too
 * @base: DPA of the metadata, one byte for each 512 of memory; 0: nothing is ever compressed
 * @compresses: does this entry of a GT's page attribute table compress?
 */
struct vg_ccs {
	uint64_t base;
	bool (*compresses)(void *opaque, unsigned int gt, unsigned int pat);
	void *opaque;
};

#define VG_CCS_PAGE 8u /* bytes of metadata of 4 KiB */

/**
 * vg_mem_new() - a device's memory
 * @vram: host mapping of all tiles' VRAM (the BAR2 memfd), offset == DPA
 * @gsm: per tile the host mapping of its 8 MiB GGTT entries
 */
struct vg_mem *vg_mem_new(const struct vg_mem_config *cfg, struct vg_obs *obs, struct vg_bus *bus,
			  uint8_t *vram, uint64_t *const gsm[VG_MAX_TILES]);
void vg_mem_free(struct vg_mem *mem);
/** vg_mem_set_ccs() - switch compression on, for a device of one tile */
void vg_mem_set_ccs(struct vg_mem *mem, const struct vg_ccs *ccs);
bool vg_mem_has_ccs(const struct vg_mem *mem);

/** enum vg_access - what an engine wanted; values of page-fault descriptors */
enum vg_access { VG_READ = 0, VG_WRITE = 1, VG_ATOMIC = 2 };

/** enum vg_fault_type - why not; values of page-fault descriptors, then what is not a page fault */
enum vg_fault_type { VG_NOT_PRESENT = 0, VG_WRITE_VIOLATION = 1, VG_ATOMIC_VIOLATION = 2, VG_BUS_FAULT = 3 };

/**
 * struct vg_as - which address space an access is in
 * @ggtt: the tile's GGTT; else PPGTT with the members below
 * @tile: whose GGTT, and whose VRAM is local
 * @gt: which GT's TLB: 0.. device-wide GT index
 * @root: root table's entry as the context has it (PDP0)
 * @asid: TLB key
 */
struct vg_as {
	bool ggtt;
	uint8_t tile;
	uint8_t gt;
	uint64_t root;
	uint32_t asid;
};

/** struct vg_fault - filled in when an access fails */
struct vg_fault {
	enum vg_fault_type type;
	enum vg_access access;
	uint64_t va;
	uint8_t level; /* 0 PTE .. 4 PML5 */
};

/**
 * vg_access() - read, or write, @len bytes at @va, over page borders
 *
 * Aligned dwords and qwords are single accesses to host memory. Returns 0, or
 * -EFAULT with *@fault filled in; bytes before the faulting page are done, the
 * count of them is in *@done when not NULL.
 */
int vg_access(struct vg_mem *mem, const struct vg_as *as, enum vg_access how, uint64_t va,
	      void *buf, size_t len, size_t *done, struct vg_fault *fault);

/**
 * struct vg_span - a piece of memory in one address space, for copies
 * @va: where it begins, @len: bytes from there
 * @host: NULL for a NULL page, for what is only reachable by bus ops, and where @how is not
 *	VG_PLAIN
 * @bus: address on the bus; ~0 for VRAM
 * @dpa: address in VRAM; ~0 elsewhere
 * @null: reads 0, writes are dropped
 * @how: reads through a compressing entry give what was written, whatever lies in memory. A
 *	resolving write leaves nothing compressed; the caller may ask for it by changing
 *	VG_COMPRESSED
 */
struct vg_span {
	uint64_t va, len;
	uint8_t *host;
	uint64_t bus, dpa;
	bool null;
	enum { VG_PLAIN, VG_COMPRESSED, VG_RESOLVE } how;
	enum vg_counter kind; /* VG_CNT_BYTES_* */
};

/**
 * vg_span_get() - translate [@va, @va + @want), as much of it as is contiguous
 *
 * Never looks at a page behind @want. Returns 0, or -EFAULT with *@fault filled in.
 */
int vg_span_get(struct vg_mem *mem, const struct vg_as *as, enum vg_access how, uint64_t va,
		uint64_t want, struct vg_span *span, struct vg_fault *fault);
/** vg_span_read() - from @off bytes into @span; counts bytes; 0 or -EFAULT */
int vg_span_read(struct vg_mem *mem, const struct vg_span *span, uint64_t off, void *buf,
		 size_t len);
int vg_span_write(struct vg_mem *mem, const struct vg_span *span, uint64_t off, const void *buf,
		  size_t len);
/**
 * vg_span_account() - count @len bytes at @off, for who uses @host itself
 *
 * Local, other tile, peer or host; canaries.
 */
void vg_span_account(struct vg_mem *mem, const struct vg_span *span, uint64_t off, uint64_t len,
		     bool write);
/**
 * vg_span_metadata() - read or write what is kept of the 4 KiB page that @span begins with
 * @ccs: VG_CCS_PAGE bytes; that of a NULL page is 0, writes are dropped
 *
 * Returns false for memory that there is none of: other than VRAM, or it is off.
 */
bool vg_span_metadata(struct vg_mem *mem, const struct vg_span *span, uint8_t *ccs, bool write);
/** vg_mem_bus() - the bus this memory uses */
struct vg_bus *vg_mem_bus(struct vg_mem *mem);

/* TLB invalidation; @gt is the device-wide GT index */
void vg_tlb_inval_all(struct vg_mem *mem, unsigned int gt);
void vg_tlb_inval_range(struct vg_mem *mem, unsigned int gt, uint32_t asid, uint64_t va, uint64_t size);
void vg_tlb_inval_asid(struct vg_mem *mem, unsigned int gt, uint32_t asid);
/** vg_tlb_forget() - what is cached of @as; nobody asked for it, so it is not counted */
void vg_tlb_forget(struct vg_mem *mem, unsigned int gt, const struct vg_as *as);
/** vg_ggtt_inval() - drop a tile's cached GGTT entries */
void vg_ggtt_inval(struct vg_mem *mem, unsigned int tile);

/* GGTT shorthands for the firmware model; 0 or -EFAULT (counted as a mistake) */
int vg_ggtt_read(struct vg_mem *mem, unsigned int tile, uint32_t addr, void *buf, size_t len);
int vg_ggtt_write(struct vg_mem *mem, unsigned int tile, uint32_t addr, const void *buf, size_t len);
uint32_t vg_ggtt_read32(struct vg_mem *mem, unsigned int tile, uint32_t addr);
void vg_ggtt_write32(struct vg_mem *mem, unsigned int tile, uint32_t addr, uint32_t val);

#endif
