/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_WA_H_
#define _XE_WA_H_

#include "core/xe_device.h"
#include "regs/xe_reg.h"

struct drm_printer;

/* enum xe_wa_kind - when a register setting is applied */
enum xe_wa_kind {
	XE_WA_GT,	/* by MMIO, at every hardware programming */
	XE_WA_ENGINE,	/* by MMIO, per engine; the firmware saves and restores them */
	XE_WA_LRC,	/* by the first context of a class: part of the context image */
};

/**
 * struct xe_wa_engine - the engine that a setting is asked for
 * @cls: hardware class
 * @instance: hardware number in its class
 * @base: MMIO base, added to relative registers
 * @first: the first of those that share the render and compute block
 */
struct xe_wa_engine {
	u8 cls, instance;
	u32 base;
	bool first;
};

/**
 * struct xe_wa_write - one register setting, all that applies to it merged
 * @reg: address, with the engine's base added
 * @clr: bits to clear before @set, including those in @set; ~0: the whole register
 * @set: bits to set
 * @mcr: steered: write all instances
 *
 * Of a masked register (@reg.masked) the value to write is clr << 16 | set.
 */
struct xe_wa_write {
	struct xe_reg reg;
	u32 clr, set;
	bool mcr;
};

#define XE_WA_MAX_WRITES 48

/* xe_wa_apply_gt() - the settings of the GT itself. Context: awake */
void xe_wa_apply_gt(struct xe_gt *gt);
/*
 * xe_wa_for_engine() - settings that match; fills @out, room for XE_WA_MAX_WRITES; returns how
 * many
 */
unsigned int xe_wa_for_engine(struct xe_gt *gt, enum xe_wa_kind kind, const struct xe_wa_engine *e,
			      struct xe_wa_write *out);
/* xe_wa_apply_engine() - XE_WA_ENGINE settings by MMIO. Context: engine awake */
void xe_wa_apply_engine(struct xe_gt *gt, const struct xe_wa_engine *e);
/* xe_wa_print() - names of the rules that apply to @gt or its engines */
void xe_wa_print(struct xe_gt *gt, struct drm_printer *p);

#endif
