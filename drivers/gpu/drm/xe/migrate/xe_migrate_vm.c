// SPDX-License-Identifier: GPL-2.0
/*
 * The address space that kernel copies run in, one per tile:
 *
 *	  1 GiB		window for the source's system pages, 8 MiB
 *	  1 GiB + 8 MiB	window for the destination's
 *	256 GiB		all tiles' VRAM, device address 0 first
 *	  after that	the same once more, for reading compressed memory
 *
 * The tables are in one BO in VRAM, and VRAM is mapped: so a batch can write
 * entries of the windows itself, just before the copy that uses them. Batches
 * are run from where they are in VRAM, too. Nothing here changes after
 * creation but those entries.
 */

#include "migrate/xe_migrate_vm.h"

#include <linux/dma-resv.h>
#include <linux/kref.h>
#include <linux/math.h>
#include <linux/slab.h>

#include "abi/xe_ppgtt_abi.h"
#include "core/xe_log.h"
#include "core/xe_mmio.h"
#include "core/xe_platform.h"
#include "gt/xe_pat.h"
#include "mem/xe_bo.h"
#include "mem/xe_vram.h"
#include "vm/xe_pte.h"

#define WINDOWS_VA	SZ_1G
#define VRAM_VA		(256ull * SZ_1G)
/* One table of 1 GiB entries holds it all. */
#define TABLE_SPAN_GIB	XE_PT_ENTRIES
#define VRAM_MAX_GIB	(TABLE_SPAN_GIB - VRAM_VA / SZ_1G)

#define TABLES_PER_WINDOW	(XE_MIGRATE_WINDOW / SZ_2M)

/* Tables, by their place in the BO. */
enum table {
	WINDOW_L0,			/* two windows' worth, neighbours */
	WINDOW_L1 = WINDOW_L0 + 2 * TABLES_PER_WINDOW,
	VRAM_TAIL_L1,			/* the last GiB */
	COMPRESSED_TAIL_L1,
	GIBS_L2,
	TOP_L3,
	TOP_L4,
	TABLE_COUNT
};

/**
 * struct xe_migrate_vm - a tile's address space for kernel copies
 * @as: what queues and contexts see of it
 * @ref: contexts may outlive the service
 * @xe: the device
 * @bo: all tables
 * @gibs: VRAM of all tiles
 */
struct xe_migrate_vm {
	struct xe_addr_space as;
	struct kref ref;
	struct xe_device *xe;
	struct xe_bo *bo;
	unsigned int gibs;
};

static struct xe_migrate_vm *to_vm(struct xe_addr_space *as)
{
	return container_of(as, struct xe_migrate_vm, as);
}

static void vm_release(struct kref *ref)
{
	struct xe_migrate_vm *vm = container_of(ref, struct xe_migrate_vm, ref);

	xe_bo_put(vm->bo);
	kfree(vm);
}

static struct xe_addr_space *as_get(struct xe_addr_space *as)
{
	kref_get(&to_vm(as)->ref);
	return as;
}

static void as_put(struct xe_addr_space *as)
{
	kref_put(&to_vm(as)->ref, vm_release);
}

static const struct xe_addr_space_ops as_ops = {
	.get = as_get,
	.put = as_put,
};

static u64 table_addr(const struct xe_migrate_vm *vm, enum table t)
{
	return xe_bo_addr(vm->bo, (u64)t * XE_PT_BYTES, NULL, NULL);
}

static void set_entry(struct xe_migrate_vm *vm, enum table t, unsigned int i, u64 entry)
{
	iosys_map_wr(&vm->bo->vmap, t * XE_PT_BYTES + i * sizeof(u64), u64, entry);
}

/* Entry @i of table @t, which is of level @level, points to @to. */
static void link_table(struct xe_migrate_vm *vm, enum table t, unsigned int level, unsigned int i,
		       enum table to)
{
	set_entry(vm, t, i, xe_pde_encode(vm->xe, table_addr(vm, to), level, false));
}

/*
 * All VRAM from entry @first of the 1 GiB table on. The last GiB is mapped in
 * 2 MiB pages: what the firmware keeps at its end must not share a page with
 * other memory on some platforms.
 */
static void map_vram(struct xe_migrate_vm *vm, unsigned int first, enum table tail,
		     enum xe_cache_level cache)
{
	const struct xe_pte_attr attr = {
		.vram = true,
		.pat_index = xe_pat_index(vm->xe, cache),
	};
	unsigned int last = vm->gibs - 1;

	for (unsigned int i = 0; i < last; i++)
		set_entry(vm, GIBS_L2, first + i,
			  xe_pte_encode(vm->xe, (u64)i * SZ_1G, 2, &attr));

	link_table(vm, GIBS_L2, 2, first + last, tail);
	for (unsigned int i = 0; i < XE_PT_ENTRIES; i++)
		set_entry(vm, tail, i,
			  xe_pte_encode(vm->xe, (u64)last * SZ_1G + (u64)i * SZ_2M, 1, &attr));
}

static void map_windows(struct xe_migrate_vm *vm)
{
	link_table(vm, GIBS_L2, 2, WINDOWS_VA / SZ_1G, WINDOW_L1);
	for (unsigned int i = 0; i < 2 * TABLES_PER_WINDOW; i++)
		link_table(vm, WINDOW_L1, 1, i, WINDOW_L0 + i);
}

static void write_tables(struct xe_migrate_vm *vm, unsigned int tile)
{
	unsigned int levels = vm->xe->platform->vm_levels;
	enum table top = levels == 5 ? TOP_L4 : TOP_L3;

	map_windows(vm);
	map_vram(vm, VRAM_VA / SZ_1G, VRAM_TAIL_L1, XE_CACHE_WB);
	if (vm->xe->has_flat_ccs)
		map_vram(vm, VRAM_VA / SZ_1G + vm->gibs, COMPRESSED_TAIL_L1,
			 XE_CACHE_NONE_COMPRESSED);

	link_table(vm, TOP_L3, 3, 0, GIBS_L2);
	if (top == TOP_L4)
		link_table(vm, TOP_L4, 4, 0, TOP_L3);

	vm->as.root[tile] = xe_pde_encode(vm->xe, table_addr(vm, top), levels, false);
	xe_device_wmb(vm->xe);
}

/**
 * xe_migrate_vm_create() - make a tile's address space for kernel copies
 * @tile: a tile with VRAM
 *
 * Return: the address space with one reference, or ERR_PTR: -EOPNOTSUPP without
 * VRAM, -ENODEV when there is more than can be mapped, -ENOMEM.
 */
struct xe_migrate_vm *xe_migrate_vm_create(struct xe_tile *tile)
{
	struct xe_device *xe = tile->xe;
	unsigned int gibs = DIV_ROUND_UP_ULL(xe_vram_total(xe), SZ_1G);
	struct xe_migrate_vm *vm;

	if (!tile->vram)
		return ERR_PTR(-EOPNOTSUPP);
	if (gibs * (xe->has_flat_ccs ? 2 : 1) > VRAM_MAX_GIB) {
		xe_err(xe, "%u GiB of VRAM are more than kernel copies can map\n", gibs);
		return ERR_PTR(-ENODEV);
	}

	vm = kzalloc_obj(*vm);
	if (!vm)
		return ERR_PTR(-ENOMEM);
	vm->bo = xe_bo_create_kernel(xe, TABLE_COUNT * XE_PT_BYTES, XE_BO_VRAM_IF_DGFX(tile));
	if (IS_ERR(vm->bo)) {
		struct xe_bo *err = vm->bo;

		kfree(vm);
		return ERR_CAST(err);
	}

	kref_init(&vm->ref);
	vm->xe = xe;
	vm->gibs = gibs;
	vm->as.resv = vm->bo->ttm.base.resv;
	vm->as.ops = &as_ops;
	write_tables(vm, tile->id);
	return vm;
}

/**
 * xe_migrate_vm_put() - drop a reference
 * @vm: the address space
 */
void xe_migrate_vm_put(struct xe_migrate_vm *vm)
{
	as_put(&vm->as);
}

/**
 * xe_migrate_vm_as() - to give to queues
 * @vm: the address space
 *
 * Return: what a queue takes; it takes its own reference.
 */
struct xe_addr_space *xe_migrate_vm_as(struct xe_migrate_vm *vm)
{
	return &vm->as;
}

/**
 * xe_migrate_vm_vram() - where VRAM is mapped
 * @vm: the address space
 * @compressed: for reading what may be compressed
 *
 * Return: GPU virtual address of DPA 0.
 */
u64 xe_migrate_vm_vram(const struct xe_migrate_vm *vm, bool compressed)
{
	if (compressed && vm->xe->has_flat_ccs)
		return VRAM_VA + (u64)vm->gibs * SZ_1G;
	return VRAM_VA;
}

/**
 * xe_migrate_vm_window() - where system pages are mapped
 * @vm: the address space
 * @side: which window, 0 or 1
 *
 * Return: GPU virtual address of XE_MIGRATE_WINDOW bytes.
 */
u64 xe_migrate_vm_window(const struct xe_migrate_vm *vm, unsigned int side)
{
	return WINDOWS_VA + (u64)side * XE_MIGRATE_WINDOW;
}

/**
 * xe_migrate_vm_window_ptes() - where the window's entries are
 * @vm: the address space
 * @side: which window, 0 or 1
 *
 * Return: GPU virtual address of an array of one entry per page.
 */
u64 xe_migrate_vm_window_ptes(const struct xe_migrate_vm *vm, unsigned int side)
{
	return VRAM_VA + table_addr(vm, WINDOW_L0 + side * TABLES_PER_WINDOW);
}
