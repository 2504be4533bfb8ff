// SPDX-License-Identifier: GPL-2.0
/*
 * Reading and writing VRAM in a debugger's name. What the CPU sees it reads and
 * writes; the rest is brought by the copy engine, page by page.
 */

#include <linux/dma-mapping.h>
#include <linux/dma-resv.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/string.h>

#include "mem/xe_bo.h"
#include "mem/xe_bo_internal.h"
#include "mem/xe_extent.h"
#include "mem/xe_vram.h"

static void access_visible(struct xe_bo *bo, u64 offset, void *buf, u32 len, bool write)
{
	const struct xe_extents *x = xe_bo_extents(bo, bo->ttm.resource);
	void __iomem *io = xe_vram_iomem(to_xe_device(bo->ttm.base.dev),
					 xe_extents_addr(x, offset, NULL));

	if (write)
		memcpy_toio(io, buf, len);
	else
		memcpy_fromio(buf, io, len);
}

/* What else is written to the page meanwhile, by whom is not stopped, may be lost. */
static int access_copied(struct xe_bo *bo, u64 offset, void *buf, u32 len, bool write)
{
	struct device *dev = bo->ttm.base.dev->dev;
	u64 start = round_down(offset, PAGE_SIZE);
	void *page = (void *)__get_free_page(GFP_KERNEL);
	dma_addr_t addr;
	int err;

	if (!page)
		return -ENOMEM;
	addr = dma_map_single(dev, page, PAGE_SIZE, DMA_BIDIRECTIONAL);
	err = dma_mapping_error(dev, addr);
	if (err)
		goto free_page;

	err = xe_bo_copy_page(bo, start, addr, false);
	dma_sync_single_for_cpu(dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL);
	if (!err && write) {
		memcpy(page + (offset - start), buf, len);
		dma_sync_single_for_device(dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL);
		err = xe_bo_copy_page(bo, start, addr, true);
	} else if (!err) {
		memcpy(buf, page + (offset - start), len);
	}
	dma_unmap_single(dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL);
free_page:
	free_page((unsigned long)page);
	return err;
}

/**
 * xe_bo_access_vram() - read or write an object in VRAM
 * @bo: object
 * @offset: first byte
 * @buf: what is read or written
 * @len: bytes, inside the object
 * @write: write
 *
 * Context: reservation held, device awake; may sleep.
 * Return: @len, or -ERESTARTSYS, -EIO, -ENOMEM.
 */
int xe_bo_access_vram(struct xe_bo *bo, u64 offset, void *buf, int len, bool write)
{
	bool visible = xe_bo_cpu_visible(bo->ttm.resource);
	int done, n, err = 0;
	long wait;

	/* A clear or copy into it may be under way. */
	wait = dma_resv_wait_timeout(bo->ttm.base.resv, DMA_RESV_USAGE_KERNEL, true,
				     MAX_SCHEDULE_TIMEOUT);
	if (wait < 0)
		return wait;

	for (done = 0; !err && done < len; done += n) {
		n = min_t(u64, len - done, PAGE_SIZE - offset_in_page(offset + done));
		if (visible)
			access_visible(bo, offset + done, buf + done, n, write);
		else
			err = access_copied(bo, offset + done, buf + done, n, write);
	}
	return err ?: len;
}
