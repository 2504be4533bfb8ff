// SPDX-License-Identifier: MIT
/* Copies and fills: in pieces, stopping anywhere and going on from there. */
#include <string.h>

#include "exec/priv.h"

#define UNIT 4096u /* bytes of a unit of budget */
#define MIN_CHARGE 256u /* a piece costs as much as so many bytes */
#define WINDOW (1u << 20) /* translate no further ahead */
#define BOUNCE 4096u

/* The piece under way: both sides' translations, kept while they last */
struct piece {
	struct vg_span src, dst;
	unsigned int charge;
};

static uint64_t min64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Make @span cover @va; it may be longer than asked for from before */
static bool cover(struct vg_engine *e, enum vg_access how, uint64_t va, uint64_t want,
		  struct vg_span *span)
{
	struct vg_context *c = e->ctx;
	const struct vg_as *as;

	if (va - span->va < span->len)
		return true;
	span->len = 0;
	as = vg_cs_as(e, false, va, how);
	if (!as || vg_span_get(e->mem, as, how, va, min64(want, WINDOW), span, &c->fault))
		return false;
	span->va = va;
	return true;
}

static bool copy_piece(struct vg_engine *e, const struct piece *p, uint64_t soff, uint64_t doff,
		       uint64_t n)
{
	uint8_t buf[BOUNCE];

	if (p->src.host && p->dst.host) {
		vg_span_account(e->mem, &p->src, soff, n, false);
		vg_span_account(e->mem, &p->dst, doff, n, true);
		memmove(p->dst.host + doff, p->src.host + soff, n);
		return true;
	}
	while (n) {
		size_t part = min64(n, sizeof(buf));

		if (vg_span_read(e->mem, &p->src, soff, buf, part) ||
		    vg_span_write(e->mem, &p->dst, doff, buf, part))
			return false;
		soff += part;
		doff += part;
		n -= part;
	}
	return true;
}

static bool fill_piece(struct vg_engine *e, const struct vg_blit *b, const struct vg_span *dst,
		       uint64_t doff, uint64_t phase, uint64_t n)
{
	uint8_t buf[BOUNCE];
	size_t ready = min64(n, sizeof(buf));

	if (b->pattern_len == 1 && dst->host) {
		vg_span_account(e->mem, dst, doff, n, true);
		memset(dst->host + doff, b->pattern[0], n);
		return true;
	}
	while (n) {
		size_t part = min64(n, ready);

		for (size_t i = 0; i < part; i++)
			buf[i] = b->pattern[(phase + i) % b->pattern_len];
		if (vg_span_write(e->mem, dst, doff, buf, part))
			return false;
		phase += part;
		doff += part;
		n -= part;
	}
	return true;
}

static void charge(struct vg_engine *e, struct piece *p, uint64_t n)
{
	uint64_t units;

	p->charge += n < MIN_CHARGE ? MIN_CHARGE : n;
	units = p->charge / UNIT;
	p->charge %= UNIT;
	*e->budget -= min64(units, *e->budget);
}

/* Move as much of the current row as is contiguous on both sides */
static bool blit_piece(struct vg_engine *e, struct vg_blit *b, struct piece *p)
{
	uint64_t run, dva, sva = 0, n = min64(b->row_bytes - b->col, (uint64_t)*e->budget * UNIT);
	bool ok;

	dva = vg_surface_addr(&b->dst, b->dst.x + b->col, b->dst.y + b->row, &run);
	n = min64(n, min64(run, WINDOW));
	if (!b->fill) {
		sva = vg_surface_addr(&b->src, b->src.x + b->col, b->src.y + b->row, &run);
		n = min64(n, run);
		if (!cover(e, VG_READ, sva, n, &p->src))
			return false;
		n = min64(n, p->src.len - (sva - p->src.va));
	}
	if (!cover(e, VG_WRITE, dva, n, &p->dst))
		return false;
	n = min64(n, p->dst.len - (dva - p->dst.va));
	if (b->resolve && p->dst.how == VG_COMPRESSED)
		p->dst.how = VG_RESOLVE;
	ok = b->fill ? fill_piece(e, b, &p->dst, dva - p->dst.va, b->col, n) :
		       copy_piece(e, p, sva - p->src.va, dva - p->dst.va, n);
	if (!ok) {
		e->ctx->fault = (struct vg_fault){ VG_BUS_FAULT, b->fill ? VG_WRITE : VG_READ,
						   b->fill ? dva : sva, 0 };
		return false;
	}
	vg_count(e->obs, b->fill ? VG_CNT_FILL_BYTES : VG_CNT_COPY_BYTES, n);
	charge(e, p, n);
	b->col += n;
	if (b->col == b->row_bytes) {
		b->col = 0;
		b->row++;
	}
	return true;
}

/** vg_blit_run() - go on with the copy or fill under way, until done or out of budget */
enum vg_step vg_blit_run(struct vg_engine *e)
{
	struct vg_blit *b = &e->ctx->blit;
	struct piece p = { .charge = 0 };

	e->progress = true;
	/* The command itself has paid one unit already: use it for the first piece */
	++*e->budget;
	while (b->row < b->rows) {
		if (!*e->budget)
			return VG_STEP_MORE;
		if (!blit_piece(e, b, &p)) {
			*e->budget -= *e->budget ? 1 : 0;
			return vg_cs_fault(e, false);
		}
	}
	if (p.charge && *e->budget)
		--*e->budget;
	b->active = false;
	vg_trace_span(e->obs, e->tid, b->fill ? "fill" : "copy", b->start_ns, NULL);
	return VG_STEP_DONE;
}

/* Rows without gaps are one long row: fewer, larger pieces */
static void merge_rows(struct vg_blit *b)
{
	if (b->dst.tiling != VG_LINEAR || b->dst.pitch != b->row_bytes)
		return;
	if (b->fill ? b->row_bytes % b->pattern_len :
		      b->src.tiling != VG_LINEAR || b->src.pitch != b->row_bytes)
		return;
	b->row_bytes *= b->rows;
	b->rows = 1;
}

static bool surface_ok(const struct vg_surface *s)
{
	return s->pitch && s->pitch % vg_surface_tile_width(s) == 0;
}

/** vg_blit_start() - check @blit, make it the one under way, and run it */
enum vg_step vg_blit_start(struct vg_engine *e, const struct vg_blit *blit)
{
	struct vg_blit *b = &e->ctx->blit;

	vg_count(e->obs, VG_CNT_COPY_CMD, 1);
	if (!blit->rows || !blit->row_bytes)
		return VG_STEP_DONE;
	if (!surface_ok(&blit->dst) || (!blit->fill && !surface_ok(&blit->src)))
		return vg_cs_bad(e, "pitch of blit", e->dw[0]);
	*b = *blit;
	/* Linear rectangles: put the first pixel into the base, so that rows can merge */
	if (b->dst.tiling == VG_LINEAR) {
		b->dst.base += b->dst.y * b->dst.pitch + b->dst.x;
		b->dst.x = b->dst.y = 0;
	}
	if (b->src.tiling == VG_LINEAR) {
		b->src.base += b->src.y * b->src.pitch + b->src.x;
		b->src.x = b->src.y = 0;
	}
	merge_rows(b);
	b->row = b->col = 0;
	b->active = true;
	b->start_ns = e->obs->now_ns;
	return vg_blit_run(e);
}
