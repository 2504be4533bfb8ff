/* SPDX-License-Identifier: MIT */
/*
 * The least that a driver does to get work onto an engine: firmware, channels,
 * one context. No error handling: what the fuzzers are after comes later.
 */
#ifndef VGPU_TESTS_FUZZ_BOOT_H
#define VGPU_TESTS_FUZZ_BOOT_H

#include "dev/device.h"

/* Where things are: VRAM, GGTT and (but for the tables) PPGTT addresses are equal. */
enum boot_layout {
	BOOT_GGTT_START = 0x100000,
	BOOT_GGTT_END = 0x400000,
	BOOT_FIRMWARE = 0x100000,
	BOOT_ADS = 0x110000,
	BOOT_H2G_DESC = 0x120000,
	BOOT_G2H_DESC = 0x120800,
	BOOT_H2G = 0x121000,
	BOOT_G2H = 0x122000,
	BOOT_RING_BYTES = 0x1000, /* of each channel */
	BOOT_LRCA = 0x130000,
	BOOT_RING = 0x140000,
	BOOT_TABLES = 0x150000, /* top level first */
	BOOT_BATCH = 0x200000,
	BOOT_DATA = 0x300000,
	BOOT_VRAM = 64 << 20,
	BOOT_RAM = 1 << 20, /* guest memory from bus address 0 */
};

/**
 * struct boot - a device and the host's side of it
 * @now_ns: device time, grows with boot_run()
 * @h2g_tail: in dwords
 */
struct boot {
	struct vg_device *d;
	uint8_t *vram, *ram;
	uint64_t *gsm;
	size_t vram_size;
	uint64_t now_ns;
	uint32_t h2g_tail;
	uint16_t fence;
	bool pvc;
};

bool boot_new(struct boot *b, const struct vg_device_options *opt);
void boot_free(struct boot *b);
uint32_t boot_mmio(struct boot *b, uint32_t dw0, uint32_t dw1, uint32_t dw2, uint32_t dw3);
void boot_h2g(struct boot *b, const uint32_t *dw, unsigned int n);
void boot_request(struct boot *b, const uint32_t *hxg, unsigned int n);
void boot_run(struct boot *b, unsigned int ticks);
void boot_context(struct boot *b, uint32_t guc_class);
void boot_batch(struct boot *b);

static inline uint32_t *boot_dw(struct boot *b, uint32_t addr)
{
	return (uint32_t *)(b->vram + addr);
}

#endif
