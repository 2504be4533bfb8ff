/* SPDX-License-Identifier: MIT */
/*
 * What tests of shared virtual memory share: a fault mode VM that mirrors the process, and
 * one command at a time on it, from a batch in ordinary memory, waited for a bounded time.
 */
#ifndef XE_LIT_SVM_H
#define XE_LIT_SVM_H

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "xe_lit.h"

#define SVM_DONE 0xfe11ce00dull
#define SVM_SIZE SZ_2M
#define SVM_SECONDS 5 /* nothing that a test does keeps an engine longer */

/**
 * struct svm - a VM whose addresses are the process's
 * @batch: a window of 64 KiB of its own: commands, and the fence at the end of its first page
 */
struct svm {
	int fd;
	uint32_t vm;
	char *batch;
};

/** svm_open() - 0, or why the driver has no shared virtual memory */
static inline int svm_open(struct svm *s, int fd)
{
	struct drm_xe_vm_create create = {
		.flags = DRM_XE_VM_CREATE_FLAG_LR_MODE | DRM_XE_VM_CREATE_FLAG_FAULT_MODE,
	};
	char *whole;

	*s = (struct svm){ .fd = fd };
	if (igt_ioctl(fd, DRM_IOCTL_XE_VM_CREATE, &create))
		return -errno;
	s->vm = create.vm_id;
	whole = mmap(NULL, 2 * SVM_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	igt_assert(whole != MAP_FAILED);
	s->batch = (char *)ALIGN((uintptr_t)whole, SVM_SIZE);
	munmap(whole, s->batch - whole);
	munmap(s->batch + SZ_64K, whole + 2 * SVM_SIZE - (s->batch + SZ_64K));
	/* Without a sync: with one, stock oopses on two tiles */
	return __xe_vm_bind(fd, s->vm, 0, 0, 0, 0, 1ull << xe_va_bits(fd), DRM_XE_VM_BIND_OP_MAP,
			    DRM_XE_VM_BIND_FLAG_CPU_ADDR_MIRROR, NULL, 0, 0, DEFAULT_PAT_INDEX, 0);
}

/** svm_require() - svm_open(), or skip */
static inline void svm_require(struct svm *s, int fd)
{
	int err = svm_open(s, fd);

	igt_require_f(!err, "the driver has no shared virtual memory: %s\n", strerror(-err));
}

static inline void svm_close(struct svm *s)
{
	xe_vm_destroy(s->fd, s->vm);
	munmap(s->batch, SZ_64K);
}

/**
 * svm_run() - @n dwords of commands on @hwe, a new queue each time
 *
 * Return: 0; -ETIME when the fence did not come within SVM_SECONDS; -EIO or another error
 * when the queue was killed.
 */
static inline int svm_run(struct svm *s, struct drm_xe_engine_class_instance *hwe,
			  const uint32_t *commands, size_t n)
{
	volatile uint64_t *fence = (uint64_t *)(s->batch + SZ_4K) - 1;
	struct drm_xe_sync sync = {
		.type = DRM_XE_SYNC_TYPE_USER_FENCE, .flags = DRM_XE_SYNC_FLAG_SIGNAL,
		.addr = to_user_pointer(fence), .timeline_value = SVM_DONE,
	};
	struct drm_xe_exec exec = {
		.num_syncs = 1, .syncs = to_user_pointer(&sync), .num_batch_buffer = 1,
		.address = to_user_pointer(s->batch),
	};
	int64_t limit = SVM_SECONDS * (int64_t)NSEC_PER_SEC;
	int err;

	memcpy(s->batch, commands, 4 * n);
	((uint32_t *)s->batch)[n] = CS_BATCH_END;
	*fence = 0;
	exec.exec_queue_id = xe_exec_queue_create(s->fd, s->vm, hwe, 0);
	err = igt_ioctl(s->fd, DRM_IOCTL_XE_EXEC, &exec) ? -errno : 0;
	if (!err)
		err = __xe_wait_ufence(s->fd, (uint64_t *)fence, SVM_DONE, exec.exec_queue_id, &limit);
	xe_exec_queue_destroy(s->fd, exec.exec_queue_id);
	return err;
}

/** svm_store() - the GPU writes @value at @to; returns as svm_run() */
static inline int svm_store(struct svm *s, struct drm_xe_engine_class_instance *hwe, void *to,
			    uint32_t value)
{
	uintptr_t a = (uintptr_t)to;

	return svm_run(s, hwe, (uint32_t[]){ CS_STORE_DW(1), a, a >> 32, value }, 4);
}

/** svm_load() - the GPU reads @from into @value; returns as svm_run() */
static inline int svm_load(struct svm *s, struct drm_xe_engine_class_instance *hwe, const void *from,
			   uint32_t *value)
{
	volatile uint32_t *out = (uint32_t *)(s->batch + SZ_4K) - 4;
	uintptr_t a = (uintptr_t)from, b = (uintptr_t)out;
	int err;

	err = svm_run(s, hwe, (uint32_t[]){ CS_COPY_MEM_MEM, b, b >> 32, a, a >> 32 }, 5);
	*value = *out;
	return err;
}

/** svm_atomic_inc() - the GPU adds 1 to the dword at @to; returns as svm_run() */
static inline int svm_atomic_inc(struct svm *s, struct drm_xe_engine_class_instance *hwe, void *to)
{
	uintptr_t a = (uintptr_t)to;

	return svm_run(s, hwe, (uint32_t[]){ CS_ATOMIC_INC, a, a >> 32 }, 3);
}

/** svm_prefetch() - VM_BIND PREFETCH to memory region @region; 0 or a negative errno */
static inline int svm_prefetch(struct svm *s, void *at, size_t size, uint32_t region)
{
	return __xe_vm_bind(s->fd, s->vm, 0, 0, 0, to_user_pointer(at), size,
			    DRM_XE_VM_BIND_OP_PREFETCH, 0, NULL, 0, region, 0, 0);
}

/** svm_prefer() - MADVISE: the VRAM @instance of the device @fd is preferred; 0 or a negative errno */
static inline int svm_prefer(struct svm *s, void *at, size_t size, int fd, uint16_t instance)
{
	struct drm_xe_madvise advice = {
		.vm_id = s->vm, .start = to_user_pointer(at), .range = size,
		.type = DRM_XE_MEM_RANGE_ATTR_PREFERRED_LOC,
		.preferred_mem_loc = {
			.devmem_fd = fd, .region_instance = instance,
			.migration_policy = DRM_XE_MIGRATE_ALL_PAGES,
		},
	};

	return igt_ioctl(s->fd, DRM_IOCTL_XE_MADVISE, &advice) ? -errno : 0;
}

/** svm_memory() - @size of anonymous memory at a multiple of it; unmap 2 * @size at @whole */
static inline char *svm_memory(char **whole, size_t size)
{
	*whole = mmap(NULL, 2 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	igt_assert(*whole != MAP_FAILED);
	return (char *)ALIGN((uintptr_t)*whole, size);
}

/* The bits of an entry of /proc/self/pagemap that anybody may see */
#define SVM_PRESENT (1ull << 63)
#define SVM_SWAPPED (1ull << 62) /* device memory as well: it is not the CPU's to read */

/** svm_in_vram() - how many pages of [@p, @p + @size) a device has; nothing is swapped out */
static inline unsigned int svm_in_vram(const void *p, size_t size)
{
	int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	unsigned int count = 0;
	uint64_t entry;

	igt_assert_fd(pagemap);
	for (size_t i = 0; i < size / SZ_4K; i++) {
		igt_assert_eq(pread(pagemap, &entry, 8, ((uintptr_t)p / SZ_4K + i) * 8), 8);
		count += (entry & (SVM_PRESENT | SVM_SWAPPED)) == SVM_SWAPPED;
	}
	close(pagemap);
	return count;
}

#endif
