// SPDX-License-Identifier: GPL-2.0
/*
 * Context images from nothing. Only the contexts that record the golden images
 * start from these; all others from what an engine saved.
 */
#include <kunit/visibility.h>
#include <linux/errno.h>
#include <linux/export.h>

#include "cmds/xe_mi_commands.h"
#include "gt/xe_lrc_image.h"
#include "regs/xe_engine_regs.h"
#include "regs/xe_reg.h"

/**
 * struct lri_block - one MI_LOAD_REGISTER_IMM of an image
 * @at: dword of its header; 0 ends the list
 * @count: registers
 * @relaxed: not posted
 * @regs: offsets from the engine's base
 */
struct lri_block {
	u8 at, count;
	bool relaxed;
	const u16 *regs;
};

static const u16 ring_regs[] = {
	RING_CTX_CONTROL_OFS, RING_HEAD_OFS, RING_TAIL_OFS, RING_START_OFS, RING_CTL_OFS,
	0x168, 0x140, 0x110,			/* batch address and state */
	RING_BB_PER_CTX_PTR_OFS, RING_INDIRECT_CTX_OFS, RING_INDIRECT_CTX_OFFSET_OFS,
	0x180, 0x2b4,				/* context id, semaphore token */
	0x120, 0x124,				/* protected batch state */
};

static const u16 pdp_regs[] = {
	RING_CTX_TIMESTAMP_OFS, 0x28c, 0x288, 0x284, 0x280, 0x27c, 0x278, 0x274, 0x270,
};

/* The second and third pointer made room for a wider timestamp and the indirect ring state. */
static const u16 pdp_regs_xe2[] = {
	RING_CTX_TIMESTAMP_OFS, RING_CTX_TIMESTAMP_UDW_OFS, 0x108,
	0x284, 0x280, 0x27c, 0x278, 0x274, 0x270,
};

static const u16 sched_regs[] = { 0x5a8, 0x5ac };
static const u16 sched_regs_dg2[] = { 0x1b0, 0x5a8, 0x5ac };
static const u16 power_regs[] = { 0x0c8 };
static const u16 blit_regs[] = { 0x200, 0x204 };

#define RING13		{ .at = 0x01, .count = 13, .regs = ring_regs }
#define RING15		{ .at = 0x01, .count = 15, .regs = ring_regs }
#define BLOCK(a, r)	{ .at = (a), .count = ARRAY_SIZE(r), .regs = (r) }
#define POWER		{ .at = 0x41, .count = 1, .relaxed = true, .regs = power_regs }

#define RENDER		BIT(XE_CLASS_RENDER)
#define COPY		BIT(XE_CLASS_COPY)
#define NO_STATE	(BIT(XE_CLASS_VIDEO_DECODE) | BIT(XE_CLASS_VIDEO_ENHANCE) | \
			 BIT(XE_CLASS_OTHER) | BIT(XE_CLASS_COMPUTE))

/* The first row that fits: classes, and the oldest graphics version it is for. */
static const struct {
	u8 classes;
	u16 since;
	struct lri_block block[4];
} layouts[] = {
	{ RENDER, 2000, { RING15, BLOCK(0x21, pdp_regs_xe2), BLOCK(0x36, sched_regs), POWER } },
	{ RENDER, 1270, { RING15, BLOCK(0x21, pdp_regs), BLOCK(0x36, sched_regs), POWER } },
	{ RENDER, 1255, { RING15, BLOCK(0x21, pdp_regs), BLOCK(0x34, sched_regs_dg2), POWER } },
	{ COPY, 2000, { RING15, BLOCK(0x21, pdp_regs_xe2), BLOCK(0x41, blit_regs) } },
	{ COPY, 1200, { RING13, BLOCK(0x21, pdp_regs) } },
	{ NO_STATE, 2000, { RING15, BLOCK(0x21, pdp_regs_xe2) } },
	{ NO_STATE, 1255, { RING15, BLOCK(0x21, pdp_regs) } },
	{ NO_STATE, 1200, { RING13, BLOCK(0x21, pdp_regs) } },
};

static const struct lri_block *find_layout(enum xe_engine_class cls, u16 ver)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(layouts); i++)
		if (layouts[i].classes & BIT(cls) && ver >= layouts[i].since)
			return layouts[i].block;
	return NULL;
}

static u32 write_block(u32 *image, const struct lri_block *block, u32 mmio_base)
{
	u32 *cs = image + block->at;
	int i;

	*cs++ = MI_LOAD_REGISTER_IMM(block->count) | MI_LRI_CS_BASE |
		(block->relaxed ? 0 : MI_LRI_POSTED);
	for (i = 0; i < block->count; i++) {
		*cs++ = mmio_base + block->regs[i];
		cs++;
	}
	return cs - image;
}

/**
 * xe_lrc_image_build() - build an image that restores nothing but the ring
 * @image: zeroed, of @dwords
 * @dwords: room
 * @cls: engine class
 * @graphics_ver: of the tile's main GT, times 100
 * @mmio_base: of the engine; it relocates the offsets for its siblings
 *
 * Return: 0, -EOPNOTSUPP when the layout of that version is not known, -ENOSPC.
 */
int xe_lrc_image_build(u32 *image, size_t dwords, enum xe_engine_class cls, u16 graphics_ver,
		       u32 mmio_base)
{
	const struct lri_block *block = find_layout(cls, graphics_ver);
	u32 end = 0;
	int i;

	if (!block)
		return -EOPNOTSUPP;
	for (i = 0; i < ARRAY_SIZE(layouts[0].block) && block[i].at; i++) {
		if (block[i].at + 2 * block[i].count + 2 > dwords)
			return -ENOSPC;
		end = write_block(image, &block[i], mmio_base);
	}
	/* Bit 0: the end of the context, not of a batch. */
	image[end] = MI_BATCH_BUFFER_END | BIT(0);
	image[LRC_CONTEXT_CONTROL] = XE_MASKED_ON(CTX_CTRL_INHIBIT_SYN_SWITCH |
						  CTX_CTRL_RESTORE_INHIBIT);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(xe_lrc_image_build);
