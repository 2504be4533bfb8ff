// SPDX-License-Identifier: MIT
#include "conn.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_COMPLAINTS 50
#define NEVER UINT64_MAX

/** vg_conn_init() - no client yet */
void vg_conn_init(struct vg_conn *c)
{
	c->fd = -1;
	c->out_fd = -1;
	c->n_passed = 0;
	c->quiet = false;
}

/** vg_conn_open() - take over a connected socket (made non-blocking) */
void vg_conn_open(struct vg_conn *c, int fd)
{
	c->fd = fd;
	c->head = 0;
	c->tail = 0;
	c->pos = 0;
	c->n_passed = 0;
	c->lost_at = NEVER;
	c->out_len = 0;
	c->out_off = 0;
	c->out_fd = -1;
	c->complaints = 0;
}

/** vg_conn_close() - close the socket and every unclaimed fd */
void vg_conn_close(struct vg_conn *c)
{
	for (unsigned int i = 0; i < c->n_passed; i++)
		close(c->passed[i].fd);
	c->n_passed = 0;
	c->out_len = 0;
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

/** vg_conn_complain() - one line on stderr about what the client did, not without end */
void vg_conn_complain(struct vg_conn *c, const char *fmt, ...)
{
	char line[256];
	va_list ap;

	if (c->quiet || c->complaints > MAX_COMPLAINTS)
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	fprintf(stderr, "vgpu: client: %s%s\n", line,
		c->complaints == MAX_COMPLAINTS ? " (no more of these lines)" : "");
	c->complaints++;
}

static void keep_fds(struct vg_conn *c, struct msghdr *mh, uint64_t last)
{
	if (mh->msg_flags & MSG_CTRUNC)
		c->lost_at = last;
	for (struct cmsghdr *cm = CMSG_FIRSTHDR(mh); cm; cm = CMSG_NXTHDR(mh, cm)) {
		const unsigned char *data = CMSG_DATA(cm);
		size_t n;

		if (cm->cmsg_level != SOL_SOCKET || cm->cmsg_type != SCM_RIGHTS)
			continue;
		n = (cm->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < n; i++) {
			int fd;

			memcpy(&fd, data + i * sizeof(fd), sizeof(fd));
			if (c->n_passed < VG_CONN_FDS) {
				c->passed[c->n_passed].fd = fd;
				c->passed[c->n_passed++].last = last;
			} else {
				close(fd);
				c->lost_at = last;
			}
		}
	}
}

/** vg_conn_fill() - one recvmsg(); bytes, 0 when there are none, -1 when the client is gone */
int vg_conn_fill(struct vg_conn *c)
{
	/* Twice what we offer: one too many is then seen as such. */
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(2 * VU_MAX_FDS * sizeof(int))];
	} control;
	struct iovec iov;
	struct msghdr mh = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control,
			     .msg_controllen = sizeof(control) };
	ssize_t n;

	/* An incomplete message always fits behind what is moved to the front. */
	if (c->head && sizeof(c->in) - c->tail < VU_MAX_MSG) {
		memmove(c->in, c->in + c->head, c->tail - c->head);
		c->tail -= c->head;
		c->head = 0;
	}
	iov.iov_base = c->in + c->tail;
	iov.iov_len = sizeof(c->in) - c->tail;
	if (!iov.iov_len)
		return 0;
	n = recvmsg(c->fd, &mh, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	if (n < 0)
		return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? 0 : -1;
	if (n == 0)
		return -1;
	/*
	 * A recvmsg() ends with the packet that brought fds, so that packet's
	 * message is the one with the last byte received.
	 */
	if (mh.msg_controllen)
		keep_fds(c, &mh, c->pos + (c->tail - c->head) + (size_t)n - 1);
	c->tail += (size_t)n;
	return (int)n;
}

static void claim_fds(struct vg_conn *c, struct vg_msg *m, uint64_t end)
{
	unsigned int left = 0;

	m->lost_fds = c->lost_at < end;
	if (m->lost_fds)
		c->lost_at = NEVER;
	for (unsigned int i = 0; i < c->n_passed; i++) {
		if (c->passed[i].last >= end) {
			c->passed[left++] = c->passed[i];
		} else if (m->n_fds < VU_MAX_FDS) {
			m->fd[m->n_fds++] = c->passed[i].fd;
		} else {
			close(c->passed[i].fd);
			m->lost_fds = true;
		}
	}
	c->n_passed = left;
}

/**
 * vg_conn_next() - the first whole message received
 *
 * Returns 1, 0 when it is not complete, -EPROTO when the stream cannot be
 * followed any more (the client was told as far as possible).
 */
int vg_conn_next(struct vg_conn *c, struct vg_msg *m)
{
	size_t avail = c->tail - c->head;

	if (avail < sizeof(m->hdr))
		return 0;
	m->n_fds = 0;
	m->lost_fds = false;
	memcpy(&m->hdr, c->in + c->head, sizeof(m->hdr));
	if (m->hdr.size < sizeof(m->hdr) || m->hdr.size > VU_MAX_MSG) {
		vg_conn_complain(c, "a message of %u bytes (command %u): cannot follow the stream",
				 m->hdr.size, m->hdr.cmd);
		vg_conn_error(c, m, m->hdr.size < sizeof(m->hdr) ? EINVAL : EMSGSIZE);
		return -EPROTO;
	}
	if (avail < m->hdr.size)
		return 0;
	m->body = c->in + c->head + sizeof(m->hdr);
	m->len = m->hdr.size - (uint32_t)sizeof(m->hdr);
	if (c->n_passed || c->lost_at != NEVER)
		claim_fds(c, m, c->pos + m->hdr.size);
	return 1;
}

/** vg_conn_done() - consume the message of vg_conn_next() */
void vg_conn_done(struct vg_conn *c, struct vg_msg *m)
{
	for (unsigned int i = 0; i < m->n_fds; i++)
		if (m->fd[i] >= 0)
			close(m->fd[i]);
	c->head += m->hdr.size;
	c->pos += m->hdr.size;
	if (c->head == c->tail) {
		c->head = 0;
		c->tail = 0;
	}
}

/** vg_conn_unread() - leave the message of vg_conn_next() for later, with its fds */
void vg_conn_unread(struct vg_conn *c, struct vg_msg *m)
{
	/* Order does not matter to claim_fds(), only the offsets do; but keep them in front. */
	if (m->lost_fds)
		c->lost_at = c->pos;
	memmove(c->passed + m->n_fds, c->passed, c->n_passed * sizeof(c->passed[0]));
	for (unsigned int i = 0; i < m->n_fds; i++) {
		c->passed[i].fd = m->fd[i];
		c->passed[i].last = c->pos;
	}
	c->n_passed += m->n_fds;
}

/** vg_conn_flush() - send more of a pending message; 0 or -EPIPE */
int vg_conn_flush(struct vg_conn *c)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;

	while (c->out_off < c->out_len) {
		struct iovec iov = { c->out + c->out_off, c->out_len - c->out_off };
		struct msghdr mh = { .msg_iov = &iov, .msg_iovlen = 1 };
		ssize_t n;

		if (c->out_fd >= 0) {
			struct cmsghdr *cm;

			memset(&control, 0, sizeof(control));
			mh.msg_control = &control;
			mh.msg_controllen = sizeof(control);
			cm = CMSG_FIRSTHDR(&mh);
			cm->cmsg_level = SOL_SOCKET;
			cm->cmsg_type = SCM_RIGHTS;
			cm->cmsg_len = CMSG_LEN(sizeof(int));
			memcpy(CMSG_DATA(cm), &c->out_fd, sizeof(int));
		}
		n = sendmsg(c->fd, &mh, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
			return 0;
		if (n < 0) {
			c->out_len = 0;
			return -EPIPE;
		}
		c->out_fd = -1;
		c->out_off += (size_t)n;
	}
	c->out_len = 0;
	return 0;
}

/**
 * vg_conn_send() - one message with the parts @iov behind its header
 * @fd: passed along, stays the caller's; -1: none
 *
 * What the socket does not take now is kept; see vg_conn_pending(). Returns 0,
 * -EBUSY while an earlier message is pending, -EPIPE.
 */
int vg_conn_send(struct vg_conn *c, struct vu_hdr hdr, const struct iovec *iov, unsigned int n,
		 int fd)
{
	size_t len = sizeof(hdr);

	if (c->fd < 0)
		return -EPIPE;
	if (vg_conn_pending(c))
		return -EBUSY;
	for (unsigned int i = 0; i < n; i++) {
		if (iov[i].iov_len > sizeof(c->out) - len)
			return -EMSGSIZE;
		memcpy(c->out + len, iov[i].iov_base, iov[i].iov_len);
		len += iov[i].iov_len;
	}
	hdr.size = (uint32_t)len;
	memcpy(c->out, &hdr, sizeof(hdr));
	c->out_len = len;
	c->out_off = 0;
	c->out_fd = fd;
	return vg_conn_flush(c);
}

/** vg_conn_reply() - answer @m; nothing is sent when it wants no answer */
void vg_conn_reply(struct vg_conn *c, const struct vg_msg *m, const struct iovec *iov,
		   unsigned int n, int fd)
{
	struct vu_hdr hdr = { .id = m->hdr.id, .cmd = m->hdr.cmd, .flags = VU_TYPE_REPLY };

	if (!(m->hdr.flags & VU_NO_REPLY))
		vg_conn_send(c, hdr, iov, n, fd);
}

/** vg_conn_error() - answer @m with @err, a positive errno */
void vg_conn_error(struct vg_conn *c, const struct vg_msg *m, int err)
{
	struct vu_hdr hdr = { .id = m->hdr.id, .cmd = m->hdr.cmd, .flags = VU_TYPE_REPLY | VU_ERROR,
			      .error = (uint32_t)err };

	if (!(m->hdr.flags & VU_NO_REPLY))
		vg_conn_send(c, hdr, NULL, 0, -1);
}
