// SPDX-License-Identifier: GPL-2.0
/*
 * A device for tests: BARs of ordinary memory, below the register accessors, and
 * the few things that the hardware does by itself.
 */

#include "xe_fake.h"

#include <linux/bits.h>
#include <linux/dma-mapping.h>
#include <linux/vmalloc.h>

#include <drm/drm_drv.h>
#include <drm/drm_kunit_helpers.h>

#include <kunit/resource.h>
#include <kunit/test.h>

#include "core/xe_force_wake.h"
#include "core/xe_mcr.h"
#include "core/xe_platform.h"
#include "core/xe_topology.h"
#include "gt/xe_tlb_inval.h"
#include "mem/xe_bo.h"
#include "mem/xe_vram.h"

#define VRAM_VISIBLE	SZ_16M
#define VRAM_GIB	8

/* Relative to a GT. */
#define SEMAPHORE	0xfd0
#define SELECTOR_XE2	0xfd4
#define SELECTOR	0xfdc
#define MULTICAST	BIT(31)

const struct xe_fake_config xe_fake_configs[] = {
	{
		.name = "pvc",
		.platform = &xe_platform_pvc,
		.devid = 0x0bd5,
		.revid = 0x2f,
		.tiles = 2,
		.ip_ver = 1260,
		.wopcm = SZ_4M,
		.vram_page = SZ_64K,
	}, {
		.name = "bmg",
		.platform = &xe_platform_bmg,
		.devid = 0xe20b,
		.tiles = 1,
		.graphics = FAKE_GMDID(20, 1, 4),
		.media = FAKE_GMDID(13, 1, 4),
		.ip_ver = 2001,
		.wopcm = SZ_8M,
		.vram_page = SZ_4K,
		.pat_uncached = 3ull << 52,
		.pat_cached = 2ull << 52,
	},
};

KUNIT_ARRAY_PARAM_DESC(config, xe_fake_configs, name);

/**
 * xe_fake_gen_params() - for KUNIT_CASE_PARAM(): all of xe_fake_configs
 * @test: test
 * @prev: last one
 * @desc: out
 *
 * Return: the next one, or NULL.
 */
const void *xe_fake_gen_params(struct kunit *test, const void *prev, char *desc)
{
	return config_gen_params(test, prev, desc);
}

static struct xe_fake *to_fake(const struct xe_fake_hw *hw)
{
	return container_of((struct xe_fake_hw *)hw, struct xe_fake, hw);
}

static u32 *reg(struct xe_fake *f, u32 ofs)
{
	return f->hw.mmio + ofs;
}

/* The offset in a GT's own block, and where that block is. */
static u32 to_gt(u32 ofs, u32 *gt)
{
	u32 in_tile = ofs % FAKE_WINDOW;

	*gt = ofs - in_tile;
	if (in_tile < FAKE_MEDIA || in_tile >= FAKE_MEDIA_END)
		return in_tile;
	*gt += FAKE_MEDIA;
	return in_tile - FAKE_MEDIA;
}

/* ---- power domains --------------------------------------------------------- */

/* Where a domain of a GT is asked for, and where it answers. */
static u32 domain_control(unsigned int i)
{
	if (i < 2)
		return i ? 0xa278 : 0xa188;
	if (i < 10)
		return 0xa540 + 4 * (i - 2);
	return i < 14 ? 0xa560 + 4 * (i - 10) : 0xa618;
}

static u32 domain_ack(struct xe_fake *f, unsigned int i)
{
	/* Older parts answer for the GT elsewhere. */
	if (i < 2)
		return i ? 0xd84 : f->config.graphics ? 0xdfc : 0x130044;
	if (i < 10)
		return 0xd50 + 4 * (i - 2);
	return i < 14 ? 0xd70 + 4 * (i - 10) : 0xdf8;
}

static void acknowledge(struct xe_fake *f, u32 gt, u32 addr, u32 val)
{
	for (unsigned int i = 0; BIT(i) & XE_FW_ALL; i++) {
		u32 *ack = reg(f, gt + domain_ack(f, i));

		if (domain_control(i) == addr && !(f->deaf & BIT(i)))
			*ack = (*ack & ~(val >> 16)) | (val & (val >> 16));
	}
}

/* ---- steering -------------------------------------------------------------- */

static bool selects_copy(struct xe_fake *f, u32 gt)
{
	u32 sel;

	if (f->config.graphics) {
		sel = *reg(f, gt + SELECTOR_XE2);
		return (sel >> 8 & 0x1f) == f->steered.group && (sel & 0xf) == f->steered.instance;
	}
	sel = *reg(f, gt + SELECTOR);
	return (sel >> 27 & 0xf) == f->steered.group && (sel >> 24 & 7) == f->steered.instance;
}

/* A set bit says that it is free; reading takes it. */
static u32 take_semaphore(struct xe_fake *f, u32 ofs)
{
	u32 val = f->semaphore_stuck ? 0 : *reg(f, ofs);

	*reg(f, ofs) = 0;
	return val;
}

static void check_selector(struct xe_fake *f, u32 gt, u32 val)
{
	if (!(val & MULTICAST))
		f->mistakes++;
	if (f->config.graphics && *reg(f, gt + SEMAPHORE))
		f->mistakes++;
}

/* ---- accesses -------------------------------------------------------------- */

static u32 read_counter(struct xe_fake *f, bool upper)
{
	u64 now = f->counter.value;

	f->counter.value += f->counter.step;
	return upper ? upper_32_bits(now) : lower_32_bits(now);
}

static u32 fake_read(const struct xe_fake_hw *hw, const void *ptr)
{
	struct xe_fake *f = to_fake(hw);
	u32 ofs = ptr - f->hw.mmio, gt, addr = to_gt(ofs, &gt);

	guard(spinlock_irqsave)(&f->lock);

	f->reads++;
	if (f->gone)
		return ~0u;
	if (f->counter.ofs && ofs - f->counter.ofs <= 4)
		return read_counter(f, ofs != f->counter.ofs);
	if (f->later.ofs == ofs && f->later.ofs && f->later.reads && !--f->later.reads)
		*reg(f, ofs) = f->later.val;
	if (addr == SEMAPHORE && f->config.graphics)
		return take_semaphore(f, ofs);
	if (f->steered.ofs == ofs && f->steered.ofs)
		return selects_copy(f, gt) ? f->steered.val : 0;
	return *reg(f, ofs);
}

static void fake_write(const struct xe_fake_hw *hw, void *ptr, u32 val)
{
	struct xe_fake *f = to_fake(hw);
	u32 ofs = ptr - f->hw.mmio, gt, addr = to_gt(ofs, &gt);

	guard(spinlock_irqsave)(&f->lock);

	if (f->n_log < XE_FAKE_LOG)
		f->log[f->n_log] = (struct xe_fake_write){ ofs, val };
	f->n_log++;
	if (f->gone || (f->locked == ofs && f->locked))
		return;
	if (addr == (f->config.graphics ? SELECTOR_XE2 : SELECTOR))
		check_selector(f, gt, val);
	*reg(f, ofs) = val;
	acknowledge(f, gt, addr, val);
}

/**
 * xe_fake_get() - look into a register, without side effects
 * @f: device
 * @ofs: in BAR 0
 *
 * Return: what it holds.
 */
u32 xe_fake_get(struct xe_fake *f, u32 ofs)
{
	guard(spinlock_irqsave)(&f->lock);
	return *reg(f, ofs);
}

/**
 * xe_fake_set() - put something into a register
 * @f: device
 * @ofs: in BAR 0
 * @val: what
 */
void xe_fake_set(struct xe_fake *f, u32 ofs, u32 val)
{
	guard(spinlock_irqsave)(&f->lock);
	*reg(f, ofs) = val;
}

/**
 * xe_fake_pte() - look into the GGTT
 * @f: device
 * @tile: whose
 * @addr: GGTT address
 *
 * Return: its entry.
 */
u64 xe_fake_pte(struct xe_fake *f, unsigned int tile, u64 addr)
{
	const u64 *ptes = f->hw.mmio + tile * FAKE_WINDOW + FAKE_GGTT;

	return READ_ONCE(ptes[addr >> 12]);
}

/**
 * xe_fake_forget() - count accesses anew
 * @f: device
 */
void xe_fake_forget(struct xe_fake *f)
{
	guard(spinlock_irqsave)(&f->lock);
	f->n_log = 0;
	f->reads = 0;
}

/**
 * xe_fake_writes() - how often a register was written
 * @f: device
 * @ofs: in BAR 0
 *
 * Return: times since xe_fake_forget().
 */
unsigned int xe_fake_writes(struct xe_fake *f, u32 ofs)
{
	unsigned int n = 0;

	KUNIT_EXPECT_LE(f->test, f->n_log, XE_FAKE_LOG);

	guard(spinlock_irqsave)(&f->lock);
	for (unsigned int i = 0; i < min_t(unsigned int, f->n_log, XE_FAKE_LOG); i++)
		n += f->log[i].ofs == ofs;
	return n;
}

/**
 * xe_fake_ofs() - where a GT's register is
 * @gt: GT
 * @addr: as the driver names it
 *
 * Return: offset in BAR 0.
 */
u32 xe_fake_ofs(const struct xe_gt *gt, u32 addr)
{
	u32 tile = gt->tile->id * FAKE_WINDOW;

	return tile + addr + (gt->type == XE_GT_MEDIA && addr < 0x40000 ? FAKE_MEDIA : 0);
}

/* ---- making one ------------------------------------------------------------ */

static void reset_tile(struct xe_fake *f, unsigned int tile)
{
	u32 base = tile * FAKE_WINDOW;

	*reg(f, base + SELECTOR) = MULTICAST;
	*reg(f, base + SELECTOR_XE2) = MULTICAST;
	*reg(f, base + 0x1083a0 + 4 * tile) = VRAM_GIB << 8 | (tile * VRAM_GIB) << 1 | 1;
	/* The GGTT's memory ends each tile's. */
	*(u64 *)reg(f, base + 0x108100) = (u64)(tile + 1) * VRAM_GIB * SZ_1G - SZ_8M;

	if (f->config.graphics) {
		*reg(f, base + SEMAPHORE) = 1;
		*reg(f, base + 0xd8c) = f->config.graphics;
		/* The first four subslices of five groups; banks 0 and 1 of nodes 1 and 2. */
		*reg(f, base + 0x913c) = 0xfffff;
		*reg(f, base + 0x9144) = 0xfffff;
		*reg(f, base + 0x9118) = 0x6 << 16 | 0x3 << 4;
		*reg(f, base + FAKE_MEDIA + SEMAPHORE) = 1;
		*reg(f, base + FAKE_MEDIA + SELECTOR_XE2) = MULTICAST;
		*reg(f, base + FAKE_MEDIA + 0xd8c) = f->config.media;
	} else {
		*reg(f, base + 0x9144) = 0xffffffff;
		*reg(f, base + 0x9148) = 0x00ffffff;
	}
}

static void free_memory(void *mem)
{
	vfree(mem);
}

static void *alloc_memory(struct kunit *test, size_t size)
{
	void *mem = vzalloc(size);

	KUNIT_ASSERT_NOT_NULL(test, mem);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, free_memory, mem), 0);
	return mem;
}

static struct xe_device *alloc_device(struct xe_fake *f)
{
	struct device *dev = drm_kunit_helper_alloc_device(f->test);
	struct xe_device *xe;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(f->test, dev);
	dev->dma_parms = &f->dma_parms;
	KUNIT_ASSERT_EQ(f->test, dma_coerce_mask_and_coherent(dev, DMA_BIT_MASK(64)), 0);

	xe = drm_kunit_helper_alloc_drm_device(f->test, dev, struct xe_device, drm, DRIVER_GEM);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(f->test, xe);
	return xe;
}

/**
 * xe_fake_create() - a device out of reset
 * @test: it lives as long
 * @config: what kind
 *
 * Return: the device, its root registers mapped.
 */
struct xe_fake *xe_fake_create(struct kunit *test, const struct xe_fake_config *config)
{
	struct xe_fake *f = alloc_memory(test, sizeof(*f));

	f->test = test;
	f->config = *config;
	spin_lock_init(&f->lock);
	f->hw.mmio_size = config->tiles * FAKE_WINDOW;
	f->hw.mmio = alloc_memory(test, f->hw.mmio_size);
	f->hw.read = fake_read;
	f->hw.write = fake_write;

	for (unsigned int i = 0; i < config->tiles; i++)
		reset_tile(f, i);
	*reg(f, 0x101800) = (config->tiles - 1) << 8;

	f->xe = alloc_device(f);
	f->xe->fake = &f->hw;
	KUNIT_ASSERT_EQ(test, xe_device_init(f->xe, config->platform, config->devid,
					     config->revid), 0);
	KUNIT_ASSERT_EQ(test, xe_mmio_init(f->xe), 0);
	return f;
}

/**
 * xe_fake_probe() - what core/ does in a probe
 * @f: device
 */
void xe_fake_probe(struct xe_fake *f)
{
	struct xe_gt *gt;
	unsigned int id;

	KUNIT_ASSERT_EQ(f->test, xe_device_probe_ip(f->xe), 0);
	for_each_gt(gt, f->xe, id) {
		KUNIT_ASSERT_EQ(f->test, xe_force_wake_init(gt), 0);
		KUNIT_ASSERT_EQ(f->test, xe_mcr_init(gt), 0);
		KUNIT_ASSERT_EQ(f->test, xe_topology_init(gt), 0);
		KUNIT_ASSERT_EQ(f->test, xe_force_wake_init_engines(gt), 0);
		xe_mcr_init_topology(gt, 0);
	}
}

/**
 * xe_fake_add_memory() - what mem/ does in a probe, and the front end of TLB invalidation
 * @f: probed device
 * @vram: with VRAM; its first bytes are there, the rest is only to be mapped
 */
void xe_fake_add_memory(struct xe_fake *f, bool vram)
{
	struct xe_gt *gt;
	unsigned int id;

	if (vram) {
		/* Our "BAR 2" does not reach to the second tile's. */
		KUNIT_ASSERT_EQ(f->test, f->xe->tile_count, 1);
		f->hw.vram_size = VRAM_VISIBLE;
		f->hw.vram = alloc_memory(f->test, VRAM_VISIBLE);
		KUNIT_ASSERT_EQ(f->test, xe_vram_probe(f->xe), 0);
	}
	KUNIT_ASSERT_EQ(f->test, xe_ttm_init(f->xe), 0);
	for_each_gt(gt, f->xe, id)
		KUNIT_ASSERT_EQ(f->test, xe_tlb_inval_init(gt), 0);
}
