// SPDX-License-Identifier: MIT
#include "server.h"

#include <errno.h>
#include <string.h>

#define CONFIG_SIZE 4096u

static uint64_t region_size(struct vg_server *s, uint32_t region)
{
	const struct vg_bar *bar;

	if (region == VU_REGION_CONFIG)
		return CONFIG_SIZE;
	bar = region < VU_REGION_BARS ? vg_device_bar(s->dev, region) : NULL;
	return bar ? bar->size : 0;
}

/** vg_region_info() - GET_REGION_INFO, with the fd behind a mappable BAR */
int vg_region_info(struct vg_server *s, struct vg_msg *m)
{
	struct vu_region_info info;
	struct vu_sparse sparse = { .id = VU_CAP_SPARSE_MMAP, .version = 1 };
	struct vu_sparse_area area[VG_MAX_TILES];
	struct iovec iov[3] = { { &info, sizeof(info) }, { &sparse, sizeof(sparse) }, { area, 0 } };
	const struct vg_bar *bar = NULL;
	uint32_t asked, full;

	memcpy(&info, m->body, sizeof(info));
	asked = info.argsz;
	if (asked < sizeof(info) || info.index >= VU_REGION_MAX)
		return -EINVAL;
	info.argsz = sizeof(info);
	info.flags = 0;
	info.cap_offset = 0;
	info.size = region_size(s, info.index);
	info.offset = 0;
	if (info.size)
		info.flags = VU_REGION_F_READ | VU_REGION_F_WRITE;
	if (info.index < VU_REGION_BARS)
		bar = vg_device_bar(s->dev, info.index);
	if (!bar || bar->fd < 0 || !bar->n_areas) {
		vg_conn_reply(&s->conn, m, iov, 1, -1);
		return 0;
	}

	/* The client asks twice: argsz of the first answer is the buffer of the second. */
	for (unsigned int i = 0; i < bar->n_areas; i++)
		area[i] = (struct vu_sparse_area){ bar->area[i].offset, bar->area[i].size };
	sparse.n_areas = bar->n_areas;
	iov[2].iov_len = bar->n_areas * sizeof(area[0]);
	full = (uint32_t)(sizeof(info) + sizeof(sparse) + iov[2].iov_len);
	info.argsz = full;
	info.flags |= VU_REGION_F_MMAP;
	if (asked >= full) {
		info.flags |= VU_REGION_F_CAPS;
		info.cap_offset = sizeof(info);
	}
	vg_conn_reply(&s->conn, m, iov, asked >= full ? 3 : 1, bar->fd);
	return 0;
}

/* The longest naturally aligned piece of an access. */
static unsigned int piece(uint64_t offset, uint32_t left)
{
	unsigned int len = 8;

	while (len > left || (offset & (len - 1)))
		len >>= 1;
	return len;
}

static int check_range(struct vg_server *s, const struct vu_region_rw *rw)
{
	uint64_t size = region_size(s, rw->region);

	if (!rw->count || rw->count > VU_MAX_XFER)
		return -EINVAL;
	if (!size || rw->offset >= size || rw->count > size - rw->offset)
		return -ERANGE;
	return 0;
}

/** vg_region_read() - REGION_READ */
int vg_region_read(struct vg_server *s, struct vg_msg *m)
{
	static uint8_t data[VU_MAX_XFER];
	struct vu_region_rw rw;
	struct iovec iov[2] = { { &rw, sizeof(rw) }, { data, 0 } };
	int err;

	memcpy(&rw, m->body, sizeof(rw));
	err = check_range(s, &rw);
	if (err)
		return err;
	if (rw.region == VU_REGION_CONFIG) {
		vg_device_cfg_read(s->dev, (unsigned int)rw.offset, data, rw.count);
	} else {
		for (uint32_t at = 0, len; at < rw.count; at += len) {
			uint64_t value;

			len = piece(rw.offset + at, rw.count - at);
			value = vg_device_read(s->dev, rw.region, rw.offset + at, len);
			memcpy(data + at, &value, len);
		}
	}
	iov[1].iov_len = rw.count;
	vg_conn_reply(&s->conn, m, iov, 2, -1);
	return 0;
}

static int post(struct vg_server *s, const struct vu_region_rw *rw, const uint8_t *data)
{
	unsigned int tail = s->posted_tail;

	for (uint32_t at = 0, len; at < rw->count; at += len) {
		struct vg_posted *p = &s->posted[tail];

		if (tail == VG_POSTED_MAX)
			return -ENOBUFS;
		len = piece(rw->offset + at, rw->count - at);
		p->offset = rw->offset + at;
		p->value = 0;
		p->bar = (uint8_t)rw->region;
		p->len = (uint8_t)len;
		memcpy(&p->value, data + at, len);
		tail++;
	}
	s->posted_tail = tail;
	return 0;
}

/* What a write to config space may have moved is told to the peers before the answer. */
static void config_write(struct vg_server *s, const struct vu_region_rw *rw, const uint8_t *data)
{
	vg_device_cfg_write(s->dev, (unsigned int)rw->offset, data, rw->count);
	s->work = true;
	vg_peers_publish(s);
}

/** vg_region_write() - REGION_WRITE; BAR writes are answered before they are done */
int vg_region_write(struct vg_server *s, struct vg_msg *m)
{
	const uint8_t *data = m->body + sizeof(struct vu_region_rw);
	struct vu_region_rw rw;
	struct iovec iov = { &rw, sizeof(rw) };
	int err;

	memcpy(&rw, m->body, sizeof(rw));
	if (m->len - sizeof(rw) != rw.count)
		return -EINVAL;
	err = check_range(s, &rw);
	if (err)
		return err;
	if (rw.region == VU_REGION_CONFIG)
		config_write(s, &rw, data);
	else
		err = post(s, &rw, data);
	if (!err)
		vg_conn_reply(&s->conn, m, &iov, 1, -1);
	return err;
}

/** vg_region_multi() - REGION_WRITE_MULTI */
int vg_region_multi(struct vg_server *s, struct vg_msg *m)
{
	struct vu_multi_write w;
	uint64_t n;
	int err = 0;

	memcpy(&n, m->body, sizeof(n));
	if (!n || n > VU_MULTI_MAX || m->len != sizeof(n) + n * sizeof(w))
		return -EINVAL;
	for (uint64_t i = 0; i < n; i++) {
		struct vu_region_rw rw;

		memcpy(&w, m->body + sizeof(n) + i * sizeof(w), sizeof(w));
		rw = (struct vu_region_rw){ w.offset, w.region, w.count };
		if (w.count > sizeof(w.data) || w.region >= VU_REGION_BARS)
			err = -EINVAL;
		else
			err = check_range(s, &rw);
		if (!err)
			err = post(s, &rw, w.data);
		if (err)
			return err;
	}
	vg_conn_reply(&s->conn, m, &(struct iovec){ &n, sizeof(n) }, 1, -1);
	return 0;
}

/** vg_region_drain() - do the posted writes */
void vg_region_drain(struct vg_server *s)
{
	while (s->posted_head < s->posted_tail) {
		struct vg_posted p = s->posted[s->posted_head++];

		vg_device_write(s->dev, p.bar, p.offset, p.len, p.value);
		s->work = true;
	}
	s->posted_head = 0;
	s->posted_tail = 0;
}
