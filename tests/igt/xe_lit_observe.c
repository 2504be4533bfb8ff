// SPDX-License-Identifier: MIT
/*
 * What people look at from outside: files of debugfs, and trace points that tell the life of
 * each kind of object.
 */
#include <xf86drm.h>

#include "lit_debugfs.h"
#include "lit_pressure.h"
#include "lit_trace.h"
#include "vgpu_control.h"
#include "xe_lit_svm.h"

IGT_TEST_DESCRIPTION("debugfs and trace points of memory, address spaces, queues and messages");

#define ADDR 0x100000000ull
#define NOT_MAPPED 0x66600000000ull
#define MAX_EVENTS 16

/* ---- debugfs ---- */
/* How many files this process has open, as DRM's list of clients says */
static unsigned int my_clients(int fd)
{
	FILE *f = lit_debugfs(fd, "clients");
	char line[256], command[64];
	unsigned int n = 0;
	int pid;

	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "%63s %d", command, &pid) == 2 && pid == getpid()) {
			igt_assert(!strncmp(command, "xe_lit_observe", 14));
			n++;
		}
	fclose(f);
	return n;
}

static void clients(int fd)
{
	unsigned int before = my_clients(fd);
	int other;

	igt_assert_lte(1, before);
	other = drm_reopen_driver(fd);
	igt_assert_eq(my_clients(fd), before + 1);
	close(other);
	igt_assert_eq(my_clients(fd), before);
}

/* How many handles a named object has; 0: it is not listed */
static unsigned int named(int fd, unsigned int name, size_t size)
{
	FILE *f = lit_debugfs(fd, "gem_names");
	unsigned int n, handles, found = 0;
	unsigned long bytes;
	char line[256];

	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "%u %lu %u", &n, &bytes, &handles) == 3 && n == name) {
			igt_assert_eq_u64(bytes, size);
			found = handles;
		}
	fclose(f);
	return found;
}

static void gem_names(int fd)
{
	struct drm_gem_flink flink = { .handle = xe_bo_create(fd, 0, SZ_1M, system_memory(fd), 0) };
	struct drm_gem_open open_it = { 0 };
	int other = drm_reopen_driver(fd);

	igt_assert_eq(igt_ioctl(fd, DRM_IOCTL_GEM_FLINK, &flink), 0);
	igt_assert_eq(named(fd, flink.name, SZ_1M), 1);
	open_it.name = flink.name;
	igt_assert_eq(igt_ioctl(other, DRM_IOCTL_GEM_OPEN, &open_it), 0);
	igt_assert_eq_u64(open_it.size, SZ_1M);
	igt_assert_eq(named(fd, flink.name, SZ_1M), 2);
	gem_close(fd, flink.handle);
	igt_assert_eq(named(fd, flink.name, SZ_1M), 1);
	close(other);
	igt_assert_eq(named(fd, flink.name, SZ_1M), 0);
}

static void device_info(int fd)
{
	static const char * const keys[] = { "has_flat_ccs ", "tile_count ", "devid ", "is_dgfx " };

	for (unsigned int i = 0; i < ARRAY_SIZE(keys); i++)
		igt_assert_f(lit_debugfs_says(fd, "info", keys[i]), "no %s\n", keys[i]);
	igt_assert_eq(lit_debugfs_number(fd, "info", "devid "), xe_dev_id(fd));
	igt_assert_eq(lit_debugfs_number(fd, "info", "tile_count "),
		      __builtin_popcountll(all_memory_regions(fd)) - 1);
}

/* Memory of a region is used when a buffer is there, and free soon after it is gone. */
static void usage(int fd, const char *name, uint64_t region)
{
	long long before = lit_debugfs_number(fd, name, "usage:"), size = SZ_64M;
	int64_t end = lit_deadline(LIT_SECONDS);
	struct lit_buf b = lit_buf_new(fd, 0, region, 0, size);

	*(volatile char *)b.map = 1;
	igt_assert_lte(before + size, lit_debugfs_number(fd, name, "usage:"));
	lit_buf_free(fd, &b);
	while (lit_debugfs_number(fd, name, "usage:") >= before + size && lit_deadline(0) < end)
		lit_sleep_ms(10);
	igt_assert_lt(lit_debugfs_number(fd, name, "usage:"), before + size);
}

static uint64_t tile_region(int fd, unsigned int tile)
{
	return vram_memory(fd, tile ? xe_number_gt(fd) - 1 : 0);
}

static unsigned int tiles(int fd)
{
	return __builtin_popcountll(all_memory_regions(fd)) - 1;
}

static void tile_files(int fd, unsigned int tile)
{
	char name[32];

	snprintf(name, sizeof(name), "tile%u/ggtt", tile);
	igt_assert(lit_debugfs_says(fd, name, "used"));
	snprintf(name, sizeof(name), "tile%u/vram_mm", tile);
	usage(fd, name, tile_region(fd, tile));
	snprintf(name, sizeof(name), "tile%u/gt%u/stats", tile, tile ? xe_number_gt(fd) - 1 : 0);
	fclose(lit_debugfs(fd, name));
}

/* The same beside the folders of tiles: IGT looks there. */
static void vram_files(int fd, unsigned int tile)
{
	char name[32], twin[32];

	snprintf(name, sizeof(name), "vram%u_mm", tile);
	snprintf(twin, sizeof(twin), "tile%u/vram_mm", tile);
	usage(fd, name, tile_region(fd, tile));
	igt_assert_eq(lit_debugfs_number(fd, name, "size:"), lit_debugfs_number(fd, twin, "size:"));
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
		f = lit_debugfs(fd, name);
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

/* A job finds its memory where it is by now. */
static void evicted(int fd, struct drm_xe_engine_class_instance *hwe)
{
	uint64_t vram = vram_if_possible(fd, hwe->gt_id);
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	struct lit_buf b = lit_buf_new(fd, l.vm, vram, ADDR, SZ_64K);
	int other = drm_reopen_driver(fd);

	lit_take_vram(other, vram);
	drm_close_driver(other);
	lit_store(&l, ADDR, 1);
	lit_run(&l);
	igt_assert_eq_u32(*(volatile uint32_t *)b.map, 1);
	lit_buf_free(fd, &b);
	lit_close(&l);
}

/* Nobody needs it, and others want its memory. */
static void purged(int fd, struct drm_xe_engine_class_instance *hwe)
{
	uint64_t vram = vram_if_possible(fd, hwe->gt_id);
	uint32_t vm = xe_vm_create(fd, 0, 0), retained = 0;
	struct lit_buf b = lit_buf_new(fd, 0, vram, 0, SZ_64K);
	struct drm_xe_madvise advice = {
		.vm_id = vm, .start = ADDR, .range = SZ_64K,
		.type = DRM_XE_VMA_ATTR_PURGEABLE_STATE,
		.purge_state_val = { .val = DRM_XE_VMA_PURGEABLE_STATE_DONTNEED,
				     .retained_ptr = to_user_pointer(&retained) },
	};
	int other = drm_reopen_driver(fd);

	xe_vm_bind_sync(fd, vm, b.bo, 0, ADDR, SZ_64K);
	igt_assert_eq(igt_ioctl(fd, DRM_IOCTL_XE_MADVISE, &advice), 0);
	lit_take_vram(other, vram);
	drm_close_driver(other);
	lit_buf_free(fd, &b);
	xe_vm_destroy(fd, vm);
}

/* The engine stands still while somebody else wants it. */
static void reset(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	struct drm_xe_sync out = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	int control = vgpu_control_open(0);
	char line[64], answer[256];

	igt_require_f(control >= 0, "no control port: this is not the virtual GPU\n");
	lit_store(&l, lit_addr(&l, 4), 1);
	lit_spin(&l, 0);
	igt_assert_eq(lit_submit(&l, 0, &out, 1), 0);
	lit_wait_data(&l, 4, 1);
	snprintf(line, sizeof(line), "script gt%u hang %s%u", hwe->gt_id,
		 xe_engine_class_short_string(hwe->engine_class), hwe->engine_instance);
	igt_assert_eq(vgpu_control_ask(control, line, answer, sizeof(answer)), 0);
	lit_check_works(fd, hwe);
	lit_wait(fd, out.handle);
	close(control);
	syncobj_destroy(fd, out.handle);
	lit_close(&l);
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

/* ---- which events the life of an object is made of; most are of both drivers ---- */
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
	{ "reset", reset, { "xe_exec_queue_reset" } },
	{ "rebind", rebind, { "xe_bo_move", "xe_vm_rebind_worker_enter",
			      "xe_vm_rebind_worker_exit" } },
	{ "rebind-fenced", evicted, { "xe_bo_move", "xe_vma_rebind_exec" } },
	{ "tlb", life_of_vm, { "xe_tlb_inval_fence_send", "xe_tlb_inval_fence_recv",
			       "xe_tlb_inval_fence_signal" } },
	{ "hw-fence", life_of_queue, { "xe_hw_fence_create", "xe_hw_fence_signal" } },
	{ "awake", life_of_queue, { "xe_pm_runtime_get", "xe_pm_runtime_put" } },
	{ "messages", life_of_queue, { "xe_guc_ctb_h2g", "xe_guc_ctb_g2h" } },
	/* Of ours alone. */
	{ "purge", purged, { "xe_bo_purge" } },
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
		device_info(fd);
	igt_subtest("debugfs-clients")
		clients(fd);
	igt_subtest("debugfs-gem-names")
		gem_names(fd);
	igt_subtest("debugfs-gtt")
		usage(fd, "gtt_mm", system_memory(fd));
	igt_subtest("debugfs-tiles")
		for (unsigned int tile = 0; tile < tiles(fd); tile++)
			tile_files(fd, tile);
	igt_subtest("debugfs-vram")
		for (unsigned int tile = 0; tile < tiles(fd); tile++)
			vram_files(fd, tile);
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
