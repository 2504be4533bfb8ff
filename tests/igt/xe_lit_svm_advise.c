// SPDX-License-Identifier: MIT
/*
 * Where shared memory goes: advice that names a memory region, and prefetches of more
 * than one mapping.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memfd_create() */
#endif
#include <pthread.h>

#include "vgpu_control.h"
#include "xe_lit_svm.h"

IGT_TEST_DESCRIPTION("Shared memory goes to the region that was asked for last");

#define PAGES (SVM_SIZE / SZ_4K)

/* ---- advice ---- */
static unsigned long long written_to_other_tile(int control)
{
	const char *json = vgpu_control_counters(control);

	igt_assert(json);
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
	igt_assert_eq(svm_prefer(s, p, SVM_SIZE, s->fd, 1), 0);
	bring(s, hwe, p, prefetch);
	first = tile_of(s, hwe, p, control);
	for (size_t i = 0; i < SVM_SIZE; i += SZ_4K)
		*(volatile char *)(p + i);
	igt_assert_eq(svm_in_vram(p, SVM_SIZE), 0);

	igt_assert_eq(svm_prefer(s, p, SVM_SIZE, s->fd, 2), 0);
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

/* ---- advice for a part of what an engine uses ---- */
#define OLD 0x01d01d01u
#define NEW 0x2e2e2e2eu
#define TLB_INVALIDATION "0x7000"
#define SLOW_MS 240 /* less than what the driver calls a timeout */

struct splitter {
	struct svm *s;
	char *at;
};

static void *split(void *data)
{
	struct splitter *x = data;

	igt_assert_eq(svm_prefer(x->s, x->at, SZ_64K, DRM_XE_PREFERRED_LOC_DEFAULT_DEVICE, 0), 0);
	return NULL;
}

static void script(int control, const char *line)
{
	char answer[80];

	igt_assert_eq(vgpu_control_ask(control, line, answer, sizeof(answer)), 0);
	igt_assert_f(!strcmp(answer, "ok"), "%s: %s\n", line, answer);
}

/* An engine that writes OLD at @to, again and again, while the dword at @flag is 1 */
static uint32_t keep_writing(struct svm *s, struct drm_xe_engine_class_instance *hwe, char *to,
			     volatile uint32_t *flag)
{
	uintptr_t a = (uintptr_t)to, f = (uintptr_t)flag, top = (uintptr_t)s->batch;
	uint32_t commands[] = {
		CS_STORE_DW(1), a, a >> 32, OLD,
		CS_COND_END_UNLESS_GT, 0, f, f >> 32,
		CS_ARB_CHECK,
		CS_BATCH_START, top, top >> 32,
	};
	struct drm_xe_exec exec = { .num_batch_buffer = 1, .address = top };

	memcpy(s->batch, commands, sizeof(commands));
	*flag = 1;
	exec.exec_queue_id = xe_exec_queue_create(s->fd, s->vm, hwe, 0);
	xe_exec(s->fd, &exec);
	return exec.exec_queue_id;
}

/*
 * An engine writes to a page of a file. MADVISE for another part of the range that it is in;
 * meanwhile something else is mapped in the page's place. When mmap() has returned the
 * engine must not reach the page any more: it could be anybody's.
 */
static void split_in_use(struct svm *s, struct drm_xe_engine_class_instance *hwe, int control)
{
	int file = memfd_create("split", MFD_CLOEXEC);
	/* Nothing else is near it: the driver forgets the last range of a notifier with the notifier */
	char *whole, *p = svm_memory(&whole, SZ_1G), *used = p + SVM_SIZE / 2;
	volatile uint32_t *flag = (uint32_t *)(s->batch + SZ_4K), *page, now;
	int64_t end = lit_deadline(SVM_SECONDS);
	struct splitter x = { s, p };
	pthread_t thread;
	uint32_t queue;
	char line[64];

	igt_assert_fd(file);
	igt_assert_eq(ftruncate(file, SVM_SIZE), 0);
	igt_assert(mmap(p, SVM_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file, 0) == p);
	page = mmap(NULL, SZ_4K, PROT_READ | PROT_WRITE, MAP_SHARED, file, used - p);
	igt_assert(page != MAP_FAILED);
	memset(p, 0, SVM_SIZE);
	igt_assert_eq(svm_prefer(s, p, SVM_SIZE, DRM_XE_PREFERRED_LOC_DEFAULT_SYSTEM, 0), 0);
	igt_assert_eq(svm_prefer(s, s->batch, SZ_64K, DRM_XE_PREFERRED_LOC_DEFAULT_SYSTEM, 0), 0);
	queue = keep_writing(s, hwe, used, flag);
	while (*page != OLD && lit_deadline(0) < end)
		lit_sleep_ms(1);
	igt_assert_eq_u32(*page, OLD);

	snprintf(line, sizeof(line), "script slow h2g %s %u", TLB_INVALIDATION, SLOW_MS * 1000);
	script(control, line);
	igt_assert_eq(pthread_create(&thread, NULL, split, &x), 0);
	lit_sleep_ms(SLOW_MS / 4);
	igt_assert(mmap(used, SZ_4K, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == used);
	*page = NEW;
	lit_sleep_ms(SLOW_MS / 4);
	now = *page;
	snprintf(line, sizeof(line), "script slow h2g %s 0", TLB_INVALIDATION);
	script(control, line);

	pthread_join(thread, NULL);
	*flag = 0;
	xe_exec_queue_destroy(s->fd, queue);
	munmap((void *)page, SZ_4K);
	munmap(whole, 2ul * SZ_1G);
	close(file);
	igt_assert_eq(svm_prefer(s, s->batch, SZ_64K, DRM_XE_PREFERRED_LOC_DEFAULT_DEVICE, 0), 0);
	igt_assert_f(now == NEW, "the engine wrote %#x to a page that is not mapped there any more\n",
		     now);
}

/*
 * munmap() of the end of one range and the start of the next, which are of different
 * notifiers; while it waits for the first, MADVISE splits the second. All that is left of
 * that one must leave VRAM: no range knows of it any more.
 */
static void *unmap_middle(void *data)
{
	struct splitter *x = data;

	munmap(x->at - SZ_64K, 2 * SZ_64K);
	return NULL;
}

static void split_with_hole(struct svm *s, struct drm_xe_engine_class_instance *hwe, int control)
{
	char *whole, *p = svm_memory(&whole, SZ_1G), line[64];
	struct splitter x = { s, p };
	unsigned int left;
	pthread_t thread;

	lit_fill(p - SVM_SIZE, 2 * SVM_SIZE, 5);
	igt_assert_eq(svm_store(s, hwe, p - SVM_SIZE, 1), 0);
	igt_assert_eq(svm_store(s, hwe, p, 1), 0);
	igt_assert_eq(svm_in_vram(p, SVM_SIZE), PAGES);

	snprintf(line, sizeof(line), "script slow h2g %s %u", TLB_INVALIDATION, SLOW_MS * 1000);
	script(control, line);
	igt_assert_eq(pthread_create(&thread, NULL, unmap_middle, &x), 0);
	lit_sleep_ms(SLOW_MS / 4);
	igt_assert_eq(svm_prefer(s, p + SVM_SIZE / 2, SZ_64K, DRM_XE_PREFERRED_LOC_DEFAULT_SYSTEM, 0), 0);
	pthread_join(thread, NULL);
	snprintf(line, sizeof(line), "script slow h2g %s 0", TLB_INVALIDATION);
	script(control, line);

	left = svm_in_vram(p + SZ_64K, SVM_SIZE - SZ_64K);
	munmap(whole, 2ul * SZ_1G);
	igt_assert_eq(left, 0);
}

/*
 * Memory in VRAM that the CPU's mprotect() has taken from the GPU for a while; MADVISE for
 * one page of it, and a store by an engine there.
 */
static void split_after_protect(struct svm *s, struct drm_xe_engine_class_instance *hwe)
{
	char *whole, *p = svm_memory(&whole, SVM_SIZE), *page = p + SVM_SIZE / 2;
	uint32_t value;
	int err;

	lit_fill(p, SVM_SIZE, 9);
	igt_assert_eq(svm_store(s, hwe, p, 1), 0);
	igt_assert_eq(svm_in_vram(p, SVM_SIZE), PAGES);
	igt_assert_eq(mprotect(p, SVM_SIZE, PROT_READ), 0);
	igt_assert_eq(mprotect(p, SVM_SIZE, PROT_READ | PROT_WRITE), 0);
	igt_assert_eq(svm_prefer(s, page, SZ_4K, DRM_XE_PREFERRED_LOC_DEFAULT_DEVICE, 0), 0);
	err = svm_store(s, hwe, page, NEW);
	value = *(volatile uint32_t *)page;
	munmap(whole, 2 * SVM_SIZE);
	igt_assert_eq(err, 0);
	igt_assert_eq_u32(value, NEW);
}

igt_main
{
	struct drm_xe_engine_class_instance *hwe = NULL;
	struct svm s = { 0 };
	int fd = -1, control = -1;

	igt_fixture {
		fd = drm_open_driver(DRIVER_XE);
		igt_require(xe_has_vram(fd));
		svm_require(&s, fd);
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

	igt_subtest("split-in-use") {
		igt_require_f(control >= 0, "only a virtual GPU can be told to be slow\n");
		split_in_use(&s, hwe, control);
	}
	igt_subtest("split-with-hole") {
		igt_require_f(control >= 0, "only a virtual GPU can be told to be slow\n");
		split_with_hole(&s, hwe, control);
	}
	igt_subtest("split-after-protect")
		split_after_protect(&s, hwe);

	igt_fixture {
		if (control >= 0)
			close(control);
		svm_close(&s);
		drm_close_driver(fd);
	}
}
