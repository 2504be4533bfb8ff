// SPDX-License-Identifier: GPL-2.0
/*
 * DEVICE_QUERY: one row per query. Userspace first asks with size 0 how large the
 * answer is, then for the answer; any other size is an error.
 */
#include "uapi/xe_query.h"

#include <linux/capability.h>
#include <linux/export.h>
#include <linux/nospec.h>
#include <linux/sched/clock.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>

#include <drm/drm_file.h>
#include <drm/ttm/ttm_resource.h>
#include <uapi/drm/xe_drm.h>

#include <kunit/visibility.h>

#include "core/xe_force_wake.h"
#include "core/xe_log.h"
#include "core/xe_mmio.h"
#include "core/xe_platform.h"
#include "core/xe_rpm.h"
#include "core/xe_topology.h"
#include "gt/xe_hw_engine.h"
#include "guc/xe_guc.h"
#include "mem/xe_bo.h"
#include "mem/xe_vram.h"
#include "regs/xe_engine_regs.h"
#include "submit/xe_exec_queue.h"
#include "uapi/xe_uapi.h"

static const u16 user_class[XE_CLASS_MAX] = {
	[XE_CLASS_RENDER] = DRM_XE_ENGINE_CLASS_RENDER,
	[XE_CLASS_COPY] = DRM_XE_ENGINE_CLASS_COPY,
	[XE_CLASS_VIDEO_DECODE] = DRM_XE_ENGINE_CLASS_VIDEO_DECODE,
	[XE_CLASS_VIDEO_ENHANCE] = DRM_XE_ENGINE_CLASS_VIDEO_ENHANCE,
	[XE_CLASS_COMPUTE] = DRM_XE_ENGINE_CLASS_COMPUTE,
};

static const enum xe_engine_class hw_class[] = {
	[DRM_XE_ENGINE_CLASS_RENDER] = XE_CLASS_RENDER,
	[DRM_XE_ENGINE_CLASS_COPY] = XE_CLASS_COPY,
	[DRM_XE_ENGINE_CLASS_VIDEO_DECODE] = XE_CLASS_VIDEO_DECODE,
	[DRM_XE_ENGINE_CLASS_VIDEO_ENHANCE] = XE_CLASS_VIDEO_ENHANCE,
	[DRM_XE_ENGINE_CLASS_COMPUTE] = XE_CLASS_COMPUTE,
};

/* ---- engines ---- */

/**
 * xe_query_engines_size() - size of the list of engines
 * @engines: how many userspace may use
 *
 * Return: bytes.
 */
size_t xe_query_engines_size(unsigned int engines)
{
	return struct_size_t(struct drm_xe_query_engines, engines, engines);
}
EXPORT_SYMBOL_IF_KUNIT(xe_query_engines_size);

static ssize_t engines_size(struct xe_device *xe)
{
	struct xe_hw_engine *hwe;
	unsigned int id, n = 0;
	struct xe_gt *gt;

	for_each_gt(gt, xe, id)
		for_each_engine(hwe, gt)
			n += !hwe->reserved && hwe->cls != XE_CLASS_OTHER;
	return xe_query_engines_size(n);
}

static int fill_engines(struct xe_device *xe, void *data)
{
	struct drm_xe_query_engines *q = data;
	struct xe_hw_engine *hwe;
	struct xe_gt *gt;
	unsigned int id;

	for_each_gt(gt, xe, id) {
		for_each_engine(hwe, gt) {
			if (hwe->reserved || hwe->cls == XE_CLASS_OTHER)
				continue;
			q->engines[q->num_engines++].instance =
				(struct drm_xe_engine_class_instance){
					.engine_class = user_class[hwe->cls],
					.engine_instance = hwe->logical,
					.gt_id = gt->id,
				};
		}
	}
	return 0;
}

/* ---- memory ---- */

/**
 * xe_query_mem_regions_size() - size of the list of memory regions
 * @vram_regions: besides system memory
 *
 * Return: bytes.
 */
size_t xe_query_mem_regions_size(unsigned int vram_regions)
{
	return struct_size_t(struct drm_xe_query_mem_regions, mem_regions, 1 + vram_regions);
}
EXPORT_SYMBOL_IF_KUNIT(xe_query_mem_regions_size);

static ssize_t mem_regions_size(struct xe_device *xe)
{
	struct xe_tile *tile;
	unsigned int id, n = 0;

	for_each_tile(tile, xe, id)
		n += !!tile->vram;
	return xe_query_mem_regions_size(n);
}

/* A region's instance is its bit in placement masks: 0 for system memory, 1 + tile for VRAM. */
static int fill_mem_regions(struct xe_device *xe, void *data)
{
	struct ttm_resource_manager *man = ttm_manager_type(&xe->ttm, XE_PL_TT);
	struct drm_xe_query_mem_regions *q = data;
	struct drm_xe_mem_region *r = q->mem_regions;
	struct xe_tile *tile;
	unsigned int id;

	*r++ = (struct drm_xe_mem_region){
		.mem_class = DRM_XE_MEM_REGION_CLASS_SYSMEM,
		.min_page_size = PAGE_SIZE,
		.total_size = man->size,
		.used = ttm_resource_manager_usage(man),
	};
	for_each_tile(tile, xe, id) {
		const struct xe_vram_info *info;

		if (!tile->vram)
			continue;
		info = xe_vram_info(tile);
		*r = (struct drm_xe_mem_region){
			.mem_class = DRM_XE_MEM_REGION_CLASS_VRAM,
			.instance = 1 + id,
			.min_page_size = xe_vram_page_size(xe),
			.total_size = info->usable,
			.cpu_visible_size = info->visible,
		};
		r->used = xe_vram_usage(tile, &r->cpu_visible_used);
		r++;
	}
	q->num_mem_regions = r - q->mem_regions;
	return 0;
}

/* ---- configuration ---- */

#define CONFIG(name)	DRM_XE_QUERY_CONFIG_##name

/**
 * xe_query_config_size() - size of the configuration
 *
 * Return: bytes.
 */
size_t xe_query_config_size(void)
{
	return struct_size_t(struct drm_xe_query_config, info,
			     CONFIG(MAX_EXEC_QUEUE_PRIORITY) + 1);
}
EXPORT_SYMBOL_IF_KUNIT(xe_query_config_size);

static ssize_t config_size(struct xe_device *xe)
{
	return xe_query_config_size();
}

static u64 config_flags(struct xe_device *xe)
{
	struct xe_tile *root = xe_device_root_tile(xe);
	u64 flags = CONFIG(FLAG_HAS_LOW_LATENCY) | CONFIG(FLAG_HAS_PURGING_SUPPORT) |
		    CONFIG(FLAG_HAS_DISABLE_STATE_CACHE_PERF_FIX);

	if (root->vram)
		flags |= CONFIG(FLAG_HAS_VRAM);
	if (root->primary_gt->ip_ver >= 2000)
		flags |= CONFIG(FLAG_HAS_NO_COMPRESSION_HINT);
	return flags;
}

static int fill_config(struct xe_device *xe, void *data)
{
	struct drm_xe_query_config *q = data;

	q->num_params = CONFIG(MAX_EXEC_QUEUE_PRIORITY) + 1;
	q->info[CONFIG(REV_AND_DEVICE_ID)] = xe->devid | xe->revid << 16;
	q->info[CONFIG(FLAGS)] = config_flags(xe);
	q->info[CONFIG(MIN_ALIGNMENT)] = xe_vram_page_size(xe);
	q->info[CONFIG(VA_BITS)] = xe->platform->va_bits;
	q->info[CONFIG(MAX_EXEC_QUEUE_PRIORITY)] = capable(CAP_SYS_NICE) ? XE_PRIO_HIGH :
									   XE_PRIO_NORMAL;
	return 0;
}

/* ---- GTs ---- */

/**
 * xe_query_gt_list_size() - size of the list of GTs
 * @gts: how many there are
 *
 * Return: bytes.
 */
size_t xe_query_gt_list_size(unsigned int gts)
{
	return struct_size_t(struct drm_xe_query_gt_list, gt_list, gts);
}
EXPORT_SYMBOL_IF_KUNIT(xe_query_gt_list_size);

static ssize_t gt_list_size(struct xe_device *xe)
{
	return xe_query_gt_list_size(xe->gt_count);
}

static u64 all_regions(struct xe_device *xe)
{
	struct xe_tile *tile;
	u64 mask = BIT(0);
	unsigned int id;

	for_each_tile(tile, xe, id)
		if (tile->vram)
			mask |= BIT(1 + id);
	return mask;
}

static int fill_gt_list(struct xe_device *xe, void *data)
{
	struct drm_xe_query_gt_list *q = data;
	struct xe_gt *gt;
	unsigned int id;

	for_each_gt(gt, xe, id) {
		struct drm_xe_gt *out = &q->gt_list[q->num_gt++];

		out->type = gt->type == XE_GT_MEDIA ? DRM_XE_QUERY_GT_TYPE_MEDIA :
						      DRM_XE_QUERY_GT_TYPE_MAIN;
		out->tile_id = gt->tile->id;
		out->gt_id = gt->id;
		out->reference_clock = gt->clock_hz;
		out->near_mem_regions = gt->tile->vram ? BIT(1 + gt->tile->id) : BIT(0);
		out->far_mem_regions = all_regions(xe) & ~out->near_mem_regions;
		/* As the identification register says, on platforms that have one. */
		if (xe->platform->has_gmdid) {
			out->ip_ver_major = gt->ip_ver / 100;
			out->ip_ver_minor = gt->ip_ver % 100;
			out->ip_ver_rev = gt->step;
		}
	}
	return 0;
}

/* ---- the firmware's description of the hardware ---- */

static ssize_t hwconfig_size(struct xe_device *xe)
{
	size_t size = 0;

	return xe_guc_hwconfig(xe, &size) ? size : 0;
}

static int fill_hwconfig(struct xe_device *xe, void *data)
{
	size_t size;
	const void *table = xe_guc_hwconfig(xe, &size);

	if (table)
		memcpy(data, table, size);
	return 0;
}

/* ---- topology ---- */

#define TOPO_BYTES(field)	sizeof_field(struct xe_topology, field)

/**
 * xe_query_topology_size() - size of the list of masks
 * @gts: GTs, each with masks of geometry and compute subslices and of EUs
 * @l3: GTs that have a mask of L3 banks as well
 *
 * Return: bytes.
 */
size_t xe_query_topology_size(unsigned int gts, unsigned int l3)
{
	const size_t head = sizeof(struct drm_xe_query_topology_mask);

	return gts * (3 * head + TOPO_BYTES(dss_geometry) + TOPO_BYTES(dss_compute) +
		      TOPO_BYTES(eu_per_dss)) +
	       l3 * (head + TOPO_BYTES(l3_banks));
}
EXPORT_SYMBOL_IF_KUNIT(xe_query_topology_size);

/* Media GTs from Xe3 on have nothing to say about L3. */
static bool reports_l3(const struct xe_gt *gt)
{
	return gt->type != XE_GT_MEDIA || gt->ip_ver < 3000;
}

static ssize_t topology_size(struct xe_device *xe)
{
	unsigned int id, gts = 0, l3 = 0;
	struct xe_gt *gt;

	for_each_gt(gt, xe, id) {
		gts++;
		l3 += reports_l3(gt);
	}
	return xe_query_topology_size(gts, l3);
}

static void *put_mask(void *out, const struct xe_gt *gt, u16 type, const void *mask, size_t bytes)
{
	struct drm_xe_query_topology_mask *head = out;

	head->gt_id = gt->id;
	head->type = type;
	head->num_bytes = bytes;
	memcpy(head->mask, mask, bytes);
	return out + sizeof(*head) + bytes;
}

static int fill_topology(struct xe_device *xe, void *out)
{
	struct xe_gt *gt;
	unsigned int id;

	for_each_gt(gt, xe, id) {
		const struct xe_topology *t = gt->topology;

		out = put_mask(out, gt, DRM_XE_TOPO_DSS_GEOMETRY, t->dss_geometry,
			       sizeof(t->dss_geometry));
		out = put_mask(out, gt, DRM_XE_TOPO_DSS_COMPUTE, t->dss_compute,
			       sizeof(t->dss_compute));
		if (reports_l3(gt))
			out = put_mask(out, gt, DRM_XE_TOPO_L3_BANK, t->l3_banks,
				       sizeof(t->l3_banks));
		out = put_mask(out, gt, t->eu_simd16 ? DRM_XE_TOPO_SIMD16_EU_PER_DSS :
						       DRM_XE_TOPO_EU_PER_DSS,
			       t->eu_per_dss, sizeof(t->eu_per_dss));
	}
	return 0;
}

/* ---- engine and CPU time ---- */

static ssize_t engine_cycles_size(struct xe_device *xe)
{
	return sizeof(struct drm_xe_query_engine_cycles);
}

typedef u64 (*clock_fn)(void);

static clock_fn cpu_clock_of(clockid_t id)
{
	switch (id) {
	case CLOCK_MONOTONIC:
		return ktime_get_ns;
	case CLOCK_MONOTONIC_RAW:
		return ktime_get_raw_ns;
	case CLOCK_REALTIME:
		return ktime_get_real_ns;
	case CLOCK_BOOTTIME:
		return ktime_get_boottime_ns;
	case CLOCK_TAI:
		return ktime_get_clocktai_ns;
	default:
		return NULL;
	}
}

static void read_times(struct xe_hw_engine *hwe, clock_fn cpu_clock,
		       struct drm_xe_query_engine_cycles *q)
{
	const struct xe_reg lo = RING_TIMESTAMP(hwe->mmio_base);
	const struct xe_reg hi = RING_TIMESTAMP_UDW(hwe->mmio_base);
	struct xe_mmio *mmio = &hwe->gt->mmio;
	u32 upper = xe_mmio_read32(mmio, hi), before, lower;
	unsigned int tries = 3;
	u64 start;

	/* Read again when the lower half went round in between. */
	do {
		before = upper;
		start = local_clock();
		q->cpu_timestamp = cpu_clock();
		lower = xe_mmio_read32(mmio, lo);
		q->cpu_delta = local_clock() - start;
		upper = xe_mmio_read32(mmio, hi);
	} while (upper != before && --tries);
	q->engine_cycles = (u64)upper << 32 | lower;
}

static struct xe_hw_engine *find_engine(struct xe_device *xe,
					const struct drm_xe_engine_class_instance *eci)
{
	struct xe_gt *gt;
	u16 cls;

	if (eci->gt_id >= XE_MAX_GTS || eci->engine_class >= ARRAY_SIZE(hw_class))
		return NULL;
	gt = xe_device_gt(xe, array_index_nospec(eci->gt_id, XE_MAX_GTS));
	if (!gt)
		return NULL;
	cls = array_index_nospec(eci->engine_class, ARRAY_SIZE(hw_class));
	return xe_engine_lookup(gt, hw_class[cls], eci->engine_instance, true);
}

static int fill_engine_cycles(struct xe_device *xe, void *data)
{
	struct drm_xe_query_engine_cycles *q = data;
	clock_fn cpu_clock = cpu_clock_of(q->clockid);
	struct xe_hw_engine *hwe = find_engine(xe, &q->eci);

	if (XE_IOCTL_DBG(xe, !cpu_clock || !hwe))
		return -EINVAL;

	guard(xe_rpm)(xe);
	CLASS(xe_force_wake, fw)(hwe->gt, hwe->fw_domain);
	if ((fw.domains & hwe->fw_domain) != hwe->fw_domain)
		return -EIO;
	read_times(hwe, cpu_clock, q);
	q->width = xe_device_root_tile(xe)->primary_gt->ip->has_64bit_timestamp ? 64 : 36;
	return 0;
}

/* ---- firmware versions ---- */

static ssize_t uc_fw_version_size(struct xe_device *xe)
{
	return sizeof(struct drm_xe_query_uc_fw_version);
}

static int fill_uc_fw_version(struct xe_device *xe, void *data)
{
	struct drm_xe_query_uc_fw_version *q = data;
	u32 version;

	if (XE_IOCTL_DBG(xe, q->pad || q->pad2 || q->reserved))
		return -EINVAL;
	/* No HuC is loaded here. */
	if (q->uc_type == XE_QUERY_UC_TYPE_HUC)
		return -ENODEV;
	if (XE_IOCTL_DBG(xe, q->uc_type != XE_QUERY_UC_TYPE_GUC_SUBMISSION))
		return -EINVAL;

	version = xe_guc_submission_version(xe_device_root_tile(xe)->primary_gt);
	q->branch_ver = 0;
	q->major_ver = version >> 16 & 0xff;
	q->minor_ver = version >> 8 & 0xff;
	q->patch_ver = version & 0xff;
	return 0;
}

/* ---- what these platforms or this driver do not have ---- */

static ssize_t oa_units_size(struct xe_device *xe)
{
	return sizeof(struct drm_xe_query_oa_units);
}

static int fill_no_units(struct xe_device *xe, void *data)
{
	return 0;
}

static ssize_t pxp_status_size(struct xe_device *xe)
{
	return sizeof(struct drm_xe_query_pxp_status);
}

static int fill_no_pxp(struct xe_device *xe, void *data)
{
	return -ENODEV;
}

static ssize_t no_eu_stall(struct xe_device *xe)
{
	return -ENODEV;
}

/* ---- the ioctl ---- */

/**
 * struct query_row - one query
 * @size: bytes of the answer, or -errno
 * @fill: make the answer in zeroed memory, or with @asks in what userspace gave; 0 or -errno
 * @asks: the answer depends on what is in userspace's structure
 * @fault: when the answer cannot be written
 */
struct query_row {
	ssize_t (*size)(struct xe_device *xe);
	int (*fill)(struct xe_device *xe, void *data);
	bool asks;
	int fault;
};

static const struct query_row rows[] = {
	[DRM_XE_DEVICE_QUERY_ENGINES] = { engines_size, fill_engines },
	[DRM_XE_DEVICE_QUERY_MEM_REGIONS] = { mem_regions_size, fill_mem_regions,
					      .fault = -ENOSPC },
	[DRM_XE_DEVICE_QUERY_CONFIG] = { config_size, fill_config },
	[DRM_XE_DEVICE_QUERY_GT_LIST] = { gt_list_size, fill_gt_list },
	[DRM_XE_DEVICE_QUERY_HWCONFIG] = { hwconfig_size, fill_hwconfig },
	[DRM_XE_DEVICE_QUERY_GT_TOPOLOGY] = { topology_size, fill_topology },
	[DRM_XE_DEVICE_QUERY_ENGINE_CYCLES] = { engine_cycles_size, fill_engine_cycles,
						.asks = true },
	[DRM_XE_DEVICE_QUERY_UC_FW_VERSION] = { uc_fw_version_size, fill_uc_fw_version,
						.asks = true },
	[DRM_XE_DEVICE_QUERY_OA_UNITS] = { oa_units_size, fill_no_units },
	[DRM_XE_DEVICE_QUERY_PXP_STATUS] = { pxp_status_size, fill_no_pxp },
	[DRM_XE_DEVICE_QUERY_EU_STALL] = { no_eu_stall },
};

static int answer(struct xe_device *xe, const struct query_row *row, void __user *user, size_t size)
{
	void *data __free(kvfree) = kvzalloc(size, GFP_KERNEL);
	int err;

	if (!data)
		return -ENOMEM;
	if (row->asks && copy_from_user(data, user, size))
		return -EFAULT;
	err = row->fill(xe, data);
	if (err)
		return err;
	if (copy_to_user(user, data, size))
		return row->fault ?: -EFAULT;
	return 0;
}

/**
 * xe_query_ioctl() - DRM_IOCTL_XE_DEVICE_QUERY
 * @dev: device
 * @data: &struct drm_xe_device_query
 * @file: who asks
 *
 * Return: 0; -EINVAL for an unknown query or a wrong size; -EFAULT; -ENODEV for what the
 * platform does not have; -EIO when the engine does not wake up; -ENOMEM.
 */
int xe_query_ioctl(struct drm_device *dev, void *data, struct drm_file *file)
{
	struct xe_device *xe = to_xe_device(dev);
	struct drm_xe_device_query *q = data;
	const struct query_row *row;
	ssize_t size;

	if (XE_IOCTL_DBG(xe, q->extensions) ||
	    XE_IOCTL_DBG(xe, q->reserved[0] || q->reserved[1]) ||
	    XE_IOCTL_DBG(xe, q->query >= ARRAY_SIZE(rows)))
		return -EINVAL;

	row = &rows[array_index_nospec(q->query, ARRAY_SIZE(rows))];
	size = row->size(xe);
	if (size < 0)
		return size;
	if (!q->size) {
		q->size = size;
		return 0;
	}
	if (XE_IOCTL_DBG(xe, q->size != size))
		return -EINVAL;
	return answer(xe, row, u64_to_user_ptr(q->data), size);
}
