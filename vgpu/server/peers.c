// SPDX-License-Identifier: MIT
/*
 * The client maps one device's BAR into another without passing an fd. So the
 * servers of one machine tell each other through a folder: one file per server,
 * one line per BAR that memory decode has switched on.
 */
#include "server.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LINE "bar %u pid %d fd %d base %" PRIx64 " size %" PRIx64 "\n"
#define LINE_SCAN "bar %u pid %d fd %d base %" SCNx64 " size %" SCNx64

static bool covers(uint64_t base, uint64_t bar_size, uint64_t addr, uint64_t size)
{
	return base != UINT64_MAX && addr >= base && size <= bar_size &&
	       addr - base <= bar_size - size;
}

static int own_name(const struct vg_server *s, char *path, const char *suffix)
{
	int n = snprintf(path, PATH_MAX, "%s/vgpu-%d%s", s->peers, (int)getpid(), suffix);

	return n < PATH_MAX ? 0 : -ENAMETOOLONG;
}

/** vg_peers_withdraw() - delete our file */
void vg_peers_withdraw(struct vg_server *s)
{
	char path[PATH_MAX];

	for (unsigned int i = 0; i < VU_REGION_BARS; i++)
		s->published[i] = UINT64_MAX;
	if (s->peers && !own_name(s, path, ""))
		unlink(path);
}

/* Written aside and renamed: a peer never reads half a file. */
static void write_file(struct vg_server *s)
{
	char path[PATH_MAX], aside[PATH_MAX];
	FILE *f;

	if (own_name(s, path, "") || own_name(s, aside, ".new"))
		return;
	f = fopen(aside, "we");
	if (!f) {
		vg_log(s->obs, 1, "%s: %s", aside, strerror(errno));
		return;
	}
	for (unsigned int i = 0; i < VU_REGION_BARS; i++) {
		const struct vg_bar *bar = vg_device_bar(s->dev, i);

		if (bar && bar->fd >= 0 && s->published[i] != UINT64_MAX)
			fprintf(f, LINE, i, (int)getpid(), bar->fd, s->published[i], bar->size);
	}
	if (fclose(f) || rename(aside, path) < 0)
		vg_log(s->obs, 1, "%s: %s", path, strerror(errno));
}

/** vg_peers_publish() - tell the folder where our BARs are, when that has changed */
void vg_peers_publish(struct vg_server *s)
{
	bool changed = false;

	for (unsigned int i = 0; i < VU_REGION_BARS; i++) {
		const struct vg_bar *bar = vg_device_bar(s->dev, i);
		uint64_t base = bar ? vg_device_bar_base(s->dev, i) : UINT64_MAX;

		if (base != s->published[i])
			changed = true;
		s->published[i] = base;
	}
	if (changed && s->peers)
		write_file(s);
}

/* A line may be left over from a dead server whose pid and fd now mean something else. */
static int open_memfd(int pid, int fd)
{
	char path[64], target[16] = "";

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, fd);
	if (readlink(path, target, sizeof(target) - 1) < 0)
		return -errno;
	if (strncmp(target, "/memfd:", 7))
		return -ESTALE;
	fd = open(path, O_RDWR | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int look_in(FILE *f, uint64_t addr, uint64_t size, uint64_t *offset)
{
	char line[160];

	while (fgets(line, sizeof(line), f)) {
		uint64_t base, bar_size;
		unsigned int bar;
		int pid, fd;

		if (sscanf(line, LINE_SCAN, &bar, &pid, &fd, &base, &bar_size) != 5)
			continue;
		if (!covers(base, bar_size, addr, size))
			continue;
		fd = open_memfd(pid, fd);
		if (fd >= 0) {
			*offset = addr - base;
			return fd;
		}
	}
	return -ENOENT;
}

/** vg_peers_own() - is [@addr, @addr + @size) in a BAR of our own? */
bool vg_peers_own(struct vg_server *s, uint64_t addr, uint64_t size)
{
	for (unsigned int i = 0; i < VU_REGION_BARS; i++) {
		const struct vg_bar *bar = vg_device_bar(s->dev, i);

		if (bar && covers(vg_device_bar_base(s->dev, i), bar->size, addr, size))
			return true;
	}
	return false;
}

/**
 * vg_peers_open() - which other server's mappable BAR covers [@addr, @addr + @size)
 * @offset: into the file
 *
 * Returns a new fd or -ENOENT.
 */
int vg_peers_open(struct vg_server *s, uint64_t addr, uint64_t size, uint64_t *offset)
{
	struct dirent *e;
	int fd = -1;
	DIR *dir;

	if (!s->peers)
		return -ENOENT;
	dir = opendir(s->peers);
	if (!dir)
		return -ENOENT;
	while (fd < 0 && (e = readdir(dir))) {
		char path[PATH_MAX];
		FILE *f;

		if (strncmp(e->d_name, "vgpu-", 5) || strchr(e->d_name, '.'))
			continue;
		if (snprintf(path, sizeof(path), "%s/%s", s->peers, e->d_name) >= PATH_MAX)
			continue;
		f = fopen(path, "re");
		if (!f)
			continue;
		fd = look_in(f, addr, size, offset);
		fclose(f);
	}
	closedir(dir);
	return fd < 0 ? -ENOENT : fd;
}
