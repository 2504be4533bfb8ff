// SPDX-License-Identifier: MIT
/* MI commands that decide where, and whether, execution goes on. */
#include "exec/priv.h"

#define BIT(n) (1u << (n))

/** vg_mi_batch_start() - MI_BATCH_BUFFER_START: call from the ring, chain or call from a batch */
enum vg_step vg_mi_batch_start(struct vg_engine *e, const uint32_t *dw, unsigned int n)
{
	struct vg_context *c = e->ctx;
	struct vg_frame to = { vg_addr64(dw + 1) & ~3ull, !(dw[0] & BIT(8)) };
	struct vg_frame *from = &c->s.frame[c->s.level];

	/* A batch of user space cannot leave its address space */
	if (c->s.level != VG_RING && !from->ggtt)
		to.ggtt = false;
	vg_count(e->obs, VG_CNT_BATCH, 1);
	if (c->s.level == VG_RING) {
		c->ring_next = (c->head + n * 4) % c->size;
		c->s.level = VG_BATCH;
	} else if (dw[0] & BIT(22)) {
		if (c->s.level == VG_BATCH2)
			return vg_cs_bad(e, "third-level batch", dw[0]);
		from->pc += n * 4;
		c->s.level = VG_BATCH2;
	} else if (to.pc <= from->pc) {
		e->jumps_back++;
	}
	c->s.frame[c->s.level] = to;
	return VG_STEP_JUMP;
}

static void leave_batches(struct vg_engine *e)
{
	struct vg_context *c = e->ctx;

	c->s.level = VG_RING;
	if (e->restoring)
		return;
	c->head = c->ring_next;
	e->progress = true;
}

/** vg_mi_batch_end() - MI_BATCH_BUFFER_END: back to the caller */
enum vg_step vg_mi_batch_end(struct vg_engine *e, const uint32_t *dw, unsigned int n)
{
	struct vg_context *c = e->ctx;

	(void)n;
	if (c->s.level == VG_RING)
		return vg_cs_bad(e, "BATCH_BUFFER_END in the ring", dw[0]);
	if (c->s.level == VG_BATCH2)
		c->s.level = VG_BATCH;
	else
		leave_batches(e);
	return VG_STEP_JUMP;
}

/**
 * vg_mi_cond_end() - MI_CONDITIONAL_BATCH_BUFFER_END
 *
 * The batch goes on while "memory OP data" holds. With bit 19 the location is a
 * qword whose high half masks the low one; bit 18 leaves one level only.
 */
enum vg_step vg_mi_cond_end(struct vg_engine *e, const uint32_t *dw, unsigned int n)
{
	unsigned int op = dw[0] >> 12 & 7;
	uint64_t va = vg_addr64(dw + 2) & ~7ull;
	uint32_t v[2] = { 0, ~0u };

	(void)n;
	if (!(dw[0] & BIT(21)) || op > 5)
		return vg_cs_bad(e, "CONDITIONAL_BATCH_BUFFER_END", dw[0]);
	if (!(dw[0] & BIT(19)))
		va = vg_addr64(dw + 2) & ~3ull;
	if (!vg_cs_access(e, dw[0] & BIT(22), VG_READ, va, v, dw[0] & BIT(19) ? 8 : 4))
		return VG_STEP_FAULT;
	if (vg_cs_compare(op, v[0] & v[1], dw[1]))
		return VG_STEP_DONE;
	if (e->ctx->s.level == VG_RING)
		return VG_STEP_DONE;
	if (e->ctx->s.level == VG_BATCH2 && dw[0] & BIT(18))
		e->ctx->s.level = VG_BATCH;
	else
		leave_batches(e);
	return VG_STEP_JUMP;
}

/** vg_mi_semaphore_wait() - MI_SEMAPHORE_WAIT, by polling, on memory or a register */
enum vg_step vg_mi_semaphore_wait(struct vg_engine *e, const uint32_t *dw, unsigned int n)
{
	unsigned int op = dw[0] >> 12 & 7;
	uint32_t v;

	(void)n;
	if (op > 5)
		return vg_cs_bad(e, "SEMAPHORE_WAIT", dw[0]);
	if (dw[0] & BIT(16))
		v = vg_cs_reg_read(e, dw[2] & 0x7ffffc);
	else if (!vg_cs_access(e, dw[0] & BIT(22), VG_READ, vg_addr64(dw + 2) & ~3ull, &v, 4))
		return VG_STEP_FAULT;
	return vg_cs_compare(op, v, dw[1]) ? VG_STEP_DONE : VG_STEP_WAIT;
}
