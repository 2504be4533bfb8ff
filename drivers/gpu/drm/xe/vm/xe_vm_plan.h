/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_VM_PLAN_H_
#define _XE_VM_PLAN_H_

/* What a bind is made of, by xe_vm_plan.c, for xe_vm_bind.c, which carries it out. */

#include <linux/dma-resv.h>
#include <linux/errno.h>
#include <linux/list.h>
#include <linux/types.h>

#include "core/xe_arena.h"

struct drm_exec;
struct xe_bind_job;
struct xe_bind_queue;
struct xe_bind_req;
struct xe_bind_syncs;
struct xe_vm;
struct xe_vma;

/* enum xe_step_kind - what happens to mappings */
enum xe_step_kind {
	STEP_MAP,	/* @vma is new */
	STEP_UNMAP,	/* @old goes */
	STEP_REMAP,	/* @old goes but for @prev and @next, whose translations do not change */
	STEP_PREFETCH,	/* the BO of @vma moves */
	STEP_REBIND,	/* the memory of @vma has moved */
	STEP_FAULT,	/* the device wants @vma */
};

/* enum xe_bind_part - what XE_BIND_FAIL makes fail, before it begins */
enum xe_bind_part {
	XE_BIND_NOTHING,
	XE_BIND_PLAN,		/* of the operation with the flag, those before it are planned */
	XE_BIND_LOCK,
	XE_BIND_PREPARE,	/* of the last step */
	XE_BIND_STAGE,		/* likewise */
	XE_BIND_DEPS,
	XE_BIND_JOB,
	XE_BIND_SEAL,
	XE_BIND_PARTS
};

/**
 * struct xe_bind_step - one change to the mappings
 * @link: in &xe_bind.steps
 * @kind: which members below are used
 * @vma: mapping that is bound
 * @old: mapping that goes
 * @prev: piece of @old before what goes, or NULL
 * @next: piece of @old after what goes, or NULL
 * @region: STEP_PREFETCH: where to
 * @deferred: STEP_MAP: nothing is bound before a fault asks for it
 * @decompress: STEP_MAP: the memory is decompressed first
 * @linked: the new mappings are known to their BO
 */
struct xe_bind_step {
	struct list_head link;
	enum xe_step_kind kind;
	struct xe_vma *vma, *old, *prev, *next;
	u32 region;
	bool deferred, decompress, linked;
};

/**
 * struct xe_bind - a transaction
 * @vm: address space
 * @queue: where the job goes
 * @syncs: or NULL
 * @steps: what is planned
 * @arena: where they are
 * @room: of @arena, for one
 * @exec: locked reservations
 * @job: with what is staged, or NULL
 * @array: there are several operations: one must not evict what another one binds; and where
 *	there is no memory to note so much down, fewer may do: -ENOBUFS
 * @wait: until it is done
 * @fail: for a test
 * @usage: of the fence in the reservations: what waits for it without being told
 */
struct xe_bind {
	struct xe_vm *vm;
	struct xe_bind_queue *queue;
	const struct xe_bind_syncs *syncs;
	struct list_head steps;
	struct xe_arena arena;
	u64 room[sizeof(struct xe_bind_step) / sizeof(u64)];
	struct drm_exec *exec;
	struct xe_bind_job *job;
	bool array, wait;
	enum xe_bind_part fail;
	enum dma_resv_usage usage;
};

/* xe_bind_fails() - for a test, instead of @part */
static inline int xe_bind_fails(const struct xe_bind *b, enum xe_bind_part part)
{
	return IS_ENABLED(CONFIG_DRM_XE_DEBUG) && b->fail == part ? -ENOSPC : 0;
}

enum xe_bind_part xe_bind_part_to_fail(struct xe_vm *vm, const struct xe_bind_req *reqs,
				       unsigned int n);
/* xe_bind_plan() - 0; -ENODATA: nothing to do; or -errno: xe_bind_unplan() must follow */
int xe_bind_plan(struct xe_bind *b, const struct xe_bind_req *reqs, unsigned int n);
/* xe_bind_unplan() - the mappings are as before. Context: no reservation held */
void xe_bind_unplan(struct xe_bind *b);
struct xe_bind_step *xe_bind_step_new(struct xe_bind *b, enum xe_step_kind kind);

#endif
