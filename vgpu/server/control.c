// SPDX-License-Identifier: MIT
#include "control.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server.h"

#define ANSWER_MAX 16384

/**
 * struct command - what can be asked
 * @run: gets the rest of the line, and room that holds "ok" already
 */
struct command {
	const char *name;
	bool argument;
	void (*run)(struct vg_server *s, const char *arg, char *answer, size_t size);
};

static void run_counters(struct vg_server *s, const char *arg, char *answer, size_t size)
{
	(void)arg;
	if (vg_obs_json(s->obs, answer, size) < 0)
		snprintf(answer, size, "error: the counters do not fit");
	for (char *p = answer; *p; p++)
		if (*p == '\n')
			*p = ' ';
}

static void run_reset(struct vg_server *s, const char *arg, char *answer, size_t size)
{
	(void)arg;
	(void)answer;
	(void)size;
	memset(s->obs->count, 0, sizeof(s->obs->count));
	memset(s->obs->mistakes, 0, sizeof(s->obs->mistakes));
	s->obs->last_mistake[0] = 0;
}

static void run_script(struct vg_server *s, const char *arg, char *answer, size_t size)
{
	const char *error = vg_device_script(s->dev, arg);

	if (error)
		snprintf(answer, size, "error: %s", error);
	s->work = true;
}

static void run_trace(struct vg_server *s, const char *arg, char *answer, size_t size)
{
	int err;

	if (s->obs->trace)
		vg_trace_close(s->obs);
	if (!strcmp(arg, "off"))
		return;
	err = vg_trace_open(s->obs, arg);
	if (err)
		snprintf(answer, size, "error: %s: %s", arg, strerror(-err));
}

static void run_log(struct vg_server *s, const char *arg, char *answer, size_t size)
{
	char *end;
	long level = strtol(arg, &end, 10);

	if (*end || level < 0 || level > 3)
		snprintf(answer, size, "error: a level is 0 to 3");
	else
		s->obs->log = (int)level;
}

static void run_quit(struct vg_server *s, const char *arg, char *answer, size_t size)
{
	(void)arg;
	(void)answer;
	(void)size;
	s->stop = true;
}

static const struct command commands[] = {
	{ "counters", false, run_counters },
	{ "reset-counters", false, run_reset },
	{ "script", true, run_script },
	{ "trace", true, run_trace },
	{ "log", true, run_log },
	{ "quit", false, run_quit },
};

/** vg_control_run() - one command; the answer, one line without its end, goes to @answer */
void vg_control_run(struct vg_server *s, char *line, char *answer, size_t size)
{
	size_t word = strcspn(line, " \t");
	const char *arg = line + word + strspn(line + word, " \t");

	snprintf(answer, size, "ok");
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		const struct command *cmd = &commands[i];

		if (strlen(cmd->name) != word || strncmp(cmd->name, line, word))
			continue;
		if (cmd->argument == !*arg)
			snprintf(answer, size, "error: %s takes %s argument", cmd->name,
				 cmd->argument ? "an" : "no");
		else
			cmd->run(s, arg, answer, size);
		return;
	}
	snprintf(answer, size, "error: commands are counters, reset-counters, script, trace, log, "
		 "quit");
}

/** vg_control_init() - nobody connected; @listen is taken over, -1: none */
void vg_control_init(struct vg_control *c, int listen)
{
	c->listen = listen;
	for (unsigned int i = 0; i < VG_CONTROL_CLIENTS; i++)
		c->client[i].fd = -1;
}

static void drop(struct vg_control *c, unsigned int i)
{
	close(c->client[i].fd);
	c->client[i].fd = -1;
}

/** vg_control_accept() - let one more in; the ninth is sent away */
void vg_control_accept(struct vg_control *c)
{
	int fd = accept4(c->listen, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return;
	for (unsigned int i = 0; i < VG_CONTROL_CLIENTS; i++) {
		if (c->client[i].fd < 0) {
			c->client[i].fd = fd;
			c->client[i].len = 0;
			return;
		}
	}
	close(fd);
}

/* A client that does not read its answers is not waited for. */
static bool answer_line(int fd, struct vg_server *s, char *line)
{
	static char answer[ANSWER_MAX];
	size_t len;

	line[strcspn(line, "\r")] = 0;
	vg_control_run(s, line, answer, sizeof(answer) - 1);
	len = strlen(answer);
	answer[len++] = '\n';
	return send(fd, answer, len, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)len;
}

/** vg_control_input() - read, do and answer what client @i sent */
void vg_control_input(struct vg_control *c, unsigned int i, struct vg_server *s)
{
	char *line = c->client[i].line, *end;
	size_t room = sizeof(c->client[i].line) - c->client[i].len;
	ssize_t n = recv(c->client[i].fd, line + c->client[i].len, room, MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		drop(c, i);
		return;
	}
	c->client[i].len += (size_t)n;
	while ((end = memchr(line, '\n', c->client[i].len))) {
		size_t used = (size_t)(end + 1 - line);

		*end = 0;
		if (!answer_line(c->client[i].fd, s, line)) {
			drop(c, i);
			return;
		}
		c->client[i].len -= used;
		memmove(line, line + used, c->client[i].len);
	}
	if (c->client[i].len == sizeof(c->client[i].line))
		drop(c, i); /* no line is that long */
}

/** vg_control_close() - close all sockets */
void vg_control_close(struct vg_control *c)
{
	for (unsigned int i = 0; i < VG_CONTROL_CLIENTS; i++)
		if (c->client[i].fd >= 0)
			drop(c, i);
	if (c->listen >= 0)
		close(c->listen);
	c->listen = -1;
}
