// SPDX-License-Identifier: MIT
/*
 * Register and config accesses in any order on a device fresh from power-on,
 * with ticks between. Each operation: a selector byte, an offset, a value.
 */
#include "fuzz.h"

#define MAX_OPS 400

static void ignore_msi(void *opaque)
{
	(void)opaque;
}

/* Offsets cluster where registers are: a fuzzer does not find 16 MiB by itself. */
static uint64_t offset_of(struct input *in, uint8_t op, uint64_t size)
{
	static const uint32_t near[] = {
		0x0, 0x2000, 0x8000, 0xa000, 0xc000, 0x22000, 0x100000, 0x138000, 0x190000,
		0x1a0000, 0x1c0000, 0x380000, 0x800000, 0x1000000, 0x1190000, 0x1138000,
	};
	uint64_t offset = near[op >> 4] + fuzz_take(in, 2);

	return op & 8 ? fuzz_take(in, 4) % size : offset % size;
}

static void step(struct vg_device *d, struct input *in, uint64_t *now)
{
	const struct vg_bar *bar = vg_device_bar(d, 0);
	uint8_t op = (uint8_t)fuzz_take(in, 1), data[8];
	unsigned int len = (op & 7) == 4 ? 1u << (op >> 6) : 4, at;
	uint64_t value;

	switch (op & 7) {
	case 0: case 1:
		vg_device_read(d, 0, offset_of(in, op, bar->size) & ~(uint64_t)(len - 1), len);
		break;
	case 2: case 3: case 4:
		value = fuzz_take(in, 4);
		vg_device_write(d, 0, offset_of(in, op, bar->size) & ~(uint64_t)(len - 1), len,
				value);
		break;
	case 5:
		at = (unsigned int)fuzz_take(in, 1);
		value = fuzz_take(in, 4);
		memcpy(data, &value, sizeof(data));
		vg_device_cfg_write(d, at, data, 4);
		vg_device_cfg_read(d, (unsigned int)value & 0x1fff, data, sizeof(data));
		break;
	case 6:
		vg_device_write(d, 2, fuzz_take(in, 3) & ~7ull, 8, fuzz_take(in, 8));
		break;
	case 7:
		*now += fuzz_take(in, 2) * 1000;
		vg_device_tick(d, *now, 64);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vg_host host = { .msi = ignore_msi };
	struct input in = { data, size };
	struct vg_device_options opt = fuzz_options((uint8_t)fuzz_take(&in, 1));
	struct vg_device *d;
	const char *error;
	uint64_t now = 1000000;

	d = vg_device_new(&opt, &host, &error);
	if (!d)
		abort();
	for (unsigned int i = 0; i < MAX_OPS && in.left; i++)
		step(d, &in, &now);
	vg_device_tick(d, now + 1000000, 256);
	vg_device_reset(d);
	vg_device_free(d);
	return 0;
}
