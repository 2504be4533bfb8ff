/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_PAT_H_
#define _XE_PAT_H_

#include "core/xe_device.h"

/* enum xe_coh_mode - who sees CPU caches: bit 1 marks that some snooping happens */
enum xe_coh_mode {
	XE_COH_NONE = 1,
	XE_COH_1WAY = 2,
	XE_COH_2WAY = 3,
};

/* enum xe_cache_level - what the kernel asks for; the platform knows the index */
enum xe_cache_level {
	XE_CACHE_NONE,
	XE_CACHE_WT,
	XE_CACHE_WB,
	XE_CACHE_NONE_COMPRESSED,
	XE_CACHE_LEVELS
};

#define XE_PAT_INVALID	0xff

void xe_pat_program(struct xe_gt *gt);
/* xe_pat_index() - for kernel mappings; XE_PAT_INVALID where there is no such level */
u8 xe_pat_index(struct xe_device *xe, enum xe_cache_level level);
/* xe_pat_count() - indices below are defined */
unsigned int xe_pat_count(struct xe_device *xe);
/* xe_pat_coh_mode() - of a defined index; 0: reserved, to be refused with -EINVAL */
u8 xe_pat_coh_mode(struct xe_device *xe, unsigned int index);
bool xe_pat_compressed(struct xe_device *xe, unsigned int index);

#endif
