// SPDX-License-Identifier: MIT
#include <sys/mman.h>
#include <time.h>

#include "igt.h"
#include "igt_syncobj.h"
#include "intel_pat.h"
#include "xe/xe_ioctl.h"
#include "xe/xe_query.h"

/* Room behind a batch that the command streamer may prefetch. */
#define CS_PREFETCH SZ_4K

static int call(int fd, unsigned long request, void *arg)
{
	return igt_ioctl(fd, request, arg) ? -errno : 0;
}

uint64_t xe_bb_size(int fd, uint64_t reqsize)
{
	return ALIGN(reqsize + CS_PREFETCH, (uint64_t)xe_get_default_alignment(fd));
}

uint32_t xe_vm_create(int fd, uint32_t flags, uint64_t ext)
{
	struct drm_xe_vm_create create = { .extensions = ext, .flags = flags };

	igt_assert_eq(call(fd, DRM_IOCTL_XE_VM_CREATE, &create), 0);
	return create.vm_id;
}

void xe_vm_destroy(int fd, uint32_t vm)
{
	struct drm_xe_vm_destroy destroy = { .vm_id = vm };

	igt_assert_eq(call(fd, DRM_IOCTL_XE_VM_DESTROY, &destroy), 0);
}

/* PAT index of write-back memory: 3 on PVC (Bspec 45101), 2 on Xe2 (Bspec 71582). */
uint8_t intel_get_pat_idx_wb(int fd)
{
	return xe_dev_id(fd) >> 8 == 0x0b ? 3 : 2;
}

/* Bspec 71582. */
uint8_t intel_get_pat_idx_uc_comp(int fd)
{
	igt_assert(xe_dev_id(fd) >> 8 != 0x0b);
	return 12;
}

int __xe_vm_bind(int fd, uint32_t vm, uint32_t exec_queue, uint32_t bo, uint64_t offset, uint64_t addr,
		 uint64_t size, uint32_t op, uint32_t flags, struct drm_xe_sync *sync, uint32_t num_syncs,
		 uint32_t region, uint8_t pat_index, uint64_t ext)
{
	struct drm_xe_vm_bind bind = {
		.extensions = ext,
		.vm_id = vm,
		.exec_queue_id = exec_queue,
		.num_binds = 1,
		.bind = {
			.obj = bo,
			.pat_index = pat_index == DEFAULT_PAT_INDEX ? intel_get_pat_idx_wb(fd) : pat_index,
			.obj_offset = offset, .range = size, .addr = addr, .op = op, .flags = flags,
			.prefetch_mem_region_instance = region,
		},
		.num_syncs = num_syncs,
		.syncs = to_user_pointer(sync),
	};

	return call(fd, DRM_IOCTL_XE_VM_BIND, &bind);
}

void xe_vm_bind_async_flags(int fd, uint32_t vm, uint32_t exec_queue, uint32_t bo, uint64_t offset,
			    uint64_t addr, uint64_t size, struct drm_xe_sync *sync, uint32_t num_syncs,
			    uint32_t flags)
{
	igt_assert_eq(__xe_vm_bind(fd, vm, exec_queue, bo, offset, addr, size, DRM_XE_VM_BIND_OP_MAP, flags,
				   sync, num_syncs, 0, DEFAULT_PAT_INDEX, 0), 0);
}

void xe_vm_bind_async(int fd, uint32_t vm, uint32_t exec_queue, uint32_t bo, uint64_t offset, uint64_t addr,
		      uint64_t size, struct drm_xe_sync *sync, uint32_t num_syncs)
{
	xe_vm_bind_async_flags(fd, vm, exec_queue, bo, offset, addr, size, sync, num_syncs, 0);
}

void xe_vm_unbind_async(int fd, uint32_t vm, uint32_t exec_queue, uint64_t offset, uint64_t addr,
			uint64_t size, struct drm_xe_sync *sync, uint32_t num_syncs)
{
	igt_assert_eq(__xe_vm_bind(fd, vm, exec_queue, 0, offset, addr, size, DRM_XE_VM_BIND_OP_UNMAP, 0,
				   sync, num_syncs, 0, DEFAULT_PAT_INDEX, 0), 0);
}

void xe_vm_unbind_all_async(int fd, uint32_t vm, uint32_t exec_queue, uint32_t bo, struct drm_xe_sync *sync,
			    uint32_t num_syncs)
{
	igt_assert_eq(__xe_vm_bind(fd, vm, exec_queue, bo, 0, 0, 0, DRM_XE_VM_BIND_OP_UNMAP_ALL, 0, sync,
				   num_syncs, 0, DEFAULT_PAT_INDEX, 0), 0);
}

static void bind_and_wait(int fd, uint32_t vm, uint32_t bo, uint64_t offset, uint64_t addr, uint64_t size,
			  uint32_t op)
{
	struct drm_xe_sync sync = {
		.type = DRM_XE_SYNC_TYPE_SYNCOBJ, .flags = DRM_XE_SYNC_FLAG_SIGNAL,
		.handle = syncobj_create(fd, 0),
	};

	igt_assert_eq(__xe_vm_bind(fd, vm, 0, bo, offset, addr, size, op, 0, &sync, 1, 0, DEFAULT_PAT_INDEX, 0), 0);
	igt_assert(syncobj_wait(fd, &sync.handle, 1, INT64_MAX, 0, NULL));
	syncobj_destroy(fd, sync.handle);
}

void xe_vm_bind_sync(int fd, uint32_t vm, uint32_t bo, uint64_t offset, uint64_t addr, uint64_t size)
{
	bind_and_wait(fd, vm, bo, offset, addr, size, DRM_XE_VM_BIND_OP_MAP);
}

void xe_vm_unbind_sync(int fd, uint32_t vm, uint64_t offset, uint64_t addr, uint64_t size)
{
	bind_and_wait(fd, vm, 0, offset, addr, size, DRM_XE_VM_BIND_OP_UNMAP);
}

void xe_vm_bind_array(int fd, uint32_t vm, uint32_t exec_queue, struct drm_xe_vm_bind_op *bind_ops,
		      uint32_t num_bind, struct drm_xe_sync *sync, uint32_t num_syncs)
{
	struct drm_xe_vm_bind bind = {
		.vm_id = vm, .exec_queue_id = exec_queue, .num_binds = num_bind,
		.vector_of_binds = to_user_pointer(bind_ops),
		.num_syncs = num_syncs, .syncs = to_user_pointer(sync),
	};

	igt_assert(num_bind > 1);
	igt_assert_eq(call(fd, DRM_IOCTL_XE_VM_BIND, &bind), 0);
}

uint16_t __xe_default_cpu_caching(int fd, uint32_t placement, uint32_t flags)
{
	if ((placement & ~system_memory(fd)) || (flags & DRM_XE_GEM_CREATE_FLAG_SCANOUT))
		return DRM_XE_GEM_CPU_CACHING_WC;
	return DRM_XE_GEM_CPU_CACHING_WB;
}

static uint32_t bo_create(int fd, uint32_t vm, uint64_t size, uint32_t placement, uint32_t flags,
			  uint16_t cpu_caching, void *ext, uint32_t *handle)
{
	struct drm_xe_gem_create create = {
		.extensions = to_user_pointer(ext), .vm_id = vm, .size = size, .placement = placement,
		.flags = flags, .cpu_caching = cpu_caching,
	};
	int err = call(fd, DRM_IOCTL_XE_GEM_CREATE, &create);

	*handle = create.handle;
	return err;
}

uint32_t __xe_bo_create(int fd, uint32_t vm, uint64_t size, uint32_t placement, uint32_t flags, void *ext,
			uint32_t *handle)
{
	return bo_create(fd, vm, size, placement, flags, __xe_default_cpu_caching(fd, placement, flags), ext,
			 handle);
}

uint32_t __xe_bo_create_caching(int fd, uint32_t vm, uint64_t size, uint32_t placement, uint32_t flags,
				uint16_t cpu_caching, uint32_t *handle)
{
	return bo_create(fd, vm, size, placement, flags, cpu_caching, NULL, handle);
}

uint32_t xe_bo_create(int fd, uint32_t vm, uint64_t size, uint32_t placement, uint32_t flags)
{
	uint32_t handle;

	igt_assert_eq(__xe_bo_create(fd, vm, size, placement, flags, NULL, &handle), 0);
	return handle;
}

uint32_t xe_bo_create_caching(int fd, uint32_t vm, uint64_t size, uint32_t placement, uint32_t flags,
			      uint16_t cpu_caching)
{
	uint32_t handle;

	igt_assert_eq(__xe_bo_create_caching(fd, vm, size, placement, flags, cpu_caching, &handle), 0);
	return handle;
}

uint64_t xe_bo_mmap_offset(int fd, uint32_t bo)
{
	struct drm_xe_gem_mmap_offset mmo = { .handle = bo };

	igt_assert_eq(call(fd, DRM_IOCTL_XE_GEM_MMAP_OFFSET, &mmo), 0);
	return mmo.offset;
}

void *xe_bo_map(int fd, uint32_t bo, size_t size)
{
	void *map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, xe_bo_mmap_offset(fd, bo));

	igt_assert(map != MAP_FAILED);
	return map;
}

int __xe_exec_queue_create(int fd, uint32_t vm, uint16_t width, uint16_t num_placements,
			   struct drm_xe_engine_class_instance *instance, uint64_t ext, uint32_t *exec_queue_id)
{
	struct drm_xe_exec_queue_create create = {
		.extensions = ext, .vm_id = vm, .width = width, .num_placements = num_placements,
		.instances = to_user_pointer(instance),
	};
	int err = call(fd, DRM_IOCTL_XE_EXEC_QUEUE_CREATE, &create);

	if (!err)
		*exec_queue_id = create.exec_queue_id;
	return err;
}

uint32_t xe_exec_queue_create(int fd, uint32_t vm, struct drm_xe_engine_class_instance *instance, uint64_t ext)
{
	uint32_t id;

	igt_assert_eq(__xe_exec_queue_create(fd, vm, 1, 1, instance, ext, &id), 0);
	return id;
}

uint32_t xe_bind_exec_queue_create(int fd, uint32_t vm, uint64_t ext)
{
	struct drm_xe_engine_class_instance instance = { .engine_class = DRM_XE_ENGINE_CLASS_VM_BIND };

	return xe_exec_queue_create(fd, vm, &instance, ext);
}

void xe_exec_queue_destroy(int fd, uint32_t exec_queue)
{
	struct drm_xe_exec_queue_destroy destroy = { .exec_queue_id = exec_queue };

	igt_assert_eq(call(fd, DRM_IOCTL_XE_EXEC_QUEUE_DESTROY, &destroy), 0);
}

int __xe_exec(int fd, struct drm_xe_exec *exec)
{
	return call(fd, DRM_IOCTL_XE_EXEC, exec);
}

void xe_exec(int fd, struct drm_xe_exec *exec)
{
	igt_assert_eq(__xe_exec(fd, exec), 0);
}

void xe_exec_sync(int fd, uint32_t exec_queue, uint64_t addr, struct drm_xe_sync *sync, uint32_t num_syncs)
{
	struct drm_xe_exec exec = {
		.exec_queue_id = exec_queue, .syncs = to_user_pointer(sync), .num_syncs = num_syncs,
		.address = addr, .num_batch_buffer = 1,
	};

	xe_exec(fd, &exec);
}

void xe_exec_wait(int fd, uint32_t exec_queue, uint64_t addr)
{
	struct drm_xe_sync sync = {
		.type = DRM_XE_SYNC_TYPE_SYNCOBJ, .flags = DRM_XE_SYNC_FLAG_SIGNAL,
		.handle = syncobj_create(fd, 0),
	};

	xe_exec_sync(fd, exec_queue, addr, &sync, 1);
	igt_assert(syncobj_wait(fd, &sync.handle, 1, INT64_MAX, 0, NULL));
	syncobj_destroy(fd, sync.handle);
}

int __xe_wait_ufence(int fd, uint64_t *addr, uint64_t value, uint32_t exec_queue, int64_t *timeout)
{
	struct drm_xe_wait_user_fence wait = {
		.addr = to_user_pointer(addr), .op = DRM_XE_UFENCE_WAIT_OP_EQ, .value = value,
		.mask = DRM_XE_UFENCE_WAIT_MASK_U64, .timeout = *timeout, .exec_queue_id = exec_queue,
	};
	int err = call(fd, DRM_IOCTL_XE_WAIT_USER_FENCE, &wait);

	*timeout = wait.timeout;
	return err;
}

int64_t xe_wait_ufence(int fd, uint64_t *addr, uint64_t value, uint32_t exec_queue, int64_t timeout)
{
	igt_assert_eq(__xe_wait_ufence(fd, addr, value, exec_queue, &timeout), 0);
	return timeout;
}
