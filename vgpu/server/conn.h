/* SPDX-License-Identifier: MIT */
/* Messages on a unix stream socket: framing, passed fds, replies. No meaning. */
#ifndef VGPU_SERVER_CONN_H
#define VGPU_SERVER_CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "proto.h"

#define VG_CONN_FDS 32

/**
 * struct vg_msg - a whole message; valid until vg_conn_done()
 * @body: what follows the header, @len bytes, 8-byte aligned or not
 * @fd: a handler that keeps one sets it to -1; the others are closed
 * @lost_fds: more fds were passed than anybody may
 */
struct vg_msg {
	struct vu_hdr hdr;
	const uint8_t *body;
	uint32_t len;
	int fd[VU_MAX_FDS];
	unsigned int n_fds;
	bool lost_fds;
};

/**
 * struct vg_conn - one client
 * @fd: the socket, -1: none
 * @in: received bytes; the unconsumed ones are [@head, @tail)
 * @pos: stream offset of in[@head]
 * @passed: fds not yet claimed; .last is the stream offset of the last byte
 *	they came with, which lies in the message they belong to
 * @out: the rest of the one message that the socket has not taken yet
 * @out_fd: goes with its first byte, -1: none
 * @complaints: lines printed about this client so far
 * @quiet: print none (fuzzers)
 */
struct vg_conn {
	int fd;
	size_t head, tail;
	uint64_t pos;
	struct {
		int fd;
		uint64_t last;
	} passed[VG_CONN_FDS];
	unsigned int n_passed;
	uint64_t lost_at;
	size_t out_len, out_off;
	int out_fd;
	unsigned int complaints;
	bool quiet;
	uint8_t out[VU_MAX_MSG];
	uint8_t in[2 * VU_MAX_MSG];
};

void vg_conn_init(struct vg_conn *c);
void vg_conn_open(struct vg_conn *c, int fd);
void vg_conn_close(struct vg_conn *c);

int vg_conn_fill(struct vg_conn *c);
int vg_conn_next(struct vg_conn *c, struct vg_msg *m);
void vg_conn_done(struct vg_conn *c, struct vg_msg *m);

void vg_conn_unread(struct vg_conn *c, struct vg_msg *m);

int vg_conn_send(struct vg_conn *c, struct vu_hdr hdr, const struct iovec *iov, unsigned int n,
		 int fd);
int vg_conn_flush(struct vg_conn *c);
void vg_conn_reply(struct vg_conn *c, const struct vg_msg *m, const struct iovec *iov,
		   unsigned int n, int fd);
void vg_conn_error(struct vg_conn *c, const struct vg_msg *m, int err);
void vg_conn_complain(struct vg_conn *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** vg_conn_pending() - a message waits for room in the socket: read no more until it has gone */
static inline bool vg_conn_pending(const struct vg_conn *c)
{
	return c->out_len != 0;
}

#endif
