/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_GUC_PRIV_H_
#define _XE_GUC_PRIV_H_

/* What the files of this folder share; nobody else includes it. */

#include <linux/mutex.h>

#include "guc/xe_guc.h"
#include "guc/xe_guc_g2h.h"

struct xe_guc_ads;		/* xe_guc_ads.c */
struct xe_guc_ct;		/* xe_guc_ct.c */
struct xe_guc_faults;		/* xe_guc_fault.c */
struct xe_guc_fw;		/* xe_guc_fw.c */
struct xe_guc_image;		/* xe_guc_fw.h */
struct xe_guc_log;		/* xe_guc_log.c */
struct xe_guc_pc;		/* xe_guc_pc.c */

/* A version as xe_guc_release_version() and xe_guc_submission_version() give it. */
#define XE_GUC_VER(major, minor, patch)	((major) << 16 | (minor) << 8 | (patch))
#define XE_GUC_VER_MAJOR(v)		((v) >> 16)
#define XE_GUC_VER_MINOR(v)		((v) >> 8 & 0xff)
#define XE_GUC_VER_PATCH(v)		((v) & 0xff)

/* struct xe_guc - the firmware of one GT; parts belong to the files named above */
struct xe_guc {
	struct xe_gt *gt;
	struct xe_guc_fw *fw;
	struct xe_guc_log *log;
	struct xe_guc_ads *ads;
	struct xe_guc_ct *ct;
	struct xe_guc_pc *pc;
	struct xe_guc_faults *faults;
	/** @rows: what events mean; complete before messages flow */
	struct xe_g2h_table rows;
	/** @mmio_lock: one message in the MMIO registers at a time */
	struct mutex mmio_lock;
	/** @reset_request: set once by the layer above */
	void (*reset_request)(struct xe_gt *gt);
	/** @full: engines are known, the complete ADS is used */
	bool full;
	/** @loaded: the firmware runs and may use memory */
	bool loaded;
	/** @hwconfig: of GT 0 only; kept for the device's life */
	void *hwconfig;
	size_t hwconfig_size;
};

/* xe_guc_boot.c */
int xe_guc_boot_reset(struct xe_guc *guc);
int xe_guc_boot_wopcm(struct xe_guc *guc);
int xe_guc_boot_load(struct xe_guc *guc);
void xe_guc_boot_check_scratch(struct xe_guc *guc);

/* xe_guc_mmio.c */
void xe_guc_mmio_notify(struct xe_guc *guc);
int xe_guc_mmio_self_cfg(struct xe_guc *guc, u16 key, u16 len, u64 value);

/* xe_guc_ads.c */
int xe_guc_ads_init(struct xe_guc *guc);
void xe_guc_ads_populate(struct xe_guc *guc);
void xe_guc_ads_populate_golden(struct xe_guc *guc);
u32 xe_guc_ads_addr(struct xe_guc *guc);
u32 xe_guc_ads_scratch(struct xe_guc *guc, const u32 *data, unsigned int dwords);

/* xe_guc_klv.c */
unsigned int xe_guc_klv_workarounds(struct xe_guc *guc, u32 *out, unsigned int max);
int xe_guc_klv_opt_in(struct xe_guc *guc);

/* xe_guc_log.c */
int xe_guc_log_init(struct xe_guc *guc);
u32 xe_guc_log_param(struct xe_guc *guc);
u32 xe_guc_log_debug_param(struct xe_guc *guc);
int xe_guc_log_capture_done(struct xe_guc *guc);

/* xe_guc_hwconfig.c */
int xe_guc_hwconfig_read(struct xe_guc *guc);

/* xe_guc_ct.c */
int xe_guc_ct_init(struct xe_guc *guc);
int xe_guc_ct_start(struct xe_guc *guc);
void xe_guc_ct_stop(struct xe_guc *guc);
void xe_guc_ct_quiesce(struct xe_guc *guc);
void xe_guc_ct_irq(struct xe_guc *guc);
void xe_guc_ct_poll(struct xe_guc *guc);

/* xe_guc_event.c */
int xe_guc_event_init(struct xe_guc *guc);

/* xe_guc_fault.c */
int xe_guc_fault_init(struct xe_guc *guc);
void xe_guc_fault_stop(struct xe_guc *guc);
int xe_guc_fault_event(struct xe_gt *gt, const u32 *payload, u32 len);

/* xe_guc_pc.c */
int xe_guc_pc_init(struct xe_guc *guc);
void xe_guc_pc_raise(struct xe_guc *guc);
int xe_guc_pc_start(struct xe_guc *guc);
void xe_guc_pc_stop(struct xe_guc *guc);

/* xe_guc_tlb.c */
void xe_guc_tlb_init(struct xe_guc *guc);

#endif
