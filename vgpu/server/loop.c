// SPDX-License-Identifier: MIT
#include "loop.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "control.h"
#include "server.h"

/* A tick is cut to about this long: what an MMIO access waits at most. */
#define TICK_MIN_NS 100000u
#define TICK_MAX_NS 200000u
/* After a read the next message is awaited awake: registers are read in rows. */
#define LINGER_NS 60000u
#define BUDGET_MIN 16u
#define BUDGET_MAX 65536u

enum {
	POLL_CLIENT,
	POLL_CONTROL,
	POLL_CONTROL_CLIENT,
	POLL_MAX = POLL_CONTROL_CLIENT + VG_CONTROL_CLIENTS
};

/**
 * struct loop - the state of one run
 * @due: when the device wants its next tick, UINT64_MAX: not at all
 * @budget: of a tick, follows how long ticks take
 */
struct loop {
	struct vg_server *s;
	struct vg_control *control;
	int listen;
	bool keep;
	volatile sig_atomic_t *stop;
	uint64_t due;
	unsigned int budget;
	struct pollfd pfd[POLL_MAX];
};

static void tick(struct loop *l)
{
	uint64_t start = vg_now_ns(), end, again;

	if (l->s->work)
		l->due = 0;
	if (l->due > start)
		return;
	l->s->work = false;
	again = vg_device_tick(l->s->dev, start, l->budget);
	/* DMA messages of the tick may have let BAR writes in. */
	vg_region_drain(l->s);
	end = vg_now_ns();
	if (end - start > TICK_MAX_NS && l->budget > BUDGET_MIN)
		l->budget /= 2;
	else if (end - start < TICK_MIN_NS && !again && l->budget < BUDGET_MAX)
		l->budget *= 2;
	l->due = again > UINT64_MAX - end ? UINT64_MAX : end + again;
}

static void prepare(struct loop *l)
{
	struct vg_conn *conn = &l->s->conn;

	l->pfd[POLL_CLIENT].fd = conn->fd >= 0 ? conn->fd : l->listen;
	l->pfd[POLL_CLIENT].events = conn->fd >= 0 && vg_conn_pending(conn) ? POLLOUT : POLLIN;
	l->pfd[POLL_CONTROL].fd = l->control->listen;
	l->pfd[POLL_CONTROL].events = POLLIN;
	for (unsigned int i = 0; i < VG_CONTROL_CLIENTS; i++) {
		l->pfd[POLL_CONTROL_CLIENT + i].fd = l->control->client[i].fd;
		l->pfd[POLL_CONTROL_CLIENT + i].events = POLLIN;
	}
}

/* Look for input without sleeping, and without keeping others off this CPU. */
static void linger(struct loop *l)
{
	struct pollfd pfd = { l->s->conn.fd, POLLIN, 0 };
	uint64_t now;

	if (l->s->conn.fd < 0 || l->s->work)
		return;
	while ((now = vg_now_ns()) < l->due && now - l->s->read_ns < LINGER_NS) {
		if (poll(&pfd, 1, 0))
			return;
		sched_yield();
	}
}

static int wait_input(struct loop *l, const sigset_t *mask)
{
	struct timespec ts = { 0, 0 }, *timeout = &ts;
	uint64_t now;

	prepare(l);
	linger(l);
	if (l->s->conn.fd < 0 || (!l->s->work && l->due == UINT64_MAX)) {
		timeout = NULL;
	} else if (!l->s->work && l->due > (now = vg_now_ns())) {
		ts.tv_sec = (time_t)((l->due - now) / 1000000000u);
		ts.tv_nsec = (long)((l->due - now) % 1000000000u);
	}
	return ppoll(l->pfd, POLL_MAX, timeout, mask);
}

static void control_input(struct loop *l)
{
	for (unsigned int i = 0; i < VG_CONTROL_CLIENTS; i++)
		if (l->control->client[i].fd >= 0 && l->pfd[POLL_CONTROL_CLIENT + i].revents)
			vg_control_input(l->control, i, l->s);
	if (l->pfd[POLL_CONTROL].revents)
		vg_control_accept(l->control);
}

static void accept_client(struct loop *l)
{
	int fd = accept4(l->listen, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd >= 0)
		vg_session_open(l->s, fd);
}

/**
 * vg_loop_run() - serve until told to stop
 * @listen: where clients come from; one at a time is let in
 * @keep: go on when a client has left
 * @stop: set by a signal handler; its signals are blocked outside of poll
 *
 * Returns 0 when the client has gone, or a quit or signal came; 1 when polling
 * failed.
 */
int vg_loop_run(struct vg_server *s, struct vg_control *control, int listen, bool keep,
		volatile sig_atomic_t *stop)
{
	struct loop l = { .s = s, .control = control, .listen = listen, .keep = keep, .stop = stop,
			  .due = UINT64_MAX, .budget = 256 };
	sigset_t mask;

	sigprocmask(SIG_SETMASK, NULL, &mask);
	sigdelset(&mask, SIGTERM);
	sigdelset(&mask, SIGINT);
	while (!*l.stop && !s->stop) {
		int n = wait_input(&l, &mask);

		if (n < 0 && errno != EINTR)
			return 1;
		if (n > 0 && l.pfd[POLL_CLIENT].revents) {
			if (s->conn.fd < 0) {
				accept_client(&l);
			} else if (vg_session_input(s) < 0) {
				vg_session_close(s);
				l.due = UINT64_MAX;
				s->work = false;
				if (!keep)
					return 0;
			}
		}
		if (s->conn.fd >= 0)
			tick(&l);
		if (n > 0)
			control_input(&l);
	}
	return 0;
}
