/* SPDX-License-Identifier: MIT */
/*
 * A driver of a few hundred lines, for tests: it brings a device up through its
 * registers as a real one would and speaks to its firmware.
 */
#ifndef VGPU_TESTS_MINIDRV_H
#define VGPU_TESTS_MINIDRV_H

#include <stdlib.h>
#include <sys/mman.h>

#include "dev/device.h"
#include "test.h"

#define RAM_BASE 0x40000000ull
#define RAM_SIZE (16u << 20)
#define GGTT_FIRST 0x1000000u /* behind any WOPCM */
#define MAX_EVENTS 64
#define H2G_DWORDS 1024u
#define G2H_DWORDS 4096u

/* A message from the firmware, HXG header first */
struct md_msg {
	uint32_t fence, len, dw[8];
};

struct md_gt {
	struct md *m;
	unsigned int tile;
	bool media;
	uint32_t base; /* of GT registers */
	uint32_t h2g, g2h; /* GGTT: descriptor page, then buffer */
	uint32_t h2g_tail, g2h_head;
	uint16_t fence;
	struct md_msg event[MAX_EVENTS];
	unsigned int n_events;
};

struct md {
	struct vg_device *d;
	struct vg_obs *obs;
	uint8_t *vram, *ram;
	uint64_t vram_size;
	unsigned int n_tiles, n_gts;
	uint32_t ggtt_next[VG_MAX_TILES];
	uint64_t vram_next[VG_MAX_TILES];
	uint64_t now;
	unsigned int msis;
	uint32_t ident[MAX_EVENTS]; /* interrupt identities, tile in bits 31:30 */
	unsigned int n_idents;
	struct md_gt gt[4];
};

/* A context: its pieces in the GGTT, 64 KiB apart from others */
struct md_ctx {
	uint32_t id, ring, lrca, fence, batch, mark;
	uint32_t tail;
};

static inline void md_msi(void *opaque)
{
	((struct md *)opaque)->msis++;
}

static inline uint32_t md_rd(struct md *m, unsigned int tile, uint32_t off)
{
	return vg_device_read(m->d, 0, tile * (uint64_t)VG_TILE_WINDOW + off, 4);
}

static inline void md_wr(struct md *m, unsigned int tile, uint32_t off, uint32_t v)
{
	vg_device_write(m->d, 0, tile * (uint64_t)VG_TILE_WINDOW + off, 4, v);
}

static inline uint32_t gt_rd(struct md_gt *gt, uint32_t off)
{
	return md_rd(gt->m, gt->tile, off + (off < 0x40000 ? gt->base : 0));
}

static inline void gt_wr(struct md_gt *gt, uint32_t off, uint32_t v)
{
	md_wr(gt->m, gt->tile, off + (off < 0x40000 ? gt->base : 0), v);
}

/* Pages of the tile's VRAM, mapped into its GGTT; 64 KiB aligned */
static inline uint32_t md_alloc(struct md *m, unsigned int tile, uint32_t bytes)
{
	uint32_t addr = m->ggtt_next[tile];

	bytes = (bytes + 0xffff) & ~0xffffu;
	for (uint32_t i = 0; i < bytes; i += 4096)
		vg_device_write(m->d, 0, tile * (uint64_t)VG_TILE_WINDOW + VG_GSM_OFFSET +
				(addr + i) / 4096 * 8, 8, (m->vram_next[tile] + i) | 3);
	memset(m->vram + m->vram_next[tile], 0, bytes);
	m->ggtt_next[tile] += bytes;
	m->vram_next[tile] += bytes;
	md_wr(m, tile, 0xcf80, 1u << 6);
	md_wr(m, tile, 0xcf7c, 1);
	return addr;
}

/* What is behind a GGTT address of md_alloc() */
static inline uint32_t *md_at(struct md *m, unsigned int tile, uint32_t addr)
{
	uint64_t pte = vg_device_read(m->d, 0, tile * (uint64_t)VG_TILE_WINDOW + VG_GSM_OFFSET +
				      addr / 4096 * 8, 8);

	return (uint32_t *)(void *)(m->vram + (pte & 0xffffffffff000ull) + addr % 4096);
}

static inline uint64_t md_tick(struct md *m, uint64_t ns)
{
	m->now += ns;
	return vg_device_tick(m->d, m->now, 10000);
}

/* Service the interrupt as the driver does: tile, banks, identities */
static inline void md_irq(struct md *m)
{
	uint32_t tiles;

	md_wr(m, 0, 0x190008, 0);
	tiles = md_rd(m, 0, 0x190008);
	md_wr(m, 0, 0x190008, tiles);
	for (unsigned int t = 0; t < m->n_tiles; t++) {
		uint32_t master = tiles & 1u << t ? md_rd(m, t, 0x190010) : 0;

		md_wr(m, t, 0x190010, master);
		for (unsigned int bank = 0; bank < 2; bank++) {
			uint32_t bits = master & 1u << bank ? md_rd(m, t, 0x190018 + 4 * bank) : 0;

			for (unsigned int bit = 0; bit < 32; bit++) {
				uint32_t id;

				if (!(bits & 1u << bit))
					continue;
				md_wr(m, t, 0x190070 + 4 * bank, 1u << bit);
				id = md_rd(m, t, 0x190060 + 4 * bank);
				md_wr(m, t, 0x190060 + 4 * bank, id);
				if (m->n_idents < MAX_EVENTS)
					m->ident[m->n_idents++] = (id & 0x3fffffff) | t << 30;
			}
			if (bits)
				md_wr(m, t, 0x190018 + 4 * bank, bits);
		}
	}
	md_wr(m, 0, 0x190008, 1u << 31);
}

static inline bool md_saw_irq(struct md *m, unsigned int tile, unsigned int cls, unsigned int inst,
			      uint16_t vector)
{
	for (unsigned int i = 0; i < m->n_idents; i++)
		if (m->ident[i] == (tile << 30 | inst << 20 | cls << 16 | vector))
			return true;
	return false;
}

static inline struct md *md_new(const char *platform, unsigned int tiles)
{
	struct vg_device_options opt = { .platform = platform, .tiles = tiles };
	struct md *m = calloc(1, sizeof(*m));
	struct vg_host host = { .opaque = m, .msi = md_msi };
	const char *error = NULL;
	const struct vg_bar *bar;
	uint8_t command[2] = { 6, 0 };

	opt.log = getenv("VGPU_LOG") ? atoi(getenv("VGPU_LOG")) : 0;
	m->d = vg_device_new(&opt, &host, &error);
	if (!m->d) {
		free(m);
		return NULL;
	}
	m->obs = vg_device_obs(m->d);
	bar = vg_device_bar(m->d, 2);
	m->vram_size = bar->size;
	m->vram = mmap(NULL, bar->size, PROT_READ | PROT_WRITE, MAP_SHARED, bar->fd, 0);
	m->ram = calloc(1, RAM_SIZE);
	vg_bus_map(vg_device_bus(m->d), RAM_BASE, RAM_SIZE, m->ram, true, VG_BUS_RAM);
	vg_device_cfg_write(m->d, 4, command, 2);
	m->n_tiles = (md_rd(m, 0, 0x101800) >> 8 & 0xff) + 1;
	for (unsigned int t = 0; t < m->n_tiles; t++) {
		m->ggtt_next[t] = GGTT_FIRST;
		m->vram_next[t] = (uint64_t)(md_rd(m, t, 0x1083a0 + 4 * t) >> 1 & 0x7f) << 30;
		m->vram_next[t] += 1u << 20;
		for (unsigned int media = 0; media < (platform[0] == 'b' ? 2 : 1); media++)
			m->gt[m->n_gts++] = (struct md_gt){ .m = m, .tile = t, .media = media,
							    .base = media ? 0x380000 : 0 };
	}
	return m;
}

static inline void md_free(struct md *m)
{
	void *host;

	if (!m)
		return;
	munmap(m->vram, m->vram_size);
	vg_bus_unmap(vg_device_bus(m->d), RAM_BASE, RAM_SIZE, &host);
	vg_device_free(m->d);
	free(m->ram);
	free(m);
}

/* A firmware image as tools/mkguc makes it */
static inline uint32_t md_image(struct md_gt *gt, uint32_t *len)
{
	uint32_t addr = md_alloc(gt->m, gt->tile, 8192), *p = md_at(gt->m, gt->tile, addr);

	p[0] = 6;
	p[1] = 32 + 64 + 64 + 1;
	p[6] = p[1] + 1024;
	p[7] = 64;
	p[8] = 64;
	p[9] = 1;
	p[16] = 0x464600;
	p[17] = 0x010000;
	p[30] = 0x1000;
	for (unsigned int i = 32; i < 32 + 1024 + 64; i++)
		p[i] = i * 0x9e3779b9u;
	*len = 128 + 4096;
	return addr;
}

static inline void gt_forcewake(struct md_gt *gt, bool on)
{
	gt_wr(gt, 0xa188, 1u << 16 | on);
}

/* Reset and upload; returns GUC_STATUS */
static inline uint32_t gt_load(struct md_gt *gt, uint32_t image, uint32_t len)
{
	uint32_t ads = md_alloc(gt->m, gt->tile, 8192);
	uint32_t *p = md_at(gt->m, gt->tile, image);

	gt_forcewake(gt, true);
	gt_wr(gt, 0x941c, 8);
	if (gt_rd(gt, 0x941c) & 8 || !(gt_rd(gt, 0xc000) & 1))
		return ~0u;
	gt_wr(gt, 0xc050, 0x1fc000);
	gt_wr(gt, 0xc340, 0x4000);
	gt_wr(gt, 0xc180, 0);
	gt_wr(gt, 0xc184 + 4 * 4, ads >> 11);
	for (unsigned int i = 0; i < 64; i++)
		gt_wr(gt, 0xc200 + 4 * i, p[len / 4 + i]);
	gt_wr(gt, 0xc300, image);
	gt_wr(gt, 0xc304, 8u << 16);
	gt_wr(gt, 0xc308, 0x2000);
	gt_wr(gt, 0xc30c, 7u << 16);
	gt_wr(gt, 0xc310, len);
	gt_wr(gt, 0xc314, 0x00110011);
	if (gt_rd(gt, 0xc314) & 1)
		return ~0u;
	gt_wr(gt, 0xc314, 0x00100000);
	gt_forcewake(gt, false);
	return gt_rd(gt, 0xc000);
}

/* A message through registers; returns the reply's first dword */
static inline uint32_t gt_mmio(struct md_gt *gt, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
	uint32_t flag = gt->media ? 0x190310 : 0x190240;
	const uint32_t dw[4] = { a, b, c, d };

	for (unsigned int i = 0; i < 4; i++)
		gt_wr(gt, flag + 4 * i, dw[i]);
	gt_wr(gt, gt->media ? 0x190304 : 0x1901f0, 0);
	return gt_rd(gt, flag);
}

#define HXG_OK 0xf0000000u

static inline bool gt_ct_enable(struct md_gt *gt)
{
	const struct { uint32_t key, len, value; } cfg[] = {
		{ 0x903, 2, gt->h2g = md_alloc(gt->m, gt->tile, 4096 + 4 * H2G_DWORDS) },
		{ 0x902, 2, gt->h2g + 4096 },
		{ 0x904, 1, 4 * H2G_DWORDS },
		{ 0x906, 2, gt->g2h = md_alloc(gt->m, gt->tile, 4096 + 4 * G2H_DWORDS) },
		{ 0x905, 2, gt->g2h + 4096 },
		{ 0x907, 1, 4 * G2H_DWORDS },
	};

	gt->h2g_tail = gt->g2h_head = 0;
	for (unsigned int i = 0; i < 6; i++)
		if (gt_mmio(gt, 0x508, cfg[i].key << 16 | cfg[i].len, cfg[i].value, 0) != (HXG_OK | 1))
			return false;
	return gt_mmio(gt, 0x4509, 1, 0, 0) == HXG_OK;
}

static inline void gt_ring_bell(struct md_gt *gt)
{
	gt_wr(gt, gt->media ? 0x190304 : 0x1901f0, 0);
}

/* A message through the channel; @type 0 wants an answer, 2 does not; returns its fence */
static inline uint32_t gt_send(struct md_gt *gt, unsigned int type, const uint32_t *dw, unsigned int n)
{
	uint32_t fence = (++gt->fence & 0x7fff) | (type == 2 ? 0x8000 : 0);
	uint32_t *desc = md_at(gt->m, gt->tile, gt->h2g);
	uint32_t *buf = md_at(gt->m, gt->tile, gt->h2g + 4096);

	if (gt->h2g_tail + n + 1 > H2G_DWORDS) {
		memset(buf + gt->h2g_tail, 0, 4 * (H2G_DWORDS - gt->h2g_tail));
		gt->h2g_tail = 0;
		desc[1] = 0;
		gt_ring_bell(gt);
		md_tick(gt->m, 1000);
	}
	buf[gt->h2g_tail] = fence << 16 | n;
	memcpy(buf + gt->h2g_tail + 1, dw, 4 * n);
	buf[gt->h2g_tail + 1] |= type << 28;
	gt->h2g_tail = (gt->h2g_tail + n + 1) % H2G_DWORDS;
	desc[1] = gt->h2g_tail;
	gt_ring_bell(gt);
	return fence;
}

#define SEND(gt, type, ...) gt_send(gt, type, (const uint32_t[]){ __VA_ARGS__ }, \
				    sizeof((const uint32_t[]){ __VA_ARGS__ }) / 4)

/* Take all that the firmware sent */
static inline void gt_receive(struct md_gt *gt)
{
	uint32_t *desc = md_at(gt->m, gt->tile, gt->g2h);
	uint32_t *buf = md_at(gt->m, gt->tile, gt->g2h + 4096);

	while (gt->g2h_head != desc[1]) {
		uint32_t header = buf[gt->g2h_head], len = header & 0xff;
		struct md_msg *e = &gt->event[gt->n_events % MAX_EVENTS];

		gt->g2h_head = (gt->g2h_head + 1) % G2H_DWORDS;
		e->fence = header >> 16;
		e->len = len;
		for (uint32_t i = 0; i < len; i++) {
			if (i < 8)
				e->dw[i] = buf[gt->g2h_head];
			gt->g2h_head = (gt->g2h_head + 1) % G2H_DWORDS;
		}
		desc[0] = gt->g2h_head;
		if (gt->n_events < MAX_EVENTS - 1)
			gt->n_events++;
	}
}

/* Has this event come? Removes it */
static inline bool gt_event(struct md_gt *gt, uint32_t action, uint32_t dw1, struct md_msg *out)
{
	for (unsigned int i = 0; i < gt->n_events; i++) {
		struct md_msg *e = &gt->event[i];

		if (e->dw[0] != (0x90000000u | action) || (dw1 != ~0u && e->dw[1] != dw1))
			continue;
		if (out)
			*out = *e;
		memmove(e, e + 1, (gt->n_events - i - 1) * sizeof(*e));
		gt->n_events--;
		return true;
	}
	return false;
}

/* Tick, servicing interrupts, until the event comes; 1 ms steps up to @ms */
static inline bool gt_wait(struct md_gt *gt, uint32_t action, uint32_t dw1, unsigned int ms,
			   struct md_msg *out)
{
	for (unsigned int i = 0; i <= ms * 10; i++) {
		unsigned int seen = gt->m->msis;

		md_tick(gt->m, 100000);
		if (gt->m->msis != seen)
			md_irq(gt->m);
		gt_receive(gt);
		if (gt_event(gt, action, dw1, out))
			return true;
	}
	return false;
}

/* All up: firmware on every GT, channels, interrupts */
static inline bool md_up(struct md *m)
{
	for (unsigned int t = 0; t < m->n_tiles; t++) {
		static const uint32_t enables[] = { 0x190030, 0x190034, 0x190038, 0x190048 };

		for (unsigned int i = 0; i < 4; i++)
			md_wr(m, t, enables[i], ~0u);
	}
	md_wr(m, 0, 0x190008, 1u << 31);
	for (unsigned int i = 0; i < m->n_gts; i++) {
		uint32_t len, image = md_image(&m->gt[i], &len);

		if (gt_load(&m->gt[i], image, len) != 0x8002f0ec || !gt_ct_enable(&m->gt[i]))
			return false;
	}
	return true;
}

/* A context without a page table: its batches are in the GGTT */
static inline struct md_ctx ctx_make(struct md_gt *gt, uint32_t id)
{
	uint32_t base = md_alloc(gt->m, gt->tile, 0x10000), *img;
	struct md_ctx c = { .id = id, .ring = base, .lrca = base + 0x4000, .fence = base + 0x8000,
			    .batch = base + 0xa000, .mark = base + 0x9000 };

	img = md_at(gt->m, gt->tile, c.lrca + 4096);
	img[1] = 0x1100101b;
	img[3] = 0x00090009;
	img[9] = c.ring;
	img[11] = 0x3001;
	return c;
}

static inline void ctx_register(struct md_gt *gt, struct md_ctx *c, uint32_t cls, uint32_t mask)
{
	SEND(gt, 2, 0x4502, 1, c->id, cls, mask, 0, 0, 0, 0, 0, c->lrca | 0x19, 0);
	SEND(gt, 2, 0x1001, c->id, 1);
}

/* Append to the ring and tell */
static inline void ctx_submit(struct md_gt *gt, struct md_ctx *c, const uint32_t *dw, unsigned int n)
{
	uint32_t *img = md_at(gt->m, gt->tile, c->lrca + 4096);

	for (unsigned int i = 0; i < n; i++) {
		*md_at(gt->m, gt->tile, c->ring + c->tail) = dw[i];
		c->tail = (c->tail + 4) % 0x4000;
	}
	if (c->tail & 4) {
		*md_at(gt->m, gt->tile, c->ring + c->tail) = 0;
		c->tail = (c->tail + 4) % 0x4000;
	}
	img[7] = c->tail;
	SEND(gt, 2, 0x1000, c->id);
}

/* STORE_DATA_IMM of @value to the context's fence, then USER_INTERRUPT */
static inline void ctx_store(struct md_gt *gt, struct md_ctx *c, uint32_t value)
{
	const uint32_t dw[] = { 0x10400002, c->fence, 0, value, 0x01000000 };

	ctx_submit(gt, c, dw, 5);
}

/* A batch that loops until dword 0 at mark is not 0; without @arb it cannot be preempted */
static inline void ctx_spin(struct md_gt *gt, struct md_ctx *c, bool arb)
{
	uint32_t *b = md_at(gt->m, gt->tile, c->batch);
	const uint32_t dw[] = { 0x18800001, c->batch, 0 };
	const uint32_t loop[] = {
		arb ? 0x02800000 : 0, /* ARB_CHECK */
		0x1b600002, 0, c->mark, 0, /* conditional end, when memory <= 0 */
		0x18800001, c->batch, 0,
	};

	*md_at(gt->m, gt->tile, c->mark) = 1;
	memcpy(b, loop, sizeof(loop));
	ctx_submit(gt, c, dw, 3);
}

static inline void ctx_unspin(struct md_gt *gt, struct md_ctx *c)
{
	*md_at(gt->m, gt->tile, c->mark) = 0;
}

/* Tick until the context's fence has @value */
static inline bool ctx_done(struct md_gt *gt, struct md_ctx *c, uint32_t value, unsigned int ms)
{
	for (unsigned int i = 0; i <= ms * 10; i++) {
		unsigned int seen = gt->m->msis;

		md_tick(gt->m, 100000);
		if (gt->m->msis != seen)
			md_irq(gt->m);
		gt_receive(gt);
		if (*md_at(gt->m, gt->tile, c->fence) == value)
			return true;
	}
	return false;
}

static inline uint64_t md_mistakes(struct md *m)
{
	uint64_t n = 0;

	for (unsigned int i = 0; i < VG_ERR_MAX; i++)
		n += m->obs->mistakes[i];
	if (n)
		printf("# mistake: %s\n", m->obs->last_mistake);
	return n;
}

#endif
