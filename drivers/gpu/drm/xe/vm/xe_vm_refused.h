/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_VM_REFUSED_H_
#define _XE_VM_REFUSED_H_

#include <linux/types.h>

struct xe_vm;

/* Per address space: who looks at the first few knows what is wrong. */
#define XE_VM_MAX_REFUSED	50

/**
 * struct xe_vm_refused - a page fault that was refused
 * @addr: first byte of the page, without the sign
 * @access: GUC_ACCESS_* (abi/guc_fault.h)
 * @type: GUC_FAULT_* (abi/guc_fault.h)
 * @level: of the page table where it ended; 0: of pages
 */
struct xe_vm_refused {
	u64 addr;
	u8 access, type, level;
};

/* xe_vm_refused_add() - remember one, if there is room. Context: sleeps */
void xe_vm_refused_add(struct xe_vm *vm, const struct xe_vm_refused *fault);
/* xe_vm_refused_get() - the first @n, oldest first; how many there are. Context: sleeps */
unsigned int xe_vm_refused_get(struct xe_vm *vm, struct xe_vm_refused *out, unsigned int n);

#endif
