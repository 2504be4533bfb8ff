// SPDX-License-Identifier: MIT
/*
 * Submission: order between queues and within one, many queues, fences of every kind.
 * Each step computes from the result of the one before, so that a wrong order shows.
 */
#include "xe_lit.h"

IGT_TEST_DESCRIPTION("Order, number and fences of submissions");

#define SHARED_ADDR 0x100000000ull
#define START 12345u

/* mem[addr] = 2 * mem[addr] + @k, as one batch; its first dword is returned */
static unsigned int emit_step(struct lit *l, uint64_t addr, uint32_t k)
{
	static const uint32_t alu[] = {
		ALU_LOAD(ALU_SRCA, 0), ALU_LOAD(ALU_SRCB, 0), ALU_ADD, ALU_STORE(0, ALU_ACCU),
		ALU_LOAD(ALU_SRCA, 0), ALU_LOAD(ALU_SRCB, 1), ALU_ADD, ALU_STORE(0, ALU_ACCU),
	};
	unsigned int first = l->n;

	lit_calc(l, addr, k, alu, ARRAY_SIZE(alu));
	return first;
}

static uint32_t step(uint32_t x, uint32_t k)
{
	return 2 * x + k;
}

static struct drm_xe_engine_class_instance *other_engine(int fd,
							 struct drm_xe_engine_class_instance *hwe)
{
	for (unsigned int i = 0; i < xe_number_engines(fd); i++)
		if (&xe_engine(fd, i)->instance == hwe)
			return &xe_engine(fd, (i + 1) % xe_number_engines(fd))->instance;
	return hwe;
}

/* Two queues in turn, each step behind the other's by a syncobj; nothing waits on the CPU. */
static void two_queues(int fd, struct drm_xe_engine_class_instance *a,
		       struct drm_xe_engine_class_instance *b, bool timeline)
{
	enum { STEPS = 40 };
	uint32_t vm = xe_vm_create(fd, 0, 0);
	struct lit l[2] = {
		lit_open_at(fd, vm, a, system_memory(fd), LIT_CS_ADDR),
		lit_open_at(fd, vm, b, vram_if_possible(fd, b->gt_id), LIT_CS_ADDR + SZ_2M),
	};
	struct lit_buf shared =
		lit_buf_new(fd, vm, vram_if_possible(fd, a->gt_id), SHARED_ADDR, SZ_64K);
	volatile uint32_t *map = shared.map;
	struct drm_xe_sync sync[STEPS + 1];
	uint32_t want = START, line = syncobj_create(fd, 0);
	uint64_t point = STEPS;

	map[0] = START;
	for (unsigned int i = 0; i < STEPS; i++) {
		unsigned int first = emit_step(&l[i & 1], SHARED_ADDR, i + 1);
		struct drm_xe_sync pair[2];

		sync[i] = (struct drm_xe_sync){
			.type = timeline ? DRM_XE_SYNC_TYPE_TIMELINE_SYNCOBJ :
					   DRM_XE_SYNC_TYPE_SYNCOBJ,
			.handle = timeline ? line : syncobj_create(fd, 0),
			.timeline_value = timeline ? i + 1 : 0,
		};
		pair[0] = sync[i];
		pair[0].flags = DRM_XE_SYNC_FLAG_SIGNAL;
		pair[1] = sync[i ? i - 1 : 0];
		igt_assert_eq(lit_submit(&l[i & 1], first, pair, i ? 2 : 1), 0);
		want = step(want, i + 1);
	}
	if (timeline)
		igt_assert(syncobj_timeline_wait(fd, &line, &point, 1, lit_deadline(LIT_SECONDS), 0,
						 NULL));
	else
		lit_wait(fd, sync[STEPS - 1].handle);
	igt_assert_eq_u32(map[0], want);
	for (unsigned int i = 0; i < STEPS && !timeline; i++)
		syncobj_destroy(fd, sync[i].handle);
	syncobj_destroy(fd, line);
	lit_buf_free(fd, &shared);
	lit_close(&l[0]);
	lit_close(&l[1]);
	xe_vm_destroy(fd, vm);
}

/* One queue keeps its order without any sync, many times around its ring. */
static void back_to_back(int fd, struct drm_xe_engine_class_instance *hwe, unsigned int count)
{
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	unsigned int first[16];
	uint32_t want = START;

	*lit_data(&l, 0) = START;
	for (unsigned int i = 0; i < ARRAY_SIZE(first); i++) {
		first[i] = emit_step(&l, lit_addr(&l, 0), 7 * i + 3);
		lit_out(&l, CS_BATCH_END);
	}
	for (unsigned int i = 0; i < count; i++) {
		struct drm_xe_exec exec = {
			.exec_queue_id = l.queue, .num_batch_buffer = 1,
			.address = l.buf.addr + first[i % ARRAY_SIZE(first)] * 4,
		};

		xe_exec(fd, &exec);
		want = step(want, 7 * (i % ARRAY_SIZE(first)) + 3);
	}
	l.n = 2048;
	lit_store(&l, lit_addr(&l, 4), START);
	{
		struct drm_xe_sync out = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);

		igt_assert_eq(lit_submit(&l, 2048, &out, 1), 0);
		lit_wait(fd, out.handle);
		syncobj_destroy(fd, out.handle);
	}
	igt_assert_eq_u32(*lit_data(&l, 0), want);
	igt_assert_eq_u32(*lit_data(&l, 4), START);
	lit_close(&l);
}

/* Many queues at once over all engines; each its own chain in one shared buffer. */
static void many_queues(int fd, unsigned int count, unsigned int execs)
{
	uint32_t vm = xe_vm_create(fd, 0, 0);
	struct lit_buf shared = lit_buf_new(fd, vm, system_memory(fd), SHARED_ADDR, SZ_64K);
	volatile uint32_t *map = shared.map;
	struct lit *l = calloc(count, sizeof(*l));
	struct drm_xe_sync *out = calloc(count, sizeof(*out));

	igt_assert(l && out);
	for (unsigned int i = 0; i < count; i++) {
		l[i] = lit_open_at(fd, vm, &xe_engine(fd, i % xe_number_engines(fd))->instance,
				   system_memory(fd), LIT_CS_ADDR + i * (uint64_t)SZ_2M);
		out[i] = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
		map[16 * i] = i;
	}
	for (unsigned int e = 0; e < execs; e++)
		for (unsigned int i = 0; i < count; i++) {
			unsigned int first = emit_step(&l[i], SHARED_ADDR + 64 * i, e + i);

			igt_assert_eq(lit_submit(&l[i], first, &out[i], e == execs - 1), 0);
		}
	for (unsigned int i = 0; i < count; i++) {
		uint32_t want = i;

		lit_wait(fd, out[i].handle);
		for (unsigned int e = 0; e < execs; e++)
			want = step(want, e + i);
		igt_assert_eq_u32(map[16 * i], want);
		syncobj_destroy(fd, out[i].handle);
		lit_close(&l[i]);
	}
	free(l);
	free(out);
	lit_buf_free(fd, &shared);
	xe_vm_destroy(fd, vm);
}

/* The GPU writes the fence's value behind the batch, into memory of the VM. */
static void user_fence(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	struct drm_xe_sync user = {
		.type = DRM_XE_SYNC_TYPE_USER_FENCE, .flags = DRM_XE_SYNC_FLAG_SIGNAL,
		.addr = lit_addr(&l, 64),
	};

	for (unsigned int i = 0; i < 8; i++) {
		unsigned int first = l.n;
		uint64_t *cpu = (uint64_t *)lit_data(&l, 64);

		user.timeline_value = 0x1234567800000001ull + i;
		lit_store(&l, lit_addr(&l, 0), START + i);
		igt_assert_eq(lit_submit(&l, first, &user, 1), 0);
		xe_wait_ufence(fd, cpu, user.timeline_value, l.queue, LIT_SECONDS * NSEC_PER_SEC);
		igt_assert_eq_u64(*(volatile uint64_t *)cpu, user.timeline_value);
		igt_assert_eq_u32(*lit_data(&l, 0), START + i);
	}
	lit_close(&l);
}

/* What a wait for a user fence says when the value does not come, and with every comparison. */
static void user_fence_wait(int fd)
{
	static const struct { uint16_t op; uint64_t value; bool holds; } rows[] = {
		{ DRM_XE_UFENCE_WAIT_OP_EQ, 5, true }, { DRM_XE_UFENCE_WAIT_OP_EQ, 6, false },
		{ DRM_XE_UFENCE_WAIT_OP_NEQ, 6, true }, { DRM_XE_UFENCE_WAIT_OP_NEQ, 5, false },
		{ DRM_XE_UFENCE_WAIT_OP_GT, 4, true }, { DRM_XE_UFENCE_WAIT_OP_GT, 5, false },
		{ DRM_XE_UFENCE_WAIT_OP_GTE, 5, true }, { DRM_XE_UFENCE_WAIT_OP_GTE, 6, false },
		{ DRM_XE_UFENCE_WAIT_OP_LT, 6, true }, { DRM_XE_UFENCE_WAIT_OP_LT, 5, false },
		{ DRM_XE_UFENCE_WAIT_OP_LTE, 5, true }, { DRM_XE_UFENCE_WAIT_OP_LTE, 4, false },
	};
	uint64_t word __attribute__((aligned(8))) = 0xabcd00000005ull;

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		struct drm_xe_wait_user_fence wait = {
			.addr = to_user_pointer(&word), .op = rows[i].op, .value = rows[i].value,
			.mask = 0xffffffff, .timeout = 20000000,
		};
		int64_t start = lit_deadline(0);
		int ret = igt_ioctl(fd, DRM_IOCTL_XE_WAIT_USER_FENCE, &wait);

		igt_assert_f(ret == (rows[i].holds ? 0 : -1) && (rows[i].holds || errno == ETIME),
			     "row %u: %d, errno %d\n", i, ret, errno);
		/* The kernel counts ticks, of up to 10 ms, and the first one is not whole. */
		igt_assert(rows[i].holds || lit_deadline(0) - start >= 10000000);
	}
}

/* Nothing to run: the fence comes behind what the queue has, and at once on an idle one. */
static void no_batch(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	struct drm_xe_sync spin = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	struct drm_xe_sync out = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	struct drm_xe_exec exec = {
		.exec_queue_id = l.queue, .syncs = to_user_pointer(&out), .num_syncs = 1,
	};

	xe_exec(fd, &exec);
	lit_wait(fd, out.handle);
	syncobj_reset(fd, &out.handle, 1);
	lit_spin(&l, 0);
	igt_assert_eq(lit_submit(&l, 0, &spin, 1), 0);
	xe_exec(fd, &exec);
	igt_assert(!lit_signaled(fd, out.handle, 0.05));
	*lit_data(&l, 0) = 0;
	lit_wait(fd, out.handle);
	igt_assert(lit_signaled(fd, spin.handle, 0));
	syncobj_destroy(fd, out.handle);
	syncobj_destroy(fd, spin.handle);
	lit_close(&l);
}

/* A batch behind a fence that is not signalled does not begin; a later one behind it neither. */
static void in_fence_pending(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct lit spin = lit_open(fd, other_engine(fd, hwe), system_memory(fd));
	struct lit l = lit_open_at(fd, spin.vm, hwe, system_memory(fd), LIT_CS_ADDR + SZ_2M);
	struct drm_xe_sync busy = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	struct drm_xe_sync syncs[2] = { busy, lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL) };
	struct drm_xe_sync last = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	unsigned int first;

	syncs[0].flags = 0;
	lit_spin(&spin, 0);
	igt_assert_eq(lit_submit(&spin, 0, &busy, 1), 0);
	lit_store(&l, lit_addr(&l, 0), START);
	igt_assert_eq(lit_submit(&l, 0, syncs, 2), 0);
	first = l.n;
	lit_store(&l, lit_addr(&l, 4), START + 1);
	igt_assert_eq(lit_submit(&l, first, &last, 1), 0);
	igt_assert(!lit_signaled(fd, syncs[1].handle, 0.1));
	igt_assert(!lit_signaled(fd, last.handle, 0));
	igt_assert_eq_u32(*lit_data(&l, 0) | *lit_data(&l, 4), 0);
	*lit_data(&spin, 0) = 0;
	lit_wait(fd, last.handle);
	igt_assert(lit_signaled(fd, syncs[1].handle, 0));
	igt_assert_eq_u32(*lit_data(&l, 0), START);
	igt_assert_eq_u32(*lit_data(&l, 4), START + 1);
	syncobj_destroy(fd, busy.handle);
	syncobj_destroy(fd, syncs[1].handle);
	syncobj_destroy(fd, last.handle);
	lit_close(&l);
	lit_close(&spin);
}

/* While one queue of an engine spins, another one gets its slices. */
static void timeslice(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct lit spin = lit_open(fd, hwe, system_memory(fd));
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	struct drm_xe_sync busy = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);

	lit_spin(&spin, 0);
	igt_assert_eq(lit_submit(&spin, 0, &busy, 1), 0);
	for (unsigned int i = 0; i < 4; i++) {
		lit_store(&l, lit_addr(&l, 0), START + i);
		lit_run(&l);
		igt_assert_eq_u32(*lit_data(&l, 0), START + i);
	}
	igt_assert(!lit_signaled(fd, busy.handle, 0));
	*lit_data(&spin, 0) = 0;
	lit_wait(fd, busy.handle);
	syncobj_destroy(fd, busy.handle);
	lit_close(&l);
	lit_close(&spin);
}

/* A job may use what was bound before it was submitted, though no fence links the two. */
static void after_bind(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	struct drm_xe_sync unbound = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);

	for (unsigned int i = 0; i < 16; i++) {
		struct lit_buf b = lit_buf_new(fd, l.vm, vram_if_possible(fd, hwe->gt_id), 0, SZ_2M);
		volatile uint32_t *last = (uint32_t *)((char *)b.map + SZ_2M) - 1;

		xe_vm_bind_async(fd, l.vm, 0, b.bo, 0, SHARED_ADDR, SZ_2M, NULL, 0);
		lit_store(&l, SHARED_ADDR + SZ_2M - 4, START + i);
		lit_run(&l);
		igt_assert_eq_u32(*last, START + i);
		syncobj_reset(fd, &unbound.handle, 1);
		xe_vm_unbind_async(fd, l.vm, 0, 0, SHARED_ADDR, SZ_2M, &unbound, 1);
		lit_wait(fd, unbound.handle);
		lit_buf_free(fd, &b);
	}
	syncobj_destroy(fd, unbound.handle);
	lit_close(&l);
}

/* A bind that waits for a job holds up no other job. */
static void beside_bind(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct lit spin = lit_open(fd, other_engine(fd, hwe), system_memory(fd));
	struct lit l = lit_open_at(fd, spin.vm, hwe, system_memory(fd), LIT_CS_ADDR + SZ_2M);
	struct lit_buf b = lit_buf_new(fd, l.vm, vram_if_possible(fd, hwe->gt_id), 0, SZ_64K);
	struct drm_xe_sync busy = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	struct drm_xe_sync syncs[2] = { busy, lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL) };

	syncs[0].flags = 0;
	lit_spin(&spin, 0);
	igt_assert_eq(lit_submit(&spin, 0, &busy, 1), 0);
	xe_vm_bind_async(fd, l.vm, 0, b.bo, 0, SHARED_ADDR, SZ_64K, syncs, 2);
	lit_store(&l, lit_addr(&l, 0), START);
	lit_run(&l);
	igt_assert_eq_u32(*lit_data(&l, 0), START);
	igt_assert(!lit_signaled(fd, syncs[1].handle, 0));
	*lit_data(&spin, 0) = 0;
	lit_wait(fd, syncs[1].handle);
	lit_store(&l, SHARED_ADDR, START);
	lit_run(&l);
	igt_assert_eq_u32(*(volatile uint32_t *)b.map, START);
	syncobj_destroy(fd, busy.handle);
	syncobj_destroy(fd, syncs[1].handle);
	lit_buf_free(fd, &b);
	lit_close(&l);
	lit_close(&spin);
}

/* Several processes with a device file, VM and queue of their own each. */
static void processes(unsigned int count)
{
	igt_fork(child, count) {
		int fd = drm_open_driver(DRIVER_XE);

		back_to_back(fd, &xe_engine(fd, child % xe_number_engines(fd))->instance, 40);
		drm_close_driver(fd);
	}
	igt_waitchildren();
}

#define each_engine(fd, hwe, call) do { \
	xe_for_each_engine(fd, hwe) \
		igt_dynamic_f(LIT_ENGINE_FMT, LIT_ENGINE(hwe)) \
			call; } while (0)

igt_main
{
	struct drm_xe_engine_class_instance *hwe;
	int fd;

	igt_fixture
		fd = drm_open_driver(DRIVER_XE);

	igt_subtest_with_dynamic("two-queues-same-engine")
		each_engine(fd, hwe, two_queues(fd, hwe, hwe, false));
	igt_subtest_with_dynamic("two-queues-other-engine")
		each_engine(fd, hwe, two_queues(fd, hwe, other_engine(fd, hwe), false));
	igt_subtest_with_dynamic("two-queues-timeline")
		each_engine(fd, hwe, two_queues(fd, hwe, other_engine(fd, hwe), true));
	igt_subtest_with_dynamic("back-to-back-256")
		each_engine(fd, hwe, back_to_back(fd, hwe, 256));
	igt_subtest("back-to-back-2000")
		back_to_back(fd, &xe_engine(fd, 0)->instance, 2000);
	igt_subtest("many-queues")
		many_queues(fd, 64, 8);
	igt_subtest("many-processes")
		processes(8);
	igt_subtest_with_dynamic("user-fence")
		each_engine(fd, hwe, user_fence(fd, hwe));
	igt_subtest("user-fence-wait")
		user_fence_wait(fd);
	igt_subtest_with_dynamic("no-batch")
		each_engine(fd, hwe, no_batch(fd, hwe));
	igt_subtest_with_dynamic("in-fence-pending")
		each_engine(fd, hwe, in_fence_pending(fd, hwe));
	igt_subtest_with_dynamic("after-bind")
		each_engine(fd, hwe, after_bind(fd, hwe));
	igt_subtest_with_dynamic("beside-bind")
		each_engine(fd, hwe, beside_bind(fd, hwe));
	igt_subtest_with_dynamic("timeslice")
		each_engine(fd, hwe, timeslice(fd, hwe));

	igt_fixture
		drm_close_driver(fd);
}
