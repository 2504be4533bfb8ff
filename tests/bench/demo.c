// SPDX-License-Identifier: MIT
/*
 * The demonstration: the device as probed, then on each tile a batch on every engine
 * class, copies between the tiles, and every page size; each line with the time it
 * took and what the virtual GPU counted meanwhile.
 */
#include <sys/mman.h>
#include <time.h>

#include "../igt/vgpu_control.h"
#include "igt.h"
#include "igt_syncobj.h"
#include "xe/xe_ioctl.h"
#include "xe/xe_query.h"

#define MI_STORE_DWORD 0x10000002u
#define MI_BATCH_BUFFER_END 0x05000000u
#define XY_FAST_COPY_BLT (2u << 29 | 0x42u << 22 | 8)
#define FAST_COPY_32BPP (3u << 24)

#define BATCH_ADDR 0x100000ull
#define SRC_ADDR 0x100000000ull
#define DST_ADDR 0x140000000ull
#define BIND_ADDR 0x180000000ull /* a multiple of all page sizes */
#define COPY_BYTES SZ_64M
#define COPY_PITCH 16384u

struct counts {
	unsigned long long commands, pte, tlb, h2g, mmio, copied, remote;
};

static int control;
static bool failed;

static struct counts counts_now(void)
{
	static char json[8192];
	struct counts c = { 0 };

	if (vgpu_control_ask(control, "counters", json, sizeof(json)))
		return c;
	c.commands = vgpu_control_counter(json, "commands");
	c.pte = vgpu_control_counter(json, "pte_reads");
	c.tlb = vgpu_control_counter(json, "tlb_invalidations");
	c.h2g = vgpu_control_counter(json, "h2g");
	c.mmio = vgpu_control_counter(json, "mmio_reads") + vgpu_control_counter(json, "mmio_writes");
	c.copied = vgpu_control_counter(json, "copy_bytes");
	c.remote = vgpu_control_counter(json, "bytes_other_tile_vram");
	return c;
}

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

/* ---- a table row: begin, work, stop, check, show ---- */
static double row_start, row_ms;
static struct counts row_counts, row_cost;

static void row_begin(void)
{
	row_counts = counts_now();
	row_start = now_ms();
}

static void row_stop(void)
{
	row_ms = now_ms() - row_start;
	row_cost = counts_now();
}

enum verdict { WRONG, OK, NOT_CHECKED };

static void row_show(enum verdict good, const char *fmt, ...)
{
	static const char * const names[] = { "WRONG", "ok", "-" };
	struct counts *c = &row_cost, *from = &row_counts;
	char what[96];
	va_list args;

	va_start(args, fmt);
	vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	failed |= good == WRONG;
	printf("  %-46s %-6s %9.2f %8llu %8llu %6llu %6llu %6llu %9.1f\n", what, names[good], row_ms,
	       c->commands - from->commands, c->pte - from->pte, c->tlb - from->tlb, c->h2g - from->h2g,
	       c->mmio - from->mmio, (c->copied - from->copied) / 1048576.0);
}

static void table_head(void)
{
	printf("\n  %-46s %-6s %9s %8s %8s %6s %6s %6s %9s\n", "what ran", "", "ms", "commands", "pte", "tlb",
	       "h2g", "mmio", "MiB moved");
	printf("  %-46s %-6s %9s %8s %8s %6s %6s %6s %9s\n", "", "", "", "executed", "reads", "inval", "", "", "");
}

/* ---- the device as probed ---- */
static void show_device(int fd)
{
	struct xe_device *dev = xe_device_get(fd);

	printf("Device %04x revision %llu, %d-bit addresses, %d GT, %d engines for userspace\n", dev->dev_id,
	       (dev->config->info[DRM_XE_QUERY_CONFIG_REV_AND_DEVICE_ID] >> 16) & 0xff, dev->va_bits,
	       dev->gt_list->num_gt, dev->engines->num_engines);
	for (uint32_t i = 0; i < dev->gt_list->num_gt; i++) {
		struct drm_xe_gt *gt = &dev->gt_list->gt_list[i];

		printf("  tile %d GT%d: %s", gt->tile_id, gt->gt_id,
		       gt->type == DRM_XE_QUERY_GT_TYPE_MAIN ? "main" : "media");
		if (gt->ip_ver_major)
			printf(", IP %d.%02d", gt->ip_ver_major, gt->ip_ver_minor);
		printf(", %u Hz timestamps, engines:", gt->reference_clock);
		for (uint32_t e = 0; e < dev->engines->num_engines; e++) {
			struct drm_xe_engine_class_instance *hwe = &dev->engines->engines[e].instance;
			static const char * const names[] = { "rcs", "bcs", "vcs", "vecs", "ccs" };

			if (hwe->gt_id == gt->gt_id)
				printf(" %s%d", names[hwe->engine_class], hwe->engine_instance);
		}
		printf("\n");
	}
	for (uint32_t i = 0; i < dev->mem_regions->num_mem_regions; i++) {
		struct drm_xe_mem_region *r = &dev->mem_regions->mem_regions[i];

		printf("  memory region %d: %s, %llu MiB, pages of %u KiB\n", r->instance,
		       r->mem_class == DRM_XE_MEM_REGION_CLASS_VRAM ? "VRAM" : "system", r->total_size >> 20,
		       r->min_page_size >> 10);
	}
}

static void show_firmware(int fd)
{
	struct drm_xe_query_uc_fw_version version = { .uc_type = 0 };
	struct drm_xe_device_query query = {
		.query = DRM_XE_DEVICE_QUERY_UC_FW_VERSION,
		.size = sizeof(version), .data = to_user_pointer(&version),
	};

	if (!igt_ioctl(fd, DRM_IOCTL_XE_DEVICE_QUERY, &query))
		printf("  GuC submission interface %u.%u.%u\n", version.major_ver, version.minor_ver,
		       version.patch_ver);
}

/* ---- a buffer with its mapping in a VM ---- */
struct buffer {
	uint32_t bo;
	uint32_t *map;
	uint64_t addr;
	size_t size;
};

static struct buffer buffer_make(int fd, uint32_t vm, uint64_t placement, uint64_t addr, size_t size)
{
	struct buffer b = { .addr = addr, .size = size };

	b.bo = xe_bo_create(fd, vm, size, placement, 0);
	b.map = xe_bo_map(fd, b.bo, size);
	xe_vm_bind_sync(fd, vm, b.bo, 0, addr, size);
	return b;
}

static void buffer_drop(int fd, uint32_t vm, struct buffer *b)
{
	xe_vm_unbind_sync(fd, vm, 0, b->addr, b->size);
	munmap(b->map, b->size);
	gem_close(fd, b->bo);
}

/* ---- what is shown ---- */
static void batch_on(int fd, struct drm_xe_engine_class_instance *hwe, const char *name)
{
	uint32_t vm = xe_vm_create(fd, 0, 0);
	struct buffer b = buffer_make(fd, vm, vram_if_possible(fd, hwe->gt_id), BATCH_ADDR,
				      xe_bb_size(fd, SZ_4K));
	uint32_t queue = xe_exec_queue_create(fd, vm, hwe, 0);
	uint32_t value = 0x5eed0000 + hwe->engine_instance;
	uint64_t result = BATCH_ADDR + 1024;
	uint32_t batch[] = { MI_STORE_DWORD, (uint32_t)result, result >> 32, value, MI_BATCH_BUFFER_END };

	memcpy(b.map, batch, sizeof(batch));
	row_begin();
	xe_exec_wait(fd, queue, BATCH_ADDR);
	row_stop();
	row_show(b.map[256] == value, "tile %d GT%d %s%d: batch stores a dword",
		 xe_gt_get_tile_id(fd, hwe->gt_id), hwe->gt_id, name, hwe->engine_instance);
	xe_exec_queue_destroy(fd, queue);
	buffer_drop(fd, vm, &b);
	xe_vm_destroy(fd, vm);
}

static void batches(int fd)
{
	static const char * const names[] = { "rcs", "bcs", "vcs", "vecs", "ccs" };
	struct drm_xe_engine_class_instance *hwe;
	int gt;

	xe_for_each_gt(fd, gt) {
		unsigned int done = 0;

		xe_for_each_engine(fd, hwe) {
			if (hwe->gt_id != gt || done & 1u << hwe->engine_class)
				continue;
			done |= 1u << hwe->engine_class;
			batch_on(fd, hwe, names[hwe->engine_class]);
		}
	}
}

static uint64_t checksum(const uint32_t *data, size_t bytes)
{
	uint64_t sum = 14695981039346656037ull;

	for (size_t i = 0; i < bytes / 4; i += 2)
		sum = (sum ^ *(const uint64_t *)(data + i)) * 1099511628211ull;
	return sum;
}

static void fill(uint32_t *data, size_t bytes, uint32_t seed)
{
	for (size_t i = 0; i < bytes / 4; i++)
		data[i] = seed = seed * 1664525u + 1013904223u;
}

static struct drm_xe_engine_class_instance *copy_engine(int fd, int gt)
{
	struct drm_xe_engine_class_instance *hwe;

	xe_for_each_engine(fd, hwe)
		if (hwe->gt_id == gt && hwe->engine_class == DRM_XE_ENGINE_CLASS_COPY)
			return hwe;
	return NULL;
}

static void copy(int fd, uint32_t vm, uint32_t queue, struct buffer *batch, uint64_t dst, uint64_t src)
{
	uint32_t rows = COPY_BYTES / COPY_PITCH, n = 0;
	uint32_t *cs = batch->map;

	cs[n++] = XY_FAST_COPY_BLT;
	cs[n++] = FAST_COPY_32BPP | COPY_PITCH;
	cs[n++] = 0;
	cs[n++] = rows << 16 | COPY_PITCH / 4;
	cs[n++] = dst;
	cs[n++] = dst >> 32;
	cs[n++] = 0;
	cs[n++] = COPY_PITCH;
	cs[n++] = src;
	cs[n++] = src >> 32;
	cs[n++] = MI_BATCH_BUFFER_END;
	xe_exec_wait(fd, queue, batch->addr);
}

/* From region @from to region @to and back, by the copy engine of @gt. */
static void copies(int fd, int gt, uint64_t from, uint64_t to, const char *names[2])
{
	uint32_t vm = xe_vm_create(fd, 0, 0);
	struct buffer batch = buffer_make(fd, vm, system_memory(fd), BATCH_ADDR, xe_bb_size(fd, SZ_4K));
	struct buffer src = buffer_make(fd, vm, from, SRC_ADDR, COPY_BYTES);
	struct buffer dst = buffer_make(fd, vm, to, DST_ADDR, COPY_BYTES);
	uint32_t queue = xe_exec_queue_create(fd, vm, copy_engine(fd, gt), 0);
	uint64_t want;

	fill(src.map, COPY_BYTES, 0x1234567);
	want = checksum(src.map, COPY_BYTES);
	row_begin();
	copy(fd, vm, queue, &batch, DST_ADDR, SRC_ADDR);
	row_stop();
	row_show(checksum(dst.map, COPY_BYTES) == want, "64 MiB, %s to %s", names[0], names[1]);
	memset(src.map, 0, COPY_BYTES);
	row_begin();
	copy(fd, vm, queue, &batch, SRC_ADDR, DST_ADDR);
	row_stop();
	row_show(checksum(src.map, COPY_BYTES) == want, "and back, checksum %016llx", (unsigned long long)want);
	xe_exec_queue_destroy(fd, queue);
	buffer_drop(fd, vm, &src);
	buffer_drop(fd, vm, &dst);
	buffer_drop(fd, vm, &batch);
	xe_vm_destroy(fd, vm);
}

/* A batch stores at both ends of what is bound; null mappings swallow it. */
static bool stores_land(int fd, uint32_t vm, uint32_t queue, struct buffer *batch, uint32_t bo, uint64_t size)
{
	uint64_t ends[2] = { BIND_ADDR, BIND_ADDR + size - 4 };
	uint32_t n = 0, *map;
	bool good;

	for (int i = 0; i < 2; i++) {
		batch->map[n++] = MI_STORE_DWORD;
		batch->map[n++] = ends[i];
		batch->map[n++] = ends[i] >> 32;
		batch->map[n++] = 0xb1d00000 + i;
	}
	batch->map[n] = MI_BATCH_BUFFER_END;
	xe_exec_wait(fd, queue, batch->addr);
	if (!bo)
		return true;
	map = xe_bo_map(fd, bo, size);
	good = map[0] == 0xb1d00000 && map[size / 4 - 1] == 0xb1d00001;
	munmap(map, size);
	return good;
}

static void bind_size(int fd, uint64_t region, uint64_t size, const char *name)
{
	uint32_t vm = xe_vm_create(fd, 0, 0);
	struct buffer batch = buffer_make(fd, vm, system_memory(fd), BATCH_ADDR, xe_bb_size(fd, SZ_4K));
	uint32_t queue = xe_exec_queue_create(fd, vm, &xe_engine(fd, 0)->instance, 0);
	uint32_t bo = region ? xe_bo_create(fd, vm, size, region, 0) : 0;
	struct drm_xe_sync out = {
		.type = DRM_XE_SYNC_TYPE_SYNCOBJ, .flags = DRM_XE_SYNC_FLAG_SIGNAL,
		.handle = syncobj_create(fd, 0),
	};

	row_begin();
	xe_vm_bind_async_flags(fd, vm, 0, bo, 0, BIND_ADDR, size, &out, 1, bo ? 0 : DRM_XE_VM_BIND_FLAG_NULL);
	syncobj_wait(fd, &out.handle, 1, INT64_MAX, 0, NULL);
	row_stop();
	row_show(stores_land(fd, vm, queue, &batch, bo, size), "bind   %s", name);
	row_begin();
	xe_vm_unbind_sync(fd, vm, 0, BIND_ADDR, size);
	row_stop();
	row_show(NOT_CHECKED, "unbind %s", name);
	syncobj_destroy(fd, out.handle);
	if (bo)
		gem_close(fd, bo);
	xe_exec_queue_destroy(fd, queue);
	buffer_drop(fd, vm, &batch);
	xe_vm_destroy(fd, vm);
}

static void binds(int fd)
{
	uint64_t vram = vram_if_possible(fd, 0), system = system_memory(fd);
	bool room = xe_mem_region(fd, vram)->total_size > SZ_1G + 4ull * SZ_64M;
	struct { uint64_t region, size; const char *name; } rows[] = {
		{ system, SZ_4K, "4 KiB of system memory" },
		{ vram, SZ_4K, "4 KiB of VRAM" },
		{ system, SZ_64K, "64 KiB of system memory" },
		{ vram, SZ_64K, "64 KiB of VRAM" },
		{ system, SZ_2M, "2 MiB of system memory" },
		{ vram, SZ_2M, "2 MiB of VRAM" },
		{ vram, SZ_64M, "64 MiB of VRAM" },
		{ room ? vram : 0, SZ_1G, room ? "1 GiB of VRAM" : "1 GiB of nothing (null)" },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].region != vram || rows[i].size >= xe_min_page_size(fd, vram))
			bind_size(fd, rows[i].region, rows[i].size, rows[i].name);
}

igt_main
{
	int fd = -1;

	igt_fixture {
		fd = drm_open_driver(DRIVER_XE);
		control = vgpu_control_open(0);
		show_device(fd);
		show_firmware(fd);
		table_head();
		batches(fd);
		if (xe_number_gt(fd) > 1 && vram_memory(fd, 0) != vram_memory(fd, 1))
			copies(fd, 0, vram_memory(fd, 0), vram_memory(fd, 1),
			       (const char *[]){ "VRAM of tile 0", "VRAM of tile 1" });
		else
			copies(fd, 0, vram_if_possible(fd, 0), system_memory(fd),
			       (const char *[]){ "VRAM", "system memory" });
		binds(fd);
		drm_close_driver(fd);
		if (failed)
			exit(IGT_EXIT_FAILURE);
	}
}
