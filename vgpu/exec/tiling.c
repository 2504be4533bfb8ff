// SPDX-License-Identifier: MIT
/* Where a pixel lies in linear, X-, 4- and 64-tiled surfaces. */
#include "exec/priv.h"

/* Tile 4: 4 KiB, 128 bytes by 32 rows. From bit 0 up: x0-3 y0-1 x4-5 y2 x6 y3-4 */
static uint64_t tile4_offset(uint64_t x, uint64_t y)
{
	return (x & 15) | (y & 3) << 4 | (x >> 4 & 3) << 6 | (y >> 2 & 1) << 8 | (x >> 6 & 1) << 9 |
	       (y >> 3 & 3) << 10;
}

/* Tile 64: bytes and rows for each pixel size; 64 KiB together */
static void tile64_shape(unsigned int bpp, uint64_t *width, uint64_t *height)
{
	*width = bpp == 1 ? 256 : bpp <= 4 ? 512 : 1024;
	*height = 65536 / *width;
}

static uint64_t tile64_offset(unsigned int bpp, uint64_t x, uint64_t y)
{
	uint64_t w, h;

	tile64_shape(bpp, &w, &h);
	return (y / 32 * (w / 128) + x / 128) * 4096 + tile4_offset(x % 128, y % 32);
}

/** vg_surface_tile_width() - bytes that the surface's pitch must be a multiple of */
uint64_t vg_surface_tile_width(const struct vg_surface *s)
{
	uint64_t w, h;

	tile64_shape(s->bpp, &w, &h);
	return s->tiling == VG_TILE_X ? 512 : s->tiling == VG_TILE_4 ? 128 :
	       s->tiling == VG_TILE_64 ? w : 1;
}

/** vg_surface_addr() - address of byte @x of row @y; *@run: bytes contiguous from there */
uint64_t vg_surface_addr(const struct vg_surface *s, uint64_t x, uint64_t y, uint64_t *run)
{
	uint64_t w, h;

	switch (s->tiling) {
	case VG_TILE_X:
		*run = 512 - x % 512;
		return s->base + (y / 8 * (s->pitch / 512) + x / 512) * 4096 + y % 8 * 512 +
		       x % 512;
	case VG_TILE_4:
		*run = 16 - x % 16;
		return s->base + (y / 32 * (s->pitch / 128) + x / 128) * 4096 +
		       tile4_offset(x % 128, y % 32);
	case VG_TILE_64:
		*run = 16 - x % 16;
		tile64_shape(s->bpp, &w, &h);
		return s->base + (y / h * (s->pitch / w) + x / w) * 65536 +
		       tile64_offset(s->bpp, x % w, y % h);
	default:
		*run = UINT64_MAX;
		return s->base + y * s->pitch + x;
	}
}
