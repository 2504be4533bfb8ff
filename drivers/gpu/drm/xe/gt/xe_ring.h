/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_RING_H_
#define _XE_RING_H_

#include <linux/iosys-map.h>

#include "gt/xe_lrc.h"

/**
 * struct xe_ring_ctx - what the emission of a job must know of its context
 * @cls: class of its engine
 * @seqno_addr: GGTT address; the job stores its seqno there when it is done
 * @start_seqno_addr: GGTT address; likewise when it begins
 * @go_addr: GGTT address; see &xe_ring_gang.go
 * @timestamp_addr: GGTT address; the context's run time, when the job begins
 * @graphics_ver: times 100
 * @ppgtt: batches are in the context's address space, else in the GGTT
 * @has_render: the GT has a render engine
 */
struct xe_ring_ctx {
	enum xe_engine_class cls;
	u32 seqno_addr, start_seqno_addr, go_addr, timestamp_addr;
	u16 graphics_ver;
	bool ppgtt, has_render;
};

#define XE_RING_MAX_JOB_DW	(XE_RING_MAX_JOB_BYTES / sizeof(u32))

/* xe_ring_build() - the commands of one job; returns dwords, at most XE_RING_MAX_JOB_DW */
u32 xe_ring_build(const struct xe_ring_ctx *ctx, const struct xe_ring_job *job, u32 *dw);
/* xe_ring_write() - copy to the ring at @tail, wrapping, padded to qwords; returns the new tail */
u32 xe_ring_write(const struct iosys_map *ring, u32 size, u32 tail, const u32 *dw, u32 n);

/* of xe_lrc.c */
void xe_lrc_ring_ctx(struct xe_lrc *lrc, struct xe_ring_ctx *ctx);
void xe_lrc_ring_append(struct xe_lrc *lrc, const u32 *dw, u32 n);

#endif
