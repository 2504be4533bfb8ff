/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_MIGRATE_VM_H_
#define _XE_MIGRATE_VM_H_

#include <linux/sizes.h>

#include "core/xe_addr_space.h"

struct xe_migrate_vm;

/* Bytes each of the two windows onto system memory holds. */
#define XE_MIGRATE_WINDOW	SZ_8M

struct xe_migrate_vm *xe_migrate_vm_create(struct xe_tile *tile);
void xe_migrate_vm_put(struct xe_migrate_vm *vm);
struct xe_addr_space *xe_migrate_vm_as(struct xe_migrate_vm *vm);
u64 xe_migrate_vm_vram(const struct xe_migrate_vm *vm, bool compressed);
u64 xe_migrate_vm_window(const struct xe_migrate_vm *vm, unsigned int side);
u64 xe_migrate_vm_window_ptes(const struct xe_migrate_vm *vm, unsigned int side);

#endif
