/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_VMA_H_
#define _XE_VMA_H_

#include <linux/bits.h>
#include <linux/list.h>

#include <drm/drm_gpuvm.h>

#include "vm/xe_pt_stage.h"

struct dma_fence;
struct mm_struct;
struct xe_bo;
struct xe_userptr;
struct xe_vm;

/* enum xe_vma_flags - what VM_BIND said */
enum xe_vma_flags {
	XE_VMA_READ_ONLY = BIT(0),
	XE_VMA_NULL = BIT(1),
	XE_VMA_DUMPABLE = BIT(2),
	XE_VMA_USERPTR = BIT(3),
	XE_VMA_UNNEEDED = BIT(4),	/* said later; under the BO's reservation */
};

/**
 * struct xe_vma - one mapping
 * @base: range, and offset in @bo
 * @bo: memory behind it, with a reference; NULL for null and user memory
 * @userptr: snapshot of user memory behind it, shared by the pieces of a split; NULL: none was
 *	taken yet, or the process is gone
 * @mm: process whose memory it is, without keeping that alive; or NULL
 * @link: in &xe_vm.rebind; or in the list of a bind that is done with it
 * @user_fence: of the last bind that has a user fence: until it signals userspace may not
 *	unmap; or NULL
 * @flags: &enum xe_vma_flags
 * @pat_index: caching
 * @followed: user memory whose bind is published: a new snapshot of it is bound
 *
 * Locking: &xe_vm.lock for write makes and ends mappings, and changes @followed; @link and
 * @userptr are under the address space's reservation.
 */
struct xe_vma {
	struct drm_gpuva base;
	struct xe_bo *bo;
	struct xe_userptr *userptr;
	struct mm_struct *mm;
	struct list_head link;
	struct dma_fence *user_fence;
	u32 flags;
	u8 pat_index;
	bool followed;
};

static inline struct xe_vma *gpuva_to_xe_vma(struct drm_gpuva *va)
{
	return container_of(va, struct xe_vma, base);
}

/**
 * struct xe_vma_source - a mapping's memory, as staging wants it
 * @base: base
 * @vma: mapping
 */
struct xe_vma_source {
	struct xe_pt_source base;
	const struct xe_vma *vma;
};

/* xe_vma_create() - not linked to its BO yet; of the current process; ERR_PTR(-ENOMEM) */
struct xe_vma *xe_vma_create(struct xe_bo *bo, u32 flags, u8 pat_index);
/* xe_vma_create_piece() - a part of @old, after a split */
struct xe_vma *xe_vma_create_piece(const struct xe_vma *old);
/* xe_vma_free() - unlinked. Context: no reservation held; NULL is fine */
void xe_vma_free(struct xe_vma *vma);
/* xe_vma_is_userptr() - it shows user memory, whether or not that is there */
static inline bool xe_vma_is_userptr(const struct xe_vma *vma)
{
	return vma->mm;
}

/* xe_vma_link()/unlink() - the BO knows of the mapping. Context: both reservations held */
int xe_vma_link(struct xe_vma *vma, struct xe_vm *vm);
void xe_vma_unlink(struct xe_vma *vma);
/* xe_vma_source_init() - Context: the reservations are held while it is used */
void xe_vma_source_init(struct xe_vma_source *src, const struct xe_vma *vma,
			const struct xe_vm *vm);
/* xe_vma_busy() - its user fence has not been signalled */
bool xe_vma_busy(const struct xe_vma *vma);
void xe_vma_set_user_fence(struct xe_vma *vma, struct dma_fence *fence);

#endif
