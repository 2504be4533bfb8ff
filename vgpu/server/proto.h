/* SPDX-License-Identifier: MIT */
/*
 * vfio-user messages as QEMU speaks them. Little endian on the wire, and only
 * little-endian hosts are supported, so structs are used as they lie.
 */
#ifndef VGPU_SERVER_PROTO_H
#define VGPU_SERVER_PROTO_H

#include <assert.h>
#include <stdint.h>

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the wire format is used in place");

enum vu_cmd {
	VU_VERSION = 1,
	VU_DMA_MAP = 2,
	VU_DMA_UNMAP = 3,
	VU_GET_INFO = 4,
	VU_GET_REGION_INFO = 5,
	VU_GET_REGION_IO_FDS = 6,
	VU_GET_IRQ_INFO = 7,
	VU_SET_IRQS = 8,
	VU_REGION_READ = 9,
	VU_REGION_WRITE = 10,
	VU_DMA_READ = 11,
	VU_DMA_WRITE = 12,
	VU_RESET = 13,
	VU_DIRTY_PAGES = 14,
	VU_WRITE_MULTI = 15,
	VU_FEATURE = 16,
	VU_CMD_MAX
};

#define VU_TYPE_MASK 0xfu
#define VU_TYPE_COMMAND 0u
#define VU_TYPE_REPLY 1u
#define VU_NO_REPLY 0x10u
#define VU_ERROR 0x20u

/** struct vu_hdr - in front of every message; @size counts it */
struct vu_hdr {
	uint16_t id;
	uint16_t cmd;
	uint32_t size;
	uint32_t flags;
	uint32_t error;
};

static_assert(sizeof(struct vu_hdr) == 16, "header");

struct vu_version {
	uint16_t major;
	uint16_t minor;
};

#define VU_DMA_F_READ 1u
#define VU_DMA_F_WRITE 2u

struct vu_dma_map {
	uint32_t argsz;
	uint32_t flags;
	uint64_t offset;
	uint64_t addr;
	uint64_t size;
};

static_assert(sizeof(struct vu_dma_map) == 32, "DMA map");

#define VU_UNMAP_F_ALL 2u

struct vu_dma_unmap {
	uint32_t argsz;
	uint32_t flags;
	uint64_t addr;
	uint64_t size;
};

static_assert(sizeof(struct vu_dma_unmap) == 24, "DMA unmap");

#define VU_DEVICE_F_RESET 1u
#define VU_DEVICE_F_PCI 2u

struct vu_info {
	uint32_t argsz;
	uint32_t flags;
	uint32_t n_regions;
	uint32_t n_irqs;
};

/* Regions of a PCI device: BARs 0 to 5 come first. */
#define VU_REGION_BARS 6u
#define VU_REGION_CONFIG 7u
#define VU_REGION_MAX 9u

#define VU_REGION_F_READ 1u
#define VU_REGION_F_WRITE 2u
#define VU_REGION_F_MMAP 4u
#define VU_REGION_F_CAPS 8u

struct vu_region_info {
	uint32_t argsz;
	uint32_t flags;
	uint32_t index;
	uint32_t cap_offset;
	uint64_t size;
	uint64_t offset;
};

static_assert(sizeof(struct vu_region_info) == 32, "region info");

#define VU_CAP_SPARSE_MMAP 1u

struct vu_sparse_area {
	uint64_t offset;
	uint64_t size;
};

struct vu_sparse {
	uint16_t id;
	uint16_t version;
	uint32_t next;
	uint32_t n_areas;
	uint32_t reserved;
};

static_assert(sizeof(struct vu_sparse) == 16, "sparse capability");

enum vu_irq { VU_IRQ_INTX, VU_IRQ_MSI, VU_IRQ_MSIX, VU_IRQ_ERR, VU_IRQ_REQ, VU_IRQ_MAX };

#define VU_IRQ_F_EVENTFD 1u

struct vu_irq_info {
	uint32_t argsz;
	uint32_t flags;
	uint32_t index;
	uint32_t count;
};

#define VU_SET_NONE 1u
#define VU_SET_BOOL 2u
#define VU_SET_EVENTFD 4u
#define VU_SET_DATA_MASK 7u
#define VU_SET_TRIGGER 0x20u

struct vu_set_irqs {
	uint32_t argsz;
	uint32_t flags;
	uint32_t index;
	uint32_t start;
	uint32_t count;
};

static_assert(sizeof(struct vu_set_irqs) == 20, "set irqs");

/** struct vu_region_rw - REGION_READ and REGION_WRITE; data follow */
struct vu_region_rw {
	uint64_t offset;
	uint32_t region;
	uint32_t count;
};

static_assert(sizeof(struct vu_region_rw) == 16, "region access");

struct vu_multi_write {
	uint64_t offset;
	uint32_t region;
	uint32_t count;
	uint8_t data[8];
};

static_assert(sizeof(struct vu_multi_write) == 24, "one of many writes");

#define VU_MULTI_MAX 200u

/** struct vu_dma_rw - DMA_READ and DMA_WRITE, ours to the client; data follow */
struct vu_dma_rw {
	uint64_t addr;
	uint64_t count;
};

#define VU_MAX_FDS 8u
/* The client answers a DMA_READ with one non-blocking send, so data stay small. */
#define VU_MAX_XFER 65536u
#define VU_MAX_MSG (sizeof(struct vu_hdr) + sizeof(struct vu_region_rw) + VU_MAX_XFER)

#endif
