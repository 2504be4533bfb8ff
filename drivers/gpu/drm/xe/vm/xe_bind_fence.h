/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_BIND_FENCE_H_
#define _XE_BIND_FENCE_H_

struct dma_fence;
struct xe_bind_fence;

/* xe_bind_fence_create() - NULL when there is no memory */
struct xe_bind_fence *xe_bind_fence_create(void);
void xe_bind_fence_add(struct xe_bind_fence *joined, struct dma_fence *fence);
/* xe_bind_fence_close() - nothing is added any more; the common fence, referenced */
struct dma_fence *xe_bind_fence_close(struct xe_bind_fence *joined);
/* xe_bind_fence_free() - one that was not closed; NULL is ignored */
void xe_bind_fence_free(struct xe_bind_fence *joined);

#endif
