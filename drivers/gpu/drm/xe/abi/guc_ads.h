/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_ABI_GUC_ADS_H_
#define _XE_ABI_GUC_ADS_H_

#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/stddef.h>
#include <linux/types.h>

#define GUC_MAX_CLASSES			16
#define GUC_MAX_INSTANCES		32

#define GUC_CLASS_RENDER		0
#define GUC_CLASS_VIDEO			1
#define GUC_CLASS_VIDEO_ENHANCE		2
#define GUC_CLASS_COPY			3
#define GUC_CLASS_COMPUTE		4
#define GUC_CLASS_OTHER			5

/* struct guc_reg_entry - a register that an engine reset loses */
struct guc_reg_entry {
	u32 offset;
	u32 value;	/* kept by the firmware */
	u32 flags;
#define GUC_REG_MASKED			BIT_U32(0)
#define GUC_REG_STEER			BIT_U32(1)
#define GUC_REG_STEER_GROUP		GENMASK_U32(16, 12)
#define GUC_REG_STEER_INSTANCE		GENMASK_U32(23, 20)
	u32 mask;
};

static_assert(sizeof(struct guc_reg_entry) == 16);

/* struct guc_reg_list - where an engine's entries are */
struct guc_reg_list {
	u32 address;
	u16 count;
	u16 reserved;
};

static_assert(sizeof(struct guc_reg_list) == 8);

/* struct guc_policies - of the scheduler as a whole */
struct guc_policies {
	u32 queue_depth[GUC_MAX_CLASSES];
	/** @dpc_promote_us: longest time deferred work may wait */
	u32 dpc_promote_us;
	u32 is_valid;
	u32 max_work_items;
	u32 flags;
#define GUC_POLICY_NO_ENGINE_RESET	BIT_U32(0)
	u32 reserved[4];
};

static_assert(sizeof(struct guc_policies) == 96);

/* struct guc_system_info - which engines there are */
struct guc_system_info {
	/** @mapping: logical instance to hardware instance, GUC_MAX_INSTANCES: none */
	u8 mapping[GUC_MAX_CLASSES][GUC_MAX_INSTANCES];
	/** @enabled: bit per hardware instance */
	u32 enabled[GUC_MAX_CLASSES];
	u32 generic[16];
#define GUC_SYSINFO_DOORBELLS		2	/* index: doorbells per SQIDI, integrated parts */
};

static_assert(sizeof(struct guc_system_info) == 640);

/* struct guc_ads_root - what the boot parameter points to; addresses are GGTT addresses */
struct guc_ads_root {
	struct guc_reg_list regs[GUC_MAX_CLASSES][GUC_MAX_INSTANCES];
	u32 reserved0;
	u32 policies;
	u32 system_info;
	u32 reserved1;
	u32 control_data;
	u32 golden[GUC_MAX_CLASSES];
	/** @engine_state_size: bytes of a golden image behind its register list */
	u32 engine_state_size[GUC_MAX_CLASSES];
	u32 private_data;
	u32 um_init;
	/* Lists of registers to save when an engine hangs: for us and for virtual functions. */
	u32 capture_instance[2][GUC_MAX_CLASSES];
	u32 capture_class[2][GUC_MAX_CLASSES];
	u32 capture_global[2];
	u32 wa_klv_lo;
	u32 wa_klv_hi;
	u32 wa_klv_size;
	u32 reserved2[11];
};

static_assert(offsetof(struct guc_ads_root, policies) == 4100);
static_assert(offsetof(struct guc_ads_root, golden) == 4116);
static_assert(offsetof(struct guc_ads_root, private_data) == 4244);
static_assert(offsetof(struct guc_ads_root, wa_klv_lo) == 4516);
static_assert(sizeof(struct guc_ads_root) == 4572);

/* struct guc_um_queue - a ring that hardware fills */
struct guc_um_queue {
	u64 dpa;
	u32 ggtt;
	u32 size;
	u32 reserved[4];
};

#define GUC_UM_FAULT			0
#define GUC_UM_FAULT_REPLY		1
#define GUC_UM_ACCESS_COUNTER		2
#define GUC_UM_QUEUES			3

/* struct guc_um_init - rings for page faults, filled by hardware */
struct guc_um_init {
	u64 reply_timeout_us;
	u32 reserved[6];
	struct guc_um_queue queue[GUC_UM_QUEUES];
};

static_assert(sizeof(struct guc_um_queue) == 32);
static_assert(sizeof(struct guc_um_init) == 128);

/* Registers per capture list, in its only header dword. */
#define GUC_CAPTURE_COUNT		GENMASK_U32(15, 0)

/* struct guc_log_state - head of the log buffer: one per region, events, crash, capture */
struct guc_log_state {
	u32 marker[2];
	u32 read_ptr;
	u32 write_ptr;
	u32 size;
	u32 sampled_write_ptr;
	u32 wrap_offset;
	u32 flags;
#define GUC_LOG_STATE_FLUSH		BIT_U32(0)
#define GUC_LOG_STATE_FULL_COUNT	GENMASK_U32(4, 1)
	u32 version;
};

static_assert(sizeof(struct guc_log_state) == 36);

#define GUC_LOG_REGION_EVENT		0
#define GUC_LOG_REGION_CRASH		1
#define GUC_LOG_REGION_CAPTURE		2
#define GUC_LOG_REGIONS			3

#endif
