// SPDX-License-Identifier: GPL-2.0
/*
 * The work queue of a parallel queue: the firmware moves the tails of all its rings
 * at once, as an item says. It is in the scratch part of the first context's state
 * page: the descriptor in front, the items behind.
 *
 * Each job in flight has an item, and no more jobs are in flight than there is room
 * for: putting one never waits.
 */
#include <kunit/visibility.h>
#include <linux/bitfield.h>
#include <linux/export.h>
#include <linux/iosys-map.h>

#include "abi/guc_wq.h"
#include "core/xe_mmio.h"
#include "submit/xe_queue.h"

#define ITEMS		SZ_1K
#define ITEMS_SIZE	(XE_LRC_SCRATCH_SIZE - ITEMS)
/* Header, descriptor, id with the first tail, 0. */
#define ITEM_HEADER_DW	4

static_assert(XE_QUEUE_MAX_WIDTH == XE_LRC_MAX_GANG);

static u32 item_dwords(u16 width)
{
	return ITEM_HEADER_DW + width - 1;
}

/**
 * xe_queue_wq_room() - how many items surely fit
 * @width: contexts
 *
 * Return: at least that many, although an item does not wrap and the queue is never
 * quite full.
 */
u32 xe_queue_wq_room(u16 width)
{
	u32 bytes = item_dwords(width) * sizeof(u32);

	return (ITEMS_SIZE - bytes) / bytes - 1;
}
EXPORT_SYMBOL_IF_KUNIT(xe_queue_wq_room);

/**
 * xe_queue_wq_write() - put an item
 * @items: where they are, ITEMS_SIZE bytes
 * @tail: byte offset
 * @item: dwords, the first is to be filled in
 * @n: how many
 *
 * Return: the new tail.
 */
u32 xe_queue_wq_write(struct iosys_map *items, u32 tail, u32 *item, u32 n)
{
	u32 bytes = n * sizeof(*item), left = ITEMS_SIZE - tail;

	if (bytes > left) {
		/* Nothing is left when the last item ended at the end. */
		if (left)
			iosys_map_wr(items, tail, u32,
				     FIELD_PREP(GUC_WQI_TYPE, GUC_WQI_NOOP) |
				     FIELD_PREP(GUC_WQI_LEN, left / sizeof(u32) - 1));
		tail = 0;
	}
	item[0] = FIELD_PREP(GUC_WQI_TYPE, GUC_WQI_MULTI_LRC) | FIELD_PREP(GUC_WQI_LEN, n - 1);
	iosys_map_memcpy_to(items, tail, item, bytes);
	return tail + bytes;
}
EXPORT_SYMBOL_IF_KUNIT(xe_queue_wq_write);

/**
 * xe_queue_wq_addr() - where the firmware finds it
 * @q: parallel queue
 * @desc: set to the GGTT address of the descriptor
 * @items: set to that of the items
 *
 * Return: bytes of the items.
 */
u32 xe_queue_wq_addr(struct xe_exec_queue *q, u32 *desc, u32 *items)
{
	xe_lrc_scratch(q->lrc[0], desc);
	*items = *desc + ITEMS;
	return ITEMS_SIZE;
}

/**
 * xe_queue_wq_reset() - empty
 * @q: queue that the firmware does not know; one of width 1 has none
 */
void xe_queue_wq_reset(struct xe_exec_queue *q)
{
	const struct guc_wq_desc desc = { .status = GUC_WQ_STATUS_ACTIVE };
	struct iosys_map map;

	if (q->p.width == 1)
		return;
	map = xe_lrc_scratch(q->lrc[0], NULL);
	q->wq_tail = 0;
	iosys_map_memcpy_to(&map, 0, &desc, sizeof(desc));
}

/**
 * xe_queue_wq_put() - the rings of a parallel queue go on to their tails
 * @q: queue
 *
 * Context: fence signalling; the writer of the rings.
 */
void xe_queue_wq_put(struct xe_exec_queue *q)
{
	struct iosys_map map = xe_lrc_scratch(q->lrc[0], NULL);
	struct iosys_map items = IOSYS_MAP_INIT_OFFSET(&map, ITEMS);
	u32 item[ITEM_HEADER_DW + XE_QUEUE_MAX_WIDTH - 1] = {
		[1] = lower_32_bits(xe_lrc_descriptor(q->lrc[0])),
		[2] = FIELD_PREP(GUC_WQI_CONTEXT_ID, q->id) |
		      FIELD_PREP(GUC_WQI_TAIL, xe_lrc_ring_tail(q->lrc[0]) / sizeof(u64)),
	};
	u16 i;

	for (i = 1; i < q->p.width; i++)
		item[ITEM_HEADER_DW + i - 1] = xe_lrc_ring_tail(q->lrc[i]) / sizeof(u64);
	q->wq_tail = xe_queue_wq_write(&items, q->wq_tail, item, item_dwords(q->p.width));
	/* The item must be there before the tail says so. */
	xe_device_wmb(gt_to_xe(q->p.gt));
	iosys_map_wr_field(&map, 0, struct guc_wq_desc, tail, q->wq_tail);
}
