// SPDX-License-Identifier: MIT
/*
 * Work queues of parallel contexts: items that carry the tails of all rings.
 * Descriptor and items are in the parent's state page, behind the GGTT.
 */
#include "guc/priv.h"

#define WQ_HEAD 0
#define WQ_TAIL 4
#define WQ_ERROR 8
#define WQ_STATUS 12

enum wq_status { WQ_ACTIVE = 1, WQ_CMD_ERROR = 3 };
enum wq_type { WQ_NOOP = 4, WQ_MULTI_LRC = 5 };

#define ITEM_TYPE(dw) ((dw) & 0xff)
#define ITEM_DWORDS(dw) (((dw) >> 16 & 0x7ff) + 1)
#define ITEM_ID(dw) ((dw) & 0xffff)
#define ITEM_TAIL(dw) (((dw) >> 18 & 0x7ff) * 8)

#define IMAGE_TAIL (4096 + 4 * 7) /* of the ring, in the context image behind the state page */

static uint32_t rd(struct vg_guc *g, uint32_t addr)
{
	return vg_ggtt_read32(g->mem, g->cfg.tile, addr);
}

static void set_tail(struct vg_guc *g, struct lrc *l, uint32_t tail)
{
	vg_ggtt_write32(g->mem, g->cfg.tile, l->lrca + IMAGE_TAIL, tail);
}

/* Header, descriptor, id and parent's tail, 0, then a tail (in qwords) per child */
static bool apply(struct vg_guc *g, struct gctx *c, uint32_t addr, uint32_t dwords)
{
	uint32_t dw2 = rd(g, addr + 8);

	if (dwords != c->n_lrc + 3 || ITEM_ID(dw2) != c->id ||
	    (rd(g, addr + 4) & ~0xfffu) != c->lrc[0].lrca)
		return false;
	set_tail(g, &c->lrc[0], ITEM_TAIL(dw2));
	for (unsigned int i = 1; i < c->n_lrc; i++)
		set_tail(g, &c->lrc[i], rd(g, addr + 12 + 4 * i) * 8);
	return true;
}

/* Returns the bytes of the item at @head, 0 when it is malformed */
static uint32_t one_item(struct vg_guc *g, struct gctx *c, uint32_t head)
{
	uint32_t header = rd(g, c->wq_base + head), dwords = ITEM_DWORDS(header);

	if (head + 4 * dwords > c->wq_size)
		return 0;
	switch (ITEM_TYPE(header)) {
	case WQ_NOOP:
		return 4 * dwords;
	case WQ_MULTI_LRC:
		return apply(g, c, c->wq_base + head, dwords) ? 4 * dwords : 0;
	}
	return 0;
}

/** wq_process() - take all items; false: a malformed one, the queue is marked so */
bool wq_process(struct vg_guc *g, struct gctx *c)
{
	uint32_t head = rd(g, c->wq_desc + WQ_HEAD), tail = rd(g, c->wq_desc + WQ_TAIL);
	uint32_t limit = c->wq_size / 4;

	if (rd(g, c->wq_desc + WQ_STATUS) != WQ_ACTIVE)
		return true;
	/* the host leaves its tail at the size until the next item wraps it */
	while (head % c->wq_size != tail % c->wq_size && limit--) {
		uint32_t bytes = 0;

		if (!(head % 4) && head <= c->wq_size)
			bytes = one_item(g, c, head % c->wq_size);

		if (!bytes) {
			vg_ggtt_write32(g->mem, g->cfg.tile, c->wq_desc + WQ_ERROR, head);
			vg_ggtt_write32(g->mem, g->cfg.tile, c->wq_desc + WQ_STATUS, WQ_CMD_ERROR);
			return false;
		}
		head = (head % c->wq_size + bytes) % c->wq_size;
	}
	if (head == tail % c->wq_size)
		head = tail;
	vg_ggtt_write32(g->mem, g->cfg.tile, c->wq_desc + WQ_HEAD, head);
	return true;
}
