/* SPDX-License-Identifier: MIT */
/*
 * The firmware of one GT (GuC), modelled at its interface: load, messages,
 * scheduling of contexts on engines, page faults, TLB invalidations, SLPC.
 */
#ifndef VGPU_GUC_GUC_H
#define VGPU_GUC_GUC_H

#include "exec/exec.h"
#include "mem/mem.h"
#include "reg/irq.h"
#include "reg/regs.h"

#define VG_GUC_MAX_ENGINES 16

struct vg_guc;

/** enum vg_guc_class - engine classes as the firmware numbers them */
enum vg_guc_class {
	VG_GUC_RENDER,
	VG_GUC_VIDEO,
	VG_GUC_VENHANCE,
	VG_GUC_BLITTER,
	VG_GUC_COMPUTE,
	VG_GUC_N_CLASSES
};

/**
 * struct vg_guc_engine - an engine that the firmware schedules
 * @logical: its number in submit masks: dense over the engines of its class
 * @name: for scripts and the trace: "bcs0"
 */
struct vg_guc_engine {
	struct vg_engine *engine;
	enum vg_guc_class cls;
	unsigned int logical;
	char name[8];
};

/**
 * struct vg_guc_config - what a GuC is part of
 * @gt: device-wide GT index; @tile: whose GGTT it works in
 * @graphics_ver: times 100: where the actual frequency is reported
 * @hwconfig: the table for GET_HWCONFIG, or NULL
 * @wopcm_size: bytes; the uploaded firmware must fit
 * @rp0_mhz, @rpn_mhz: the range of frequencies
 * @fault_copies, @fault_prefetches: as vg_guc_script_faults(); 0 copies count as 1
 */
struct vg_guc_config {
	unsigned int gt, tile;
	bool media;
	unsigned int graphics_ver;
	const uint32_t *hwconfig;
	unsigned int hwconfig_dwords;
	uint32_t wopcm_size;
	unsigned int rp0_mhz, rpn_mhz;
	unsigned int fault_copies, fault_prefetches;
	unsigned int n_engines;
	struct vg_guc_engine engine[VG_GUC_MAX_ENGINES];
};

/** vg_guc_new() - adds its rows to @regs; the engines stay the caller's */
struct vg_guc *vg_guc_new(const struct vg_guc_config *cfg, struct vg_obs *obs, struct vg_mem *mem,
			  struct vg_regs *regs, struct vg_irq *irq);
void vg_guc_free(struct vg_guc *g);
/** vg_guc_reset() - GDRST: all contexts and channels are forgotten; @full counts as a GT reset */
void vg_guc_reset(struct vg_guc *g, bool full);
/** vg_guc_power_on() - as vg_guc_reset(), and scripts, for a reset of the function */
void vg_guc_power_on(struct vg_guc *g);
/** vg_guc_tick() - take messages, run engines; nanoseconds until it wants to run again */
uint64_t vg_guc_tick(struct vg_guc *g, unsigned int *budget);
/** vg_guc_rung() - has the host notified since the last tick? */
bool vg_guc_rung(const struct vg_guc *g);

/** enum vg_g2h_script - what to do to messages for the host */
enum vg_g2h_script { VG_G2H_DROP, VG_G2H_DELAY, VG_G2H_DUP, VG_G2H_REORDER };

/**
 * vg_guc_script_g2h() - do @what to the next @n messages of @action (0: any)
 *
 * False: too many scripts.
 */
bool vg_guc_script_g2h(struct vg_guc *g, enum vg_g2h_script what, uint32_t action,
		       unsigned int n);
/** vg_guc_script_corrupt() - the next message gets a bad header */
void vg_guc_script_corrupt(struct vg_guc *g);
/** vg_guc_script_hang() - what runs on @name makes no progress until reset; false: not there */
bool vg_guc_script_hang(struct vg_guc *g, const char *name);
/** vg_guc_script_cat() - the ring with @id has an access error; false: no such context */
bool vg_guc_script_cat(struct vg_guc *g, uint32_t id);
/**
 * vg_guc_script_faults() - each page fault is reported @copies times, as by so many threads
 *
 * and with it prefetch faults of the @prefetches pages that follow.
 */
void vg_guc_script_faults(struct vg_guc *g, unsigned int copies, unsigned int prefetches);
/** vg_guc_script_prefetch() - context @id prefetches the page of @va; false: no such context */
bool vg_guc_script_prefetch(struct vg_guc *g, uint32_t id, uint64_t va);
/**
 * vg_guc_script_slow() - from now on requests of @action are acted on @ns after they came
 *
 * Requests that belong together (0x70xx: TLB invalidations) stay in order. 0: no longer.
 * False: too many.
 */
bool vg_guc_script_slow(struct vg_guc *g, uint32_t action, uint64_t ns);
/** vg_guc_script_clear() - forget all scripts */
void vg_guc_script_clear(struct vg_guc *g);

#endif
