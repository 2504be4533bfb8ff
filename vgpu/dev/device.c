// SPDX-License-Identifier: MIT
/* Assembly of a device from its platform's tables; reset; the tick. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dev/priv.h"

#define MIB (1ull << 20)
#define GIB (1ull << 30)
#define VRAM_MIN_MIB 256
#define VRAM_MAX_MIB 16384
#define RESERVED_MIB 32 /* at the end of usable memory: GSM, stolen */
#define STOLEN_MIB 16 /* of it, at the end of the physical memory */
#define RING_MAXCNT 0x54 /* PWRCTX_MAXCNT, relative to a ring */

/* DPA registers: names as in the public register documentation */
#define TILE_ADDR_RANGE(t) (0x1083a0 + 4 * (t)) /* size in GiB 17:8, base in GiB 7:1 */
#define GSMBASE 0x108100
#define DSMBASE 0x1080c0 /* root tile */
#define STOLEN_RESERVED 0x1082c0 /* root tile; WOPCM size code in 9:7 */
#define MTCFG 0x101800 /* root tile; tiles - 1 in 15:8 */
#define MEDIA_ENGINES (VG_MEDIA_OFFSET + 0x9140) /* fuses: VE 19:16, VD 7:0 */
#define FLAT_CCS_LOWER 0x8800 /* of the root tile: bits 31:6 of the base for one L3 node; enabled */
#define FLAT_CCS_UPPER 0x8804 /* bits 39:32 */
#define FLAT_CCS_ENABLE 1u
#define L3_NODES 0x9118 /* a bit each in 31:16 */
#define CCS_RATIO 512
#define MAX_VIDEO 2 /* of the engine rows */
#define VF_CAP 0x1901f8 /* also the target of write barriers */

static uint64_t pow2_at_least(uint64_t v)
{
	uint64_t p = 1;

	while (p < v)
		p <<= 1;
	return p;
}

/* ---- registers ---------------------------------------------------------- */

static const struct vg_reg_row ro_row = { 0, "fixed", .flags = VG_REG_RO };
static const struct vg_reg_row barrier_row = { VF_CAP, "VF_CAP", .flags = VG_REG_RO };

static void set_fixed(struct vg_regs *regs, uint32_t offset, uint32_t value, bool read_only)
{
	if (read_only)
		vg_regs_add(regs, &ro_row, 1, offset, NULL);
	vg_regs_set_reset(regs, offset, value);
}

static void set_fixed64(struct vg_regs *regs, uint32_t offset, uint64_t value)
{
	set_fixed(regs, offset, value, true);
	set_fixed(regs, offset + 4, value >> 32, true);
}

/* Every L3 node has its share of the metadata: the base is given as one of them sees it */
static void add_flat_ccs(struct vg_device *d, struct vg_regs *regs)
{
	unsigned int nodes = (unsigned int)__builtin_popcount(vg_regs_peek(regs, L3_NODES) >> 16);
	uint64_t base = d->ccs_base / (nodes ? nodes : 1);

	set_fixed(regs, FLAT_CCS_LOWER, (uint32_t)base | (base ? FLAT_CCS_ENABLE : 0), true);
	set_fixed(regs, FLAT_CCS_UPPER, base >> 32, true);
}

/* What is read-only and what it reads; over rows that exist already (fuses, GMD_ID) */
static void add_image(struct vg_device *d, struct dev_tile *t)
{
	for (unsigned int i = 0; i < d->p->n_image; i++) {
		const struct vg_image_row *r = &d->p->image[i];

		set_fixed(t->regs, r->offset, r->value, r->read_only);
	}
	for (unsigned int k = 0; k < d->n_tiles; k++)
		set_fixed(t->regs, TILE_ADDR_RANGE(k),
			  (uint32_t)(d->vram_per_tile / GIB) << 8 |
			  (uint32_t)(k * d->vram_per_tile / GIB) << 1, true);
	if (d->p->media_ver)
		set_fixed(t->regs, MEDIA_ENGINES, d->p->vecs << 16 | d->vcs, true);
	set_fixed64(t->regs, GSMBASE, t->index * d->vram_per_tile + d->usable);
	if (d->p->flat_ccs)
		add_flat_ccs(d, t->regs);
	vg_regs_add(t->regs, &barrier_row, 1, 0, NULL);
	if (t->index)
		return;
	set_fixed64(t->regs, DSMBASE, d->vram_per_tile - STOLEN_MIB * MIB);
	set_fixed(t->regs, STOLEN_RESERVED, d->p->wopcm_code << 7, true);
	set_fixed(t->regs, MTCFG, (d->n_tiles - 1) << 8, true);
}

/* ---- the page attribute table ------------------------------------------- */

#define PAT_LOW(i) (0x4800 + 4 * (i))
#define PAT_HIGH(i) (0x4848 + 4 * ((i) - 8)) /* of index 8 up */
#define PAT_COMPRESSES (1u << 9)

static bool pat_compresses(void *opaque, unsigned int gt, unsigned int pat)
{
	struct vg_device *d = opaque;
	uint32_t offset = pat < 8 ? PAT_LOW(pat) : PAT_HIGH(pat);

	if (d->gt[gt].media)
		offset += VG_MEDIA_OFFSET;
	return vg_regs_peek(d->tile[d->gt[gt].tile].regs, offset) & PAT_COMPRESSES;
}

/* ---- GTs ---------------------------------------------------------------- */

static void gt_reset(void *opaque, bool full)
{
	struct dev_gt *gt = opaque;

	vg_guc_reset(gt->guc, full);
}

static void gt_ggtt_inval(void *opaque)
{
	struct dev_gt *gt = opaque;

	vg_ggtt_inval(gt->d->mem, gt->tile);
}

static const struct vg_gt_ops gt_ops = { .reset = gt_reset, .ggtt_inval = gt_ggtt_inval };

/* Registers of the media GT that need power lie in its own range only */
static bool tile_awake(void *opaque, uint32_t offset)
{
	struct dev_tile *t = opaque;
	bool media = offset >= VG_MEDIA_OFFSET && offset < VG_MEDIA_OFFSET + VG_MEDIA_LIMIT;

	/* engines of the media GT lie outside of it; any of the tile's GTs will do for those */
	for (unsigned int i = 0; i < t->d->n_gts; i++) {
		struct dev_gt *gt = &t->d->gt[i];

		if (gt->tile != t->index || !gt->gt || !vg_gt_awake(gt->gt))
			continue;
		if (gt->media == media || offset >= 0x1c0000)
			return true;
	}
	return false;
}

static const char *class_name(enum vg_class cls)
{
	static const char *const names[] = { "rcs", "vcs", "vecs", "bcs", "other", "ccs" };

	return names[cls];
}

static enum vg_guc_class guc_class(enum vg_class cls)
{
	static const enum vg_guc_class map[] = {
		[VG_RENDER] = VG_GUC_RENDER, [VG_VIDEO] = VG_GUC_VIDEO,
		[VG_VENHANCE] = VG_GUC_VENHANCE, [VG_COPY] = VG_GUC_BLITTER,
		[VG_OTHER] = VG_GUC_RENDER, [VG_COMPUTE] = VG_GUC_COMPUTE,
	};

	return map[cls];
}

/* An engine, and its row in the firmware's configuration; logical numbers are dense */
static bool add_engine(struct vg_device *d, struct dev_gt *gt, const struct vg_engine_row *row,
		       struct vg_guc_config *gc)
{
	const struct vg_engine_config cfg = {
		.gt = gt->index, .tile = gt->tile, .cls = row->cls, .inst = row->inst,
		.mmio_base = row->mmio_base,
		/* the device's also for media engines: the driver goes by it (64-bit timestamps) */
		.graphics_ver = d->p->graphics_ver, .usm = d->p->usm, .ts_hz = VG_TIMESTAMP_HZ,
	};
	struct vg_regs *regs = d->tile[gt->tile].regs;
	struct vg_guc_engine *ge = &gc->engine[gc->n_engines];
	struct vg_engine *e = vg_engine_new(&cfg, &d->obs, d->mem, regs, d->irq);

	if (!e)
		return false;
	gt->engine[gt->n_engines++] = e;
	ge->engine = e;
	ge->cls = guc_class(row->cls);
	for (unsigned int i = 0; i < gc->n_engines; i++)
		ge->logical += gc->engine[i].cls == ge->cls;
	snprintf(ge->name, sizeof(ge->name), "%s%u", class_name(row->cls), row->inst);
	gc->n_engines++;
	if (d->p->ring_maxcnt)
		vg_regs_set_reset(regs, row->mmio_base + RING_MAXCNT, d->p->ring_maxcnt);
	return true;
}

static bool fused_off(const struct vg_device *d, const struct vg_engine_row *row)
{
	return row->cls == VG_VIDEO && !(d->vcs & 1u << row->inst);
}

static bool add_gt(struct vg_device *d, unsigned int tile, bool media)
{
	struct dev_gt *gt = &d->gt[d->n_gts];
	struct vg_regs *regs = d->tile[tile].regs;
	const struct vg_gt_config gc = {
		.media = media, .graphics_ver = d->p->graphics_ver,
		.vcs = media ? d->vcs : 0, .vecs = media ? d->p->vecs : 0,
	};
	struct vg_guc_config fc = {
		.gt = d->n_gts, .tile = tile, .media = media, .graphics_ver = d->p->graphics_ver,
		.wopcm_size = (1u << d->p->wopcm_code) << 20,
		.rp0_mhz = d->p->rp0_mhz, .rpn_mhz = d->p->rpn_mhz,
		.fault_copies = d->fault_copies, .fault_prefetches = d->fault_prefetches,
	};

	gt->d = d;
	gt->index = d->n_gts++;
	gt->tile = tile;
	gt->media = media;
	if (!gt->index) { /* the only one that is asked */
		fc.hwconfig = d->p->hwconfig;
		fc.hwconfig_dwords = d->p->hwconfig_dwords;
	}
	gt->gt = vg_gt_new(&gc, &d->obs, regs, &gt_ops, gt);
	if (!gt->gt)
		return false;
	for (unsigned int i = 0; i < d->p->n_engines; i++)
		if (d->p->engine[i].media == media && !fused_off(d, &d->p->engine[i]) &&
		    !add_engine(d, gt, &d->p->engine[i], &fc))
			return false;
	gt->guc = vg_guc_new(&fc, &d->obs, d->mem, regs, d->irq);
	return gt->guc;
}

/* ---- memory ------------------------------------------------------------- */

static bool make_bar(struct vg_device *d, unsigned int i, const char *name, uint64_t size,
		     unsigned int shown_mib)
{
	struct vg_bar *bar = &d->bar[i];
	void *p;

	bar->size = shown_mib && shown_mib * MIB < size ? shown_mib * MIB : size;
	bar->fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (bar->fd < 0 || ftruncate(bar->fd, (off_t)size))
		return false;
	p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, bar->fd, 0);
	if (p == MAP_FAILED)
		return false;
	d->map[i] = p;
	d->map_size[i] = size;
	return true;
}

static bool make_memory(struct vg_device *d, const struct vg_device_options *opt)
{
	struct vg_bar *bar0 = &d->bar[0], *bar2 = &d->bar[1];

	if (!make_bar(d, 0, "vgpu-bar0", pow2_at_least(d->n_tiles * (uint64_t)VG_TILE_WINDOW),
		      opt->bar0_mib) ||
	    !make_bar(d, 1, "vgpu-vram", pow2_at_least(d->n_tiles * d->vram_per_tile),
		      opt->bar2_mib))
		return false;
	for (unsigned int t = 0; t < d->n_tiles; t++) {
		bar0->area[t].offset = t * (uint64_t)VG_TILE_WINDOW + VG_GSM_OFFSET;
		bar0->area[t].size = VG_GSM_SIZE;
		bar0->n_areas += bar0->area[t].offset + VG_GSM_SIZE <= bar0->size;
		d->tile[t].gsm = (uint64_t *)(void *)(d->map[0] + bar0->area[t].offset);
	}
	bar2->prefetchable = true;
	bar2->n_areas = 1;
	bar2->area[0].size = bar2->size;
	return true;
}

static bool make_tiles(struct vg_device *d)
{
	struct vg_regs *regs[VG_MAX_TILES];

	for (unsigned int t = 0; t < d->n_tiles; t++) {
		struct dev_tile *tile = &d->tile[t];

		tile->d = d;
		tile->index = t;
		regs[t] = tile->regs = vg_regs_new(&d->obs);
		if (!tile->regs)
			return false;
		vg_regs_set_awake(tile->regs, tile_awake, tile);
		tile->pcode = vg_pcode_new(&d->obs, tile->regs);
		if (!tile->pcode)
			return false;
	}
	d->irq = vg_irq_new(&d->obs, regs, d->n_tiles, d->host.msi, d->host.opaque);
	return d->irq;
}

static bool assemble(struct vg_device *d, const struct vg_device_options *opt)
{
	struct vg_mem_config mc = d->p->mem;
	uint64_t *gsm[VG_MAX_TILES] = { NULL };

	mc.tiles = d->n_tiles;
	mc.vram_per_tile = d->vram_per_tile;
	mc.strict_64k = !opt->lenient_64k;
	d->bus = vg_bus_new(&d->obs, &d->host.bus, d->host.opaque);
	if (!d->bus || !make_memory(d, opt))
		return false;
	for (unsigned int t = 0; t < d->n_tiles; t++)
		gsm[t] = d->tile[t].gsm;
	d->mem = vg_mem_new(&mc, &d->obs, d->bus, d->map[1], gsm);
	if (!d->mem || !make_tiles(d))
		return false;
	vg_mem_set_ccs(d->mem, &(struct vg_ccs){ d->ccs_base, pat_compresses, d });
	for (unsigned int t = 0; t < d->n_tiles; t++) {
		if (!add_gt(d, t, false))
			return false;
		if (d->p->media_ver && !add_gt(d, t, true))
			return false;
	}
	for (unsigned int t = 0; t < d->n_tiles; t++)
		add_image(d, &d->tile[t]);
	pci_reset(d);
	return true;
}

static const char *check_options(struct vg_device *d, const struct vg_device_options *opt)
{
	unsigned int mib;

	d->p = vg_platform_find(opt->platform);
	if (!d->p)
		return "unknown platform: pvc or bmg";
	d->n_tiles = opt->tiles ? opt->tiles : d->p->tiles;
	if (d->n_tiles > d->p->max_tiles)
		return "this platform has fewer tiles";
	mib = opt->vram_mib ? opt->vram_mib : d->p->vram_mib;
	if (mib < VRAM_MIN_MIB || mib > VRAM_MAX_MIB)
		return "VRAM of a tile must be 256 to 16384 MiB";
	if (opt->video > MAX_VIDEO || (opt->video && !d->p->vcs))
		return "this platform has fewer video decoders";
	if (opt->bar0_mib & (opt->bar0_mib - 1) || opt->bar2_mib & (opt->bar2_mib - 1))
		return "the size of a BAR is a power of two";
	/* registers count in GiB; what is asked below that is simply not usable */
	d->vram_per_tile = (mib * MIB + GIB - 1) / GIB * GIB;
	d->usable = ((mib & ~1u) - RESERVED_MIB) * MIB;
	d->vcs = opt->video ? (1u << opt->video) - 1 : d->p->vcs;
	/* what the driver may use ends at 2 MiB */
	if (d->p->flat_ccs && !opt->no_compression)
		d->ccs_base = (d->usable - d->vram_per_tile / CCS_RATIO) & ~(2 * MIB - 1);
	d->fault_copies = opt->fault_copies;
	d->fault_prefetches = opt->fault_prefetches;
	return NULL;
}

/** vg_device_new() - see device.h */
struct vg_device *vg_device_new(const struct vg_device_options *opt, const struct vg_host *host,
				const char **error)
{
	struct vg_device *d = calloc(1, sizeof(*d));

	if (!d) {
		*error = "out of memory";
		return NULL;
	}
	d->bar[0].fd = d->bar[1].fd = -1;
	d->host = *host;
	d->obs.log = opt->log;
	*error = check_options(d, opt);
	if (*error) {
		free(d);
		return NULL;
	}
	if (!assemble(d, opt)) {
		*error = "out of memory";
		vg_device_free(d);
		return NULL;
	}
	return d;
}

/** vg_device_free() - also of one that is half made */
void vg_device_free(struct vg_device *d)
{
	if (!d)
		return;
	for (unsigned int i = 0; i < d->n_gts; i++) {
		struct dev_gt *gt = &d->gt[i];

		vg_guc_free(gt->guc);
		for (unsigned int k = 0; k < gt->n_engines; k++)
			vg_engine_free(gt->engine[k]);
		vg_gt_free(gt->gt);
	}
	if (d->irq)
		vg_irq_free(d->irq);
	for (unsigned int t = 0; t < d->n_tiles; t++) {
		vg_pcode_free(d->tile[t].pcode);
		vg_regs_free(d->tile[t].regs);
	}
	if (d->mem)
		vg_mem_free(d->mem);
	if (d->bus)
		vg_bus_free(d->bus);
	for (unsigned int i = 0; i < 2; i++) {
		if (d->map[i])
			munmap(d->map[i], d->map_size[i]);
		if (d->bar[i].fd >= 0)
			close(d->bar[i].fd);
	}
	free(d);
}

/** vg_device_obs() - see device.h */
struct vg_obs *vg_device_obs(struct vg_device *d)
{
	return &d->obs;
}

/** vg_device_bus() - see device.h */
struct vg_bus *vg_device_bus(struct vg_device *d)
{
	return d->bus;
}

/** vg_device_reset() - see device.h */
void vg_device_reset(struct vg_device *d)
{
	for (unsigned int i = 0; i < d->n_gts; i++) {
		vg_guc_power_on(d->gt[i].guc);
		vg_gt_power_on(d->gt[i].gt);
	}
	for (unsigned int t = 0; t < d->n_tiles; t++) {
		vg_regs_reset(d->tile[t].regs);
		vg_ggtt_inval(d->mem, t);
	}
	vg_irq_reset(d->irq);
	pci_reset(d);
}

/** device_lose_power() - nothing is left of memory, registers and firmware */
void device_lose_power(struct vg_device *d)
{
	for (unsigned int i = 0; i < 2; i++)
		if (fallocate(d->bar[i].fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0,
			      (off_t)d->map_size[i]))
			memset(d->map[i], 0, d->map_size[i]);
	vg_device_reset(d);
}

/** vg_device_wants_tick() - see device.h */
bool vg_device_wants_tick(const struct vg_device *d)
{
	for (unsigned int i = 0; i < d->n_gts; i++)
		if (vg_guc_rung(d->gt[i].guc))
			return true;
	return false;
}

/** vg_device_tick() - see device.h; GTs take turns in being first */
uint64_t vg_device_tick(struct vg_device *d, uint64_t now_ns, unsigned int budget)
{
	uint64_t sleep = UINT64_MAX;

	if (now_ns > d->obs.now_ns)
		d->obs.now_ns = now_ns;
	if (d->unplugged || pci_asleep(d))
		return UINT64_MAX;
	for (unsigned int i = 0; i < d->n_gts; i++) {
		struct dev_gt *gt = &d->gt[(d->first_gt + i) % d->n_gts];
		uint64_t s = vg_guc_tick(gt->guc, &budget);

		sleep = s < sleep ? s : sleep;
	}
	d->first_gt = (d->first_gt + 1) % d->n_gts;
	return sleep;
}
