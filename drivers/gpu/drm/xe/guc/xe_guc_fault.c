// SPDX-License-Identifier: GPL-2.0
/*
 * Page faults, between their two messages: parsed here, handed to whoever
 * resolves them, answered here.
 *
 * The event comes in an interrupt, where nothing can be sent. A fault that
 * nobody takes is therefore refused by a worker.
 */
#include <linux/bitfield.h>
#include <linux/kfifo.h>
#include <linux/workqueue.h>

#include <drm/drm_managed.h>

#include "abi/guc_actions.h"
#include "abi/guc_fault.h"
#include "core/xe_log.h"
#include "guc/xe_guc_priv.h"

/* A power of two. Only what cannot be resolved waits here. */
#define MAX_REFUSED	256

struct xe_guc_faults {
	struct xe_gt *gt;
	/** @handler: who resolves faults, or NULL */
	xe_guc_fault_handler handler;
	struct work_struct worker;
	/** @refused: filled by the interrupt, emptied by @worker: no lock between one each */
	DECLARE_KFIFO(refused, struct xe_guc_fault, MAX_REFUSED);
};

static void parse(struct xe_guc_fault *fault, const u32 *dw)
{
	*fault = (struct xe_guc_fault){
		.addr = (u64)dw[3] << 32 | (dw[2] & GUC_FAULT2_ADDR_LO),
		.asid = FIELD_GET(GUC_FAULT1_ASID, dw[1]),
		.cookie = FIELD_GET(GUC_FAULT1_COOKIE_HI, dw[1]) << 4 |
			  FIELD_GET(GUC_FAULT0_COOKIE_LO, dw[0]),
		.access = FIELD_GET(GUC_FAULT2_ACCESS, dw[2]),
		.type = FIELD_GET(GUC_FAULT2_TYPE, dw[2]),
		.level = FIELD_GET(GUC_FAULT0_LEVEL, dw[0]),
		.engine_class = FIELD_GET(GUC_FAULT0_CLASS, dw[0]),
		.engine_instance = FIELD_GET(GUC_FAULT0_INSTANCE, dw[0]),
		.vfid = FIELD_GET(GUC_FAULT2_VFID, dw[2]),
		.prefetch = FIELD_GET(GUC_FAULT2_PREFETCH, dw[2]),
	};
}

/**
 * xe_guc_fault_event() - handler of the page fault event
 * @gt: GT that faulted
 * @payload: the fault
 * @len: dwords in @payload
 *
 * Context: hard interrupt.
 *
 * Return: 0, -EPROTO, -ENOSPC.
 */
int xe_guc_fault_event(struct xe_gt *gt, const u32 *payload, u32 len)
{
	struct xe_guc_faults *faults = gt->guc->faults;
	xe_guc_fault_handler handler = READ_ONCE(faults->handler);
	struct xe_guc_fault fault;

	if (len != GUC_FAULT_DWORDS)
		return -EPROTO;
	parse(&fault, payload);

	if (!(payload[0] & GUC_FAULT0_TRVA) && handler && !handler(gt, &fault))
		return 0;
	if (!kfifo_put(&faults->refused, fault))
		return -ENOSPC;
	queue_work(gt_to_xe(gt)->unordered_wq, &faults->worker);
	return 0;
}

/**
 * xe_guc_fault_reply() - answer a page fault
 * @gt: GT that faulted
 * @fault: as the handler got it
 * @resolved: true: the access is tried again; false: its context is ended
 *
 * Context: sleeps.
 *
 * Return: as xe_guc_ct_send(); after an error there is nothing to do, a reset
 * has ended the access.
 */
int xe_guc_fault_reply(struct xe_gt *gt, const struct xe_guc_fault *fault, bool resolved)
{
	const u32 msg[] = {
		GUC_ACTION_PAGE_FAULT_REPLY,
		FIELD_PREP(GUC_REPLY0_VALID, 1) |
		FIELD_PREP(GUC_REPLY0_FAILED, !resolved) |
		FIELD_PREP(GUC_REPLY0_SCOPE, GUC_REPLY_SCOPE_ACCESS) |
		FIELD_PREP(GUC_REPLY0_DESC, GUC_REPLY_DESC_FAULT) |
		FIELD_PREP(GUC_REPLY0_ASID, fault->asid),
		FIELD_PREP(GUC_REPLY1_VFID, fault->vfid) |
		FIELD_PREP(GUC_REPLY1_PREFETCH, !resolved && fault->prefetch) |
		FIELD_PREP(GUC_REPLY1_INSTANCE, fault->engine_instance) |
		FIELD_PREP(GUC_REPLY1_CLASS, fault->engine_class) |
		FIELD_PREP(GUC_REPLY1_COOKIE, fault->cookie),
	};

	return xe_guc_ct_send(gt, msg, ARRAY_SIZE(msg), 0);
}

static void refuse_fn(struct work_struct *work)
{
	struct xe_guc_faults *faults = container_of(work, struct xe_guc_faults, worker);
	struct xe_guc_fault fault;

	while (kfifo_get(&faults->refused, &fault)) {
		xe_gt_dbg(faults->gt, "fault refused: address %#llx asid %u type %u access %u class %u instance %u\n",
			  fault.addr, fault.asid, fault.type, fault.access, fault.engine_class,
			  fault.engine_instance);
		xe_guc_fault_reply(faults->gt, &fault, false);
	}
}

/**
 * xe_guc_set_fault_handler() - say who resolves page faults
 * @gt: GT that faults
 * @handler: see &xe_guc_fault_handler; NULL: nobody, all faults are refused
 *
 * Context: any. A handler that is replaced may still be running; stop the
 * channel first when that matters.
 */
void xe_guc_set_fault_handler(struct xe_gt *gt, xe_guc_fault_handler handler)
{
	WRITE_ONCE(gt->guc->faults->handler, handler);
}

/**
 * xe_guc_fault_stop() - forget faults that were not refused yet
 * @guc: firmware whose channel is stopped: nothing is added any more
 *
 * Context: sleeps.
 */
void xe_guc_fault_stop(struct xe_guc *guc)
{
	cancel_work_sync(&guc->faults->worker);
	kfifo_reset(&guc->faults->refused);
}

/**
 * xe_guc_fault_init() - memory and worker
 * @guc: firmware to fill in
 *
 * Context: sleeps.
 *
 * Return: 0, -ENOMEM.
 */
int xe_guc_fault_init(struct xe_guc *guc)
{
	struct xe_guc_faults *faults;

	faults = drmm_kzalloc(&gt_to_xe(guc->gt)->drm, sizeof(*faults), GFP_KERNEL);
	if (!faults)
		return -ENOMEM;
	faults->gt = guc->gt;
	INIT_WORK(&faults->worker, refuse_fn);
	INIT_KFIFO(faults->refused);
	guc->faults = faults;
	return 0;
}
