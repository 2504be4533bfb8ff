// SPDX-License-Identifier: MIT
/*
 * The register file of one tile.
 *
 * 4 MiB of registers are 1024 pages of 1024 dwords. A page is allocated when a
 * row lies on it or when it is first written; all other reads are 0. Rows are
 * bound to dwords through a small index, so that an access costs two lookups.
 */
#include <stdlib.h>
#include <string.h>

#include "reg/regs.h"

#define PAGE_SHIFT 12
#define PAGE_DWORDS 1024u
#define N_PAGES (VG_REG_SPACE >> PAGE_SHIFT)

/* One register with meaning */
struct binding {
	const struct vg_reg_row *row;
	void *opaque;
	uint32_t offset;
	uint32_t reset;
};

struct page {
	uint32_t val[PAGE_DWORDS];
	uint16_t bound[PAGE_DWORDS]; /* index into bindings, plus 1; 0: plain storage */
};

struct vg_regs {
	struct vg_obs *obs;
	struct page *page[N_PAGES];
	struct binding *bind;
	size_t n_bind, max_bind;
	bool (*awake)(void *opaque, uint32_t offset);
	void *awake_opaque;
};

/** vg_regs_new() - all storage, no rows */
struct vg_regs *vg_regs_new(struct vg_obs *obs)
{
	struct vg_regs *regs = calloc(1, sizeof(*regs));

	if (regs)
		regs->obs = obs;
	return regs;
}

/** vg_regs_free() - rows belong to their callers and stay */
void vg_regs_free(struct vg_regs *regs)
{
	if (!regs)
		return;
	for (unsigned int i = 0; i < N_PAGES; i++)
		free(regs->page[i]);
	free(regs->bind);
	free(regs);
}

static struct page *page_get(struct vg_regs *regs, uint32_t offset)
{
	struct page **p = &regs->page[offset >> PAGE_SHIFT];

	if (!*p)
		*p = calloc(1, sizeof(**p));
	return *p;
}

static unsigned int slot_of(uint32_t offset)
{
	return offset / 4 % PAGE_DWORDS;
}

static struct binding *binding_of(struct vg_regs *regs, uint32_t offset)
{
	const struct page *p = regs->page[offset >> PAGE_SHIFT];
	unsigned int idx = p ? p->bound[slot_of(offset)] : 0;

	return idx ? &regs->bind[idx - 1] : NULL;
}

/* The binding of @offset, a new one if need be; the later row wins */
static struct binding *bind_get(struct vg_regs *regs, uint32_t offset)
{
	struct binding *b = binding_of(regs, offset);
	struct page *p = page_get(regs, offset);

	if (b || !p)
		return b;
	if (regs->n_bind == regs->max_bind) {
		size_t max = regs->max_bind ? 2 * regs->max_bind : 256;
		struct binding *grown;

		if (max > UINT16_MAX)
			return NULL;
		grown = realloc(regs->bind, max * sizeof(*grown));
		if (!grown)
			return NULL;
		regs->bind = grown;
		regs->max_bind = max;
	}
	b = &regs->bind[regs->n_bind++];
	memset(b, 0, sizeof(*b));
	b->offset = offset;
	p->bound[slot_of(offset)] = regs->n_bind;
	return b;
}

/** vg_regs_add() - rows that leave the register space are ignored */
void vg_regs_add(struct vg_regs *regs, const struct vg_reg_row *rows, size_t n, uint32_t base,
		 void *opaque)
{
	for (size_t i = 0; i < n; i++) {
		const struct vg_reg_row *row = &rows[i];
		unsigned int count = row->count ? row->count : 1;

		for (unsigned int k = 0; k < count; k++) {
			uint32_t offset = (base + row->offset + k * row->stride) & ~3u;
			struct binding *b = offset < VG_REG_SPACE ? bind_get(regs, offset) : NULL;

			if (!b)
				continue;
			b->row = row;
			b->opaque = opaque;
			b->reset = row->reset;
			vg_regs_poke(regs, offset, row->reset);
		}
	}
}

/** vg_regs_reset() - no hook is called: their owners reset themselves */
void vg_regs_reset(struct vg_regs *regs)
{
	for (unsigned int i = 0; i < N_PAGES; i++)
		if (regs->page[i])
			memset(regs->page[i]->val, 0, sizeof(regs->page[i]->val));
	for (size_t i = 0; i < regs->n_bind; i++)
		vg_regs_poke(regs, regs->bind[i].offset, regs->bind[i].reset);
}

/** vg_regs_set_reset() - makes a plain register one with a reset value */
void vg_regs_set_reset(struct vg_regs *regs, uint32_t offset, uint32_t value)
{
	struct binding *b;

	offset &= ~3u;
	if (offset >= VG_REG_SPACE)
		return;
	b = bind_get(regs, offset);
	if (!b)
		return;
	b->reset = value;
	vg_regs_poke(regs, offset, value);
}

/** vg_regs_set_awake() - without it no access is ever asleep */
void vg_regs_set_awake(struct vg_regs *regs, bool (*awake)(void *opaque, uint32_t offset),
		       void *opaque)
{
	regs->awake = awake;
	regs->awake_opaque = opaque;
}

static void check_awake(struct vg_regs *regs, const struct vg_reg_row *row, uint32_t offset,
			const char *what)
{
	if (!(row->flags & VG_REG_SLEEPS) || !regs->awake ||
	    regs->awake(regs->awake_opaque, offset))
		return;
	vg_mistake(regs->obs, VG_ERR_ASLEEP, "%s of %s (0x%x) without forcewake", what, row->name,
		   offset);
}

/** vg_regs_read() - offsets beyond the space read 0 */
uint32_t vg_regs_read(struct vg_regs *regs, uint32_t offset)
{
	const struct binding *b;
	uint32_t val;

	offset &= ~3u;
	if (offset >= VG_REG_SPACE)
		return 0;
	val = vg_regs_peek(regs, offset);
	b = binding_of(regs, offset);
	if (!b || !b->row)
		return val;
	check_awake(regs, b->row, offset, "read");
	return b->row->read ? b->row->read(b->opaque, offset, val) : val;
}

/** vg_regs_write() - offsets beyond the space are ignored */
void vg_regs_write(struct vg_regs *regs, uint32_t offset, uint32_t value)
{
	const struct vg_reg_row *row;
	const struct binding *b;
	uint32_t old;

	offset &= ~3u;
	if (offset >= VG_REG_SPACE)
		return;
	b = binding_of(regs, offset);
	row = b ? b->row : NULL;
	if (!row) {
		vg_regs_poke(regs, offset, value);
		return;
	}
	check_awake(regs, row, offset, "write");
	if (row->flags & VG_REG_RO)
		return;
	old = vg_regs_peek(regs, offset);
	if (row->flags & VG_REG_MASKED)
		value = (old & ~(value >> 16) & 0xffff) | (value & value >> 16);
	value = (value & ~row->w1c) | (old & ~value & row->w1c);
	if (row->write)
		value = row->write(b->opaque, offset, old, value);
	vg_regs_poke(regs, offset, value);
}

/** vg_regs_peek() - 0 where nothing was ever stored */
uint32_t vg_regs_peek(struct vg_regs *regs, uint32_t offset)
{
	const struct page *p;

	if (offset >= VG_REG_SPACE)
		return 0;
	p = regs->page[offset >> PAGE_SHIFT];
	return p ? p->val[slot_of(offset)] : 0;
}

/** vg_regs_poke() - writing 0 to an untouched page allocates nothing */
void vg_regs_poke(struct vg_regs *regs, uint32_t offset, uint32_t val)
{
	struct page *p;

	if (offset >= VG_REG_SPACE || (!val && !regs->page[offset >> PAGE_SHIFT]))
		return;
	p = page_get(regs, offset);
	if (p)
		p->val[slot_of(offset)] = val;
}
