// SPDX-License-Identifier: MIT
/*
 * Pages of one process in the VRAM of both tiles: they go from tile to tile, together with
 * pages in RAM, and come back to the CPU.
 */
#include "vgpu_control.h"
#include "xe_lit_svm.h"

IGT_TEST_DESCRIPTION("Shared virtual memory between the tiles of one device");

#define WINDOW SZ_64K

/* VM_BIND MAP as a mirror of [@at, @at + @size) alone, prefetched to @region */
static void place(int fd, char *at, size_t size, uint32_t region)
{
	struct svm s = { .fd = fd };

	s.vm = xe_vm_create(fd, DRM_XE_VM_CREATE_FLAG_LR_MODE | DRM_XE_VM_CREATE_FLAG_FAULT_MODE, 0);
	igt_assert_eq(__xe_vm_bind(fd, s.vm, 0, 0, 0, to_user_pointer(at), size,
				   DRM_XE_VM_BIND_OP_MAP, DRM_XE_VM_BIND_FLAG_CPU_ADDR_MIRROR, NULL, 0,
				   0, DEFAULT_PAT_INDEX, 0), 0);
	igt_assert_eq(svm_prefetch(&s, at, size, region), 0);
	xe_vm_destroy(fd, s.vm);
}

/* What a migration costs the device */
static const char *const costs[] = {
	"bytes_host", "bytes_local_vram", "bytes_other_tile_vram", "copy_commands", "copy_bytes",
	"fill_bytes", "commands", "tlb_invalidations",
};

static void read_costs(int control, unsigned long long *value)
{
	const char *json = vgpu_control_counters(control);

	igt_assert(json);
	for (unsigned int i = 0; i < ARRAY_SIZE(costs); i++)
		value[i] = vgpu_control_counter(json, costs[i]) - value[i];
}

/* From one tile to the other: no byte of it passes through memory of the host */
static void direct(struct svm *s, int control, uint32_t from, uint32_t to)
{
	char *whole, *p = svm_memory(&whole, SVM_SIZE), *want = malloc(SVM_SIZE);
	unsigned long long cost[ARRAY_SIZE(costs)] = { 0 };

	igt_require_f(control >= 0, "no virtual GPU\n");
	lit_fill(p, SVM_SIZE, from);
	memcpy(want, p, SVM_SIZE);
	igt_assert_eq(svm_prefetch(s, p, SVM_SIZE, from), 0);
	igt_assert_eq(svm_in_vram(p, SVM_SIZE), SVM_SIZE / SZ_4K);
	read_costs(control, cost);
	igt_assert_eq(svm_prefetch(s, p, SVM_SIZE, to), 0);
	read_costs(control, cost);
	for (unsigned int i = 0; i < ARRAY_SIZE(costs); i++)
		igt_info("%s %llu\n", costs[i], cost[i]);
	igt_assert_eq(svm_in_vram(p, SVM_SIZE), SVM_SIZE / SZ_4K);
	lit_assert_same(p, want, SVM_SIZE);
	igt_assert_f(cost[0] < SVM_SIZE / 16, "%llu bytes of host memory were accessed\n", cost[0]);
	munmap(whole, 2 * SVM_SIZE);
	free(want);
}

/*
 * Windows in RAM and in the VRAM that @regions names, by turns, are brought to @to
 * together.
 */
static void mixed(struct svm *s, const uint32_t *regions, unsigned int n, uint32_t to)
{
	char *whole, *p = svm_memory(&whole, SVM_SIZE), *want = malloc(SVM_SIZE);

	lit_fill(p, SVM_SIZE, to);
	memcpy(want, p, SVM_SIZE);
	for (unsigned int i = 0; i < SVM_SIZE / WINDOW; i++)
		if (regions[i % n])
			place(s->fd, p + i * WINDOW, WINDOW, regions[i % n]);
	igt_assert_lt(0, svm_in_vram(p, SVM_SIZE));
	igt_assert_eq(svm_prefetch(s, p, SVM_SIZE, to), 0);
	igt_assert_eq(svm_in_vram(p, SVM_SIZE), SVM_SIZE / SZ_4K);
	lit_assert_same(p, want, SVM_SIZE);
	munmap(whole, 2 * SVM_SIZE);
	free(want);
}

/* The CPU touches pages of one tile, and pages of the other lie between them. */
static void cpu_touches_mixed(struct svm *s, uint32_t most, uint32_t few)
{
	char *whole, *p = svm_memory(&whole, SVM_SIZE), *want = malloc(SVM_SIZE);
	char *window = p + SVM_SIZE / 2;

	lit_fill(p, SVM_SIZE, most);
	memcpy(want, p, SVM_SIZE);
	igt_assert_eq(svm_prefetch(s, p, SVM_SIZE, most), 0);
	igt_assert_eq(madvise(window, WINDOW, MADV_DONTNEED), 0);
	memcpy(window, want + (window - p), WINDOW);
	igt_assert_eq(svm_in_vram(p, SVM_SIZE), (SVM_SIZE - WINDOW) / SZ_4K);
	place(s->fd, window, WINDOW, few);
	igt_assert_eq(svm_in_vram(p, SVM_SIZE), SVM_SIZE / SZ_4K);
	lit_assert_same(p, want, SVM_SIZE);
	munmap(whole, 2 * SVM_SIZE);
	free(want);
}

igt_main
{
	static const uint32_t ram_and_first[] = { 0, 1 }, ram_and_second[] = { 0, 2 }, both[] = { 1, 2 },
		all[] = { 1, 0, 2, 2, 1 };
	struct svm s = { 0 };
	int fd = -1, control = -1;

	igt_fixture {
		fd = drm_open_driver(DRIVER_XE);
		igt_require_f(xe_device_get(fd)->tile_mask == 3, "one tile\n");
		control = vgpu_control_open(0);
		svm_require(&s, fd);
	}

	for (unsigned int tile = 0; tile < 2; tile++) {
		igt_subtest_f("direct-tile%u-to-tile%u", tile, !tile)
			direct(&s, control, 1 + tile, 2 - tile);
		igt_subtest_f("ram-and-tile%u-to-tile%u", tile, !tile)
			mixed(&s, tile ? ram_and_second : ram_and_first, 2, 2 - tile);
		igt_subtest_f("both-tiles-to-tile%u", tile)
			mixed(&s, both, ARRAY_SIZE(both), 1 + tile);
		igt_subtest_f("ram-and-both-tiles-to-tile%u", tile)
			mixed(&s, all, ARRAY_SIZE(all), 1 + tile);
		igt_subtest_f("cpu-touches-tile%u-among-tile%u", !tile, tile)
			cpu_touches_mixed(&s, 1 + tile, 2 - tile);
	}

	igt_fixture {
		svm_close(&s);
		close(control);
		drm_close_driver(fd);
	}
}
