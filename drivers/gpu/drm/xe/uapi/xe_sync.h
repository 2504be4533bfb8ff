/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_SYNC_H_
#define _XE_SYNC_H_

#include "core/xe_device.h"

struct dma_fence;
struct dma_fence_chain;
struct drm_file;
struct drm_sched_job;
struct drm_syncobj;
struct drm_xe_sync;
struct xe_user_fence;

/**
 * struct xe_sync - one entry, parsed
 * @type: DRM_XE_SYNC_TYPE_*
 * @signal: out-sync, else in-sync
 * @in: to wait for, or NULL: a point of a timeline that was reached
 * @syncobj: the in-fence's, or to be given the out-fence
 * @chain: node of a timeline's out-fence
 * @point: timeline point, or value of a user fence
 * @addr: of an exec's user fence
 * @ufence: of a bind's user fence
 */
struct xe_sync {
	u32 type;
	bool signal;
	struct dma_fence *in;
	struct drm_syncobj *syncobj;
	struct dma_fence_chain *chain;
	u64 point;
	u64 addr;
	struct xe_user_fence *ufence;
};

/**
 * struct xe_syncs - the parsed sync array of an exec or bind
 * @sync: entries; of nobody else's business
 * @n: how many
 * @few: @sync when there are no more than these, as nearly always; not to be moved
 */
struct xe_syncs {
	struct xe_sync *sync;
	u32 n;
	struct xe_sync few[2];
};

/* xe_syncs_parse() - copy and check @n entries at @ptr; @lr refuses out syncs with a dma-fence */
int xe_syncs_parse(struct xe_device *xe, struct drm_file *file, u64 ptr, u32 n, bool lr, bool exec,
		   struct xe_syncs *out);
/* xe_syncs_add_deps() - in-fences become dependencies of @job */
int xe_syncs_add_deps(struct xe_syncs *s, struct drm_sched_job *job);
/* xe_syncs_wait_in() - 0 when all in-fences are signalled; -ERESTARTSYS */
int xe_syncs_wait_in(const struct xe_syncs *s);
bool xe_syncs_has_in(const struct xe_syncs *s);
bool xe_syncs_has_user_fence(const struct xe_syncs *s);
/* xe_syncs_user_fence() - the exec's user fence, stored by the ring: false when there is none */
bool xe_syncs_user_fence(struct xe_syncs *s, u64 *addr, u64 *value);
/* xe_syncs_signal() - out syncs get @fence; user fences of binds are stored when it signals */
void xe_syncs_signal(struct xe_syncs *s, struct dma_fence *fence);
void xe_syncs_fini(struct xe_syncs *s);

#endif
