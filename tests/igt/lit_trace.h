/* SPDX-License-Identifier: MIT */
/* Trace points of the driver, in a trace of their own. */
#ifndef LIT_TRACE_H
#define LIT_TRACE_H

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "xe_lit.h"

#define TRACEFS "/sys/kernel/tracing"
#define LIT_TRACE TRACEFS "/instances/xe_lit"
#define LIT_TRACE_SECONDS 10 /* some come from workers */

static inline void lit_trace_enable(const char *event)
{
	char path[160];
	int fd;

	snprintf(path, sizeof(path), LIT_TRACE "/events/xe/%s/enable", event);
	fd = open(path, O_WRONLY | O_TRUNC);
	igt_assert_f(fd >= 0 && write(fd, "1", 1) == 1, "%s: %m\n", path);
	close(fd);
}

/** lit_trace_begin() - @events end with NULL; skips without trace points */
static inline void lit_trace_begin(const char * const *events)
{
	if (access(TRACEFS "/events", F_OK))
		mount("tracefs", TRACEFS, "tracefs", 0, NULL);
	igt_require_f(!access(TRACEFS "/events", F_OK), "the kernel has no trace points\n");
	rmdir(LIT_TRACE);
	igt_assert_eq(mkdir(LIT_TRACE, 0700), 0);
	for (; *events; events++)
		lit_trace_enable(*events);
}

static inline void lit_trace_end(void)
{
	igt_assert_eq(rmdir(LIT_TRACE), 0);
}

/** lit_traced() - a line of @event that says @what, of a device; @line of @size */
static inline bool lit_traced(const char *event, const char *what, char *line, int size)
{
	FILE *f = fopen(LIT_TRACE "/trace", "r");
	bool seen = false;
	char key[64];

	igt_assert(f);
	snprintf(key, sizeof(key), " %s: ", event);
	while (!seen && fgets(line, size, f))
		seen = strstr(line, key) && strstr(line, "0000:") && strstr(line, what);
	fclose(f);
	return seen;
}

/** lit_trace_wait() - for a line of @event, soon after what was done since lit_trace_begin() */
static inline void lit_trace_wait(const char *event)
{
	int64_t end = lit_deadline(LIT_TRACE_SECONDS);
	char line[512];

	while (!lit_traced(event, "", line, sizeof(line)) && lit_deadline(0) < end)
		lit_sleep_ms(50);
	igt_assert_f(lit_traced(event, "", line, sizeof(line)), "there was no %s\n", event);
}

#endif
