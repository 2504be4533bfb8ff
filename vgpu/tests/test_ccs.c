// SPDX-License-Identifier: MIT
/* Compression of VRAM: who sees what through which entry, and its metadata. */
#include "tests/exec_rig.h"
#include "tests/test.h"

#define VA 0xa00000ull /* PPGTT: VRAM through a compressing entry */
#define PLAIN 0xb00000ull /* the same VRAM through another one */
#define RESOLVED 0xc00000ull
#define DPA (4 * MIB)
#define SIZE 0x20000u
#define CCS_BASE (30 * MIB)
#define CCS_AT(dpa) (CCS_BASE + (dpa) / 512)
#define PAT_12 (1ull << 7 | 1ull << 62) /* index 12: bits 2 and 3 */

static bool pat_12(void *opaque, unsigned int gt, unsigned int pat)
{
	(void)opaque;
	(void)gt;
	return pat == 12;
}

static void open_compressing(void)
{
	const struct vg_ccs ccs = { CCS_BASE, pat_12, NULL };

	open_rig();
	vg_mem_set_ccs(rig->mem, &ccs);
	for (uint32_t i = 0; i < SIZE; i += 4096) {
		rig_map(rig, VA + i, 0, VRAM_PTE(DPA + i) | PAT_12);
		rig_map(rig, PLAIN + i, 0, VRAM_PTE(DPA + i));
	}
	for (uint32_t i = 0; i < SIZE; i += 4)
		put(rig->ram, DATA_RAM + i, i * 2654435761u + 1);
}

/* Linear copy of whole pages by MEM_COPY */
static void copy(uint64_t dst, uint64_t src, uint32_t bytes)
{
	BATCH_DWS(0x56880008, bytes / 256 - 1, 0, 0xff, 0xff, (uint32_t)src, 0, (uint32_t)dst, 0, 0);
}

static void ctrl_surf(uint32_t access, uint64_t dst, uint64_t src, uint32_t pages)
{
	BATCH_DWS(0x52000003 | access << 20 | (pages - 1) << 9, (uint32_t)src, 0, (uint32_t)dst, 0);
}

static bool metadata_is_zero(uint64_t dpa, uint32_t bytes)
{
	for (uint32_t i = 0; i < bytes / 512; i++)
		if (rig->vram[CCS_AT(dpa) + i])
			return false;
	return true;
}

static void round_trip(void)
{
	open_compressing();
	copy(VA, DATA, SIZE);
	copy(DATA + 0x40000, VA, SIZE);
	copy(DATA + 0x60000, PLAIN, SIZE);
	CHECK(finished(run_batch()));
	CHECK(!memcmp(rig->ram + DATA_RAM, rig->ram + DATA_RAM + 0x40000, SIZE));
	/* no byte of it is there to be read plainly, neither by the GPU nor by a CPU */
	for (uint32_t i = 0; i < SIZE; i++)
		CHECK(rig->ram[DATA_RAM + i] != rig->ram[DATA_RAM + 0x60000 + i]);
	CHECK(!memcmp(rig->vram + DPA, rig->ram + DATA_RAM + 0x60000, SIZE));
	for (uint32_t i = 0; i < SIZE / 512; i++)
		CHECK(rig->vram[CCS_AT(DPA) + i] & 15 && rig->vram[CCS_AT(DPA) + i] >> 4);
	CHECK_EQ(rig->obs.count[VG_CNT_COMPRESSED], SIZE);
}

static void plain_write_uncompresses(void)
{
	open_compressing();
	copy(VA, DATA, SIZE);
	copy(PLAIN, DATA, 0x1000);
	copy(DATA + 0x40000, VA, SIZE);
	CHECK(finished(run_batch()));
	CHECK(metadata_is_zero(DPA, 0x1000) && !metadata_is_zero(DPA + 0x1000, 512));
	CHECK(!memcmp(rig->ram + DATA_RAM, rig->vram + DPA, 0x1000));
	CHECK(!memcmp(rig->ram + DATA_RAM, rig->ram + DATA_RAM + 0x40000, SIZE));
}

/* What lies beside a small write in its block stays; plainly written, it is lost */
static void small_writes(void)
{
	uint32_t v = 0x12345678, got;
	struct vg_fault f;

	open_compressing();
	copy(VA, DATA, 0x1000);
	CHECK(finished(run_batch()));
	CHECK(!rig_write(rig, VA + 0x104, &v, 4, &f));
	CHECK(!rig_read(rig, VA + 0x104, &got, 4, &f) && got == v);
	CHECK(!rig_read(rig, VA + 0x108, &got, 4, &f) && got == ram(DATA_RAM + 0x108));
	CHECK(!rig_write(rig, PLAIN + 0x104, &v, 4, &f));
	CHECK(!rig_read(rig, VA + 0x104, &got, 4, &f) && got == v);
	CHECK(!rig_read(rig, VA + 0x108, &got, 4, &f) && got != ram(DATA_RAM + 0x108));
	CHECK(!rig_read(rig, VA + 0x200, &got, 4, &f) && got == ram(DATA_RAM + 0x200));
	CHECK(!rig_write(rig, VA + 0x2104, &v, 4, &f));
	CHECK(!rig_read(rig, PLAIN + 0x2104, &got, 4, &f) && got == v);
	CHECK(metadata_is_zero(DPA + 0x2000, 0x1000));
	/* over two blocks */
	CHECK(!rig_write(rig, VA + 0x3fe, &v, 4, &f));
	CHECK(!rig_read(rig, VA + 0x3fe, &got, 4, &f) && got == v);
}

static void metadata_moves(void)
{
	open_compressing();
	copy(VA, DATA, SIZE);
	ctrl_surf(1, DATA + 0x40000, VA, SIZE / 4096); /* out */
	ctrl_surf(2, VA, DATA + 0x50000, SIZE / 4096); /* zeroes in */
	copy(DATA + 0x60000, VA, SIZE);
	ctrl_surf(2, VA, DATA + 0x40000, SIZE / 4096); /* the right ones again */
	copy(DATA + 0x80000, VA, SIZE);
	CHECK(finished(run_batch()));
	CHECK(!memcmp(rig->ram + DATA_RAM + 0x40000, rig->vram + CCS_AT(DPA), SIZE / 512));
	CHECK(memcmp(rig->ram + DATA_RAM, rig->ram + DATA_RAM + 0x60000, SIZE));
	CHECK(!memcmp(rig->ram + DATA_RAM, rig->ram + DATA_RAM + 0x80000, SIZE));
}

static void metadata_of_null_pages(void)
{
	open_compressing();
	rig_map(rig, RESOLVED, 0, E_P | E_RW | E_NULL);
	copy(VA, DATA, 0x2000);
	ctrl_surf(0, VA, RESOLVED, 1);
	CHECK(finished(run_batch()));
	CHECK(metadata_is_zero(DPA, 0x1000) && !metadata_is_zero(DPA + 0x1000, 0x1000));
}

/* There is none of guest memory, nor of the metadata itself */
static void metadata_of_nothing(void)
{
	for (unsigned int i = 0; i < 2; i++) {
		open_compressing();
		rig_map(rig, RESOLVED, 0, VRAM_PTE(CCS_BASE) | PAT_12);
		ctrl_surf(1, DATA + 0x1000, i ? RESOLVED : DATA, 1);
		run_batch();
		CHECK_EQ(rig->obs.mistakes[VG_ERR_BAD_COMMAND], 1);
	}
}

static void metadata_faults(void)
{
	open_compressing();
	copy(VA, DATA, 0x2000);
	rig_map(rig, VA + 0x1000, 0, 0);
	ctrl_surf(1, DATA + 0x40000, VA, 2);
	CHECK_EQ(run_batch(), VG_RUN_FAULT);
	rig_map(rig, VA + 0x1000, 0, VRAM_PTE(DPA + 0x1000) | PAT_12);
	CHECK_EQ(go(100), VG_RUN_IDLE);
	CHECK(!memcmp(rig->ram + DATA_RAM + 0x40000, rig->vram + CCS_AT(DPA), 16));
}

/* A full resolve in place, tiled: in pieces smaller than what is compressed together */
static void resolve_in_place(void)
{
	const uint32_t pitch = 256, rows = 128, tiled = 2u << 30 | (pitch / 4 - 1);

	open_compressing();
	BATCH_DWS(0x5050000a, tiled, 0, rows << 16 | pitch / 4, (uint32_t)VA, 0, 0, 0, pitch - 1, DATA, 0, 0);
	BATCH_DWS(0x5050100a, tiled, 0, rows << 16 | pitch / 4, (uint32_t)VA, 0, 0, 0, tiled, (uint32_t)VA, 0,
		  0);
	/* not compressed any more: now also to be read plainly */
	BATCH_DWS(0x5050000a, pitch - 1, 0, rows << 16 | pitch / 4, DATA + 0x40000, 0, 0, 0, tiled,
		  (uint32_t)PLAIN, 0, 0);
	CHECK(finished(run_batch()));
	CHECK(metadata_is_zero(DPA, pitch * rows));
	CHECK(!memcmp(rig->ram + DATA_RAM, rig->ram + DATA_RAM + 0x40000, pitch * rows));
}

static void huge_pages_and_off(void)
{
	const struct vg_ccs off = { 0, NULL, NULL };
	const uint32_t words[8] = { 0x55aa1234, 1, 2, 3, 4, 5, 6, 7 }, v = words[0];
	uint32_t got;
	struct vg_fault f;

	open_compressing();
	/* index 12 of a 2 MiB page: bit 2 is elsewhere */
	rig_map(rig, 0x40000000, 1, VRAM_PTE(8 * MIB) | E_HUGE | 1ull << 12 | 1ull << 62);
	CHECK(!rig_write(rig, 0x40000000, words, sizeof(words), &f) && !metadata_is_zero(8 * MIB, 512));
	CHECK(!rig_read(rig, 0x40000000, &got, 4, &f) && got == v);
	/* the last page ends where the metadata begins, and is plain from there on */
	rig_map(rig, 0x40200000, 1, VRAM_PTE(CCS_BASE) | E_HUGE | 1ull << 12 | 1ull << 62);
	CHECK(!rig_write(rig, 0x40200000, words, sizeof(words), &f));
	memcpy(&got, rig->vram + CCS_BASE, 4);
	CHECK_EQ(got, v);
	vg_mem_set_ccs(rig->mem, &off);
	CHECK(!rig_write(rig, VA, words, sizeof(words), &f));
	memcpy(&got, rig->vram + DPA, 4);
	CHECK_EQ(got, v);
	ctrl_surf(1, DATA, VA, 1); /* nothing to move, no mistake */
	CHECK(finished(run_batch()));
}

#define TEST(f) { #f, f }

static const struct test tests[] = {
	TEST(round_trip), TEST(plain_write_uncompresses), TEST(small_writes), TEST(metadata_moves),
	TEST(metadata_of_null_pages), TEST(metadata_of_nothing), TEST(metadata_faults),
	TEST(resolve_in_place), TEST(huge_pages_and_off),
};

int main(int argc, char **argv)
{
	int ret = test_main(tests, sizeof(tests) / sizeof(tests[0]), argc > 1 ? argv[1] : NULL);

	close_rig();
	return ret;
}
