// SPDX-License-Identifier: MIT
/*
 * Page faults: a slot for each that is outstanding, an event that names it, and
 * the reply that ends it. And access errors that nothing can resolve.
 */
#include "guc/priv.h"

/* reply, dword 0 and 1; the bit whose name says success is set when the fault FAILED */
#define REPLY_VALID (1u << 0)
#define REPLY_FAILED (1u << 1)
#define REPLY_DESC_TYPE(dw) ((dw) >> 10 & 3)
#define REPLY_DESC_FAULT 1
#define REPLY_ASID(dw) ((dw) >> 12)
#define REPLY_PDATA(dw) ((dw) >> 16)

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
	for (unsigned int i = 0; i < MAX_SLOTS; i++)
		if (g->slot[i].used && g->slot[i].asid == asid && g->slot[i].page == page)
			return true;
	return false;
}

/**
 * fault_report() - tell the host what the loaded @l wants
 *
 * Returns false when as many as there are slots for wait for replies.
 */
bool fault_report(struct vg_guc *g, struct lrc *l)
{
	const struct vg_fault *f = vg_context_fault(l->hw);
	const struct vg_engine_config *e = vg_engine_cfg(l->on->cfg->engine);
	struct fault_slot *s = slot_get(g);
	uint32_t dw[4], pdata;

	if (!s)
		return false;
	pdata = s - g->slot;
	s->lrc = l;
	s->asid = vg_context_asid(l->hw) & 0xfffff;
	s->page = f->va >> 12;
	if (is_duplicate(g, s->asid, s->page))
		vg_count(g->obs, VG_CNT_FAULT_DUP, 1);
	s->used = true;
	l->state = LRC_FAULT;
	dw[0] = (f->level & 7u) | (uint32_t)(e->inst & 0x3f) << 19 | (uint32_t)e->cls << 25 |
		(pdata & 0xf) << 28;
	dw[1] = pdata >> 4 | s->asid << 12;
	dw[2] = (uint32_t)f->access | (uint32_t)f->type << 2 | ((uint32_t)f->va & 0xfffff000);
	dw[3] = f->va >> 32;
	vg_count(g->obs, VG_CNT_FAULT, 1);
	ct_event(g, G2H_PAGE_FAULT, dw, 4);
	return true;
}

/** fault_orphan() - @l is about to go; its slot stays taken until the host replies */
void fault_orphan(struct vg_guc *g, struct lrc *l)
{
	for (unsigned int i = 0; i < MAX_SLOTS; i++)
		if (g->slot[i].lrc == l)
			g->slot[i].lrc = NULL;
}

/** fault_cat() - an access error: throw the context off and tell the host */
void fault_cat(struct vg_guc *g, struct gctx *c)
{
	const uint32_t data[2] = { c->id, CAT_TYPE_NONE };

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

/** act_fault_reply() - PAGE_FAULT_RES_DESC: retry, or give up on the context */
enum guc_error act_fault_reply(struct vg_guc *g, const struct h2g *m, uint32_t *data0)
{
	uint32_t pdata = REPLY_PDATA(m->dw[2]);
	struct fault_slot *s = pdata < MAX_SLOTS ? &g->slot[pdata] : NULL;
	struct lrc *l;

	(void)data0;
	if (!(m->dw[1] & REPLY_VALID) || REPLY_DESC_TYPE(m->dw[1]) != REPLY_DESC_FAULT)
		return GUC_E_PARAMS;
	if (!s || !s->used || REPLY_ASID(m->dw[1]) != s->asid)
		return GUC_E_STATE;
	l = s->lrc;
	s->used = false;
	s->lrc = NULL;
	if (m->dw[1] & REPLY_FAILED) {
		vg_count(g->obs, VG_CNT_FAULT_NACK, 1);
		if (l)
			fault_cat(g, l->ctx);
		return GUC_OK;
	}
	if (!l || l->state != LRC_FAULT)
		return GUC_OK;
	if (l->on)
		l->state = LRC_RUNNING;
	else
		sched_ready(g, l);
	return GUC_OK;
}

/** vg_guc_script_cat() - see guc.h */
bool vg_guc_script_cat(struct vg_guc *g, uint32_t id)
{
	struct gctx *c = ctx_find(g, id);

	if (c)
		fault_cat(g, c);
	return c;
}
