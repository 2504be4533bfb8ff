// SPDX-License-Identifier: GPL-2.0
/*
 * What stands in a ring for one job: note the time, tell that it began, run the
 * batch, flush, store the user fence and the seqno, interrupt. How an engine is
 * made to flush and to invalidate differs by class.
 */
#include <linux/export.h>

#include <kunit/visibility.h>

#include "cmds/xe_gfxpipe_commands.h"
#include "cmds/xe_mi_commands.h"
#include "gt/xe_ring.h"
#include "regs/xe_engine_regs.h"

/* Qword of the PPHWSP where PIPE_CONTROL may store what nobody reads. */
#define PPHWSP_SCRATCH	0xd0

/* struct cmds - commands being written */
struct cmds {
	u32 *dw;
	u32 n;
};

static void put(struct cmds *c, u32 dw)
{
	c->dw[c->n++] = dw;
}

static void put_addr(struct cmds *c, u64 addr)
{
	put(c, lower_32_bits(addr));
	put(c, upper_32_bits(addr));
}

static void put_preparser(struct cmds *c, bool off)
{
	put(c, MI_ARB_CHECK | MI_PREPARSER(off));
}

static void put_timestamp(struct cmds *c, const struct xe_ring_ctx *ctx)
{
	put(c, MI_STORE_REGISTER_MEM | MI_SRM_GGTT | MI_SRM_CS_BASE);
	put(c, RING_CTX_TIMESTAMP_OFS);
	put_addr(c, ctx->timestamp_addr);
}

static void put_store_ggtt(struct cmds *c, u32 addr, u32 value)
{
	put(c, MI_STORE_DATA_IMM | MI_SDI_GGTT | MI_SDI_DW(1));
	put_addr(c, addr);
	put(c, value);
}

/* A flush, and after it the store of a dword to the GGTT. */
static void put_flush_store(struct cmds *c, u32 flags, u32 addr, u32 value)
{
	put(c, MI_FLUSH_DW | MI_FLUSH_DW_STORE | flags);
	put_addr(c, addr | MI_FLUSH_DW_ADDR_GGTT);
	put(c, value);
}

static void put_flush(struct cmds *c)
{
	put(c, MI_FLUSH_DW);
	put_addr(c, 0);
	put(c, 0);
}

static void put_pipe_control(struct cmds *c, u32 flags0, u32 flags1, u32 addr, u32 value)
{
	put(c, PIPE_CONTROL | flags0);
	put(c, flags1);
	put_addr(c, addr);
	put(c, value);
	put(c, 0);
}

static void put_batch(struct cmds *c, const struct xe_ring_ctx *ctx, u64 addr)
{
	put(c, MI_BATCH_BUFFER_START | (ctx->ppgtt ? MI_BATCH_PPGTT : 0));
	put_addr(c, addr);
}

static void put_user_fence(struct cmds *c, const struct xe_ring_job *job)
{
	put(c, MI_STORE_DATA_IMM | MI_SDI_QW(1));
	put_addr(c, job->user_fence_addr);
	put_addr(c, job->user_fence_value);
}

/* From the first fence store to the interrupt a job is not preempted. */
static void put_no_preempt(struct cmds *c)
{
	put(c, MI_ARB_ON_OFF | MI_ARB_OFF);
}

static void put_interrupt(struct cmds *c)
{
	put(c, MI_USER_INTERRUPT);
	put(c, MI_ARB_ON_OFF | MI_ARB_ON);
	put(c, MI_ARB_CHECK);
}

/* Preemptible, so that the other contexts get their turn on engines that are shared. */
static void put_wait_ggtt(struct cmds *c, u32 addr, u32 value)
{
	put(c, MI_SEMAPHORE_WAIT | MI_SEMAPHORE_GGTT | MI_SEMAPHORE_POLL | MI_SEMAPHORE_EQ);
	put(c, value);
	put_addr(c, addr);
	put(c, 0);
}

static void put_start_together(struct cmds *c, const struct xe_ring_job *job)
{
	const struct xe_ring_gang *gang = job->gang;
	unsigned int i;

	if (!gang)
		return;
	if (!job->leads) {
		put_wait_ggtt(c, gang->go, job->seqno);
		return;
	}
	for (i = 0; i < gang->n; i++)
		put_wait_ggtt(c, gang->begun[i], job->seqno);
	put_store_ggtt(c, gang->go, job->seqno);
}

static void put_wait_for_all(struct cmds *c, const struct xe_ring_job *job)
{
	unsigned int i;

	for (i = 0; job->leads && i < job->gang->n; i++)
		put_wait_ggtt(c, job->gang->done[i], job->seqno);
}

static void put_begin_simple(struct cmds *c, const struct xe_ring_ctx *ctx,
			     const struct xe_ring_job *job)
{
	bool video = ctx->cls == XE_CLASS_VIDEO_DECODE || ctx->cls == XE_CLASS_VIDEO_ENHANCE;

	if (video || job->flush_tlb)
		put_preparser(c, true);
	if (job->flush_tlb)
		put_flush_store(c, MI_FLUSH_DW_TLB, ctx->start_seqno_addr, job->seqno);
	if (video || job->flush_tlb)
		put_preparser(c, false);
	if (!job->flush_tlb)
		put_store_ggtt(c, ctx->start_seqno_addr, job->seqno);
}

static void build_simple(struct cmds *c, const struct xe_ring_ctx *ctx,
			 const struct xe_ring_job *job)
{
	put_begin_simple(c, ctx, job);
	put_start_together(c, job);
	put_batch(c, ctx, job->batch[0]);
	put_wait_for_all(c, job);
	put_no_preempt(c);
	if (job->has_user_fence) {
		put_flush(c);
		put_user_fence(c, job);
	}
	put_flush_store(c, 0, ctx->seqno_addr, job->seqno);
}

/* Kernel copies: the first batch writes page-table entries that the second uses. */
static void build_two(struct cmds *c, const struct xe_ring_ctx *ctx, const struct xe_ring_job *job)
{
	put_store_ggtt(c, ctx->start_seqno_addr, job->seqno);
	put_no_preempt(c);
	put_batch(c, ctx, job->batch[0]);
	put_preparser(c, true);
	put_flush_store(c, MI_FLUSH_DW_TLB, ctx->start_seqno_addr, job->seqno);
	put_preparser(c, false);
	put_batch(c, ctx, job->batch[1]);
	put_flush_store(c, 0, ctx->seqno_addr, job->seqno);
}

/* Bits of PIPE_CONTROL that the engine has no unit for. */
static u32 pipe_absent(const struct xe_ring_ctx *ctx)
{
	if (!ctx->has_render)
		return PC1_NOT_WITHOUT_RENDER;
	return ctx->cls == XE_CLASS_COMPUTE ? PC1_NOT_ON_COMPUTE : 0;
}

static void put_pipe_invalidate(struct cmds *c, const struct xe_ring_ctx *ctx, bool tlb)
{
	u32 flags = PC1_CS_STALL | PC1_WRITE_QW | PC1_STORE_INDEX |
		    PC1_COMMAND_CACHE_INVALIDATE | PC1_INSTRUCTION_INVALIDATE |
		    PC1_TEXTURE_INVALIDATE | PC1_VF_INVALIDATE | PC1_CONST_INVALIDATE |
		    PC1_STATE_INVALIDATE | (tlb ? PC1_TLB_INVALIDATE : 0);

	flags &= ~pipe_absent(ctx);
	put_pipe_control(c, flags & PC1_VF_INVALIDATE ? PC0_L3_READ_ONLY_INVALIDATE : 0, flags,
			 PPHWSP_SCRATCH, 0);
}

static void put_pipe_flush(struct cmds *c, const struct xe_ring_ctx *ctx)
{
	u32 flags0 = PC0_HDC_FLUSH;
	u32 flags1 = PC1_CS_STALL | PC1_TILE_CACHE_FLUSH | PC1_RENDER_TARGET_FLUSH |
		     PC1_DEPTH_FLUSH | PC1_DC_FLUSH | PC1_FLUSH_ENABLE;

	if (ctx->graphics_ver >= 2000)
		flags0 |= PC0_UNTYPED_DATAPORT_FLUSH;
	put_pipe_control(c, flags0, flags1 & ~pipe_absent(ctx), 0, 0);
}

static void build_pipe(struct cmds *c, const struct xe_ring_ctx *ctx, const struct xe_ring_job *job)
{
	put_preparser(c, true);
	put_pipe_invalidate(c, ctx, job->flush_tlb);
	put_preparser(c, false);
	put_store_ggtt(c, ctx->start_seqno_addr, job->seqno);
	put_batch(c, ctx, job->batch[0]);
	put_no_preempt(c);
	put_pipe_flush(c, ctx);
	if (job->has_user_fence)
		put_user_fence(c, job);
	put_pipe_control(c, 0, PC1_GGTT | PC1_WRITE_QW | PC1_CS_STALL |
			 (ctx->has_render ? PC1_FLUSH_ENABLE : 0), ctx->seqno_addr, job->seqno);
}

/**
 * xe_ring_build() - the commands of one job
 * @ctx: of the context it goes to
 * @job: job
 * @dw: room for XE_RING_MAX_JOB_DW
 *
 * Return: dwords written.
 */
u32 xe_ring_build(const struct xe_ring_ctx *ctx, const struct xe_ring_job *job, u32 *dw)
{
	struct cmds c = { .dw = dw };

	put_timestamp(&c, ctx);
	if (job->n_batches == 2)
		build_two(&c, ctx, job);
	else if (ctx->cls == XE_CLASS_RENDER || ctx->cls == XE_CLASS_COMPUTE)
		build_pipe(&c, ctx, job);
	else
		build_simple(&c, ctx, job);
	put_interrupt(&c);
	return c.n;
}
EXPORT_SYMBOL_IF_KUNIT(xe_ring_build);

/**
 * xe_ring_gang_init() - contexts that run jobs side by side
 * @gang: to be filled in
 * @lrcs: contexts of one queue, all of a class of video engines; the first leads
 * @n: how many, from 2 to XE_LRC_MAX_GANG
 */
void xe_ring_gang_init(struct xe_ring_gang *gang, struct xe_lrc * const *lrcs, unsigned int n)
{
	struct xe_ring_ctx ctx;
	unsigned int i;

	xe_lrc_ring_ctx(lrcs[0], &ctx);
	gang->go = ctx.go_addr;
	gang->n = n - 1;
	for (i = 1; i < n; i++) {
		xe_lrc_ring_ctx(lrcs[i], &ctx);
		gang->begun[i - 1] = ctx.start_seqno_addr;
		gang->done[i - 1] = ctx.seqno_addr;
	}
}

/**
 * xe_ring_write() - copy commands to a ring
 * @ring: its memory
 * @size: bytes, a power of two
 * @tail: where to start, in bytes, a multiple of 8
 * @dw: commands
 * @n: dwords
 *
 * Return: the new tail, a multiple of 8: the engine fetches qwords.
 */
u32 xe_ring_write(const struct iosys_map *ring, u32 size, u32 tail, const u32 *dw, u32 n)
{
	struct iosys_map map = *ring;
	u32 bytes = n * sizeof(*dw), first = min(bytes, size - tail);

	iosys_map_memcpy_to(&map, tail, dw, first);
	if (bytes > first)
		iosys_map_memcpy_to(&map, 0, (const void *)dw + first, bytes - first);
	tail = (tail + bytes) & (size - 1);
	if (n & 1) {
		iosys_map_wr(&map, tail, u32, MI_NOOP);
		tail = (tail + sizeof(u32)) & (size - 1);
	}
	return tail;
}
EXPORT_SYMBOL_IF_KUNIT(xe_ring_write);

/**
 * xe_ring_emit() - write a job at the software tail
 * @lrc: context
 * @job: job; there is room for XE_RING_MAX_JOB_BYTES
 *
 * The engine does not see it before xe_lrc_publish_tail(). Context: fence
 * signalling; one writer per context.
 */
void xe_ring_emit(struct xe_lrc *lrc, const struct xe_ring_job *job)
{
	u32 dw[XE_RING_MAX_JOB_DW];
	struct xe_ring_ctx ctx;

	xe_lrc_ring_ctx(lrc, &ctx);
	xe_lrc_ring_append(lrc, dw, xe_ring_build(&ctx, job, dw));
}
