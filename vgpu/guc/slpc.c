// SPDX-License-Identifier: MIT
/* Power conservation: the shared page of frequencies, RC6 control. */
#include "guc/priv.h"

enum slpc_event {
	SLPC_RESET = 0,
	SLPC_SHUTDOWN = 1,
	SLPC_QUERY_TASK_STATE = 5,
	SLPC_PARAMETER_SET = 6,
	SLPC_PARAMETER_UNSET = 7,
};

enum slpc_state { SLPC_NOT_RUNNING = 0, SLPC_RUNNING = 3 };

/* parameters that mean something here; all others below the limit are taken and not used */
enum slpc_param { PARAM_MIN_UNSLICE_MHZ = 6, PARAM_MAX_UNSLICE_MHZ = 7, SLPC_MAX_PARAM = 32 };

/* shared data: byte offsets */
#define SHARED_SIZE 0
#define SHARED_STATE 4
#define SHARED_TASK_STATUS 128
#define SHARED_TASK_FREQ 132
#define SHARED_OVERRIDE_BITS 192
#define SHARED_OVERRIDE_VALUES (SHARED_OVERRIDE_BITS + 32)
#define SHARED_BYTES 8192

#define TASK_GTPERF_ENABLED (1u << 0)

/* actual frequency: 12.70 and later in units of 16.67 MHz, before in the same units higher up */
#define MIRROR_FREQ 0xc60
#define RPSTAT1 0x1381b4

/* MHz to the unit of 50/3 MHz, rounded */
static uint32_t ratio(unsigned int mhz)
{
	return (mhz * 3 + 25) / 50;
}

static unsigned int clamp_mhz(const struct vg_guc *g, uint32_t mhz)
{
	if (mhz < g->cfg.rpn_mhz)
		return g->cfg.rpn_mhz;
	return mhz > g->cfg.rp0_mhz ? g->cfg.rp0_mhz : mhz;
}

static bool busy(const struct vg_guc *g)
{
	for (unsigned int i = 0; i < g->cfg.n_engines; i++)
		if (g->eng[i].cur)
			return true;
	return false;
}

/* Busy at the highest allowed, idle at the lowest */
static unsigned int current_mhz(const struct vg_guc *g)
{
	return busy(g) ? g->slpc.max_mhz : g->slpc.min_mhz;
}

static uint32_t mirror_read(void *opaque, uint32_t offset, uint32_t stored)
{
	(void)offset;
	(void)stored;
	return ratio(current_mhz(opaque)) & 0x1ff; /* C-state in 12:9: C0 */
}

static uint32_t rpstat_read(void *opaque, uint32_t offset, uint32_t stored)
{
	(void)offset;
	(void)stored;
	return (ratio(current_mhz(opaque)) & 0x1ff) << 11;
}

static const struct vg_reg_row mirror_row = {
	MIRROR_FREQ, "MIRROR_FREQ", .flags = VG_REG_RO, .read = mirror_read,
};

static const struct vg_reg_row rpstat_row = {
	RPSTAT1, "GT_PERF_STATUS", .flags = VG_REG_RO, .read = rpstat_read,
};

/** slpc_rows() - where the actual frequency is read */
void slpc_rows(struct vg_guc *g)
{
	if (g->cfg.graphics_ver >= 1270)
		vg_regs_add(g->regs, &mirror_row, 1, g->base, g);
	else
		vg_regs_add(g->regs, &rpstat_row, 1, 0, g);
}

/** slpc_reset() - not running, the full range */
void slpc_reset(struct vg_guc *g)
{
	g->slpc.addr = 0;
	g->slpc.gucrc = false;
	g->slpc.min_mhz = g->cfg.rpn_mhz;
	g->slpc.max_mhz = g->cfg.rp0_mhz;
}

static void wr(struct vg_guc *g, uint32_t offset, uint32_t val)
{
	vg_ggtt_write32(g->mem, g->cfg.tile, g->slpc.addr + offset, val);
}

static void publish(struct vg_guc *g)
{
	uint32_t min = ratio(g->slpc.min_mhz) & 0xff, max = ratio(g->slpc.max_mhz) & 0xff;

	wr(g, SHARED_TASK_STATUS, TASK_GTPERF_ENABLED);
	wr(g, SHARED_TASK_FREQ, max | min << 8 | max << 16 | min << 24);
}

static enum guc_error set_param(struct vg_guc *g, uint32_t id, uint32_t value)
{
	if (id >= SLPC_MAX_PARAM)
		return GUC_E_PARAMS;
	if (id == PARAM_MIN_UNSLICE_MHZ)
		g->slpc.min_mhz = clamp_mhz(g, value);
	if (id == PARAM_MAX_UNSLICE_MHZ)
		g->slpc.max_mhz = clamp_mhz(g, value);
	if (g->slpc.min_mhz > g->slpc.max_mhz)
		g->slpc.min_mhz = g->slpc.max_mhz;
	return GUC_OK;
}

static enum guc_error start(struct vg_guc *g, uint32_t addr)
{
	uint32_t size, bits;

	if (!addr || addr & 0xfff || vg_ggtt_read(g->mem, g->cfg.tile, addr, &size, 4))
		return GUC_E_GGTT_ADDRESS;
	if (size != SHARED_BYTES)
		return GUC_E_PARAMS;
	slpc_reset(g);
	g->slpc.addr = addr;
	bits = vg_ggtt_read32(g->mem, g->cfg.tile, addr + SHARED_OVERRIDE_BITS);
	for (uint32_t i = 0; i < SLPC_MAX_PARAM; i++)
		if (bits & 1u << i)
			set_param(g, i, vg_ggtt_read32(g->mem, g->cfg.tile,
						       addr + SHARED_OVERRIDE_VALUES + 4 * i));
	publish(g);
	wr(g, SHARED_STATE, SLPC_RUNNING);
	return GUC_OK;
}

/** act_slpc() - PC_SLPC_REQUEST: event and number of arguments, arguments */
enum guc_error act_slpc(struct vg_guc *g, const struct h2g *m, uint32_t *data0)
{
	uint32_t event = m->dw[1] >> 8 & 0xff, argc = m->dw[1] & 0xff;
	uint32_t arg0 = argc > 0 && m->len > 2 ? m->dw[2] : 0;
	uint32_t arg1 = argc > 1 && m->len > 3 ? m->dw[3] : 0;

	(void)data0;
	if (argc != m->len - 2 || !argc)
		return GUC_E_PARAMS;
	if (event == SLPC_RESET)
		return argc == 2 ? start(g, arg0) : GUC_E_PARAMS;
	if (!g->slpc.addr)
		return GUC_E_STATE;
	switch (event) {
	case SLPC_SHUTDOWN:
		wr(g, SHARED_STATE, SLPC_NOT_RUNNING);
		slpc_reset(g);
		return GUC_OK;
	case SLPC_QUERY_TASK_STATE:
		if (arg0 != g->slpc.addr)
			return GUC_E_PARAMS;
		publish(g);
		return GUC_OK;
	case SLPC_PARAMETER_SET:
		return argc == 2 ? set_param(g, arg0, arg1) : GUC_E_PARAMS;
	case SLPC_PARAMETER_UNSET:
		if (arg0 == PARAM_MIN_UNSLICE_MHZ)
			return set_param(g, arg0, g->cfg.rpn_mhz);
		if (arg0 == PARAM_MAX_UNSLICE_MHZ)
			return set_param(g, arg0, g->cfg.rp0_mhz);
		return arg0 < SLPC_MAX_PARAM ? GUC_OK : GUC_E_PARAMS;
	}
	return GUC_E_PARAMS;
}

/** act_gucrc() - SETUP_PC_GUCRC: who decides on RC6, host (0) or firmware (1) */
enum guc_error act_gucrc(struct vg_guc *g, const struct h2g *m, uint32_t *data0)
{
	(void)data0;
	if (m->dw[1] > 1)
		return GUC_E_PARAMS;
	g->slpc.gucrc = m->dw[1];
	return GUC_OK;
}
