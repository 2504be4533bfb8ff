/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_VM_LR_H_
#define _XE_VM_LR_H_

#include <linux/types.h>

struct dma_resv;
struct xe_addr_space;
struct xe_vm;

/* Long-running address spaces without page faults; for vm/ only. See also vm/xe_vm.h */

/* xe_vm_is_preemptible() - is @vm one */
bool xe_vm_is_preemptible(const struct xe_vm *vm);
void xe_vm_lr_init(struct xe_vm *vm);
/* xe_vm_lr_preempted() - &xe_addr_space_ops.preempted */
void xe_vm_lr_preempted(struct xe_addr_space *as);
/* xe_vm_lr_fences() - slots for xe_vm_lr_add_fences(). Context of both: locked for write */
unsigned int xe_vm_lr_fences(struct xe_vm *vm);
void xe_vm_lr_add_fences(struct xe_vm *vm, struct dma_resv *resv);

#endif
