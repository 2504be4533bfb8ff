// SPDX-License-Identifier: GPL-2.0
/*
 * Messages in registers, for the time before there are rings: up to four dwords
 * each way, one at a time.
 */
#include <linux/bitfield.h>
#include <linux/delay.h>
#include <linux/mutex.h>

#include "abi/guc_actions.h"
#include "abi/guc_hxg.h"
#include "abi/guc_klv.h"
#include "core/xe_log.h"
#include "core/xe_mmio.h"
#include "guc/xe_guc_priv.h"
#include "regs/xe_guc_regs.h"

#define REPLY_TIMEOUT_US	50000
#define BUSY_TIMEOUT_US		2000000
#define LOST_LIMIT		2
#define LOST_DELAY_MS		256
#define RETRY_LIMIT		12
#define RETRY_DELAY_MAX_MS	256

/* Success and failure are the only types with both of these bits. */
#define FINAL_TYPE		FIELD_PREP(GUC_HXG_TYPE, GUC_HXG_SUCCESS & GUC_HXG_FAILURE)

static struct xe_reg message_reg(struct xe_gt *gt, unsigned int i)
{
	return gt->type == XE_GT_MEDIA ? MEDIA_GUC_MMIO_MSG(i) : GUC_MMIO_MSG(i);
}

/**
 * xe_guc_mmio_notify() - tell the firmware that there is something for it
 * @guc: firmware
 *
 * Context: any.
 */
void xe_guc_mmio_notify(struct xe_guc *guc)
{
	struct xe_gt *gt = guc->gt;

	xe_mmio_write32(&gt->mmio, gt->type == XE_GT_MEDIA ? MEDIA_GUC_HOST_INTERRUPT :
			GUC_HOST_INTERRUPT, 0);
}

/* One try. Returns 0 with a header in *reply, or -ETIMEDOUT with what was there instead. */
static int exchange(struct xe_guc *guc, const u32 *msg, u32 len, u32 *reply)
{
	struct xe_gt *gt = guc->gt;
	int err;

	for (u32 i = 0; i < len; i++)
		xe_mmio_write32(&gt->mmio, message_reg(gt, i), msg[i]);
	xe_mmio_read32(&gt->mmio, message_reg(gt, GUC_MMIO_MSG_COUNT - 1));
	xe_guc_mmio_notify(guc);

	err = xe_mmio_wait32(&gt->mmio, message_reg(gt, 0), GUC_HXG_ORIGIN, GUC_HXG_ORIGIN,
			     REPLY_TIMEOUT_US, reply, false);
	if (err || FIELD_GET(GUC_HXG_TYPE, *reply) != GUC_HXG_BUSY)
		return err;
	return xe_mmio_wait32(&gt->mmio, message_reg(gt, 0), FINAL_TYPE, FINAL_TYPE,
			      BUSY_TIMEOUT_US, reply, false);
}

/* What a reply means: the value returned, or -errno after one message. */
static int conclude(struct xe_gt *gt, u32 action, u32 reply)
{
	switch (FIELD_GET(GUC_HXG_TYPE, reply)) {
	case GUC_HXG_SUCCESS:
		return FIELD_GET(GUC_HXG_RETURN, reply);
	case GUC_HXG_FAILURE:
		xe_gt_err(gt, "GuC mmio request %#06x failed: error %#x hint %#x\n", action,
			  FIELD_GET(GUC_HXG_ERROR, reply), FIELD_GET(GUC_HXG_HINT, reply));
		return -ENXIO;
	default:
		xe_gt_err(gt, "GuC mmio request %#06x: reply %#010x makes no sense\n", action,
			  reply);
		return -EPROTO;
	}
}

/**
 * xe_guc_mmio_send() - a request in registers, and its answer
 * @gt: GT whose firmware runs
 * @action: action code and at most three dwords
 * @len: dwords in @action
 *
 * A request that vanished (the registers are zero) is sent again, and so is one
 * that the firmware wants to see later.
 *
 * Context: sleeps.
 *
 * Return: the value that the firmware returned (>= 0), -ENXIO refused,
 * -ETIMEDOUT no answer, -ENOLINK lost repeatedly, -ELOOP put off too often,
 * -EPROTO.
 */
int xe_guc_mmio_send(struct xe_gt *gt, const u32 *action, u32 len)
{
	unsigned int lost = 0, put_off = 0;
	struct xe_guc *guc = gt->guc;
	u32 reply = 0;
	int err;

	if (WARN_ON_ONCE(!len || len > GUC_MMIO_MSG_COUNT))
		return -EINVAL;

	guard(mutex)(&guc->mmio_lock);
	for (;;) {
		err = exchange(guc, action, len, &reply);
		if (err && !reply) {
			if (++lost > LOST_LIMIT) {
				xe_gt_err(gt, "GuC mmio request %#06x was lost %u times\n",
					  action[0], lost);
				return -ENOLINK;
			}
			msleep(LOST_DELAY_MS);
		} else if (err) {
			xe_gt_err(gt, "GuC mmio request %#06x: no reply, register says %#010x\n",
				  action[0], reply);
			return err;
		} else if (FIELD_GET(GUC_HXG_TYPE, reply) == GUC_HXG_RETRY) {
			if (++put_off > RETRY_LIMIT) {
				xe_gt_err(gt, "GuC mmio request %#06x was put off %u times\n",
					  action[0], put_off);
				return -ELOOP;
			}
			msleep(min(1u << put_off, RETRY_DELAY_MAX_MS));
		} else {
			return conclude(gt, action[0], reply);
		}
	}
}

/**
 * xe_guc_mmio_self_cfg() - tell the firmware one fact about ourselves
 * @guc: firmware that runs
 * @key: GUC_KLV_*
 * @len: dwords of @value: 1 or 2
 * @value: the fact
 *
 * Context: sleeps.
 *
 * Return: 0, -ENOKEY unknown to the firmware, or as xe_guc_mmio_send().
 */
int xe_guc_mmio_self_cfg(struct xe_guc *guc, u16 key, u16 len, u64 value)
{
	u32 msg[] = {
		GUC_ACTION_SELF_CFG,
		GUC_KLV(key, len),
		lower_32_bits(value),
		upper_32_bits(value),
	};
	int ret = xe_guc_mmio_send(guc->gt, msg, ARRAY_SIZE(msg));

	/* It returns how many of the one it took. */
	if (ret < 0)
		return ret;
	return ret == 1 ? 0 : ret ? -EPROTO : -ENOKEY;
}
