// SPDX-License-Identifier: GPL-2.0
/*
 * Forcewake: registers of a sleeping power domain answer nothing, so whoever
 * reads them holds the domain awake.
 *
 * A domain is put to sleep some time after its last user, not at once: users
 * come in bursts, and each wake costs a write and a poll across PCIe.
 */

#include "core/xe_force_wake.h"

#include <linux/export.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include <kunit/visibility.h>

#include <drm/drm_managed.h>

#include "core/xe_log.h"
#include "core/xe_mmio.h"
#include "core/xe_platform.h"
#include "regs/xe_gt_regs.h"

#define ACK_TIMEOUT_US		50000
#define LINGER_MS		10
#define N_DOMAINS		15

/**
 * struct xe_forcewake - state of a GT's domains
 * @gt: the GT
 * @present: domains that exist
 * @awake: domains that acknowledged being awake
 * @refs: users of each domain
 * @linger: puts unused domains to sleep
 */
struct xe_forcewake {
	struct xe_gt *gt;
	/** @lock: protects all below; taken in any context */
	spinlock_t lock;
	u32 present, awake;
	u16 refs[N_DOMAINS];
	struct delayed_work linger;
};

static struct xe_reg control_reg(unsigned int domain)
{
	switch (domain) {
	case 0:
		return FORCEWAKE_GT;
	case 1:
		return FORCEWAKE_RENDER;
	case 2 ... 9:
		return FORCEWAKE_VDBOX(domain - 2);
	case 10 ... 13:
		return FORCEWAKE_VEBOX(domain - 10);
	default:
		return FORCEWAKE_GSC;
	}
}

static struct xe_reg ack_reg(struct xe_gt *gt, unsigned int domain)
{
	switch (domain) {
	case 0:
		return gt->ip_ver >= 1270 || gt->type == XE_GT_MEDIA ? FORCEWAKE_ACK_GT_LPG :
								       FORCEWAKE_ACK_GT;
	case 1:
		return FORCEWAKE_ACK_RENDER;
	case 2 ... 9:
		return FORCEWAKE_ACK_VDBOX(domain - 2);
	case 10 ... 13:
		return FORCEWAKE_ACK_VEBOX(domain - 10);
	default:
		return FORCEWAKE_ACK_GSC;
	}
}

static void request(struct xe_gt *gt, unsigned int domain, bool wake)
{
	xe_mmio_write32(&gt->mmio, control_reg(domain),
			wake ? XE_MASKED_ON(FORCEWAKE_KERNEL) : XE_MASKED_OFF(FORCEWAKE_KERNEL));
}

static bool acknowledged(struct xe_gt *gt, unsigned int domain, bool wake)
{
	struct xe_reg reg = ack_reg(gt, domain);
	u32 val;
	int err;

	err = xe_mmio_wait32(&gt->mmio, reg, FORCEWAKE_KERNEL, wake ? FORCEWAKE_KERNEL : 0,
			     ACK_TIMEOUT_US, &val, true);
	if (!err && val != ~0u)
		return true;

	drm_err_ratelimited(&gt_to_xe(gt)->drm,
			    "GT%u: Force wake domain %u failed to ack %s: register %#x reads %#x\n",
			    gt->id, domain, wake ? "wake" : "sleep", reg.addr, val);
	return false;
}

static void sleep_unused(struct xe_forcewake *fw)
{
	unsigned long unused = 0;
	unsigned int i;

	lockdep_assert_held(&fw->lock);

	for (i = 0; i < N_DOMAINS; i++)
		if (fw->awake & BIT(i) && !fw->refs[i])
			unused |= BIT(i);

	for_each_set_bit(i, &unused, N_DOMAINS)
		request(fw->gt, i, false);
	for_each_set_bit(i, &unused, N_DOMAINS)
		acknowledged(fw->gt, i, false);
	fw->awake &= ~unused;
}

static void linger_work(struct work_struct *work)
{
	struct xe_forcewake *fw = container_of(work, struct xe_forcewake, linger.work);

	guard(spinlock_irqsave)(&fw->lock);
	sleep_unused(fw);
}

/**
 * xe_force_wake_sync() - put unused domains to sleep now
 * @gt: GT
 *
 * Before the device sleeps or goes away. Context: may sleep.
 */
void xe_force_wake_sync(struct xe_gt *gt)
{
	struct xe_forcewake *fw = gt->forcewake;

	cancel_delayed_work_sync(&fw->linger);
	guard(spinlock_irqsave)(&fw->lock);
	sleep_unused(fw);
}
EXPORT_SYMBOL_IF_KUNIT(xe_force_wake_sync);

static void forcewake_release(void *arg)
{
	struct xe_gt *gt = arg;

	xe_force_wake_sync(gt);
}

/**
 * xe_force_wake_get() - keep domains awake
 * @gt: GT
 * @domains: &enum xe_fw_domain bits; those the GT lacks are ignored
 *
 * Context: any.
 * Return: the domains that are awake, to be given to xe_force_wake_put().
 */
unsigned int xe_force_wake_get(struct xe_gt *gt, unsigned int domains)
{
	struct xe_forcewake *fw = gt->forcewake;
	unsigned long wake;
	unsigned int i;

	guard(spinlock_irqsave)(&fw->lock);

	domains &= fw->present;
	wake = domains & ~fw->awake;
	for_each_set_bit(i, &wake, N_DOMAINS)
		request(gt, i, true);
	for_each_set_bit(i, &wake, N_DOMAINS) {
		if (acknowledged(gt, i, true))
			fw->awake |= BIT(i);
	}

	domains &= fw->awake;
	for (i = 0; i < N_DOMAINS; i++)
		if (domains & BIT(i))
			fw->refs[i]++;
	return domains;
}
EXPORT_SYMBOL_IF_KUNIT(xe_force_wake_get);

/**
 * xe_force_wake_put() - give domains back
 * @gt: GT
 * @domains: what xe_force_wake_get() returned
 *
 * Context: any.
 */
void xe_force_wake_put(struct xe_gt *gt, unsigned int domains)
{
	struct xe_forcewake *fw = gt->forcewake;
	bool idle = false;
	unsigned int i;

	if (!domains)
		return;

	scoped_guard(spinlock_irqsave, &fw->lock) {
		for (i = 0; i < N_DOMAINS; i++)
			if (domains & BIT(i) && !--fw->refs[i])
				idle = true;
	}

	if (idle)
		mod_delayed_work(system_percpu_wq, &fw->linger, msecs_to_jiffies(LINGER_MS));
}
EXPORT_SYMBOL_IF_KUNIT(xe_force_wake_put);

/**
 * xe_force_wake_init() - the GT domain, which every GT has
 * @gt: GT
 *
 * Return: 0 or -ENOMEM.
 */
int xe_force_wake_init(struct xe_gt *gt)
{
	struct xe_device *xe = gt_to_xe(gt);
	struct xe_forcewake *fw;

	fw = drmm_kzalloc(&xe->drm, sizeof(*fw), GFP_KERNEL);
	if (!fw)
		return -ENOMEM;

	fw->gt = gt;
	fw->present = XE_FW_GT;
	spin_lock_init(&fw->lock);
	INIT_DELAYED_WORK(&fw->linger, linger_work);
	gt->forcewake = fw;

	return devm_add_action_or_reset(xe->drm.dev, forcewake_release, gt);
}
EXPORT_SYMBOL_IF_KUNIT(xe_force_wake_init);

/**
 * xe_force_wake_init_engines() - domains of the engines that are there
 * @gt: GT; its fuses have been read
 *
 * Return: 0.
 */
int xe_force_wake_init_engines(struct xe_gt *gt)
{
	struct xe_forcewake *fw = gt->forcewake;
	u32 present = XE_FW_GT;

	if (gt->type == XE_GT_MAIN)
		present |= XE_FW_RENDER;
	present |= ((gt->engine_mask >> XE_VCS0) & 0xff) * XE_FW_VDBOX0;
	present |= ((gt->engine_mask >> XE_VECS0) & 0xf) * XE_FW_VEBOX0;
	if (gt->engine_mask & BIT_ULL(XE_GSCCS0))
		present |= XE_FW_GSC;

	guard(spinlock_irqsave)(&fw->lock);
	fw->present = present;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(xe_force_wake_init_engines);
