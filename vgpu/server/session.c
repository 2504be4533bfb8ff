// SPDX-License-Identifier: MIT
#include "server.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/**
 * struct command - one row per message we understand
 * @min, @max: length of the body
 * @fds: how many may come with it
 * @early: allowed before VERSION
 * @nested: harmless while the device is in the middle of something
 * @handle: NULL: known but not offered
 */
struct command {
	const char *name;
	uint32_t min, max;
	unsigned int fds;
	bool early, nested;
	int (*handle)(struct vg_server *s, struct vg_msg *m);
};

static const char capabilities[] =
	"{\"capabilities\":{\"max_msg_fds\":8,\"max_data_xfer_size\":65536,"
	"\"write_multiple\":true}}";
static_assert(VU_MAX_FDS == 8 && VU_MAX_XFER == 65536, "as said in the capabilities");

/* A number in the client's capabilities; the JSON is flat enough to look for the name. */
static uint64_t capability(const char *json, const char *name, uint64_t fallback)
{
	const char *at = strstr(json, name);

	if (!at)
		return fallback;
	at += strlen(name);
	at += strspn(at, "\" :\t");
	return *at >= '0' && *at <= '9' ? strtoull(at, NULL, 10) : fallback;
}

static int handle_version(struct vg_server *s, struct vg_msg *m)
{
	struct vu_version v;
	struct iovec iov[2] = { { &v, sizeof(v) }, { (void *)capabilities, sizeof(capabilities) } };
	const char *json = "";
	uint64_t chunk;

	memcpy(&v, m->body, sizeof(v));
	if (s->versioned)
		return -EALREADY;
	if (v.major != 0)
		return -ENOTSUP;
	if (m->len > sizeof(v)) {
		json = (const char *)m->body + sizeof(v);
		if (m->body[m->len - 1] != 0)
			return -EINVAL;
	}
	chunk = capability(json, "\"max_data_xfer_size\"", VU_MAX_XFER);
	if (!chunk)
		return -EINVAL;
	s->dma.chunk = chunk < VU_MAX_XFER ? (uint32_t)chunk : VU_MAX_XFER;
	v.minor = 0;
	s->versioned = true;
	vg_log(s->obs, 2, "version exchanged, DMA messages of %u bytes", s->dma.chunk);
	vg_conn_reply(&s->conn, m, iov, 2, -1);
	return 0;
}

static int handle_info(struct vg_server *s, struct vg_msg *m)
{
	struct vu_info info;
	struct iovec iov = { &info, sizeof(info) };

	memcpy(&info, m->body, sizeof(info));
	if (info.argsz < sizeof(info))
		return -EINVAL;
	info = (struct vu_info){ .argsz = sizeof(info),
				 .flags = VU_DEVICE_F_RESET | VU_DEVICE_F_PCI,
				 .n_regions = VU_REGION_MAX, .n_irqs = VU_IRQ_MAX };
	vg_conn_reply(&s->conn, m, &iov, 1, -1);
	return 0;
}

static int handle_reset(struct vg_server *s, struct vg_msg *m)
{
	vg_log(s->obs, 2, "device reset");
	vg_device_reset(s->dev);
	s->dma.broken = false;
	s->work = true;
	vg_peers_publish(s);
	vg_conn_reply(&s->conn, m, NULL, 0, -1);
	return 0;
}

#define ANY VU_MAX_MSG
#define EXACT(type) sizeof(type), sizeof(type)
#define RW sizeof(struct vu_region_rw)

static const struct command commands[VU_CMD_MAX] = {
	[VU_VERSION] = { "VERSION", sizeof(struct vu_version), 4096, 0, true, false,
			 handle_version },
	[VU_DMA_MAP] = { "DMA_MAP", EXACT(struct vu_dma_map), 1, false, false, vg_dma_map },
	[VU_DMA_UNMAP] = { "DMA_UNMAP", EXACT(struct vu_dma_unmap), 0, false, false, vg_dma_unmap },
	[VU_GET_INFO] = { "DEVICE_GET_INFO", EXACT(struct vu_info), 0, false, true, handle_info },
	[VU_GET_REGION_INFO] = { "DEVICE_GET_REGION_INFO", sizeof(struct vu_region_info), 4096, 0,
				 false, true, vg_region_info },
	[VU_GET_REGION_IO_FDS] = { "DEVICE_GET_REGION_IO_FDS", 0, ANY, 0, false, true, NULL },
	[VU_GET_IRQ_INFO] = { "DEVICE_GET_IRQ_INFO", EXACT(struct vu_irq_info), 0, false, true,
			      vg_irqs_info },
	[VU_SET_IRQS] = { "DEVICE_SET_IRQS", sizeof(struct vu_set_irqs), 4096, VU_MAX_FDS,
			  false, true, vg_irqs_set },
	[VU_REGION_READ] = { "REGION_READ", RW, RW, 0, false, true, vg_region_read },
	[VU_REGION_WRITE] = { "REGION_WRITE", RW + 1, RW + VU_MAX_XFER, 0, false, true,
			      vg_region_write },
	[VU_DMA_READ] = { "DMA_READ", 0, ANY, 0, false, true, NULL },
	[VU_DMA_WRITE] = { "DMA_WRITE", 0, ANY, 0, false, true, NULL },
	[VU_RESET] = { "DEVICE_RESET", 0, 0, 0, false, false, handle_reset },
	[VU_DIRTY_PAGES] = { "DIRTY_PAGES", 0, ANY, 0, false, true, NULL },
	[VU_WRITE_MULTI] = { "REGION_WRITE_MULTI", 8,
			     8 + VU_MULTI_MAX * sizeof(struct vu_multi_write), 0, false, true,
			     vg_region_multi },
	[VU_FEATURE] = { "DEVICE_FEATURE", 0, ANY, 0, false, true, NULL },
};

/* What is wrong with a request before its handler looks at it: a negative errno. */
static int check(struct vg_server *s, const struct command *cmd, const struct vg_msg *m)
{
	if (!cmd->handle)
		return -ENOTSUP;
	if (!s->versioned && !cmd->early)
		return -EPROTO;
	if (m->len < cmd->min)
		return -EINVAL;
	if (m->len > cmd->max)
		return -E2BIG;
	if (m->lost_fds || m->n_fds > cmd->fds)
		return -EMFILE;
	return 0;
}

/* A reply that no dma.c is waiting for: late, or never asked for. */
static void stray_reply(struct vg_server *s, const struct vg_msg *m)
{
	if (s->dma.abandoned && (m->hdr.cmd == VU_DMA_READ || m->hdr.cmd == VU_DMA_WRITE)) {
		s->dma.abandoned--;
		return;
	}
	vg_conn_complain(&s->conn, "a reply to command %u that nobody asked for", m->hdr.cmd);
}

static void dispatch(struct vg_server *s, struct vg_msg *m)
{
	static const struct command none = { .name = "unknown command" };
	const struct command *cmd = &none;
	int err;

	/* Not once for all that came together: the guest compares clocks to a microsecond. */
	s->obs->now_ns = vg_now_ns();
	if ((m->hdr.flags & VU_TYPE_MASK) == VU_TYPE_REPLY) {
		stray_reply(s, m);
		return;
	}
	if (m->hdr.cmd < VU_CMD_MAX && commands[m->hdr.cmd].name)
		cmd = &commands[m->hdr.cmd];
	if (m->hdr.flags & ~VU_NO_REPLY)
		err = -EBADMSG;
	else
		err = cmd == &none ? -ENOSYS : check(s, cmd, m);
	if (!err) {
		s->in_handler = true;
		err = cmd->handle(s, m);
		s->in_handler = false;
	}
	if (err) {
		vg_conn_complain(&s->conn, "%s (%u), %u bytes, %u fds: %s", cmd->name, m->hdr.cmd,
				 m->hdr.size, m->n_fds, strerror(-err));
		vg_conn_error(&s->conn, m, -err);
	}
}

static bool may_nest(const struct vg_server *s, const struct vg_msg *m)
{
	struct vu_region_rw rw;

	if ((m->hdr.flags & VU_TYPE_MASK) == VU_TYPE_REPLY || m->hdr.cmd >= VU_CMD_MAX)
		return true;
	if (!commands[m->hdr.cmd].nested && commands[m->hdr.cmd].handle)
		return false;
	/* Config writes may reset the device; BAR writes wait in the queue, if it has room. */
	if (m->hdr.cmd == VU_WRITE_MULTI ||
	    (m->hdr.cmd == VU_REGION_WRITE && m->len >= sizeof(rw))) {
		if (m->hdr.cmd == VU_REGION_WRITE) {
			memcpy(&rw, m->body, sizeof(rw));
			if (rw.region == VU_REGION_CONFIG)
				return false;
		}
		return VG_POSTED_MAX - s->posted_tail >= VG_POSTED_ONE;
	}
	return true;
}

/**
 * vg_session_nested() - answer, inside a DMA wait, what can be answered there
 *
 * The first message in line. Returns 0 when it was, -EBUSY when it has to wait
 * until the device stands still.
 */
int vg_session_nested(struct vg_server *s, struct vg_msg *m)
{
	if (!may_nest(s, m))
		return -EBUSY;
	dispatch(s, m);
	return 0;
}

/** vg_session_pump() - answer the whole messages received so far; 0 or -1 */
int vg_session_pump(struct vg_server *s)
{
	struct vg_msg m;

	while (!vg_conn_pending(&s->conn)) {
		int r = vg_conn_next(&s->conn, &m);

		if (r < 0)
			return -1;
		if (!r)
			break;
		dispatch(s, &m);
		if (m.hdr.cmd == VU_REGION_READ)
			s->read_ns = s->obs->now_ns;
		vg_conn_done(&s->conn, &m);
		vg_region_drain(s);
	}
	return 0;
}

/** vg_session_input() - receive and answer what is there; 0, or -1 when the client is gone */
int vg_session_input(struct vg_server *s)
{
	if (vg_conn_flush(&s->conn) < 0)
		return -1;
	if (vg_conn_pending(&s->conn))
		return 0;
	if (vg_session_pump(s) < 0)
		return -1;
	if (!vg_conn_pending(&s->conn) && vg_conn_fill(&s->conn) < 0)
		return -1;
	return vg_session_pump(s);
}

/* The client gets these fds; it must not take the memory away under the device. */
static void seal_bars(struct vg_server *s)
{
	for (unsigned int i = 0; i < VU_REGION_BARS; i++) {
		const struct vg_bar *bar = vg_device_bar(s->dev, i);

		if (bar && bar->fd >= 0 && fcntl(bar->fd, F_ADD_SEALS, F_SEAL_SHRINK) < 0)
			vg_log(s->obs, 2, "BAR %u: its memory cannot be sealed: %s", i,
			       strerror(errno));
	}
}

/** vg_session_new() - a server and its device; NULL and a sentence in *@error */
struct vg_server *vg_session_new(const struct vg_device_options *opt, const char *peers,
				 const char **error)
{
	struct vg_server *s = calloc(1, sizeof(*s));
	struct vg_host host = {
		.opaque = s,
		.msi = vg_irqs_msi,
		.bus = { .read = vg_dma_read, .write = vg_dma_write },
	};

	*error = "out of memory";
	if (!s)
		return NULL;
	vg_conn_init(&s->conn);
	vg_irqs_init(s);
	s->dma.timeout_ms = 5000;
	s->peers = peers;
	for (unsigned int i = 0; i < VU_REGION_BARS; i++)
		s->published[i] = UINT64_MAX;
	s->dev = vg_device_new(opt, &host, error);
	if (!s->dev) {
		free(s);
		return NULL;
	}
	s->obs = vg_device_obs(s->dev);
	seal_bars(s);
	return s;
}

/** vg_session_open() - serve the client on socket @fd, taken over */
void vg_session_open(struct vg_server *s, int fd)
{
	vg_conn_open(&s->conn, fd);
	s->versioned = false;
	s->work = true;
	s->dma.chunk = VU_MAX_XFER;
	s->dma.broken = false;
	s->dma.abandoned = 0;
	vg_log(s->obs, 2, "client connected");
}

/** vg_session_close() - forget the client and all it gave; the device is reset */
void vg_session_close(struct vg_server *s)
{
	vg_conn_close(&s->conn);
	s->posted_head = 0;
	s->posted_tail = 0;
	vg_device_reset(s->dev);
	vg_irqs_close(s);
	vg_dma_reset(s);
	vg_bus_no_canaries(vg_device_bus(s->dev));
	vg_peers_withdraw(s);
	vg_log(s->obs, 2, "client disconnected");
}

/** vg_session_free() - disconnects first if need be */
void vg_session_free(struct vg_server *s)
{
	if (s->conn.fd >= 0)
		vg_session_close(s);
	vg_device_free(s->dev);
	free(s->dma.map);
	free(s);
}
