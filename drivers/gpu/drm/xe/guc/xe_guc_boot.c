// SPDX-License-Identifier: GPL-2.0
/*
 * From reset to running firmware: protected memory, boot parameters, transfer,
 * and the status register that says how it went.
 */
#include <linux/bitfield.h>
#include <linux/iopoll.h>
#include <linux/ktime.h>

#include "abi/guc_actions.h"
#include "abi/guc_boot.h"
#include "core/xe_force_wake.h"
#include "core/xe_log.h"
#include "core/xe_mmio.h"
#include "core/xe_platform.h"
#include "gt/xe_hw_engine.h"
#include "gt/xe_mocs.h"
#include "guc/xe_guc_fw.h"
#include "guc/xe_guc_priv.h"
#include "guc/xe_guc_wopcm.h"
#include "regs/xe_gt_regs.h"
#include "regs/xe_guc_regs.h"

#define RESET_TIMEOUT_US	5000
#define REST_TIMEOUT_US		100000
#define LOAD_TIMEOUT_US		(3 * USEC_PER_SEC)
#define LOAD_POLL_US		2000
#define LOAD_SLOW_MS		200
/* A BIOS that partitioned the memory may have had more of it than we count on. */
#define WOPCM_MAX		SZ_8M

/* struct boot_error - one final state other than success */
struct boot_error {
	u8 code;
	const char *text;
};

static const struct boot_error ukernel_errors[] = {
	{ GUC_UKERNEL_DEVID_MISMATCH, "firmware of another device" },
	{ GUC_UKERNEL_PREPROD_MISMATCH, "pre-production firmware" },
	{ GUC_UKERNEL_BAD_TYPE, "firmware of the wrong kind" },
	{ GUC_UKERNEL_HWCONFIG_ERROR, "hardware configuration table not found" },
	{ GUC_UKERNEL_BOOTROM_MISMATCH, "boot ROM of another version" },
	{ GUC_UKERNEL_DPC_ERROR, "deferred work cannot be set up" },
	{ GUC_UKERNEL_EXCEPTION, "firmware exception" },
	{ GUC_UKERNEL_BAD_INIT_DATA, "additional data refused" },
	{ GUC_UKERNEL_BAD_MPU_DATA, "memory protection data refused" },
	{ GUC_UKERNEL_BAD_REG_LIST, "register in save/restore list refused" },
	{ GUC_UKERNEL_BAD_WA_KLV, "workaround list refused" },
	{ GUC_UKERNEL_BAD_FEATURE, "feature flag refused" },
};

static const struct boot_error bootrom_errors[] = {
	{ GUC_BOOTROM_NO_KEY, "no key for this firmware" },
	{ GUC_BOOTROM_PROD_KEY, "production part check failed" },
	{ GUC_BOOTROM_RSA, "signature is wrong" },
	{ GUC_BOOTROM_PAVPC, "protected memory is not set up" },
	{ GUC_BOOTROM_WOPCM, "protected memory is wrong" },
	{ GUC_BOOTROM_LOAD_LOCATION, "loaded to the wrong place" },
	{ GUC_BOOTROM_JUMP, "jump to the firmware failed" },
	{ GUC_BOOTROM_RC6_CONFIG, "RC6 context is wrong" },
	{ GUC_BOOTROM_MPU_MAP, "memory protection map is wrong" },
	{ GUC_BOOTROM_EXCEPTION, "boot ROM exception" },
};

static const char *find_error(const struct boot_error *table, size_t n, u32 code)
{
	for (size_t i = 0; i < n; i++)
		if (table[i].code == code)
			return table[i].text;
	return NULL;
}

static const char *load_error(u32 status)
{
	return find_error(ukernel_errors, ARRAY_SIZE(ukernel_errors),
			  FIELD_GET(GUC_STATUS_UKERNEL, status)) ?:
	       find_error(bootrom_errors, ARRAY_SIZE(bootrom_errors),
			  FIELD_GET(GUC_STATUS_BOOTROM, status));
}

static bool load_ready(u32 status)
{
	return FIELD_GET(GUC_STATUS_UKERNEL, status) == GUC_UKERNEL_READY;
}

/* Wa_14025883347: a reset in the middle of a save or restore of its memory breaks the next load. */
static void quiesce_sram(struct xe_gt *gt)
{
	struct xe_mmio *mmio = &gt->mmio;
	bool media = gt->type == XE_GT_MEDIA;

	if (gt->ip_ver < (media ? 1301 : 2004) || gt->ip_ver > (media ? 3500 : 3005))
		return;
	if (xe_mmio_read32(mmio, GUC_STATUS) & GUC_STATUS_MIA_IN_RESET)
		return;
	if (!(xe_mmio_read32(mmio, GUC_BOOT_HASH_CHK) & GUC_BOOT_UKERNEL_VALID))
		return;

	xe_mmio_rmw32(mmio, GUC_MAX_IDLE_COUNT, 0, GUC_IDLE_FLOW_DISABLE);
	if (xe_mmio_wait32(mmio, GUC_STATUS, GUC_STATUS_UKERNEL,
			   FIELD_PREP(GUC_STATUS_UKERNEL, GUC_UKERNEL_READY), REST_TIMEOUT_US,
			   NULL, false) ||
	    xe_mmio_wait32(mmio, GUC_SRAM_STATUS, GUC_SRAM_HANDLING, 0, RESET_TIMEOUT_US, NULL,
			   false))
		xe_gt_warn(gt, "GuC does not come to rest before its reset\n");
}

/**
 * xe_guc_boot_reset() - stop the firmware and forget all it knew
 * @guc: firmware
 *
 * Context: sleeps; GT awake.
 *
 * Return: 0, -ETIMEDOUT, -EIO.
 */
int xe_guc_boot_reset(struct xe_guc *guc)
{
	struct xe_gt *gt = guc->gt;
	u32 status;
	int err;

	quiesce_sram(gt);
	xe_mmio_write32(&gt->mmio, GDRST, GDRST_GUC);
	err = xe_mmio_wait32(&gt->mmio, GDRST, GDRST_GUC, 0, RESET_TIMEOUT_US, NULL, false);
	status = xe_mmio_read32(&gt->mmio, GUC_STATUS);
	if (err) {
		xe_gt_err(gt, "GuC reset does not end, status %#x\n", status);
		return err;
	}
	if (!(status & GUC_STATUS_MIA_IN_RESET)) {
		xe_gt_err(gt, "GuC is not in reset after its reset, status %#x\n", status);
		return -EIO;
	}
	guc->loaded = false;
	return 0;
}

static int write_wopcm(struct xe_gt *gt, u32 base, u32 size)
{
	int err;

	err = xe_mmio_write32_and_verify(&gt->mmio, GUC_WOPCM_SIZE, size,
					 GUC_WOPCM_SIZE_MASK | GUC_WOPCM_SIZE_LOCKED,
					 size | GUC_WOPCM_SIZE_LOCKED);
	if (!err)
		err = xe_mmio_write32_and_verify(&gt->mmio, GUC_WOPCM_OFFSET, base,
						 GUC_WOPCM_OFFSET_MASK | GUC_WOPCM_OFFSET_VALID,
						 base | GUC_WOPCM_OFFSET_VALID);
	if (err)
		xe_gt_err(gt, "protected memory cannot be set up: offset %#x, size %#x read back\n",
			  xe_mmio_read32(&gt->mmio, GUC_WOPCM_OFFSET),
			  xe_mmio_read32(&gt->mmio, GUC_WOPCM_SIZE));
	return err;
}

/**
 * xe_guc_boot_wopcm() - give the firmware its part of protected memory
 * @guc: firmware with an image
 *
 * The registers can be written once between resets of the device; a partition
 * that is already locked in is used when the firmware fits.
 *
 * Context: GT awake.
 *
 * Return: 0, -E2BIG, -EINVAL.
 */
int xe_guc_boot_wopcm(struct xe_guc *guc)
{
	u32 total = gt_to_xe(guc->gt)->platform->wopcm_mib * SZ_1M;
	struct xe_mmio *mmio = &guc->gt->mmio;
	u32 offset = xe_mmio_read32(mmio, GUC_WOPCM_OFFSET);
	u32 locked_size = xe_mmio_read32(mmio, GUC_WOPCM_SIZE);
	u32 base, size, need = xe_guc_fw_size(guc);
	int err;

	if ((offset & GUC_WOPCM_OFFSET_VALID) && (locked_size & GUC_WOPCM_SIZE_LOCKED)) {
		base = offset & GUC_WOPCM_OFFSET_MASK;
		size = locked_size & GUC_WOPCM_SIZE_MASK;
		err = xe_guc_wopcm_check(WOPCM_MAX, need, 0, base, size);
		if (err)
			xe_gt_err(guc->gt, "GuC firmware of %u bytes does not fit the protected memory locked at [%#x, +%#x)\n",
				  need, base, size);
		return err;
	}

	err = xe_guc_wopcm_layout(total, need, 0, &base, &size);
	if (err) {
		xe_gt_err(guc->gt, "GuC firmware of %u bytes does not fit %u bytes of protected memory\n",
			  need, total);
		return err;
	}
	return write_wopcm(guc->gt, base, size);
}

static bool has_engines(struct xe_gt *gt, enum xe_engine_class cls)
{
	return xe_engine_class_mask_logical(gt, cls, false);
}

static u32 workaround_flags(struct xe_guc *guc)
{
	struct xe_gt *gt = guc->gt;
	u32 flags = 0;

	if (gt->ip_ver < 1270)
		flags |= GUC_WA_PRE_PARSER;
	/* Render and compute with different address spaces stall each other: let it take turns. */
	if (gt->type == XE_GT_MAIN && gt->ip_ver >= 1270 && has_engines(gt, XE_CLASS_COMPUTE))
		flags |= GUC_WA_DUAL_QUEUE;
	/* Wa_18020744125 */
	if (gt->type == XE_GT_MAIN && gt->ip_ver == 1260 && !has_engines(gt, XE_CLASS_RENDER))
		flags |= GUC_WA_RCS_REGS_IN_CCS_LIST;
	return flags;
}

static void write_params(struct xe_guc *guc)
{
	struct xe_device *xe = gt_to_xe(guc->gt);
	struct xe_mmio *mmio = &guc->gt->mmio;
	u32 param[GUC_PARAM_COUNT] = {};

	param[GUC_PARAM_LOG] = xe_guc_log_param(guc);
	param[GUC_PARAM_DEBUG] = xe_guc_log_debug_param(guc);
	param[GUC_PARAM_ADS] = FIELD_PREP(GUC_ADS_GGTT_PAGE, xe_guc_ads_addr(guc) >> PAGE_SHIFT);
	param[GUC_PARAM_DEVID] = (u32)xe->devid << 16 | xe->revid;
	if (guc->full) {
		param[GUC_PARAM_FEATURE] = GUC_FEATURE_SLPC | GUC_FEATURE_LITE_RESTORE;
		param[GUC_PARAM_WA] = workaround_flags(guc);
	}

	xe_mmio_write32(mmio, GUC_SCRATCH(0), 0);
	for (unsigned int i = 0; i < GUC_PARAM_COUNT; i++)
		xe_mmio_write32(mmio, GUC_SCRATCH(1 + i), param[i]);
}

static void prepare_shim(struct xe_guc *guc)
{
	struct xe_mmio *mmio = &guc->gt->mmio;
	u16 graphics = guc->gt->tile->primary_gt->ip_ver;
	u32 shim = GUC_SHIM_READ_CACHE_LOGIC | GUC_SHIM_READ_CACHE_SRAM |
		   GUC_SHIM_READ_CACHE_WOPCM | GUC_SHIM_MIA_CLOCK_GATING;

	if (graphics < 1250)
		shim |= GUC_SHIM_NO_SRAM_ZEROES | GUC_SHIM_MIA_CACHING;
	if (graphics >= 2000 || graphics == 1260)
		shim |= FIELD_PREP(GUC_SHIM_MOCS, xe_mocs_uc(guc->gt));

	xe_mmio_write32(mmio, GUC_SHIM_CONTROL, shim);
	xe_mmio_write32(mmio, GUC_GT_PM_CONFIG, GUC_DOORBELL_ENABLE);
	xe_mmio_rmw32(mmio, GT_PMINTRMSK, PMINTR_ARAT_EXPIRED, 0);
}

static int wait_ready(struct xe_guc *guc)
{
	struct xe_gt *gt = guc->gt;
	ktime_t begin = ktime_get();
	const char *error;
	u32 status;
	s64 ms;

	/* The outcome is in the status, not in whether the poll timed out. */
	poll_timeout_us(status = xe_mmio_read32(&gt->mmio, GUC_STATUS),
			load_ready(status) || load_error(status),
			LOAD_POLL_US, LOAD_TIMEOUT_US, false);
	ms = ktime_ms_delta(ktime_get(), begin);

	error = load_error(status);
	if (load_ready(status)) {
		if (ms > LOAD_SLOW_MS)
			xe_gt_warn(gt, "GuC took %lld ms to start, status %#x\n", ms, status);
		else
			xe_gt_dbg(gt, "GuC load: init took %lldms, status %#x\n", ms, status);
		return 0;
	}

	xe_gt_err(gt, "GuC load failed: %s (status %#010x: boot ROM %#04x, firmware %#04x, authentication %u, header %#x, last address %#x, after %lld ms)\n",
		  error ?: "no answer", status, FIELD_GET(GUC_STATUS_BOOTROM, status),
		  FIELD_GET(GUC_STATUS_UKERNEL, status), FIELD_GET(GUC_STATUS_AUTH, status),
		  xe_mmio_read32(&gt->mmio, GUC_HEADER_INFO),
		  xe_mmio_read32(&gt->mmio, GUC_SCRATCH(13)), ms);
	return -EPROTO;
}

/**
 * xe_guc_boot_load() - start the firmware of a GT that is in reset
 * @guc: firmware with image, log and ADS
 *
 * Context: sleeps; GT awake.
 *
 * Return: 0, -EPROTO, -ETIMEDOUT.
 */
int xe_guc_boot_load(struct xe_guc *guc)
{
	int err;

	xe_guc_pc_raise(guc);
	write_params(guc);
	prepare_shim(guc);
	xe_device_wmb(gt_to_xe(guc->gt));
	/* From here on it may use memory, even when the load is said to have failed. */
	guc->loaded = true;
	err = xe_guc_fw_upload(guc);
	return err ?: wait_ready(guc);
}

/**
 * xe_guc_boot_check_scratch() - did the firmware fail before it could send events?
 * @guc: firmware that runs
 *
 * Context: GT awake.
 */
void xe_guc_boot_check_scratch(struct xe_guc *guc)
{
	struct xe_mmio *mmio = &guc->gt->mmio;
	u32 note = xe_mmio_read32(mmio, GUC_SCRATCH(GUC_SCRATCH_COUNT - 1));

	xe_mmio_write32(mmio, GUC_SCRATCH(GUC_SCRATCH_COUNT - 1), 0);
	if (note & GUC_EARLY_CRASH_DUMP)
		xe_gt_err(guc->gt, "GuC posted a crash dump while it started\n");
	if (note & GUC_EARLY_EXCEPTION)
		xe_gt_err(guc->gt, "GuC had an exception while it started\n");
}
