// SPDX-License-Identifier: MIT
/* Contexts: registration, state, policies. */
#include <stdlib.h>

#include "guc/priv.h"

#define DEFAULT_QUANTUM_US 1000
#define DEFAULT_PREEMPT_US 640000
#define DEFAULT_PRIORITY 3 /* normal */

/* context policy keys */
enum {
	POLICY_QUANTUM = 0x2001,
	POLICY_PREEMPT = 0x2002,
	POLICY_PRIORITY = 0x2003,
	POLICY_PREEMPT_TO_IDLE = 0x2004,
	POLICY_FREQUENCY = 0x2005,
};

/* LRC descriptor, low dword */
#define DESC_VALID 1u
#define DESC_ADDR 0xfffff000u

/*
 * What an event makes of a state; what is not listed the host may not do. To disable
 * what is off already is allowed, and answered: a host tears a context that it has
 * disabled for an error down in the same way as any other.
 */
static const uint8_t next_state[N_CTX_STATES][N_CTX_EVENTS] = {
	[CTX_FREE] = { [EV_REGISTER] = CTX_REGISTERED },
	[CTX_REGISTERED] = { [EV_ENABLE] = CTX_ENABLED, [EV_DISABLE] = CTX_DISABLING,
			     [EV_KILL] = CTX_REGISTERED, [EV_DEREGISTER] = CTX_FREE },
	[CTX_ENABLED] = { [EV_DISABLE] = CTX_DISABLING, [EV_KILL] = CTX_DEAD },
	[CTX_DISABLING] = { [EV_OFF] = CTX_REGISTERED, [EV_KILL] = CTX_DISABLING },
	[CTX_DEAD] = { [EV_DISABLE] = CTX_DISABLING, [EV_KILL] = CTX_DEAD },
};

/** ctx_transition() - the only place where a context's state changes; false: not allowed */
bool ctx_transition(struct vg_guc *g, struct gctx *c, enum ctx_event ev)
{
	static const char *const names[N_CTX_STATES] = {
		"none", "free", "registered", "enabled", "disabling", "dead"
	};
	uint8_t next = next_state[c->state][ev];

	if (next == CTX_NONE)
		return false;
	vg_log(g->obs, 3, "GT%u context %u: %s -> %s", g->cfg.gt, c->id, names[c->state],
	       names[next]);
	c->state = next;
	return true;
}

/** ctx_of_ring() - the context that one of its rings has @id; NULL: none */
struct gctx *ctx_of_ring(struct vg_guc *g, uint32_t id)
{
	return id < MAX_CONTEXTS ? g->ctx[id] : NULL;
}

/** ctx_find() - by its own id, which is that of its first ring; NULL: not registered */
struct gctx *ctx_find(struct vg_guc *g, uint32_t id)
{
	struct gctx *c = ctx_of_ring(g, id);

	return c && c->id == id ? c : NULL;
}

static void ctx_free(struct vg_guc *g, struct gctx *c)
{
	for (unsigned int i = 0; i < c->n_lrc; i++) {
		g->ctx[c->id + i] = NULL;
		vg_context_free(c->lrc[i].hw);
	}
	free(c);
}

/** ctx_forget_all() - engines are empty already */
void ctx_forget_all(struct vg_guc *g)
{
	for (uint32_t id = 0; id < MAX_CONTEXTS; id++) {
		struct gctx *c = g->ctx[id];

		if (!c)
			continue;
		for (unsigned int i = 0; i < c->n_lrc; i++)
			sched_remove(g, &c->lrc[i]);
		ctx_free(g, c);
	}
}

/* Logical instances of a class that exist */
static uint32_t class_mask(const struct vg_guc *g, enum vg_guc_class cls)
{
	uint32_t mask = 0;

	for (unsigned int i = 0; i < g->cfg.n_engines; i++)
		if (g->cfg.engine[i].cls == cls)
			mask |= 1u << g->cfg.engine[i].logical;
	return mask;
}

/* Each ring has an id, and they are in a row: nobody else may have one of them */
static enum guc_error check_ids(struct vg_guc *g, uint32_t id, unsigned int n)
{
	if (id >= MAX_CONTEXTS - n)
		return GUC_E_CONTEXT_INDEX;
	for (unsigned int i = 0; i < n; i++) {
		struct gctx *c = g->ctx[id + i];

		if (!c)
			continue;
		vg_log(g->obs, 1, "GT%u context %u: id %u of ring %u is ring %u of context %u",
		       g->cfg.gt, id, id + i, i, id + i - c->id, c->id);
		return GUC_E_ALREADY_REGISTERED;
	}
	return GUC_OK;
}

/* The members that both kinds of registration have in common: dwords 1 to 9. @n: rings */
static enum guc_error check_common(struct vg_guc *g, const uint32_t *dw, unsigned int n)
{
	uint32_t cls = dw[3], mask = dw[4];
	enum guc_error err = check_ids(g, dw[2], n);

	if (err)
		return err;
	if (cls >= VG_GUC_N_CLASSES || !mask || mask & ~class_mask(g, cls))
		return GUC_E_PARAMS;
	if (dw[6] || dw[8]) /* the GGTT is 4 GiB */
		return GUC_E_GGTT_ADDRESS;
	return GUC_OK;
}

/* @desc: n pairs of descriptor dwords */
static enum guc_error register_ctx(struct vg_guc *g, const uint32_t *dw, const uint32_t *desc,
				   unsigned int n)
{
	struct gctx *c;

	for (unsigned int i = 0; i < n; i++)
		if (!(desc[2 * i] & DESC_VALID) || !(desc[2 * i] & DESC_ADDR))
			return GUC_E_CONTEXT;
	c = calloc(1, sizeof(*c));
	if (!c)
		return GUC_E_STATE;
	c->state = CTX_FREE;
	c->id = dw[2];
	c->cls = dw[3];
	c->mask = dw[4];
	c->wq_desc = dw[5];
	c->wq_base = dw[7];
	c->wq_size = dw[9];
	c->quantum_us = DEFAULT_QUANTUM_US;
	c->preempt_us = DEFAULT_PREEMPT_US;
	c->priority = DEFAULT_PRIORITY;
	for (unsigned int i = 0; i < n; i++) {
		struct lrc *l = &c->lrc[i];

		l->ctx = c;
		l->lrca = desc[2 * i] & DESC_ADDR;
		l->hw = vg_context_new(g->cfg.tile, l->lrca, desc[2 * i], desc[2 * i + 1]);
		if (!l->hw) {
			ctx_free(g, c);
			return GUC_E_STATE;
		}
		g->ctx[c->id + i] = c;
		c->n_lrc++;
	}
	ctx_transition(g, c, EV_REGISTER);
	return GUC_OK;
}

/** act_register() - REGISTER_CONTEXT: one LRC; the work queue members are 0 */
enum guc_error act_register(struct vg_guc *g, const struct h2g *m, uint32_t *data0)
{
	enum guc_error err = check_common(g, m->dw, 1);

	(void)data0;
	return err ? err : register_ctx(g, m->dw, &m->dw[10], 1);
}

/** act_register_multi() - REGISTER_CONTEXT_MULTI_LRC: several LRCs, fed by a work queue */
enum guc_error act_register_multi(struct vg_guc *g, const struct h2g *m, uint32_t *data0)
{
	uint32_t n = m->dw[10];
	enum guc_error err;

	(void)data0;
	if (!n || n > MAX_WIDTH || m->len != 11 + 2 * n)
		return GUC_E_PARAMS;
	err = check_common(g, m->dw, n);
	if (err)
		return err;
	if (m->dw[4] << (n - 1) & ~class_mask(g, m->dw[3])) /* no engine for the last ring */
		return GUC_E_PARAMS;
	if (!m->dw[5] || !m->dw[7] || !m->dw[9] || m->dw[9] > 4096 || m->dw[9] & 3 ||
	    (m->dw[5] | m->dw[7]) & 3)
		return GUC_E_BUFFER;
	err = register_ctx(g, m->dw, &m->dw[11], n);
	if (!err)
		g->ctx[m->dw[2]]->parallel = true;
	return err;
}

/** act_deregister() - DEREGISTER_CONTEXT: of a disabled one */
enum guc_error act_deregister(struct vg_guc *g, const struct h2g *m, uint32_t *data0)
{
	struct gctx *c = ctx_find(g, m->dw[1]);
	uint32_t id = m->dw[1];

	(void)data0;
	if (!c)
		return GUC_E_NOT_REGISTERED;
	if (!ctx_transition(g, c, EV_DEREGISTER))
		return GUC_E_STATE;
	for (unsigned int i = 0; i < c->n_lrc; i++)
		fault_orphan(g, &c->lrc[i]);
	ctx_free(g, c);
	ct_event(g, G2H_DEREGISTER_DONE, &id, 1);
	return GUC_OK;
}

static void sched_done(struct vg_guc *g, struct gctx *c, uint32_t state)
{
	const uint32_t data[2] = { c->id, state };

	ct_event(g, G2H_SCHED_DONE, data, 2);
}

/** ctx_check_off() - a context being disabled is done when no engine has it any more */
void ctx_check_off(struct vg_guc *g, struct gctx *c)
{
	if (c->state != CTX_DISABLING)
		return;
	for (unsigned int i = 0; i < c->n_lrc; i++)
		if (c->lrc[i].on)
			return;
	for (unsigned int i = 0; i < c->n_lrc; i++) {
		sched_remove(g, &c->lrc[i]);
		fault_orphan(g, &c->lrc[i]);
		c->lrc[i].state = LRC_IDLE;
	}
	ctx_transition(g, c, EV_OFF);
	sched_done(g, c, 0);
}

/** act_mode_set() - SCHED_CONTEXT_MODE_SET: enable, or disable and say so when it is off */
enum guc_error act_mode_set(struct vg_guc *g, const struct h2g *m, uint32_t *data0)
{
	struct gctx *c = ctx_find(g, m->dw[1]);

	(void)data0;
	if (!c)
		return GUC_E_NOT_REGISTERED;
	if (m->dw[2] > 1)
		return GUC_E_PARAMS;
	if (!ctx_transition(g, c, m->dw[2] ? EV_ENABLE : EV_DISABLE))
		return GUC_E_STATE;
	if (m->dw[2]) {
		for (unsigned int i = 0; i < c->n_lrc; i++)
			c->lrc[i].cold = true;
		sched_done(g, c, 1);
		if (c->parallel && !wq_process(g, c))
			return GUC_E_BUFFER;
		sched_wake(g, c);
	} else {
		ctx_check_off(g, c);
	}
	return GUC_OK;
}

/** act_sched() - SCHED_CONTEXT: there is more in its ring, or its work queue */
enum guc_error act_sched(struct vg_guc *g, const struct h2g *m, uint32_t *data0)
{
	struct gctx *c = ctx_find(g, m->dw[1]);

	(void)data0;
	if (!c)
		return GUC_E_NOT_REGISTERED;
	if (c->state == CTX_REGISTERED)
		return GUC_E_STATE;
	if (c->state != CTX_ENABLED) /* disabling, or dead and the host does not know yet */
		return GUC_OK;
	if (c->parallel && !wq_process(g, c))
		return GUC_E_BUFFER;
	sched_wake(g, c);
	return GUC_OK;
}

static void set_priority(struct vg_guc *g, struct gctx *c, uint32_t priority)
{
	uint32_t was_ready = 0;

	for (unsigned int i = 0; i < c->n_lrc; i++) {
		if (c->lrc[i].state != LRC_READY)
			continue;
		was_ready |= 1u << i;
		sched_unready(g, &c->lrc[i]);
	}
	c->priority = priority;
	for (unsigned int i = 0; i < c->n_lrc; i++)
		if (was_ready & 1u << i)
			sched_ready(g, &c->lrc[i]);
}

/** act_policies() - UPDATE_CONTEXT_POLICIES: context id, then KLVs */
enum guc_error act_policies(struct vg_guc *g, const struct h2g *m, uint32_t *data0)
{
	struct gctx *c = ctx_find(g, m->dw[1]);

	(void)data0;
	if (!c)
		return GUC_E_NOT_REGISTERED;
	if (m->len % 2)
		return GUC_E_KLV_DATA;
	for (unsigned int i = 2; i < m->len; i += 2) {
		uint32_t key = m->dw[i] >> 16, value = m->dw[i + 1];

		if ((m->dw[i] & 0xffff) != 1)
			return GUC_E_KLV_DATA;
		switch (key) {
		case POLICY_QUANTUM:
			c->quantum_us = value;
			break;
		case POLICY_PREEMPT:
			c->preempt_us = value;
			break;
		case POLICY_PRIORITY:
			if (value >= N_PRIORITIES)
				return GUC_E_KLV_DATA;
			set_priority(g, c, value);
			break;
		case POLICY_PREEMPT_TO_IDLE: /* idle engines cost nothing here */
		case POLICY_FREQUENCY: /* a hint */
			break;
		default:
			return GUC_E_KLV_KEY;
		}
	}
	return GUC_OK;
}
