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
		{ 0, 1 }, { 3, 5 }, { 4095, 2 }, { 8192, 4096 }, { 12345, 20000 },
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
	igt_subtest_with_dynamic("fdinfo")
		xe_for_each_mem_region(fd, all_memory_regions(fd), region)
			igt_dynamic(xe_region_name(region))
				fdinfo(fd, region, region == system_memory(fd) ? "gtt" :
				       region == vram_memory(fd, 0) ? "vram0" : "vram1");

	igt_fixture
		drm_close_driver(fd);
}
