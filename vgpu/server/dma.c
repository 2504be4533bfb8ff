// SPDX-License-Identifier: MIT
#include "server.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096u
#define MAX_MAPPINGS 65536u

/* ---- the client's memory map -------------------------------------------- */

static int room_for_one(struct vg_dma *dma)
{
	struct vg_mapping *map;
	unsigned int room = dma->room ? 2 * dma->room : 64;

	if (dma->n < dma->room)
		return 0;
	if (dma->n >= MAX_MAPPINGS)
		return -ENOSPC;
	map = realloc(dma->map, room * sizeof(*map));
	if (!map)
		return -ENOMEM;
	dma->map = map;
	dma->room = room;
	return 0;
}

static int map_file(int fd, const struct vu_dma_map *req, void **host)
{
	int prot = PROT_READ | (req->flags & VU_DMA_F_WRITE ? PROT_WRITE : 0);
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return -EBADF;
	/* Pages past the end of the file would be a SIGBUS. */
	if (req->offset > (uint64_t)st.st_size || req->size > (uint64_t)st.st_size - req->offset)
		return -ENXIO;
	*host = mmap(NULL, req->size, prot, MAP_SHARED, fd, (off_t)req->offset);
	if (*host == MAP_FAILED) {
		*host = NULL;
		return -errno;
	}
	return 0;
}

/* Where a range is in this process: the fd that came along, a peer's BAR, or nowhere. */
static int find_host(struct vg_server *s, struct vg_msg *m, const struct vu_dma_map *req,
		     enum vg_bus_kind *kind, void **host)
{
	struct vu_dma_map peer = *req;
	int fd, err;

	*host = NULL;
	*kind = VG_BUS_RAM;
	if (m->n_fds)
		return map_file(m->fd[0], req, host);
	if (vg_peers_own(s, req->addr, req->size)) {
		*kind = VG_BUS_BLOCKED;
		return 0;
	}
	fd = vg_peers_open(s, req->addr, req->size, &peer.offset);
	if (fd < 0)
		return 0;
	if (s->acs_redirect) {
		*kind = VG_BUS_BLOCKED;
		close(fd);
		return 0;
	}
	err = map_file(fd, &peer, host);
	close(fd);
	if (err)
		vg_log(s->obs, 1, "peer BAR at 0x%llx cannot be mapped: %s",
		       (unsigned long long)req->addr, strerror(-err));
	else
		*kind = VG_BUS_PEER;
	return 0;
}

/** vg_dma_map() - DMA_MAP */
int vg_dma_map(struct vg_server *s, struct vg_msg *m)
{
	bool writable;
	struct vu_dma_map req;
	enum vg_bus_kind kind;
	void *host;
	int err;

	memcpy(&req, m->body, sizeof(req));
	writable = req.flags & VU_DMA_F_WRITE;
	if (req.argsz < sizeof(req) || !(req.flags & VU_DMA_F_READ) ||
	    (req.flags & ~(VU_DMA_F_READ | VU_DMA_F_WRITE)))
		return -EINVAL;
	if (!req.size || (req.addr | req.size | req.offset) % PAGE ||
	    req.addr + req.size - 1 < req.addr)
		return -EINVAL;
	err = room_for_one(&s->dma);
	if (!err)
		err = find_host(s, m, &req, &kind, &host);
	if (err)
		return err;
	err = vg_bus_map(vg_device_bus(s->dev), req.addr, req.size, host, writable, kind);
	if (err) {
		if (host)
			munmap(host, req.size);
		return err;
	}
	s->dma.map[s->dma.n++] = (struct vg_mapping){ req.addr, req.size, host };
	vg_log(s->obs, 2, "map 0x%llx + 0x%llx %s %s", (unsigned long long)req.addr,
	       (unsigned long long)req.size, writable ? "rw" : "ro",
	       kind == VG_BUS_BLOCKED ? "blocked" : !host ? "by messages" :
	       kind == VG_BUS_PEER ? "peer" : "ram");
	vg_conn_reply(&s->conn, m, NULL, 0, -1);
	return 0;
}

static void forget(struct vg_server *s, unsigned int i)
{
	struct vg_mapping map = s->dma.map[i];
	void *host;

	vg_bus_unmap(vg_device_bus(s->dev), map.addr, map.size, &host);
	if (map.host)
		munmap(map.host, map.size);
	s->dma.map[i] = s->dma.map[--s->dma.n];
}

/** vg_dma_reset() - unmap everything */
void vg_dma_reset(struct vg_server *s)
{
	while (s->dma.n)
		forget(s, s->dma.n - 1);
}

/** vg_dma_unmap() - DMA_UNMAP of whole ranges */
int vg_dma_unmap(struct vg_server *s, struct vg_msg *m)
{
	struct vu_dma_unmap req;
	struct iovec iov = { &req, sizeof(req) };
	uint64_t last;
	unsigned int hits = 0;

	memcpy(&req, m->body, sizeof(req));
	if (req.argsz < sizeof(req) || (req.flags & ~VU_UNMAP_F_ALL))
		return -EINVAL;
	if (req.flags & VU_UNMAP_F_ALL) {
		if (req.addr || req.size)
			return -EINVAL;
		vg_dma_reset(s);
		vg_conn_reply(&s->conn, m, &iov, 1, -1);
		return 0;
	}
	last = req.addr + req.size - 1;
	if (!req.size || last < req.addr)
		return -EINVAL;
	for (unsigned int i = 0; i < s->dma.n; i++) {
		const struct vg_mapping *map = &s->dma.map[i];
		uint64_t map_last = map->addr + map->size - 1;

		if (map->addr > last || map_last < req.addr)
			continue;
		if (map->addr < req.addr || map_last > last)
			return -EINVAL; /* would cut a mapping in two */
		hits++;
	}
	if (!hits)
		return -ENOENT;
	for (unsigned int i = s->dma.n; i-- > 0;)
		if (s->dma.map[i].addr >= req.addr && s->dma.map[i].addr <= last)
			forget(s, i);
	vg_log(s->obs, 2, "unmap 0x%llx + 0x%llx", (unsigned long long)req.addr,
	       (unsigned long long)req.size);
	vg_conn_reply(&s->conn, m, &iov, 1, -1);
	return 0;
}

/* ---- truncated files ---------------------------------------------------- */

/*
 * BUS_ADRERR on a mapping means that its file has become shorter. Only files
 * the client can reach are mapped shared: its memory, and the BARs if their
 * files could not be sealed. It has thrown the data away: zeros will do.
 */
static void on_sigbus(int sig, siginfo_t *info, void *context)
{
	uintptr_t at = (uintptr_t)info->si_addr & ~(uintptr_t)(PAGE - 1);

	(void)context;
	if (info->si_code == BUS_ADRERR &&
	    mmap((void *)at, PAGE, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED)
		return;
	signal(sig, SIG_DFL); /* ours: die of it at the same instruction */
}

/**
 * vg_dma_guard() - survive a client that truncates a file it gave us
 *
 * Installs a SIGBUS handler that puts a zero page where a mapped file has
 * lost its own.
 */
void vg_dma_guard(void)
{
	struct sigaction sa = { .sa_sigaction = on_sigbus, .sa_flags = SA_SIGINFO };

	sigaction(SIGBUS, &sa, NULL);
}

/* ---- messages to the client --------------------------------------------- */

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/**
 * struct wait - a DMA message in flight
 * @buf: where the data of a DMA_READ go
 * @err: the result: -EINPROGRESS until there is one
 */
struct wait {
	uint16_t cmd, id;
	void *buf;
	size_t len;
	int err;
};

static void take_reply(struct wait *w, const struct vg_msg *m)
{
	struct vu_dma_rw rw;
	size_t want = sizeof(rw) + (w->cmd == VU_DMA_READ ? w->len : 0);

	w->err = -EIO;
	if (m->hdr.flags & VU_ERROR)
		return;
	if (m->len < sizeof(rw))
		return;
	memcpy(&rw, m->body, sizeof(rw));
	if (rw.count != w->len || m->len < want)
		return;
	if (w->cmd == VU_DMA_READ)
		memcpy(w->buf, m->body + sizeof(rw), w->len);
	w->err = 0;
}

/* The messages received so far: our reply, or requests of vCPUs that wait for us. */
static void look(struct vg_server *s, struct wait *w)
{
	struct vg_conn *c = &s->conn;
	struct vg_msg m;
	int r;

	while (w->err == -EINPROGRESS && !vg_conn_pending(c)) {
		r = vg_conn_next(c, &m);
		if (r < 0)
			w->err = -EPIPE;
		if (r <= 0)
			return;
		if ((m.hdr.flags & VU_TYPE_MASK) == VU_TYPE_REPLY && m.hdr.id == w->id &&
		    m.hdr.cmd == w->cmd) {
			take_reply(w, &m);
		} else if (vg_session_nested(s, &m) < 0) {
			/*
			 * The client changes something under us and waits for the answer
			 * before it will serve the DMA: give up, answer it after the tick.
			 * vg_conn_next() took the fds of the message: put them back.
			 */
			vg_conn_unread(c, &m);
			w->err = -EAGAIN;
			return;
		}
		vg_conn_done(c, &m);
	}
}

static int wait_reply(struct vg_server *s, struct wait *w)
{
	int64_t end = now_ms() + s->dma.timeout_ms;

	for (;;) {
		struct pollfd pfd = { s->conn.fd, POLLIN, 0 };
		int64_t left = end - now_ms();

		look(s, w);
		if (w->err != -EINPROGRESS)
			return w->err;
		if (vg_conn_pending(&s->conn))
			pfd.events = POLLOUT;
		if (left <= 0)
			return -ETIMEDOUT;
		if (poll(&pfd, 1, (int)left) < 0 && errno != EINTR)
			return -errno;
		if (vg_conn_flush(&s->conn) < 0)
			return -EPIPE;
		if (!vg_conn_pending(&s->conn) && pfd.revents && vg_conn_fill(&s->conn) < 0)
			return -EPIPE;
	}
}

/* One chunk. Afterwards an unanswered message is remembered, so that a late reply is no offence. */
static int transact(struct vg_server *s, uint16_t cmd, uint64_t addr, const void *out, void *in,
		    size_t len)
{
	struct vu_dma_rw rw = { addr, len };
	struct vu_hdr hdr = { .id = s->dma.next_id++, .cmd = cmd, .flags = VU_TYPE_COMMAND };
	struct iovec iov[2] = { { &rw, sizeof(rw) }, { (void *)out, len } };
	struct wait w = { .cmd = cmd, .id = hdr.id, .buf = in, .len = len, .err = -EINPROGRESS };
	int err;

	/* The client serves no DMA while it waits for an answer, nor twice at once. */
	if (s->in_handler || s->dma.waiting || s->dma.broken || !s->versioned || s->conn.fd < 0)
		return -EIO;
	if (vg_conn_send(&s->conn, hdr, iov, out ? 2 : 1, -1) < 0)
		return -EIO;
	s->dma.waiting = true;
	err = wait_reply(s, &w);
	s->dma.waiting = false;
	if (err == -EAGAIN || err == -ETIMEDOUT)
		s->dma.abandoned++;
	if (err == -ETIMEDOUT) {
		/* Not again and again: every access would take that long. */
		s->dma.broken = true;
		vg_conn_complain(&s->conn, "no answer to a DMA message: no more until a reset");
	}
	return err ? -EIO : 0;
}

/** vg_dma_read() - by message; a bus hook, @opaque is the server; 0 or negative errno */
int vg_dma_read(void *opaque, uint64_t addr, void *buf, size_t len)
{
	struct vg_server *s = opaque;
	int err = 0;

	for (size_t at = 0, n; at < len && !err; at += n) {
		n = len - at < s->dma.chunk ? len - at : s->dma.chunk;
		err = transact(s, VU_DMA_READ, addr + at, NULL, (char *)buf + at, n);
	}
	return err;
}

/** vg_dma_write() - by message; a bus hook, @opaque is the server; 0 or negative errno */
int vg_dma_write(void *opaque, uint64_t addr, const void *buf, size_t len)
{
	struct vg_server *s = opaque;
	int err = 0;

	for (size_t at = 0, n; at < len && !err; at += n) {
		n = len - at < s->dma.chunk ? len - at : s->dma.chunk;
		err = transact(s, VU_DMA_WRITE, addr + at, (const char *)buf + at, NULL, n);
	}
	return err;
}
