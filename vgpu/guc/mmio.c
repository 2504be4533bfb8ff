// SPDX-License-Identifier: MIT
/* Messages through registers, and the doorbell that they share with the channels. */
#include "guc/priv.h"

/* per tile, not relative to a GT */
#define NOTIFY 0x1901f0
#define SW_FLAG0 0x190240
#define MEDIA_NOTIFY 0x190304
#define MEDIA_SW_FLAG0 0x190310
#define N_SW_FLAGS 4

static uint32_t flag_offset(const struct vg_guc *g, unsigned int i)
{
	return (g->cfg.media ? MEDIA_SW_FLAG0 : SW_FLAG0) + 4 * i;
}

static void answer(struct vg_guc *g, const uint32_t *dw)
{
	uint32_t data0 = 0, reply;
	struct h2g m = { .dw = dw, .len = N_SW_FLAGS, .mmio = true };
	enum guc_error err = guc_action(g, &m, &data0);

	if (err)
		reply = HXG_ORIGIN_GUC | HXG_FAILURE << 28 | err;
	else
		reply = HXG_ORIGIN_GUC | HXG_SUCCESS << 28 | (data0 & 0xfffffff);
	vg_log(g->obs, 2, "GT%u MMIO %04x %x %x %x -> %08x", g->cfg.gt, HXG_ACTION(dw[0]), dw[1],
	       dw[2], dw[3], reply);
	vg_regs_poke(g->regs, flag_offset(g, 0), reply);
	for (unsigned int i = 1; i < N_SW_FLAGS; i++)
		vg_regs_poke(g->regs, flag_offset(g, i), 0);
}

/*
 * The first register tells whether the bell is for a message in the registers:
 * a request has bit 31 clear, the answer that stays there has it set.
 */
static uint32_t notify_write(void *opaque, uint32_t offset, uint32_t stored, uint32_t value)
{
	struct vg_guc *g = opaque;
	uint32_t dw[N_SW_FLAGS];

	(void)offset;
	(void)stored;
	(void)value;
	g->rung = true;
	for (unsigned int i = 0; i < N_SW_FLAGS; i++)
		dw[i] = vg_regs_peek(g->regs, flag_offset(g, i));
	if (!g->running || !dw[0] || dw[0] & HXG_ORIGIN_GUC)
		return 0;
	vg_count(g->obs, VG_CNT_MMIO_HXG, 1);
	answer(g, dw);
	return 0;
}

static const struct vg_reg_row main_row = { NOTIFY, "GUC_HOST_INTERRUPT", .write = notify_write };
static const struct vg_reg_row media_row = {
	MEDIA_NOTIFY, "MED_GUC_HOST_INTERRUPT", .write = notify_write,
};

/** guc_mmio_rows() - one doorbell per GuC; the flags are plain storage */
void guc_mmio_rows(struct vg_guc *g)
{
	vg_regs_add(g->regs, g->cfg.media ? &media_row : &main_row, 1, 0, g);
}

/** vg_guc_rung() - cleared by vg_guc_tick() */
bool vg_guc_rung(const struct vg_guc *g)
{
	return g->rung;
}
