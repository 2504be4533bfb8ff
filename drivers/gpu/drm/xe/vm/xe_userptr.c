// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: User memory
 *
 * User memory that is mapped by VM_BIND is pinned for as long as it is mapped, and
 * counted against the process's limit of locked memory. A process that unmaps it
 * from itself keeps sharing the old pages with the device until it unbinds.
 */
#include "vm/xe_userptr.h"

#include <linux/dma-mapping.h>
#include <linux/kref.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/scatterlist.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "core/xe_device.h"
#include "mem/xe_extent.h"

/**
 * struct xe_userptr - pinned user memory
 * @ref: by the mappings that show a part of it, and by their makers
 * @dev: who reads and writes it
 * @mm: whose locked memory it is counted as
 * @addr: first user address
 * @pages: the pages
 * @n: how many
 * @write: the device may write them
 * @sgt: the pages as @dev sees them
 * @map: the same, by offset
 */
struct xe_userptr {
	struct kref ref;
	struct device *dev;
	struct mm_struct *mm;
	u64 addr;
	struct page **pages;
	unsigned long n;
	bool write;
	struct sg_table sgt;
	struct xe_extents *map;
};

static enum dma_data_direction direction(const struct xe_userptr *u)
{
	return u->write ? DMA_BIDIRECTIONAL : DMA_TO_DEVICE;
}

static int pin_pages(struct xe_userptr *u)
{
	unsigned int flags = FOLL_LONGTERM | (u->write ? FOLL_WRITE : 0);
	unsigned long done = 0;
	long got;

	while (done < u->n) {
		/* A bounded step, so that a signal ends a large one. */
		got = pin_user_pages_fast(u->addr + (done << PAGE_SHIFT),
					  min(u->n - done, SZ_16M >> PAGE_SHIFT), flags,
					  u->pages + done);
		if (got > 0)
			done += got;
		if (got <= 0 || (done < u->n && fatal_signal_pending(current))) {
			unpin_user_pages(u->pages, done);
			return got < 0 ? got : got ? -EINTR : -EFAULT;
		}
		cond_resched();
	}
	return 0;
}

static int describe(struct xe_userptr *u)
{
	struct scatterlist *sg;
	unsigned int i;

	u->map = xe_extents_alloc(u->sgt.nents);
	if (!u->map)
		return -ENOMEM;
	for_each_sgtable_dma_sg(&u->sgt, sg, i)
		xe_extents_add(u->map, sg_dma_address(sg), sg_dma_len(sg));
	return 0;
}

static int map_pages(struct xe_userptr *u)
{
	int err;

	err = sg_alloc_table_from_pages_segment(&u->sgt, u->pages, u->n, 0, u->n << PAGE_SHIFT,
						dma_get_max_seg_size(u->dev), GFP_KERNEL);
	if (err)
		return err;
	err = dma_map_sgtable(u->dev, &u->sgt, direction(u), 0);
	if (err) {
		sg_free_table(&u->sgt);
		return err;
	}
	err = describe(u);
	if (err) {
		dma_unmap_sgtable(u->dev, &u->sgt, direction(u), 0);
		sg_free_table(&u->sgt);
	}
	return err;
}

static void free_userptr(struct xe_userptr *u)
{
	account_locked_vm(u->mm, u->n, false);
	mmdrop(u->mm);
	kvfree(u->pages);
	kfree(u);
}

static struct xe_userptr *alloc_userptr(struct xe_device *xe, u64 addr, u64 size, bool read_only)
{
	unsigned long n = size >> PAGE_SHIFT;
	struct xe_userptr *u;
	int err;

	u = kzalloc_obj(*u);
	if (!u)
		return ERR_PTR(-ENOMEM);
	u->pages = kvcalloc(n, sizeof(*u->pages), GFP_KERNEL | __GFP_ACCOUNT | __GFP_NOWARN);
	if (!u->pages) {
		kfree(u);
		return ERR_PTR(-ENOMEM);
	}
	err = account_locked_vm(current->mm, n, true);
	if (err) {
		kvfree(u->pages);
		kfree(u);
		return ERR_PTR(err);
	}
	kref_init(&u->ref);
	u->dev = xe->drm.dev;
	u->mm = current->mm;
	mmgrab(u->mm);
	u->addr = addr;
	u->n = n;
	u->write = !read_only;
	return u;
}

/**
 * xe_userptr_create() - pin user memory and map it for the device
 * @xe: device
 * @addr: user address, page aligned
 * @size: bytes, likewise
 * @read_only: the device will not write it
 *
 * Context: process whose memory it is; takes its mmap lock: no reservation held.
 *
 * Return: the memory with one reference, or ERR_PTR: -EFAULT when it is not all
 * there, -ENOMEM also at the limit of locked memory, -EINTR.
 */
struct xe_userptr *xe_userptr_create(struct xe_device *xe, u64 addr, u64 size, bool read_only)
{
	struct xe_userptr *u;
	u64 end;
	int err;

	if (check_add_overflow(addr, size, &end) || !access_ok((void __user *)addr, size))
		return ERR_PTR(-EFAULT);
	/* The scatter list counts in 32 bits. */
	if (size >> PAGE_SHIFT > INT_MAX)
		return ERR_PTR(-ENOMEM);

	u = alloc_userptr(xe, addr, size, read_only);
	if (IS_ERR(u))
		return u;
	err = pin_pages(u);
	if (err) {
		free_userptr(u);
		return ERR_PTR(err);
	}
	err = map_pages(u);
	if (err) {
		unpin_user_pages(u->pages, u->n);
		free_userptr(u);
		return ERR_PTR(err);
	}
	return u;
}

/**
 * xe_userptr_get() - one more reference
 * @u: user memory
 *
 * Return: @u.
 */
struct xe_userptr *xe_userptr_get(struct xe_userptr *u)
{
	kref_get(&u->ref);
	return u;
}

static void userptr_release(struct kref *ref)
{
	struct xe_userptr *u = container_of(ref, struct xe_userptr, ref);

	dma_unmap_sgtable(u->dev, &u->sgt, direction(u), 0);
	sg_free_table(&u->sgt);
	xe_extents_free(u->map);
	unpin_user_pages_dirty_lock(u->pages, u->n, u->write);
	free_userptr(u);
}

/**
 * xe_userptr_put() - drop a reference; the last one unpins the memory
 * @u: user memory that no device can reach any more; or NULL
 *
 * Context: may sleep.
 */
void xe_userptr_put(struct xe_userptr *u)
{
	if (u)
		kref_put(&u->ref, userptr_release);
}

/**
 * xe_userptr_addr() - where the device finds a byte
 * @u: user memory
 * @addr: its user address
 * @contig: bytes from there that are contiguous
 *
 * Return: the DMA address.
 */
u64 xe_userptr_addr(const struct xe_userptr *u, u64 addr, u64 *contig)
{
	return xe_extents_addr(u->map, addr - u->addr, contig);
}
