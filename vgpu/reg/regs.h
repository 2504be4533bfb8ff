/* SPDX-License-Identifier: MIT */
/* One tile's registers: rows with meaning, plain storage for the rest. */
#ifndef VGPU_REG_REGS_H
#define VGPU_REG_REGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/obs.h"

/** A tile's window is 16 MiB; registers are its first 4 MiB */
#define VG_REG_SPACE 0x400000u
/** What the driver adds to offsets below VG_MEDIA_LIMIT when it means the media GT */
#define VG_MEDIA_OFFSET 0x380000u
#define VG_MEDIA_LIMIT 0x40000u

struct vg_regs;

enum vg_reg_flags {
	VG_REG_RO = 1, /* writes are ignored */
	VG_REG_MASKED = 2, /* bits 31:16 enable the write of bits 15:0 */
	VG_REG_SLEEPS = 4, /* needs a forcewake domain awake: else a counted mistake */
};

typedef uint32_t (*vg_reg_read_fn)(void *opaque, uint32_t offset, uint32_t stored);
/** returns the value to store */
typedef uint32_t (*vg_reg_write_fn)(void *opaque, uint32_t offset, uint32_t stored, uint32_t value);

/**
 * struct vg_reg_row - one register, or @count of them @stride bytes apart
 * @w1c: bits cleared by writing 1
 */
struct vg_reg_row {
	uint32_t offset;
	const char *name;
	uint32_t reset;
	uint32_t flags;
	uint32_t w1c;
	uint16_t count, stride;
	vg_reg_read_fn read;
	vg_reg_write_fn write;
};

struct vg_regs *vg_regs_new(struct vg_obs *obs);
void vg_regs_free(struct vg_regs *regs);
/** vg_regs_add() - @rows stay where they are; @base is added to each offset */
void vg_regs_add(struct vg_regs *regs, const struct vg_reg_row *rows, size_t n, uint32_t base, void *opaque);
/** vg_regs_reset() - all storage back to its reset values */
void vg_regs_reset(struct vg_regs *regs);
/** vg_regs_set_reset() - change one reset value (and the current one) */
void vg_regs_set_reset(struct vg_regs *regs, uint32_t offset, uint32_t value);
/** 32-bit accesses with all side effects; offsets are rounded down to 4 */
uint32_t vg_regs_read(struct vg_regs *regs, uint32_t offset);
void vg_regs_write(struct vg_regs *regs, uint32_t offset, uint32_t value);
/** vg_regs_set_awake() - who knows whether the power well of a VG_REG_SLEEPS row is up */
void vg_regs_set_awake(struct vg_regs *regs, bool (*awake)(void *opaque, uint32_t offset), void *opaque);
/** storage without side effects */
uint32_t vg_regs_peek(struct vg_regs *regs, uint32_t offset);
void vg_regs_poke(struct vg_regs *regs, uint32_t offset, uint32_t value);

#endif
