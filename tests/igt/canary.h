/* SPDX-License-Identifier: MIT */
/*
 * Memory of the guest that no driver gives to a device, at physical addresses that are
 * addresses of VRAM as well. A page-table entry that lacks only the bit for "device
 * memory" leads there. Two witnesses: a pattern in it, and the virtual GPU's counter.
 *
 * Huge pages: they stay where they are. The kernel hands out the highest addresses
 * first, so all that can be spared are taken and the others given back.
 */
#ifndef CANARY_H
#define CANARY_H

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "igt.h"
#include "vgpu_control.h"

#define CANARY_SPARE (192ull << 20) /* left to the guest until those are given back */
#define CANARY_RANGES 200 /* the virtual GPU takes 256 */
#define CANARY_NR "/proc/sys/vm/nr_hugepages"

/** struct canary_page - 2 MiB: where they are, for us and for a device */
struct canary_page {
	uint64_t phys;
	uint64_t *map;
};

/**
 * struct canaries - what canary_open() found
 * @page: ascending by physical address
 * @named: of them, those that the virtual GPU watches
 */
struct canaries {
	int control;
	struct canary_page *page;
	unsigned int n, named;
	long before; /* nr_hugepages */
	unsigned long long accesses;
};

static inline long canary_nr(long set)
{
	char text[32] = "";
	int fd = open(CANARY_NR, set >= 0 ? O_WRONLY : O_RDONLY);
	ssize_t len = 0;

	if (fd < 0)
		return 0;
	if (set >= 0)
		len = write(fd, text, snprintf(text, sizeof(text), "%ld", set));
	else
		len = read(fd, text, sizeof(text) - 1);
	close(fd);
	return len > 0 ? atol(text) : 0;
}

static inline unsigned long long canary_accesses(int control)
{
	const char *json = vgpu_control_counters(control);

	igt_assert(json);
	return vgpu_control_counter(json, "canary_accesses");
}

static inline uint64_t canary_phys(int pagemap, const void *at)
{
	uint64_t entry = 0;

	if (pread(pagemap, &entry, 8, (uintptr_t)at / 4096 * 8) != 8 || !(entry >> 63))
		return 0;
	return (entry & ((1ull << 55) - 1)) * 4096;
}

static inline int canary_order(const void *a, const void *b)
{
	const struct canary_page *x = a, *y = b;

	return x->phys < y->phys ? -1 : x->phys > y->phys;
}

/* Neighbours are one range. What is more than the virtual GPU takes has its pattern only. */
static inline void canary_name(struct canaries *c)
{
	char line[80], answer[80];
	unsigned int ranges = 0;

	for (unsigned int i = 0, k; i < c->n && ranges < CANARY_RANGES; i = k, ranges++) {
		for (k = i + 1; k < c->n && c->page[k].phys == c->page[k - 1].phys + SZ_2M;)
			k++;
		snprintf(line, sizeof(line), "script canary %#llx %#llx",
			 (unsigned long long)c->page[i].phys, (k - i) * (unsigned long long)SZ_2M);
		igt_assert_eq(vgpu_control_ask(c->control, line, answer, sizeof(answer)), 0);
		igt_assert_f(!strcmp(answer, "ok"), "%s: %s\n", line, answer);
		c->named = k;
	}
}

/** canary_open() - all there is below @limit, the end of VRAM; @c->n 0: nothing, or no virtual GPU */
static inline void canary_open(struct canaries *c, uint64_t limit)
{
	long want = sysconf(_SC_AVPHYS_PAGES) / 512 - (long)(CANARY_SPARE / SZ_2M), got;
	int pagemap = open("/proc/self/pagemap", O_RDONLY);

	*c = (struct canaries){ .control = vgpu_control_open(0), .before = canary_nr(-1) };
	if (c->control < 0 || pagemap < 0 || want <= 0)
		return;
	canary_nr(c->before + want);
	got = canary_nr(-1) - c->before;
	c->page = calloc(got + 1, sizeof(*c->page));
	for (long i = 0; i < got; i++) {
		uint64_t *map = mmap(NULL, SZ_2M, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);

		if (map == MAP_FAILED)
			break;
		*map = 1;
		c->page[c->n++] = (struct canary_page){ canary_phys(pagemap, map), map };
	}
	close(pagemap);
	qsort(c->page, c->n, sizeof(*c->page), canary_order);
	while (c->n && c->page[c->n - 1].phys + SZ_2M > limit)
		munmap(c->page[--c->n].map, SZ_2M);
	canary_nr(c->before + c->n);
	for (unsigned int i = 0; i < c->n; i++)
		for (unsigned int k = 0; k < SZ_2M / 8; k++)
			c->page[i].map[k] = ~(c->page[i].phys + 8 * k);
	canary_name(c);
	c->accesses = canary_accesses(c->control);
}

/** canary_touched() - what of the pattern is gone: its physical address, 0 when all is there */
static inline uint64_t canary_touched(const struct canaries *c)
{
	for (unsigned int i = 0; i < c->n; i++)
		for (unsigned int k = 0; k < SZ_2M / 8; k++)
			if (c->page[i].map[k] != ~(c->page[i].phys + 8 * k))
				return c->page[i].phys + 8 * k;
	return 0;
}

/** canary_seen() - how often a device was there since canary_open(), as the virtual GPU counts */
static inline unsigned long long canary_seen(const struct canaries *c)
{
	return canary_accesses(c->control) - c->accesses;
}

/** canary_assert() - nobody was there */
static inline void canary_assert(const struct canaries *c)
{
	unsigned long long seen = canary_seen(c);
	uint64_t at = canary_touched(c);

	igt_assert_f(!seen && !at, "%llu accesses by the device to memory that it was not given"
		     "; first change at physical address %#llx\n", seen, (unsigned long long)at);
}

static inline void canary_close(struct canaries *c)
{
	char answer[80];

	if (c->control >= 0) {
		vgpu_control_ask(c->control, "script no-canary", answer, sizeof(answer));
		close(c->control);
	}
	for (unsigned int i = 0; i < c->n; i++)
		munmap(c->page[i].map, SZ_2M);
	if (canary_nr(-1) != c->before)
		canary_nr(c->before);
	free(c->page);
}

#endif
