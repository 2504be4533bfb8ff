// SPDX-License-Identifier: MIT
/*
 * Requests to running firmware: known actions with any arguments, any dwords,
 * scribbled descriptors and context images, register messages.
 */
#include "boot.h"
#include "fuzz.h"

#define MAX_OPS 100

static const uint16_t actions[] = {
	0x0030, 0x0040, 0x0302, 0x0506, 0x0508, 0x0509, 0x1000, 0x1001, 0x100b, 0x3003, 0x3004,
	0x4000, 0x4100, 0x4502, 0x4503, 0x4509, 0x4601, 0x5507, 0x550c, 0x550e, 0x6003, 0x7000,
	0x7002,
};

/* Small numbers, addresses that exist, or anything. */
static uint32_t argument(struct input *in)
{
	uint8_t kind = (uint8_t)fuzz_take(in, 1);

	if (kind < 0xc0)
		return kind;
	if (kind < 0xe0)
		return BOOT_GGTT_START + (uint32_t)fuzz_take(in, 2) * 64;
	return (uint32_t)fuzz_take(in, 4);
}

static void request(struct boot *b, struct input *in, uint8_t op)
{
	uint32_t hxg[64];
	unsigned int n = 1 + (unsigned int)fuzz_take(in, 1) % 63;

	hxg[0] = actions[fuzz_take(in, 1) % (sizeof(actions) / sizeof(actions[0]))];
	if (op & 0x10)
		hxg[0] |= 2u << 28; /* fast */
	if (op & 0x20)
		hxg[0] |= (uint32_t)fuzz_take(in, 2) << 16;
	for (unsigned int i = 1; i < n; i++)
		hxg[i] = argument(in);
	boot_request(b, hxg, n);
}

static void raw(struct boot *b, struct input *in)
{
	uint32_t dw[64];
	unsigned int n = 1 + (unsigned int)fuzz_take(in, 1) % 64;

	for (unsigned int i = 0; i < n; i++)
		dw[i] = (uint32_t)fuzz_take(in, 4);
	boot_h2g(b, dw, n);
}

static void scribble(struct boot *b, struct input *in)
{
	static const uint32_t where[] = { BOOT_H2G_DESC, BOOT_G2H_DESC, BOOT_H2G, BOOT_LRCA + 4096,
					  BOOT_RING, BOOT_ADS, BOOT_DATA, BOOT_TABLES };
	uint32_t at = where[fuzz_take(in, 1) % 8] + 4 * (uint32_t)fuzz_take(in, 1);

	*boot_dw(b, at) = (uint32_t)fuzz_take(in, 4);
}

static void step(struct boot *b, struct input *in)
{
	uint8_t op = (uint8_t)fuzz_take(in, 1);
	uint32_t dw[4];

	switch (op & 7) {
	case 0: case 1: case 2:
		request(b, in, op);
		break;
	case 3:
		raw(b, in);
		break;
	case 4:
		scribble(b, in);
		break;
	case 5:
		for (unsigned int i = 0; i < 4; i++)
			dw[i] = argument(in);
		boot_mmio(b, actions[op >> 3 & 15] | (op & 0x80 ? dw[0] << 16 : 0), dw[1], dw[2],
			  dw[3]);
		break;
	case 6:
		boot_context(b, op >> 3 & 7);
		break;
	case 7:
		boot_run(b, 1 + (op >> 5));
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	struct vg_device_options opt = fuzz_options((uint8_t)fuzz_take(&in, 1));
	struct boot b;

	if (!boot_new(&b, &opt))
		abort();
	for (unsigned int i = 0; i < MAX_OPS && in.left; i++)
		step(&b, &in);
	boot_run(&b, 4);
	boot_free(&b);
	return 0;
}
