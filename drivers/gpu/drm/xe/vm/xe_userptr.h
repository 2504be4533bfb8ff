/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_USERPTR_H_
#define _XE_USERPTR_H_

#include <linux/types.h>

struct xe_device;
struct xe_userptr;

/* xe_userptr_create() - user memory [@addr, @addr + @size) of this process; ERR_PTR */
struct xe_userptr *xe_userptr_create(struct xe_device *xe, u64 addr, u64 size, bool read_only);
struct xe_userptr *xe_userptr_get(struct xe_userptr *u);
/* xe_userptr_put() - Context: may sleep; NULL is fine */
void xe_userptr_put(struct xe_userptr *u);
/* xe_userptr_addr() - DMA address of user address @addr; @contig: bytes from there */
u64 xe_userptr_addr(const struct xe_userptr *u, u64 addr, u64 *contig);

#endif
