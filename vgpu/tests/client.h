/* SPDX-License-Identifier: MIT */
/* A vfio-user client for tests, which also says what no client should. */
#ifndef VGPU_TESTS_CLIENT_H
#define VGPU_TESTS_CLIENT_H

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "server/proto.h"

#define CLIENT_TIMEOUT_MS 10000
#define CLIENT_GONE -1
#define CLIENT_SILENT -2

/**
 * struct answer - what came back
 * @err: 0, the errno of an error reply, CLIENT_GONE or CLIENT_SILENT
 * @fd: the last one passed, -1: none
 */
struct answer {
	struct vu_hdr hdr;
	int err;
	uint32_t len;
	int fd;
	uint8_t body[VU_MAX_MSG];
};

/** client_connect() - to the server at @path, which may still be starting; -1 */
static inline int client_connect(const char *path)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };

	strncpy(sun.sun_path, path, sizeof(sun.sun_path) - 1);
	for (int tries = 0; tries < 500; tries++) {
		int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

		if (!connect(fd, (struct sockaddr *)&sun, sizeof(sun)))
			return fd;
		close(fd);
		usleep(20000);
	}
	return -1;
}

/** client_send_raw() - any bytes, any fds; bytes sent or -1 */
static inline ssize_t client_send_raw(int sock, const void *buf, size_t len, const int *fds,
				      unsigned int n_fds)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(64 * sizeof(int))];
	} control = { 0 };
	struct iovec iov = { (void *)buf, len };
	struct msghdr mh = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (n_fds) {
		struct cmsghdr *cm;

		mh.msg_control = &control;
		mh.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
		cm = CMSG_FIRSTHDR(&mh);
		cm->cmsg_level = SOL_SOCKET;
		cm->cmsg_type = SCM_RIGHTS;
		cm->cmsg_len = CMSG_LEN(n_fds * sizeof(int));
		memcpy(CMSG_DATA(cm), fds, n_fds * sizeof(int));
	}
	return sendmsg(sock, &mh, MSG_NOSIGNAL);
}

static inline int client_read_all(int sock, void *buf, size_t len, int *fd)
{
	for (size_t at = 0; at < len;) {
		union {
			struct cmsghdr align;
			char bytes[CMSG_SPACE(sizeof(int))];
		} control;
		struct iovec iov = { (char *)buf + at, len - at };
		struct msghdr mh = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control,
				     .msg_controllen = sizeof(control) };
		struct pollfd pfd = { sock, POLLIN, 0 };
		ssize_t n;

		if (poll(&pfd, 1, CLIENT_TIMEOUT_MS) == 0)
			return CLIENT_SILENT;
		n = recvmsg(sock, &mh, MSG_CMSG_CLOEXEC);
		if (n <= 0)
			return CLIENT_GONE;
		if (mh.msg_controllen && CMSG_FIRSTHDR(&mh))
			memcpy(fd, CMSG_DATA(CMSG_FIRSTHDR(&mh)), sizeof(*fd));
		at += (size_t)n;
	}
	return 0;
}

/** client_receive() - one message, of either direction; @a->err */
static inline int client_receive(int sock, struct answer *a)
{
	a->fd = -1;
	a->len = 0;
	a->err = client_read_all(sock, &a->hdr, sizeof(a->hdr), &a->fd);
	if (a->err)
		return a->err;
	if (a->hdr.size < sizeof(a->hdr) || a->hdr.size > VU_MAX_MSG)
		return a->err = CLIENT_GONE;
	a->len = a->hdr.size - (uint32_t)sizeof(a->hdr);
	a->err = client_read_all(sock, a->body, a->len, &a->fd);
	if (!a->err && (a->hdr.flags & VU_ERROR))
		a->err = (int)a->hdr.error;
	return a->err;
}

/** client_post() - a request with @flags, without waiting */
static inline void client_post(int sock, uint16_t cmd, uint16_t id, uint32_t flags,
			       const void *body, size_t len, const int *fds, unsigned int n_fds)
{
	static uint8_t msg[2 * VU_MAX_MSG];
	struct vu_hdr hdr = { .id = id, .cmd = cmd, .size = (uint32_t)(sizeof(hdr) + len),
			      .flags = flags };

	memcpy(msg, &hdr, sizeof(hdr));
	if (len)
		memcpy(msg + sizeof(hdr), body, len);
	client_send_raw(sock, msg, sizeof(hdr) + len, fds, n_fds);
}

/** client_request() - a request and its answer; @a->err, or -EBADMSG for an answer to another */
static inline int client_request(int sock, struct answer *a, uint16_t cmd, const void *body,
				 size_t len, const int *fds, unsigned int n_fds)
{
	static uint16_t id;

	client_post(sock, cmd, ++id, 0, body, len, fds, n_fds);
	if (client_receive(sock, a) >= 0 &&
	    (a->hdr.id != id || a->hdr.cmd != cmd ||
	     (a->hdr.flags & VU_TYPE_MASK) != VU_TYPE_REPLY))
		a->err = -EBADMSG;
	return a->err;
}

/** client_version() - the first words of every session; 0 or an errno */
static inline int client_version(int sock)
{
	static const char hello[] = "\0\0\0\0{\"capabilities\":{\"max_msg_fds\":16}}";
	static struct answer a;

	return client_request(sock, &a, VU_VERSION, hello, sizeof(hello), NULL, 0);
}

/** client_read() - REGION_READ of @count bytes; 0 or an errno */
static inline int client_read(int sock, struct answer *a, uint32_t region, uint64_t offset,
			      uint32_t count)
{
	struct vu_region_rw rw = { offset, region, count };

	return client_request(sock, a, VU_REGION_READ, &rw, sizeof(rw), NULL, 0);
}

/** client_alive() - does a plain request get its plain answer? */
static inline bool client_alive(int sock)
{
	static struct answer a;
	uint16_t vendor;

	if (client_read(sock, &a, VU_REGION_CONFIG, 0, 2) ||
	    a.len != sizeof(struct vu_region_rw) + 2)
		return false;
	memcpy(&vendor, a.body + sizeof(struct vu_region_rw), 2);
	return vendor == 0x8086;
}

#endif
