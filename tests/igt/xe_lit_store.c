// SPDX-License-Identifier: MIT
/* A first batch on every engine: it stores, the CPU reads. */
#include <sys/mman.h>

#include "igt.h"
#include "xe/xe_ioctl.h"
#include "xe/xe_query.h"

IGT_TEST_DESCRIPTION("Batches that store, on every engine of every tile");

#define MI_STORE_DWORD 0x10000002u
#define MI_BATCH_BUFFER_END 0x05000000u
#define ADDR 0x1a0000ull
#define VALUE 0xc0ffee00u

/* Batch at dword 0, result at dword 64. */
static void store_once(int fd, struct drm_xe_engine_class_instance *hwe, uint64_t placement)
{
	size_t size = xe_bb_size(fd, SZ_4K);
	uint32_t vm = xe_vm_create(fd, 0, 0);
	uint32_t bo = xe_bo_create(fd, vm, size, placement, 0);
	uint32_t *map = xe_bo_map(fd, bo, size);
	uint32_t queue = xe_exec_queue_create(fd, vm, hwe, 0);
	int n = 0;

	xe_vm_bind_sync(fd, vm, bo, 0, ADDR, size);
	map[n++] = MI_STORE_DWORD;
	map[n++] = ADDR + 256;
	map[n++] = (ADDR + 256) >> 32;
	map[n++] = VALUE + hwe->engine_instance;
	map[n++] = MI_BATCH_BUFFER_END;
	xe_exec_wait(fd, queue, ADDR);
	igt_assert_eq_u32(map[64], VALUE + hwe->engine_instance);

	xe_exec_queue_destroy(fd, queue);
	xe_vm_unbind_sync(fd, vm, 0, ADDR, size);
	munmap(map, size);
	gem_close(fd, bo);
	xe_vm_destroy(fd, vm);
}

igt_main
{
	struct drm_xe_engine_class_instance *hwe;
	int fd;

	igt_fixture
		fd = drm_open_driver(DRIVER_XE);

	igt_subtest_with_dynamic("system")
		xe_for_each_engine(fd, hwe)
			igt_dynamic_f("gt%d-class%d-instance%d", hwe->gt_id, hwe->engine_class,
				      hwe->engine_instance)
				store_once(fd, hwe, system_memory(fd));

	igt_subtest_with_dynamic("vram")
		xe_for_each_engine(fd, hwe)
			igt_dynamic_f("gt%d-class%d-instance%d", hwe->gt_id, hwe->engine_class,
				      hwe->engine_instance)
				store_once(fd, hwe, vram_if_possible(fd, hwe->gt_id));

	igt_fixture
		drm_close_driver(fd);
}
