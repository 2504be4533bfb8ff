// SPDX-License-Identifier: MIT
/*
 * Which ring runs on which engine.
 *
 * Strict priorities; round robin inside one, with each context's quantum. Who
 * waits in a semaphore or for a page gives way at once. A context that does
 * not let go of its engine within its preemption timeout is reset off it.
 */
#include "guc/priv.h"

#define CHUNK 128u /* work units before another engine gets its turn */
/* A spinner polls memory: nobody tells when it changes. The longer it spins, the longer it rests */
#define SPIN_SLEEP_MIN_NS 20000u
#define SPIN_SLEEP_MAX_NS 320000u
#define WAIT_RETRY_NS 100000u /* of a semaphore, while others want the engine */
#define PREEMPT_FLOOR_NS 200000u /* the model is slower than the clock that 1 us was meant for */

/** sched_ready() - into the list of its class and priority, last */
void sched_ready(struct vg_guc *g, struct lrc *l)
{
	struct gctx *c = l->ctx;

	l->state = LRC_READY;
	l->next = NULL;
	l->prev = g->ready[c->cls][c->priority].tail;
	if (l->prev)
		l->prev->next = l;
	else
		g->ready[c->cls][c->priority].head = l;
	g->ready[c->cls][c->priority].tail = l;
}

/** sched_unready() - out of the list, idle */
void sched_unready(struct vg_guc *g, struct lrc *l)
{
	struct gctx *c = l->ctx;

	if (l->prev)
		l->prev->next = l->next;
	else
		g->ready[c->cls][c->priority].head = l->next;
	if (l->next)
		l->next->prev = l->prev;
	else
		g->ready[c->cls][c->priority].tail = l->prev;
	l->prev = l->next = NULL;
	l->state = LRC_IDLE;
}

/** sched_remove() - from wherever it is but an engine */
void sched_remove(struct vg_guc *g, struct lrc *l)
{
	if (l->state == LRC_READY)
		sched_unready(g, l);
}

/** sched_any_engine() - one of the class; NULL: there is none */
struct geng *sched_any_engine(struct vg_guc *g, enum vg_guc_class cls)
{
	for (unsigned int i = 0; i < g->cfg.n_engines; i++)
		if (g->eng[i].cfg->cls == cls)
			return &g->eng[i];
	return NULL;
}

/** sched_wake() - the rings of an enabled context that have something to do become ready */
void sched_wake(struct vg_guc *g, struct gctx *c)
{
	struct geng *ge = sched_any_engine(g, c->cls);

	if (c->state != CTX_ENABLED || !ge)
		return;
	for (unsigned int i = 0; i < c->n_lrc; i++) {
		struct lrc *l = &c->lrc[i];

		l->wait_until_ns = 0;
		if (l->state == LRC_IDLE && vg_context_pending(ge->cfg->engine, l->hw))
			sched_ready(g, l);
	}
}

/* The rings of a parallel context run on engines that follow each other, the first on @mask */
static bool may_run(const struct lrc *l, const struct geng *ge)
{
	return l->ctx->mask << (l - l->ctx->lrc) & 1u << ge->cfg->logical;
}

/* The best for @ge: by priority, but who waits in a semaphore only when nobody else is there */
static struct lrc *pick(struct geng *ge)
{
	struct vg_guc *g = ge->g;
	struct lrc *waiting = NULL;

	for (unsigned int p = 0; p < N_PRIORITIES; p++) {
		for (struct lrc *l = g->ready[ge->cfg->cls][p].head; l; l = l->next) {
			if (!may_run(l, ge))
				continue;
			if (l->wait_until_ns <= g->obs->now_ns)
				return l;
			if (!waiting)
				waiting = l;
		}
	}
	return waiting;
}

/* The engine is free: account for what was on it */
static void vacate(struct geng *ge)
{
	struct lrc *l = ge->cur;

	activity_switch(ge, false);
	l->on = NULL;
	ge->cur = NULL;
	ge->preempt_end_ns = 0;
	ge->spinning = false;
}

static void load(struct geng *ge, struct lrc *l)
{
	struct vg_guc *g = ge->g;

	sched_unready(g, l);
	if (vg_engine_load(ge->cfg->engine, l->hw)) {
		sched_kill(g, l->ctx);
		return;
	}
	/* Long-running address spaces are bound anew while their contexts are disabled */
	if (l->cold)
		vg_engine_forget(ge->cfg->engine);
	l->cold = false;
	l->state = LRC_RUNNING;
	l->on = ge;
	ge->cur = l;
	ge->since_ns = g->obs->now_ns;
	ge->slice_end_ns = !l->ctx->quantum_us ? UINT64_MAX :
			   ge->since_ns + us_to_ns(l->ctx->quantum_us);
	ge->preempt_end_ns = 0;
	ge->spinning = false;
	activity_switch(ge, true);
}

/* Save what is loaded; it goes on later, unless it is done or to be disabled */
static void unload(struct geng *ge, bool idle)
{
	struct lrc *l = ge->cur;
	struct gctx *c = l->ctx;

	vg_engine_save(ge->cfg->engine);
	vacate(ge);
	if (l->state == LRC_RUNNING) {
		l->state = LRC_IDLE;
		if (!idle && c->state == CTX_ENABLED)
			sched_ready(ge->g, l);
	}
	ctx_check_off(ge->g, c);
}

/** sched_abort() - an engine reset: what is loaded is thrown off, the hang is over */
void sched_abort(struct geng *ge)
{
	struct lrc *l = ge->cur;

	ge->hung = false;
	if (!l)
		return;
	vg_engine_abort(ge->cfg->engine);
	vacate(ge);
	l->state = LRC_STOPPED;
}

/**
 * sched_kill() - a context has failed for good
 *
 * The host is told in one message, disables and deregisters it then.
 */
void sched_kill(struct vg_guc *g, struct gctx *c)
{
	for (unsigned int i = 0; i < c->n_lrc; i++) {
		struct lrc *l = &c->lrc[i];

		if (l->on)
			sched_abort(l->on);
		sched_remove(g, l);
		fault_orphan(g, l);
		l->state = LRC_STOPPED;
	}
	ctx_transition(g, c, EV_KILL);
	vg_count(g->obs, VG_CNT_ENGINE_RESET, 1);
	ct_event(g, G2H_CONTEXT_RESET, &c->id, 1);
	ctx_check_off(g, c);
}

/* Should what is on the engine make room? */
static bool wanted_off(struct geng *ge)
{
	const struct lrc *l = ge->cur, *other;
	uint64_t now = ge->g->obs->now_ns;

	if (l->ctx->state == CTX_DISABLING)
		return true;
	other = pick(ge);
	if (!other)
		return false;
	if (l->state == LRC_FAULT || l->wait_until_ns > now)
		return other->wait_until_ns <= now || now >= ge->slice_end_ns;
	if (other->ctx->priority != l->ctx->priority)
		return other->ctx->priority < l->ctx->priority;
	return now >= ge->slice_end_ns;
}

/*
 * Returns true when the engine is free. A context that waits for a page is not
 * held to its timeout: the host has to answer first.
 */
static bool make_room(struct geng *ge)
{
	struct vg_guc *g = ge->g;
	struct gctx *c = ge->cur->ctx;
	uint64_t now = g->obs->now_ns, timeout = us_to_ns(c->preempt_us);

	if (!ge->hung && vg_engine_preemptible(ge->cfg->engine)) {
		unload(ge, false);
		return true;
	}
	if (!ge->preempt_end_ns) {
		if (timeout && timeout < PREEMPT_FLOOR_NS)
			timeout = PREEMPT_FLOOR_NS;
		ge->preempt_end_ns = timeout ? now + timeout : UINT64_MAX;
		ge->ran = false;
		return false;
	}
	if (now < ge->preempt_end_ns || ge->cur->state == LRC_FAULT || (!ge->ran && !ge->hung))
		return false;
	vg_log(g->obs, 2, "GT%u %s: context %u is not preemptible: engine reset", g->cfg.gt,
	       ge->cfg->name, c->id);
	sched_kill(g, c);
	return true;
}

/* Run what is loaded for a while; true: it is worth running again at once */
static bool run(struct geng *ge, unsigned int *budget)
{
	struct vg_guc *g = ge->g;
	unsigned int chunk = *budget < CHUNK ? *budget : CHUNK, left = chunk;
	enum vg_run why = vg_engine_run(ge->cfg->engine, &left);

	*budget -= left < chunk ? chunk - left : 1;
	ge->ran = true;
	ge->spinning = false;
	ge->cur->wait_until_ns = 0;
	g->progress |= !vg_engine_spinning(ge->cfg->engine);
	switch (why) {
	case VG_RUN_IDLE:
		unload(ge, true);
		return true;
	case VG_RUN_BUDGET:
		ge->spinning = vg_engine_spinning(ge->cfg->engine);
		return !ge->spinning;
	case VG_RUN_WAIT:
		ge->spinning = true;
		ge->cur->wait_until_ns = g->obs->now_ns + WAIT_RETRY_NS;
		return false;
	case VG_RUN_FAULT:
		if (fault_report(g, ge->cur))
			return false;
		ge->spinning = true; /* no slot: try again */
		return false;
	case VG_RUN_CAT:
		fault_cat(g, ge->cur->ctx, ge->cur->ctx->id);
		return true;
	}
	return false;
}

/* One turn of one engine; false: it has nothing to do before the next tick */
static bool turn(struct geng *ge, unsigned int *budget)
{
	if (ge->cur && wanted_off(ge)) {
		if (make_room(ge)) {
			--*budget;
			return true;
		}
	} else {
		ge->preempt_end_ns = 0;
	}
	if (!ge->cur) {
		struct lrc *l = pick(ge);

		if (!l)
			return false;
		--*budget;
		load(ge, l);
		return true;
	}
	if (ge->hung || ge->cur->state == LRC_FAULT)
		return false;
	return run(ge, budget);
}

static uint64_t until(uint64_t now, uint64_t then)
{
	return then == UINT64_MAX ? then : then > now ? then - now : 0;
}

/* When has this engine to be looked at again? */
static uint64_t engine_sleep(struct geng *ge)
{
	uint64_t now = ge->g->obs->now_ns, end;

	if (!ge->cur)
		return pick(ge) ? 0 : UINT64_MAX;
	if (ge->hung || ge->cur->state == LRC_FAULT) {
		if (ge->preempt_end_ns)
			end = ge->preempt_end_ns;
		else
			end = pick(ge) ? ge->slice_end_ns : UINT64_MAX;
		end = until(now, end);
		return end ? end : SPIN_SLEEP_MIN_NS;
	}
	return ge->spinning ? ge->g->spin_ns : 0;
}

/**
 * sched_run() - turns for all engines until nothing is left or the budget is used up
 *
 * Returns the nanoseconds until the next call is wanted.
 */
uint64_t sched_run(struct vg_guc *g, unsigned int *budget)
{
	unsigned int n = g->cfg.n_engines, resting = 0;
	uint64_t sleep = UINT64_MAX;
	bool rest[VG_GUC_MAX_ENGINES] = { false };

	g->progress = false;
	while (*budget && resting < n) {
		for (unsigned int i = 0; i < n && *budget; i++) {
			unsigned int k = (g->first + i) % n;

			if (rest[k] || turn(&g->eng[k], budget))
				continue;
			rest[k] = true;
			resting++;
		}
		g->first = (g->first + 1) % n;
	}
	/* what one engine has done may be what another one waits for */
	if (g->progress || !g->spin_ns)
		g->spin_ns = SPIN_SLEEP_MIN_NS;
	for (unsigned int i = 0; i < n; i++)
		sleep = min64(sleep, engine_sleep(&g->eng[i]));
	g->spin_ns = min64(2 * g->spin_ns, SPIN_SLEEP_MAX_NS);
	return sleep;
}

static struct geng *engine_named(struct vg_guc *g, const char *name)
{
	for (unsigned int i = 0; i < g->cfg.n_engines; i++) {
		const char *a = g->cfg.engine[i].name, *b = name;

		while (*a && *a == *b) {
			a++;
			b++;
		}
		if (!*a && !*b)
			return &g->eng[i];
	}
	return NULL;
}

/** vg_guc_script_hang() - see guc.h */
bool vg_guc_script_hang(struct vg_guc *g, const char *name)
{
	struct geng *ge = engine_named(g, name);

	if (ge)
		ge->hung = true;
	return ge;
}

/** vg_guc_script_clear() - see guc.h */
void vg_guc_script_clear(struct vg_guc *g)
{
	g->ct.n_rules = 0;
	g->ct.n_slow = 0;
	g->ct.corrupt_next = false;
	fault_script_clear(g);
	for (unsigned int i = 0; i < g->cfg.n_engines; i++)
		g->eng[i].hung = false;
}
