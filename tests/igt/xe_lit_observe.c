// SPDX-License-Identifier: MIT
/*
 * What people look at from outside: files of debugfs, and trace points that tell the life of
 * each kind of object.
 */
#include <sys/sysmacros.h>

#include "lit_pressure.h"
#include "lit_trace.h"
#include "xe_lit_svm.h"

IGT_TEST_DESCRIPTION("debugfs and trace points of memory, address spaces, queues and messages");

#define ADDR 0x100000000ull
#define NOT_MAPPED 0x66600000000ull
#define MAX_EVENTS 16

/* ---- debugfs ---- */
static FILE *debugfs(int fd, const char *name)
{
	char path[128];
	struct stat st;
	FILE *f;

	igt_assert_eq(fstat(fd, &st), 0);
	snprintf(path, sizeof(path), "/sys/kernel/debug/dri/%u/%s", minor(st.st_rdev), name);
	f = fopen(path, "r");
	igt_assert_f(f, "%s: %m\n", path);
	return f;
}

/* A line of the file holds @what. */
static bool says(int fd, const char *name, const char *what)
{
	FILE *f = debugfs(fd, name);
	bool found = false;
	char line[512];

	while (!found && fgets(line, sizeof(line), f))
		found = strstr(line, what);
	fclose(f);
	return found;
}

static void assert_says(int fd, const char *name, const char *what)
{
	igt_assert_f(says(fd, name, what), "%s does not say \"%s\"\n", name, what);
}

/* A number of the file that stands behind @key. */
static long long number(int fd, const char *name, const char *key)
{
	FILE *f = debugfs(fd, name);
	char line[512], *at = NULL;

	while (!at && fgets(line, sizeof(line), f))
		at = strstr(line, key);
	fclose(f);
	igt_assert_f(at, "%s has no %s\n", name, key);
	return strtoll(at + strlen(key), NULL, 0);
}

static void device_files(int fd)
{
	char pid[16];

	snprintf(pid, sizeof(pid), " %d ", getpid());
	assert_says(fd, "info", "has_flat_ccs");
	assert_says(fd, "clients", pid);
	assert_says(fd, "gtt_mm", "usage");
	fclose(debugfs(fd, "gem_names"));
}

static void tile_files(int fd, unsigned int tile)
{
	uint64_t region = vram_memory(fd, tile ? xe_number_gt(fd) - 1 : 0);
	long long before, size = SZ_64M;
	char name[32], twin[32];
	uint32_t bo;

	snprintf(name, sizeof(name), "tile%u/ggtt", tile);
	assert_says(fd, name, "used");
	snprintf(name, sizeof(name), "tile%u/vram_mm", tile);
	before = number(fd, name, "usage:");
	bo = xe_bo_create(fd, 0, size, region, 0);
	igt_assert_lte(before + size, number(fd, name, "usage:"));
	snprintf(twin, sizeof(twin), "tile%u/gt%u/stats", tile, tile ? xe_number_gt(fd) - 1 : 0);
	fclose(debugfs(fd, twin));
	gem_close(fd, bo);
}

static void gt_files(int fd, unsigned int gt)
{
	static const char * const names[] = { "hw_engines", "mocs", "pat", "stats", "topology",
					      "uc/guc_info", "uc/guc_ctb" };
	char name[64];

	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++) {
		char first[16] = "";
		FILE *f;

		snprintf(name, sizeof(name), "gt%u/%s", gt, names[i]);
		f = debugfs(fd, name);
		igt_assert_f(fgets(first, sizeof(first), f), "%s is empty\n", name);
		fclose(f);
	}
}

/* ---- trace points ---- */
static void life_of_bo(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct lit_buf b = lit_buf_new(fd, 0, vram_if_possible(fd, hwe->gt_id), 0, SZ_64K);

	*(volatile char *)b.map = 1;
	lit_buf_free(fd, &b);
}

static void life_of_vm(int fd, struct drm_xe_engine_class_instance *hwe)
{
	uint32_t vm = xe_vm_create(fd, 0, 0);
	struct lit_buf b = lit_buf_new(fd, vm, system_memory(fd), ADDR, SZ_64K);
	struct drm_xe_sync sync = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	void *p = mmap(NULL, SZ_64K, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	igt_assert(p != MAP_FAILED);
	igt_assert_eq(__xe_vm_bind(fd, vm, 0, 0, to_user_pointer(p), 2 * ADDR, SZ_64K,
				   DRM_XE_VM_BIND_OP_MAP_USERPTR, 0, &sync, 1, 0,
				   DEFAULT_PAT_INDEX, 0), 0);
	lit_wait(fd, sync.handle);
	syncobj_destroy(fd, sync.handle);
	munmap(p, SZ_64K);
	xe_vm_unbind_sync(fd, vm, 0, ADDR, SZ_64K);
	lit_buf_free(fd, &b);
	xe_vm_destroy(fd, vm);
}

static void life_of_queue(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct lit l = lit_open(fd, hwe, system_memory(fd));

	for (unsigned int i = 0; i < 2; i++) {
		lit_store(&l, lit_addr(&l, 0), i);
		lit_run(&l);
	}
	lit_close(&l);
}

static void bad_queue(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct lit l = lit_open(fd, hwe, system_memory(fd));

	lit_store(&l, NOT_MAPPED, 1);
	lit_expect_ban(&l);
	lit_close(&l);
}

static uint32_t lr_vm(int fd, uint32_t flags)
{
	struct drm_xe_vm_create create = { .flags = DRM_XE_VM_CREATE_FLAG_LR_MODE | flags };
	int err = igt_ioctl(fd, DRM_IOCTL_XE_VM_CREATE, &create) ? errno : 0;

	igt_require_f(!err, "no such address spaces: %s\n", strerror(err));
	return create.vm_id;
}

static void bind(int fd, uint32_t vm, uint32_t op, uint32_t bo, uint64_t from, uint64_t addr)
{
	igt_assert_eq(__xe_vm_bind(fd, vm, 0, bo, from, addr, SZ_64K, op, 0, NULL, 0, 0,
				   DEFAULT_PAT_INDEX, 0), 0);
}

/* What the engine needs is bound when it asks for it, and taken from it when it moves. */
static void fault(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct svm s = { .fd = fd, .vm = lr_vm(fd, DRM_XE_VM_CREATE_FLAG_FAULT_MODE) };
	uint32_t bo = xe_bo_create(fd, s.vm, SZ_64K, vram_if_possible(fd, hwe->gt_id), 0);
	int other = drm_reopen_driver(fd);

	s.batch = mmap(NULL, SZ_64K, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	igt_assert(s.batch != MAP_FAILED);
	bind(fd, s.vm, DRM_XE_VM_BIND_OP_MAP_USERPTR, 0, to_user_pointer(s.batch),
	     to_user_pointer(s.batch));
	bind(fd, s.vm, DRM_XE_VM_BIND_OP_MAP, bo, 0, ADDR);
	igt_assert_eq(svm_store(&s, hwe, (void *)(uintptr_t)ADDR, 1), 0);
	lit_take_vram(other, vram_if_possible(fd, hwe->gt_id));
	drm_close_driver(other);
	gem_close(fd, bo);
	svm_close(&s);
}

/* A queue that may run for ever loses its memory, and goes on when it has it back. */
static void rebind(int fd, struct drm_xe_engine_class_instance *hwe)
{
	uint32_t vm = lr_vm(fd, 0);
	uint32_t bo = xe_bo_create(fd, vm, SZ_64K, vram_if_possible(fd, hwe->gt_id), 0);
	int other = drm_reopen_driver(fd);
	uint32_t queue;

	bind(fd, vm, DRM_XE_VM_BIND_OP_MAP, bo, 0, ADDR);
	queue = xe_exec_queue_create(fd, vm, hwe, 0);
	lit_take_vram(other, vram_if_possible(fd, hwe->gt_id));
	drm_close_driver(other);
	xe_exec_queue_destroy(fd, queue);
	xe_vm_destroy(fd, vm);
	gem_close(fd, bo);
}

/* ---- which events the life of an object is made of; both drivers have them ---- */
static const struct {
	const char *name;
	void (*live)(int fd, struct drm_xe_engine_class_instance *hwe);
	const char *events[MAX_EVENTS];
} lives[] = {
	{ "bo", life_of_bo, { "xe_bo_create", "xe_bo_cpu_fault" } },
	{ "vm", life_of_vm, { "xe_vm_create", "xe_vma_bind", "xe_vma_userptr_invalidate",
			      "xe_vma_unbind", "xe_vm_free" } },
	{ "queue", life_of_queue, { "xe_exec_queue_create", "xe_sched_job_create",
				    "xe_sched_job_exec", "xe_exec_queue_register",
				    "xe_exec_queue_scheduling_enable", "xe_sched_job_run",
				    "xe_exec_queue_submit", "xe_exec_queue_scheduling_done",
				    "xe_sched_job_free", "xe_exec_queue_close",
				    "xe_exec_queue_scheduling_disable", "xe_exec_queue_deregister",
				    "xe_exec_queue_deregister_done", "xe_exec_queue_destroy" } },
	{ "bad-queue", bad_queue, { "xe_exec_queue_memory_cat_error", "xe_sched_job_timedout" } },
	{ "fault", fault, { "xe_vma_pagefault", "xe_vma_pf_bind", "xe_vma_evict" } },
	{ "rebind", rebind, { "xe_bo_move", "xe_vm_rebind_worker_enter",
			      "xe_vm_rebind_worker_exit" } },
	{ "tlb", life_of_vm, { "xe_tlb_inval_fence_send", "xe_tlb_inval_fence_recv",
			       "xe_tlb_inval_fence_signal" } },
	{ "messages", life_of_queue, { "xe_guc_ctb_h2g", "xe_guc_ctb_g2h" } },
};

igt_main
{
	struct drm_xe_engine_class_instance *hwe = NULL;
	int fd = -1;

	igt_fixture {
		fd = drm_open_driver(DRIVER_XE);
		hwe = lit_engine(fd, 0, DRM_XE_ENGINE_CLASS_COPY);
	}

	igt_subtest("debugfs-device")
		device_files(fd);
	igt_subtest("debugfs-tiles") {
		for (unsigned int tile = 0; tile < __builtin_popcountll(all_memory_regions(fd)) - 1; tile++)
			tile_files(fd, tile);
	}
	igt_subtest("debugfs-gts")
		for (unsigned int gt = 0; gt < xe_number_gt(fd); gt++)
			gt_files(fd, gt);

	for (unsigned int i = 0; i < ARRAY_SIZE(lives); i++)
		igt_subtest_f("events-%s", lives[i].name) {
			lit_trace_begin(lives[i].events);
			lives[i].live(fd, hwe);
			for (const char * const *event = lives[i].events; *event; event++)
				lit_trace_wait(*event);
			lit_trace_end();
		}

	igt_fixture
		drm_close_driver(fd);
}
