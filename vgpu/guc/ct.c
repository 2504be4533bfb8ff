// SPDX-License-Identifier: MIT
/*
 * Command transport: two rings of dwords in memory behind the GGTT.
 *
 * From the host strictly: a header that the format does not allow stops the
 * channel, as the firmware does, and is a counted mistake. To the host never
 * more than fits: what has no room waits in a backlog.
 */
#include <stdio.h>
#include <string.h>

#include "guc/priv.h"

/* descriptor: three dwords */
#define DESC_HEAD 0
#define DESC_TAIL 4
#define DESC_STATUS 8

enum desc_status { DESC_OVERFLOW = 1, DESC_UNDERFLOW = 2, DESC_MISMATCH = 4 };

/* header of a message */
#define CT_FENCE(dw) ((dw) >> 16)
#define CT_FORMAT(dw) ((dw) >> 12 & 0xf)
#define CT_RESERVED(dw) ((dw) >> 8 & 0xf)
#define CT_LEN(dw) ((dw) & 0xff)
#define CT_MAX_LEN 255

/* self-configuration keys */
enum {
	KEY_H2G_BUF = 0x902,
	KEY_H2G_DESC = 0x903,
	KEY_H2G_SIZE = 0x904,
	KEY_G2H_BUF = 0x905,
	KEY_G2H_DESC = 0x906,
	KEY_G2H_SIZE = 0x907,
};

#define DELAY_NS 50000000u /* longer than any latency, shorter than timeouts */
#define REORDER_NS 10000000u /* a message that none overtakes goes out after all */
#define ROOM_POLL_NS 50000u

static uint32_t rd(struct vg_guc *g, uint32_t addr)
{
	return vg_ggtt_read32(g->mem, g->cfg.tile, addr);
}

static void wr(struct vg_guc *g, uint32_t addr, uint32_t val)
{
	vg_ggtt_write32(g->mem, g->cfg.tile, addr, val);
}

/** ct_self_config() - SELF_CFG: one key; the answer says how many were taken */
enum guc_error ct_self_config(struct vg_guc *g, const struct h2g *m, uint32_t *data0)
{
	const struct {
		uint32_t key, len;
		uint32_t *value;
	} keys[] = {
		{ KEY_H2G_BUF, 2, &g->ct.h2g.buf },   { KEY_H2G_DESC, 2, &g->ct.h2g.desc },
		{ KEY_H2G_SIZE, 1, &g->ct.h2g.size }, { KEY_G2H_BUF, 2, &g->ct.g2h.buf },
		{ KEY_G2H_DESC, 2, &g->ct.g2h.desc }, { KEY_G2H_SIZE, 1, &g->ct.g2h.size },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(keys); i++) {
		if (m->dw[1] >> 16 != keys[i].key)
			continue;
		if ((m->dw[1] & 0xffff) != keys[i].len || m->dw[3])
			return GUC_E_KLV_DATA;
		if (g->ct.enabled)
			return GUC_E_STATE;
		*keys[i].value = keys[i].len == 1 ? m->dw[2] / 4 : m->dw[2];
		*data0 = 1;
		return GUC_OK;
	}
	return GUC_OK; /* 0 taken: an unknown key is not an error */
}

static bool ring_ok(const struct ct_ring *r)
{
	return r->desc && r->buf && r->size >= 2 * (CT_MAX_LEN + 1) && r->size <= 1u << 22 &&
	       !(r->desc & 3) && !(r->buf & 3);
}

/** ct_control() - CONTROL_CTB */
enum guc_error ct_control(struct vg_guc *g, const struct h2g *m, uint32_t *data0)
{
	struct ct *ct = &g->ct;

	(void)data0;
	if (m->dw[1] > 1)
		return GUC_E_PARAMS;
	if (m->dw[1]) {
		if (!ring_ok(&ct->h2g) || !ring_ok(&ct->g2h))
			return GUC_E_CTB_NOT_REGISTERED;
		ct->h2g_head = rd(g, ct->h2g.desc + DESC_HEAD);
		ct->g2h_tail = rd(g, ct->g2h.desc + DESC_TAIL);
		if (ct->h2g_head >= ct->h2g.size || ct->g2h_tail >= ct->g2h.size)
			return GUC_E_CTB_DESC;
	}
	ct->enabled = m->dw[1];
	ct->broken = false;
	return GUC_OK;
}

/** ct_reset() - nothing registered; scripts stay */
void ct_reset(struct ct *ct)
{
	memset(&ct->h2g, 0, sizeof(ct->h2g));
	memset(&ct->g2h, 0, sizeof(ct->g2h));
	ct->enabled = false;
	ct->broken = false;
	ct->n_backlog = 0;
	ct->n_held = 0;
	ct->n_late = 0;
}

static void break_channel(struct vg_guc *g, const struct ct_ring *r, enum desc_status status,
			  const char *why)
{
	g->ct.broken = true;
	wr(g, r->desc + DESC_STATUS, rd(g, r->desc + DESC_STATUS) | status);
	vg_mistake(g->obs, VG_ERR_BAD_CT, "GT%u channel: %s", g->cfg.gt, why);
}

/* ---- to the host -------------------------------------------------------- */

/* Returns false when there is no room; one dword always stays free */
static bool ring_write(struct vg_guc *g, const struct g2h *m)
{
	struct ct *ct = &g->ct;
	uint32_t head = rd(g, ct->g2h.desc + DESC_HEAD), tail = ct->g2h_tail;
	uint32_t size = ct->g2h.size, used;

	if (head >= size) {
		break_channel(g, &ct->g2h, DESC_OVERFLOW, "host's G2H head is out of range");
		return true;
	}
	used = (tail + size - head) % size;
	if (used + m->len >= size)
		return false;
	for (unsigned int i = 0; i < m->len; i++) {
		wr(g, ct->g2h.buf + 4 * tail, m->dw[i]);
		tail = (tail + 1) % size;
	}
	ct->g2h_tail = tail;
	wr(g, ct->g2h.desc + DESC_TAIL, tail);
	vg_count(g->obs, VG_CNT_G2H, 1);
	vg_irq_guc(g->irq, g->cfg.tile, g->cfg.media, VG_IRQ_GUC2HOST);
	return true;
}

/* A message on the GT's time line of the trace */
static void trace(struct vg_guc *g, const char *direction, const uint32_t *hxg, unsigned int len)
{
	char name[32], args[64];

	if (!g->obs->trace)
		return;
	snprintf(name, sizeof(name), "%s %04x", direction, HXG_ACTION(hxg[0]));
	snprintf(args, sizeof(args), "\"header\":\"%08x\",\"data\":\"%08x\"", hxg[0],
		 len > 1 ? hxg[1] : 0);
	vg_trace_instant(g->obs, TRACK(g), name, args);
}

static void send_now(struct vg_guc *g, const struct g2h *m)
{
	struct ct *ct = &g->ct;

	if (!ct->enabled || ct->broken)
		return;
	if (!ct->n_backlog && ring_write(g, m))
		return;
	if (ct->n_backlog == MAX_BACKLOG) {
		break_channel(g, &ct->g2h, DESC_OVERFLOW, "host does not read its messages");
		return;
	}
	ct->backlog[ct->n_backlog++] = *m;
}

static void hold(struct vg_guc *g, struct g2h *m, uint64_t ns, bool after_next)
{
	struct ct *ct = &g->ct;

	if (ct->n_held == MAX_HELD) {
		send_now(g, m);
		return;
	}
	m->due_ns = g->obs->now_ns + ns;
	m->after_next = after_next;
	ct->held[ct->n_held++] = *m;
}

/* Send and drop from the list what is due, or waits for any message to overtake it */
static void release(struct vg_guc *g, bool overtaken)
{
	struct ct *ct = &g->ct;
	unsigned int kept = 0, n = ct->n_held;

	for (unsigned int i = 0; i < n; i++) {
		struct g2h *m = &ct->held[i];

		if (m->due_ns <= g->obs->now_ns || (overtaken && m->after_next))
			send_now(g, m);
		else
			ct->held[kept++] = *m;
	}
	ct->n_held = kept;
}

static struct g2h_rule *rule_for(struct ct *ct, uint32_t action)
{
	for (unsigned int i = 0; i < ct->n_rules; i++) {
		struct g2h_rule *r = &ct->rule[i];

		if (r->left && (!r->action || r->action == action))
			return r;
	}
	return NULL;
}

/* Through the scripts; every message for the host comes along here */
static void send(struct vg_guc *g, struct g2h *m)
{
	uint32_t action = HXG_TYPE(m->dw[1]) == HXG_EVENT ? HXG_ACTION(m->dw[1]) : 0;
	struct g2h_rule *r = rule_for(&g->ct, action);

	vg_log(g->obs, 2, "GT%u G2H %08x %08x %08x len %u", g->cfg.gt, m->dw[1],
	       m->len > 2 ? m->dw[2] : 0, m->len > 3 ? m->dw[3] : 0, m->len);
	trace(g, "G2H", &m->dw[1], m->len - 1);
	if (g->ct.corrupt_next) {
		g->ct.corrupt_next = false;
		m->dw[0] |= 0xff; /* a length that no reader finds */
	}
	if (r) {
		r->left--;
		vg_log(g->obs, 2, "GT%u script on G2H %04x", g->cfg.gt, action);
		switch (r->what) {
		case VG_G2H_DROP:
			return;
		case VG_G2H_DELAY:
			hold(g, m, DELAY_NS, false);
			return;
		case VG_G2H_REORDER:
			hold(g, m, REORDER_NS, true);
			return;
		case VG_G2H_DUP:
			send_now(g, m);
			break;
		}
	}
	send_now(g, m);
	release(g, true);
}

/** ct_event() - an unsolicited message; @n dwords behind the HXG header */
void ct_event(struct vg_guc *g, enum guc_event action, const uint32_t *data, unsigned int n)
{
	struct g2h m = { .len = 2 + n };

	if (m.len > G2H_MAX)
		return;
	m.dw[0] = 1 + n;
	m.dw[1] = HXG_ORIGIN_GUC | (uint32_t)HXG_EVENT << 28 | action;
	memcpy(&m.dw[2], data, 4 * n);
	send(g, &m);
}

static void respond(struct vg_guc *g, uint32_t fence, enum guc_error err, uint32_t data0)
{
	struct g2h m = { .len = 2 };

	m.dw[0] = fence << 16 | 1;
	m.dw[1] = HXG_ORIGIN_GUC;
	m.dw[1] |= err ? (uint32_t)HXG_FAILURE << 28 | err :
			 (uint32_t)HXG_SUCCESS << 28 | (data0 & 0xfffffff);
	send(g, &m);
}

/** ct_flush() - what waited; nanoseconds until something is to be tried again */
uint64_t ct_flush(struct vg_guc *g)
{
	struct ct *ct = &g->ct;
	uint64_t next = UINT64_MAX;
	unsigned int done = 0;

	if (!ct->enabled || ct->broken)
		return UINT64_MAX;
	while (done < ct->n_backlog && ring_write(g, &ct->backlog[done]))
		done++;
	ct->n_backlog -= done;
	memmove(ct->backlog, ct->backlog + done, ct->n_backlog * sizeof(ct->backlog[0]));
	release(g, false);
	for (unsigned int i = 0; i < ct->n_held; i++)
		next = min64(next, ct->held[i].due_ns - g->obs->now_ns);
	for (unsigned int i = 0; i < ct->n_late; i++)
		next = min64(next, ct->late[i].due_ns > g->obs->now_ns ?
				   ct->late[i].due_ns - g->obs->now_ns : 0);
	return ct->n_backlog ? min64(next, ROOM_POLL_NS) : next;
}

/* ---- from the host ------------------------------------------------------ */

/* Act, answer what wants an answer */
static void act(struct vg_guc *g, uint32_t header, const uint32_t *hxg, unsigned int len)
{
	struct h2g m = { .dw = hxg, .len = len };
	uint32_t data0 = 0;
	enum guc_error err = guc_action(g, &m, &data0);

	if (HXG_TYPE(hxg[0]) == HXG_REQUEST || err)
		respond(g, CT_FENCE(header), err, data0);
}

/* Act on what has waited long enough; on the first in any case when @one is to make room */
static void act_late(struct vg_guc *g, bool one)
{
	struct ct *ct = &g->ct;

	for (unsigned int i = 0; i < ct->n_late && ct->enabled && !ct->broken;) {
		struct late m = ct->late[i];

		if (!one && m.due_ns > g->obs->now_ns) {
			i++;
			continue;
		}
		one = false;
		ct->n_late--;
		memmove(&ct->late[i], &ct->late[i + 1], (ct->n_late - i) * sizeof(m));
		act(g, m.header, m.dw, m.len);
	}
}

/* When is this request due? Behind those that belong together with it (0x70xx) */
static uint64_t due(const struct vg_guc *g, uint32_t action)
{
	const struct ct *ct = &g->ct;
	uint64_t ns = 0, last = 0;

	for (unsigned int i = 0; i < ct->n_slow; i++)
		if (ct->slow[i].action == action)
			ns = ct->slow[i].ns;
	for (unsigned int i = 0; i < ct->n_late; i++)
		if (HXG_ACTION(ct->late[i].dw[0]) >> 8 == action >> 8)
			last = ct->late[i].due_ns;
	ns += g->obs->now_ns;
	return ns > last ? ns : last;
}

/* Put off by script; false: act now */
static bool put_off(struct vg_guc *g, uint32_t header, const uint32_t *hxg, unsigned int len)
{
	struct ct *ct = &g->ct;
	struct late m = { .due_ns = due(g, HXG_ACTION(hxg[0])), .header = header, .len = len };

	if (m.due_ns <= g->obs->now_ns || len > ARRAY_SIZE(m.dw))
		return false;
	memcpy(m.dw, hxg, 4 * len);
	if (ct->n_late == MAX_LATE)
		act_late(g, true);
	ct->late[ct->n_late++] = m;
	return true;
}

/* A message that is all there */
static void handle(struct vg_guc *g, uint32_t header, const uint32_t *hxg, unsigned int len)
{
	uint32_t type = HXG_TYPE(hxg[0]);

	if (hxg[0] & HXG_ORIGIN_GUC || (type != HXG_REQUEST && type != HXG_FAST_REQUEST)) {
		break_channel(g, &g->ct.h2g, DESC_MISMATCH, "request with a bad origin or type");
		return;
	}
	vg_count(g->obs, VG_CNT_H2G, 1);
	vg_log(g->obs, 2, "GT%u H2G %08x %08x %08x %08x len %u fence %04x", g->cfg.gt, hxg[0],
	       len > 1 ? hxg[1] : 0, len > 2 ? hxg[2] : 0, len > 3 ? hxg[3] : 0, len,
	       CT_FENCE(header));
	trace(g, "H2G", hxg, len);
	if (!put_off(g, header, hxg, len))
		act(g, header, hxg, len);
}

/* One message at the head; returns false when there is none */
static bool receive_one(struct vg_guc *g)
{
	struct ct *ct = &g->ct;
	uint32_t tail = rd(g, ct->h2g.desc + DESC_TAIL), head = ct->h2g_head;
	uint32_t hxg[CT_MAX_LEN], header, len;

	if (tail == head)
		return false;
	if (tail >= ct->h2g.size) {
		break_channel(g, &ct->h2g, DESC_OVERFLOW, "H2G tail is out of range");
		return false;
	}
	header = rd(g, ct->h2g.buf + 4 * head);
	if (!header) { /* filler up to the end of the ring */
		ct->h2g_head = (head + 1) % ct->h2g.size;
		return true;
	}
	len = CT_LEN(header);
	if (CT_FORMAT(header) || CT_RESERVED(header) || !len) {
		break_channel(g, &ct->h2g, DESC_MISMATCH, "H2G header is malformed");
		return false;
	}
	if (len + 1 > (tail + ct->h2g.size - head) % ct->h2g.size ||
	    head + 1 + len > ct->h2g.size) {
		break_channel(g, &ct->h2g, DESC_UNDERFLOW, "H2G message is cut short");
		return false;
	}
	for (uint32_t i = 0; i < len; i++)
		hxg[i] = rd(g, ct->h2g.buf + 4 * (head + 1 + i));
	/* consumed before it is acted on: an action may disable the channel */
	ct->h2g_head = (head + 1 + len) % ct->h2g.size;
	wr(g, ct->h2g.desc + DESC_HEAD, ct->h2g_head);
	handle(g, header, hxg, len);
	return true;
}

/** ct_receive() - all messages there are, in order; a full backlog holds the rest up */
void ct_receive(struct vg_guc *g)
{
	struct ct *ct = &g->ct;
	uint32_t limit = ct->h2g.size;

	if (!ct->enabled || ct->broken)
		return;
	if (rd(g, ct->h2g.desc + DESC_HEAD) != ct->h2g_head) {
		break_channel(g, &ct->h2g, DESC_MISMATCH, "H2G head was changed by the host");
		return;
	}
	act_late(g, false);
	while (limit-- && ct->enabled && !ct->broken && ct->n_backlog < MAX_BACKLOG / 2)
		if (!receive_one(g))
			break;
	if (ct->enabled)
		wr(g, ct->h2g.desc + DESC_HEAD, ct->h2g_head);
}

/** vg_guc_script_g2h() - see guc.h */
bool vg_guc_script_g2h(struct vg_guc *g, enum vg_g2h_script what, uint32_t action, unsigned int n)
{
	struct ct *ct = &g->ct;
	unsigned int i;

	for (i = 0; i < ct->n_rules && ct->rule[i].left; i++)
		;
	if (i == MAX_RULES)
		return false;
	ct->rule[i] = (struct g2h_rule){ .what = what, .action = action, .left = n };
	if (i == ct->n_rules)
		ct->n_rules++;
	return true;
}

/** vg_guc_script_slow() - see guc.h */
bool vg_guc_script_slow(struct vg_guc *g, uint32_t action, uint64_t ns)
{
	struct ct *ct = &g->ct;
	unsigned int i = 0;

	while (i < ct->n_slow && ct->slow[i].action != action)
		i++;
	if (i == MAX_SLOW)
		return false;
	ct->slow[i] = (struct slow_rule){ action, ns };
	if (i == ct->n_slow)
		ct->n_slow++;
	return true;
}

/** vg_guc_script_corrupt() - see guc.h */
void vg_guc_script_corrupt(struct vg_guc *g)
{
	g->ct.corrupt_next = true;
}
