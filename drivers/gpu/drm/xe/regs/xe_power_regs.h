/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_POWER_REGS_H_
#define _XE_POWER_REGS_H_

#include <linux/bits.h>

#include "regs/xe_reg.h"

/* What the power controller says of a GT, for userspace to look at. */
#define MIRROR_TARGET_WP1	XE_REG(0xc60)		/* from 12.70 on */
#define   WP1_CORE_STATE	GENMASK_U32(12, 9)
#define   WP1_CORE_RESET	0xf			/* deeper sleep than it can tell */

#define GT_CORE_STATUS		XE_REG(0x138060)	/* before */
#define   GT_CORE_STATE		GENMASK_U32(2, 0)

#define   CORE_STATE_C0		0
#define   CORE_STATE_C6		3

/* Time asleep, in units of 1.28 us; wraps. */
#define GT_RC6_RESIDENCY	XE_REG(0x138108)
#define MEDIA_MC6_RESIDENCY	XE_REG(0x138048)

/* Why the frequency is lower than asked for. */
#define GT_LIMIT_REASONS	XE_REG(0x1381a8)
#define MEDIA_LIMIT_REASONS	XE_REG(0x138030)
#define   LIMIT_PROCHOT		BIT_U32(0)
#define   LIMIT_THERMAL		BIT_U32(1)
#define   LIMIT_RATL		BIT_U32(5)
#define   LIMIT_VR_THERMALERT	BIT_U32(6)
#define   LIMIT_VR_TDC		BIT_U32(7)
#define   LIMIT_PL4		BIT_U32(8)
#define   LIMIT_PL1		BIT_U32(10)
#define   LIMIT_PL2		BIT_U32(11)

#endif
