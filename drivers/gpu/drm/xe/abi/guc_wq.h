/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_ABI_GUC_WQ_H_
#define _XE_ABI_GUC_WQ_H_

#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/stddef.h>
#include <linux/types.h>

/**
 * struct guc_wq_desc - work queue of a context with several rings
 * @head: byte offset of the item that the firmware takes next
 * @tail: byte offset of the next item that the host puts
 * @error: byte offset of an item that was no good
 * @status: GUC_WQ_STATUS_*
 * @reserved: 0
 */
struct guc_wq_desc {
	u32 head, tail, error, status;
	u32 reserved[28];
};

static_assert(sizeof(struct guc_wq_desc) == 128);
static_assert(offsetof(struct guc_wq_desc, status) == 12);

#define GUC_WQ_STATUS_ACTIVE	1

/* First dword of an item. It does not wrap: a NOOP fills up to the end. */
#define GUC_WQI_TYPE		GENMASK_U32(7, 0)
#define   GUC_WQI_NOOP		4
#define   GUC_WQI_MULTI_LRC	5
#define GUC_WQI_LEN		GENMASK_U32(26, 16)	/* dwords that follow */

/*
 * MULTI_LRC: the first context's descriptor (low dword); this; 0; then the tail of each other
 * ring. Tails count qwords.
 */
#define GUC_WQI_CONTEXT_ID	GENMASK_U32(15, 0)
#define GUC_WQI_TAIL		GENMASK_U32(28, 18)

#endif
