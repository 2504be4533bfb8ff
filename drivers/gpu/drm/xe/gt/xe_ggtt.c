// SPDX-License-Identifier: GPL-2.0
/*
 * The global translation table of a tile: 4 GiB that engines and firmware see
 * without an address space. Entries are written through BAR 0 and never read
 * back; what is unused points to a scratch page, since hardware prefetches.
 */

#include "gt/xe_ggtt.h"

#include <linux/export.h>
#include <linux/io.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include <kunit/visibility.h>

#include <drm/drm_managed.h>
#include <drm/drm_mm.h>

#include "core/xe_log.h"
#include "core/xe_mmio.h"
#include "core/xe_platform.h"
#include "core/xe_rpm.h"
#include "gt/xe_pat.h"
#include "gt/xe_tlb_inval.h"
#include "mem/xe_bo.h"
#include "mem/xe_vram.h"
#include "regs/xe_gt_regs.h"
#include "regs/xe_soc_regs.h"

#define PTE_PRESENT		BIT_ULL(0)
#define PTE_DEVICE_MEMORY	BIT_ULL(1)
#define PTE_PAT_SHIFT		52
#define GGTT_PAGE		SZ_4K
/* The firmware keeps what is above to itself. */
#define GGTT_TOP		0xfee00000u

/**
 * struct xe_ggtt - one tile's table
 * @tile: the tile
 * @mm: addresses above the firmware's memory
 * @ptes: the entries, NULL once the device is unbound
 * @scratch: what unused addresses show
 * @scratch_pte: its entry
 * @flush_every: 22019338487: writes after which the hardware must be let catch up; 0: no need
 * @writes: since the last time
 */
struct xe_ggtt {
	struct xe_tile *tile;
	/** @lock: protects all below and the entries; taken in reclaim */
	struct mutex lock;
	struct drm_mm mm;
	u64 __iomem *ptes;
	struct xe_bo *scratch;
	u64 scratch_pte;
	u32 flush_every;
	u32 writes;
};

/**
 * struct xe_ggtt_node - a BO's place
 * @mm: addresses
 * @ggtt: whose
 * @bo: what is mapped; NULL: to be removed
 * @remove: removes it when the device was asleep
 */
struct xe_ggtt_node {
	struct drm_mm_node mm;
	struct xe_ggtt *ggtt;
	struct xe_bo *bo;
	struct work_struct remove;
};

static void write_entry(struct xe_ggtt *ggtt, u64 addr, u64 pte)
{
	lockdep_assert_held(&ggtt->lock);

	writeq(pte, &ggtt->ptes[addr / GGTT_PAGE]);
	/* GMD_ID is read-only: the write only has to get through. */
	if (ggtt->flush_every && ++ggtt->writes == ggtt->flush_every) {
		xe_mmio_write32(&ggtt->tile->primary_gt->mmio, GT_GMD_ID, 0);
		ggtt->writes = 0;
	}
}

static void fill_scratch(struct xe_ggtt *ggtt, u64 start, u64 size)
{
	u64 addr;

	for (addr = start; addr < start + size; addr += GGTT_PAGE)
		write_entry(ggtt, addr, ggtt->scratch_pte);
}

static u64 entry_flags(struct xe_ggtt *ggtt, const struct xe_bo *bo, bool vram)
{
	enum xe_cache_level level = bo->flags & XE_BO_UNCACHED ? XE_CACHE_NONE : XE_CACHE_WB;
	struct xe_device *xe = ggtt->tile->xe;
	u64 flags = PTE_PRESENT | (vram ? PTE_DEVICE_MEMORY : 0);

	if (ggtt->tile->primary_gt->ip_ver >= 1270)
		flags |= (u64)xe_pat_index(xe, level) << PTE_PAT_SHIFT;
	return flags;
}

static void map_bo(struct xe_ggtt *ggtt, u64 start, const struct xe_bo *bo)
{
	u64 done = 0;

	while (done < xe_bo_size(bo)) {
		bool vram;
		u64 n, addr = xe_bo_addr(bo, done, &vram, &n);
		u64 flags = entry_flags(ggtt, bo, vram);

		n = min(n, xe_bo_size(bo) - done);
		for (; n; n -= GGTT_PAGE, addr += GGTT_PAGE, done += GGTT_PAGE)
			write_entry(ggtt, start + done, addr | flags);
	}
}

/**
 * xe_ggtt_invalidate() - what is cached of the table is forgotten
 * @ggtt: table
 *
 * Context: the device is awake; sleeps.
 */
void xe_ggtt_invalidate(struct xe_ggtt *ggtt)
{
	struct xe_tile *tile = ggtt->tile;

	/* The entries have landed when a read behind them comes back. */
	xe_mmio_read32(&xe_device_root_tile(tile->xe)->mmio, VF_CAP);
	xe_tlb_inval_ggtt(tile->primary_gt);
	if (tile->media_gt)
		xe_tlb_inval_ggtt(tile->media_gt);
}

/* Gives address ranges back. The device is awake, or gone for good. */
static void remove_nodes(struct xe_ggtt *ggtt, struct xe_ggtt_node **nodes, unsigned int n)
{
	unsigned int i;

	guard(mutex)(&ggtt->lock);
	if (ggtt->ptes) {
		for (i = 0; i < n; i++)
			fill_scratch(ggtt, nodes[i]->mm.start, nodes[i]->mm.size);
		xe_ggtt_invalidate(ggtt);
	}
	for (i = 0; i < n; i++) {
		drm_mm_remove_node(&nodes[i]->mm);
		kfree(nodes[i]);
	}
}

static void remove_work(struct work_struct *work)
{
	struct xe_ggtt_node *node = container_of(work, struct xe_ggtt_node, remove);
	struct xe_device *xe = node->ggtt->tile->xe;

	guard(xe_rpm)(xe);
	remove_nodes(node->ggtt, &node, 1);
}

/**
 * xe_ggtt_remove_bos() - unmap BOs that go away
 * @ggtt: table
 * @bos: BOs, mapped or not; nobody uses them any more
 * @n: how many, at most XE_GGTT_MAX_BOS
 *
 * What is cached is invalidated once for all. A sleeping device is not woken for
 * it, since we may be in reclaim: then the address ranges are given back later.
 *
 * Context: sleeps.
 */
void xe_ggtt_remove_bos(struct xe_ggtt *ggtt, struct xe_bo * const *bos, unsigned int n)
{
	struct xe_ggtt_node *nodes[XE_GGTT_MAX_BOS];
	struct xe_device *xe = ggtt->tile->xe;
	unsigned int i, found = 0;

	scoped_guard(mutex, &ggtt->lock) {
		for (i = 0; i < n; i++) {
			struct xe_ggtt_node *node = bos[i]->ggtt[ggtt->tile->id];

			if (!node)
				continue;
			bos[i]->ggtt[ggtt->tile->id] = NULL;
			node->bo = NULL;
			nodes[found++] = node;
		}
	}
	if (!found)
		return;

	if (xe_rpm_get_if_in_use(xe)) {
		remove_nodes(ggtt, nodes, found);
		xe_rpm_put(xe);
		return;
	}
	for (i = 0; i < found; i++)
		queue_work(xe->unordered_wq, &nodes[i]->remove);
}
EXPORT_SYMBOL_IF_KUNIT(xe_ggtt_remove_bos);

static struct xe_ggtt_node *node_alloc(struct xe_ggtt *ggtt, struct xe_bo *bo)
{
	struct xe_ggtt_node *node = kzalloc_obj(*node);

	if (!node)
		return NULL;
	INIT_WORK(&node->remove, remove_work);
	node->ggtt = ggtt;
	node->bo = bo;
	return node;
}

static int insert_node(struct xe_ggtt *ggtt, struct xe_ggtt_node *node)
{
	struct xe_bo *bo = node->bo;
	u32 align = xe_bo_is_vram(bo) ? xe_vram_page_size(ggtt->tile->xe) : GGTT_PAGE;
	int err;

	lockdep_assert_held(&ggtt->lock);
	err = drm_mm_insert_node_generic(&ggtt->mm, &node->mm, xe_bo_size(bo), align, 0,
					 DRM_MM_INSERT_BEST);
	if (err)
		return err;
	map_bo(ggtt, node->mm.start, bo);
	bo->ggtt[ggtt->tile->id] = node;
	return 0;
}

static int insert_nodes(struct xe_ggtt *ggtt, struct xe_ggtt_node **nodes, unsigned int n)
{
	unsigned int i;
	int err;

	guard(mutex)(&ggtt->lock);
	if (!ggtt->ptes)
		return -ENODEV;
	for (i = 0; i < n; i++) {
		err = insert_node(ggtt, nodes[i]);
		if (err)
			return err;
		/* It is the BO's now. */
		nodes[i] = NULL;
	}
	xe_ggtt_invalidate(ggtt);
	return 0;
}

/**
 * xe_ggtt_insert_bos() - map BOs
 * @ggtt: table
 * @bos: pinned BOs that are not mapped
 * @n: how many, at most XE_GGTT_MAX_BOS
 *
 * What is cached is invalidated once for all. After an error some may be mapped,
 * until they are freed.
 *
 * Context: the device is awake; sleeps.
 * Return: 0, -ENOMEM, -ENOSPC, or -ENODEV after the device was unbound.
 */
int xe_ggtt_insert_bos(struct xe_ggtt *ggtt, struct xe_bo * const *bos, unsigned int n)
{
	struct xe_ggtt_node *nodes[XE_GGTT_MAX_BOS] = {};
	unsigned int i;
	int err = 0;

	for (i = 0; i < n && !err; i++) {
		nodes[i] = node_alloc(ggtt, bos[i]);
		err = nodes[i] ? 0 : -ENOMEM;
	}
	if (!err)
		err = insert_nodes(ggtt, nodes, n);
	for (i = 0; i < n; i++)
		kfree(nodes[i]);
	return err;
}
EXPORT_SYMBOL_IF_KUNIT(xe_ggtt_insert_bos);

/**
 * xe_ggtt_addr() - where a BO is mapped
 * @tile: in whose table
 * @bo: mapped BO
 *
 * Return: its GGTT address.
 */
u32 xe_ggtt_addr(const struct xe_tile *tile, const struct xe_bo *bo)
{
	return bo->ggtt[tile->id]->mm.start;
}
EXPORT_SYMBOL_IF_KUNIT(xe_ggtt_addr);

/**
 * xe_ggtt_create_bo() - make a kernel BO and map it
 * @tile: in whose table
 * @size: bytes
 * @flags: placement and others of &enum xe_bo_flags
 *
 * Context: the device is awake; sleeps.
 * Return: the BO, pinned, mapped by the CPU too, zeroed; ERR_PTR(-ENOMEM, -ENOSPC).
 */
struct xe_bo *xe_ggtt_create_bo(struct xe_tile *tile, size_t size, u32 flags)
{
	struct xe_bo *bo = xe_bo_create_kernel(tile->xe, size, flags);
	int err;

	if (IS_ERR(bo))
		return bo;

	err = xe_ggtt_insert_bos(tile->ggtt, &bo, 1);
	if (err) {
		xe_bo_put(bo);
		return ERR_PTR(err);
	}
	return bo;
}
EXPORT_SYMBOL_IF_KUNIT(xe_ggtt_create_bo);

static void put_bo(void *bo)
{
	xe_bo_put(bo);
}

/**
 * xe_ggtt_create_bo_managed() - xe_ggtt_create_bo(), freed when unbound
 * @tile: in whose table
 * @size: bytes
 * @flags: placement and others of &enum xe_bo_flags
 *
 * devm_ rather than drmm_: what the hardware may access goes before the
 * registers do.
 *
 * Return: as xe_ggtt_create_bo().
 */
struct xe_bo *xe_ggtt_create_bo_managed(struct xe_tile *tile, size_t size, u32 flags)
{
	struct xe_bo *bo = xe_ggtt_create_bo(tile, size, flags);
	int err;

	if (IS_ERR(bo))
		return bo;
	err = devm_add_action_or_reset(tile->xe->drm.dev, put_bo, bo);
	return err ? ERR_PTR(err) : bo;
}

/**
 * xe_ggtt_restore() - write all entries again
 * @ggtt: table the device lost; BOs are back in memory
 *
 * Context: resume.
 */
void xe_ggtt_restore(struct xe_ggtt *ggtt)
{
	struct drm_mm_node *hole;
	struct drm_mm_node *mm;
	u64 start, end;

	guard(mutex)(&ggtt->lock);

	drm_mm_for_each_hole(hole, &ggtt->mm, start, end)
		fill_scratch(ggtt, start, end - start);
	drm_mm_for_each_node(mm, &ggtt->mm) {
		struct xe_ggtt_node *node = container_of(mm, struct xe_ggtt_node, mm);

		if (node->bo)
			map_bo(ggtt, mm->start, node->bo);
		else
			fill_scratch(ggtt, mm->start, mm->size);
	}
	xe_ggtt_invalidate(ggtt);
}
EXPORT_SYMBOL_IF_KUNIT(xe_ggtt_restore);

static void hook_remove(struct xe_tile *tile, struct xe_bo *bo)
{
	xe_ggtt_remove_bos(tile->ggtt, &bo, 1);
}

static const struct xe_bo_ggtt_hook bo_hook = {
	.remove = hook_remove,
};

/* The registers go away; BOs that outlive them only give back their addresses. */
static void ggtt_offline(void *arg)
{
	struct xe_ggtt *ggtt = arg;

	scoped_guard(mutex, &ggtt->lock)
		ggtt->ptes = NULL;
	xe_bo_put(ggtt->scratch);
}

static void ggtt_release(struct drm_device *drm, void *arg)
{
	struct xe_ggtt *ggtt = arg;

	flush_workqueue(ggtt->tile->xe->unordered_wq);
	drm_mm_takedown(&ggtt->mm);
}

static int create_scratch(struct xe_ggtt *ggtt)
{
	struct xe_tile *tile = ggtt->tile;
	/* 4 KiB entries must not point into VRAM that comes in 64 KiB pages. */
	u32 flags = tile->xe->platform->need_64k ? XE_BO_SYSTEM : XE_BO_VRAM_IF_DGFX(tile);
	u64 n, addr;
	bool vram;

	ggtt->scratch = xe_bo_create_kernel(tile->xe, GGTT_PAGE, flags);
	if (IS_ERR(ggtt->scratch))
		return PTR_ERR(ggtt->scratch);

	addr = xe_bo_addr(ggtt->scratch, 0, &vram, &n);
	ggtt->scratch_pte = addr | entry_flags(ggtt, ggtt->scratch, vram);
	return 0;
}

static int init_software(struct xe_ggtt *ggtt, u64 start)
{
	struct xe_device *xe = ggtt->tile->xe;
	int err;

	err = drmm_mutex_init(&xe->drm, &ggtt->lock);
	if (err)
		return err;
	/* The last reference of a BO may be dropped in reclaim. */
	fs_reclaim_acquire(GFP_KERNEL);
	might_lock(&ggtt->lock);
	fs_reclaim_release(GFP_KERNEL);

	drm_mm_init(&ggtt->mm, start, GGTT_TOP - start);
	return drmm_add_action_or_reset(&xe->drm, ggtt_release, ggtt);
}

/**
 * xe_ggtt_init() - the table of a tile, all scratch
 * @tile: tile; memory management works, the GTs are awake when accessed
 *
 * Return: 0 or -ENOMEM; drmm_ but for what touches hardware.
 */
int xe_ggtt_init(struct xe_tile *tile)
{
	struct xe_device *xe = tile->xe;
	struct xe_ggtt *ggtt = drmm_kzalloc(&xe->drm, sizeof(*ggtt), GFP_KERNEL);
	u64 start = xe->platform->wopcm_mib * SZ_1M;
	int err;

	if (!ggtt)
		return -ENOMEM;

	ggtt->tile = tile;
	if (tile->primary_gt->ip_ver == 2001)
		ggtt->flush_every = 1100;
	err = init_software(ggtt, start);
	if (err)
		return err;
	err = create_scratch(ggtt);
	if (err)
		return err;

	tile->ggtt = ggtt;
	xe_bo_set_ggtt_hook(&bo_hook);

	scoped_guard(mutex, &ggtt->lock) {
		ggtt->ptes = tile->mmio.regs + XE_TILE_GGTT;
		fill_scratch(ggtt, start, GGTT_TOP - start);
		xe_ggtt_invalidate(ggtt);
	}
	return devm_add_action_or_reset(xe->drm.dev, ggtt_offline, ggtt);
}
EXPORT_SYMBOL_IF_KUNIT(xe_ggtt_init);

/**
 * xe_ggtt_print() - which addresses are in use
 * @ggtt: table
 * @p: where to
 *
 * Context: sleeps.
 */
void xe_ggtt_print(struct xe_ggtt *ggtt, struct drm_printer *p)
{
	guard(mutex)(&ggtt->lock);
	drm_mm_print(&ggtt->mm, p);
}
