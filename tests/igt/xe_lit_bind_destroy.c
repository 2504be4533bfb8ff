// SPDX-License-Identifier: MIT
/*
 * A bind queue is destroyed while one of its binds waits: the bind was accepted, so it must
 * happen, on every tile, and must not spoil what is bound later.
 */
#include "xe_lit.h"

IGT_TEST_DESCRIPTION("A destroyed bind queue has done what it was told to");

#define ADDR 0x100000000ull
#define VALUE 0xdeadb1d0u

/* Whether a store by an engine of @gt through the mapping arrives; it may be banned for it */
static bool reaches(int fd, uint32_t vm, int gt, volatile uint32_t *map)
{
	struct lit l = lit_open_at(fd, vm, lit_engine(fd, gt, DRM_XE_ENGINE_CLASS_COPY),
				   system_memory(fd), LIT_CS_ADDR + gt * LIT_CS_SIZE);
	struct drm_xe_sync out = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);

	lit_store(&l, ADDR + 4 * gt, VALUE + gt);
	igt_assert_eq(lit_submit(&l, 0, &out, 1), 0);
	lit_wait(fd, out.handle);
	syncobj_destroy(fd, out.handle);
	lit_close(&l);
	return map[gt] == VALUE + gt;
}

/*
 * VM_BIND on a user bind queue, after a batch that still runs; EXEC_QUEUE_DESTROY; then the
 * batch ends.
 */
static void waiting(int fd)
{
	uint32_t vm = xe_vm_create(fd, 0, 0), queue = xe_bind_exec_queue_create(fd, vm, 0);
	struct lit_buf buf = lit_buf_new(fd, vm, system_memory(fd), 0, SZ_64K);
	struct lit spin = lit_open(fd, lit_engine(fd, 0, DRM_XE_ENGINE_CLASS_COPY), system_memory(fd));
	struct drm_xe_sync ran = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	struct drm_xe_sync syncs[2] = { ran, lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL) };
	uint64_t gts = 0, bound = 0;
	int gt;

	lit_spin(&spin, 0);
	igt_assert_eq(lit_submit(&spin, 0, &ran, 1), 0);
	syncs[0].flags = 0;
	xe_vm_bind_async(fd, vm, queue, buf.bo, 0, ADDR, buf.size, syncs, 2);
	igt_assert(!lit_signaled(fd, syncs[1].handle, 0.05));
	xe_exec_queue_destroy(fd, queue);
	*lit_data(&spin, 0) = 0;
	lit_wait(fd, syncs[1].handle);
	xe_for_each_gt(fd, gt) {
		if (!lit_engine(fd, gt, DRM_XE_ENGINE_CLASS_COPY))
			continue;
		gts |= 1ull << gt;
		bound |= (uint64_t)reaches(fd, vm, gt, buf.map) << gt;
	}

	syncobj_destroy(fd, syncs[0].handle);
	syncobj_destroy(fd, syncs[1].handle);
	lit_close(&spin);
	lit_buf_free(fd, &buf);
	xe_vm_destroy(fd, vm);
	igt_info("GTs that reach what was bound: %#" PRIx64 " of %#" PRIx64 "\n", bound, gts);
	igt_assert_eq_u64(bound, gts);
}

igt_main
{
	int fd = -1;

	igt_fixture
		fd = drm_open_driver(DRIVER_XE);

	igt_subtest("waiting")
		waiting(fd);

	igt_fixture
		drm_close_driver(fd);
}
