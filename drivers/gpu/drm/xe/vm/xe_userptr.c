// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: User memory
 *
 * &struct xe_userptr is a snapshot: the pages that a process had behind a range of
 * addresses when it was taken. The pages are not held. When the process is about to lose
 * one of them, the snapshot is stale for good, and before the process goes on no device
 * uses it any more: jobs of the address space are waited for, its queues suspended
 * (vm/xe_vm_lr.c), or, where page faults are answered, what the device knows of it is
 * zapped. Whoever next needs the mapping takes a new snapshot, for no more than that
 * mapping shows.
 *
 * Where nobody would ask again, a snapshot may be one of memory that is not there: it turns
 * stale like any other, and the next one may find some.
 *
 * A snapshot that turns stale while it is being bound must not be published: that is
 * checked under &xe_vm.notifier_lock, which is held until the bind's fence is where the
 * notifier looks for it.
 */
#include "vm/xe_userptr.h"

#include <linux/dma-mapping.h>
#include <linux/dma-resv.h>
#include <linux/hmm.h>
#include <linux/kref.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/overflow.h>
#include <linux/scatterlist.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "core/xe_device.h"
#include "mem/xe_extent.h"
#include "vm/xe_vm_trace.h"
#include "vm/xe_vm_types.h"
#include "vm/xe_vma.h"

/**
 * struct xe_userptr - a snapshot of user memory
 * @ref: by the mappings that show a part of it, and by their makers
 * @vm: address space; outlives it
 * @mm: whose memory it is
 * @notifier: says when it turns stale
 * @seq: of @notifier when the snapshot was taken
 * @addr: first user address
 * @va: where that is in @vm
 * @n: pages
 * @write: the device may write them
 * @stale_link: in &xe_vm.userptrs_stale
 * @sgt: the pages as the device sees them
 * @map: the same, by offset; NULL: they are not all there
 */
struct xe_userptr {
	struct kref ref;
	struct xe_vm *vm;
	struct mm_struct *mm;
	struct mmu_interval_notifier notifier;
	unsigned long seq;
	u64 addr, va;
	unsigned long n;
	bool write;
	struct list_head stale_link;
	struct sg_table sgt;
	struct xe_extents *map;
};

/* ---- the pages as the device sees them ---- */

static struct device *userptr_dev(const struct xe_userptr *u)
{
	return u->vm->xe->drm.dev;
}

static enum dma_data_direction direction(const struct xe_userptr *u)
{
	return u->write ? DMA_BIDIRECTIONAL : DMA_TO_DEVICE;
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

static void unmap_pages(struct xe_userptr *u)
{
	dma_unmap_sgtable(userptr_dev(u), &u->sgt, direction(u), 0);
	sg_free_table(&u->sgt);
}

static int map_pages(struct xe_userptr *u, struct page **pages)
{
	struct device *dev = userptr_dev(u);
	int err;

	err = sg_alloc_table_from_pages_segment(&u->sgt, pages, u->n, 0, u->n << PAGE_SHIFT,
						dma_get_max_seg_size(dev), GFP_KERNEL);
	if (err)
		return err;
	err = dma_map_sgtable(dev, &u->sgt, direction(u), 0);
	if (err) {
		sg_free_table(&u->sgt);
		return err;
	}
	err = describe(u);
	if (err)
		unmap_pages(u);
	return err;
}

/* ---- following the process ---- */

static bool invalidate(struct mmu_interval_notifier *notifier,
		       const struct mmu_notifier_range *range, unsigned long seq)
{
	struct xe_userptr *u = container_of(notifier, struct xe_userptr, notifier);
	struct xe_vm *vm = u->vm;
	u64 start, end;

	if (!mmu_notifier_range_blockable(range))
		return false;

	xe_userptr_span(u, &start, &end);
	trace_xe_vma_userptr_invalidate(vm, start, u->addr, end - start);
	scoped_guard(rwsem_write, &vm->notifier_lock) {
		mmu_interval_set_seq(notifier, seq);
		list_move_tail(&u->stale_link, &vm->userptrs_stale);
		WRITE_ONCE(vm->userptrs_changed, vm->userptrs_changed + 1);
	}
	/* Jobs that use it, and binds that were published while it was not stale. */
	dma_resv_wait_timeout(vm->as.resv, DMA_RESV_USAGE_BOOKKEEP, false, MAX_SCHEDULE_TIMEOUT);
	if (vm->flags & XE_VM_FAULT)
		xe_vm_zap(vm, start, end);
	return true;
}

static const struct mmu_interval_notifier_ops notifier_ops = {
	.invalidate = invalidate,
};

static int fault_in(struct xe_userptr *u, unsigned long *pfns)
{
	unsigned long until = jiffies + msecs_to_jiffies(HMM_RANGE_DEFAULT_TIMEOUT);
	struct hmm_range range = {
		.notifier = &u->notifier,
		.start = u->addr,
		.end = u->addr + (u->n << PAGE_SHIFT),
		.hmm_pfns = pfns,
		.default_flags = HMM_PFN_REQ_FAULT | (u->write ? HMM_PFN_REQ_WRITE : 0),
	};
	int err;

	do {
		range.notifier_seq = mmu_interval_read_begin(&u->notifier);
		mmap_read_lock(u->mm);
		err = hmm_range_fault(&range);
		mmap_read_unlock(u->mm);
	} while (err == -EBUSY && time_before(jiffies, until) && !fatal_signal_pending(current));

	u->seq = range.notifier_seq;
	return err == -EBUSY ? -EAGAIN : err;
}

static int follow_pages(struct xe_userptr *u, bool may_miss)
{
	unsigned long *pfns __free(kvfree) = NULL;
	unsigned long i;
	int err;

	pfns = kvcalloc(u->n, sizeof(*pfns), GFP_KERNEL | __GFP_ACCOUNT | __GFP_NOWARN);
	if (!pfns)
		return -ENOMEM;
	err = mmu_interval_notifier_insert(&u->notifier, u->mm, u->addr, u->n << PAGE_SHIFT,
					   &notifier_ops);
	if (err)
		return err;

	err = fault_in(u, pfns);
	if (err == -EFAULT && may_miss)
		return 0;
	if (!err) {
		static_assert(sizeof(*pfns) == sizeof(struct page *));

		for (i = 0; i < u->n; i++)
			((struct page **)pfns)[i] = hmm_pfn_to_page(pfns[i]);
		err = map_pages(u, (struct page **)pfns);
	}
	if (err)
		mmu_interval_notifier_remove(&u->notifier);
	return err;
}

/* ---- life ---- */

static struct xe_userptr *userptr_alloc(struct xe_vm *vm, const struct xe_vma *vma)
{
	struct xe_userptr *u = kzalloc_obj(*u);

	if (!u)
		return NULL;
	kref_init(&u->ref);
	INIT_LIST_HEAD(&u->stale_link);
	u->vm = vm;
	u->mm = vma->mm;
	u->addr = vma->base.gem.offset;
	u->va = vma->base.va.addr;
	u->n = vma->base.va.range >> PAGE_SHIFT;
	u->write = !(vma->flags & XE_VMA_READ_ONLY);
	return u;
}

/**
 * xe_userptr_create() - take a snapshot
 * @vm: address space
 * @vma: mapping of user memory in it
 * @may_miss: when the memory is not all there, say so in the snapshot
 *
 * Context: process, or a worker; takes the mmap lock: no reservation held.
 *
 * Return: the snapshot with one reference, or ERR_PTR: -EFAULT when the memory is not all
 * there and must be, or the process is gone, -ENOMEM, -EINTR, -EAGAIN when the process
 * changes it all the time.
 */
struct xe_userptr *xe_userptr_create(struct xe_vm *vm, const struct xe_vma *vma, bool may_miss)
{
	struct xe_userptr *u;
	u64 end;
	int err;

	if (check_add_overflow(vma->base.gem.offset, vma->base.va.range, &end) ||
	    end > TASK_SIZE_MAX)
		return ERR_PTR(-EFAULT);
	/* The scatter list counts in 32 bits. */
	if (vma->base.va.range >> PAGE_SHIFT > INT_MAX)
		return ERR_PTR(-ENOMEM);
	if (!mmget_not_zero(vma->mm))
		return ERR_PTR(-EFAULT);

	u = userptr_alloc(vm, vma);
	err = u ? follow_pages(u, may_miss) : -ENOMEM;
	if (!err)
		mmgrab(u->mm);
	else
		kfree(u);
	mmput(vma->mm);
	return err ? ERR_PTR(err) : u;
}

/**
 * xe_userptr_get() - one more reference
 * @u: snapshot
 *
 * Return: @u.
 */
struct xe_userptr *xe_userptr_get(struct xe_userptr *u)
{
	kref_get(&u->ref);
	return u;
}

static void forget_stale(struct xe_userptr *u)
{
	guard(rwsem_write)(&u->vm->notifier_lock);
	list_del_init(&u->stale_link);
}

static void userptr_release(struct kref *ref)
{
	struct xe_userptr *u = container_of(ref, struct xe_userptr, ref);

	/* Waits for an invalidation that is going on: then no device uses the pages. */
	mmu_interval_notifier_remove(&u->notifier);
	forget_stale(u);
	if (u->map)
		unmap_pages(u);
	xe_extents_free(u->map);
	mmdrop(u->mm);
	kfree(u);
}

/**
 * xe_userptr_put() - drop a reference; the last one ends the snapshot
 * @u: snapshot that is stale, or that no device can reach any more; or NULL
 *
 * Context: sleeps; not between arming and pushing a job, for which it may wait.
 */
void xe_userptr_put(struct xe_userptr *u)
{
	if (u)
		kref_put(&u->ref, userptr_release);
}

/**
 * xe_userptr_stale() - must a new snapshot be taken
 * @u: snapshot
 *
 * Context: any; a false answer lasts as long as &xe_vm.notifier_lock is held.
 *
 * Return: true when the process has, or may have, other pages.
 */
bool xe_userptr_stale(const struct xe_userptr *u)
{
	return mmu_interval_read_retry((struct mmu_interval_notifier *)&u->notifier, u->seq);
}

/**
 * xe_userptr_take_stale() - the next snapshot that is stale and was not looked after
 * @vm: address space
 *
 * Context: sleeps; no reservation held.
 * Return: the snapshot, with a reference, or NULL.
 */
struct xe_userptr *xe_userptr_take_stale(struct xe_vm *vm)
{
	struct xe_userptr *u, *next;

	guard(rwsem_write)(&vm->notifier_lock);
	list_for_each_entry_safe(u, next, &vm->userptrs_stale, stale_link) {
		list_del_init(&u->stale_link);
		/* Else it is about to end. */
		if (kref_get_unless_zero(&u->ref))
			return u;
	}
	return NULL;
}

/**
 * xe_userptr_put_back() - it could not be looked after now
 * @u: from xe_userptr_take_stale()
 */
void xe_userptr_put_back(struct xe_userptr *u)
{
	guard(rwsem_write)(&u->vm->notifier_lock);
	list_move(&u->stale_link, &u->vm->userptrs_stale);
}

/**
 * xe_userptr_span() - where it was bound, as a whole
 * @u: snapshot
 * @start: first address
 * @end: behind the last one
 */
void xe_userptr_span(const struct xe_userptr *u, u64 *start, u64 *end)
{
	*start = u->va;
	*end = u->va + ((u64)u->n << PAGE_SHIFT);
}

/**
 * xe_userptr_missing() - was the memory not all there
 * @u: snapshot
 *
 * Return: true for one that was taken with may_miss, and has no addresses.
 */
bool xe_userptr_missing(const struct xe_userptr *u)
{
	return !u->map;
}

/**
 * xe_userptr_addr() - where the device finds a byte
 * @u: snapshot, of memory that was there
 * @addr: its user address
 * @contig: bytes from there that are contiguous
 *
 * Return: the DMA address.
 */
u64 xe_userptr_addr(const struct xe_userptr *u, u64 addr, u64 *contig)
{
	return xe_extents_addr(u->map, addr - u->addr, contig);
}
