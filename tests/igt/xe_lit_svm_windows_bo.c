// SPDX-License-Identifier: MIT
/*
 * A device that maps VRAM in windows of 64 KiB maps buffer objects in whole windows: what
 * would leave a part of one mapped is refused, and changes nothing. The kernel log must not
 * have a warning of it.
 */
#include "xe_lit.h"

IGT_TEST_DESCRIPTION("Mappings of buffer objects are split where the device can map the rest");

#define ADDR 0x40000000ull
#define MIDDLE (ADDR + SZ_1M)

/* Both ends of the mapping, and what is beside the middle, are where they were. */
static void check(int fd, struct lit *l, struct lit_buf *b)
{
	static const uint32_t at[] = { 0, SZ_1M - 4, SZ_1M + SZ_64K, SZ_2M - 4 };

	for (unsigned int i = 0; i < 4; i++)
		lit_store(l, ADDR + at[i], 0xb0b00000 + i);
	lit_run(l);
	for (unsigned int i = 0; i < 4; i++)
		igt_assert_eq_u32(((volatile uint32_t *)b->map)[at[i] / 4], 0xb0b00000 + i);
}

igt_main
{
	struct drm_xe_engine_class_instance *hwe = NULL;
	uint64_t vram = 0;
	int fd = -1, partly = 0;

	igt_fixture {
		fd = drm_open_driver(DRIVER_XE);
		igt_require(xe_has_vram(fd));
		hwe = &xe_engine(fd, 0)->instance;
		vram = vram_memory(fd, hwe->gt_id);
		partly = xe_min_page_size(fd, vram) < SZ_64K ? 0 : -EINVAL;
	}

	igt_subtest("unmap-4k") {
		struct lit l = lit_open(fd, hwe, vram);
		struct lit_buf b = lit_buf_new(fd, l.vm, vram, ADDR, SZ_2M);

		igt_assert_eq(__xe_vm_bind(fd, l.vm, 0, 0, 0, MIDDLE + SZ_4K, SZ_4K,
					   DRM_XE_VM_BIND_OP_UNMAP, 0, NULL, 0, 0, 0, 0), partly);
		check(fd, &l, &b);
		xe_vm_unbind_sync(fd, l.vm, 0, MIDDLE, SZ_64K);
		check(fd, &l, &b);
		lit_buf_free(fd, &b);
		lit_close(&l);
	}
	igt_subtest("map-4k-over") {
		struct lit l = lit_open(fd, hwe, vram);
		struct lit_buf b = lit_buf_new(fd, l.vm, vram, ADDR, SZ_2M);
		uint32_t other = xe_bo_create(fd, l.vm, SZ_4K, system_memory(fd), 0);

		igt_assert_eq(__xe_vm_bind(fd, l.vm, 0, other, 0, MIDDLE + SZ_4K, SZ_4K,
					   DRM_XE_VM_BIND_OP_MAP, 0, NULL, 0, 0, DEFAULT_PAT_INDEX, 0),
			      partly);
		check(fd, &l, &b);
		gem_close(fd, other);
		lit_buf_free(fd, &b);
		lit_close(&l);
	}

	igt_fixture
		drm_close_driver(fd);
}
