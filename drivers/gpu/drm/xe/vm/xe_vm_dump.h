/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_VM_DUMP_H_
#define _XE_VM_DUMP_H_

struct drm_printer;
struct xe_vm;
struct xe_vm_dump;

/*
 * xe_vm_dump_capture() - hold what is mapped to be dumped; ERR_PTR(-ENODEV): nothing is,
 * ERR_PTR(-ENOMEM). Context: any but interrupts; fence signalling
 */
struct xe_vm_dump *xe_vm_dump_capture(struct xe_vm *vm);
/* xe_vm_dump_print() - with what is there by now. Context: process, device awake */
void xe_vm_dump_print(const struct xe_vm_dump *dump, struct drm_printer *p);
/* xe_vm_dump_free() - NULL and errors are fine. Context: sleeps */
void xe_vm_dump_free(struct xe_vm_dump *dump);

#endif
