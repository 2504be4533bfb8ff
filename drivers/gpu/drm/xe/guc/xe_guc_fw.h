/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_GUC_FW_H_
#define _XE_GUC_FW_H_

#include <linux/types.h>

struct xe_guc;

/**
 * struct xe_guc_image - what the header of a firmware file says
 * @ucode_size: bytes of code, right behind the header
 * @upload_size: bytes of header and code
 * @signature_size: bytes of signature, right behind the code
 * @private_data_size: bytes the firmware wants for itself
 * @release: version of the firmware, major << 16 | minor << 8 | patch
 * @submission: version of its interface, likewise
 */
struct xe_guc_image {
	u32 ucode_size, upload_size, signature_size, private_data_size;
	u32 release, submission;
};

int xe_guc_fw_parse(const void *data, size_t size, struct xe_guc_image *img, char *why,
		    size_t why_size);

int xe_guc_fw_init(struct xe_guc *guc);
const struct xe_guc_image *xe_guc_fw_image(struct xe_guc *guc);
size_t xe_guc_fw_size(struct xe_guc *guc);
int xe_guc_fw_upload(struct xe_guc *guc);

#endif
