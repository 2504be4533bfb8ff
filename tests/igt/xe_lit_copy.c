// SPDX-License-Identifier: MIT
/*
 * The copy engines: from every memory region to every one, from one byte to 64 MiB,
 * aligned and not. Everything around the destination must stay as it was.
 */
#include "xe_lit.h"

IGT_TEST_DESCRIPTION("Blitter copies and fills between all memory regions");

#define FAST_COPY 0x50800008u /* XY_FAST_COPY_BLT, linear */
#define FAST_COPY_8BPP 0u
#define FAST_COPY_32BPP (3u << 24)
#define MEM_COPY 0x56800008u
#define MEM_SET 0x56c00005u
#define MEM_PAGES (1u << 19) /* of 256 bytes */
#define MEM_MATRIX (1u << 17)

#define SRC_ADDR 0x100000000ull
#define DST_ADDR 0x200000000ull
#define PITCH 16384u

/* Source and destination, and what the destination must hold. */
struct pair {
	struct lit l;
	struct lit_buf src, dst;
	uint8_t *want;
};

static bool has_mem_commands(int fd)
{
	for (uint32_t i = 0; i < xe_gt_list(fd)->num_gt; i++)
		if (xe_gt_list(fd)->gt_list[i].ip_ver_major >= 20)
			return true;
	return xe_dev_id(fd) >> 8 == 0x0b;
}

static struct pair open_pair(int fd, struct drm_xe_engine_class_instance *hwe, uint64_t from,
			     uint64_t to, size_t size)
{
	struct pair p = { .l = lit_open(fd, hwe, system_memory(fd)) };

	p.src = lit_buf_new(fd, p.l.vm, from, SRC_ADDR, size);
	p.dst = lit_buf_new(fd, p.l.vm, to, DST_ADDR, size);
	p.want = malloc(size);
	igt_assert(p.want);
	lit_fill(p.src.map, size, from * 64 + to);
	lit_fill(p.want, size, size + 1);
	memcpy(p.dst.map, p.want, size);
	return p;
}

/* Run; destination and source are as they must be. */
static void close_pair(struct pair *p, uint64_t seed)
{
	lit_run(&p->l);
	lit_assert_same(p->dst.map, p->want, p->dst.size);
	lit_fill(p->want, p->src.size, seed);
	lit_assert_same(p->src.map, p->want, p->src.size);
	free(p->want);
	lit_buf_free(p->l.fd, &p->src);
	lit_buf_free(p->l.fd, &p->dst);
	lit_close(&p->l);
}

static uint8_t *src_at(struct pair *p, size_t at)
{
	return (uint8_t *)p->src.map + at;
}

/* ---- commands ---- */
struct rect {
	uint32_t x, y, w, h;
};

static void fast_copy(struct pair *p, uint32_t depth, uint32_t pitch, struct rect to, uint32_t sx,
		      uint32_t sy)
{
	unsigned int bpp = depth == FAST_COPY_8BPP ? 1 : 4;

	lit_out(&p->l, FAST_COPY);
	lit_out(&p->l, depth | pitch);
	lit_out(&p->l, to.y << 16 | to.x);
	lit_out(&p->l, (to.y + to.h) << 16 | (to.x + to.w));
	lit_out_addr(&p->l, DST_ADDR);
	lit_out(&p->l, sy << 16 | sx);
	lit_out(&p->l, pitch);
	lit_out_addr(&p->l, SRC_ADDR);
	for (uint32_t row = 0; row < to.h; row++)
		memcpy(p->want + (size_t)(to.y + row) * pitch + to.x * bpp,
		       src_at(p, (size_t)(sy + row) * pitch + sx * bpp), to.w * bpp);
}

static void mem_command(struct pair *p, uint32_t mode, uint32_t w, uint32_t h, uint64_t to,
			uint64_t from)
{
	lit_out(&p->l, MEM_COPY | mode);
	lit_out(&p->l, w - 1);
	lit_out(&p->l, h - 1);
	lit_out(&p->l, PITCH - 1);
	lit_out(&p->l, PITCH - 1);
	lit_out_addr(&p->l, SRC_ADDR + from);
	lit_out_addr(&p->l, DST_ADDR + to);
	lit_out(&p->l, 0);
}

static void copy_bytes(struct pair *p, uint64_t to, uint64_t from, uint32_t bytes)
{
	mem_command(p, 0, bytes, 1, to, from);
	memcpy(p->want + to, src_at(p, from), bytes);
}

static void copy_pages(struct pair *p, uint64_t to, uint64_t from, size_t bytes)
{
	mem_command(p, MEM_PAGES, bytes / 256, 1, to, from);
	memcpy(p->want + to, src_at(p, from), bytes);
}

static void copy_matrix(struct pair *p, uint64_t to, uint64_t from, uint32_t w, uint32_t h)
{
	mem_command(p, MEM_MATRIX, w, h, to, from);
	for (uint32_t row = 0; row < h; row++)
		memcpy(p->want + to + (size_t)row * PITCH, src_at(p, from + (size_t)row * PITCH),
		       w);
}

static void set_bytes(struct pair *p, uint32_t mode, uint64_t to, uint32_t w, uint32_t h,
		      uint8_t value)
{
	lit_out(&p->l, MEM_SET | mode);
	lit_out(&p->l, w - 1);
	lit_out(&p->l, h - 1);
	lit_out(&p->l, PITCH - 1);
	lit_out_addr(&p->l, DST_ADDR + to);
	lit_out(&p->l, (uint32_t)value << 24);
	for (uint32_t row = 0; row < h; row++)
		memset(p->want + to + (size_t)row * PITCH, value, w);
}

/* ---- tests: each emits its commands into an open pair ---- */
/* A rectangle is at most 32767 rows high: 64 MiB is 4096. */
static void fast_whole(struct pair *p)
{
	uint32_t rows = p->src.size / PITCH;

	fast_copy(p, FAST_COPY_32BPP, PITCH, (struct rect){ 0, 0, PITCH / 4, rows }, 0, 0);
}

static void fast_inside(struct pair *p)
{
	fast_copy(p, FAST_COPY_32BPP, PITCH, (struct rect){ 3, 1, 1000, 17 }, 7, 5);
	fast_copy(p, FAST_COPY_8BPP, PITCH, (struct rect){ 8191, 30, 63, 2 }, 1, 40);
	fast_copy(p, FAST_COPY_8BPP, 1024, (struct rect){ 1, 800, 1, 1 }, 1023, 3);
}

static void mem_whole(struct pair *p)
{
	copy_pages(p, 0, 0, p->src.size);
}

static void mem_whole_matrix(struct pair *p)
{
	copy_matrix(p, 0, 0, PITCH, p->src.size / PITCH);
}

static void mem_bytes(struct pair *p)
{
	static const uint32_t sizes[] = { 1, 2, 3, 63, 64, 65, 255, 4095, 4096, 4097, 65535 };
	uint64_t to = 1, from = 4093;

	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++) {
		copy_bytes(p, to, from, sizes[i]);
		to += sizes[i] + 1 + i % 3;
		from += sizes[i] + 5;
	}
	copy_pages(p, 0x40000, 0x80100, 0x1300);
	copy_matrix(p, 0x80000 + 5, 0x40000 + 3, 777, 9);
}

static void set_whole(struct pair *p)
{
	set_bytes(p, MEM_MATRIX, 0, PITCH, p->dst.size / PITCH, 0xa5);
}

static void set_inside(struct pair *p)
{
	set_bytes(p, 0, 1, 1, 1, 0x11);
	set_bytes(p, 0, 4095, 2, 1, 0x22);
	set_bytes(p, 0, 0x10001, 65533, 1, 0x33);
	set_bytes(p, MEM_MATRIX, 0x40003, 1021, 11, 0x44);
	set_bytes(p, 0, 0x80000, 4096, 1, 0);
}

static const struct {
	const char *name;
	void (*emit)(struct pair *p);
	bool mem_command, one_size;
} kinds[] = {
	{ "fast-copy", fast_whole, false, false },
	{ "fast-copy-inside", fast_inside, false, true },
	{ "mem-copy-pages", mem_whole, true, false },
	{ "mem-copy-matrix", mem_whole_matrix, true, false },
	{ "mem-copy-bytes", mem_bytes, true, true },
	{ "mem-set", set_whole, true, false },
	{ "mem-set-inside", set_inside, true, true },
};

static void run(int fd, struct drm_xe_engine_class_instance *hwe, uint64_t from, uint64_t to,
		size_t size, void (*emit)(struct pair *p))
{
	struct pair p = open_pair(fd, hwe, from, to, size);

	emit(&p);
	close_pair(&p, from * 64 + to);
}

static void on_pair(int fd, struct drm_xe_engine_class_instance *hwe, uint64_t from, uint64_t to,
		    size_t size, int kind)
{
	igt_dynamic_f(LIT_ENGINE_FMT "-%s-%s-%zuM", LIT_ENGINE(hwe), xe_region_name(from),
		      xe_region_name(to), size / SZ_1M)
		run(fd, hwe, from, to, size, kinds[kind].emit);
}

/* 1 MiB: the first copy engine of each GT between all regions, the others from theirs and back. */
static void all_engines(int fd, int kind)
{
	struct drm_xe_engine_class_instance *hwe;
	uint64_t from, to, near;

	xe_for_each_engine(fd, hwe) {
		if (hwe->engine_class != DRM_XE_ENGINE_CLASS_COPY)
			continue;
		near = vram_if_possible(fd, hwe->gt_id);
		if (hwe != lit_engine(fd, hwe->gt_id, DRM_XE_ENGINE_CLASS_COPY)) {
			on_pair(fd, hwe, near, system_memory(fd), SZ_1M, kind);
			on_pair(fd, hwe, system_memory(fd), near, SZ_1M, kind);
			continue;
		}
		xe_for_each_mem_region(fd, all_memory_regions(fd), from)
			xe_for_each_mem_region(fd, all_memory_regions(fd), to)
				on_pair(fd, hwe, from, to, SZ_1M, kind);
	}
}

/* One engine a GT: 4 and 16 MiB from its own memory, 64 MiB between all. */
static void all_sizes(int fd, int kind)
{
	struct drm_xe_engine_class_instance *hwe;
	uint64_t from, to, near;
	int gt;

	xe_for_each_gt(fd, gt) {
		hwe = lit_engine(fd, gt, DRM_XE_ENGINE_CLASS_COPY);
		if (!hwe)
			continue;
		near = vram_if_possible(fd, gt);
		on_pair(fd, hwe, near, near, 4 * SZ_1M, kind);
		on_pair(fd, hwe, near, system_memory(fd), 16 * SZ_1M, kind);
		xe_for_each_mem_region(fd, all_memory_regions(fd), from)
			xe_for_each_mem_region(fd, all_memory_regions(fd), to)
				on_pair(fd, hwe, from, to, SZ_64M, kind);
	}
}

igt_main
{
	int fd;

	igt_fixture
		fd = drm_open_driver(DRIVER_XE);

	for (int i = 0; i < ARRAY_SIZE(kinds); i++) {
		igt_subtest_with_dynamic(kinds[i].name) {
			igt_require(!kinds[i].mem_command || has_mem_commands(fd));
			all_engines(fd, i);
		}
		if (kinds[i].one_size)
			continue;
		igt_subtest_with_dynamic_f("%s-large", kinds[i].name) {
			igt_require(!kinds[i].mem_command || has_mem_commands(fd));
			all_sizes(fd, i);
		}
	}

	igt_fixture
		drm_close_driver(fd);
}
