// SPDX-License-Identifier: GPL-2.0
/* The power controller's mailbox. */

#include "core/xe_pcode.h"

#include <linux/bitfield.h>
#include <linux/delay.h>
#include <linux/jiffies.h>

#include "core/xe_log.h"
#include "core/xe_mmio.h"
#include "core/xe_platform.h"
#include "regs/xe_soc_regs.h"

#define REPLY_TIMEOUT_US	1000
/* A controller that says "not yet" may be training memory; one that is silent will stay so. */
#define BOOT_TIMEOUT_MS		180000
#define BOOT_SILENT_MS		10000
#define BOOT_NOTICE_MS		5000
#define INIT_COMPLETE		BIT(0)

static const struct {
	u8 code;
	s8 err;
	const char *what;
} pcode_errors[] = {
	{ 0x01, -ENXIO, "illegal command" },
	{ 0x02, -ETIMEDOUT, "timed out" },
	{ 0x03, -EINVAL, "illegal data" },
	{ 0x04, -ENXIO, "illegal subcommand" },
	{ 0x06, -EBUSY, "locked" },
	{ 0x10, -EOVERFLOW, "GT ratio out of range" },
	{ 0x11, -EACCES, "rejected" },
};

static int decode_error(struct xe_tile *tile, u32 mbox, u8 code)
{
	const char *what = "unknown error";
	int err = -EPROTO;
	size_t i;

	if (!code)
		return 0;

	for (i = 0; i < ARRAY_SIZE(pcode_errors); i++) {
		if (pcode_errors[i].code == code) {
			err = pcode_errors[i].err;
			what = pcode_errors[i].what;
		}
	}
	xe_dbg(tile->xe, "Tile%u: pcode command %#x failed: %s (%#x)\n", tile->id, mbox, what,
	       code);
	return err;
}

static int exchange(struct xe_tile *tile, u32 mbox, u32 *data0, u32 *data1)
{
	struct xe_mmio *mmio = &tile->mmio;
	u32 status;
	int err;

	lockdep_assert_held(&tile->pcode_lock);

	status = xe_mmio_read32(mmio, PCODE_MAILBOX);
	if (status == ~0u)
		return -ENODEV;
	if (status & PCODE_READY)
		return -EAGAIN;

	/* Arguments, then the command, which starts it. */
	xe_mmio_write32(mmio, PCODE_DATA1, data1 ? *data1 : 0);
	xe_mmio_write32(mmio, PCODE_DATA0, *data0);
	xe_mmio_write32(mmio, PCODE_MAILBOX, mbox | PCODE_READY);

	err = xe_mmio_wait32(mmio, PCODE_MAILBOX, PCODE_READY, 0, REPLY_TIMEOUT_US, &status, false);
	if (err)
		return err;

	err = decode_error(tile, mbox, FIELD_GET(PCODE_ERROR, status));
	if (err)
		return err;

	*data0 = xe_mmio_read32(mmio, PCODE_DATA0);
	if (data1)
		*data1 = xe_mmio_read32(mmio, PCODE_DATA1);
	return 0;
}

/**
 * xe_pcode_read() - one command with an answer
 * @tile: whose controller
 * @mbox: command and parameters, XE_PCODE_MBOX()
 * @data0: in: argument, out: answer
 * @data1: the same, or NULL
 *
 * Context: sleeps.
 * Return: 0, -EAGAIN when the mailbox is busy, -ETIMEDOUT, -ENODEV when the
 * device is gone, or what the controller objected to.
 */
int xe_pcode_read(struct xe_tile *tile, u32 mbox, u32 *data0, u32 *data1)
{
	guard(mutex)(&tile->pcode_lock);
	return exchange(tile, mbox, data0, data1);
}

/**
 * xe_pcode_write() - one command without an answer
 * @tile: whose controller
 * @mbox: command and parameters, XE_PCODE_MBOX()
 * @data0: argument
 * @data1: argument
 *
 * Return: see xe_pcode_read().
 */
int xe_pcode_write(struct xe_tile *tile, u32 mbox, u32 data0, u32 data1)
{
	return xe_pcode_read(tile, mbox, &data0, &data1);
}

/**
 * xe_pcode_init() - wait until the controller has booted the device
 * @xe: device
 *
 * The root tile answers for all tiles.
 *
 * Context: sleeps, for minutes when memory is being trained.
 * Return: 0, -ETIMEDOUT, or -ENODEV when the device is gone.
 */
int xe_pcode_init(struct xe_device *xe)
{
	struct xe_tile *root = xe_device_root_tile(xe);
	unsigned long start = jiffies, heard = jiffies;
	unsigned int wait_us = 10;
	bool told = false;

	if (!xe->platform->is_dgfx)
		return 0;

	for (;;) {
		u32 status = 0;
		int err = xe_pcode_read(root, XE_PCODE_INIT_STATUS, &status, NULL);

		if (!err && status & INIT_COMPLETE)
			return 0;
		if (!err)
			heard = jiffies;
		if (err == -ENODEV) {
			xe_err(xe, "Device does not answer any more: registers read as all ones\n");
			return err;
		}

		if (time_after(jiffies, heard + msecs_to_jiffies(BOOT_SILENT_MS))) {
			xe_err(xe, "PCODE does not answer: %pe\n", ERR_PTR(err));
			return -ETIMEDOUT;
		}
		if (time_after(jiffies, start + msecs_to_jiffies(BOOT_TIMEOUT_MS))) {
			xe_err(xe, "PCODE initialization timedout after: 3 min\n");
			return -ETIMEDOUT;
		}
		if (!told && time_after(jiffies, start + msecs_to_jiffies(BOOT_NOTICE_MS))) {
			xe_notice(xe, "Waiting for PCODE to initialize the device\n");
			told = true;
		}

		fsleep(wait_us);
		wait_us = min(wait_us * 2, USEC_PER_SEC);
	}
}
