// SPDX-License-Identifier: MIT
/*
 * The interrupt tree of Xe_HP and later.
 *
 *	MSI <- 0x190008 (root) tile bits <- 0x190010 (tile) bank bits
 *	    <- 0x190018/1C (bank) source bits <- 16-bit vector of each source
 *
 * Only the vectors are stored; every level above is computed from them, so the
 * tree cannot contradict itself. The one exception are bank bits which the
 * driver has not acknowledged yet although it has read the identity.
 */
#include <stdlib.h>
#include <string.h>

#include "mem/mem.h"
#include "reg/irq.h"

#define N_BANKS 2
#define MASTER_ENABLE (1u << 31)
#define IDENTITY_VALID (1u << 31)

/* register numbers: names as in the public register documentation */
#define MSTR_TILE_INTR 0x190008 /* DG1_MSTR_TILE_INTR, root tile */
#define GFX_MSTR_IRQ 0x190010
#define GT_INTR_DW0 0x190018
#define INTR_IDENTITY0 0x190060
#define IIR_SELECTOR0 0x190070

/*
 * struct source - an interrupt source of a tile
 * @cls, @inst: what its identity names
 * @bank, @bit: where it is in the bank registers
 * @enable, @enable_hi: the class's enable register and half
 * @mask, @mask_hi: the instance's mask register and half (bit set: masked)
 */
struct source {
	uint8_t cls, inst, bank, bit;
	uint32_t enable;
	bool enable_hi;
	uint32_t mask;
	bool mask_hi;
};

#define GUC_INSTANCE 0
#define MEDIA_GUC_INSTANCE 16

static const struct source sources[] = {
	{ VG_RENDER, 0, 0, 0, 0x190030, true, 0x190090, true },
	{ VG_COPY, 0, 0, 15, 0x190030, false, 0x1900a0, true },
	{ VG_COPY, 1, 0, 14, 0x190030, false, 0x190110, true },
	{ VG_COPY, 2, 0, 13, 0x190030, false, 0x190110, false },
	{ VG_COPY, 3, 0, 12, 0x190030, false, 0x190114, true },
	{ VG_COPY, 4, 0, 11, 0x190030, false, 0x190114, false },
	{ VG_COPY, 5, 0, 10, 0x190030, false, 0x190118, true },
	{ VG_COPY, 6, 0, 9, 0x190030, false, 0x190118, false },
	{ VG_COPY, 7, 0, 8, 0x190030, false, 0x19011c, true },
	{ VG_COPY, 8, 0, 23, 0x190030, false, 0x19011c, false },
	{ VG_COMPUTE, 0, 0, 4, 0x190048, true, 0x190100, true },
	{ VG_COMPUTE, 1, 0, 5, 0x190048, true, 0x190100, false },
	{ VG_COMPUTE, 2, 0, 6, 0x190048, true, 0x190104, true },
	{ VG_COMPUTE, 3, 0, 7, 0x190048, true, 0x190104, false },
	{ VG_OTHER, MEDIA_GUC_INSTANCE, 0, 24, 0x190038, true, 0x1900e8, false },
	{ VG_OTHER, GUC_INSTANCE, 0, 25, 0x190038, true, 0x1900e8, true },
	{ VG_VIDEO, 0, 1, 0, 0x190034, true, 0x1900a8, true },
	{ VG_VIDEO, 1, 1, 1, 0x190034, true, 0x1900a8, false },
	{ VG_VIDEO, 2, 1, 2, 0x190034, true, 0x1900ac, true },
	{ VG_VIDEO, 3, 1, 3, 0x190034, true, 0x1900ac, false },
	{ VG_VIDEO, 4, 1, 4, 0x190034, true, 0x1900b0, true },
	{ VG_VIDEO, 5, 1, 5, 0x190034, true, 0x1900b0, false },
	{ VG_VIDEO, 6, 1, 6, 0x190034, true, 0x1900b4, true },
	{ VG_VIDEO, 7, 1, 7, 0x190034, true, 0x1900b4, false },
	{ VG_VENHANCE, 0, 1, 31, 0x190034, false, 0x1900d0, true },
	{ VG_VENHANCE, 1, 1, 30, 0x190034, false, 0x1900d0, false },
	{ VG_VENHANCE, 2, 1, 29, 0x190034, false, 0x1900d4, true },
	{ VG_VENHANCE, 3, 1, 28, 0x190034, false, 0x1900d4, false },
};

#define N_SOURCES (sizeof(sources) / sizeof(sources[0]))

struct irq_tile {
	struct vg_irq *irq;
	struct vg_regs *regs;
	uint16_t vector[N_BANKS][32];
	uint32_t bank[N_BANKS]; /* as the driver sees it until it acknowledges */
};

struct vg_irq {
	struct vg_obs *obs;
	struct irq_tile tile[VG_MAX_TILES];
	unsigned int n;
	bool enabled; /* bit 31 of the tile master */
	bool line; /* an MSI was sent and not all of it is serviced */
	unsigned int lose;
	void (*msi)(void *opaque);
	void *opaque;
};

static uint32_t tiles_pending(const struct vg_irq *irq)
{
	uint32_t pending = 0;

	for (unsigned int t = 0; t < irq->n; t++)
		if (irq->tile[t].bank[0] | irq->tile[t].bank[1])
			pending |= 1u << t;
	return pending;
}

/* MSIs are edges: one when something becomes pending while enabled */
static void update_line(struct vg_irq *irq)
{
	bool line = irq->enabled && tiles_pending(irq);

	if (line && !irq->line) {
		if (irq->lose) {
			irq->lose--;
			vg_log(irq->obs, 2, "MSI lost by script");
		} else {
			vg_count(irq->obs, VG_CNT_IRQ, 1);
			irq->msi(irq->opaque);
		}
	}
	irq->line = line;
}

static uint32_t master_read(void *opaque, uint32_t offset, uint32_t stored)
{
	const struct irq_tile *it = opaque;

	(void)offset;
	(void)stored;
	return tiles_pending(it->irq) | (it->irq->enabled ? MASTER_ENABLE : 0);
}

/*
 * Writing the enable bit re-arms: what is still pending makes a new edge. The
 * tile bits are levels here; acknowledging them changes nothing below.
 */
static uint32_t master_write(void *opaque, uint32_t offset, uint32_t stored, uint32_t value)
{
	struct irq_tile *it = opaque;

	(void)offset;
	(void)stored;
	it->irq->enabled = value & MASTER_ENABLE;
	it->irq->line = false;
	update_line(it->irq);
	return 0;
}

static uint32_t gfx_master_read(void *opaque, uint32_t offset, uint32_t stored)
{
	const struct irq_tile *it = opaque;

	(void)offset;
	(void)stored;
	return (it->bank[0] ? 1 : 0) | (it->bank[1] ? 2 : 0);
}

static uint32_t bank_read(void *opaque, uint32_t offset, uint32_t stored)
{
	const struct irq_tile *it = opaque;

	(void)stored;
	return it->bank[(offset - GT_INTR_DW0) / 4 % N_BANKS];
}

/* A source that raised again since its identity was read stays pending */
static uint32_t bank_write(void *opaque, uint32_t offset, uint32_t stored, uint32_t value)
{
	struct irq_tile *it = opaque;
	unsigned int bank = (offset - GT_INTR_DW0) / 4 % N_BANKS;

	(void)stored;
	for (unsigned int bit = 0; bit < 32; bit++)
		if (value & 1u << bit && !it->vector[bank][bit])
			it->bank[bank] &= ~(1u << bit);
	update_line(it->irq);
	return 0;
}

static uint32_t selector_write(void *opaque, uint32_t offset, uint32_t stored, uint32_t value)
{
	struct irq_tile *it = opaque;
	unsigned int bank = (offset - IIR_SELECTOR0) / 4 % N_BANKS;
	uint32_t identity = 0;

	(void)stored;
	for (size_t i = 0; i < N_SOURCES; i++) {
		const struct source *s = &sources[i];

		if (s->bank != bank || value != 1u << s->bit || !it->vector[bank][s->bit])
			continue;
		identity = IDENTITY_VALID | (uint32_t)s->inst << 20 | (uint32_t)s->cls << 16 |
			   it->vector[bank][s->bit];
		it->vector[bank][s->bit] = 0;
	}
	vg_regs_poke(it->regs, INTR_IDENTITY0 + 4 * bank, identity);
	return value;
}

static const struct vg_reg_row root_rows[] = {
	{ MSTR_TILE_INTR, "MSTR_TILE_INTR", .read = master_read, .write = master_write },
};

static const struct vg_reg_row tile_rows[] = {
	{ GFX_MSTR_IRQ, "GFX_MSTR_IRQ", .flags = VG_REG_RO, .read = gfx_master_read },
	{ GT_INTR_DW0, "GT_INTR_DW", .count = N_BANKS, .stride = 4,
	  .read = bank_read, .write = bank_write },
	{ INTR_IDENTITY0, "INTR_IDENTITY_REG", .w1c = ~0u, .count = N_BANKS, .stride = 4 },
	{ IIR_SELECTOR0, "IIR_REG_SELECTOR", .count = N_BANKS, .stride = 4,
	  .write = selector_write },
	/* IMR, IIR, IER of PCU and GU_MISC: nothing of ours raises them */
	{ 0x444e8, "PCU_IIR", .flags = VG_REG_RO },
	{ 0x444f8, "GU_MISC_IIR", .flags = VG_REG_RO },
};

/** vg_irq_new() - tile 0 is the root tile */
struct vg_irq *vg_irq_new(struct vg_obs *obs, struct vg_regs *const tiles[], unsigned int n,
			  void (*msi)(void *opaque), void *opaque)
{
	struct vg_irq *irq = calloc(1, sizeof(*irq));

	if (!irq)
		return NULL;
	irq->obs = obs;
	irq->n = n < VG_MAX_TILES ? n : VG_MAX_TILES;
	irq->msi = msi;
	irq->opaque = opaque;
	for (unsigned int t = 0; t < irq->n; t++) {
		struct irq_tile *it = &irq->tile[t];

		it->irq = irq;
		it->regs = tiles[t];
		vg_regs_add(it->regs, tile_rows, sizeof(tile_rows) / sizeof(tile_rows[0]), 0, it);
	}
	if (irq->n)
		vg_regs_add(irq->tile[0].regs, root_rows, 1, 0, &irq->tile[0]);
	return irq;
}

/** vg_irq_free() - the registers must not be accessed afterwards */
void vg_irq_free(struct vg_irq *irq)
{
	free(irq);
}

/** vg_irq_reset() - nothing pending, disabled; the registers are reset by their owner */
void vg_irq_reset(struct vg_irq *irq)
{
	for (unsigned int t = 0; t < irq->n; t++) {
		memset(irq->tile[t].vector, 0, sizeof(irq->tile[t].vector));
		memset(irq->tile[t].bank, 0, sizeof(irq->tile[t].bank));
	}
	irq->enabled = false;
	irq->line = false;
	irq->lose = 0;
}

/** vg_irq_lose() - counts MSIs, not interrupt sources */
void vg_irq_lose(struct vg_irq *irq, unsigned int n)
{
	irq->lose = n;
}

static uint16_t half(uint32_t val, bool hi)
{
	return hi ? val >> 16 : val & 0xffff;
}

static void raise_source(struct irq_tile *it, const struct source *s, uint16_t vector)
{
	vector &= half(vg_regs_peek(it->regs, s->enable), s->enable_hi);
	vector &= ~half(vg_regs_peek(it->regs, s->mask), s->mask_hi);
	if (!vector)
		return;
	it->vector[s->bank][s->bit] |= vector;
	it->bank[s->bank] |= 1u << s->bit;
	update_line(it->irq);
}

static void raise_class(struct vg_irq *irq, unsigned int tile, unsigned int cls, unsigned int inst,
			uint16_t vector)
{
	if (tile >= irq->n)
		return;
	for (size_t i = 0; i < N_SOURCES; i++)
		if (sources[i].cls == cls && sources[i].inst == inst)
			raise_source(&irq->tile[tile], &sources[i], vector);
}

/** vg_irq_engine() - dropped when the driver has it disabled or masked */
void vg_irq_engine(struct vg_irq *irq, unsigned int tile, enum vg_class cls, unsigned int inst,
		   uint16_t vector)
{
	if (cls != VG_OTHER)
		raise_class(irq, tile, cls, inst, vector);
}

/** vg_irq_guc() - both GuCs of a tile share the enable bit and have a mask half each */
void vg_irq_guc(struct vg_irq *irq, unsigned int tile, bool media, uint16_t vector)
{
	raise_class(irq, tile, VG_OTHER, media ? MEDIA_GUC_INSTANCE : GUC_INSTANCE, vector);
}
