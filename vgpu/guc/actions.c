// SPDX-License-Identifier: MIT
/* What the host can ask for: one row per action. */
#include <string.h>

#include "guc/priv.h"

/* TLB invalidation operation: type 7:0, mode 15:8, bit 31 flushes caches (there are none) */
enum tlb_type { TLB_FULL = 0, TLB_PAGE = 1, TLB_PAGE_CTX = 2, TLB_GUC = 3, N_TLB_TYPES };

#define KLV_KEY(dw) ((dw) >> 16)
#define KLV_LEN(dw) ((dw) & 0xffff)
#define KEY_RENDER_COMPUTE_YIELD 0x1001
#define OPT_IN_EXT_CAT_TYPE 0x4001
#define OPT_IN_DYNAMIC_ICS 0x4003
#define OPT_IN_LOCAL_ERROR 0x4004
#define MAX_KLV_DWORDS 1024

static void tlb_done(struct vg_guc *g, uint32_t seqno)
{
	ct_event(g, G2H_TLB_DONE, &seqno, 1);
}

/* TLB_INVALIDATION: seqno, operation, and for pages asid, address, log2(length) - 12 */
static enum guc_error act_tlb(struct vg_guc *g, const struct h2g *m, uint32_t *data0)
{
	enum tlb_type type = m->dw[2] & 0xff;
	uint64_t va, size;

	(void)data0;
	if (type >= N_TLB_TYPES || (m->dw[2] >> 8 & 0xff) > 1)
		return GUC_E_PARAMS;
	switch (type) {
	case TLB_GUC:
		vg_ggtt_inval(g->mem, g->cfg.tile);
		break;
	case TLB_PAGE:
		if (m->len != 7 || m->dw[6] > 51)
			return GUC_E_PARAMS;
		va = (uint64_t)m->dw[5] << 32 | m->dw[4];
		size = 4096ull << m->dw[6];
		if (va & (size - 1))
			return GUC_E_PARAMS;
		vg_tlb_inval_range(g->mem, g->cfg.gt, m->dw[3], va, size);
		break;
	case TLB_PAGE_CTX: /* by context id: its address space is not tracked here */
	default:
		vg_tlb_inval_all(g->mem, g->cfg.gt);
		break;
	}
	tlb_done(g, m->dw[1]);
	return GUC_OK;
}

static enum guc_error act_tlb_all(struct vg_guc *g, const struct h2g *m, uint32_t *data0)
{
	(void)data0;
	if ((m->dw[2] & 0xff) >= N_TLB_TYPES)
		return GUC_E_PARAMS;
	vg_tlb_inval_all(g->mem, g->cfg.gt);
	tlb_done(g, m->dw[1]);
	return GUC_OK;
}

/* GET_HWCONFIG: address 0 asks for the size in bytes */
static enum guc_error act_hwconfig(struct vg_guc *g, const struct h2g *m, uint32_t *data0)
{
	uint32_t bytes = g->cfg.hwconfig_dwords * 4;

	if (!bytes)
		return 0x201; /* no attribute table */
	if (m->dw[2])
		return GUC_E_GGTT_ADDRESS;
	if (m->dw[1]) {
		if (m->dw[3] < bytes)
			return GUC_E_PARAMS;
		if (vg_ggtt_write(g->mem, g->cfg.tile, m->dw[1], g->cfg.hwconfig, bytes))
			return GUC_E_GGTT_ADDRESS;
	}
	*data0 = bytes;
	return GUC_OK;
}

/* CLIENT_SOFT_RESET: the host stops; contexts and channel end, the firmware runs on */
static enum guc_error act_client_reset(struct vg_guc *g, const struct h2g *m, uint32_t *data0)
{
	(void)m;
	(void)data0;
	for (unsigned int i = 0; i < g->cfg.n_engines; i++)
		sched_abort(&g->eng[i]);
	ctx_forget_all(g);
	memset(g->slot, 0, sizeof(g->slot));
	ct_reset(&g->ct);
	return GUC_OK;
}

/* UPDATE_SCHEDULING_POLICIES_KLV: the KLVs follow in the message */
static enum guc_error act_sched_policies(struct vg_guc *g, const struct h2g *m, uint32_t *data0)
{
	unsigned int i = 1;

	while (i < m->len) {
		uint32_t kl = m->dw[i++];

		if (KLV_LEN(kl) > m->len - i)
			return GUC_E_KLV_DATA;
		if (KLV_KEY(kl) != KEY_RENDER_COMPUTE_YIELD)
			return GUC_E_KLV_KEY;
		if (KLV_LEN(kl) != 2)
			return GUC_E_KLV_DATA;
		memcpy(g->rc_yield, &m->dw[i], sizeof(g->rc_yield));
		i += KLV_LEN(kl);
		++*data0;
	}
	return GUC_OK;
}

/* OPT_IN_FEATURE_KLV: the KLVs are in a buffer */
static enum guc_error act_opt_in(struct vg_guc *g, const struct h2g *m, uint32_t *data0)
{
	uint32_t i = 0;

	if (m->dw[2] || m->dw[3] > MAX_KLV_DWORDS)
		return GUC_E_PARAMS;
	while (i < m->dw[3]) {
		uint32_t kl;

		if (vg_ggtt_read(g->mem, g->cfg.tile, m->dw[1] + 4 * i, &kl, 4))
			return GUC_E_GGTT_ADDRESS;
		switch (KLV_KEY(kl)) {
		case OPT_IN_EXT_CAT_TYPE:
			g->ext_cat_type = true;
			break;
		case OPT_IN_DYNAMIC_ICS: /* contexts are switched on semaphores anyway */
		case OPT_IN_LOCAL_ERROR: /* there are no such errors here */
			break;
		default:
			return GUC_E_KLV_KEY;
		}
		i += 1 + KLV_LEN(kl);
		++*data0;
	}
	return GUC_OK;
}

/* AUTHENTICATE_HUC: by the signature behind the image that was moved before */
static enum guc_error act_huc(struct vg_guc *g, const struct h2g *m, uint32_t *data0)
{
	uint32_t first;

	(void)data0;
	if (!g->huc_loaded)
		return GUC_E_STATE;
	if (vg_ggtt_read(g->mem, g->cfg.tile, m->dw[1], &first, 4))
		return GUC_E_GGTT_ADDRESS;
	vg_regs_poke(g->regs, g->base + 0xc1dc, 1); /* HUC_KERNEL_LOAD_INFO: successful */
	vg_regs_poke(g->regs, g->base + 0xd3b0, 1u << 7); /* HUC_STATUS2: verified */
	return GUC_OK;
}

/* GLOBAL_SCHED_POLICY_CHANGE: the structure must at least be there */
static enum guc_error act_global_policy(struct vg_guc *g, const struct h2g *m, uint32_t *data0)
{
	uint32_t first;

	(void)data0;
	return vg_ggtt_read(g->mem, g->cfg.tile, m->dw[1], &first, 4) ? GUC_E_GGTT_ADDRESS : GUC_OK;
}

/* The log and the capture list stay empty: nothing to flush, nothing to free */
static enum guc_error act_log(struct vg_guc *g, const struct h2g *m, uint32_t *data0)
{
	(void)g;
	(void)m;
	(void)data0;
	return GUC_OK;
}

enum { VIA_CT = 1, VIA_MMIO = 2 };

/*
 * struct action - one request
 * @min, @max: dwords with the HXG header
 */
static const struct action {
	uint16_t code;
	const char *name;
	uint8_t min, max;
	uint8_t via;
	enum guc_error (*handle)(struct vg_guc *g, const struct h2g *m, uint32_t *data0);
} actions[] = {
	{ 0x0030, "LOG_BUFFER_FILE_FLUSH_COMPLETE", 2, 2, VIA_CT, act_log },
	{ 0x0040, "UK_LOG_ENABLE_LOGGING", 2, 6, VIA_CT, act_log },
	{ 0x0302, "FORCE_LOG_BUFFER_FLUSH", 1, 6, VIA_CT, act_log },
	{ 0x0506, "GLOBAL_SCHED_POLICY_CHANGE", 2, 2, VIA_CT, act_global_policy },
	{ 0x0508, "SELF_CFG", 4, 4, VIA_MMIO, ct_self_config },
	{ 0x0509, "UPDATE_SCHEDULING_POLICIES_KLV", 2, 64, VIA_CT, act_sched_policies },
	{ 0x1000, "SCHED_CONTEXT", 2, 2, VIA_CT, act_sched },
	{ 0x1001, "SCHED_CONTEXT_MODE_SET", 3, 3, VIA_CT, act_mode_set },
	{ 0x100b, "UPDATE_CONTEXT_POLICIES", 2, 64, VIA_CT, act_policies },
	{ 0x3003, "PC_SLPC_REQUEST", 2, 11, VIA_CT, act_slpc },
	{ 0x3004, "SETUP_PC_GUCRC", 2, 2, VIA_CT, act_gucrc },
	{ 0x4000, "AUTHENTICATE_HUC", 2, 2, VIA_CT, act_huc },
	{ 0x4100, "GET_HWCONFIG", 4, 4, VIA_MMIO | VIA_CT, act_hwconfig },
	{ 0x4502, "REGISTER_CONTEXT", 12, 12, VIA_CT, act_register },
	{ 0x4503, "DEREGISTER_CONTEXT", 2, 2, VIA_CT, act_deregister },
	{ 0x4509, "CONTROL_CTB", 2, 4, VIA_MMIO, ct_control },
	{ 0x4601, "REGISTER_CONTEXT_MULTI_LRC", 13, 11 + 2 * MAX_WIDTH, VIA_CT,
	  act_register_multi },
	{ 0x5507, "CLIENT_SOFT_RESET", 1, 4, VIA_MMIO, act_client_reset },
	{ 0x550c, "SET_DEVICE_ENGINE_ACTIVITY_BUFFER", 5, 5, VIA_CT, act_activity },
	{ 0x550e, "OPT_IN_FEATURE_KLV", 4, 4, VIA_CT, act_opt_in },
	{ 0x6003, "PAGE_FAULT_RES_DESC", 3, 4, VIA_CT, act_fault_reply },
	{ 0x7000, "TLB_INVALIDATION", 3, 7, VIA_CT, act_tlb },
	{ 0x7002, "TLB_INVALIDATION_ALL", 3, 3, VIA_CT, act_tlb_all },
};

static void complain(struct vg_guc *g, const struct action *a, const struct h2g *m,
		     enum guc_error err)
{
	/* asking for a table that is not there is no mistake */
	if (a->handle == act_hwconfig)
		return;
	vg_mistake(g->obs, VG_ERR_BAD_STATE, "GT%u %s(0x%x): error 0x%x", g->cfg.gt, a->name,
		   m->len > 1 ? m->dw[1] : 0, err);
}

/** guc_action() - look up, check the length, do */
enum guc_error guc_action(struct vg_guc *g, const struct h2g *m, uint32_t *data0)
{
	uint32_t code = HXG_ACTION(m->dw[0]);

	for (unsigned int i = 0; i < ARRAY_SIZE(actions); i++) {
		const struct action *a = &actions[i];
		enum guc_error err;

		if (a->code != code || !(a->via & (m->mmio ? VIA_MMIO : VIA_CT)))
			continue;
		if (!m->mmio && (m->len < a->min || m->len > a->max)) {
			vg_mistake(g->obs, VG_ERR_BAD_ACTION, "GT%u %s of %u dwords", g->cfg.gt,
				   a->name, m->len);
			return GUC_E_PROTOCOL;
		}
		err = a->handle(g, m, data0);
		if (err)
			complain(g, a, m, err);
		return err;
	}
	vg_mistake(g->obs, VG_ERR_BAD_ACTION, "GT%u action 0x%04x is not known", g->cfg.gt, code);
	return GUC_E_UNKNOWN_ACTION;
}
