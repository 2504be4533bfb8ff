// SPDX-License-Identifier: GPL-2.0
/*
 * Additional data: what the firmware must know of the GT before it starts. One
 * buffer in pieces that the first of them points to:
 *
 *	struct head		everything of fixed size
 *	register lists		what an engine reset loses, per engine
 *	golden contexts		the image that a reset context starts from, per class
 *	workarounds		a page of keys and values
 *	private			for the firmware alone
 *
 * All of it is written anew before each start. Rings that hardware fills with
 * page faults are a buffer of their own.
 */
#include <linux/bitfield.h>
#include <linux/sizes.h>

#include <drm/drm_managed.h>

#include "abi/guc_ads.h"
#include "abi/guc_klv.h"
#include "core/xe_log.h"
#include "core/xe_mcr.h"
#include "core/xe_mmio.h"
#include "core/xe_params.h"
#include "core/xe_platform.h"
#include "core/xe_topology.h"
#include "core/xe_wa.h"
#include "gt/xe_ggtt.h"
#include "gt/xe_hw_engine.h"
#include "guc/xe_guc_fw.h"
#include "guc/xe_guc_priv.h"
#include "mem/xe_bo.h"
#include "regs/xe_engine_regs.h"
#include "regs/xe_guc_regs.h"

#define MAX_WORK_ITEMS		15
#define DPC_PROMOTE_US		500000
#define UM_QUEUE_BYTES		SZ_64K
#define SCRATCH_DWORDS		16
#define KLV_DWORDS		(SZ_4K / sizeof(u32))
#define EXTRA_REGS		4
#define MAX_REGS		(XE_NUM_ENGINES * (XE_WA_MAX_WRITES + EXTRA_REGS))
/* The per-process status page in front of a context image, and the register list it begins with. */
#define PPHWSP_BYTES		SZ_4K
#define REG_STATE_BYTES		(96 * sizeof(u32))
/* Classes that can have capture lists. */
#define CAPTURE_CLASSES		6

/* struct head - the part of fixed size; @root is where the boot parameter points */
struct head {
	struct guc_ads_root root;
	struct guc_policies policies;
	struct guc_system_info info;
	struct guc_um_init um __aligned(64);
	/** @no_capture: a list without registers */
	u32 no_capture[16] __aligned(64);
	/** @scratch: payload of messages that are too long for the channel */
	u32 scratch[SCRATCH_DWORDS] __aligned(64);
	struct guc_reg_entry regs[MAX_REGS] __aligned(SZ_4K);
};

struct xe_guc_ads {
	struct xe_bo *bo, *um_bo;
	/** @ggtt: address of @bo */
	u32 ggtt;
	/** @golden, @klv, @private: offsets in @bo, whole pages */
	u32 golden, klv, private;
	/** @head: put together here, then copied: @bo may be in VRAM, starts do not allocate */
	struct head *head;
	struct xe_wa_write wa[XE_WA_MAX_WRITES];
	u32 klv_list[64];
};

static size_t golden_bytes(struct xe_gt *gt, enum xe_engine_class cls)
{
	return PAGE_ALIGN(PPHWSP_BYTES + xe_lrc_image_size(gt, cls));
}

/* Rings for page faults, where the hardware has them. */
static int init_um(struct xe_guc *guc, struct xe_guc_ads *ads)
{
	const u32 size = GUC_UM_QUEUES * UM_QUEUE_BYTES;
	struct xe_gt *gt = guc->gt;
	const struct xe_ip *ip = xe_ip_find(gt->type == XE_GT_MEDIA, gt->ip_ver);
	struct xe_bo *bo;
	bool is_vram;
	u64 contig;

	if (!ip || !ip->has_usm)
		return 0;

	bo = xe_ggtt_create_bo_managed(gt->tile, size,
				       XE_BO_VRAM_IF_DGFX(gt->tile) | XE_BO_UNCACHED);
	if (IS_ERR(bo))
		return PTR_ERR(bo);
	/* It is addressed physically, from its first byte on. */
	xe_bo_addr(bo, 0, &is_vram, &contig);
	if (contig < size) {
		xe_gt_err(gt, "no contiguous memory for page faults: %llu bytes of %u\n", contig,
			  size);
		return -ENOMEM;
	}
	ads->um_bo = bo;
	return 0;
}

/**
 * xe_guc_ads_init() - memory for all that may ever be needed
 * @guc: firmware with an image
 *
 * Context: sleeps.
 *
 * Return: 0, -ENOMEM, -ENOSPC.
 */
int xe_guc_ads_init(struct xe_guc *guc)
{
	struct xe_tile *tile = guc->gt->tile;
	struct xe_guc_ads *ads;
	size_t size;

	ads = drmm_kzalloc(&tile->xe->drm, sizeof(*ads), GFP_KERNEL);
	if (!ads)
		return -ENOMEM;
	ads->head = drmm_kzalloc(&tile->xe->drm, sizeof(*ads->head), GFP_KERNEL);
	if (!ads->head)
		return -ENOMEM;

	/* Engines are not known yet: room for every class. */
	ads->golden = PAGE_ALIGN(sizeof(struct head));
	ads->klv = ads->golden;
	for (int cls = 0; cls < XE_CLASS_MAX; cls++)
		ads->klv += golden_bytes(guc->gt, cls);
	ads->private = ads->klv + KLV_DWORDS * sizeof(u32);
	size = ads->private + PAGE_ALIGN(xe_guc_fw_image(guc)->private_data_size);

	ads->bo = xe_ggtt_create_bo_managed(tile, size, XE_BO_VRAM_IF_DGFX(tile));
	if (IS_ERR(ads->bo))
		return PTR_ERR(ads->bo);
	ads->ggtt = xe_ggtt_addr(tile, ads->bo);
	guc->ads = ads;
	return init_um(guc, ads);
}

/**
 * xe_guc_ads_addr() - where the additional data is
 * @guc: firmware with an ADS
 *
 * Context: any.
 *
 * Return: GGTT address.
 */
u32 xe_guc_ads_addr(struct xe_guc *guc)
{
	return guc->ads->ggtt;
}

/**
 * xe_guc_ads_scratch() - put the payload of a message where the firmware can read it
 * @guc: firmware with an ADS
 * @data: payload
 * @dwords: its length, at most 16
 *
 * Valid until the next call. Only the start sequence calls it.
 *
 * Context: any.
 *
 * Return: GGTT address.
 */
u32 xe_guc_ads_scratch(struct xe_guc *guc, const u32 *data, unsigned int dwords)
{
	struct xe_guc_ads *ads = guc->ads;

	dwords = min(dwords, SCRATCH_DWORDS);
	iosys_map_memcpy_to(&ads->bo->vmap, offsetof(struct head, scratch), data,
			    dwords * sizeof(u32));
	xe_device_wmb(gt_to_xe(guc->gt));
	return ads->ggtt + offsetof(struct head, scratch);
}

/* ---- the pieces --------------------------------------------------------- */

static void fill_policies(struct guc_policies *policies)
{
	policies->dpc_promote_us = DPC_PROMOTE_US;
	policies->max_work_items = MAX_WORK_ITEMS;
	if (xe_params.wedged_mode == XE_WEDGED_ANY_HANG)
		policies->flags = GUC_POLICY_NO_ENGINE_RESET;
	policies->is_valid = 1;
}

static void fill_info(struct xe_guc *guc, struct guc_system_info *info)
{
	struct xe_gt *gt = guc->gt;
	struct xe_hw_engine *hwe;

	memset(info->mapping, GUC_MAX_INSTANCES, sizeof(info->mapping));
	if (!gt_to_xe(gt)->platform->is_dgfx)
		info->generic[GUC_SYSINFO_DOORBELLS] = 1 +
			FIELD_GET(GUC_DOORBELLS_PER_SQIDI,
				  xe_mmio_read32(&gt->mmio, GUC_DIST_DBS_POPULATED));
	if (!guc->full)
		return;

	for_each_engine(hwe, gt) {
		u8 cls = xe_guc_class(hwe->cls);

		info->mapping[cls][hwe->logical] = hwe->instance;
		info->enabled[cls] |= BIT(hwe->instance);
	}
}

static u32 steering_flags(struct xe_gt *gt)
{
	unsigned int dss = find_first_bit(gt->topology->dss_compute, XE_MAX_DSS);
	u32 group, instance;

	if (dss == XE_MAX_DSS)
		dss = find_first_bit(gt->topology->dss_geometry, XE_MAX_DSS);
	if (dss == XE_MAX_DSS)
		return 0;
	xe_mcr_dss_target(gt, dss, &group, &instance);
	return GUC_REG_STEER | FIELD_PREP(GUC_REG_STEER_GROUP, group) |
	       FIELD_PREP(GUC_REG_STEER_INSTANCE, instance);
}

static void add_reg(struct head *head, u32 *n, struct xe_reg reg, u32 flags)
{
	if (WARN_ON_ONCE(*n == MAX_REGS))
		return;
	head->regs[(*n)++] = (struct guc_reg_entry){
		.offset = reg.addr,
		.flags = flags | (reg.masked ? GUC_REG_MASKED : 0),
	};
}

/* Wa_16023105232 programs the idle delay, which is then ours to preserve. */
static bool saves_idle_delay(struct xe_gt *gt)
{
	return gt->ip_ver >= (gt->type == XE_GT_MEDIA ? 1301 : 2001);
}

static void fill_engine_regs(struct xe_guc *guc, struct xe_hw_engine *hwe, u32 *n)
{
	struct xe_guc_ads *ads = guc->ads;
	struct head *head = ads->head;
	const struct xe_wa_engine e = {
		.cls = hwe->cls,
		.instance = hwe->instance,
		.base = hwe->mmio_base,
		.first = xe_engine_is_first_rcs_ccs(hwe),
	};
	unsigned int wa = xe_wa_for_engine(guc->gt, XE_WA_ENGINE, &e, ads->wa);

	for (unsigned int i = 0; i < wa; i++)
		add_reg(head, n, ads->wa[i].reg, ads->wa[i].mcr ? steering_flags(guc->gt) : 0);
	add_reg(head, n, RING_HWS_PGA(hwe->mmio_base), 0);
	add_reg(head, n, RING_IMR(hwe->mmio_base), 0);
	if (saves_idle_delay(guc->gt))
		add_reg(head, n, RING_IDLEDLY(hwe->mmio_base), 0);
}

static void fill_regs(struct xe_guc *guc)
{
	struct head *head = guc->ads->head;
	struct xe_hw_engine *hwe;
	u32 n = 0;

	for_each_engine(hwe, guc->gt) {
		u32 begin = n;

		fill_engine_regs(guc, hwe, &n);
		head->root.regs[xe_guc_class(hwe->cls)][hwe->instance] = (struct guc_reg_list){
			.address = guc->ads->ggtt + offsetof(struct head, regs) +
				   begin * sizeof(struct guc_reg_entry),
			.count = n - begin,
		};
	}
}

/* Where each class's golden context is; its contents come later. */
static void fill_golden(struct xe_guc *guc)
{
	struct guc_ads_root *root = &guc->ads->head->root;
	u32 at = guc->ads->ggtt + guc->ads->golden;

	for (int cls = 0; cls < XE_CLASS_MAX; cls++) {
		if (xe_engine_class_mask_logical(guc->gt, cls, false)) {
			root->golden[xe_guc_class(cls)] = at;
			root->engine_state_size[xe_guc_class(cls)] =
				xe_lrc_image_size(guc->gt, cls) - REG_STATE_BYTES;
		}
		at += golden_bytes(guc->gt, cls);
	}
}

/* Registers of a hung engine are read by us: every list is the empty one. */
static void fill_capture(struct xe_guc *guc)
{
	struct guc_ads_root *root = &guc->ads->head->root;
	u32 none = guc->ads->ggtt + offsetof(struct head, no_capture);

	for (int owner = 0; owner < ARRAY_SIZE(root->capture_global); owner++) {
		root->capture_global[owner] = none;
		for (int cls = 0; cls < CAPTURE_CLASSES; cls++) {
			root->capture_class[owner][cls] = none;
			root->capture_instance[owner][cls] = none;
		}
	}
}

static void fill_um(struct xe_guc *guc)
{
	struct xe_guc_ads *ads = guc->ads;
	struct guc_um_init *um = &ads->head->um;
	u32 ggtt;
	u64 dpa;

	if (!ads->um_bo)
		return;
	ggtt = xe_ggtt_addr(guc->gt->tile, ads->um_bo);
	dpa = xe_bo_addr(ads->um_bo, 0, NULL, NULL);

	um->reply_timeout_us = U64_MAX;
	/* Access counters are not used. */
	for (u32 i = GUC_UM_FAULT; i <= GUC_UM_FAULT_REPLY; i++)
		um->queue[i] = (struct guc_um_queue){
			.dpa = dpa + i * UM_QUEUE_BYTES,
			.ggtt = ggtt + i * UM_QUEUE_BYTES,
			.size = UM_QUEUE_BYTES,
		};
	ads->head->root.um_init = ads->ggtt + offsetof(struct head, um);
}

static void write_workarounds(struct xe_guc *guc)
{
	struct xe_guc_ads *ads = guc->ads;
	struct guc_ads_root *root = &ads->head->root;
	unsigned int n = xe_guc_klv_workarounds(guc, ads->klv_list, ARRAY_SIZE(ads->klv_list));

	if (!n)
		return;
	iosys_map_memcpy_to(&ads->bo->vmap, ads->klv, ads->klv_list, n * sizeof(u32));
	root->wa_klv_lo = ads->ggtt + ads->klv;
	root->wa_klv_size = n * sizeof(u32);
}

/**
 * xe_guc_ads_populate() - write all of it anew
 * @guc: firmware that does not run; &xe_guc.full says whether there are engines
 *
 * Context: GT awake; nothing is allocated.
 */
void xe_guc_ads_populate(struct xe_guc *guc)
{
	struct xe_guc_ads *ads = guc->ads;
	struct head *head = ads->head;

	memset(head, 0, sizeof(*head));
	iosys_map_memset(&ads->bo->vmap, 0, 0, xe_bo_size(ads->bo));

	fill_policies(&head->policies);
	fill_info(guc, &head->info);
	head->root.policies = ads->ggtt + offsetof(struct head, policies);
	head->root.system_info = ads->ggtt + offsetof(struct head, info);
	head->root.private_data = ads->ggtt + ads->private;
	if (guc->full) {
		fill_regs(guc);
		fill_golden(guc);
		fill_capture(guc);
		fill_um(guc);
		write_workarounds(guc);
	}
	iosys_map_memcpy_to(&ads->bo->vmap, 0, head, sizeof(*head));
	xe_guc_ads_populate_golden(guc);
}

/**
 * xe_guc_ads_populate_golden() - copy the golden contexts that have been recorded
 * @guc: firmware; may run
 *
 * Context: any.
 */
void xe_guc_ads_populate_golden(struct xe_guc *guc)
{
	struct xe_guc_ads *ads = guc->ads;
	u32 at = ads->golden + PPHWSP_BYTES;

	if (!guc->full)
		return;
	for (int cls = 0; cls < XE_CLASS_MAX; cls++) {
		const void *image = xe_engine_golden(guc->gt, cls);

		if (image)
			iosys_map_memcpy_to(&ads->bo->vmap, at, image,
					    xe_lrc_image_size(guc->gt, cls));
		at += golden_bytes(guc->gt, cls);
	}
	xe_device_wmb(gt_to_xe(guc->gt));
}
