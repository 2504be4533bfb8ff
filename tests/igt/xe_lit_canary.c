// SPDX-License-Identifier: MIT
/*
 * A device writes where it was told to, and nowhere else: shared virtual memory comes
 * and goes while the host's memory at addresses of VRAM is watched.
 */
#include "canary.h"
#include "xe_lit_svm.h"

IGT_TEST_DESCRIPTION("Memory at addresses that are addresses of VRAM as well is left alone");

#define FILLER (96u << 20)

/* ---- subtests ---- */
static void end_of_vram(int fd, uint64_t *end)
{
	uint64_t region;

	*end = 0;
	xe_for_each_mem_region(fd, all_memory_regions(fd) & ~system_memory(fd), region)
		*end += ALIGN((uint64_t)xe_mem_region(fd, region)->total_size, (uint64_t)SZ_1G);
}

/* The witnesses can see: a store to a canary, as if by mistake, is noticed by both. */
static void control(struct svm *s, struct drm_xe_engine_class_instance *hwe, struct canaries *c)
{
	uint32_t *victim = (uint32_t *)c->page[c->named / 2].map + 100;
	uint32_t was = *victim;
	unsigned long long seen = canary_seen(c);

	igt_assert_eq(svm_store(s, hwe, victim, ~was), 0);
	igt_assert_eq_u64(canary_touched(c), c->page[c->named / 2].phys + 400);
	igt_assert_lt(seen, canary_seen(c));
	*victim = was;
	c->accesses = canary_accesses(c->control);
	canary_assert(c);
}

/* Pages that an engine's fault brings to its tile */
static void fault(struct svm *s, struct drm_xe_engine_class_instance *hwe, struct canaries *c)
{
	char *whole, *p = svm_memory(&whole, SVM_SIZE), *want = malloc(SVM_SIZE);

	lit_fill(p, SVM_SIZE, hwe->gt_id + 1);
	memcpy(want, p, SVM_SIZE);
	igt_assert_eq(svm_store(s, hwe, p + SZ_64K, 0x12345678), 0);
	*(uint32_t *)(want + SZ_64K) = 0x12345678;
	lit_assert_same(p, want, SVM_SIZE);
	canary_assert(c);
	munmap(whole, 2 * SVM_SIZE);
	free(want);
}

/*
 * Migrated pages go to the end of VRAM, and at those addresses the guest's kernel has
 * memory of its own (bounce buffers), so no canaries: other pages go there first.
 */
static char *fill_end(struct svm *s, uint32_t region)
{
	char *p = mmap(NULL, FILLER, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	igt_assert(p != MAP_FAILED);
	memset(p, 1, FILLER);
	igt_assert_eq(svm_prefetch(s, p, FILLER, region), 0);
	return p;
}

/* From one tile's VRAM to the other's, and back to the CPU */
static void between(struct svm *s, uint32_t from, uint32_t to, struct canaries *c)
{
	char *whole, *p = svm_memory(&whole, SVM_SIZE), *want = malloc(SVM_SIZE), *filler = fill_end(s, to);
	bool same;

	lit_fill(p, SVM_SIZE, from);
	memcpy(want, p, SVM_SIZE);
	igt_assert_eq(svm_prefetch(s, p, SVM_SIZE, from), 0);
	igt_assert_eq(svm_prefetch(s, p, SVM_SIZE, to), 0);
	same = !memcmp(p, want, SVM_SIZE);
	munmap(whole, 2 * SVM_SIZE);
	munmap(filler, FILLER);
	canary_assert(c);
	igt_assert_f(same, "the data are lost\n");
	free(want);
}

igt_main
{
	struct drm_xe_engine_class_instance *hwe;
	struct canaries c = { .control = -1 };
	struct svm s = { 0 };
	uint64_t end;
	int fd = -1;

	igt_fixture {
		fd = drm_open_driver(DRIVER_XE);
		svm_require(&s, fd);
		end_of_vram(fd, &end);
		canary_open(&c, end);
		igt_require_f(c.named, "no memory at addresses of VRAM, or no virtual GPU\n");
		igt_info("%u MiB of canaries, %u watched by the virtual GPU, from %#llx to %#llx\n",
			 2 * c.n, 2 * c.named, (unsigned long long)c.page[0].phys,
			 (unsigned long long)c.page[c.n - 1].phys + SZ_2M);
	}

	igt_subtest("control")
		control(&s, &xe_engine(fd, 0)->instance, &c);
	igt_subtest_with_dynamic("fault")
		xe_for_each_engine(fd, hwe)
			igt_dynamic_f(LIT_ENGINE_FMT, LIT_ENGINE(hwe))
				fault(&s, hwe, &c);
	for (unsigned int tile = 0; tile < 2; tile++) {
		igt_subtest_f("tile%u-to-tile%u", tile, !tile) {
			igt_require_f(xe_device_get(fd)->tile_mask == 3, "one tile\n");
			between(&s, 1 + tile, 2 - tile, &c);
		}
	}

	igt_fixture {
		canary_close(&c);
		svm_close(&s);
		drm_close_driver(fd);
	}
}
