/* SPDX-License-Identifier: MIT */
/*
 * One device served to one client: what the server's files share.
 *
 *	main     options, life and death
 *	loop     poll, order of work: messages first, then the device
 *	session  command table: size checks, dispatch
 *	region   info and access of BARs and config space, the posted-write queue
 *	irqs     eventfds
 *	dma      the client's memory map, DMA messages
 *	peers    other servers' BARs, found in a shared folder
 *	control  line commands for people and scripts
 *	conn     framing, fds
 */
#ifndef VGPU_SERVER_SERVER_H
#define VGPU_SERVER_SERVER_H

#include <time.h>

#include "conn.h"
#include "dev/device.h"

#define VG_MSI_VECTORS 32
/* BAR writes of one message at most, and of all that may pile up during a DMA wait */
#define VG_POSTED_ONE (VU_MAX_XFER / 8 + 8)
#define VG_POSTED_MAX (2 * VG_POSTED_ONE)

/** struct vg_posted - a BAR write that was answered and waits for the device */
struct vg_posted {
	uint64_t offset;
	uint64_t value;
	uint8_t bar;
	uint8_t len;
};

/**
 * struct vg_mapping - a range of the client's DMA_MAP
 * @host: NULL: reached by DMA messages
 */
struct vg_mapping {
	uint64_t addr;
	uint64_t size;
	void *host;
};

/** struct vg_dma - the client's memory map and the one DMA message in flight */
struct vg_dma {
	struct vg_mapping *map;
	unsigned int n, room;
	uint32_t chunk;
	uint16_t next_id;
	unsigned int abandoned;
	int timeout_ms;
	bool waiting, broken;
};

/**
 * struct vg_server - a device and its client
 * @versioned: VERSION was exchanged
 * @in_handler: a request is unanswered: no DMA messages now
 * @work: the device may have something to do: tick it
 * @read_ns: when a region was last read
 * @peers: folder of the side channel, NULL: none
 * @acs_redirect: requests to peers are sent up to a host bridge that forwards none
 * @published: BAR bases as last written there
 */
struct vg_server {
	struct vg_device *dev;
	struct vg_obs *obs;
	struct vg_conn conn;
	struct vg_dma dma;
	bool versioned, in_handler, work, stop;
	uint64_t read_ns;
	int msi[VG_MSI_VECTORS];
	int err_irq, req_irq;
	const char *peers;
	bool acs_redirect;
	uint64_t published[VU_REGION_BARS];
	unsigned int posted_head, posted_tail;
	struct vg_posted posted[VG_POSTED_MAX];
};

/** vg_now_ns() - the clock that device time follows */
static inline uint64_t vg_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/* ---- session ---- */

struct vg_server *vg_session_new(const struct vg_device_options *opt, const char *peers,
				 const char **error);
void vg_session_free(struct vg_server *s);
void vg_session_open(struct vg_server *s, int fd);
void vg_session_close(struct vg_server *s);
int vg_session_input(struct vg_server *s);
int vg_session_pump(struct vg_server *s);
int vg_session_nested(struct vg_server *s, struct vg_msg *m);

/* ---- handlers: 0 when answered, else a negative errno to answer with ---- */

int vg_region_info(struct vg_server *s, struct vg_msg *m);
int vg_region_read(struct vg_server *s, struct vg_msg *m);
int vg_region_write(struct vg_server *s, struct vg_msg *m);
int vg_region_multi(struct vg_server *s, struct vg_msg *m);
void vg_region_drain(struct vg_server *s);

int vg_irqs_info(struct vg_server *s, struct vg_msg *m);
int vg_irqs_set(struct vg_server *s, struct vg_msg *m);
void vg_irqs_init(struct vg_server *s);
void vg_irqs_close(struct vg_server *s);
void vg_irqs_msi(void *opaque);

int vg_dma_map(struct vg_server *s, struct vg_msg *m);
int vg_dma_unmap(struct vg_server *s, struct vg_msg *m);
void vg_dma_reset(struct vg_server *s);
int vg_dma_read(void *opaque, uint64_t addr, void *buf, size_t len);
int vg_dma_write(void *opaque, uint64_t addr, const void *buf, size_t len);
void vg_dma_guard(void);

/* ---- peers ---- */

void vg_peers_publish(struct vg_server *s);
void vg_peers_withdraw(struct vg_server *s);
int vg_peers_open(struct vg_server *s, uint64_t addr, uint64_t size, uint64_t *offset);
bool vg_peers_own(struct vg_server *s, uint64_t addr, uint64_t size);

#endif
