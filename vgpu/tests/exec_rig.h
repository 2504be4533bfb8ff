/* SPDX-License-Identifier: MIT */
/*
 * An engine to test with: a context in VRAM, its fence in guest RAM, a batch and
 * data in its address space. Command words are written out: they are the interface.
 */
#ifndef VGPU_TESTS_EXEC_RIG_H
#define VGPU_TESTS_EXEC_RIG_H

#include <stdint.h>

#include "exec/exec.h"
#include "tests/rig.h"

#define RING 0x100000u /* GGTT addresses; the same as DPA here */
#define RING_SIZE 0x4000u
#define LRCA (RING + RING_SIZE)
#define IMAGE (LRCA + 0x1000)
#define WA_BB (IMAGE + 0x1000)
#define SEQNO 0x110000u /* in guest RAM at 0x100000 */
#define SEQNO_RAM 0x100000u
#define BATCH 0x600000ull /* PPGTT, guest RAM at 0x200000 */
#define BATCH_RAM 0x200000u
#define DATA 0x700000ull /* PPGTT, guest RAM at 0x300000 */
#define DATA_RAM 0x300000u
#define BASE 0x22000u

#define BBE 0x05000000u
#define ARB_CHECK 0x02800000u
#define BB_START 0x18800101u
#define SDI 0x10000002u

static struct rig *rig;
static struct vg_regs *regs;
static struct vg_irq *irq;
static struct vg_engine *eng;
static struct vg_context *ctx;
static unsigned int msis;
static uint32_t seqno_at_msi;
static uint32_t tail; /* of the ring, as a driver keeps it */
static uint32_t batch_at;

static inline uint32_t ram(uint32_t off)
{
	uint32_t v;

	memcpy(&v, rig->ram + off, 4);
	return v;
}

static inline void put(uint8_t *base, uint64_t off, uint32_t v)
{
	memcpy(base + off, &v, 4);
}

static inline uint32_t image(unsigned int dw)
{
	return vg_ggtt_read32(rig->mem, 0, IMAGE + dw * 4);
}

static inline void set_image(unsigned int dw, uint32_t v)
{
	vg_ggtt_write32(rig->mem, 0, IMAGE + dw * 4, v);
}

static inline void on_msi(void *opaque)
{
	(void)opaque;
	msis++;
	seqno_at_msi = ram(SEQNO_RAM);
}

static inline void close_rig(void)
{
	if (!rig)
		return;
	vg_context_free(ctx);
	vg_engine_free(eng);
	vg_irq_free(irq);
	vg_regs_free(regs);
	rig_free(rig);
	rig = NULL;
}

static inline void write_image(void)
{
	set_image(1, 0x11081019);
	set_image(3, 0x00090009);
	set_image(9, RING);
	set_image(0xb, RING_SIZE - 4096 + 1);
	set_image(0x2f, 7);
	set_image(0x31, rig->as.root >> 32);
	set_image(0x33, (uint32_t)rig->as.root);
}

static inline void make_engine(const struct vg_mem_config *cfg, unsigned int ver, enum vg_class cls, bool usm)
{
	const struct vg_engine_config ec = { 0, 0, cls, 0, cls == VG_COPY ? BASE : 0x2000, ver, usm, 19200000 };

	close_rig();
	rig = rig_new(cfg);
	regs = vg_regs_new(&rig->obs);
	irq = vg_irq_new(&rig->obs, &regs, 1, on_msi, NULL);
	vg_regs_write(regs, 0x190008, 1u << 31);
	vg_regs_write(regs, 0x190010, 1u << 31);
	vg_regs_write(regs, 0x190030, 0xffffffff);
	eng = vg_engine_new(&ec, &rig->obs, rig->mem, regs, irq);
	for (uint32_t a = RING; a < RING + 0x10000; a += 4096)
		rig->gsm[0][a >> 12] = a | 3;
	rig->gsm[0][SEQNO >> 12] = (RIG_RAM_AT + SEQNO_RAM) | 1;
	rig_map_ram(rig, BATCH, BATCH_RAM, 0x10000);
	rig_map_ram(rig, DATA, DATA_RAM, 0x100000);
	write_image();
	ctx = vg_context_new(0, LRCA, LRCA | 0x119, 0);
	msis = 0;
	tail = 0;
	batch_at = 0;
}

static inline void open_rig(void)
{
	make_engine(&rig_bmg, 2001, VG_COPY, true);
}

static inline void ring(uint32_t dw)
{
	put(rig->vram, RING + tail, dw);
	tail = (tail + 4) % RING_SIZE;
}

static inline void ring_submit(void)
{
	if (tail & 4)
		ring(0);
	set_image(7, tail);
}

static inline void ring_seqno(uint32_t v)
{
	ring(0x13004002); /* FLUSH_DW, post-sync dword */
	ring(SEQNO | 4);
	ring(0);
	ring(v);
	ring(0x01000000); /* USER_INTERRUPT */
}

static inline void ring_batch(uint64_t va)
{
	ring(BB_START);
	ring((uint32_t)va);
	ring((uint32_t)(va >> 32));
}

static inline void batch(uint32_t dw)
{
	put(rig->ram, BATCH_RAM + batch_at, dw);
	batch_at += 4;
}

#define BATCH_DWS(...) do { \
	const uint32_t dws_[] = { __VA_ARGS__ }; \
	for (size_t i_ = 0; i_ < sizeof(dws_) / 4; i_++) \
		batch(dws_[i_]); \
} while (0)

static inline void sdi(uint64_t va, uint32_t v)
{
	BATCH_DWS(SDI, (uint32_t)va, (uint32_t)(va >> 32), v);
}

static inline enum vg_run go(unsigned int budget)
{
	if (!vg_engine_loaded(eng) && vg_engine_load(eng, ctx))
		return VG_RUN_CAT;
	return vg_engine_run(eng, &budget);
}

/* Ring: the batch so far, then seqno 1. Runs it with a large budget */
static inline enum vg_run run_batch(void)
{
	batch(BBE);
	ring_batch(BATCH);
	ring_seqno(1);
	ring_submit();
	return go(100000);
}

static inline bool finished(enum vg_run r)
{
	return r == VG_RUN_IDLE && ram(SEQNO_RAM) == 1 && !rig->obs.mistakes[VG_ERR_BAD_COMMAND];
}

#endif
