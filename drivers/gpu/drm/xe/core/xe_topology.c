// SPDX-License-Identifier: GPL-2.0
/* What the fuses left of a GT. */

#include "core/xe_topology.h"

#include <linux/bitfield.h>
#include <linux/export.h>

#include <kunit/visibility.h>

#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "core/xe_log.h"
#include "core/xe_mmio.h"
#include "core/xe_platform.h"
#include "regs/xe_gt_regs.h"

static void read_mask(struct xe_gt *gt, unsigned long *mask, const u32 *addr, unsigned int n)
{
	u32 fuse[XE_MAX_DSS_REGS] = {};
	unsigned int i;

	for (i = 0; i < n; i++)
		fuse[i] = xe_mmio_read32(&gt->mmio, XE_REG(addr[i]));
	bitmap_from_arr32(mask, fuse, XE_MAX_DSS);
}

static void read_eus(struct xe_gt *gt, struct xe_topology *t)
{
	u16 graphics_ver = gt->tile->primary_gt->ip_ver;
	u32 fuse = xe_mmio_read32(&gt->mmio, FUSE_EU_ENABLE);
	u32 mask = 0;
	int i;

	t->eu_simd16 = graphics_ver == 1260 || graphics_ver >= 2000;
	if (t->eu_simd16) {
		mask = fuse;
	} else {
		/* One fuse for two SIMD8 units. */
		for (i = 0; i < 16; i++)
			if (fuse & BIT(i))
				mask |= 3u << (2 * i);
	}
	bitmap_from_arr32(t->eu_per_dss, &mask, XE_MAX_EUS_PER_DSS);
}

/* Banks come in nodes of equal make-up; nodes are fused off as a whole. */
static void read_l3_banks(struct xe_gt *gt, struct xe_topology *t)
{
	u32 fuse = xe_mmio_read32(&gt->mmio, FUSE3);
	unsigned long nodes, per_node;
	unsigned int node, bank, i;

	per_node = FIELD_GET(FUSE3_L3_MODE, fuse);
	if (gt->ip_ver == 1260) {
		/* Sixteen banks a node, in groups of four that share a fuse. */
		nodes = FIELD_GET(FUSE3_MEML3_ENABLE, fuse);
		for_each_set_bit(node, &nodes, 4)
			for_each_set_bit(bank, &per_node, 4)
				bitmap_set(t->l3_banks, node * 16 + bank * 4, 4);
		return;
	}

	nodes = FIELD_GET(FUSE3_NODE_ENABLE, fuse);
	for_each_set_bit(node, &nodes, 16) {
		for_each_set_bit(bank, &per_node, 4) {
			i = node * 4 + bank;
			__set_bit(i, t->l3_banks);
		}
	}
}

/**
 * xe_topology_init() - read the fuses of a GT
 * @gt: GT
 *
 * Context: probe; the GT is awake.
 * Return: 0 or -ENOMEM.
 */
int xe_topology_init(struct xe_gt *gt)
{
	static const u32 geometry[] = { 0x913c, 0x9150, 0x9154 };
	static const u32 compute[] = { 0x9144, 0x9148, 0x914c };
	struct xe_device *xe = gt_to_xe(gt);
	struct drm_printer p = drm_dbg_printer(&xe->drm, DRM_UT_DRIVER, NULL);
	struct xe_topology *t;

	t = drmm_kzalloc(&xe->drm, sizeof(*t), GFP_KERNEL);
	if (!t)
		return -ENOMEM;

	/* A media GT has no subslices of its own. */
	if (gt->type == XE_GT_MAIN) {
		read_mask(gt, t->dss_geometry, geometry, gt->ip->num_geometry_xecore_fuse_regs);
		read_mask(gt, t->dss_compute, compute, gt->ip->num_compute_xecore_fuse_regs);
	}
	read_eus(gt, t);
	read_l3_banks(gt, t);
	gt->topology = t;

	xe_topology_print(gt, &p);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(xe_topology_init);

/**
 * xe_topology_quadrant_alive() - whether compute engine @n has subslices
 * @gt: GT
 * @n: 0 .. 3
 *
 * Return: true when some subslice of that quarter is not fused off.
 */
bool xe_topology_quadrant_alive(struct xe_gt *gt, unsigned int n)
{
	unsigned int regs = max(gt->ip->num_geometry_xecore_fuse_regs,
				gt->ip->num_compute_xecore_fuse_regs);
	unsigned int quarter = 32 * regs / 4;
	DECLARE_BITMAP(all, XE_MAX_DSS);

	bitmap_or(all, gt->topology->dss_geometry, gt->topology->dss_compute, XE_MAX_DSS);
	return find_next_bit(all, XE_MAX_DSS, n * quarter) < (n + 1) * quarter;
}

/**
 * xe_topology_print() - for debugfs and the log
 * @gt: GT
 * @p: where to
 */
void xe_topology_print(struct xe_gt *gt, struct drm_printer *p)
{
	const struct xe_topology *t = gt->topology;

	drm_printf(p, "dss mask (geometry): %*pb\n", XE_MAX_DSS, t->dss_geometry);
	drm_printf(p, "dss mask (compute):  %*pb\n", XE_MAX_DSS, t->dss_compute);
	drm_printf(p, "EU mask per DSS:     %*pb\n", XE_MAX_EUS_PER_DSS, t->eu_per_dss);
	drm_printf(p, "EU type:             %s\n", t->eu_simd16 ? "simd16" : "simd8");
	drm_printf(p, "L3 bank mask:        %*pb\n", XE_MAX_L3_BANKS, t->l3_banks);
}
