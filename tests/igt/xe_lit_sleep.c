// SPDX-License-Identifier: MIT
/*
 * The system sleeps, and the GPU loses its power: what buffers hold, what is bound and the
 * queues are there afterwards, and new work runs.
 */
#include "lit_sleep.h"

IGT_TEST_DESCRIPTION("Memory, mappings and queues over system sleep");

#define SIZE (3 * SZ_1M)
#define BUFFERS 4
#define ADDR 0x300000000ull

/**
 * struct kept - what is there before and must be there afterwards
 * @want: contents of @buf
 * @l: a queue with its address space, in which @buf are bound
 */
struct kept {
	uint8_t *want;
	struct lit_buf buf[BUFFERS];
	struct lit l;
};

static struct kept kept_new(int fd, struct drm_xe_engine_class_instance *hwe)
{
	uint64_t vram = vram_if_possible(fd, hwe->gt_id);
	struct kept k = { .want = malloc(SIZE), .l = lit_open(fd, hwe, vram) };

	igt_assert(k.want);
	lit_fill(k.want, SIZE, 7);
	for (unsigned int i = 0; i < BUFFERS; i++) {
		/* of the address space, and such as could be shared */
		k.buf[i] = lit_buf_new(fd, 0, i & 1 ? system_memory(fd) : vram, 0, SIZE);
		xe_vm_bind_sync(fd, k.l.vm, k.buf[i].bo, 0, ADDR + i * (uint64_t)SZ_64M, SIZE);
		memcpy(k.buf[i].map, k.want, SIZE);
	}
	return k;
}

/* By the CPU, through mappings made before, and by the GPU, through entries made before. */
static void check(struct kept *k, uint32_t value)
{
	for (unsigned int i = 0; i < BUFFERS; i++) {
		lit_assert_same(k->buf[i].map, k->want, SIZE);
		for (uint64_t at = 0; at < SIZE; at += SZ_1M) {
			lit_store(&k->l, ADDR + i * (uint64_t)SZ_64M + at, value);
			*(uint32_t *)(k->want + at) = value;
		}
		lit_run(&k->l);
		lit_assert_same(k->buf[i].map, k->want, SIZE);
		lit_fill(k->want, SIZE, 7);
		memcpy(k->buf[i].map, k->want, SIZE);
	}
}

static void kept_free(int fd, struct kept *k)
{
	igt_assert(!lit_banned(fd, k->l.queue));
	for (unsigned int i = 0; i < BUFFERS; i++)
		lit_buf_free(fd, &k->buf[i]);
	lit_close(&k->l);
	free(k->want);
}

static void sleeps(int fd, bool lose_power, unsigned int times)
{
	struct drm_xe_engine_class_instance *hwe;
	struct kept kept[4];
	unsigned int n = 0;

	for (int gt = 0; gt < 4; gt++) {
		hwe = lit_engine(fd, gt, DRM_XE_ENGINE_CLASS_COPY);
		if (hwe)
			kept[n++] = kept_new(fd, hwe);
	}
	for (unsigned int i = 0; i < times; i++) {
		lit_system_sleep(fd, lose_power);
		for (unsigned int k = 0; k < n; k++)
			check(&kept[k], LIT_WORKS + i);
		lit_check_all_work(fd);
	}
	while (n--)
		kept_free(fd, &kept[n]);
}

igt_main
{
	int fd;

	igt_fixture
		fd = drm_open_driver(DRIVER_XE);

	igt_subtest("power-stays")
		sleeps(fd, false, 1);
	igt_subtest("power-is-lost")
		sleeps(fd, true, 1);
	igt_subtest("power-is-lost-again")
		sleeps(fd, true, 2);

	igt_fixture
		drm_close_driver(fd);
}
