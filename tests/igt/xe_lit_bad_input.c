// SPDX-License-Identifier: MIT
/*
 * Every field the interface reserves or bounds: a good call with one field spoilt must
 * fail with the errno the stock driver gives, and the good call works before and after.
 */
#include "lit_vm_property.h"

IGT_TEST_DESCRIPTION("Calls with one bad field fail with the right errno and leave nothing behind");

/* An IGT tree's header may be older than the kernel. */
#ifndef DRM_XE_MAX_SYNCS
#define DRM_XE_MAX_SYNCS 1024
#endif
#ifndef DRM_XE_VM_CREATE_FLAG_NO_VM_OVERCOMMIT
#define DRM_XE_VM_CREATE_FLAG_NO_VM_OVERCOMMIT (1 << 3)
#endif

#define BAD_POINTER 0x10ull
#define NO_HANDLE 0xfffff0u
#define ADDR 0x100000000ull

/* What the good calls refer to. */
struct env {
	int fd;
	uint32_t vm, other_vm, bo, queue, bind_queue, other_bind_queue, syncobj, syncobj_done;
	uint64_t fence __attribute__((aligned(8)));
	struct lit l;
	bool has_vram;
	uint64_t vram;
};

/* One call with all it points to, in one place so that a row can name any field. */
struct call {
	union {
		struct drm_xe_device_query query;
		struct drm_xe_gem_create create;
		struct drm_xe_gem_mmap_offset mmo;
		struct drm_xe_vm_create vm_create;
		struct drm_xe_vm_destroy vm_destroy;
		struct drm_xe_vm_get_property vm_get;
		struct drm_xe_vm_bind bind;
		struct drm_xe_exec_queue_create queue_create;
		struct drm_xe_exec_queue_destroy queue_destroy;
		struct drm_xe_exec_queue_get_property get;
		struct drm_xe_exec exec;
		struct drm_xe_wait_user_fence wait;
	};
	struct drm_xe_sync sync[2];
	struct drm_xe_vm_bind_op op[2];
	struct drm_xe_engine_class_instance engine[2];
	struct drm_xe_ext_set_property ext;
};

struct row {
	const char *name;
	int err;
	uint16_t at, size;
	uint64_t value;
	void (*spoil)(struct env *e, struct call *c);
};

#define SET(field, v) offsetof(struct call, field), sizeof(((struct call *)0)->field), (v), NULL
#define BY(function) 0, 0, 0, function

/* ---- device query ---- */
static void good_query(struct env *e, struct call *c)
{
	c->query.query = DRM_XE_DEVICE_QUERY_CONFIG;
}

static void query_bad_data(struct env *e, struct call *c)
{
	igt_assert_eq(igt_ioctl(e->fd, DRM_IOCTL_XE_DEVICE_QUERY, &c->query), 0);
	c->query.data = BAD_POINTER;
}

static const struct row query_rows[] = {
	{ "extensions", EINVAL, SET(query.extensions, BAD_POINTER) },
	{ "reserved0", EINVAL, SET(query.reserved[0], 1) },
	{ "reserved1", EINVAL, SET(query.reserved[1], 1) },
	{ "query-unknown", EINVAL, SET(query.query, 99) },
	{ "query-huge", EINVAL, SET(query.query, ~0u) },
	{ "size", EINVAL, SET(query.size, 1) },
	{ "size-huge", EINVAL, SET(query.size, ~0u) },
	{ "data", EFAULT, BY(query_bad_data) },
};

/* ---- gem create ---- */
static void good_create(struct env *e, struct call *c)
{
	c->create.size = SZ_64K;
	c->create.placement = system_memory(e->fd);
	c->create.cpu_caching = DRM_XE_GEM_CPU_CACHING_WB;
}

static void undo_create(struct env *e, struct call *c)
{
	gem_close(e->fd, c->create.handle);
}

static void create_ext_name(struct env *e, struct call *c)
{
	c->ext.base.name = 77;
	c->create.extensions = to_user_pointer(&c->ext);
}

static void create_ext_pad(struct env *e, struct call *c)
{
	c->ext.base.pad = 1;
	c->create.extensions = to_user_pointer(&c->ext);
}

static void create_ext_property(struct env *e, struct call *c)
{
	c->ext.property = 77;
	c->create.extensions = to_user_pointer(&c->ext);
}

static void create_vram_wb(struct env *e, struct call *c)
{
	igt_require(e->has_vram);
	c->create.placement = e->vram;
}

static void create_vram_odd(struct env *e, struct call *c)
{
	create_vram_wb(e, c);
	igt_require(xe_min_page_size(e->fd, e->vram) > SZ_4K);
	c->create.cpu_caching = DRM_XE_GEM_CPU_CACHING_WC;
	c->create.size = SZ_4K;
}

static const struct row create_rows[] = {
	{ "extensions", EFAULT, SET(create.extensions, BAD_POINTER) },
	{ "extension-name", EINVAL, BY(create_ext_name) },
	{ "extension-pad", EINVAL, BY(create_ext_pad) },
	{ "extension-property", EINVAL, BY(create_ext_property) },
	{ "reserved0", EINVAL, SET(create.reserved[0], 1) },
	{ "reserved1", EINVAL, SET(create.reserved[1], 1) },
	{ "pad0", EINVAL, SET(create.pad[0], 1) },
	{ "pad1", EINVAL, SET(create.pad[1], 1) },
	{ "pad2", EINVAL, SET(create.pad[2], 1) },
	{ "handle", EINVAL, SET(create.handle, 1) },
	{ "placement-none", EINVAL, SET(create.placement, 0) },
	{ "placement-unknown", EINVAL, SET(create.placement, 0x80000001u) },
	{ "flags-unknown", EINVAL, SET(create.flags, 1u << 4) },
	{ "flags-high", EINVAL, SET(create.flags, 1u << 31) },
	{ "visible-vram-of-system", EINVAL,
	  SET(create.flags, DRM_XE_GEM_CREATE_FLAG_NEEDS_VISIBLE_VRAM) },
	{ "scanout-wb", EINVAL, SET(create.flags, DRM_XE_GEM_CREATE_FLAG_SCANOUT) },
	{ "size-zero", EINVAL, SET(create.size, 0) },
	{ "size-odd", EINVAL, SET(create.size, SZ_64K + 1) },
	{ "size-half-page", EINVAL, SET(create.size, SZ_4K / 2) },
	{ "vram-size-odd", EINVAL, BY(create_vram_odd) },
	{ "caching-none", EINVAL, SET(create.cpu_caching, 0) },
	{ "caching-unknown", EINVAL, SET(create.cpu_caching, 3) },
	{ "vram-wb", EINVAL, BY(create_vram_wb) },
	{ "vm", ENOENT, SET(create.vm_id, NO_HANDLE) },
};

/* ---- mmap offset ---- */
static void good_mmo(struct env *e, struct call *c)
{
	c->mmo.handle = e->bo;
}

static const struct row mmo_rows[] = {
	{ "extensions", EINVAL, SET(mmo.extensions, BAD_POINTER) },
	{ "reserved0", EINVAL, SET(mmo.reserved[0], 1) },
	{ "reserved1", EINVAL, SET(mmo.reserved[1], 1) },
	{ "flags-unknown", EINVAL, SET(mmo.flags, 1u << 1) },
	{ "flags-high", EINVAL, SET(mmo.flags, 1u << 31) },
	{ "barrier-with-handle", EINVAL, SET(mmo.flags, DRM_XE_MMAP_OFFSET_FLAG_PCI_BARRIER) },
	{ "handle-zero", ENOENT, SET(mmo.handle, 0) },
	{ "handle", ENOENT, SET(mmo.handle, NO_HANDLE) },
};

/* ---- VM create and destroy ---- */
static void good_vm_create(struct env *e, struct call *c)
{
}

static void undo_vm_create(struct env *e, struct call *c)
{
	xe_vm_destroy(e->fd, c->vm_create.vm_id);
}

static const struct row vm_create_rows[] = {
	{ "extensions", EINVAL, SET(vm_create.extensions, BAD_POINTER) },
	{ "reserved0", EINVAL, SET(vm_create.reserved[0], 1) },
	{ "reserved1", EINVAL, SET(vm_create.reserved[1], 1) },
	{ "flags-unknown", EINVAL, SET(vm_create.flags, 1u << 4) },
	{ "flags-high", EINVAL, SET(vm_create.flags, 1u << 31) },
	{ "fault-without-lr", EINVAL, SET(vm_create.flags, DRM_XE_VM_CREATE_FLAG_FAULT_MODE) },
	{ "overcommit-without-fault", EINVAL,
	  SET(vm_create.flags,
	      DRM_XE_VM_CREATE_FLAG_NO_VM_OVERCOMMIT | DRM_XE_VM_CREATE_FLAG_LR_MODE) },
};

static void good_vm_destroy(struct env *e, struct call *c)
{
	c->vm_destroy.vm_id = xe_vm_create(e->fd, 0, 0);
}

static const struct row vm_destroy_rows[] = {
	{ "pad", EINVAL, SET(vm_destroy.pad, 1) },
	{ "reserved0", EINVAL, SET(vm_destroy.reserved[0], 1) },
	{ "reserved1", EINVAL, SET(vm_destroy.reserved[1], 1) },
	{ "vm-zero", ENOENT, SET(vm_destroy.vm_id, 0) },
	{ "vm", ENOENT, SET(vm_destroy.vm_id, NO_HANDLE) },
};

/* ---- VM get property ---- */
static void good_vm_get(struct env *e, struct call *c)
{
	c->vm_get.vm_id = e->vm;
}

static const struct row vm_get_rows[] = {
	{ "extensions", EINVAL, SET(vm_get.extensions, BAD_POINTER) },
	{ "pad", EINVAL, SET(vm_get.pad, 1) },
	{ "reserved0", EINVAL, SET(vm_get.reserved[0], 1) },
	{ "reserved1", EINVAL, SET(vm_get.reserved[1], 1) },
	{ "reserved2", EINVAL, SET(vm_get.reserved[2], 1) },
	{ "vm-zero", ENOENT, SET(vm_get.vm_id, 0) },
	{ "vm", ENOENT, SET(vm_get.vm_id, NO_HANDLE) },
	{ "property", EINVAL, SET(vm_get.property, 1) },
	{ "property-huge", EINVAL, SET(vm_get.property, ~0u) },
	{ "size", EINVAL, SET(vm_get.size, sizeof(struct xe_vm_fault)) },
	{ "size-huge", EINVAL, SET(vm_get.size, ~0u) },
};

/* ---- VM bind ---- */
static void good_bind(struct env *e, struct call *c)
{
	c->bind.vm_id = e->vm;
	c->bind.num_binds = 1;
	c->bind.bind = (struct drm_xe_vm_bind_op){
		.obj = e->bo, .range = SZ_64K, .addr = ADDR, .op = DRM_XE_VM_BIND_OP_MAP,
		.pat_index = intel_get_pat_idx_wb(e->fd),
	};
	c->sync[0] = (struct drm_xe_sync){
		.type = DRM_XE_SYNC_TYPE_SYNCOBJ,
		.flags = DRM_XE_SYNC_FLAG_SIGNAL,
		.handle = e->syncobj,
	};
	c->sync[1] = c->sync[0];
	c->bind.num_syncs = 1;
	c->bind.syncs = to_user_pointer(c->sync);
}

static void undo_bind(struct env *e, struct call *c)
{
	lit_wait(e->fd, e->syncobj);
	syncobj_reset(e->fd, &e->syncobj, 1);
	xe_vm_unbind_sync(e->fd, e->vm, 0, ADDR, SZ_64K);
}

/* A queue that is not for binds, or binds of another VM */
static void bind_queue_class(struct env *e, struct call *c)
{
	c->bind.exec_queue_id = e->queue;
}

static void bind_queue_vm(struct env *e, struct call *c)
{
	c->bind.exec_queue_id = e->other_bind_queue;
}

static void bind_beyond(struct env *e, struct call *c)
{
	c->bind.bind.addr = (1ull << xe_va_bits(e->fd)) - SZ_4K;
}

static void bind_null_with_object(struct env *e, struct call *c)
{
	c->bind.bind.flags = DRM_XE_VM_BIND_FLAG_NULL;
}

static void bind_null_offset(struct env *e, struct call *c)
{
	c->bind.bind.flags = DRM_XE_VM_BIND_FLAG_NULL;
	c->bind.bind.obj = 0;
	c->bind.bind.obj_offset = SZ_4K;
}

static void bind_unmap_all_addr(struct env *e, struct call *c)
{
	c->bind.bind.op = DRM_XE_VM_BIND_OP_UNMAP_ALL;
	c->bind.bind.range = 0;
}

static void bind_unmap_all_range(struct env *e, struct call *c)
{
	c->bind.bind.op = DRM_XE_VM_BIND_OP_UNMAP_ALL;
	c->bind.bind.addr = 0;
}

static void bind_unmap_all_none(struct env *e, struct call *c)
{
	bind_unmap_all_addr(e, c);
	c->bind.bind.obj = c->bind.bind.addr = 0;
}

static void bind_unmap_null(struct env *e, struct call *c)
{
	c->bind.bind.obj = 0;
	c->bind.bind.op = DRM_XE_VM_BIND_OP_UNMAP;
	c->bind.bind.flags = DRM_XE_VM_BIND_FLAG_NULL;
}

static void bind_prefetch_region(struct env *e, struct call *c)
{
	c->bind.bind.obj = 0;
	c->bind.bind.op = DRM_XE_VM_BIND_OP_PREFETCH;
	c->bind.bind.prefetch_mem_region_instance = 33;
}

static void bind_array(struct env *e, struct call *c, int bad)
{
	c->op[0] = c->op[1] = c->bind.bind;
	c->op[1].addr += SZ_2M;
	c->op[bad].range++;
	c->bind.num_binds = 2;
	c->bind.vector_of_binds = to_user_pointer(c->op);
}

static void bind_array_first(struct env *e, struct call *c)
{
	bind_array(e, c, 0);
}

static void bind_array_second(struct env *e, struct call *c)
{
	bind_array(e, c, 1);
}

/* For more than there is memory to copy, userspace is to try fewer at once. */
static void bind_array_huge(struct env *e, struct call *c)
{
	bind_array(e, c, 1);
	c->bind.num_binds = 1u << 30;
}

static void bind_array_pointer(struct env *e, struct call *c)
{
	c->bind.num_binds = 2;
	c->bind.vector_of_binds = BAD_POINTER;
}

static void bind_mirror(struct env *e, struct call *c)
{
	c->bind.bind.obj = 0;
	c->bind.bind.flags = DRM_XE_VM_BIND_FLAG_CPU_ADDR_MIRROR;
}

static void bind_vram_odd(struct env *e, struct call *c)
{
	igt_require(e->has_vram && xe_min_page_size(e->fd, e->vram) > SZ_4K);
	c->bind.bind.obj = xe_bo_create(e->fd, 0, SZ_64K, e->vram, 0);
	c->bind.bind.range = SZ_4K;
}

static void sync_fence_in(struct env *e, struct call *c)
{
	c->sync[0].flags = 0;
}

static void sync_user_in(struct env *e, struct call *c)
{
	c->sync[0].type = DRM_XE_SYNC_TYPE_USER_FENCE;
	c->sync[0].flags = 0;
	c->sync[0].addr = to_user_pointer(&e->fence);
}

static void sync_user_odd(struct env *e, struct call *c)
{
	sync_user_in(e, c);
	c->sync[0].flags = DRM_XE_SYNC_FLAG_SIGNAL;
	c->sync[0].addr += 4;
}

static void sync_user_twice(struct env *e, struct call *c)
{
	sync_user_in(e, c);
	c->sync[0].flags = DRM_XE_SYNC_FLAG_SIGNAL;
	c->sync[1] = c->sync[0];
	c->bind.num_syncs = 2;
}

static void sync_timeline_zero(struct env *e, struct call *c)
{
	c->sync[0].type = DRM_XE_SYNC_TYPE_TIMELINE_SYNCOBJ;
}

#define SYNC_ROWS \
	{ "sync-flags", EINVAL, SET(sync[0].flags, 2) }, \
	{ "sync-type", EINVAL, SET(sync[0].type, 3) }, \
	{ "sync-reserved0", EINVAL, SET(sync[0].reserved[0], 1) }, \
	{ "sync-reserved1", EINVAL, SET(sync[0].reserved[1], 1) }, \
	{ "sync-handle", ENOENT, SET(sync[0].handle, NO_HANDLE) }, \
	{ "sync-handle-wide", EINVAL, SET(sync[0].addr, 1ull << 32) }, \
	{ "sync-without-fence", EINVAL, BY(sync_fence_in) }, \
	{ "user-fence-in", EOPNOTSUPP, BY(sync_user_in) }, \
	{ "user-fence-odd", EINVAL, BY(sync_user_odd) }, \
	{ "timeline-zero", EINVAL, BY(sync_timeline_zero) }

static const struct row bind_rows[] = {
	{ "extensions", EINVAL, SET(bind.extensions, BAD_POINTER) },
	{ "pad", EINVAL, SET(bind.pad, 1) },
	{ "pad2", EINVAL, SET(bind.pad2, 1) },
	{ "reserved0", EINVAL, SET(bind.reserved[0], 1) },
	{ "reserved1", EINVAL, SET(bind.reserved[1], 1) },
	{ "vm", EINVAL, SET(bind.vm_id, NO_HANDLE) },
	{ "queue", ENOENT, SET(bind.exec_queue_id, NO_HANDLE) },
	{ "queue-class", EINVAL, BY(bind_queue_class) },
	{ "queue-of-other-vm", EINVAL, BY(bind_queue_vm) },
	{ "syncs-count", EINVAL, SET(bind.num_syncs, DRM_XE_MAX_SYNCS + 1) },
	{ "syncs-pointer", EFAULT, SET(bind.syncs, BAD_POINTER) },
	{ "object", ENOENT, SET(bind.bind.obj, NO_HANDLE) },
	{ "object-none", EINVAL, SET(bind.bind.obj, 0) },
	{ "pat", EINVAL, SET(bind.bind.pat_index, 0x7fff) },
	{ "op", EINVAL, SET(bind.bind.op, DRM_XE_VM_BIND_OP_PREFETCH + 1) },
	{ "flags-unknown", EINVAL, SET(bind.bind.flags, 1u << 8) },
	{ "flags-high", EINVAL, SET(bind.bind.flags, 1u << 30) },
	{ "offset-odd", EINVAL, SET(bind.bind.obj_offset, 1) },
	{ "offset-beyond", EINVAL, SET(bind.bind.obj_offset, SZ_64K) },
	{ "addr-odd", EINVAL, SET(bind.bind.addr, ADDR + 1) },
	{ "addr-beyond", EINVAL, BY(bind_beyond) },
	{ "addr-overflow", EINVAL, SET(bind.bind.addr, ~0ull << 12) },
	{ "range-zero", EINVAL, SET(bind.bind.range, 0) },
	{ "range-odd", EINVAL, SET(bind.bind.range, SZ_4K + 1) },
	{ "range-beyond", EINVAL, SET(bind.bind.range, SZ_64K + SZ_4K) },
	{ "range-huge", EINVAL, SET(bind.bind.range, 1ull << 63) },
	{ "vram-small-page", EINVAL, BY(bind_vram_odd) },
	{ "region-of-map", EINVAL, SET(bind.bind.prefetch_mem_region_instance, 1) },
	{ "null-with-object", EINVAL, BY(bind_null_with_object) },
	{ "null-with-offset", EINVAL, BY(bind_null_offset) },
	{ "unmap-with-object", EINVAL, SET(bind.bind.op, DRM_XE_VM_BIND_OP_UNMAP) },
	{ "unmap-null", EINVAL, BY(bind_unmap_null) },
	{ "unmap-all-with-addr", EINVAL, BY(bind_unmap_all_addr) },
	{ "unmap-all-with-range", EINVAL, BY(bind_unmap_all_range) },
	{ "unmap-all-of-none", EINVAL, BY(bind_unmap_all_none) },
	{ "userptr-with-object", EINVAL, SET(bind.bind.op, DRM_XE_VM_BIND_OP_MAP_USERPTR) },
	{ "prefetch-with-object", EINVAL, SET(bind.bind.op, DRM_XE_VM_BIND_OP_PREFETCH) },
	{ "prefetch-region", EINVAL, BY(bind_prefetch_region) },
	{ "mirror-without-fault-mode", EINVAL, BY(bind_mirror) },
	{ "array-pointer", EFAULT, BY(bind_array_pointer) },
	{ "array-huge", ENOBUFS, BY(bind_array_huge) },
	{ "array-first", EINVAL, BY(bind_array_first) },
	{ "array-second", EINVAL, BY(bind_array_second) },
	{ "user-fence-twice", EINVAL, BY(sync_user_twice) },
	SYNC_ROWS,
};

/* ---- exec queues ---- */
static void good_queue_create(struct env *e, struct call *c)
{
	c->engine[0] = c->engine[1] = xe_engine(e->fd, 0)->instance;
	c->queue_create.width = c->queue_create.num_placements = 1;
	c->queue_create.vm_id = e->vm;
	c->queue_create.instances = to_user_pointer(c->engine);
}

static void undo_queue_create(struct env *e, struct call *c)
{
	xe_exec_queue_destroy(e->fd, c->queue_create.exec_queue_id);
}

static void queue_property(struct call *c, uint32_t property, uint64_t value)
{
	c->ext.base.name = DRM_XE_EXEC_QUEUE_EXTENSION_SET_PROPERTY;
	c->ext.property = property;
	c->ext.value = value;
	c->queue_create.extensions = to_user_pointer(&c->ext);
}

static void queue_ext_name(struct env *e, struct call *c)
{
	queue_property(c, DRM_XE_EXEC_QUEUE_SET_PROPERTY_PRIORITY, 1);
	c->ext.base.name = 77;
}

static void queue_ext_pad(struct env *e, struct call *c)
{
	queue_property(c, DRM_XE_EXEC_QUEUE_SET_PROPERTY_PRIORITY, 1);
	c->ext.base.pad = 1;
}

static void queue_ext_property_pad(struct env *e, struct call *c)
{
	queue_property(c, DRM_XE_EXEC_QUEUE_SET_PROPERTY_PRIORITY, 1);
	c->ext.pad = 1;
}

static void queue_ext_unknown(struct env *e, struct call *c)
{
	queue_property(c, 77, 0);
}

static void queue_ext_priority(struct env *e, struct call *c)
{
	queue_property(c, DRM_XE_EXEC_QUEUE_SET_PROPERTY_PRIORITY, 77);
}

static void queue_ext_timeslice(struct env *e, struct call *c)
{
	queue_property(c, DRM_XE_EXEC_QUEUE_SET_PROPERTY_TIMESLICE, ~0ull);
}

/* A chain of extensions without an end */
static void queue_ext_loop(struct env *e, struct call *c)
{
	queue_property(c, DRM_XE_EXEC_QUEUE_SET_PROPERTY_PRIORITY, 1);
	c->ext.base.next_extension = to_user_pointer(&c->ext);
}

static void queue_two_classes(struct env *e, struct call *c)
{
	struct drm_xe_engine_class_instance *hwe;

	xe_for_each_engine(e->fd, hwe)
		if (hwe->engine_class != c->engine[0].engine_class)
			c->engine[1] = *hwe;
	igt_require(c->engine[1].engine_class != c->engine[0].engine_class);
	c->queue_create.num_placements = 2;
}

static void queue_bind_wide(struct env *e, struct call *c)
{
	c->engine[0].engine_class = c->engine[1].engine_class = DRM_XE_ENGINE_CLASS_VM_BIND;
	c->queue_create.width = 2;
}

static void queue_bind_instance(struct env *e, struct call *c)
{
	c->engine[0].engine_class = DRM_XE_ENGINE_CLASS_VM_BIND;
	c->engine[0].engine_instance = 1;
}

static const struct row queue_create_rows[] = {
	{ "extensions", EFAULT, SET(queue_create.extensions, BAD_POINTER) },
	{ "extension-name", EINVAL, BY(queue_ext_name) },
	{ "extension-pad", EINVAL, BY(queue_ext_pad) },
	{ "extension-loop", E2BIG, BY(queue_ext_loop) },
	{ "property-pad", EINVAL, BY(queue_ext_property_pad) },
	{ "property-unknown", EINVAL, BY(queue_ext_unknown) },
	{ "property-priority", EINVAL, BY(queue_ext_priority) },
	{ "property-timeslice", EINVAL, BY(queue_ext_timeslice) },
	{ "reserved0", EINVAL, SET(queue_create.reserved[0], 1) },
	{ "reserved1", EINVAL, SET(queue_create.reserved[1], 1) },
	{ "flags-unknown", EINVAL, SET(queue_create.flags, 1u << 1) },
	{ "flags-high", EINVAL, SET(queue_create.flags, 1u << 31) },
	{ "width-zero", EINVAL, SET(queue_create.width, 0) },
	{ "width-huge", EINVAL, SET(queue_create.width, 0xffff) },
	{ "placements-zero", EINVAL, SET(queue_create.num_placements, 0) },
	{ "placements-huge", EINVAL, SET(queue_create.num_placements, 0xffff) },
	{ "vm-zero", ENOENT, SET(queue_create.vm_id, 0) },
	{ "vm", ENOENT, SET(queue_create.vm_id, NO_HANDLE) },
	{ "instances", EFAULT, SET(queue_create.instances, BAD_POINTER) },
	{ "class", EINVAL, SET(engine[0].engine_class, 77) },
	{ "instance", EINVAL, SET(engine[0].engine_instance, 77) },
	{ "gt", EINVAL, SET(engine[0].gt_id, 77) },
	{ "two-classes", EINVAL, BY(queue_two_classes) },
	{ "bind-wide", EINVAL, BY(queue_bind_wide) },
	{ "bind-instance", EINVAL, BY(queue_bind_instance) },
};

static void good_queue_destroy(struct env *e, struct call *c)
{
	c->queue_destroy.exec_queue_id =
		xe_exec_queue_create(e->fd, e->vm, &xe_engine(e->fd, 0)->instance, 0);
}

static const struct row queue_destroy_rows[] = {
	{ "pad", EINVAL, SET(queue_destroy.pad, 1) },
	{ "reserved0", EINVAL, SET(queue_destroy.reserved[0], 1) },
	{ "reserved1", EINVAL, SET(queue_destroy.reserved[1], 1) },
	{ "queue", ENOENT, SET(queue_destroy.exec_queue_id, NO_HANDLE) },
	/* Last: on the stock driver the next queue gets the number 0 after this. */
	{ "queue-zero", ENOENT, SET(queue_destroy.exec_queue_id, 0) },
};

static void good_get(struct env *e, struct call *c)
{
	c->get.exec_queue_id = e->queue;
}

static const struct row get_rows[] = {
	{ "reserved0", EINVAL, SET(get.reserved[0], 1) },
	{ "reserved1", EINVAL, SET(get.reserved[1], 1) },
	{ "queue-zero", ENOENT, SET(get.exec_queue_id, 0) },
	{ "queue", ENOENT, SET(get.exec_queue_id, NO_HANDLE) },
	{ "property", EINVAL, SET(get.property, 77) },
};

/* ---- exec ---- */
static void good_exec(struct env *e, struct call *c)
{
	*(volatile uint32_t *)e->l.buf.map = CS_BATCH_END;
	c->exec.exec_queue_id = e->queue;
	c->exec.address = e->l.buf.addr;
	c->exec.num_batch_buffer = 1;
	c->sync[0] = (struct drm_xe_sync){
		.type = DRM_XE_SYNC_TYPE_SYNCOBJ,
		.flags = DRM_XE_SYNC_FLAG_SIGNAL,
		.handle = e->syncobj,
	};
	c->sync[1] = c->sync[0];
	c->exec.num_syncs = 1;
	c->exec.syncs = to_user_pointer(c->sync);
}

static void undo_exec(struct env *e, struct call *c)
{
	lit_wait(e->fd, e->syncobj);
	syncobj_reset(e->fd, &e->syncobj, 1);
}

static void exec_bind_queue(struct env *e, struct call *c)
{
	c->exec.exec_queue_id = e->bind_queue;
}

static const struct row exec_rows[] = {
	{ "extensions", EINVAL, SET(exec.extensions, BAD_POINTER) },
	{ "pad0", EINVAL, SET(exec.pad[0], 1) },
	{ "pad1", EINVAL, SET(exec.pad[1], 1) },
	{ "pad2", EINVAL, SET(exec.pad[2], 1) },
	{ "reserved0", EINVAL, SET(exec.reserved[0], 1) },
	{ "reserved1", EINVAL, SET(exec.reserved[1], 1) },
	{ "queue-zero", ENOENT, SET(exec.exec_queue_id, 0) },
	{ "queue", ENOENT, SET(exec.exec_queue_id, NO_HANDLE) },
	{ "queue-for-binds", EINVAL, BY(exec_bind_queue) },
	{ "batches-two", EINVAL, SET(exec.num_batch_buffer, 2) },
	{ "batches-huge", EINVAL, SET(exec.num_batch_buffer, 0xffff) },
	{ "syncs-count", EINVAL, SET(exec.num_syncs, DRM_XE_MAX_SYNCS + 1) },
	{ "syncs-pointer", EFAULT, SET(exec.syncs, BAD_POINTER) },
	SYNC_ROWS,
};

/* ---- wait user fence ---- */
static void good_wait(struct env *e, struct call *c)
{
	c->wait.addr = to_user_pointer(&e->fence);
	c->wait.op = DRM_XE_UFENCE_WAIT_OP_EQ;
	c->wait.value = e->fence;
	c->wait.mask = ~0ull;
	c->wait.exec_queue_id = e->queue;
}

static void wait_odd(struct env *e, struct call *c)
{
	c->wait.addr += 4;
}

static const struct row wait_rows[] = {
	{ "extensions", EINVAL, SET(wait.extensions, BAD_POINTER) },
	{ "pad", EINVAL, SET(wait.pad, 1) },
	{ "pad2", EINVAL, SET(wait.pad2, 1) },
	{ "reserved0", EINVAL, SET(wait.reserved[0], 1) },
	{ "reserved1", EINVAL, SET(wait.reserved[1], 1) },
	{ "flags-unknown", EINVAL, SET(wait.flags, 2) },
	{ "op", EINVAL, SET(wait.op, 6) },
	{ "op-huge", EINVAL, SET(wait.op, 0xffff) },
	{ "addr-odd", EINVAL, BY(wait_odd) },
	{ "addr", EFAULT, SET(wait.addr, BAD_POINTER) },
	{ "queue", ENOENT, SET(wait.exec_queue_id, NO_HANDLE) },
	{ "value", ETIME, SET(wait.value, 12345) },
};

/* ---- all of them ---- */
#define ROWS(table) table, ARRAY_SIZE(table)

static const struct {
	const char *name;
	unsigned long request;
	void (*good)(struct env *e, struct call *c);
	void (*undo)(struct env *e, struct call *c);
	const struct row *rows;
	size_t count;
} calls[] = {
	{ "device-query", DRM_IOCTL_XE_DEVICE_QUERY, good_query, NULL, ROWS(query_rows) },
	{ "gem-create", DRM_IOCTL_XE_GEM_CREATE, good_create, undo_create, ROWS(create_rows) },
	{ "mmap-offset", DRM_IOCTL_XE_GEM_MMAP_OFFSET, good_mmo, NULL, ROWS(mmo_rows) },
	{ "vm-create", DRM_IOCTL_XE_VM_CREATE, good_vm_create, undo_vm_create,
	  ROWS(vm_create_rows) },
	{ "vm-destroy", DRM_IOCTL_XE_VM_DESTROY, good_vm_destroy, NULL, ROWS(vm_destroy_rows) },
	{ "vm-bind", DRM_IOCTL_XE_VM_BIND, good_bind, undo_bind, ROWS(bind_rows) },
	{ "exec-queue-create", DRM_IOCTL_XE_EXEC_QUEUE_CREATE, good_queue_create, undo_queue_create,
	  ROWS(queue_create_rows) },
	{ "exec-queue-destroy", DRM_IOCTL_XE_EXEC_QUEUE_DESTROY, good_queue_destroy, NULL,
	  ROWS(queue_destroy_rows) },
	{ "exec-queue-get-property", DRM_IOCTL_XE_EXEC_QUEUE_GET_PROPERTY, good_get, NULL,
	  ROWS(get_rows) },
	{ "exec", DRM_IOCTL_XE_EXEC, good_exec, undo_exec, ROWS(exec_rows) },
	{ "wait-user-fence", DRM_IOCTL_XE_WAIT_USER_FENCE, good_wait, NULL, ROWS(wait_rows) },
	{ "vm-get-property", DRM_IOCTL_XE_VM_GET_PROPERTY, good_vm_get, NULL, ROWS(vm_get_rows) },
};

static void call_good(struct env *e, int i)
{
	struct call c = { 0 };

	calls[i].good(e, &c);
	igt_assert_f(!igt_ioctl(e->fd, calls[i].request, &c), "the good call fails: %s\n",
		     strerror(errno));
	if (calls[i].undo)
		calls[i].undo(e, &c);
}

static void call_bad(struct env *e, int i, const struct row *row)
{
	struct call c = { 0 };
	int ret, err;

	calls[i].good(e, &c);
	if (row->spoil)
		row->spoil(e, &c);
	else
		memcpy((char *)&c + row->at, &row->value, row->size);
	ret = igt_ioctl(e->fd, calls[i].request, &c);
	err = errno;
	igt_assert_f(ret == -1 && err == row->err, "answered %d, %s; expected %s\n", ret,
		     ret ? strerror(err) : "success", strerror(row->err));
}

/* Unknown numbers, and the rights the device file lacks */
static void unknown_ioctl(int fd)
{
	char room[256] = { 0 };

	igt_assert_eq(igt_ioctl(fd, DRM_IOWR(DRM_COMMAND_BASE + 0x1f, uint64_t), room), -1);
	igt_assert(errno == EINVAL || errno == EACCES || errno == ENOTTY);
}

/* What belongs to one file is not there for another. */
static void other_file(struct env *e)
{
	int fd = drm_reopen_driver(e->fd);
	static const struct {
		int call, err;
	} rows[] = { { 2, ENOENT }, { 5, EINVAL }, { 8, ENOENT }, { 9, ENOENT },
		     { 11, ENOENT } };

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		struct call c = { 0 };

		calls[rows[i].call].good(e, &c);
		igt_assert_eq(igt_ioctl(fd, calls[rows[i].call].request, &c), -1);
		igt_assert_eq(errno, rows[i].err);
	}
	close(fd);
}

/*
 * No object has the number 0, also after somebody tried to destroy it. (The stock driver
 * takes it for a free one from then on.)
 */
static void number_zero(struct env *e)
{
	int fd = drm_reopen_driver(e->fd);
	struct drm_xe_exec_queue_destroy queue = { 0 };
	struct drm_xe_vm_destroy vm = { 0 };
	uint32_t id = xe_vm_create(fd, 0, 0);

	xe_exec_queue_create(fd, id, &xe_engine(fd, 0)->instance, 0);
	igt_assert_eq(igt_ioctl(fd, DRM_IOCTL_XE_VM_DESTROY, &vm), -1);
	igt_assert_eq(igt_ioctl(fd, DRM_IOCTL_XE_EXEC_QUEUE_DESTROY, &queue), -1);
	igt_assert(xe_vm_create(fd, 0, 0));
	igt_assert(xe_exec_queue_create(fd, id, &xe_engine(fd, 0)->instance, 0));
	close(fd);
}

igt_main
{
	struct env e = { 0 };

	igt_fixture {
		e.fd = drm_open_driver(DRIVER_XE);
		e.has_vram = xe_has_vram(e.fd);
		e.vram = vram_if_possible(e.fd, 0);
		e.l = lit_open(e.fd, &xe_engine(e.fd, 0)->instance, system_memory(e.fd));
		e.vm = e.l.vm;
		e.queue = e.l.queue;
		e.other_vm = xe_vm_create(e.fd, 0, 0);
		e.bo = xe_bo_create(e.fd, 0, SZ_64K, system_memory(e.fd), 0);
		e.bind_queue = xe_bind_exec_queue_create(e.fd, e.vm, 0);
		e.other_bind_queue = xe_bind_exec_queue_create(e.fd, e.other_vm, 0);
		e.syncobj = syncobj_create(e.fd, 0);
	}

	for (int i = 0; i < ARRAY_SIZE(calls); i++)
		igt_subtest_with_dynamic(calls[i].name) {
			igt_dynamic("good")
				call_good(&e, i);
			for (size_t r = 0; r < calls[i].count; r++)
				igt_dynamic(calls[i].rows[r].name)
					call_bad(&e, i, &calls[i].rows[r]);
			igt_dynamic("good-again")
				call_good(&e, i);
		}
	igt_subtest("unknown-ioctl")
		unknown_ioctl(e.fd);
	igt_subtest("other-file")
		other_file(&e);
	igt_subtest("number-zero")
		number_zero(&e);

	igt_fixture {
		xe_exec_queue_destroy(e.fd, e.bind_queue);
		xe_exec_queue_destroy(e.fd, e.other_bind_queue);
		syncobj_destroy(e.fd, e.syncobj);
		gem_close(e.fd, e.bo);
		lit_close(&e.l);
		xe_vm_destroy(e.fd, e.other_vm);
		drm_close_driver(e.fd);
	}
}
