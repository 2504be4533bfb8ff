// SPDX-License-Identifier: GPL-2.0
/*
 * Partition of the protected memory (WOPCM) that firmware runs from, from its
 * bottom: HuC, 16 KiB reserved, the GuC's part (16 KiB reserved, 8 KiB of stack,
 * its code), 36 KiB for hardware contexts. No hardware is needed here.
 */
#include <linux/align.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/sizes.h>

#include <kunit/visibility.h>

#include "guc/xe_guc_wopcm.h"

#define HUC_RESERVED	SZ_16K
#define GUC_RESERVED	(SZ_16K + SZ_8K)
#define HW_CONTEXTS	(SZ_32K + SZ_4K)
#define BASE_ALIGN	SZ_16K
#define SIZE_ALIGN	SZ_4K

/**
 * xe_guc_wopcm_check() - does a partition hold what must go into it?
 * @total: bytes of protected memory
 * @guc_bytes: the GuC's firmware
 * @huc_bytes: the HuC's firmware, 0: none
 * @base: where the GuC's part begins
 * @size: bytes of the GuC's part
 *
 * Context: any.
 *
 * Return: 0 or -E2BIG.
 */
int xe_guc_wopcm_check(u32 total, u32 guc_bytes, u32 huc_bytes, u32 base, u32 size)
{
	u64 end = (u64)base + size;

	if (!size || end > total - HW_CONTEXTS)
		return -E2BIG;
	if ((u64)guc_bytes + GUC_RESERVED > size)
		return -E2BIG;
	if ((u64)huc_bytes + HUC_RESERVED > base)
		return -E2BIG;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(xe_guc_wopcm_check);

/**
 * xe_guc_wopcm_layout() - give the GuC all that the HuC does not need
 * @total: bytes of protected memory, at least 1 MiB
 * @guc_bytes: the GuC's firmware
 * @huc_bytes: the HuC's firmware, 0: none
 * @base: where the GuC's part begins
 * @size: bytes of the GuC's part
 *
 * Context: any.
 *
 * Return: 0 or -E2BIG.
 */
int xe_guc_wopcm_layout(u32 total, u32 guc_bytes, u32 huc_bytes, u32 *base, u32 *size)
{
	u32 usable = total - HW_CONTEXTS;

	if (huc_bytes >= usable)
		return -E2BIG;
	*base = min(ALIGN(huc_bytes + HUC_RESERVED, BASE_ALIGN), ALIGN_DOWN(usable, BASE_ALIGN));
	*size = ALIGN_DOWN(usable - *base, SIZE_ALIGN);
	return xe_guc_wopcm_check(total, guc_bytes, huc_bytes, *base, *size);
}
EXPORT_SYMBOL_IF_KUNIT(xe_guc_wopcm_layout);
