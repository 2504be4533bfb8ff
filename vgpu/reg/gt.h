/* SPDX-License-Identifier: MIT */
/* The registers of one GT that are neither engines nor GuC: power, reset, steering, clocks. */
#ifndef VGPU_REG_GT_H
#define VGPU_REG_GT_H

#include "reg/regs.h"

/** crystal clock of all modelled parts, and what timestamps run at */
#define VG_CRYSTAL_HZ 38400000u
#define VG_TIMESTAMP_HZ 19200000u

struct vg_gt;

/**
 * struct vg_gt_ops - what registers of a GT make others do
 * @reset: GDRST; @full: engines and all; else only the GuC
 * @ggtt_inval: the TLB of the GGTT is to be dropped
 */
struct vg_gt_ops {
	void (*reset)(void *opaque, bool full);
	void (*ggtt_inval)(void *opaque);
};

/**
 * struct vg_gt_config - which of the optional blocks a GT has
 * @media: a media GT of its own: all its registers are VG_MEDIA_OFFSET up
 * @graphics_ver: times 100, of the device
 * @vcs, @vecs: masks of the media engines (each has a power well)
 */
struct vg_gt_config {
	bool media;
	unsigned int graphics_ver;
	uint32_t vcs, vecs;
};

/** vg_gt_new() - adds the rows to @regs */
struct vg_gt *vg_gt_new(const struct vg_gt_config *cfg, struct vg_obs *obs, struct vg_regs *regs,
			const struct vg_gt_ops *ops, void *opaque);
void vg_gt_free(struct vg_gt *gt);
/** vg_gt_power_on() - everything asleep, the steering semaphore free */
void vg_gt_power_on(struct vg_gt *gt);
/** vg_gt_awake() - is any power well of this GT held awake? */
bool vg_gt_awake(const struct vg_gt *gt);
/** vg_gt_ticks() - @ns in periods of @hz, without overflow */
uint64_t vg_gt_ticks(uint64_t ns, uint32_t hz);

/* ---- the power controller's mailbox ------------------------------------- */

struct vg_pcode;

struct vg_pcode *vg_pcode_new(struct vg_obs *obs, struct vg_regs *regs);
void vg_pcode_free(struct vg_pcode *p);

#endif
