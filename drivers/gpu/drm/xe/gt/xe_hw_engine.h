/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_HW_ENGINE_H_
#define _XE_HW_ENGINE_H_

#include "core/xe_device.h"
#include "core/xe_platform.h"

/* enum xe_engine_class - as the hardware numbers classes (identity, ENGINE_ID, faults) */
enum xe_engine_class {
	XE_CLASS_RENDER = 0,
	XE_CLASS_VIDEO_DECODE = 1,
	XE_CLASS_VIDEO_ENHANCE = 2,
	XE_CLASS_COPY = 3,
	XE_CLASS_OTHER = 4,
	XE_CLASS_COMPUTE = 5,
	XE_CLASS_MAX = 6,
};

/* struct xe_engine_props - what sysfs shows and a queue starts from; us unless said */
struct xe_engine_props {
	u32 job_timeout_ms;
	u32 timeslice_us, timeslice_min_us, timeslice_max_us;
	u32 preempt_timeout_us, preempt_timeout_min_us, preempt_timeout_max_us;
};

/**
 * struct xe_hw_engine - one engine that is there
 * @gt: where
 * @name: "bcs8"
 * @cls: its class
 * @id: number among all engines of all platforms
 * @instance: hardware number in its class
 * @logical: dense number among those present
 * @mmio_base: where its registers are
 * @fw_domain: what keeps them awake
 * @reserved: not for userspace: the paging engine, or without compute slices
 * @hwsp: page for the hardware's status
 * @props: current
 * @defaults: as booted
 */
struct xe_hw_engine {
	struct xe_gt *gt;
	const char *name;
	enum xe_engine_class cls;
	enum xe_engine_id id;
	u16 instance, logical;
	u32 mmio_base;
	u32 fw_domain;
	bool reserved;
	struct xe_bo *hwsp;
	struct xe_engine_props props, defaults;
};

/* xe_engines_init() - read fuses, number engines, HWSP; after the first GuC load */
int xe_engines_init(struct xe_gt *gt);
/* xe_engines_program() - registers of each engine; probe, resume and reset */
void xe_engines_program(struct xe_gt *gt);
/*
 * xe_engine_lookup() - by class and hardware instance (@logical false) or logical instance;
 * NULL
 */
struct xe_hw_engine *xe_engine_lookup(struct xe_gt *gt, enum xe_engine_class cls, u16 instance,
				      bool logical);
/*
 * xe_engine_paging() - the engine of kernel copies: highest logical copy engine on USM, else
 * bcs0; NULL on a media GT
 */
struct xe_hw_engine *xe_engine_paging(struct xe_gt *gt);
/* xe_engine_next() - iterate: start with NULL */
struct xe_hw_engine *xe_engine_next(struct xe_gt *gt, struct xe_hw_engine *prev);
#define for_each_engine(e__, gt__) \
	for ((e__) = xe_engine_next((gt__), NULL); (e__); (e__) = xe_engine_next((gt__), (e__)))
/* xe_engine_is_first_rcs_ccs() - the first of those that share the render and compute block */
bool xe_engine_is_first_rcs_ccs(const struct xe_hw_engine *hwe);
/*
 * xe_engines_slices() - compute slices that are not fused off; ccs_mode: engines they are dealt
 * out to
 */
unsigned int xe_engines_ccs_slices(struct xe_gt *gt);
unsigned int xe_engines_ccs_mode(struct xe_gt *gt);
/*
 * xe_engines_set_ccs_mode() - takes effect at the next reset; -EINVAL when the slices cannot be
 * dealt out evenly
 */
int xe_engines_set_ccs_mode(struct xe_gt *gt, unsigned int n);
/*
 * xe_engine_class_mask_logical() - bit per logical instance of a class on @gt, without reserved
 * ones when @user
 */
u32 xe_engine_class_mask_logical(struct xe_gt *gt, enum xe_engine_class cls, bool user);
/* xe_guc_class() - the firmware's number of a class */
u8 xe_guc_class(enum xe_engine_class cls);
/*
 * xe_lrc_golden() / set: context image template of a class, made by the default-LRC jobs; NULL
 * before
 */
const void *xe_engine_golden(struct xe_gt *gt, enum xe_engine_class cls);
void xe_engine_set_golden(struct xe_gt *gt, enum xe_engine_class cls, void *image);
/* xe_lrc_image_size() - bytes of a class's context image without PPHWSP */
size_t xe_lrc_image_size(struct xe_gt *gt, enum xe_engine_class cls);

#endif
