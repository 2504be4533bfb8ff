// SPDX-License-Identifier: MIT
/* MI commands: stores, registers, flushes, batches. */
#include "exec/priv.h"

#define BIT(n) (1u << (n))
#define GGTT_BIT BIT(22) /* of most commands that access memory */
#define REG_MASK 0x7ffffcu
#define RING_REMAP_FIRST 0x2000u /* render-relative offsets that remapping moves */
#define RING_REMAP_SIZE 0x800u

/* A register operand; with @cs_relative it is an offset in this engine's space */
static uint32_t reg_of(const struct vg_engine *e, uint32_t dw, bool cs_relative, bool remap)
{
	uint32_t reg = dw & REG_MASK;

	if (cs_relative)
		return e->cfg.mmio_base + (reg & 0xfff);
	if (remap && reg - RING_REMAP_FIRST < RING_REMAP_SIZE)
		return e->cfg.mmio_base + reg - RING_REMAP_FIRST;
	return reg;
}

static enum vg_step user_interrupt(struct vg_engine *e, const uint32_t *dw, unsigned int n)
{
	(void)dw;
	(void)n;
	vg_irq_engine(e->irq, e->cfg.tile, e->cfg.cls, e->cfg.inst, VG_IRQ_USER);
	return VG_STEP_DONE;
}

static enum vg_step arb_check(struct vg_engine *e, const uint32_t *dw, unsigned int n)
{
	(void)dw;
	(void)n;
	e->boundary = true;
	return VG_STEP_DONE;
}

static enum vg_step arb_on_off(struct vg_engine *e, const uint32_t *dw, unsigned int n)
{
	(void)n;
	e->arb = dw[0] & 1;
	return VG_STEP_DONE;
}

static enum vg_step store_data_imm(struct vg_engine *e, const uint32_t *dw, unsigned int n)
{
	bool qword = dw[0] & BIT(21), ggtt = dw[0] & GGTT_BIT;
	uint64_t va = vg_addr64(dw + 1) & ~3ull;

	if (qword && (n & 1) == 0)
		return vg_cs_bad(e, "STORE_DATA_IMM of half a qword", dw[0]);
	return vg_cs_access(e, ggtt, VG_WRITE, va, e->dw + 3, (n - 3) * 4) ? VG_STEP_DONE :
									     VG_STEP_FAULT;
}

static enum vg_step load_register_imm(struct vg_engine *e, const uint32_t *dw, unsigned int n)
{
	if (!(n & 1))
		return vg_cs_bad(e, "LOAD_REGISTER_IMM of half a pair", dw[0]);
	for (unsigned int i = 1; i < n; i += 2)
		vg_cs_reg_write(e, reg_of(e, dw[i], dw[0] & BIT(19), dw[0] & BIT(17)), dw[i + 1]);
	return VG_STEP_DONE;
}

static enum vg_step store_register_mem(struct vg_engine *e, const uint32_t *dw, unsigned int n)
{
	uint32_t v = vg_cs_reg_read(e, reg_of(e, dw[1], dw[0] & BIT(19), dw[0] & BIT(17)));

	(void)n;
	return vg_cs_access(e, dw[0] & GGTT_BIT, VG_WRITE, vg_addr64(dw + 2) & ~3ull, &v, 4) ?
		       VG_STEP_DONE : VG_STEP_FAULT;
}

static enum vg_step load_register_mem(struct vg_engine *e, const uint32_t *dw, unsigned int n)
{
	uint32_t v;

	(void)n;
	if (!vg_cs_access(e, dw[0] & GGTT_BIT, VG_READ, vg_addr64(dw + 2) & ~3ull, &v, 4))
		return VG_STEP_FAULT;
	vg_cs_reg_write(e, reg_of(e, dw[1], dw[0] & BIT(19), dw[0] & BIT(17)), v);
	return VG_STEP_DONE;
}

static enum vg_step load_register_reg(struct vg_engine *e, const uint32_t *dw, unsigned int n)
{
	uint32_t src = reg_of(e, dw[1], dw[0] & BIT(18), dw[0] & BIT(16));
	uint32_t dst = reg_of(e, dw[2], dw[0] & BIT(19), dw[0] & BIT(17));

	(void)n;
	vg_cs_reg_write(e, dst, vg_cs_reg_read(e, src));
	return VG_STEP_DONE;
}

static enum vg_step copy_mem_mem(struct vg_engine *e, const uint32_t *dw, unsigned int n)
{
	uint32_t v;

	(void)n;
	if (!vg_cs_access(e, dw[0] & BIT(22), VG_READ, vg_addr64(dw + 3) & ~3ull, &v, 4) ||
	    !vg_cs_access(e, dw[0] & BIT(21), VG_WRITE, vg_addr64(dw + 1) & ~3ull, &v, 4))
		return VG_STEP_FAULT;
	return VG_STEP_DONE;
}

/* The write after a flush: nothing, an immediate, or a time stamp */
static enum vg_step post_sync(struct vg_engine *e, unsigned int op, bool ggtt, uint64_t va,
			      uint64_t imm, unsigned int bytes)
{
	uint64_t v = imm;

	if (!op)
		return VG_STEP_DONE;
	if (op == 2)
		v = 0; /* depth count: nothing is ever drawn */
	if (op == 3)
		v = vg_engine_timestamp(e);
	if (op != 1)
		bytes = 8;
	return vg_cs_access(e, ggtt, VG_WRITE, va & ~(uint64_t)(bytes - 1), &v, bytes) ?
		       VG_STEP_DONE : VG_STEP_FAULT;
}

static enum vg_step flush_dw(struct vg_engine *e, const uint32_t *dw, unsigned int n)
{
	unsigned int op = dw[0] >> 14 & 3;
	bool ggtt = dw[1] & BIT(2);
	uint64_t va, imm;

	if (dw[0] & BIT(18))
		vg_cs_tlb_inval(e);
	if (!op)
		return VG_STEP_DONE;
	if (op == 2 || n < 4)
		return vg_cs_bad(e, "FLUSH_DW", dw[0]);
	va = vg_addr64(dw + 1) & ~7ull;
	if (dw[0] & BIT(21)) {
		va = e->ctx->lrca + (va & 0xff8);
		ggtt = true;
	}
	imm = n >= 5 ? vg_addr64(dw + 3) : dw[3];
	return post_sync(e, op, ggtt, va, imm, n >= 5 ? 8 : 4);
}

static enum vg_step pipe_control(struct vg_engine *e, const uint32_t *dw, unsigned int n)
{
	unsigned int op = dw[1] >> 14 & 3;
	bool ggtt = dw[1] & BIT(24);
	uint64_t va = vg_addr64(dw + 2) & ~3ull;

	(void)n;
	if (dw[1] & BIT(18))
		vg_cs_tlb_inval(e);
	if (op && dw[1] & BIT(23)) {
		vg_cs_reg_write(e, dw[2] & REG_MASK, dw[4]);
		return VG_STEP_DONE;
	}
	if (dw[1] & BIT(21)) {
		va = e->ctx->lrca + (va & 0xff8);
		ggtt = true;
	}
	return post_sync(e, op, ggtt, va, vg_addr64(dw + 4), 8);
}

static const struct vg_cmd mi_cmds[64] = {
	[0x00] = { "MI_NOOP", 0, 1, 1, NULL },
	[0x01] = { "MI_SET_PREDICATE", 0, 1, 1, NULL },
	[0x02] = { "MI_USER_INTERRUPT", 0, 1, 1, user_interrupt },
	[0x05] = { "MI_ARB_CHECK", 0, 1, 1, arb_check },
	[0x07] = { "MI_REPORT_HEAD", 0, 1, 1, NULL },
	[0x08] = { "MI_ARB_ON_OFF", 0, 1, 1, arb_on_off },
	[0x09] = { "MI_MEM_FENCE", 0, 1, 1, NULL },
	[0x0a] = { "MI_BATCH_BUFFER_END", 0, 1, 1, vg_mi_batch_end },
	[0x0b] = { "MI_SUSPEND_FLUSH", 0, 1, 1, NULL },
	[0x0c] = { "MI_PREDICATE", 0, 1, 1, NULL },
	[0x0d] = { "MI_TOPOLOGY_FILTER", 0, 1, 1, NULL },
	[0x0e] = { "MI_SET_APPID", 0, 1, 1, NULL },
	[0x1a] = { "MI_MATH", 8, 2, 257, vg_mi_math },
	[0x1c] = { "MI_SEMAPHORE_WAIT", 8, 4, 5, vg_mi_semaphore_wait },
	[0x1d] = { "MI_FORCE_WAKEUP", 8, 2, 0, NULL },
	[0x20] = { "MI_STORE_DATA_IMM", 10, 4, 1025, store_data_imm },
	[0x22] = { "MI_LOAD_REGISTER_IMM", 8, 3, 257, load_register_imm },
	[0x24] = { "MI_STORE_REGISTER_MEM", 8, 4, 4, store_register_mem },
	[0x26] = { "MI_FLUSH_DW", 6, 3, 5, flush_dw },
	[0x29] = { "MI_LOAD_REGISTER_MEM", 8, 4, 4, load_register_mem },
	[0x2a] = { "MI_LOAD_REGISTER_REG", 8, 3, 3, load_register_reg },
	[0x2e] = { "MI_COPY_MEM_MEM", 8, 5, 5, copy_mem_mem },
	[0x2f] = { "MI_ATOMIC", 8, 3, 11, vg_mi_atomic },
	[0x31] = { "MI_BATCH_BUFFER_START", 8, 3, 3, vg_mi_batch_start },
	[0x36] = { "MI_CONDITIONAL_BATCH_BUFFER_END", 8, 4, 4, vg_mi_cond_end },
};

/** vg_mi_cmd() - the row of an MI command; NULL: there is no such one */
const struct vg_cmd *vg_mi_cmd(uint32_t header)
{
	const struct vg_cmd *cmd = &mi_cmds[header >> 23 & 63];

	return cmd->name ? cmd : NULL;
}

static const struct vg_cmd gfx_pipe_control = { "PIPE_CONTROL", 8, 6, 6, pipe_control };
static const struct vg_cmd gfx_so_decl = { "3DSTATE_SO_DECL_LIST", 9, 2, 0, NULL };
static const struct vg_cmd gfx_single = { "single-dword state", 0, 1, 1, NULL };
static const struct vg_cmd gfx_state = { "state", 8, 2, 0, NULL };

/*
 * Bits 31:16 of what would have to compute or draw something. There are no
 * execution units here: better no result than a wrong one.
 */
static const uint16_t gfx_work[] = {
	0x7105, /* GPGPU_WALKER */ 0x7202, /* COMPUTE_WALKER */ 0x7208, /* COMPUTE_WALKER, Xe2 */
	0x7a01, /* 3DPRIMITIVE family */ 0x7b00, 0x7b01, 0x7b02,
};

/** vg_gfx_cmd() - the row of a render or compute command; NULL: none, or one we cannot do */
const struct vg_cmd *vg_gfx_cmd(uint32_t header)
{
	uint16_t op = header >> 16;

	if (op == 0x7a00)
		return &gfx_pipe_control;
	if (op == 0x7917)
		return &gfx_so_decl;
	for (unsigned int i = 0; i < sizeof(gfx_work) / sizeof(gfx_work[0]); i++)
		if (op == gfx_work[i])
			return NULL;
	return (header >> 27 & 3) == 1 ? &gfx_single : &gfx_state;
}
