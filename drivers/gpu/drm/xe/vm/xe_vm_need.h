/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_VM_NEED_H_
#define _XE_VM_NEED_H_

#include <linux/types.h>

struct xe_vm;

int xe_vm_set_needed(struct xe_vm *vm, u64 start, u64 end, bool needed, bool *kept);

#endif
