/* SPDX-License-Identifier: MIT */
/* What the device says of itself, asked once per file descriptor. */
#ifndef XE_QUERY_H
#define XE_QUERY_H

#include <stdbool.h>
#include <stdint.h>
#include <xe_drm.h>

#include "igt.h"

/** struct xe_device - answers of DEVICE_QUERY; the same members as IGT's */
struct xe_device {
	int fd;
	struct drm_xe_query_config *config;
	uint32_t *hwconfig;
	uint32_t hwconfig_size;
	struct drm_xe_query_gt_list *gt_list;
	uint64_t gt_mask;
	uint64_t tile_mask;
	uint64_t memory_regions;
	struct drm_xe_query_engines *engines;
	struct drm_xe_query_mem_regions *mem_regions;
	bool has_vram;
	uint32_t va_bits;
	uint16_t dev_id;
};

#define xe_for_each_engine(fd__, hwe__) \
	for (unsigned int igt_unique(i) = 0; igt_unique(i) < xe_number_engines(fd__) && \
	     ((hwe__) = &xe_engine(fd__, igt_unique(i))->instance); igt_unique(i)++)
#define xe_for_each_gt(fd__, gt__) \
	for (uint64_t igt_unique(m) = xe_device_get(fd__)->gt_mask; \
	     (gt__) = ffsll(igt_unique(m)) - 1, igt_unique(m) != 0; igt_unique(m) &= ~(1ull << (gt__)))
#define xe_for_each_mem_region(fd__, mask__, region__) \
	for (uint64_t igt_unique(b) = 0; igt_unique(b) < 64; igt_unique(b)++) \
		for_if((region__) = (mask__) & 1ull << igt_unique(b))

struct xe_device *xe_device_get(int fd);
void xe_device_put(int fd);
unsigned int xe_number_gt(int fd);
unsigned int xe_number_engines(int fd);
struct drm_xe_engine *xe_engine(int fd, int idx);
struct drm_xe_query_gt_list *xe_gt_list(int fd);
struct drm_xe_query_config *xe_config(int fd);
struct drm_xe_mem_region *xe_mem_region(int fd, uint64_t region);
uint64_t all_memory_regions(int fd);
uint64_t system_memory(int fd);
uint64_t vram_memory(int fd, int gt);
uint64_t vram_if_possible(int fd, int gt);
uint32_t xe_min_page_size(int fd, uint64_t region);
uint32_t xe_get_default_alignment(int fd);
bool xe_has_vram(int fd);
uint64_t xe_vram_size(int fd, int gt);
uint64_t xe_visible_vram_size(int fd, int gt);
uint32_t xe_va_bits(int fd);
uint16_t xe_dev_id(int fd);
uint16_t xe_gt_get_tile_id(int fd, int gt);
const char *xe_engine_class_string(uint32_t engine_class);
const char *xe_engine_class_short_string(uint32_t engine_class);
const char *xe_region_name(uint64_t region);

#endif
