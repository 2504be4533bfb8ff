// SPDX-License-Identifier: GPL-2.0
/* What a device consists of: tiles and GTs, found by asking the hardware. */

#include "core/xe_device.h"

#include <linux/bitfield.h>
#include <linux/export.h>
#include <linux/workqueue.h>

#include <kunit/visibility.h>

#include <drm/drm_drv.h>
#include <drm/drm_managed.h>

#include "core/xe_log.h"
#include "core/xe_mmio.h"
#include "core/xe_platform.h"
#include "regs/xe_gt_regs.h"
#include "regs/xe_soc_regs.h"

/*
 * Outlives every device: a release that runs here may drop the last reference
 * of a device, which could not then wait for the queue it runs on.
 */
static struct workqueue_struct *destroy_wq;

/* Most of them wait for the firmware. None waits for another. */
#define MAX_DESTROYERS	32

/**
 * xe_device_module_init() - what all devices share
 *
 * Return: 0 or -ENOMEM.
 */
int xe_device_module_init(void)
{
	destroy_wq = alloc_workqueue("xe-destroy", WQ_UNBOUND, MAX_DESTROYERS);
	return destroy_wq ? 0 : -ENOMEM;
}

/**
 * xe_device_module_exit() - undo xe_device_module_init()
 */
void xe_device_module_exit(void)
{
	destroy_workqueue(destroy_wq);
}

/**
 * xe_device_flush_destroy() - wait for releases that are under way
 */
void xe_device_flush_destroy(void)
{
	flush_workqueue(destroy_wq);
}

static void destroy_queues(struct drm_device *drm, void *arg)
{
	struct xe_device *xe = to_xe_device(drm);

	if (xe->unordered_wq)
		destroy_workqueue(xe->unordered_wq);
	if (xe->user_fence_wq)
		destroy_workqueue(xe->user_fence_wq);
	if (xe->reset_wq)
		destroy_workqueue(xe->reset_wq);
}

static int create_queues(struct xe_device *xe)
{
	xe->destroy_wq = destroy_wq;
	xe->reset_wq = alloc_ordered_workqueue("xe-reset", WQ_MEM_RECLAIM);
	xe->user_fence_wq = alloc_ordered_workqueue("xe-user-fence", 0);
	xe->unordered_wq = alloc_workqueue("xe-unordered", WQ_MEM_RECLAIM | WQ_PERCPU, 0);
	if (!xe->reset_wq || !xe->user_fence_wq || !xe->unordered_wq) {
		destroy_queues(&xe->drm, NULL);
		return -ENOMEM;
	}
	return drmm_add_action_or_reset(&xe->drm, destroy_queues, NULL);
}

static int init_tile(struct xe_device *xe, u8 id)
{
	struct xe_tile *tile = &xe->tiles[id];

	tile->xe = xe;
	tile->id = id;
	return drmm_mutex_init(&xe->drm, &tile->pcode_lock);
}

/**
 * xe_device_init() - software state of a device
 * @xe: zeroed but for its &drm_device
 * @platform: its row
 * @devid: PCI device id
 * @revid: PCI revision
 *
 * Return: 0 or -ENOMEM; drmm_.
 */
int xe_device_init(struct xe_device *xe, const struct xe_platform *platform, u16 devid, u8 revid)
{
	u8 id;
	int err;

	xe->platform = platform;
	xe->devid = devid;
	xe->revid = revid;
	xe->tile_count = platform->max_tiles;

	for (id = 0; id < XE_MAX_TILES; id++) {
		err = init_tile(xe, id);
		if (err)
			return err;
	}
	return create_queues(xe);
}
EXPORT_SYMBOL_IF_KUNIT(xe_device_init);

static void count_tiles(struct xe_device *xe)
{
	u32 cfg;
	u8 n;

	if (xe->platform->max_tiles == 1)
		return;

	cfg = xe_mmio_read32(&xe_device_root_tile(xe)->mmio, MTCFG);
	n = FIELD_GET(MTCFG_REMOTE_TILES, cfg) + 1;
	if (n < xe->tile_count) {
		xe_info(xe, "tile_count: %u, reduced_tile_count %u\n", xe->tile_count, n);
		xe->tile_count = n;
	}
}

/*
 * Before GMD_ID the PCI revision named the stepping. Steppings count in fours:
 * A0 is 0, B0 4, B1 5, C0 8.
 */
static u8 pvc_step(struct xe_device *xe)
{
	static const u8 steps[8] = { [5] = 4, [6] = 5, [7] = 8 };
	u8 rev = xe->revid & 7;

	if (rev < 5)
		xe_warn(xe, "Unknown revid %#04x\n", rev);
	return steps[max(rev, 5)];
}

/* NULL: no such IP, or one the driver does not know (then logged). */
static const struct xe_ip *read_gmd_id(struct xe_device *xe, bool media, u8 *step)
{
	struct xe_mmio *root = &xe_device_root_tile(xe)->mmio;
	u32 addr = GT_GMD_ID.addr + (media ? MEDIA_GT_OFFSET : 0);
	u32 val = xe_mmio_read32(root, XE_REG(addr));
	u16 ver = FIELD_GET(GMD_ID_ARCH, val) * 100 + FIELD_GET(GMD_ID_RELEASE, val);
	const struct xe_ip *ip;

	*step = FIELD_GET(GMD_ID_REV, val);
	/* Media may be fused off altogether. */
	if (media && !ver)
		return NULL;

	ip = xe_ip_find(media, ver);
	if (!ip)
		xe_err(xe, "Hardware reports unknown %s version %u.%02u\n",
		       media ? "media" : "graphics", ver / 100, ver % 100);
	return ip;
}

static struct xe_gt *add_gt(struct xe_tile *tile, enum xe_gt_type type, const struct xe_ip *ip,
			    u8 step)
{
	struct xe_device *xe = tile->xe;
	struct xe_gt *gt = drmm_kzalloc(&xe->drm, sizeof(*gt), GFP_KERNEL);

	if (!gt)
		return NULL;

	gt->tile = tile;
	gt->type = type;
	gt->id = xe->platform->has_media_gt ? 2 * tile->id + (type == XE_GT_MEDIA) : tile->id;
	gt->ip = ip;
	gt->ip_ver = ip->ver;
	gt->step = step;
	gt->engine_mask = ip->engine_mask;
	gt->mmio = tile->mmio;
	if (type == XE_GT_MEDIA) {
		gt->mmio.adj_limit = MEDIA_GT_LIMIT;
		gt->mmio.adj_offset = MEDIA_GT_OFFSET;
	}
	xe->gt_count++;
	return gt;
}

/**
 * xe_device_probe_ip() - find out what the device consists of
 * @xe: device whose root registers are mapped
 *
 * Return: 0; -ENODEV: a graphics version the driver does not know; -EIO: BAR 0
 * does not hold all tiles; -ENOMEM.
 */
int xe_device_probe_ip(struct xe_device *xe)
{
	const struct xe_ip *graphics = xe->platform->graphics, *media = xe->platform->media;
	u8 graphics_step = 0, media_step = 0;
	struct xe_tile *tile;
	u8 id;
	int err;

	count_tiles(xe);
	err = xe_mmio_init_tiles(xe);
	if (err)
		return err;

	if (xe->platform->has_gmdid) {
		graphics = read_gmd_id(xe, false, &graphics_step);
		media = read_gmd_id(xe, true, &media_step);
	} else {
		graphics_step = pvc_step(xe);
	}
	if (!graphics)
		return -ENODEV;

	for_each_tile(tile, xe, id) {
		tile->primary_gt = add_gt(tile, XE_GT_MAIN, graphics, graphics_step);
		if (!tile->primary_gt)
			return -ENOMEM;
		if (!media)
			continue;
		tile->media_gt = add_gt(tile, XE_GT_MEDIA, media, media_step);
		if (!tile->media_gt)
			return -ENOMEM;
	}

	xe_dbg(xe, "%s %04x:%04x dgfx:%d gfx:%s (%u.%02u) media:%s (%u.%02u) dma_m_s:%u tc:%u\n",
	       xe->platform->name, xe->devid, xe->revid, xe->platform->is_dgfx,
	       graphics->name, graphics->ver / 100, graphics->ver % 100,
	       media ? media->name : "none", media ? media->ver / 100 : 0,
	       media ? media->ver % 100 : 0, xe->platform->dma_mask_bits, xe->tile_count);
	xe_dbg(xe, "Stepping = (G:%c%u, M:%c%u)\n", 'A' + graphics_step / 4, graphics_step % 4,
	       'A' + media_step / 4, media_step % 4);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(xe_device_probe_ip);

/**
 * xe_device_gt() - find a GT
 * @xe: device
 * @gt_id: as userspace numbers them
 *
 * Return: the GT, or NULL.
 */
struct xe_gt *xe_device_gt(struct xe_device *xe, unsigned int gt_id)
{
	unsigned int tile_id = xe->platform->has_media_gt ? gt_id / 2 : gt_id;
	bool media = xe->platform->has_media_gt && gt_id % 2;

	if (tile_id >= xe->tile_count)
		return NULL;
	return media ? xe->tiles[tile_id].media_gt : xe->tiles[tile_id].primary_gt;
}
EXPORT_SYMBOL_IF_KUNIT(xe_device_gt);

/**
 * xe_device_declare_wedged() - give the device up
 * @xe: device
 *
 * For failures that no reset repairs. Only unbinding, or a bus reset, brings the
 * device back.
 *
 * Context: sleeps; not from the reset worker's own locks.
 */
void xe_device_declare_wedged(struct xe_device *xe)
{
	if (atomic_xchg(&xe->wedged, 1))
		return;

	xe_err(xe, "CRITICAL: Xe has been declared wedged. IOCTLs and executions are blocked.\n"
	       "Rebind the driver, or reset the device, to recover it\n");
	if (xe->on_wedged)
		xe->on_wedged(xe);
	if (xe->drm.registered)
		drm_dev_wedged_event(&xe->drm,
				     DRM_WEDGE_RECOVERY_REBIND | DRM_WEDGE_RECOVERY_BUS_RESET,
				     NULL);
}
