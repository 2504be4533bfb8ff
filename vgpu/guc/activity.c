// SPDX-License-Identifier: MIT
/* How long each engine was busy, in memory for the host's performance counters. */
#include "guc/priv.h"
#include "reg/gt.h"

/* metadata: frequency, latency of updates, number of the last change */
#define META_FREQ 0
#define META_LAG_US 4
#define META_CHANGE 8
/* a record of 16 bytes for each of 16 classes of 32 instances */
#define RECORD_BYTES 16
#define RECORDS_PER_CLASS 32
#define RECORD_LAST_TICK 4
#define RECORD_ACTIVE 8

#define QUANTA_ALL 0x8000u /* without virtual functions the whole engine is ours */

static uint32_t now_ticks(const struct vg_guc *g)
{
	return vg_gt_ticks(g->obs->now_ns, VG_TIMESTAMP_HZ);
}

static void wr(struct vg_guc *g, uint32_t addr, uint32_t val)
{
	vg_ggtt_write32(g->mem, g->cfg.tile, addr, val);
}

static void publish(struct geng *ge)
{
	struct vg_guc *g = ge->g;
	uint32_t index = ge->cfg->cls * RECORDS_PER_CLASS + ge->cfg->logical;
	uint32_t addr = g->activity.data + index * RECORD_BYTES;
	uint32_t since = vg_gt_ticks(ge->since_ns, VG_TIMESTAMP_HZ);

	if (!++ge->changes)
		ge->changes = 1; /* 0 means: never written */
	wr(g, addr + RECORD_LAST_TICK, ge->cur ? since : 0);
	wr(g, addr + RECORD_ACTIVE, ge->active_ticks);
	wr(g, addr + RECORD_ACTIVE + 4, ge->active_ticks >> 32);
	wr(g, addr, ge->changes | QUANTA_ALL << 16);
	if (!++g->activity.changes)
		g->activity.changes = 1;
	wr(g, g->activity.metadata + META_CHANGE, g->activity.changes);
}

/** activity_switch() - a context has come onto an engine, or is about to leave it */
void activity_switch(struct geng *ge, bool in)
{
	struct vg_guc *g = ge->g;

	if (!in) {
		struct lrc *cur = ge->cur;

		ge->active_ticks += now_ticks(g) -
				    (uint32_t)vg_gt_ticks(ge->since_ns, VG_TIMESTAMP_HZ);
		ge->cur = NULL;
		if (g->activity.on)
			publish(ge);
		ge->cur = cur;
		return;
	}
	if (g->activity.on)
		publish(ge);
}

/** act_activity() - SET_DEVICE_ENGINE_ACTIVITY_BUFFER: metadata, data; 0 switches off */
enum guc_error act_activity(struct vg_guc *g, const struct h2g *m, uint32_t *data0)
{
	uint32_t first;

	(void)data0;
	if (m->dw[2] || m->dw[4] || (m->dw[1] | m->dw[3]) & 3)
		return GUC_E_PARAMS;
	g->activity.on = false;
	if (!m->dw[1] && !m->dw[3])
		return GUC_OK;
	if (vg_ggtt_read(g->mem, g->cfg.tile, m->dw[1], &first, 4) ||
	    vg_ggtt_read(g->mem, g->cfg.tile, m->dw[3], &first, 4))
		return GUC_E_GGTT_ADDRESS;
	g->activity.metadata = m->dw[1];
	g->activity.data = m->dw[3];
	g->activity.on = true;
	wr(g, m->dw[1] + META_FREQ, VG_TIMESTAMP_HZ);
	wr(g, m->dw[1] + META_LAG_US, 1);
	for (unsigned int i = 0; i < g->cfg.n_engines; i++)
		publish(&g->eng[i]);
	return GUC_OK;
}
