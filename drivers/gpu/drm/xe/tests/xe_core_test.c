// SPDX-License-Identifier: GPL-2.0
/*
 * What core/ does with registers, on a device of memory: windows, waiting, power
 * domains, steering, what a device turns out to be, and which one is taken; and with memory.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/pci.h>

#include "core/xe_arena.h"
#include "core/xe_device.h"
#include "core/xe_force_wake.h"
#include "core/xe_mcr.h"
#include "core/xe_mmio.h"
#include "core/xe_params.h"
#include "core/xe_platform.h"
#include "core/xe_topology.h"
#include "regs/xe_gt_regs.h"
#include "xe_fake.h"
#include "xe_probe.h"

#define CASE(fn)	KUNIT_CASE_PARAM(fn, xe_fake_gen_params)

static const struct xe_fake_config *const pvc = &xe_fake_configs[0];
static const struct xe_fake_config *const bmg = &xe_fake_configs[1];

static struct xe_fake *probed(struct kunit *test)
{
	struct xe_fake *f = xe_fake_create(test, test->param_value);

	xe_fake_probe(f);
	xe_fake_forget(f);
	return f;
}

/* ---- register windows ---------------------------------------------------- */

/* Both directions of an access end up at @ofs of BAR 0. */
static void expect_at(struct xe_fake *f, struct xe_mmio *mmio, u32 addr, u32 ofs)
{
	const struct xe_reg reg = XE_REG(addr);
	u32 val = 0xa5000000 | addr;

	xe_mmio_write32(mmio, reg, val);
	KUNIT_EXPECT_EQ_MSG(f->test, xe_fake_get(f, ofs), val, "register %#x", addr);
	xe_fake_set(f, ofs, ~val);
	KUNIT_EXPECT_EQ_MSG(f->test, xe_mmio_read32(mmio, reg), ~val, "register %#x", addr);
}

static void window_of_tiles(struct kunit *test)
{
	struct xe_fake *f = probed(test);
	struct xe_tile *tile;
	u8 id;

	KUNIT_EXPECT_EQ(test, f->xe->tile_count, f->config.tiles);
	for_each_tile(tile, f->xe, id) {
		expect_at(f, &tile->mmio, 0x10, id * FAKE_WINDOW + 0x10);
		expect_at(f, &tile->mmio, 0x3fffc, id * FAKE_WINDOW + 0x3fffc);
		expect_at(f, &tile->mmio, 0x3ffffc, id * FAKE_WINDOW + 0x3ffffc);
	}
}

/* Below 256 KiB a media GT has registers of its own, above it the tile's. */
static void window_of_gts(struct kunit *test)
{
	struct xe_fake *f = probed(test);
	struct xe_tile *tile;
	u8 id;

	for_each_tile(tile, f->xe, id) {
		u32 base = id * FAKE_WINDOW;

		expect_at(f, &tile->primary_gt->mmio, 0xe000, base + 0xe000);
		expect_at(f, &tile->primary_gt->mmio, 0x40000, base + 0x40000);
		KUNIT_EXPECT_EQ(test, !!tile->media_gt, !!f->config.media);
		if (!tile->media_gt)
			continue;
		expect_at(f, &tile->media_gt->mmio, 0, base + 0x380000);
		expect_at(f, &tile->media_gt->mmio, 0xe000, base + 0x38e000);
		expect_at(f, &tile->media_gt->mmio, 0x3fffc, base + 0x3bfffc);
		expect_at(f, &tile->media_gt->mmio, 0x40000, base + 0x40000);
		expect_at(f, &tile->media_gt->mmio, 0x1c0030, base + 0x1c0030);
	}
}

static void bar_too_small(struct kunit *test)
{
	struct xe_fake *f = xe_fake_create(test, test->param_value);

	f->hw.mmio_size -= 1;
	KUNIT_EXPECT_EQ(test, xe_device_probe_ip(f->xe), -EIO);
	f->hw.mmio_size = FAKE_WINDOW - 1;
	KUNIT_EXPECT_EQ(test, xe_mmio_init(f->xe), -EIO);
	f->hw.mmio_size = FAKE_WINDOW;
	KUNIT_EXPECT_EQ(test, xe_mmio_init(f->xe), 0);
}

static void nobody_answers(struct kunit *test)
{
	struct xe_fake *f = xe_fake_create(test, test->param_value);

	f->gone = true;
	KUNIT_EXPECT_EQ(test, xe_mmio_init(f->xe), -ENODEV);
	f->gone = false;
	/* A virtual function. */
	xe_fake_set(f, 0x1901f8, 1);
	KUNIT_EXPECT_EQ(test, xe_mmio_init(f->xe), -ENODEV);
	xe_fake_set(f, 0x1901f8, 0);
	KUNIT_EXPECT_EQ(test, xe_mmio_init(f->xe), 0);
}

/* Where registers cannot be shared by the platforms' rows, any GT's will do. */
static struct xe_gt *last_gt(struct xe_fake *f)
{
	struct xe_tile *tile = &f->xe->tiles[f->xe->tile_count - 1];

	return tile->media_gt ?: tile->primary_gt;
}

static void rmw_changes_some_bits(struct kunit *test)
{
	struct xe_fake *f = probed(test);
	struct xe_gt *gt = last_gt(f);
	u32 ofs = xe_fake_ofs(gt, FAKE_SCRATCH);

	xe_fake_set(f, ofs, 0xffff00ff);
	/* A bit that is in both is set. */
	KUNIT_EXPECT_EQ(test, xe_mmio_rmw32(&gt->mmio, XE_REG(FAKE_SCRATCH), 0xff0f, 0x0108),
			0xffff00ff);
	KUNIT_EXPECT_EQ(test, xe_fake_get(f, ofs), 0xffff01f8);
	KUNIT_EXPECT_EQ(test, xe_fake_writes(f, ofs), 1);
	KUNIT_EXPECT_EQ(test, f->n_log, 1);
}

static void verify_sees_a_lock(struct kunit *test)
{
	struct xe_fake *f = probed(test);
	struct xe_gt *gt = last_gt(f);
	const struct xe_reg reg = XE_REG(FAKE_SCRATCH);

	KUNIT_EXPECT_EQ(test, xe_mmio_write32_and_verify(&gt->mmio, reg, 0x1234, ~0u, 0x1234), 0);
	f->locked = xe_fake_ofs(gt, FAKE_SCRATCH);
	KUNIT_EXPECT_EQ(test, xe_mmio_write32_and_verify(&gt->mmio, reg, 0x1235, ~0u, 0x1235),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, xe_mmio_write32_and_verify(&gt->mmio, reg, 0x1235, ~1u, 0x1234), 0);
}

static void wait_until_it_is_so(struct kunit *test)
{
	struct xe_fake *f = probed(test);
	struct xe_gt *gt = last_gt(f);
	const struct xe_reg reg = XE_REG(FAKE_SCRATCH);
	u32 ofs = xe_fake_ofs(gt, FAKE_SCRATCH), out;

	for (int atomic = 0; atomic < 2; atomic++) {
		/* Bits outside the mask do not matter. */
		xe_fake_set(f, ofs, 0x10);
		xe_fake_forget(f);
		f->later.ofs = ofs;
		f->later.reads = 5;
		f->later.val = 0x8021;
		KUNIT_EXPECT_EQ(test, xe_mmio_wait32(&gt->mmio, reg, 0xff, 0x21, USEC_PER_SEC,
						     &out, atomic), 0);
		KUNIT_EXPECT_EQ(test, out, 0x8021);
		KUNIT_EXPECT_EQ(test, f->reads, 5);
		KUNIT_EXPECT_EQ(test, f->n_log, 0);
	}
}

static void wait_gives_up(struct kunit *test)
{
	struct xe_fake *f = probed(test);
	struct xe_gt *gt = last_gt(f);
	const struct xe_reg reg = XE_REG(FAKE_SCRATCH);
	u32 out;

	xe_fake_set(f, xe_fake_ofs(gt, FAKE_SCRATCH), 0x20);
	for (int atomic = 0; atomic < 2; atomic++) {
		ktime_t start = ktime_get_raw();

		out = 0;
		KUNIT_EXPECT_EQ(test, xe_mmio_wait32(&gt->mmio, reg, 0xff, 0x21, 2000, &out,
						     atomic), -ETIMEDOUT);
		KUNIT_EXPECT_GE(test, ktime_us_delta(ktime_get_raw(), start), 2000);
		KUNIT_EXPECT_EQ(test, out, 0x20);
		/* Nobody asks for the value. */
		KUNIT_EXPECT_EQ(test, xe_mmio_wait32(&gt->mmio, reg, 0xff, 0x21, 0, NULL, atomic),
				-ETIMEDOUT);
	}
}

/* Without time to wait there are still two looks: the second is behind the deadline. */
static void wait_looks_once_more(struct kunit *test)
{
	struct xe_fake *f = probed(test);
	struct xe_gt *gt = last_gt(f);

	f->later.ofs = xe_fake_ofs(gt, FAKE_SCRATCH);
	f->later.reads = 2;
	f->later.val = 1;
	KUNIT_EXPECT_EQ(test, xe_mmio_wait32(&gt->mmio, XE_REG(FAKE_SCRATCH), 1, 1, 0, NULL, true),
			0);
}

/* Halves that do not belong together are neither before nor after the two reads. */
static void counter_halves_belong_together(struct kunit *test)
{
	struct xe_fake *f = probed(test);
	struct xe_gt *gt = last_gt(f);
	u64 before, val;

	f->counter.ofs = xe_fake_ofs(gt, FAKE_SCRATCH);
	f->counter.step = 1;
	/* The upper half turns between any two of the reads. */
	for (u64 start = 0x1fffffffa; start < 0x200000002; start++) {
		f->counter.value = start;
		before = f->counter.value;
		val = xe_mmio_read64_2x32(&gt->mmio, XE_REG(FAKE_SCRATCH));
		KUNIT_EXPECT_GE_MSG(test, val, before, "from %#llx", start);
		KUNIT_EXPECT_LT_MSG(test, val, f->counter.value, "from %#llx", start);
	}
}

/* A register that is not a counter, or broken, ends the attempts. */
static void counter_too_fast(struct kunit *test)
{
	struct xe_fake *f = probed(test);
	struct xe_gt *gt = last_gt(f);

	f->counter.ofs = xe_fake_ofs(gt, FAKE_SCRATCH);
	f->counter.step = 1ull << 32;
	xe_mmio_read64_2x32(&gt->mmio, XE_REG(FAKE_SCRATCH));
	KUNIT_EXPECT_LE(test, f->reads, 16);
}

static struct kunit_case mmio_cases[] = {
	CASE(window_of_tiles),
	CASE(window_of_gts),
	CASE(bar_too_small),
	CASE(nobody_answers),
	CASE(rmw_changes_some_bits),
	CASE(verify_sees_a_lock),
	CASE(wait_until_it_is_so),
	CASE(wait_gives_up),
	CASE(wait_looks_once_more),
	CASE(counter_halves_belong_together),
	CASE(counter_too_fast),
	{}
};

static struct kunit_suite mmio_suite = {
	.name = "xe_mmio",
	.test_cases = mmio_cases,
};

/* ---- power domains ------------------------------------------------------- */

/* How domains are asked for and answer. */
static const struct {
	u32 control, ack;
} gt_domain = { 0xa188, 0xdfc }, render_domain = { 0xa278, 0xd84 };

#define WAKE	0x00010001
#define SLEEP	0x00010000

static u32 gt_ack(struct xe_fake *f, struct xe_gt *gt)
{
	return f->config.graphics ? xe_fake_ofs(gt, gt_domain.ack) :
				     gt->tile->id * FAKE_WINDOW + 0x130044;
}

static void expect_last_write(struct xe_fake *f, u32 ofs, u32 val)
{
	KUNIT_ASSERT_GT(f->test, f->n_log, 0);
	KUNIT_ASSERT_LE(f->test, f->n_log, XE_FAKE_LOG);
	KUNIT_EXPECT_EQ(f->test, f->log[f->n_log - 1].ofs, ofs);
	KUNIT_EXPECT_EQ(f->test, f->log[f->n_log - 1].val, val);
}

static void domain_wakes_and_sleeps(struct kunit *test)
{
	struct xe_fake *f = probed(test);
	struct xe_gt *gt;
	unsigned int id;

	for_each_gt(gt, f->xe, id) {
		u32 control = xe_fake_ofs(gt, gt_domain.control);

		KUNIT_EXPECT_EQ(test, xe_fake_get(f, gt_ack(f, gt)), 0);
		KUNIT_EXPECT_EQ(test, xe_force_wake_get(gt, XE_FW_GT), XE_FW_GT);
		expect_last_write(f, control, WAKE);
		KUNIT_EXPECT_EQ(test, xe_fake_get(f, gt_ack(f, gt)), 1);
		xe_force_wake_put(gt, XE_FW_GT);
		xe_force_wake_sync(gt);
		expect_last_write(f, control, SLEEP);
		KUNIT_EXPECT_EQ(test, xe_fake_get(f, gt_ack(f, gt)), 0);
	}
}

/* Only the first user wakes, only the last one lets sleep. */
static void domain_counts_users(struct kunit *test)
{
	struct xe_fake *f = probed(test);
	struct xe_gt *gt = last_gt(f);
	u32 control = xe_fake_ofs(gt, gt_domain.control);

	for (int i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, xe_force_wake_get(gt, XE_FW_GT), XE_FW_GT);
	KUNIT_EXPECT_EQ(test, xe_fake_writes(f, control), 1);
	for (int i = 0; i < 2; i++)
		xe_force_wake_put(gt, XE_FW_GT);
	xe_force_wake_sync(gt);
	KUNIT_EXPECT_EQ(test, xe_fake_writes(f, control), 1);
	KUNIT_EXPECT_EQ(test, xe_fake_get(f, gt_ack(f, gt)), 1);
	xe_force_wake_put(gt, XE_FW_GT);
	xe_force_wake_sync(gt);
	KUNIT_EXPECT_EQ(test, xe_fake_writes(f, control), 2);
	KUNIT_EXPECT_EQ(test, xe_fake_get(f, gt_ack(f, gt)), 0);
}

/* Some time after the last user, without being told. */
static void domain_sleeps_by_itself(struct kunit *test)
{
	struct xe_fake *f = probed(test);
	struct xe_gt *gt = last_gt(f);
	ktime_t end = ktime_add_ms(ktime_get(), 5000);

	xe_force_wake_put(gt, xe_force_wake_get(gt, XE_FW_GT));
	while (xe_fake_get(f, gt_ack(f, gt)) && ktime_before(ktime_get(), end))
		usleep_range(1000, 2000);
	KUNIT_EXPECT_EQ(test, xe_fake_get(f, gt_ack(f, gt)), 0);
}

static void expect_domains(struct xe_fake *f, struct xe_gt *gt, u32 there)
{
	xe_fake_forget(f);
	KUNIT_EXPECT_EQ(f->test, xe_force_wake_get(gt, XE_FW_ALL), there);
	KUNIT_EXPECT_EQ(f->test, f->n_log, hweight32(there));
	xe_force_wake_put(gt, there);
	xe_force_wake_sync(gt);
	KUNIT_EXPECT_EQ(f->test, f->n_log, 2 * hweight32(there));
}

/* Whoever asks for all gets those that are there, and no register of another is touched. */
static void domain_absent(struct kunit *test)
{
	struct xe_fake *f = probed(test);
	struct xe_gt *gt;
	unsigned int id;

	for_each_gt(gt, f->xe, id) {
		if (gt->type == XE_GT_MAIN) {
			expect_domains(f, gt, XE_FW_GT | XE_FW_RENDER);
			continue;
		}
		/* Eight to decode, four to enhance, one for security; or some of them. */
		expect_domains(f, gt, XE_FW_ALL & ~XE_FW_RENDER);
		gt->engine_mask &= BIT_ULL(XE_VCS0) | BIT_ULL(XE_VCS2) | BIT_ULL(XE_VECS1);
		KUNIT_EXPECT_EQ(test, xe_force_wake_init_engines(gt), 0);
		expect_domains(f, gt, XE_FW_GT | XE_FW_VDBOX0 | XE_FW_VDBOX0 << 2 |
			       XE_FW_VEBOX0 << 1);
	}
}

/* The others are awake all the same, and are all that is given back. */
static void domain_deaf(struct kunit *test)
{
	struct xe_fake *f = probed(test);
	struct xe_gt *gt = f->xe->tiles[0].primary_gt;
	u32 control = xe_fake_ofs(gt, render_domain.control);
	unsigned int awake;

	f->deaf = XE_FW_RENDER;
	awake = xe_force_wake_get(gt, XE_FW_GT | XE_FW_RENDER);
	KUNIT_EXPECT_EQ(test, awake, XE_FW_GT);
	KUNIT_EXPECT_EQ(test, xe_fake_writes(f, control), 1);
	KUNIT_EXPECT_EQ(test, xe_force_wake_get(gt, XE_FW_RENDER), 0);
	xe_force_wake_put(gt, 0);

	/* It comes to its senses, and is asked again. */
	f->deaf = 0;
	KUNIT_EXPECT_EQ(test, xe_force_wake_get(gt, XE_FW_RENDER), XE_FW_RENDER);
	KUNIT_EXPECT_EQ(test, xe_fake_writes(f, control), 3);
	KUNIT_EXPECT_EQ(test, xe_fake_get(f, xe_fake_ofs(gt, render_domain.ack)), 1);

	xe_force_wake_put(gt, XE_FW_RENDER);
	xe_force_wake_put(gt, awake);
	xe_force_wake_sync(gt);
	KUNIT_EXPECT_EQ(test, xe_fake_get(f, gt_ack(f, gt)), 0);
	KUNIT_EXPECT_EQ(test, xe_fake_get(f, xe_fake_ofs(gt, render_domain.ack)), 0);
}

/* All ones have the acknowledge bit set, too. */
static void domain_of_a_lost_device(struct kunit *test)
{
	struct xe_fake *f = probed(test);
	struct xe_gt *gt = last_gt(f);

	f->gone = true;
	KUNIT_EXPECT_EQ(test, xe_force_wake_get(gt, XE_FW_GT), 0);
	f->gone = false;
}

static struct kunit_case forcewake_cases[] = {
	CASE(domain_wakes_and_sleeps),
	CASE(domain_counts_users),
	CASE(domain_sleeps_by_itself),
	CASE(domain_absent),
	CASE(domain_deaf),
	CASE(domain_of_a_lost_device),
	{}
};

static struct kunit_suite forcewake_suite = {
	.name = "xe_force_wake",
	.test_cases = forcewake_cases,
};

/* ---- steering ------------------------------------------------------------ */

static void steer(struct xe_fake *f, struct xe_gt *gt, u32 addr, u8 group, u8 instance)
{
	f->steered.ofs = xe_fake_ofs(gt, addr);
	f->steered.val = 0xc0ffee00 | group << 4 | instance;
	f->steered.group = group;
	f->steered.instance = instance;
}

static void expect_copy(struct xe_fake *f, struct xe_gt *gt, u32 addr, u8 group, u8 instance)
{
	steer(f, gt, addr, group, instance);
	KUNIT_EXPECT_EQ_MSG(f->test, xe_mcr_read_any(gt, XE_REG_MCR(addr)), f->steered.val,
			    "register %#x of copy %u.%u", addr, group, instance);
	KUNIT_EXPECT_EQ(f->test, f->mistakes, 0);
}

static void steering_of_one_copy(struct kunit *test)
{
	struct xe_fake *f = probed(test);
	struct xe_gt *gt = f->xe->tiles[f->xe->tile_count - 1].primary_gt;

	for (u8 group = 0; group < 4; group++) {
		for (u8 instance = 0; instance < 4; instance++) {
			steer(f, gt, 0x9550, group, instance);
			KUNIT_EXPECT_EQ(test, xe_mcr_read(gt, XE_REG_MCR(0x9550), group, instance),
					f->steered.val);
			KUNIT_EXPECT_EQ(test, xe_mcr_read(gt, XE_REG_MCR(0x9550), group,
							  instance ^ 1), 0);
			KUNIT_EXPECT_EQ(test, xe_mcr_read(gt, XE_REG_MCR(0x9550), group ^ 1,
							  instance), 0);
		}
	}
	KUNIT_EXPECT_EQ(test, f->mistakes, 0);
}

/* Fuses leave copies that differ by what the register is replicated by. */
static void steering_to_what_is_there(struct kunit *test)
{
	struct xe_fake *f = xe_fake_create(test, test->param_value);
	bool pvc = !f->config.graphics;
	struct xe_gt *gt;

	/* The first subslice is number 13; on Xe2 geometry and compute count. */
	xe_fake_set(f, 0x913c, pvc ? 0 : 0xffff8000);
	xe_fake_set(f, 0x9144, 0xffffe000);
	/* Bank 1 of node 5 is the first one that is there. */
	if (!pvc)
		xe_fake_set(f, 0x9118, 0xffe0 << 16 | 0xe << 4);
	xe_fake_probe(f);
	gt = f->xe->tiles[0].primary_gt;

	if (pvc) {
		/* Eight to a group. */
		expect_copy(f, gt, 0x9550, 1, 5);
		expect_copy(f, gt, 0xde80, 1, 5);
		expect_copy(f, gt, 0xe7ff & ~3, 1, 5);
		expect_copy(f, gt, 0xb01c, 0, 0);
		expect_copy(f, gt, 0xe800, 0, 0);
		return;
	}
	/* Four to a group. */
	expect_copy(f, gt, 0x9550, 3, 1);
	expect_copy(f, gt, 0x5500, 3, 1);
	expect_copy(f, gt, 0xe8fc, 3, 1);
	expect_copy(f, gt, 0xb100, 5, 1);
	expect_copy(f, gt, 0xb3fc, 5, 1);
	/* A node's number is in both fields. */
	expect_copy(f, gt, 0xb0fc, 2, 1);
	expect_copy(f, gt, 0x4800, 0, 0);
	expect_copy(f, gt, 0xcf30, 0, 0);
}

static void steering_of_media(struct kunit *test)
{
	struct xe_fake *f = xe_fake_create(test, bmg);
	struct xe_gt *gt;

	xe_fake_probe(f);
	gt = f->xe->tiles[0].media_gt;
	expect_copy(f, gt, 0x9480, 0, 0);
	/* The first slice of media engines is fused off. */
	gt->engine_mask &= ~(BIT_ULL(XE_VCS0) | BIT_ULL(XE_VECS0));
	xe_mcr_init_topology(gt, 0);
	expect_copy(f, gt, 0x9480, 1, 0);
	expect_copy(f, gt, 0x8160, 1, 0);
	expect_copy(f, gt, 0x4800, 0, 0);
	/* The main GT's selector is another register. */
	KUNIT_EXPECT_EQ(test, xe_fake_writes(f, 0xfd4), 0);
	KUNIT_EXPECT_GT(test, xe_fake_writes(f, FAKE_MEDIA + 0xfd4), 0);
}

/* The firmware's word counts more than our rule of thumb. */
static void steering_by_hwconfig(struct kunit *test)
{
	struct xe_fake *f = probed(test);
	struct xe_gt *gt = f->xe->tiles[0].primary_gt;
	u32 group, instance;

	xe_mcr_init_topology(gt, 3);
	xe_mcr_dss_target(gt, 11, &group, &instance);
	KUNIT_EXPECT_EQ(test, group, 3);
	KUNIT_EXPECT_EQ(test, instance, 2);
}

/* Steering is not ours alone: the firmware's semaphore is taken and given back. */
static void steering_shared_with_firmware(struct kunit *test)
{
	struct xe_fake *f = probed(test);
	struct xe_gt *gt;
	unsigned int id;

	for_each_gt(gt, f->xe, id) {
		u32 semaphore = xe_fake_ofs(gt, 0xfd0);
		bool shared = f->config.graphics;

		xe_fake_forget(f);
		xe_mcr_read(gt, XE_REG_MCR(0x9550), 1, 1);
		KUNIT_EXPECT_EQ(test, xe_fake_writes(f, semaphore), shared);
		xe_mcr_write_all(gt, XE_REG_MCR(FAKE_SCRATCH), 7);
		KUNIT_EXPECT_EQ(test, xe_fake_writes(f, semaphore), 2 * shared);
		KUNIT_EXPECT_EQ(test, xe_fake_get(f, semaphore), shared);
		/* The write went to where it should, with all copies selected. */
		KUNIT_EXPECT_EQ(test, xe_fake_get(f, xe_fake_ofs(gt, FAKE_SCRATCH)), 7);
	}
	KUNIT_EXPECT_EQ(test, f->mistakes, 0);
}

/* It is worth a message, not a hang. */
static void steering_with_a_stuck_semaphore(struct kunit *test)
{
	struct xe_fake *f = probed(test);
	struct xe_gt *gt = last_gt(f);

	f->semaphore_stuck = true;
	xe_mcr_write_all(gt, XE_REG_MCR(FAKE_SCRATCH), 9);
	KUNIT_EXPECT_EQ(test, xe_fake_get(f, xe_fake_ofs(gt, FAKE_SCRATCH)), 9);
}

static struct kunit_case mcr_cases[] = {
	CASE(steering_of_one_copy),
	CASE(steering_to_what_is_there),
	KUNIT_CASE(steering_of_media),
	CASE(steering_by_hwconfig),
	CASE(steering_shared_with_firmware),
	CASE(steering_with_a_stuck_semaphore),
	{}
};

static struct kunit_suite mcr_suite = {
	.name = "xe_mcr",
	.test_cases = mcr_cases,
};

/* ---- what a device is ---------------------------------------------------- */

struct gmdid_case {
	const char *name;
	u32 graphics, media;
	int err;
	u16 graphics_ver, media_ver;
	u8 graphics_step, media_step;
};

static const struct gmdid_case gmdid_cases[] = {
	{ "20.01 and 13.01", FAKE_GMDID(20, 1, 4), FAKE_GMDID(13, 1, 5), 0, 2001, 1301, 4, 5 },
	{ "20.02 and 13.01", FAKE_GMDID(20, 2, 0), FAKE_GMDID(13, 1, 0), 0, 2002, 1301, 0, 0 },
	{ "media is fused off", FAKE_GMDID(20, 1, 8), 0, 0, 2001, 0, 8, 0 },
	{ "media of another kind", FAKE_GMDID(20, 1, 63), FAKE_GMDID(13, 0, 1), 0, 2001, 0, 63, 0 },
	{ "media's number in graphics", FAKE_GMDID(13, 1, 0), FAKE_GMDID(13, 1, 0), -ENODEV },
	{ "graphics of another kind", FAKE_GMDID(20, 3, 0), FAKE_GMDID(13, 1, 0), -ENODEV },
	{ "graphics without a number", 0, FAKE_GMDID(13, 1, 0), -ENODEV },
};

KUNIT_ARRAY_PARAM_DESC(gmdid, gmdid_cases, name);

static void ip_by_register(struct kunit *test)
{
	const struct gmdid_case *c = test->param_value;
	struct xe_fake_config config = *bmg;
	struct xe_fake *f;
	struct xe_tile *tile;

	config.graphics = c->graphics ?: 1;	/* the fake needs to know that there is one */
	config.media = c->media;
	f = xe_fake_create(test, &config);
	xe_fake_set(f, 0xd8c, c->graphics);
	KUNIT_ASSERT_EQ(test, xe_device_probe_ip(f->xe), c->err);
	if (c->err)
		return;

	tile = &f->xe->tiles[0];
	KUNIT_EXPECT_EQ(test, f->xe->gt_count, c->media_ver ? 2 : 1);
	KUNIT_ASSERT_NOT_NULL(test, tile->primary_gt);
	KUNIT_EXPECT_EQ(test, tile->primary_gt->type, XE_GT_MAIN);
	KUNIT_EXPECT_EQ(test, tile->primary_gt->ip_ver, c->graphics_ver);
	KUNIT_EXPECT_EQ(test, tile->primary_gt->ip->ver, c->graphics_ver);
	KUNIT_EXPECT_EQ(test, tile->primary_gt->step, c->graphics_step);
	KUNIT_EXPECT_PTR_EQ(test, xe_device_gt(f->xe, 0), tile->primary_gt);
	KUNIT_ASSERT_EQ(test, !!tile->media_gt, !!c->media_ver);
	/* Ids leave room for what is fused off. */
	KUNIT_EXPECT_PTR_EQ(test, xe_device_gt(f->xe, 1), tile->media_gt);
	KUNIT_EXPECT_NULL(test, xe_device_gt(f->xe, 2));
	if (!tile->media_gt)
		return;
	KUNIT_EXPECT_EQ(test, tile->media_gt->id, 1);
	KUNIT_EXPECT_EQ(test, tile->media_gt->type, XE_GT_MEDIA);
	KUNIT_EXPECT_EQ(test, tile->media_gt->ip_ver, c->media_ver);
	KUNIT_EXPECT_EQ(test, tile->media_gt->step, c->media_step);
}

struct step_case {
	const char *name;
	u8 revid, step;
};

static const struct step_case step_cases[] = {
	{ "B0", 0x05, 4 },
	{ "B1", 0x06, 5 },
	{ "C0", 0x07, 8 },
	/* The upper bits say what it is mounted on. */
	{ "C0 of a larger board", 0x2f, 8 },
	{ "B1 of a larger board", 0x36, 5 },
	/* Never sold: taken for the first that was. */
	{ "A0", 0x00, 4 },
};

KUNIT_ARRAY_PARAM_DESC(step, step_cases, name);

static void step_by_revision(struct kunit *test)
{
	const struct step_case *c = test->param_value;
	struct xe_fake_config config = *pvc;
	struct xe_fake *f;

	config.revid = c->revid;
	config.tiles = 1;
	f = xe_fake_create(test, &config);
	KUNIT_ASSERT_EQ(test, xe_device_probe_ip(f->xe), 0);
	KUNIT_EXPECT_EQ(test, f->xe->tiles[0].primary_gt->step, c->step);
	KUNIT_EXPECT_EQ(test, f->xe->tiles[0].primary_gt->ip_ver, 1260);
}

struct tile_case {
	const char *name;
	u8 tiles;
};

static const struct tile_case tile_cases[] = { { "one", 1 }, { "two", 2 } };

KUNIT_ARRAY_PARAM_DESC(tile, tile_cases, name);

static void tiles_by_register(struct kunit *test)
{
	const struct tile_case *c = test->param_value;
	struct xe_fake_config config = *pvc;
	struct xe_fake *f;

	config.tiles = c->tiles;
	f = xe_fake_create(test, &config);
	KUNIT_ASSERT_EQ(test, xe_device_probe_ip(f->xe), 0);
	KUNIT_EXPECT_EQ(test, f->xe->tile_count, c->tiles);
	KUNIT_EXPECT_EQ(test, f->xe->gt_count, c->tiles);
	/* GT ids are tile ids. */
	for (u8 id = 0; id < c->tiles; id++) {
		struct xe_gt *gt = xe_device_gt(f->xe, id);

		KUNIT_ASSERT_NOT_NULL(test, gt);
		KUNIT_EXPECT_EQ(test, gt->id, id);
		KUNIT_EXPECT_PTR_EQ(test, gt->tile, &f->xe->tiles[id]);
		KUNIT_EXPECT_NULL(test, f->xe->tiles[id].media_gt);
	}
	KUNIT_EXPECT_NULL(test, xe_device_gt(f->xe, c->tiles));
}

/* What the fuses say of subslices and banks. */
static void topology_by_fuses(struct kunit *test)
{
	struct xe_fake *f = xe_fake_create(test, test->param_value);
	const struct xe_topology *t;

	xe_fake_set(f, 0x913c, 0x00000003);
	xe_fake_set(f, 0x9150, 0x80000000);
	xe_fake_set(f, 0x9144, 0x0000000f);
	xe_fake_set(f, 0x9148, 0x00000100);
	xe_fake_set(f, 0x914c, 0x00000001);
	/* Node 1; of its four groups of banks the first and the last. */
	xe_fake_set(f, 0x9118, 0x2 << 16 | 0x9 << 4 | 0x2);
	xe_fake_set(f, 0x9134, 0x00ff);
	xe_fake_probe(f);
	t = f->xe->tiles[0].primary_gt->topology;

	KUNIT_EXPECT_TRUE(test, t->eu_simd16);
	KUNIT_EXPECT_EQ(test, bitmap_weight(t->eu_per_dss, XE_MAX_EUS_PER_DSS), 8);
	if (f->config.graphics) {
		KUNIT_EXPECT_EQ(test, bitmap_weight(t->dss_geometry, XE_MAX_DSS), 3);
		KUNIT_EXPECT_TRUE(test, test_bit(63, t->dss_geometry));
		KUNIT_EXPECT_EQ(test, bitmap_weight(t->dss_compute, XE_MAX_DSS), 6);
		KUNIT_EXPECT_TRUE(test, test_bit(64, t->dss_compute));
		KUNIT_EXPECT_EQ(test, bitmap_weight(t->l3_banks, XE_MAX_L3_BANKS), 2);
		KUNIT_EXPECT_TRUE(test, test_bit(4, t->l3_banks) && test_bit(7, t->l3_banks));
	} else {
		/* No geometry, and two registers of compute. */
		KUNIT_EXPECT_TRUE(test, bitmap_empty(t->dss_geometry, XE_MAX_DSS));
		KUNIT_EXPECT_EQ(test, bitmap_weight(t->dss_compute, XE_MAX_DSS), 5);
		KUNIT_EXPECT_TRUE(test, test_bit(40, t->dss_compute));
		KUNIT_EXPECT_EQ(test, bitmap_weight(t->l3_banks, XE_MAX_L3_BANKS), 8);
		KUNIT_EXPECT_TRUE(test, test_bit(16, t->l3_banks) && test_bit(31, t->l3_banks));
		KUNIT_EXPECT_FALSE(test, test_bit(20, t->l3_banks) || test_bit(27, t->l3_banks));
	}
}

/* Facts of a row that userspace or the hardware relies on. */
static void platform_rows(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, xe_platform_pvc.is_dgfx && xe_platform_bmg.is_dgfx);
	KUNIT_EXPECT_EQ(test, xe_platform_pvc.max_tiles, 2);
	KUNIT_EXPECT_EQ(test, xe_platform_bmg.max_tiles, 1);
	KUNIT_EXPECT_TRUE(test, xe_platform_pvc.need_64k && !xe_platform_bmg.need_64k);
	KUNIT_EXPECT_EQ(test, xe_platform_pvc.va_bits, 57);
	KUNIT_EXPECT_EQ(test, xe_platform_bmg.va_bits, 48);
	KUNIT_EXPECT_EQ(test, xe_platform_pvc.dma_mask_bits, 52);
	KUNIT_EXPECT_EQ(test, xe_platform_bmg.dma_mask_bits, 46);
	KUNIT_EXPECT_TRUE(test, xe_platform_pvc.require_force_probe);
	KUNIT_EXPECT_FALSE(test, xe_platform_bmg.require_force_probe);
	KUNIT_EXPECT_PTR_EQ(test, xe_platform_pvc.graphics, xe_ip_find(false, 1260));

	/* Nine copy and four compute engines; none renders. */
	KUNIT_EXPECT_EQ(test, xe_ip_find(false, 1260)->engine_mask, 0x3fe | 0xfull << 22);
	KUNIT_EXPECT_EQ(test, xe_ip_find(false, 2001)->engine_mask, 0x203 | 0xfull << 22);
	KUNIT_EXPECT_EQ(test, xe_ip_find(true, 1301)->engine_mask, 0xfffull << 10 | 1ull << 26);
	KUNIT_EXPECT_NULL(test, xe_ip_find(true, 2001));
	KUNIT_EXPECT_NULL(test, xe_ip_find(false, 1301));
	KUNIT_EXPECT_NULL(test, xe_ip_find(false, 0));
}

static struct kunit_case device_cases[] = {
	KUNIT_CASE_PARAM(ip_by_register, gmdid_gen_params),
	KUNIT_CASE_PARAM(step_by_revision, step_gen_params),
	KUNIT_CASE_PARAM(tiles_by_register, tile_gen_params),
	CASE(topology_by_fuses),
	KUNIT_CASE(platform_rows),
	{}
};

static struct kunit_suite device_suite = {
	.name = "xe_device",
	.test_cases = device_cases,
};

/* ---- which device is taken ----------------------------------------------- */

struct id_case {
	const char *name;
	u16 devid;
	u32 class;
	const struct xe_platform *platform;
};

#define DISPLAY		(PCI_CLASS_DISPLAY_VGA << 8)
#define PROCESSING	((PCI_CLASS_DISPLAY_VGA + 0x80) << 8)	/* "display, other" */

static const struct id_case id_cases[] = {
	{ "PVC", 0x0bd5, PROCESSING, &xe_platform_pvc },
	{ "another PVC", 0x0bda, PROCESSING, &xe_platform_pvc },
	{ "BMG", 0xe20b, DISPLAY, &xe_platform_bmg },
	{ "another BMG", 0xe202, DISPLAY, &xe_platform_bmg },
	{ "DG2", 0x5690, DISPLAY, NULL },
	{ "BMG's neighbour", 0xe20e, DISPLAY, NULL },
	{ "no GPU", 0xffff, DISPLAY, NULL },
};

KUNIT_ARRAY_PARAM_DESC(id, id_cases, name);

static struct pci_dev *pci_device(struct kunit *test, u16 devid, u32 class)
{
	struct pci_dev *pdev = kunit_kzalloc(test, sizeof(*pdev), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, pdev);
	pdev->vendor = PCI_VENDOR_ID_INTEL;
	pdev->device = devid;
	pdev->subsystem_vendor = PCI_ANY_ID;
	pdev->subsystem_device = PCI_ANY_ID;
	pdev->class = class;
	pdev->dev.init_name = "0000:03:00.0";
	return pdev;
}

static void id_finds_platform(struct kunit *test)
{
	const struct id_case *c = test->param_value;
	struct pci_dev *pdev = pci_device(test, c->devid, c->class);
	const struct pci_device_id *id = pci_match_id(xe_ids, pdev);

	KUNIT_ASSERT_EQ(test, !!id, !!c->platform);
	if (id)
		KUNIT_EXPECT_PTR_EQ(test, (const struct xe_platform *)id->driver_data,
				    c->platform);
	pdev->vendor = PCI_VENDOR_ID_INTEL + 1;
	KUNIT_EXPECT_NULL(test, pci_match_id(xe_ids, pdev));
}

struct force_case {
	const char *name;
	char *param;
	bool pvc, bmg;
};

static const struct force_case force_cases[] = {
	{ "nothing", NULL, false, true },
	{ "empty", "", false, true },
	{ "one", "0bd5", true, true },
	{ "one without leading zero", "bd5", true, true },
	{ "capitals", "0BD5", true, true },
	{ "C's way", "0x0bd5", true, true },
	{ "another", "0bd6", false, true },
	{ "first of two", "0bd5,e20b", true, true },
	{ "second of two", "e20b,0bd5", true, true },
	{ "behind an empty one", ",0bd5", true, true },
	{ "before an empty one", "0bd5,", true, true },
	{ "all", "*", true, true },
	{ "none", "!*", false, false },
	{ "not one", "!e20b", false, false },
	{ "not the other", "!0bd5", false, true },
	{ "all but one", "*,!e20b", true, false },
	{ "all but one, said the other way round", "!0bd5,*", false, true },
	{ "no wins over yes", "0bd5,!0bd5", false, true },
	{ "nonsense", "xyz", false, true },
	{ "nonsense, then one", "0bd5junk,0bd5", true, true },
	{ "a number that is too long", "0bd5aaaaaaaaaaaaaaaaaaaa", false, true },
	{ "a number that is too large", "10bd5", false, true },
	{ "a bare no", "!", false, true },
	{ "a no of its own", "!,0bd5", true, true },
};

KUNIT_ARRAY_PARAM_DESC(force, force_cases, name);

static void restore_param(void *param)
{
	xe_params.force_probe = param;
}

static void force_probe_names_ids(struct kunit *test)
{
	const struct force_case *c = test->param_value;

	KUNIT_ASSERT_EQ(test, kunit_add_action(test, restore_param, xe_params.force_probe), 0);
	xe_params.force_probe = c->param;
	KUNIT_EXPECT_EQ(test, xe_probe_check_id(pci_device(test, 0x0bd5, PROCESSING),
						&xe_platform_pvc), c->pvc ? 0 : -ENODEV);
	/* "!e20b" is about an id, and 0xe20b needs no consent. */
	KUNIT_EXPECT_EQ(test, xe_probe_check_id(pci_device(test, 0xe20b, DISPLAY),
						&xe_platform_bmg), c->bmg ? 0 : -ENODEV);
}

static struct kunit_case probe_cases[] = {
	KUNIT_CASE_PARAM(id_finds_platform, id_gen_params),
	KUNIT_CASE_PARAM(force_probe_names_ids, force_gen_params),
	{}
};

static struct kunit_suite probe_suite = {
	.name = "xe_probe",
	.test_cases = probe_cases,
};

/* ---- memory that is given back as one ------------------------------------- */

static void fini_arena(void *arena)
{
	xe_arena_fini(arena);
}

/* None lies in another one: each keeps what was written to it. */
static void pieces_of_an_arena(struct kunit *test)
{
	static const size_t sizes[] = { 1, 8, 120, 239, 240, 241, 4096, 7, 8192, 20000, 16, 3 };
	u8 *piece[8 * ARRAY_SIZE(sizes)];
	/* Not on the stack, which an assertion that fails leaves. */
	struct xe_arena *arena = kunit_kzalloc(test, sizeof(*arena), GFP_KERNEL);
	unsigned int room, i;
	u64 first[16];

	KUNIT_ASSERT_NOT_NULL(test, arena);
	KUNIT_ASSERT_EQ(test, kunit_add_action(test, fini_arena, arena), 0);
	for (room = 0; room <= ARRAY_SIZE(first); room += 8) {
		xe_arena_init(arena, first, room * sizeof(*first));
		for (i = 0; i < ARRAY_SIZE(piece); i++) {
			piece[i] = xe_arena_alloc(arena, sizes[i % ARRAY_SIZE(sizes)]);
			KUNIT_ASSERT_NOT_NULL(test, piece[i]);
			KUNIT_EXPECT_TRUE(test, IS_ALIGNED((unsigned long)piece[i], 8));
			memset(piece[i], i, sizes[i % ARRAY_SIZE(sizes)]);
		}
		for (i = 0; i < ARRAY_SIZE(piece); i++)
			KUNIT_EXPECT_NULL(test, memchr_inv(piece[i], i,
							   sizes[i % ARRAY_SIZE(sizes)]));
		KUNIT_EXPECT_EQ(test, piece[0] == (u8 *)first, room != 0);
		xe_arena_fini(arena);
		KUNIT_EXPECT_NULL(test, arena->chunk);
	}
}

static struct kunit_case arena_cases[] = {
	KUNIT_CASE(pieces_of_an_arena),
	{}
};

static struct kunit_suite arena_suite = {
	.name = "xe_arena",
	.test_cases = arena_cases,
};

kunit_test_suites(&mmio_suite, &forcewake_suite, &mcr_suite, &device_suite, &probe_suite,
		  &arena_suite);
