// SPDX-License-Identifier: MIT
/* Registers, interrupts, config space and BARs of whole devices. */
#include <fcntl.h>
#include <unistd.h>

#include "minidrv.h"
#include "reg/irq.h"
#include "reg/regs.h"

static struct md *m;

static bool up(const char *platform, unsigned int tiles)
{
	m = md_new(platform, tiles);
	return m;
}

/* ---- the engine under the rows ------------------------------------------ */

static uint32_t double_it(void *opaque, uint32_t offset, uint32_t stored)
{
	(void)offset;
	++*(int *)opaque;
	return 2 * stored;
}

static uint32_t add_old(void *opaque, uint32_t offset, uint32_t stored, uint32_t value)
{
	(void)opaque;
	(void)offset;
	return stored + value;
}

static bool never_awake(void *opaque, uint32_t offset)
{
	(void)opaque;
	(void)offset;
	return false;
}

static void rows(void)
{
	static const struct vg_reg_row table[] = {
		{ 0x10, "ro", .reset = 5, .flags = VG_REG_RO },
		{ 0x14, "masked", .reset = 0xf0, .flags = VG_REG_MASKED },
		{ 0x18, "w1c", .reset = 0xff, .w1c = 0x0f },
		{ 0x20, "many", .reset = 1, .count = 3, .stride = 8, .read = double_it },
		{ 0x40, "hook", .reset = 1, .flags = VG_REG_SLEEPS, .write = add_old },
	};
	struct vg_obs obs = { 0 };
	struct vg_regs *r = vg_regs_new(&obs);
	int reads = 0;

	vg_regs_add(r, table, 5, 0x1000, &reads);
	vg_regs_write(r, 0x1010, 9);
	CHECK_EQ(vg_regs_read(r, 0x1010), 5);
	vg_regs_write(r, 0x1014, 0x00ff000f);
	CHECK_EQ(vg_regs_read(r, 0x1014), 0x0f);
	vg_regs_write(r, 0x1018, 0xf3);
	CHECK_EQ(vg_regs_read(r, 0x1018), 0xfc);
	CHECK_EQ(vg_regs_read(r, 0x1031), 2); /* rounded down */
	CHECK_EQ(vg_regs_read(r, 0x1024), 0);
	CHECK_EQ(reads, 1);
	vg_regs_write(r, 0x1040, 2);
	CHECK_EQ(vg_regs_peek(r, 0x1040), 3);
	CHECK_EQ(obs.mistakes[VG_ERR_ASLEEP], 0);
	vg_regs_set_awake(r, never_awake, NULL);
	vg_regs_read(r, 0x1040);
	CHECK_EQ(obs.mistakes[VG_ERR_ASLEEP], 1);
	vg_regs_write(r, 0x2000, 77);
	vg_regs_set_reset(r, 0x3000, 8);
	vg_regs_write(r, 0x3000, 9);
	CHECK_EQ(vg_regs_read(r, 0x2000), 77);
	vg_regs_reset(r);
	CHECK_EQ(vg_regs_read(r, 0x2000), 0);
	CHECK_EQ(vg_regs_read(r, 0x3000), 8);
	CHECK_EQ(vg_regs_read(r, 0x1014), 0xf0);
	vg_regs_write(r, 0xfffffffc, 1);
	CHECK_EQ(vg_regs_read(r, 0xfffffffc), 0);
	vg_regs_free(r);
}

/* ---- interrupts --------------------------------------------------------- */

static void count_msi(void *opaque)
{
	++*(int *)opaque;
}

struct tree {
	struct vg_obs obs;
	struct vg_regs *r[2];
	struct vg_irq *irq;
	int msis;
};

static void tree_make(struct tree *t)
{
	memset(t, 0, sizeof(*t));
	t->r[0] = vg_regs_new(&t->obs);
	t->r[1] = vg_regs_new(&t->obs);
	t->irq = vg_irq_new(&t->obs, t->r, 2, count_msi, &t->msis);
}

static void tree_free(struct tree *t)
{
	vg_irq_free(t->irq);
	vg_regs_free(t->r[0]);
	vg_regs_free(t->r[1]);
}

static void irq_masks(void)
{
	struct tree t;

	tree_make(&t);
	vg_regs_write(t.r[0], 0x190008, 1u << 31);
	vg_irq_engine(t.irq, 0, VG_COPY, 8, 1);
	CHECK_EQ(t.msis, 0); /* not enabled */
	vg_regs_write(t.r[0], 0x190030, 0x00000011);
	vg_regs_write(t.r[0], 0x19011c, 0x0000ffff);
	vg_irq_engine(t.irq, 0, VG_COPY, 8, 1);
	CHECK_EQ(t.msis, 0); /* masked: low half */
	vg_irq_engine(t.irq, 0, VG_COPY, 7, 1);
	CHECK_EQ(t.msis, 1);
	vg_regs_write(t.r[0], 0x190038, 0x80000000);
	vg_regs_write(t.r[0], 0x1900e8, 0xffff0000);
	vg_irq_guc(t.irq, 0, false, VG_IRQ_GUC2HOST);
	CHECK_EQ(vg_regs_read(t.r[0], 0x190018), 1u << 8);
	vg_irq_guc(t.irq, 0, true, VG_IRQ_GUC2HOST);
	CHECK_EQ(vg_regs_read(t.r[0], 0x190018), 1u << 8 | 1u << 24);
	vg_irq_engine(t.irq, 1, VG_COPY, 0, 1);
	vg_irq_engine(t.irq, 7, VG_COPY, 0, 1); /* no such tile */
	vg_irq_engine(t.irq, 0, VG_COPY, 99, 1);
	CHECK_EQ(vg_regs_read(t.r[0], 0x190008), 1u << 31 | 1);
	tree_free(&t);
}

static void irq_service(void)
{
	struct tree t;

	tree_make(&t);
	vg_regs_write(t.r[1], 0x190048, 0xffff0000);
	vg_regs_write(t.r[0], 0x190008, 1u << 31);
	vg_irq_engine(t.irq, 1, VG_COMPUTE, 3, 0x11);
	CHECK_EQ(t.msis, 1);
	vg_irq_engine(t.irq, 1, VG_COMPUTE, 3, 0x02);
	CHECK_EQ(t.msis, 1); /* an edge, not a level */
	vg_regs_write(t.r[0], 0x190008, 0);
	CHECK_EQ(vg_regs_read(t.r[0], 0x190008), 2);
	CHECK_EQ(vg_regs_read(t.r[1], 0x190010), 1);
	CHECK_EQ(vg_regs_read(t.r[1], 0x190018), 1u << 7);
	CHECK_EQ(vg_regs_read(t.r[1], 0x190060), 0);
	vg_regs_write(t.r[1], 0x190070, 1u << 7);
	CHECK_EQ(vg_regs_read(t.r[1], 0x190060), 0x80000000u | 3 << 20 | 5 << 16 | 0x13);
	vg_regs_write(t.r[1], 0x190060, 0x80000000u | 3 << 20 | 5 << 16 | 0x13);
	CHECK_EQ(vg_regs_read(t.r[1], 0x190060), 0);
	vg_irq_engine(t.irq, 1, VG_COMPUTE, 3, 0x01); /* again, before the bank is acknowledged */
	vg_regs_write(t.r[1], 0x190018, 1u << 7);
	CHECK_EQ(vg_regs_read(t.r[1], 0x190018), 1u << 7);
	vg_regs_write(t.r[0], 0x190008, 1u << 31);
	CHECK_EQ(t.msis, 2); /* what came meanwhile makes a new edge */
	vg_regs_write(t.r[1], 0x190070, 1u << 7);
	vg_regs_write(t.r[1], 0x190018, 1u << 7);
	CHECK_EQ(vg_regs_read(t.r[0], 0x190008), 1u << 31);
	vg_regs_write(t.r[0], 0x190008, 1u << 31);
	CHECK_EQ(t.msis, 2);
	vg_irq_lose(t.irq, 1);
	vg_irq_engine(t.irq, 1, VG_COMPUTE, 3, 0x01);
	CHECK_EQ(t.msis, 2);
	tree_free(&t);
}

/* ---- devices ------------------------------------------------------------ */

static void discovery(void)
{
	CHECK(up("pvc", 2));
	CHECK_EQ(md_rd(m, 0, 0x101800), 0x100);
	CHECK_EQ(md_rd(m, 0, 0x1083a0), 0x100);
	CHECK_EQ(md_rd(m, 1, 0x1083a4), 0x102);
	CHECK_EQ(md_rd(m, 0, 0x108100), 0x3e000000);
	CHECK_EQ(md_rd(m, 1, 0x108100), 0x7e000000);
	CHECK_EQ(md_rd(m, 0, 0x1080c0), 0x3f000000);
	CHECK_EQ(md_rd(m, 0, 0x1082c0), 0x100);
	CHECK_EQ(md_rd(m, 1, 0x9148), 0xffffffff);
	CHECK_EQ(md_rd(m, 0, 0x281014), 0x61220);
	CHECK_EQ(md_rd(m, 0, 0xd00), 0x14);
	CHECK_EQ(md_rd(m, 0, 0xc000), 1);
	CHECK_EQ(md_rd(m, 0, 0x101010), 0x80);
	md_wr(m, 0, 0x1901f8, ~0u);
	CHECK_EQ(md_rd(m, 0, 0x1901f8), 0);
	md_free(m);
	CHECK(up("bmg", 0));
	CHECK_EQ(md_rd(m, 0, 0xd8c), 0x05004004);
	CHECK_EQ(md_rd(m, 0, 0x380d8c), 0x03404004);
	md_wr(m, 0, 0xd8c, 0);
	CHECK_EQ(md_rd(m, 0, 0xd8c), 0x05004004);
	CHECK_EQ(md_rd(m, 0, 0x389140), 0x10001);
	CHECK_EQ(md_rd(m, 0, 0x22054), 0x1000);
	CHECK_EQ(md_rd(m, 0, 0x1c0054), 0x1000);
	CHECK_EQ(md_rd(m, 0, 0x1082c0), 0x180);
	md_free(m);
}

static void sizes(void)
{
	static const struct { unsigned int mib; uint32_t gib, gsm; uint64_t bar; } want[] = {
		{ 256, 1, 0x0e000000, 1ull << 31 }, { 1024, 1, 0x3e000000, 1ull << 31 },
		{ 1536, 2, 0x5e000000, 1ull << 32 }, { 3072, 3, 0xbe000000, 1ull << 33 },
	};
	struct vg_host host = { .msi = count_msi };
	const char *error;

	for (unsigned int i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		struct vg_device_options opt = { .platform = "pvc", .vram_mib = want[i].mib };
		struct vg_device *d = vg_device_new(&opt, &host, &error);

		CHECK(d);
		CHECK_EQ(vg_device_read(d, 0, 0x1083a0, 4) >> 8, want[i].gib);
		CHECK_EQ(vg_device_read(d, 0, 0x108100, 4), want[i].gsm);
		CHECK_EQ(vg_device_bar(d, 2)->size, want[i].bar);
		CHECK_EQ(vg_device_bar(d, 0)->size, 2u << 24);
		vg_device_free(d);
	}
	CHECK(!vg_device_new(&(struct vg_device_options){ .platform = "pvc", .vram_mib = 128 }, &host, &error));
	CHECK(!vg_device_new(&(struct vg_device_options){ .platform = "pvc", .bar2_mib = 3 }, &host, &error));
	CHECK(!vg_device_new(&(struct vg_device_options){ .platform = "bmg", .tiles = 2 }, &host, &error));
	CHECK(!vg_device_new(&(struct vg_device_options){ .platform = "pvc", .video = 1 }, &host, &error));
	CHECK(!vg_device_new(&(struct vg_device_options){ .platform = "bmg", .video = 3 }, &host, &error));
	CHECK(!vg_device_new(&(struct vg_device_options){ .platform = "voodoo" }, &host, &error));
	CHECK(error);
}

/* Compression metadata ends what the driver may use: 2 MiB for each GiB, before the GSM */
static void compression_registers(void)
{
	static const struct { unsigned int mib; uint32_t lower; } want[] = {
		{ 1024, 0x3de00001 }, { 1536, 0x5dc00001 }, { 3072, 0xbda00001 },
	};
	struct vg_device_options opt = { .platform = "bmg" };
	struct vg_host host = { .msi = count_msi };
	struct vg_device *d;
	const char *error;

	for (unsigned int i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		opt.vram_mib = want[i].mib;
		d = vg_device_new(&opt, &host, &error);
		CHECK_EQ(vg_device_read(d, 0, 0x8800, 4), want[i].lower);
		vg_device_write(d, 0, 0x8800, 4, 0);
		CHECK_EQ(vg_device_read(d, 0, 0x8800, 4), want[i].lower);
		CHECK_EQ(vg_device_read(d, 0, 0x8804, 4), 0);
		vg_device_free(d);
	}
	opt.no_compression = true;
	d = vg_device_new(&opt, &host, &error);
	CHECK_EQ(vg_device_read(d, 0, 0x8800, 4), 0);
	vg_device_free(d);
}

/* A BAR can be smaller than what it is to show; what it does not show cannot be mapped */
static void small_bars(void)
{
	struct vg_host host = { .msi = count_msi };
	struct vg_device_options opt = { .platform = "pvc", .bar0_mib = 16, .bar2_mib = 256 };
	const char *error;
	struct vg_device *d = vg_device_new(&opt, &host, &error);
	uint32_t lo;

	CHECK(d);
	CHECK_EQ(vg_device_bar(d, 0)->size, 16u << 20);
	CHECK_EQ(vg_device_bar(d, 0)->n_areas, 1);
	CHECK_EQ(vg_device_bar(d, 2)->size, 256u << 20);
	CHECK_EQ(vg_device_bar(d, 2)->area[0].size, 256u << 20);
	vg_device_cfg_write(d, 0x18, "\xff\xff\xff\xff", 4);
	vg_device_cfg_read(d, 0x18, &lo, 4);
	CHECK_EQ(lo & ~0xfu, 0xf0000000u);
	vg_device_free(d);
	opt.bar0_mib = 8;
	d = vg_device_new(&opt, &host, &error);
	CHECK(d);
	CHECK_EQ(vg_device_bar(d, 0)->n_areas, 0);
	vg_device_free(d);
}

static void power(void)
{
	CHECK(up("pvc", 1));
	md_wr(m, 0, 0xa188, 0x00010001);
	CHECK_EQ(md_rd(m, 0, 0x130044), 1);
	md_wr(m, 0, 0xa278, 0x00010001);
	CHECK_EQ(md_rd(m, 0, 0xd84), 1);
	md_wr(m, 0, 0x941c, 8);
	CHECK_EQ(md_mistakes(m), 0);
	md_wr(m, 0, 0xa188, 0x00010000);
	CHECK_EQ(md_rd(m, 0, 0x130044), 0);
	md_wr(m, 0, 0xa278, 0x00010000);
	md_wr(m, 0, 0x941c, 8);
	CHECK_EQ(m->obs->mistakes[VG_ERR_ASLEEP], 1);
	md_free(m);
	CHECK(up("bmg", 1));
	md_wr(m, 0, 0x38a188, 0x00010001);
	CHECK_EQ(md_rd(m, 0, 0x380dfc), 1);
	CHECK_EQ(md_rd(m, 0, 0xdfc), 0);
	md_wr(m, 0, 0x38941c, 8);
	CHECK_EQ(m->obs->mistakes[VG_ERR_ASLEEP], 0);
	md_wr(m, 0, 0x941c, 8);
	CHECK_EQ(m->obs->mistakes[VG_ERR_ASLEEP], 1);
	md_wr(m, 0, 0x38a540, 0x00010001);
	CHECK_EQ(md_rd(m, 0, 0x380d50), 1);
	md_free(m);
}

static void steering(void)
{
	CHECK(up("bmg", 1));
	CHECK_EQ(md_rd(m, 0, 0xfd0), 1);
	CHECK_EQ(md_rd(m, 0, 0xfd0), 0);
	CHECK_EQ(md_rd(m, 0, 0x380fd0), 1);
	md_wr(m, 0, 0xfd0, 1);
	CHECK_EQ(md_rd(m, 0, 0xfd0), 1);
	md_wr(m, 0, 0xb404, 3);
	CHECK_EQ(md_rd(m, 0, 0xb404), 2);
	md_wr(m, 0, 0xb418, 1);
	CHECK_EQ(md_rd(m, 0, 0xb418), 0);
	md_wr(m, 0, 0xcf7c, 1);
	CHECK_EQ(md_rd(m, 0, 0xcf7c), 0);
	md_free(m);
}

static uint32_t pcode(uint32_t command, uint32_t *data)
{
	md_wr(m, 0, 0x138128, data[0]);
	md_wr(m, 0, 0x13812c, data[1]);
	md_wr(m, 0, 0x138124, 1u << 31 | command);
	data[0] = md_rd(m, 0, 0x138128);
	data[1] = md_rd(m, 0, 0x13812c);
	return md_rd(m, 0, 0x138124);
}

static void mailbox(void)
{
	uint32_t data[2] = { 0, 0 };

	CHECK(up("bmg", 1));
	CHECK_EQ(pcode(0x7e, data), 0);
	CHECK_EQ(data[0] & 1, 1);
	CHECK_EQ(pcode(0x99, data), 1);
	CHECK_EQ(pcode(0x7c | 0x20 << 8, data), 4);
	CHECK_EQ(pcode(0x7c | 6 << 8, data), 0);
	CHECK(data[0] & 0x8000);
	data[0] = 0x8123;
	CHECK_EQ(pcode(0x7c | 7 << 8, data), 0);
	data[0] = 0;
	CHECK_EQ(pcode(0x7c | 6 << 8, data), 0);
	CHECK_EQ(data[0], 0x8123);
	data[0] = ~0u;
	CHECK_EQ(pcode(0x5c, data), 0); /* nothing can be bound late */
	CHECK_EQ(data[0], 0);
	CHECK_EQ(pcode(0x5c | 1 << 8, data), 3);
	CHECK_EQ(pcode(0x5c | 9 << 8, data), 4);
	CHECK_EQ(pcode(0x6e | 2 << 16, data), 0); /* memory clock: highest, lowest */
	CHECK_EQ(data[0], 64);
	CHECK_EQ(pcode(0x6e | 1 << 8 | 2 << 16, data), 0);
	CHECK_EQ(data[0], 16);
	CHECK_EQ(pcode(0x6e | 1 << 16, data), 3);
	md_free(m);
}

/* Joules of package and card, in the telemetry window's region 0 alone */
static void energy(void)
{
	CHECK(up("bmg", 1));
	CHECK_EQ(md_rd(m, 0, 0x35b004) >> 12 & 0xffff, 0xe2f8);
	vg_device_tick(m->d, 10000000000ull, 0);
	CHECK_EQ(md_rd(m, 0, 0x360230), 80u << 14);
	CHECK_EQ(md_rd(m, 0, 0x360234), 120u << 14);
	CHECK_EQ(vg_device_read(m->d, 0, 0x360230, 8), (uint64_t)120 << 46 | 80u << 14);
	md_wr(m, 0, 0x280008, 1);
	CHECK_EQ(md_rd(m, 0, 0x360230), 0);
	md_free(m);
}

/* The server seals what clients map: they must not truncate it under the device */
static void sealing(void)
{
	CHECK(up("pvc", 2));
	for (unsigned int i = 0; i <= 2; i += 2) {
		CHECK_EQ(fcntl(vg_device_bar(m->d, i)->fd, F_ADD_SEALS, F_SEAL_SHRINK), 0);
		CHECK(ftruncate(vg_device_bar(m->d, i)->fd, 4096));
	}
	md_free(m);
}

static void clocks(void)
{
	CHECK(up("pvc", 1));
	vg_device_tick(m->d, 10000000000ull, 0);
	CHECK_EQ(md_rd(m, 0, 0xa500), 384000000);
	CHECK_EQ(md_rd(m, 0, 0xc3e8), 192000000);
	vg_device_tick(m->d, 1000000000000000ull, 0);
	CHECK_EQ(md_rd(m, 0, 0xa504), 38400000ull * 1000000 >> 32);
	vg_device_tick(m->d, 5, 0); /* time does not go back */
	CHECK_EQ(md_rd(m, 0, 0xa504), 38400000ull * 1000000 >> 32);
	md_free(m);
}

static void windows(void)
{
	CHECK(up("pvc", 2));
	CHECK_EQ(md_rd(m, 0, 0x7ff000), 0xdeadbeef);
	md_wr(m, 0, 0x7ff000, 1);
	CHECK_EQ(vg_device_read(m->d, 0, 0x7ff008, 8), 0xdeadbeefdeadbeefull);
	CHECK_EQ(md_rd(m, 0, 0x500000), 0);
	vg_device_write(m->d, 0, 0x1800010, 8, 0x1122334455667788ull);
	CHECK_EQ(vg_device_read(m->d, 0, 0x1800014, 4), 0x11223344);
	CHECK_EQ(vg_device_read(m->d, 0, 0x800010, 8), 0);
	vg_device_write(m->d, 2, 0x1000, 2, 0xabcd);
	CHECK_EQ(m->vram[0x1001], 0xab);
	CHECK_EQ(vg_device_read(m->d, 2, ~7ull, 8), 0);
	CHECK_EQ(vg_device_read(m->d, 0, ~7ull, 8), 0);
	CHECK_EQ(vg_device_read(m->d, 1, 0, 4), 0);
	CHECK_EQ(m->obs->mistakes[VG_ERR_MMIO_SIZE], 0);
	CHECK_EQ(vg_device_read(m->d, 0, 2, 4), 0xffffffff);
	CHECK_EQ(vg_device_read(m->d, 0, 0, 3), 0xffffff);
	vg_device_write(m->d, 0, 0x4000, 1, 5);
	CHECK_EQ(m->obs->mistakes[VG_ERR_MMIO_SIZE], 3);
	CHECK_EQ(md_rd(m, 0, 0x4000), 5);
	CHECK_EQ(vg_device_bar(m->d, 0)->n_areas, 2);
	CHECK_EQ(vg_device_bar(m->d, 0)->area[1].offset, 0x1800000);
	CHECK(!vg_device_bar(m->d, 1));
	md_free(m);
}

static uint32_t cfg(unsigned int off, unsigned int len)
{
	uint32_t v = 0;

	vg_device_cfg_read(m->d, off, &v, len);
	return v;
}

static void config(void)
{
	uint32_t v, seen = 0;

	CHECK(up("pvc", 2));
	CHECK_EQ(cfg(0, 4), 0x0bd58086);
	CHECK_EQ(cfg(8, 4), 0x0380002f);
	for (unsigned int at = cfg(0x34, 1), n = 0; at && n < 16; at = cfg(at + 1, 1), n++)
		seen |= cfg(at, 1) < 32 ? 1u << cfg(at, 1) : 0;
	CHECK_EQ(seen, 1u << 0x01 | 1u << 0x05 | 1u << 0x10); /* PM, MSI, PCIe; no MSI-X */
	CHECK_EQ(cfg(0xd0, 1), 1);
	CHECK_EQ(cfg(0x100, 4), 0);
	CHECK_EQ(cfg(0x30, 4), 0); /* no ROM */
	v = ~0u;
	vg_device_cfg_write(m->d, 0x10, &v, 4);
	vg_device_cfg_write(m->d, 0x18, &v, 4);
	CHECK_EQ(cfg(0x10, 4), 0xfe000004);
	CHECK_EQ(cfg(0x18, 4), 0x8000000c);
	vg_device_cfg_write(m->d, 0x30, &v, 4);
	CHECK_EQ(cfg(0x30, 4), 0);
	v = 0x20;
	vg_device_cfg_write(m->d, 0x1c, &v, 4);
	CHECK_EQ(vg_device_bar_base(m->d, 2), 0x2080000000ull);
	v = 0;
	vg_device_cfg_write(m->d, 4, &v, 2);
	CHECK_EQ(vg_device_bar_base(m->d, 2), ~0ull);
	CHECK_EQ(vg_device_bar_base(m->d, 1), ~0ull);
	vg_device_cfg_read(m->d, 4095, &v, 4);
	CHECK_EQ(v, 0xffffff00);
	vg_device_cfg_read(m->d, ~0u, &v, 4);
	CHECK_EQ(v, 0xffffffff);
	md_free(m);
}

static void power_states(void)
{
	uint32_t v = 3;

	CHECK(up("pvc", 1));
	CHECK(md_up(m));
	vg_device_cfg_write(m->d, 0xd4, &v, 2);
	CHECK_EQ(md_rd(m, 0, 0xc000), 0xffffffff);
	CHECK_EQ(md_tick(m, 1000), UINT64_MAX);
	v = 0;
	vg_device_cfg_write(m->d, 0xd4, &v, 2);
	CHECK_EQ(md_rd(m, 0, 0xc000), 0x8002f0ec);
	SEND(&m->gt[0], 2, 0x7002, 9, 0);
	CHECK(gt_wait(&m->gt[0], 0x7001, 9, 1, NULL));
	md_free(m);
}

static void power_loss(void)
{
	uint32_t asleep = 3, awake = 0;
	uint16_t command = 6;

	CHECK(up("pvc", 2));
	CHECK(vg_device_script(m->d, "lose power x"));
	CHECK(!vg_device_script(m->d, "lose power"));
	for (unsigned int sleep = 0; sleep < 2; sleep++) {
		CHECK(md_up(m));
		m->vram[12345] = 67;
		vg_device_cfg_write(m->d, 0xd4, &asleep, 2);
		CHECK_EQ(cfg(0xd4, 1) & 3, 3);
		vg_device_cfg_write(m->d, 0xd4, &awake, 2);
		/* only the first one takes it */
		CHECK_EQ(m->vram[12345], sleep ? 67 : 0);
		CHECK_EQ(md_rd(m, 1, 0xc000), sleep ? 0x8002f0ec : 1);
		CHECK_EQ(cfg(4, 2), sleep ? command : 0);
		vg_device_cfg_write(m->d, 4, &command, 2);
	}
	CHECK_EQ(md_mistakes(m), 0);
	md_free(m);
}

static void function_reset(void)
{
	uint16_t v = 0x8000;

	CHECK(up("pvc", 2));
	CHECK(md_up(m));
	m->vram[12345] = 67;
	vg_device_cfg_write(m->d, 0x78, &v, 2);
	CHECK_EQ(cfg(4, 2), 0);
	CHECK_EQ(cfg(0x79, 1) & 0x80, 0);
	CHECK_EQ(md_rd(m, 1, 0xc000), 1);
	CHECK_EQ(md_rd(m, 1, 0xc050), 0);
	CHECK_EQ(md_rd(m, 0, 0x190030), 0);
	CHECK_EQ(m->vram[12345], 67);
	CHECK_EQ(md_tick(m, 1000), UINT64_MAX);
	v = 6;
	vg_device_cfg_write(m->d, 4, &v, 2);
	CHECK(md_up(m));
	CHECK_EQ(md_mistakes(m), 0);
	md_free(m);
}

static void unplug(void)
{
	CHECK(up("pvc", 1));
	CHECK(cfg(4, 2));
	CHECK(!vg_device_script(m->d, "unplug"));
	CHECK_EQ(md_rd(m, 0, 0xd00), 0xffffffff);
	CHECK_EQ(cfg(0, 4), 0xffffffff);
	CHECK_EQ(vg_device_read(m->d, 2, 0, 8), ~0ull);
	CHECK_EQ(vg_device_bar_base(m->d, 0), ~0ull);
	CHECK(!vg_device_script(m->d, "clear"));
	/* the link was down: as after a reset */
	CHECK_EQ(cfg(4, 2), 0);
	CHECK_EQ(md_rd(m, 0, 0xd00), 0x14);
	CHECK(!vg_device_script(m->d, "unplug 2"));
	CHECK_EQ(md_rd(m, 0, 0xd00), 0x14);
	CHECK_EQ(md_rd(m, 0, 0xd00), 0xffffffff);
	CHECK(vg_device_script(m->d, "unplug soon"));
	CHECK(!vg_device_script(m->d, "clear"));
	CHECK_EQ(md_rd(m, 0, 0xd00), 0x14);
	md_free(m);
}

/* Whatever is written wherever: nothing breaks, and a reset repairs it */
static void storm(void)
{
	static const char *const platforms[] = { "pvc", "bmg" };
	uint64_t x = 88172645463325252ull;

	for (unsigned int p = 0; p < 2; p++) {
		CHECK(up(platforms[p], 0));
		CHECK(md_up(m));
		for (unsigned int i = 0; i < 60000; i++) {
			uint64_t off;

			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			off = x >> 32 & 0x1ffffff;
			if (i & 1)
				off = (off & 0xf) * 4 + (i & 2 ? 0x190240 : i & 4 ? 0xc300 : 0x190000);
			if (i % 16 == 3)
				off = i & 32 ? 0x1901f0 : 0x190304;
			if (i & 64)
				vg_device_write(m->d, 0, off & ~3ull, 4, x);
			else
				vg_device_read(m->d, 0, off & ~3ull, 4);
			if (i % 64 == 0)
				vg_device_tick(m->d, m->now += 1000, 100);
		}
		vg_device_reset(m->d);
		memset(m->obs->mistakes, 0, sizeof(m->obs->mistakes));
		vg_device_cfg_write(m->d, 4, "\6", 2);
		CHECK(md_up(m));
		md_free(m);
	}
}

/* The same of what the firmware reads: channels and everything behind them */
static void memory_storm(void)
{
	uint64_t x = 1234567890123ull;

	for (unsigned int round = 0; round < 200; round++) {
		struct md_gt *gt;
		struct md_ctx c;

		CHECK(up(round & 1 ? "bmg" : "pvc", 1));
		CHECK(md_up(m));
		gt = &m->gt[0];
		c = ctx_make(gt, 1);
		ctx_register(gt, &c, 3, 1);
		ctx_store(gt, &c, 1);
		for (unsigned int i = 0; i < 40; i++) {
			static const uint16_t codes[] = { 0x1000, 0x1001, 0x100b, 0x4502, 0x4503, 0x4601,
							  0x6003, 0x7000, 0x7002, 0x3003, 0x550c, 0x550e,
							  0x4000, 0x509, 0x506, 0x4100 };
			uint32_t dw[32];

			for (unsigned int k = 0; k < 32; k++) {
				x ^= x << 13;
				x ^= x >> 7;
				x ^= x << 17;
				dw[k] = x & 64 ? x >> 40 & 7 : x >> 20;
			}
			dw[0] = codes[x % 16];
			gt_send(gt, x >> 20 & 2, dw, 1 + (x >> 33) % 31);
			*md_at(m, 0, c.ring + (x >> 40 & 0xfffc)) = x >> 8;
			md_tick(m, 300000);
			gt_receive(gt);
			gt->n_events = 0;
		}
		*md_at(m, 0, gt->h2g + (x >> 40 & 0x3c)) = x >> 13;
		*md_at(m, 0, gt->g2h + (x >> 50 & 0xc)) = x >> 13;
		gt_ring_bell(gt);
		md_tick(m, 1000);
		md_free(m);
	}
}

static const struct test tests[] = {
	{ "rows", rows },
	{ "interrupts: enables and masks", irq_masks },
	{ "interrupts: service", irq_service },
	{ "discovery", discovery },
	{ "memory sizes", sizes },
	{ "compression registers", compression_registers },
	{ "forcewake", power },
	{ "steering semaphore and self-clearing bits", steering },
	{ "power controller mailbox", mailbox },
	{ "energy", energy },
	{ "BARs can be sealed", sealing },
	{ "clocks", clocks },
	{ "windows of the BARs", windows },
	{ "config space", config },
	{ "D3hot", power_states },
	{ "loss of power", power_loss },
	{ "function-level reset", function_reset },
	{ "BARs that show less", small_bars },
	{ "unplug", unplug },
	{ "storm of register accesses", storm },
	{ "storm of messages", memory_storm },
};

int main(int argc, char **argv)
{
	return test_main(tests, sizeof(tests) / sizeof(tests[0]), argc > 1 ? argv[1] : NULL);
}
