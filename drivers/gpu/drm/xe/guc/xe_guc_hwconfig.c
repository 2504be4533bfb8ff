// SPDX-License-Identifier: GPL-2.0
/*
 * The table in which the firmware describes the hardware: read once, from GT 0,
 * for userspace and for whoever needs a number that has no register.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/math.h>
#include <linux/sizes.h>

#include <drm/drm_managed.h>

#include <kunit/visibility.h>

#include "abi/guc_actions.h"
#include "core/xe_log.h"
#include "gt/xe_ggtt.h"
#include "guc/xe_guc_hwconfig.h"
#include "guc/xe_guc_priv.h"
#include "mem/xe_bo.h"

/* Some kilobytes in practice. */
#define HWCONFIG_MAX	SZ_1M

/* Attributes that we use ourselves. */
#define ATTR_MAX_SLICES		1
#define ATTR_MAX_SUBSLICES	70

static int request(struct xe_guc *guc, u32 ggtt, u32 size)
{
	const u32 msg[] = { GUC_ACTION_GET_HWCONFIG, ggtt, 0, size };

	return xe_guc_mmio_send(guc->gt, msg, ARRAY_SIZE(msg));
}

static int copy_table(struct xe_guc *guc, u32 size)
{
	struct xe_tile *tile = guc->gt->tile;
	struct xe_bo *bo;
	void *table;
	int ret;

	table = drmm_kzalloc(&tile->xe->drm, size, GFP_KERNEL);
	if (!table)
		return -ENOMEM;
	bo = xe_ggtt_create_bo(tile, PAGE_ALIGN(size), XE_BO_SYSTEM);
	if (IS_ERR(bo))
		return PTR_ERR(bo);

	ret = request(guc, xe_ggtt_addr(tile, bo), size);
	if (ret >= 0) {
		iosys_map_memcpy_from(table, &bo->vmap, 0, size);
		guc->hwconfig = table;
		guc->hwconfig_size = size;
	}
	xe_bo_put(bo);
	return min(ret, 0);
}

/**
 * xe_guc_hwconfig_read() - get the table, where there is one
 * @guc: firmware that runs
 *
 * Context: sleeps; GT awake.
 *
 * Return: 0, -EINVAL, -ENOMEM or as xe_guc_mmio_send().
 */
int xe_guc_hwconfig_read(struct xe_guc *guc)
{
	struct xe_gt *gt = guc->gt;
	int size, err;

	if (gt->id || gt->ip_ver < 1255 || guc->hwconfig)
		return 0;

	size = request(guc, 0, 0);
	if (size <= 0 || size > HWCONFIG_MAX)
		err = size < 0 ? size : -EINVAL;
	else
		err = copy_table(guc, size);
	if (err)
		xe_gt_err(gt, "GuC gives no hardware configuration (size %d): %pe\n", size,
			  ERR_PTR(err));
	return err;
}

/**
 * xe_guc_hwconfig() - the table
 * @xe: device
 * @size: its length in bytes, 0 when there is none
 *
 * Context: any.
 *
 * Return: lives as long as the device; NULL when there is none.
 */
const void *xe_guc_hwconfig(struct xe_device *xe, size_t *size)
{
	struct xe_gt *gt = xe_device_gt(xe, 0);

	*size = gt && gt->guc ? gt->guc->hwconfig_size : 0;
	return *size ? gt->guc->hwconfig : NULL;
}

/**
 * xe_guc_hwconfig_find() - a number from a table
 * @table: attribute, length in dwords, that many dwords of value, and so on
 * @dwords: length of @table
 * @attribute: which
 * @value: its first dword
 *
 * Context: any.
 *
 * Return: 0, -ENOENT when the table does not have it or is cut off before it.
 */
int xe_guc_hwconfig_find(const u32 *table, size_t dwords, u32 attribute, u32 *value)
{
	while (dwords > 2) {
		u32 len = table[1];

		if (len > dwords - 2)
			break;
		if (table[0] == attribute && len) {
			*value = table[2];
			return 0;
		}
		table += 2 + len;
		dwords -= 2 + len;
	}
	return -ENOENT;
}
EXPORT_SYMBOL_IF_KUNIT(xe_guc_hwconfig_find);

/**
 * xe_guc_hwconfig_dss_per_group() - how subslices are grouped for steering
 * @xe: device
 *
 * Context: any.
 *
 * Return: subslices per group, 0 when the firmware does not say.
 */
u32 xe_guc_hwconfig_dss_per_group(struct xe_device *xe)
{
	u32 slices = 0, subslices = 0;
	const u32 *table;
	size_t size;

	table = xe_guc_hwconfig(xe, &size);
	if (!table ||
	    xe_guc_hwconfig_find(table, size / sizeof(u32), ATTR_MAX_SLICES, &slices) ||
	    xe_guc_hwconfig_find(table, size / sizeof(u32), ATTR_MAX_SUBSLICES, &subslices) ||
	    !slices)
		return 0;
	return DIV_ROUND_UP(subslices, slices);
}
