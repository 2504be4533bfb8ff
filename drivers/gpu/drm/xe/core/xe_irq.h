/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_IRQ_H_
#define _XE_IRQ_H_

#include "core/xe_device.h"

/**
 * struct xe_irq_source - who wants which interrupt identity
 * @engine: called for engine classes (hardware class and instance, vector bits)
 * @other: called for class 4 ("other"): instance 0 GuC, 16 media GuC
 *
 * Called in hard interrupt context.
 */
struct xe_irq_source {
	void (*engine)(struct xe_gt *gt, u8 hw_class, u8 instance, u16 vector);
	void (*other)(struct xe_gt *gt, u8 instance, u16 vector);
};

/* xe_irq_init() - software state; before any source is set */
int xe_irq_init(struct xe_device *xe);
/* xe_irq_set_source() - handed in once by gt/ (engines) and guc/ (other); NULL members are kept */
void xe_irq_set_source(struct xe_device *xe, const struct xe_irq_source *source);

/* xe_irq_install() - reset the tree, allocate the one MSI, enable; devm_ */
int xe_irq_install(struct xe_device *xe);
void xe_irq_suspend(struct xe_device *xe);
void xe_irq_resume(struct xe_device *xe);
/* xe_irq_retrigger() - an interrupt got lost: what is pending raises it again */
void xe_irq_retrigger(struct xe_device *xe);
/* xe_irq_enable_engines() - unmask a GT's engines, once their classes are known */
void xe_irq_enable_engines(struct xe_gt *gt);
/* xe_irq_enable_guc() - unmask a GT's GuC-to-host interrupt */
void xe_irq_enable_guc(struct xe_gt *gt);

#endif
