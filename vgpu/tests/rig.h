/* SPDX-License-Identifier: MIT */
/*
 * A memory to test with: two tiles of VRAM, guest RAM, a peer, and a page-table
 * builder. Entry bits are written out here again, not shared with the model.
 */
#ifndef VGPU_TESTS_RIG_H
#define VGPU_TESTS_RIG_H

#include <stdlib.h>
#include <string.h>

#include "mem/mem.h"

#define MIB (1ull << 20)
#define RIG_VRAM (32 * MIB) /* per tile */
#define RIG_RAM_AT 0x100000000ull
#define RIG_RAM (8 * MIB)
#define RIG_PEER_AT 0x4000000000ull
#define RIG_PEER (2 * MIB)
#define RIG_OPS_AT 0x8000000000ull
#define RIG_OPS (MIB)
#define RIG_TABLES (24 * MIB) /* DPA where page tables are made */

#define E_P 1ull
#define E_RW 2ull
#define E_COMPACT (1ull << 6)
#define E_HUGE (1ull << 7)
#define E_PS64 (1ull << 8)
#define E_NULL (1ull << 9)
#define E_AE (1ull << 10)
#define E_DM (1ull << 11)
#define RAM_PTE(off) ((RIG_RAM_AT + (off)) | E_P | E_RW | E_AE)
#define VRAM_PTE(dpa) ((uint64_t)(dpa) | E_P | E_RW | E_AE | E_DM)

struct rig {
	struct vg_obs obs;
	struct vg_bus *bus;
	struct vg_mem *mem;
	uint8_t *vram, *ram, *peer, *ops;
	uint64_t *gsm[VG_MAX_TILES];
	struct vg_mem_config cfg;
	uint64_t next_table;
	struct vg_as as;
};

static int rig_ops_read(void *opaque, uint64_t addr, void *buf, size_t len)
{
	struct rig *r = opaque;

	if (addr < RIG_OPS_AT || addr - RIG_OPS_AT > RIG_OPS - len)
		return -1;
	memcpy(buf, r->ops + (addr - RIG_OPS_AT), len);
	return 0;
}

static int rig_ops_write(void *opaque, uint64_t addr, const void *buf, size_t len)
{
	struct rig *r = opaque;

	if (addr < RIG_OPS_AT || addr - RIG_OPS_AT > RIG_OPS - len)
		return -1;
	memcpy(r->ops + (addr - RIG_OPS_AT), buf, len);
	return 0;
}

static const struct vg_mem_config rig_pvc = { 2, RIG_VRAM, 5, 57, true, true, true, true, false };
static const struct vg_mem_config rig_bmg = { 1, RIG_VRAM, 5, 57, true, false, false, true, false };
static const struct vg_mem_config rig_4level = { 1, RIG_VRAM, 4, 48, true, false, false, false, false };

static inline uint64_t rig_table(struct rig *r)
{
	uint64_t at = r->next_table;

	r->next_table += 4096;
	return at;
}

static inline struct rig *rig_new(const struct vg_mem_config *cfg)
{
	static const struct vg_bus_ops ops = { rig_ops_read, rig_ops_write };
	struct rig *r = calloc(1, sizeof(*r));

	r->cfg = *cfg;
	r->vram = aligned_alloc(4096, cfg->tiles * RIG_VRAM);
	memset(r->vram, 0, cfg->tiles * RIG_VRAM);
	r->ram = aligned_alloc(4096, RIG_RAM);
	memset(r->ram, 0, RIG_RAM);
	r->peer = calloc(1, RIG_PEER);
	r->ops = calloc(1, RIG_OPS);
	for (unsigned int t = 0; t < cfg->tiles; t++)
		r->gsm[t] = calloc(1 << 20, 8);
	r->bus = vg_bus_new(&r->obs, &ops, r);
	vg_bus_map(r->bus, RIG_RAM_AT, RIG_RAM, r->ram, true, VG_BUS_RAM);
	vg_bus_map(r->bus, RIG_PEER_AT, RIG_PEER, r->peer, true, VG_BUS_PEER);
	vg_bus_map(r->bus, RIG_OPS_AT, RIG_OPS, NULL, true, VG_BUS_RAM);
	r->mem = vg_mem_new(cfg, &r->obs, r->bus, r->vram, r->gsm);
	r->next_table = RIG_TABLES;
	r->as = (struct vg_as){ .root = rig_table(r) | E_P | E_RW, .asid = 7 };
	return r;
}

static inline void rig_free(struct rig *r)
{
	vg_mem_free(r->mem);
	vg_bus_free(r->bus);
	for (unsigned int t = 0; t < VG_MAX_TILES; t++)
		free(r->gsm[t]);
	free(r->ops);
	free(r->peer);
	free(r->ram);
	free(r->vram);
	free(r);
}

static inline uint64_t *rig_entry(struct rig *r, uint64_t table, uint64_t va, unsigned int level)
{
	return (uint64_t *)(void *)(r->vram + (table & 0xffffffffff000ull)) + (va >> (12 + 9 * level) & 511);
}

/* The entry of @va at @level, making the tables above it */
static inline uint64_t *rig_walk(struct rig *r, uint64_t va, unsigned int level)
{
	uint64_t table = r->as.root;

	for (unsigned int l = r->cfg.levels - 1; l > level; l--) {
		uint64_t *e = rig_entry(r, table, va, l);

		if (!(*e & E_P))
			*e = rig_table(r) | E_P | E_RW;
		table = *e;
	}
	return rig_entry(r, table, va, level);
}

static inline void rig_map(struct rig *r, uint64_t va, unsigned int level, uint64_t entry)
{
	*rig_walk(r, va, level) = entry;
}

static inline void rig_map_ram(struct rig *r, uint64_t va, uint64_t off, uint64_t size)
{
	for (uint64_t i = 0; i < size; i += 4096)
		rig_map(r, va + i, 0, RAM_PTE(off + i));
}

static inline int rig_read(struct rig *r, uint64_t va, void *buf, size_t len, struct vg_fault *f)
{
	return vg_access(r->mem, &r->as, VG_READ, va, buf, len, NULL, f);
}

static inline int rig_write(struct rig *r, uint64_t va, const void *buf, size_t len, struct vg_fault *f)
{
	return vg_access(r->mem, &r->as, VG_WRITE, va, (void *)(uintptr_t)buf, len, NULL, f);
}

#endif
