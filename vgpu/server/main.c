// SPDX-License-Identifier: MIT
/* vgpu: a virtual Xe GPU for QEMU's vfio-user-pci. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "control.h"
#include "loop.h"
#include "server.h"

static const char usage[] =
	"usage: vgpu --socket PATH --platform pvc|bmg [options]\n"
	"  --socket PATH      where QEMU's vfio-user-pci connects\n"
	"  --platform NAME    pvc or bmg\n"
	"  --tiles N          default: the platform's\n"
	"  --vram MIB         per tile; default: the platform's\n"
	"  --video N          video decoders, at most 2; default: the platform's\n"
	"  --bar0 MIB         a BAR that shows less than there is; likewise --bar2\n"
	"  --control PATH     socket for vgpuctl\n"
	"  --counters FILE    what was counted, written at the end\n"
	"  --trace FILE       Chrome trace events from the start\n"
	"  --log N            0 silent, 1 driver mistakes, 2 messages, 3 all (default 1)\n"
	"  --no-compression   of VRAM, where the platform has it\n"
	"  --lenient-64k      a bad 64 KiB window is filled in from one of its entries\n"
	"  --fault-copies N   each page fault is reported N times (default 1)\n"
	"  --fault-prefetches N  and prefetch faults of N pages with it (default 0)\n"
	"  --peers DIR        folder through which servers find each other's VRAM\n"
	"  --acs-redirect     requests to other devices end at the host bridge\n"
	"  --keep             wait for another client when one has left\n";

/* struct options - the command line */
struct options {
	struct vg_device_options dev;
	const char *socket, *control, *trace, *peers, *counters;
	bool acs_redirect, keep;
};

static volatile sig_atomic_t stop;

static void on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

static bool number(const char *text, unsigned int max, unsigned int *value)
{
	char *end;
	unsigned long n;

	errno = 0;
	n = strtoul(text, &end, 10);
	if (errno || end == text || *end || *text == '-' || n > max)
		return false;
	*value = (unsigned int)n;
	return true;
}

/**
 * struct row - one option: exactly one of the pointers says what it sets
 * @max: of a number
 */
struct row {
	const char *name;
	const char **text;
	unsigned int *num, max;
	bool *flag;
};

static bool set_row(const struct row *row)
{
	if (row->text)
		*row->text = optarg;
	if (row->flag)
		*row->flag = true;
	if (!row->num || number(optarg, row->max, row->num))
		return true;
	fprintf(stderr, "vgpu: --%s %s: not a number from 0 to %u\n", row->name, optarg, row->max);
	return false;
}

static bool parse(int argc, char **argv, struct options *o)
{
	unsigned int log = 1;
	const struct row rows[] = {
		{ "socket", .text = &o->socket },
		{ "platform", .text = &o->dev.platform },
		{ "tiles", .num = &o->dev.tiles, .max = VG_MAX_TILES },
		{ "vram", .num = &o->dev.vram_mib, .max = 1u << 20 },
		{ "video", .num = &o->dev.video, .max = 2 },
		{ "bar0", .num = &o->dev.bar0_mib, .max = 1u << 20 },
		{ "bar2", .num = &o->dev.bar2_mib, .max = 1u << 20 },
		{ "control", .text = &o->control },
		{ "trace", .text = &o->trace },
		{ "counters", .text = &o->counters },
		{ "log", .num = &log, .max = 3 },
		{ "peers", .text = &o->peers },
		{ "fault-copies", .num = &o->dev.fault_copies, .max = 64 },
		{ "fault-prefetches", .num = &o->dev.fault_prefetches, .max = 64 },
		{ "no-compression", .flag = &o->dev.no_compression },
		{ "lenient-64k", .flag = &o->dev.lenient_64k },
		{ "acs-redirect", .flag = &o->acs_redirect },
		{ "keep", .flag = &o->keep },
	};
	enum { N = sizeof(rows) / sizeof(rows[0]) };
	struct option table[N + 1] = { 0 };
	int c;

	for (int i = 0; i < N; i++)
		table[i] = (struct option){ rows[i].name, !rows[i].flag, NULL, i };
	while ((c = getopt_long(argc, argv, "", table, NULL)) != -1)
		if (c < 0 || c >= N || !set_row(&rows[c]))
			return false;
	o->dev.log = (int)log;
	return optind == argc && o->socket && o->dev.platform;
}

/* A socket file without a server behind it is left over from a killed one. */
static bool stale(const struct sockaddr_un *sun)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool dead;

	if (fd < 0)
		return false;
	dead = connect(fd, (const struct sockaddr *)sun, sizeof(*sun)) < 0 && errno == ECONNREFUSED;
	close(fd);
	return dead;
}

static int listen_at(const char *path)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd, err;

	if (strlen(path) >= sizeof(sun.sun_path)) {
		fprintf(stderr, "vgpu: %s: a socket path is at most %zu bytes long\n", path,
			sizeof(sun.sun_path) - 1);
		return -1;
	}
	strcpy(sun.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	err = fd < 0 ? -1 : bind(fd, (struct sockaddr *)&sun, sizeof(sun));
	if (err < 0 && errno == EADDRINUSE && stale(&sun)) {
		unlink(path);
		err = bind(fd, (struct sockaddr *)&sun, sizeof(sun));
	}
	if (err < 0 || listen(fd, 8) < 0) {
		fprintf(stderr, "vgpu: %s: %s\n", path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}

static void set_signals(void)
{
	struct sigaction sa = { .sa_handler = on_signal };
	sigset_t mask;

	signal(SIGPIPE, SIG_IGN);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	/* Let in by ppoll() alone, so that none is lost just before it. */
	sigemptyset(&mask);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGINT);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	vg_dma_guard();
}

/* What was counted, for who looks when the guest is gone. */
static int write_counters(const struct vg_obs *obs, const char *path)
{
	char json[16384];
	FILE *f = fopen(path, "w");

	if (!f || vg_obs_json(obs, json, sizeof(json)) < 0 || fputs(json, f) < 0 || fclose(f)) {
		fprintf(stderr, "vgpu: %s: the counters could not be written\n", path);
		return 1;
	}
	return 0;
}

static int serve(const struct options *o, struct vg_server *s)
{
	struct vg_control control;
	int listen, ret = 1, err = 0;

	vg_control_init(&control, -1);
	if (o->trace)
		err = vg_trace_open(s->obs, o->trace);
	if (err) {
		fprintf(stderr, "vgpu: %s: %s\n", o->trace, strerror(-err));
		return 1;
	}
	listen = listen_at(o->socket);
	if (listen < 0)
		return 1;
	if (o->control)
		control.listen = listen_at(o->control);
	if (!o->control || control.listen >= 0) {
		ret = vg_loop_run(s, &control, listen, o->keep, &stop);
		if (o->control)
			unlink(o->control);
	}
	vg_control_close(&control);
	close(listen);
	unlink(o->socket);
	return ret;
}

/** main() - 0: served and gone; 1: could not; 2: wrong options */
int main(int argc, char **argv)
{
	struct options o = { 0 };
	struct vg_server *s;
	const char *error;
	int ret;

	if (!parse(argc, argv, &o)) {
		fputs(usage, stderr);
		return 2;
	}
	s = vg_session_new(&o.dev, o.peers, &error);
	if (!s) {
		fprintf(stderr, "vgpu: %s\n", error);
		return 1;
	}
	s->acs_redirect = o.acs_redirect;
	set_signals();
	/* Guests measure how long a register read takes: ahead of their CPUs, if we may. */
	setpriority(PRIO_PROCESS, 0, -10);
	ret = serve(&o, s);
	if (o.counters)
		ret |= write_counters(s->obs, o.counters);
	if (s->obs->trace)
		vg_trace_close(s->obs);
	vg_session_free(s);
	return ret;
}
