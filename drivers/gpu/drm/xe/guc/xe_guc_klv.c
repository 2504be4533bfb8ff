// SPDX-License-Identifier: GPL-2.0
/*
 * What newer firmware can be told with key, length and value: workarounds when
 * it boots, features when it runs. Each is one row.
 */
#include "abi/guc_actions.h"
#include "abi/guc_klv.h"
#include "core/xe_log.h"
#include "guc/xe_guc_priv.h"

/**
 * struct ip_range - IP versions
 * @from: first
 * @to: last, 0: none at all
 */
struct ip_range {
	u16 from, to;
};

/**
 * struct workaround - a row of the workaround list
 * @key: GUC_KLV_WA_*
 * @graphics: main GTs that need it
 * @media: media GTs that need it
 * @since: release that knows it, 0: all
 * @has_value: one dword, @value, follows
 * @value: see @has_value
 */
struct workaround {
	u16 key;
	struct ip_range graphics, media;
	u32 since;
	bool has_value;
	u32 value;
};

static const struct workaround workarounds[] = {
	/* Wa_16021333562 */
	{ GUC_KLV_WA_BLOCK_INTERRUPTS, { 1200, 1274 }, { 1300, 1300 } },
	/* Wa_18024947630 */
	{ GUC_KLV_WA_PFQ_TAIL_POLLING, { 2001, 2001 } },
	{ GUC_KLV_WA_PFQ_TAIL_POLLING, { 2004, 2004 }, { 2000, 2000 } },
	/* Wa_16022287689 */
	{ GUC_KLV_WA_NO_MTP_ASYNC_COMPUTE, { 2001, 2001 } },
	{ GUC_KLV_WA_NO_MTP_ASYNC_COMPUTE, { 2004, 2004 } },
	/* Wa_13011645652: what the register is to hold */
	{ GUC_KLV_WA_RCSM_LATE_RESTORE, { 2004, 3005 }, .has_value = true, .value = 0xc40 },
	/* Wa_14022293748, Wa_22019794406 */
	{ GUC_KLV_WA_RCS_BACK_TO_BACK, { 2001, 3005 } },
	/* Wa_16026508708 */
	{ GUC_KLV_WA_RESET_BB_STACK, { 1200, 3005 }, { 1300, 3002 }, XE_GUC_VER(70, 44, 0) },
	/* Wa_14025515070 */
	{ GUC_KLV_WA_CLEAR_INDIRECT_RING, { 2004, 2004 }, { 1301, 3000 }, XE_GUC_VER(70, 53, 0) },
};

static bool applies(struct xe_guc *guc, const struct workaround *wa)
{
	struct xe_gt *gt = guc->gt;
	const struct ip_range *range = gt->type == XE_GT_MEDIA ? &wa->media : &wa->graphics;

	return range->to && gt->ip_ver >= range->from && gt->ip_ver <= range->to &&
	       xe_guc_release_version(gt) >= wa->since;
}

/**
 * xe_guc_klv_workarounds() - workaround list for the additional data
 * @guc: firmware with an image
 * @out: room for the list
 * @max: dwords in @out
 *
 * Context: any.
 *
 * Return: dwords of the list, at most @max.
 */
unsigned int xe_guc_klv_workarounds(struct xe_guc *guc, u32 *out, unsigned int max)
{
	unsigned int n = 0;

	for (u32 i = 0; i < ARRAY_SIZE(workarounds); i++) {
		const struct workaround *wa = &workarounds[i];

		if (!applies(guc, wa))
			continue;
		if (WARN_ON_ONCE(n + 1 + wa->has_value > max))
			break;
		out[n++] = GUC_KLV(wa->key, wa->has_value);
		if (wa->has_value)
			out[n++] = wa->value;
	}
	return n;
}

static bool always(struct xe_gt *gt)
{
	return true;
}

/* It does not go together with parallel submission, which is what media engines are for. */
static bool wants_dynamic_ics(struct xe_gt *gt)
{
	return gt->type == XE_GT_MAIN && (gt->ip_ver == 1260 || gt->ip_ver >= 2000);
}

/**
 * struct opt_in - a feature that is off until asked for
 * @key: GUC_KLV_OPT_IN_*
 * @since: submission interface that has it
 * @wanted: do we?
 */
struct opt_in {
	u16 key;
	u32 since;
	bool (*wanted)(struct xe_gt *gt);
};

static const struct opt_in opt_ins[] = {
	{ GUC_KLV_OPT_IN_CAT_ERROR_TYPE, XE_GUC_VER(1, 7, 0), always },
	{ GUC_KLV_OPT_IN_DYNAMIC_ICS, XE_GUC_VER(1, 18, 4), wants_dynamic_ics },
};

/**
 * xe_guc_klv_opt_in() - ask for the features that we want and the firmware has
 * @guc: firmware that runs, channel too
 *
 * Context: sleeps.
 *
 * Return: 0 or as xe_guc_ct_send_recv().
 */
int xe_guc_klv_opt_in(struct xe_guc *guc)
{
	u32 version = xe_guc_submission_version(guc->gt);
	u32 msg[] = { GUC_ACTION_OPT_IN_KLV, 0, 0, 0 };
	u32 list[ARRAY_SIZE(opt_ins)], n = 0;
	int ret;

	for (u32 i = 0; i < ARRAY_SIZE(opt_ins); i++)
		if (version >= opt_ins[i].since && opt_ins[i].wanted(guc->gt))
			list[n++] = GUC_KLV(opt_ins[i].key, 0);
	if (!n)
		return 0;

	msg[1] = xe_guc_ads_scratch(guc, list, n);
	msg[3] = n;
	ret = xe_guc_ct_send_recv(guc->gt, msg, ARRAY_SIZE(msg));
	if (ret < 0)
		xe_gt_err(guc->gt, "GuC does not enable features: %pe\n", ERR_PTR(ret));
	return min(ret, 0);
}
