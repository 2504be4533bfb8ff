// SPDX-License-Identifier: MIT
/* Jobs that do not end while what they use moves, and jobs with fences beside them. */
#include "lit_gate.h"
#include "lit_job.h"
#include "lit_memory.h"
#include "lit_pressure.h"
#include "lit_sleep.h"
#include "vgpu_control.h"

IGT_TEST_DESCRIPTION("Long-running jobs, preempted and resumed when their memory moves");

#define CROWD 4

static unsigned long long copied(int control)
{
	const char *json = vgpu_control_counters(control);

	igt_assert(json);
	return vgpu_control_counter(json, "copy_bytes");
}

/* The object moves to and fro under the job, by the hand of another address space. */
static void moves(int fd, struct drm_xe_engine_class_instance *hwe, uint32_t flags, bool own)
{
	uint64_t places = system_memory(fd) | vram_memory(fd, hwe->gt_id);
	struct job j = job_new(fd, flags, hwe);
	uint32_t other = xe_vm_create(fd, flags, 0);
	struct lit_places before = lit_places(fd);
	uint32_t bo = xe_bo_create(fd, own ? j.vm : 0, SZ_2M, places,
				   DRM_XE_GEM_CREATE_FLAG_NEEDS_VISIBLE_VRAM);
	volatile uint32_t *map = xe_bo_map(fd, bo, SZ_2M);
	int control = vgpu_control_open(0);
	unsigned long long bytes;

	job_bind(fd, j.vm, DRM_XE_VM_BIND_OP_MAP, bo, 0, JOB_ADDR, SZ_2M, 0);
	if (!own)
		job_bind(fd, other, DRM_XE_VM_BIND_OP_MAP, bo, 0, JOB_ADDR, SZ_2M, 0);
	job_start(&j);
	job_ticks(&j, map);
	for (unsigned int i = 0; i < 6; i++) {
		map[1000 + i] = JOB_DONE + i;
		bytes = control >= 0 ? copied(control) : 0;
		job_bind(fd, own ? j.vm : other, DRM_XE_VM_BIND_OP_PREFETCH, 0, 0, JOB_ADDR, SZ_2M,
			 i & 1 ? hwe->gt_id + 1 : 0);
		/* From system memory it may be back already, for the job; but it was there. */
		if (i & 1)
			lit_assert_in(fd, &before, hwe->gt_id + 1, SZ_2M);
		else if (control >= 0)
			igt_assert(copied(control) - bytes >= SZ_2M);
		job_ticks(&j, map);
	}
	for (unsigned int i = 0; i < 6; i++)
		igt_assert_eq_u32(map[1000 + i], JOB_DONE + i);
	job_end(&j);
	job_free(&j);
	if (control >= 0)
		close(control);
	xe_vm_destroy(fd, other);
	munmap((void *)map, SZ_2M);
	gem_close(fd, bo);
}

/* Others want the memory of several jobs at once, and the jobs want it back. */
static void evicted(int fd, struct drm_xe_engine_class_instance *hwe, uint32_t flags)
{
	int other = drm_reopen_driver(fd);
	volatile uint32_t *map[CROWD];
	uint32_t bo[CROWD];
	struct job j[CROWD];

	igt_require(xe_has_vram(fd));
	for (unsigned int n = 0; n < CROWD; n++) {
		j[n] = job_new(fd, flags, hwe);
		bo[n] = xe_bo_create(fd, j[n].vm, SZ_2M, vram_memory(fd, hwe->gt_id), 0);
		map[n] = xe_bo_map(fd, bo[n], SZ_2M);
		map[n][1000] = JOB_DONE + n;
		job_bind(fd, j[n].vm, DRM_XE_VM_BIND_OP_MAP, bo[n], 0, JOB_ADDR, SZ_2M, 0);
		job_start(&j[n]);
		job_ticks(&j[n], map[n]);
	}
	for (unsigned int i = 0; i < 8; i++) {
		lit_take_vram(other, vram_memory(fd, hwe->gt_id));
		for (unsigned int n = 0; n < CROWD; n++)
			job_ticks(&j[n], map[n]);
	}
	for (unsigned int n = 0; n < CROWD; n++) {
		igt_assert_eq_u32(map[n][1000], JOB_DONE + n);
		job_end(&j[n]);
		igt_assert(!lit_banned(fd, j[n].queue));
		job_free(&j[n]);
		munmap((void *)map[n], SZ_2M);
		gem_close(fd, bo[n]);
	}
	drm_close_driver(other);
}

/* The system sleeps under a job, whose memory loses its power. */
static void asleep(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct job j = job_new(fd, DRM_XE_VM_CREATE_FLAG_LR_MODE, hwe);
	uint32_t bo = xe_bo_create(fd, j.vm, SZ_2M, vram_if_possible(fd, hwe->gt_id),
				   DRM_XE_GEM_CREATE_FLAG_NEEDS_VISIBLE_VRAM);
	volatile uint32_t *map = xe_bo_map(fd, bo, SZ_2M);

	map[1000] = JOB_DONE;
	job_bind(fd, j.vm, DRM_XE_VM_BIND_OP_MAP, bo, 0, JOB_ADDR, SZ_2M, 0);
	job_start(&j);
	job_ticks(&j, map);
	for (unsigned int i = 0; i < 2; i++) {
		lit_system_sleep(fd, true);
		job_ticks(&j, map);
		igt_assert_eq_u32(map[1000], JOB_DONE);
	}
	job_end(&j);
	job_free(&j);
	munmap((void *)map, SZ_2M);
	gem_close(fd, bo);
}

/* Other pages come to where the job writes. */
static void remap(int fd, struct drm_xe_engine_class_instance *hwe, uint32_t flags)
{
	struct job j = job_new(fd, flags, hwe);
	volatile uint32_t *p = mmap(NULL, SZ_64K, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	igt_assert(p != MAP_FAILED);
	job_bind(fd, j.vm, DRM_XE_VM_BIND_OP_MAP_USERPTR, 0, to_user_pointer((void *)p), JOB_ADDR,
		 SZ_64K, 0);
	job_start(&j);
	job_ticks(&j, p);
	for (unsigned int i = 0; i < 4; i++) {
		igt_assert(mmap((void *)p, SZ_64K, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == p);
		job_ticks(&j, p);
	}
	job_end(&j);
	job_free(&j);
	munmap((void *)p, SZ_64K);
}

/* An endless job is no reason for others to wait for ever, nor does it end for them. */
static void fenced_beside(int fd, struct drm_xe_engine_class_instance *hwe, uint32_t flags)
{
	struct job j = job_new(fd, flags, hwe);
	uint32_t bo = xe_bo_create(fd, 0, SZ_64K, system_memory(fd), 0);
	volatile uint32_t *map = xe_bo_map(fd, bo, SZ_64K);

	job_bind(fd, j.vm, DRM_XE_VM_BIND_OP_MAP, bo, 0, JOB_ADDR, SZ_64K, 0);
	job_start(&j);
	job_ticks(&j, map);
	for (unsigned int i = 0; i < 3; i++) {
		lit_check_works(fd, hwe);
		job_ticks(&j, map);
	}
	job_end(&j);
	job_free(&j);
	munmap((void *)map, SZ_64K);
	gem_close(fd, bo);
}

/* A queue whose jobs may be endless keeps its address space. */
static void busy(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct job j = job_new(fd, DRM_XE_VM_CREATE_FLAG_LR_MODE, hwe);
	struct drm_xe_vm_destroy destroy = { .vm_id = j.vm };

	igt_assert_eq(igt_ioctl(fd, DRM_IOCTL_XE_VM_DESTROY, &destroy), -1);
	igt_assert_eq(errno, EBUSY);
	job_free(&j);
}

/*
 * They wait for fences like others, but have none to give but user fences. Nor does a job wait
 * for the bind before it, unless it is told so.
 */
static void syncs(int fd, struct drm_xe_engine_class_instance *hwe, uint32_t flags)
{
	const uint32_t commands[] = {
		CS_STORE_DW(1), (uint32_t)JOB_ADDR, JOB_ADDR >> 32, JOB_DONE, CS_BATCH_END,
	};
	struct lit_gate bound = lit_gate_new(fd), go = lit_gate_new(fd);
	struct job j = job_new(fd, flags, hwe);
	uint32_t bo = xe_bo_create(fd, 0, SZ_64K, system_memory(fd), 0), line = syncobj_create(fd, 0);
	volatile uint32_t *map = xe_bo_map(fd, bo, SZ_64K);
	struct drm_xe_sync in[] = {
		{ .type = DRM_XE_SYNC_TYPE_SYNCOBJ, .handle = bound.syncobj },
		{ .type = DRM_XE_SYNC_TYPE_SYNCOBJ, .handle = go.syncobj },
	};
	struct drm_xe_sync out[] = { in[0], {
		.type = DRM_XE_SYNC_TYPE_TIMELINE_SYNCOBJ, .flags = DRM_XE_SYNC_FLAG_SIGNAL,
		.handle = line, .timeline_value = 1,
	} };

	out[0].flags = DRM_XE_SYNC_FLAG_SIGNAL;
	for (unsigned int i = 0; i < 2; i++) {
		igt_assert_eq(job_bind_async(fd, j.vm, DRM_XE_VM_BIND_OP_MAP, bo, 0, JOB_ADDR, SZ_64K,
					     0, &out[i]), -EOPNOTSUPP);
		igt_assert_eq(job_exec(&j, commands, sizeof(commands), &out[i]), -EOPNOTSUPP);
	}
	igt_assert_eq(job_bind_async(fd, j.vm, DRM_XE_VM_BIND_OP_MAP, bo, 0, JOB_ADDR, SZ_64K, 0,
				     &in[0]), 0);
	igt_assert_eq(job_exec(&j, commands, sizeof(commands), &in[1]), 0);
	lit_sleep_ms(50);
	igt_assert_eq_u64(job_bind_fence, 0);
	igt_assert_eq_u64(*j.fence, 0);
	igt_assert_eq_u32(*map, 0);
	lit_gate_open(&bound);
	job_bind_wait(fd);
	igt_assert_eq_u64(*j.fence, 0);
	lit_gate_open(&go);
	job_wait(&j);
	igt_assert_eq_u32(*map, JOB_DONE);
	job_free(&j);
	munmap((void *)map, SZ_64K);
	gem_close(fd, bo);
	syncobj_destroy(fd, line);
	lit_gate_free(fd, &go);
	lit_gate_free(fd, &bound);
}

igt_main
{
	static const struct {
		const char *name;
		uint32_t flags;
	} modes[] = { { "lr", DRM_XE_VM_CREATE_FLAG_LR_MODE }, { "fault", JOB_FAULTS } };
	struct drm_xe_engine_class_instance *hwe;
	int fd;

	igt_fixture
		fd = drm_open_driver(DRIVER_XE);

	for (unsigned int i = 0; i < ARRAY_SIZE(modes); i++) {
		igt_subtest_with_dynamic_f("%s-moves", modes[i].name)
			lit_each_gt(fd, hwe, moves(fd, hwe, modes[i].flags, false));
		igt_subtest_with_dynamic_f("%s-moves-own", modes[i].name)
			lit_each_gt(fd, hwe, moves(fd, hwe, modes[i].flags, true));
		igt_subtest_with_dynamic_f("%s-evicted", modes[i].name)
			lit_each_gt(fd, hwe, evicted(fd, hwe, modes[i].flags));
		igt_subtest_with_dynamic_f("%s-remap", modes[i].name)
			lit_each_gt(fd, hwe, remap(fd, hwe, modes[i].flags));
		igt_subtest_with_dynamic_f("%s-fenced-beside", modes[i].name)
			lit_each_gt(fd, hwe, fenced_beside(fd, hwe, modes[i].flags));
		igt_subtest_with_dynamic_f("%s-syncs", modes[i].name)
			lit_each_gt(fd, hwe, syncs(fd, hwe, modes[i].flags));
	}
	igt_subtest_with_dynamic("lr-asleep")
		lit_each_gt(fd, hwe, asleep(fd, hwe));
	igt_subtest_with_dynamic("lr-busy")
		lit_each_gt(fd, hwe, busy(fd, hwe));

	igt_fixture
		drm_close_driver(fd);
}
