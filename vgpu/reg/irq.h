/* SPDX-License-Identifier: MIT */
/* The interrupt tree: tile master, GT banks, identities (device-contract 2.5). */
#ifndef VGPU_REG_IRQ_H
#define VGPU_REG_IRQ_H

#include "reg/regs.h"

struct vg_irq;

/** vg_irq_new() - adds its rows to each tile's registers; @msi is called on an edge */
struct vg_irq *vg_irq_new(struct vg_obs *obs, struct vg_regs *const tiles[], unsigned int n,
			  void (*msi)(void *opaque), void *opaque);
void vg_irq_free(struct vg_irq *irq);
void vg_irq_reset(struct vg_irq *irq);

/** engine classes as hardware numbers them */
enum vg_class { VG_RENDER = 0, VG_VIDEO = 1, VG_VENHANCE = 2, VG_COPY = 3, VG_OTHER = 4, VG_COMPUTE = 5 };

#define VG_IRQ_USER 0x0001 /* MI_USER_INTERRUPT */
#define VG_IRQ_GUC2HOST 0x8000

/** vg_irq_engine() - raise @vector bits for an engine (hardware instance) of @tile */
void vg_irq_engine(struct vg_irq *irq, unsigned int tile, enum vg_class cls, unsigned int inst, uint16_t vector);
/** vg_irq_guc() - raise @vector bits for the GuC of the main or media GT of @tile */
void vg_irq_guc(struct vg_irq *irq, unsigned int tile, bool media, uint16_t vector);

/** vg_irq_lose() - swallow the next @n MSIs (a failure on demand) */
void vg_irq_lose(struct vg_irq *irq, unsigned int n);

#endif
