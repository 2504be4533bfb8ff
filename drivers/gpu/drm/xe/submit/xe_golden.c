// SPDX-License-Identifier: GPL-2.0
/*
 * Golden contexts: one context per engine class is built from nothing, runs a
 * batch that sets the registers which belong to a context, and is saved when it
 * is taken off the engine. All later contexts begin as a copy of it.
 */
#include <linux/slab.h>

#include "cmds/xe_mi_commands.h"
#include "core/xe_log.h"
#include "core/xe_wa.h"
#include "gt/xe_bb.h"
#include "gt/xe_lrc.h"
#include "regs/xe_engine_regs.h"
#include "submit/xe_exec_queue.h"
#include "submit/xe_queue.h"

#include <drm/gpu_scheduler.h>

#define JOB_TIMEOUT	HZ
/* Dwords of a read-modify-write, and of what cleans up after all. */
#define RMW_DW		20
#define CLEANUP_DW	7

/* struct settings - register settings of a class's contexts */
struct settings {
	struct xe_wa_write w[XE_WA_MAX_WRITES];
	unsigned int n;
};

/* Written as a whole, or with the mask in the upper half: no need to read it first. */
static bool plain_write(const struct xe_wa_write *w)
{
	return w->reg.masked || w->clr == ~0u;
}

static u32 plain_value(const struct xe_wa_write *w)
{
	return w->reg.masked ? w->clr << 16 | w->set : w->set;
}

static u32 *emit_plain(u32 *cs, const struct settings *s)
{
	unsigned int i, n = 0;
	u32 *header = cs++;

	for (i = 0; i < s->n; i++) {
		if (!plain_write(&s->w[i]))
			continue;
		*cs++ = s->w[i].reg.addr;
		*cs++ = plain_value(&s->w[i]);
		n++;
	}
	if (!n)
		return header;
	*header = MI_LOAD_REGISTER_IMM(n);
	return cs;
}

/* reg = (reg & ~clr) | set, computed by the engine in its general purpose registers. */
static u32 *emit_rmw(u32 *cs, const struct xe_wa_write *w)
{
	const u32 commands[RMW_DW] = {
		MI_LOAD_REGISTER_REG | MI_LRR_DST_CS_BASE, w->reg.addr, RING_GPR_OFS(0),
		MI_LOAD_REGISTER_IMM(2) | MI_LRI_CS_BASE,
		RING_GPR_OFS(1), w->clr, RING_GPR_OFS(2), w->set,
		MI_MATH(8),
		MI_ALU(ALU_LOAD, ALU_SRCA, ALU_REG(0)),
		MI_ALU(ALU_LOADINV, ALU_SRCB, ALU_REG(1)),
		MI_ALU(ALU_AND, 0, 0),
		MI_ALU(ALU_STORE, ALU_REG(0), ALU_ACCU),
		MI_ALU(ALU_LOAD, ALU_SRCA, ALU_REG(0)),
		MI_ALU(ALU_LOAD, ALU_SRCB, ALU_REG(2)),
		MI_ALU(ALU_OR, 0, 0),
		MI_ALU(ALU_STORE, ALU_REG(0), ALU_ACCU),
		MI_LOAD_REGISTER_REG | MI_LRR_SRC_CS_BASE, RING_GPR_OFS(0), w->reg.addr,
	};

	memcpy(cs, commands, sizeof(commands));
	return cs + RMW_DW;
}

static u32 *emit_settings(u32 *cs, const struct settings *s)
{
	const u32 cleanup[CLEANUP_DW] = {
		MI_LOAD_REGISTER_IMM(3) | MI_LRI_CS_BASE,
		RING_GPR_OFS(0), 0, RING_GPR_OFS(1), 0, RING_GPR_OFS(2), 0,
	};
	bool any = false;
	unsigned int i;

	cs = emit_plain(cs, s);
	for (i = 0; i < s->n; i++) {
		if (plain_write(&s->w[i]))
			continue;
		cs = emit_rmw(cs, &s->w[i]);
		any = true;
	}
	if (any) {
		memcpy(cs, cleanup, sizeof(cleanup));
		cs += CLEANUP_DW;
	}
	return cs;
}

/* Takes the batch, and frees it. */
static int run_batch(struct xe_exec_queue *q, struct xe_bb *bb)
{
	u64 addr = xe_bb_finish(bb);
	struct dma_fence *fence;
	struct xe_job *job;
	long left;

	job = xe_job_create(q, &addr);
	if (IS_ERR(job)) {
		xe_bb_free(bb, NULL);
		return PTR_ERR(job);
	}
	fence = xe_job_arm(job);
	xe_job_push(job);
	xe_job_put(job);

	left = dma_fence_wait_timeout(fence, false, JOB_TIMEOUT);
	xe_bb_free(bb, fence);
	if (left > 0)
		left = dma_fence_get_status(fence);
	else if (!left)
		left = -ETIME;
	dma_fence_put(fence);
	return min(left, 0);
}

static int run_settings(struct xe_exec_queue *q, struct xe_hw_engine *hwe)
{
	const struct xe_wa_engine e = {
		.cls = hwe->cls,
		.instance = hwe->instance,
		.base = hwe->mmio_base,
		.first = xe_engine_is_first_rcs_ccs(hwe),
	};
	struct settings *s __free(kfree) = kzalloc_obj(*s);
	struct xe_bb *bb;

	if (!s)
		return -ENOMEM;
	s->n = xe_wa_for_engine(hwe->gt, XE_WA_LRC, &e, s->w);

	bb = xe_bb_new(hwe->gt->tile, s->n * RMW_DW + CLEANUP_DW + 1);
	if (IS_ERR(bb))
		return PTR_ERR(bb);
	bb->len = emit_settings(bb->cs, s) - bb->cs;
	return run_batch(q, bb);
}

static int take_image(struct xe_exec_queue *q, struct xe_hw_engine *hwe)
{
	size_t size;
	void *image = xe_lrc_copy_image(xe_exec_queue_lrc(q), &size);

	if (!image)
		return -ENOMEM;
	xe_engine_set_golden(hwe->gt, hwe->cls, image);
	return 0;
}

static int record(struct xe_hw_engine *hwe)
{
	const struct xe_queue_params p = {
		.hwe = hwe,
		.logical_mask = BIT(hwe->logical),
		.width = 1,
		.kernel = true,
	};
	struct xe_exec_queue *q = xe_exec_queue_create(gt_to_xe(hwe->gt), &p);
	int err;

	if (IS_ERR(q))
		return PTR_ERR(q);
	err = run_settings(q, hwe);
	/* It is saved when it leaves the engine. */
	if (!err)
		err = xe_queue_off(q);
	if (!err)
		err = take_image(q, hwe);
	xe_exec_queue_put(q);
	return err;
}

/**
 * xe_golden_contexts_record() - make the template of each class's contexts
 * @gt: GT whose firmware runs with its complete ADS
 *
 * Context: sleeps; the device is awake. Classes that have one already are skipped.
 * Return: 0 or a negative errno; -ETIME: a job did not finish.
 */
int xe_golden_contexts_record(struct xe_gt *gt)
{
	struct xe_hw_engine *hwe;
	int err;

	for_each_engine(hwe, gt) {
		if (xe_engine_golden(gt, hwe->cls))
			continue;
		err = record(hwe);
		if (err) {
			xe_gt_err(gt, "hwe %s: no golden context (%pe)\n", hwe->name, ERR_PTR(err));
			return err;
		}
	}
	return 0;
}
