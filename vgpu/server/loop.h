/* SPDX-License-Identifier: MIT */
#ifndef VGPU_SERVER_LOOP_H
#define VGPU_SERVER_LOOP_H

#include <signal.h>
#include <stdbool.h>

struct vg_control;
struct vg_server;

int vg_loop_run(struct vg_server *s, struct vg_control *control, int listen, bool keep,
		volatile sig_atomic_t *stop);

#endif
