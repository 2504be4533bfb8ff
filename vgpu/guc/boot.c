// SPDX-License-Identifier: MIT
/*
 * Loading: WOPCM set-up, DMA of the image, and what the boot ROM checks.
 *
 * The image is never executed, but it must be one: the header has to be a CSS
 * header, lengths have to agree with the DMA, the signature in the registers
 * has to be the one that follows the code in memory.
 */
#include <stdio.h>
#include <string.h>

#include "guc/priv.h"

/* register numbers, relative to the GT */
#define GUC_STATUS 0xc000
#define GUC_WOPCM_SIZE 0xc050
#define SOFT_SCRATCH0 0xc180
#define HUC_KERNEL_LOAD_INFO 0xc1dc
#define UOS_RSA_SCRATCH0 0xc200
#define DMA_ADDR_0_LOW 0xc300
#define DMA_ADDR_0_HIGH 0xc304
#define DMA_ADDR_1_LOW 0xc308
#define DMA_ADDR_1_HIGH 0xc30c
#define DMA_COPY_SIZE 0xc310
#define DMA_CTRL 0xc314
#define DMA_GUC_WOPCM_OFFSET 0xc340

#define DMA_START (1u << 0)
#define DMA_UOS_MOVE (1u << 4)
#define DMA_HUC (1u << 9)
#define DMA_SPACE(hi) ((hi) >> 16 & 0x1f)
#define DMA_SPACE_WOPCM 7
#define DMA_SPACE_GGTT 8

/* GUC_STATUS fields: authentication 31:30, core 18:16, kernel 15:8, boot ROM 7:1, in reset 0 */
#define STATUS(auth, mia, kernel, rom) \
	((uint32_t)(auth) << 30 | (uint32_t)(mia) << 16 | (kernel) << 8 | (rom) << 1)
#define STATUS_IN_RESET 1u
#define ROM_RSA_FAILED 0x50
#define ROM_WOPCM_FAILED 0x74
#define ROM_LOADLOC_FAILED 0x75
#define ROM_JUMP_PASSED 0x76
#define KERNEL_READY 0xf0
#define KERNEL_INIT_DATA_INVALID 0x71

/* where the driver has to put the GuC image in WOPCM */
#define WOPCM_RESERVED 0x2000
#define CSS_BYTES 128
#define CSS_GUC_MODULE 6
#define RSA_SCRATCH_DWORDS 64
#define PARAM_ADS 4 /* scratch 1 + 4: the ADS's GGTT page in bits 21:1 */

enum css_dword {
	CSS_MODULE = 0,
	CSS_HEADER_DW = 1,
	CSS_SIZE_DW = 6,
	CSS_KEY_DW = 7,
	CSS_MODULUS_DW = 8,
	CSS_EXPONENT_DW = 9,
	CSS_SUBMISSION = 17,
};

static uint32_t peek(struct vg_guc *g, uint32_t offset)
{
	return vg_regs_peek(g->regs, g->base + offset);
}

/* Bit 0 locks: what was written first stays until the function is reset */
static uint32_t wopcm_write(void *opaque, uint32_t offset, uint32_t stored, uint32_t value)
{
	(void)opaque;
	(void)offset;
	return stored & 1 ? stored : value | 1;
}

static uint32_t bad_image(struct vg_guc *g, unsigned int rom, const char *why)
{
	vg_mistake(g->obs, VG_ERR_BAD_FIRMWARE, "GT%u firmware: %s", g->cfg.gt, why);
	return STATUS(1, 1, 0, rom);
}

/* Is [@addr, @addr + @len) of the GGTT readable, as the DMA reads it? */
static bool ggtt_readable(struct vg_guc *g, uint32_t addr, uint32_t len)
{
	uint8_t buf[4096];

	if (addr + len < addr)
		return false;
	while (len) {
		uint32_t n = len < sizeof(buf) ? len : sizeof(buf);

		if (vg_ggtt_read(g->mem, g->cfg.tile, addr, buf, n))
			return false;
		addr += n;
		len -= n;
	}
	return true;
}

/* The signature lies behind the code; a long one is given by its address, not its value */
static bool signature_matches(struct vg_guc *g, uint32_t addr, uint32_t key_dw)
{
	uint32_t want, have;

	for (uint32_t i = 0; i < key_dw; i++) {
		if (vg_ggtt_read(g->mem, g->cfg.tile, addr + 4 * i, &want, 4))
			return false;
		if (key_dw <= RSA_SCRATCH_DWORDS)
			have = peek(g, UOS_RSA_SCRATCH0 + 4 * i);
		else if (vg_ggtt_read(g->mem, g->cfg.tile, peek(g, UOS_RSA_SCRATCH0) + 4 * i,
				      &have, 4))
			return false;
		if (want != have)
			return false;
	}
	return true;
}

/* Everything about the header that can be wrong; NULL: a valid one */
static const char *check_css(const uint32_t *css, uint32_t dma_bytes)
{
	uint64_t keys = (uint64_t)css[CSS_KEY_DW] + css[CSS_MODULUS_DW] + css[CSS_EXPONENT_DW];

	if (css[CSS_MODULE] != CSS_GUC_MODULE)
		return "not a GuC module";
	if (css[CSS_HEADER_DW] - keys != CSS_BYTES / 4)
		return "header size does not match its keys";
	if (css[CSS_SIZE_DW] <= css[CSS_HEADER_DW])
		return "no code";
	if (!css[CSS_KEY_DW] || css[CSS_KEY_DW] > 1024)
		return "bad key size";
	if (CSS_BYTES + 4ull * (css[CSS_SIZE_DW] - css[CSS_HEADER_DW]) != dma_bytes)
		return "DMA size is not header plus code";
	return NULL;
}

/* Returns what GUC_STATUS becomes */
static uint32_t boot_guc(struct vg_guc *g)
{
	uint32_t src = peek(g, DMA_ADDR_0_LOW), len = peek(g, DMA_COPY_SIZE);
	uint32_t ads = (peek(g, SOFT_SCRATCH0 + 4 * (1 + PARAM_ADS)) & 0x3ffffe) << 11;
	uint32_t css[CSS_BYTES / 4];
	const char *why;

	if (!(peek(g, GUC_STATUS) & STATUS_IN_RESET))
		return bad_image(g, ROM_LOADLOC_FAILED, "loaded while it runs");
	if (!(peek(g, GUC_WOPCM_SIZE) & 1) || !(peek(g, DMA_GUC_WOPCM_OFFSET) & 1))
		return bad_image(g, ROM_WOPCM_FAILED, "WOPCM is not set up");
	if (DMA_SPACE(peek(g, DMA_ADDR_0_HIGH)) != DMA_SPACE_GGTT ||
	    DMA_SPACE(peek(g, DMA_ADDR_1_HIGH)) != DMA_SPACE_WOPCM ||
	    peek(g, DMA_ADDR_1_LOW) != WOPCM_RESERVED)
		return bad_image(g, ROM_LOADLOC_FAILED, "wrong DMA source or target");
	if (len < CSS_BYTES || len > (peek(g, GUC_WOPCM_SIZE) & ~0xfffu) ||
	    len > g->cfg.wopcm_size)
		return bad_image(g, ROM_WOPCM_FAILED, "does not fit into WOPCM");
	if (!ggtt_readable(g, src, len) || vg_ggtt_read(g->mem, g->cfg.tile, src, css, sizeof(css)))
		return bad_image(g, ROM_LOADLOC_FAILED, "cannot be read through the GGTT");
	why = check_css(css, len);
	if (why)
		return bad_image(g, ROM_LOADLOC_FAILED, why);
	if (!signature_matches(g, src + len, css[CSS_KEY_DW]))
		return bad_image(g, ROM_RSA_FAILED, "signature registers hold another one");
	if (!ads || !ggtt_readable(g, ads, 4096)) {
		bad_image(g, 0, "no additional data structure (ADS)");
		return STATUS(2, 2, KERNEL_INIT_DATA_INVALID, ROM_JUMP_PASSED);
	}
	g->submission = css[CSS_SUBMISSION];
	g->running = true;
	return STATUS(2, 2, KERNEL_READY, ROM_JUMP_PASSED);
}

/* The HuC image is only noted: authentication comes later, by message */
static void load_huc(struct vg_guc *g)
{
	uint32_t src = peek(g, DMA_ADDR_0_LOW), len = peek(g, DMA_COPY_SIZE);

	if (len < CSS_BYTES || len > g->cfg.wopcm_size || !ggtt_readable(g, src, len)) {
		bad_image(g, 0, "HuC image cannot be read");
		return;
	}
	g->huc_loaded = true;
}

static uint32_t dma_write(void *opaque, uint32_t offset, uint32_t stored, uint32_t value)
{
	struct vg_guc *g = opaque;
	char name[32];

	(void)offset;
	(void)stored;
	if (!(value & DMA_START))
		return value;
	if (value & DMA_HUC) {
		load_huc(g);
	} else if (value & DMA_UOS_MOVE) {
		uint32_t status = boot_guc(g);

		vg_regs_poke(g->regs, g->base + GUC_STATUS, status);
		vg_log(g->obs, 2, "GT%u firmware load: status 0x%08x, submission 0x%06x", g->cfg.gt,
		       status, g->submission);
		snprintf(name, sizeof(name), "GT%u firmware", g->cfg.gt);
		vg_trace_track(g->obs, TRACK(g), name);
		vg_trace_instant(g->obs, TRACK(g), "firmware load", NULL);
	} else {
		bad_image(g, 0, "DMA without a kind");
	}
	return value & ~DMA_START; /* done */
}

static const struct vg_reg_row rows[] = {
	{ GUC_STATUS, "GUC_STATUS", .reset = STATUS_IN_RESET, .flags = VG_REG_RO },
	{ 0xc010, "BOOT_HASH_CHK", .flags = VG_REG_RO },
	{ GUC_WOPCM_SIZE, "GUC_WOPCM_SIZE", .write = wopcm_write },
	{ HUC_KERNEL_LOAD_INFO, "HUC_KERNEL_LOAD_INFO", .flags = VG_REG_RO },
	{ 0xd3b0, "HUC_STATUS2", .flags = VG_REG_RO },
	{ DMA_CTRL, "DMA_CTRL", .flags = VG_REG_MASKED | VG_REG_SLEEPS, .write = dma_write },
	{ DMA_GUC_WOPCM_OFFSET, "DMA_GUC_WOPCM_OFFSET", .write = wopcm_write },
	{ 0xc398, "GUC_SRAM_STATUS", .flags = VG_REG_RO },
};

/** guc_boot_rows() - the registers above */
void guc_boot_rows(struct vg_guc *g)
{
	vg_regs_add(g->regs, rows, ARRAY_SIZE(rows), g->base, g);
}

/* All that the firmware knew; registers of the host's set-up (WOPCM) stay */
static void forget(struct vg_guc *g)
{
	for (unsigned int i = 0; i < g->cfg.n_engines; i++) {
		sched_abort(&g->eng[i]);
		g->eng[i].hung = false;
	}
	ctx_forget_all(g);
	memset(g->slot, 0, sizeof(g->slot));
	memset(&g->activity, 0, sizeof(g->activity));
	ct_reset(&g->ct);
	slpc_reset(g);
	g->running = false;
	g->ext_cat_type = false;
	g->huc_loaded = false;
	vg_regs_poke(g->regs, g->base + HUC_KERNEL_LOAD_INFO, 0);
	vg_regs_poke(g->regs, g->base + GUC_STATUS, STATUS_IN_RESET);
}

/** vg_guc_reset() - the core is held in reset until the next upload */
void vg_guc_reset(struct vg_guc *g, bool full)
{
	vg_log(g->obs, 2, "GT%u %s reset", g->cfg.gt, full ? "full" : "firmware");
	vg_trace_instant(g->obs, TRACK(g), full ? "GT reset" : "firmware reset", NULL);
	if (full) {
		vg_count(g->obs, VG_CNT_GT_RESET, 1);
		vg_tlb_inval_all(g->mem, g->cfg.gt);
	}
	forget(g);
}

/** vg_guc_power_on() - the caller resets the registers afterwards */
void vg_guc_power_on(struct vg_guc *g)
{
	forget(g);
	vg_guc_script_clear(g);
	vg_tlb_inval_all(g->mem, g->cfg.gt);
}
