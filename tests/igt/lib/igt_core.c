// SPDX-License-Identifier: MIT
/* Subtests, their selection and their outcomes: IGT's command line and output. */
#include <fcntl.h>
#include <fnmatch.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <xf86drm.h>

#include "igt.h"
#include "igt_syncobj.h"
#include "xe/xe_query.h"

enum outcome { NONE, SUCCESS, SKIP, FAIL };

static const char * const outcome_name[] = { "", "SUCCESS", "SKIP", "FAIL" };

const char *igt_core_description __attribute__((weak));
jmp_buf igt_subtest_jmpbuf;
jmp_buf igt_dynamic_jmpbuf;

static struct {
	bool list, failed, skip_rest, in_subtest, dynamic_parent, verbose, child;
	const char *pattern, *dynamic_pattern;
	char name[128], dynamic[128];
	enum outcome subtest, dynamic_worst;
	unsigned int succeeded, skipped, run;
	struct timespec start;
} core;

void igt_core_init(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--list-subtests")) {
			core.list = true;
		} else if (!strcmp(argv[i], "--run-subtest") || !strcmp(argv[i], "--r")) {
			core.pattern = argv[++i];
		} else if (!strcmp(argv[i], "--dynamic-subtest")) {
			core.dynamic_pattern = argv[++i];
		} else if (!strcmp(argv[i], "--debug")) {
			core.verbose = true;
		} else if (!strncmp(argv[i], "--help", 6)) {
			printf("%s\n%s [--list-subtests] [--run-subtest GLOB] [--dynamic-subtest GLOB] [--debug]\n",
			       igt_core_description ?: "", argv[0]);
			exit(IGT_EXIT_SUCCESS);
		} else {
			fprintf(stderr, "unknown option %s\n", argv[i]);
			exit(IGT_EXIT_INVALID);
		}
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
}

const char *igt_core_format(const char *fmt, ...)
{
	static char name[128];
	va_list args;

	va_start(args, fmt);
	vsnprintf(name, sizeof(name), fmt, args);
	va_end(args);
	return name;
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec - core.start.tv_sec + (now.tv_nsec - core.start.tv_nsec) / 1e9;
}

bool igt_core_fixture(void)
{
	return !core.list && !core.skip_rest;
}

static void report(const char *kind, const char *name, enum outcome how)
{
	printf("%s %s: %s (%.3fs)\n", kind, name, outcome_name[how], seconds());
	fflush(stdout);
}

bool igt_core_run_subtest(const char *name, bool dynamic_parent)
{
	if (core.list) {
		puts(name);
		return false;
	}
	if (core.pattern && fnmatch(core.pattern, name, 0))
		return false;
	snprintf(core.name, sizeof(core.name), "%s", name);
	clock_gettime(CLOCK_MONOTONIC, &core.start);
	core.run++;
	if (core.skip_rest) {
		core.skipped++;
		report("Subtest", core.name, SKIP);
		return false;
	}
	printf("Starting subtest: %s\n", name);
	core.in_subtest = true;
	core.dynamic_parent = dynamic_parent;
	core.dynamic_worst = NONE;
	return true;
}

static void finish_subtest(enum outcome how)
{
	core.in_subtest = false;
	core.succeeded += how == SUCCESS;
	core.skipped += how == SKIP;
	core.failed |= how == FAIL;
	report("Subtest", core.name, how);
}

void igt_core_end(void)
{
	enum outcome how = SUCCESS;

	if (core.dynamic_parent)
		how = core.dynamic_worst == NONE ? SKIP : core.dynamic_worst;
	finish_subtest(how);
}

bool igt_core_run_dynamic(const char *name)
{
	if (core.dynamic_pattern && fnmatch(core.dynamic_pattern, name, 0))
		return false;
	snprintf(core.dynamic, sizeof(core.dynamic), "%s", name);
	printf("Starting dynamic subtest: %s\n", name);
	return true;
}

static void finish_dynamic(enum outcome how)
{
	report("Dynamic subtest", core.dynamic, how);
	if (how == FAIL || core.dynamic_worst == NONE || (how == SUCCESS && core.dynamic_worst == SKIP))
		core.dynamic_worst = how;
	core.dynamic[0] = 0;
}

void igt_core_end_dynamic(void)
{
	finish_dynamic(SUCCESS);
}

/* Leave the innermost section: a dynamic subtest, a subtest, or the program. */
static void __attribute__((noreturn)) leave(enum outcome how)
{
	if (core.child)
		_exit(how == FAIL ? IGT_EXIT_FAILURE : IGT_EXIT_SKIP);
	if (core.dynamic[0]) {
		finish_dynamic(how);
		siglongjmp(igt_dynamic_jmpbuf, 1);
	}
	if (core.in_subtest) {
		finish_subtest(how);
		siglongjmp(igt_subtest_jmpbuf, 1);
	}
	if (how == SKIP) {
		core.skip_rest = true;
		siglongjmp(igt_subtest_jmpbuf, 1);
	}
	exit(IGT_EXIT_FAILURE);
}

void igt_core_fail(const char *file, int line, const char *func, const char *what, const char *fmt, ...)
{
	int err = errno;
	va_list args;

	fprintf(stderr, "Test assertion failure function %s, file %s:%d:\nFailed assertion: %s\n",
		func, file, line, what);
	if (err)
		fprintf(stderr, "Last errno: %d, %s\n", err, strerror(err));
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fprintf(stderr, "\n");
	leave(FAIL);
}

void igt_skip(const char *fmt, ...)
{
	va_list args;

	fprintf(stderr, "Test requirement not met:\n");
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	leave(SKIP);
}

void igt_info(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
}

void igt_debug(const char *fmt, ...)
{
	va_list args;

	if (!core.verbose)
		return;
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
}

void igt_exit(void)
{
	if (core.list)
		exit(IGT_EXIT_SUCCESS);
	if (core.pattern && !core.run) {
		fprintf(stderr, "Unknown subtest: %s\n", core.pattern);
		exit(IGT_EXIT_INVALID);
	}
	if (core.failed)
		exit(IGT_EXIT_FAILURE);
	exit(core.succeeded || !core.run ? IGT_EXIT_SUCCESS : IGT_EXIT_SKIP);
}

/* ---- children ---- */

#define MAX_CHILDREN 64
static pid_t children[MAX_CHILDREN];
static int child_count;

/* True in the child, whose assertions end it alone. */
bool __igt_fork(void)
{
	pid_t pid;

	igt_assert(child_count < MAX_CHILDREN);
	fflush(NULL);
	pid = fork();
	igt_assert(pid >= 0);
	if (pid) {
		children[child_count++] = pid;
		return false;
	}
	child_count = 0;
	core.child = true;
	return true;
}

void igt_waitchildren(void)
{
	bool good = true;

	while (child_count) {
		int status;

		igt_assert(waitpid(children[--child_count], &status, 0) >= 0);
		good &= WIFEXITED(status) && !WEXITSTATUS(status);
	}
	igt_assert_f(good, "a child failed\n");
}

/* ---- the device ---- */

int igt_ioctl(int fd, unsigned long request, void *arg)
{
	int ret;

	do {
		ret = ioctl(fd, request, arg);
	} while (ret == -1 && (errno == EINTR || errno == EAGAIN));
	return ret;
}

/* The minor of the device after @skip others, or -1 */
static int open_minor(const char *kind, int first, int chipset, int skip)
{
	for (int i = first; i < first + 16; i++) {
		char path[64];
		drmVersionPtr version;
		bool match;
		int fd;

		snprintf(path, sizeof(path), "/dev/dri/%s%d", kind, i);
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			continue;
		version = drmGetVersion(fd);
		match = version && (chipset & DRIVER_XE) && !strcmp(version->name, "xe");
		drmFreeVersion(version);
		if (match && !skip--)
			return fd;
		close(fd);
	}
	return -1;
}

static int open_first(const char *kind, int first, int chipset)
{
	int fd = open_minor(kind, first, chipset, 0);

	igt_require_f(fd >= 0, "No known gpu found for chipset flags 0x%x (xe)\n", chipset);
	xe_device_get(fd);
	return fd;
}

int __drm_open_driver_another(int idx, int chipset)
{
	int fd = open_minor("card", 0, chipset, idx);

	if (fd >= 0)
		xe_device_get(fd);
	return fd;
}

int drm_open_driver(int chipset)
{
	return open_first("card", 0, chipset);
}

int drm_open_driver_render(int chipset)
{
	return open_first("renderD", 128, chipset);
}

int drm_reopen_driver(int fd)
{
	char path[64];
	int again;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	again = open(path, O_RDWR | O_CLOEXEC);
	igt_assert_fd(again);
	return again;
}

int drm_close_driver(int fd)
{
	xe_device_put(fd);
	return close(fd);
}

void gem_close(int fd, uint32_t handle)
{
	igt_assert_eq(drmCloseBufferHandle(fd, handle), 0);
}

/* ---- syncobjs ---- */

uint32_t syncobj_create(int fd, uint32_t flags)
{
	uint32_t handle;

	igt_assert_eq(drmSyncobjCreate(fd, flags, &handle), 0);
	return handle;
}

void syncobj_destroy(int fd, uint32_t handle)
{
	igt_assert_eq(drmSyncobjDestroy(fd, handle), 0);
}

/* libdrm answers -errno */
static bool in_time(int err)
{
	igt_assert_f(!err || err == -ETIME, "a wait for syncobjs failed: %s\n", strerror(-err));
	return !err;
}

bool syncobj_wait(int fd, uint32_t *handles, uint32_t count, uint64_t abs_timeout_nsec, uint32_t flags,
		  uint32_t *first_signaled)
{
	return in_time(drmSyncobjWait(fd, handles, count, abs_timeout_nsec, flags, first_signaled));
}

bool syncobj_timeline_wait(int fd, uint32_t *handles, uint64_t *points, unsigned int count,
			   int64_t abs_timeout_nsec, unsigned int flags, uint32_t *first_signaled)
{
	return in_time(drmSyncobjTimelineWait(fd, handles, points, count, abs_timeout_nsec, flags,
					      first_signaled));
}

void syncobj_timeline_query(int fd, uint32_t *handles, uint64_t *points, uint32_t count)
{
	igt_assert_eq(drmSyncobjQuery(fd, handles, points, count), 0);
}

void syncobj_reset(int fd, uint32_t *handles, uint32_t count)
{
	igt_assert_eq(drmSyncobjReset(fd, handles, count), 0);
}

void syncobj_signal(int fd, uint32_t *handles, uint32_t count)
{
	igt_assert_eq(drmSyncobjSignal(fd, handles, count), 0);
}
