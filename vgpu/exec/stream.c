// SPDX-License-Identifier: MIT
/* The command streamer: fetch, decode by table, advance. */
#include "exec/priv.h"

#define MAX_RESTORE_CMDS 4096 /* of a restore batch: more never ends */

/** vg_cs_as() - the GGTT, or the context's own space; NULL with the fault filled in: it has none */
const struct vg_as *vg_cs_as(struct vg_engine *e, bool ggtt, uint64_t va, enum vg_access how)
{
	struct vg_context *c = e->ctx;

	if (ggtt)
		return &e->ggtt;
	if (c->has_ppgtt)
		return &c->ppgtt;
	c->fault = (struct vg_fault){ VG_BUS_FAULT, how, va, 0 };
	return NULL;
}

/** vg_cs_fault() - decide whether the fault in the context can be resolved; always VG_STEP_FAULT */
enum vg_step vg_cs_fault(struct vg_engine *e, bool ggtt)
{
	struct vg_context *c = e->ctx;

	c->fault_fatal = ggtt || !e->cfg.usm || c->fault.type == VG_BUS_FAULT;
	vg_log(e->obs, 3, "%s: %s fault type %d access %d at 0x%llx level %u", e->name,
	       c->fault_fatal ? "fatal" : "page", c->fault.type, c->fault.access,
	       (unsigned long long)c->fault.va, c->fault.level);
	return VG_STEP_FAULT;
}

/** vg_cs_access() - memory on behalf of a command; false: return VG_STEP_FAULT */
bool vg_cs_access(struct vg_engine *e, bool ggtt, enum vg_access how, uint64_t va, void *buf,
		  size_t len)
{
	const struct vg_as *as = vg_cs_as(e, ggtt, va, how);

	if (as && !vg_access(e->mem, as, how, va, buf, len, NULL, &e->ctx->fault))
		return true;
	vg_cs_fault(e, ggtt);
	return false;
}

static uint64_t current_pc(const struct vg_context *c)
{
	return c->s.level == VG_RING ? c->start + c->head : c->s.frame[c->s.level].pc;
}

/** vg_cs_bad() - count a malformed command; the context is dead */
enum vg_step vg_cs_bad(struct vg_engine *e, const char *what, uint32_t value)
{
	struct vg_context *c = e->ctx;

	vg_mistake(e->obs, VG_ERR_BAD_COMMAND, "%s at 0x%llx: %s 0x%x", e->name,
		   (unsigned long long)current_pc(c), what, value);
	c->fault = (struct vg_fault){ VG_BUS_FAULT, VG_READ, current_pc(c), 0 };
	c->fault_fatal = true;
	return VG_STEP_BAD;
}

/** vg_cs_tlb_inval() - all of the GT's translations, and the window commands are fetched through */
void vg_cs_tlb_inval(struct vg_engine *e)
{
	vg_tlb_inval_all(e->mem, e->cfg.gt);
	e->fetch.span.len = 0;
}

/** vg_cs_compare() - "@memory op @data" by the operator numbers 0 to 5 of the commands */
bool vg_cs_compare(unsigned int op, uint64_t memory, uint64_t data)
{
	switch (op) {
	case 0: return memory > data;
	case 1: return memory >= data;
	case 2: return memory < data;
	case 3: return memory <= data;
	case 4: return memory == data;
	default: return memory != data;
	}
}

/* Read @n dwords at @pc through the fetch window, moving it from page to page */
static bool fetch(struct vg_engine *e, bool ggtt, uint64_t pc, uint32_t *buf, unsigned int n)
{
	struct vg_fetch *f = &e->fetch;

	while (n) {
		uint64_t off = pc - f->span.va, dwords;

		if (f->ggtt != ggtt || off >= f->span.len || f->span.len - off < 4) {
			const struct vg_as *as = vg_cs_as(e, ggtt, pc, VG_READ);

			f->span.len = 0;
			if (!as ||
			    vg_span_get(e->mem, as, VG_READ, pc, 1, &f->span, &e->ctx->fault))
				goto fault;
			f->ggtt = ggtt;
			f->span.va = pc;
			off = 0;
			if (f->span.len < 4) {
				e->ctx->fault.type = VG_BUS_FAULT;
				goto fault;
			}
		}
		dwords = (f->span.len - off) / 4;
		if (dwords > n)
			dwords = n;
		if (vg_span_read(e->mem, &f->span, off, buf, dwords * 4)) {
			e->ctx->fault = (struct vg_fault){ VG_BUS_FAULT, VG_READ, pc, 0 };
			goto fault;
		}
		buf += dwords;
		pc += dwords * 4;
		n -= dwords;
	}
	return true;
fault:
	f->span.len = 0;
	vg_cs_fault(e, ggtt);
	return false;
}

/* Dwords @first.. of the command at the program counter; the ring wraps anywhere */
static bool fetch_cmd(struct vg_engine *e, unsigned int first, unsigned int n)
{
	const struct vg_context *c = e->ctx;
	const struct vg_frame *f = &c->s.frame[c->s.level];
	uint32_t *buf = e->dw + first;
	uint32_t at;
	unsigned int part;

	if (c->s.level != VG_RING)
		return fetch(e, f->ggtt, f->pc + first * 4, buf, n);
	at = (c->head + first * 4) % c->size;
	part = (c->size - at) / 4;
	if (part > n)
		part = n;
	return fetch(e, true, c->start + at, buf, part) &&
	       (part == n || fetch(e, true, c->start, buf + part, n - part));
}

/* Which engines know commands of a type (bits 31:29) */
static const struct vg_cmd *find_cmd(const struct vg_engine *e, uint32_t header)
{
	bool copy = e->cfg.cls == VG_COPY;

	switch (header >> 29) {
	case 0: return vg_mi_cmd(header);
	case 2: return copy ? vg_blt_cmd(header) : NULL;
	case 3: return copy ? NULL : vg_gfx_cmd(header);
	default: return NULL;
	}
}

static unsigned int cmd_length(const struct vg_cmd *cmd, uint32_t header)
{
	return cmd->len_bits ? (header & ((1u << cmd->len_bits) - 1)) + 2 : 1;
}

static void advance(struct vg_context *c, unsigned int n)
{
	if (c->s.level == VG_RING)
		c->head = (c->head + n * 4) % c->size;
	else
		c->s.frame[c->s.level].pc += n * 4ull;
}

static bool past_tail(const struct vg_context *c, unsigned int n)
{
	return c->s.level == VG_RING && (c->tail + c->size - c->head) % c->size < n * 4;
}

/* Find the command at the program counter, and how long it is */
static enum vg_step decode(struct vg_engine *e, const struct vg_cmd **cmd, unsigned int *n)
{
	if (!fetch_cmd(e, 0, 1))
		return VG_STEP_FAULT;
	e->ipehr = e->dw[0];
	*cmd = find_cmd(e, e->dw[0]);
	if (!*cmd)
		return vg_cs_bad(e, "unknown command", e->dw[0]);
	*n = cmd_length(*cmd, e->dw[0]);
	if (*n < (*cmd)->min || ((*cmd)->max && *n > (*cmd)->max) || *n > VG_MAX_CMD_DW)
		return vg_cs_bad(e, "length of command", e->dw[0]);
	if (past_tail(e->ctx, *n))
		return vg_cs_bad(e, "command longer than the ring is filled", e->dw[0]);
	return VG_STEP_DONE;
}

/** vg_cs_step() - fetch, decode and execute the command at the program counter */
enum vg_step vg_cs_step(struct vg_engine *e)
{
	struct vg_context *c = e->ctx;
	const struct vg_cmd *cmd;
	enum vg_step step;
	unsigned int n = 0;

	if (*e->budget)
		--*e->budget;
	e->boundary = false;
	step = decode(e, &cmd, &n);
	if (step != VG_STEP_DONE)
		return step;
	if (c->blit.active) {
		step = vg_blit_run(e);
	} else if (cmd->run) {
		if (n > 1 && !fetch_cmd(e, 1, n - 1))
			return VG_STEP_FAULT;
		step = cmd->run(e, e->dw, n);
	}
	if (step != VG_STEP_DONE && step != VG_STEP_JUMP)
		return step;
	vg_count(e->obs, VG_CNT_CMD, 1);
	if (c->s.level == VG_RING) {
		e->boundary = true;
		e->progress |= step == VG_STEP_DONE;
	}
	if (step == VG_STEP_DONE)
		advance(c, n);
	return step;
}

static bool run_restore(struct vg_engine *e, uint64_t end)
{
	struct vg_context *c = e->ctx;

	while (*e->budget) {
		enum vg_step step;

		if (c->s.level == VG_RING)
			return true;
		if (end && c->s.level == VG_BATCH && c->s.frame[VG_BATCH].pc >= end)
			return true;
		step = vg_cs_step(e);
		if (step != VG_STEP_DONE && step != VG_STEP_JUMP)
			return false;
	}
	return false;
}

/** vg_cs_restore_batch() - run a batch in the GGTT while a context is restored; false: it failed */
bool vg_cs_restore_batch(struct vg_engine *e, uint32_t addr, uint32_t bytes)
{
	struct vg_context *c = e->ctx;
	const struct vg_stream where = c->s;
	const struct vg_blit blit = c->blit;
	unsigned int budget = MAX_RESTORE_CMDS;
	bool ok;

	c->blit.active = false;
	c->s.level = VG_BATCH;
	c->s.frame[VG_BATCH] = (struct vg_frame){ addr, true };
	e->restoring = true;
	e->budget = &budget;
	ok = run_restore(e, bytes ? (uint64_t)addr + bytes : 0);
	e->budget = NULL;
	e->restoring = false;
	e->arb = true;
	e->fetch.span.len = 0;
	c->s = where;
	c->blit = blit;
	return ok;
}
