/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_GUC_G2H_H_
#define _XE_GUC_G2H_H_

#include <linux/types.h>

struct xe_g2h_row;
struct xe_gt;

#define XE_G2H_MAX_ROWS 32

/**
 * struct xe_g2h_table - what events mean, sorted by action
 * @rows: added before the first message, read without a lock afterwards
 * @n: rows in use
 */
struct xe_g2h_table {
	const struct xe_g2h_row *rows[XE_G2H_MAX_ROWS];
	unsigned int n;
};

int xe_guc_g2h_add(struct xe_g2h_table *table, const struct xe_g2h_row *row);
const struct xe_g2h_row *xe_guc_g2h_find(const struct xe_g2h_table *table, u16 action);
int xe_guc_g2h_call(struct xe_gt *gt, const struct xe_g2h_row *row, const u32 *hxg, u32 len);

#endif
