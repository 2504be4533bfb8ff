// SPDX-License-Identifier: GPL-2.0
/*
 * Copy and clear commands, by generation. Memory is linear, seen as a rectangle
 * of rows of one page where the command wants one.
 */

#include "migrate/xe_blitter.h"

#include <linux/bitfield.h>
#include <linux/sizes.h>

#include "cmds/xe_blitter_commands.h"
#include "gt/xe_mocs.h"

#define ROW		SZ_4K

static void copy_rectangle(struct xe_gt *gt, u32 *cs, u64 src, u64 dst, u32 bytes)
{
	*cs++ = XY_FAST_COPY_BLT;
	*cs++ = XY_FAST_COPY_32BPP | XY_FAST_COPY_SRC_TILE4 | XY_FAST_COPY_DST_TILE4 | ROW;
	*cs++ = XY_FAST_COPY_XY(0, 0);
	*cs++ = XY_FAST_COPY_XY(ROW / 4, bytes / ROW);
	*cs++ = lower_32_bits(dst);
	*cs++ = upper_32_bits(dst);
	*cs++ = XY_FAST_COPY_XY(0, 0);
	*cs++ = ROW;
	*cs++ = lower_32_bits(src);
	*cs++ = upper_32_bits(src);
}

static void copy_pages(struct xe_gt *gt, u32 *cs, u64 src, u64 dst, u32 bytes)
{
	u32 uc = xe_mocs_uc(gt);

	*cs++ = MEM_COPY | MEM_COPY_PAGES;
	*cs++ = bytes / MEM_COPY_PAGE_BYTES - 1;
	*cs++ = bytes / ROW - 1;
	*cs++ = ROW - 1;
	*cs++ = ROW - 1;
	*cs++ = lower_32_bits(src);
	*cs++ = upper_32_bits(src);
	*cs++ = lower_32_bits(dst);
	*cs++ = upper_32_bits(dst);
	*cs++ = FIELD_PREP(MEM_COPY_SRC_MOCS, uc) | FIELD_PREP(MEM_COPY_DST_MOCS, uc);
}

static void set_rectangle(u32 *cs, u64 dst, u32 bytes, u32 mocs)
{
	*cs++ = MEM_SET | MEM_SET_MATRIX;
	*cs++ = ROW - 1;
	*cs++ = bytes / ROW - 1;
	*cs++ = ROW - 1;
	*cs++ = lower_32_bits(dst);
	*cs++ = upper_32_bits(dst);
	*cs++ = FIELD_PREP(MEM_SET_BYTE, 0) | mocs;
}

static void clear_pvc(struct xe_gt *gt, u32 *cs, u64 dst, u32 bytes)
{
	set_rectangle(cs, dst, bytes, FIELD_PREP(MEM_SET_MOCS_PVC, xe_mocs_uc(gt)));
}

static void clear_xe2(struct xe_gt *gt, u32 *cs, u64 dst, u32 bytes)
{
	set_rectangle(cs, dst, bytes, FIELD_PREP(MEM_SET_MOCS_XE2, xe_mocs_uc(gt)));
}

/* By the first graphics version that has it, newest first. */
static const struct {
	u16 ip_ver;
	struct xe_blitter blitter;
} blitters[] = {
	{ 2000, { MEM_COPY_DWORDS, MEM_SET_DWORDS, copy_pages, clear_xe2 } },
	{ 1260, { XY_FAST_COPY_BLT_DWORDS, MEM_SET_DWORDS, copy_rectangle, clear_pvc } },
};

/**
 * xe_blitter_find() - the commands of a GT's copy engines
 * @gt: a main GT
 *
 * Return: the commands, or NULL when the driver knows none.
 */
const struct xe_blitter *xe_blitter_find(const struct xe_gt *gt)
{
	for (size_t i = 0; i < ARRAY_SIZE(blitters); i++)
		if (gt->ip_ver >= blitters[i].ip_ver)
			return &blitters[i].blitter;
	return NULL;
}
