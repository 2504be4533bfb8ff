// SPDX-License-Identifier: MIT
/*
 * Binds that follow each other while the TLBs take their time to answer: what comes later is
 * not done earlier, and nobody uses what an engine could still find by its old address.
 */
#include "vgpu_control.h"
#include "xe_lit.h"

IGT_TEST_DESCRIPTION("The order in which binds are done, with slow TLB invalidations");

#define X 0x100000000ull
#define Y 0x180000000ull
#define Z 0x1c0000000ull
#define OLD 0x01d0000u
#define NEW 0x2e0000u
#define SLOW_MS 200 /* less than what the driver calls a timeout */

static void slow_tlb(int control, unsigned int ms)
{
	char line[64], answer[80];

	snprintf(line, sizeof(line), "script slow h2g 0x7000 %u", ms * 1000);
	igt_assert_eq(vgpu_control_ask(control, line, answer, sizeof(answer)), 0);
	igt_assert_f(!strcmp(answer, "ok"), "%s: %s\n", line, answer);
}

/**
 * struct stage - an address space with two objects, of which X and Y show the first
 * @l: a queue, which has stored to X
 * @old, @new: the objects; the second one is not mapped
 */
struct stage {
	struct lit l;
	struct lit_buf old, new;
};

static struct stage stage_open(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct stage s = { .l = lit_open(fd, hwe, system_memory(fd)) };

	s.old = lit_buf_new(fd, s.l.vm, system_memory(fd), X, SZ_64K);
	s.new = lit_buf_new(fd, s.l.vm, system_memory(fd), 0, SZ_64K);
	xe_vm_bind_sync(fd, s.l.vm, s.old.bo, 0, Y, SZ_64K);
	lit_store(&s.l, X, OLD);
	lit_run(&s.l);
	igt_assert_eq_u32(*(uint32_t *)s.old.map, OLD);
	return s;
}

static void stage_close(int fd, struct stage *s)
{
	lit_buf_free(fd, &s->new);
	lit_buf_free(fd, &s->old);
	lit_close(&s->l);
}

/* A store to X behind @bound: X shows the second object. */
static void check_store(struct stage *s, struct drm_xe_sync bound)
{
	struct drm_xe_sync syncs[2] = { bound, lit_sync(s->l.fd, DRM_XE_SYNC_FLAG_SIGNAL) };

	syncs[0].flags = 0;
	lit_store(&s->l, X, NEW);
	igt_assert_eq(lit_submit(&s->l, 0, syncs, 2), 0);
	lit_wait(s->l.fd, syncs[1].handle);
	syncobj_destroy(s->l.fd, bound.handle);
	syncobj_destroy(s->l.fd, syncs[1].handle);
	igt_assert_eq_u32(*(uint32_t *)s->old.map, OLD);
	igt_assert_eq_u32(*(uint32_t *)s->new.map, NEW);
}

/* Y goes, which keeps the queue busy; X goes, X shows something else; a batch uses it. */
static void batch(int fd, struct drm_xe_engine_class_instance *hwe, int control)
{
	struct drm_xe_sync bound = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	struct stage s = stage_open(fd, hwe);

	slow_tlb(control, SLOW_MS);
	xe_vm_unbind_async(fd, s.l.vm, 0, 0, Y, SZ_64K, NULL, 0);
	xe_vm_unbind_async(fd, s.l.vm, 0, 0, X, SZ_64K, NULL, 0);
	xe_vm_bind_async(fd, s.l.vm, 0, s.new.bo, 0, X, SZ_64K, &bound, 1);
	check_store(&s, bound);
	slow_tlb(control, 0);
	stage_close(fd, &s);
}

/* The same with the unmap behind a batch that spins, and both on queues of their own or on one. */
static void fenced(int fd, struct drm_xe_engine_class_instance *hwe, int control, bool two)
{
	struct stage s = stage_open(fd, hwe);
	struct lit spin = lit_open_at(fd, s.l.vm, hwe, system_memory(fd), LIT_CS_ADDR + SZ_64M);
	uint32_t queue[2] = { xe_bind_exec_queue_create(fd, s.l.vm, 0),
			      xe_bind_exec_queue_create(fd, s.l.vm, 0) };
	struct drm_xe_sync spun = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL), in = spun;
	struct drm_xe_sync bound = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);

	in.flags = 0;
	lit_spin(&spin, 0);
	igt_assert_eq(lit_submit(&spin, 0, &spun, 1), 0);
	xe_vm_unbind_async(fd, s.l.vm, queue[0], 0, X, SZ_64K, &in, 1);
	xe_vm_bind_async(fd, s.l.vm, queue[two], s.new.bo, 0, X, SZ_64K, &bound, 1);
	slow_tlb(control, SLOW_MS);
	*lit_data(&spin, 0) = 0;
	lit_wait(fd, spun.handle);
	check_store(&s, bound);
	slow_tlb(control, 0);

	for (int i = 0; i < 2; i++)
		xe_exec_queue_destroy(fd, queue[i]);
	syncobj_destroy(fd, spun.handle);
	lit_close(&spin);
	stage_close(fd, &s);
}

static struct drm_xe_sync user_fence(volatile uint64_t *at, uint64_t value)
{
	return (struct drm_xe_sync){
		.type = DRM_XE_SYNC_TYPE_USER_FENCE, .flags = DRM_XE_SYNC_FLAG_SIGNAL,
		.addr = to_user_pointer((uint64_t *)at), .timeline_value = value,
	};
}

/* User fences of one queue at one address: who sees the second may count on the first. */
static void user_fences(int fd, struct drm_xe_engine_class_instance *hwe, int control)
{
	static volatile uint64_t fence[2] __attribute__((aligned(8)));
	struct stage s = stage_open(fd, hwe);
	struct drm_xe_sync first[2] = { lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL),
					user_fence(&fence[0], 1) };
	struct drm_xe_sync second = user_fence(&fence[0], 2);
	int64_t end = lit_deadline(LIT_SECONDS);

	fence[0] = 0;
	slow_tlb(control, SLOW_MS);
	xe_vm_unbind_async(fd, s.l.vm, 0, 0, X, SZ_64K, first, 2);
	xe_vm_bind_async(fd, s.l.vm, 0, s.new.bo, 0, Z, SZ_64K, &second, 1);
	while (fence[0] != 2 && lit_deadline(0) < end)
		lit_sleep_ms(1);
	igt_assert_eq_u64(fence[0], 2);
	igt_assert_f(lit_signaled(fd, first[0].handle, 0), "the second bind was done first\n");
	slow_tlb(control, 0);
	syncobj_destroy(fd, first[0].handle);
	stage_close(fd, &s);
}

/* ---- fences that contain fences ---- */

static struct drm_xe_sync point(uint32_t handle, uint32_t flags)
{
	return (struct drm_xe_sync){
		.type = DRM_XE_SYNC_TYPE_TIMELINE_SYNCOBJ, .flags = flags, .handle = handle,
		.timeline_value = 1,
	};
}

/* VM_BIND that binds nothing waits for nothing, least of all for a point of a timeline. */
static void nothing_waits(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	struct drm_xe_sync spun = point(syncobj_create(fd, 0), DRM_XE_SYNC_FLAG_SIGNAL);
	struct drm_xe_sync syncs[2] = { spun, lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL) };
	uint64_t one = 1;
	struct drm_xe_vm_bind none = {
		.vm_id = l.vm, .num_syncs = 2, .syncs = to_user_pointer(syncs),
	};

	syncs[0].flags = 0;
	lit_spin(&l, 0);
	igt_assert_eq(lit_submit(&l, 0, &spun, 1), 0);
	igt_assert_eq(igt_ioctl(fd, DRM_IOCTL_XE_VM_BIND, &none), -1);
	igt_assert_eq(errno, EOPNOTSUPP);
	*lit_data(&l, 0) = 0;
	igt_assert(syncobj_timeline_wait(fd, &spun.handle, &one, 1, lit_deadline(LIT_SECONDS), 0,
					 NULL));
	syncobj_destroy(fd, spun.handle);
	syncobj_destroy(fd, syncs[1].handle);
	lit_close(&l);
}

/* EXECs beside a queue that takes page faults, each behind a point of a timeline. */
static void beside_faults(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct drm_xe_vm_create create = {
		.flags = DRM_XE_VM_CREATE_FLAG_LR_MODE | DRM_XE_VM_CREATE_FLAG_FAULT_MODE,
	};
	int err = igt_ioctl(fd, DRM_IOCTL_XE_VM_CREATE, &create) ? errno : 0;
	struct drm_xe_sync reached = point(syncobj_create(fd, 0), DRM_XE_SYNC_FLAG_SIGNAL);
	struct drm_xe_sync syncs[2] = { reached, lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL) };
	uint64_t one = 1;
	uint32_t faulting;
	struct lit l;

	igt_require_f(!err, "no address spaces that take page faults: %s\n", strerror(err));
	faulting = xe_exec_queue_create(fd, create.vm_id, hwe, 0);
	l = lit_open(fd, hwe, system_memory(fd));
	lit_store(&l, lit_addr(&l, 0), OLD);
	igt_assert_eq(lit_submit(&l, 0, &reached, 1), 0);
	igt_assert(syncobj_timeline_wait(fd, &reached.handle, &one, 1, lit_deadline(LIT_SECONDS), 0,
					 NULL));
	syncs[0].flags = 0;
	for (unsigned int i = 0; i < 5; i++) {
		/* The other queue's turn comes when this one has nothing to do. */
		lit_sleep_ms(20);
		l.n = 0;
		lit_store(&l, lit_addr(&l, 0), NEW + i);
		igt_assert_eq(lit_submit(&l, 0, syncs, 2), 0);
		lit_wait(fd, syncs[1].handle);
		igt_assert_eq_u32(*lit_data(&l, 0), NEW + i);
		syncobj_reset(fd, &syncs[1].handle, 1);
	}
	lit_close(&l);
	xe_exec_queue_destroy(fd, faulting);
	xe_vm_destroy(fd, create.vm_id);
	syncobj_destroy(fd, reached.handle);
	syncobj_destroy(fd, syncs[1].handle);
}

igt_main
{
	struct drm_xe_engine_class_instance *hwe;
	int fd = -1, control = -1;

	igt_fixture {
		fd = drm_open_driver(DRIVER_XE);
		control = vgpu_control_open(0);
		if (control >= 0)
			slow_tlb(control, 0);
	}

	igt_subtest_group {
		igt_fixture
			igt_require_f(control >= 0, "only a virtual GPU can be told to be slow\n");
		igt_subtest_with_dynamic("batch")
			lit_each_gt(fd, hwe, batch(fd, hwe, control));
		igt_subtest_with_dynamic("fenced")
			lit_each_gt(fd, hwe, fenced(fd, hwe, control, false));
		igt_subtest_with_dynamic("fenced-two-queues")
			lit_each_gt(fd, hwe, fenced(fd, hwe, control, true));
		igt_subtest_with_dynamic("user-fences")
			lit_each_gt(fd, hwe, user_fences(fd, hwe, control));
	}
	igt_subtest_with_dynamic("nothing-waits")
		lit_each_gt(fd, hwe, nothing_waits(fd, hwe));
	igt_subtest_with_dynamic("beside-faults")
		lit_each_gt(fd, hwe, beside_faults(fd, hwe));

	igt_fixture {
		if (control >= 0)
			close(control);
		drm_close_driver(fd);
	}
}
