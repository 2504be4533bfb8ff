/* SPDX-License-Identifier: MIT */
/* What the files of this folder share. */
#ifndef VGPU_DEV_PRIV_H
#define VGPU_DEV_PRIV_H

#include "dev/device.h"
#include "dev/platform.h"
#include "reg/gt.h"

#define VG_MAX_GTS (2 * VG_MAX_TILES)
#define VG_CFG_SIZE 4096u

/** struct dev_gt - a GT: its registers, its firmware, its engines */
struct dev_gt {
	struct vg_device *d;
	unsigned int index, tile;
	bool media;
	struct vg_gt *gt;
	struct vg_guc *guc;
	struct vg_engine *engine[VG_GUC_MAX_ENGINES];
	unsigned int n_engines;
};

struct dev_tile {
	struct vg_device *d;
	unsigned int index;
	struct vg_regs *regs;
	struct vg_pcode *pcode;
	uint64_t *gsm;
};

struct vg_device {
	const struct vg_platform *p;
	struct vg_host host;
	struct vg_obs obs;
	struct vg_bus *bus;
	struct vg_mem *mem;
	struct vg_irq *irq;
	unsigned int n_tiles, n_gts;
	struct dev_tile tile[VG_MAX_TILES];
	struct dev_gt gt[VG_MAX_GTS];
	unsigned int first_gt; /* served first in the next tick */
	uint64_t vram_per_tile; /* bytes, whole GiB: what the registers say */
	uint64_t usable; /* of each tile */
	uint32_t vcs; /* video decoders that are not fused off */
	uint64_t ccs_base; /* compression metadata, the end of what the driver may use; 0: none */
	unsigned int fault_copies, fault_prefetches;
	struct vg_bar bar[2]; /* 0: BAR0, 1: BAR2 */
	uint8_t *map[2]; /* all that a BAR could show, also when it is made smaller */
	uint64_t map_size[2];
	bool unplugged;
	unsigned long unplug_in; /* accesses until then; 0: stays */
	unsigned long lose_power; /* in so many of the next sleeps */
	uint8_t cfg[VG_CFG_SIZE];
	uint8_t cfg_mask[VG_CFG_SIZE]; /* bits the guest can change */
};

/* device.c */
void device_lose_power(struct vg_device *d);

/* pci.c */
void pci_reset(struct vg_device *d);
bool pci_asleep(const struct vg_device *d);
unsigned int pci_power_state(const struct vg_device *d);
void pci_sleep(struct vg_device *d, unsigned int state);

#endif
