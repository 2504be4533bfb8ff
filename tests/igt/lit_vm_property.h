/* SPDX-License-Identifier: MIT */
/* What address spaces can be asked; an IGT tree's header may be older than the kernel. */
#ifndef LIT_VM_PROPERTY_H
#define LIT_VM_PROPERTY_H

#include "xe_lit.h"

#ifndef DRM_IOCTL_XE_VM_GET_PROPERTY
#define DRM_IOCTL_XE_VM_GET_PROPERTY \
	DRM_IOWR(DRM_COMMAND_BASE + 0x0f, struct drm_xe_vm_get_property)
#define DRM_XE_VM_GET_PROPERTY_FAULTS 0
#define FAULT_ACCESS_TYPE_READ 0
#define FAULT_ACCESS_TYPE_WRITE 1
#define FAULT_ACCESS_TYPE_ATOMIC 2
#define FAULT_TYPE_NOT_PRESENT 0
#define FAULT_TYPE_WRITE_ACCESS 1
#define FAULT_LEVEL_PTE 0
#define FAULT_LEVEL_PML5 4

struct xe_vm_fault {
	__u64 address;
	__u32 address_precision;
	__u8 access_type, fault_type, fault_level, pad;
	__u64 reserved[4];
};

struct drm_xe_vm_get_property {
	__u64 extensions;
	__u32 vm_id, property, size, pad;
	__u64 data;
	__u64 reserved[3];
};
#endif

#endif
