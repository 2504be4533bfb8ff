// SPDX-License-Identifier: MIT
/*
 * What an administrator may say of how queues are scheduled: for each class of engines a value
 * and the limits it is within. What is refused changes nothing.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "lit_nobody.h"
#include "xe_lit.h"

IGT_TEST_DESCRIPTION("Scheduling properties of engine classes in sysfs");

#define MAX_DIRS 16

struct dir {
	char path[160];
	int gt;
	const char *class;
};

static const char * const classes[] = {
	[DRM_XE_ENGINE_CLASS_RENDER] = "rcs", [DRM_XE_ENGINE_CLASS_COPY] = "bcs",
	[DRM_XE_ENGINE_CLASS_VIDEO_DECODE] = "vcs", [DRM_XE_ENGINE_CLASS_VIDEO_ENHANCE] = "vecs",
	[DRM_XE_ENGINE_CLASS_COMPUTE] = "ccs",
};

/* The directories of all engine classes of all GTs */
static unsigned int find_dirs(int fd, struct dir *dirs)
{
	unsigned int n = 0;
	struct stat st;

	igt_assert_eq(fstat(fd, &st), 0);
	for (int tile = 0; tile < 2; tile++)
		for (int gt = 0; gt < 4; gt++)
			for (unsigned int c = 0; c < ARRAY_SIZE(classes) && n < MAX_DIRS; c++) {
				snprintf(dirs[n].path, sizeof(dirs[n].path),
					 "/sys/dev/char/%u:%u/device/tile%d/gt%d/engines/%s",
					 major(st.st_rdev), minor(st.st_rdev), tile, gt, classes[c]);
				dirs[n].gt = gt;
				dirs[n].class = classes[c];
				n += !access(dirs[n].path, F_OK);
			}
	return n;
}

static unsigned int get(const struct dir *d, const char *stem, const char *suffix)
{
	char path[256], text[32] = "", *end;
	unsigned int value;
	int fd;

	snprintf(path, sizeof(path), "%s/%s%s", d->path, stem, suffix);
	fd = open(path, O_RDONLY);
	igt_assert_f(fd >= 0 && read(fd, text, sizeof(text) - 1) > 0, "%s: %m\n", path);
	close(fd);
	value = strtoul(text, &end, 10);
	igt_assert_f(end != text && !strcmp(end, "\n"), "%s is \"%s\"\n", path, text);
	return value;
}

static int put_text(const struct dir *d, const char *stem, const char *suffix, const char *text)
{
	char path[256];
	int fd, err;

	snprintf(path, sizeof(path), "%s/%s%s", d->path, stem, suffix);
	fd = open(path, O_WRONLY);
	if (fd < 0)
		return -errno;
	err = write(fd, text, strlen(text)) == (ssize_t)strlen(text) ? 0 : -errno;
	close(fd);
	return err;
}

static int put(const struct dir *d, const char *stem, const char *suffix, unsigned long long value)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu\n", value);
	return put_text(d, stem, suffix, text);
}

/* Refused with @err, and what it was it is. */
static void refused(const struct dir *d, const char *stem, const char *suffix,
		    unsigned long long value, int err)
{
	unsigned int before = get(d, stem, suffix);

	igt_assert_f(put(d, stem, suffix, value) == err, "%s/%s%s takes %llu, or says another "
		     "error\n", d->path, stem, suffix, value);
	igt_assert_eq(get(d, stem, suffix), before);
}

static void taken(const struct dir *d, const char *stem, const char *suffix, unsigned int value)
{
	igt_assert_f(!put(d, stem, suffix, value), "%s/%s%s does not take %u: %m\n", d->path, stem,
		     suffix, value);
	igt_assert_eq(get(d, stem, suffix), value);
}

/* @stem: of the files; @unit: what the value's name ends with */
static void limits(const struct dir *d, const char *stem, const char *unit)
{
	unsigned int value = get(d, stem, unit), min = get(d, stem, "_min");
	unsigned int max = get(d, stem, "_max");
	static const char * const nonsense[] = { "", "x", "-1", "1 2", "0x", "1.5", "4294967296" };

	igt_assert(min <= value && value <= max && max > min + 100);
	taken(d, stem, unit, min);
	taken(d, stem, unit, max);
	if (min)
		refused(d, stem, unit, min - 1, -EINVAL);
	refused(d, stem, unit, max + 1ull, -EINVAL);
	refused(d, stem, unit, ~0u, -EINVAL);
	refused(d, stem, unit, ~0ull, -ERANGE);
	for (unsigned int i = 1; i < ARRAY_SIZE(nonsense); i++)
		igt_assert(put_text(d, stem, unit, nonsense[i]) < 0);
	igt_assert_eq(get(d, stem, unit), max);

	/* Limits have limits: each other, and what they were at first. */
	taken(d, stem, unit, min + 50);
	refused(d, stem, "_min", max + 1ull, -EINVAL);
	refused(d, stem, "_max", max + 1ull, -EINVAL);
	if (min) {
		refused(d, stem, "_min", min - 1, -EINVAL);
		refused(d, stem, "_max", min - 1, -EINVAL);
	}
	taken(d, stem, "_min", min + 40);
	taken(d, stem, "_max", min + 60);
	refused(d, stem, "_min", min + 61, -EINVAL);
	refused(d, stem, "_max", min + 39, -EINVAL);
	refused(d, stem, unit, min + 39, -EINVAL);
	refused(d, stem, unit, min + 61, -EINVAL);
	taken(d, stem, unit, min + 60);
	taken(d, stem, unit, min + 40);

}

static int create_with_timeslice(int fd, struct drm_xe_engine_class_instance *hwe, uint64_t us)
{
	struct drm_xe_ext_set_property ext = {
		.base.name = DRM_XE_EXEC_QUEUE_EXTENSION_SET_PROPERTY,
		.property = DRM_XE_EXEC_QUEUE_SET_PROPERTY_TIMESLICE, .value = us,
	};
	uint32_t vm = xe_vm_create(fd, 0, 0), queue;

	return __xe_exec_queue_create(fd, vm, 1, 1, hwe, to_user_pointer(&ext), &queue);
}

/* What is set holds for the queues that are made then. */
static void holds(int fd, const struct dir *d)
{
	const char *stem = "timeslice_duration";
	struct drm_xe_engine_class_instance *hwe = NULL;
	unsigned int min = get(d, stem, "_min");

	for (unsigned int c = 0; c < ARRAY_SIZE(classes); c++)
		if (!strcmp(d->class, classes[c]))
			hwe = lit_engine(fd, d->gt, c);
	igt_require_f(hwe, "none of %s is for users\n", d->path);
	taken(d, stem, "_us", min + 50);
	taken(d, stem, "_min", min + 40);
	taken(d, stem, "_max", min + 60);
	igt_assert_eq(lit_as_nobody(create_with_timeslice(fd, hwe, min + 39)), -EINVAL);
	igt_assert_eq(lit_as_nobody(create_with_timeslice(fd, hwe, min + 40)), 0);
	igt_assert_eq(lit_as_nobody(create_with_timeslice(fd, hwe, min + 60)), 0);
	igt_assert_eq(lit_as_nobody(create_with_timeslice(fd, hwe, min + 61)), -EINVAL);
	lit_check_works(fd, hwe);
}

static int put_what_is_there(const struct dir *d)
{
	static const char * const names[] = { "job_timeout_ms", "timeslice_duration_us",
					      "preempt_timeout_us" };
	int err = -EACCES;

	for (unsigned int i = 0; err == -EACCES && i < ARRAY_SIZE(names); i++)
		err = put(d, names[i], "", get(d, names[i], ""));
	return err;
}

/* Whoever may not write there does not. */
static void permission(const struct dir *d)
{
	igt_assert_eq(lit_as_nobody(put_what_is_there(d)), -EACCES);
}

/* Widest limits first: the order in which all can be set again */
static void restore(const struct dir *d, const char *stem, const char *unit)
{
	char def[64];
	static const char * const suffixes[] = { "_min", "_max" };

	snprintf(def, sizeof(def), ".defaults/%s", stem);
	for (unsigned int i = 0; i < ARRAY_SIZE(suffixes); i++)
		taken(d, stem, suffixes[i], get(d, def, suffixes[i]));
	taken(d, stem, unit, get(d, def, unit));
}

static const struct {
	const char *stem, *unit;
} props[] = {
	{ "job_timeout", "_ms" }, { "timeslice_duration", "_us" }, { "preempt_timeout", "_us" },
};

igt_main
{
	struct dir dirs[MAX_DIRS + 1];
	unsigned int n = 0;
	int fd;

	igt_fixture {
		fd = drm_open_driver(DRIVER_XE);
		n = find_dirs(fd, dirs);
		igt_assert(n);
	}

	for (unsigned int p = 0; p < ARRAY_SIZE(props); p++)
		igt_subtest_with_dynamic_f("%s-limits", props[p].stem)
			for (unsigned int i = 0; i < n; i++)
				igt_dynamic_f("gt%d-%s", dirs[i].gt, dirs[i].class)
					limits(&dirs[i], props[p].stem, props[p].unit);
	/* After what went well and what did not */
	igt_fixture
		for (unsigned int i = 0; i < n; i++)
			for (unsigned int p = 0; p < ARRAY_SIZE(props); p++)
				restore(&dirs[i], props[p].stem, props[p].unit);

	igt_subtest_with_dynamic("timeslice-holds")
		for (unsigned int i = 0; i < n; i++)
			igt_dynamic_f("gt%d-%s", dirs[i].gt, dirs[i].class)
				holds(fd, &dirs[i]);
	igt_subtest("permission")
		permission(&dirs[0]);

	igt_fixture {
		for (unsigned int i = 0; i < n; i++)
			restore(&dirs[i], "timeslice_duration", "_us");
		drm_close_driver(fd);
	}
}
