/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_HW_FENCE_H_
#define _XE_HW_FENCE_H_

#include <linux/dma-fence.h>
#include <linux/iosys-map.h>
#include <linux/wait.h>

#include "gt/xe_hw_engine.h"

/* xe_hw_fence_init() - the fence signals when the dword at @page reached @seqno */
void xe_hw_fence_init(struct dma_fence *fence, struct xe_hw_engine *hwe,
		      const struct iosys_map *page, u64 context, u32 seqno);
/* xe_fence_irq_waitqueue() - woken by every engine interrupt and by xe_fence_irq_wake() */
wait_queue_head_t *xe_fence_irq_waitqueue(struct xe_device *xe);
void xe_fence_irq_wake(struct xe_device *xe);

#endif
