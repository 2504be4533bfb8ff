// SPDX-License-Identifier: MIT
/*
 * The mailbox of the power controller: control, two data registers. A command
 * is done when the control write returns; bits 7:0 then hold the error code.
 */
#include <stdlib.h>

#include "reg/gt.h"

#define MAILBOX 0x138124
#define MAILBOX_DATA0 0x138128
#define MAILBOX_DATA1 0x13812c
#define MAILBOX_READY (1u << 31)

#define REMAP_INDEX1 0x280008 /* what the telemetry window shows: region in 3:0 */
#define REMAP_TELEMETRY 0xfu
#define ENERGY_PACKAGE 0x360230 /* in the window while it shows region 0 */
#define ENERGY_CARD 0x360234
/* Counters are in 2^-14 J; an idle card, and the chip on it, in W */
#define ENERGY_SHIFT 14
#define PACKAGE_WATTS 8u
#define CARD_WATTS 12u

enum pcode_error { PCODE_OK = 0, PCODE_ILLEGAL_CMD = 1, PCODE_ILLEGAL_DATA = 3,
		   PCODE_ILLEGAL_SUBCMD = 4 };

enum { LIMIT_CARD, LIMIT_PACKAGE, N_LIMITS };

/* Power limits: bit 15 enables, bits 14:0 in 1/8 W; a card of 190 W */
#define LIMIT_DEFAULT (1u << 15 | 190u * 8)
/* 10.6 fixed point: the current that makes the card throttle */
#define I1_DEFAULT (1u << 31 | 190u << 6)

struct vg_pcode {
	struct vg_obs *obs;
	struct vg_regs *regs;
	uint32_t limit[N_LIMITS][2]; /* PL1, PL2 */
	uint32_t i1;
};

/*
 * struct command - one mailbox command
 * @data: in and out: data0, data1
 */
struct command {
	uint8_t code;
	const char *name;
	enum pcode_error (*handle)(struct vg_pcode *p, uint8_t param1, uint8_t param2,
				   uint32_t data[2]);
};

/* DGFX_PCODE_STATUS: the discrete card's firmware has started */
static enum pcode_error dgfx_status(struct vg_pcode *p, uint8_t param1, uint8_t param2,
				    uint32_t data[2])
{
	(void)p;
	(void)param2;
	if (param1) /* 0: get init status; the only one known */
		return PCODE_ILLEGAL_SUBCMD;
	data[0] = 1; /* init complete */
	return PCODE_OK;
}

/* Subcommands 4/5: I1 read, write; 6/7: card limit; 8/9: package limit */
static enum pcode_error power_setup(struct vg_pcode *p, uint8_t param1, uint8_t param2,
				    uint32_t data[2])
{
	uint32_t *limit;

	(void)param2;
	if (param1 < 4 || param1 > 9)
		return PCODE_ILLEGAL_SUBCMD;
	limit = param1 < 6 ? &p->i1 : p->limit[param1 < 8 ? LIMIT_CARD : LIMIT_PACKAGE];
	for (unsigned int i = 0; i < (param1 < 6 ? 1 : 2); i++) {
		if (param1 & 1)
			limit[i] = data[i];
		else
			data[i] = limit[i];
	}
	return PCODE_OK;
}

/* Sensors of a card that is idle and cool: a byte each, degrees Celsius */
#define N_SENSORS 14
#define DEGREES(t) ((t) * 0x01010101u)

static enum pcode_error thermal_info(struct vg_pcode *p, uint8_t param1, uint8_t param2,
				     uint32_t data[2])
{
	(void)p;
	(void)param2;
	switch (param1) {
	case 0: /* limits */
		data[0] = DEGREES(100);
		data[1] = DEGREES(100);
		return PCODE_OK;
	case 1: /* configuration: how many sensors */
		data[0] = N_SENSORS;
		return PCODE_OK;
	case 2: /* data of group param2 */
		data[0] = DEGREES(40);
		return PCODE_OK;
	}
	return PCODE_ILLEGAL_SUBCMD;
}

/* LATE_BINDING: what firmware loaded at run time can set; nothing on this card */
static enum pcode_error late_binding(struct vg_pcode *p, uint8_t param1, uint8_t param2,
				     uint32_t data[2])
{
	(void)p;
	(void)param2;
	if (param1 == 1 || param1 == 2) /* version of a table there is not */
		return PCODE_ILLEGAL_DATA;
	if (param1)
		return PCODE_ILLEGAL_SUBCMD;
	data[0] = 0;
	return PCODE_OK;
}

/* FREQUENCY_CONFIG: the fused range of the memory clock, in 50 MHz */
#define DOMAIN_MEMORY 2

static enum pcode_error frequency_config(struct vg_pcode *p, uint8_t param1, uint8_t param2,
					 uint32_t data[2])
{
	(void)p;
	if (param1 > 1)
		return PCODE_ILLEGAL_SUBCMD;
	if (param2 != DOMAIN_MEMORY)
		return PCODE_ILLEGAL_DATA;
	data[0] = param1 ? 16 : 64;
	return PCODE_OK;
}

/* A card without fans */
static enum pcode_error fan_control(struct vg_pcode *p, uint8_t param1, uint8_t param2,
				    uint32_t data[2])
{
	(void)p;
	(void)param2;
	if (param1 != 4) /* read the number of fans */
		return PCODE_ILLEGAL_SUBCMD;
	data[0] = 0;
	return PCODE_OK;
}

static const struct command commands[] = {
	{ 0x25, "THERMAL_INFO", thermal_info },
	{ 0x5c, "LATE_BINDING", late_binding },
	{ 0x6e, "FREQUENCY_CONFIG", frequency_config },
	{ 0x7c, "POWER_SETUP", power_setup },
	{ 0x7d, "FAN_SPEED_CONTROL", fan_control },
	{ 0x7e, "DGFX_PCODE_STATUS", dgfx_status },
};

static enum pcode_error run_command(struct vg_pcode *p, uint32_t control)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		uint32_t data[2] = { vg_regs_peek(p->regs, MAILBOX_DATA0),
				     vg_regs_peek(p->regs, MAILBOX_DATA1) };
		enum pcode_error err;

		if (commands[i].code != (control & 0xff))
			continue;
		err = commands[i].handle(p, control >> 8 & 0xff, control >> 16 & 0xff, data);
		vg_regs_poke(p->regs, MAILBOX_DATA0, data[0]);
		vg_regs_poke(p->regs, MAILBOX_DATA1, data[1]);
		vg_log(p->obs, 2, "pcode %s: %d", commands[i].name, err);
		return err;
	}
	vg_log(p->obs, 2, "pcode command 0x%02x is not known", control & 0xff);
	return PCODE_ILLEGAL_CMD;
}

static uint32_t mailbox_write(void *opaque, uint32_t offset, uint32_t stored, uint32_t value)
{
	(void)offset;
	(void)stored;
	if (!(value & MAILBOX_READY))
		return value;
	return run_command(opaque, value);
}

static uint32_t energy_read(void *opaque, uint32_t offset, uint32_t stored)
{
	const struct vg_pcode *p = opaque;
	uint64_t watts = offset == ENERGY_CARD ? CARD_WATTS : PACKAGE_WATTS;

	(void)stored;
	if (vg_regs_peek(p->regs, REMAP_INDEX1) & REMAP_TELEMETRY)
		return 0;
	return (uint32_t)((p->obs->now_ns / 1000000 * watts << ENERGY_SHIFT) / 1000);
}

static const struct vg_reg_row rows[] = {
	{ ENERGY_PACKAGE, "ENERGY_PACKAGE", .flags = VG_REG_RO, .read = energy_read },
	{ ENERGY_CARD, "ENERGY_CARD", .flags = VG_REG_RO, .read = energy_read },
	{ MAILBOX, "PCODE_MAILBOX", .write = mailbox_write },
	{ MAILBOX_DATA0, "PCODE_DATA0", .reset = 0 },
	{ MAILBOX_DATA1, "PCODE_DATA1", .reset = 0 },
};

/** vg_pcode_new() - one per tile */
struct vg_pcode *vg_pcode_new(struct vg_obs *obs, struct vg_regs *regs)
{
	struct vg_pcode *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->obs = obs;
	p->regs = regs;
	p->i1 = I1_DEFAULT;
	for (unsigned int i = 0; i < N_LIMITS; i++)
		p->limit[i][0] = p->limit[i][1] = LIMIT_DEFAULT;
	vg_regs_add(regs, rows, sizeof(rows) / sizeof(rows[0]), 0, p);
	return p;
}

/** vg_pcode_free() - the registers must not be accessed afterwards */
void vg_pcode_free(struct vg_pcode *p)
{
	free(p);
}
