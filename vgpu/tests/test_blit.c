// SPDX-License-Identifier: MIT
/* Copies and fills: every mode, tilings, resumption, faults. */
#include "tests/exec_rig.h"
#include "tests/test.h"

static void fill_ram(uint32_t off, uint32_t size)
{
	for (uint32_t i = 0; i < size; i += 4)
		put(rig->ram, off + i, i * 2654435761u + 1);
}

static void fast_copy_linear(void)
{
	open_rig();
	fill_ram(DATA_RAM, 0x10000);
	/* as the driver emits it: tile4 type bits set, tiling 0 */
	BATCH_DWS(0x50800008, 3u << 24 | 3u << 30 | 4096, 0, 16u << 16 | 1024, DATA + 0x20000, 0, 0, 4096,
		  DATA, 0);
	CHECK(finished(run_batch()));
	CHECK(!memcmp(rig->ram + DATA_RAM, rig->ram + DATA_RAM + 0x20000, 0x10000));
	CHECK_EQ(rig->obs.count[VG_CNT_COPY_BYTES], 0x10000);
	CHECK(rig->obs.count[VG_CNT_BYTES_HOST] >= 0x20000);
}

static void mem_copy_modes(void)
{
	open_rig();
	fill_ram(DATA_RAM, 0x10000);
	BATCH_DWS(0x56880008, 0x1f, 0xffff, 0xff, 0xff, DATA, 0, DATA + 0x20000, 0, 0); /* pages */
	BATCH_DWS(0x56800008, 4098, 7, 0, 0, DATA + 1, 0, DATA + 0x30003, 0, 0); /* bytes */
	BATCH_DWS(0x56820008, 9, 3, 99, 199, DATA, 0, DATA + 0x40000, 0, 0); /* matrix */
	CHECK(finished(run_batch()));
	CHECK(!memcmp(rig->ram + DATA_RAM, rig->ram + DATA_RAM + 0x20000, 0x2000));
	CHECK_EQ(ram(DATA_RAM + 0x22000), 0);
	CHECK(!memcmp(rig->ram + DATA_RAM + 1, rig->ram + DATA_RAM + 0x30003, 4099));
	CHECK_EQ(rig->ram[DATA_RAM + 0x30003 + 4099], 0);
	for (unsigned int row = 0; row < 4; row++) {
		CHECK(!memcmp(rig->ram + DATA_RAM + row * 100, rig->ram + DATA_RAM + 0x40000 + row * 200, 10));
		CHECK_EQ(rig->ram[DATA_RAM + 0x40000 + row * 200 + 10], 0);
	}
}

static void mem_set_and_color(void)
{
	open_rig();
	BATCH_DWS(0x56c20005, 99, 3, 199, DATA, 0, 0xabu << 24); /* matrix */
	BATCH_DWS(0x56c00005, 4999, 9, 0, DATA + 0x8000, 0, 0xcdu << 24);
	BATCH_DWS(0x5110000e, 4095, 0, 2u << 16 | 1024, DATA + 0x20000, 0, 0, 0x11223344, 0, 0, 0, 0, 0, 0,
		  0, 0);
	CHECK(finished(run_batch()));
	CHECK(rig->ram[DATA_RAM + 99] == 0xab && !rig->ram[DATA_RAM + 100] && rig->ram[DATA_RAM + 699] == 0xab);
	CHECK(rig->ram[DATA_RAM + 0x8000 + 4999] == 0xcd && !rig->ram[DATA_RAM + 0x8000 + 5000]);
	CHECK(ram(DATA_RAM + 0x20000) == 0x11223344 && ram(DATA_RAM + 0x21ffc) == 0x11223344);
	CHECK(ram(DATA_RAM + 0x22000) == 0 && rig->obs.count[VG_CNT_FILL_BYTES] == 400 + 5000 + 8192);
}

/* Linear to tiled and back is the same; tiled itself is a permutation */
static void tilings(void)
{
	for (uint32_t t = 1; t <= 3; t++) {
		uint32_t pitch = t == 2 ? 256 : 1024, rows = 128, size = pitch * rows;

		open_rig();
		fill_ram(DATA_RAM, size);
		BATCH_DWS(0x50800008 | t << 13, 3u << 24 | pitch / 4, 0, rows << 16 | pitch / 4,
			  DATA + 0x20000, 0, 0, pitch, DATA, 0);
		BATCH_DWS(0x50800008 | t << 20, 3u << 24 | pitch, 0, rows << 16 | pitch / 4,
			  DATA + 0x40000, 0, 0, pitch / 4, DATA + 0x20000, 0);
		/* the same through BLOCK_COPY */
		BATCH_DWS(0x5050000a, t << 30 | (pitch / 4 - 1), 0, rows << 16 | pitch / 4, DATA + 0x60000, 0,
			  0, 0, pitch - 1, DATA, 0, 0);
		CHECK(finished(run_batch()));
		CHECK(!memcmp(rig->ram + DATA_RAM, rig->ram + DATA_RAM + 0x40000, size));
		CHECK(memcmp(rig->ram + DATA_RAM, rig->ram + DATA_RAM + 0x20000, size));
		CHECK(!memcmp(rig->ram + DATA_RAM + 0x20000, rig->ram + DATA_RAM + 0x60000, size));
	}
	/* known places in tile 4: x = 16 is 64 bytes on, y = 1 is 16 bytes on */
	open_rig();
	fill_ram(DATA_RAM, 0x1000);
	BATCH_DWS(0x50804008, 3u << 24 | 32, 0, 32u << 16 | 32, DATA + 0x20000, 0, 0, 128, DATA, 0);
	CHECK(finished(run_batch()));
	CHECK_EQ(ram(DATA_RAM + 0x20000 + 64), ram(DATA_RAM + 16));
	CHECK_EQ(ram(DATA_RAM + 0x20000 + 16), ram(DATA_RAM + 128));
	CHECK_EQ(ram(DATA_RAM + 0x20000 + 256), ram(DATA_RAM + 4 * 128));
	CHECK_EQ(ram(DATA_RAM + 0x20000 + 512), ram(DATA_RAM + 64));
}

static void copies_resume(void)
{
	unsigned int turns = 0;

	open_rig();
	fill_ram(DATA_RAM, 0x40000);
	BATCH_DWS(0x56880008, 0x3ff, 0, 0xff, 0xff, DATA, 0, DATA + 0x80000, 0, 0);
	batch(BBE);
	ring_batch(BATCH);
	ring_seqno(1);
	ring_submit();
	while (go(8) == VG_RUN_BUDGET && turns++ < 100) {
		CHECK(ram(SEQNO_RAM) == 0);
		if (turns % 2)
			vg_engine_save(eng); /* another context in between */
	}
	CHECK(turns > 5 && turns < 40 && finished(go(10)));
	CHECK(!memcmp(rig->ram + DATA_RAM, rig->ram + DATA_RAM + 0x80000, 0x40000));
	CHECK_EQ(rig->obs.count[VG_CNT_COPY_BYTES], 0x40000);
}

static void copy_faults_and_goes_on(void)
{
	open_rig();
	fill_ram(DATA_RAM, 0x4000);
	rig_map(rig, DATA + 0x82000, 0, 0);
	BATCH_DWS(0x56880008, 0x3f, 0, 0xff, 0xff, DATA, 0, DATA + 0x80000, 0, 0);
	CHECK_EQ(run_batch(), VG_RUN_FAULT);
	CHECK_EQ(vg_context_fault(ctx)->va, DATA + 0x82000);
	CHECK_EQ(rig->obs.count[VG_CNT_COPY_BYTES], 0x2000);
	rig_map(rig, DATA + 0x82000, 0, RAM_PTE(DATA_RAM + 0x82000));
	put(rig->ram, DATA_RAM, 0); /* already copied: must not be copied again */
	CHECK(finished(go(100)));
	CHECK(ram(DATA_RAM + 0x80000) == 1 && rig->obs.count[VG_CNT_COPY_BYTES] == 0x4000);
}

static void copy_null_and_remote(void)
{
	open_rig();
	fill_ram(DATA_RAM, 0x3000);
	rig_map(rig, 0x800000, 0, E_P | E_RW | E_NULL);
	rig_map(rig, 0x900000, 0, RIG_OPS_AT | E_P | E_RW);
	BATCH_DWS(0x56880008, 0xf, 0, 0xff, 0xff, 0x800000, 0, DATA, 0, 0);
	BATCH_DWS(0x56880008, 0xf, 0, 0xff, 0xff, DATA + 0x1000, 0, 0x900000, 0, 0);
	BATCH_DWS(0x56880008, 0xf, 0, 0xff, 0xff, 0x900000, 0, DATA + 0x5000, 0, 0);
	CHECK(finished(run_batch()));
	CHECK(ram(DATA_RAM) == 0 && ram(DATA_RAM + 0xffc) == 0);
	CHECK(!memcmp(rig->ram + DATA_RAM + 0x1000, rig->ram + DATA_RAM + 0x5000, 0x1000));
}

#define TEST(f) { #f, f }

static const struct test tests[] = {
	TEST(fast_copy_linear), TEST(mem_copy_modes), TEST(mem_set_and_color), TEST(tilings),
	TEST(copies_resume), TEST(copy_faults_and_goes_on), TEST(copy_null_and_remote),
};

int main(int argc, char **argv)
{
	int ret = test_main(tests, sizeof(tests) / sizeof(tests[0]), argc > 1 ? argv[1] : NULL);

	close_rig();
	return ret;
}
