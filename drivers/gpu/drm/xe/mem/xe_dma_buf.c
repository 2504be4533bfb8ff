// SPDX-License-Identifier: GPL-2.0
/*
 * Memory shared with other drivers, and among our own devices.
 *
 * Exported objects still move: importers that can be told are told, and map them
 * anew; for the others the object is pinned while they have it mapped. A peer on
 * PCIe may read and write VRAM where it is. For everybody else the object is in
 * system memory.
 */

#include "mem/xe_dma_buf.h"

#include <linux/dma-buf.h>
#include <linux/dma-mapping.h>
#include <linux/dma-resv.h>
#include <linux/module.h>
#include <linux/pci-p2pdma.h>
#include <linux/pci.h>
#include <linux/scatterlist.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include <drm/drm_drv.h>
#include <drm/drm_prime.h>
#include <drm/drm_print.h>
#include <drm/ttm/ttm_bo.h>
#include <drm/ttm/ttm_placement.h>
#include <drm/ttm/ttm_tt.h>

#include "core/xe_rpm.h"
#include "mem/xe_bo.h"
#include "mem/xe_bo_internal.h"
#include "mem/xe_extent.h"
#include "mem/xe_vram.h"

/* A scatterlist's lengths are 32 bits. */
#define SEGMENT_MAX	SZ_2G

MODULE_IMPORT_NS("DMA_BUF");

static struct xe_bo *exported_bo(const struct dma_buf *dma_buf)
{
	return gem_to_xe_bo(dma_buf->priv);
}

/* ---- export ---- */

static int exp_attach(struct dma_buf *dma_buf, struct dma_buf_attachment *attach)
{
	struct xe_bo *bo = exported_bo(dma_buf);
	struct drm_device *dev = bo->ttm.base.dev;

	if (attach->peer2peer &&
	    pci_p2pdma_distance(to_pci_dev(dev->dev), attach->dev, false) < 0)
		attach->peer2peer = false;
	if (!attach->peer2peer && !(bo->flags & XE_BO_SYSTEM))
		return -EOPNOTSUPP;

	/* A peer may come at any time, and asleep the device would not answer. */
	xe_rpm_get(to_xe_device(dev));
	return 0;
}

static void exp_detach(struct dma_buf *dma_buf, struct dma_buf_attachment *attach)
{
	xe_rpm_put(to_xe_device(exported_bo(dma_buf)->ttm.base.dev));
}

/* VRAM, but where a peer reaches it: inside BAR2. Else system memory. */
static int place_for_peers(struct xe_bo *bo)
{
	struct ttm_operation_ctx ctx = { .gfp_retry_mayfail = true };
	int err = xe_bo_validate(bo, &ctx);

	return err ?: xe_bo_make_visible(bo, &ctx);
}

static int place_for(struct xe_bo *bo, bool peers)
{
	struct ttm_operation_ctx ctx = { .gfp_retry_mayfail = true };

	if (drm_dev_is_unplugged(bo->ttm.base.dev))
		return -ENODEV;
	/* It may have been dropped while it was being exported. */
	if (bo->need == XE_BO_PURGED)
		return -EINVAL;
	if (!bo->ttm.pin_count)
		return peers ? place_for_peers(bo) : xe_bo_move_to(bo, XE_PL_TT, &ctx);
	/* Pinned for others. */
	return peers || !xe_bo_is_vram(bo) ? 0 : -EBUSY;
}

static bool all_are_peers(const struct dma_buf *dma_buf)
{
	const struct dma_buf_attachment *attach;

	list_for_each_entry(attach, &dma_buf->attachments, node)
		if (!attach->peer2peer)
			return false;
	return true;
}

static int exp_pin(struct dma_buf_attachment *attach)
{
	struct xe_bo *bo = exported_bo(attach->dmabuf);
	int err = place_for(bo, all_are_peers(attach->dmabuf));

	if (!err)
		ttm_bo_pin(&bo->ttm);
	return err;
}

static void exp_unpin(struct dma_buf_attachment *attach)
{
	ttm_bo_unpin(&exported_bo(attach->dmabuf)->ttm);
}

static unsigned int count_segments(const struct xe_extents *x)
{
	unsigned int n = 0;
	u64 contig;

	for (u64 done = 0; done < x->size; done += min_t(u64, contig, SEGMENT_MAX), n++)
		xe_extents_addr(x, done, &contig);
	return n;
}

static void unmap_vram(struct device *dev, struct sg_table *sgt, enum dma_data_direction dir)
{
	struct scatterlist *sg;
	unsigned int i;

	for_each_sgtable_dma_sg(sgt, sg, i)
		if (sg_dma_len(sg))
			dma_unmap_resource(dev, sg_dma_address(sg), sg_dma_len(sg), dir,
					   DMA_ATTR_SKIP_CPU_SYNC);
	sg_free_table(sgt);
	kfree(sgt);
}

/* There are no struct pages of VRAM: bus addresses only. */
static struct sg_table *map_vram(struct xe_bo *bo, struct device *dev, enum dma_data_direction dir)
{
	const struct xe_extents *x = xe_bo_extents(bo, bo->ttm.resource);
	const struct xe_vram_info *info = xe_vram_info(xe_bo_tile(bo));
	phys_addr_t base = info->io_start - info->dpa_base;
	struct sg_table *sgt = kzalloc_obj(*sgt);
	struct scatterlist *sg;
	u64 done = 0, len, addr;
	unsigned int i;

	if (!sgt)
		return ERR_PTR(-ENOMEM);
	if (sg_alloc_table(sgt, count_segments(x), GFP_KERNEL)) {
		kfree(sgt);
		return ERR_PTR(-ENOMEM);
	}

	for_each_sgtable_sg(sgt, sg, i) {
		addr = xe_extents_addr(x, done, &len);
		len = min_t(u64, len, SEGMENT_MAX);
		sg_set_page(sg, NULL, len, 0);
		sg_dma_address(sg) = dma_map_resource(dev, base + addr, len, dir,
						      DMA_ATTR_SKIP_CPU_SYNC);
		if (dma_mapping_error(dev, sg_dma_address(sg))) {
			unmap_vram(dev, sgt, dir);
			return ERR_PTR(-EIO);
		}
		sg_dma_len(sg) = len;
		done += len;
	}
	return sgt;
}

static struct sg_table *map_system(struct xe_bo *bo, struct device *dev,
				   enum dma_data_direction dir)
{
	struct sg_table *sgt = drm_prime_pages_to_sg(bo->ttm.base.dev, bo->ttm.ttm->pages,
						     bo->ttm.ttm->num_pages);
	int err;

	if (IS_ERR(sgt))
		return sgt;
	err = dma_map_sgtable(dev, sgt, dir, DMA_ATTR_SKIP_CPU_SYNC);
	if (err) {
		sg_free_table(sgt);
		kfree(sgt);
		return ERR_PTR(err);
	}
	return sgt;
}

static struct sg_table *exp_map(struct dma_buf_attachment *attach, enum dma_data_direction dir)
{
	struct xe_bo *bo = exported_bo(attach->dmabuf);
	int err = place_for(bo, attach->peer2peer);

	if (err)
		return ERR_PTR(err);
	return xe_bo_is_vram(bo) ? map_vram(bo, attach->dev, dir) :
				   map_system(bo, attach->dev, dir);
}

static void exp_unmap(struct dma_buf_attachment *attach, struct sg_table *sgt,
		      enum dma_data_direction dir)
{
	/* The object may have moved since: the table knows what it was made of. */
	if (!sg_page(sgt->sgl)) {
		unmap_vram(attach->dev, sgt, dir);
		return;
	}
	dma_unmap_sgtable(attach->dev, sgt, dir, DMA_ATTR_SKIP_CPU_SYNC);
	sg_free_table(sgt);
	kfree(sgt);
}

/* Who is about to read with the CPU is served best from system memory. */
static int exp_begin_cpu_access(struct dma_buf *dma_buf, enum dma_data_direction dir)
{
	struct ttm_operation_ctx ctx = { .gfp_retry_mayfail = true };
	struct xe_bo *bo = exported_bo(dma_buf);
	int err;

	if (dir == DMA_TO_DEVICE || !(bo->flags & XE_BO_SYSTEM))
		return 0;
	err = xe_bo_lock(bo, true);
	if (err)
		return err;
	/* Where it cannot move, it is read where it is. */
	if (!bo->ttm.pin_count)
		xe_bo_move_to(bo, XE_PL_TT, &ctx);
	xe_bo_unlock(bo);
	return 0;
}

static const struct dma_buf_ops exp_ops = {
	.attach = exp_attach,
	.detach = exp_detach,
	.pin = exp_pin,
	.unpin = exp_unpin,
	.map_dma_buf = exp_map,
	.unmap_dma_buf = exp_unmap,
	.release = drm_gem_dmabuf_release,
	.begin_cpu_access = exp_begin_cpu_access,
	.mmap = drm_gem_dmabuf_mmap,
	.vmap = drm_gem_dmabuf_vmap,
	.vunmap = drm_gem_dmabuf_vunmap,
};

/**
 * xe_dma_buf_export() - &drm_gem_object_funcs.export
 * @obj: one of our objects, not imported
 * @flags: of the file
 *
 * Return: the dma-buf, or ERR_PTR: -EPERM for an object that is private to an
 * address space, -EBUSY or -EINVAL when its contents are not needed or lost,
 * -ENOMEM, -EINTR.
 */
struct dma_buf *xe_dma_buf_export(struct drm_gem_object *obj, int flags)
{
	struct xe_bo *bo = gem_to_xe_bo(obj);
	struct dma_buf *dma_buf;
	int err;

	if (bo->private_as)
		return ERR_PTR(-EPERM);
	err = xe_bo_lock(bo, true);
	if (err)
		return ERR_PTR(err);
	err = xe_bo_check_needed(bo);
	xe_bo_unlock(bo);
	if (err)
		return ERR_PTR(err);

	dma_buf = drm_gem_prime_export(obj, flags);
	if (!IS_ERR(dma_buf))
		dma_buf->ops = &exp_ops;
	return dma_buf;
}

/**
 * xe_dma_buf_about_to_move() - importers must map anew
 * @bo: object that is about to move, exported or not
 *
 * Context: reservation held, which importers share; may sleep.
 */
void xe_dma_buf_about_to_move(struct xe_bo *bo)
{
	if (bo->ttm.base.dma_buf && !(bo->flags & XE_BO_IMPORTED))
		dma_buf_invalidate_mappings(bo->ttm.base.dma_buf);
}

/* ---- import ---- */

/* The exporter's object moves: forget where it was, once nobody uses it there. */
static void imp_invalidate(struct dma_buf_attachment *attach)
{
	struct xe_bo *bo = gem_to_xe_bo(attach->importer_priv);
	struct ttm_operation_ctx ctx = {};
	int err;

	dma_resv_assert_held(bo->ttm.base.resv);
	if (!bo->ttm.resource || bo->ttm.resource->mem_type != XE_PL_TT)
		return;
	err = xe_bo_move_to(bo, XE_PL_SYSTEM, &ctx);
	drm_WARN(bo->ttm.base.dev, err, "imported memory is still used: %pe\n", ERR_PTR(err));
}

static const struct dma_buf_attach_ops imp_ops = {
	.allow_peer2peer = true,
	.invalidate_mappings = imp_invalidate,
};

static struct xe_bo *create_imported(struct xe_device *xe, struct dma_buf *dma_buf)
{
	struct xe_bo_params p = {
		.size = dma_buf->size,
		.flags = XE_BO_USER | XE_BO_SYSTEM | XE_BO_DEFER_BACKING | XE_BO_IMPORTED,
		.resv = dma_buf->resv,
	};
	struct xe_bo *bo;
	int err;

	err = dma_resv_lock_interruptible(p.resv, NULL);
	if (err)
		return ERR_PTR(err);
	bo = xe_bo_create(xe, &p);
	dma_resv_unlock(p.resv);
	return bo;
}

/**
 * xe_dma_buf_import() - &drm_driver.gem_prime_import
 * @dev: the device
 * @dma_buf: anybody's
 *
 * What this device exported comes back as the object that it is. Others' memory
 * becomes an object that shares the exporter's reservation, and is mapped when it
 * is used.
 *
 * Return: the object, or ERR_PTR: -EINVAL for a size that is no pages,
 * -EOPNOTSUPP when the exporter's memory cannot be where we reach it, -ENOMEM.
 */
struct drm_gem_object *xe_dma_buf_import(struct drm_device *dev, struct dma_buf *dma_buf)
{
	struct dma_buf_attachment *attach;
	struct xe_bo *bo;

	if (dma_buf->ops == &exp_ops) {
		struct drm_gem_object *obj = dma_buf->priv;

		if (obj->dev == dev) {
			drm_gem_object_get(obj);
			return obj;
		}
	}

	/* First the object, since the exporter may call as soon as we are attached. */
	bo = create_imported(to_xe_device(dev), dma_buf);
	if (IS_ERR(bo))
		return ERR_CAST(bo);
	attach = dma_buf_dynamic_attach(dma_buf, dev->dev, &imp_ops, &bo->ttm.base);
	if (IS_ERR(attach)) {
		xe_bo_put(bo);
		return ERR_CAST(attach);
	}
	get_dma_buf(dma_buf);
	bo->ttm.base.import_attach = attach;
	return &bo->ttm.base;
}
