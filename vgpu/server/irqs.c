// SPDX-License-Identifier: MIT
#include "server.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* How many vectors of each kind there are; only MSI is ever fired. */
static const uint32_t vectors[VU_IRQ_MAX] = {
	[VU_IRQ_MSI] = VG_MSI_VECTORS, [VU_IRQ_ERR] = 1, [VU_IRQ_REQ] = 1,
};

static int *slot(struct vg_server *s, uint32_t index)
{
	int *const slots[VU_IRQ_MAX] = {
		[VU_IRQ_MSI] = s->msi, [VU_IRQ_ERR] = &s->err_irq, [VU_IRQ_REQ] = &s->req_irq,
	};

	return slots[index];
}

/** vg_irqs_init() - no eventfds */
void vg_irqs_init(struct vg_server *s)
{
	for (unsigned int i = 0; i < VG_MSI_VECTORS; i++)
		s->msi[i] = -1;
	s->err_irq = -1;
	s->req_irq = -1;
}

static void replace(int *fd, int new)
{
	if (*fd >= 0)
		close(*fd);
	*fd = new;
}

/** vg_irqs_close() - close all eventfds */
void vg_irqs_close(struct vg_server *s)
{
	for (uint32_t index = 0; index < VU_IRQ_MAX; index++)
		for (uint32_t i = 0; i < vectors[index]; i++)
			replace(&slot(s, index)[i], -1);
}

static void fire(int fd)
{
	uint64_t one = 1;

	/* EAGAIN: the counter is full, so the client has been told often enough. */
	if (fd >= 0 && write(fd, &one, sizeof(one)) < 0)
		return;
}

/** vg_irqs_msi() - fire the MSI; the device's hook, @opaque is the server */
void vg_irqs_msi(void *opaque)
{
	struct vg_server *s = opaque;

	fire(s->msi[0]);
}

/** vg_irqs_info() - GET_IRQ_INFO */
int vg_irqs_info(struct vg_server *s, struct vg_msg *m)
{
	struct vu_irq_info info;
	struct iovec iov = { &info, sizeof(info) };

	memcpy(&info, m->body, sizeof(info));
	if (info.argsz < sizeof(info) || info.index >= VU_IRQ_MAX)
		return -EINVAL;
	info.argsz = sizeof(info);
	info.count = vectors[info.index];
	info.flags = info.count ? VU_IRQ_F_EVENTFD : 0;
	vg_conn_reply(&s->conn, m, &iov, 1, -1);
	return 0;
}

/* Anything else could block a write, or take it for data. */
static bool is_eventfd(int fd)
{
	static const char want[] = "anon_inode:[eventfd]";
	char path[32], target[sizeof(want) + 1];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	n = readlink(path, target, sizeof(target));
	return n == (ssize_t)sizeof(want) - 1 && !memcmp(target, want, (size_t)n);
}

static int set_eventfds(int *fds, const struct vu_set_irqs *set, struct vg_msg *m)
{
	/* No fds at all: take the vectors away. */
	if (m->n_fds && m->n_fds != set->count)
		return -EINVAL;
	for (unsigned int i = 0; i < m->n_fds; i++)
		if (!is_eventfd(m->fd[i]))
			return -EINVAL;
	for (uint32_t i = 0; i < set->count; i++) {
		int fd = -1;

		if (m->n_fds) {
			fd = m->fd[i];
			m->fd[i] = -1;
			fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
		}
		replace(&fds[set->start + i], fd);
	}
	return 0;
}

static int trigger(int *fds, const struct vu_set_irqs *set, uint32_t n_vectors,
		   const struct vg_msg *m)
{
	const uint8_t *level = m->body + sizeof(*set);
	uint32_t data = set->flags & VU_SET_DATA_MASK;

	if (data == VU_SET_NONE && !set->count) {
		for (uint32_t i = 0; i < n_vectors; i++)
			replace(&fds[i], -1);
		return 0;
	}
	if (data == VU_SET_BOOL && m->len - sizeof(*set) != set->count)
		return -EINVAL;
	for (uint32_t i = 0; i < set->count; i++)
		if (data == VU_SET_NONE || level[i])
			fire(fds[set->start + i]);
	return 0;
}

/** vg_irqs_set() - SET_IRQS */
int vg_irqs_set(struct vg_server *s, struct vg_msg *m)
{
	struct vu_set_irqs set;
	uint32_t data, n;
	int err = -EINVAL;

	memcpy(&set, m->body, sizeof(set));
	data = set.flags & VU_SET_DATA_MASK;
	if (set.argsz < sizeof(set) || set.index >= VU_IRQ_MAX)
		return -EINVAL;
	n = vectors[set.index];
	if (set.start > n || set.count > n - set.start)
		return -ERANGE;
	/* Masking is the client's affair: it emulates the MSI capability. */
	if (set.flags != (data | VU_SET_TRIGGER))
		return -ENOTSUP;
	if (m->n_fds && data != VU_SET_EVENTFD)
		return -EINVAL;
	if (data == VU_SET_EVENTFD)
		err = set_eventfds(slot(s, set.index), &set, m);
	else if (data == VU_SET_NONE || data == VU_SET_BOOL)
		err = trigger(slot(s, set.index), &set, n, m);
	if (!err)
		vg_conn_reply(&s->conn, m, NULL, 0, -1);
	return err;
}
