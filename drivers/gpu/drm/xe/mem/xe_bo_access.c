// SPDX-License-Identifier: GPL-2.0
/*
 * Reading and writing VRAM in a debugger's name. What the CPU sees it reads and
 * writes; the rest is brought by the copy engine, some pages with each job.
 */

#include <linux/dma-mapping.h>
#include <linux/dma-resv.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "mem/xe_bo.h"
#include "mem/xe_bo_internal.h"
#include "mem/xe_extent.h"
#include "mem/xe_vram.h"

#define BOUNCE_BYTES ((size_t)SZ_64K)

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

/**
 * struct bounce - memory that the copy engine copies to and from
 * @dev: for which it is mapped
 * @mem: the memory, physically contiguous
 * @size: in bytes, whole pages
 * @addr: where @dev sees it
 */
struct bounce {
	struct device *dev;
	void *mem;
	size_t size;
	dma_addr_t addr;
};

/* Less than what is wanted will do. */
static int bounce_init(struct bounce *b, struct device *dev, size_t wanted)
{
	b->dev = dev;
	b->size = min(wanted, BOUNCE_BYTES);
	b->mem = alloc_pages_exact(b->size, GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN);
	if (!b->mem) {
		b->size = PAGE_SIZE;
		b->mem = alloc_pages_exact(b->size, GFP_KERNEL);
	}
	if (!b->mem)
		return -ENOMEM;
	b->addr = dma_map_single(dev, b->mem, b->size, DMA_BIDIRECTIONAL);
	if (!dma_mapping_error(dev, b->addr))
		return 0;
	free_pages_exact(b->mem, b->size);
	return -ENOMEM;
}

static void bounce_fini(struct bounce *b)
{
	dma_unmap_single(b->dev, b->addr, b->size, DMA_BIDIRECTIONAL);
	free_pages_exact(b->mem, b->size);
}

/*
 * Whole pages are copied. What else is written to them meanwhile, by whom is not stopped, may
 * be lost. Pages that are all overwritten are not read first.
 */
static int access_copied(struct xe_bo *bo, struct bounce *b, u64 offset, void *buf, u32 len,
			 bool write)
{
	u64 start = round_down(offset, PAGE_SIZE);
	u32 bytes = round_up(offset + len, PAGE_SIZE) - start;
	int err;

	if (!write || bytes != len) {
		err = xe_bo_copy_span(bo, start, b->addr, bytes, false);
		if (err)
			return err;
	}
	dma_sync_single_for_cpu(b->dev, b->addr, b->size, DMA_BIDIRECTIONAL);
	if (!write) {
		memcpy(buf, b->mem + (offset - start), len);
		return 0;
	}
	memcpy(b->mem + (offset - start), buf, len);
	dma_sync_single_for_device(b->dev, b->addr, b->size, DMA_BIDIRECTIONAL);
	return xe_bo_copy_span(bo, start, b->addr, bytes, true);
}

static int access_all_copied(struct xe_bo *bo, u64 offset, void *buf, u32 len, bool write)
{
	struct bounce b;
	u32 done, n;
	int err;

	err = bounce_init(&b, bo->ttm.base.dev->dev,
			  round_up(offset_in_page(offset) + len, PAGE_SIZE));
	if (err)
		return err;
	for (done = 0; !err && done < len; done += n) {
		n = min_t(u64, len - done, b.size - offset_in_page(offset + done));
		err = access_copied(bo, &b, offset + done, buf + done, n, write);
	}
	bounce_fini(&b);
	return err;
}

static void access_all_visible(struct xe_bo *bo, u64 offset, void *buf, u32 len, bool write)
{
	u32 done, n;

	for (done = 0; done < len; done += n) {
		n = min_t(u64, len - done, PAGE_SIZE - offset_in_page(offset + done));
		access_visible(bo, offset + done, buf + done, n, write);
	}
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
	int err = 0;
	long wait;

	/* A clear or copy into it may be under way. */
	wait = dma_resv_wait_timeout(bo->ttm.base.resv, DMA_RESV_USAGE_KERNEL, true,
				     MAX_SCHEDULE_TIMEOUT);
	if (wait < 0)
		return wait;

	if (xe_bo_cpu_visible(bo->ttm.resource))
		access_all_visible(bo, offset, buf, len, write);
	else
		err = access_all_copied(bo, offset, buf, len, write);
	return err ?: len;
}
