// SPDX-License-Identifier: GPL-2.0
/*
 * Register settings that hardware versions need: workarounds, recommended
 * tuning, and the driver's own defaults. One table; a row says where it applies
 * and what it does, and rows that touch the same register are merged.
 */

#include "core/xe_wa.h"

#include <linux/bits.h>
#include <linux/export.h>

#include <kunit/visibility.h>

#include <drm/drm_print.h>

#include "core/xe_log.h"
#include "core/xe_mcr.h"
#include "core/xe_mmio.h"
#include "core/xe_platform.h"
#include "regs/xe_engine_regs.h"
#include "regs/xe_gt_regs.h"

/* Hardware engine classes, as bits. */
#define C_RENDER	BIT(0)
#define C_VIDEO		BIT(1)
#define C_COPY		BIT(3)
#define C_COMPUTE	BIT(5)
#define C_ANY		0x3f

/* enum wa_flags - conditions of a row, and what its register is like */
enum wa_flags {
	F_MCR = BIT(0),		/* steered */
	F_MASKED = BIT(1),
	F_MCR_MASKED = F_MCR | F_MASKED,
	F_BASE = BIT(2),	/* relative to the engine */
	F_FIRST = BIT(3),	/* only for the first render or compute engine: a shared block */
	F_EVEN = BIT(4),	/* only for even instances */
	F_FLAT_CCS = BIT(5),	/* only with compression on */
	F_MANY_CCS = BIT(6),	/* only with several compute engines */
	F_NO_WMTP = BIT(7),	/* only where mid-thread preemption is fused off */
	F_NONPRIV = BIT(8),	/* register goes into a slot of the engine's user access list */
};

/**
 * struct wa_row - one setting
 * @name: lineage number of a workaround, or what it is for
 * @ip: &enum wa_ip
 * @kind: when
 * @classes: of engines; 0 for XE_WA_GT
 * @flags: &enum wa_flags
 * @reg: offset
 * @clr: as in struct xe_wa_write
 * @set: the same
 */
struct wa_row {
	const char *name;
	u8 ip, kind, classes;
	u16 flags;
	u32 reg, clr, set;
};

/* Which IP versions a row is for; media and graphics versions do not overlap. */
enum wa_ip { PVC, XE2, XE2_G21, XE2_HPM, ALL };

static const struct {
	u16 first, last;
} wa_ips[] = {
	[PVC] = { 1260, 1260 },
	[XE2] = { 2001, 2099 },
	[XE2_G21] = { 2001, 2001 },
	[XE2_HPM] = { 1301, 1301 },
	[ALL] = { 0, U16_MAX },
};

#define SET(bits)		.clr = (bits), .set = (bits)
#define FIELD(mask, value)	.clr = (mask), .set = (value)
#define REG(addr, f)		.reg = (addr), .flags = (f)
#define MOCS_PAIR(wr, rd) \
	FIELD(CMD_CCTL_WRITE_MOCS | CMD_CCTL_READ_MOCS, ((wr) << 8) | ((rd) << 1))

#define GT_ROW(name, ip, ...)		{ name, ip, XE_WA_GT, 0, __VA_ARGS__ }
#define ENGINE_ROW(name, ip, c, ...)	{ name, ip, XE_WA_ENGINE, c, __VA_ARGS__ }
#define LRC_ROW(name, ip, c, ...)	{ name, ip, XE_WA_LRC, c, __VA_ARGS__ }

static const struct wa_row wa_rows[] = {
	/* Ponte Vecchio */
	GT_ROW("14015795083", PVC, REG(0x9424, 0), FIELD(BIT(1), 0)),
	GT_ROW("18018781329", PVC, REG(0xcf2c, F_MCR), SET(BIT(3))),
	GT_ROW("18018781329", PVC, REG(0xcf30, F_MCR), SET(BIT(3))),
	GT_ROW("18018781329", PVC, REG(0xcf34, F_MCR), SET(BIT(3))),
	GT_ROW("18018781329", PVC, REG(0xcf38, F_MCR), SET(BIT(3))),
	GT_ROW("16016694945", PVC, REG(0xb01c, F_MCR_MASKED), SET(BIT(0))),
	ENGINE_ROW("22014226127", PVC, C_ANY, REG(0xe7c8, F_MCR | F_FIRST), SET(BIT(30))),
	ENGINE_ROW("14015227452", PVC, C_ANY, REG(0xe48c, F_MCR_MASKED | F_FIRST), SET(BIT(11))),
	ENGINE_ROW("18020744125", PVC, C_COMPUTE, REG(RCS0_BASE + 0x98, F_FIRST), SET(~0u)),
	ENGINE_ROW("default MOCS", PVC, C_ANY & ~C_COMPUTE, REG(0xc4, F_BASE | F_MASKED),
		   MOCS_PAIR(1, 1)),
	ENGINE_ROW("default MOCS", PVC, C_COMPUTE, REG(0xc4, F_BASE | F_MASKED), MOCS_PAIR(1, 2)),
	ENGINE_ROW("context timestamp", PVC, C_ANY & ~C_RENDER, REG(0x3a8, F_BASE | F_NONPRIV),
		   .set = NONPRIV_RD << 28),
	ENGINE_ROW("16014440446", PVC, C_ANY, REG(0x4400, F_NONPRIV), .set = NONPRIV_DENY | 3),
	ENGINE_ROW("16014440446", PVC, C_ANY, REG(0x4500, F_NONPRIV), .set = NONPRIV_DENY | 3),
	ENGINE_ROW("16017236439", PVC, C_COPY, REG(0x200, F_BASE | F_NONPRIV), .set = NONPRIV_DENY),
	LRC_ROW("16017236439", PVC, C_COPY, REG(0x200, F_BASE | F_MASKED | F_EVEN), SET(BIT(2))),
	LRC_ROW("blitter MOCS", PVC, C_COPY, REG(0x204, F_BASE),
		FIELD(BLIT_CCTL_DST_MOCS | BLIT_CCTL_SRC_MOCS, 1 << 9 | 1 << 1)),

	/* Xe2 graphics */
	GT_ROW("16025250150", XE2_G21, REG(0xb0c8, F_MCR), FIELD(0xfffff000, 0x11111000)),
	GT_ROW("16025250150", XE2_G21, REG(0xe7cc, F_MCR), SET(BIT(8))),
	GT_ROW("16023588340", XE2_G21, REG(0x4194, F_MCR), SET(BIT(6))),
	GT_ROW("16023588340", XE2_G21, REG(0xb1ac, F_MCR), FIELD(~0u, 0xf)),
	GT_ROW("L3 write timer", XE2, REG(0xb158, F_MCR), FIELD(0x3ff, 0x7f)),
	GT_ROW("compression overfetch", XE2, REG(0x8828, F_MCR | F_FLAT_CCS),
	       FIELD(BIT(23) | BIT(18), BIT(23))),
	GT_ROW("partial write overfetch", XE2, REG(0xb108, F_MCR), SET(BIT(28))),
	GT_ROW("L2 overfetch", XE2, REG(0xb104, F_MCR | F_FLAT_CCS), SET(BIT(20))),
	GT_ROW("stateless compression", XE2, REG(0x4148, F_MCR), FIELD(0xf, 0)),
	ENGINE_ROW("18032247524", XE2, C_ANY, REG(0xe7c8, F_MCR | F_FIRST), SET(BIT(13))),
	ENGINE_ROW("14019811474", XE2_G21, C_ANY, REG(0xe7c8, F_MCR | F_FIRST), SET(BIT(26))),
	ENGINE_ROW("16018712365", XE2, C_ANY, REG(0xe7cc, F_MCR | F_FIRST), SET(BIT(15))),
	ENGINE_ROW("14018471104", XE2, C_ANY, REG(0xe7cc, F_MCR | F_FIRST), SET(BIT(12))),
	ENGINE_ROW("14020338487", XE2, C_ANY, REG(0xe49c, F_MCR_MASKED | F_FIRST), SET(BIT(14))),
	ENGINE_ROW("13012615864", XE2, C_ANY, REG(0xe4c4, F_MCR_MASKED | F_FIRST), SET(BIT(6))),
	ENGINE_ROW("14021821874", XE2, C_ANY, REG(0xe4c4, F_MCR_MASKED | F_FIRST), SET(BIT(12))),
	ENGINE_ROW("18034896535", XE2, C_ANY, REG(0xe48c, F_MCR_MASKED | F_FIRST), SET(BIT(9))),
	ENGINE_ROW("16018737384", XE2, C_ANY, REG(0xe4f0, F_MCR_MASKED | F_FIRST), SET(BIT(1))),
	ENGINE_ROW("any-hit null query", XE2, C_ANY, REG(0xe530, F_MCR | F_FIRST), SET(BIT(10))),
	ENGINE_ROW("14021402888", XE2, C_RENDER, REG(0xe194, F_MCR_MASKED), SET(BIT(6))),
	ENGINE_ROW("16021639441", XE2, C_ANY, REG(0xd4, F_BASE | F_MASKED), SET(BIT(15) | BIT(14))),
	ENGINE_ROW("priority memory read", XE2, C_ANY, REG(0xd4, F_BASE | F_MASKED), SET(BIT(7))),
	ENGINE_ROW("16023105232", XE2, C_ANY, REG(0x50, F_BASE | F_MASKED), SET(BIT(12))),
	ENGINE_ROW("default MOCS", XE2, C_ANY & ~C_COMPUTE, REG(0xc4, F_BASE | F_MASKED),
		   MOCS_PAIR(3, 3)),
	ENGINE_ROW("default MOCS", XE2, C_COMPUTE, REG(0xc4, F_BASE | F_MASKED), MOCS_PAIR(3, 4)),
	ENGINE_ROW("14024997852", XE2, C_RENDER, REG(0x6210, F_NONPRIV), .set = NONPRIV_RW << 28),
	ENGINE_ROW("14024997852", XE2, C_RENDER, REG(0x62a8, F_NONPRIV), .set = NONPRIV_RW << 28),
	LRC_ROW("14019877138", XE2, C_RENDER, REG(0x7044, F_MCR_MASKED), SET(BIT(5))),
	LRC_ROW("14019988906", XE2, C_RENDER, REG(0x7044, F_MCR_MASKED), SET(BIT(10))),
	LRC_ROW("14019386621", XE2, C_RENDER, REG(0x83a8, F_MASKED), SET(BIT(13))),
	LRC_ROW("18033852989", XE2, C_RENDER, REG(0x7010, F_MCR_MASKED), SET(BIT(14))),
	LRC_ROW("15016589081", XE2, C_RENDER, REG(0x6204, F_MCR_MASKED), SET(BIT(6))),
	LRC_ROW("14021567978", XE2, C_RENDER, REG(0x6208, F_MCR_MASKED), SET(BIT(5))),
	LRC_ROW("14020756599", XE2_G21, C_RENDER, REG(0x5588, F_MCR_MASKED), SET(BIT(10))),
	LRC_ROW("14021490052", XE2_G21, C_RENDER, REG(0x6210, F_MCR), SET(BIT(16) | BIT(15))),
	LRC_ROW("14021490052", XE2_G21, C_RENDER, REG(0x62a8, F_MCR_MASKED), SET(BIT(9) | BIT(6))),
	LRC_ROW("vertex hit maximum", XE2_G21, C_RENDER, REG(0x6210, F_MCR),
		FIELD(0x3f << 20, 0x3f << 20)),
	LRC_ROW("22021007897", XE2, C_RENDER, REG(0x7300, F_MCR_MASKED), SET(BIT(12))),
	LRC_ROW("no mid-thread preemption", XE2, C_RENDER | C_COMPUTE,
		REG(0x580, F_BASE | F_MASKED | F_NO_WMTP),
		FIELD(PREEMPT_GPGPU_LEVEL_MASK, PREEMPT_GPGPU_THREAD_GROUP)),

	/* Xe2 media */
	GT_ROW("16028005424", XE2_HPM, REG(0xc50c, 0), SET(BIT(1))),
	GT_ROW("stateless compression", XE2_HPM, REG(0x4148, F_MCR), FIELD(0xf, 0)),
	ENGINE_ROW("16021867713", XE2_HPM, C_VIDEO, REG(0x3f1c, F_BASE), SET(BIT(3))),
	ENGINE_ROW("14019449301", XE2_HPM, C_VIDEO, REG(0x3f08, F_BASE), SET(BIT(5))),
	ENGINE_ROW("16021639441", XE2_HPM, C_ANY, REG(0xd4, F_BASE | F_MASKED),
		   SET(BIT(15) | BIT(14))),
	ENGINE_ROW("16023105232", XE2_HPM, C_ANY, REG(0x50, F_BASE | F_MASKED), SET(BIT(12))),
	ENGINE_ROW("default MOCS", XE2_HPM, C_ANY, REG(0xc4, F_BASE | F_MASKED), MOCS_PAIR(3, 3)),

	/* Everywhere */
	ENGINE_ROW("no status page writes", ALL, C_ANY, REG(0x98, F_BASE), SET(~0u)),
	ENGINE_ROW("no legacy mode", ALL, C_ANY, REG(0x29c, F_BASE | F_MASKED), SET(BIT(3))),
	ENGINE_ROW("compute on", ALL, C_ANY, REG(0x14800, F_MASKED | F_FIRST), SET(BIT(0))),
	ENGINE_ROW("fixed slices", ALL, C_ANY, REG(0x14800, F_MASKED | F_FIRST | F_MANY_CCS),
		   SET(BIT(1))),
};

static bool ip_matches(struct xe_gt *gt, const struct wa_row *row)
{
	return gt->ip_ver >= wa_ips[row->ip].first && gt->ip_ver <= wa_ips[row->ip].last;
}

static bool row_matches(struct xe_gt *gt, const struct wa_row *row, enum xe_wa_kind kind,
			const struct xe_wa_engine *e)
{
	u64 ccs = gt->engine_mask & GENMASK_ULL(XE_CCS3, XE_CCS0);

	if (row->kind != kind || !ip_matches(gt, row))
		return false;
	if (row->flags & F_FLAT_CCS && !gt_to_xe(gt)->has_flat_ccs)
		return false;
	if (row->flags & F_MANY_CCS && hweight64(ccs) < 2)
		return false;
	if (e && (!(row->classes & BIT(e->cls)) || (row->flags & F_FIRST && !e->first) ||
		  (row->flags & F_EVEN && e->instance % 2)))
		return false;
	/* Last, for it reads a register. */
	if (row->flags & F_NO_WMTP && !(xe_mmio_read32(&gt->mmio, FUSE4) & FUSE4_WMTP_DISABLE))
		return false;
	return true;
}

static struct xe_wa_write row_to_write(const struct wa_row *row, const struct xe_wa_engine *e,
				       unsigned int *slot)
{
	struct xe_wa_write w = {
		.reg.addr = row->reg + (row->flags & F_BASE ? e->base : 0),
		.reg.masked = !!(row->flags & F_MASKED),
		.mcr = row->flags & F_MCR,
		.clr = row->clr,
		.set = row->set,
	};

	if (row->flags & F_NONPRIV) {
		w.set |= w.reg.addr;
		w.clr = ~0u;
		w.reg = RING_NONPRIV(e->base, (*slot)++);
	}
	return w;
}

static unsigned int collect(struct xe_gt *gt, enum xe_wa_kind kind, const struct xe_wa_engine *e,
			    struct xe_wa_write *out)
{
	unsigned int i, j, n = 0, slot = 0;

	for (i = 0; i < ARRAY_SIZE(wa_rows); i++) {
		struct xe_wa_write w;

		if (!row_matches(gt, &wa_rows[i], kind, e))
			continue;

		w = row_to_write(&wa_rows[i], e, &slot);
		for (j = 0; j < n && out[j].reg.addr != w.reg.addr; j++)
			;
		if (j < n) {
			out[j].clr |= w.clr;
			out[j].set |= w.set;
		} else if (!WARN_ON_ONCE(n == XE_WA_MAX_WRITES)) {
			out[n++] = w;
		}
	}
	return n;
}

static void apply(struct xe_gt *gt, const struct xe_wa_write *w)
{
	const struct xe_reg_mcr mcr = { .reg = w->reg };
	u32 val = 0;

	if (w->reg.masked)
		val = w->clr << 16;
	else if (w->clr != ~0u)
		val = w->mcr ? xe_mcr_read_any(gt, mcr) : xe_mmio_read32(&gt->mmio, w->reg);
	val = w->reg.masked ? val | w->set : (val & ~w->clr) | w->set;

	if (w->mcr)
		xe_mcr_write_all(gt, mcr, val);
	else
		xe_mmio_write32(&gt->mmio, w->reg, val);
}

/**
 * xe_wa_apply_gt() - program the settings of a GT
 * @gt: GT; steering knows its fuses
 *
 * Context: the GT is awake.
 */
void xe_wa_apply_gt(struct xe_gt *gt)
{
	struct xe_wa_write w[XE_WA_MAX_WRITES];
	unsigned int i, n;

	n = collect(gt, XE_WA_GT, NULL, w);
	for (i = 0; i < n; i++)
		apply(gt, &w[i]);
}
EXPORT_SYMBOL_IF_KUNIT(xe_wa_apply_gt);

/**
 * xe_wa_for_engine() - settings of an engine or of its first context
 * @gt: GT
 * @kind: XE_WA_ENGINE or XE_WA_LRC
 * @e: engine
 * @out: room for XE_WA_MAX_WRITES
 *
 * Return: number of entries.
 */
unsigned int xe_wa_for_engine(struct xe_gt *gt, enum xe_wa_kind kind, const struct xe_wa_engine *e,
			      struct xe_wa_write *out)
{
	return collect(gt, kind, e, out);
}
EXPORT_SYMBOL_IF_KUNIT(xe_wa_for_engine);

/**
 * xe_wa_apply_engine() - program an engine's settings
 * @gt: GT
 * @e: engine
 *
 * Context: the engine's domain is awake.
 */
void xe_wa_apply_engine(struct xe_gt *gt, const struct xe_wa_engine *e)
{
	struct xe_wa_write w[XE_WA_MAX_WRITES];
	unsigned int i, n;

	n = collect(gt, XE_WA_ENGINE, e, w);
	for (i = 0; i < n; i++)
		apply(gt, &w[i]);
}
EXPORT_SYMBOL_IF_KUNIT(xe_wa_apply_engine);

/**
 * xe_wa_print() - what the table holds for a GT
 * @gt: GT
 * @p: where to
 */
void xe_wa_print(struct xe_gt *gt, struct drm_printer *p)
{
	static const char * const kinds[] = { "GT", "engine", "LRC" };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wa_rows); i++)
		if (ip_matches(gt, &wa_rows[i]))
			drm_printf(p, "%s: %s\n", kinds[wa_rows[i].kind], wa_rows[i].name);
}
