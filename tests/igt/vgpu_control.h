/* SPDX-License-Identifier: MIT */
/*
 * The virtual GPU's control socket as the guest sees it: a virtio serial port named
 * "vgpu0", "vgpu1", ... On real hardware there is none: callers skip.
 */
#ifndef VGPU_CONTROL_H
#define VGPU_CONTROL_H

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/** vgpu_control_open() - device @n's port, or -1 */
static inline int vgpu_control_open(int n)
{
	DIR *dir = opendir("/sys/class/virtio-ports");
	char want[16], path[300], name[32];
	struct dirent *entry;
	int fd = -1;

	if (!dir)
		return -1;
	snprintf(want, sizeof(want), "vgpu%d\n", n);
	while (fd < 0 && (entry = readdir(dir))) {
		FILE *f;

		snprintf(path, sizeof(path), "/sys/class/virtio-ports/%s/name", entry->d_name);
		f = fopen(path, "r");
		if (!f)
			continue;
		if (fgets(name, sizeof(name), f) && !strcmp(name, want)) {
			snprintf(path, sizeof(path), "/dev/%s", entry->d_name);
			fd = open(path, O_RDWR | O_CLOEXEC);
		}
		fclose(f);
	}
	closedir(dir);
	return fd;
}

/** vgpu_control_ask() - one line there, one line back (without its newline); 0 or -1 */
static inline int vgpu_control_ask(int fd, const char *command, char *answer, size_t size)
{
	size_t len = strlen(command), at = 0;

	if (fd < 0 || write(fd, command, len) != (ssize_t)len || write(fd, "\n", 1) != 1)
		return -1;
	while (at + 1 < size) {
		struct pollfd p = { .fd = fd, .events = POLLIN };

		if (poll(&p, 1, 5000) != 1 || read(fd, answer + at, 1) != 1)
			return -1;
		if (answer[at] == '\n')
			break;
		at++;
	}
	answer[at] = 0;
	return 0;
}

/** vgpu_control_counter() - a number in the JSON of "counters"; 0 when it is not there */
static inline unsigned long long vgpu_control_counter(const char *json, const char *name)
{
	char key[80];
	const char *at;

	snprintf(key, sizeof(key), "\"%s\":", name);
	at = strstr(json, key);
	return at ? strtoull(at + strlen(key), NULL, 10) : 0;
}

/** vgpu_control_counters() - the JSON of "counters", until the next call; NULL: no answer */
static inline const char *vgpu_control_counters(int fd)
{
	static char json[16384];

	return vgpu_control_ask(fd, "counters", json, sizeof(json)) ? NULL : json;
}

#endif
