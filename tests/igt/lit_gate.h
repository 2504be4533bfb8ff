/* SPDX-License-Identifier: MIT */
/* A syncobj whose fence signals when the test says so, without an engine. */
#ifndef LIT_GATE_H
#define LIT_GATE_H

#include <fcntl.h>
#include <xf86drm.h>

#include "xe_lit.h"

struct lit_gate {
	int timeline;
	uint32_t syncobj;
};

/* The kernel's header for this is not for userspace. */
struct lit_sw_sync_fence {
	uint32_t value;
	char name[32];
	int32_t fence;
};

#define LIT_SW_SYNC_FENCE _IOWR('W', 0, struct lit_sw_sync_fence)
#define LIT_SW_SYNC_INC _IOW('W', 1, uint32_t)

/** lit_gate_new() - closed; skips without sw_sync in debugfs */
static inline struct lit_gate lit_gate_new(int fd)
{
	struct lit_gate gate = {
		.timeline = open("/sys/kernel/debug/sync/sw_sync", O_RDWR | O_CLOEXEC),
		.syncobj = syncobj_create(fd, 0),
	};
	struct lit_sw_sync_fence create = { .value = 1, .name = "xe_lit" };

	igt_require_f(gate.timeline >= 0, "no sw_sync\n");
	igt_assert_eq(igt_ioctl(gate.timeline, LIT_SW_SYNC_FENCE, &create), 0);
	igt_assert_eq(drmSyncobjImportSyncFile(fd, gate.syncobj, create.fence), 0);
	close(create.fence);
	return gate;
}

/** lit_gate_open() - its fence signals */
static inline void lit_gate_open(struct lit_gate *gate)
{
	uint32_t by = 1;

	igt_assert_eq(igt_ioctl(gate->timeline, LIT_SW_SYNC_INC, &by), 0);
}

/** lit_gate_free() - it is open from then on */
static inline void lit_gate_free(int fd, struct lit_gate *gate)
{
	syncobj_destroy(fd, gate->syncobj);
	close(gate->timeline);
}

#endif
