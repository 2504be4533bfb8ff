/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_USERPTR_H_
#define _XE_USERPTR_H_

#include <linux/types.h>

struct xe_userptr;
struct xe_vm;
struct xe_vma;

/* xe_userptr_create() - the pages behind @vma now; ERR_PTR. Context: takes the mmap lock */
struct xe_userptr *xe_userptr_create(struct xe_vm *vm, const struct xe_vma *vma, bool may_miss);
struct xe_userptr *xe_userptr_get(struct xe_userptr *u);
/* xe_userptr_put() - the last one lets go of the pages. Context: may sleep; NULL is fine */
void xe_userptr_put(struct xe_userptr *u);
/* xe_userptr_stale() - the process has other pages there by now; for good */
bool xe_userptr_stale(const struct xe_userptr *u);
/* xe_userptr_missing() - the memory was not all there: no addresses */
bool xe_userptr_missing(const struct xe_userptr *u);
/* xe_userptr_take_stale() - the next snapshot to look after, with a reference; NULL: none */
struct xe_userptr *xe_userptr_take_stale(struct xe_vm *vm);
/* xe_userptr_put_back() - undo that: it is still to be looked after */
void xe_userptr_put_back(struct xe_userptr *u);
/* xe_userptr_span() - where in the address space it was bound */
void xe_userptr_span(const struct xe_userptr *u, u64 *start, u64 *end);
/* xe_userptr_addr() - DMA address of user address @addr */
u64 xe_userptr_addr(const struct xe_userptr *u, u64 addr, u64 *contig);

#endif
