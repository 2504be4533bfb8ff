/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_ASCII85_H_
#define _XE_ASCII85_H_

#include <linux/types.h>

struct drm_printer;

/* xe_ascii85_print() - dwords as text, without a line break */
void xe_ascii85_print(struct drm_printer *p, const u32 *dw, size_t n);

#endif
