// SPDX-License-Identifier: GPL-2.0
/*
 * Rings of messages in memory that is shared with the firmware. One side writes
 * messages and the tail, the other the head; what the other side wrote is
 * checked before it is used. No hardware is needed here.
 */
#include <linux/bitfield.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/minmax.h>

#include <asm/barrier.h>

#include <kunit/visibility.h>

#include "abi/guc_ctb.h"
#include "guc/xe_guc_ctb.h"

#define desc_read(ctb, field) iosys_map_rd_field(&(ctb)->desc, 0, struct guc_ctb_desc, field)
#define desc_write(ctb, field, val) \
	iosys_map_wr_field(&(ctb)->desc, 0, struct guc_ctb_desc, field, val)

/**
 * xe_guc_ctb_init() - an empty ring
 * @ctb: ring
 * @desc: mapping of a &struct guc_ctb_desc, cleared here
 * @ring: mapping of the messages, cleared here: zeroes are padding
 * @size: dwords in @ring
 *
 * Context: neither side uses it yet.
 */
void xe_guc_ctb_init(struct xe_ctb *ctb, const struct iosys_map *desc,
		     const struct iosys_map *ring, u32 size)
{
	*ctb = (struct xe_ctb){ .desc = *desc, .ring = *ring, .size = size };
	iosys_map_memset(&ctb->desc, 0, 0, sizeof(struct guc_ctb_desc));
	iosys_map_memset(&ctb->ring, 0, 0, size * sizeof(u32));
}
EXPORT_SYMBOL_IF_KUNIT(xe_guc_ctb_init);

static void put(struct xe_ctb *ctb, u32 at, const u32 *src, u32 n)
{
	iosys_map_memcpy_to(&ctb->ring, at * sizeof(u32), src, n * sizeof(u32));
}

static void get(const struct xe_ctb *ctb, u32 *dst, u32 at, u32 n)
{
	iosys_map_memcpy_from(dst, &ctb->ring, at * sizeof(u32), n * sizeof(u32));
}

/* Dwords that a message takes: the reader wants it in one piece, so it may begin anew. */
static u32 needed(const struct xe_ctb *ctb, u32 len)
{
	return ctb->tail + len > ctb->size ? ctb->size - ctb->tail + len : len;
}

/* One dword always stays free, else full would look like empty. */
static bool fits(const struct xe_ctb *ctb, u32 len)
{
	return needed(ctb, len) <= (ctb->head + ctb->size - ctb->tail - 1) % ctb->size;
}

/* Reading the descriptor is slow when it is in VRAM: only when the copy does not do. */
static int refresh_head(struct xe_ctb *ctb)
{
	u32 head = desc_read(ctb, head);

	if (head >= ctb->size || desc_read(ctb, status))
		return -EPROTO;
	ctb->head = head;
	return 0;
}

/**
 * xe_guc_ctb_write() - put a message into the ring
 * @ctb: ring
 * @header: its CTB header
 * @hxg: its HXG header
 * @payload: what follows
 * @n: dwords in @payload
 *
 * The reader sees it after xe_guc_ctb_publish(); whoever writes to memory of
 * the device puts a barrier in between.
 *
 * Context: any, one writer.
 *
 * Return: 0, -EBUSY there is no room now, -EPROTO the reader left nonsense in
 * the descriptor.
 */
int xe_guc_ctb_write(struct xe_ctb *ctb, u32 header, u32 hxg, const u32 *payload, u32 n)
{
	const u32 head[] = { header, hxg };
	u32 len = ARRAY_SIZE(head) + n;
	int err;

	if (!fits(ctb, len)) {
		err = refresh_head(ctb);
		if (err)
			return err;
		if (!fits(ctb, len))
			return -EBUSY;
	}

	if (ctb->tail + len > ctb->size) {
		iosys_map_memset(&ctb->ring, ctb->tail * sizeof(u32), 0,
				 (ctb->size - ctb->tail) * sizeof(u32));
		ctb->tail = 0;
	}
	put(ctb, ctb->tail, head, ARRAY_SIZE(head));
	put(ctb, ctb->tail + ARRAY_SIZE(head), payload, n);
	ctb->tail = (ctb->tail + len) % ctb->size;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(xe_guc_ctb_write);

/**
 * xe_guc_ctb_publish() - let the reader have what was written
 * @ctb: ring
 *
 * Context: any, one writer.
 */
void xe_guc_ctb_publish(struct xe_ctb *ctb)
{
	dma_wmb();
	desc_write(ctb, tail, ctb->tail);
}
EXPORT_SYMBOL_IF_KUNIT(xe_guc_ctb_publish);

/**
 * xe_guc_ctb_peek() - copy the next message, leave it in the ring
 * @ctb: ring
 * @msg: room for GUC_CTB_MSG_MAX_DWORDS; from the CTB header on
 *
 * Messages of the firmware may wrap around in the middle.
 *
 * Context: any, one reader.
 *
 * Return: dwords in @msg; 0 none there; -EPROTO the writer left nonsense.
 */
int xe_guc_ctb_peek(const struct xe_ctb *ctb, u32 *msg)
{
	u32 tail = desc_read(ctb, tail), status = desc_read(ctb, status);
	u32 avail, len, first;

	/* It may have stopped writing; what it wrote before is still good. */
	if (status & ~GUC_CTB_DISABLED || tail >= ctb->size)
		return -EPROTO;
	if (tail == ctb->head)
		return 0;
	/* Pairs with the writer's order: message, then tail. */
	dma_rmb();

	avail = (tail + ctb->size - ctb->head) % ctb->size;
	get(ctb, msg, ctb->head, 1);
	len = GUC_CTB_HDR_DWORDS + FIELD_GET(GUC_CTB_DWORDS, msg[0]);
	if (len > avail || len == GUC_CTB_HDR_DWORDS ||
	    FIELD_GET(GUC_CTB_FORMAT, msg[0]) != GUC_CTB_FORMAT_HXG)
		return -EPROTO;

	first = min(len, ctb->size - ctb->head);
	get(ctb, msg, ctb->head, first);
	get(ctb, msg + first, 0, len - first);
	return len;
}
EXPORT_SYMBOL_IF_KUNIT(xe_guc_ctb_peek);

/**
 * xe_guc_ctb_consume() - give the writer the room of a message back
 * @ctb: ring
 * @len: what xe_guc_ctb_peek() returned
 *
 * Context: any, one reader.
 */
void xe_guc_ctb_consume(struct xe_ctb *ctb, u32 len)
{
	ctb->head = (ctb->head + len) % ctb->size;
	/* It is overwritten as soon as the head says so: all reads come first. */
	dma_mb();
	desc_write(ctb, head, ctb->head);
}
EXPORT_SYMBOL_IF_KUNIT(xe_guc_ctb_consume);
