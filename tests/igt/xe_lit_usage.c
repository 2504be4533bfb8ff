// SPDX-License-Identifier: MIT
/*
 * What fdinfo says a client used of the engines: per class the ticks that its queues ran,
 * beside the ticks that went by.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "xe_lit.h"

IGT_TEST_DESCRIPTION("Engine usage in fdinfo");

#define CLASSES (DRM_XE_ENGINE_CLASS_COMPUTE + 1)
#define BUSY_MS 400
#define PERCENT 5 /* for starting and stopping */

/* struct usage - keys of fdinfo; capacity 0: the class is not there */
struct usage {
	uint64_t ran[CLASSES], total[CLASSES];
	unsigned int capacity[CLASSES];
};

static bool key(const char *text, const char *name, const char *class, uint64_t *value)
{
	char want[64];
	const char *at;

	snprintf(want, sizeof(want), "\ndrm-%s-%s:", name, class);
	at = strstr(text, want);
	if (at)
		*value = strtoull(at + strlen(want), NULL, 10);
	return at;
}

static struct usage usage_read(int fd)
{
	struct usage u = { 0 };
	char path[64], text[8192];
	ssize_t n;
	int info;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	info = open(path, O_RDONLY);
	igt_assert(info >= 0);
	n = read(info, text, sizeof(text) - 1);
	igt_assert(n > 0);
	text[n] = 0;
	close(info);
	for (int c = 0; c < CLASSES; c++) {
		const char *class = xe_engine_class_short_string(c);
		uint64_t capacity = 1;

		if (!key(text, "cycles", class, &u.ran[c]))
			continue;
		igt_assert(key(text, "total-cycles", class, &u.total[c]));
		key(text, "engine-capacity", class, &capacity);
		u.capacity[c] = capacity;
	}
	return u;
}

/* Every class that can be asked for is there, with as many engines; nothing was used. */
static void classes(int fd)
{
	struct usage u = usage_read(fd);
	unsigned int n[CLASSES] = { 0 };
	struct drm_xe_engine_class_instance *hwe;

	xe_for_each_engine(fd, hwe)
		n[hwe->engine_class]++;
	for (int c = 0; c < CLASSES; c++) {
		igt_assert_eq(u.capacity[c], n[c]);
		igt_assert_eq_u64(u.ran[c], 0);
		igt_assert(!n[c] || u.total[c]);
	}
}

static void spin_begin(struct lit *l, struct drm_xe_sync *out)
{
	lit_store(l, lit_addr(l, 64), 1);
	lit_spin(l, 0);
	igt_assert_eq(lit_submit(l, 0, out, 1), 0);
	lit_wait_data(l, 64, 1);
}

/* struct span - of time; each end is read twice, for ticks are older than the time beside them */
struct span {
	struct usage begin[2], end[2];
};

static struct span measure(int fd, unsigned int ms)
{
	struct span s;

	s.begin[0] = usage_read(fd);
	s.begin[1] = usage_read(fd);
	lit_sleep_ms(ms);
	s.end[0] = usage_read(fd);
	s.end[1] = usage_read(fd);
	return s;
}

/* @busy: class that has one busy engine, -1: none */
static void check(const struct span *s, int busy)
{
	for (int c = 0; c < CLASSES; c++) {
		uint64_t ran = s->end[1].ran[c] - s->begin[1].ran[c];
		uint64_t least = s->end[0].total[c] - s->begin[1].total[c];
		uint64_t most = s->end[1].total[c] - s->begin[0].total[c];

		if (c != busy)
			igt_assert_eq_u64(ran, 0);
		else
			igt_assert_f(least && ran >= least * (100 - PERCENT) / 100 &&
				     ran <= most * (100 + PERCENT) / 100,
				     "class %d: %" PRIu64 " of %" PRIu64 " to %" PRIu64 "\n", c, ran,
				     least, most);
	}
}

/* A batch that runs is seen while it does, by its own file only, and not on other engines. */
static void busy(int fd, struct drm_xe_engine_class_instance *hwe)
{
	int other = drm_open_driver(DRIVER_XE);
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	struct drm_xe_sync out = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	struct usage idle;
	struct span span;

	spin_begin(&l, &out);
	span = measure(fd, BUSY_MS);
	check(&span, hwe->engine_class);
	*lit_data(&l, 0) = 0;
	lit_wait(fd, out.handle);

	span = measure(fd, BUSY_MS / 4);
	check(&span, -1);
	idle = usage_read(other);
	for (int c = 0; c < CLASSES; c++)
		igt_assert_eq_u64(idle.ran[c], 0);
	syncobj_destroy(fd, out.handle);
	lit_close(&l);
	drm_close_driver(other);
}

/* What a queue used that was destroyed while it ran is not forgotten. */
static void destroyed(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	struct drm_xe_sync out = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	struct usage before, begin, closing, end;
	uint64_t ran, least, most;

	spin_begin(&l, &out);
	before = usage_read(fd);
	begin = usage_read(fd);
	igt_assert(begin.capacity[hwe->engine_class]);
	lit_sleep_ms(BUSY_MS);
	closing = usage_read(fd);
	lit_close(&l);
	lit_wait(fd, out.handle);
	end = usage_read(fd);

	ran = end.ran[hwe->engine_class] - begin.ran[hwe->engine_class];
	least = closing.total[hwe->engine_class] - begin.total[hwe->engine_class];
	most = end.total[hwe->engine_class] - before.total[hwe->engine_class];
	igt_assert_f(least && ran >= least * (100 - PERCENT) / 100 && ran <= most,
		     "%" PRIu64 " of %" PRIu64 " to %" PRIu64 "\n", ran, least, most);
	syncobj_destroy(fd, out.handle);
}

igt_main
{
	struct drm_xe_engine_class_instance *hwe;
	int fd;

	igt_fixture
		fd = drm_open_driver(DRIVER_XE);

	igt_subtest("classes")
		classes(fd);
	igt_subtest_with_dynamic("busy")
		xe_for_each_engine(fd, hwe)
			igt_dynamic_f(LIT_ENGINE_FMT, LIT_ENGINE(hwe))
				busy(fd, hwe);
	igt_subtest_with_dynamic("destroyed")
		xe_for_each_engine(fd, hwe)
			igt_dynamic_f(LIT_ENGINE_FMT, LIT_ENGINE(hwe))
				destroyed(fd, hwe);

	igt_fixture
		drm_close_driver(fd);
}
