/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_VM_FAULT_H_
#define _XE_VM_FAULT_H_

struct xe_device;
struct xe_gt;

/* xe_vm_faults_init() - faults are resolved from now on; a component */
int xe_vm_faults_init(struct xe_device *xe);
/* xe_vm_faults_forget() - the GT is being reset: nobody waits for answers any more */
void xe_vm_faults_forget(struct xe_gt *gt);

#endif
