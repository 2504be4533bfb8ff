/* SPDX-License-Identifier: MIT */
/* Files of debugfs of a device: what they say. */
#ifndef LIT_DEBUGFS_H
#define LIT_DEBUGFS_H

#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "xe_lit.h"

#define LIT_PATH 160

static inline void lit_debugfs_path(int fd, const char *name, char path[LIT_PATH])
{
	struct stat st;

	igt_assert_eq(fstat(fd, &st), 0);
	snprintf(path, LIT_PATH, "/sys/kernel/debug/dri/%u/%s", minor(st.st_rdev), name);
}

/** lit_debugfs() - a file, to be closed */
static inline FILE *lit_debugfs(int fd, const char *name)
{
	char path[LIT_PATH];
	FILE *f;

	lit_debugfs_path(fd, name, path);
	f = fopen(path, "r");
	igt_assert_f(f, "%s: %m\n", path);
	return f;
}

/** lit_debugfs_write() - 0 or a negative errno */
static inline int lit_debugfs_write(int fd, const char *name, const char *text)
{
	char path[LIT_PATH];
	int file, err;

	lit_debugfs_path(fd, name, path);
	file = open(path, O_WRONLY);
	if (file < 0)
		return -errno;
	err = write(file, text, strlen(text)) < 0 ? -errno : 0;
	close(file);
	return err;
}

/** lit_debugfs_says() - a line of the file holds @what */
static inline bool lit_debugfs_says(int fd, const char *name, const char *what)
{
	FILE *f = lit_debugfs(fd, name);
	bool found = false;
	char line[512];

	while (!found && fgets(line, sizeof(line), f))
		found = strstr(line, what);
	fclose(f);
	return found;
}

/** lit_debugfs_number() - the number that stands behind @key, which begins a word */
static inline long long lit_debugfs_number(int fd, const char *name, const char *key)
{
	FILE *f = lit_debugfs(fd, name);
	char line[512], *at = NULL;

	while (!at && fgets(line, sizeof(line), f)) {
		at = strstr(line, key);
		if (at && at != line && at[-1] != ' ' && at[-1] != '\t')
			at = NULL;
	}
	fclose(f);
	igt_assert_f(at, "%s has no %s\n", name, key);
	return strtoll(at + strlen(key), NULL, 0);
}

#endif
