/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_GUC_H_
#define _XE_GUC_H_

#include "core/xe_device.h"

struct drm_printer;

/* xe_guc_init() - firmware image, buffers; first load for hwconfig. After xe_tlb_inval_init() */
int xe_guc_init(struct xe_gt *gt);
/* xe_guc_init_post_hwconfig() - engines are known now; rows may be added until xe_guc_start() */
int xe_guc_init_post_hwconfig(struct xe_gt *gt);
/* xe_guc_start() - reset, upload, CT enable, SLPC: ONE sequence for probe, reset and resume */
int xe_guc_start(struct xe_gt *gt);
/* xe_guc_golden_recorded() - pass the golden contexts on, after they were first made */
void xe_guc_golden_recorded(struct xe_gt *gt);
/* xe_guc_stop() - CT off; nothing is sent any more, no handler runs any more */
void xe_guc_stop(struct xe_gt *gt);
/* xe_guc_sleep(), xe_guc_wake() - around D3hot, which keeps firmware, memory and channel */
void xe_guc_sleep(struct xe_gt *gt);
void xe_guc_wake(struct xe_gt *gt);
/* xe_guc_suspend() - stop, and tell the firmware */
int xe_guc_suspend(struct xe_gt *gt);
void xe_guc_reset_hw(struct xe_gt *gt);

/* xe_guc_release_version(), _submission_version() - packed major << 16 | minor << 8 | patch */
u32 xe_guc_release_version(struct xe_gt *gt);
u32 xe_guc_submission_version(struct xe_gt *gt);
/* xe_guc_hwconfig() - the table GT0's GuC gave; size in bytes */
const void *xe_guc_hwconfig(struct xe_device *xe, size_t *size);
/* xe_guc_hwconfig_dss_per_group() - from that table, for xe_mcr_init_topology(); 0: unknown */
u32 xe_guc_hwconfig_dss_per_group(struct xe_device *xe);

/* xe_guc_ct_send() - fast request; its answers are events of @g2h_len dwords, 0: none. Sleeps */
int xe_guc_ct_send(struct xe_gt *gt, const u32 *action, u32 len, u32 g2h_len);
/* xe_guc_ct_send_recv() - request with answer; returns DATA0 >= 0, or -errno */
int xe_guc_ct_send_recv(struct xe_gt *gt, const u32 *action, u32 len);
/* xe_guc_mmio_send() - before CT runs */
int xe_guc_mmio_send(struct xe_gt *gt, const u32 *action, u32 len);
/* xe_guc_ct_running() - messages flow. Context: any */
bool xe_guc_ct_running(struct xe_gt *gt);

/**
 * struct xe_g2h_row - what one event means: one row per action, owned by who handles it
 * @action: HXG action code
 * @min_len: payload dwords at least
 * @credits: dwords of G2H credit that it gives back; 0: unsolicited
 * @fast: handle in the interrupt (nothing may be sent there), else in a worker
 * @name: for messages
 * @handle: 0, or -errno when the event makes no sense
 */
struct xe_g2h_row {
	u16 action;
	u8 min_len;
	u8 credits;
	bool fast;
	const char *name;
	int (*handle)(struct xe_gt *gt, const u32 *payload, u32 len);
};

/* xe_guc_ct_add_rows() - rows live as long as the driver; before xe_guc_start() */
int xe_guc_ct_add_rows(struct xe_gt *gt, const struct xe_g2h_row *rows, size_t n);

/* xe_guc_set_reset_request() - who resets the GT; @request is called in hard irq too */
void xe_guc_set_reset_request(struct xe_gt *gt, void (*request)(struct xe_gt *gt));
/* xe_guc_reset_gt() - ask whoever was handed in to reset @gt; for submit/. Context: any */
void xe_guc_reset_gt(struct xe_gt *gt);

/**
 * struct xe_guc_fault - a page fault, between event and reply
 * @addr: faulting page
 * @asid: address space
 * @cookie: of the hardware, goes back with the reply
 * @access: GUC_ACCESS_* (abi/guc_fault.h)
 * @type: GUC_FAULT_* (abi/guc_fault.h)
 * @level: of the page table where it ended
 * @engine_class: hardware's number, &enum xe_engine_class
 * @engine_instance: hardware's number
 * @vfid: virtual function
 * @prefetch: nobody waits for it
 */
struct xe_guc_fault {
	u64 addr;
	u32 asid;
	u16 cookie;
	u8 access, type, level;
	u8 engine_class, engine_instance;
	u8 vfid;
	bool prefetch;
};

/**
 * typedef xe_guc_fault_handler - who resolves page faults
 * @gt: GT that faulted
 * @fault: valid during the call
 *
 * Context: hard irq.
 *
 * Return: 0 when it has taken the fault and will call xe_guc_fault_reply();
 * anything else refuses it.
 */
typedef int (*xe_guc_fault_handler)(struct xe_gt *gt, const struct xe_guc_fault *fault);
void xe_guc_set_fault_handler(struct xe_gt *gt, xe_guc_fault_handler handler);
/* xe_guc_fault_reply() - @resolved: try again, else the context ends. Context: sleeps */
int xe_guc_fault_reply(struct xe_gt *gt, const struct xe_guc_fault *fault, bool resolved);

/* debugfs. Context: awake */
void xe_guc_print(struct xe_gt *gt, struct drm_printer *p);
void xe_guc_ct_print(struct xe_gt *gt, struct drm_printer *p);
void xe_guc_log_print(struct xe_gt *gt, struct drm_printer *p);

/* frequency (SLPC), MHz. Context: awake */
int xe_guc_pc_freq(struct xe_gt *gt, u32 *min, u32 *max, u32 *rp0, u32 *rpe, u32 *rpn);
int xe_guc_pc_set_min(struct xe_gt *gt, u32 mhz);
int xe_guc_pc_set_max(struct xe_gt *gt, u32 mhz);
u32 xe_guc_pc_act_freq(struct xe_gt *gt);
u32 xe_guc_pc_cur_freq(struct xe_gt *gt);
/* xe_guc_pc_settle() - probe, resume or reset is over: lift limits that only apply to starting */
int xe_guc_pc_settle(struct xe_gt *gt);

#endif
