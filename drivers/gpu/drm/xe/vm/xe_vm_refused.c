// SPDX-License-Identifier: GPL-2.0
/*
 * Page faults that were refused, for userspace to ask what its address space was used for.
 * Not only where faults are taken: what the hardware reports of others is refused as well.
 */
#include "vm/xe_vm_refused.h"

#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "vm/xe_vm_types.h"

/**
 * xe_vm_refused_add() - remember a fault
 * @vm: address space
 * @fault: what was refused
 *
 * One that there is no room for is forgotten: the first ones say more than those that follow.
 *
 * Context: sleeps.
 */
void xe_vm_refused_add(struct xe_vm *vm, const struct xe_vm_refused *fault)
{
	guard(mutex)(&vm->refused_lock);
	/* Most address spaces never have any. */
	if (!vm->refused)
		vm->refused = kzalloc_objs(*vm->refused, XE_VM_MAX_REFUSED);
	if (vm->refused && vm->n_refused < XE_VM_MAX_REFUSED)
		vm->refused[vm->n_refused++] = *fault;
}

/**
 * xe_vm_refused_get() - what was remembered
 * @vm: address space
 * @out: set to the first ones, oldest first; NULL when @n is 0
 * @n: room in @out
 *
 * Return: how many there are; fewer than @n leave the rest of @out as it was.
 *
 * Context: sleeps.
 */
unsigned int xe_vm_refused_get(struct xe_vm *vm, struct xe_vm_refused *out, unsigned int n)
{
	guard(mutex)(&vm->refused_lock);
	n = min(n, vm->n_refused);
	if (n)
		memcpy(out, vm->refused, n * sizeof(*out));
	return vm->n_refused;
}
