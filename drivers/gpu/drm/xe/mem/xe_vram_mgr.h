/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_VRAM_MGR_H_
#define _XE_VRAM_MGR_H_

#include "core/xe_device.h"

struct ttm_resource;
struct xe_extents;

int xe_vram_mgr_init(struct xe_tile *tile);
const struct xe_extents *xe_vram_mgr_extents(const struct ttm_resource *res);
bool xe_vram_mgr_visible(const struct ttm_resource *res);

#endif
