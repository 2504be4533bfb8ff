/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR MIT) */
#ifndef _UAPI_XE_DRM_H_
#define _UAPI_XE_DRM_H_

/*
 * What userspace and the xe driver say to each other. Numbers and layouts never change; what is
 * reserved or padding must be 0. All sizes, offsets and addresses are in bytes.
 */

#include "drm.h"

#if defined(__cplusplus)
extern "C" {
#endif

/* Numbers of the ioctls. */
#define DRM_XE_DEVICE_QUERY		0x00
#define DRM_XE_GEM_CREATE		0x01
#define DRM_XE_GEM_MMAP_OFFSET		0x02
#define DRM_XE_VM_CREATE		0x03
#define DRM_XE_VM_DESTROY		0x04
#define DRM_XE_VM_BIND			0x05
#define DRM_XE_EXEC_QUEUE_CREATE	0x06
#define DRM_XE_EXEC_QUEUE_DESTROY	0x07
#define DRM_XE_EXEC_QUEUE_GET_PROPERTY	0x08
#define DRM_XE_EXEC			0x09
#define DRM_XE_WAIT_USER_FENCE		0x0a
#define DRM_XE_OBSERVATION		0x0b
#define DRM_XE_MADVISE			0x0c
#define DRM_XE_VM_QUERY_MEM_RANGE_ATTRS	0x0d
#define DRM_XE_EXEC_QUEUE_SET_PROPERTY	0x0e
#define DRM_XE_VM_GET_PROPERTY		0x0f

#define DRM_IOCTL_XE_DEVICE_QUERY \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_XE_DEVICE_QUERY, struct drm_xe_device_query)
#define DRM_IOCTL_XE_GEM_CREATE \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_XE_GEM_CREATE, struct drm_xe_gem_create)
#define DRM_IOCTL_XE_GEM_MMAP_OFFSET \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_XE_GEM_MMAP_OFFSET, struct drm_xe_gem_mmap_offset)
#define DRM_IOCTL_XE_VM_CREATE \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_XE_VM_CREATE, struct drm_xe_vm_create)
#define DRM_IOCTL_XE_VM_DESTROY \
	DRM_IOW(DRM_COMMAND_BASE + DRM_XE_VM_DESTROY, struct drm_xe_vm_destroy)
#define DRM_IOCTL_XE_VM_BIND \
	DRM_IOW(DRM_COMMAND_BASE + DRM_XE_VM_BIND, struct drm_xe_vm_bind)
#define DRM_IOCTL_XE_EXEC_QUEUE_CREATE \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_XE_EXEC_QUEUE_CREATE, struct drm_xe_exec_queue_create)
#define DRM_IOCTL_XE_EXEC_QUEUE_DESTROY \
	DRM_IOW(DRM_COMMAND_BASE + DRM_XE_EXEC_QUEUE_DESTROY, struct drm_xe_exec_queue_destroy)
#define DRM_IOCTL_XE_EXEC_QUEUE_GET_PROPERTY \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_XE_EXEC_QUEUE_GET_PROPERTY, \
		struct drm_xe_exec_queue_get_property)
#define DRM_IOCTL_XE_EXEC \
	DRM_IOW(DRM_COMMAND_BASE + DRM_XE_EXEC, struct drm_xe_exec)
#define DRM_IOCTL_XE_WAIT_USER_FENCE \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_XE_WAIT_USER_FENCE, struct drm_xe_wait_user_fence)
#define DRM_IOCTL_XE_OBSERVATION \
	DRM_IOW(DRM_COMMAND_BASE + DRM_XE_OBSERVATION, struct drm_xe_observation_param)
#define DRM_IOCTL_XE_MADVISE \
	DRM_IOW(DRM_COMMAND_BASE + DRM_XE_MADVISE, struct drm_xe_madvise)
#define DRM_IOCTL_XE_VM_QUERY_MEM_RANGE_ATTRS \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_XE_VM_QUERY_MEM_RANGE_ATTRS, \
		struct drm_xe_vm_query_mem_range_attr)
#define DRM_IOCTL_XE_EXEC_QUEUE_SET_PROPERTY \
	DRM_IOW(DRM_COMMAND_BASE + DRM_XE_EXEC_QUEUE_SET_PROPERTY, \
		struct drm_xe_exec_queue_set_property)
#define DRM_IOCTL_XE_VM_GET_PROPERTY \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_XE_VM_GET_PROPERTY, struct drm_xe_vm_get_property)

/**
 * struct drm_xe_user_extension - one link of a chain that extends an ioctl
 * @next_extension: user address of the next link, 0 at the end
 * @name: what kind of extension it is; each ioctl numbers its own
 * @pad: 0
 *
 * It is the first member of the structure that the kind calls for.
 */
struct drm_xe_user_extension {
	__u64 next_extension;
	__u32 name;
	__u32 pad;
};

/**
 * struct drm_xe_ext_set_property - extension that sets one property
 * @base: the link
 * @property: number of the property
 * @pad: 0
 * @value: its value
 * @ptr: user address of its value, for those that do not fit
 * @reserved: 0
 */
struct drm_xe_ext_set_property {
	struct drm_xe_user_extension base;
	__u32 property;
	__u32 pad;
	union {
		__u64 value;
		__u64 ptr;
	};
	__u64 reserved[2];
};

/**
 * struct drm_xe_engine_class_instance - names an engine
 * @engine_class: DRM_XE_ENGINE_CLASS_*
 * @engine_instance: counts the engines of the class on the GT, from 0, without gaps
 * @gt_id: GT it belongs to, as in &struct drm_xe_gt
 * @pad: 0
 *
 * DRM_XE_ENGINE_CLASS_VM_BIND is no hardware: a queue of this class takes VM_BIND operations.
 */
struct drm_xe_engine_class_instance {
#define DRM_XE_ENGINE_CLASS_RENDER		0
#define DRM_XE_ENGINE_CLASS_COPY		1
#define DRM_XE_ENGINE_CLASS_VIDEO_DECODE	2
#define DRM_XE_ENGINE_CLASS_VIDEO_ENHANCE	3
#define DRM_XE_ENGINE_CLASS_COMPUTE		4
#define DRM_XE_ENGINE_CLASS_VM_BIND		5
	__u16 engine_class;
	__u16 engine_instance;
	__u16 gt_id;
	__u16 pad;
};

/**
 * struct drm_xe_engine - an engine in the answer to a query
 * @instance: its name
 * @reserved: 0
 */
struct drm_xe_engine {
	struct drm_xe_engine_class_instance instance;
	__u64 reserved[3];
};

/**
 * struct drm_xe_query_engines - answer to DRM_XE_DEVICE_QUERY_ENGINES
 * @num_engines: entries that follow
 * @pad: 0
 * @engines: all engines that may be used
 */
struct drm_xe_query_engines {
	__u32 num_engines;
	__u32 pad;
	struct drm_xe_engine engines[];
};

/**
 * enum drm_xe_memory_class - kinds of memory
 * @DRM_XE_MEM_REGION_CLASS_SYSMEM: the computer's own
 * @DRM_XE_MEM_REGION_CLASS_VRAM: on the card
 */
enum drm_xe_memory_class {
	DRM_XE_MEM_REGION_CLASS_SYSMEM = 0,
	DRM_XE_MEM_REGION_CLASS_VRAM
};

/**
 * struct drm_xe_mem_region - a memory region in the answer to a query
 * @mem_class: &enum drm_xe_memory_class
 * @instance: number of the region: its bit in placement masks
 * @min_page_size: bytes; offsets, addresses and sizes of mappings are multiples of it
 * @total_size: bytes there are
 * @used: bytes in use, by everybody
 * @cpu_visible_size: bytes that the CPU can reach; 0 for system memory
 * @cpu_visible_used: bytes of these in use
 * @reserved: 0
 */
struct drm_xe_mem_region {
	__u16 mem_class;
	__u16 instance;
	__u32 min_page_size;
	__u64 total_size;
	__u64 used;
	__u64 cpu_visible_size;
	__u64 cpu_visible_used;
	__u64 reserved[6];
};

/**
 * struct drm_xe_query_mem_regions - answer to DRM_XE_DEVICE_QUERY_MEM_REGIONS
 * @num_mem_regions: entries that follow
 * @pad: 0
 * @mem_regions: system memory first
 */
struct drm_xe_query_mem_regions {
	__u32 num_mem_regions;
	__u32 pad;
	struct drm_xe_mem_region mem_regions[];
};

/**
 * struct drm_xe_query_config - answer to DRM_XE_DEVICE_QUERY_CONFIG
 * @num_params: entries that follow
 * @pad: 0
 * @info: values by DRM_XE_QUERY_CONFIG_* number
 *
 * REV_AND_DEVICE_ID holds the PCI device id in bits 15:0 and the revision above. FLAGS has a bit
 * for each thing that the device and this kernel can do. MIN_ALIGNMENT is the largest
 * min_page_size of any region. VA_BITS is the width of addresses. MAX_EXEC_QUEUE_PRIORITY is what
 * the caller may ask for.
 */
struct drm_xe_query_config {
	__u32 num_params;
	__u32 pad;
#define DRM_XE_QUERY_CONFIG_REV_AND_DEVICE_ID	0
#define DRM_XE_QUERY_CONFIG_FLAGS			1
	#define DRM_XE_QUERY_CONFIG_FLAG_HAS_VRAM	(1 << 0)
	#define DRM_XE_QUERY_CONFIG_FLAG_HAS_LOW_LATENCY	(1 << 1)
	#define DRM_XE_QUERY_CONFIG_FLAG_HAS_CPU_ADDR_MIRROR	(1 << 2)
	#define DRM_XE_QUERY_CONFIG_FLAG_HAS_NO_COMPRESSION_HINT (1 << 3)
	#define DRM_XE_QUERY_CONFIG_FLAG_HAS_DISABLE_STATE_CACHE_PERF_FIX	(1 << 4)
	#define DRM_XE_QUERY_CONFIG_FLAG_HAS_PURGING_SUPPORT    (1 << 5)
#define DRM_XE_QUERY_CONFIG_MIN_ALIGNMENT		2
#define DRM_XE_QUERY_CONFIG_VA_BITS			3
#define DRM_XE_QUERY_CONFIG_MAX_EXEC_QUEUE_PRIORITY	4
	__u64 info[];
};

/**
 * struct drm_xe_gt - a GT in the answer to a query
 * @type: DRM_XE_QUERY_GT_TYPE_*
 * @tile_id: tile it is on
 * @gt_id: its number
 * @pad: 0
 * @reference_clock: Hz that engine timestamps count with
 * @near_mem_regions: bit per region instance that is on its tile
 * @far_mem_regions: bit per region instance that it reaches otherwise
 * @ip_ver_major: hardware version, where the device tells it; else 0
 * @ip_ver_minor: second part of it
 * @ip_ver_rev: revision of it
 * @pad2: 0
 * @reserved: 0
 */
struct drm_xe_gt {
#define DRM_XE_QUERY_GT_TYPE_MAIN		0
#define DRM_XE_QUERY_GT_TYPE_MEDIA		1
	__u16 type;
	__u16 tile_id;
	__u16 gt_id;
	__u16 pad[3];
	__u32 reference_clock;
	__u64 near_mem_regions;
	__u64 far_mem_regions;
	__u16 ip_ver_major;
	__u16 ip_ver_minor;
	__u16 ip_ver_rev;
	__u16 pad2;
	__u64 reserved[7];
};

/**
 * struct drm_xe_query_gt_list - answer to DRM_XE_DEVICE_QUERY_GT_LIST
 * @num_gt: entries that follow
 * @pad: 0
 * @gt_list: by ascending number
 */
struct drm_xe_query_gt_list {
	__u32 num_gt;
	__u32 pad;
	struct drm_xe_gt gt_list[];
};

/**
 * struct drm_xe_query_topology_mask - one mask in the answer to DRM_XE_DEVICE_QUERY_GT_TOPOLOGY
 * @gt_id: GT it is about
 * @type: DRM_XE_TOPO_*: what a bit stands for
 * @num_bytes: bytes of @mask
 * @mask: bit 0 of byte 0 first
 *
 * The answer is these one after the other, each followed at once by the next. EUs are counted as
 * SIMD16 ones or otherwise: a GT has one of the two masks.
 */
struct drm_xe_query_topology_mask {
	__u16 gt_id;
#define DRM_XE_TOPO_DSS_GEOMETRY	1
#define DRM_XE_TOPO_DSS_COMPUTE		2
#define DRM_XE_TOPO_L3_BANK		3
#define DRM_XE_TOPO_EU_PER_DSS		4
#define DRM_XE_TOPO_SIMD16_EU_PER_DSS	5
	__u16 type;
	__u32 num_bytes;
	__u8 mask[];
};

/**
 * struct drm_xe_query_engine_cycles - DRM_XE_DEVICE_QUERY_ENGINE_CYCLES: engine and CPU time
 *	together
 * @eci: in: which engine
 * @clockid: in: which CPU clock, as clock_gettime() numbers them
 * @width: out: bits of @engine_cycles that count
 * @engine_cycles: out: the engine's timestamp
 * @cpu_timestamp: out: ns of the CPU clock, read just before
 * @cpu_delta: out: ns that reading the engine's timestamp took
 */
struct drm_xe_query_engine_cycles {
	struct drm_xe_engine_class_instance eci;
	__s32 clockid;
	__u32 width;
	__u64 engine_cycles;
	__u64 cpu_timestamp;
	__u64 cpu_delta;
};

/**
 * struct drm_xe_query_uc_fw_version - DRM_XE_DEVICE_QUERY_UC_FW_VERSION: version of a firmware
 * @uc_type: in: XE_QUERY_UC_TYPE_*
 * @pad: 0
 * @branch_ver: out: branch
 * @major_ver: out: major
 * @minor_ver: out: minor
 * @patch_ver: out: patch
 * @pad2: 0
 * @reserved: 0
 *
 * For GUC_SUBMISSION it is the version of the interface, not that of the file.
 */
struct drm_xe_query_uc_fw_version {
#define XE_QUERY_UC_TYPE_GUC_SUBMISSION 0
#define XE_QUERY_UC_TYPE_HUC 1
	__u16 uc_type;
	__u16 pad;
	__u32 branch_ver;
	__u32 major_ver;
	__u32 minor_ver;
	__u32 patch_ver;
	__u32 pad2;
	__u64 reserved;
};

/**
 * struct drm_xe_query_pxp_status - answer to DRM_XE_DEVICE_QUERY_PXP_STATUS
 * @status: 0 while protected content is being set up, 1 when it can be used
 * @supported_session_types: bit per &enum drm_xe_pxp_session_type
 *
 * Devices without protected content answer the query with ENODEV.
 */
struct drm_xe_query_pxp_status {
	__u32 status;
	__u32 supported_session_types;
};

/**
 * struct drm_xe_device_query - DRM_IOCTL_XE_DEVICE_QUERY: ask what the device is
 * @extensions: chain of &struct drm_xe_user_extension by user address, or 0
 * @query: DRM_XE_DEVICE_QUERY_*
 * @size: bytes at @data; 0: only tell how many are needed, here
 * @data: user address of the structure that belongs to @query
 * @reserved: 0
 *
 * Any other size than the one that is told is refused with EINVAL.
 */
struct drm_xe_device_query {
	__u64 extensions;
#define DRM_XE_DEVICE_QUERY_ENGINES		0
#define DRM_XE_DEVICE_QUERY_MEM_REGIONS		1
#define DRM_XE_DEVICE_QUERY_CONFIG		2
#define DRM_XE_DEVICE_QUERY_GT_LIST		3
#define DRM_XE_DEVICE_QUERY_HWCONFIG		4
#define DRM_XE_DEVICE_QUERY_GT_TOPOLOGY		5
#define DRM_XE_DEVICE_QUERY_ENGINE_CYCLES	6
#define DRM_XE_DEVICE_QUERY_UC_FW_VERSION	7
#define DRM_XE_DEVICE_QUERY_OA_UNITS		8
#define DRM_XE_DEVICE_QUERY_PXP_STATUS		9
#define DRM_XE_DEVICE_QUERY_EU_STALL		10
	__u32 query;
	__u32 size;
	__u64 data;
	__u64 reserved[2];
};

/**
 * struct drm_xe_gem_create - DRM_IOCTL_XE_GEM_CREATE: make a buffer object
 * @extensions: chain of &struct drm_xe_user_extension by user address, or 0
 * @size: bytes, a multiple of the min_page_size of every region in @placement
 * @placement: bit per region instance where it may be
 * @flags: DRM_XE_GEM_CREATE_FLAG_*
 * @vm_id: address space that it is private to, or 0: it can be mapped anywhere and exported
 * @handle: out: its handle
 * @cpu_caching: DRM_XE_GEM_CPU_CACHING_*: how the CPU maps it; WB only for system memory
 * @pad: 0
 * @reserved: 0
 *
 * It reads as zero. DEFER_BACKING: memory is found when it is first used, not now. SCANOUT: a
 * display will read it. NEEDS_VISIBLE_VRAM: the CPU will use it while it is in VRAM.
 * NO_COMPRESSION: it will never be mapped as compressed.
 */
struct drm_xe_gem_create {
#define DRM_XE_GEM_CREATE_EXTENSION_SET_PROPERTY	0
#define   DRM_XE_GEM_CREATE_SET_PROPERTY_PXP_TYPE	0
	__u64 extensions;
	__u64 size;
	__u32 placement;
#define DRM_XE_GEM_CREATE_FLAG_DEFER_BACKING		(1 << 0)
#define DRM_XE_GEM_CREATE_FLAG_SCANOUT			(1 << 1)
#define DRM_XE_GEM_CREATE_FLAG_NEEDS_VISIBLE_VRAM	(1 << 2)
#define DRM_XE_GEM_CREATE_FLAG_NO_COMPRESSION		(1 << 3)
	__u32 flags;
	__u32 vm_id;
	__u32 handle;
#define DRM_XE_GEM_CPU_CACHING_WB                      1
#define DRM_XE_GEM_CPU_CACHING_WC                      2
	__u16 cpu_caching;
	__u16 pad[3];
	__u64 reserved[2];
};

/**
 * struct drm_xe_gem_mmap_offset - DRM_IOCTL_XE_GEM_MMAP_OFFSET: what to give to mmap()
 * @extensions: chain of &struct drm_xe_user_extension by user address, or 0
 * @handle: buffer object; 0 with PCI_BARRIER
 * @flags: DRM_XE_MMAP_OFFSET_FLAG_*
 * @offset: out: offset in the device file
 * @reserved: 0
 *
 * PCI_BARRIER: a page of 4 KiB to be mapped write-only; when a write to it is done, all earlier
 * writes of that CPU have reached the device.
 */
struct drm_xe_gem_mmap_offset {
	__u64 extensions;
	__u32 handle;
#define DRM_XE_MMAP_OFFSET_FLAG_PCI_BARRIER     (1 << 0)
	__u32 flags;
	__u64 offset;
	__u64 reserved[2];
};

/**
 * struct drm_xe_vm_create - DRM_IOCTL_XE_VM_CREATE: make an address space
 * @extensions: chain of &struct drm_xe_user_extension by user address, or 0
 * @flags: DRM_XE_VM_CREATE_FLAG_*
 * @vm_id: out: its number
 * @reserved: 0
 *
 * SCRATCH_PAGE: where nothing is mapped, reads give zero and writes are lost. LR_MODE: its jobs
 * may run for as long as they like, and have no fences but user fences. FAULT_MODE: with LR_MODE;
 * memory need not be there before it is touched. NO_VM_OVERCOMMIT: with FAULT_MODE; a bind with
 * IMMEDIATE takes no memory from what the address space maps already: ENOMEM.
 */
struct drm_xe_vm_create {
	__u64 extensions;
#define DRM_XE_VM_CREATE_FLAG_SCRATCH_PAGE	(1 << 0)
#define DRM_XE_VM_CREATE_FLAG_LR_MODE	        (1 << 1)
#define DRM_XE_VM_CREATE_FLAG_FAULT_MODE	(1 << 2)
#define DRM_XE_VM_CREATE_FLAG_NO_VM_OVERCOMMIT  (1 << 3)
	__u32 flags;
	__u32 vm_id;
	__u64 reserved[2];
};

/**
 * struct drm_xe_vm_destroy - DRM_IOCTL_XE_VM_DESTROY: end an address space
 * @vm_id: its number
 * @pad: 0
 * @reserved: 0
 */
struct drm_xe_vm_destroy {
	__u32 vm_id;
	__u32 pad;
	__u64 reserved[2];
};

/**
 * struct drm_xe_vm_bind_op - one operation of a VM_BIND
 * @extensions: 0: there are none yet
 * @obj: buffer object; 0 for operations without one
 * @pat_index: how accesses are cached: a number of the platform's table
 * @pad: 0
 * @obj_offset: first byte of the object that is mapped
 * @userptr: MAP_USERPTR: first byte of user memory
 * @cpu_addr_mirror_offset: CPU_ADDR_MIRROR: GPU address minus CPU address; only 0
 * @range: bytes; 0 for UNMAP_ALL
 * @addr: first GPU address; 0 for UNMAP_ALL
 * @op: DRM_XE_VM_BIND_OP_*
 * @flags: DRM_XE_VM_BIND_FLAG_*
 * @prefetch_mem_region_instance: PREFETCH: region to move to, or
 *	DRM_XE_CONSULT_MEM_ADVISE_PREF_LOC
 * @pad2: 0
 * @reserved: 0
 *
 * MAP replaces what is mapped in the range, UNMAP ends it; mappings that reach beyond keep what
 * is outside. UNMAP_ALL ends all mappings of an object.
 *
 * READONLY: writes are refused. IMMEDIATE: in a faulting address space, do not wait for the first
 * fault. NULL: no object; reads give zero and writes are lost. DUMPABLE: contents go into dumps
 * after errors. CHECK_PXP: refuse protected objects whose key has expired. CPU_ADDR_MIRROR: what
 * the process has at these addresses appears when it is touched. MADVISE_AUTORESET: with it;
 * advice is forgotten when the process unmaps. DECOMPRESS: the object is decompressed in place
 * first.
 *
 * The CPU's caches must be snooped (see @pat_index) for user memory, for objects that are cached
 * on the CPU, and for imported ones.
 */
struct drm_xe_vm_bind_op {
	__u64 extensions;
	__u32 obj;
	__u16 pat_index;
	__u16 pad;
	union {
		__u64 obj_offset;
		__u64 userptr;
		__s64 cpu_addr_mirror_offset;
	};
	__u64 range;
	__u64 addr;
#define DRM_XE_VM_BIND_OP_MAP		0x0
#define DRM_XE_VM_BIND_OP_UNMAP		0x1
#define DRM_XE_VM_BIND_OP_MAP_USERPTR	0x2
#define DRM_XE_VM_BIND_OP_UNMAP_ALL	0x3
#define DRM_XE_VM_BIND_OP_PREFETCH	0x4
	__u32 op;
#define DRM_XE_VM_BIND_FLAG_READONLY	(1 << 0)
#define DRM_XE_VM_BIND_FLAG_IMMEDIATE	(1 << 1)
#define DRM_XE_VM_BIND_FLAG_NULL	(1 << 2)
#define DRM_XE_VM_BIND_FLAG_DUMPABLE	(1 << 3)
#define DRM_XE_VM_BIND_FLAG_CHECK_PXP	(1 << 4)
#define DRM_XE_VM_BIND_FLAG_CPU_ADDR_MIRROR	(1 << 5)
#define DRM_XE_VM_BIND_FLAG_MADVISE_AUTORESET	(1 << 6)
#define DRM_XE_VM_BIND_FLAG_DECOMPRESS (1 << 7)
	__u32 flags;
#define DRM_XE_CONSULT_MEM_ADVISE_PREF_LOC	-1
	__u32 prefetch_mem_region_instance;
	__u32 pad2;
	__u64 reserved[3];
};

/**
 * struct drm_xe_vm_bind - DRM_IOCTL_XE_VM_BIND: change what an address space maps
 * @extensions: 0: there are none yet
 * @vm_id: address space
 * @exec_queue_id: queue of class VM_BIND: its binds happen in order; 0: that of the address space
 * @pad: 0
 * @num_binds: operations: all of them happen, or none
 * @bind: the operation, when @num_binds is 1
 * @vector_of_binds: user address of @num_binds operations, when there are more
 * @pad2: 0
 * @num_syncs: entries at @syncs
 * @syncs: user address of &struct drm_xe_sync
 * @reserved: 0
 *
 * Returns at once. Waits for the syncs without DRM_XE_SYNC_FLAG_SIGNAL, then binds, then signals
 * the others. With 0 operations there is only the waiting and the signalling. ENOBUFS: no memory
 * for so many operations at once; fewer may do.
 */
struct drm_xe_vm_bind {
	__u64 extensions;
	__u32 vm_id;
	__u32 exec_queue_id;
	__u32 pad;
	__u32 num_binds;
	union {
		struct drm_xe_vm_bind_op bind;
		__u64 vector_of_binds;
	};
	__u32 pad2;
	__u32 num_syncs;
	__u64 syncs;
	__u64 reserved[2];
};

/**
 * struct xe_vm_fault - a page fault that could not be served
 * @address: where
 * @address_precision: bytes that @address is a multiple of
 * @access_type: FAULT_ACCESS_TYPE_*
 * @fault_type: FAULT_TYPE_*
 * @fault_level: FAULT_LEVEL_*: table that had no answer
 * @pad: 0
 * @reserved: 0
 */
struct xe_vm_fault {
	__u64 address;
	__u32 address_precision;
#define FAULT_ACCESS_TYPE_READ		0
#define FAULT_ACCESS_TYPE_WRITE		1
#define FAULT_ACCESS_TYPE_ATOMIC	2
	__u8 access_type;
#define FAULT_TYPE_NOT_PRESENT		0
#define FAULT_TYPE_WRITE_ACCESS		1
#define FAULT_TYPE_ATOMIC_ACCESS	2
	__u8 fault_type;
#define FAULT_LEVEL_PTE		0
#define FAULT_LEVEL_PDE		1
#define FAULT_LEVEL_PDP		2
#define FAULT_LEVEL_PML4	3
#define FAULT_LEVEL_PML5	4
	__u8 fault_level;
	__u8 pad;
	__u64 reserved[4];
};

/**
 * struct drm_xe_vm_get_property - DRM_IOCTL_XE_VM_GET_PROPERTY: ask about an address space
 * @extensions: 0: there are none yet
 * @vm_id: address space
 * @property: DRM_XE_VM_GET_PROPERTY_*
 * @size: bytes at @data; 0: only tell how many there are, here
 * @pad: 0
 * @data: user address for the answer: for FAULTS, &struct xe_vm_fault, newest last; of very many
 *	faults the first ones
 * @value: answer of properties that fit
 * @reserved: 0
 */
struct drm_xe_vm_get_property {
	__u64 extensions;
	__u32 vm_id;
#define DRM_XE_VM_GET_PROPERTY_FAULTS		0
	__u32 property;
	__u32 size;
	__u32 pad;
	union {
		__u64 data;
		__u64 value;
	};
	__u64 reserved[3];
};

/**
 * struct drm_xe_exec_queue_create - DRM_IOCTL_XE_EXEC_QUEUE_CREATE: make a queue for jobs
 * @extensions: chain of &struct drm_xe_user_extension by user address, or 0
 * @width: batches of each job, which start together on as many engines
 * @num_placements: engines to choose from, for each batch
 * @vm_id: address space the jobs run in
 * @flags: DRM_XE_EXEC_QUEUE_*_HINT
 * @exec_queue_id: out: its number
 * @instances: user address of @width times @num_placements &struct drm_xe_engine_class_instance
 * @reserved: 0
 *
 * Properties are set by extensions: PRIORITY; TIMESLICE in us; PXP_TYPE; a context to replay
 * after a hang; MULTI_GROUP to share one hardware queue with others, and the priority in the
 * group; and one that switches an optimisation of the state cache off.
 */
struct drm_xe_exec_queue_create {
#define DRM_XE_EXEC_QUEUE_EXTENSION_SET_PROPERTY		0
#define   DRM_XE_EXEC_QUEUE_SET_PROPERTY_PRIORITY		0
#define   DRM_XE_EXEC_QUEUE_SET_PROPERTY_TIMESLICE		1
#define   DRM_XE_EXEC_QUEUE_SET_PROPERTY_PXP_TYPE		2
#define   DRM_XE_EXEC_QUEUE_SET_HANG_REPLAY_STATE		3
#define   DRM_XE_EXEC_QUEUE_SET_PROPERTY_MULTI_GROUP		4
#define     DRM_XE_MULTI_GROUP_CREATE				(1ull << 63)
#define   DRM_XE_EXEC_QUEUE_SET_PROPERTY_MULTI_QUEUE_PRIORITY	5
#define   DRM_XE_EXEC_QUEUE_SET_DISABLE_STATE_CACHE_PERF_FIX	6
	__u64 extensions;
	__u16 width;
	__u16 num_placements;
	__u32 vm_id;
#define DRM_XE_EXEC_QUEUE_LOW_LATENCY_HINT	(1 << 0)
	__u32 flags;
	__u32 exec_queue_id;
	__u64 instances;
	__u64 reserved[2];
};

/**
 * struct drm_xe_exec_queue_destroy - DRM_IOCTL_XE_EXEC_QUEUE_DESTROY: end a queue and its jobs
 * @exec_queue_id: its number
 * @pad: 0
 * @reserved: 0
 */
struct drm_xe_exec_queue_destroy {
	__u32 exec_queue_id;
	__u32 pad;
	__u64 reserved[2];
};

/**
 * struct drm_xe_exec_queue_get_property - DRM_IOCTL_XE_EXEC_QUEUE_GET_PROPERTY: ask about a queue
 * @extensions: 0: there are none yet
 * @exec_queue_id: queue
 * @property: DRM_XE_EXEC_QUEUE_GET_PROPERTY_*
 * @value: out: for BAN, 1 when it takes no more jobs
 * @reserved: 0
 */
struct drm_xe_exec_queue_get_property {
	__u64 extensions;
	__u32 exec_queue_id;
#define DRM_XE_EXEC_QUEUE_GET_PROPERTY_BAN	0
	__u32 property;
	__u64 value;
	__u64 reserved[2];
};

/**
 * struct drm_xe_sync - something to wait for, or to signal
 * @extensions: 0: there are none yet
 * @type: DRM_XE_SYNC_TYPE_*
 * @flags: DRM_XE_SYNC_FLAG_SIGNAL: signal it; else wait for it
 * @handle: syncobj
 * @addr: user fence: address, a multiple of 8, that gets @timeline_value; of the process for
 *	binds, of the GPU for jobs
 * @timeline_value: point of a timeline syncobj, or value of a user fence
 * @reserved: 0
 */
struct drm_xe_sync {
	__u64 extensions;
#define DRM_XE_SYNC_TYPE_SYNCOBJ		0x0
#define DRM_XE_SYNC_TYPE_TIMELINE_SYNCOBJ	0x1
#define DRM_XE_SYNC_TYPE_USER_FENCE		0x2
	__u32 type;
#define DRM_XE_SYNC_FLAG_SIGNAL	(1 << 0)
	__u32 flags;
	union {
		__u32 handle;
		__u64 addr;
	};
	__u64 timeline_value;
	__u64 reserved[2];
};

/**
 * struct drm_xe_exec - DRM_IOCTL_XE_EXEC: run a job
 * @extensions: 0: there are none yet
 * @exec_queue_id: queue
 * @num_syncs: entries at @syncs
 * @syncs: user address of &struct drm_xe_sync
 * @address: GPU address of the batch; of a queue of width > 1: user address of that many of them
 * @num_batch_buffer: width of the queue; 0: no job, only syncs
 * @pad: 0
 * @reserved: 0
 */
struct drm_xe_exec {
	__u64 extensions;
	__u32 exec_queue_id;
#define DRM_XE_MAX_SYNCS 1024
	__u32 num_syncs;
	__u64 syncs;
	__u64 address;
	__u16 num_batch_buffer;
	__u16 pad[3];
	__u64 reserved[2];
};

/**
 * struct drm_xe_wait_user_fence - DRM_IOCTL_XE_WAIT_USER_FENCE: sleep until memory has a value
 * @extensions: 0: there are none yet
 * @addr: user address, a multiple of 8
 * @op: DRM_XE_UFENCE_WAIT_OP_*: memory op @value
 * @flags: DRM_XE_UFENCE_WAIT_FLAG_ABSTIME: @timeout is a time of CLOCK_MONOTONIC
 * @pad: 0
 * @value: to compare with
 * @mask: bits of both that are compared
 * @timeout: ns; negative: for ever; without ABSTIME, out: what was left
 * @exec_queue_id: queue: the wait ends with EIO when it is banned; or 0
 * @pad2: 0
 * @reserved: 0
 */
struct drm_xe_wait_user_fence {
	__u64 extensions;
	__u64 addr;
#define DRM_XE_UFENCE_WAIT_OP_EQ	0x0
#define DRM_XE_UFENCE_WAIT_OP_NEQ	0x1
#define DRM_XE_UFENCE_WAIT_OP_GT	0x2
#define DRM_XE_UFENCE_WAIT_OP_GTE	0x3
#define DRM_XE_UFENCE_WAIT_OP_LT	0x4
#define DRM_XE_UFENCE_WAIT_OP_LTE	0x5
	__u16 op;
#define DRM_XE_UFENCE_WAIT_FLAG_ABSTIME	(1 << 0)
	__u16 flags;
	__u32 pad;
	__u64 value;
	__u64 mask;
	__s64 timeout;
	__u32 exec_queue_id;
	__u32 pad2;
	__u64 reserved[2];
};

/**
 * enum drm_xe_observation_type - what can be observed
 * @DRM_XE_OBSERVATION_TYPE_OA: performance counters
 * @DRM_XE_OBSERVATION_TYPE_EU_STALL: where EUs wait
 */
enum drm_xe_observation_type {
	DRM_XE_OBSERVATION_TYPE_OA,
	DRM_XE_OBSERVATION_TYPE_EU_STALL,
};

/**
 * enum drm_xe_observation_op - what can be done about it
 * @DRM_XE_OBSERVATION_OP_STREAM_OPEN: open a file that reports are read from
 * @DRM_XE_OBSERVATION_OP_ADD_CONFIG: make a set of counters known
 * @DRM_XE_OBSERVATION_OP_REMOVE_CONFIG: forget one
 */
enum drm_xe_observation_op {
	DRM_XE_OBSERVATION_OP_STREAM_OPEN,
	DRM_XE_OBSERVATION_OP_ADD_CONFIG,
	DRM_XE_OBSERVATION_OP_REMOVE_CONFIG,
};

/**
 * struct drm_xe_observation_param - DRM_IOCTL_XE_OBSERVATION: watch the hardware at work
 * @extensions: 0: there are none yet
 * @observation_type: &enum drm_xe_observation_type
 * @observation_op: &enum drm_xe_observation_op
 * @param: user address of what the operation takes
 */
struct drm_xe_observation_param {
	__u64 extensions;
	__u64 observation_type;
	__u64 observation_op;
	__u64 param;
};

/**
 * enum drm_xe_observation_ioctls - ioctls of a file that reports are read from
 * @DRM_XE_OBSERVATION_IOCTL_ENABLE: start
 * @DRM_XE_OBSERVATION_IOCTL_DISABLE: stop
 * @DRM_XE_OBSERVATION_IOCTL_CONFIG: change the set of counters
 * @DRM_XE_OBSERVATION_IOCTL_STATUS: &struct drm_xe_oa_stream_status
 * @DRM_XE_OBSERVATION_IOCTL_INFO: &struct drm_xe_oa_stream_info
 */
enum drm_xe_observation_ioctls {
	DRM_XE_OBSERVATION_IOCTL_ENABLE = _IO('i', 0x0),
	DRM_XE_OBSERVATION_IOCTL_DISABLE = _IO('i', 0x1),
	DRM_XE_OBSERVATION_IOCTL_CONFIG = _IO('i', 0x2),
	DRM_XE_OBSERVATION_IOCTL_STATUS = _IO('i', 0x3),
	DRM_XE_OBSERVATION_IOCTL_INFO = _IO('i', 0x4),
};

/**
 * enum drm_xe_oa_unit_type - kinds of counter units
 * @DRM_XE_OA_UNIT_TYPE_OAG: of render and compute
 * @DRM_XE_OA_UNIT_TYPE_OAM: of media
 * @DRM_XE_OA_UNIT_TYPE_OAM_SAG: of media's global part
 * @DRM_XE_OA_UNIT_TYPE_MERT: of memory
 */
enum drm_xe_oa_unit_type {
	DRM_XE_OA_UNIT_TYPE_OAG,
	DRM_XE_OA_UNIT_TYPE_OAM,
	DRM_XE_OA_UNIT_TYPE_OAM_SAG,
	DRM_XE_OA_UNIT_TYPE_MERT,
};

/**
 * struct drm_xe_oa_unit - a counter unit in the answer to a query
 * @extensions: 0: there are none yet
 * @oa_unit_id: its number
 * @oa_unit_type: &enum drm_xe_oa_unit_type
 * @capabilities: DRM_XE_OA_CAPS_*
 * @oa_timestamp_freq: Hz of the timestamps in reports
 * @gt_id: GT it is on
 * @reserved1: 0
 * @reserved: 0
 * @num_engines: entries that follow
 * @eci: engines it counts for
 */
struct drm_xe_oa_unit {
	__u64 extensions;
	__u32 oa_unit_id;
	__u32 oa_unit_type;
	__u64 capabilities;
#define DRM_XE_OA_CAPS_BASE		(1 << 0)
#define DRM_XE_OA_CAPS_SYNCS		(1 << 1)
#define DRM_XE_OA_CAPS_OA_BUFFER_SIZE	(1 << 2)
#define DRM_XE_OA_CAPS_WAIT_NUM_REPORTS	(1 << 3)
#define DRM_XE_OA_CAPS_OAM		(1 << 4)
#define DRM_XE_OA_CAPS_OA_UNIT_GT_ID	(1 << 5)
	__u64 oa_timestamp_freq;
	__u16 gt_id;
	__u16 reserved1[3];
	__u64 reserved[3];
	__u64 num_engines;
	struct drm_xe_engine_class_instance eci[];
};

/**
 * struct drm_xe_query_oa_units - answer to DRM_XE_DEVICE_QUERY_OA_UNITS
 * @extensions: 0: there are none yet
 * @num_oa_units: units that follow
 * @pad: 0
 * @oa_units: &struct drm_xe_oa_unit, each of its own length, one after the other
 */
struct drm_xe_query_oa_units {
	__u64 extensions;
	__u32 num_oa_units;
	__u32 pad;
	__u64 oa_units[];
};

/**
 * enum drm_xe_oa_format_type - kinds of reports
 * @DRM_XE_OA_FMT_TYPE_OAG: of an OAG unit
 * @DRM_XE_OA_FMT_TYPE_OAR: of a render context
 * @DRM_XE_OA_FMT_TYPE_OAM: of an OAM unit
 * @DRM_XE_OA_FMT_TYPE_OAC: of a compute context
 * @DRM_XE_OA_FMT_TYPE_OAM_MPEC: of an OAM unit, with MPEC counters
 * @DRM_XE_OA_FMT_TYPE_PEC: with PEC counters
 */
enum drm_xe_oa_format_type {
	DRM_XE_OA_FMT_TYPE_OAG,
	DRM_XE_OA_FMT_TYPE_OAR,
	DRM_XE_OA_FMT_TYPE_OAM,
	DRM_XE_OA_FMT_TYPE_OAC,
	DRM_XE_OA_FMT_TYPE_OAM_MPEC,
	DRM_XE_OA_FMT_TYPE_PEC,
};

/**
 * enum drm_xe_oa_property_id - what a stream of counters is opened with
 * @DRM_XE_OA_PROPERTY_OA_UNIT_ID: unit
 * @DRM_XE_OA_PROPERTY_SAMPLE_OA: whether reports go into the buffer
 * @DRM_XE_OA_PROPERTY_OA_METRIC_SET: number of the set of counters
 * @DRM_XE_OA_PROPERTY_OA_FORMAT: DRM_XE_OA_FORMAT_MASK_* fields
 * @DRM_XE_OA_PROPERTY_OA_PERIOD_EXPONENT: time between reports: a power of two of ticks
 * @DRM_XE_OA_PROPERTY_OA_DISABLED: do not start yet
 * @DRM_XE_OA_PROPERTY_EXEC_QUEUE_ID: only what this queue does
 * @DRM_XE_OA_PROPERTY_OA_ENGINE_INSTANCE: engine of that queue
 * @DRM_XE_OA_PROPERTY_NO_PREEMPT: the queue is not preempted
 * @DRM_XE_OA_PROPERTY_NUM_SYNCS: entries at SYNCS
 * @DRM_XE_OA_PROPERTY_SYNCS: user address of &struct drm_xe_sync
 * @DRM_XE_OA_PROPERTY_OA_BUFFER_SIZE: bytes of the buffer
 * @DRM_XE_OA_PROPERTY_WAIT_NUM_REPORTS: reports that a reader is woken for
 */
enum drm_xe_oa_property_id {
#define DRM_XE_OA_EXTENSION_SET_PROPERTY	0
	DRM_XE_OA_PROPERTY_OA_UNIT_ID = 1,
	DRM_XE_OA_PROPERTY_SAMPLE_OA,
	DRM_XE_OA_PROPERTY_OA_METRIC_SET,
	DRM_XE_OA_PROPERTY_OA_FORMAT,
#define DRM_XE_OA_FORMAT_MASK_FMT_TYPE		(0xffu << 0)
#define DRM_XE_OA_FORMAT_MASK_COUNTER_SEL	(0xffu << 8)
#define DRM_XE_OA_FORMAT_MASK_COUNTER_SIZE	(0xffu << 16)
#define DRM_XE_OA_FORMAT_MASK_BC_REPORT		(0xffu << 24)
	DRM_XE_OA_PROPERTY_OA_PERIOD_EXPONENT,
	DRM_XE_OA_PROPERTY_OA_DISABLED,
	DRM_XE_OA_PROPERTY_EXEC_QUEUE_ID,
	DRM_XE_OA_PROPERTY_OA_ENGINE_INSTANCE,
	DRM_XE_OA_PROPERTY_NO_PREEMPT,
	DRM_XE_OA_PROPERTY_NUM_SYNCS,
	DRM_XE_OA_PROPERTY_SYNCS,
	DRM_XE_OA_PROPERTY_OA_BUFFER_SIZE,
	DRM_XE_OA_PROPERTY_WAIT_NUM_REPORTS,
};

/**
 * struct drm_xe_oa_config - a set of counters
 * @extensions: 0: there are none yet
 * @uuid: its name, not terminated
 * @n_regs: registers at @regs_ptr
 * @regs_ptr: user address of pairs of __u32: register and value
 */
struct drm_xe_oa_config {
	__u64 extensions;
	char uuid[36];
	__u32 n_regs;
	__u64 regs_ptr;
};

/**
 * struct drm_xe_oa_stream_status - how a stream of counters is doing
 * @extensions: 0: there are none yet
 * @oa_status: DRM_XE_OASTATUS_*: what went wrong since it was last asked
 * @reserved: 0
 */
struct drm_xe_oa_stream_status {
	__u64 extensions;
	__u64 oa_status;
#define DRM_XE_OASTATUS_MMIO_TRG_Q_FULL		(1 << 3)
#define DRM_XE_OASTATUS_COUNTER_OVERFLOW	(1 << 2)
#define DRM_XE_OASTATUS_BUFFER_OVERFLOW		(1 << 1)
#define DRM_XE_OASTATUS_REPORT_LOST		(1 << 0)
	__u64 reserved[3];
};

/**
 * struct drm_xe_oa_stream_info - about a stream of counters
 * @extensions: 0: there are none yet
 * @oa_buf_size: bytes of the buffer
 * @reserved: 0
 */
struct drm_xe_oa_stream_info {
	__u64 extensions;
	__u64 oa_buf_size;
	__u64 reserved[3];
};

/**
 * enum drm_xe_pxp_session_type - kinds of protected content
 * @DRM_XE_PXP_TYPE_NONE: none
 * @DRM_XE_PXP_TYPE_HWDRM: protected by the hardware; keys do not outlive suspend
 */
enum drm_xe_pxp_session_type {
	DRM_XE_PXP_TYPE_NONE = 0,
	DRM_XE_PXP_TYPE_HWDRM = 1,
};

/* The only session there is: its number for the hardware. */
#define DRM_XE_PXP_HWDRM_DEFAULT_SESSION 0xf

/**
 * enum drm_xe_eu_stall_property_id - what a stream of EU stalls is opened with
 * @DRM_XE_EU_STALL_PROP_GT_ID: GT
 * @DRM_XE_EU_STALL_PROP_SAMPLE_RATE: cycles between samples, one of those the query names
 * @DRM_XE_EU_STALL_PROP_WAIT_NUM_REPORTS: records that a reader is woken for
 */
enum drm_xe_eu_stall_property_id {
#define DRM_XE_EU_STALL_EXTENSION_SET_PROPERTY		0
	DRM_XE_EU_STALL_PROP_GT_ID = 1,
	DRM_XE_EU_STALL_PROP_SAMPLE_RATE,
	DRM_XE_EU_STALL_PROP_WAIT_NUM_REPORTS,
};

/**
 * struct drm_xe_query_eu_stall - answer to DRM_XE_DEVICE_QUERY_EU_STALL
 * @extensions: 0: there are none yet
 * @capabilities: DRM_XE_EU_STALL_CAPS_*
 * @record_size: bytes of a record
 * @per_xecore_buf_size: bytes of buffer for each Xe core
 * @reserved: 0
 * @num_sampling_rates: entries that follow
 * @sampling_rates: cycles between samples, ascending
 */
struct drm_xe_query_eu_stall {
	__u64 extensions;
	__u64 capabilities;
#define DRM_XE_EU_STALL_CAPS_BASE		(1 << 0)
	__u64 record_size;
	__u64 per_xecore_buf_size;
	__u64 reserved[5];
	__u64 num_sampling_rates;
	__u64 sampling_rates[];
};

/**
 * struct drm_xe_madvise - DRM_IOCTL_XE_MADVISE: how memory will be used
 * @extensions: 0: there are none yet
 * @start: first GPU address
 * @range: bytes
 * @vm_id: address space
 * @type: DRM_XE_MEM_RANGE_ATTR_* or DRM_XE_VMA_ATTR_*: which of the following
 * @preferred_mem_loc: where it should be
 * @preferred_mem_loc.devmem_fd: file of the device whose memory it is, or DRM_XE_PREFERRED_LOC_*
 * @preferred_mem_loc.migration_policy: DRM_XE_MIGRATE_*
 * @preferred_mem_loc.region_instance: VRAM region of that device
 * @preferred_mem_loc.reserved: 0
 * @atomic: who may do atomics
 * @atomic.val: DRM_XE_ATOMIC_*
 * @atomic.pad: 0
 * @atomic.reserved: 0
 * @pat_index: caching
 * @pat_index.val: as in &struct drm_xe_vm_bind_op
 * @pat_index.pad: 0
 * @pat_index.reserved: 0
 * @purge_state_val: whether contents are still needed
 * @purge_state_val.val: DRM_XE_VMA_PURGEABLE_STATE_*
 * @purge_state_val.pad: 0
 * @purge_state_val.retained_ptr: user address of a __u32: 1 when contents were kept, else 0
 * @reserved: 0
 */
struct drm_xe_madvise {
	__u64 extensions;
	__u64 start;
	__u64 range;
	__u32 vm_id;
#define DRM_XE_MEM_RANGE_ATTR_PREFERRED_LOC	0
#define DRM_XE_MEM_RANGE_ATTR_ATOMIC		1
#define DRM_XE_MEM_RANGE_ATTR_PAT		2
#define DRM_XE_VMA_ATTR_PURGEABLE_STATE		3
	__u32 type;
	union {
		struct {
#define DRM_XE_PREFERRED_LOC_DEFAULT_DEVICE	0
#define DRM_XE_PREFERRED_LOC_DEFAULT_SYSTEM	-1
			__u32 devmem_fd;
#define DRM_XE_MIGRATE_ALL_PAGES		0
#define DRM_XE_MIGRATE_ONLY_SYSTEM_PAGES	1
			__u16 migration_policy;
			__u16 region_instance;
			__u64 reserved;
		} preferred_mem_loc;
		struct {
#define DRM_XE_ATOMIC_UNDEFINED	0
#define DRM_XE_ATOMIC_DEVICE	1
#define DRM_XE_ATOMIC_GLOBAL	2
#define DRM_XE_ATOMIC_CPU	3
			__u32 val;
			__u32 pad;
			__u64 reserved;
		} atomic;
		struct {
			__u32 val;
			__u32 pad;
			__u64 reserved;
		} pat_index;
		struct {
#define DRM_XE_VMA_PURGEABLE_STATE_WILLNEED	0
#define DRM_XE_VMA_PURGEABLE_STATE_DONTNEED	1
			__u32 val;
			__u32 pad;
			__u64 retained_ptr;
		} purge_state_val;
	};
	__u64 reserved[2];
};

/**
 * struct drm_xe_mem_range_attr - advice that is in force in a range
 * @extensions: 0: there are none yet
 * @start: first GPU address
 * @end: the one after the last
 * @preferred_mem_loc: where it should be
 * @preferred_mem_loc.devmem_fd: as in &struct drm_xe_madvise
 * @preferred_mem_loc.migration_policy: likewise
 * @atomic: who may do atomics
 * @atomic.val: DRM_XE_ATOMIC_*
 * @atomic.reserved: 0
 * @pat_index: caching
 * @pat_index.val: number of the platform's table
 * @pat_index.reserved: 0
 * @reserved: 0
 */
struct drm_xe_mem_range_attr {
	__u64 extensions;
	__u64 start;
	__u64 end;
	struct {
		__u32 devmem_fd;
		__u32 migration_policy;
	} preferred_mem_loc;
	struct {
		__u32 val;
		__u32 reserved;
	} atomic;
	struct {
		__u32 val;
		__u32 reserved;
	} pat_index;
	__u64 reserved[2];
};

/**
 * struct drm_xe_vm_query_mem_range_attr - DRM_IOCTL_XE_VM_QUERY_MEM_RANGE_ATTRS: ask what advice
 *	is in force
 * @extensions: 0: there are none yet
 * @vm_id: address space
 * @num_mem_ranges: entries at @vector_of_mem_attr; 0: only tell how many there are, here
 * @start: first GPU address
 * @range: bytes
 * @sizeof_mem_range_attr: bytes of an entry; told together with the number
 * @vector_of_mem_attr: user address for &struct drm_xe_mem_range_attr
 * @reserved: 0
 */
struct drm_xe_vm_query_mem_range_attr {
	__u64 extensions;
	__u32 vm_id;
	__u32 num_mem_ranges;
	__u64 start;
	__u64 range;
	__u64 sizeof_mem_range_attr;
	__u64 vector_of_mem_attr;
	__u64 reserved[2];
};

/**
 * struct drm_xe_exec_queue_set_property - DRM_IOCTL_XE_EXEC_QUEUE_SET_PROPERTY: change a queue
 * @extensions: 0: there are none yet
 * @exec_queue_id: queue
 * @property: DRM_XE_EXEC_QUEUE_SET_PROPERTY_*
 * @value: new value
 * @reserved: 0
 */
struct drm_xe_exec_queue_set_property {
	__u64 extensions;
	__u32 exec_queue_id;
	__u32 property;
	__u64 value;
	__u64 reserved[2];
};

/**
 * enum drm_xe_ras_error_severity - how bad a hardware error is
 * @DRM_XE_RAS_ERR_SEV_CORRECTABLE: nothing was lost
 * @DRM_XE_RAS_ERR_SEV_UNCORRECTABLE: something was
 * @DRM_XE_RAS_ERR_SEV_MAX: one more than the last
 */
enum drm_xe_ras_error_severity {
	DRM_XE_RAS_ERR_SEV_CORRECTABLE = 0,
	DRM_XE_RAS_ERR_SEV_UNCORRECTABLE,
	DRM_XE_RAS_ERR_SEV_MAX
};

/**
 * enum drm_xe_ras_error_component - where a hardware error was
 * @DRM_XE_RAS_ERR_COMP_CORE_COMPUTE: engines
 * @DRM_XE_RAS_ERR_COMP_SOC_INTERNAL: what is between them
 * @DRM_XE_RAS_ERR_COMP_DEVICE_MEMORY: VRAM
 * @DRM_XE_RAS_ERR_COMP_PCIE: the bus
 * @DRM_XE_RAS_ERR_COMP_FABRIC: links between devices
 * @DRM_XE_RAS_ERR_COMP_MAX: one more than the last
 */
enum drm_xe_ras_error_component {
	DRM_XE_RAS_ERR_COMP_CORE_COMPUTE = 1,
	DRM_XE_RAS_ERR_COMP_SOC_INTERNAL,
	DRM_XE_RAS_ERR_COMP_DEVICE_MEMORY,
	DRM_XE_RAS_ERR_COMP_PCIE,
	DRM_XE_RAS_ERR_COMP_FABRIC,
	DRM_XE_RAS_ERR_COMP_MAX
};

/* Names of severities and of components, as userspace reads them. */
#define DRM_XE_RAS_ERROR_SEVERITY_NAMES {				\
	[DRM_XE_RAS_ERR_SEV_CORRECTABLE] = "correctable-errors",	\
	[DRM_XE_RAS_ERR_SEV_UNCORRECTABLE] = "uncorrectable-errors",	\
}

#define DRM_XE_RAS_ERROR_COMPONENT_NAMES {				\
	[DRM_XE_RAS_ERR_COMP_CORE_COMPUTE] = "core-compute",		\
	[DRM_XE_RAS_ERR_COMP_SOC_INTERNAL] = "soc-internal",		\
	[DRM_XE_RAS_ERR_COMP_DEVICE_MEMORY] = "device-memory",		\
	[DRM_XE_RAS_ERR_COMP_PCIE] = "pcie",				\
	[DRM_XE_RAS_ERR_COMP_FABRIC] = "fabric",			\
}

#if defined(__cplusplus)
}
#endif

#endif
