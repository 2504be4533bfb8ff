/* SPDX-License-Identifier: MIT */
/* Shared by the fuzzers: eating input bytes, and a device to feed. */
#ifndef VGPU_TESTS_FUZZ_H
#define VGPU_TESTS_FUZZ_H

#include <stdlib.h>
#include <string.h>

#include "dev/device.h"

/** struct input - what is left of the fuzzer's bytes; past the end all is 0 */
struct input {
	const uint8_t *data;
	size_t left;
};

/** fuzz_take() - the next @n <= 8 bytes as a little-endian number */
static inline uint64_t fuzz_take(struct input *in, size_t n)
{
	uint64_t v = 0;

	if (n > in->left)
		n = in->left;
	memcpy(&v, in->data, n);
	in->data += n;
	in->left -= n;
	return v;
}

/** fuzz_bytes() - up to @n bytes as they are, as a span into the input; its length */
static inline size_t fuzz_bytes(struct input *in, size_t n, const uint8_t **bytes)
{
	if (n > in->left)
		n = in->left;
	*bytes = in->data;
	in->data += n;
	in->left -= n;
	return n;
}

/** fuzz_options() - PVC or BMG, small memory, silent */
static inline struct vg_device_options fuzz_options(uint8_t choice)
{
	return (struct vg_device_options){ .platform = choice & 1 ? "bmg" : "pvc", .vram_mib = 256,
					   .lenient_64k = choice & 2 };
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
