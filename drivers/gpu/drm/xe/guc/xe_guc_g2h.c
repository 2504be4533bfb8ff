// SPDX-License-Identifier: GPL-2.0
/*
 * Which handler an event goes to: one row per action, handed in by its owner.
 * No hardware is needed here.
 */
#include <linux/bsearch.h>
#include <linux/errno.h>
#include <linux/export.h>

#include <kunit/visibility.h>

#include "abi/guc_hxg.h"
#include "guc/xe_guc.h"
#include "guc/xe_guc_g2h.h"

static int compare(const void *key, const void *elem)
{
	u16 action = *(const u16 *)key;
	const struct xe_g2h_row *const *row = elem;

	return (int)action - (*row)->action;
}

/**
 * xe_guc_g2h_add() - add a row
 * @table: where to
 * @row: lives as long as @table
 *
 * Context: before the first message.
 *
 * Return: 0, -EEXIST when the action has a row already, -ENOSPC.
 */
int xe_guc_g2h_add(struct xe_g2h_table *table, const struct xe_g2h_row *row)
{
	unsigned int at;

	if (xe_guc_g2h_find(table, row->action))
		return -EEXIST;
	if (table->n == XE_G2H_MAX_ROWS)
		return -ENOSPC;
	for (at = table->n; at && table->rows[at - 1]->action > row->action; at--)
		table->rows[at] = table->rows[at - 1];
	table->rows[at] = row;
	table->n++;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(xe_guc_g2h_add);

/**
 * xe_guc_g2h_find() - row of an action
 * @table: where to look
 * @action: HXG action code of the event
 *
 * Context: any.
 *
 * Return: NULL when nobody wants it.
 */
const struct xe_g2h_row *xe_guc_g2h_find(const struct xe_g2h_table *table, u16 action)
{
	const struct xe_g2h_row *const *row;

	row = bsearch(&action, table->rows, table->n, sizeof(table->rows[0]), compare);
	return row ? *row : NULL;
}
EXPORT_SYMBOL_IF_KUNIT(xe_guc_g2h_find);

/**
 * xe_guc_g2h_call() - hand an event to its handler
 * @gt: GT that sent it
 * @row: of its action
 * @hxg: the event from its HXG header on
 * @len: dwords in @hxg
 *
 * Context: as the row says.
 *
 * Return: of the handler, or -EPROTO when the event is too short for it.
 */
int xe_guc_g2h_call(struct xe_gt *gt, const struct xe_g2h_row *row, const u32 *hxg, u32 len)
{
	if (len < GUC_HXG_HDR_DWORDS + row->min_len)
		return -EPROTO;
	return row->handle(gt, hxg + GUC_HXG_HDR_DWORDS, len - GUC_HXG_HDR_DWORDS);
}
EXPORT_SYMBOL_IF_KUNIT(xe_guc_g2h_call);
