// SPDX-License-Identifier: MIT
/*
 * Page faults: a slot for each that is outstanding, an event that names it, and
 * the reply that ends it. And access errors that nothing can resolve.
 */
#include "guc/priv.h"

/* reply, dword 0 and 1; the bit whose name says success is set when the fault FAILED */
#define REPLY_VALID (1u << 0)
#define REPLY_FAILED (1u << 1)
#define REPLY_SCOPE(dw) ((dw) >> 2 & 7)
#define REPLY_DESC_TYPE(dw) ((dw) >> 10 & 3)
#define REPLY_DESC_FAULT 1
#define REPLY_ASID(dw) ((dw) >> 12)
#define REPLY_VFID(dw) ((dw) & 0x3f)
#define REPLY_PREFETCH (1u << 6)
#define REPLY_ENGINE(dw) ((dw) >> 7 & 0x1ff)
#define REPLY_PDATA(dw) ((dw) >> 16)

#define EVENT_PREFETCH (1u << 11) /* dword 2 */

#define CAT_TYPE_NONE 0 /* for hosts that asked for a type: nothing in particular */

static struct fault_slot *slot_get(struct vg_guc *g)
{
	for (unsigned int i = 0; i < MAX_SLOTS; i++)
		if (!g->slot[i].used)
			return &g->slot[i];
	return NULL;
}

/* Somebody waits for this page already */
static bool is_duplicate(const struct vg_guc *g, uint32_t asid, uint64_t page)
{
	for (unsigned int i = 0; i < MAX_SLOTS; i++) {
		const struct fault_slot *s = &g->slot[i];

		if (s->used && !s->prefetch && s->asid == asid && s->page == page)
			return true;
	}
	return false;
}

/* One event, its cookie the number of the slot; false: all are taken */
static bool report(struct vg_guc *g, struct lrc *l, const struct geng *ge,
		   const struct vg_fault *f, bool prefetch)
{
	const struct vg_engine_config *e = vg_engine_cfg(ge->cfg->engine);
	struct fault_slot *s = slot_get(g);
	uint32_t dw[4], pdata;

	if (!s)
		return false;
	pdata = s - g->slot;
	*s = (struct fault_slot){ .prefetch = prefetch, .lrc = l, .page = f->va >> 12 };
	s->asid = vg_context_asid(l->hw) & 0xfffff;
	s->engine = (e->inst & 0x3f) | (uint32_t)e->cls << 6;
	if (!prefetch && is_duplicate(g, s->asid, s->page))
		vg_count(g->obs, VG_CNT_FAULT_DUP, 1);
	s->used = true;
	dw[0] = (f->level & 7u) | (uint32_t)(e->inst & 0x3f) << 19 | (uint32_t)e->cls << 25 |
		(pdata & 0xf) << 28;
	dw[1] = pdata >> 4 | s->asid << 12;
	dw[2] = (uint32_t)f->access | (uint32_t)f->type << 2 | (prefetch ? EVENT_PREFETCH : 0) |
		((uint32_t)f->va & 0xfffff000);
	dw[3] = f->va >> 32;
	vg_count(g->obs, prefetch ? VG_CNT_FAULT_PREFETCH : VG_CNT_FAULT, 1);
	ct_event(g, G2H_PAGE_FAULT, dw, 4);
	return true;
}

/**
 * fault_report() - tell the host what the loaded @l wants, as often as by script
 *
 * Returns false when as many as there are slots for wait for replies.
 */
bool fault_report(struct vg_guc *g, struct lrc *l)
{
	struct vg_fault f = *vg_context_fault(l->hw);

	l->faults = 0;
	while (l->faults < g->fault_copies && report(g, l, l->on, &f, false))
		l->faults++;
	if (!l->faults)
		return false;
	l->state = LRC_FAULT;
	f.access = VG_READ;
	f.type = VG_NOT_PRESENT;
	for (unsigned int i = 0; i < g->fault_prefetches; i++) {
		f.va += 4096;
		report(g, l, l->on, &f, true);
	}
	return true;
}

/** fault_orphan() - @l is about to go; its slot stays taken until the host replies */
void fault_orphan(struct vg_guc *g, struct lrc *l)
{
	for (unsigned int i = 0; i < MAX_SLOTS; i++)
		if (g->slot[i].lrc == l)
			g->slot[i].lrc = NULL;
	l->faults = 0;
}

/** fault_cat() - an access error: throw the context off and tell the host, naming @id */
void fault_cat(struct vg_guc *g, struct gctx *c, uint32_t id)
{
	const uint32_t data[2] = { id, CAT_TYPE_NONE };

	for (unsigned int i = 0; i < c->n_lrc; i++) {
		struct lrc *l = &c->lrc[i];

		if (l->on)
			sched_abort(l->on);
		sched_remove(g, l);
		fault_orphan(g, l);
		l->state = LRC_STOPPED;
	}
	ctx_transition(g, c, EV_KILL);
	vg_count(g->obs, VG_CNT_CAT, 1);
	ct_event(g, G2H_CAT_ERROR, data, g->ext_cat_type ? 2 : 1);
	ctx_check_off(g, c);
}

/*
 * The host has given up on a page. Nobody waits for a prefetch, if the host says that
 * it knows it was one.
 */
static void refused(struct vg_guc *g, const struct fault_slot *s, struct lrc *l, bool prefetch)
{
	if (s->prefetch && prefetch)
		return;
	vg_count(g->obs, VG_CNT_FAULT_NACK, 1);
	if (l)
		fault_cat(g, l->ctx, l->ctx->id);
}

/** act_fault_reply() - PAGE_FAULT_RES_DESC: retry, or give up on the context */
enum guc_error act_fault_reply(struct vg_guc *g, const struct h2g *m, uint32_t *data0)
{
	uint32_t pdata = REPLY_PDATA(m->dw[2]);
	struct fault_slot *s = pdata < MAX_SLOTS ? &g->slot[pdata] : NULL;
	struct lrc *l;

	(void)data0;
	if (!(m->dw[1] & REPLY_VALID) || REPLY_DESC_TYPE(m->dw[1]) != REPLY_DESC_FAULT ||
	    REPLY_SCOPE(m->dw[1]) || REPLY_VFID(m->dw[2]))
		return GUC_E_PARAMS;
	if (!s || !s->used || REPLY_ASID(m->dw[1]) != s->asid ||
	    REPLY_ENGINE(m->dw[2]) != s->engine)
		return GUC_E_STATE;
	l = s->lrc;
	s->used = false;
	s->lrc = NULL;
	if (m->dw[1] & REPLY_FAILED) {
		refused(g, s, l, m->dw[2] & REPLY_PREFETCH);
		return GUC_OK;
	}
	/* all threads have to come through before the context can go on */
	if (s->prefetch || !l || l->state != LRC_FAULT || --l->faults)
		return GUC_OK;
	if (l->on)
		l->state = LRC_RUNNING;
	else
		sched_ready(g, l);
	return GUC_OK;
}

/** vg_guc_script_faults() - see guc.h */
void vg_guc_script_faults(struct vg_guc *g, unsigned int copies, unsigned int prefetches)
{
	g->fault_copies = copies ? copies : 1;
	g->fault_prefetches = prefetches;
}

/** fault_script_clear() - as the options said */
void fault_script_clear(struct vg_guc *g)
{
	vg_guc_script_faults(g, g->cfg.fault_copies, g->cfg.fault_prefetches);
}

/** vg_guc_script_prefetch() - see guc.h */
bool vg_guc_script_prefetch(struct vg_guc *g, uint32_t id, uint64_t va)
{
	const struct vg_fault f = { .type = VG_NOT_PRESENT, .access = VG_READ, .va = va };
	struct gctx *c = ctx_find(g, id);
	struct geng *ge = c ? sched_any_engine(g, c->cls) : NULL;

	return ge && report(g, &c->lrc[0], ge, &f, true);
}

/** vg_guc_script_cat() - see guc.h */
bool vg_guc_script_cat(struct vg_guc *g, uint32_t id)
{
	struct gctx *c = ctx_of_ring(g, id);

	if (c)
		fault_cat(g, c, id);
	return c;
}
