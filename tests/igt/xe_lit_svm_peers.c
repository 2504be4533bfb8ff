// SPDX-License-Identifier: MIT
/*
 * Two devices behind one switch: one uses memory of the process that is in the VRAM of the
 * other, and pages go from device to device: directly, or through system memory when a BAR
 * shows less than there is.
 */
#include "vgpu_control.h"
#include "xe_lit_svm.h"

IGT_TEST_DESCRIPTION("Shared virtual memory between devices");

struct device {
	int fd, control;
	struct svm svm;
	struct drm_xe_engine_class_instance *hwe;
};

/* VMs of their own for each subtest: advice stays with the addresses of a VM */
static void open_vms(struct device *d)
{
	for (int i = 0; i < 2; i++)
		svm_require(&d[i].svm, d[i].fd);
}

static void close_vms(struct device *d)
{
	svm_close(&d[0].svm);
	svm_close(&d[1].svm);
}

static unsigned long long to_peer(struct device *d)
{
	const char *json = vgpu_control_counters(d->control);

	igt_assert(json);
	return vgpu_control_counter(json, "bytes_peer_device");
}

/* Whether @d reaches the other's memory; advice for a page that nobody uses tells */
static bool connected(struct device *d, int fd)
{
	char *whole, *p = svm_memory(&whole, SVM_SIZE);
	int err = svm_prefer(&d->svm, p, SVM_SIZE, fd, 1);

	munmap(whole, 2 * SVM_SIZE);
	return !err;
}

/* @a's engine reads and writes memory that @b has; the CPU sees what it wrote */
static void access_other(struct device *a, struct device *b)
{
	char *whole, *p = svm_memory(&whole, SVM_SIZE), *want = malloc(SVM_SIZE);
	unsigned long long before = to_peer(a);
	uint32_t value;

	lit_fill(p, SVM_SIZE, 1);
	memcpy(want, p, SVM_SIZE);
	igt_require_f(!svm_prefer(&a->svm, p, SVM_SIZE, b->fd, 1), "the devices do not reach each other's memory\n");
	igt_assert_eq(svm_load(&a->svm, a->hwe, p + SZ_64K, &value), 0);
	igt_assert_eq_u32(value, *(uint32_t *)(want + SZ_64K));
	igt_assert_eq(svm_in_vram(p, SVM_SIZE), SVM_SIZE / SZ_4K);
	igt_assert_eq(svm_store(&a->svm, a->hwe, p + SZ_1M, 0x12345678), 0);
	igt_assert_eq(svm_in_vram(p, SVM_SIZE), SVM_SIZE / SZ_4K);
	igt_assert(before < to_peer(a));
	*(uint32_t *)(want + SZ_1M) = 0x12345678;
	lit_assert_same(p, want, SVM_SIZE);
	munmap(whole, 2 * SVM_SIZE);
	free(want);
}

/* Pages go from @a to @b, both engines having written to them */
static void migrate(struct device *a, struct device *b)
{
	char *whole, *p = svm_memory(&whole, SVM_SIZE), *want = malloc(SVM_SIZE);
	unsigned long long moved = to_peer(a) + to_peer(b);

	lit_fill(p, SVM_SIZE, 2);
	memcpy(want, p, SVM_SIZE);
	igt_assert_eq(svm_store(&a->svm, a->hwe, p, 0xaaaaaaaa), 0);
	igt_assert_eq(svm_in_vram(p, SVM_SIZE), SVM_SIZE / SZ_4K);
	igt_assert_eq(svm_store(&b->svm, b->hwe, p + 4, 0xbbbbbbbb), 0);
	igt_assert_eq(svm_in_vram(p, SVM_SIZE), SVM_SIZE / SZ_4K);
	moved = to_peer(a) + to_peer(b) - moved;
	igt_info("%llu bytes between the devices\n", moved);
	memcpy(want, &(uint32_t[]){ 0xaaaaaaaa, 0xbbbbbbbb }, 8);
	lit_assert_same(p, want, SVM_SIZE);
	igt_assert(moved >= SVM_SIZE || !connected(a, b->fd) || !connected(b, a->fd));
	munmap(whole, 2 * SVM_SIZE);
	free(want);
}

/* Pages are prefetched to @a's VRAM, then to @b's, which writes a dword */
static void prefetch(struct device *a, struct device *b)
{
	char *whole, *p = svm_memory(&whole, SVM_SIZE), *want = malloc(SVM_SIZE);

	lit_fill(p, SVM_SIZE, 3);
	memcpy(want, p, SVM_SIZE);
	igt_assert_eq(svm_prefetch(&a->svm, p, SVM_SIZE, 1), 0);
	igt_assert_eq(svm_prefetch(&b->svm, p, SVM_SIZE, 1), 0);
	igt_assert_eq(svm_store(&b->svm, b->hwe, p + SZ_64K, 0x11111111), 0);
	*(uint32_t *)(want + SZ_64K) = 0x11111111;
	lit_assert_same(p, want, SVM_SIZE);
	munmap(whole, 2 * SVM_SIZE);
	free(want);
}

/* The engines write a dword each in turn, and each reads what the other wrote */
static void in_turn(struct device *a, struct device *b)
{
	char *whole, *p = svm_memory(&whole, SVM_SIZE), *want = malloc(SVM_SIZE);
	uint32_t got;

	lit_fill(p, SVM_SIZE, 4);
	memcpy(want, p, SVM_SIZE);
	for (uint32_t i = 1; i < 5; i++) {
		struct device *one = i & 1 ? a : b, *other = i & 1 ? b : a;

		igt_assert_eq(svm_store(&one->svm, one->hwe, p + i * SZ_64K, i), 0);
		*(uint32_t *)(want + i * SZ_64K) = i;
		got = 0;
		igt_assert_eq(svm_load(&other->svm, other->hwe, p + i * SZ_64K, &got), 0);
		igt_assert_eq_u32(got, i);
	}
	lit_assert_same(p, want, SVM_SIZE);
	munmap(whole, 2 * SVM_SIZE);
	free(want);
}

igt_main
{
	static const struct {
		const char *name;
		void (*run)(struct device *a, struct device *b);
	} tests[] = {
		{ "device%d-uses-memory-of-device%d", access_other },
		{ "device%d-to-device%d", migrate },
		{ "prefetch-device%d-to-device%d", prefetch },
		{ "device%d-and-device%d-in-turn", in_turn },
	};
	struct device d[2] = { { .fd = -1 }, { .fd = -1 } };

	igt_fixture {
		for (int i = 0; i < 2; i++) {
			d[i].fd = __drm_open_driver_another(i, DRIVER_XE);
			igt_require_f(d[i].fd >= 0, "one device\n");
			d[i].control = vgpu_control_open(i);
			igt_require_f(d[i].control >= 0, "no virtual GPU\n");
			d[i].hwe = &xe_engine(d[i].fd, 0)->instance;
		}
	}

	for (int i = 0; i < 2; i++)
		for (int t = 0; t < ARRAY_SIZE(tests); t++)
			igt_subtest_f(tests[t].name, i, !i) {
				open_vms(d);
				tests[t].run(&d[i], &d[!i]);
				close_vms(d);
			}

	igt_fixture {
		for (int i = 0; i < 2; i++) {
			close(d[i].control);
			drm_close_driver(d[i].fd);
		}
	}
}
