/* SPDX-License-Identifier: MIT */
/* How much memory is in use, to see that all of it comes back. */
#ifndef LIT_MEMORY_H
#define LIT_MEMORY_H

#include <fcntl.h>

#include "xe_lit.h"

static inline long lit_meminfo(const char *key)
{
	char line[128];
	long kib = 0;
	FILE *f = fopen("/proc/meminfo", "r");

	igt_assert(f);
	while (fgets(line, sizeof(line), f))
		if (!strncmp(line, key, strlen(key)) && line[strlen(key)] == ':')
			kib = atol(line + strlen(key) + 1);
	fclose(f);
	return kib;
}

/* Free, but on the lists that each processor keeps: up to some 50 MiB in a guest of 4 GiB. */
static inline double lit_memory_on_cpu_lists(void)
{
	char line[128];
	long pages = 0, count;
	FILE *f = fopen("/proc/zoneinfo", "r");

	igt_assert(f);
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, " count: %ld", &count) == 1)
			pages += count;
	fclose(f);
	return (double)pages * getpagesize();
}

/** lit_memory_in_use() - bytes that cannot be reclaimed, file caches apart */
static inline double lit_memory_in_use(void)
{
	int fd = open("/proc/sys/vm/drop_caches", O_WRONLY);

	if (fd >= 0) {
		igt_assert_eq(write(fd, "3", 1), 1);
		close(fd);
	}
	lit_sleep_ms(100);
	return 1024.0 * (lit_meminfo("MemTotal") - lit_meminfo("MemFree") - lit_meminfo("Cached") -
			 lit_meminfo("Buffers")) - lit_memory_on_cpu_lists();
}

/** lit_vram_in_use() - bytes of all tiles; needs privilege */
static inline double lit_vram_in_use(int fd)
{
	struct drm_xe_device_query query = { .query = DRM_XE_DEVICE_QUERY_MEM_REGIONS };
	struct drm_xe_query_mem_regions *regions;
	double used = 0;

	igt_assert_eq(igt_ioctl(fd, DRM_IOCTL_XE_DEVICE_QUERY, &query), 0);
	regions = calloc(1, query.size);
	query.data = to_user_pointer(regions);
	igt_assert_eq(igt_ioctl(fd, DRM_IOCTL_XE_DEVICE_QUERY, &query), 0);
	for (unsigned int i = 0; i < regions->num_mem_regions; i++)
		if (regions->mem_regions[i].mem_class == DRM_XE_MEM_REGION_CLASS_VRAM)
			used += regions->mem_regions[i].used;
	free(regions);
	return used;
}

/** lit_fdinfo_bytes() - @what ("total", "resident" ...) this client has in a memory region */
static inline long long lit_fdinfo_bytes(int fd, const char *what, const char *region)
{
	char path[64], line[256], key[64];
	long long value = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	snprintf(key, sizeof(key), "drm-%s-%s:", what, region);
	f = fopen(path, "r");
	igt_assert(f);
	while (fgets(line, sizeof(line), f)) {
		char unit[8] = "";
		long long n;

		if (strncmp(line, key, strlen(key)))
			continue;
		igt_assert(sscanf(line + strlen(key), "%lld %7s", &n, unit) >= 1);
		value = n << (!strcmp(unit, "KiB") ? 10 : !strcmp(unit, "MiB") ? 20 : 0);
	}
	fclose(f);
	igt_assert_f(value >= 0, "%s is not there\n", key);
	return value;
}

/* ---- where buffers are: how much of this client's memory is in each region ---- */
#define LIT_REGIONS 3

struct lit_places {
	unsigned int n;
	long long bytes[LIT_REGIONS]; /* by instance of the region; 0 is system memory */
};

static inline struct lit_places lit_places(int fd)
{
	struct lit_places p = { .n = __builtin_popcountll(all_memory_regions(fd)) };
	char name[8];

	igt_assert_lte(p.n, LIT_REGIONS);
	p.bytes[0] = lit_fdinfo_bytes(fd, "resident", "system") +
		     lit_fdinfo_bytes(fd, "resident", "gtt");
	for (unsigned int i = 1; i < p.n; i++) {
		snprintf(name, sizeof(name), "vram%u", i - 1);
		p.bytes[i] = lit_fdinfo_bytes(fd, "resident", name);
	}
	return p;
}

/**
 * lit_assert_in() - @size bytes that were not there at @before are in region @instance, only
 *
 * Page tables may have come, which stock counts too: @size is much more than these need.
 */
static inline void lit_assert_in(int fd, const struct lit_places *before, unsigned int instance,
				 long long size)
{
	struct lit_places now = lit_places(fd);

	for (unsigned int i = 0; i < now.n; i++)
		igt_assert_f(llabs(now.bytes[i] - before->bytes[i] - (i == instance ? size : 0)) <
			     size / 2,
			     "%lld bytes more in region %u than before, where %lld should be\n",
			     now.bytes[i] - before->bytes[i], i, i == instance ? size : 0);
}

#endif
