// SPDX-License-Identifier: MIT
/*
 * What a batch does without a blitter: stores, registers, arithmetic, waiting and
 * jumping, on every engine, with all of the data page checked afterwards.
 */
#include "xe_lit.h"

IGT_TEST_DESCRIPTION("Batches that store, compute, wait and jump, on every engine of every tile");

#define VALUE 0xc0ffee00u
#define MAX_DW 62
#define MAX_QW 255

/* What the data page must hold in the end. */
static uint32_t want[LIT_DATA_SIZE / 4];

/* A queue whose data page and expectation hold the same noise. */
static struct lit begin(int fd, struct drm_xe_engine_class_instance *hwe, uint64_t region)
{
	struct lit l = lit_open(fd, hwe, region);

	lit_fill(want, sizeof(want), hwe->engine_class * 16 + hwe->engine_instance);
	memcpy((void *)lit_data(&l, 0), want, sizeof(want));
	return l;
}

static void end(struct lit *l)
{
	lit_run(l);
	lit_assert_same((const void *)lit_data(l, 0), want, sizeof(want));
	lit_close(l);
}

static void store_dword(struct lit *l)
{
	for (unsigned int i = 0; i < 256; i++) {
		unsigned int dw = i * 37 % (LIT_DATA_SIZE / 4);

		lit_store(l, lit_addr(l, dw * 4), VALUE + i);
		want[dw] = VALUE + i;
	}
}

static void store_array(struct lit *l)
{
	lit_out(l, CS_STORE_DW(MAX_DW));
	lit_out_addr(l, lit_addr(l, 0x104));
	for (unsigned int i = 0; i < MAX_DW; i++) {
		want[0x104 / 4 + i] = VALUE ^ i << 16;
		lit_out(l, want[0x104 / 4 + i]);
	}
}

static void store_qword(struct lit *l)
{
	static const unsigned int counts[] = { 1, 2, MAX_QW };

	for (unsigned int c = 0, at = 8; c < ARRAY_SIZE(counts); c++, at += 0x1008) {
		lit_out(l, CS_STORE_QW(counts[c]));
		lit_out_addr(l, lit_addr(l, at));
		for (unsigned int i = 0; i < 2 * counts[c]; i++) {
			want[at / 4 + i] = VALUE * (i + 1);
			lit_out(l, want[at / 4 + i]);
		}
	}
}

static void flush_store(struct lit *l)
{
	for (unsigned int at = 0x200; at < 0x240; at += 16) {
		lit_out(l, CS_FLUSH_DW_STORE_QW);
		lit_out_addr(l, lit_addr(l, at));
		lit_out(l, want[at / 4] = VALUE + at);
		lit_out(l, want[at / 4 + 1] = ~at);
	}
}

static void copy_mem(struct lit *l)
{
	for (unsigned int i = 0; i < 64; i++) {
		lit_copy_dw(l, lit_addr(l, 0x800 + 4 * i), lit_addr(l, 4 * (i * 29 % 64)));
		want[0x200 + i] = want[i * 29 % 64];
	}
}

static void atomic_inc(struct lit *l)
{
	for (unsigned int i = 0; i < 100; i++) {
		unsigned int dw = i % 7 * 5;

		lit_out(l, CS_ATOMIC_INC);
		lit_out_addr(l, lit_addr(l, dw * 4));
		want[dw]++;
	}
}

/* Immediate to register to register to memory, and memory to register to memory. */
static void registers(struct lit *l)
{
	lit_out(l, CS_LRI(3));
	for (unsigned int i = 0; i < 3; i++) {
		lit_out(l, REG_GPR(i));
		lit_out(l, VALUE + i);
	}
	lit_out(l, CS_LRR);
	lit_out(l, REG_GPR(1));
	lit_out(l, REG_GPR(15) + 4);
	lit_reg_mem(l, CS_LRM, REG_GPR(4) + 4, lit_addr(l, 0x40));
	lit_reg_mem(l, CS_SRM, REG_GPR(0), lit_addr(l, 0x100));
	lit_reg_mem(l, CS_SRM, REG_GPR(2), lit_addr(l, 0x104));
	lit_reg_mem(l, CS_SRM, REG_GPR(15) + 4, lit_addr(l, 0x108));
	lit_reg_mem(l, CS_SRM, REG_GPR(4) + 4, lit_addr(l, 0x10c));
	want[0x40] = VALUE;
	want[0x41] = VALUE + 2;
	want[0x42] = VALUE + 1;
	want[0x43] = want[0x10];
}

static void gpr_set(struct lit *l, unsigned int n, uint64_t value)
{
	lit_set_reg(l, REG_GPR(n), value);
	lit_set_reg(l, REG_GPR(n) + 4, value >> 32);
}

static void gpr_save(struct lit *l, unsigned int n, unsigned int at, uint64_t expect)
{
	lit_reg_mem(l, CS_SRM, REG_GPR(n), lit_addr(l, at));
	lit_reg_mem(l, CS_SRM, REG_GPR(n) + 4, lit_addr(l, at + 4));
	want[at / 4] = expect;
	want[at / 4 + 1] = expect >> 32;
}

static void math(struct lit *l)
{
	const uint64_t a = 0xf0e1d2c3b4a59687ull, b = 0x8796a5b4c3d2e1f0ull;
	const struct { uint32_t op; uint64_t result, carry; } rows[] = {
		{ ALU_ADD, a + b, ~0ull }, { ALU_SUB, a - b, 0 }, { ALU_AND, a & b, 0 },
		{ ALU_OR, a | b, 0 }, { ALU_XOR, a ^ b, 0 },
	};

	gpr_set(l, 0, a);
	gpr_set(l, 1, b);
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		bool carries = rows[i].op == ALU_ADD || rows[i].op == ALU_SUB;

		lit_out(l, CS_MATH(6));
		lit_out(l, ALU_LOAD(ALU_SRCA, 0));
		lit_out(l, ALU_LOAD(ALU_SRCB, 1));
		lit_out(l, rows[i].op);
		lit_out(l, ALU_STORE(2, ALU_ACCU));
		lit_out(l, ALU_STOREINV(3, ALU_ACCU));
		lit_out(l, ALU_STORE(4, ALU_CF));
		gpr_save(l, 2, 0x100 + 32 * i, rows[i].result);
		gpr_save(l, 3, 0x108 + 32 * i, ~rows[i].result);
		if (carries)
			gpr_save(l, 4, 0x110 + 32 * i, rows[i].carry);
	}
	lit_out(l, CS_MATH(4));
	lit_out(l, ALU_LOAD(ALU_SRCA, 0));
	lit_out(l, ALU_LOAD(ALU_SRCB, 0));
	lit_out(l, ALU_SUB);
	lit_out(l, ALU_STORE(5, ALU_ZF));
	gpr_save(l, 5, 0x300, ~0ull);
}

/* A batch goes on behind a second-level one, and does not return from a chained one. */
static void second_level(struct lit *l)
{
	const unsigned int inner = 0x800, chained = 0xc00; /* dwords */
	unsigned int outer;

	lit_store(l, lit_addr(l, 0), want[0] = VALUE);
	lit_out(l, CS_BATCH_START_2ND);
	lit_out_addr(l, l->buf.addr + inner * 4);
	lit_store(l, lit_addr(l, 8), want[2] = VALUE + 2);
	lit_out(l, CS_BATCH_START);
	lit_out_addr(l, l->buf.addr + chained * 4);
	lit_store(l, lit_addr(l, 12), VALUE + 3); /* never */
	lit_out(l, CS_BATCH_END);
	outer = l->n;
	l->n = inner;
	lit_store(l, lit_addr(l, 4), want[1] = VALUE + 1);
	lit_out(l, CS_BATCH_END);
	l->n = chained;
	lit_store(l, lit_addr(l, 16), want[4] = VALUE + 4);
	lit_out(l, CS_BATCH_END);
	l->n = outer;
}

/* Memory above the value: goes on. Equal or below: ends there. */
static void cond_end(struct lit *l)
{
	static const struct { uint32_t mem, data; } rows[] = { { 5, 4 }, { ~0u, 0 }, { 5, 5 } };

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		bool on = rows[i].mem > rows[i].data;

		*lit_data(l, 0x80 + 8 * i) = want[0x20 + 2 * i] = rows[i].mem;
		lit_out(l, CS_COND_END_UNLESS_GT);
		lit_out(l, rows[i].data);
		lit_out_addr(l, lit_addr(l, 0x80 + 8 * i));
		lit_store(l, lit_addr(l, 0x100 + 4 * i), VALUE + i);
		if (on)
			want[0x40 + i] = VALUE + i;
	}
}

static const struct {
	const char *name;
	void (*emit)(struct lit *l);
} kinds[] = {
	{ "dword", store_dword }, { "dword-array", store_array }, { "qword", store_qword },
	{ "flush-dw", flush_store }, { "copy-mem-mem", copy_mem }, { "atomic-inc", atomic_inc },
	{ "registers", registers }, { "math", math }, { "second-level", second_level },
	{ "cond-batch-end", cond_end },
};

static uint64_t data64(struct lit *l, unsigned int at)
{
	return *lit_data(l, at) | (uint64_t)*lit_data(l, at + 4) << 32;
}

static uint64_t clock_hz(int fd, int gt)
{
	for (uint32_t i = 0; i < xe_gt_list(fd)->num_gt; i++)
		if (xe_gt_list(fd)->gt_list[i].gt_id == gt)
			return xe_gt_list(fd)->gt_list[i].reference_clock;
	return 0;
}

/* Memory: 0 the end of the loop, 8 and 16 the engine's clock, 24 and 28 the context's. */
static void emit_clocks(struct lit *l)
{
	unsigned int top;

	lit_reg_mem(l, CS_SRM, REG_TIMESTAMP, lit_addr(l, 8));
	lit_reg_mem(l, CS_SRM, REG_TIMESTAMP + 4, lit_addr(l, 12));
	lit_reg_mem(l, CS_SRM, REG_CTX_TIMESTAMP, lit_addr(l, 24));
	top = l->n;
	lit_reg_mem(l, CS_SRM, REG_TIMESTAMP, lit_addr(l, 16));
	lit_reg_mem(l, CS_SRM, REG_TIMESTAMP + 4, lit_addr(l, 20));
	lit_reg_mem(l, CS_SRM, REG_CTX_TIMESTAMP, lit_addr(l, 28));
	*lit_data(l, 0) = 1;
	lit_out(l, CS_COND_END_UNLESS_GT);
	lit_out(l, 0);
	lit_out_addr(l, lit_addr(l, 0));
	lit_out(l, CS_BATCH_START);
	lit_out_addr(l, l->buf.addr + top * 4);
}

/* The engine's clock and the context's run at the stated frequency while a batch does. */
static void timestamps(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	struct drm_xe_sync done = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	uint64_t hz = clock_hz(fd, hwe->gt_id), engine, context, cpu;
	int64_t start = lit_deadline(0);

	igt_assert(hz);
	emit_clocks(&l);
	igt_assert_eq(lit_submit(&l, 0, &done, 1), 0);
	while (!*lit_data(&l, 28) && lit_deadline(0) < start + LIT_SECONDS * NSEC_PER_SEC)
		lit_sleep_ms(1);
	lit_sleep_ms(30);
	*lit_data(&l, 0) = 0;
	lit_wait(fd, done.handle);
	cpu = lit_deadline(0) - start;
	engine = (data64(&l, 16) - data64(&l, 8)) * NSEC_PER_SEC / hz;
	context = (uint64_t)(*lit_data(&l, 28) - *lit_data(&l, 24)) * NSEC_PER_SEC / hz;
	igt_assert_f(engine >= 20000000 && engine <= cpu,
		     "%" PRIu64 " ns by the engine, %" PRIu64 " by the CPU\n", engine, cpu);
	igt_assert_f(context >= 10000000 && context <= cpu,
		     "%" PRIu64 " ns by the context, %" PRIu64 " by the CPU\n", context, cpu);
	syncobj_destroy(fd, done.handle);
	lit_close(&l);
}

/* One queue waits in a semaphore for what another one stores, and answers. */
static void semaphore(int fd, struct drm_xe_engine_class_instance *a,
		      struct drm_xe_engine_class_instance *b)
{
	struct lit waiter = lit_open(fd, a, system_memory(fd));
	struct lit poster = lit_open_at(fd, waiter.vm, b, system_memory(fd), LIT_CS_ADDR + SZ_2M);
	struct drm_xe_sync done = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);

	lit_out(&waiter, CS_SEMAPHORE_WAIT_GTE);
	lit_out(&waiter, VALUE);
	lit_out_addr(&waiter, lit_addr(&waiter, 0));
	lit_out(&waiter, 0);
	lit_copy_dw(&waiter, lit_addr(&waiter, 4), lit_addr(&waiter, 0));
	igt_assert_eq(lit_submit(&waiter, 0, &done, 1), 0);
	igt_assert(!lit_signaled(fd, done.handle, 0.05));
	igt_assert_eq_u32(*lit_data(&waiter, 4), 0);
	lit_store(&poster, lit_addr(&waiter, 0), VALUE - 1);
	lit_run(&poster);
	igt_assert(!lit_signaled(fd, done.handle, 0.05));
	lit_store(&poster, lit_addr(&waiter, 0), VALUE + 1);
	lit_run(&poster);
	lit_wait(fd, done.handle);
	igt_assert_eq_u32(*lit_data(&waiter, 4), VALUE + 1);
	syncobj_destroy(fd, done.handle);
	lit_close(&poster);
	lit_close(&waiter);
}

static struct drm_xe_engine_class_instance *other_engine(int fd,
							 struct drm_xe_engine_class_instance *hwe)
{
	return &xe_engine(fd, hwe == &xe_engine(fd, 0)->instance)->instance;
}

static void on_engine(int fd, struct drm_xe_engine_class_instance *hwe, uint64_t region,
		      void (*emit)(struct lit *l))
{
	struct lit l = begin(fd, hwe, region);

	emit(&l);
	end(&l);
}

/* Ponte Vecchio has no atomics on system memory: such a batch is ended, nothing changes. */
static bool no_atomics(int fd, uint64_t region)
{
	return xe_dev_id(fd) >> 8 == 0x0b && region == system_memory(fd);
}

static void atomics_refused(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct lit l = begin(fd, hwe, system_memory(fd));
	uint32_t before[LIT_DATA_SIZE / 4];

	memcpy(before, want, sizeof(before));
	atomic_inc(&l);
	lit_expect_ban(&l);
	lit_assert_same((const void *)lit_data(&l, 0), before, sizeof(before));
	lit_close(&l);
}

static void run_kind(int fd, struct drm_xe_engine_class_instance *hwe, uint64_t region, int kind)
{
	if (kinds[kind].emit == atomic_inc && no_atomics(fd, region))
		atomics_refused(fd, hwe);
	else
		on_engine(fd, hwe, region, kinds[kind].emit);
}

igt_main
{
	struct drm_xe_engine_class_instance *hwe;
	int fd;

	igt_fixture
		fd = drm_open_driver(DRIVER_XE);

	for (int i = 0; i < ARRAY_SIZE(kinds); i++) {
		igt_subtest_with_dynamic_f("%s-system", kinds[i].name)
			xe_for_each_engine(fd, hwe)
				igt_dynamic_f(LIT_ENGINE_FMT, LIT_ENGINE(hwe))
					run_kind(fd, hwe, system_memory(fd), i);
		igt_subtest_with_dynamic_f("%s-vram", kinds[i].name) {
			igt_require(xe_has_vram(fd));
			xe_for_each_engine(fd, hwe)
				igt_dynamic_f(LIT_ENGINE_FMT, LIT_ENGINE(hwe))
					run_kind(fd, hwe, vram_memory(fd, hwe->gt_id), i);
		}
	}

	igt_subtest_with_dynamic("timestamps")
		xe_for_each_engine(fd, hwe)
			igt_dynamic_f(LIT_ENGINE_FMT, LIT_ENGINE(hwe))
				timestamps(fd, hwe);

	igt_subtest_with_dynamic("semaphore-same-engine")
		xe_for_each_engine(fd, hwe)
			igt_dynamic_f(LIT_ENGINE_FMT, LIT_ENGINE(hwe))
				semaphore(fd, hwe, hwe);

	igt_subtest_with_dynamic("semaphore-other-engine")
		xe_for_each_engine(fd, hwe)
			igt_dynamic_f(LIT_ENGINE_FMT, LIT_ENGINE(hwe))
				semaphore(fd, hwe, other_engine(fd, hwe));

	igt_fixture
		drm_close_driver(fd);
}
