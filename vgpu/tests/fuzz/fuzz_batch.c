// SPDX-License-Identifier: MIT
/* Any command bytes on an engine, from a batch in a context with a PPGTT. */
#include "boot.h"
#include "fuzz.h"

#define MAX_BYTES 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* Copy, render, compute, video as the firmware numbers them */
	static const uint8_t classes[4] = { 3, 0, 4, 1 };
	struct input in = { data, size };
	uint8_t choice = (uint8_t)fuzz_take(&in, 1);
	struct vg_device_options opt = fuzz_options(choice);
	const uint8_t *bytes;
	struct boot b;
	size_t len;

	if (!boot_new(&b, &opt))
		abort();
	boot_context(&b, classes[choice >> 2 & 3]);
	len = fuzz_bytes(&in, MAX_BYTES, &bytes);
	if (len)
		memcpy(b.vram + BOOT_BATCH, bytes, len);
	*boot_dw(&b, BOOT_BATCH + MAX_BYTES) = 0x05000000; /* MI_BATCH_BUFFER_END */
	boot_batch(&b);
	boot_run(&b, 16);
	boot_free(&b);
	return 0;
}
