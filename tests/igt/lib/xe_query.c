// SPDX-License-Identifier: MIT
#include "igt.h"
#include "xe/xe_query.h"

#define MAX_OPEN 64

static struct xe_device *open_devices[MAX_OPEN];

/* Size first, then the answer; NULL where the device has none. */
static void *query(int fd, uint32_t what, uint32_t *size)
{
	struct drm_xe_device_query q = { .query = what };
	void *data;

	if (igt_ioctl(fd, DRM_IOCTL_XE_DEVICE_QUERY, &q))
		return NULL;
	data = calloc(1, q.size + 1);
	igt_assert(data);
	q.data = to_user_pointer(data);
	igt_assert_eq(igt_ioctl(fd, DRM_IOCTL_XE_DEVICE_QUERY, &q), 0);
	if (size)
		*size = q.size;
	return data;
}

static struct xe_device *find(int fd)
{
	for (int i = 0; i < MAX_OPEN; i++)
		if (open_devices[i] && open_devices[i]->fd == fd)
			return open_devices[i];
	return NULL;
}

struct xe_device *xe_device_get(int fd)
{
	struct xe_device *dev = find(fd);
	int slot = 0;

	if (dev)
		return dev;
	dev = calloc(1, sizeof(*dev));
	igt_assert(dev);
	dev->fd = fd;
	dev->config = query(fd, DRM_XE_DEVICE_QUERY_CONFIG, NULL);
	dev->hwconfig = query(fd, DRM_XE_DEVICE_QUERY_HWCONFIG, &dev->hwconfig_size);
	dev->gt_list = query(fd, DRM_XE_DEVICE_QUERY_GT_LIST, NULL);
	dev->engines = query(fd, DRM_XE_DEVICE_QUERY_ENGINES, NULL);
	dev->mem_regions = query(fd, DRM_XE_DEVICE_QUERY_MEM_REGIONS, NULL);
	igt_assert(dev->config && dev->gt_list && dev->engines && dev->mem_regions);
	for (uint32_t i = 0; i < dev->gt_list->num_gt; i++) {
		dev->gt_mask |= 1ull << dev->gt_list->gt_list[i].gt_id;
		dev->tile_mask |= 1ull << dev->gt_list->gt_list[i].tile_id;
	}
	for (uint32_t i = 0; i < dev->mem_regions->num_mem_regions; i++)
		dev->memory_regions |= 1ull << dev->mem_regions->mem_regions[i].instance;
	dev->has_vram = dev->config->info[DRM_XE_QUERY_CONFIG_FLAGS] & DRM_XE_QUERY_CONFIG_FLAG_HAS_VRAM;
	dev->va_bits = dev->config->info[DRM_XE_QUERY_CONFIG_VA_BITS];
	dev->dev_id = dev->config->info[DRM_XE_QUERY_CONFIG_REV_AND_DEVICE_ID] & 0xffff;
	while (slot < MAX_OPEN && open_devices[slot])
		slot++;
	igt_assert(slot < MAX_OPEN);
	open_devices[slot] = dev;
	return dev;
}

void xe_device_put(int fd)
{
	for (int i = 0; i < MAX_OPEN; i++) {
		struct xe_device *dev = open_devices[i];

		if (!dev || dev->fd != fd)
			continue;
		free(dev->config);
		free(dev->hwconfig);
		free(dev->gt_list);
		free(dev->engines);
		free(dev->mem_regions);
		free(dev);
		open_devices[i] = NULL;
	}
}

unsigned int xe_number_gt(int fd)
{
	return xe_device_get(fd)->gt_list->num_gt;
}

unsigned int xe_number_engines(int fd)
{
	return xe_device_get(fd)->engines->num_engines;
}

struct drm_xe_engine *xe_engine(int fd, int idx)
{
	return &xe_device_get(fd)->engines->engines[idx];
}

struct drm_xe_query_gt_list *xe_gt_list(int fd)
{
	return xe_device_get(fd)->gt_list;
}

struct drm_xe_query_config *xe_config(int fd)
{
	return xe_device_get(fd)->config;
}

/* Regions are named by a mask with one bit: 1 << instance. */
struct drm_xe_mem_region *xe_mem_region(int fd, uint64_t region)
{
	struct drm_xe_query_mem_regions *regions = xe_device_get(fd)->mem_regions;

	for (uint32_t i = 0; i < regions->num_mem_regions; i++)
		if (region == 1ull << regions->mem_regions[i].instance)
			return &regions->mem_regions[i];
	igt_assert_f(false, "no memory region %#" PRIx64 "\n", region);
	return NULL;
}

uint64_t all_memory_regions(int fd)
{
	return xe_device_get(fd)->memory_regions;
}

uint64_t system_memory(int fd)
{
	struct drm_xe_query_mem_regions *regions = xe_device_get(fd)->mem_regions;

	for (uint32_t i = 0; i < regions->num_mem_regions; i++)
		if (regions->mem_regions[i].mem_class == DRM_XE_MEM_REGION_CLASS_SYSMEM)
			return 1ull << regions->mem_regions[i].instance;
	return 0;
}

static struct drm_xe_gt *gt_info(int fd, int gt)
{
	struct drm_xe_query_gt_list *list = xe_gt_list(fd);

	for (uint32_t i = 0; i < list->num_gt; i++)
		if (list->gt_list[i].gt_id == gt)
			return &list->gt_list[i];
	igt_assert_f(false, "no GT %d\n", gt);
	return NULL;
}

uint64_t vram_memory(int fd, int gt)
{
	return xe_has_vram(fd) ? gt_info(fd, gt)->near_mem_regions : 0;
}

uint64_t vram_if_possible(int fd, int gt)
{
	return vram_memory(fd, gt) ?: system_memory(fd);
}

uint32_t xe_min_page_size(int fd, uint64_t region)
{
	return xe_mem_region(fd, region)->min_page_size;
}

uint32_t xe_get_default_alignment(int fd)
{
	return xe_config(fd)->info[DRM_XE_QUERY_CONFIG_MIN_ALIGNMENT];
}

bool xe_has_vram(int fd)
{
	return xe_device_get(fd)->has_vram;
}

uint64_t xe_vram_size(int fd, int gt)
{
	return xe_has_vram(fd) ? xe_mem_region(fd, vram_memory(fd, gt))->total_size : 0;
}

uint64_t xe_visible_vram_size(int fd, int gt)
{
	return xe_has_vram(fd) ? xe_mem_region(fd, vram_memory(fd, gt))->cpu_visible_size : 0;
}

uint32_t xe_va_bits(int fd)
{
	return xe_device_get(fd)->va_bits;
}

uint16_t xe_dev_id(int fd)
{
	return xe_device_get(fd)->dev_id;
}

uint16_t xe_gt_get_tile_id(int fd, int gt)
{
	return gt_info(fd, gt)->tile_id;
}

const char *xe_engine_class_string(uint32_t engine_class)
{
	static const char * const names[] = {
		[DRM_XE_ENGINE_CLASS_RENDER] = "DRM_XE_ENGINE_CLASS_RENDER",
		[DRM_XE_ENGINE_CLASS_COPY] = "DRM_XE_ENGINE_CLASS_COPY",
		[DRM_XE_ENGINE_CLASS_VIDEO_DECODE] = "DRM_XE_ENGINE_CLASS_VIDEO_DECODE",
		[DRM_XE_ENGINE_CLASS_VIDEO_ENHANCE] = "DRM_XE_ENGINE_CLASS_VIDEO_ENHANCE",
		[DRM_XE_ENGINE_CLASS_COMPUTE] = "DRM_XE_ENGINE_CLASS_COMPUTE",
	};

	return engine_class < ARRAY_SIZE(names) ? names[engine_class] : "?";
}

const char *xe_engine_class_short_string(uint32_t engine_class)
{
	static const char * const names[] = { "rcs", "bcs", "vcs", "vecs", "ccs" };

	return engine_class < ARRAY_SIZE(names) ? names[engine_class] : "unknown";
}

const char *xe_region_name(uint64_t region)
{
	static char names[64][8];
	int n = ffsll(region) - 1;

	igt_assert(n >= 0);
	if (n)
		snprintf(names[n], sizeof(names[n]), "vram%d", n - 1);
	return n ? names[n] : "system";
}
