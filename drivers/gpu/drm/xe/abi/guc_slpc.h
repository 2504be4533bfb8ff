/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_ABI_GUC_SLPC_H_
#define _XE_ABI_GUC_SLPC_H_

#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/stddef.h>
#include <linux/types.h>

/* Second dword of an SLPC request, arguments follow. */
#define GUC_SLPC_EVENT			GENMASK_U32(15, 8)
#define   GUC_SLPC_RESET		0
#define   GUC_SLPC_QUERY		5
#define   GUC_SLPC_SET			6
#define   GUC_SLPC_UNSET		7
#define GUC_SLPC_ARGS			GENMASK_U32(7, 0)

#define GUC_SLPC_PARAM_MIN_MHZ		6
#define GUC_SLPC_PARAM_MAX_MHZ		7
#define GUC_SLPC_PARAM_STRATEGIES	26
#define   GUC_SLPC_STRATEGY_COMPUTE	BIT_U32(0)
#define GUC_SLPC_PARAM_POWER_PROFILE	27
#define   GUC_SLPC_PROFILE_BASE		0
#define   GUC_SLPC_PROFILE_SAVING	1
#define GUC_SLPC_PARAM_IGNORE_EFFICIENT	28

#define GUC_SLPC_STATE_RUNNING		3

/* struct guc_slpc_shared - page that the frequency management shares with us */
struct guc_slpc_shared {
	u32 size;
	u32 global_state;
	u32 display_data;
	u32 pad0[13];
	u32 platform_info[16];
	u32 task_status;
	/** @task_freq: units of 50/3 MHz */
	u32 task_freq;
#define GUC_SLPC_MAX_FREQ		GENMASK_U32(7, 0)
#define GUC_SLPC_MIN_FREQ		GENMASK_U32(15, 8)
	u32 pad1[14];
	u32 override_bits[8];
	u32 override_values[256];
	u32 pad2[712];
	u8 modes[4096];
};

static_assert(offsetof(struct guc_slpc_shared, task_status) == 128);
static_assert(offsetof(struct guc_slpc_shared, override_bits) == 192);
static_assert(offsetof(struct guc_slpc_shared, modes) == 4096);
static_assert(sizeof(struct guc_slpc_shared) == 8192);

#endif
