// SPDX-License-Identifier: MIT
/* An engine's own registers, and how commands address registers. */
#include "exec/priv.h"

#define OWN_SPACE 0x1000u /* from mmio_base */
#define RING_TAIL 0x30
#define RING_HEAD 0x34
#define RING_START 0x38
#define RING_CTL 0x3c
#define RING_ACTHD_UDW 0x5c
#define RING_IPEHR 0x68
#define RING_ACTHD 0x74
#define ENGINE_ID 0x8c
#define RING_BBADDR 0x140
#define RING_BBADDR_UDW 0x168
#define RING_CURRENT_LRCA 0x240
#define RING_TIMESTAMP 0x358
#define RING_TIMESTAMP_UDW 0x35c
#define CTX_TIMESTAMP 0x3a8
#define CTX_TIMESTAMP_UDW 0x3ac

static uint64_t ns_to_ticks(uint64_t ns, uint64_t hz)
{
	return ns / 1000000000 * hz + ns % 1000000000 * hz / 1000000000;
}

/** vg_engine_timestamp() - RING_TIMESTAMP: device time in ticks */
uint64_t vg_engine_timestamp(const struct vg_engine *e)
{
	return ns_to_ticks(e->obs->now_ns, e->cfg.ts_hz);
}

/** vg_context_timestamp() - CTX_TIMESTAMP: grows while the context is loaded only */
uint64_t vg_context_timestamp(const struct vg_engine *e, const struct vg_context *c)
{
	uint64_t ts = c->ts;

	if (e->ctx == c && e->obs->now_ns > c->ts_ns)
		ts += vg_engine_timestamp(e) - ns_to_ticks(c->ts_ns, e->cfg.ts_hz);
	return e->cfg.graphics_ver >= 2000 ? ts : (uint32_t)ts;
}

static uint64_t acthd(const struct vg_context *c)
{
	return c->s.level == VG_RING ? c->start + c->head : c->s.frame[c->s.level].pc;
}

static uint64_t bbaddr(const struct vg_context *c)
{
	return c->s.level == VG_RING ? 0 : c->s.frame[c->s.level].pc | 1;
}

static uint32_t rd_context(void *opaque, uint32_t offset, uint32_t stored)
{
	const struct vg_engine *e = opaque;
	const struct vg_context *c = e->ctx;

	if (!c)
		return stored;
	switch (offset - e->cfg.mmio_base) {
	case RING_TAIL: return c->tail;
	case RING_HEAD: return c->head;
	case RING_START: return c->start;
	case RING_CTL: return (c->size - 4096) | 1;
	case RING_ACTHD: return acthd(c);
	case RING_ACTHD_UDW: return acthd(c) >> 32;
	case RING_BBADDR: return bbaddr(c);
	case RING_BBADDR_UDW: return bbaddr(c) >> 32;
	case RING_CURRENT_LRCA: return c->lrca | 1;
	case CTX_TIMESTAMP: return vg_context_timestamp(e, c);
	case CTX_TIMESTAMP_UDW: return vg_context_timestamp(e, c) >> 32;
	default: return stored;
	}
}

static uint32_t rd_timestamp(void *opaque, uint32_t offset, uint32_t stored)
{
	const struct vg_engine *e = opaque;

	(void)stored;
	return offset - e->cfg.mmio_base == RING_TIMESTAMP ? vg_engine_timestamp(e) :
							      vg_engine_timestamp(e) >> 32;
}

static uint32_t rd_id(void *opaque, uint32_t offset, uint32_t stored)
{
	const struct vg_engine *e = opaque;

	(void)offset;
	(void)stored;
	return e->cfg.inst << 4 | e->cfg.cls;
}

static uint32_t rd_ipehr(void *opaque, uint32_t offset, uint32_t stored)
{
	(void)offset;
	(void)stored;
	return ((const struct vg_engine *)opaque)->ipehr;
}

static unsigned int gpr_index(const struct vg_engine *e, uint32_t offset)
{
	return (offset - e->cfg.mmio_base - VG_GPR0) / 4 % VG_GPR_DWORDS;
}

static uint32_t rd_gpr(void *opaque, uint32_t offset, uint32_t stored)
{
	const struct vg_engine *e = opaque;

	return e->ctx ? e->ctx->gpr[gpr_index(e, offset)] : stored;
}

static uint32_t wr_gpr(void *opaque, uint32_t offset, uint32_t stored, uint32_t value)
{
	struct vg_engine *e = opaque;

	(void)stored;
	if (e->ctx)
		e->ctx->gpr[gpr_index(e, offset)] = value;
	return value;
}

/* Writing half of CTX_TIMESTAMP keeps the other half, and starts counting from here */
static uint32_t wr_ctx_ts(void *opaque, uint32_t offset, uint32_t stored, uint32_t value)
{
	struct vg_engine *e = opaque;
	struct vg_context *c = e->ctx;
	uint64_t now;

	(void)stored;
	if (!c)
		return value;
	now = vg_context_timestamp(e, c);
	c->ts = offset - e->cfg.mmio_base == CTX_TIMESTAMP ? (now >> 32 << 32) | value :
							     (uint32_t)now | (uint64_t)value << 32;
	c->ts_ns = e->obs->now_ns;
	return value;
}

/* PWRCTX_MAXCNT and IDLEDLY: the driver warns when the delay is not the shorter one */
static const struct vg_reg_row rows[] = {
	{ .offset = RING_TAIL, .name = "RING_TAIL", .flags = VG_REG_RO, .read = rd_context },
	{ .offset = RING_HEAD, .name = "RING_HEAD", .flags = VG_REG_RO, .read = rd_context },
	{ .offset = RING_START, .name = "RING_START", .flags = VG_REG_RO, .read = rd_context },
	{ .offset = RING_CTL, .name = "RING_CTL", .flags = VG_REG_RO, .read = rd_context },
	{ .offset = 0x50, .name = "RING_PSMI_CTL", .flags = VG_REG_MASKED },
	{ .offset = 0x54, .name = "RING_PWRCTX_MAXCNT", .reset = 0x1000 },
	{ .offset = RING_ACTHD_UDW, .name = "RING_ACTHD_UDW", .flags = VG_REG_RO,
	  .read = rd_context },
	{ .offset = RING_IPEHR, .name = "RING_IPEHR", .flags = VG_REG_RO, .read = rd_ipehr },
	{ .offset = 0x6c, .name = "RING_INSTDONE", .reset = 0xffffffff, .flags = VG_REG_RO },
	{ .offset = RING_ACTHD, .name = "RING_ACTHD", .flags = VG_REG_RO, .read = rd_context },
	{ .offset = ENGINE_ID, .name = "ENGINE_ID", .flags = VG_REG_RO, .read = rd_id },
	{ .offset = 0x9c, .name = "RING_MI_MODE", .flags = VG_REG_MASKED },
	{ .offset = 0xc0, .name = "INSTPM", .flags = VG_REG_MASKED },
	{ .offset = 0xc4, .name = "RING_CMD_CCTL", .flags = VG_REG_MASKED },
	{ .offset = 0xd4, .name = "CSFE_CHICKEN1", .flags = VG_REG_MASKED },
	{ .offset = 0xd8, .name = "CS_DEBUG_MODE2", .flags = VG_REG_MASKED },
	{ .offset = 0xe0, .name = "FF_SLICE_CS_CHICKEN1", .flags = VG_REG_MASKED },
	{ .offset = 0xec, .name = "CS_DEBUG_MODE1", .flags = VG_REG_MASKED },
	{ .offset = RING_BBADDR, .name = "RING_BBADDR", .flags = VG_REG_RO, .read = rd_context },
	{ .offset = RING_BBADDR_UDW, .name = "RING_BBADDR_UDW", .flags = VG_REG_RO,
	  .read = rd_context },
	{ .offset = 0x200, .name = "BCS_SWCTRL", .flags = VG_REG_MASKED },
	{ .offset = 0x23c, .name = "RING_IDLEDLY", .reset = 0x10 },
	{ .offset = RING_CURRENT_LRCA, .name = "RING_CURRENT_LRCA", .flags = VG_REG_RO,
	  .read = rd_context },
	{ .offset = 0x244, .name = "RING_CONTEXT_CONTROL", .flags = VG_REG_MASKED },
	{ .offset = 0x29c, .name = "GFX_MODE", .flags = VG_REG_MASKED },
	{ .offset = RING_TIMESTAMP, .name = "RING_TIMESTAMP", .flags = VG_REG_RO,
	  .read = rd_timestamp },
	{ .offset = RING_TIMESTAMP_UDW, .name = "RING_TIMESTAMP_UDW", .flags = VG_REG_RO,
	  .read = rd_timestamp },
	{ .offset = CTX_TIMESTAMP, .name = "CTX_TIMESTAMP", .read = rd_context,
	  .write = wr_ctx_ts },
	{ .offset = CTX_TIMESTAMP_UDW, .name = "CTX_TIMESTAMP_UDW", .read = rd_context,
	  .write = wr_ctx_ts },
	{ .offset = 0x580, .name = "CS_CHICKEN1", .flags = VG_REG_MASKED },
	{ .offset = VG_GPR0, .name = "CS_GPR", .count = VG_GPR_DWORDS, .stride = 4, .read = rd_gpr,
	  .write = wr_gpr },
};

/** vg_engine_add_regs() - rows of the registers at the engine's own base */
void vg_engine_add_regs(struct vg_engine *e)
{
	vg_regs_add(e->regs, rows, sizeof(rows) / sizeof(rows[0]), e->cfg.mmio_base, e);
}

/** vg_cs_reg_read() - a register on behalf of a command, with its side effects */
uint32_t vg_cs_reg_read(struct vg_engine *e, uint32_t offset)
{
	return vg_regs_read(e->regs, offset);
}

/*
 * What a batch without privilege may write: its own GPRs and what the driver
 * put into the non-privileged slots. Others are dropped, as hardware does.
 */
static bool may_write(struct vg_engine *e, uint32_t offset)
{
	const struct vg_context *c = e->ctx;

	if (e->restoring || c->s.level == VG_RING || c->s.frame[c->s.level].ggtt)
		return true;
	if (offset - e->cfg.mmio_base - VG_GPR0 < VG_GPR_DWORDS * 4)
		return true;
	for (unsigned int i = 0; i < 12; i++) {
		uint32_t slot = vg_regs_peek(e->regs, e->cfg.mmio_base + 0x4d0 + i * 4);
		uint32_t n = 4u << 2 * (slot & 3); /* 1, 4, 16 or 64 registers */
		uint32_t access = slot >> 28 & 3; /* 0 read-write, 1 read, 2 write */

		if (slot && !(slot & 1u << 30) && (access == 0 || access == 2) &&
		    (offset & ~(n - 1)) == (slot & 0x3fffffc & ~(n - 1)))
			return true;
	}
	return false;
}

/** vg_cs_reg_write() - a register on behalf of a command; dropped when it may not */
void vg_cs_reg_write(struct vg_engine *e, uint32_t offset, uint32_t value)
{
	if (may_write(e, offset))
		vg_regs_write(e->regs, offset, value);
	else
		vg_log(e->obs, 3, "%s: dropped write of 0x%x to register 0x%x", e->name, value,
		       offset);
}
