// SPDX-License-Identifier: MIT
/*
 * Compression of VRAM and its metadata, as far as a driver can tell: what went in through
 * a compressing page-table entry comes out through one, lies in memory as something else,
 * and the metadata says which blocks that is true of. How the hardware packs a block is
 * known to nobody outside, so the stored form is the model's own: no smaller, but of no
 * use to who reads it plainly or with other metadata than it was stored with.
 */
#include <string.h>

#include "mem/priv.h"

#define BLOCK 256u /* bytes with one code of four bits; 0: not compressed */
#define CODES 15u
#define STORE 16u /* blitters write no less at a time */
#define WORDS (BLOCK / 8)

struct block {
	uint64_t w[WORDS];
};

/** vg_mem_set_ccs() - see mem.h */
void vg_mem_set_ccs(struct vg_mem *mem, const struct vg_ccs *ccs)
{
	mem->ccs = *ccs;
}

/** vg_mem_has_ccs() - is there compression at all? */
bool vg_mem_has_ccs(const struct vg_mem *mem)
{
	return mem->ccs.base;
}

/** vg_ccs_on() - see priv.h; nothing is kept of what the hardware has for itself */
bool vg_ccs_on(const struct vg_mem *mem, uint64_t dpa)
{
	return dpa < mem->ccs.base;
}

static uint8_t *metadata(struct vg_mem *mem, uint64_t dpa)
{
	return mem->vram + mem->ccs.base + dpa / (2 * BLOCK);
}

static unsigned int get_code(struct vg_mem *mem, uint64_t dpa)
{
	return *metadata(mem, dpa) >> (dpa / BLOCK % 2 * 4) & 15;
}

static void set_code(struct vg_mem *mem, uint64_t dpa, unsigned int code)
{
	unsigned int shift = dpa / BLOCK % 2 * 4;
	uint8_t *m = metadata(mem, dpa);

	*m = (*m & ~(15u << shift)) | code << shift;
}

/* Its own inverse. No byte stays what it is */
static void scramble(struct block *b, unsigned int code)
{
	for (unsigned int i = 0; i < WORDS; i++)
		b->w[i] ^= (0x9e3779b97f4a7c15ull * (code + (CODES + 1) * i)) | 0x0101010101010101ull;
}

/* Other contents, mostly another code: old metadata does not fit new data */
static unsigned int choose_code(const struct block *b)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < WORDS; i++)
		sum = (sum ^ b->w[i]) * 0x100000001b3ull;
	return 1 + (sum >> 32) % CODES;
}

static void load(struct vg_mem *mem, uint64_t dpa, struct block *b)
{
	unsigned int code = get_code(mem, dpa);

	memcpy(b, mem->vram + dpa, BLOCK);
	if (code)
		scramble(b, code);
}

static void store(struct vg_mem *mem, uint64_t dpa, struct block *b, bool resolve)
{
	unsigned int code = resolve ? 0 : choose_code(b);

	if (code)
		scramble(b, code);
	memcpy(mem->vram + dpa, b, BLOCK);
	set_code(mem, dpa, code);
}

static size_t in_block(uint64_t dpa, size_t len)
{
	size_t room = BLOCK - dpa % BLOCK;

	return len < room ? len : room;
}

/** vg_ccs_read() - see priv.h */
void vg_ccs_read(struct vg_mem *mem, uint64_t dpa, void *buf, size_t len)
{
	uint8_t *out = buf;

	while (len) {
		size_t n = in_block(dpa, len);
		struct block b;

		load(mem, dpa - dpa % BLOCK, &b);
		memcpy(out, (uint8_t *)b.w + dpa % BLOCK, n);
		dpa += n;
		out += n;
		len -= n;
	}
}

static void write_block(struct vg_mem *mem, uint64_t dpa, const uint8_t *in, size_t n, bool resolve)
{
	struct block b;

	if (n < BLOCK)
		load(mem, dpa - dpa % BLOCK, &b);
	memcpy((uint8_t *)b.w + dpa % BLOCK, in, n);
	store(mem, dpa - dpa % BLOCK, &b, resolve);
	if (!resolve)
		vg_count(mem->obs, VG_CNT_COMPRESSED, n);
}

/**
 * vg_ccs_write() - see priv.h; what lies beside it in a block stays as it reads. A store
 * of the command streamer compresses nothing: IGT stores so through a compressing index into
 * pages that Linux copies out of VRAM plainly (xe_exec_system_allocator@pat-index-madvise-*).
 */
void vg_ccs_write(struct vg_mem *mem, uint64_t dpa, const void *buf, size_t len, bool resolve)
{
	const uint8_t *in = buf;

	while (len) {
		size_t n = in_block(dpa, len);

		if (n < STORE && !get_code(mem, dpa))
			memcpy(mem->vram + dpa, in, n);
		else
			write_block(mem, dpa, in, n, resolve);
		dpa += n;
		in += n;
		len -= n;
	}
}

/** vg_ccs_plain() - see priv.h; the rest of a block that was compressed is lost */
void vg_ccs_plain(struct vg_mem *mem, uint64_t dpa, uint64_t len)
{
	if (!vg_ccs_on(mem, dpa))
		return;
	for (uint64_t at = dpa - dpa % BLOCK; at < dpa + len; at += BLOCK)
		set_code(mem, at, 0);
}

/** vg_span_metadata() - see mem.h */
bool vg_span_metadata(struct vg_mem *mem, const struct vg_span *span, uint8_t *ccs, bool write)
{
	if (span->null) {
		memset(ccs, 0, VG_CCS_PAGE);
		return true;
	}
	if (span->dpa == ~0ull || !vg_ccs_on(mem, span->dpa))
		return false;
	if (write)
		memcpy(metadata(mem, span->dpa), ccs, VG_CCS_PAGE);
	else
		memcpy(ccs, metadata(mem, span->dpa), VG_CCS_PAGE);
	return true;
}
