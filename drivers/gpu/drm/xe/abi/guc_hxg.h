/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_ABI_GUC_HXG_H_
#define _XE_ABI_GUC_HXG_H_

#include <linux/bits.h>

/* First dword of every message between host and firmware, whichever way it travels. */
#define GUC_HXG_ORIGIN			BIT_U32(31)	/* set: sent by the firmware */
#define GUC_HXG_TYPE			GENMASK_U32(30, 28)
#define   GUC_HXG_REQUEST		0		/* wants an answer */
#define   GUC_HXG_EVENT			1
#define   GUC_HXG_FAST_REQUEST		2		/* answered only when it fails */
#define   GUC_HXG_BUSY			3		/* the answer is being worked on */
#define   GUC_HXG_RETRY			5		/* send it again later */
#define   GUC_HXG_FAILURE		6
#define   GUC_HXG_SUCCESS		7

/* Requests and events. */
#define GUC_HXG_DATA0			GENMASK_U32(27, 16)
#define GUC_HXG_ACTION			GENMASK_U32(15, 0)
/* Answers. */
#define GUC_HXG_RETURN			GENMASK_U32(27, 0)	/* of a success */
#define GUC_HXG_HINT			GENMASK_U32(27, 16)	/* of a failure */
#define GUC_HXG_ERROR			GENMASK_U32(15, 0)	/* of a failure */

#define GUC_HXG_HDR_DWORDS		1

#endif
