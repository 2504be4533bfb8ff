// SPDX-License-Identifier: MIT
#include "boot.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define PTE_PRESENT 1u
#define PTE_WRITE 2u
#define GGTT_VRAM 2u
#define PDE_HUGE (1u << 7)
#define PTE_64K (1u << 8)
#define PTE_NULL (1u << 9)
#define PTE_VRAM (1u << 11)

static void no_msi(void *opaque)
{
	(void)opaque;
}

static void mmio_write(struct boot *b, uint32_t offset, uint32_t value)
{
	vg_device_write(b->d, 0, offset, 4, value);
}

static void cfg_write(struct boot *b, unsigned int offset, uint32_t value)
{
	vg_device_cfg_write(b->d, offset, &value, 4);
}

static bool map_memory(struct boot *b)
{
	const struct vg_bar *bar0 = vg_device_bar(b->d, 0), *bar2 = vg_device_bar(b->d, 2);

	b->vram_size = BOOT_VRAM;
	b->vram = mmap(NULL, b->vram_size, PROT_READ | PROT_WRITE, MAP_SHARED, bar2->fd, 0);
	b->gsm = mmap(NULL, VG_GSM_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, bar0->fd,
		      VG_GSM_OFFSET);
	b->ram = calloc(1, BOOT_RAM);
	if (b->vram == MAP_FAILED || b->gsm == MAP_FAILED || !b->ram)
		return false;
	for (uint32_t addr = BOOT_GGTT_START; addr < BOOT_GGTT_END; addr += 4096)
		b->gsm[addr >> 12] = addr | GGTT_VRAM | PTE_PRESENT;
	return !vg_bus_map(vg_device_bus(b->d), 0, BOOT_RAM, b->ram, true, VG_BUS_RAM);
}

/* Nobody runs the code, but its header, length and signature are looked at. */
static bool load_firmware(struct boot *b)
{
	enum { KEY = 64, HEADER = 32 + KEY + 64 + 1, CODE = 64 };
	uint32_t *css = boot_dw(b, BOOT_FIRMWARE);

	css[0] = 6;
	css[1] = HEADER;
	css[6] = HEADER + CODE;
	css[7] = KEY;
	css[8] = 64;
	css[9] = 1;
	css[17] = 0x010d04;
	mmio_write(b, 0xa188, 0x00010001); /* forcewake: GT, render */
	mmio_write(b, 0xa278, 0x00010001);
	mmio_write(b, 0xc050, 0x00100001); /* WOPCM size and offset */
	mmio_write(b, 0xc340, 0x00004001);
	mmio_write(b, 0xc180 + 4 * 5, BOOT_ADS >> 11);
	mmio_write(b, 0xc300, BOOT_FIRMWARE);
	mmio_write(b, 0xc304, 8 << 16); /* from the GGTT to WOPCM */
	mmio_write(b, 0xc308, 0x2000);
	mmio_write(b, 0xc30c, 7 << 16);
	mmio_write(b, 0xc310, 128 + 4 * CODE);
	mmio_write(b, 0xc314, 0x00110011);
	return (vg_device_read(b->d, 0, 0xc000, 4) >> 8 & 0xff) == 0xf0;
}

/** boot_mmio() - a message in the registers; its first dword of answer */
uint32_t boot_mmio(struct boot *b, uint32_t dw0, uint32_t dw1, uint32_t dw2, uint32_t dw3)
{
	const uint32_t dw[4] = { dw0, dw1, dw2, dw3 };

	for (uint32_t i = 0; i < 4; i++)
		mmio_write(b, 0x190240 + 4 * i, dw[i]);
	mmio_write(b, 0x1901f0, 1);
	boot_run(b, 1);
	return (uint32_t)vg_device_read(b->d, 0, 0x190240, 4);
}

static bool enable_channels(struct boot *b)
{
	static const uint32_t keys[][2] = {
		{ 0x9020002, BOOT_H2G }, { 0x9030002, BOOT_H2G_DESC },
		{ 0x9040001, BOOT_RING_BYTES }, { 0x9050002, BOOT_G2H },
		{ 0x9060002, BOOT_G2H_DESC }, { 0x9070001, BOOT_RING_BYTES },
	};

	for (unsigned int i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (boot_mmio(b, 0x508, keys[i][0], keys[i][1], 0) >> 28 != 0xf)
			return false;
	return boot_mmio(b, 0x4509, 1, 0, 0) >> 28 == 0xf;
}

/** boot_new() - up to channels enabled; false when the firmware did not start */
bool boot_new(struct boot *b, const struct vg_device_options *opt)
{
	struct vg_host host = { .msi = no_msi };
	const char *error;

	memset(b, 0, sizeof(*b));
	b->pvc = !strcmp(opt->platform, "pvc");
	b->now_ns = 1000000;
	b->d = vg_device_new(opt, &host, &error);
	if (!b->d)
		return false;
	cfg_write(b, 0x10, 0xd0000000);
	cfg_write(b, 0x1c, 0x80);
	cfg_write(b, 4, 6);
	return map_memory(b) && load_firmware(b) && enable_channels(b);
}

void boot_free(struct boot *b)
{
	vg_device_free(b->d);
	munmap(b->vram, b->vram_size);
	munmap(b->gsm, VG_GSM_SIZE);
	free(b->ram);
}

/** boot_h2g() - dwords into the channel as they are, tail and bell */
void boot_h2g(struct boot *b, const uint32_t *dw, unsigned int n)
{
	uint32_t *ring = boot_dw(b, BOOT_H2G);

	if (b->h2g_tail + n >= BOOT_RING_BYTES / 4) {
		/* Filler is 0; a message never wraps. */
		memset(ring + b->h2g_tail, 0, BOOT_RING_BYTES - 4 * b->h2g_tail);
		b->h2g_tail = 0;
	}
	memcpy(ring + b->h2g_tail, dw, 4 * n);
	b->h2g_tail += n;
	boot_dw(b, BOOT_H2G_DESC)[1] = b->h2g_tail;
	mmio_write(b, 0x1901f0, 1);
}

/** boot_request() - the same for an action with a proper header; @hxg[0] is its code */
void boot_request(struct boot *b, const uint32_t *hxg, unsigned int n)
{
	uint32_t dw[256];

	if (n > 255)
		n = 255;
	dw[0] = (uint32_t)++b->fence << 16 | n;
	memcpy(dw + 1, hxg, 4 * n);
	boot_h2g(b, dw, n + 1);
}

/** boot_run() - ticks, and read all messages the firmware sent */
void boot_run(struct boot *b, unsigned int ticks)
{
	uint32_t *desc = boot_dw(b, BOOT_G2H_DESC);

	while (ticks--) {
		b->now_ns += 100000;
		vg_device_tick(b->d, b->now_ns, 256);
		desc[0] = desc[1];
	}
}

/* Identity of all VRAM in 2 MiB pages, then one table of everything else a PTE can be. */
static uint64_t build_tables(struct boot *b)
{
	uint64_t *table = (uint64_t *)(b->vram + BOOT_TABLES);
	unsigned int levels = b->pvc ? 5 : 4;

	for (unsigned int i = 0; i + 2 < levels; i++)
		table[512 * i] = (BOOT_TABLES + 4096 * (i + 1)) | PTE_PRESENT | PTE_WRITE;
	table += 512 * (levels - 2);
	for (uint64_t i = 0; i < BOOT_VRAM >> 21; i++)
		table[i] = i << 21 | PTE_PRESENT | PTE_WRITE | PDE_HUGE | PTE_VRAM;
	table[BOOT_VRAM >> 21] = (BOOT_TABLES + 4096 * (levels - 1)) | PTE_PRESENT | PTE_WRITE;
	table += 512;
	for (uint64_t i = 0; i < 16; i++) {
		table[i] = i << 12 | PTE_PRESENT | PTE_WRITE; /* guest memory */
		table[16 + i] = (BOOT_DATA + (i << 12)) | PTE_PRESENT | PTE_WRITE | PTE_64K |
				PTE_VRAM;
		table[32 + i] = PTE_PRESENT | PTE_NULL;
		table[48 + i] = (BOOT_DATA + (i << 12)) | PTE_PRESENT | PTE_VRAM; /* read-only */
		table[64 + i] = (1ull << 40 | i << 12) | PTE_PRESENT | PTE_WRITE; /* nowhere */
	}
	return BOOT_TABLES;
}

/** boot_context() - register and enable context 1 of @guc_class with an empty ring and a PPGTT */
void boot_context(struct boot *b, uint32_t guc_class)
{
	uint32_t *img = boot_dw(b, BOOT_LRCA + 4096);
	uint64_t root = build_tables(b);
	const uint32_t reg[12] = { 0x4502, 0, 1, guc_class, 1, [10] = BOOT_LRCA | 0x109 };
	const uint32_t on[3] = { 0x1001, 1, 1 };

	img[0x01] = 0x22u << 23 | 0x1019; /* the register list begins */
	img[0x04] = 0x2034;
	img[0x09] = BOOT_RING;
	img[0x0b] = 0x3000 | 1; /* 16 KiB, valid */
	img[0x2f] = 5; /* ASID */
	img[0x31] = (uint32_t)(root >> 32);
	img[0x33] = (uint32_t)root;
	boot_request(b, reg, 12);
	boot_request(b, on, 3);
	boot_run(b, 1);
}

/** boot_batch() - run what lies at BOOT_BATCH in context 1 */
void boot_batch(struct boot *b)
{
	uint32_t *img = boot_dw(b, BOOT_LRCA + 4096), *ring = boot_dw(b, BOOT_RING + img[0x07]);
	const uint32_t kick[2] = { 0x1000, 1 };

	ring[0] = 0x18800101; /* MI_BATCH_BUFFER_START, PPGTT */
	ring[1] = BOOT_BATCH;
	ring[2] = 0;
	ring[3] = 0;
	img[0x07] += 16;
	boot_request(b, kick, 2);
}
