/* SPDX-License-Identifier: MIT */
/* The control socket: one command a line, one line of answer. */
#ifndef VGPU_SERVER_CONTROL_H
#define VGPU_SERVER_CONTROL_H

#include <stddef.h>

struct vg_server;

#define VG_CONTROL_CLIENTS 8

/**
 * struct vg_control - the listening socket and who is connected
 * @listen: -1: no control socket
 * @line: the unfinished line of a client
 */
struct vg_control {
	int listen;
	struct {
		int fd;
		size_t len;
		char line[1024];
	} client[VG_CONTROL_CLIENTS];
};

void vg_control_init(struct vg_control *c, int listen);
void vg_control_accept(struct vg_control *c);
void vg_control_input(struct vg_control *c, unsigned int i, struct vg_server *s);
void vg_control_run(struct vg_server *s, char *line, char *answer, size_t size);
void vg_control_close(struct vg_control *c);

#endif
