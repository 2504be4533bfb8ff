// SPDX-License-Identifier: MIT
/*
 * Where shared memory goes: advice that names a memory region, and prefetches of more
 * than one mapping.
 */
#include "vgpu_control.h"
#include "xe_lit_svm.h"

IGT_TEST_DESCRIPTION("Shared memory goes to the region that was asked for last");

#define PAGES (SVM_SIZE / SZ_4K)

/* ---- advice ---- */
static void prefer(struct svm *s, void *at, size_t size, int fd, uint16_t region_instance)
{
	struct drm_xe_madvise advice = {
		.vm_id = s->vm, .start = to_user_pointer(at), .range = size,
		.type = DRM_XE_MEM_RANGE_ATTR_PREFERRED_LOC,
		.preferred_mem_loc = {
			.devmem_fd = fd, .region_instance = region_instance,
			.migration_policy = DRM_XE_MIGRATE_ALL_PAGES,
		},
	};

	do_ioctl(s->fd, DRM_IOCTL_XE_MADVISE, &advice);
}

static unsigned long long written_to_other_tile(int control)
{
	static char json[16384];

	igt_assert_eq(vgpu_control_ask(control, "counters", json, sizeof(json)), 0);
	return vgpu_control_counter(json, "written_other_tile_vram");
}

/* The tile whose memory has the page at @p, as a store by an engine of @hwe's tile tells */
static int tile_of(struct svm *s, struct drm_xe_engine_class_instance *hwe, void *p, int control)
{
	int own = xe_gt_get_tile_id(s->fd, hwe->gt_id);
	unsigned long long before;

	igt_assert_eq(svm_in_vram(p, SZ_4K), 1);
	igt_assert_eq(svm_store(s, hwe, p, 1), 0); /* what a first access needs is there now */
	before = written_to_other_tile(control);
	igt_assert_eq(svm_store(s, hwe, p, 2), 0);
	igt_assert_eq(svm_in_vram(p, SZ_4K), 1);
	return written_to_other_tile(control) > before ? !own : own;
}

static void bring(struct svm *s, struct drm_xe_engine_class_instance *hwe, char *p, bool prefetch)
{
	if (prefetch)
		igt_assert_eq(svm_prefetch(s, p, SVM_SIZE, DRM_XE_CONSULT_MEM_ADVISE_PREF_LOC), 0);
	else
		igt_assert_eq(svm_store(s, hwe, p + SZ_64K, 3), 0);
}

/*
 * MADVISE to one region of a device, pages go there; back to the CPU; MADVISE to another
 * region of the same file descriptor: now they must go to that one.
 */
static void region_changes(struct svm *s, struct drm_xe_engine_class_instance *hwe, bool prefetch,
			   int control)
{
	char *whole, *p = svm_memory(&whole, SVM_SIZE);
	int first, second;

	lit_fill(p, SVM_SIZE, 6);
	prefer(s, p, SVM_SIZE, s->fd, 1);
	bring(s, hwe, p, prefetch);
	first = tile_of(s, hwe, p, control);
	for (size_t i = 0; i < SVM_SIZE; i += SZ_4K)
		*(volatile char *)(p + i);
	igt_assert_eq(svm_in_vram(p, SVM_SIZE), 0);

	prefer(s, p, SVM_SIZE, s->fd, 2);
	bring(s, hwe, p, prefetch);
	second = tile_of(s, hwe, p, control);
	munmap(whole, 2 * SVM_SIZE);
	igt_info("region 1: tile %d, region 2: tile %d\n", first, second);
	igt_assert_eq(first, 0);
	igt_assert_eq(second, 1);
}

/* ---- a prefetch of several mappings ---- */
static uint64_t resident_vram(int fd)
{
	char path[64], line[256];
	uint64_t kib, sum = 0;
	unsigned int n;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	f = fopen(path, "r");
	igt_assert(f);
	while (fgets(line, sizeof(line), f)) {
		char unit[8] = "";

		if (sscanf(line, "drm-resident-vram%u: %" SCNu64 " %7s", &n, &kib, unit) < 2)
			continue;
		sum += !strcmp(unit, "KiB") ? kib << 10 : !strcmp(unit, "MiB") ? kib << 20 : kib;
	}
	fclose(f);
	return sum;
}

/* A BO that is in system memory and may be in VRAM, bound at @at */
static uint32_t bound_buffer(struct svm *s, void *at)
{
	uint32_t bo = xe_bo_create(s->fd, s->vm, SVM_SIZE, vram_memory(s->fd, 0) | system_memory(s->fd),
				   0);

	igt_assert_eq(__xe_vm_bind(s->fd, s->vm, 0, bo, 0, to_user_pointer(at), SVM_SIZE,
				   DRM_XE_VM_BIND_OP_MAP, 0, NULL, 0, 0, DEFAULT_PAT_INDEX, 0), 0);
	return bo;
}

static void mirror_again(struct svm *s, void *at)
{
	igt_assert_eq(__xe_vm_bind(s->fd, s->vm, 0, 0, 0, to_user_pointer(at), SVM_SIZE,
				   DRM_XE_VM_BIND_OP_MAP, DRM_XE_VM_BIND_FLAG_CPU_ADDR_MIRROR, NULL,
				   0, 0, DEFAULT_PAT_INDEX, 0), 0);
}

/*
 * One VM_BIND PREFETCH to VRAM of: shared memory, a bound BO, shared memory, another BO.
 * All of it must be there then.
 */
static void prefetch_across(struct svm *s, bool second_buffer)
{
	uint32_t vram = ffsll(vram_memory(s->fd, 0)) - 1, bo[2] = { 0 };
	char *whole, *p = svm_memory(&whole, 4 * SVM_SIZE);
	unsigned int left, right;
	uint64_t before, after;

	mprotect(p + SVM_SIZE, SVM_SIZE, PROT_NONE);
	mprotect(p + 3 * SVM_SIZE, SVM_SIZE, PROT_NONE);
	lit_fill(p, SVM_SIZE, 10);
	lit_fill(p + 2 * SVM_SIZE, SVM_SIZE, 11);
	before = resident_vram(s->fd);
	bo[0] = bound_buffer(s, p + SVM_SIZE);
	bo[1] = bound_buffer(s, p + 3 * SVM_SIZE);
	igt_assert_eq(svm_prefetch(s, p + SVM_SIZE, SVM_SIZE, 0), 0);
	igt_assert_eq(svm_prefetch(s, p + 3 * SVM_SIZE, SVM_SIZE, 0), 0);

	igt_assert_eq(svm_prefetch(s, p, (second_buffer ? 4 : 3) * SVM_SIZE, vram), 0);
	left = svm_in_vram(p, SVM_SIZE);
	right = svm_in_vram(p + 2 * SVM_SIZE, SVM_SIZE);
	after = resident_vram(s->fd);

	for (unsigned int i = 0; i < 2; i++) {
		mirror_again(s, p + (2 * i + 1) * SVM_SIZE);
		gem_close(s->fd, bo[i]);
	}
	munmap(whole, 8 * SVM_SIZE);
	igt_info("%u and %u of %u pages, and %" PRIu64 " KiB of buffers\n", left, right,
		 (unsigned int)PAGES, (after - before) >> 10);
	igt_assert_eq(left, PAGES);
	igt_assert_eq(right, PAGES);
	/* Page tables are counted as well */
	igt_assert_eq((after - before) / SVM_SIZE, second_buffer ? 2 : 1);
}

igt_main
{
	struct drm_xe_engine_class_instance *hwe = NULL;
	struct svm s = { 0 };
	int fd = -1, control = -1, err = 0;

	igt_fixture {
		fd = drm_open_driver(DRIVER_XE);
		igt_require(xe_has_vram(fd));
		err = svm_open(&s, fd);
		igt_require_f(!err, "the driver has no shared virtual memory: %s\n", strerror(-err));
		hwe = &xe_engine(fd, 0)->instance;
		control = vgpu_control_open(0);
	}

	for (unsigned int i = 0; i < 2; i++) {
		igt_subtest_f("region-changes-%s", i ? "fault" : "prefetch") {
			igt_require_f(xe_device_get(fd)->tile_mask == 3, "one tile\n");
			igt_require_f(control >= 0, "only a virtual GPU tells whose memory is written to\n");
			region_changes(&s, hwe, !i, control);
		}
	}
	igt_subtest("prefetch-memory-buffer-memory")
		prefetch_across(&s, false);
	igt_subtest("prefetch-memory-buffer-memory-buffer")
		prefetch_across(&s, true);

	igt_fixture {
		if (control >= 0)
			close(control);
		svm_close(&s);
		drm_close_driver(fd);
	}
}
