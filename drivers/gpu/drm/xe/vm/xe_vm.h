/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_VM_H_
#define _XE_VM_H_

#include "core/xe_addr_space.h"

struct drm_exec;
struct drm_file;
struct drm_gpuvm;
struct drm_printer;
struct ttm_operation_ctx;
struct xe_exec_queue;
struct xe_vm;

/* enum xe_vm_flags - from the uAPI */
enum xe_vm_flags {
	XE_VM_SCRATCH = BIT(0),
	XE_VM_LR = BIT(1),
	XE_VM_FAULT = BIT(2),
	XE_VM_KERNEL = BIT(3),
	XE_VM_NO_OVERCOMMIT = BIT(4),
};

/* xe_vms_init() - what all address spaces share, and the BO notifier; a component */
int xe_vms_init(struct xe_device *xe);
/* xe_vm_create() - with one reference, or ERR_PTR; xe_vm_close() comes before the last put */
struct xe_vm *xe_vm_create(struct xe_device *xe, u32 flags);
struct xe_vm *xe_vm_get(struct xe_vm *vm);
void xe_vm_put(struct xe_vm *vm);
/* xe_vm_close() - by its file: wait for its jobs, unmap all, no more binds: -ENOENT afterwards */
void xe_vm_close(struct xe_vm *vm);
/* xe_vm_as() - to give to queues */
struct xe_addr_space *xe_vm_as(struct xe_vm *vm);
struct xe_vm *as_to_xe_vm(struct xe_addr_space *as);
u32 xe_vm_flags(const struct xe_vm *vm);
struct drm_gpuvm *xe_vm_gpuvm(struct xe_vm *vm);
/* xe_vm_begin_bind() - take the VM's lock for write; -EINTR, -ENOENT when closed */
int xe_vm_begin_bind(struct xe_vm *vm);
void xe_vm_end_bind(struct xe_vm *vm);
/* xe_vm_begin_exec() - keep binds away until xe_vm_end_exec(); -EINTR, -ECANCELED when closed */
int xe_vm_begin_exec(struct xe_vm *vm);
void xe_vm_end_exec(struct xe_vm *vm);
/*
 * xe_vm_add_queue() - @q runs in it; nothing to do but in long-running VMs without faults. 0,
 * -ENOMEM, -ENOENT. xe_vm_remove_queue() before it goes; then it is no longer resumed
 */
int xe_vm_add_queue(struct xe_vm *vm, struct xe_exec_queue *q);
void xe_vm_remove_queue(struct xe_vm *vm, struct xe_exec_queue *q);
/* xe_vm_has_lr_queues() - some were added: the VM must not be closed */
bool xe_vm_has_lr_queues(struct xe_vm *vm);
/* xe_vm_repin() - user memory that changed; before reservations. Context: as xe_vm_validate() */
int xe_vm_repin(struct xe_vm *vm);
/*
 * xe_vm_seal() - user memory stays until xe_vm_unseal(): the job is armed and published between
 * them. -EAGAIN: begin again at xe_vm_repin(). Context: the VM's reservation held; nothing is
 * allocated in between
 */
int xe_vm_seal(struct xe_vm *vm);
void xe_vm_unseal(struct xe_vm *vm);
/*
 * xe_vm_validate() - bring evicted BOs back and bind them again
 *
 * Context: @exec holds the VM's reservation and those of its external BOs, taken by
 * drm_gpuvm_prepare_vm() and drm_gpuvm_prepare_objects(); room for fences is not needed.
 * Leaves room for one more in each.
 */
int xe_vm_validate(struct xe_vm *vm, struct drm_exec *exec);
/* xe_vm_bind_kernel() - map a pinned BO into a kernel VM at @addr, synchronously */
int xe_vm_bind_kernel(struct xe_vm *vm, struct xe_bo *bo, u64 addr);

#endif
