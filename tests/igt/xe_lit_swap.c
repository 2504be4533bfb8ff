// SPDX-License-Identifier: MIT
/*
 * More buffers in system memory than the system has: the shrinker gives pages to swap, and
 * what was in them is there again when the CPU or an engine looks.
 */
#include "lit_memory.h"
#include "xe_lit.h"

IGT_TEST_DESCRIPTION("Buffers in swap");

#define ADDR 0x100000000ull
#define PIECE (16 * SZ_1M)
#define PAGE_DW (SZ_4K / 4)

/** struct pieces - buffers that do not fit in memory together */
struct pieces {
	unsigned int n;
	uint32_t *bo;
};

/* A page that says where it belongs, and that swap can compress. */
static void fill_page(uint32_t *page, unsigned int piece, unsigned int at)
{
	for (unsigned int i = 0; i < PAGE_DW; i++)
		page[i] = piece << 16 | at;
	page[at % PAGE_DW] = ~page[0];
}

static long swapped_kib(void)
{
	return lit_meminfo("SwapTotal") - lit_meminfo("SwapFree");
}

static struct pieces pieces_new(int fd)
{
	uint64_t bytes = lit_meminfo("MemTotal") * 1024ull;
	struct pieces p = { .n = (bytes + bytes / 4) / PIECE };
	long before = swapped_kib();

	p.bo = calloc(p.n, sizeof(*p.bo));
	for (unsigned int i = 0; i < p.n; i++) {
		char *map;

		p.bo[i] = xe_bo_create(fd, 0, PIECE, system_memory(fd), 0);
		map = xe_bo_map(fd, p.bo[i], PIECE);
		for (unsigned int at = 0; at < PIECE / SZ_4K; at++)
			fill_page((uint32_t *)(map + at * SZ_4K), i, at);
		igt_assert_eq(munmap(map, PIECE), 0);
	}
	igt_info("%u buffers, %ld MiB in swap\n", p.n, (swapped_kib() - before) / 1024);
	igt_assert_lte(before + lit_meminfo("MemTotal") / 8, swapped_kib());
	return p;
}

static void pieces_free(int fd, struct pieces *p)
{
	for (unsigned int i = 0; i < p->n; i++)
		gem_close(fd, p->bo[i]);
	free(p->bo);
}

static void by_cpu(int fd)
{
	struct pieces p = pieces_new(fd);
	uint32_t want[PAGE_DW];

	for (unsigned int i = 0; i < p.n; i++) {
		char *map = xe_bo_map(fd, p.bo[i], PIECE);

		for (unsigned int at = 0; at < PIECE / SZ_4K; at++) {
			fill_page(want, i, at);
			lit_assert_same(map + at * SZ_4K, want, SZ_4K);
		}
		igt_assert_eq(munmap(map, PIECE), 0);
	}
	pieces_free(fd, &p);
}

/* Every engine access finds a page that came back: one dword of each MiB, and what is beside it. */
static void by_engine(int fd)
{
	struct lit l = lit_open(fd, &xe_engine(fd, 0)->instance, system_memory(fd));
	struct pieces p = pieces_new(fd);

	for (unsigned int i = 0; i < p.n; i++) {
		xe_vm_bind_sync(fd, l.vm, p.bo[i], 0, ADDR, PIECE);
		for (unsigned int at = 0; at < PIECE / SZ_4K; at += SZ_1M / SZ_4K) {
			uint64_t page = ADDR + (uint64_t)at * SZ_4K;

			lit_copy_dw(&l, lit_addr(&l, 0), page + at % PAGE_DW * 4);
			lit_copy_dw(&l, lit_addr(&l, 4), page + (at + 1) % PAGE_DW * 4);
			lit_run(&l);
			igt_assert_eq_u32(*lit_data(&l, 0), ~(i << 16 | at));
			igt_assert_eq_u32(*lit_data(&l, 4), i << 16 | at);
		}
		xe_vm_unbind_sync(fd, l.vm, 0, ADDR, PIECE);
	}
	pieces_free(fd, &p);
	lit_close(&l);
}

igt_main
{
	int fd = -1;

	igt_fixture {
		fd = drm_open_driver(DRIVER_XE);
		igt_require_f(lit_meminfo("SwapTotal") > lit_meminfo("MemTotal"),
			      "swap must be larger than memory\n");
	}
	igt_subtest("cpu")
		by_cpu(fd);
	igt_subtest("engine")
		by_engine(fd);
	igt_fixture
		drm_close_driver(fd);
}
