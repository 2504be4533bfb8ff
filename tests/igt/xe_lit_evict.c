// SPDX-License-Identifier: MIT
/*
 * More buffers than VRAM holds: what is used stays, what is not makes room, and nothing that
 * was written is lost on the way there and back.
 */
#include "lit_memory.h"
#include "xe_lit.h"

IGT_TEST_DESCRIPTION("Buffers that make room for others");

/* An IGT tree's header may be older than the kernel. */
#ifndef DRM_XE_VM_CREATE_FLAG_NO_VM_OVERCOMMIT
#define DRM_XE_VM_CREATE_FLAG_NO_VM_OVERCOMMIT (1 << 3)
#endif

#define ADDR 0x100000000ull
#define PIECE SZ_64M
#define MAX 128
#define VALUE 0xe71c0000u

static long long resident(int fd, const char *region)
{
	return lit_fdinfo_bytes(fd, "resident", region);
}

static void touch(struct lit *l, unsigned int n, unsigned int round)
{
	for (unsigned int i = 0; i < n; i++)
		lit_store(l, ADDR + i * PIECE + round * 64, VALUE + i + (round << 8));
	lit_run(l);
}

/*
 * A client's buffers are the oldest, but it uses them; another's are younger and idle. Who
 * comes then takes the place of the idle ones.
 */
static void used_stay(int fd, bool private)
{
	int idle = drm_reopen_driver(fd), late = drm_reopen_driver(fd), busy = drm_reopen_driver(fd);
	uint64_t vram = vram_memory(fd, 0), both = vram | system_memory(fd);
	unsigned int used = 3, free, i;
	struct lit l = lit_open(busy, &xe_engine(fd, 0)->instance, system_memory(fd));
	uint32_t bo[MAX];

	for (i = 0; i < used; i++) {
		bo[i] = xe_bo_create(busy, private ? l.vm : 0, PIECE, both, 0);
		xe_vm_bind_sync(busy, l.vm, bo[i], 0, ADDR + i * PIECE, PIECE);
	}
	free = (xe_mem_region(fd, vram)->total_size - used * PIECE) / PIECE;
	for (i = 0; i < free; i++)
		xe_bo_create(idle, 0, PIECE, both, 0);
	igt_assert(resident(busy, "vram0") >= used * PIECE);
	touch(&l, used, 0);
	for (i = 0; i < 4; i++) {
		xe_bo_create(late, 0, PIECE, both, 0);
		touch(&l, used, 1 + i);
		igt_assert(resident(busy, "vram0") >= used * PIECE);
	}
	igt_assert(resident(late, "vram0") >= 4 * PIECE);
	igt_assert(resident(idle, "gtt") + resident(idle, "system") > 0);
	for (i = 0; i < used; i++) {
		uint32_t *map = xe_bo_map(busy, bo[i], PIECE);

		for (unsigned int round = 0; round < 5; round++)
			igt_assert_eq_u32(map[round * 16], VALUE + i + (round << 8));
		munmap(map, PIECE);
		gem_close(busy, bo[i]);
	}
	lit_close(&l);
	close(idle);
	close(late);
	close(busy);
}

/* Two clients with most of VRAM each, used in turn: each time all must come back. */
static void in_turn(int fd, bool private)
{
	unsigned int n = xe_mem_region(fd, vram_memory(fd, 0))->total_size / PIECE * 3 / 4;
	uint64_t both = vram_memory(fd, 0) | system_memory(fd);
	uint32_t bo[2][MAX];
	struct lit l[2];

	n = min(n, MAX);
	for (int c = 0; c < 2; c++) {
		l[c] = lit_open(fd, &xe_engine(fd, 0)->instance, system_memory(fd));
		for (unsigned int i = 0; i < n; i++) {
			bo[c][i] = xe_bo_create(fd, private ? l[c].vm : 0, PIECE, both, 0);
			xe_vm_bind_sync(fd, l[c].vm, bo[c][i], 0, ADDR + i * PIECE, PIECE);
		}
	}
	for (unsigned int round = 0; round < 3; round++)
		for (int c = 0; c < 2; c++)
			touch(&l[c], n, round);
	for (int c = 0; c < 2; c++) {
		for (unsigned int i = 0; i < n; i++) {
			uint32_t *map = xe_bo_map(fd, bo[c][i], PIECE);

			for (unsigned int round = 0; round < 3; round++)
				igt_assert_eq_u32(map[round * 16], VALUE + i + (round << 8));
			munmap(map, PIECE);
			gem_close(fd, bo[c][i]);
		}
		lit_close(&l[c]);
	}
}

/* No room anywhere: an error, and nobody is hurt */
static void too_much(int fd)
{
	uint64_t vram = vram_memory(fd, 0), size = xe_mem_region(fd, vram)->total_size;
	struct lit l = lit_open(fd, &xe_engine(fd, 0)->instance, system_memory(fd));
	unsigned int n = size / PIECE + 2, i;
	uint32_t bo[MAX], handle;
	int err = 0;

	igt_assert_neq(__xe_bo_create(fd, 0, size + SZ_2M, vram, 0, NULL, &handle), 0);
	/* In an address space of their own, and only in VRAM: all cannot be there at once. */
	for (i = 0; !err && i < min(n, MAX); i++) {
		bo[i] = xe_bo_create(fd, l.vm, PIECE, vram, DRM_XE_GEM_CREATE_FLAG_DEFER_BACKING);
		err = __xe_vm_bind(fd, l.vm, 0, bo[i], 0, ADDR + i * PIECE, PIECE,
				   DRM_XE_VM_BIND_OP_MAP, 0, NULL, 0, 0, intel_get_pat_idx_wb(fd),
				   0);
	}
	if (!err) {
		struct drm_xe_sync out = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);

		err = lit_submit(&l, 0, &out, 1);
		syncobj_destroy(fd, out.handle);
		l.n = 0;
	}
	igt_assert_eq(err, -ENOMEM);
	xe_vm_unbind_sync(fd, l.vm, 0, ADDR + (i - 1) * PIECE, PIECE);
	for (unsigned int j = 0; j < 2 && j < i; j++)
		xe_vm_unbind_sync(fd, l.vm, 0, ADDR + j * PIECE, PIECE);
	while (i--)
		gem_close(fd, bo[i]);
	lit_store(&l, lit_addr(&l, 0), VALUE);
	lit_run(&l);
	igt_assert_eq_u32(*lit_data(&l, 0), VALUE);
	lit_close(&l);
}

static int unbind_now(int fd, uint32_t vm, unsigned int i)
{
	return __xe_vm_bind(fd, vm, 0, 0, 0, ADDR + i * PIECE, PIECE, DRM_XE_VM_BIND_OP_UNMAP, 0,
			    NULL, 0, 0, DEFAULT_PAT_INDEX, 0);
}

static int bind_now(int fd, uint32_t vm, uint32_t bo, unsigned int i)
{
	return __xe_vm_bind(fd, vm, 0, bo, 0, ADDR + i * PIECE, PIECE, DRM_XE_VM_BIND_OP_MAP,
			    DRM_XE_VM_BIND_FLAG_IMMEDIATE, NULL, 0, 0, DEFAULT_PAT_INDEX, 0);
}

/*
 * Where faults are answered, what is bound at once makes room among what is bound already, unless
 * userspace asked to be told instead.
 */
static void bound_at_once(int fd, bool overcommit, bool private)
{
	uint64_t vram = vram_memory(fd, 0);
	unsigned int n = xe_mem_region(fd, vram)->total_size / PIECE + 2, i;
	struct drm_xe_vm_create create = {
		.flags = DRM_XE_VM_CREATE_FLAG_LR_MODE | DRM_XE_VM_CREATE_FLAG_FAULT_MODE |
			 (overcommit ? 0 : DRM_XE_VM_CREATE_FLAG_NO_VM_OVERCOMMIT),
	};
	uint32_t bo[MAX];
	int err = 0;

	igt_require_f(!igt_ioctl(fd, DRM_IOCTL_XE_VM_CREATE, &create), "no page faults\n");
	for (i = 0; !err && i < n; i++) {
		bo[i] = xe_bo_create(fd, private ? create.vm_id : 0, PIECE, vram,
				     DRM_XE_GEM_CREATE_FLAG_DEFER_BACKING);
		err = bind_now(fd, create.vm_id, bo[i], i);
	}
	if (overcommit) {
		igt_assert_eq(err, 0);
	} else {
		igt_assert_eq(err, -ENOMEM);
		int64_t end = lit_deadline(LIT_SECONDS);

		/* What was there has stayed, and when one goes there is room for another. */
		igt_assert(resident(fd, "vram0") >= (long long)(i - 1) * PIECE);
		igt_assert_eq(bind_now(fd, create.vm_id, bo[i - 1], i - 1), -ENOMEM);
		igt_assert_eq(unbind_now(fd, create.vm_id, 0), 0);
		gem_close(fd, bo[0]);
		bo[0] = bo[--i];
		do {
			err = bind_now(fd, create.vm_id, bo[0], 0);
		} while (err == -ENOMEM && lit_deadline(0) < end);
		igt_assert_eq(err, 0);
	}
	while (i--)
		gem_close(fd, bo[i]);
	xe_vm_destroy(fd, create.vm_id);
}

igt_main
{
	int fd;

	igt_fixture {
		fd = drm_open_driver(DRIVER_XE);
		igt_require_f(xe_has_vram(fd), "no VRAM\n");
		igt_require_f(xe_mem_region(fd, vram_memory(fd, 0))->total_size / PIECE + 2 < MAX,
			      "too much VRAM to fill\n");
	}

	igt_subtest("used-stay")
		used_stay(fd, true);
	igt_subtest("used-stay-shared")
		used_stay(fd, false);
	igt_subtest("in-turn")
		in_turn(fd, true);
	igt_subtest("in-turn-shared")
		in_turn(fd, false);
	igt_subtest("too-much")
		too_much(fd);
	igt_subtest("bound-at-once")
		bound_at_once(fd, true, false);
	igt_subtest("bound-at-once-no-overcommit")
		bound_at_once(fd, false, true);
	igt_subtest("bound-at-once-no-overcommit-shared")
		bound_at_once(fd, false, false);

	igt_fixture
		drm_close_driver(fd);
}
