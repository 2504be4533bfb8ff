/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_BO_MOVE_H_
#define _XE_BO_MOVE_H_

#include <linux/types.h>

/* enum xe_bo_where - where an object's contents are, or shall be */
enum xe_bo_where {
	XE_BO_NOWHERE,		/* it has no contents yet; only as a source */
	XE_BO_IN_SYSTEM,	/* pages that the device does not reach, or swap */
	XE_BO_IN_TT,		/* pages mapped for the device */
	XE_BO_IN_VRAM,
	XE_BO_WHERE_COUNT
};

/* enum xe_bo_transfer - what happens to the contents */
enum xe_bo_transfer {
	XE_BO_KEEP,		/* none there, or they stay in the same pages */
	XE_BO_VIA_TT,		/* cannot be done at once: move to XE_PL_TT first */
	XE_BO_COPY,
	XE_BO_CLEAR,		/* what was in that memory must not be seen by userspace */
};

/**
 * struct xe_bo_move_row - what one kind of move consists of, in this order
 * @map: give the pages DMA addresses
 * @notify: the device may have mappings of the old place
 * @idle: wait until nothing uses the old place, since nobody waits for us
 * @transfer: then move the contents and assign the new place
 * @unmap: take DMA addresses away again
 */
struct xe_bo_move_row {
	bool map, notify, idle;
	enum xe_bo_transfer transfer;
	bool unmap;
};

const struct xe_bo_move_row *xe_bo_move_row(enum xe_bo_where from, enum xe_bo_where to);

#endif
