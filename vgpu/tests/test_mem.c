// SPDX-License-Identifier: MIT
/* Bus, GGTT, PPGTT of every page size, faults, TLBs. */
#include <errno.h>
#include <stdint.h>

#include "tests/rig.h"
#include "tests/test.h"

static struct rig *rig;

#define RIG(cfg) do { rig_free_all(); rig = rig_new(cfg); } while (0)

static void rig_free_all(void)
{
	if (rig)
		rig_free(rig);
	rig = NULL;
}

static uint32_t get32(uint64_t va)
{
	struct vg_fault f;
	uint32_t v = 0xdeadbeef;

	return rig_read(rig, va, &v, 4, &f) ? 0xfa000000u | (uint32_t)f.type << 8 | f.level : v;
}

static uint32_t ram32(uint64_t off)
{
	uint32_t v;

	memcpy(&v, rig->ram + off, 4);
	return v;
}

static void set32(uint8_t *p, uint32_t v)
{
	memcpy(p, &v, 4);
}

static void bus_ranges(void)
{
	uint8_t a[4096], b[16] = "0123456789abcde", c[16];
	struct vg_bus *bus;
	void *host;

	RIG(&rig_bmg);
	bus = vg_bus_new(&rig->obs, NULL, NULL);
	CHECK(vg_bus_map(bus, 0x1000, 0x1000, a, true, VG_BUS_RAM) == 0);
	CHECK(vg_bus_map(bus, 0x1800, 0x1000, a, true, VG_BUS_RAM) == -EEXIST);
	CHECK(vg_bus_map(bus, 0x0, 0x1001, a, true, VG_BUS_RAM) == -EEXIST);
	CHECK(vg_bus_map(bus, 0x3000, 0, a, true, VG_BUS_RAM) == -EINVAL);
	CHECK(vg_bus_map(bus, UINT64_MAX - 1, 4, a, true, VG_BUS_RAM) == -EINVAL);
	CHECK(vg_bus_map(bus, UINT64_MAX - 15, 16, c, false, VG_BUS_RAM) == 0);
	CHECK(vg_bus_write(bus, 0x1ff0, b, 16) == 0 && !memcmp(a + 0xff0, b, 16));
	CHECK(vg_bus_write(bus, 0x1ff8, b, 16) == -EFAULT);
	CHECK(vg_bus_write(bus, UINT64_MAX - 15, b, 16) == -EFAULT);
	CHECK(vg_bus_read(bus, UINT64_MAX - 15, b, 16) == 0);
	CHECK(vg_bus_unmap(bus, 0x1000, 0x800, &host) == -ENOENT);
	CHECK(vg_bus_unmap(bus, 0x1000, 0x1000, &host) == 0 && host == a);
	CHECK(vg_bus_read(bus, 0x1000, b, 4) == -EFAULT);
	CHECK(rig->obs.mistakes[VG_ERR_BUS_ERROR] == 3);
	vg_bus_set_master(bus, false);
	CHECK(vg_bus_read(bus, UINT64_MAX - 15, b, 16) == -EFAULT);
	CHECK(rig->obs.mistakes[VG_ERR_NO_BUSMASTER] == 1);
	vg_bus_free(bus);
}

static void ggtt_access(void)
{
	uint32_t v = 0x1234;

	RIG(&rig_pvc);
	rig->gsm[0][5] = 0x3000 | E_P | 2; /* DM */
	rig->gsm[0][6] = (RIG_RAM_AT + 0x2000) | E_P;
	rig->gsm[1][5] = (RIG_VRAM + 0x3000) | E_P | 2;
	CHECK(vg_ggtt_write(rig->mem, 0, 0x5ffe, &v, 4) == 0);
	CHECK(rig->vram[0x3ffe] == 0x34 && rig->vram[0x3fff] == 0x12 && !rig->ram[0x2000]);
	vg_ggtt_write32(rig->mem, 1, 0x5010, 77);
	CHECK(rig->vram[RIG_VRAM + 0x3010] == 77 && vg_ggtt_read32(rig->mem, 1, 0x5010) == 77);
	CHECK(vg_ggtt_read(rig->mem, 0, 0x7000, &v, 4) == -EFAULT);
	CHECK(rig->obs.mistakes[VG_ERR_GGTT_HOLE] == 1);
	rig->gsm[0][5] = 0x4000 | E_P | 2;
	set32(rig->vram + 0x4000, 99);
	CHECK(vg_ggtt_read32(rig->mem, 0, 0x5000) == 0); /* stale */
	vg_ggtt_inval(rig->mem, 0);
	CHECK(vg_ggtt_read32(rig->mem, 0, 0x5000) == 99);
	rig->gsm[0][9] = (2 * RIG_VRAM) | E_P | 2;
	CHECK(vg_ggtt_read(rig->mem, 0, 0x9000, &v, 4) == -EFAULT);
	CHECK(rig->obs.mistakes[VG_ERR_VRAM_RANGE] == 1);
}

static void walk_page_sizes(void)
{
	const uint64_t va = 0x0012345678000000ull;

	RIG(&rig_bmg);
	rig_map(rig, va + 0x3000, 0, RAM_PTE(0x5000));
	set32(rig->ram + 0x5008, 0x11);
	CHECK(get32(va + 0x3008) == 0x11);
	for (unsigned int i = 0; i < 16; i++)
		rig_map(rig, va + 0x20000 + i * 4096, 0, VRAM_PTE(0x40000 + i * 4096) | E_PS64);
	set32(rig->vram + 0x40000 + 0xf00c, 0x22);
	CHECK(get32(va + 0x2f00c) == 0x22);
	rig_map(rig, va + 0x200000, 1, rig_table(rig) | E_P | E_RW | E_COMPACT);
	*(rig_entry(rig, *rig_walk(rig, va + 0x200000, 1), 0, 0) + 3) = VRAM_PTE(0x50000);
	set32(rig->vram + 0x5abc0, 0x33);
	CHECK(get32(va + 0x200000 + 0x3abc0) == 0x33);
	rig_map(rig, va + 0x400000, 1, VRAM_PTE(0x200000) | E_HUGE | 1 << 12);
	set32(rig->vram + 0x3ffffc, 0x44);
	CHECK(get32(va + 0x5ffffc) == 0x44);
	rig_map(rig, 1ull << 40, 2, VRAM_PTE(0) | E_HUGE);
	set32(rig->vram + 0x1234560, 0x55);
	CHECK(get32((1ull << 40) + 0x1234560) == 0x55);
	rig_map(rig, 2ull << 40, 2, E_P | E_RW | E_NULL | E_HUGE | E_DM);
	CHECK(get32((2ull << 40) + 0x7654320) == 0);
	CHECK(get32(va + 0x3008 + 4096) == 0xfa000000); /* level 0 not present */
}

static void walk_four_levels(void)
{
	RIG(&rig_4level);
	rig_map(rig, 0x800000000000ull, 0, RAM_PTE(0x1000));
	set32(rig->ram + 0x1004, 0x66);
	CHECK(get32(0x800000000004ull) == 0x66);
	CHECK(get32(0xffff800000000004ull) == 0x66); /* canonical */
}

static void canonical_57(void)
{
	RIG(&rig_bmg);
	rig_map(rig, 1ull << 56, 0, RAM_PTE(0x1000));
	set32(rig->ram + 0x1000, 0x77);
	CHECK(get32(1ull << 56) == 0x77 && get32(0xff00000000000000ull) == 0x77);
}

static void fault_levels(void)
{
	const uint64_t va = 0x0100020003000000ull & 0xffffffffffffffull;

	RIG(&rig_bmg);
	CHECK(get32(va) == 0xfa000004);
	for (unsigned int level = 4; level; level--) {
		*rig_walk(rig, va, level) = rig_table(rig) | E_P | E_RW;
		CHECK(get32(va) == (0xfa000000 | (level - 1)));
	}
	*rig_walk(rig, va, 1) = (2 * RIG_VRAM) | E_P | E_RW;
	CHECK(get32(va) == 0xfa000300);
	CHECK(rig->obs.mistakes[VG_ERR_VRAM_RANGE] == 1);
	*rig_walk(rig, va, 1) = 0;
	rig_map(rig, va, 0, (0xdead0000000ull) | E_P | E_RW);
	CHECK(get32(va) == 0xfa000300 && rig->obs.mistakes[VG_ERR_BUS_ERROR] == 1);
}

static void permissions(void)
{
	struct vg_fault f;
	uint32_t v = 1;

	RIG(&rig_bmg);
	rig_map(rig, 0x1000, 0, RIG_RAM_AT | E_P);
	CHECK(rig_write(rig, 0x1ff0, &v, 4, &f) == -EFAULT && f.type == VG_WRITE_VIOLATION);
	CHECK(f.va == 0x1ff0 && f.access == VG_WRITE && f.level == 0);
	rig_map(rig, 0x1000, 0, RIG_RAM_AT | E_P | E_RW);
	CHECK(rig_write(rig, 0x1ff0, &v, 4, &f) == 0 && ram32(0xff0) == 1);
	CHECK(vg_access(rig->mem, &rig->as, VG_ATOMIC, 0x1ff0, &v, 4, NULL, &f) == -EFAULT);
	CHECK(f.type == VG_ATOMIC_VIOLATION && f.access == VG_ATOMIC);
	rig_map(rig, 0x1000, 0, RAM_PTE(0));
	CHECK(vg_access(rig->mem, &rig->as, VG_ATOMIC, 0x1ff0, &v, 4, NULL, &f) == 0);
	rig_map(rig, 0x200000, 1, (VRAM_PTE(0x200000) & ~E_RW) | E_HUGE);
	CHECK(rig_write(rig, 0x200000, &v, 4, &f) == -EFAULT && f.level == 1);
	rig_map(rig, 0x400000, 0, E_P | E_RW | E_NULL | E_DM);
	CHECK(rig_write(rig, 0x400000, &v, 4, &f) == 0 && get32(0x400000) == 0);
}

static void partial_access(void)
{
	uint8_t buf[4096];
	struct vg_fault f;
	size_t done;

	RIG(&rig_bmg);
	memset(buf, 0xab, sizeof(buf));
	rig_map(rig, 0x1000, 0, RAM_PTE(0));
	CHECK(vg_access(rig->mem, &rig->as, VG_WRITE, 0x1800, buf, 4096, &done, &f) == -EFAULT);
	CHECK(done == 0x800 && f.va == 0x2000 && f.type == VG_NOT_PRESENT && rig->ram[0xfff] == 0xab);
}

static void tlb_is_stale(void)
{
	RIG(&rig_bmg);
	CHECK(get32(0x1000) == 0xfa000004);
	rig_map(rig, 0x1000, 0, RAM_PTE(0)); /* the miss was not cached */
	set32(rig->ram, 1);
	set32(rig->ram + 0x1000, 2);
	CHECK(get32(0x1000) == 1);
	rig_map(rig, 0x1000, 0, RAM_PTE(0x1000));
	CHECK(get32(0x1000) == 1);
	vg_tlb_inval_range(rig->mem, 1, 7, 0x1000, 4096); /* another GT */
	vg_tlb_inval_range(rig->mem, 0, 8, 0x1000, 4096); /* another address space */
	vg_tlb_inval_range(rig->mem, 0, 7, 0x2000, 4096); /* another page */
	CHECK(get32(0x1000) == 1);
	vg_tlb_inval_range(rig->mem, 0, 7, 0, 0x200000);
	CHECK(get32(0x1000) == 2);
	rig_map(rig, 0x1000, 0, 0);
	CHECK(get32(0x1000) == 2);
	vg_tlb_inval_asid(rig->mem, 0, 7);
	CHECK(get32(0x1000) == 0xfa000000);
	rig_map(rig, 0x1000, 0, RAM_PTE(0));
	CHECK(get32(0x1000) == 1);
	rig_map(rig, 0x1000, 0, 0);
	vg_tlb_inval_all(rig->mem, 0);
	CHECK(get32(0x1000) == 0xfa000000);
	CHECK(rig->obs.count[VG_CNT_TLB_INVAL] == 6);
}

static void tlb_huge_range(void)
{
	RIG(&rig_bmg);
	rig_map(rig, 0x200000, 1, VRAM_PTE(0x200000) | E_HUGE);
	CHECK(get32(0x200000) == 0);
	rig_map(rig, 0x200000, 1, 0);
	vg_tlb_inval_range(rig->mem, 0, 7, 0x3ff000, 4096); /* touches its last page */
	CHECK(get32(0x200000) == 0xfa000001);
	rig_map(rig, 0x200000, 1, VRAM_PTE(0x200000) | E_HUGE);
	CHECK(get32(0x200000) == 0);
	rig_map(rig, 0x200000, 1, 0);
	vg_tlb_inval_range(rig->mem, 0, 7, 0xff00000000000000ull, UINT64_MAX); /* canonical, not it */
	CHECK(get32(0x200000) == 0);
	vg_tlb_inval_range(rig->mem, 0, 7, 0, 1ull << 56);
	CHECK(get32(0x200000) == 0xfa000001);
}

static void tlb_verify_names_stale_use(void)
{
	struct vg_mem_config cfg = rig_bmg;

	cfg.verify_tlb = true;
	RIG(&cfg);
	rig_map(rig, 0x1000, 0, RAM_PTE(0));
	get32(0x1000);
	get32(0x1000);
	CHECK(!rig->obs.mistakes[VG_ERR_STALE_TLB]);
	rig_map(rig, 0x1000, 0, 0);
	get32(0x1000);
	CHECK(rig->obs.mistakes[VG_ERR_STALE_TLB] == 1);
}

/* A window of 64 KiB at @va in steps of 4 KiB from @dpa */
static void map_window(uint64_t va, uint64_t dpa)
{
	for (unsigned int i = 0; i < 16; i++)
		rig_map(rig, va + i * 4096, 0, VRAM_PTE(dpa + i * 4096) | E_PS64);
}

/* Strictly: counted, and an access error that no page-fault handler can resolve */
static void rule_64k(void)
{
	RIG(&rig_pvc);
	rig_map(rig, 0x1000, 0, VRAM_PTE(0x1000));
	CHECK(get32(0x1000) == 0xfa000300 && rig->obs.mistakes[VG_ERR_MIXED_64K] == 1);
	rig_map(rig, 0x2000, 0, RAM_PTE(0)); /* system memory may be 4 KiB */
	CHECK(get32(0x2000) == 0);
	map_window(0x10000, 0x10000);
	CHECK(get32(0x1f000) == 0 && rig->obs.mistakes[VG_ERR_MIXED_64K] == 1);
	map_window(0x20000, 0x10000);
	rig_map(rig, 0x27000, 0, RAM_PTE(0)); /* mixed */
	CHECK(get32(0x20000) == 0xfa000300 && rig->obs.mistakes[VG_ERR_MIXED_64K] == 2);
	map_window(0x30000, 0x11000); /* incongruent */
	CHECK(get32(0x30000) == 0xfa000300 && rig->obs.mistakes[VG_ERR_MIXED_64K] == 3);
}

/* A window that is being written, or zapped: what is there counts, what is missing faults */
static void rule_64k_holes(void)
{
	RIG(&rig_pvc);
	map_window(0x10000, 0x10000);
	rig_map(rig, 0x1f000, 0, 0);
	set32(rig->vram + 0x12000, 3);
	CHECK(get32(0x12000) == 3);
	CHECK(get32(0x1f000) == 0xfa000000); /* not in the TLB with its neighbour */
	rig_map(rig, 0x1f000, 0, VRAM_PTE(0x1f000) | E_PS64);
	CHECK(get32(0x1f000) == 0);
	CHECK(!rig->obs.mistakes[VG_ERR_MIXED_64K]);
}

/* Leniently: 64 KiB are filled from the entry that was read, so wrong data come back */
static void rule_64k_lenient(void)
{
	struct vg_mem_config lenient = rig_pvc;

	lenient.strict_64k = false;
	RIG(&lenient);
	rig_map(rig, 0x1000, 0, VRAM_PTE(0x1000)); /* happens to be congruent */
	set32(rig->vram + 0x1000, 5);
	CHECK(get32(0x1000) == 5 && rig->obs.mistakes[VG_ERR_MIXED_64K] == 1);
	set32(rig->vram + 0x2000, 6);
	CHECK(get32(0x2000) == 6); /* nobody mapped it: from the TLB */
	rig_map(rig, 0x11000, 0, VRAM_PTE(0x42000));
	set32(rig->vram + 0x41000, 7);
	set32(rig->vram + 0x42000, 8);
	CHECK(get32(0x11000) == 7 && rig->obs.mistakes[VG_ERR_MIXED_64K] == 2);
	map_window(0x20000, 0x50000);
	rig_map(rig, 0x21000, 0, RAM_PTE(0));
	set32(rig->ram, 9);
	set32(rig->vram + 0x51000, 10);
	get32(0x20000);
	CHECK(get32(0x21000) == 10 && rig->obs.mistakes[VG_ERR_MIXED_64K] == 3);
}

/* Memory that nobody gave to the device: reached all the same, and counted */
static void canaries(void)
{
	RIG(&rig_bmg);
	rig_map_ram(rig, 0x1000, 0, 0x3000);
	CHECK(!vg_bus_canary(rig->bus, RIG_RAM_AT + 0x1000, 0x800));
	CHECK(!vg_bus_canary(rig->bus, RIG_RAM_AT + 0x1800, 0x800));
	CHECK(vg_bus_canary(rig->bus, 0x1000, 0) == -EINVAL);
	CHECK(vg_bus_canary(rig->bus, ~0ull, 2) == -EINVAL);
	get32(0x1ffc);
	get32(0x3000);
	CHECK(!rig->obs.count[VG_CNT_CANARY]);
	set32(rig->ram + 0x1ffc, 4);
	CHECK(get32(0x2ffc) == 4 && rig->obs.count[VG_CNT_CANARY] == 1);
	CHECK(get32(0x2400) == 0 && rig->obs.count[VG_CNT_CANARY] == 2);
	/* our own BAR is out of reach */
	CHECK(!vg_bus_unmap(rig->bus, RIG_PEER_AT, RIG_PEER, NULL));
	CHECK(!vg_bus_map(rig->bus, RIG_PEER_AT, RIG_PEER, NULL, true, VG_BUS_BLOCKED));
	rig_map(rig, 0x6000, 0, RIG_PEER_AT | E_P | E_RW);
	CHECK(get32(0x6000) == 0xfa000300 && rig->obs.mistakes[VG_ERR_BUS_ERROR] == 1);
	/* the same number as a device address is none */
	rig_map(rig, 0x5000, 0, VRAM_PTE(0x1000));
	CHECK(!vg_bus_canary(rig->bus, 0x1000, 0x1000));
	CHECK(get32(0x5000) == 0 && rig->obs.count[VG_CNT_CANARY] == 2);
	vg_bus_no_canaries(rig->bus);
	CHECK(get32(0x2000) == 0 && rig->obs.count[VG_CNT_CANARY] == 2);
	for (unsigned int i = 0; i < 256; i++)
		CHECK(!vg_bus_canary(rig->bus, i * 0x2000ull, 0x1000));
	CHECK(vg_bus_canary(rig->bus, 1ull << 40, 0x1000) == -ENOSPC);
	CHECK(!vg_bus_canary(rig->bus, 0x1000, 0x1000)); /* behind the first: one with it */
}

static void counts_by_kind(void)
{
	uint8_t buf[64] = { 0 };
	struct vg_fault f;

	RIG(&rig_pvc);
	rig_map(rig, 0x200000, 1, VRAM_PTE(0) | E_HUGE);
	rig_map(rig, 0x400000, 1, VRAM_PTE(RIG_VRAM) | E_HUGE);
	rig_map(rig, 0x1000, 0, RIG_PEER_AT | E_P | E_RW);
	rig_map(rig, 0x2000, 0, RAM_PTE(0));
	rig_map(rig, 0x3000, 0, RIG_OPS_AT | E_P | E_RW);
	CHECK(!rig_write(rig, 0x200000, buf, 10, &f) && !rig_write(rig, 0x400000, buf, 20, &f));
	CHECK(!rig_write(rig, 0x1000, buf, 30, &f) && !rig_read(rig, 0x2000, buf, 40, &f));
	buf[0] = 9;
	CHECK(!rig_write(rig, 0x3004, buf, 2, &f) && rig->ops[4] == 9);
	CHECK(rig->obs.count[VG_CNT_BYTES_LOCAL] == 10 && rig->obs.count[VG_CNT_BYTES_REMOTE] == 20);
	CHECK(rig->obs.count[VG_CNT_BYTES_PEER] == 30 && rig->obs.count[VG_CNT_BYTES_HOST] == 42);
	CHECK(rig->obs.count[VG_CNT_WRITTEN_LOCAL] == 10);
	CHECK(rig->obs.count[VG_CNT_WRITTEN_REMOTE] == 20);
	CHECK(rig->obs.count[VG_CNT_WRITTEN_PEER] == 30);
	CHECK(rig->obs.count[VG_CNT_WRITTEN_HOST] == 2);
}

static void spans_coalesce(void)
{
	struct vg_fault f;
	struct vg_span s;

	RIG(&rig_bmg);
	rig_map_ram(rig, 0x10000, 0, 0x8000);
	rig_map(rig, 0x14000, 0, RAM_PTE(0x40000));
	CHECK(!vg_span_get(rig->mem, &rig->as, VG_READ, 0x10100, 0x100000, &s, &f));
	CHECK(s.len == 0x3f00 && s.host == rig->ram + 0x100);
	CHECK(!vg_span_get(rig->mem, &rig->as, VG_READ, 0x10100, 0x1000, &s, &f) && s.len == 0x1f00);
	CHECK(s.bus == RIG_RAM_AT + 0x100);
	rig_map(rig, 0x20000, 0, RIG_OPS_AT | E_P | E_RW);
	CHECK(!vg_span_get(rig->mem, &rig->as, VG_READ, 0x20010, 1, &s, &f));
	CHECK(!s.host && s.len == 0xff0 && s.bus == RIG_OPS_AT + 0x10);
	rig_map(rig, 0x30000, 0, VRAM_PTE(0));
	CHECK(!vg_span_get(rig->mem, &rig->as, VG_READ, 0x30000, 1, &s, &f) && s.bus == ~0ull);
	/* neighbours here, far apart on the bus: two spans, for each has its own address */
	CHECK(!vg_bus_unmap(rig->bus, RIG_RAM_AT, RIG_RAM, NULL));
	CHECK(!vg_bus_map(rig->bus, RIG_RAM_AT, 0x1000, rig->ram, true, VG_BUS_RAM));
	CHECK(!vg_bus_map(rig->bus, 0, 0x1000, rig->ram + 0x1000, true, VG_BUS_RAM));
	rig_map(rig, 0x40000, 0, RAM_PTE(0));
	rig_map(rig, 0x41000, 0, E_P | E_RW);
	CHECK(!vg_span_get(rig->mem, &rig->as, VG_READ, 0x40000, 0x2000, &s, &f));
	CHECK(s.len == 0x1000);
}

static void unmapped_bus_does_not_dangle(void)
{
	void *host;

	RIG(&rig_bmg);
	rig_map(rig, 0x1000, 0, RIG_PEER_AT | E_P | E_RW);
	CHECK(get32(0x1000) == 0);
	CHECK(!vg_bus_unmap(rig->bus, RIG_PEER_AT, RIG_PEER, &host) && host == rig->peer);
	free(rig->peer);
	rig->peer = NULL;
	CHECK(get32(0x1000) == 0xfa000300 && rig->obs.mistakes[VG_ERR_BUS_ERROR] == 1);
}

static void json(void)
{
	char buf[4096];
	int n;

	RIG(&rig_bmg);
	vg_mistake(&rig->obs, VG_ERR_BAD_CT, "a \"quoted\" thing");
	n = vg_obs_json(&rig->obs, buf, sizeof(buf));
	CHECK(n > 0 && (size_t)n == strlen(buf) && strstr(buf, "\"bad_ct_message\":1"));
	CHECK(strstr(buf, "?quoted?") && buf[n - 1] == '}');
	CHECK(vg_obs_json(&rig->obs, buf, 100) == -1);
	rig_free_all();
}

#define TEST(f) { #f, f }

static const struct test tests[] = {
	TEST(bus_ranges), TEST(ggtt_access), TEST(walk_page_sizes), TEST(walk_four_levels),
	TEST(canonical_57), TEST(fault_levels), TEST(permissions), TEST(partial_access),
	TEST(tlb_is_stale), TEST(tlb_huge_range), TEST(tlb_verify_names_stale_use), TEST(rule_64k),
	TEST(rule_64k_holes), TEST(rule_64k_lenient), TEST(canaries),
	TEST(counts_by_kind), TEST(spans_coalesce), TEST(unmapped_bus_does_not_dangle), TEST(json),
};

int main(int argc, char **argv)
{
	return test_main(tests, sizeof(tests) / sizeof(tests[0]), argc > 1 ? argv[1] : NULL);
}
