/* SPDX-License-Identifier: MIT */
/* Too little VRAM for all. */
#ifndef LIT_PRESSURE_H
#define LIT_PRESSURE_H

#include "xe_lit.h"

/**
 * lit_take_vram() - take more than all VRAM of a tile once and give it back
 * @fd: of a client of its own
 * @region: bit of the tile's memory region
 *
 * What is not in use leaves the VRAM.
 */
static inline void lit_take_vram(int fd, uint64_t region)
{
	uint64_t size = SZ_64M;
	unsigned int count = xe_mem_region(fd, region)->total_size / size + 1;
	uint32_t *bos = calloc(count, sizeof(*bos));

	igt_assert(bos);
	for (unsigned int i = 0; i < count; i++)
		if (__xe_bo_create(fd, 0, size, region, 0, NULL, &bos[i]))
			break;
	for (unsigned int i = 0; i < count; i++)
		if (bos[i])
			gem_close(fd, bos[i]);
	free(bos);
}

#endif
