// SPDX-License-Identifier: MIT
/*
 * Others than the process itself look into its mappings of buffers, as debuggers do; also into
 * VRAM that the CPU does not see. And what a client has is told in its fdinfo.
 */
#include <fcntl.h>

#include "lit_memory.h"
#include "xe_lit.h"

IGT_TEST_DESCRIPTION("Mappings of buffers read and written by a debugger; memory in fdinfo");

#define ADDR 0x100000000ull
#define SIZE SZ_2M
#define VALUE 0xacce5500u

static int open_mem(void)
{
	int mem = open("/proc/self/mem", O_RDWR | O_CLOEXEC);

	igt_require_f(mem >= 0, "no /proc/self/mem\n");
	return mem;
}

static void peek(int mem, const char *map, size_t at, void *buf, size_t n)
{
	igt_assert_eq(pread(mem, buf, n, (off_t)(uintptr_t)(map + at)), n);
}

static void poke(int mem, char *map, size_t at, const void *buf, size_t n)
{
	igt_assert_eq(pwrite(mem, buf, n, (off_t)(uintptr_t)(map + at)), n);
}

/* Any byte, over pages; what an engine wrote is read, what is written an engine reads. */
static void look(int fd, uint64_t region, uint64_t size)
{
	static const struct { size_t at, n; } pieces[] = {
		{ 0, 1 }, { 3, 5 }, { 4095, 2 }, { 8192, 4096 }, { 12345, 20000 }, { 2 * SZ_64K - 3, 300000 },
	};
	struct lit l = lit_open(fd, &xe_engine(fd, 0)->instance, system_memory(fd));
	uint32_t bo = xe_bo_create(fd, 0, size, region, 0), got;
	char *map = xe_bo_map(fd, bo, size), *model = calloc(1, SIZE), *buf = malloc(SIZE);
	int mem = open_mem();

	igt_assert(model && buf);
	xe_vm_bind_sync(fd, l.vm, bo, 0, ADDR, size);
	for (unsigned int i = 0; i < 64; i++) {
		uint32_t value = VALUE + i;

		lit_store(&l, ADDR + i * 1000 * 4, value);
		memcpy(model + i * 1000 * 4, &value, 4);
	}
	lit_run(&l);
	peek(mem, map, 0, buf, SIZE);
	lit_assert_same(buf, model, SIZE);

	for (unsigned int i = 0; i < ARRAY_SIZE(pieces); i++) {
		lit_fill(buf, ALIGN(pieces[i].n, 8), i);
		memcpy(model + pieces[i].at, buf, pieces[i].n);
		poke(mem, map, pieces[i].at, buf, pieces[i].n);
	}
	for (size_t at = 0; at < 40000; at += 5000 - 5000 % 4) {
		lit_copy_dw(&l, lit_addr(&l, 0), ADDR + at);
		lit_run(&l);
		memcpy(&got, model + at, 4);
		igt_assert_eq_u32(*lit_data(&l, 0), got);
	}
	peek(mem, map, 0, buf, SIZE);
	lit_assert_same(buf, model, SIZE);
	close(mem);
	munmap(map, size);
	gem_close(fd, bo);
	lit_close(&l);
	free(model);
	free(buf);
}

/* Nobody maps more of it than the CPU sees, so it cannot be touched, but it can be looked at. */
static void look_beyond(int fd)
{
	uint64_t visible = xe_visible_vram_size(fd, 0), total = xe_vram_size(fd, 0);

	igt_require_f(visible && visible < total, "the CPU sees all VRAM\n");
	igt_require_f(2 * visible < total, "no buffer would be beyond what the CPU sees\n");
	look(fd, vram_memory(fd, 0), ALIGN(visible + 1, SZ_2M));
}

/* With a small BAR, what the CPU touches comes to where it sees it, and stays the same. */
static void touch_beyond(int fd, uint64_t extra)
{
	uint64_t visible = xe_visible_vram_size(fd, 0), vram = vram_memory(fd, 0);
	unsigned int n = xe_vram_size(fd, 0) / SZ_64M - 2, i;
	struct lit l = lit_open(fd, &xe_engine(fd, 0)->instance, system_memory(fd));
	uint32_t *bo = calloc(n, sizeof(*bo));

	igt_require_f(visible && visible < xe_vram_size(fd, 0), "the CPU sees all VRAM\n");
	igt_assert(bo);
	for (i = 0; i < n; i++) {
		bo[i] = xe_bo_create(fd, 0, SZ_64M, vram | extra, 0);
		xe_vm_bind_sync(fd, l.vm, bo[i], 0, ADDR + i * SZ_64M, SZ_64M);
		lit_store(&l, ADDR + i * SZ_64M + SZ_1M, VALUE + i);
	}
	lit_run(&l);
	for (i = 0; i < n; i++) {
		uint32_t *map = xe_bo_map(fd, bo[i], SZ_64M);

		igt_assert_eq_u32(map[SZ_1M / 4], VALUE + i);
		map[SZ_1M / 4 + 1] = ~i;
		munmap(map, SZ_64M);
	}
	for (i = 0; i < n; i++) {
		lit_copy_dw(&l, lit_addr(&l, 0), ADDR + i * SZ_64M + SZ_1M + 4);
		lit_run(&l);
		igt_assert_eq_u32(*lit_data(&l, 0), ~i);
		gem_close(fd, bo[i]);
	}
	free(bo);
	lit_close(&l);
}

/* One region of the memory query; needs privilege */
static struct drm_xe_mem_region query_vram(int fd)
{
	struct drm_xe_device_query query = { .query = DRM_XE_DEVICE_QUERY_MEM_REGIONS };
	struct drm_xe_query_mem_regions *all;
	struct drm_xe_mem_region found = { .instance = 0xffff };

	igt_assert_eq(igt_ioctl(fd, DRM_IOCTL_XE_DEVICE_QUERY, &query), 0);
	all = calloc(1, query.size);
	igt_assert(all);
	query.data = to_user_pointer(all);
	igt_assert_eq(igt_ioctl(fd, DRM_IOCTL_XE_DEVICE_QUERY, &query), 0);
	for (unsigned int i = 0; i < all->num_mem_regions; i++)
		if (vram_memory(fd, 0) == 1ull << all->mem_regions[i].instance)
			found = all->mem_regions[i];
	free(all);
	igt_assert_neq(found.instance, 0xffff);
	return found;
}

/* Frees of earlier tests come late. */
static struct drm_xe_mem_region settled_vram(int fd)
{
	int64_t end = lit_deadline(LIT_SECONDS);
	struct drm_xe_mem_region r = query_vram(fd);

	for (unsigned int same = 0; same < 5 && lit_deadline(0) < end; same++) {
		uint64_t used = r.used;

		lit_sleep_ms(20);
		r = query_vram(fd);
		if (r.used != used)
			same = 0;
	}
	return r;
}

/* What is asked for so is where the CPU sees it, and the rest leaves that room free. */
static void visible(int fd)
{
	struct drm_xe_mem_region r = settled_vram(fd), before = r;
	uint64_t size = ALIGN(r.cpu_visible_size / 8, SZ_2M);
	uint32_t plain, bo[4];
	uint32_t *map[4];

	igt_assert_lte(r.cpu_visible_used, r.used);
	igt_assert_lte(r.cpu_visible_used, r.cpu_visible_size);
	igt_assert_lte(r.cpu_visible_size, r.total_size);
	igt_require_f(r.cpu_visible_size < r.total_size, "the CPU sees all VRAM\n");

	plain = xe_bo_create(fd, 0, size, vram_memory(fd, 0), 0);
	r = query_vram(fd);
	igt_assert_eq_u64(r.used, before.used + size);
	igt_assert_eq_u64(r.cpu_visible_used, before.cpu_visible_used);

	for (unsigned int i = 0; i < ARRAY_SIZE(bo); i++) {
		bo[i] = xe_bo_create(fd, 0, size, vram_memory(fd, 0),
				     DRM_XE_GEM_CREATE_FLAG_NEEDS_VISIBLE_VRAM);
		r = query_vram(fd);
		igt_assert_eq_u64(r.cpu_visible_used, before.cpu_visible_used + (i + 1) * size);
		igt_assert_eq_u64(r.used, before.used + (i + 2) * size);
	}
	/* Nothing moves when it is touched. */
	for (unsigned int i = 0; i < ARRAY_SIZE(bo); i++) {
		map[i] = xe_bo_map(fd, bo[i], size);
		map[i][SZ_1M / 4] = VALUE + i;
		map[i][size / 4 - 1] = VALUE - i;
	}
	r = query_vram(fd);
	igt_assert_eq_u64(r.cpu_visible_used, before.cpu_visible_used + ARRAY_SIZE(bo) * size);
	igt_assert_eq_u64(r.used, before.used + (ARRAY_SIZE(bo) + 1) * size);
	for (unsigned int i = 0; i < ARRAY_SIZE(bo); i++) {
		igt_assert_eq_u32(map[i][SZ_1M / 4], VALUE + i);
		igt_assert_eq_u32(map[i][size / 4 - 1], VALUE - i);
		munmap(map[i], size);
		gem_close(fd, bo[i]);
	}
	gem_close(fd, plain);
	r = settled_vram(fd);
	igt_assert_eq_u64(r.used, before.used);
	igt_assert_eq_u64(r.cpu_visible_used, before.cpu_visible_used);
}

/* More of it than the CPU sees: what others have there moves, and all data stay. */
static void too_much_visible(int fd)
{
	struct drm_xe_mem_region r = settled_vram(fd);
	unsigned int n = r.cpu_visible_size / SZ_64M + 2;
	uint32_t *bo = calloc(n, sizeof(*bo));

	igt_require_f(r.cpu_visible_size < r.total_size, "the CPU sees all VRAM\n");
	igt_assert(bo);
	for (unsigned int i = 0; i < n; i++) {
		uint32_t *map;

		bo[i] = xe_bo_create(fd, 0, SZ_64M, vram_memory(fd, 0) | system_memory(fd),
				     DRM_XE_GEM_CREATE_FLAG_NEEDS_VISIBLE_VRAM);
		map = xe_bo_map(fd, bo[i], SZ_64M);
		map[SZ_1M / 4] = VALUE + i;
		munmap(map, SZ_64M);
	}
	for (unsigned int i = 0; i < n; i++) {
		uint32_t *map = xe_bo_map(fd, bo[i], SZ_64M);

		igt_assert_eq_u32(map[SZ_1M / 4], VALUE + i);
		munmap(map, SZ_64M);
		gem_close(fd, bo[i]);
	}
	free(bo);
}

/* While a job may use memory it is active, and afterwards it is not. */
/* Page tables come on top, which stock counts too. */
static void check_bytes(int fd, const char *what, const char *name, long long want)
{
	igt_assert_lte(want, lit_fdinfo_bytes(fd, what, name));
	igt_assert_lt(lit_fdinfo_bytes(fd, what, name), want + SZ_1M);
}

static void fdinfo_active(int fd, uint64_t region, const char *name)
{
	int own = drm_reopen_driver(fd);
	struct lit l = lit_open(own, &xe_engine(fd, 0)->instance, region);
	struct lit_buf b = lit_buf_new(own, l.vm, region, ADDR, SIZE);
	struct drm_xe_sync out = lit_sync(own, DRM_XE_SYNC_FLAG_SIGNAL);
	int64_t end = lit_deadline(LIT_SECONDS);

	lit_spin(&l, 0);
	igt_assert_eq(lit_submit(&l, 0, &out, 1), 0);
	check_bytes(own, "active", name, SIZE + LIT_CS_SIZE);
	igt_assert_eq(lit_fdinfo_bytes(own, "purgeable", name), 0);
	*lit_data(&l, 0) = 0;
	lit_wait(own, out.handle);
	while (lit_fdinfo_bytes(own, "active", name) && lit_deadline(0) < end)
		lit_sleep_ms(5);
	igt_assert_eq(lit_fdinfo_bytes(own, "active", name), 0);
	check_bytes(own, "resident", name, SIZE + LIT_CS_SIZE);
	syncobj_destroy(own, out.handle);
	lit_buf_free(own, &b);
	lit_close(&l);
	drm_close_driver(own);
}

static void advise(int fd, uint32_t vm, uint32_t state)
{
	uint32_t retained = 0;
	struct drm_xe_madvise args = {
		.vm_id = vm, .start = ADDR, .range = SIZE, .type = DRM_XE_VMA_ATTR_PURGEABLE_STATE,
		.purge_state_val = { .val = state, .retained_ptr = to_user_pointer(&retained) },
	};

	igt_assert_eq(igt_ioctl(fd, DRM_IOCTL_XE_MADVISE, &args), 0);
	igt_assert_eq(retained, 1);
}

/* What is not needed is purgeable, as long as that is so. */
static void fdinfo_purgeable(int fd, uint64_t region, const char *name)
{
	int own = drm_reopen_driver(fd);
	uint32_t vm = xe_vm_create(own, 0, 0);
	struct lit_buf b = lit_buf_new(own, 0, region, 0, SIZE);

	igt_require(xe_config(fd)->info[DRM_XE_QUERY_CONFIG_FLAGS] &
		    DRM_XE_QUERY_CONFIG_FLAG_HAS_PURGING_SUPPORT);
	memset(b.map, 1, SIZE);
	xe_vm_bind_sync(own, vm, b.bo, 0, ADDR, SIZE);
	igt_assert_eq(lit_fdinfo_bytes(own, "purgeable", name), 0);
	advise(own, vm, DRM_XE_VMA_PURGEABLE_STATE_DONTNEED);
	igt_assert_eq(lit_fdinfo_bytes(own, "purgeable", name), SIZE);
	check_bytes(own, "resident", name, SIZE);
	advise(own, vm, DRM_XE_VMA_PURGEABLE_STATE_WILLNEED);
	igt_assert_eq(lit_fdinfo_bytes(own, "purgeable", name), 0);
	lit_buf_free(own, &b);
	xe_vm_destroy(own, vm);
	drm_close_driver(own);
}

static void fdinfo(int fd, uint64_t region, const char *name)
{
	int own = drm_reopen_driver(fd), other = drm_reopen_driver(fd), prime;
	long long total = lit_fdinfo_bytes(own, "total", name), resident = lit_fdinfo_bytes(own, "resident", name);
	uint32_t bo = xe_bo_create(own, 0, SIZE, region, 0);
	struct drm_prime_handle args = { .handle = bo, .flags = O_CLOEXEC };

	memset(xe_bo_map(own, bo, SIZE), 1, SIZE);
	igt_assert_eq(lit_fdinfo_bytes(own, "total", name) - total, SIZE);
	igt_assert_eq(lit_fdinfo_bytes(own, "resident", name) - resident, SIZE);
	igt_assert_eq(lit_fdinfo_bytes(own, "shared", name), 0);
	igt_assert_eq(lit_fdinfo_bytes(other, "total", name), 0);
	igt_assert_eq(igt_ioctl(own, DRM_IOCTL_PRIME_HANDLE_TO_FD, &args), 0);
	prime = args.fd;
	args = (struct drm_prime_handle){ .fd = prime };
	igt_assert_eq(igt_ioctl(other, DRM_IOCTL_PRIME_FD_TO_HANDLE, &args), 0);
	igt_assert_eq(lit_fdinfo_bytes(own, "shared", name), SIZE);
	igt_assert_eq(lit_fdinfo_bytes(other, "shared", name), SIZE);
	gem_close(own, bo);
	igt_assert_eq(lit_fdinfo_bytes(own, "total", name), total);
	close(prime);
	close(own);
	close(other);
}

static const char *region_key(int fd, uint64_t region)
{
	return region == system_memory(fd) ? "gtt" :
	       region == vram_memory(fd, 0) ? "vram0" : "vram1";
}

static const struct {
	const char *name;
	void (*test)(int fd, uint64_t region, const char *name);
} infos[] = {
	{ "fdinfo", fdinfo }, { "fdinfo-active", fdinfo_active },
	{ "fdinfo-purgeable", fdinfo_purgeable },
};

igt_main
{
	uint64_t region;
	int fd;

	igt_fixture
		fd = drm_open_driver(DRIVER_XE);

	igt_subtest_with_dynamic("look")
		xe_for_each_mem_region(fd, all_memory_regions(fd), region)
			igt_dynamic(xe_region_name(region))
				look(fd, region, SIZE);
	igt_subtest("look-beyond-bar")
		look_beyond(fd);
	igt_subtest("touch-beyond-bar")
		touch_beyond(fd, system_memory(fd));
	igt_subtest("touch-beyond-bar-vram")
		touch_beyond(fd, 0);
	igt_subtest("visible")
		visible(fd);
	igt_subtest("too-much-visible")
		too_much_visible(fd);
	for (unsigned int i = 0; i < ARRAY_SIZE(infos); i++)
		igt_subtest_with_dynamic(infos[i].name)
			xe_for_each_mem_region(fd, all_memory_regions(fd), region)
				igt_dynamic(xe_region_name(region))
					infos[i].test(fd, region, region_key(fd, region));

	igt_fixture
		drm_close_driver(fd);
}
