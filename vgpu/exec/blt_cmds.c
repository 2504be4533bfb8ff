// SPDX-License-Identifier: MIT
/* Blitter commands: their dwords become a struct vg_blit. */
#include <string.h>

#include "exec/priv.h"

#define BIT(n) (1u << (n))
#define FULL_RESOLVE 1u /* special mode of XY_BLOCK_COPY_BLT */

/* Bytes of a pixel by depth code: XY_FAST_COPY_BLT has its own; 0: none */
static const uint8_t fast_depth[8] = { 1, 2, 0, 4, 8, 16, 0, 0 };
static const uint8_t xy_depth[8] = { 1, 2, 4, 8, 12, 16, 0, 0 };

/* Pitches of tiled surfaces count dwords */
static uint64_t pitch_bytes(enum vg_tiling tiling, uint64_t pitch)
{
	return tiling == VG_LINEAR ? pitch : pitch * 4;
}

static uint32_t lo16(uint32_t dw)
{
	return dw & 0xffff;
}

/* Destination rectangle from its corner dwords; false when it is inside out or negative */
static bool rectangle(struct vg_blit *b, uint32_t from, uint32_t to, unsigned int bpp)
{
	uint32_t x1 = lo16(from), y1 = from >> 16, x2 = lo16(to), y2 = to >> 16;

	if (x2 < x1 || y2 < y1 || x2 > INT16_MAX + 1u || y2 > INT16_MAX + 1u)
		return false;
	b->dst.x += (uint64_t)x1 * bpp;
	b->dst.y += y1;
	b->row_bytes = (uint64_t)(x2 - x1) * bpp;
	b->rows = y2 - y1;
	return true;
}

static enum vg_step xy_fast_copy(struct vg_engine *e, const uint32_t *dw, unsigned int n)
{
	unsigned int bpp = fast_depth[dw[1] >> 24 & 7];
	enum vg_tiling dst = dw[0] >> 13 & 3, src = dw[0] >> 20 & 3;
	struct vg_blit b = {
		.dst = { .base = vg_addr64(dw + 4), .tiling = dst, .bpp = bpp,
			 .pitch = pitch_bytes(dst, lo16(dw[1])) },
		.src = { .base = vg_addr64(dw + 8), .tiling = src, .bpp = bpp,
			 .pitch = pitch_bytes(src, lo16(dw[7])),
			 .x = (uint64_t)lo16(dw[6]) * bpp, .y = dw[6] >> 16 },
	};

	(void)n;
	if (!bpp || !rectangle(&b, dw[2], dw[3], bpp))
		return vg_cs_bad(e, "XY_FAST_COPY_BLT", dw[1]);
	return vg_blit_start(e, &b);
}

/* dw6 and dw11: where the surface begins inside its memory */
static void add_offsets(struct vg_surface *s, uint32_t dw)
{
	s->x += (uint64_t)(dw & 0x3fff) * s->bpp;
	s->y += dw >> 16 & 0x3fff;
}

static enum vg_step xy_block_copy(struct vg_engine *e, const uint32_t *dw, unsigned int n)
{
	unsigned int bpp = xy_depth[dw[0] >> 19 & 7];
	enum vg_tiling dst = dw[1] >> 30, src = dw[8] >> 30;
	struct vg_blit b = {
		.resolve = (dw[0] >> 12 & 3) == FULL_RESOLVE,
		.dst = { .base = vg_addr64(dw + 4), .tiling = dst, .bpp = bpp,
			 .pitch = pitch_bytes(dst, (dw[1] & 0x3ffff) + 1) },
		.src = { .base = vg_addr64(dw + 9), .tiling = src, .bpp = bpp,
			 .pitch = pitch_bytes(src, (dw[8] & 0x3ffff) + 1),
			 .x = (uint64_t)lo16(dw[7]) * bpp, .y = dw[7] >> 16 },
	};

	if ((n != 12 && n != 22) || !bpp || !rectangle(&b, dw[2], dw[3], bpp))
		return vg_cs_bad(e, "XY_BLOCK_COPY_BLT", dw[0]);
	add_offsets(&b.dst, dw[6]);
	add_offsets(&b.src, dw[11]);
	return vg_blit_start(e, &b);
}

static enum vg_step xy_fast_color(struct vg_engine *e, const uint32_t *dw, unsigned int n)
{
	unsigned int bpp = xy_depth[dw[0] >> 19 & 7];
	enum vg_tiling tiling = dw[1] >> 30;
	struct vg_blit b = {
		.fill = true,
		.pattern_len = bpp,
		.dst = { .base = vg_addr64(dw + 4), .tiling = tiling, .bpp = bpp,
			 .pitch = pitch_bytes(tiling, (dw[1] & 0x3ffff) + 1) },
	};

	if ((n != 11 && n != 16) || !bpp || !rectangle(&b, dw[2], dw[3], bpp))
		return vg_cs_bad(e, "XY_FAST_COLOR_BLT", dw[0]);
	if (n == 16)
		add_offsets(&b.dst, dw[6]);
	memcpy(b.pattern, dw + 7, sizeof(b.pattern));
	return vg_blit_start(e, &b);
}

/*
 * Three modes: pages of 256 bytes (the height is ignored), a matrix of bytes,
 * or plain bytes.
 */
static enum vg_step mem_copy(struct vg_engine *e, const uint32_t *dw, unsigned int n)
{
	bool pages = dw[0] & BIT(19), matrix = dw[0] & BIT(17);
	uint64_t width = (dw[1] & 0xffffff) + 1ull;
	struct vg_blit b = {
		.row_bytes = pages ? width * 256 : width,
		.rows = matrix && !pages ? (dw[2] & 0x3ffff) + 1 : 1,
		.src = { .base = vg_addr64(dw + 5), .pitch = (dw[3] & 0x3ffff) + 1 },
		.dst = { .base = vg_addr64(dw + 7), .pitch = (dw[4] & 0x3ffff) + 1 },
	};

	(void)n;
	if (pages && (b.src.base | b.dst.base) & 0xff)
		return vg_cs_bad(e, "MEM_COPY of unaligned pages", dw[0]);
	return vg_blit_start(e, &b);
}

static enum vg_step mem_set(struct vg_engine *e, const uint32_t *dw, unsigned int n)
{
	bool matrix = dw[0] & BIT(17);
	struct vg_blit b = {
		.fill = true,
		.pattern = { dw[6] >> 24 },
		.pattern_len = 1,
		.row_bytes = (dw[1] & 0xffffff) + 1ull,
		.rows = matrix ? (dw[2] & 0x3ffff) + 1 : 1,
		.dst = { .base = vg_addr64(dw + 4), .pitch = (dw[3] & 0x3ffff) + 1 },
	};

	(void)n;
	return vg_blit_start(e, &b);
}

/* The metadata of one page: in plain memory (@direct), or what is kept of the page at @va */
static enum vg_step page_metadata(struct vg_engine *e, bool direct, enum vg_access how, uint64_t va,
				  uint8_t ccs[VG_CCS_PAGE])
{
	const struct vg_as *as = vg_cs_as(e, false, va, how);
	struct vg_span span;

	if (direct)
		return vg_cs_access(e, false, how, va, ccs, VG_CCS_PAGE) ? VG_STEP_DONE : VG_STEP_FAULT;
	if (!as || vg_span_get(e->mem, as, how, va, 1, &span, &e->ctx->fault))
		return vg_cs_fault(e, false);
	if (va % 4096 || !vg_span_metadata(e->mem, &span, ccs, how == VG_WRITE))
		return vg_cs_bad(e, "compression metadata of", (uint32_t)va);
	return VG_STEP_DONE;
}

/* Page by page; after a fault it begins anew. Without metadata there is nothing worth moving */
static enum vg_step ctrl_surf_copy(struct vg_engine *e, const uint32_t *dw, unsigned int n)
{
	const uint64_t address = (1ull << 57) - 1;
	bool src_direct = dw[0] & BIT(21), dst_direct = dw[0] & BIT(20);
	uint64_t src = vg_addr64(dw + 1) & address, dst = vg_addr64(dw + 3) & address;
	unsigned int pages = (dw[0] >> 9 & 0x3ff) + 1;
	enum vg_step step = VG_STEP_DONE;

	(void)n;
	if (!vg_mem_has_ccs(e->mem))
		return VG_STEP_DONE;
	for (unsigned int i = 0; i < pages && step == VG_STEP_DONE; i++) {
		uint8_t ccs[VG_CCS_PAGE];

		step = page_metadata(e, src_direct, VG_READ, src, ccs);
		if (step == VG_STEP_DONE)
			step = page_metadata(e, dst_direct, VG_WRITE, dst, ccs);
		src += src_direct ? VG_CCS_PAGE : 4096;
		dst += dst_direct ? VG_CCS_PAGE : 4096;
	}
	return step;
}

static const struct vg_cmd blt_cmds[128] = {
	[0x41] = { "XY_BLOCK_COPY_BLT", 8, 12, 22, xy_block_copy },
	[0x42] = { "XY_FAST_COPY_BLT", 8, 10, 10, xy_fast_copy },
	[0x44] = { "XY_FAST_COLOR_BLT", 8, 11, 16, xy_fast_color },
	[0x48] = { "XY_CTRL_SURF_COPY_BLT", 8, 5, 5, ctrl_surf_copy },
	[0x5a] = { "MEM_COPY", 8, 10, 10, mem_copy },
	[0x5b] = { "MEM_SET", 8, 7, 7, mem_set },
};

/** vg_blt_cmd() - the row of a blitter command; NULL: there is no such one */
const struct vg_cmd *vg_blt_cmd(uint32_t header)
{
	const struct vg_cmd *cmd = &blt_cmds[header >> 22 & 127];

	return cmd->name ? cmd : NULL;
}
