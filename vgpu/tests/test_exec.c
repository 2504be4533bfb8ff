// SPDX-License-Identifier: MIT
/* Contexts, the ring, batches, MI commands, faults. */
#include <errno.h>

#include "tests/exec_rig.h"
#include "tests/test.h"

static void job_and_order(void)
{
	open_rig();
	sdi(DATA, 0xc0ffee);
	CHECK(finished(run_batch()));
	CHECK(ram(DATA_RAM) == 0xc0ffee && msis == 1 && seqno_at_msi == 1);
	CHECK(!vg_context_pending(eng, ctx));
	vg_engine_save(eng);
	CHECK(image(5) == tail && !vg_engine_loaded(eng) && !vg_context_pending(eng, ctx));
}

static void image_checks(void)
{
	static const struct { unsigned int dw; uint32_t v; } bad[] = {
		{ 1, 0 }, { 5, RING_SIZE }, { 7, RING_SIZE }, { 9, RING + 8 }, { 0xb, RING_SIZE - 4096 },
	};

	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		open_rig();
		set_image(bad[i].dw, bad[i].v);
		CHECK_EQ(vg_engine_load(eng, ctx), -EINVAL);
		CHECK_EQ(rig->obs.mistakes[VG_ERR_BAD_CONTEXT], 1);
	}
}

static void tail_is_read_again(void)
{
	open_rig();
	ring_seqno(1);
	ring_submit();
	CHECK_EQ(go(100), VG_RUN_IDLE);
	ring_seqno(2);
	ring_submit();
	CHECK(vg_context_pending(eng, ctx));
	CHECK_EQ(go(100), VG_RUN_IDLE);
	CHECK_EQ(ram(SEQNO_RAM), 2);
}

static void ring_wraps(void)
{
	open_rig();
	tail = RING_SIZE - 8; /* a FLUSH_DW across the end */
	set_image(5, tail);
	ring_seqno(5);
	ring_submit();
	CHECK_EQ(go(100), VG_RUN_IDLE);
	CHECK(ram(SEQNO_RAM) == 5 && tail == 0x10);
	vg_engine_save(eng);
	CHECK_EQ(image(5), 0x10);
}

static void truncated_ring_command(void)
{
	open_rig();
	ring(0x13004002);
	ring(SEQNO | 4);
	ring_submit();
	CHECK_EQ(go(100), VG_RUN_CAT);
	CHECK_EQ(rig->obs.mistakes[VG_ERR_BAD_COMMAND], 1);
	CHECK(!vg_context_pending(eng, ctx));
}

static void wa_batch_and_timestamp(void)
{
	open_rig();
	rig->obs.now_ns = 1000000000;
	set_image(0x13, WA_BB | 1);
	set_image(0x23, 1000);
	/* ENGINE_ID to PPHWSP, then the image's timestamp becomes "active" */
	const uint32_t wa[] = { 0x12480002, 0x8c, LRCA + 0x400, 0, 0x10400002, IMAGE + 0x23 * 4, 0, 1,
				0x10400002, IMAGE + 0x25 * 4, 0, 0, BBE };
	memcpy(rig->vram + WA_BB, wa, sizeof(wa));
	CHECK_EQ(go(10), VG_RUN_IDLE);
	CHECK_EQ(vg_ggtt_read32(rig->mem, 0, LRCA + 0x400), 3);
	CHECK(image(0x23) == 1 && image(0x25) == 0);
	rig->obs.now_ns += 1000000; /* 19200 ticks */
	CHECK_EQ(vg_regs_read(regs, BASE + 0x3a8), 20200);
	CHECK_EQ(vg_regs_read(regs, BASE + 0x358), 19200000 + 19200);
	vg_engine_save(eng);
	CHECK_EQ(image(0x23), 20200);
	rig->obs.now_ns += 1000000; /* does not count */
	CHECK_EQ(go(10), VG_RUN_IDLE);
	CHECK_EQ(vg_regs_read(regs, BASE + 0x3a8), 20200);
}

static void timestamp_is_never_active(void)
{
	open_rig();
	set_image(0x23, 1);
	CHECK_EQ(go(10), VG_RUN_IDLE);
	vg_engine_save(eng);
	CHECK(image(0x23) != 1);
}

static void bad_wa_batch(void)
{
	open_rig();
	set_image(0x13, WA_BB | 1);
	put(rig->vram, WA_BB, 0x1f800000);
	CHECK_EQ(vg_engine_load(eng, ctx), -EINVAL);
	CHECK(rig->obs.mistakes[VG_ERR_BAD_CONTEXT] == 1 && !vg_engine_loaded(eng));
}

static void indirect_context(void)
{
	open_rig();
	set_image(0x15, (WA_BB + 0x80) | 1); /* 64 bytes, no end command */
	const uint32_t ind[4] = { 0x10400002, SEQNO, 0, 0x99 };
	memcpy(rig->vram + WA_BB + 0x80, ind, sizeof(ind));
	put(rig->vram, WA_BB + 0x80 + 64, 0xffffffff); /* must not be reached */
	CHECK_EQ(go(10), VG_RUN_IDLE);
	CHECK_EQ(ram(SEQNO_RAM), 0x99);
}

static void store_data_imm(void)
{
	open_rig();
	BATCH_DWS(0x10000004, DATA, 0, 1, 2, 3); /* three dwords */
	BATCH_DWS(0x10200005, DATA + 0x10, 0, 4, 5, 6, 7); /* two qwords */
	BATCH_DWS(0x10400002, SEQNO + 0x20, 0, 8); /* GGTT */
	CHECK(finished(run_batch()));
	CHECK(ram(DATA_RAM) == 1 && ram(DATA_RAM + 8) == 3 && ram(DATA_RAM + 0x1c) == 7);
	CHECK_EQ(ram(SEQNO_RAM + 0x20), 8);
}

static void registers_and_math(void)
{
	open_rig();
	BATCH_DWS(0x11080003, 0x600, 40, 0x608, 2); /* R0 = 40, R1 = 2 (low halves) */
	BATCH_DWS(0x0d000003, 0x08008000, 0x08008401, 0x10000000, 0x18000831); /* R2 = R0 + R1 */
	BATCH_DWS(0x12080002, 0x610, DATA, 0); /* SRM R2 */
	BATCH_DWS(0x0d000003, 0x08008001, 0x08008400, 0x10100000, 0x18000c33); /* R3 = R1 < R0 */
	BATCH_DWS(0x12080002, 0x61c, DATA + 4, 0);
	BATCH_DWS(0x14880002, 0x620, DATA, 0); /* LRM R4 */
	BATCH_DWS(0x150c0001, 0x620, 0x628); /* LRR R5 = R4 */
	BATCH_DWS(0x12080002, 0x628, DATA + 8, 0);
	BATCH_DWS(0x12000002, BASE + 0x8c, DATA + 12, 0); /* absolute */
	CHECK(finished(run_batch()));
	CHECK_EQ(ram(DATA_RAM), 42);
	CHECK_EQ(ram(DATA_RAM + 4), 0xffffffff);
	CHECK_EQ(ram(DATA_RAM + 8), 42);
	CHECK_EQ(ram(DATA_RAM + 12), 3);
}

static void math_storeinv(void)
{
	open_rig();
	BATCH_DWS(0x11080001, 0x600, 0x0f);
	BATCH_DWS(0x0d000000, 0x58000400); /* STOREINV R1, R0 */
	BATCH_DWS(0x12080002, 0x608, DATA, 0);
	CHECK(finished(run_batch()));
	CHECK_EQ(ram(DATA_RAM), 0xfffffff0);
}

static void user_batch_cannot_write_registers(void)
{
	open_rig();
	vg_regs_write(regs, BASE + 0x4d0, 0x2344); /* non-privileged slot */
	BATCH_DWS(0x11000003, 0x2340, 5, 0x2344, 6);
	CHECK(finished(run_batch()));
	CHECK(vg_regs_read(regs, 0x2340) == 0 && vg_regs_read(regs, 0x2344) == 6);
}

static void copy_mem_mem(void)
{
	open_rig();
	put(rig->ram, DATA_RAM, 0x5a5a);
	BATCH_DWS(0x17000003, DATA + 8, 0, DATA, 0);
	CHECK(finished(run_batch()));
	CHECK_EQ(ram(DATA_RAM + 8), 0x5a5a);
}

static uint32_t atomic32(uint32_t op, uint32_t mem, uint32_t a, uint32_t b)
{
	open_rig();
	put(rig->ram, DATA_RAM, mem);
	BATCH_DWS(0x17840009 | op << 8, DATA, 0, a, b, 0, 0, 0, 0, 0, 0);
	return finished(run_batch()) ? ram(DATA_RAM) : 0xbadbad;
}

static void atomics(void)
{
	uint64_t v = 0xffffffffull;

	CHECK_EQ(atomic32(0x1, 0xf0f0, 0xff00, 0), 0xf000);
	CHECK_EQ(atomic32(0x2, 0xf0f0, 0x0f00, 0), 0xfff0);
	CHECK_EQ(atomic32(0x3, 0xf0f0, 0xff00, 0), 0x0ff0);
	CHECK_EQ(atomic32(0x4, 1, 77, 0), 77);
	CHECK_EQ(atomic32(0x5, 0xffffffff, 0, 0), 0);
	CHECK_EQ(atomic32(0x6, 5, 0, 0), 4);
	CHECK_EQ(atomic32(0x7, 5, 6, 0), 11);
	CHECK_EQ(atomic32(0x8, 5, 6, 0), 0xffffffff);
	CHECK_EQ(atomic32(0xa, 5, 0xffffffff, 0), 5);
	CHECK_EQ(atomic32(0xc, 5, 0xffffffff, 0), 0xffffffff);
	CHECK_EQ(atomic32(0xe, 5, 5, 9), 9);
	CHECK_EQ(atomic32(0xe, 5, 6, 9), 5);
	open_rig();
	memcpy(rig->ram + DATA_RAM, &v, 8);
	BATCH_DWS(0x17882501, DATA, 0); /* 64-bit INC without inline data */
	CHECK(finished(run_batch()));
	CHECK(ram(DATA_RAM) == 0 && ram(DATA_RAM + 4) == 1);
	open_rig();
	BATCH_DWS(0x17800501, DATA, 0, 0x04800003); /* INC, then a fence */
	CHECK(finished(run_batch()) && ram(DATA_RAM) == 1);
}

static void atomic_needs_ae(void)
{
	open_rig();
	rig_map(rig, DATA, 0, (RIG_RAM_AT + DATA_RAM) | E_P | E_RW);
	BATCH_DWS(0x17800501, DATA, 0);
	CHECK_EQ(run_batch(), VG_RUN_FAULT);
	CHECK_EQ(vg_context_fault(ctx)->type, VG_ATOMIC_VIOLATION);
	rig_map(rig, DATA, 0, RAM_PTE(DATA_RAM));
	CHECK(finished(go(100)) && ram(DATA_RAM) == 1);
}

static bool waits(uint32_t op, uint32_t mem, uint32_t data, bool five)
{
	open_rig();
	put(rig->ram, DATA_RAM, mem);
	BATCH_DWS(0x0e008000 | op << 12 | (five ? 3 : 2), data, DATA, 0);
	if (five)
		batch(0);
	return run_batch() == VG_RUN_WAIT;
}

static void semaphores(void)
{
	CHECK(waits(0, 5, 5, false) && !waits(0, 6, 5, true));
	CHECK(waits(1, 4, 5, false) && !waits(1, 5, 5, true));
	CHECK(waits(2, 5, 5, false) && !waits(2, 4, 5, true));
	CHECK(waits(3, 6, 5, false) && !waits(3, 5, 5, true));
	CHECK(waits(4, 6, 5, true) && !waits(4, 5, 5, false));
	CHECK(waits(5, 5, 5, true) && !waits(5, 4, 5, false));
	CHECK(waits(4, 6, 5, true));
	CHECK(vg_engine_preemptible(eng));
	CHECK_EQ(go(100), VG_RUN_WAIT);
	CHECK(vg_engine_spinning(eng));
	vg_engine_save(eng); /* another context could run now */
	put(rig->ram, DATA_RAM, 5);
	CHECK(finished(go(100)));
}

static void semaphore_on_register(void)
{
	open_rig();
	ring(0x0e01c003); /* register poll, == */
	ring(0);
	ring(0x4238);
	ring(0);
	ring(0);
	ring_seqno(1);
	ring_submit();
	vg_regs_write(regs, 0x4238, 1);
	CHECK_EQ(go(100), VG_RUN_WAIT);
	vg_regs_write(regs, 0x4238, 0);
	CHECK(finished(go(100)));
}

static void spinner(void)
{
	unsigned int budget = 1000000;

	open_rig();
	put(rig->ram, DATA_RAM, 0xffffffff);
	sdi(DATA + 8, 0xc0ffee);
	batch(ARB_CHECK);
	BATCH_DWS(0x1b200002, 0, DATA, 0);
	BATCH_DWS(BB_START, BATCH, 0);
	ring_batch(BATCH);
	ring_seqno(1);
	ring_submit();
	CHECK_EQ(go(1000), VG_RUN_BUDGET);
	CHECK(vg_engine_spinning(eng) || rig->obs.count[VG_CNT_CMD] > 0);
	CHECK_EQ(vg_engine_run(eng, &budget), VG_RUN_BUDGET);
	CHECK(vg_engine_spinning(eng) && budget > 900000 && vg_engine_preemptible(eng));
	vg_engine_save(eng); /* in the middle of the batch */
	CHECK(vg_context_pending(eng, ctx));
	put(rig->ram, DATA_RAM, 0);
	CHECK(finished(go(1000)) && ram(DATA_RAM + 8) == 0xc0ffee);
}

static void loop_without_arb_check_is_not_preemptible(void)
{
	open_rig();
	BATCH_DWS(BB_START, BATCH, 0);
	ring_batch(BATCH);
	ring_submit();
	go(100);
	CHECK_EQ(go(100), VG_RUN_BUDGET);
	CHECK(!vg_engine_preemptible(eng));
	vg_engine_abort(eng);
	CHECK(vg_engine_preemptible(eng) && image(5) == 0);
}

static void conditional_end(void)
{
	open_rig();
	BATCH_DWS(0x17800501, DATA, 0); /* INC */
	BATCH_DWS(0x1b205002, 10, DATA, 0); /* go on while != 10 */
	BATCH_DWS(BB_START, BATCH, 0);
	CHECK(finished(run_batch()));
	CHECK_EQ(ram(DATA_RAM), 10);
}

static void second_level(void)
{
	open_rig();
	BATCH_DWS(0x18c00101, BATCH + 0x1000, 0);
	sdi(DATA, 2);
	batch(BBE);
	batch_at = 0x1000;
	sdi(DATA + 4, 3);
	batch(BBE);
	ring_batch(BATCH);
	ring_seqno(1);
	ring_submit();
	CHECK(finished(go(1000)));
	CHECK(ram(DATA_RAM) == 2 && ram(DATA_RAM + 4) == 3);
}

static void canonical_batch(void)
{
	const uint64_t va = 0xff80000000600000ull; /* bit 56 set and extended */

	open_rig();
	rig_map(rig, 0x180000000600000ull, 0, RAM_PTE(BATCH_RAM));
	sdi(DATA | 0, 4);
	batch(BBE);
	ring_batch(va);
	ring_seqno(1);
	ring_submit();
	CHECK(finished(go(1000)) && ram(DATA_RAM) == 4);
}

static void arbitration(void)
{
	open_rig();
	ring(0x04000000); /* ARB off */
	ring(0);
	ring(0x04000001);
	ring(0);
	ring_submit();
	CHECK_EQ(go(1), VG_RUN_BUDGET);
	CHECK(!vg_engine_preemptible(eng));
	CHECK_EQ(go(2), VG_RUN_BUDGET);
	CHECK(vg_engine_preemptible(eng));
}

static void ggtt_only_context(void)
{
	open_rig();
	vg_context_free(ctx);
	ctx = vg_context_new(0, LRCA, LRCA | 0x19, 0); /* no PPGTT */
	set_image(0x33, 0);
	ring(0x18800001);
	ring(WA_BB);
	ring(0);
	ring_seqno(1);
	ring_submit();
	const uint32_t bb[] = { 0x11000001, 0x9400, 7, BBE };
	memcpy(rig->vram + WA_BB, bb, sizeof(bb));
	CHECK(finished(go(1000)) && vg_regs_read(regs, 0x9400) == 7);
	ring_batch(BATCH);
	ring_submit();
	CHECK_EQ(go(1000), VG_RUN_CAT);
}

static void fault_and_retry(void)
{
	open_rig();
	rig_map(rig, DATA + 0x1000, 0, 0);
	BATCH_DWS(0x10000004, DATA + 0xff8, 0, 1, 2, 3);
	CHECK_EQ(run_batch(), VG_RUN_FAULT);
	CHECK(vg_context_fault(ctx)->va == DATA + 0x1000 && vg_context_fault(ctx)->type == VG_NOT_PRESENT);
	CHECK(vg_context_fault(ctx)->access == VG_WRITE && vg_context_asid(ctx) == 7);
	CHECK_EQ(go(100), VG_RUN_FAULT);
	rig_map(rig, DATA + 0x1000, 0, RAM_PTE(DATA_RAM + 0x1000));
	CHECK(finished(go(100)) && ram(DATA_RAM + 0x1000) == 3);
}

static void no_usm_means_cat(void)
{
	make_engine(&rig_4level, 1255, VG_COPY, false);
	sdi(0x12345000, 1);
	CHECK_EQ(run_batch(), VG_RUN_CAT);
	CHECK_EQ(go(100), VG_RUN_CAT);
	CHECK(ram(SEQNO_RAM) == 0 && msis == 0);
}

static void ggtt_hole_means_cat(void)
{
	open_rig();
	BATCH_DWS(0x10400002, 0x200000, 0, 1);
	CHECK_EQ(run_batch(), VG_RUN_CAT);
	CHECK_EQ(rig->obs.mistakes[VG_ERR_GGTT_HOLE], 1);
}

static void unknown_commands(void)
{
	static const uint32_t bad[] = { 0x1f800000, 0x7a000004, 0x54000000, 0x80000000, 0x40000000,
					0x13804002, 0x0e00f002 };

	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		open_rig();
		batch(bad[i]);
		CHECK_EQ(run_batch(), VG_RUN_CAT);
		CHECK_EQ(rig->obs.mistakes[VG_ERR_BAD_COMMAND], 1);
	}
}

static void flush_invalidates_tlb(void)
{
	open_rig();
	sdi(DATA, 1);
	rig_map(rig, DATA + 0x2000, 0, RAM_PTE(DATA_RAM + 0x2000));
	sdi(DATA + 0x2000, 1); /* fills the TLB */
	/* the batch changes the entry itself, through a mapping of the page table */
	uint64_t pte = (uint64_t)((uint8_t *)rig_walk(rig, DATA + 0x2000, 0) - rig->vram);
	uint64_t entry = RAM_PTE(DATA_RAM + 0x3000);
	rig_map(rig, 0x800000, 0, VRAM_PTE(pte & ~0xfffull));
	BATCH_DWS(0x10200003, 0x800000 + (pte & 0xfff), 0, (uint32_t)entry, (uint32_t)(entry >> 32));
	sdi(DATA + 0x2004, 2); /* stale: old page */
	BATCH_DWS(0x13044002, SEQNO + 0x40 + 4, 0, 1); /* FLUSH_DW, TLB invalidate */
	sdi(DATA + 0x2008, 3); /* new page */
	CHECK(finished(run_batch()));
	CHECK(ram(DATA_RAM + 0x2004) == 2 && ram(DATA_RAM + 0x3008) == 3);
	CHECK(ram(DATA_RAM + 0x3004) == 0 && ram(SEQNO_RAM + 0x40) == 1);
}

static void flush_stores_index_and_qword(void)
{
	open_rig();
	BATCH_DWS(0x13204003, 0xd0, 0, 5, 6);
	CHECK(finished(run_batch()));
	CHECK(vg_ggtt_read32(rig->mem, 0, LRCA + 0xd0) == 5 && vg_ggtt_read32(rig->mem, 0, LRCA + 0xd4) == 6);
}

static void pipe_control(void)
{
	make_engine(&rig_bmg, 2001, VG_RENDER, true);
	put(rig->ram, SEQNO_RAM + 4, 0xffffffff);
	BATCH_DWS(0x7a000004, 1 << 14 | 1 << 21 | 1 << 18, 0xd0, 0, 9, 0);
	BATCH_DWS(0x7a000004, 1 << 14, DATA, 0, 10, 11);
	BATCH_DWS(0x69040000, 0x78150009, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0); /* state is skipped */
	batch(BBE);
	ring_batch(BATCH);
	const uint32_t pc[] = { 0x7a000004, 1 << 14 | 1 << 24 | 1 << 20, SEQNO, 0, 1, 0, 0x01000000 };
	for (unsigned int i = 0; i < 7; i++)
		ring(pc[i]);
	ring_submit();
	CHECK(finished(go(1000)));
	CHECK(ram(SEQNO_RAM + 4) == 0 && ram(DATA_RAM) == 10 && ram(DATA_RAM + 4) == 11);
	CHECK(vg_ggtt_read32(rig->mem, 0, LRCA + 0xd0) == 9 && rig->obs.count[VG_CNT_TLB_INVAL] == 1);
}

static void abort_leaves_the_ring_command(void)
{
	open_rig();
	ring(0);
	ring(0);
	put(rig->ram, DATA_RAM, 0xffffffff);
	BATCH_DWS(ARB_CHECK, 0x1b200002, 0, DATA, 0, BB_START, BATCH, 0);
	ring_batch(BATCH);
	ring_seqno(1);
	ring_submit();
	CHECK_EQ(go(50), VG_RUN_BUDGET);
	vg_engine_abort(eng);
	CHECK_EQ(image(5), 8);
	vg_context_free(ctx); /* registered again after a reset */
	ctx = vg_context_new(0, LRCA, LRCA | 0x119, 0);
	put(rig->ram, DATA_RAM, 0);
	CHECK(finished(go(1000)));
}

static void driver_moves_head(void)
{
	open_rig();
	put(rig->ram, DATA_RAM, 0xffffffff);
	BATCH_DWS(ARB_CHECK, 0x1b200002, 0, DATA, 0, BB_START, BATCH, 0);
	ring(0);
	ring(0);
	ring_batch(BATCH);
	ring_seqno(1);
	ring_submit();
	CHECK_EQ(go(50), VG_RUN_BUDGET);
	vg_engine_save(eng);
	CHECK(vg_context_pending(eng, ctx) && image(5) == 8);
	set_image(5, 20); /* behind the BB_START */
	CHECK(finished(go(1000)));
}

static void gprs_belong_to_the_context(void)
{
	open_rig();
	ring(0x11080001);
	ring(0x600);
	ring(77);
	ring_submit();
	CHECK_EQ(go(10), VG_RUN_IDLE);
	CHECK_EQ(vg_regs_read(regs, BASE + 0x600), 77);
	vg_engine_save(eng);
	CHECK_EQ(go(10), VG_RUN_IDLE);
	CHECK_EQ(vg_regs_read(regs, BASE + 0x600), 77);
}

/* A new context that starts from what another one saved, or from what a host wrote there */
static void gprs_are_in_the_image(void)
{
	struct vg_context *other;
	uint32_t list;

	open_rig();
	set_image(0x21, 0x11081011);
	set_image(0x34, 0x11081003);
	set_image(0x35, BASE + 0x608); /* GPR 1 */
	set_image(0x36, 11);
	set_image(0x37, BASE + 0x60c);
	set_image(0x38, 12);
	set_image(0x39, BBE | 1);
	ring(0x11080001);
	ring(0x600);
	ring(77);
	ring_submit();
	CHECK_EQ(go(10), VG_RUN_IDLE);
	CHECK_EQ(vg_regs_read(regs, BASE + 0x608), 11);
	CHECK_EQ(vg_regs_read(regs, BASE + 0x60c), 12);
	vg_engine_save(eng);
	list = image(0x39);
	CHECK_EQ(list, 0x1108103f);
	CHECK_EQ(image(0x3b), 77);
	CHECK_EQ(image(0x39 + 65), BBE | 1);

	other = vg_context_new(0, LRCA, LRCA | 0x119, 0);
	CHECK_EQ(vg_engine_load(eng, other), 0);
	CHECK_EQ(vg_regs_read(regs, BASE + 0x600), 77);
	CHECK_EQ(vg_regs_read(regs, BASE + 0x608), 11);
	vg_engine_save(eng);
	CHECK_EQ(image(0x39 + 65), BBE | 1); /* the same list again */
	vg_context_free(other);
}

#define TEST(f) { #f, f }

static const struct test tests[] = {
	TEST(job_and_order), TEST(image_checks), TEST(tail_is_read_again), TEST(ring_wraps),
	TEST(truncated_ring_command), TEST(wa_batch_and_timestamp),
	TEST(timestamp_is_never_active), TEST(bad_wa_batch), TEST(indirect_context),
	TEST(store_data_imm), TEST(registers_and_math), TEST(math_storeinv),
	TEST(user_batch_cannot_write_registers), TEST(copy_mem_mem), TEST(atomics),
	TEST(atomic_needs_ae), TEST(semaphores), TEST(semaphore_on_register), TEST(spinner),
	TEST(loop_without_arb_check_is_not_preemptible), TEST(conditional_end),
	TEST(second_level), TEST(canonical_batch), TEST(arbitration), TEST(ggtt_only_context),
	TEST(fault_and_retry), TEST(no_usm_means_cat), TEST(ggtt_hole_means_cat),
	TEST(unknown_commands), TEST(flush_invalidates_tlb),
	TEST(flush_stores_index_and_qword), TEST(pipe_control),
	TEST(abort_leaves_the_ring_command), TEST(driver_moves_head),
	TEST(gprs_belong_to_the_context), TEST(gprs_are_in_the_image),
};

int main(int argc, char **argv)
{
	int ret = test_main(tests, sizeof(tests) / sizeof(tests[0]), argc > 1 ? argv[1] : NULL);

	close_rig();
	return ret;
}
