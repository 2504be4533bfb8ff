// SPDX-License-Identifier: MIT
/* Buffer objects: every region, size and caching; their data, their mappings, their end. */
#include "xe_lit.h"

IGT_TEST_DESCRIPTION("Buffer objects in every region: sizes, caching, mappings, data");

#define ADDR 0x100000000ull
#define VALUE 0xb0b00000u

static const uint64_t sizes[] = { SZ_4K, 3 * SZ_4K, SZ_64K, SZ_1M, SZ_2M + SZ_64K, SZ_64M };

static uint64_t used_memory(int fd, uint64_t region)
{
	struct drm_xe_device_query q = { .query = DRM_XE_DEVICE_QUERY_MEM_REGIONS };
	struct drm_xe_query_mem_regions *regions;
	uint64_t used = ~0ull;

	igt_assert_eq(igt_ioctl(fd, DRM_IOCTL_XE_DEVICE_QUERY, &q), 0);
	regions = calloc(1, q.size);
	igt_assert(regions);
	q.data = to_user_pointer(regions);
	igt_assert_eq(igt_ioctl(fd, DRM_IOCTL_XE_DEVICE_QUERY, &q), 0);
	for (uint32_t i = 0; i < regions->num_mem_regions; i++)
		if (region == 1ull << regions->mem_regions[i].instance)
			used = regions->mem_regions[i].used;
	free(regions);
	igt_assert(used != ~0ull);
	return used;
}

/* Frees of earlier tests come late: what is used, once it stays the same for a while. */
static uint64_t settled_memory(int fd, uint64_t region)
{
	int64_t end = lit_deadline(LIT_SECONDS);
	uint64_t used = used_memory(fd, region);

	for (unsigned int same = 0; same < 5 && lit_deadline(0) < end; same++) {
		uint64_t before = used;

		lit_sleep_ms(20);
		used = used_memory(fd, region);
		if (used != before)
			same = 0;
	}
	return used;
}

static bool all_zero(const void *data, size_t bytes)
{
	const uint64_t *word = data;
	uint64_t any = 0;

	for (size_t i = 0; i < bytes / 8; i++)
		any |= word[i];
	return !any;
}

static void no_mapping_there(const void *addr)
{
	unsigned char present;

	igt_assert_eq(mincore((void *)addr, 1, &present), -1);
	igt_assert_eq(errno, ENOMEM);
}

/* New memory is zero; data stay over unmap and map; a mapping outlives its handle. */
static void life(int fd, uint64_t region, uint64_t size, uint16_t caching, uint32_t flags)
{
	uint32_t bo = xe_bo_create_caching(fd, 0, size, region, flags, caching);
	void *map = xe_bo_map(fd, bo, size), *want = malloc(size);

	igt_assert(want);
	igt_assert(all_zero(map, size));
	lit_fill(want, size, size + region);
	memcpy(map, want, size);
	igt_assert_eq(munmap(map, size), 0);
	no_mapping_there(map);
	map = xe_bo_map(fd, bo, size);
	lit_assert_same(map, want, size);
	gem_close(fd, bo);
	lit_assert_same(map, want, size);
	memset(map, 0xff, size);
	igt_assert_eq(munmap(map, size), 0);
	free(want);
}

static void sizes_in(int fd, uint64_t region, uint16_t caching, uint32_t flags)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++)
		life(fd, region, ALIGN(sizes[i], (uint64_t)xe_min_page_size(fd, region)), caching,
		     flags);
}

/* Memory given back dirty comes back clean. */
static void cleared(int fd, uint64_t region)
{
	for (unsigned int i = 0; i < 8; i++) {
		uint32_t bo = xe_bo_create(fd, 0, 16 * SZ_1M, region, 0);
		void *map = xe_bo_map(fd, bo, 16 * SZ_1M);

		igt_assert(all_zero(map, 16 * SZ_1M));
		memset(map, 0xee, 16 * SZ_1M);
		igt_assert_eq(munmap(map, 16 * SZ_1M), 0);
		gem_close(fd, bo);
	}
}

/* A handle's end gives the memory back: more is made than there is. */
static void given_back(int fd, uint64_t region)
{
	uint64_t before = settled_memory(fd, region), after;
	int64_t end = lit_deadline(LIT_SECONDS);
	uint32_t bo = xe_bo_create(fd, 0, SZ_64M, region, 0);

	igt_assert(used_memory(fd, region) >= before + SZ_64M);
	gem_close(fd, bo);
	for (unsigned int i = 0; i < 32; i++)
		gem_close(fd, xe_bo_create(fd, 0, SZ_64M, region, 0));
	do {
		after = used_memory(fd, region);
		lit_sleep_ms(20);
	} while (after > before && lit_deadline(0) < end);
	igt_assert_f(after <= before, "%#" PRIx64 " used before, %#" PRIx64 " after\n", before,
		     after);
}

/* Backing comes with first use, be it the CPU's or the GPU's. */
static void deferred(int fd, struct drm_xe_engine_class_instance *hwe, uint64_t region)
{
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	uint64_t before = settled_memory(fd, region);
	uint32_t bo = xe_bo_create(fd, l.vm, SZ_64M, region, DRM_XE_GEM_CREATE_FLAG_DEFER_BACKING);
	uint32_t *map;

	igt_assert(used_memory(fd, region) < before + SZ_64M);
	xe_vm_bind_sync(fd, l.vm, bo, 0, ADDR, SZ_64M);
	igt_assert(used_memory(fd, region) >= before + SZ_64M);
	lit_store(&l, ADDR + SZ_2M, VALUE);
	lit_run(&l);
	map = xe_bo_map(fd, bo, SZ_64M);
	igt_assert_eq_u32(map[SZ_2M / 4], VALUE);
	map[SZ_2M / 4] = 0;
	igt_assert(all_zero(map, SZ_64M));
	munmap(map, SZ_64M);
	gem_close(fd, bo);
	lit_close(&l);
}

/* One buffer in two VMs at two addresses: both engines and the CPU see one memory. */
static void shared(int fd, uint64_t region)
{
	struct drm_xe_engine_class_instance *last =
		&xe_engine(fd, xe_number_engines(fd) - 1)->instance;
	struct lit a = lit_open(fd, &xe_engine(fd, 0)->instance, system_memory(fd));
	struct lit b = lit_open(fd, last, system_memory(fd));
	uint32_t bo = xe_bo_create(fd, 0, SZ_2M, region, 0);
	volatile uint32_t *map = xe_bo_map(fd, bo, SZ_2M);

	xe_vm_bind_sync(fd, a.vm, bo, 0, ADDR, SZ_2M);
	xe_vm_bind_sync(fd, b.vm, bo, 0, 2 * ADDR, SZ_2M);
	lit_store(&a, ADDR + SZ_1M, VALUE);
	lit_run(&a);
	lit_copy_dw(&b, 2 * ADDR + 64, 2 * ADDR + SZ_1M);
	lit_run(&b);
	igt_assert_eq_u32(map[16], VALUE);
	munmap((void *)map, SZ_2M);
	gem_close(fd, bo);
	lit_close(&a);
	lit_close(&b);
}

/* The GPU goes on using what it has bound after the handle is closed. */
static void closed_while_bound(int fd, uint64_t region)
{
	struct lit l = lit_open(fd, &xe_engine(fd, 0)->instance, system_memory(fd));
	uint32_t bo = xe_bo_create(fd, l.vm, SZ_2M, region, 0);

	xe_vm_bind_sync(fd, l.vm, bo, 0, ADDR, SZ_2M);
	gem_close(fd, bo);
	lit_store(&l, ADDR, VALUE);
	lit_copy_dw(&l, lit_addr(&l, 0), ADDR);
	lit_run(&l);
	igt_assert_eq_u32(*lit_data(&l, 0), VALUE);
	igt_assert(!lit_banned(fd, l.queue));
	lit_close(&l);
}

/* 64 KiB of each MiB of a buffer, filled or compared */
static void each_piece(int fd, uint32_t bo, unsigned int seed, bool check)
{
	char *map = xe_bo_map(fd, bo, SZ_64M);
	static char want[SZ_64K];

	lit_fill(want, sizeof(want), seed);
	for (size_t at = seed % 16 * SZ_64K; at < SZ_64M; at += SZ_1M) {
		if (check)
			lit_assert_same(map + at, want, sizeof(want));
		else
			memcpy(map + at, want, sizeof(want));
	}
	munmap(map, SZ_64M);
}

/* More buffers than memory: all keep their data while they move. */
static void overcommit(int fd, uint64_t region)
{
	unsigned int count = xe_mem_region(fd, region)->total_size / SZ_64M + 3;
	uint32_t *bo = calloc(count, sizeof(*bo));

	igt_assert(bo);
	for (unsigned int i = 0; i < count; i++) {
		bo[i] = xe_bo_create(fd, 0, SZ_64M, region | system_memory(fd), 0);
		each_piece(fd, bo[i], i, false);
	}
	for (unsigned int round = 0; round < 2; round++)
		for (unsigned int i = 0; i < count; i++)
			each_piece(fd, bo[i], i, true);
	for (unsigned int i = 0; i < count; i++)
		gem_close(fd, bo[i]);
	free(bo);
}

/* The barrier page takes writes of one page and nothing else. */
static void barrier(int fd)
{
	struct drm_xe_gem_mmap_offset mmo = { .flags = DRM_XE_MMAP_OFFSET_FLAG_PCI_BARRIER };
	volatile uint32_t *map;

	igt_require(xe_has_vram(fd));
	igt_assert_eq(igt_ioctl(fd, DRM_IOCTL_XE_GEM_MMAP_OFFSET, &mmo), 0);
	map = mmap(NULL, SZ_4K, PROT_WRITE, MAP_SHARED, fd, mmo.offset);
	igt_assert(map != MAP_FAILED);
	for (unsigned int i = 0; i < 1024; i += 37)
		map[i] = VALUE;
	igt_assert_eq(munmap((void *)map, SZ_4K), 0);
	map = mmap(NULL, 2 * SZ_4K, PROT_WRITE, MAP_SHARED, fd, mmo.offset);
	igt_assert(map == MAP_FAILED);
	map = mmap(NULL, SZ_4K, PROT_READ | PROT_WRITE, MAP_SHARED, fd, mmo.offset);
	igt_assert(map == MAP_FAILED);
}

#define each_region(fd, region, call) do { \
	xe_for_each_mem_region(fd, all_memory_regions(fd), region) \
		igt_dynamic(xe_region_name(region)) \
			call; } while (0)

igt_main
{
	uint64_t region;
	int fd;

	igt_fixture
		fd = drm_open_driver(DRIVER_XE);

	igt_subtest_with_dynamic("sizes-wc")
		each_region(fd, region, sizes_in(fd, region, DRM_XE_GEM_CPU_CACHING_WC, 0));
	igt_subtest("sizes-wb")
		sizes_in(fd, system_memory(fd), DRM_XE_GEM_CPU_CACHING_WB, 0);
	igt_subtest_with_dynamic("sizes-deferred")
		each_region(fd, region, sizes_in(fd, region, DRM_XE_GEM_CPU_CACHING_WC,
						 DRM_XE_GEM_CREATE_FLAG_DEFER_BACKING));
	igt_subtest_with_dynamic("cleared")
		each_region(fd, region, cleared(fd, region));
	igt_subtest_with_dynamic("given-back")
		each_region(fd, region, given_back(fd, region));
	igt_subtest_with_dynamic("deferred")
		each_region(fd, region, deferred(fd, &xe_engine(fd, 0)->instance, region));
	igt_subtest_with_dynamic("shared")
		each_region(fd, region, shared(fd, region));
	igt_subtest_with_dynamic("closed-while-bound")
		each_region(fd, region, closed_while_bound(fd, region));
	igt_subtest_with_dynamic("overcommit")
		xe_for_each_mem_region(fd, all_memory_regions(fd) & ~system_memory(fd), region)
			igt_dynamic(xe_region_name(region))
				overcommit(fd, region);
	igt_subtest("pci-barrier")
		barrier(fd);

	igt_fixture
		drm_close_driver(fd);
}
