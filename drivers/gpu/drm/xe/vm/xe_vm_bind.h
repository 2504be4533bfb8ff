/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_VM_BIND_H_
#define _XE_VM_BIND_H_

#include <linux/list.h>
#include <linux/types.h>

struct dma_fence;
struct drm_exec;
struct drm_sched_job;
struct xe_bind_queue;
struct xe_bo;
struct xe_vm;
struct xe_vma;

/*
 * XE_BIND_FAIL - in &xe_bind_req.flags: the bind fails with -ENOSPC, each time at another part of
 * it, for tests. 0 where the kernel is not made for that
 */
#define XE_BIND_FAIL	(IS_ENABLED(CONFIG_DRM_XE_DEBUG) ? BIT(31) : 0)

/**
 * struct xe_bind_req - one operation, checked and looked up
 * @op: DRM_XE_VM_BIND_OP_*
 * @flags: DRM_XE_VM_BIND_FLAG_*, XE_BIND_FAIL
 * @bo: what is mapped, or NULL; borrowed
 * @offset: in @bo; or the address of user memory
 * @addr: first byte of address space
 * @range: bytes
 * @region: memory region to prefetch to
 * @pat_index: caching
 */
struct xe_bind_req {
	u32 op, flags;
	struct xe_bo *bo;
	u64 offset, addr, range;
	u32 region;
	u8 pat_index;
};

/**
 * struct xe_bind_syncs - what a bind waits for and whom it tells; filled in by uapi/
 * @add_deps: in-fences become dependencies; 0 or -errno
 * @publish: @done is the bind. Cannot fail. Context: the address space's reservation held
 * @data: for both
 * @user_fence: @publish will write a user fence
 */
struct xe_bind_syncs {
	int (*add_deps)(void *data, struct drm_sched_job *job);
	void (*publish)(void *data, struct dma_fence *done);
	void *data;
	bool user_fence;
};

/*
 * xe_vm_bind() - all of @reqs, or nothing
 * @q: NULL: the address space's own
 *
 * Returns 0, -ENODATA when there is nothing to do (@syncs were not looked at), or -errno.
 * Context: between xe_vm_begin_bind() and xe_vm_end_bind().
 */
int xe_vm_bind(struct xe_vm *vm, struct xe_bind_queue *q, const struct xe_bind_req *reqs,
	       unsigned int n, const struct xe_bind_syncs *syncs);

struct dma_fence *xe_vm_bind_last(struct xe_vm *vm, struct xe_bind_queue *q);

/* xe_vm_bind_fault() - for vm/ only. Context: &xe_vm.lock held, no reservation */
int xe_vm_bind_fault(struct xe_vm *vm, struct xe_vma *vma, u32 region);

/* xe_vm_rebind() - stage and push &xe_vm.rebind. For vm/ only. Context: reservations held */
int xe_vm_rebind(struct xe_vm *vm, struct drm_exec *exec);

#endif
