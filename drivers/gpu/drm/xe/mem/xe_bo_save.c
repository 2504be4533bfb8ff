// SPDX-License-Identifier: GPL-2.0
/*
 * What cannot leave VRAM when the device loses power: pinned objects, such as page
 * tables, contexts and the firmware's tables. Their contents are kept in ordinary
 * memory over system sleep, by the CPU, since no engine runs at either end.
 */

#include <linux/export.h>
#include <linux/io.h>
#include <linux/iosys-map.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include <kunit/visibility.h>

#include <drm/drm_cache.h>
#include <drm/ttm/ttm_device.h>
#include <drm/ttm/ttm_resource.h>

#include "core/xe_log.h"
#include "core/xe_mmio.h"
#include "mem/xe_bo.h"
#include "mem/xe_bo_internal.h"
#include "mem/xe_extent.h"
#include "mem/xe_vram.h"

/**
 * struct saved - one object
 * @link: in &xe_device.saved_bos
 * @bo: with a reference
 * @data: its contents
 */
struct saved {
	struct list_head link;
	struct xe_bo *bo;
	void *data;
};

/* The next of @empty is for @item, if that is a pinned object. Context: lru_lock */
static int take_pinned(struct xe_device *xe, struct list_head *empty, struct ttm_lru_item *item)
{
	struct ttm_buffer_object *tbo;
	struct ttm_resource *res;
	struct saved *s;

	if (!ttm_lru_item_is_res(item))
		return 0;
	res = ttm_lru_item_to_res(item);
	tbo = res->bo;
	if (!xe_pl_is_vram(res->mem_type) || !xe_ttm_is_bo(tbo) || !tbo->pin_count)
		return 0;
	s = list_first_entry_or_null(empty, struct saved, link);
	if (!s)
		return -EAGAIN;
	if (!kref_get_unless_zero(&tbo->base.refcount))
		return 0;
	s->bo = ttm_to_xe_bo(tbo);
	list_move_tail(&s->link, &xe->saved_bos);
	return 0;
}

static void forget(struct xe_device *xe)
{
	struct saved *s, *next;

	list_for_each_entry_safe(s, next, &xe->saved_bos, link) {
		list_del(&s->link);
		xe_bo_put(s->bo);
		kvfree(s->data);
		kfree(s);
	}
}

/* How many there may be. Userspace is frozen: only the kernel could make more. */
static unsigned int count_pinned(struct xe_device *xe)
{
	guard(spinlock)(&xe->ttm.lru_lock);
	return list_count_nodes(&xe->ttm.unevictable);
}

static int list_pinned(struct xe_device *xe)
{
	unsigned int n = count_pinned(xe);
	struct ttm_lru_item *item;
	struct saved *s, *next;
	LIST_HEAD(empty);
	int err = 0;

	while (!err && n--) {
		s = kzalloc_obj(*s);
		if (!s)
			err = -ENOMEM;
		else
			list_add(&s->link, &empty);
	}

	scoped_guard(spinlock, &xe->ttm.lru_lock)
		list_for_each_entry(item, &xe->ttm.unevictable, link)
			if (!err)
				err = take_pinned(xe, &empty, item);

	list_for_each_entry_safe(s, next, &empty, link)
		kfree(s);
	return err;
}

static void copy(const struct saved *s, bool restore)
{
	const struct xe_extents *x = xe_bo_extents(s->bo, s->bo->ttm.resource);
	struct xe_device *xe = to_xe_device(s->bo->ttm.base.dev);
	struct iosys_map vram, data;
	u64 contig;

	for (u64 done = 0; done < x->size; done += contig) {
		void __iomem *io = xe_vram_iomem(xe, xe_extents_addr(x, done, &contig));

		iosys_map_set_vaddr_iomem(&vram, io);
		iosys_map_set_vaddr(&data, s->data + done);
		if (restore)
			iosys_map_memcpy_to(&vram, 0, s->data + done, contig);
		else
			drm_memcpy_from_wc(&data, &vram, contig);
		cond_resched();
	}
}

static int save(struct saved *s)
{
	if (!xe_bo_cpu_visible(s->bo->ttm.resource))
		return -EIO;
	s->data = kvmalloc(xe_bo_size(s->bo), GFP_KERNEL);
	if (!s->data)
		return -ENOMEM;
	copy(s, false);
	return 0;
}

/**
 * xe_bo_save_pinned() - keep what is pinned in VRAM, which may lose power
 * @xe: device, of which nothing runs any more
 *
 * A component's phase.
 *
 * Return: 0, -ENOMEM, -EIO for what the CPU cannot see, -EAGAIN when more were
 * made meanwhile; then nothing is kept.
 */
int xe_bo_save_pinned(struct xe_device *xe)
{
	struct saved *s;
	int err;

	err = list_pinned(xe);
	list_for_each_entry(s, &xe->saved_bos, link)
		err = err ?: save(s);
	if (err)
		forget(xe);
	return err;
}
EXPORT_SYMBOL_IF_KUNIT(xe_bo_save_pinned);

/**
 * xe_bo_restore_pinned() - put it back
 * @xe: device, of which nothing runs yet
 *
 * A component's phase.
 *
 * Return: 0.
 */
int xe_bo_restore_pinned(struct xe_device *xe)
{
	struct saved *s;

	list_for_each_entry(s, &xe->saved_bos, link)
		copy(s, true);
	xe_device_wmb(xe);
	forget(xe);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(xe_bo_restore_pinned);
