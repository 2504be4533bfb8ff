// SPDX-License-Identifier: MIT
/* Contexts: restored from, and saved into, their image in memory. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "exec/priv.h"

/* Dwords of the image (device-contract 5.1) */
enum image_dw {
	IMG_LRI = 0x01,
	IMG_HEAD = 0x05,
	IMG_TAIL = 0x07,
	IMG_START = 0x09,
	IMG_CTL = 0x0b,
	IMG_BB_PER_CTX = 0x13,
	IMG_INDIRECT = 0x15,
	IMG_TIMESTAMP = 0x23,
	IMG_TIMESTAMP_UDW = 0x25,
	IMG_ASID = 0x2f,
	IMG_PDP0_UDW = 0x31,
	IMG_PDP0 = 0x33,
	IMG_DWORDS = 1024 /* of its first page, where the list of registers ends */
};

#define DESC_PPGTT (1u << 8)
#define CTL_VALID 1u
#define CTL_SIZE 0x1ff000u
#define HEAD_MASK 0x1ffffcu
#define TAIL_MASK 0x1ffff8u
#define ASID_MASK 0xfffffu
#define MI_OPCODE(dw) ((dw) >> 23)
#define MI_NOOP_OPCODE 0u
#define MI_END_OPCODE 0x0au
#define MI_LRI_OPCODE 0x22u
#define LRI_DWORDS(dw) (((dw) & 0xff) + 2)
#define LRI_RELATIVE (0x11081000u) /* posted, offsets from the engine's base */
#define IMAGE_END (0x05000000u | 1)
#define GPR_LIST_DWORDS (1 + 2 * VG_GPR_DWORDS)
#define TIMESTAMP_ACTIVE 1 /* in the image: "read the register instead" */

static uint32_t image_addr(const struct vg_context *c, unsigned int dw)
{
	return c->lrca + VG_IMAGE_OFFSET + dw * 4;
}

static uint32_t image_read(struct vg_engine *e, const struct vg_context *c, enum image_dw dw)
{
	return vg_ggtt_read32(e->mem, c->tile, image_addr(c, dw));
}

static void image_write(struct vg_engine *e, const struct vg_context *c, enum image_dw dw,
			uint32_t v)
{
	vg_ggtt_write32(e->mem, c->tile, image_addr(c, dw), v);
}

/** vg_context_new() - see exec.h; nothing is read before it is loaded */
struct vg_context *vg_context_new(unsigned int tile, uint32_t lrca, uint32_t desc_lo,
				  uint32_t desc_hi)
{
	struct vg_context *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->tile = tile;
	c->lrca = lrca & ~0xfffu;
	c->desc_lo = desc_lo;
	c->desc_hi = desc_hi;
	c->has_ppgtt = desc_lo & DESC_PPGTT;
	return c;
}

/** vg_context_free() - must not be loaded */
void vg_context_free(struct vg_context *c)
{
	free(c);
}

/** vg_context_read_tail() - TAIL as the image has it now, in bytes */
uint32_t vg_context_read_tail(struct vg_engine *e, const struct vg_context *c)
{
	return image_read(e, c, IMG_TAIL) & TAIL_MASK;
}

/** vg_context_pending() - is there something to do, as its image says now? */
bool vg_context_pending(struct vg_engine *e, struct vg_context *c)
{
	uint32_t tail;

	if (c->dead)
		return false;
	tail = vg_context_read_tail(e, c);
	if (e->ctx == c)
		return c->s.level != VG_RING || c->head != tail;
	return (image_read(e, c, IMG_HEAD) & HEAD_MASK) != tail;
}

/** vg_context_fault() - valid after VG_RUN_FAULT or VG_RUN_CAT */
const struct vg_fault *vg_context_fault(const struct vg_context *c)
{
	return &c->fault;
}

/** vg_context_asid() - 0 before it was first loaded, and on platforms without */
uint32_t vg_context_asid(const struct vg_context *c)
{
	return c->ppgtt.asid;
}

static int bad_image(struct vg_engine *e, const struct vg_context *c, const char *what, uint32_t v)
{
	vg_mistake(e->obs, VG_ERR_BAD_CONTEXT, "%s, LRCA 0x%x: %s 0x%x", e->name, c->lrca, what, v);
	return -EINVAL;
}

static int check_image(struct vg_engine *e, const struct vg_context *c, const uint32_t *img)
{
	uint32_t size = (img[IMG_CTL] & CTL_SIZE) + 4096;

	if (MI_OPCODE(img[IMG_LRI]) != MI_LRI_OPCODE)
		return bad_image(e, c, "no register list but", img[IMG_LRI]);
	if (!(img[IMG_CTL] & CTL_VALID))
		return bad_image(e, c, "RING_CTL", img[IMG_CTL]);
	if (img[IMG_START] & 0xfff)
		return bad_image(e, c, "RING_START", img[IMG_START]);
	if ((img[IMG_HEAD] & HEAD_MASK) >= size)
		return bad_image(e, c, "RING_HEAD", img[IMG_HEAD]);
	if ((img[IMG_TAIL] & TAIL_MASK) >= size)
		return bad_image(e, c, "RING_TAIL", img[IMG_TAIL]);
	return 0;
}

static void restore_registers(struct vg_engine *e, struct vg_context *c, const uint32_t *img)
{
	c->start = img[IMG_START];
	c->size = (img[IMG_CTL] & CTL_SIZE) + 4096;
	c->tail = img[IMG_TAIL] & TAIL_MASK;
	c->ppgtt = (struct vg_as){
		.tile = e->cfg.tile,
		.gt = e->cfg.gt,
		.root = img[IMG_PDP0] | (uint64_t)img[IMG_PDP0_UDW] << 32,
		.asid = c->has_ppgtt && e->cfg.usm ? img[IMG_ASID] & ASID_MASK : 0,
	};
	c->ts = img[IMG_TIMESTAMP];
	if (e->cfg.graphics_ver >= 2000)
		c->ts |= (uint64_t)img[IMG_TIMESTAMP_UDW] << 32;
	c->ts_ns = e->obs->now_ns;
	/* A HEAD that is not where we stopped is the driver's: begin there, not in a batch */
	if (!c->started || (img[IMG_HEAD] & HEAD_MASK) != c->saved_head) {
		c->head = img[IMG_HEAD] & HEAD_MASK;
		c->s.level = VG_RING;
		c->blit.active = false;
	}
	c->started = true;
}

static void restore_gprs(struct vg_context *c, const uint32_t *list, unsigned int dwords)
{
	for (unsigned int i = 1; i + 1 < dwords; i += 2) {
		unsigned int n = ((list[i] & 0xffc) - VG_GPR0) / 4;

		if (n < VG_GPR_DWORDS)
			c->gpr[n] = list[i + 1];
	}
}

/*
 * The image is lists of registers up to its end. What a list says of GPRs is restored, and
 * the engine saves them all in the last one, which it adds.
 */
static void restore_lists(struct vg_context *c, const uint32_t *img)
{
	unsigned int at = IMG_LRI;

	c->gpr_list = 0;
	while (at < IMG_DWORDS && MI_OPCODE(img[at]) != MI_END_OPCODE) {
		unsigned int dwords = 1;

		if (MI_OPCODE(img[at]) == MI_LRI_OPCODE)
			dwords = LRI_DWORDS(img[at]);
		else if (MI_OPCODE(img[at]) != MI_NOOP_OPCODE)
			return;
		if (at + dwords > IMG_DWORDS)
			return;
		restore_gprs(c, &img[at], dwords);
		if (dwords == GPR_LIST_DWORDS && (img[at + 1] & 0xffc) == VG_GPR0)
			break;
		at += dwords;
	}
	if (at + GPR_LIST_DWORDS + 1 <= IMG_DWORDS)
		c->gpr_list = at;
}

static void save_gprs(struct vg_engine *e, const struct vg_context *c)
{
	uint32_t list[GPR_LIST_DWORDS + 1];

	if (!c->gpr_list)
		return;
	list[0] = LRI_RELATIVE | (2 * VG_GPR_DWORDS - 1);
	for (unsigned int i = 0; i < VG_GPR_DWORDS; i++) {
		list[1 + 2 * i] = e->cfg.mmio_base + VG_GPR0 + 4 * i;
		list[2 + 2 * i] = c->gpr[i];
	}
	list[GPR_LIST_DWORDS] = IMAGE_END;
	vg_ggtt_write(e->mem, c->tile, image_addr(c, c->gpr_list), list, sizeof(list));
}

static void trace_track(struct vg_engine *e)
{
	if (!e->obs->trace || e->track_named)
		return;
	vg_trace_track(e->obs, e->tid, e->name);
	e->track_named = true;
}

/* The indirect context has a size in cache lines, the other one an end command */
static bool restore_batches(struct vg_engine *e, const uint32_t *img)
{
	uint32_t lines = img[IMG_INDIRECT] & 0x3f, batch = img[IMG_BB_PER_CTX];

	if (lines && !vg_cs_restore_batch(e, img[IMG_INDIRECT] & ~0x3fu, lines * 64))
		return false;
	return !(batch & 1) || vg_cs_restore_batch(e, batch & ~0xfffu, 0);
}

/** vg_engine_load() - restore @c; the engine must be empty */
int vg_engine_load(struct vg_engine *e, struct vg_context *c)
{
	uint32_t img[IMG_DWORDS];
	int err;

	if (e->ctx || c->dead)
		return -EINVAL;
	if (vg_ggtt_read(e->mem, c->tile, c->lrca + VG_IMAGE_OFFSET, img, sizeof(img)))
		return bad_image(e, c, "unreadable", 0);
	err = check_image(e, c, img);
	if (err)
		return err;
	vg_count(e->obs, VG_CNT_CTX_SWITCH, 1);
	trace_track(e);
	restore_registers(e, c, img);
	restore_lists(c, img);
	e->ctx = c;
	e->arb = true;
	e->boundary = true;
	e->loaded_ns = e->obs->now_ns;
	e->fetch.span.len = 0;
	if (!restore_batches(e, img)) {
		bad_image(e, c, "restore batch failed at command", e->ipehr);
		vg_engine_save(e);
		return -EINVAL;
	}
	return 0;
}

/** vg_engine_save() - write HEAD, timestamp and GPRs back; nothing is loaded afterwards */
void vg_engine_save(struct vg_engine *e)
{
	struct vg_context *c = e->ctx;
	char args[64];
	uint64_t ts;

	if (!c)
		return;
	ts = vg_context_timestamp(e, c);
	if (ts == TIMESTAMP_ACTIVE)
		ts++;
	image_write(e, c, IMG_HEAD, c->head);
	if (e->cfg.graphics_ver >= 2000)
		image_write(e, c, IMG_TIMESTAMP_UDW, ts >> 32);
	image_write(e, c, IMG_TIMESTAMP, ts);
	save_gprs(e, c);
	c->ts = ts;
	c->saved_head = c->head;
	e->ctx = NULL;
	if (!e->obs->trace)
		return;
	snprintf(args, sizeof(args), "\"lrca\":%" PRIu32 ",\"asid\":%" PRIu32, c->lrca,
		 c->ppgtt.asid);
	vg_trace_span(e->obs, e->tid, "context", e->loaded_ns, args);
}

/** vg_engine_abort() - as vg_engine_save(), and what a batch was in the middle of is forgotten */
void vg_engine_abort(struct vg_engine *e)
{
	struct vg_context *c = e->ctx;

	if (!c)
		return;
	/* Nothing in the middle of a batch survives: it begins again at the ring command */
	c->s.level = VG_RING;
	c->blit.active = false;
	vg_engine_save(e);
	e->arb = true;
	e->boundary = true;
}

/** vg_engine_forget() - see exec.h */
void vg_engine_forget(struct vg_engine *e)
{
	vg_tlb_forget(e->mem, e->cfg.gt, &e->ctx->ppgtt);
	e->fetch.span.len = 0;
}

/** vg_engine_loaded() - NULL when idle */
struct vg_context *vg_engine_loaded(struct vg_engine *e)
{
	return e->ctx;
}
