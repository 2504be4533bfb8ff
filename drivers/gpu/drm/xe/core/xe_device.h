/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_DEVICE_H_
#define _XE_DEVICE_H_

#include <linux/bitops.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/xarray.h>

#include <drm/drm_device.h>
#include <drm/drm_file.h>
#include <drm/ttm/ttm_device.h>

struct pci_dev;
struct workqueue_struct;

struct xe_addr_space;		/* core/xe_addr_space.h */
struct xe_bo;			/* mem/xe_bo.h */
struct xe_fake_hw;		/* core/xe_mmio.h: KUnit tests */
struct xe_ggtt;			/* gt/xe_ggtt.c */
struct xe_gt;
struct xe_guc;			/* guc/xe_guc.c */
struct xe_gt_reset;		/* xe_reset.c */
struct xe_guc_submit;		/* submit/xe_guc_submit.c */
struct xe_coredump;		/* sys/xe_coredump.c */
struct xe_hang;			/* submit/xe_exec_queue.h */
struct xe_hw_engine;		/* gt/xe_hw_engine.h */
struct xe_ip;			/* core/xe_platform.h */
struct xe_irq;			/* core/xe_irq.c */
struct xe_migrate;		/* migrate/xe_migrate.c */
struct xe_bb_pool;		/* gt/xe_bb.c */
struct xe_platform;		/* core/xe_platform.h */
struct xe_tlb_inval;		/* gt/xe_tlb_inval.c */
struct xe_topology;		/* core/xe_topology.h */
struct xe_forcewake;		/* core/xe_force_wake.c */
struct xe_mcr;			/* core/xe_mcr.c */
struct xe_shrinker;		/* mem/xe_shrinker.c */
struct xe_fence_irq;		/* gt/xe_hw_fence.c */
struct xe_vram;			/* mem/xe_vram.c */
struct xe_vm_table;		/* vm/xe_vm.c: ASID to VM */
struct xe_gt_engines;		/* gt/xe_engines.c */

#define XE_MAX_TILES		2
#define XE_MAX_GTS_PER_TILE	2
#define XE_MAX_GTS		(XE_MAX_TILES * XE_MAX_GTS_PER_TILE)

/**
 * struct xe_mmio - a register window
 * @regs: base of the tile's 16 MiB window
 * @adj_limit: offsets below are the GT's own
 * @adj_offset: added to offsets below @adj_limit (media GT)
 * @xe: device, for logging and for the all-ones check
 */
struct xe_mmio {
	struct xe_device *xe;
	void __iomem *regs;
	u32 adj_limit;
	u32 adj_offset;
};

/* enum xe_gt_type - main: render, compute, copy; media: video, video enhance */
enum xe_gt_type {
	XE_GT_MAIN,
	XE_GT_MEDIA,
};

/**
 * struct xe_gt - a graphics technology block: engines and the GuC that feeds them
 *
 * Each member below belongs to the file named beside its type; nobody else looks
 * inside.
 */
struct xe_gt {
	/** @tile: the tile it is on */
	struct xe_tile *tile;
	/**
	 * @id: device-wide, as userspace sees it: 2 * tile + (media ? 1 : 0) where there is a
	 * media GT, else tile
	 */
	u8 id;
	/** @type: main or media */
	enum xe_gt_type type;
	/** @ip_ver: graphics or media version times 100: 1260, 2001, 1301 */
	u16 ip_ver;
	/** @ip: its row: what the IP version brings */
	const struct xe_ip *ip;
	/** @step: hardware stepping, 0 A0, 4 B0, 8 C0 ... in stepping order */
	u8 step;
	/** @mmio: register window with the GT's offset */
	struct xe_mmio mmio;
	/** @clock_hz: of the command streamer's timestamp */
	u32 clock_hz;
	/** @base_period_ps: of the clock that idle delays are counted in */
	u32 base_period_ps;
	/** @engine_mask: engines of the platform that are not fused off, by enum xe_engine_id */
	u64 engine_mask;

	/** @forcewake: core/xe_force_wake.c */
	struct xe_forcewake *forcewake;
	/** @mcr: core/xe_mcr.c */
	struct xe_mcr *mcr;
	/** @stats: core/xe_stats.c */
	struct xe_gt_stats __percpu *stats;
	/** @topology: core/xe_topology.h */
	struct xe_topology *topology;
	/** @engines: gt/xe_engines.c */
	struct xe_gt_engines *engines;
	/** @fence_irq: gt/xe_hw_fence.c */
	struct xe_fence_irq *fence_irq;
	/** @guc: guc/ */
	struct xe_guc *guc;
	/** @tlb_inval: gt/xe_tlb_inval.c */
	struct xe_tlb_inval *tlb_inval;
	/** @reset: xe_reset.c */
	struct xe_gt_reset *reset;
	/** @submit: GuC submission state (submit/xe_guc_submit.c) */
	struct xe_guc_submit *submit;
	/** @sysfs: .../device/tileN/gtX */
	struct kobject *sysfs;
};

/* struct xe_tile - one die with its own VRAM, GGTT and GTs */
struct xe_tile {
	struct xe_device *xe;
	/** @id: 0.. */
	u8 id;
	/** @mmio: register window without a GT's offset */
	struct xe_mmio mmio;
	/** @pcode_lock: one mailbox exchange at a time */
	struct mutex pcode_lock;
	/** @vram: its memory region, NULL on integrated devices */
	struct xe_vram *vram;
	struct xe_ggtt *ggtt;
	struct xe_gt *primary_gt;
	/** @media_gt: NULL where the platform has none */
	struct xe_gt *media_gt;
	/** @kernel_bb_pool: small GGTT-mapped batches of the kernel */
	struct xe_bb_pool *kernel_bb_pool;
	struct xe_migrate *migrate;
	struct kobject *sysfs;
};

/**
 * struct xe_device - one PCI function
 *
 * Lives as long as its &drm_device (drmm_); what touches hardware goes away with
 * the PCI device (devm_).
 */
struct xe_device {
	/** @drm: base */
	struct drm_device drm;
	/** @platform: what is true of every device of this kind */
	const struct xe_platform *platform;
	/** @devid: PCI device id */
	u16 devid;
	/** @revid: PCI revision */
	u8 revid;
	/** @fake: what a KUnit test puts in place of the PCI function, else NULL */
	const struct xe_fake_hw *fake;
	/**
	 * @has_flat_ccs: compression metadata is on; set by the VRAM probe, which knows the
	 * fuse
	 */
	bool has_flat_ccs;
	/** @tile_count: tiles in use, at most XE_MAX_TILES */
	u8 tile_count;
	/** @gt_count: GTs in use */
	u8 gt_count;
	/** @tiles: the first @tile_count are there */
	struct xe_tile tiles[XE_MAX_TILES];

	/** @ttm: memory management, mem/ */
	struct ttm_device ttm;
	/** @validate_lock: mem/xe_validate.c */
	struct rw_semaphore validate_lock;
	/** @shrinker: mem/xe_shrinker.c */
	struct xe_shrinker *shrinker;
	/** @saved_bos: mem/xe_bo_save.c; only the sleep and wake-up of the system touch it */
	struct list_head saved_bos;
	/** @irq: core/xe_irq.c */
	struct xe_irq *irq;
	/** @vms: vm/ */
	struct xe_vm_table *vms;

	/** @reset_wq: resets, one at a time; what they wait for must run elsewhere */
	struct workqueue_struct *reset_wq;
	/** @user_fence_wq: stores to user memory, in order; a page fault may hold them up */
	struct workqueue_struct *user_fence_wq;
	/** @unordered_wq: everything else */
	struct workqueue_struct *unordered_wq;
	/** @destroy_wq: releases that sleep and are reached from fence signalling */
	struct workqueue_struct *destroy_wq;

	/** @wedged: the device is given up: every submission answers -ECANCELED */
	atomic_t wedged;
	/**
	 * @on_wedged: ends what runs; handed in by the reset code, called once, in any context
	 * that sleeps
	 */
	void (*on_wedged)(struct xe_device *xe);
	/** @coredump: sys/ */
	struct xe_coredump *coredump;
	/**
	 * @on_hang: is told of jobs that are ended for a hang, or NULL; from sys/. Context:
	 * process, fence signalling
	 */
	void (*on_hang)(struct xe_device *xe, const struct xe_hang *hang);
};

static inline struct xe_device *to_xe_device(const struct drm_device *dev)
{
	return container_of(dev, struct xe_device, drm);
}

static inline struct xe_device *gt_to_xe(const struct xe_gt *gt)
{
	return gt->tile->xe;
}

static inline struct xe_tile *xe_device_root_tile(struct xe_device *xe)
{
	return &xe->tiles[0];
}

static inline bool xe_device_wedged(struct xe_device *xe)
{
	return atomic_read(&xe->wedged);
}

/* xe_device_init() - software state of a device whose platform is known; drmm_ */
int xe_device_init(struct xe_device *xe, const struct xe_platform *platform, u16 devid, u8 revid);
/*
 * xe_device_probe_ip() - tiles, IP versions, steppings, GTs; registers are mapped. -ENODEV,
 * -ENOMEM
 */
int xe_device_probe_ip(struct xe_device *xe);
/* xe_device_declare_wedged() - give the device up; once */
void xe_device_declare_wedged(struct xe_device *xe);
int xe_device_module_init(void);
void xe_device_module_exit(void);
/* xe_device_flush_destroy() - all queued releases have run */
void xe_device_flush_destroy(void);

/* xe_device_gt() - by the id that userspace sees; NULL: none */
struct xe_gt *xe_device_gt(struct xe_device *xe, unsigned int gt_id);

#define for_each_tile(tile__, xe__, id__) \
	for ((id__) = 0, (tile__) = (xe__)->tiles; \
	     (id__) < (xe__)->tile_count; (id__)++, (tile__)++)

/* GT ids may have holes; in id order. */
#define for_each_gt(gt__, xe__, id__) \
	for ((id__) = 0; (id__) < XE_MAX_GTS; (id__)++) \
		for_each_if((gt__) = xe_device_gt((xe__), (id__)))

#endif
