/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_ABI_GUC_CTB_H_
#define _XE_ABI_GUC_CTB_H_

#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/stddef.h>
#include <linux/types.h>

/**
 * struct guc_ctb_desc - where the two ends of a ring of messages are
 * @head: next dword to be read; written by the reader
 * @tail: next dword to be written; written by the writer
 * @status: 0, or GUC_CTB_* below: the ring is dead
 */
struct guc_ctb_desc {
	u32 head;
	u32 tail;
	u32 status;
#define GUC_CTB_OVERFLOW		BIT_U32(0)
#define GUC_CTB_UNDERFLOW		BIT_U32(1)
#define GUC_CTB_MISMATCH		BIT_U32(2)
#define GUC_CTB_DISABLED		BIT_U32(3)
	/* private: */
	u32 reserved[13];
};

static_assert(sizeof(struct guc_ctb_desc) == 64);
static_assert(offsetof(struct guc_ctb_desc, tail) == 4);
static_assert(offsetof(struct guc_ctb_desc, status) == 8);

/* Before each HXG message in a ring. A header of zero is padding. */
#define GUC_CTB_FENCE			GENMASK_U32(31, 16)
#define GUC_CTB_FORMAT			GENMASK_U32(15, 12)
#define   GUC_CTB_FORMAT_HXG		0
#define GUC_CTB_DWORDS			GENMASK_U32(7, 0)	/* without this header */

#define GUC_CTB_HDR_DWORDS		1
#define GUC_CTB_MSG_MAX_DWORDS		(GUC_CTB_HDR_DWORDS + 255)

#endif
