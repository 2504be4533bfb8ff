/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_PCODE_H_
#define _XE_PCODE_H_

#include "core/xe_device.h"

/* enum xe_pcode_cmd - mailbox commands */
enum xe_pcode_cmd {
	XE_PCODE_FREQUENCY_CONFIG = 0x6e,
	XE_PCODE_POWER_SETUP = 0x7c,
	XE_PCODE_FAN = 0x7d,
	XE_PCODE_INIT_STATUS = 0x7e,
};

#define XE_PCODE_MBOX(cmd, p1, p2)	((p2) << 16 | (p1) << 8 | (cmd))

/*
 * xe_pcode_init() - wait until the power controller has booted (discrete parts); probe and
 * resume
 */
int xe_pcode_init(struct xe_device *xe);
/*
 * xe_pcode_read() - send @mbox with *@data0, *@data1; answers come back in them
 * @data1: may be NULL
 *
 * Context: sleeps. Returns 0, -EAGAIN (busy), -ETIMEDOUT, or -errno for the controller's refusal.
 */
int xe_pcode_read(struct xe_tile *tile, u32 mbox, u32 *data0, u32 *data1);
int xe_pcode_write(struct xe_tile *tile, u32 mbox, u32 data0, u32 data1);

#endif
