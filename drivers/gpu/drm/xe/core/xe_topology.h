/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_TOPOLOGY_H_
#define _XE_TOPOLOGY_H_

#include <linux/bitmap.h>

#include "core/xe_device.h"

/* As wide as userspace knows it, whatever the platform has. */
#define XE_MAX_DSS_REGS		4
#define XE_MAX_DSS		(32 * XE_MAX_DSS_REGS)
#define XE_MAX_EUS_PER_DSS	32
#define XE_MAX_L3_BANKS		64

/**
 * struct xe_topology - what is not fused off
 * @dss_geometry: subslices for 3D
 * @dss_compute: subslices for compute
 * @eu_per_dss: execution units of each subslice
 * @l3_banks: of all nodes
 * @eu_simd16: the EU mask counts SIMD16 units (else SIMD8)
 */
struct xe_topology {
	DECLARE_BITMAP(dss_geometry, XE_MAX_DSS);
	DECLARE_BITMAP(dss_compute, XE_MAX_DSS);
	DECLARE_BITMAP(eu_per_dss, XE_MAX_EUS_PER_DSS);
	DECLARE_BITMAP(l3_banks, XE_MAX_L3_BANKS);
	bool eu_simd16;
};

/* xe_topology_init() - read the fuses of @gt. Context: GT awake */
int xe_topology_init(struct xe_gt *gt);
/* xe_topology_quadrant_alive() - some subslice in the quarter that belongs to compute engine @n */
bool xe_topology_quadrant_alive(struct xe_gt *gt, unsigned int n);
void xe_topology_print(struct xe_gt *gt, struct drm_printer *p);

#endif
