/* SPDX-License-Identifier: MIT */
/* What the files of this folder share. */
#ifndef VGPU_GUC_PRIV_H
#define VGPU_GUC_PRIV_H

#include "guc/guc.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* HXG message header, dword 0 */
#define HXG_ORIGIN_GUC (1u << 31)
#define HXG_TYPE(dw) ((dw) >> 28 & 7)
#define HXG_DATA0(dw) ((dw) >> 16 & 0xfff)
#define HXG_ACTION(dw) ((dw) & 0xffff)

enum hxg_type {
	HXG_REQUEST = 0,
	HXG_EVENT = 1,
	HXG_FAST_REQUEST = 2,
	HXG_FAILURE = 6,
	HXG_SUCCESS = 7,
};

/* Error codes of failure messages (the public firmware interface) */
enum guc_error {
	GUC_OK = 0,
	GUC_E_PROTOCOL = 0x04,
	GUC_E_STATE = 0x0a,
	GUC_E_UNKNOWN_ACTION = 0x30,
	GUC_E_KLV_DATA = 0x50,
	GUC_E_PARAMS = 0x60,
	GUC_E_CONTEXT_INDEX = 0x61,
	GUC_E_BUFFER = 0x71,
	GUC_E_GGTT_ADDRESS = 0x80,
	GUC_E_NOT_REGISTERED = 0x100,
	GUC_E_ALREADY_REGISTERED = 0x101,
	GUC_E_CONTEXT = 0x104,
	GUC_E_KLV_KEY = 0x105,
	GUC_E_CTB_NOT_REGISTERED = 0x304,
	GUC_E_CTB_DESC = 0x306,
};

/* Events the firmware sends by itself */
enum guc_event {
	G2H_SCHED_DONE = 0x1002,
	G2H_CONTEXT_RESET = 0x1008,
	G2H_DEREGISTER_DONE = 0x4600,
	G2H_CAT_ERROR = 0x6000,
	G2H_PAGE_FAULT = 0x6002,
	G2H_TLB_DONE = 0x7001,
};

/* its time line in the trace, away from those of engines (tile << 12 | ring base >> 12) */
#define TRACK(g) (0x800 + (int)(g)->cfg.gt)
#define MAX_CONTEXTS 65536u
#define MAX_WIDTH 9 /* LRCs of a parallel context: the most engines of a class */
#define MAX_SLOTS 256 /* outstanding page faults */
#define N_PRIORITIES 4
#define MAX_HELD 32
#define MAX_RULES 16
#define MAX_SLOW 8
#define MAX_LATE 64
#define MAX_BACKLOG 256
#define G2H_MAX 8 /* dwords of the longest message, with both headers */

/* ---- contexts ----------------------------------------------------------- */

/**
 * enum ctx_state - what the host and the firmware know of a context
 * @CTX_NONE: no state, in tables: not allowed
 * @CTX_DISABLING: the host wants it off, an engine still has it
 * @CTX_DEAD: killed; to the host it is enabled until it has read the message
 */
enum ctx_state {
	CTX_NONE,
	CTX_FREE,
	CTX_REGISTERED,
	CTX_ENABLED,
	CTX_DISABLING,
	CTX_DEAD,
	N_CTX_STATES
};

enum ctx_event { EV_REGISTER, EV_ENABLE, EV_DISABLE, EV_OFF, EV_KILL, EV_DEREGISTER, N_CTX_EVENTS };

/**
 * enum lrc_state - where one logical ring context is
 * @LRC_IDLE: nothing to do
 * @LRC_READY: in a ready list
 * @LRC_RUNNING: on an engine
 * @LRC_FAULT: waits for the reply to a page fault, on an engine or not
 * @LRC_STOPPED: its context was killed
 */
enum lrc_state { LRC_IDLE, LRC_READY, LRC_RUNNING, LRC_FAULT, LRC_STOPPED };

struct gctx;
struct geng;

/**
 * struct lrc - one ring of a context; what engines run
 * @on: the engine that has it loaded
 * @faults: copies of its page fault that the host has not answered yet
 * @wait_until_ns: its last run ended in a semaphore that did not hold: no use to try before
 * @prev, @next: in the ready list of its class and priority
 */
struct lrc {
	struct gctx *ctx;
	struct vg_context *hw;
	uint32_t lrca;
	enum lrc_state state;
	bool cold; /* enabled, and not loaded since */
	struct geng *on;
	unsigned int faults;
	uint64_t wait_until_ns;
	struct lrc *prev, *next;
};

struct gctx {
	uint32_t id; /* of its first ring; those of the others follow */
	enum ctx_state state;
	enum vg_guc_class cls;
	uint32_t mask; /* logical instances it (its first ring) may run on */
	uint32_t quantum_us, preempt_us, priority;
	uint32_t wq_desc, wq_base, wq_size;
	bool parallel;
	unsigned int n_lrc;
	struct lrc lrc[MAX_WIDTH];
};

/** struct geng - an engine and what the firmware wants of it */
struct geng {
	struct vg_guc *g;
	const struct vg_guc_engine *cfg;
	struct lrc *cur;
	uint64_t since_ns; /* when cur was loaded */
	uint64_t slice_end_ns;
	uint64_t preempt_end_ns; /* 0: nobody wants cur off */
	bool ran; /* since somebody wants cur off */
	bool hung; /* by script */
	bool spinning;
	uint64_t active_ticks;
	uint16_t changes;
};

/* ---- messages ----------------------------------------------------------- */

/** struct h2g - a request from the host; @dw[0] is the HXG header */
struct h2g {
	const uint32_t *dw;
	unsigned int len;
	bool mmio;
};

struct g2h {
	uint64_t due_ns;
	bool after_next;
	unsigned int len; /* with the CT header */
	uint32_t dw[G2H_MAX];
};

struct g2h_rule {
	enum vg_g2h_script what;
	uint32_t action;
	unsigned int left;
};

/** struct slow_rule - requests of @action take @ns */
struct slow_rule {
	uint32_t action;
	uint64_t ns;
};

/** struct late - a request that is acted on at @due_ns */
struct late {
	uint64_t due_ns;
	uint32_t header;
	unsigned int len;
	uint32_t dw[16];
};

struct ct_ring {
	uint32_t desc, buf, size; /* GGTT addresses; size in dwords */
};

struct ct {
	struct ct_ring h2g, g2h;
	bool enabled, broken;
	uint32_t h2g_head, g2h_tail;
	struct g2h backlog[MAX_BACKLOG]; /* no room in the ring yet */
	unsigned int n_backlog;
	struct g2h held[MAX_HELD]; /* delayed by script */
	unsigned int n_held;
	struct g2h_rule rule[MAX_RULES];
	unsigned int n_rules;
	struct slow_rule slow[MAX_SLOW];
	unsigned int n_slow;
	struct late late[MAX_LATE]; /* in the order they came */
	unsigned int n_late;
	bool corrupt_next;
};

/* ---- page faults, SLPC, activity ---------------------------------------- */

/**
 * struct fault_slot - an outstanding fault
 * @prefetch: nobody waits for it
 * @lrc: NULL when its context has gone
 * @engine: instance and class as in the reply
 */
struct fault_slot {
	bool used, prefetch;
	struct lrc *lrc;
	uint32_t asid;
	uint32_t engine;
	uint64_t page;
};

struct slpc {
	uint32_t addr; /* shared data; 0: not running */
	unsigned int min_mhz, max_mhz;
	bool gucrc;
};

struct activity {
	uint32_t metadata, data;
	bool on;
	uint32_t changes;
};

struct vg_guc {
	struct vg_guc_config cfg;
	struct vg_obs *obs;
	struct vg_mem *mem;
	struct vg_regs *regs;
	struct vg_irq *irq;
	uint32_t base; /* VG_MEDIA_OFFSET on a media GT */

	bool running; /* firmware loaded */
	uint32_t submission; /* version as in the CSS header */
	bool rung;
	bool huc_loaded;
	bool ext_cat_type;
	uint32_t rc_yield[2];

	struct ct ct;
	struct gctx **ctx; /* MAX_CONTEXTS pointers, by the id of each ring */
	struct geng eng[VG_GUC_MAX_ENGINES];
	unsigned int first; /* engine that is served first in the next pass */
	uint64_t spin_ns; /* how long spinners rest now; 0: begin anew */
	bool progress; /* an engine did more than spin in this tick */
	struct { struct lrc *head, *tail; } ready[VG_GUC_N_CLASSES][N_PRIORITIES];
	struct fault_slot slot[MAX_SLOTS];
	unsigned int fault_copies, fault_prefetches;
	struct slpc slpc;
	struct activity activity;
};

static inline uint64_t us_to_ns(uint32_t us)
{
	return (uint64_t)us * 1000;
}

static inline uint64_t min64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* boot.c */
void guc_boot_rows(struct vg_guc *g);
/* mmio.c */
void guc_mmio_rows(struct vg_guc *g);
/* actions.c */
enum guc_error guc_action(struct vg_guc *g, const struct h2g *m, uint32_t *data0);
/* ct.c */
enum guc_error ct_self_config(struct vg_guc *g, const struct h2g *m, uint32_t *data0);
enum guc_error ct_control(struct vg_guc *g, const struct h2g *m, uint32_t *data0);
void ct_reset(struct ct *ct);
void ct_receive(struct vg_guc *g);
void ct_event(struct vg_guc *g, enum guc_event action, const uint32_t *data, unsigned int n);
uint64_t ct_flush(struct vg_guc *g);
/* context.c */
bool ctx_transition(struct vg_guc *g, struct gctx *c, enum ctx_event ev);
struct gctx *ctx_of_ring(struct vg_guc *g, uint32_t id);
struct gctx *ctx_find(struct vg_guc *g, uint32_t id);
void ctx_check_off(struct vg_guc *g, struct gctx *c);
void ctx_forget_all(struct vg_guc *g);
enum guc_error act_register(struct vg_guc *g, const struct h2g *m, uint32_t *data0);
enum guc_error act_register_multi(struct vg_guc *g, const struct h2g *m, uint32_t *data0);
enum guc_error act_deregister(struct vg_guc *g, const struct h2g *m, uint32_t *data0);
enum guc_error act_mode_set(struct vg_guc *g, const struct h2g *m, uint32_t *data0);
enum guc_error act_sched(struct vg_guc *g, const struct h2g *m, uint32_t *data0);
enum guc_error act_policies(struct vg_guc *g, const struct h2g *m, uint32_t *data0);
/* wq.c */
bool wq_process(struct vg_guc *g, struct gctx *c);
/* sched.c */
void sched_wake(struct vg_guc *g, struct gctx *c);
void sched_ready(struct vg_guc *g, struct lrc *l);
void sched_unready(struct vg_guc *g, struct lrc *l);
void sched_remove(struct vg_guc *g, struct lrc *l);
void sched_abort(struct geng *ge);
void sched_kill(struct vg_guc *g, struct gctx *c);
uint64_t sched_run(struct vg_guc *g, unsigned int *budget);
struct geng *sched_any_engine(struct vg_guc *g, enum vg_guc_class cls);
/* fault.c */
bool fault_report(struct vg_guc *g, struct lrc *l);
void fault_orphan(struct vg_guc *g, struct lrc *l);
void fault_cat(struct vg_guc *g, struct gctx *c, uint32_t id);
void fault_script_clear(struct vg_guc *g);
enum guc_error act_fault_reply(struct vg_guc *g, const struct h2g *m, uint32_t *data0);
/* slpc.c */
void slpc_rows(struct vg_guc *g);
void slpc_reset(struct vg_guc *g);
enum guc_error act_slpc(struct vg_guc *g, const struct h2g *m, uint32_t *data0);
enum guc_error act_gucrc(struct vg_guc *g, const struct h2g *m, uint32_t *data0);
/* activity.c */
enum guc_error act_activity(struct vg_guc *g, const struct h2g *m, uint32_t *data0);
void activity_switch(struct geng *ge, bool in);

#endif
