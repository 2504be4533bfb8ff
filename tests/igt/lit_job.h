/* SPDX-License-Identifier: MIT */
/*
 * A long-running job: an endless batch writes its engine's clock to memory. As long as the CPU
 * sees it tick the job runs, and runs on the right memory.
 */
#ifndef LIT_JOB_H
#define LIT_JOB_H

#include "xe_lit.h"

#define JOB_ADDR 0x100000000ull
#define JOB_BATCH 0x200000000ull
#define JOB_DONE 0xd09eull
#define JOB_FAULTS (DRM_XE_VM_CREATE_FLAG_LR_MODE | DRM_XE_VM_CREATE_FLAG_FAULT_MODE)

struct job {
	int fd;
	uint32_t vm, queue;
	uint32_t *batch, bo;
	volatile uint64_t *fence;
};

static uint64_t job_bind_fence __attribute__((aligned(8)));

/**
 * job_bind_async() - with a user fence, and the sync @other or NULL; 0 or -errno
 *
 * With @other it is immediate: stock takes no in-fence of a bind that has nothing to do yet.
 */
static inline int job_bind_async(int fd, uint32_t vm, uint32_t op, uint32_t bo, uint64_t from,
				 uint64_t addr, size_t size, uint32_t region,
				 struct drm_xe_sync *other)
{
	struct drm_xe_sync sync[] = { {
		.type = DRM_XE_SYNC_TYPE_USER_FENCE, .flags = DRM_XE_SYNC_FLAG_SIGNAL,
		.addr = to_user_pointer(&job_bind_fence), .timeline_value = JOB_DONE,
	}, other ? *other : (struct drm_xe_sync){} };

	job_bind_fence = 0;
	return __xe_vm_bind(fd, vm, 0, bo, from, addr, size, op,
			    other ? DRM_XE_VM_BIND_FLAG_IMMEDIATE : 0, sync, other ? 2 : 1, region,
			    DEFAULT_PAT_INDEX, 0);
}

static inline void job_bind_wait(int fd)
{
	int64_t limit = LIT_SECONDS * (int64_t)NSEC_PER_SEC;

	igt_assert_eq(__xe_wait_ufence(fd, &job_bind_fence, JOB_DONE, 0, &limit), 0);
}

/** job_bind() - a bind that is done on return */
static inline void job_bind(int fd, uint32_t vm, uint32_t op, uint32_t bo, uint64_t from,
			    uint64_t addr, size_t size, uint32_t region)
{
	igt_assert_eq(job_bind_async(fd, vm, op, bo, from, addr, size, region, NULL), 0);
	job_bind_wait(fd);
}

/**
 * job_map() - @bo at @addr; with @flags of a VM that takes page faults it need not be there yet
 *
 * There, with a fence, stock oopses on two tiles.
 */
static inline void job_map(int fd, uint32_t vm, uint32_t flags, uint32_t bo, uint64_t addr,
			   size_t size)
{
	if (flags & DRM_XE_VM_CREATE_FLAG_FAULT_MODE)
		igt_assert_eq(__xe_vm_bind(fd, vm, 0, bo, 0, addr, size, DRM_XE_VM_BIND_OP_MAP, 0,
					   NULL, 0, 0, DEFAULT_PAT_INDEX, 0), 0);
	else
		job_bind(fd, vm, DRM_XE_VM_BIND_OP_MAP, bo, 0, addr, size, 0);
}

/** job_new() - its batch and fence are in memory that stays; what it writes is at JOB_ADDR */
static inline struct job job_new(int fd, uint32_t flags, struct drm_xe_engine_class_instance *hwe)
{
	struct drm_xe_vm_create create = { .flags = flags };
	struct job j = { .fd = fd };
	int err = igt_ioctl(fd, DRM_IOCTL_XE_VM_CREATE, &create) ? errno : 0;

	igt_require_f(!err, "no such address spaces: %s\n", strerror(err));
	j.vm = create.vm_id;
	j.bo = xe_bo_create(fd, 0, SZ_64K, system_memory(fd), 0);
	j.batch = xe_bo_map(fd, j.bo, SZ_64K);
	j.fence = (uint64_t *)((char *)j.batch + SZ_4K);
	job_map(fd, j.vm, flags, j.bo, JOB_BATCH, SZ_64K);
	j.queue = xe_exec_queue_create(fd, j.vm, hwe, 0);
	return j;
}

/** job_flag() - 1 while the job shall run */
static inline volatile uint32_t *job_flag(struct job *j)
{
	return j->batch + SZ_4K * 2 / 4;
}

/** job_exec() - run @commands of @size bytes, with a user fence and the sync @other or NULL */
static inline int job_exec(struct job *j, const uint32_t *commands, size_t size,
			   struct drm_xe_sync *other)
{
	struct drm_xe_sync sync[] = { {
		.type = DRM_XE_SYNC_TYPE_USER_FENCE, .flags = DRM_XE_SYNC_FLAG_SIGNAL,
		.addr = JOB_BATCH + SZ_4K, .timeline_value = JOB_DONE,
	}, other ? *other : (struct drm_xe_sync){} };
	struct drm_xe_exec exec = {
		.exec_queue_id = j->queue, .num_batch_buffer = 1, .address = JOB_BATCH,
		.syncs = to_user_pointer(sync), .num_syncs = other ? 2 : 1,
	};

	memcpy(j->batch, commands, size);
	*job_flag(j) = 1;
	*j->fence = 0;
	return __xe_exec(j->fd, &exec);
}

static inline void job_start(struct job *j)
{
	const uint64_t flag = JOB_BATCH + 2 * SZ_4K;
	const uint32_t commands[] = {
		CS_SRM, REG_TIMESTAMP, (uint32_t)JOB_ADDR, JOB_ADDR >> 32,
		CS_COND_END_UNLESS_GT, 0, (uint32_t)flag, flag >> 32,
		CS_ARB_CHECK,
		CS_BATCH_START, (uint32_t)JOB_BATCH, JOB_BATCH >> 32,
	};

	igt_assert_eq(job_exec(j, commands, sizeof(commands), NULL), 0);
}

/** job_ticks() - it writes to @p, and goes on doing so */
static inline void job_ticks(struct job *j, volatile uint32_t *p)
{
	int64_t end = lit_deadline(LIT_SECONDS);

	for (unsigned int i = 0; i < 3; i++) {
		uint32_t before = *p;

		while (*p == before && lit_deadline(0) < end)
			lit_sleep_ms(1);
		igt_assert_f(*p != before, "the job does not run\n");
	}
	igt_assert_eq_u64(*j->fence, 0);
}

static inline void job_wait(struct job *j)
{
	int64_t limit = LIT_SECONDS * (int64_t)NSEC_PER_SEC;

	igt_assert_eq(__xe_wait_ufence(j->fd, (uint64_t *)j->fence, JOB_DONE, j->queue, &limit), 0);
}

static inline void job_end(struct job *j)
{
	*job_flag(j) = 0;
	job_wait(j);
}

static inline void job_free(struct job *j)
{
	xe_exec_queue_destroy(j->fd, j->queue);
	xe_vm_destroy(j->fd, j->vm);
	munmap(j->batch, SZ_64K);
	gem_close(j->fd, j->bo);
}

#endif
