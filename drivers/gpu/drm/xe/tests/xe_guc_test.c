// SPDX-License-Identifier: GPL-2.0
/*
 * What of the firmware layer needs no hardware: rings, event rows, images, the
 * partition of protected memory, blocks of TLB invalidation, the hardware table.
 */
#include <kunit/test.h>
#include <linux/bitfield.h>
#include <linux/sizes.h>

#include "abi/guc_boot.h"
#include "abi/guc_ctb.h"
#include "abi/guc_hxg.h"
#include "guc/xe_guc.h"
#include "guc/xe_guc_ctb.h"
#include "guc/xe_guc_fw.h"
#include "guc/xe_guc_g2h.h"
#include "guc/xe_guc_hwconfig.h"
#include "guc/xe_guc_tlb.h"
#include "guc/xe_guc_wopcm.h"

/* ---- rings -------------------------------------------------------------- */

#define RING	32

/* struct rings - one ring in plain memory, and both of its ends */
struct rings {
	struct guc_ctb_desc desc;
	u32 ring[RING];
	struct xe_ctb writer, reader;
	u32 msg[GUC_CTB_MSG_MAX_DWORDS];
};

static int ctb_test_init(struct kunit *test)
{
	struct rings *r = kunit_kzalloc(test, sizeof(*r), GFP_KERNEL);
	struct iosys_map desc, ring;

	KUNIT_ASSERT_NOT_NULL(test, r);
	memset(r->ring, 0xff, sizeof(r->ring));
	memset(&r->desc, 0xff, sizeof(r->desc));
	iosys_map_set_vaddr(&desc, &r->desc);
	iosys_map_set_vaddr(&ring, r->ring);
	xe_guc_ctb_init(&r->writer, &desc, &ring, RING);
	r->reader = r->writer;
	test->priv = r;
	return 0;
}

static u32 header(u16 fence, u32 payload)
{
	return FIELD_PREP(GUC_CTB_FENCE, fence) | FIELD_PREP(GUC_CTB_DWORDS, 1 + payload);
}

/* A message of @n payload dwords counting from @first. */
static int put(struct rings *r, u16 fence, u32 first, u32 n)
{
	u32 payload[RING];
	int err;

	for (u32 i = 0; i < n; i++)
		payload[i] = first + i;
	err = xe_guc_ctb_write(&r->writer, header(fence, n), 0xabc, payload, n);
	if (!err)
		xe_guc_ctb_publish(&r->writer);
	return err;
}

/* The reader of this direction skips padding, as the firmware does. */
static void skip_padding(struct rings *r)
{
	while (r->reader.head != r->desc.tail && !r->ring[r->reader.head])
		r->reader.head = (r->reader.head + 1) % RING;
}

static void expect_message(struct kunit *test, u16 fence, u32 first, u32 n)
{
	struct rings *r = test->priv;
	int len;

	skip_padding(r);
	len = xe_guc_ctb_peek(&r->reader, r->msg);
	KUNIT_ASSERT_EQ(test, len, n + 2);
	KUNIT_EXPECT_EQ(test, r->msg[0], header(fence, n));
	KUNIT_EXPECT_EQ(test, r->msg[1], 0xabc);
	for (u32 i = 0; i < n; i++)
		KUNIT_EXPECT_EQ(test, r->msg[2 + i], first + i);
	xe_guc_ctb_consume(&r->reader, len);
	KUNIT_EXPECT_EQ(test, r->desc.head, r->reader.head);
}

static void ctb_starts_empty(struct kunit *test)
{
	struct rings *r = test->priv;

	KUNIT_EXPECT_EQ(test, r->desc.head, 0);
	KUNIT_EXPECT_EQ(test, r->desc.tail, 0);
	KUNIT_EXPECT_EQ(test, r->desc.status, 0);
	KUNIT_EXPECT_EQ(test, r->ring[0], 0);
	KUNIT_EXPECT_EQ(test, r->ring[RING - 1], 0);
	KUNIT_EXPECT_EQ(test, xe_guc_ctb_peek(&r->reader, r->msg), 0);
}

static void ctb_round_trip(struct kunit *test)
{
	struct rings *r = test->priv;

	KUNIT_ASSERT_EQ(test, put(r, 7, 100, 3), 0);
	KUNIT_ASSERT_EQ(test, put(r, 8, 200, 0), 0);
	expect_message(test, 7, 100, 3);
	expect_message(test, 8, 200, 0);
	KUNIT_EXPECT_EQ(test, xe_guc_ctb_peek(&r->reader, r->msg), 0);
}

static void ctb_unpublished_is_invisible(struct kunit *test)
{
	struct rings *r = test->priv;

	KUNIT_ASSERT_EQ(test, xe_guc_ctb_write(&r->writer, header(1, 0), 0xabc, NULL, 0), 0);
	KUNIT_EXPECT_EQ(test, xe_guc_ctb_peek(&r->reader, r->msg), 0);
	xe_guc_ctb_publish(&r->writer);
	expect_message(test, 1, 0, 0);
}

/* A message may end exactly at the end; one that does not fit begins anew behind padding. */
static void ctb_write_wraps(struct kunit *test)
{
	struct rings *r = test->priv;

	KUNIT_ASSERT_EQ(test, put(r, 1, 0, RING - 2 - 8), 0);
	expect_message(test, 1, 0, RING - 2 - 8);
	KUNIT_ASSERT_EQ(test, put(r, 2, 0, 6), 0);
	KUNIT_EXPECT_EQ(test, r->desc.tail, 0);
	expect_message(test, 2, 0, 6);

	KUNIT_ASSERT_EQ(test, put(r, 3, 0, RING - 2 - 4), 0);
	expect_message(test, 3, 0, RING - 2 - 4);
	KUNIT_ASSERT_EQ(test, put(r, 4, 50, 5), 0);
	KUNIT_EXPECT_EQ(test, r->desc.tail, 7);
	for (int i = RING - 4; i < RING; i++)
		KUNIT_EXPECT_EQ(test, r->ring[i], 0);
	expect_message(test, 4, 50, 5);
}

static void ctb_full_is_busy(struct kunit *test)
{
	struct rings *r = test->priv;

	KUNIT_ASSERT_EQ(test, put(r, 1, 0, 14), 0);
	/* 16 of 32 dwords are taken, and one must stay free. */
	KUNIT_EXPECT_EQ(test, put(r, 2, 0, 14), -EBUSY);
	KUNIT_ASSERT_EQ(test, put(r, 2, 0, 13), 0);
	KUNIT_EXPECT_EQ(test, put(r, 3, 0, 0), -EBUSY);
	expect_message(test, 1, 0, 14);
	KUNIT_EXPECT_EQ(test, put(r, 3, 0, 0), 0);
	expect_message(test, 2, 0, 13);
	expect_message(test, 3, 0, 0);
}

/* Padding counts as room taken: it must not run over what is unread. */
static void ctb_padding_needs_room(struct kunit *test)
{
	struct rings *r = test->priv;

	KUNIT_ASSERT_EQ(test, put(r, 1, 0, 2), 0);
	KUNIT_ASSERT_EQ(test, put(r, 2, 0, 22), 0);
	expect_message(test, 1, 0, 2);
	/* Tail at 28, head at 4: 4 behind it, 3 in front. */
	KUNIT_EXPECT_EQ(test, put(r, 3, 0, 3), -EBUSY);
	KUNIT_EXPECT_EQ(test, put(r, 3, 0, 2), 0);
	expect_message(test, 2, 0, 22);
	expect_message(test, 3, 0, 2);
}

static void ctb_many(struct kunit *test)
{
	struct rings *r = test->priv;
	u32 sent = 0, seen = 0;

	while (seen < 1000) {
		while (sent < 1000 && !put(r, sent, sent * 3, sent % 7))
			sent++;
		while (seen < sent) {
			expect_message(test, seen, seen * 3, seen % 7);
			seen++;
		}
	}
	KUNIT_EXPECT_EQ(test, sent, 1000);
}

/* What the firmware writes may be split by the end of the ring. */
static void ctb_read_wraps(struct kunit *test)
{
	struct rings *r = test->priv;

	r->reader.head = RING - 2;
	r->ring[RING - 2] = header(5, 3);
	r->ring[RING - 1] = 0xabc;
	r->ring[0] = 10;
	r->ring[1] = 11;
	r->ring[2] = 12;
	r->desc.tail = 3;
	expect_message(test, 5, 10, 3);
	KUNIT_EXPECT_EQ(test, r->reader.head, 3);
}

static void ctb_refuses_nonsense(struct kunit *test)
{
	struct rings *r = test->priv;

	KUNIT_ASSERT_EQ(test, put(r, 1, 0, 3), 0);

	r->desc.tail = RING;
	KUNIT_EXPECT_EQ(test, xe_guc_ctb_peek(&r->reader, r->msg), -EPROTO);
	r->desc.tail = 4;
	KUNIT_EXPECT_EQ(test, xe_guc_ctb_peek(&r->reader, r->msg), -EPROTO);
	r->desc.tail = 5;
	KUNIT_EXPECT_EQ(test, xe_guc_ctb_peek(&r->reader, r->msg), 5);

	r->desc.status = GUC_CTB_OVERFLOW;
	KUNIT_EXPECT_EQ(test, xe_guc_ctb_peek(&r->reader, r->msg), -EPROTO);
	r->desc.status = GUC_CTB_DISABLED;
	KUNIT_EXPECT_EQ(test, xe_guc_ctb_peek(&r->reader, r->msg), 5);
	r->desc.status = 0;

	r->ring[0] |= FIELD_PREP(GUC_CTB_FORMAT, 1);
	KUNIT_EXPECT_EQ(test, xe_guc_ctb_peek(&r->reader, r->msg), -EPROTO);
	r->ring[0] = 0;
	KUNIT_EXPECT_EQ(test, xe_guc_ctb_peek(&r->reader, r->msg), -EPROTO);

	/* The other side's head is only looked at when there seems to be no room. */
	r->desc.head = RING;
	KUNIT_EXPECT_EQ(test, put(r, 2, 0, 28), -EPROTO);
	r->desc.head = 5;
	r->desc.status = GUC_CTB_UNDERFLOW;
	KUNIT_EXPECT_EQ(test, put(r, 2, 0, 28), -EPROTO);
}

static struct kunit_case ctb_cases[] = {
	KUNIT_CASE(ctb_starts_empty),
	KUNIT_CASE(ctb_round_trip),
	KUNIT_CASE(ctb_unpublished_is_invisible),
	KUNIT_CASE(ctb_write_wraps),
	KUNIT_CASE(ctb_full_is_busy),
	KUNIT_CASE(ctb_padding_needs_room),
	KUNIT_CASE(ctb_many),
	KUNIT_CASE(ctb_read_wraps),
	KUNIT_CASE(ctb_refuses_nonsense),
	{}
};

/* ---- event rows --------------------------------------------------------- */

static u32 seen_payload, seen_len;

static int remember(struct xe_gt *gt, const u32 *payload, u32 len)
{
	seen_payload = payload[0];
	seen_len = len;
	return 0;
}

static int refuse(struct xe_gt *gt, const u32 *payload, u32 len)
{
	return -EINVAL;
}

static const struct xe_g2h_row rows[] = {
	{ .action = 0x7001, .min_len = 1, .handle = remember },
	{ .action = 0x1002, .min_len = 2, .handle = remember },
	{ .action = 0x4600, .handle = refuse },
};

static void g2h_finds_rows(struct kunit *test)
{
	struct xe_g2h_table table = {};

	KUNIT_EXPECT_NULL(test, xe_guc_g2h_find(&table, 0x7001));
	for (int i = 0; i < ARRAY_SIZE(rows); i++)
		KUNIT_ASSERT_EQ(test, xe_guc_g2h_add(&table, &rows[i]), 0);
	for (int i = 0; i < ARRAY_SIZE(rows); i++)
		KUNIT_EXPECT_PTR_EQ(test, xe_guc_g2h_find(&table, rows[i].action), &rows[i]);
	KUNIT_EXPECT_NULL(test, xe_guc_g2h_find(&table, 0));
	KUNIT_EXPECT_NULL(test, xe_guc_g2h_find(&table, 0x4601));
	KUNIT_EXPECT_NULL(test, xe_guc_g2h_find(&table, 0xffff));
}

static void g2h_one_owner(struct kunit *test)
{
	struct xe_g2h_table table = {};
	struct xe_g2h_row *many;

	KUNIT_ASSERT_EQ(test, xe_guc_g2h_add(&table, &rows[0]), 0);
	KUNIT_EXPECT_EQ(test, xe_guc_g2h_add(&table, &rows[0]), -EEXIST);

	many = kunit_kcalloc(test, XE_G2H_MAX_ROWS, sizeof(*many), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, many);
	for (int i = 0; i < XE_G2H_MAX_ROWS; i++) {
		many[i].action = i;
		KUNIT_EXPECT_EQ(test, xe_guc_g2h_add(&table, &many[i]),
				i < XE_G2H_MAX_ROWS - 1 ? 0 : -ENOSPC);
	}
}

static void g2h_calls(struct kunit *test)
{
	const u32 hxg[] = { GUC_HXG_ORIGIN, 42, 43 };

	seen_len = 0;
	KUNIT_EXPECT_EQ(test, xe_guc_g2h_call(NULL, &rows[0], hxg, 1), -EPROTO);
	KUNIT_EXPECT_EQ(test, xe_guc_g2h_call(NULL, &rows[1], hxg, 2), -EPROTO);
	KUNIT_EXPECT_EQ(test, seen_len, 0);
	KUNIT_EXPECT_EQ(test, xe_guc_g2h_call(NULL, &rows[1], hxg, 3), 0);
	KUNIT_EXPECT_EQ(test, seen_len, 2);
	KUNIT_EXPECT_EQ(test, seen_payload, 42);
	KUNIT_EXPECT_EQ(test, xe_guc_g2h_call(NULL, &rows[2], hxg, 3), -EINVAL);
}

static struct kunit_case g2h_cases[] = {
	KUNIT_CASE(g2h_finds_rows),
	KUNIT_CASE(g2h_one_owner),
	KUNIT_CASE(g2h_calls),
	{}
};

/* ---- firmware images ---------------------------------------------------- */

#define CODE_DWORDS	16
#define KEY_DWORDS	64

/* struct image - a file with little code in it */
struct image {
	struct guc_css_header css;
	u32 code[CODE_DWORDS];
	u32 signature[KEY_DWORDS];
};

static struct image good_image(void)
{
	return (struct image){
		.css = {
			.module_type = 6,
			.header_dwords = 32 + KEY_DWORDS + 64 + 1,
			.size_dwords = 32 + KEY_DWORDS + 64 + 1 + CODE_DWORDS,
			.key_dwords = KEY_DWORDS,
			.modulus_dwords = 64,
			.exponent_dwords = 1,
			.release_version = 70 << 16 | 54 << 8 | 3,
			.submission_version = 1 << 16,
			.private_data_size = SZ_4K,
		},
	};
}

static int parse(const struct image *image, size_t size, struct xe_guc_image *out, char *why)
{
	why[0] = '\0';
	return xe_guc_fw_parse(image, size, out, why, 96);
}

static void fw_good(struct kunit *test)
{
	struct image image = good_image();
	struct xe_guc_image out;
	char why[96];

	KUNIT_ASSERT_EQ(test, parse(&image, sizeof(image), &out, why), 0);
	KUNIT_EXPECT_EQ(test, out.ucode_size, CODE_DWORDS * 4);
	KUNIT_EXPECT_EQ(test, out.upload_size, offsetof(struct image, signature));
	KUNIT_EXPECT_EQ(test, out.signature_size, KEY_DWORDS * 4);
	KUNIT_EXPECT_EQ(test, out.private_data_size, SZ_4K);
	KUNIT_EXPECT_EQ(test, out.release, 70 << 16 | 54 << 8 | 3);
	KUNIT_EXPECT_EQ(test, out.submission, 1 << 16);
	/* Longer than it says is fine. */
	KUNIT_EXPECT_EQ(test, parse(&image, sizeof(image) + 1, &out, why), 0);
}

static void fw_truncated(struct kunit *test)
{
	struct image image = good_image();
	struct xe_guc_image out;
	char why[96];

	KUNIT_EXPECT_EQ(test, parse(&image, 0, &out, why), -ENODATA);
	KUNIT_EXPECT_EQ(test, parse(&image, 127, &out, why), -ENODATA);
	KUNIT_EXPECT_STRNEQ(test, why, "");
	KUNIT_EXPECT_EQ(test, parse(&image, 128, &out, why), -ENOEXEC);
	KUNIT_EXPECT_EQ(test, parse(&image, sizeof(image) - 1, &out, why), -ENOEXEC);
	KUNIT_EXPECT_STRNEQ(test, why, "");
}

static void fw_bad_sizes(struct kunit *test)
{
	struct image image;
	struct xe_guc_image out;
	char why[96];

#define EXPECT_BAD(member, value) do { \
		image = good_image(); \
		image.css.member = value; \
		KUNIT_EXPECT_EQ(test, parse(&image, sizeof(image), &out, why), -EPROTO); \
		KUNIT_EXPECT_STRNEQ(test, why, ""); \
	} while (0)

	EXPECT_BAD(header_dwords, 0);
	EXPECT_BAD(header_dwords, 160);
	EXPECT_BAD(modulus_dwords, U32_MAX);
	EXPECT_BAD(size_dwords, 0);
	EXPECT_BAD(size_dwords, 161);
	EXPECT_BAD(private_data_size, U32_MAX);
#undef EXPECT_BAD

	/* Sums that wrap in 32 bits must not look right. */
	image = good_image();
	image.css.key_dwords = 0x80000000;
	image.css.modulus_dwords = 0x80000000;
	image.css.header_dwords = 33;
	KUNIT_EXPECT_EQ(test, parse(&image, sizeof(image), &out, why), -EPROTO);

	image = good_image();
	image.css.size_dwords = U32_MAX;
	KUNIT_EXPECT_EQ(test, parse(&image, sizeof(image), &out, why), -ENOEXEC);

	image = good_image();
	image.css.header_dwords -= KEY_DWORDS;
	image.css.size_dwords -= KEY_DWORDS;
	image.css.key_dwords = 0;
	KUNIT_EXPECT_EQ(test, parse(&image, sizeof(image), &out, why), -EPROTO);
}

static void fw_too_old(struct kunit *test)
{
	struct image image = good_image();
	struct xe_guc_image out;
	char why[96];

	image.css.release_version = 70 << 16 | 29 << 8 | 1;
	KUNIT_EXPECT_EQ(test, parse(&image, sizeof(image), &out, why), -EINVAL);
	KUNIT_EXPECT_STRNEQ(test, why, "");
	image.css.release_version = 70 << 16 | 29 << 8 | 2;
	KUNIT_EXPECT_EQ(test, parse(&image, sizeof(image), &out, why), 0);
	image.css.release_version = 69 << 16 | 99 << 8;
	KUNIT_EXPECT_EQ(test, parse(&image, sizeof(image), &out, why), -EINVAL);
}

static void wopcm_layout(struct kunit *test)
{
	u32 base, size;

	KUNIT_ASSERT_EQ(test, xe_guc_wopcm_layout(SZ_4M, SZ_256K, 0, &base, &size), 0);
	KUNIT_EXPECT_EQ(test, base, SZ_16K);
	KUNIT_EXPECT_EQ(test, size, SZ_4M - SZ_16K - 36 * SZ_1K);

	KUNIT_ASSERT_EQ(test, xe_guc_wopcm_layout(SZ_8M, SZ_256K, SZ_512K + 1, &base, &size), 0);
	KUNIT_EXPECT_EQ(test, base, SZ_512K + SZ_32K);
	KUNIT_EXPECT_EQ(test, base + size, SZ_8M - 36 * SZ_1K);

	KUNIT_EXPECT_EQ(test, xe_guc_wopcm_layout(SZ_4M, SZ_4M, 0, &base, &size), -E2BIG);
	KUNIT_EXPECT_EQ(test, xe_guc_wopcm_layout(SZ_4M, SZ_256K, SZ_4M, &base, &size), -E2BIG);
	KUNIT_EXPECT_EQ(test, xe_guc_wopcm_layout(SZ_4M, SZ_256K, U32_MAX, &base, &size), -E2BIG);
	/* What a BIOS may have locked in. */
	KUNIT_EXPECT_EQ(test, xe_guc_wopcm_check(SZ_8M, SZ_256K, 0, SZ_16K, SZ_1M), 0);
	KUNIT_EXPECT_EQ(test, xe_guc_wopcm_check(SZ_8M, SZ_1M, 0, SZ_16K, SZ_1M), -E2BIG);
	KUNIT_EXPECT_EQ(test, xe_guc_wopcm_check(SZ_8M, SZ_256K, 0, 0, SZ_1M), -E2BIG);
	KUNIT_EXPECT_EQ(test, xe_guc_wopcm_check(SZ_8M, SZ_256K, 0, SZ_16K, SZ_8M), -E2BIG);
	KUNIT_EXPECT_EQ(test, xe_guc_wopcm_check(SZ_8M, SZ_256K, 0, U32_MAX, SZ_1M), -E2BIG);
}

static void hwconfig_find(struct kunit *test)
{
	const u32 table[] = { 1, 1, 8, 5, 0, 70, 2, 64, 65, 9, 4, 1 };
	u32 value = 0;

	KUNIT_EXPECT_EQ(test, xe_guc_hwconfig_find(table, 12, 1, &value), 0);
	KUNIT_EXPECT_EQ(test, value, 8);
	KUNIT_EXPECT_EQ(test, xe_guc_hwconfig_find(table, 12, 70, &value), 0);
	KUNIT_EXPECT_EQ(test, value, 64);
	KUNIT_EXPECT_EQ(test, xe_guc_hwconfig_find(table, 12, 5, &value), -ENOENT);
	KUNIT_EXPECT_EQ(test, xe_guc_hwconfig_find(table, 12, 9, &value), -ENOENT);
	KUNIT_EXPECT_EQ(test, xe_guc_hwconfig_find(table, 8, 70, &value), -ENOENT);
	KUNIT_EXPECT_EQ(test, xe_guc_hwconfig_find(table, 0, 1, &value), -ENOENT);
}

static struct kunit_case boot_cases[] = {
	KUNIT_CASE(fw_good),
	KUNIT_CASE(fw_truncated),
	KUNIT_CASE(fw_bad_sizes),
	KUNIT_CASE(fw_too_old),
	KUNIT_CASE(wopcm_layout),
	KUNIT_CASE(hwconfig_find),
	{}
};

/* ---- TLB invalidation --------------------------------------------------- */

static void expect_block(struct kunit *test, u64 start, u64 size, u64 block, unsigned int order)
{
	u64 got = 0;
	unsigned int got_order = 0;

	KUNIT_ASSERT_TRUE(test, xe_guc_tlb_block(start, size, &got, &got_order));
	KUNIT_EXPECT_EQ(test, got, block);
	KUNIT_EXPECT_EQ(test, got_order, order);
}

static void tlb_blocks(struct kunit *test)
{
	u64 block;
	unsigned int order;

	expect_block(test, 0, 1, 0, 12);
	expect_block(test, 0x12345000, SZ_4K, 0x12345000, 12);
	expect_block(test, 0x12344000, SZ_8K, 0x12344000, 13);
	/* Not aligned to its size: the block that holds both ends. */
	expect_block(test, 0x1000, SZ_8K, 0, 14);
	expect_block(test, SZ_1M - SZ_4K, SZ_8K, 0, 24);
	expect_block(test, SZ_1M, SZ_1M, SZ_1M, 20);
	expect_block(test, SZ_2M, SZ_2M, 0, 24);
	expect_block(test, SZ_16M, SZ_16M, SZ_16M, 24);
	expect_block(test, SZ_16M, SZ_32M, 0, 26);
	expect_block(test, 1ull << 47, 1ull << 47, 1ull << 47, 47);
	KUNIT_EXPECT_FALSE(test, xe_guc_tlb_block(0, 0, &block, &order));
	KUNIT_EXPECT_FALSE(test, xe_guc_tlb_block(SZ_4K, U64_MAX, &block, &order));
	KUNIT_EXPECT_FALSE(test, xe_guc_tlb_block(0, U64_MAX, &block, &order));
}

static struct kunit_case tlb_cases[] = {
	KUNIT_CASE(tlb_blocks),
	{}
};

static struct kunit_suite xe_guc_suite_ctb = {
	.name = "xe_guc_ctb",
	.init = ctb_test_init,
	.test_cases = ctb_cases,
};

static struct kunit_suite xe_guc_suite_g2h = {
	.name = "xe_guc_g2h",
	.test_cases = g2h_cases,
};

static struct kunit_suite xe_guc_suite_boot = {
	.name = "xe_guc_boot",
	.test_cases = boot_cases,
};

static struct kunit_suite xe_guc_suite_tlb = {
	.name = "xe_guc_tlb",
	.test_cases = tlb_cases,
};

kunit_test_suites(&xe_guc_suite_ctb, &xe_guc_suite_g2h, &xe_guc_suite_boot, &xe_guc_suite_tlb);
