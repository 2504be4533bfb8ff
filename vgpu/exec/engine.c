// SPDX-License-Identifier: MIT
/* Engines: made, run, and asked about. */
#include <stdio.h>
#include <stdlib.h>

#include "exec/priv.h"

/* A loop that does nothing else is given up for this run after as many turns */
#define MAX_IDLE_JUMPS 64
/* With the budget used up, how far to go on to a place where contexts can be switched */
#define MAX_OVERSHOOT 64

static const char *const class_names[] = { "rcs", "vcs", "vecs", "bcs", "other", "ccs" };

/** vg_engine_new() - NULL when memory is short; see exec.h */
struct vg_engine *vg_engine_new(const struct vg_engine_config *cfg, struct vg_obs *obs,
				struct vg_mem *mem, struct vg_regs *regs, struct vg_irq *irq)
{
	struct vg_engine *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	e->cfg = *cfg;
	e->obs = obs;
	e->mem = mem;
	e->regs = regs;
	e->irq = irq;
	e->arb = true;
	e->boundary = true;
	e->tid = cfg->tile << 12 | cfg->mmio_base >> 12;
	e->ggtt = (struct vg_as){ .ggtt = true, .tile = cfg->tile, .gt = cfg->gt };
	snprintf(e->name, sizeof(e->name), "t%u.%s%u", cfg->tile & 0xf, class_names[cfg->cls % 6],
		 cfg->inst & 0xff);
	vg_engine_add_regs(e);
	return e;
}

/** vg_engine_free() - before the registers its rows are in are used again */
void vg_engine_free(struct vg_engine *e)
{
	free(e);
}

/** vg_engine_cfg() - as given to vg_engine_new() */
const struct vg_engine_config *vg_engine_cfg(const struct vg_engine *e)
{
	return &e->cfg;
}

/* Is there a command? TAIL is asked for again only when the ring looks empty */
static bool ring_empty(struct vg_engine *e, struct vg_context *c)
{
	if (c->s.level != VG_RING || c->head != c->tail)
		return false;
	c->tail = vg_context_read_tail(e, c);
	return c->head == c->tail;
}

static enum vg_run stop(struct vg_engine *e, enum vg_step step)
{
	struct vg_context *c = e->ctx;

	e->spinning = false;
	if (step == VG_STEP_FAULT && !c->fault_fatal)
		return VG_RUN_FAULT;
	c->dead = true;
	return VG_RUN_CAT;
}

static bool used_up(const struct vg_engine *e)
{
	return !*e->budget || (!e->progress && e->jumps_back >= MAX_IDLE_JUMPS);
}

static enum vg_run run(struct vg_engine *e, struct vg_context *c)
{
	unsigned int overshoot = 0;

	for (;;) {
		enum vg_step step;

		if (ring_empty(e, c)) {
			e->boundary = true;
			return VG_RUN_IDLE;
		}
		if (used_up(e) && (e->boundary || overshoot++ == MAX_OVERSHOOT)) {
			e->spinning = !e->progress && e->jumps_back;
			return VG_RUN_BUDGET;
		}
		step = vg_cs_step(e);
		if (step == VG_STEP_DONE || step == VG_STEP_JUMP)
			continue;
		e->boundary = true;
		if (step == VG_STEP_MORE)
			return VG_RUN_BUDGET;
		if (step != VG_STEP_WAIT)
			return stop(e, step);
		e->spinning = !e->progress;
		return VG_RUN_WAIT;
	}
}

/** vg_engine_run() - execute what is loaded; see exec.h */
enum vg_run vg_engine_run(struct vg_engine *e, unsigned int *budget)
{
	struct vg_context *c = e->ctx;
	enum vg_run ret;

	if (!c)
		return VG_RUN_IDLE;
	if (c->dead)
		return VG_RUN_CAT;
	e->budget = budget;
	e->fetch.span.len = 0;
	e->spinning = false;
	e->progress = false;
	e->jumps_back = 0;
	ret = run(e, c);
	e->budget = NULL;
	return ret;
}

/**
 * vg_engine_preemptible() - may the context be switched where it is?
 *
 * False between MI_ARB_ON_OFF off and on, and in a batch that stopped at
 * anything but MI_ARB_CHECK, a semaphore, a copy or a fault: a loop without
 * MI_ARB_CHECK cannot be preempted, only reset.
 */
bool vg_engine_preemptible(struct vg_engine *e)
{
	return e->arb && e->boundary;
}

/** vg_engine_spinning() - see exec.h */
bool vg_engine_spinning(struct vg_engine *e)
{
	return e->spinning;
}
