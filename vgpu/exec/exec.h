/* SPDX-License-Identifier: MIT */
/*
 * Engines: a context is loaded on one, runs for a budget of commands, and is
 * saved. Who runs what and when is the firmware model's business (guc/).
 */
#ifndef VGPU_EXEC_EXEC_H
#define VGPU_EXEC_EXEC_H

#include "mem/mem.h"
#include "reg/irq.h"
#include "reg/regs.h"

/**
 * struct vg_engine_config - what an engine is
 * @gt: device-wide GT index; @tile: whose registers, GGTT and local VRAM
 * @inst: hardware instance (BCS8 is 8)
 * @mmio_base: of the ring registers (0x22000 for BCS0)
 * @graphics_ver: times 100: 1260 PVC, 2001 BMG; of the media GT its own
 * @xe2: 64-bit CTX_TIMESTAMP, MEM_COPY page mode
 * @usm: page faults go to the driver; otherwise they are CAT errors
 */
struct vg_engine_config {
	unsigned int gt, tile;
	enum vg_class cls;
	unsigned int inst;
	uint32_t mmio_base;
	unsigned int graphics_ver;
	bool usm;
	uint32_t ts_hz; /* RING_TIMESTAMP and CTX_TIMESTAMP, 19 200 000 */
};

struct vg_engine;
struct vg_context;

/** vg_engine_new() - adds the ring register rows (RING_TIMESTAMP, ENGINE_ID, ...) to @regs */
struct vg_engine *vg_engine_new(const struct vg_engine_config *cfg, struct vg_obs *obs, struct vg_mem *mem,
				struct vg_regs *regs, struct vg_irq *irq);
void vg_engine_free(struct vg_engine *e);
const struct vg_engine_config *vg_engine_cfg(const struct vg_engine *e);

/**
 * enum vg_run - why vg_engine_run() came back
 * @VG_RUN_IDLE: HEAD == TAIL as last read from the image
 * @VG_RUN_BUDGET: more to do
 * @VG_RUN_WAIT: a semaphore's condition does not hold; another context may run
 * @VG_RUN_FAULT: a page fault, see vg_context_fault(); to be run again once resolved
 * @VG_RUN_CAT: an access error that cannot be resolved: the context is dead
 */
enum vg_run { VG_RUN_IDLE, VG_RUN_BUDGET, VG_RUN_WAIT, VG_RUN_FAULT, VG_RUN_CAT };

/**
 * vg_context_new() - a context as registered with the firmware
 * @lrca: GGTT address of the PPHWSP; @desc: low dword's flags (bit 8: has a PPGTT)
 */
struct vg_context *vg_context_new(unsigned int tile, uint32_t lrca, uint32_t desc_lo, uint32_t desc_hi);
void vg_context_free(struct vg_context *c);

/** vg_context_pending() - HEAD != TAIL, reading TAIL from the image of a context that is not loaded */
bool vg_context_pending(struct vg_engine *e, struct vg_context *c);

/**
 * vg_engine_load() - restore: registers from the image, then the per-context WA batch
 *
 * Returns 0 or -EINVAL for an image that cannot be restored (counted).
 */
int vg_engine_load(struct vg_engine *e, struct vg_context *c);
/** vg_engine_save() - HEAD and timestamp into the image; the engine is idle after */
void vg_engine_save(struct vg_engine *e);
struct vg_context *vg_engine_loaded(struct vg_engine *e);
/** vg_engine_forget() - the translations of what is loaded; on this GT, and not counted */
void vg_engine_forget(struct vg_engine *e);

/**
 * vg_engine_run() - execute the loaded context
 * @budget: in: work units; out: what is left. A simple command costs 1, a copy
 *	1 per 4 KiB; copies and fills stop in the middle and go on later.
 *
 * Re-reads TAIL from the image when the ring is empty. At a command boundary
 * with arbitration enabled the caller may save the context and load another.
 */
enum vg_run vg_engine_run(struct vg_engine *e, unsigned int *budget);
/**
 * vg_engine_preemptible() - may the context be switched where it is?
 *
 * False between MI_ARB_ON_OFF off and on, and in a batch that stopped at anything
 * but MI_ARB_CHECK, a semaphore, a copy or a fault: a loop without MI_ARB_CHECK
 * cannot be preempted, only reset (vg_engine_abort).
 */
bool vg_engine_preemptible(struct vg_engine *e);
/** vg_engine_spinning() - the last run did nothing but loop or poll: the caller may sleep a little */
bool vg_engine_spinning(struct vg_engine *e);

/** vg_context_fault() - what VG_RUN_FAULT or VG_RUN_CAT is about */
const struct vg_fault *vg_context_fault(const struct vg_context *c);
uint32_t vg_context_asid(const struct vg_context *c);

/**
 * vg_engine_abort() - throw the loaded context off (reset)
 *
 * Leaves in the image a HEAD at the ring command being executed (device-contract
 * 5.9: the driver rewinds from there).
 */
void vg_engine_abort(struct vg_engine *e);

#endif
