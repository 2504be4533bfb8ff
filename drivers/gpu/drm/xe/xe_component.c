// SPDX-License-Identifier: GPL-2.0
/*
 * The component table: what a device is made of, lowest layer first, and what
 * each part does when the device is probed, sleeps, wakes or is reset. Order in
 * the table is order of initialisation.
 */

#include "xe_component.h"

#include <linux/bitfield.h>
#include <linux/dma-mapping.h>
#include <linux/pci.h>

#include "core/xe_force_wake.h"
#include "core/xe_irq.h"
#include "core/xe_log.h"
#include "core/xe_mcr.h"
#include "core/xe_mmio.h"
#include "core/xe_pcode.h"
#include "core/xe_platform.h"
#include "core/xe_rebar.h"
#include "core/xe_stats.h"
#include "core/xe_topology.h"
#include "gt/xe_bb.h"
#include "gt/xe_ggtt.h"
#include "gt/xe_gt.h"
#include "gt/xe_hw_engine.h"
#include "gt/xe_lrc.h"
#include "gt/xe_pat.h"
#include "gt/xe_tlb_inval.h"
#include "guc/xe_guc.h"
#include "mem/xe_bo.h"
#include "mem/xe_vram.h"
#include "migrate/xe_migrate.h"
#include "regs/xe_gt_regs.h"
#include "regs/xe_soc_regs.h"
#include "submit/xe_exec_queue.h"
#include "sys/xe_sys.h"
#include "vm/xe_vm.h"
#include "vm/xe_vm_fault.h"
#include "xe_reset.h"

/* Attributes of the firmware's hardware description. */
#define HWCONFIG_MAX_SLICES	1
#define HWCONFIG_MAX_SUBSLICES	70

/* struct xe_step - one phase of one component; the member that is set says what it is done for */
struct xe_step {
	int (*device)(struct xe_device *xe);
	int (*tile)(struct xe_tile *tile);
	int (*gt)(struct xe_gt *gt);
};

struct xe_component {
	const char *name;
	union {
		struct xe_step step[XE_PHASE_COUNT];
		/* In the order of enum xe_phase. */
		struct {
			struct xe_step init, suspend, resume, sleep, wake, pre_reset, post_reset;
		};
	};
};

static_assert(offsetof(struct xe_component, post_reset) ==
	      offsetof(struct xe_component, step[XE_PHASE_POST_RESET]));

static int boot_status(struct xe_device *xe)
{
	u32 status;

	if (xe->platform->id < XE_PLATFORM_BMG)
		return 0;

	status = FIELD_GET(BOOT_STATUS, xe_mmio_read32(&xe_device_root_tile(xe)->mmio,
						       SOC_BOOT_SCRATCH));
	if (status != BOOT_STATUS_NONCRITICAL && status != BOOT_STATUS_CRITICAL)
		return 0;
	xe_err(xe, "Device booted into survivability mode (%u): flash its firmware\n", status);
	return -ENODEV;
}

static int dma_mask(struct xe_device *xe)
{
	int err = dma_set_mask_and_coherent(xe->drm.dev, DMA_BIT_MASK(xe->platform->dma_mask_bits));

	if (err) {
		xe_err(xe, "Cannot use %u-bit DMA: %pe\n", xe->platform->dma_mask_bits,
		       ERR_PTR(err));
		return err;
	}
	dma_set_max_seg_size(xe->drm.dev, UINT_MAX);
	return 0;
}

static int forcewake_sleep(struct xe_gt *gt)
{
	xe_force_wake_sync(gt);
	return 0;
}

static int program_pat(struct xe_gt *gt)
{
	xe_pat_program(gt);
	return 0;
}

static int irq_suspend(struct xe_device *xe)
{
	xe_irq_suspend(xe);
	return 0;
}

static int irq_resume(struct xe_device *xe)
{
	xe_irq_resume(xe);
	return 0;
}

/* Userspace does not run, and what would bring its memory back is frozen. */
static int evict_vram(struct xe_device *xe)
{
	xe_bo_zap_mmaps(xe);
	return xe_ttm_evict_vram(xe);
}

static int zap_mmaps(struct xe_device *xe)
{
	xe_bo_zap_mmaps(xe);
	return 0;
}

static int ggtt_restore(struct xe_tile *tile)
{
	xe_ggtt_restore(tile->ggtt);
	return 0;
}

static int tlb_reset(struct xe_gt *gt)
{
	xe_tlb_inval_reset(gt);
	return 0;
}

static int guc_stop(struct xe_gt *gt)
{
	xe_guc_stop(gt);
	return 0;
}

/* Jobs that are ended must not go on should the power stay. */
static int guc_suspend(struct xe_gt *gt)
{
	xe_guc_stop(gt);
	xe_guc_reset_hw(gt);
	return xe_gt_reset_domains(gt);
}

static int guc_sleep(struct xe_gt *gt)
{
	xe_guc_sleep(gt);
	return 0;
}

static int guc_wake(struct xe_gt *gt)
{
	xe_irq_enable_guc(gt);
	xe_guc_wake(gt);
	return 0;
}

/* First value of an attribute of the hardware description; 0: not there. */
static u32 hwconfig_value(struct xe_device *xe, u32 attribute)
{
	size_t size, i = 0;
	const u32 *table = xe_guc_hwconfig(xe, &size);

	if (!table)
		return 0;
	for (size /= sizeof(u32); i + 2 < size; i += 2 + table[i + 1])
		if (table[i] == attribute && table[i + 1])
			return table[i + 2];
	return 0;
}

static int topology_init(struct xe_gt *gt)
{
	u32 slices = hwconfig_value(gt_to_xe(gt), HWCONFIG_MAX_SLICES);
	u32 subslices = hwconfig_value(gt_to_xe(gt), HWCONFIG_MAX_SUBSLICES);
	int err = xe_topology_init(gt);

	if (err)
		return err;
	if ((!slices || !subslices) && gt->type == XE_GT_MAIN && gt->ip_ver >= 2000)
		xe_gt_err(gt, "Slice/Subslice counts missing from hwconfig table; using typical fallback values\n");
	xe_mcr_init_topology(gt, slices ? DIV_ROUND_UP(subslices, slices) : 0);
	return 0;
}

/* What needs the list of engines, but not their registers. */
static int engines_init(struct xe_gt *gt)
{
	int err = xe_engines_init(gt);

	if (err)
		return err;
	if (gt->type == XE_GT_MEDIA)
		xe_mcr_init_topology(gt, 0);
	xe_irq_enable_engines(gt);
	return xe_force_wake_init_engines(gt);
}

static int hardware_init(struct xe_gt *gt)
{
	int err = xe_gt_clock_init(gt);

	if (err)
		return err;
	xe_gt_program(gt);
	return 0;
}

static int hardware_program(struct xe_gt *gt)
{
	xe_gt_program(gt);
	return 0;
}

static int submit_stop(struct xe_gt *gt)
{
	xe_guc_submit_stop(gt);
	return 0;
}

static int submit_start(struct xe_gt *gt)
{
	xe_guc_submit_start(gt);
	return 0;
}

static int faults_forget(struct xe_gt *gt)
{
	xe_vm_faults_forget(gt);
	return 0;
}

static int golden_init(struct xe_gt *gt)
{
	int err = xe_golden_contexts_record(gt);

	if (err)
		return err;
	xe_guc_golden_recorded(gt);
	return 0;
}

static int production_hw(struct xe_gt *gt)
{
	if (gt->id == 0 && !(xe_mmio_read32(&gt->mmio, FUSE2) & FUSE2_PRODUCTION_HW))
		xe_notice(gt_to_xe(gt), "Pre-production hardware detected.\n");
	return 0;
}

static const struct xe_component components[] = {
	{ "rebar", .init.device = xe_rebar },
	{ "mmio", .init.device = xe_mmio_init },
	{ "pcode", .init.device = xe_pcode_init, .resume.device = xe_pcode_init },
	{ "boot-status", .init.device = boot_status },
	{ "ip", .init.device = xe_device_probe_ip },
	{ "dma-mask", .init.device = dma_mask },
	{
		"force-wake", .init.gt = xe_force_wake_init,
		.suspend.gt = forcewake_sleep, .sleep.gt = forcewake_sleep,
	},
	/* Whoever had the device before may have left it running. */
	{ "clean-slate", .init.gt = xe_gt_reset_domains },
	{ "mcr", .init.gt = xe_mcr_init },
	{ "stats", .init.gt = xe_stats_init },
	{
		"pat", .init.gt = program_pat,
		.resume.gt = program_pat, .post_reset.gt = program_pat,
	},
	{
		"tlb-inval", .init.gt = xe_tlb_inval_init,
		.suspend.gt = tlb_reset, .pre_reset.gt = tlb_reset,
	},
	{ "vram", .init.device = xe_vram_probe },
	{
		"ttm", .init.device = xe_ttm_init,
		.suspend.device = xe_bo_save_pinned, .resume.device = xe_bo_restore_pinned,
		.sleep.device = zap_mmaps,
	},
	{ "ggtt", .init.tile = xe_ggtt_init, .resume.tile = ggtt_restore },
	{ "kernel-batches", .init.tile = xe_bb_pool_init },
	{
		"irq", .init.device = xe_irq_install,
		.suspend.device = irq_suspend, .resume.device = irq_resume,
		.sleep.device = irq_suspend, .wake.device = irq_resume,
	},
	{ "fences", .init.gt = xe_fence_irq_init },
	{ "firmware", .init.gt = xe_guc_init },
	{ "give-up", .init.gt = xe_reset_init },
	{ "topology", .init.gt = topology_init },
	{ "engines", .init.gt = engines_init },
	{
		"hardware", .init.gt = hardware_init,
		.resume.gt = hardware_program, .post_reset.gt = hardware_program,
	},
	{ "firmware-full", .init.gt = xe_guc_init_post_hwconfig },
	{ "submission-drain", .init.device = xe_guc_submit_drain_init },
	{ "submission", .init.gt = xe_guc_submit_init },
	{
		"firmware-run", .init.gt = xe_guc_start,
		.suspend.gt = guc_suspend, .resume.gt = xe_guc_start,
		.sleep.gt = guc_sleep, .wake.gt = guc_wake,
		.pre_reset.gt = guc_stop, .post_reset.gt = xe_guc_start,
	},
	{
		"submission-run", .init.gt = xe_guc_submit_enable,
		.suspend.gt = submit_stop, .resume.gt = submit_start,
		.pre_reset.gt = submit_stop, .post_reset.gt = submit_start,
	},
	{ "golden-contexts", .init.gt = golden_init },
	{ "address-spaces", .init.device = xe_vms_init },
	{
		"page-faults", .init.device = xe_vm_faults_init,
		.suspend.gt = faults_forget, .pre_reset.gt = faults_forget,
	},
	/* After memory has moved, for which a hang may have to be got over. */
	{ "reset-hold", .suspend.gt = xe_reset_hold, .resume.gt = xe_reset_release },
	{ "migrate", .init.tile = xe_migrate_init, .suspend.device = evict_vram },
	{
		"frequency", .init.gt = xe_guc_pc_settle,
		.resume.gt = xe_guc_pc_settle, .post_reset.gt = xe_guc_pc_settle,
	},
	{ "production", .init.gt = production_hw },
	{ "reset", .init.gt = xe_reset_arm },
	{ "coredump", .init.device = xe_coredump_init },
};

static bool is_backwards(enum xe_phase phase)
{
	return phase == XE_PHASE_SUSPEND || phase == XE_PHASE_SLEEP || phase == XE_PHASE_PRE_RESET;
}

static int run_gt(struct xe_gt *gt, int (*func)(struct xe_gt *gt))
{
	/* It is what this one brings. */
	if (!gt->forcewake || func == forcewake_sleep)
		return func(gt);

	CLASS(xe_force_wake, fw)(gt, XE_FW_ALL);
	return fw.domains & XE_FW_GT ? func(gt) : -ETIMEDOUT;
}

static int run_step(struct xe_device *xe, const struct xe_step *step)
{
	struct xe_tile *tile;
	struct xe_gt *gt;
	unsigned int id;
	int err = 0;

	if (step->device)
		err = step->device(xe);
	if (step->tile) {
		for_each_tile(tile, xe, id)
			err = err ?: step->tile(tile);
	}
	if (step->gt) {
		for_each_gt(gt, xe, id)
			err = err ?: run_gt(gt, step->gt);
	}
	return err;
}

static const struct xe_component *component_at(unsigned int i, enum xe_phase phase)
{
	return &components[is_backwards(phase) ? ARRAY_SIZE(components) - 1 - i : i];
}

/**
 * xe_components_run() - one phase of all components
 * @xe: device
 * @phase: which
 *
 * Context: sleeps; the device is awake, or about to be.
 *
 * Return: 0, or the errno of the component that failed, which is logged; what
 * the others before it did is undone by devres when it was initialisation.
 */
int xe_components_run(struct xe_device *xe, enum xe_phase phase)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(components); i++) {
		const struct xe_component *c = component_at(i, phase);

		err = run_step(xe, &c->step[phase]);
		if (!err)
			continue;
		if (err != -EPROBE_DEFER)
			xe_err(xe, "%s failed: %pe\n", c->name, ERR_PTR(err));
		return err;
	}
	return 0;
}

/* Components before the one at @i of a phase that goes down are brought back. */
static int undo(struct xe_device *xe, unsigned int i, enum xe_phase down, enum xe_phase up)
{
	int err = 0;

	while (!err && i--)
		err = run_step(xe, &component_at(i, down)->step[up]);
	return err;
}

/**
 * xe_components_sleep() - all components stop, or none
 * @xe: device
 * @down: XE_PHASE_SUSPEND or XE_PHASE_SLEEP
 * @up: the phase that undoes it
 *
 * When a component fails, those that stopped before it start again. The device is given
 * up when that fails as well, or when the component stopped for a part of the GTs.
 *
 * Context: sleeps; the device is awake.
 *
 * Return: 0, or the errno of the component that failed, which is logged.
 */
int xe_components_sleep(struct xe_device *xe, enum xe_phase down, enum xe_phase up)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(components); i++) {
		const struct xe_component *c = component_at(i, down);

		err = run_step(xe, &c->step[down]);
		if (!err)
			continue;
		xe_err(xe, "%s failed: %pe\n", c->name, ERR_PTR(err));
		if (c->step[down].gt || undo(xe, i, down, up))
			xe_device_declare_wedged(xe);
		return err;
	}
	return 0;
}

/**
 * xe_components_run_gt() - one phase of what a GT has
 * @gt: GT
 * @phase: XE_PHASE_PRE_RESET or XE_PHASE_POST_RESET
 *
 * Context: sleeps; all domains are awake.
 *
 * Return: 0, or the errno of the component that failed, which is logged.
 */
int xe_components_run_gt(struct xe_gt *gt, enum xe_phase phase)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(components); i++) {
		const struct xe_component *c = component_at(i, phase);

		err = c->step[phase].gt ? c->step[phase].gt(gt) : 0;
		if (err) {
			xe_gt_err(gt, "%s failed: %pe\n", c->name, ERR_PTR(err));
			return err;
		}
	}
	return 0;
}
