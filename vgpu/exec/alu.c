// SPDX-License-Identifier: MIT
/* MI_MATH on the engine's GPRs, and MI_ATOMIC on memory. */
#include "exec/priv.h"

#define BIT(n) (1u << (n))

static uint64_t gpr_get(const struct vg_context *c, unsigned int i)
{
	return c->gpr[2 * i] | (uint64_t)c->gpr[2 * i + 1] << 32;
}

static void gpr_set(struct vg_context *c, unsigned int i, uint64_t v)
{
	c->gpr[2 * i] = v;
	c->gpr[2 * i + 1] = v >> 32;
}

/* ALU operand numbers beyond R0..R15 */
enum { ALU_SRCA = 0x20, ALU_SRCB = 0x21, ALU_ACCU = 0x31, ALU_ZF = 0x32, ALU_CF = 0x33 };

struct alu {
	struct vg_context *c;
	uint64_t a, b, accu;
	bool zf, cf;
};

static bool alu_get(const struct alu *u, unsigned int operand, uint64_t *v)
{
	switch (operand) {
	case ALU_ACCU: *v = u->accu; return true;
	case ALU_ZF: *v = u->zf ? ~0ull : 0; return true;
	case ALU_CF: *v = u->cf ? ~0ull : 0; return true;
	default:
		if (operand > 15)
			return false;
		*v = gpr_get(u->c, operand);
		return true;
	}
}

static bool alu_load(struct alu *u, unsigned int operand, uint64_t v)
{
	if (operand != ALU_SRCA && operand != ALU_SRCB)
		return false;
	*(operand == ALU_SRCA ? &u->a : &u->b) = v;
	return true;
}

static uint64_t op_shift(uint64_t a, unsigned int op, unsigned int by)
{
	if (op == 0x105)
		return a << by;
	return op == 0x106 ? a >> by : (uint64_t)((int64_t)a >> by);
}

static bool alu_compute(struct alu *u, unsigned int op)
{
	u->cf = false;
	switch (op) {
	case 0x100:
		u->cf = __builtin_add_overflow(u->a, u->b, &u->accu);
		break;
	case 0x101:
		u->cf = __builtin_sub_overflow(u->a, u->b, &u->accu);
		break;
	case 0x102: u->accu = u->a & u->b; break;
	case 0x103: u->accu = u->a | u->b; break;
	case 0x104: u->accu = u->a ^ u->b; break;
	case 0x105:
	case 0x106:
	case 0x107:
		u->accu = op_shift(u->a, op, u->b & 63);
		break;
	default:
		return false;
	}
	u->zf = !u->accu;
	return true;
}

static bool alu_step(struct alu *u, uint32_t dw)
{
	unsigned int op = dw >> 20, op1 = dw >> 10 & 0x3ff, op2 = dw & 0x3ff;
	uint64_t v;

	switch (op) {
	case 0x000: /* NOOP */
	case 0x001: /* fences: everything here is in order */
	case 0x002:
		return true;
	case 0x080:
	case 0x480: /* LOAD, LOADINV */
		return alu_get(u, op2, &v) && alu_load(u, op1, op == 0x080 ? v : ~v);
	case 0x081:
	case 0x481: /* LOAD0, LOAD1 */
		return alu_load(u, op1, op == 0x081 ? 0 : ~0ull);
	case 0x180:
	case 0x580: /* STORE, STOREINV */
		if (op1 > 15 || !alu_get(u, op2, &v))
			return false;
		gpr_set(u->c, op1, op == 0x180 ? v : ~v);
		return true;
	default:
		return alu_compute(u, op);
	}
}

/** vg_mi_math() - MI_MATH: a row of ALU operations on the context's registers */
enum vg_step vg_mi_math(struct vg_engine *e, const uint32_t *dw, unsigned int n)
{
	struct alu u = { .c = e->ctx };

	for (unsigned int i = 1; i < n; i++)
		if (!alu_step(&u, dw[i]))
			return vg_cs_bad(e, "MATH operation", dw[i]);
	return VG_STEP_DONE;
}

/* One operation of MI_ATOMIC; @bits of the values count; false: there is no such one */
static bool atomic_op(unsigned int op, unsigned int bits, uint64_t old, uint64_t s0, uint64_t s1,
		      uint64_t *out)
{
	const unsigned int up = 64 - bits; /* compare signed values in the top bits */
	const uint64_t mask = ~0ull >> up;
	const bool less = (int64_t)(s0 << up) < (int64_t)(old << up);

	switch (op) {
	case 0x1: *out = old & s0; break;
	case 0x2: *out = old | s0; break;
	case 0x3: *out = old ^ s0; break;
	case 0x4: *out = s0; break;
	case 0x5: *out = old + 1; break;
	case 0x6:
	case 0xf: *out = old - 1; break; /* post- and pre-decrement: differ in what is returned */
	case 0x7: *out = old + s0; break;
	case 0x8: *out = old - s0; break;
	case 0x9: *out = s0 - old; break;
	case 0xa: *out = less ? old : s0; break;
	case 0xb: *out = less ? s0 : old; break;
	case 0xc: *out = old > s0 ? old : s0; break;
	case 0xd: *out = old < s0 ? old : s0; break;
	case 0xe: *out = old == s0 ? s1 : old; break;
	default: return false;
	}
	*out &= mask;
	return true;
}

/* The CPUs of the guest may be at the same location: exchange until nobody came between */
static bool atomic_host(void *host, unsigned int op, unsigned int bits, uint64_t s0, uint64_t s1,
			uint64_t *old)
{
	uint64_t v;
	bool done;

	do {
		if (bits == 32) {
			uint32_t cur = __atomic_load_n((uint32_t *)host, __ATOMIC_SEQ_CST), to;

			*old = cur;
			if (!atomic_op(op, bits, *old, s0, s1, &v))
				return false;
			to = v;
			done = __atomic_compare_exchange_n((uint32_t *)host, &cur, to, false,
							   __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
		} else {
			*old = __atomic_load_n((uint64_t *)host, __ATOMIC_SEQ_CST);
			if (!atomic_op(op, bits, *old, s0, s1, &v))
				return false;
			done = __atomic_compare_exchange_n((uint64_t *)host, old, v, false,
							   __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
		}
	} while (!done);
	return true;
}

static bool atomic_remote(struct vg_engine *e, const struct vg_span *span, unsigned int op,
			  unsigned int bits, uint64_t s0, uint64_t s1, uint64_t *old)
{
	uint64_t v = 0;

	*old = 0;
	if (vg_span_read(e->mem, span, 0, old, bits / 8) || !atomic_op(op, bits, *old, s0, s1, &v))
		return false;
	return !vg_span_write(e->mem, span, 0, &v, bits / 8);
}

/* Operands: inline (halves interleaved), or in R0 and R1 */
static bool atomic_operands(struct vg_engine *e, const uint32_t *dw, unsigned int n,
			    unsigned int bits, uint64_t *s0, uint64_t *s1)
{
	const uint64_t mask = ~0ull >> (64 - bits);

	if (!(dw[0] & BIT(18))) {
		*s0 = gpr_get(e->ctx, 0) & mask;
		*s1 = gpr_get(e->ctx, 1) & mask;
		return n == 3;
	}
	if (n < 7)
		return false;
	*s0 = (dw[3] | (uint64_t)dw[5] << 32) & mask;
	*s1 = (dw[4] | (uint64_t)dw[6] << 32) & mask;
	return true;
}

/** vg_mi_atomic() - MI_ATOMIC: read, modify and write one dword or qword at once */
enum vg_step vg_mi_atomic(struct vg_engine *e, const uint32_t *dw, unsigned int n)
{
	unsigned int op = dw[0] >> 8 & 0x1f, size = dw[0] >> 19 & 3, bits = size ? 64 : 32;
	bool ggtt = dw[0] & BIT(22), wide = dw[0] >> 8 & 0x20, ok;
	uint64_t va = vg_addr64(dw + 1) & ~3ull, s0, s1, old;
	const struct vg_as *as;
	struct vg_span span;
	uint64_t probe;

	if (size > 1 || wide != (size == 1) || dw[0] >> 8 & 0xc0 ||
	    !atomic_op(op, bits, 0, 0, 0, &probe) ||
	    !atomic_operands(e, dw, n, bits, &s0, &s1) || va & (bits / 8 - 1))
		return vg_cs_bad(e, "ATOMIC", dw[0]);
	as = vg_cs_as(e, ggtt, va, VG_ATOMIC);
	if (!as || vg_span_get(e->mem, as, VG_ATOMIC, va, bits / 8, &span, &e->ctx->fault))
		return vg_cs_fault(e, ggtt);
	if (span.host)
		vg_span_account(e->mem, &span, 0, bits / 8, true);
	ok = span.host ? atomic_host(span.host, op, bits, s0, s1, &old) :
			 atomic_remote(e, &span, op, bits, s0, s1, &old);
	if (!ok) {
		e->ctx->fault = (struct vg_fault){ VG_BUS_FAULT, VG_ATOMIC, va, 0 };
		return vg_cs_fault(e, ggtt);
	}
	if (dw[0] & BIT(16))
		gpr_set(e->ctx, 4, op == 0xf ? old - 1 : old);
	return VG_STEP_DONE;
}
