// SPDX-License-Identifier: MIT
/* The firmware as a whole: birth, death, and its heartbeat. */
#include <stdlib.h>

#include "guc/priv.h"

/** vg_guc_new() - NULL when memory is short */
struct vg_guc *vg_guc_new(const struct vg_guc_config *cfg, struct vg_obs *obs, struct vg_mem *mem,
			  struct vg_regs *regs, struct vg_irq *irq)
{
	struct vg_guc *g = calloc(1, sizeof(*g));

	if (!g)
		return NULL;
	g->ctx = calloc(MAX_CONTEXTS, sizeof(*g->ctx));
	if (!g->ctx) {
		free(g);
		return NULL;
	}
	g->cfg = *cfg;
	g->obs = obs;
	g->mem = mem;
	g->regs = regs;
	g->irq = irq;
	g->base = cfg->media ? VG_MEDIA_OFFSET : 0;
	for (unsigned int i = 0; i < cfg->n_engines; i++) {
		g->eng[i].g = g;
		g->eng[i].cfg = &g->cfg.engine[i];
	}
	fault_script_clear(g);
	slpc_reset(g);
	guc_boot_rows(g);
	guc_mmio_rows(g);
	slpc_rows(g);
	return g;
}

/** vg_guc_free() - engines must still exist */
void vg_guc_free(struct vg_guc *g)
{
	if (!g)
		return;
	for (unsigned int i = 0; i < g->cfg.n_engines; i++)
		sched_abort(&g->eng[i]);
	ctx_forget_all(g);
	free(g->ctx);
	free(g);
}

/** vg_guc_tick() - messages first: they may be what the engines wait for */
uint64_t vg_guc_tick(struct vg_guc *g, unsigned int *budget)
{
	uint64_t sleep;

	if (g->rung)
		g->spin_ns = 0;
	g->rung = false;
	if (!g->running)
		return UINT64_MAX;
	ct_receive(g);
	sleep = *budget ? sched_run(g, budget) : 0;
	return min64(sleep, ct_flush(g));
}
