// SPDX-License-Identifier: MIT
/* What single operations cost: see cost.h for the form. */
#include "../igt/xe_lit.h"
#include "cost.h"

#define FAST_COPY 0x50800008u
#define COPY_PITCH 16384u
#define ADDR 0x4000000000ull

/* ---- exec ---- */
static void execs(int fd, struct drm_xe_engine_class_instance *hwe, const char *name,
		  unsigned int burst, unsigned int repeat)
{
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	struct drm_xe_sync out = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	struct drm_xe_exec exec = {
		.exec_queue_id = l.queue, .num_batch_buffer = 1, .address = l.buf.addr,
		.syncs = to_user_pointer(&out),
	};
	struct cost cost = { .name = name };

	lit_out(&l, CS_BATCH_END);
	for (unsigned int r = 0; r < repeat + WARM_UP; r++) {
		cost_begin(&cost);
		for (unsigned int i = 0; i < burst; i++) {
			exec.num_syncs = i == burst - 1;
			xe_exec(fd, &exec);
		}
		lit_wait(fd, out.handle);
		cost_end(&cost, burst);
		syncobj_reset(fd, &out.handle, 1);
	}
	cost_print(&cost);
	syncobj_destroy(fd, out.handle);
	lit_close(&l);
}

/* ---- bind ---- */
static void bind_once(int fd, uint32_t vm, uint32_t bo, uint64_t size, uint32_t op,
		      struct drm_xe_sync *out, struct cost *cost)
{
	uint32_t flags = !bo && op == DRM_XE_VM_BIND_OP_MAP ? DRM_XE_VM_BIND_FLAG_NULL : 0;

	cost_begin(cost);
	igt_assert_eq(__xe_vm_bind(fd, vm, 0, op == DRM_XE_VM_BIND_OP_MAP ? bo : 0, 0, ADDR, size,
				   op, flags, out, 1, 0, DEFAULT_PAT_INDEX, 0),
		      0);
	lit_wait(fd, out->handle);
	cost_end(cost, 1);
	syncobj_reset(fd, &out->handle, 1);
}

/* The VM has a queue, and used it, so that its translations have to be invalidated. */
static void binds(int fd, const char *name, uint64_t region, uint64_t size, unsigned int repeat)
{
	char names[2][64];
	struct lit l = lit_open(fd, &xe_engine(fd, 0)->instance, system_memory(fd));
	uint32_t bo = region ? xe_bo_create(fd, l.vm, size, region, 0) : 0;
	struct drm_xe_sync out = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	struct cost map = { .name = names[0] }, unmap = { .name = names[1] };

	snprintf(names[0], sizeof(names[0]), "bind_%s", name);
	snprintf(names[1], sizeof(names[1]), "unbind_%s", name);
	lit_run(&l);
	for (unsigned int r = 0; r < repeat + WARM_UP; r++) {
		bind_once(fd, l.vm, bo, size, DRM_XE_VM_BIND_OP_MAP, &out, &map);
		lit_store(&l, ADDR, r);
		lit_run(&l);
		bind_once(fd, l.vm, bo, size, DRM_XE_VM_BIND_OP_UNMAP, &out, &unmap);
	}
	cost_print(&map);
	cost_print(&unmap);
	if (bo)
		gem_close(fd, bo);
	syncobj_destroy(fd, out.handle);
	lit_close(&l);
}

static void all_binds(int fd)
{
	uint64_t vram = vram_if_possible(fd, 0);
	bool room = xe_mem_region(fd, vram)->total_size > SZ_1G + 4ull * SZ_64M;

	if (xe_min_page_size(fd, vram) <= SZ_4K)
		binds(fd, "4K_vram", vram, SZ_4K, 30);
	binds(fd, "4K_system", system_memory(fd), SZ_4K, 30);
	binds(fd, "64K_system", system_memory(fd), SZ_64K, 30);
	binds(fd, "64K_vram", vram, SZ_64K, 30);
	binds(fd, "2M_system", system_memory(fd), SZ_2M, 30);
	binds(fd, "2M_vram", vram, SZ_2M, 30);
	if (room)
		binds(fd, "1G_vram", vram, SZ_1G, 10);
	else
		binds(fd, "1G_null", 0, SZ_1G, 10);
}

/* ---- copy ---- */
static void copy(int fd, const char *name, uint64_t from, uint64_t to)
{
	struct lit l = lit_open(fd, lit_engine(fd, 0, DRM_XE_ENGINE_CLASS_COPY), system_memory(fd));
	struct lit_buf src = lit_buf_new(fd, l.vm, from, ADDR, SZ_64M);
	struct lit_buf dst = lit_buf_new(fd, l.vm, to, ADDR + SZ_1G, SZ_64M);
	struct cost cost = { .name = name };

	lit_fill(src.map, SZ_64M, 5);
	for (unsigned int r = 0; r < 8 + WARM_UP; r++) {
		lit_out(&l, FAST_COPY);
		lit_out(&l, 3u << 24 | COPY_PITCH);
		lit_out(&l, 0);
		lit_out(&l, SZ_64M / COPY_PITCH << 16 | COPY_PITCH / 4);
		lit_out_addr(&l, dst.addr);
		lit_out(&l, 0);
		lit_out(&l, COPY_PITCH);
		lit_out_addr(&l, src.addr);
		cost_begin(&cost);
		lit_run(&l);
		cost_end(&cost, 1);
	}
	lit_assert_same(dst.map, src.map, SZ_64M);
	cost_print(&cost);
	lit_buf_free(fd, &src);
	lit_buf_free(fd, &dst);
	lit_close(&l);
}

/* ---- objects: some of the work comes later, so that counts are taken over all of it ---- */
#define SETTLE_MS 200

static void vm_once(int fd, uint32_t vm)
{
	xe_vm_destroy(fd, xe_vm_create(fd, 0, 0));
}

static void queue_once(int fd, uint32_t vm)
{
	xe_exec_queue_destroy(fd, xe_exec_queue_create(fd, vm, &xe_engine(fd, 0)->instance, 0));
}

static void bo_once(int fd, uint32_t vm)
{
	gem_close(fd, xe_bo_create(fd, 0, SZ_2M, vram_if_possible(fd, 0), 0));
}

static void objects(int fd, const char *name, void (*once)(int fd, uint32_t vm),
		    unsigned int repeat)
{
	struct cost each = { .name = name };
	unsigned long long before[COUNTERS] = { 0 }, after[COUNTERS] = { 0 };
	uint32_t vm = xe_vm_create(fd, 0, 0);

	lit_sleep_ms(SETTLE_MS);
	read_counters(before);
	for (unsigned int r = 0; r < repeat + WARM_UP; r++) {
		cost_begin(&each);
		once(fd, vm);
		cost_end(&each, 1);
	}
	lit_sleep_ms(SETTLE_MS);
	read_counters(after);
	for (int i = 0; i < COUNTERS; i++)
		each.sum[i] = (after[i] - before[i]) * 1000 * repeat / (repeat + WARM_UP);
	cost_print(&each);
	xe_vm_destroy(fd, vm);
}

igt_main
{
	int fd = -1;

	igt_fixture {
		fd = drm_open_driver(DRIVER_XE);
		control = vgpu_control_open(0);
		execs(fd, &xe_engine(fd, 0)->instance, "exec", 1, 100);
		execs(fd, &xe_engine(fd, 0)->instance, "exec_burst_64", 64, 20);
		all_binds(fd);
		copy(fd, "copy_64M_vram_to_system", vram_if_possible(fd, 0), system_memory(fd));
		copy(fd, "copy_64M_system_to_vram", system_memory(fd), vram_if_possible(fd, 0));
		objects(fd, "vm_create_destroy", vm_once, 20);
		objects(fd, "queue_create_destroy", queue_once, 20);
		objects(fd, "bo_2M_create_close", bo_once, 20);
		drm_close_driver(fd);
	}
}
