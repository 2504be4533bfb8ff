// SPDX-License-Identifier: MIT
/*
 * Binds that fail half-way. A kernel with CONFIG_DRM_XE_DEBUG lets them: an operation with bit 31
 * of its flags set fails the bind, each time at another point. As after any error, what was mapped
 * is still mapped, nothing else is, and nothing is lost.
 */
#include <xf86drm.h>

#include "lit_memory.h"
#include "xe_lit.h"

IGT_TEST_DESCRIPTION("Binds that are made to fail at each point");

#define FAIL (1u << 31)
#define POINTS 7 /* of our driver; the stock driver has fewer */
#define ADDR 0x100000000ull
#define FAR_ADDR 0x6600000000ull /* tables of its own */
#define SIZE SZ_2M
#define VALUE 0xbfa10000u

/**
 * struct env - what the failing arrays work on
 * @l: queue; a batch in the address space
 * @old: mapped at ADDR
 * @new: mapped nowhere
 * @user: likewise, of the process
 */
struct env {
	struct lit l;
	struct lit_buf old, new;
	char *user;
};

static struct env open_env(int fd)
{
	struct env e = { .l = lit_open(fd, &xe_engine(fd, 0)->instance, system_memory(fd)) };

	e.old = lit_buf_new(fd, e.l.vm, vram_if_possible(fd, 0), ADDR, SIZE);
	e.new = lit_buf_new(fd, 0, vram_if_possible(fd, 0), 0, SIZE);
	e.user = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	igt_assert(e.user != MAP_FAILED);
	return e;
}

static void close_env(struct env *e)
{
	lit_buf_free(e->l.fd, &e->new);
	lit_buf_free(e->l.fd, &e->old);
	lit_close(&e->l);
	munmap(e->user, SIZE);
}

/* One of each kind: cut, replaced, unmapped, mapped near and far, user memory, nothing, moved. */
#define N_OPS 8
static void make_ops(struct env *e, struct drm_xe_vm_bind_op *ops)
{
	const struct drm_xe_vm_bind_op all[N_OPS] = {
		{ .op = DRM_XE_VM_BIND_OP_UNMAP, .addr = ADDR + SZ_64K, .range = SZ_64K },
		{ .op = DRM_XE_VM_BIND_OP_MAP, .obj = e->new.bo, .addr = ADDR + SZ_1M, .range = SZ_64K },
		{ .op = DRM_XE_VM_BIND_OP_MAP, .obj = e->new.bo, .addr = ADDR + SIZE, .range = SIZE },
		{ .op = DRM_XE_VM_BIND_OP_UNMAP, .addr = ADDR + SIZE, .range = SIZE },
		{ .op = DRM_XE_VM_BIND_OP_MAP_USERPTR, .obj_offset = to_user_pointer(e->user),
		  .addr = FAR_ADDR, .range = SIZE },
		{ .op = DRM_XE_VM_BIND_OP_MAP, .obj = e->new.bo, .addr = FAR_ADDR + SZ_1G,
		  .range = SIZE },
		{ .op = DRM_XE_VM_BIND_OP_MAP, .flags = DRM_XE_VM_BIND_FLAG_NULL,
		  .addr = FAR_ADDR + SIZE, .range = SIZE },
		{ .op = DRM_XE_VM_BIND_OP_PREFETCH, .addr = FAR_ADDR + SZ_1G, .range = SIZE,
		  .prefetch_mem_region_instance = xe_has_vram(e->l.fd) },
	};

	for (unsigned int i = 0; i < N_OPS; i++) {
		ops[i] = all[i];
		ops[i].pat_index = intel_get_pat_idx_wb(e->l.fd);
	}
}

static int bind(struct env *e, struct drm_xe_vm_bind_op *ops, struct drm_xe_sync *out)
{
	struct drm_xe_vm_bind args = {
		.vm_id = e->l.vm, .num_binds = N_OPS, .vector_of_binds = to_user_pointer(ops),
		.syncs = to_user_pointer(out), .num_syncs = 1,
	};

	return igt_ioctl(e->l.fd, DRM_IOCTL_XE_VM_BIND, &args) ? -errno : 0;
}

static void check_store(struct env *e, uint64_t addr, void *cpu, uint64_t at, uint32_t value)
{
	lit_store(&e->l, addr + at, value);
	lit_run(&e->l);
	igt_assert_eq_u32(*(volatile uint32_t *)((char *)cpu + at), value);
}

/* All of the old buffer is where it was. */
static void check_old(struct env *e, unsigned int round)
{
	for (uint64_t at = 0; at < SIZE; at += SZ_64K)
		lit_store(&e->l, ADDR + at, VALUE + round + at);
	lit_run(&e->l);
	for (uint64_t at = 0; at < SIZE; at += SZ_64K)
		igt_assert_eq_u32(((uint32_t *)e->old.map)[at / 4], VALUE + round + at);
}

/* Nothing is at @addr: whoever stores there is banned. */
static void check_nothing(struct env *e, uint64_t addr)
{
	struct lit bad = lit_open_at(e->l.fd, e->l.vm, &xe_engine(e->l.fd, 0)->instance,
				     system_memory(e->l.fd), LIT_CS_ADDR + SZ_64M);

	lit_store(&bad, addr, VALUE);
	lit_expect_ban(&bad);
	xe_vm_unbind_sync(e->l.fd, e->l.vm, 0, bad.buf.addr, bad.buf.size);
	lit_close(&bad);
}

/* What the array says is so. */
static void check_new(struct env *e)
{
	check_store(e, ADDR, e->old.map, 0, VALUE);
	check_store(e, ADDR, e->old.map, 2 * SZ_64K, VALUE + 1);
	check_store(e, ADDR + SZ_1M, e->new.map, 64, VALUE + 2);
	check_store(e, FAR_ADDR, e->user, SZ_1M, VALUE + 3);
	check_store(e, FAR_ADDR + SZ_1G, e->new.map, SZ_1M, VALUE + 4);
	lit_store(&e->l, FAR_ADDR + SIZE, VALUE);
	lit_copy_dw(&e->l, lit_addr(&e->l, 0), FAR_ADDR + SIZE);
	lit_run(&e->l);
	igt_assert_eq_u32(*lit_data(&e->l, 0), 0);
	check_nothing(e, ADDR + SZ_64K);
	check_nothing(e, ADDR + SIZE);
}

static void fail_once(struct env *e, struct drm_xe_vm_bind_op *ops, unsigned int which,
		      struct drm_xe_sync *out)
{
	int err;

	ops[which].flags |= FAIL;
	err = bind(e, ops, out);
	ops[which].flags &= ~FAIL;
	igt_require_f(err != -EINVAL, "a kernel without CONFIG_DRM_XE_DEBUG\n");
	igt_assert_eq(err, -ENOSPC);
	igt_assert_eq(drmSyncobjWait(e->l.fd, &out->handle, 1, 0, 0, NULL), -EINVAL); /* no fence */
}

static void each_point(int fd)
{
	struct drm_xe_sync out = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	struct drm_xe_vm_bind_op ops[N_OPS];
	struct env e = open_env(fd);
	double in_use = 0;

	make_ops(&e, ops);
	for (unsigned int i = 0; i < N_OPS * POINTS; i++) {
		/* The address space may keep some tables for next time, but not more and more. */
		if (i == POINTS)
			in_use = lit_vram_in_use(fd);
		fail_once(&e, ops, i / POINTS, &out);
		check_old(&e, i);
		if (i < POINTS)
			check_nothing(&e, (uint64_t[]){ FAR_ADDR, FAR_ADDR + SZ_1G, ADDR + SIZE }[i % 3]);
	}
	igt_assert_lte(lit_vram_in_use(fd), in_use);
	igt_assert_eq(bind(&e, ops, &out), 0);
	lit_wait(fd, out.handle);
	check_new(&e);
	syncobj_destroy(fd, out.handle);
	close_env(&e);
}

/* Fails alone as in an array, and what comes after it does not. */
static void single(int fd)
{
	struct env e = open_env(fd);

	for (unsigned int i = 0; i < POINTS; i++) {
		int err = __xe_vm_bind(fd, e.l.vm, 0, e.new.bo, 0, ADDR, SIZE,
				       DRM_XE_VM_BIND_OP_MAP, FAIL, NULL, 0, 0, DEFAULT_PAT_INDEX, 0);

		igt_require_f(err != -EINVAL, "a kernel without CONFIG_DRM_XE_DEBUG\n");
		igt_assert_eq(err, -ENOSPC);
		check_old(&e, i);
	}
	xe_vm_bind_sync(fd, e.l.vm, e.new.bo, 0, ADDR, SIZE);
	check_store(&e, ADDR, e.new.map, SZ_1M, VALUE);
	close_env(&e);
}

igt_main
{
	int fd;

	igt_fixture
		fd = drm_open_driver(DRIVER_XE);

	igt_subtest("each-point")
		each_point(fd);
	igt_subtest("single")
		single(fd);

	igt_fixture
		drm_close_driver(fd);
}
