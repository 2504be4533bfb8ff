// SPDX-License-Identifier: MIT
/*
 * What a client may send, on a socketpair: raw bytes, or a body behind a
 * correct header, with right and wrong fds. The device ticks between.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"
#include "server/server.h"
#include "tests/client.h"

#define MAX_MESSAGES 64

enum kind { NO_FD, RAM, EVENT, PIPE, SOCKET, MANY, KINDS = 8 };

static struct vg_server *s;
static int ram, event, pipe_end;

static void set_up(void)
{
	struct vg_device_options opt = fuzz_options(0);
	const char *error;
	int ends[2];

	signal(SIGPIPE, SIG_IGN);
	s = vg_session_new(&opt, NULL, &error);
	ram = memfd_create("ram", MFD_CLOEXEC);
	event = eventfd(0, EFD_NONBLOCK);
	if (!s || ftruncate(ram, 1 << 20) || pipe(ends))
		abort();
	pipe_end = ends[1];
	s->conn.quiet = true;
	s->dma.timeout_ms = 0;
}

static void send_one(int sock, struct input *in)
{
	uint8_t op = (uint8_t)fuzz_take(in, 1);
	const int fds[KINDS][10] = { { 0 }, { ram }, { event }, { pipe_end }, { sock },
				     { ram, ram, event, event, ram, ram, ram, ram, ram, ram } };
	unsigned int kind = op & 7, n_fds = kind == MANY ? 10 : kind != NO_FD && kind < MANY;
	const uint8_t *body;
	size_t len;

	if (op & 8) { /* raw */
		len = fuzz_bytes(in, fuzz_take(in, 1), &body);
		if (len)
			client_send_raw(sock, body, len, fds[kind], n_fds);
		return;
	}
	op >>= 4; /* the command */
	len = fuzz_bytes(in, fuzz_take(in, 1), &body);
	client_post(sock, op ? op : VU_FEATURE, op, 0, body, len, fds[kind], n_fds);
}

static void drain(int sock)
{
	static uint8_t sink[65536];

	while (recv(sock, sink, sizeof(sink), MSG_DONTWAIT) > 0)
		;
}

static void session(int sock, struct input *in)
{
	static const char hello[] = "\0\0\0\0{}";
	uint64_t now = 1000000;

	if (fuzz_take(in, 1) & 1)
		client_post(sock, VU_VERSION, 0, 0, hello, sizeof(hello), NULL, 0);
	for (unsigned int i = 0; i < MAX_MESSAGES && in->left; i++) {
		send_one(sock, in);
		if (vg_session_input(s) < 0)
			return;
		now += 100000;
		vg_device_tick(s->dev, now, 64);
		vg_region_drain(s);
		if (i % 4)
			drain(sock);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	int pair[2];

	if (!s)
		set_up();
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) < 0)
		abort();
	vg_session_open(s, pair[0]);
	session(pair[1], &in);
	vg_session_close(s);
	close(pair[1]);
	return 0;
}
