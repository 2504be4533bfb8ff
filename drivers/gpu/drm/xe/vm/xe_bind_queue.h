/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_BIND_QUEUE_H_
#define _XE_BIND_QUEUE_H_

#include "core/xe_device.h"

struct dma_fence;
struct drm_gpu_scheduler;
struct drm_sched_entity;
struct xe_bind_queue;
struct xe_vm;

/*
 * xe_bind_queue_create() - binds on it are done in order; @vm stays while it is there
 *
 * Returns with one reference, or ERR_PTR(-ENOENT when @vm is closed, -ENOMEM).
 */
struct xe_bind_queue *xe_bind_queue_create(struct xe_vm *vm);
struct xe_bind_queue *xe_bind_queue_get(struct xe_bind_queue *q);
/* xe_bind_queue_put() - binds that were accepted are done all the same. NULL is fine */
void xe_bind_queue_put(struct xe_bind_queue *q);
/* xe_bind_queue_vm() - whose it is; NULL for an address space's own queues */
struct xe_vm *xe_bind_queue_vm(struct xe_bind_queue *q);

/* For vm/ only. */
struct xe_bind_queue *xe_bind_queue_create_own(struct xe_device *xe);
struct drm_sched_entity *xe_bind_queue_entity(struct xe_bind_queue *q);
void xe_bind_queue_set_last(struct xe_bind_queue *q, struct dma_fence *fence, bool prompt);
bool xe_bind_queue_is_prompt(struct xe_bind_queue *q);
bool xe_bind_queue_is_idle(struct xe_bind_queue *q);
struct dma_fence *xe_bind_queue_last(struct xe_bind_queue *q);
struct dma_fence *xe_bind_queue_before(struct xe_bind_queue *q, u32 gts);
void xe_bind_queue_set_running(struct xe_bind_queue *q, struct dma_fence *done, u32 gts);

#endif
