// SPDX-License-Identifier: MIT
/* Failures on demand: one line of text each. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dev/priv.h"

#define MAX_WORDS 6
#define ALL_GTS VG_MAX_GTS

struct line {
	char text[128];
	char *word[MAX_WORDS];
	unsigned int n;
	unsigned int gt; /* or ALL_GTS */
};

static bool number(const char *s, unsigned long max, unsigned long *out)
{
	char *end;

	if (*s < '0' || *s > '9')
		return false;
	*out = strtoul(s, &end, 0);
	return !*end && *out <= max;
}

/* Split, and take the leading GT off */
static const char *split(struct line *l, const char *text)
{
	static const char blank[] = " \t\r\n";
	char *save = NULL;

	if (strlen(text) >= sizeof(l->text))
		return "the line is too long";
	strcpy(l->text, text);
	l->n = 0;
	l->gt = ALL_GTS;
	for (char *w = strtok_r(l->text, blank, &save); w; w = strtok_r(NULL, blank, &save)) {
		unsigned long v;

		if (!l->n && !strncmp(w, "gt", 2) && number(w + 2, VG_MAX_GTS - 1, &v)) {
			l->gt = v;
			continue;
		}
		if (l->n == MAX_WORDS)
			return "too many words";
		l->word[l->n++] = w;
	}
	return l->n ? NULL : "empty line";
}

static bool selected(const struct line *l, unsigned int gt)
{
	return l->gt == ALL_GTS || l->gt == gt;
}

/* drop|delay|dup|reorder g2h ACTION [N] */
static const char *do_g2h(struct vg_device *d, const struct line *l)
{
	static const char *const kinds[] = {
		[VG_G2H_DROP] = "drop", [VG_G2H_DELAY] = "delay",
		[VG_G2H_DUP] = "dup", [VG_G2H_REORDER] = "reorder",
	};
	unsigned long action = 0, n = 1;
	unsigned int what = 0;

	if (l->n < 3 || l->n > 4 || strcmp(l->word[1], "g2h"))
		return "drop|delay|dup|reorder g2h ACTION [N]";
	if (strcmp(l->word[2], "any") && !number(l->word[2], 0xffff, &action))
		return "ACTION is a number or any";
	if (l->n == 4 && !number(l->word[3], 1000000, &n))
		return "N is a number";
	while (what < VG_G2H_REORDER && strcmp(l->word[0], kinds[what]))
		what++;
	for (unsigned int i = 0; i < d->n_gts; i++)
		if (selected(l, i) && !vg_guc_script_g2h(d->gt[i].guc, what, action, n))
			return "too many scripts";
	return NULL;
}

/* slow h2g ACTION US */
static const char *do_slow(struct vg_device *d, const struct line *l)
{
	unsigned long action, us;

	if (l->n != 4 || strcmp(l->word[1], "h2g") || !number(l->word[2], 0xffff, &action) ||
	    !number(l->word[3], 60000000, &us))
		return "slow h2g ACTION US";
	for (unsigned int i = 0; i < d->n_gts; i++)
		if (selected(l, i) && !vg_guc_script_slow(d->gt[i].guc, action, us * 1000ull))
			return "too many scripts";
	return NULL;
}

/* faults COPIES [PREFETCHES] */
static const char *do_faults(struct vg_device *d, const struct line *l)
{
	unsigned long copies, prefetches = 0;

	if (l->n < 2 || l->n > 3 || !number(l->word[1], 64, &copies) ||
	    (l->n == 3 && !number(l->word[2], 64, &prefetches)))
		return "faults COPIES [PREFETCHES]";
	for (unsigned int i = 0; i < d->n_gts; i++)
		if (selected(l, i))
			vg_guc_script_faults(d->gt[i].guc, copies, prefetches);
	return NULL;
}

static const char *do_prefetch(struct vg_device *d, const struct line *l)
{
	unsigned long id, va;

	if (l->n != 3 || !number(l->word[1], 0xffff, &id) || !number(l->word[2], ~0ul, &va))
		return "prefetch CONTEXT VA";
	for (unsigned int i = 0; i < d->n_gts; i++)
		if (selected(l, i) && vg_guc_script_prefetch(d->gt[i].guc, id, va))
			return NULL;
	return "there is no such context";
}

static const char *do_canary(struct vg_device *d, const struct line *l)
{
	unsigned long addr, size;

	if (l->n != 3 || !number(l->word[1], ~0ul, &addr) || !number(l->word[2], ~0ul, &size))
		return "canary ADDRESS SIZE";
	return vg_bus_canary(d->bus, addr, size) ? "too many, or an impossible range" : NULL;
}

static const char *do_no_canary(struct vg_device *d, const struct line *l)
{
	(void)l;
	vg_bus_no_canaries(d->bus);
	return NULL;
}

static const char *do_hang(struct vg_device *d, const struct line *l)
{
	if (l->n != 2)
		return "hang ENGINE";
	for (unsigned int i = 0; i < d->n_gts; i++)
		if (selected(l, i) && vg_guc_script_hang(d->gt[i].guc, l->word[1]))
			return NULL;
	return "there is no such engine";
}

static const char *do_cat(struct vg_device *d, const struct line *l)
{
	unsigned long id;

	if (l->n != 2 || !number(l->word[1], 0xffff, &id))
		return "cat CONTEXT";
	for (unsigned int i = 0; i < d->n_gts; i++)
		if (selected(l, i) && vg_guc_script_cat(d->gt[i].guc, id))
			return NULL;
	return "there is no such context";
}

static const char *do_lose(struct vg_device *d, const struct line *l)
{
	unsigned long n = 1;
	bool irq = l->n > 1 && !strcmp(l->word[1], "irq");

	if (l->n < 2 || l->n > 3 || (!irq && strcmp(l->word[1], "power")) ||
	    (l->n == 3 && !number(l->word[2], 1000000, &n)))
		return "lose irq|power [N]";
	if (irq)
		vg_irq_lose(d->irq, n);
	else
		d->lose_power = n;
	return NULL;
}

static const char *do_corrupt(struct vg_device *d, const struct line *l)
{
	if (l->n != 2 || strcmp(l->word[1], "ct"))
		return "corrupt ct";
	for (unsigned int i = 0; i < d->n_gts; i++) {
		if (!selected(l, i))
			continue;
		vg_guc_script_corrupt(d->gt[i].guc);
		if (l->gt == ALL_GTS)
			break; /* one message, not one of each GT */
	}
	return NULL;
}

static const char *do_unplug(struct vg_device *d, const struct line *l)
{
	unsigned long n = 0;

	if (l->n > 2 || (l->n == 2 && !number(l->word[1], 1000000000, &n)))
		return "unplug [N]";
	d->unplugged = !n;
	d->unplug_in = n;
	return NULL;
}

static const char *do_clear(struct vg_device *d, const struct line *l)
{
	unsigned int state = pci_power_state(d);

	(void)l;
	for (unsigned int i = 0; i < d->n_gts; i++)
		vg_guc_script_clear(d->gt[i].guc);
	vg_bus_no_canaries(d->bus);
	vg_irq_lose(d->irq, 0);
	d->lose_power = 0;
	/* The link was down, which is a hot reset */
	if (d->unplugged) {
		vg_device_reset(d);
		pci_sleep(d, state);
	}
	d->unplugged = false;
	d->unplug_in = 0;
	return NULL;
}

static const struct verb {
	const char *word;
	const char *(*run)(struct vg_device *d, const struct line *l);
} verbs[] = {
	{ "drop", do_g2h },   { "delay", do_g2h }, { "dup", do_g2h },
	{ "reorder", do_g2h }, { "slow", do_slow }, { "faults", do_faults },
	{ "prefetch", do_prefetch }, { "canary", do_canary }, { "no-canary", do_no_canary },
	{ "hang", do_hang }, { "cat", do_cat },
	{ "lose", do_lose },  { "corrupt", do_corrupt }, { "unplug", do_unplug },
	{ "clear", do_clear },
};

/** vg_device_script() - see device.h */
const char *vg_device_script(struct vg_device *d, const char *line)
{
	const char *error;
	struct line l;

	error = split(&l, line);
	if (error)
		return error;
	if (l.gt != ALL_GTS && l.gt >= d->n_gts)
		return "there is no such GT";
	if (!l.n)
		return "what is to be done?";
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (!strcmp(l.word[0], verbs[i].word))
			return verbs[i].run(d, &l);
	return "unknown verb: drop, delay, dup, reorder, slow, faults, prefetch, canary, "
	       "no-canary, hang, cat, lose, corrupt, unplug, clear";
}
