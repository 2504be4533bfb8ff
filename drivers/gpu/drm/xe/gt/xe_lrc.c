// SPDX-License-Identifier: GPL-2.0
/*
 * Logical ring contexts: the memory of one hardware context.
 *
 *	buffer object		ring | PPHWSP | context image | batch run at restore
 *	fence page		seqno | - | seqno of the job that began | - | gang may start
 *
 * The first is in VRAM where there is some; the second in system memory, because
 * the CPU polls it.
 */
#include <linux/bitfield.h>
#include <linux/slab.h>

#include <drm/drm_print.h>

#include "cmds/xe_mi_commands.h"
#include "core/xe_addr_space.h"
#include "core/xe_ascii85.h"
#include "core/xe_force_wake.h"
#include "core/xe_mmio.h"
#include "gt/xe_ggtt.h"
#include "gt/xe_hw_fence.h"
#include "gt/xe_lrc.h"
#include "gt/xe_lrc_image.h"
#include "gt/xe_ring.h"
#include "mem/xe_bo.h"
#include "regs/xe_engine_regs.h"

#define PPHWSP_SIZE		SZ_4K
#define PPHWSP_JOB_TIMESTAMP	0x200
#define PPHWSP_ENGINE_ID	0x400
#define PPHWSP_SCRATCH		0x800
#define RESTORE_BATCH_SIZE	SZ_4K

#define FENCE_SEQNO		0
#define FENCE_START_SEQNO	8
#define FENCE_GO		16
/* Wraps after a few jobs, so that wrapping is what always happens. */
#define FIRST_SEQNO		((u32)-15)

#define DESC_VALID		BIT_ULL(0)
#define DESC_LEGACY_64B		(3ull << 3)
#define DESC_PPGTT		BIT_ULL(8)
#define DESC_INSTANCE(n)	((u64)(n) << 48)
#define DESC_CLASS(n)		((u64)(n) << 61)

/* What the restore batch leaves in the timestamp of a context that is running. */
#define TIMESTAMP_RUNNING	1

/**
 * struct xe_lrc - one hardware context
 * @hwe: an engine of its class; it may run on its siblings
 * @bo: ring and all that follows
 * @fence_bo: fence page
 * @ring_size: bytes, a power of two
 * @image: byte offset of the context image in @bo
 * @tail: software tail, bytes; one writer
 * @ppgtt: it has an address space
 * @fence_context: timeline of its jobs' fences
 * @next_seqno: of the next job; one writer
 * @ticks: see xe_lrc_new_ticks()
 */
struct xe_lrc {
	struct xe_hw_engine *hwe;
	struct xe_bo *bo, *fence_bo;
	u32 ring_size;
	u32 image;
	u32 tail;
	bool ppgtt;
	u64 fence_context;
	u32 next_seqno;
	u64 ticks;
};

static struct xe_device *lrc_to_xe(const struct xe_lrc *lrc)
{
	return gt_to_xe(lrc->hwe->gt);
}

static u16 graphics_ver(const struct xe_gt *gt)
{
	return gt->tile->primary_gt->ip_ver;
}

static bool wide_timestamp(const struct xe_gt *gt)
{
	return graphics_ver(gt) >= 2000;
}

static u32 image_read(struct xe_lrc *lrc, enum xe_lrc_dword at)
{
	return iosys_map_rd(&lrc->bo->vmap, lrc->image + at * sizeof(u32), u32);
}

static void image_write(struct xe_lrc *lrc, enum xe_lrc_dword at, u32 value)
{
	iosys_map_wr(&lrc->bo->vmap, lrc->image + at * sizeof(u32), u32, value);
}

static u32 lrc_addr(const struct xe_lrc *lrc, u32 offset)
{
	return xe_ggtt_addr(lrc->hwe->gt->tile, lrc->bo) + offset;
}

static u32 image_addr(const struct xe_lrc *lrc, enum xe_lrc_dword at)
{
	return lrc_addr(lrc, lrc->image + at * sizeof(u32));
}

static u32 fence_addr(const struct xe_lrc *lrc, u32 offset)
{
	return xe_ggtt_addr(lrc->hwe->gt->tile, lrc->fence_bo) + offset;
}

static u32 restore_batch(const struct xe_lrc *lrc)
{
	return xe_bo_size(lrc->bo) - RESTORE_BATCH_SIZE;
}

/*
 * The image's timestamp is right only while the context is off the engine. The
 * batch that ends a restore marks it as running and notes on which engine, so
 * that xe_lrc_timestamp() knows where to look.
 */
static void write_restore_batch(struct xe_lrc *lrc)
{
	u32 at = restore_batch(lrc), n = 0;
	u32 cs[] = {
		MI_STORE_REGISTER_MEM | MI_SRM_GGTT | MI_SRM_CS_BASE,
		RING_ENGINE_ID_OFS, lrc_addr(lrc, lrc->ring_size + PPHWSP_ENGINE_ID), 0,
		MI_STORE_DATA_IMM | MI_SDI_GGTT | MI_SDI_DW(1),
		image_addr(lrc, LRC_TIMESTAMP), 0, TIMESTAMP_RUNNING,
		MI_STORE_DATA_IMM | MI_SDI_GGTT | MI_SDI_DW(1),
		image_addr(lrc, LRC_TIMESTAMP_UDW), 0, 0,
	};
	const u32 end = MI_BATCH_BUFFER_END;

	n = wide_timestamp(lrc->hwe->gt) ? sizeof(cs) : 8 * sizeof(u32);
	iosys_map_memcpy_to(&lrc->bo->vmap, at, cs, n);
	iosys_map_memcpy_to(&lrc->bo->vmap, at + n, &end, sizeof(end));
	image_write(lrc, LRC_BB_PER_CTX_PTR, lrc_addr(lrc, at) | BIT(0));
}

/* Of @from only the engine's state: where the ring is, and the page tables, are ours to say. */
static int write_template(struct xe_lrc *lrc, const void *from)
{
	const u32 state = LRC_ENGINE_STATE * sizeof(u32);
	struct xe_hw_engine *hwe = lrc->hwe;
	size_t size = xe_lrc_image_size(hwe->gt, hwe->cls);
	const void *golden = xe_engine_golden(hwe->gt, hwe->cls);
	u32 *image;
	int err;

	if (golden) {
		iosys_map_memcpy_to(&lrc->bo->vmap, lrc->image, golden, size);
		if (from)
			iosys_map_memcpy_to(&lrc->bo->vmap, lrc->image + state, from + state,
					    size - state);
		return 0;
	}

	image = kzalloc(size, GFP_KERNEL);
	if (!image)
		return -ENOMEM;
	err = xe_lrc_image_build(image, size / sizeof(u32), hwe->cls, graphics_ver(hwe->gt),
				 hwe->mmio_base);
	if (!err)
		iosys_map_memcpy_to(&lrc->bo->vmap, lrc->image, image, size);
	kfree(image);
	return err;
}

static void write_state(struct xe_lrc *lrc, const struct xe_addr_space *as)
{
	const u32 arb_on[] = { MI_ARB_ON_OFF | MI_ARB_ON, MI_NOOP };
	struct xe_gt *gt = lrc->hwe->gt;

	image_write(lrc, LRC_RING_START, lrc_addr(lrc, 0));
	image_write(lrc, LRC_RING_HEAD, 0);
	image_write(lrc, LRC_RING_TAIL, 0);
	image_write(lrc, LRC_RING_CTL, (lrc->ring_size - SZ_4K) | RING_CTL_VALID);
	image_write(lrc, LRC_TIMESTAMP, 0);
	if (wide_timestamp(gt))
		image_write(lrc, LRC_TIMESTAMP_UDW, 0);
	if (as) {
		image_write(lrc, LRC_PDP0_UDW, upper_32_bits(as->root[gt->tile->id]));
		image_write(lrc, LRC_PDP0_LDW, lower_32_bits(as->root[gt->tile->id]));
		if (as->asid)
			image_write(lrc, LRC_ASID, as->asid);
	}
	write_restore_batch(lrc);

	iosys_map_wr(&lrc->fence_bo->vmap, FENCE_SEQNO, u32, lrc->next_seqno - 1);
	iosys_map_wr(&lrc->fence_bo->vmap, FENCE_START_SEQNO, u32, lrc->next_seqno - 1);
	iosys_map_wr(&lrc->fence_bo->vmap, FENCE_GO, u32, lrc->next_seqno - 1);
	xe_lrc_ring_append(lrc, arb_on, ARRAY_SIZE(arb_on));
}

static void lrc_release(struct xe_lrc *lrc)
{
	xe_bo_put(lrc->fence_bo);
	xe_bo_put(lrc->bo);
	kfree(lrc);
}

static int lrc_alloc_memory(struct xe_lrc *lrc)
{
	struct xe_gt *gt = lrc->hwe->gt;
	struct xe_tile *tile = gt->tile;
	const struct xe_bo_params p = {
		.size = lrc->image + xe_lrc_image_size(gt, lrc->hwe->cls) + RESTORE_BATCH_SIZE,
		.flags = XE_BO_VRAM_IF_DGFX(tile) | XE_BO_PINNED | XE_BO_VMAP | XE_BO_CPU_VISIBLE,
	};
	struct xe_bo *bos[2];

	bos[0] = xe_bo_create(tile->xe, &p);
	if (IS_ERR(bos[0]))
		return PTR_ERR(bos[0]);
	lrc->bo = bos[0];
	/* Of the rest the device reads nothing that was not written. */
	iosys_map_memset(&lrc->bo->vmap, lrc->ring_size, 0, PPHWSP_SIZE);

	bos[1] = xe_bo_create_kernel(tile->xe, SZ_4K, XE_BO_SYSTEM);
	if (IS_ERR(bos[1]))
		return PTR_ERR(bos[1]);
	lrc->fence_bo = bos[1];
	return xe_ggtt_insert_bos(tile->ggtt, bos, ARRAY_SIZE(bos));
}

/**
 * xe_lrc_create() - make a context
 * @hwe: engine of the class it is for
 * @as: address space, or NULL: batches are in the GGTT
 * @from: image of xe_lrc_image_size() bytes whose engine state it starts with, or NULL: the
 *	class's. The class's was recorded
 * @ring_size: bytes, a power of two
 *
 * @as must outlive the context. Context: may sleep.
 * Return: the context, or ERR_PTR.
 */
struct xe_lrc *xe_lrc_create(struct xe_hw_engine *hwe, struct xe_addr_space *as, const void *from,
			     u32 ring_size)
{
	struct xe_lrc *lrc = kzalloc_obj(*lrc);
	int err;

	if (!lrc)
		return ERR_PTR(-ENOMEM);

	lrc->hwe = hwe;
	lrc->ring_size = ring_size;
	lrc->image = ring_size + PPHWSP_SIZE;
	lrc->ppgtt = as;
	lrc->fence_context = dma_fence_context_alloc(1);
	lrc->next_seqno = FIRST_SEQNO;

	err = lrc_alloc_memory(lrc);
	if (!err)
		err = write_template(lrc, from);
	if (err) {
		lrc_release(lrc);
		return ERR_PTR(err);
	}
	write_state(lrc, as);
	return lrc;
}

/**
 * xe_lrc_free() - end contexts
 * @lrcs: contexts of one GT
 * @n: how many, at most XE_LRC_MAX_FREE
 *
 * The firmware must have forgotten them, and an RCU grace period must have passed
 * since their last fences signalled: readers of a fence look into the fence page.
 * Their addresses are invalidated once for all. Context: may sleep.
 */
void xe_lrc_free(struct xe_lrc * const *lrcs, unsigned int n)
{
	struct xe_bo *bos[2 * XE_LRC_MAX_FREE];
	unsigned int i;

	if (!n)
		return;
	for (i = 0; i < n; i++) {
		bos[2 * i] = lrcs[i]->bo;
		bos[2 * i + 1] = lrcs[i]->fence_bo;
	}
	xe_ggtt_remove_bos(lrcs[0]->hwe->gt->tile->ggtt, bos, 2 * n);
	for (i = 0; i < n; i++)
		lrc_release(lrcs[i]);
}

/**
 * xe_lrc_descriptor() - the context's name for the firmware
 * @lrc: context
 *
 * Return: the descriptor that REGISTER_CONTEXT takes.
 */
u64 xe_lrc_descriptor(struct xe_lrc *lrc)
{
	struct xe_hw_engine *hwe = lrc->hwe;
	u64 desc = lrc_addr(lrc, lrc->ring_size) | DESC_VALID | DESC_LEGACY_64B;

	if (lrc->ppgtt)
		desc |= DESC_PPGTT;
	if (graphics_ver(hwe->gt) < 1250)
		desc |= DESC_INSTANCE(hwe->instance) | DESC_CLASS(hwe->cls);
	return desc;
}

/**
 * xe_lrc_publish_tail() - let the engine fetch up to the software tail
 * @lrc: context
 *
 * Context: any; the writer of the ring.
 */
void xe_lrc_publish_tail(struct xe_lrc *lrc)
{
	image_write(lrc, LRC_RING_TAIL, lrc->tail);
}

/**
 * xe_lrc_rewind() - go back to where a job begins, to emit it again
 * @lrc: context that no engine runs
 * @pos: from xe_lrc_ring_tail() before that job
 *
 * The engine has nothing to fetch until the tail is published again; it goes on
 * from its own head. Context: the writer of the ring.
 */
void xe_lrc_rewind(struct xe_lrc *lrc, u32 pos)
{
	image_write(lrc, LRC_RING_TAIL, xe_lrc_ring_head(lrc));
	lrc->tail = pos;
}

/**
 * xe_lrc_ring_tail() - the software tail
 * @lrc: context
 *
 * Return: bytes from the start of the ring.
 */
u32 xe_lrc_ring_tail(struct xe_lrc *lrc)
{
	return lrc->tail;
}

/**
 * xe_lrc_ring_head() - how far the engine was when it saved the context last
 * @lrc: context
 *
 * Return: bytes from the start of the ring.
 */
u32 xe_lrc_ring_head(struct xe_lrc *lrc)
{
	return image_read(lrc, LRC_RING_HEAD) & RING_HEAD_ADDR;
}

/**
 * xe_lrc_ring_size() - room of the ring
 * @lrc: context
 *
 * Return: bytes.
 */
u32 xe_lrc_ring_size(struct xe_lrc *lrc)
{
	return lrc->ring_size;
}

/**
 * xe_lrc_seqno() - the last job that the engine completed
 * @lrc: context
 *
 * Context: any.
 * Return: its seqno.
 */
u32 xe_lrc_seqno(struct xe_lrc *lrc)
{
	return iosys_map_rd(&lrc->fence_bo->vmap, FENCE_SEQNO, u32);
}

/**
 * xe_lrc_start_seqno() - the last job that the engine began
 * @lrc: context
 *
 * Context: any.
 * Return: its seqno.
 */
u32 xe_lrc_start_seqno(struct xe_lrc *lrc)
{
	return iosys_map_rd(&lrc->fence_bo->vmap, FENCE_START_SEQNO, u32);
}

static u64 saved_timestamp(struct xe_lrc *lrc)
{
	u64 ticks = image_read(lrc, LRC_TIMESTAMP);

	if (wide_timestamp(lrc->hwe->gt))
		ticks |= (u64)image_read(lrc, LRC_TIMESTAMP_UDW) << 32;
	return ticks;
}

static struct xe_hw_engine *running_on(struct xe_lrc *lrc)
{
	u32 id = iosys_map_rd(&lrc->bo->vmap, lrc->ring_size + PPHWSP_ENGINE_ID, u32);

	return xe_engine_lookup(lrc->hwe->gt, FIELD_GET(ENGINE_ID_CLASS, id),
				FIELD_GET(ENGINE_ID_INSTANCE, id), false);
}

/**
 * xe_lrc_timestamp() - how long the context ran
 * @lrc: context
 *
 * Context: any; the device is awake.
 * Return: ticks of the GT's clock, 32 bits of
 * them before graphics version 20.
 */
u64 xe_lrc_timestamp(struct xe_lrc *lrc)
{
	struct xe_hw_engine *hwe = running_on(lrc);
	u64 saved = saved_timestamp(lrc), live;

	if (saved != TIMESTAMP_RUNNING || !hwe)
		return saved;

	CLASS(xe_force_wake, fw)(hwe->gt, hwe->fw_domain);
	if (wide_timestamp(hwe->gt))
		live = xe_mmio_read64_2x32(&hwe->gt->mmio, RING_CTX_TIMESTAMP(hwe->mmio_base));
	else
		live = xe_mmio_read32(&hwe->gt->mmio, RING_CTX_TIMESTAMP(hwe->mmio_base));

	/* It may have left the engine meanwhile: then the register is another's. */
	saved = saved_timestamp(lrc);
	return saved == TIMESTAMP_RUNNING ? live : saved;
}

/**
 * xe_lrc_new_ticks() - how long the context ran since the last call
 * @lrc: context
 *
 * After an engine reset the counter may be an older one: that is no time at all.
 * Context: any, one caller at a time, often enough for a counter of 32 bits; the
 * device is awake.
 *
 * Return: ticks of the GT's clock.
 */
u64 xe_lrc_new_ticks(struct xe_lrc *lrc)
{
	u64 now = xe_lrc_timestamp(lrc);
	s64 more = now - lrc->ticks;

	if (!wide_timestamp(lrc->hwe->gt))
		more = (s32)(lower_32_bits(now) - lower_32_bits(lrc->ticks));
	if (more <= 0)
		return 0;
	lrc->ticks = now;
	return more;
}

/**
 * xe_lrc_job_timestamp() - the timestamp when the last job began
 * @lrc: context
 *
 * Context: any.
 * Return: low 32 bits of the ticks.
 */
u32 xe_lrc_job_timestamp(struct xe_lrc *lrc)
{
	return iosys_map_rd(&lrc->bo->vmap, lrc->ring_size + PPHWSP_JOB_TIMESTAMP, u32);
}

/**
 * xe_lrc_scratch() - what is left of the state page
 * @lrc: context
 * @addr: set to its GGTT address, unless NULL
 *
 * Return: XE_LRC_SCRATCH_SIZE bytes, zeroed at first.
 */
struct iosys_map xe_lrc_scratch(struct xe_lrc *lrc, u32 *addr)
{
	u32 offset = lrc->ring_size + PPHWSP_SCRATCH;

	if (addr)
		*addr = lrc_addr(lrc, offset);
	return IOSYS_MAP_INIT_OFFSET(&lrc->bo->vmap, offset);
}

/**
 * xe_lrc_copy_image() - copy the context image
 * @lrc: context that an engine saved
 * @size: its bytes
 *
 * Return: the copy, to be kfree'd; NULL without memory.
 */
void *xe_lrc_copy_image(struct xe_lrc *lrc, size_t *size)
{
	void *image;

	*size = xe_lrc_image_size(lrc->hwe->gt, lrc->hwe->cls);
	image = kmalloc(*size, GFP_KERNEL);
	if (image)
		iosys_map_memcpy_from(image, &lrc->bo->vmap, lrc->image, *size);
	return image;
}

static void print_memory(struct xe_lrc *lrc, const char *name, u32 at, u32 size,
			 struct drm_printer *p)
{
	void *copy __free(kfree) = kmalloc(size, GFP_KERNEL);

	drm_printf(p, "\t[%s].length: 0x%x\n", name, size);
	if (!copy)
		return;
	iosys_map_memcpy_from(copy, &lrc->bo->vmap, at, size);
	drm_printf(p, "\t[%s].data: ", name);
	xe_ascii85_print(p, copy, size / sizeof(u32));
	drm_puts(p, "\n");
}

/**
 * xe_lrc_print() - a context for a dump
 * @lrc: context
 * @p: where to
 *
 * Of one that is on an engine it is what it was when it came there. Context: process; the
 * device is awake.
 */
void xe_lrc_print(struct xe_lrc *lrc, struct drm_printer *p)
{
	u32 size = xe_lrc_image_size(lrc->hwe->gt, lrc->hwe->cls);

	drm_printf(p, "\tHW Context Desc: 0x%08x\n", lower_32_bits(xe_lrc_descriptor(lrc)));
	drm_printf(p, "\tHW Ring address: 0x%08x\n", lrc_addr(lrc, 0));
	drm_printf(p, "\tLRC Head: (memory) %u\n", image_read(lrc, LRC_RING_HEAD));
	drm_printf(p, "\tLRC Tail: (internal) %u, (memory) %u\n", lrc->tail,
		   image_read(lrc, LRC_RING_TAIL));
	drm_printf(p, "\tRing start: (memory) 0x%08x\n", image_read(lrc, LRC_RING_START));
	drm_printf(p, "\tStart seqno: (memory) %d\n", xe_lrc_start_seqno(lrc));
	drm_printf(p, "\tSeqno: (memory) %d\n", xe_lrc_seqno(lrc));
	drm_printf(p, "\tTimestamp: 0x%016llx\n", xe_lrc_timestamp(lrc));
	drm_printf(p, "\tJob Timestamp: 0x%08x\n", xe_lrc_job_timestamp(lrc));
	print_memory(lrc, "HWSP", lrc->ring_size, PPHWSP_SIZE, p);
	/* What DRM_XE_EXEC_QUEUE_SET_HANG_REPLAY_STATE takes: all. */
	drm_printf(p, "\t[HWCTX].replay_offset: 0x0\n");
	drm_printf(p, "\t[HWCTX].replay_length: 0x%x\n", size);
	print_memory(lrc, "HWCTX", lrc->image, size, p);
}

/**
 * xe_lrc_fence_init() - the fence of the next job of a context
 * @lrc: context
 * @fence: from xe_lrc_fence_alloc()
 *
 * Its seqno is the next one of @lrc, so call it in ring order. Context: any.
 */
void xe_lrc_fence_init(struct xe_lrc *lrc, struct dma_fence *fence)
{
	xe_hw_fence_init(fence, lrc->hwe, &lrc->fence_bo->vmap, lrc->fence_context,
			 lrc->next_seqno++);
}

/**
 * xe_lrc_ring_ctx() - what the emission of commands must know
 * @lrc: context
 * @ctx: to be filled in
 */
void xe_lrc_ring_ctx(struct xe_lrc *lrc, struct xe_ring_ctx *ctx)
{
	struct xe_gt *gt = lrc->hwe->gt;

	*ctx = (struct xe_ring_ctx){
		.cls = lrc->hwe->cls,
		.seqno_addr = fence_addr(lrc, FENCE_SEQNO),
		.start_seqno_addr = fence_addr(lrc, FENCE_START_SEQNO),
		.go_addr = fence_addr(lrc, FENCE_GO),
		.timestamp_addr = lrc_addr(lrc, lrc->ring_size + PPHWSP_JOB_TIMESTAMP),
		.graphics_ver = graphics_ver(gt),
		.ppgtt = lrc->ppgtt,
		.has_render = gt->engine_mask & BIT_ULL(XE_RCS0),
	};
}

/**
 * xe_lrc_ring_append() - write commands at the software tail and move it
 * @lrc: context
 * @dw: commands
 * @n: dwords
 *
 * They are visible to the device before whatever is written next. Context: the
 * writer of the ring.
 */
void xe_lrc_ring_append(struct xe_lrc *lrc, const u32 *dw, u32 n)
{
	lrc->tail = xe_ring_write(&lrc->bo->vmap, lrc->ring_size, lrc->tail, dw, n);
	xe_device_wmb(lrc_to_xe(lrc));
}
