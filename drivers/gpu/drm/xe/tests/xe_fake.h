/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_FAKE_H_
#define _XE_FAKE_H_

#include <linux/device.h>
#include <linux/sizes.h>
#include <linux/spinlock.h>

#include "core/xe_device.h"
#include "core/xe_mmio.h"

struct kunit;

/* What the hardware says, in numbers of our own: a typo in regs/ must not go unnoticed. */
#define FAKE_WINDOW		0x1000000	/* of a tile in BAR 0 */
#define FAKE_MEDIA		0x380000	/* where the media GT's registers are in it */
#define FAKE_MEDIA_END		0x3c0000
#define FAKE_GGTT		0x800000
#define FAKE_GGTT_TOP		0xfee00000u
#define FAKE_SCRATCH		0xe000		/* per GT, and neither steered nor used */

#define FAKE_GMDID(arch, rel, rev)	((arch) << 22 | (rel) << 14 | (rev))

/**
 * struct xe_fake_config - a device as it comes out of reset
 * @name: of the test case
 * @platform: its row
 * @devid: PCI device id
 * @revid: PCI revision
 * @tiles: dies that are there
 * @graphics: GMD_ID of the main GTs; 0: the platform has no such register
 * @media: the same of the media GT; 0: fused off
 * @ip_ver: version of the main GTs, times 100
 * @wopcm: bytes at the bottom of the GGTT that are the firmware's
 * @vram_page: smallest page of VRAM
 * @pat_uncached: PAT bits of uncached GGTT entries
 * @pat_cached: the same of cached ones
 */
struct xe_fake_config {
	const char *name;
	const struct xe_platform *platform;
	u16 devid;
	u8 revid, tiles;
	u32 graphics, media;
	u16 ip_ver;
	u32 wopcm, vram_page;
	u64 pat_uncached, pat_cached;
};

#define XE_FAKE_N_CONFIGS	2
extern const struct xe_fake_config xe_fake_configs[XE_FAKE_N_CONFIGS];
/* A test's parameters: every platform. */
const void *xe_fake_gen_params(struct kunit *test, const void *prev, char *desc);

struct xe_fake_write {
	u32 ofs, val;
};

#define XE_FAKE_LOG	4096

/**
 * struct xe_fake - a device made of memory
 *
 * Offsets are in BAR 0, beyond all adjustments. Registers hold what was written last;
 * forcewake, steering and what a test asks for react as hardware does.
 *
 * @hw: what the driver sees
 * @test: whose it is
 * @config: what it was made from
 * @xe: the driver's device
 * @dma_parms: of @hw's device, which has no bus to give it any
 * @log: writes to registers, oldest first; the GGTT does not go through the accessors
 * @n_log: how many; all that came after XE_FAKE_LOG are missing
 * @reads: number of reads of registers
 * @mistakes: steered without the semaphore, or left without multicast
 * @gone: pulled out: reads are all ones
 * @deaf: &enum xe_fw_domain that do not answer
 * @semaphore_stuck: the firmware does not let go of steering
 * @locked: offset that ignores writes; 0: none
 * @later: offset that becomes @later.val after some reads; 0: none
 * @counter: 64-bit register that runs on by @counter.step at each read of a half
 * @steered: a register that reads as @steered.val in one copy and as zero in others
 */
struct xe_fake {
	struct xe_fake_hw hw;
	struct kunit *test;
	struct xe_fake_config config;
	struct xe_device *xe;
	struct device_dma_parameters dma_parms;
	/** @lock: protects all below; taken in any context */
	spinlock_t lock;
	struct xe_fake_write log[XE_FAKE_LOG];
	unsigned int n_log, reads, mistakes;
	bool gone, semaphore_stuck;
	u32 deaf, locked;
	struct {
		u32 ofs, reads, val;
	} later;
	struct {
		u32 ofs;
		u64 value, step;
	} counter;
	struct {
		u32 ofs, val;
		u8 group, instance;
	} steered;
};

/* xe_fake_create() - a device whose root registers are mapped; gone with the test */
struct xe_fake *xe_fake_create(struct kunit *test, const struct xe_fake_config *config);
/* xe_fake_probe() - its tiles and GTs, awake on demand and with steering */
void xe_fake_probe(struct xe_fake *f);
/* xe_fake_add_memory() - its memory management; @vram: with VRAM, on one tile only */
void xe_fake_add_memory(struct xe_fake *f, bool vram);

/* What is in a register, without the driver. */
u32 xe_fake_get(struct xe_fake *f, u32 ofs);
void xe_fake_set(struct xe_fake *f, u32 ofs, u32 val);
/* xe_fake_pte() - entry of a GGTT address */
u64 xe_fake_pte(struct xe_fake *f, unsigned int tile, u64 addr);
/* xe_fake_forget() - empty the log, count anew */
void xe_fake_forget(struct xe_fake *f);
/* xe_fake_writes() - how often an offset was written since then */
unsigned int xe_fake_writes(struct xe_fake *f, u32 ofs);
/* xe_fake_ofs() - where a GT's register is */
u32 xe_fake_ofs(const struct xe_gt *gt, u32 addr);

#endif
