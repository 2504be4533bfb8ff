// SPDX-License-Identifier: MIT
/* Buffers that display servers without a driver of their own ask for: pictures, not bytes. */
#include <fcntl.h>
#include <xf86drm.h>

#include "lit_memory.h"
#include "xe_lit.h"

IGT_TEST_DESCRIPTION("Dumb buffers: sizes, data, errors");

#define ADDR 0x100000000ull
#define VALUE 0xd0bb0000u
#define PITCH_ALIGN 64
#define NO_HANDLE 0xfffff0u

static int try_create(int fd, uint32_t width, uint32_t height, uint32_t bpp,
		      struct drm_mode_create_dumb *dumb)
{
	*dumb = (struct drm_mode_create_dumb){ .width = width, .height = height, .bpp = bpp,
					       .handle = ~0u, .pitch = ~0u, .size = ~0ull };
	return igt_ioctl(fd, DRM_IOCTL_MODE_CREATE_DUMB, dumb) ? -errno : 0;
}

static int try_map(int fd, uint32_t handle, uint64_t *offset)
{
	struct drm_mode_map_dumb args = { .handle = handle };
	int err = igt_ioctl(fd, DRM_IOCTL_MODE_MAP_DUMB, &args) ? -errno : 0;

	*offset = args.offset;
	return err;
}

static int try_destroy(int fd, uint32_t handle)
{
	struct drm_mode_destroy_dumb args = { .handle = handle };

	return igt_ioctl(fd, DRM_IOCTL_MODE_DESTROY_DUMB, &args) ? -errno : 0;
}

static void *map_dumb(int fd, const struct drm_mode_create_dumb *dumb)
{
	uint64_t offset;
	void *map;

	igt_assert_eq(try_map(fd, dumb->handle, &offset), 0);
	map = mmap(NULL, dumb->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, offset);
	igt_assert(map != MAP_FAILED);
	return map;
}

/* New ones are black; the CPU and an engine see the same picture; a mapping outlives its handle. */
static void data(int fd)
{
	struct lit l = lit_open(fd, &xe_engine(fd, 0)->instance, system_memory(fd));
	struct lit_places before = lit_places(fd);
	struct drm_mode_create_dumb dumb;
	uint32_t *map, *again;
	uint64_t offset;
	char *want;

	igt_assert_eq(try_create(fd, 640, 480, 32, &dumb), 0);
	lit_assert_in(fd, &before, xe_has_vram(fd), dumb.size);
	map = map_dumb(fd, &dumb);
	want = calloc(1, dumb.size);
	igt_assert(want);
	lit_assert_same(map, want, dumb.size);
	lit_fill(want, dumb.size, 5);
	memcpy(map, want, dumb.size);
	again = map_dumb(fd, &dumb);
	lit_assert_same(again, want, dumb.size);

	xe_vm_bind_sync(fd, l.vm, dumb.handle, 0, ADDR, dumb.size);
	lit_copy_dw(&l, lit_addr(&l, 0), ADDR + 4 * dumb.pitch);
	lit_store(&l, ADDR + 5 * dumb.pitch, VALUE);
	lit_run(&l);
	igt_assert_eq_u32(*lit_data(&l, 0), map[dumb.pitch]);
	igt_assert_eq_u32(map[5 * dumb.pitch / 4], VALUE);
	igt_assert_eq_u32(again[5 * dumb.pitch / 4], VALUE);
	xe_vm_unbind_sync(fd, l.vm, 0, ADDR, dumb.size);

	igt_assert_eq(try_destroy(fd, dumb.handle), 0);
	igt_assert_eq(try_map(fd, dumb.handle, &offset), -ENOENT);
	igt_assert_eq_u32(map[5 * dumb.pitch / 4], VALUE);
	munmap(map, dumb.size);
	munmap(again, dumb.size);
	free(want);
	lit_close(&l);
}

/* Lines begin at multiples of 64 bytes, and buffers are whole pages. */
static void sizes(int fd)
{
	static const struct { uint32_t width, height, bpp, bytes; } rows[] = {
		{ 1, 1, 8, 1 }, { 1, 1, 32, 4 }, { 64, 1, 8, 64 }, { 65, 3, 8, 65 },
		{ 16, 16, 32, 64 }, { 17, 16, 32, 68 }, { 33, 7, 16, 66 }, { 1920, 1080, 32, 7680 },
		{ 1366, 768, 32, 5464 }, { 100, 100, 24, 300 }, { 15, 15, 64, 120 },
	};
	uint64_t page = xe_has_vram(fd) ? xe_min_page_size(fd, vram_memory(fd, 0)) : SZ_4K;
	struct drm_mode_create_dumb dumb;

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t pitch = ALIGN(rows[i].bytes, PITCH_ALIGN);
		unsigned char *map;

		igt_assert_eq(try_create(fd, rows[i].width, rows[i].height, rows[i].bpp, &dumb), 0);
		igt_assert_eq(dumb.pitch, pitch);
		igt_assert_eq_u64(dumb.size, ALIGN(pitch * rows[i].height, page));
		map = map_dumb(fd, &dumb);
		map[dumb.size - 1] = 1;
		munmap(map, dumb.size);
		igt_assert_eq(try_destroy(fd, dumb.handle), 0);
	}
}

static void errors(int fd)
{
	static const struct { uint32_t width, height, bpp; } rows[] = {
		{ 0, 1, 32 }, { 1, 0, 32 }, { 1, 1, 0 }, { ~0u, 1, 32 }, { 1, ~0u, 32 },
		{ 1u << 16, 1u << 16, 8 }, { 1u << 14, 1u << 16, 32 }, { 1, 1, ~0u },
		/* Only with its lines rounded up it is too large. */
		{ 1, 1u << 26, 8 },
	};
	struct drm_mode_create_dumb dumb;
	uint64_t offset;

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		igt_assert_eq(try_create(fd, rows[i].width, rows[i].height, rows[i].bpp, &dumb),
			      -EINVAL);
	}
	igt_assert_eq(try_map(fd, NO_HANDLE, &offset), -ENOENT);
	igt_assert_eq(try_map(fd, 0, &offset), -ENOENT);
	igt_assert_eq(try_destroy(fd, NO_HANDLE), -EINVAL);
	igt_assert_eq(try_destroy(fd, 0), -EINVAL);
}

/* They are for who may show something. */
static void render_node(int fd)
{
	int render = drm_open_driver_render(DRIVER_XE);
	struct drm_mode_create_dumb dumb;

	igt_assert_eq(try_create(render, 16, 16, 32, &dumb), -EACCES);
	drm_close_driver(render);
}

/* A file's end gives them back, as all else. */
static void closed(int fd)
{
	int own = drm_reopen_driver(fd), other = drm_reopen_driver(fd), prime;
	struct drm_mode_create_dumb dumb;
	uint32_t there, *map;

	igt_assert_eq(try_create(own, 256, 256, 32, &dumb), 0);
	map = map_dumb(own, &dumb);
	map[9] = VALUE;
	munmap(map, dumb.size);
	igt_assert_eq(drmPrimeHandleToFD(own, dumb.handle, DRM_CLOEXEC | DRM_RDWR, &prime), 0);
	igt_assert_eq(drmPrimeFDToHandle(other, prime, &there), 0);
	close(prime);
	close(own);
	map = xe_bo_map(other, there, dumb.size);
	igt_assert_eq_u32(map[9], VALUE);
	munmap(map, dumb.size);
	igt_assert_eq(try_destroy(other, there), 0);
	igt_assert_eq(lit_fdinfo_bytes(other, "total", "gtt"), 0);
	close(other);
}

static const struct {
	const char *name;
	void (*test)(int fd);
} tests[] = {
	{ "data", data }, { "sizes", sizes }, { "errors", errors }, { "render-node", render_node },
	{ "closed", closed },
};

igt_main
{
	int fd;

	igt_fixture
		fd = drm_open_driver(DRIVER_XE);

	for (unsigned int i = 0; i < ARRAY_SIZE(tests); i++)
		igt_subtest(tests[i].name)
			tests[i].test(fd);

	igt_fixture
		drm_close_driver(fd);
}
