// SPDX-License-Identifier: GPL-2.0
/*
 * TLB invalidation by message: back end of gt/xe_tlb_inval.c. Before messages
 * flow the GGTT's TLB is invalidated by register.
 */
#include <linux/bitfield.h>
#include <linux/export.h>
#include <linux/log2.h>
#include <linux/sizes.h>

#include <kunit/visibility.h>

#include "abi/guc_actions.h"
#include "core/xe_force_wake.h"
#include "core/xe_mmio.h"
#include "core/xe_platform.h"
#include "gt/xe_tlb_inval.h"
#include "guc/xe_guc_priv.h"
#include "guc/xe_guc_tlb.h"
#include "regs/xe_guc_regs.h"

#define TLB_OP(type) \
	(FIELD_PREP(GUC_TLB_TYPE, type) | FIELD_PREP(GUC_TLB_MODE, GUC_TLB_HEAVY) | \
	 GUC_TLB_FLUSH_CACHE)

#define ORDER_4K	12
#define ORDER_2M	21
#define ORDER_16M	24
#define ORDER_MAX	62

/**
 * xe_guc_tlb_block() - smallest block that hardware can invalidate around a range
 * @start: first byte of the range
 * @size: bytes
 * @block: first byte of the block
 * @order: log2 of its bytes
 *
 * Blocks are powers of two, aligned to themselves, from 4 KiB; between 2 MiB
 * and 16 MiB there are none.
 *
 * Context: any.
 *
 * Return: false when no block will do: invalidate everything.
 */
bool xe_guc_tlb_block(u64 start, u64 size, u64 *block, unsigned int *order)
{
	u64 last = start + size - 1;
	unsigned int o;

	if (!size || last < start)
		return false;

	/* The highest bit in which first and last byte differ is inside the block. */
	o = max(start ^ last ? ilog2(start ^ last) + 1 : 0, ORDER_4K);
	if (o >= ORDER_2M)
		o = max(o, ORDER_16M);
	if (o > ORDER_MAX)
		return false;
	*order = o;
	*block = start & ~(BIT_ULL(o) - 1);
	return true;
}
EXPORT_SYMBOL_IF_KUNIT(xe_guc_tlb_block);

/*
 * When the channel breaks nothing has been invalidated, but the reset that
 * follows will do it: report the message as under way. When it is stopped the
 * reset is already there.
 */
static int send(struct xe_gt *gt, const u32 *msg, u32 len)
{
	int err = xe_guc_ct_send(gt, msg, len, GUC_G2H_DWORDS_TLB_DONE);

	return err == -EPIPE ? 0 : err ? -ECANCELED : 0;
}

static int inval_all(struct xe_gt *gt, u32 seqno)
{
	const u32 msg[] = { GUC_ACTION_TLB_INVALIDATE_ALL, seqno, TLB_OP(GUC_TLB_FULL) };

	return send(gt, msg, ARRAY_SIZE(msg));
}

static void inval_ggtt_by_mmio(struct xe_gt *gt)
{
	u16 graphics = gt->tile->primary_gt->ip_ver;

	CLASS(xe_force_wake, fw)(gt, XE_FW_GT);
	if (!(fw.domains & XE_FW_GT))
		return;
	if (graphics >= 2000 || graphics == 1260) {
		xe_mmio_write32(&gt->mmio, GUC_TLB_INV_DESC1, GUC_TLB_INV_DESC1_INVALIDATE);
		xe_mmio_write32(&gt->mmio, GUC_TLB_INV_DESC0, GUC_TLB_INV_DESC0_VALID);
	} else {
		xe_mmio_write32(&gt->mmio, GUC_TLB_INV_CR, GUC_TLB_INV_CR_INVALIDATE);
	}
}

static int inval_ggtt(struct xe_gt *gt, u32 seqno)
{
	const u32 msg[] = { GUC_ACTION_TLB_INVALIDATE, seqno, TLB_OP(GUC_TLB_GUC) };

	if (xe_guc_ct_running(gt))
		return send(gt, msg, ARRAY_SIZE(msg));
	if (!xe_device_wedged(gt_to_xe(gt)))
		inval_ggtt_by_mmio(gt);
	return -ECANCELED;
}

static bool has_ranges(struct xe_gt *gt)
{
	const struct xe_ip *ip = xe_ip_find(gt->type == XE_GT_MEDIA, gt->ip_ver);

	return ip && ip->has_range_tlb_inval;
}

static int inval_range(struct xe_gt *gt, u32 seqno, u64 start, u64 size, u32 asid)
{
	unsigned int order;
	u64 block;

	if (!has_ranges(gt) || !xe_guc_tlb_block(start, size, &block, &order)) {
		const u32 msg[] = { GUC_ACTION_TLB_INVALIDATE, seqno, TLB_OP(GUC_TLB_FULL) };

		return send(gt, msg, ARRAY_SIZE(msg));
	}

	const u32 msg[] = {
		GUC_ACTION_TLB_INVALIDATE,
		seqno,
		TLB_OP(GUC_TLB_PAGE_SELECTIVE),
		asid,
		lower_32_bits(block),
		upper_32_bits(block),
		order - ORDER_4K,
	};

	return send(gt, msg, ARRAY_SIZE(msg));
}

static void poll(struct xe_gt *gt)
{
	xe_guc_ct_poll(gt->guc);
}

static const struct xe_tlb_inval_ops ops = {
	.all = inval_all,
	.ggtt = inval_ggtt,
	.range = inval_range,
	.poll = poll,
	.lost = xe_guc_reset_gt,
};

/**
 * xe_guc_tlb_init() - become the back end of a GT's TLB invalidation
 * @guc: firmware
 *
 * Context: before messages flow.
 */
void xe_guc_tlb_init(struct xe_guc *guc)
{
	xe_tlb_inval_set_ops(guc->gt, &ops);
}
