// SPDX-License-Identifier: MIT
/*
 * Compressed VRAM (flat CCS): what a compressing PAT index stores is only readable through
 * one, until the driver undoes it: on the way to system memory, or when a bind asks for it.
 * Compression belongs to the memory, not to the mapping or the address space.
 */
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "xe_lit.h"

IGT_TEST_DESCRIPTION("Compressed VRAM: mappings, eviction, decompression by a bind");

/* An IGT tree's header may be older than the kernel. */
#ifndef DRM_XE_GEM_CREATE_FLAG_NO_COMPRESSION
#define DRM_XE_GEM_CREATE_FLAG_NO_COMPRESSION (1 << 3)
#endif

#define COPY_PAGES 0x56880008u /* MEM_COPY of pages of 256 bytes */
#define SIZE ((size_t)4 * SZ_1M)
#define SRC_ADDR 0x100000000ull
#define PACKED_ADDR 0x200000000ull /* VRAM through a compressing index */
#define PLAIN_ADDR 0x300000000ull /* the same through another one */
#define OUT_ADDR 0x400000000ull
#define MANY_ADDR 0x500000000ull
#define SEED 77

struct packed {
	struct lit l;
	struct lit_buf src, vram, out;
	void *want;
};

static bool has_flat_ccs(int fd)
{
	char path[64], line[128];
	bool found = false;
	struct stat st;
	FILE *f;

	igt_assert_eq(fstat(fd, &st), 0);
	snprintf(path, sizeof(path), "/sys/kernel/debug/dri/%u/info", minor(st.st_rdev));
	f = fopen(path, "r");
	igt_require_f(f, "no debugfs\n");
	while (fgets(line, sizeof(line), f))
		found |= !strncmp(line, "has_flat_ccs yes", 16);
	fclose(f);
	return found;
}

static int bind(int fd, uint32_t vm, uint32_t bo, uint64_t addr, uint32_t flags, uint8_t pat)
{
	struct drm_xe_sync sync = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	int err = __xe_vm_bind(fd, vm, 0, bo, 0, addr, SIZE, DRM_XE_VM_BIND_OP_MAP, flags, &sync, 1,
			       0, pat, 0);

	if (!err)
		lit_wait(fd, sync.handle);
	syncobj_destroy(fd, sync.handle);
	return err;
}

static void copy(struct packed *p, uint64_t to, uint64_t from)
{
	lit_out(&p->l, COPY_PAGES);
	lit_out(&p->l, SIZE / 256 - 1);
	lit_out(&p->l, 0);
	lit_out(&p->l, 255);
	lit_out(&p->l, 255);
	lit_out_addr(&p->l, from);
	lit_out_addr(&p->l, to);
	lit_out(&p->l, 0);
	lit_run(&p->l);
}

/* What the GPU reads at @from, against what was written; the destination is spoilt first */
static bool reads_right(struct packed *p, uint64_t from)
{
	memset(p->out.map, 0xa5, SIZE);
	copy(p, OUT_ADDR, from);
	return !memcmp(p->out.map, p->want, SIZE);
}

/* A buffer in VRAM whose contents were written compressed; not of the address space alone */
static struct packed open_packed(int fd)
{
	struct drm_xe_engine_class_instance *hwe = lit_engine(fd, 0, DRM_XE_ENGINE_CLASS_COPY);
	struct packed p = { .l = lit_open(fd, hwe, system_memory(fd)) };

	p.src = lit_buf_new(fd, p.l.vm, system_memory(fd), SRC_ADDR, SIZE);
	p.out = lit_buf_new(fd, p.l.vm, system_memory(fd), OUT_ADDR, SIZE);
	p.vram = lit_buf_new(fd, 0, vram_memory(fd, 0) | system_memory(fd), 0, SIZE);
	p.want = malloc(SIZE);
	igt_assert(p.want);
	lit_fill(p.want, SIZE, SEED);
	memcpy(p.src.map, p.want, SIZE);
	igt_assert_eq(bind(fd, p.l.vm, p.vram.bo, PACKED_ADDR, 0, intel_get_pat_idx_uc_comp(fd)), 0);
	igt_assert_eq(bind(fd, p.l.vm, p.vram.bo, PLAIN_ADDR, 0, DEFAULT_PAT_INDEX), 0);
	copy(&p, PACKED_ADDR, SRC_ADDR);
	igt_assert(reads_right(&p, PACKED_ADDR));
	return p;
}

static void close_packed(struct packed *p)
{
	lit_buf_free(p->l.fd, &p->src);
	lit_buf_free(p->l.fd, &p->vram);
	lit_buf_free(p->l.fd, &p->out);
	free(p->want);
	lit_close(&p->l);
}

/* A CPU that touches what it cannot see has it moved, and so decompressed. */
static void require_large_bar(int fd)
{
	const struct drm_xe_mem_region *vram = xe_mem_region(fd, vram_memory(fd, 0));

	igt_require_f(vram->cpu_visible_size == vram->total_size, "not all of VRAM is visible\n");
}

static void mappings(int fd)
{
	struct packed p;

	require_large_bar(fd);
	p = open_packed(fd);
	igt_assert(!reads_right(&p, PLAIN_ADDR));
	igt_assert(memcmp(p.vram.map, p.want, SIZE));
	/* written plainly it is what it is, through either */
	copy(&p, PLAIN_ADDR, SRC_ADDR);
	igt_assert(reads_right(&p, PLAIN_ADDR));
	igt_assert(reads_right(&p, PACKED_ADDR));
	lit_assert_same(p.vram.map, p.want, SIZE);
	close_packed(&p);
}

static void other_vm(int fd)
{
	struct packed p = open_packed(fd), other = p;
	uint32_t vm;

	other.l = lit_open(fd, lit_engine(fd, 0, DRM_XE_ENGINE_CLASS_COPY), system_memory(fd));
	vm = other.l.vm;
	other.out = lit_buf_new(fd, vm, system_memory(fd), OUT_ADDR, SIZE);
	igt_assert_eq(bind(fd, vm, p.vram.bo, PACKED_ADDR, 0, intel_get_pat_idx_uc_comp(fd)), 0);
	igt_assert_eq(bind(fd, vm, p.vram.bo, PLAIN_ADDR, 0, DEFAULT_PAT_INDEX), 0);
	igt_assert(reads_right(&other, PACKED_ADDR));
	igt_assert(!reads_right(&other, PLAIN_ADDR));
	lit_buf_free(fd, &other.out);
	lit_close(&other.l);
	close_packed(&p);
}

/* More than all of VRAM for others: ours goes to system memory, readable by anybody there */
static void evict(int fd)
{
	uint64_t size = (xe_visible_vram_size(fd, 0) / 8) & ~(SZ_2M - 1ull);
	struct packed p;
	uint32_t big[9];

	require_large_bar(fd);
	p = open_packed(fd);
	igt_assert(memcmp(p.vram.map, p.want, SIZE));
	for (unsigned int i = 0; i < ARRAY_SIZE(big); i++)
		big[i] = xe_bo_create(fd, 0, size, vram_memory(fd, 0), 0);
	lit_assert_same(p.vram.map, p.want, SIZE);
	for (unsigned int i = 0; i < ARRAY_SIZE(big); i++)
		gem_close(fd, big[i]);
	igt_assert(reads_right(&p, PLAIN_ADDR));
	igt_assert(reads_right(&p, PACKED_ADDR));
	close_packed(&p);
}

static void decompress(int fd)
{
	uint8_t packs = intel_get_pat_idx_uc_comp(fd);
	struct packed p = open_packed(fd);

	igt_assert_eq(bind(fd, p.l.vm, p.vram.bo, PLAIN_ADDR, DRM_XE_VM_BIND_FLAG_DECOMPRESS, packs),
		      -EINVAL);
	igt_assert(!reads_right(&p, PLAIN_ADDR));
	igt_assert_eq(bind(fd, p.l.vm, p.vram.bo, PLAIN_ADDR, DRM_XE_VM_BIND_FLAG_DECOMPRESS,
			   DEFAULT_PAT_INDEX), 0);
	igt_assert(reads_right(&p, PLAIN_ADDR));
	igt_assert(reads_right(&p, PACKED_ADDR));
	lit_assert_same(p.vram.map, p.want, SIZE);
	close_packed(&p);
}

/* Userspace has said that it will not compress: no mapping does. */
static void no_compression(int fd)
{
	uint64_t both = vram_memory(fd, 0) | system_memory(fd);
	uint32_t flags = DRM_XE_GEM_CREATE_FLAG_NO_COMPRESSION;
	struct lit l = lit_open(fd, lit_engine(fd, 0, DRM_XE_ENGINE_CLASS_COPY), system_memory(fd));
	uint32_t bo = xe_bo_create(fd, 0, SIZE, both, flags), other = xe_bo_create(fd, 0, SIZE, both, 0);
	volatile uint32_t *map = xe_bo_map(fd, bo, SIZE);

	igt_assert_eq(bind(fd, l.vm, bo, PLAIN_ADDR, 0, DEFAULT_PAT_INDEX), 0);
	igt_assert_eq(bind(fd, l.vm, bo, PACKED_ADDR, 0, intel_get_pat_idx_uc_comp(fd)), -EINVAL);
	igt_assert_eq(bind(fd, l.vm, bo, PLAIN_ADDR, 0, intel_get_pat_idx_uc_comp(fd)), -EINVAL);
	igt_assert_eq(bind(fd, l.vm, other, PACKED_ADDR, 0, intel_get_pat_idx_uc_comp(fd)), 0);
	lit_store(&l, PLAIN_ADDR + SZ_2M, SEED);
	lit_run(&l);
	igt_assert_eq_u32(map[SZ_2M / 4], SEED);
	munmap((void *)map, SIZE);
	gem_close(fd, other);
	gem_close(fd, bo);
	lit_close(&l);
}

/* Memory that comes back has neither the data that were in it nor what told how they were packed. */
static void freed(int fd)
{
	struct packed p = open_packed(fd);
	uint8_t packs = intel_get_pat_idx_uc_comp(fd);
	uint32_t bo[16];

	for (unsigned int i = 0; i < ARRAY_SIZE(bo); i++) {
		bo[i] = xe_bo_create(fd, 0, SIZE, vram_memory(fd, 0), 0);
		igt_assert_eq(bind(fd, p.l.vm, bo[i], MANY_ADDR + i * SIZE, 0, packs), 0);
		copy(&p, MANY_ADDR + i * SIZE, SRC_ADDR);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(bo); i++) {
		xe_vm_unbind_sync(fd, p.l.vm, 0, MANY_ADDR + i * SIZE, SIZE);
		gem_close(fd, bo[i]);
	}
	memset(p.want, 0, SIZE);
	for (unsigned int i = 0; i < ARRAY_SIZE(bo); i++) {
		bo[i] = xe_bo_create(fd, 0, SIZE, vram_memory(fd, 0), 0);
		igt_assert_eq(bind(fd, p.l.vm, bo[i], MANY_ADDR + i * SIZE, 0, packs), 0);
		igt_assert(reads_right(&p, MANY_ADDR + i * SIZE));
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(bo); i++)
		gem_close(fd, bo[i]);
	close_packed(&p);
}

igt_main
{
	int fd;

	igt_fixture {
		fd = drm_open_driver(DRIVER_XE);
		igt_require_f(has_flat_ccs(fd), "no compression metadata\n");
	}

	igt_subtest("mappings")
		mappings(fd);
	igt_subtest("other-vm")
		other_vm(fd);
	igt_subtest("evict")
		evict(fd);
	igt_subtest("decompress")
		decompress(fd);
	igt_subtest("no-compression")
		no_compression(fd);
	igt_subtest("freed")
		freed(fd);

	igt_fixture
		drm_close_driver(fd);
}
