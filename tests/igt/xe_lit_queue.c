// SPDX-License-Identifier: MIT
/* What a queue may be asked to be, by whom, and what its priority does. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "lit_nobody.h"
#include "xe_lit.h"

IGT_TEST_DESCRIPTION("Properties and limits of queues");

#define MAX_JOBS 1000

enum { LOW, NORMAL, HIGH };

static int create_with(int fd, uint32_t vm, struct drm_xe_engine_class_instance *hwe,
		       uint32_t property, uint64_t value, uint32_t *queue)
{
	struct drm_xe_ext_set_property ext = {
		.base.name = DRM_XE_EXEC_QUEUE_EXTENSION_SET_PROPERTY,
		.property = property, .value = value,
	};

	return __xe_exec_queue_create(fd, vm, 1, 1, hwe, to_user_pointer(&ext), queue);
}

static int try_property(int fd, struct drm_xe_engine_class_instance *hwe, uint32_t property,
			uint64_t value)
{
	uint32_t vm = xe_vm_create(fd, 0, 0), queue;
	int err = create_with(fd, vm, hwe, property, value, &queue);

	if (!err)
		xe_exec_queue_destroy(fd, queue);
	xe_vm_destroy(fd, vm);
	return err;
}

static void priority_permission(int fd, struct drm_xe_engine_class_instance *hwe)
{
	const uint32_t priority = DRM_XE_EXEC_QUEUE_SET_PROPERTY_PRIORITY;

	igt_assert_eq(try_property(fd, hwe, priority, HIGH), 0);
	igt_assert_eq(try_property(fd, hwe, priority, HIGH + 1), -EINVAL);
	igt_assert_eq(lit_as_nobody(try_property(fd, hwe, priority, LOW)), 0);
	igt_assert_eq(lit_as_nobody(try_property(fd, hwe, priority, NORMAL)), 0);
	igt_assert_eq(lit_as_nobody(try_property(fd, hwe, priority, HIGH)), -EPERM);
	igt_assert_eq(lit_as_nobody(try_property(fd, hwe, priority, HIGH + 1)), -EINVAL);
}

static unsigned int limit(int fd, struct drm_xe_engine_class_instance *hwe, const char *name)
{
	char path[192], text[32] = { 0 };
	struct stat st;
	int sys;

	igt_assert_eq(fstat(fd, &st), 0);
	snprintf(path, sizeof(path), "/sys/dev/char/%u:%u/device/tile0/gt0/engines/%s/%s",
		 major(st.st_rdev), minor(st.st_rdev),
		 xe_engine_class_short_string(hwe->engine_class), name);
	sys = open(path, O_RDONLY);
	igt_assert_f(sys >= 0, "%s\n", path);
	igt_assert(read(sys, text, sizeof(text) - 1) > 0);
	close(sys);
	return strtoul(text, NULL, 10);
}

static void timeslice_limits(int fd, struct drm_xe_engine_class_instance *hwe)
{
	const uint32_t slice = DRM_XE_EXEC_QUEUE_SET_PROPERTY_TIMESLICE;
	unsigned int min = limit(fd, hwe, "timeslice_duration_min");
	unsigned int max = limit(fd, hwe, "timeslice_duration_max");

	igt_assert_eq(lit_as_nobody(try_property(fd, hwe, slice, min)), 0);
	igt_assert_eq(lit_as_nobody(try_property(fd, hwe, slice, max)), 0);
	igt_assert_eq(lit_as_nobody(try_property(fd, hwe, slice, max + 1ull)), -EINVAL);
	if (min)
		igt_assert_eq(lit_as_nobody(try_property(fd, hwe, slice, min - 1)), -EINVAL);
}

/* While an endless batch of normal priority runs, one of low priority waits, one of high does not. */
static void priority_order(int fd, struct drm_xe_engine_class_instance *hwe)
{
	static const unsigned int prio[3] = { LOW, NORMAL, HIGH };
	struct lit l[3];
	struct drm_xe_sync out[3];

	for (unsigned int i = 0; i < 3; i++) {
		l[i] = lit_open(fd, hwe, system_memory(fd));
		xe_exec_queue_destroy(fd, l[i].queue);
		igt_assert_eq(create_with(fd, l[i].vm, hwe, DRM_XE_EXEC_QUEUE_SET_PROPERTY_PRIORITY,
					  prio[i], &l[i].queue), 0);
		out[i] = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
		lit_store(&l[i], lit_addr(&l[i], 64), 1);
	}
	lit_spin(&l[NORMAL], 0);
	igt_assert_eq(lit_submit(&l[NORMAL], 0, &out[NORMAL], 1), 0);
	lit_wait_data(&l[NORMAL], 64, 1);

	igt_assert_eq(lit_submit(&l[LOW], 0, &out[LOW], 1), 0);
	igt_assert_eq(lit_submit(&l[HIGH], 0, &out[HIGH], 1), 0);
	lit_wait(fd, out[HIGH].handle);
	igt_assert(!lit_signaled(fd, out[LOW].handle, 0.2));
	igt_assert_eq_u32(*lit_data(&l[LOW], 64), 0);
	*lit_data(&l[NORMAL], 0) = 0;
	lit_wait(fd, out[LOW].handle);
	for (unsigned int i = 0; i < 3; i++) {
		igt_assert(lit_signaled(fd, out[i].handle, 1));
		syncobj_destroy(fd, out[i].handle);
		lit_close(&l[i]);
	}
}

/* Behind an endless batch only so many jobs are taken; afterwards all of them have run. */
static void job_limit(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	struct drm_xe_sync out = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	unsigned int count = 0, first;
	int err = 0;

	lit_spin(&l, 0);
	igt_assert_eq(lit_submit(&l, 0, NULL, 0), 0);
	first = l.n;
	lit_increment(&l, lit_addr(&l, 64));
	lit_out(&l, CS_BATCH_END);
	while (!err && count <= MAX_JOBS) {
		struct drm_xe_exec exec = {
			.exec_queue_id = l.queue, .num_batch_buffer = 1,
			.address = l.buf.addr + first * 4,
		};

		/* igt_ioctl() tries again until there is room */
		err = ioctl(fd, DRM_IOCTL_XE_EXEC, &exec) ? -errno : 0;
		count += !err;
	}
	igt_assert_f(err == -EAGAIN && count == MAX_JOBS - 1, "%d after %u jobs\n", err, count);
	*lit_data(&l, 0) = 0;
	igt_assert_eq(lit_submit(&l, l.n, &out, 1), 0);
	lit_wait(fd, out.handle);
	igt_assert_eq_u32(*lit_data(&l, 64), count);
	syncobj_destroy(fd, out.handle);
	lit_close(&l);
}

/* As many syncs as there may be, and one more. */
static void sync_limit(int fd, struct drm_xe_engine_class_instance *hwe)
{
	enum { N = DRM_XE_MAX_SYNCS };
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	struct drm_xe_sync *syncs = calloc(N + 1, sizeof(*syncs));

	igt_assert(syncs);
	for (unsigned int i = 0; i <= N; i++)
		syncs[i] = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	lit_store(&l, lit_addr(&l, 0), LIT_WORKS);
	igt_assert_eq(lit_submit(&l, 0, syncs, N + 1), -EINVAL);
	igt_assert_eq(lit_submit(&l, 0, syncs, N), 0);
	for (unsigned int i = 0; i < N; i++)
		lit_wait(fd, syncs[i].handle);
	igt_assert_eq_u32(*lit_data(&l, 0), LIT_WORKS);
	for (unsigned int i = 0; i <= N; i++)
		syncobj_destroy(fd, syncs[i].handle);
	free(syncs);
	lit_close(&l);
}

/* The same for binds: one more is refused, and nothing is bound. */
static void bind_sync_limit(int fd, struct drm_xe_engine_class_instance *hwe)
{
	enum { N = DRM_XE_MAX_SYNCS };
	const uint64_t addr = 0x100000000ull;
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	struct lit_buf b = lit_buf_new(fd, l.vm, system_memory(fd), 0, SZ_64K);
	struct drm_xe_sync *syncs = calloc(N + 1, sizeof(*syncs));

	igt_assert(syncs);
	for (unsigned int i = 0; i <= N; i++)
		syncs[i] = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	igt_assert_eq(__xe_vm_bind(fd, l.vm, 0, b.bo, 0, addr, SZ_64K, DRM_XE_VM_BIND_OP_MAP, 0,
				   syncs, N + 1, 0, DEFAULT_PAT_INDEX, 0), -EINVAL);
	igt_assert_eq(__xe_vm_bind(fd, l.vm, 0, b.bo, 0, addr, SZ_64K, DRM_XE_VM_BIND_OP_MAP, 0,
				   syncs, N, 0, DEFAULT_PAT_INDEX, 0), 0);
	for (unsigned int i = 0; i < N; i++)
		lit_wait(fd, syncs[i].handle);
	lit_store(&l, addr, LIT_WORKS);
	lit_run(&l);
	igt_assert_eq_u32(*(uint32_t *)b.map, LIT_WORKS);
	for (unsigned int i = 0; i <= N; i++)
		syncobj_destroy(fd, syncs[i].handle);
	free(syncs);
	lit_buf_free(fd, &b);
	lit_close(&l);
}

igt_main
{
	struct drm_xe_engine_class_instance *hwe;
	int fd;

	igt_fixture {
		fd = drm_open_driver(DRIVER_XE);
		hwe = &xe_engine(fd, 0)->instance;
	}

	igt_subtest("priority-permission")
		priority_permission(fd, hwe);
	igt_subtest("timeslice-limits")
		timeslice_limits(fd, hwe);
	igt_subtest_with_dynamic("priority-order")
		xe_for_each_engine(fd, hwe)
			igt_dynamic_f(LIT_ENGINE_FMT, LIT_ENGINE(hwe))
				priority_order(fd, hwe);
	igt_subtest("job-limit")
		job_limit(fd, &xe_engine(fd, 0)->instance);
	igt_subtest("sync-limit")
		sync_limit(fd, &xe_engine(fd, 0)->instance);
	igt_subtest("bind-sync-limit")
		bind_sync_limit(fd, &xe_engine(fd, 0)->instance);

	igt_fixture
		drm_close_driver(fd);
}
