// SPDX-License-Identifier: GPL-2.0
/*
 * The header of a firmware file: nothing in it is believed before it was
 * checked against the length of the file. No hardware is needed here.
 */
#include <linux/bitfield.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/sprintf.h>

#include <kunit/visibility.h>

#include "abi/guc_boot.h"
#include "guc/xe_guc_fw.h"
#include "guc/xe_guc_priv.h"

#define OLDEST_RELEASE XE_GUC_VER(70, 29, 2)

static int parse_sizes(const struct guc_css_header *css, size_t size, struct xe_guc_image *img,
		       char *why, size_t why_size)
{
	u64 keys = (u64)css->key_dwords + css->modulus_dwords + css->exponent_dwords;
	u64 own = sizeof(*css) / sizeof(u32), need;

	if (css->header_dwords != own + keys) {
		snprintf(why, why_size, "header of %u dwords, expected %llu with its keys",
			 css->header_dwords, own + keys);
		return -EPROTO;
	}
	if (css->size_dwords <= css->header_dwords || !css->key_dwords) {
		snprintf(why, why_size, "no code or no signature in it");
		return -EPROTO;
	}

	need = (own + css->size_dwords - css->header_dwords + css->key_dwords) * sizeof(u32);
	if (size < need) {
		snprintf(why, why_size, "truncated: %zu bytes of %llu", size, need);
		return -ENOEXEC;
	}

	/* All of these fit: they are at most the size of a file in memory. */
	img->ucode_size = (css->size_dwords - css->header_dwords) * sizeof(u32);
	img->upload_size = sizeof(*css) + img->ucode_size;
	img->signature_size = css->key_dwords * sizeof(u32);
	return 0;
}

/**
 * xe_guc_fw_parse() - check a firmware file and find its parts
 * @data: the file
 * @size: its length in bytes
 * @img: filled in
 * @why: on failure what is wrong with the file, for a message
 * @why_size: room in @why
 *
 * Context: any.
 *
 * Return: 0, -ENODATA when there is not even a header, -EPROTO when its sizes
 * contradict each other, -ENOEXEC when the file is truncated, -EINVAL when the
 * firmware is too old.
 */
int xe_guc_fw_parse(const void *data, size_t size, struct xe_guc_image *img, char *why,
		    size_t why_size)
{
	const struct guc_css_header *css = data;
	int err;

	if (size < sizeof(*css)) {
		snprintf(why, why_size, "truncated: %zu bytes, not even a header", size);
		return -ENODATA;
	}

	err = parse_sizes(css, size, img, why, why_size);
	if (err)
		return err;

	img->release = css->release_version & GUC_CSS_VERSION;
	img->submission = css->submission_version & GUC_CSS_VERSION;
	img->private_data_size = css->private_data_size;
	if (img->release < OLDEST_RELEASE) {
		snprintf(why, why_size, "version %u.%u.%u, 70.29.2 or newer is needed",
			 XE_GUC_VER_MAJOR(img->release), XE_GUC_VER_MINOR(img->release),
			 XE_GUC_VER_PATCH(img->release));
		return -EINVAL;
	}
	/* Not a limit of the format, but a bound on what one header may make us allocate. */
	if (img->private_data_size > SZ_16M) {
		snprintf(why, why_size, "it wants %u bytes of private data",
			 css->private_data_size);
		return -EPROTO;
	}
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(xe_guc_fw_parse);
