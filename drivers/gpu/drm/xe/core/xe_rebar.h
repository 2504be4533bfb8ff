/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_REBAR_H_
#define _XE_REBAR_H_

struct xe_device;

/* xe_rebar() - make the VRAM BAR as large as xe.vram_bar_size wants; before any BAR is mapped */
int xe_rebar(struct xe_device *xe);

#endif
