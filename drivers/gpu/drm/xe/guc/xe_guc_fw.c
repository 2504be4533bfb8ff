// SPDX-License-Identifier: GPL-2.0
/*
 * The firmware image: which file, kept in a buffer that the firmware loader's
 * DMA engine reads, and the transfer itself.
 *
 * The buffer stays in system memory, so that resume finds it whatever happened
 * to VRAM.
 */
#include <linux/bitfield.h>
#include <linux/cleanup.h>
#include <linux/firmware.h>

#include <drm/drm_managed.h>

#include "abi/guc_boot.h"
#include "core/xe_log.h"
#include "core/xe_mmio.h"
#include "core/xe_params.h"
#include "core/xe_platform.h"
#include "gt/xe_ggtt.h"
#include "guc/xe_guc_fw.h"
#include "guc/xe_guc_priv.h"
#include "mem/xe_bo.h"
#include "regs/xe_guc_regs.h"

#define WANTED_MAJOR		70
/* Code goes behind the firmware's stack. */
#define UCODE_WOPCM_OFFSET	0x2000
#define DMA_TIMEOUT_US		100000

struct xe_guc_fw {
	struct xe_guc_image image;
	struct xe_bo *bo;
	size_t size;
};

static const char *firmware_path(struct xe_device *xe, bool *overridden)
{
	*overridden = xe_params.guc_firmware_path && *xe_params.guc_firmware_path;
	return *overridden ? xe_params.guc_firmware_path : xe->platform->fw_guc;
}

/* A file the user named is taken whatever its version is. */
static int check_version(struct xe_gt *gt, const char *path, u32 release, bool overridden)
{
	u8 minor = gt_to_xe(gt)->platform->fw_guc_minor;

	if (overridden)
		return 0;
	if (XE_GUC_VER_MAJOR(release) != WANTED_MAJOR) {
		xe_gt_err(gt, "GuC firmware %s: version %u.%u.%u, %u.x is needed\n", path,
			  XE_GUC_VER_MAJOR(release), XE_GUC_VER_MINOR(release),
			  XE_GUC_VER_PATCH(release), WANTED_MAJOR);
		return -ENOEXEC;
	}
	if (XE_GUC_VER_MINOR(release) < minor)
		xe_gt_notice(gt, "GuC firmware %s: version %u.%u is old, %u.%u or newer is better\n",
			     path, WANTED_MAJOR, XE_GUC_VER_MINOR(release), WANTED_MAJOR, minor);
	return 0;
}

static int request(struct xe_gt *gt, const char *path, const struct firmware **fw)
{
	int err = firmware_request_nowarn(fw, path, gt_to_xe(gt)->drm.dev);

	if (err == -ENOENT)
		xe_gt_err(gt, "GuC firmware %s not found: install it or name another with xe.guc_firmware_path\n",
			  path);
	else if (err)
		xe_gt_err(gt, "GuC firmware %s cannot be read: %pe\n", path, ERR_PTR(err));
	return err;
}

static int copy_to_bo(struct xe_guc *guc, struct xe_guc_fw *own, const struct firmware *fw)
{
	own->bo = xe_ggtt_create_bo_managed(guc->gt->tile, fw->size, XE_BO_SYSTEM);
	if (IS_ERR(own->bo)) {
		xe_gt_err(guc->gt, "no memory for the GuC firmware: %pe\n", own->bo);
		return PTR_ERR(own->bo);
	}
	iosys_map_memcpy_to(&own->bo->vmap, 0, fw->data, fw->size);
	own->size = fw->size;
	return 0;
}

/**
 * xe_guc_fw_init() - read and check the firmware file of a GT
 * @guc: firmware to fill in
 *
 * Says in one message what is wrong with the file, if anything is.
 *
 * Context: process, sleeps.
 *
 * Return: 0, -ENOENT when there is no file, -ENOEXEC or what xe_guc_fw_parse()
 * returns for a file that cannot be used, -ENOMEM.
 */
int xe_guc_fw_init(struct xe_guc *guc)
{
	const struct firmware *fw __free(firmware) = NULL;
	struct xe_device *xe = gt_to_xe(guc->gt);
	struct xe_gt *gt = guc->gt;
	struct xe_guc_fw *own;
	bool overridden;
	const char *path;
	char why[96];
	u32 v, s;
	int err;

	path = firmware_path(xe, &overridden);
	if (!path) {
		xe_gt_err(gt, "no GuC firmware is known for this device: name one with xe.guc_firmware_path\n");
		return -ENOENT;
	}
	own = drmm_kzalloc(&xe->drm, sizeof(*own), GFP_KERNEL);
	if (!own)
		return -ENOMEM;

	err = request(gt, path, &fw);
	if (err)
		return err;
	err = xe_guc_fw_parse(fw->data, fw->size, &own->image, why, sizeof(why));
	if (err) {
		xe_gt_err(gt, "GuC firmware %s cannot be used: %s\n", path, why);
		return err;
	}
	v = own->image.release;
	s = own->image.submission;
	err = check_version(gt, path, v, overridden);
	if (err)
		return err;

	xe_gt_info(gt, "Using GuC firmware from %s version %u.%u.%u, interface %u.%u.%u\n", path,
		   XE_GUC_VER_MAJOR(v), XE_GUC_VER_MINOR(v), XE_GUC_VER_PATCH(v),
		   XE_GUC_VER_MAJOR(s), XE_GUC_VER_MINOR(s), XE_GUC_VER_PATCH(s));
	err = copy_to_bo(guc, own, fw);
	if (err)
		return err;
	guc->fw = own;
	return 0;
}

/**
 * xe_guc_fw_image() - what the header said
 * @guc: firmware, after xe_guc_fw_init()
 *
 * Return: never NULL.
 */
const struct xe_guc_image *xe_guc_fw_image(struct xe_guc *guc)
{
	return &guc->fw->image;
}

/**
 * xe_guc_fw_size() - length of the file
 * @guc: firmware, after xe_guc_fw_init()
 *
 * Return: bytes.
 */
size_t xe_guc_fw_size(struct xe_guc *guc)
{
	return guc->fw->size;
}

/* Long signatures do not fit the scratch registers: the boot ROM fetches them. */
static int send_signature(struct xe_guc *guc)
{
	struct xe_guc_fw *fw = guc->fw;
	struct xe_gt *gt = guc->gt;
	unsigned int i;

	if (fw->image.signature_size > GUC_RSA_SCRATCH_COUNT * sizeof(u32)) {
		xe_mmio_write32(&gt->mmio, GUC_RSA_SCRATCH(0),
				xe_ggtt_addr(gt->tile, fw->bo) + fw->image.upload_size);
		return 0;
	}
	if (fw->image.signature_size < GUC_RSA_SCRATCH_COUNT * sizeof(u32)) {
		xe_gt_err(gt, "GuC firmware has a signature of only %u bytes\n",
			  fw->image.signature_size);
		return -EPROTO;
	}
	for (i = 0; i < GUC_RSA_SCRATCH_COUNT; i++)
		xe_mmio_write32(&gt->mmio, GUC_RSA_SCRATCH(i),
				iosys_map_rd(&fw->bo->vmap,
					     fw->image.upload_size + i * sizeof(u32), u32));
	return 0;
}

/**
 * xe_guc_fw_upload() - hand signature and code to the hardware
 * @guc: firmware, after xe_guc_fw_init()
 *
 * The firmware starts by itself when the transfer is complete.
 *
 * Context: sleeps; GT awake.
 *
 * Return: 0, -EPROTO, -ETIMEDOUT.
 */
int xe_guc_fw_upload(struct xe_guc *guc)
{
	struct xe_mmio *mmio = &guc->gt->mmio;
	struct xe_guc_fw *fw = guc->fw;
	u32 ctrl;
	int err;

	err = send_signature(guc);
	if (err)
		return err;

	xe_mmio_write32(mmio, GUC_DMA_SRC_LOW, xe_ggtt_addr(guc->gt->tile, fw->bo));
	xe_mmio_write32(mmio, GUC_DMA_SRC_HIGH, FIELD_PREP(GUC_DMA_SPACE, GUC_DMA_SPACE_GGTT));
	xe_mmio_write32(mmio, GUC_DMA_DST_LOW, UCODE_WOPCM_OFFSET);
	xe_mmio_write32(mmio, GUC_DMA_DST_HIGH, FIELD_PREP(GUC_DMA_SPACE, GUC_DMA_SPACE_WOPCM));
	xe_mmio_write32(mmio, GUC_DMA_SIZE, fw->image.upload_size);
	xe_mmio_write32(mmio, GUC_DMA_CTRL, XE_MASKED_ON(GUC_DMA_UOS_MOVE | GUC_DMA_START));

	err = xe_mmio_wait32(mmio, GUC_DMA_CTRL, GUC_DMA_START, 0, DMA_TIMEOUT_US, &ctrl, false);
	if (err)
		xe_gt_err(guc->gt, "transfer of the GuC firmware does not end, control %#x\n",
			  ctrl);
	xe_mmio_write32(mmio, GUC_DMA_CTRL, XE_MASKED_OFF(GUC_DMA_UOS_MOVE));
	return err;
}
