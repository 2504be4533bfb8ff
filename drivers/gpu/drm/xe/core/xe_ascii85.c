// SPDX-License-Identifier: GPL-2.0
/*
 * Memory as text, as tools that read dumps of this driver expect it.
 */
#include "core/xe_ascii85.h"

#include <linux/ascii85.h>

#include <drm/drm_print.h>

/**
 * xe_ascii85_print() - dwords as text
 * @p: where to
 * @dw: dwords
 * @n: how many
 *
 * Some at a time: a printer is slow to call. Context: as @p's.
 */
void xe_ascii85_print(struct drm_printer *p, const u32 *dw, size_t n)
{
	char line[128], one[ASCII85_BUFSZ];
	size_t i, len = 0;

	for (i = 0; i < n; i++) {
		const char *text = ascii85_encode(dw[i], one);

		len += strscpy(line + len, text, ASCII85_BUFSZ);
		if (i + 1 < n && len + ASCII85_BUFSZ <= sizeof(line))
			continue;
		drm_puts(p, line);
		len = 0;
	}
}
