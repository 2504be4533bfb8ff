/* SPDX-License-Identifier: MIT */
/* A whole device, without clock, thread or socket: the server drives it. */
#ifndef VGPU_DEV_DEVICE_H
#define VGPU_DEV_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/obs.h"
#include "mem/mem.h"

#define VG_TILE_WINDOW 0x1000000u /* 16 MiB of BAR0 per tile */
#define VG_GSM_OFFSET 0x800000u
#define VG_GSM_SIZE 0x800000u

/**
 * struct vg_device_options - from the command line
 * @platform: "pvc" or "bmg"
 * @tiles: 0: the platform's usual number
 * @vram_mib: per tile; 0: the platform's default
 * @video: video decoders of the media GT; 0: the platform's usual number
 * @bar0_mib, @bar2_mib: show less in the BAR than there is, a power of two; 0: all
 * @lenient_64k: see &vg_mem_config
 * @no_compression: the fuse of VRAM compression is off
 * @fault_copies: how often each page fault is reported, as by so many threads; 0 counts as 1
 * @fault_prefetches: prefetch faults, of the pages that follow, with each page fault
 */
struct vg_device_options {
	const char *platform;
	unsigned int tiles;
	unsigned int vram_mib;
	unsigned int video;
	unsigned int bar0_mib, bar2_mib;
	bool lenient_64k;
	bool no_compression;
	unsigned int fault_copies, fault_prefetches;
	int log;
};

/**
 * struct vg_host - what the device needs of whoever drives it
 * @msi: fire the MSI; @wake: there is work: call vg_device_tick() soon
 */
struct vg_host {
	void *opaque;
	void (*msi)(void *opaque);
	struct vg_bus_ops bus;
};

struct vg_device;

/**
 * vg_device_new() - NULL and *@error (a sentence) when the options are wrong
 *
 * The device allocates its own VRAM and GSM as memfds; see vg_device_bar().
 */
struct vg_device *vg_device_new(const struct vg_device_options *opt, const struct vg_host *host, const char **error);
void vg_device_free(struct vg_device *d);
struct vg_obs *vg_device_obs(struct vg_device *d);
struct vg_bus *vg_device_bus(struct vg_device *d);

/**
 * struct vg_bar - a BAR and the parts of it that the guest may map
 * @area: file offsets equal BAR offsets in @fd
 */
struct vg_bar {
	uint64_t size;
	int fd; /* -1: nothing can be mapped */
	bool prefetchable;
	unsigned int n_areas;
	struct { uint64_t offset, size; } area[VG_MAX_TILES];
};

/** vg_device_bar() - BAR 0 (registers, GSM mappable) or 2 (VRAM, all mappable); NULL for others */
const struct vg_bar *vg_device_bar(struct vg_device *d, unsigned int index);

/** vg_device_read() - trapped BAR access; @len 1, 2, 4 or 8, naturally aligned */
uint64_t vg_device_read(struct vg_device *d, unsigned int bar, uint64_t offset, unsigned int len);
void vg_device_write(struct vg_device *d, unsigned int bar, uint64_t offset, unsigned int len, uint64_t value);

/* Config space: 4 KiB, any length and offset inside; out of range reads ~0 */
void vg_device_cfg_read(struct vg_device *d, unsigned int offset, void *buf, unsigned int len);
/** FLR, power state, COMMAND (memory, bus master) and BAR bases are acted on */
void vg_device_cfg_write(struct vg_device *d, unsigned int offset, const void *buf, unsigned int len);
/** vg_device_bar_base() - as the guest programmed it, ~0 while memory decode is off */
uint64_t vg_device_bar_base(struct vg_device *d, unsigned int index);

/** vg_device_reset() - function-level, bus or machine reset; VRAM contents stay */
void vg_device_reset(struct vg_device *d);

/**
 * vg_device_tick() - let the firmware and the engines run
 * @now_ns: monotonic; @budget: work units, about 10 ns to 1 us each
 *
 * Returns the nanoseconds until it wants to be called again: 0 at once,
 * UINT64_MAX when only an MMIO write can bring new work.
 */
uint64_t vg_device_tick(struct vg_device *d, uint64_t now_ns, unsigned int budget);

/** vg_device_wants_tick() - has a register write rung a doorbell since the last tick? */
bool vg_device_wants_tick(const struct vg_device *d);

/**
 * vg_device_script() - a failure on demand, one line of text; NULL or an error sentence
 *
 * "drop|delay|dup|reorder g2h ACTION [N]", "slow h2g ACTION US", "faults COPIES [PREFETCHES]",
 * "prefetch CONTEXT VA", "canary ADDRESS SIZE", "no-canary", "hang ENGINE", "cat CONTEXT",
 * "lose irq|power [N]" (power: in the next N sleeps), "corrupt ct", "unplug [N]" (after N accesses), "clear" (what was unplugged
 * comes back reset).
 * A leading "gtN" (device-wide GT index) limits a line to that GT; without it
 * messages are counted for each GT, and the first GT that has the engine or
 * context takes it. ACTION is a number or "any".
 */
const char *vg_device_script(struct vg_device *d, const char *line);

#endif
