/* SPDX-License-Identifier: MIT */
/*
 * What an operation costs: time, CPU time of the caller in it, and what the virtual GPU
 * counted meanwhile. One line a figure, "NAME VALUE UNIT"; less is better everywhere.
 * Counts are means and times medians over all repetitions, the first few left out.
 */
#ifndef BENCH_COST_H
#define BENCH_COST_H

#include <time.h>

#include "../igt/vgpu_control.h"

#define WARM_UP 3
#define MAX_REPEAT 200

enum { H2G, G2H, MMIO, COMMANDS, PTE, TLB, IRQ, COUNTERS };

static const struct {
	const char *name, *from, *more;
} counters[COUNTERS] = {
	[H2G] = { "h2g", "h2g", NULL },
	[G2H] = { "g2h", "g2h", NULL },
	[MMIO] = { "mmio", "mmio_reads", "mmio_writes" },
	[COMMANDS] = { "commands", "commands", NULL },
	[PTE] = { "pte_reads", "pte_reads", NULL },
	[TLB] = { "tlb_invalidations", "tlb_invalidations", NULL },
	[IRQ] = { "interrupts", "interrupts", NULL },
};

static int control;

/** struct cost - of one kind of operation, summed up between cost_begin() and cost_end() */
struct cost {
	const char *name;
	unsigned int n;
	double us[MAX_REPEAT], cpu[MAX_REPEAT];
	unsigned long long start[COUNTERS], sum[COUNTERS];
	double us_start, cpu_start;
};

static inline double clock_us(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

/* Nothing is counted without a virtual GPU. */
static inline void read_counters(unsigned long long *to)
{
	static char json[8192];

	if (vgpu_control_ask(control, "counters", json, sizeof(json)))
		return;
	for (int i = 0; i < COUNTERS; i++)
		to[i] = vgpu_control_counter(json, counters[i].from) +
			(counters[i].more ? vgpu_control_counter(json, counters[i].more) : 0);
}

static inline void cost_begin(struct cost *c)
{
	read_counters(c->start);
	c->cpu_start = clock_us(CLOCK_THREAD_CPUTIME_ID);
	c->us_start = clock_us(CLOCK_MONOTONIC);
}

static inline void cost_end(struct cost *c, unsigned int ops)
{
	unsigned long long now[COUNTERS] = { 0 };
	double us = clock_us(CLOCK_MONOTONIC) - c->us_start;

	igt_assert(c->n < MAX_REPEAT);
	c->cpu[c->n] = (clock_us(CLOCK_THREAD_CPUTIME_ID) - c->cpu_start) / ops;
	c->us[c->n] = us / ops;
	read_counters(now);
	for (int i = 0; i < COUNTERS; i++)
		c->sum[i] += c->n < WARM_UP ? 0 : (now[i] - c->start[i]) * 1000 / ops;
	c->n++;
}

static inline int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static inline double median(double *values, unsigned int n)
{
	qsort(values, n, sizeof(*values), by_value);
	return n & 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

static inline void cost_print(struct cost *c)
{
	unsigned int n = c->n - WARM_UP;

	igt_assert(c->n > WARM_UP);
	printf("%s.time %.1f us\n", c->name, median(c->us + WARM_UP, n));
	printf("%s.cpu %.1f us\n", c->name, median(c->cpu + WARM_UP, n));
	for (int i = 0; i < COUNTERS && control >= 0; i++)
		printf("%s.%s %.2f count\n", c->name, counters[i].name, c->sum[i] / 1e3 / n);
	fflush(stdout);
}

#endif
