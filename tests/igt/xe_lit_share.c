// SPDX-License-Identifier: MIT
/*
 * Buffers shared as dma-bufs: within a device, with vgem, and between two devices, whose
 * engines and CPUs must all see one memory, also after it moved. With ACS=1 there is no way
 * from one device to the other.
 */
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <xf86drm.h>

#include "lit_memory.h"
#include "vgpu_control.h"
#include "xe_lit.h"

IGT_TEST_DESCRIPTION("Buffers shared within a device, with vgem, and between devices");

#define ADDR 0x100000000ull
#define SIZE SZ_2M
#define VALUE 0xdb0f0000u

static int export(int fd, uint32_t bo)
{
	int prime = -1;

	igt_assert_eq(drmPrimeHandleToFD(fd, bo, DRM_CLOEXEC | DRM_RDWR, &prime), 0);
	return prime;
}

static uint32_t import(int fd, int prime)
{
	uint32_t bo = 0;

	igt_assert_eq(drmPrimeFDToHandle(fd, prime, &bo), 0);
	return bo;
}

static void bind(struct lit *l, uint32_t bo)
{
	uint8_t pat = intel_get_pat_idx_wb(l->fd);
	struct drm_xe_sync out = lit_sync(l->fd, DRM_XE_SYNC_FLAG_SIGNAL);

	igt_assert_eq(__xe_vm_bind(l->fd, l->vm, 0, bo, 0, ADDR, SIZE, DRM_XE_VM_BIND_OP_MAP, 0,
				   &out, 1, 0, pat, 0), 0);
	lit_wait(l->fd, out.handle);
	syncobj_destroy(l->fd, out.handle);
}

static void unbind(struct lit *l)
{
	xe_vm_unbind_sync(l->fd, l->vm, 0, ADDR, SIZE);
}

/* The engine of @l writes @value to byte @at, and reads it back from there */
static void engine_writes(struct lit *l, uint64_t at, uint32_t value)
{
	lit_store(l, ADDR + at, value);
	lit_copy_dw(l, lit_addr(l, 0), ADDR + at);
	lit_run(l);
	igt_assert_eq_u32(*lit_data(l, 0), value);
}

static uint32_t engine_reads(struct lit *l, uint64_t at)
{
	lit_copy_dw(l, lit_addr(l, 0), ADDR + at);
	lit_run(l);
	return *lit_data(l, 0);
}

/* What comes back to the same file is the same handle; to another file, the same memory. */
static void same_device(int fd, uint64_t region)
{
	int other = drm_reopen_driver(fd), prime;
	struct lit l = lit_open(other, &xe_engine(fd, 0)->instance, system_memory(fd));
	uint32_t bo = xe_bo_create(fd, 0, SIZE, region, 0), there;
	uint32_t *map = xe_bo_map(fd, bo, SIZE), *there_map;

	prime = export(fd, bo);
	igt_assert_eq_u32(import(fd, prime), bo);
	there = import(other, prime);
	igt_assert_eq(lseek(prime, 0, SEEK_END), SIZE);
	close(prime);
	bind(&l, there);
	engine_writes(&l, SZ_1M, VALUE);
	igt_assert_eq_u32(map[SZ_1M / 4], VALUE);

	/* It lives on where it was imported. */
	map[0] = VALUE + 1;
	munmap(map, SIZE);
	gem_close(fd, bo);
	there_map = xe_bo_map(other, there, SIZE);
	igt_assert_eq_u32(there_map[0], VALUE + 1);
	igt_assert_eq_u32(engine_reads(&l, 0), VALUE + 1);
	munmap(there_map, SIZE);
	unbind(&l);
	gem_close(other, there);
	lit_close(&l);
	drm_close_driver(other);
}

/* What belongs to one address space is nobody else's. */
static void private_bo(int fd)
{
	uint32_t vm = xe_vm_create(fd, 0, 0);
	uint32_t bo = xe_bo_create(fd, vm, SIZE, system_memory(fd), 0);
	int prime = -1;

	igt_assert_eq(drmPrimeHandleToFD(fd, bo, DRM_CLOEXEC, &prime), -1);
	igt_assert_eq(errno, EPERM);
	gem_close(fd, bo);
	xe_vm_destroy(fd, vm);
}

static int open_vgem(void)
{
	char path[32];
	int fd, i;

	for (i = 0; i < 16; i++) {
		drmVersionPtr version;
		bool found;

		snprintf(path, sizeof(path), "/dev/dri/card%d", i);
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			continue;
		version = drmGetVersion(fd);
		found = version && !strcmp(version->name, "vgem");
		drmFreeVersion(version);
		if (found)
			return fd;
		close(fd);
	}
	igt_skip("no vgem\n");
}

/*
 * Vgem cannot be told when an object moves: while it has one of ours, that stays in system memory,
 * whatever is asked for. The CPU sees through the dma-buf what an engine wrote.
 */
static void to_vgem(int fd, uint64_t region)
{
	int vgem = open_vgem(), prime;
	struct lit l = lit_open(fd, &xe_engine(fd, 0)->instance, system_memory(fd));
	uint32_t bo = xe_bo_create(fd, 0, SIZE, region | system_memory(fd), 0), there;
	uint32_t *map, *ours = xe_bo_map(fd, bo, SIZE);

	ours[3] = VALUE;
	prime = export(fd, bo);
	there = import(vgem, prime);
	map = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, prime, 0);
	igt_assert(map != MAP_FAILED);
	igt_assert_eq_u32(map[3], VALUE);
	bind(&l, bo);
	for (uint32_t i = 0; i < 2; i++) {
		engine_writes(&l, SZ_64K, VALUE + i);
		igt_assert_eq_u32(map[SZ_64K / 4], VALUE + i);
		map[7] = VALUE + 2 + i;
		igt_assert_eq_u32(engine_reads(&l, 28), VALUE + 2 + i);
		igt_assert_eq_u32(ours[7], VALUE + 2 + i);
		/* Again, with it free to move. */
		if (!i)
			gem_close(vgem, there);
	}
	munmap(map, SIZE);
	unbind(&l);
	munmap(ours, SIZE);
	gem_close(fd, bo);
	close(prime);
	close(vgem);
	lit_close(&l);
}

/* The other way round: an engine writes to pages of vgem. */
static void from_vgem(int fd)
{
	int vgem = open_vgem(), prime;
	struct lit l = lit_open(fd, &xe_engine(fd, 0)->instance, system_memory(fd));
	struct drm_mode_create_dumb dumb = { .width = 1024, .height = SIZE / 4096, .bpp = 32 };
	struct drm_mode_map_dumb mmo = {};
	uint32_t *map, bo;

	igt_assert_eq(igt_ioctl(vgem, DRM_IOCTL_MODE_CREATE_DUMB, &dumb), 0);
	igt_assert(dumb.size == SIZE);
	mmo.handle = dumb.handle;
	igt_assert_eq(igt_ioctl(vgem, DRM_IOCTL_MODE_MAP_DUMB, &mmo), 0);
	map = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, vgem, mmo.offset);
	igt_assert(map != MAP_FAILED);
	lit_fill(map, SIZE, 7);
	prime = export(vgem, dumb.handle);
	bo = import(fd, prime);
	close(prime);
	bind(&l, bo);
	igt_assert_eq_u32(engine_reads(&l, SZ_1M), map[SZ_1M / 4]);
	engine_writes(&l, SZ_1M + 4, VALUE);
	igt_assert_eq_u32(map[SZ_1M / 4 + 1], VALUE);
	unbind(&l);
	gem_close(fd, bo);
	munmap(map, SIZE);
	gem_close(vgem, dumb.handle);
	close(vgem);
	lit_close(&l);
}

/* ---- two devices ---- */

struct pair {
	int fd, other, control;
	bool path;
	struct lit l, there;
};

static void sysfs_path(int fd, char *path)
{
	char link[64];
	struct stat st;

	igt_assert_eq(fstat(fd, &st), 0);
	snprintf(link, sizeof(link), "/sys/dev/char/%u:%u/device", major(st.st_rdev), minor(st.st_rdev));
	igt_assert(realpath(link, path));
}

/* Behind the same port of the host there is one, by the switch; between ports the kernel trusts none. */
static bool path_between(int a, int b)
{
	char of_a[PATH_MAX], of_b[PATH_MAX];

	sysfs_path(a, of_a);
	sysfs_path(b, of_b);
	return !strncmp(of_a, of_b, strlen("/sys/devices/pci0000:00/0000:00:00.0"));
}

/* It can be nowhere that the other device reaches: refused, and here it is as it was. */
static void not_reached(struct pair *p, uint64_t region)
{
	uint32_t bo = xe_bo_create(p->fd, 0, SIZE, region, DRM_XE_GEM_CREATE_FLAG_NEEDS_VISIBLE_VRAM), there;
	uint32_t *map = xe_bo_map(p->fd, bo, SIZE);
	int prime = export(p->fd, bo);

	map[5] = VALUE;
	igt_assert_eq(drmPrimeFDToHandle(p->other, prime, &there), -1);
	igt_assert_eq(errno, EOPNOTSUPP);
	bind(&p->l, bo);
	igt_assert_eq_u32(engine_reads(&p->l, 20), VALUE);
	unbind(&p->l);
	munmap(map, SIZE);
	gem_close(p->fd, bo);
	close(prime);
}

static void prefetch(struct lit *l, uint32_t region)
{
	struct drm_xe_sync out = lit_sync(l->fd, DRM_XE_SYNC_FLAG_SIGNAL);

	igt_assert_eq(__xe_vm_bind(l->fd, l->vm, 0, 0, 0, ADDR, SIZE, DRM_XE_VM_BIND_OP_PREFETCH,
				   0, &out, 1, region, 0, 0), 0);
	lit_wait(l->fd, out.handle);
	syncobj_destroy(l->fd, out.handle);
}

static unsigned long long to_peer(struct pair *p)
{
	const char *json = vgpu_control_counters(p->control);

	igt_assert(json);
	return vgpu_control_counter(json, "bytes_peer_device");
}

/* The importing device writes where the exporter has it, and sees what that wrote. */
static void two_devices(struct pair *p, uint64_t region)
{
	uint32_t bo = xe_bo_create(p->fd, 0, SIZE, region,
				   region == system_memory(p->fd) ? 0 :
				   DRM_XE_GEM_CREATE_FLAG_NEEDS_VISIBLE_VRAM), there;
	unsigned long long before = to_peer(p);
	uint32_t *map = xe_bo_map(p->fd, bo, SIZE);
	int prime = export(p->fd, bo);

	map[5] = VALUE;
	there = import(p->other, prime);
	bind(&p->there, there);
	igt_assert_eq_u32(engine_reads(&p->there, 20), VALUE);
	engine_writes(&p->there, SZ_64K, VALUE + 1);
	bind(&p->l, bo);
	igt_assert_eq_u32(engine_reads(&p->l, SZ_64K), VALUE + 1);
	engine_writes(&p->l, SZ_1M, VALUE + 2);
	igt_assert_eq_u32(engine_reads(&p->there, SZ_1M), VALUE + 2);
	igt_assert_eq_u32(map[SZ_64K / 4], VALUE + 1);
	if (region != system_memory(p->fd))
		igt_assert(to_peer(p) > before);
	unbind(&p->there);
	unbind(&p->l);
	munmap(map, SIZE);
	gem_close(p->other, there);
	gem_close(p->fd, bo);
	close(prime);
}

/* It moves from region to region while the other device has it bound. */
static void moves(struct pair *p)
{
	uint64_t regions = vram_memory(p->fd, 0) | system_memory(p->fd);
	struct lit_places before = lit_places(p->fd);
	uint32_t bo = xe_bo_create(p->fd, 0, SIZE, regions, DRM_XE_GEM_CREATE_FLAG_NEEDS_VISIBLE_VRAM);
	int prime = export(p->fd, bo);
	uint32_t there = import(p->other, prime), *map = xe_bo_map(p->fd, bo, SIZE);

	close(prime);
	bind(&p->l, bo);
	bind(&p->there, there);
	for (uint32_t i = 1; i < 9; i++) {
		prefetch(&p->l, i & 1);
		lit_assert_in(p->fd, &before, i & 1, SIZE);
		engine_writes(&p->there, i * SZ_64K, VALUE + i);
		engine_writes(&p->l, i * SZ_64K + 4, VALUE + 2 * i);
		for (uint32_t j = 1; j <= i; j++) {
			igt_assert_eq_u32(map[j * SZ_64K / 4], VALUE + j);
			igt_assert_eq_u32(engine_reads(&p->there, j * SZ_64K + 4), VALUE + 2 * j);
			igt_assert_eq_u32(engine_reads(&p->l, j * SZ_64K), VALUE + j);
		}
	}
	unbind(&p->there);
	unbind(&p->l);
	munmap(map, SIZE);
	gem_close(p->other, there);
	gem_close(p->fd, bo);
}

/* The exporter's process is gone; who imported it goes on. */
static void exporter_gone(struct pair *p, uint64_t region)
{
	int own = drm_reopen_driver(p->fd);
	uint32_t bo = xe_bo_create(own, 0, SIZE, region | system_memory(own), 0);
	uint32_t *map = xe_bo_map(own, bo, SIZE), there;
	int prime = export(own, bo);

	map[1] = VALUE;
	munmap(map, SIZE);
	there = import(p->other, prime);
	close(prime);
	drm_close_driver(own);
	bind(&p->there, there);
	igt_assert_eq_u32(engine_reads(&p->there, 4), VALUE);
	unbind(&p->there);
	gem_close(p->other, there);
}

igt_main
{
	struct pair p = {};
	uint64_t region;

	igt_fixture
		p.fd = drm_open_driver(DRIVER_XE);

	igt_subtest_with_dynamic("same-device")
		xe_for_each_mem_region(p.fd, all_memory_regions(p.fd), region)
			igt_dynamic(xe_region_name(region))
				same_device(p.fd, region);
	igt_subtest("private")
		private_bo(p.fd);
	igt_subtest_with_dynamic("to-vgem")
		xe_for_each_mem_region(p.fd, all_memory_regions(p.fd), region)
			igt_dynamic(xe_region_name(region))
				to_vgem(p.fd, region);
	igt_subtest("from-vgem")
		from_vgem(p.fd);

	igt_subtest_group {
		igt_fixture {
			p.other = __drm_open_driver_another(1, DRIVER_XE);
			igt_require_f(p.other >= 0, "there is only one device\n");
			p.control = vgpu_control_open(1);
			igt_require_f(p.control >= 0, "no control socket\n");
			p.path = path_between(p.fd, p.other);
			p.l = lit_open(p.fd, &xe_engine(p.fd, 0)->instance, system_memory(p.fd));
			p.there = lit_open(p.other, &xe_engine(p.other, 0)->instance,
					   system_memory(p.other));
		}
		igt_subtest_with_dynamic("two-devices")
			xe_for_each_mem_region(p.fd, all_memory_regions(p.fd), region)
				igt_dynamic(xe_region_name(region)) {
					if (p.path || region == system_memory(p.fd))
						two_devices(&p, region);
					else
						not_reached(&p, region);
				}
		igt_subtest("two-devices-moves")
			moves(&p);
		igt_subtest_with_dynamic("two-devices-exporter-gone")
			xe_for_each_mem_region(p.fd, all_memory_regions(p.fd), region)
				igt_dynamic(xe_region_name(region))
					exporter_gone(&p, region);
		igt_fixture {
			lit_close(&p.l);
			lit_close(&p.there);
			drm_close_driver(p.other);
		}
	}

	igt_fixture
		drm_close_driver(p.fd);
}
