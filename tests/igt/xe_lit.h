/* SPDX-License-Identifier: MIT */
/*
 * What the xe_lit tests share: the command words they use, a buffer with its mapping,
 * and a queue with one batch buffer on which everything waits a bounded time.
 */
#ifndef XE_LIT_H
#define XE_LIT_H

#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "igt.h"
#include "igt_syncobj.h"
#include "intel_pat.h"
#include "xe/xe_ioctl.h"
#include "xe/xe_query.h"

/* ---- command words; lengths are those of the whole command less two ---- */
#define CS_NOOP 0u
#define CS_ARB_CHECK 0x02800000u
#define CS_BATCH_END 0x05000000u
#define CS_MATH(n) (0x0d000000u | ((n) - 1))
#define CS_SEMAPHORE_WAIT_GTE 0x0e009003u /* polls until memory >= data */
#define CS_STORE_DW(n) (0x10000000u | ((n) + 1))
#define CS_STORE_QW(n) (0x10200000u | (2 * (n) + 1))
#define CS_LRI(n) (0x11080000u | (2 * (n) - 1)) /* registers are relative to the engine */
#define CS_SRM 0x12080002u
#define CS_FLUSH_DW_STORE_QW 0x13004003u
#define CS_LRM 0x14880002u
#define CS_LRR 0x150c0001u
#define CS_COPY_MEM_MEM 0x17000003u
#define CS_ATOMIC_INC 0x17800501u
#define CS_BATCH_START 0x18800101u
#define CS_BATCH_START_2ND 0x18c00101u
#define CS_COND_END_UNLESS_GT 0x1b200002u /* ends unless memory > data */

#define REG_TIMESTAMP 0x358u
#define REG_CTX_TIMESTAMP 0x3a8u
#define REG_GPR(n) (0x600u + 8 * (n))

/* ALU of CS_MATH */
#define ALU(op, a, b) ((uint32_t)(op) << 20 | (a) << 10 | (b))
#define ALU_LOAD(to, from) ALU(0x080, to, from)
#define ALU_STORE(to, from) ALU(0x180, to, from)
#define ALU_STOREINV(to, from) ALU(0x580, to, from)
#define ALU_ADD ALU(0x100, 0, 0)
#define ALU_SUB ALU(0x101, 0, 0)
#define ALU_AND ALU(0x102, 0, 0)
#define ALU_OR ALU(0x103, 0, 0)
#define ALU_XOR ALU(0x104, 0, 0)
#define ALU_SRCA 0x20
#define ALU_SRCB 0x21
#define ALU_ACCU 0x31
#define ALU_ZF 0x32
#define ALU_CF 0x33

#define LIT_SECONDS 20 /* nothing waits longer */
#define LIT_WORKS 0x900d0000u
#define LIT_CS_ADDR 0x7000000000ull
#define LIT_CS_SIZE SZ_64K
#define LIT_DATA 0x4000u /* where a batch buffer's data begin; batches end before */
#define LIT_DATA_SIZE 0x4000u

/* The dynamic subtest of an engine, as igt_dynamic_f()'s arguments */
#define LIT_ENGINE_FMT "gt%d-%s%d"
#define LIT_ENGINE(hwe) \
	(hwe)->gt_id, xe_engine_class_short_string((hwe)->engine_class), (hwe)->engine_instance

/* lit_each_gt() - @call with @hwe a copy engine of each GT that has one, as dynamic subtests */
#define lit_each_gt(fd, hwe, call) \
	for (int gt__ = 0; gt__ < 4; gt__++) { \
		hwe = lit_engine(fd, gt__, DRM_XE_ENGINE_CLASS_COPY); \
		if (!hwe) \
			continue; \
		igt_dynamic_f("gt%d", gt__) \
			call; \
	}

/* lit_each_class() - likewise, @hwe an engine of each class of each GT */
#define lit_each_class(fd, hwe, call) \
	for (int gt__ = 0; gt__ < 4; gt__++) \
		for (int class__ = 0; class__ <= DRM_XE_ENGINE_CLASS_COMPUTE; class__++) { \
			hwe = lit_engine(fd, gt__, class__); \
			if (!hwe) \
				continue; \
			igt_dynamic_f(LIT_ENGINE_FMT, LIT_ENGINE(hwe)) \
				call; \
		}

/* ---- waiting ---- */
static inline int64_t lit_deadline(double seconds)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ll + t.tv_nsec + (int64_t)(seconds * 1e9);
}

static inline void lit_sleep_ms(unsigned int ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000l };

	nanosleep(&t, NULL);
}

/** lit_signaled() - whether @syncobj has a fence and it signals within @seconds */
static inline bool lit_signaled(int fd, uint32_t syncobj, double seconds)
{
	return syncobj_wait(fd, &syncobj, 1, lit_deadline(seconds), 0, NULL);
}

static inline void lit_wait(int fd, uint32_t syncobj)
{
	igt_assert_f(lit_signaled(fd, syncobj, LIT_SECONDS), "no fence within %d s\n", LIT_SECONDS);
}

static inline struct drm_xe_sync lit_sync(int fd, uint32_t flags)
{
	return (struct drm_xe_sync){
		.type = DRM_XE_SYNC_TYPE_SYNCOBJ, .flags = flags, .handle = syncobj_create(fd, 0),
	};
}

/* ---- data ---- */
/** lit_fill() - @bytes (of eight) of a sequence that @seed chooses */
static inline void lit_fill(void *data, size_t bytes, uint64_t seed)
{
	uint64_t *out = data, x = seed * 0x9e3779b97f4a7c15ull + 1;

	for (size_t i = 0; i < bytes / 8; i++) {
		x = x * 6364136223846793005ull + 1442695040888963407ull;
		out[i] = x ^ x >> 29;
	}
}

/** lit_assert_same() - byte by byte, naming the first that differs */
static inline void lit_assert_same(const void *got, const void *want, size_t bytes)
{
	const uint8_t *a = got, *b = want;
	size_t i = 0;

	if (!memcmp(got, want, bytes))
		return;
	while (a[i] == b[i])
		i++;
	igt_assert_f(false, "byte %#zx of %#zx is %02x, not %02x\n", i, bytes, a[i], b[i]);
}

/* ---- a buffer, mapped by the CPU and bound at an address ---- */
struct lit_buf {
	uint32_t bo;
	void *map;
	uint64_t addr;
	size_t size;
};

static inline struct lit_buf lit_buf_new(int fd, uint32_t vm, uint64_t region, uint64_t addr,
					 size_t size)
{
	struct lit_buf b = { .addr = addr, .size = size };

	b.bo = xe_bo_create(fd, vm, size, region, 0);
	b.map = xe_bo_map(fd, b.bo, size);
	if (addr)
		xe_vm_bind_sync(fd, vm, b.bo, 0, addr, size);
	return b;
}

static inline void lit_buf_free(int fd, struct lit_buf *b)
{
	igt_assert_eq(munmap(b->map, b->size), 0);
	gem_close(fd, b->bo);
}

/* ---- a queue with its batch buffer: commands first, data at LIT_DATA ---- */
struct lit {
	int fd;
	uint32_t vm, queue;
	bool own_vm;
	struct lit_buf buf;
	unsigned int n; /* dwords emitted */
};

static inline struct lit lit_open_at(int fd, uint32_t vm, struct drm_xe_engine_class_instance *hwe,
				     uint64_t region, uint64_t addr)
{
	struct lit l = { .fd = fd, .vm = vm, .own_vm = !vm };

	if (l.own_vm)
		l.vm = xe_vm_create(fd, 0, 0);
	l.buf = lit_buf_new(fd, l.vm, region, addr, LIT_CS_SIZE);
	l.queue = xe_exec_queue_create(fd, l.vm, hwe, 0);
	return l;
}

static inline struct lit lit_open(int fd, struct drm_xe_engine_class_instance *hwe, uint64_t region)
{
	return lit_open_at(fd, 0, hwe, region, LIT_CS_ADDR);
}

static inline void lit_close(struct lit *l)
{
	xe_exec_queue_destroy(l->fd, l->queue);
	lit_buf_free(l->fd, &l->buf);
	if (l->own_vm)
		xe_vm_destroy(l->fd, l->vm);
}

static inline void lit_out(struct lit *l, uint32_t dw)
{
	igt_assert(l->n < LIT_DATA / 4);
	((volatile uint32_t *)l->buf.map)[l->n++] = dw;
}

static inline void lit_out_addr(struct lit *l, uint64_t addr)
{
	lit_out(l, addr);
	lit_out(l, addr >> 32);
}

/** lit_data() - the CPU's view of byte @at of the data; lit_addr() the GPU's */
static inline volatile uint32_t *lit_data(struct lit *l, unsigned int at)
{
	return (volatile uint32_t *)((char *)l->buf.map + LIT_DATA + at);
}

static inline uint64_t lit_addr(struct lit *l, unsigned int at)
{
	return l->buf.addr + LIT_DATA + at;
}

/** lit_wait_data() - until the dword at byte @at of the data is @value */
static inline void lit_wait_data(struct lit *l, unsigned int at, uint32_t value)
{
	int64_t end = lit_deadline(LIT_SECONDS);

	while (*lit_data(l, at) != value && lit_deadline(0) < end)
		lit_sleep_ms(1);
	igt_assert_eq_u32(*lit_data(l, at), value);
}

static inline void lit_store(struct lit *l, uint64_t addr, uint32_t value)
{
	lit_out(l, CS_STORE_DW(1));
	lit_out_addr(l, addr);
	lit_out(l, value);
}

static inline void lit_copy_dw(struct lit *l, uint64_t to, uint64_t from)
{
	lit_out(l, CS_COPY_MEM_MEM);
	lit_out_addr(l, to);
	lit_out_addr(l, from);
}

static inline void lit_set_reg(struct lit *l, uint32_t reg, uint32_t value)
{
	lit_out(l, CS_LRI(1));
	lit_out(l, reg);
	lit_out(l, value);
}

/** lit_reg_mem() - CS_SRM or CS_LRM of one register */
static inline void lit_reg_mem(struct lit *l, uint32_t command, uint32_t reg, uint64_t addr)
{
	lit_out(l, command);
	lit_out(l, reg);
	lit_out_addr(l, addr);
}

/** lit_calc() - a dword in GPR 0 and @k in GPR 1, @alu of @n words, GPR 0 to the dword */
static inline void lit_calc(struct lit *l, uint64_t addr, uint32_t k, const uint32_t *alu,
			    unsigned int n)
{
	lit_set_reg(l, REG_GPR(0) + 4, 0);
	lit_set_reg(l, REG_GPR(1), k);
	lit_set_reg(l, REG_GPR(1) + 4, 0);
	lit_reg_mem(l, CS_LRM, REG_GPR(0), addr);
	lit_out(l, CS_MATH(n));
	for (unsigned int i = 0; i < n; i++)
		lit_out(l, alu[i]);
	lit_reg_mem(l, CS_SRM, REG_GPR(0), addr);
}

/** lit_increment() - a dword, without an atomic, which memory must allow */
static inline void lit_increment(struct lit *l, uint64_t addr)
{
	static const uint32_t alu[] = {
		ALU_LOAD(ALU_SRCA, 0), ALU_LOAD(ALU_SRCB, 1), ALU_ADD, ALU_STORE(0, ALU_ACCU),
	};

	lit_calc(l, addr, 1, alu, ARRAY_SIZE(alu));
}

/** lit_spin() - an endless batch, until a store of 0 to byte @at of the data */
static inline void lit_spin(struct lit *l, unsigned int at)
{
	uint64_t top = l->buf.addr + l->n * 4;

	*lit_data(l, at) = 1;
	lit_out(l, CS_COND_END_UNLESS_GT);
	lit_out(l, 0);
	lit_out_addr(l, lit_addr(l, at));
	lit_out(l, CS_ARB_CHECK);
	lit_out(l, CS_BATCH_START);
	lit_out_addr(l, top);
}

/** lit_submit() - end the batch that began at dword @first, and run it */
static inline int lit_submit(struct lit *l, unsigned int first, struct drm_xe_sync *syncs,
			     uint32_t count)
{
	struct drm_xe_exec exec = {
		.exec_queue_id = l->queue,
		.num_batch_buffer = 1,
		.address = l->buf.addr + first * 4,
		.syncs = to_user_pointer(syncs),
		.num_syncs = count,
	};

	lit_out(l, CS_BATCH_END);
	if (l->n & 1)
		lit_out(l, CS_NOOP);
	return __xe_exec(l->fd, &exec);
}

/** lit_run() - run what was emitted, wait for it, begin anew */
static inline void lit_run(struct lit *l)
{
	struct drm_xe_sync out = lit_sync(l->fd, DRM_XE_SYNC_FLAG_SIGNAL);

	igt_assert_eq(lit_submit(l, 0, &out, 1), 0);
	lit_wait(l->fd, out.handle);
	syncobj_destroy(l->fd, out.handle);
	l->n = 0;
}

static inline bool lit_banned(int fd, uint32_t queue)
{
	struct drm_xe_exec_queue_get_property get = {
		.exec_queue_id = queue, .property = DRM_XE_EXEC_QUEUE_GET_PROPERTY_BAN,
	};

	igt_assert_eq(igt_ioctl(fd, DRM_IOCTL_XE_EXEC_QUEUE_GET_PROPERTY, &get), 0);
	return get.value;
}

/** lit_expect_ban() - run what was emitted: it must be ended, and its queue take no more work */
static inline void lit_expect_ban(struct lit *l)
{
	struct drm_xe_sync out = lit_sync(l->fd, DRM_XE_SYNC_FLAG_SIGNAL);
	struct drm_xe_exec again = {
		.exec_queue_id = l->queue, .num_batch_buffer = 1, .address = l->buf.addr,
	};
	int64_t end = lit_deadline(LIT_SECONDS);

	igt_assert_eq(lit_submit(l, 0, &out, 1), 0);
	lit_wait(l->fd, out.handle);
	while (!lit_banned(l->fd, l->queue) && lit_deadline(0) < end)
		lit_sleep_ms(5);
	igt_assert(lit_banned(l->fd, l->queue));
	igt_assert_eq(__xe_exec(l->fd, &again), -ECANCELED);
	syncobj_destroy(l->fd, out.handle);
	l->n = 0;
}

/* Batches on a new queue of an address space of its own write what they shall */
static inline void lit_check_works(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct lit l = lit_open(fd, hwe, vram_if_possible(fd, hwe->gt_id));

	for (unsigned int i = 0; i < 3; i++) {
		lit_store(&l, lit_addr(&l, 4 * i), LIT_WORKS + i);
		lit_run(&l);
		igt_assert_eq_u32(*lit_data(&l, 4 * i), LIT_WORKS + i);
	}
	igt_assert(!lit_banned(fd, l.queue));
	lit_close(&l);
}

static inline void lit_check_all_work(int fd)
{
	struct drm_xe_engine_class_instance *hwe;

	xe_for_each_engine(fd, hwe)
		lit_check_works(fd, hwe);
}

/** lit_engine() - an engine of @class on @gt, or NULL */
static inline struct drm_xe_engine_class_instance *lit_engine(int fd, int gt, int class)
{
	struct drm_xe_engine_class_instance *hwe;

	xe_for_each_engine(fd, hwe)
		if (hwe->gt_id == gt && hwe->engine_class == class)
			return hwe;
	return NULL;
}

#endif
