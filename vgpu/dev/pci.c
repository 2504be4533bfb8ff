// SPDX-License-Identifier: MIT
/*
 * Config space: header, PCIe, MSI and power management. No MSI-X (the driver
 * would change to memory-based interrupts), no SR-IOV, no resizable BAR.
 */
#include <string.h>

#include "dev/priv.h"

#define COMMAND 0x04
#define COMMAND_MEMORY 2
#define COMMAND_MASTER 4
#define BAR0 0x10
#define CAP_PCIE 0x70
#define CAP_MSI 0xac
#define CAP_PM 0xd0
#define DEVCTL (CAP_PCIE + 8)
#define DEVCTL_FLR (1u << 15)
#define PMCSR (CAP_PM + 4)
#define PMCSR_STATE 3

#define BAR_64BIT 4
#define BAR_PREFETCH 8

/* PCIe: version 2 endpoint; 256-byte payloads, FLR; 16 GT/s, 16 lanes */
#define PCIE_FLAGS 0x0002
#define DEVCAP (1u | 1u << 15 | 1u << 28)
#define LNKCAP (4u | 16u << 4)
#define LNKSTA (4u | 16u << 4)
#define LNKCAP2 0x1eu /* 2.5, 5, 8, 16 GT/s */
#define MSI_FLAGS (1u << 7 | 1u << 8) /* 64-bit addresses, per-vector mask; one vector */
#define PM_CAPS 3 /* version 1.2; D0 and D3 only */
#define PM_NO_SOFT_RESET 8

static uint32_t get(const uint8_t *p, unsigned int n)
{
	uint32_t v = 0;

	for (unsigned int i = 0; i < n; i++)
		v |= (uint32_t)p[i] << 8 * i;
	return v;
}

static void put(uint8_t *p, unsigned int n, uint32_t v)
{
	for (unsigned int i = 0; i < n; i++)
		p[i] = v >> 8 * i;
}

/*
 * struct field - a piece of config space
 * @mask: bits the guest can write
 */
struct field {
	uint16_t offset;
	uint8_t bytes;
	uint32_t value, mask;
};

static const struct field fields[] = {
	{ 0x00, 2, 0x8086, 0 },
	{ COMMAND, 2, 0, 0x0547 },
	{ 0x06, 2, 0x0010, 0 }, /* has capabilities */
	{ 0x09, 3, 0x038000, 0 }, /* display controller, other */
	{ 0x0c, 1, 0x10, 0xff },
	{ 0x0d, 1, 0, 0xff },
	{ 0x2c, 2, 0x8086, 0 },
	{ 0x34, 1, CAP_PCIE, 0 },
	{ 0x3c, 1, 0, 0xff },
	{ 0x3d, 1, 0, 0 }, /* no interrupt pin */
	{ CAP_PCIE, 2, 0x10 | CAP_MSI << 8, 0 },
	{ CAP_PCIE + 2, 2, PCIE_FLAGS, 0 },
	{ CAP_PCIE + 4, 4, DEVCAP, 0 },
	{ DEVCTL, 2, 0x2810, 0x7fff },
	{ CAP_PCIE + 12, 4, LNKCAP, 0 },
	{ CAP_PCIE + 16, 2, 0, 0x01fb },
	{ CAP_PCIE + 18, 2, LNKSTA, 0 },
	{ CAP_PCIE + 40, 2, 0, 0x7fff }, /* device control 2 */
	{ CAP_PCIE + 44, 4, LNKCAP2, 0 },
	{ CAP_PCIE + 48, 2, 4, 0x0f }, /* target speed */
	{ CAP_MSI, 2, 0x05 | CAP_PM << 8, 0 },
	{ CAP_MSI + 2, 2, MSI_FLAGS, 0x0071 },
	{ CAP_MSI + 4, 4, 0, 0xfffffffc },
	{ CAP_MSI + 8, 4, 0, 0xffffffff },
	{ CAP_MSI + 12, 2, 0, 0xffff },
	{ CAP_MSI + 16, 4, 0, 1 },
	{ CAP_PM, 2, 0x01, 0 },
	{ CAP_PM + 2, 2, PM_CAPS, 0 },
	{ PMCSR, 2, PM_NO_SOFT_RESET, PMCSR_STATE },
};

static void set_field(struct vg_device *d, unsigned int offset, unsigned int bytes, uint32_t value,
		      uint32_t mask)
{
	put(d->cfg + offset, bytes, value);
	put(d->cfg_mask + offset, bytes, mask);
}

/* A 64-bit BAR: low type bits are fixed, address bits below the size too */
static void set_bar(struct vg_device *d, unsigned int n, const struct vg_bar *bar)
{
	uint64_t mask = ~(bar->size - 1);

	set_field(d, BAR0 + 4 * n, 4, BAR_64BIT | (bar->prefetchable ? BAR_PREFETCH : 0),
		  mask & 0xfffffff0);
	set_field(d, BAR0 + 4 * n + 4, 4, 0, mask >> 32);
}

/** pci_reset() - as after power-on; nothing is enabled */
void pci_reset(struct vg_device *d)
{
	memset(d->cfg, 0, sizeof(d->cfg));
	memset(d->cfg_mask, 0, sizeof(d->cfg_mask));
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		set_field(d, fields[i].offset, fields[i].bytes, fields[i].value, fields[i].mask);
	put(d->cfg + 2, 2, d->p->device_id);
	d->cfg[8] = d->p->revision;
	set_bar(d, 0, &d->bar[0]);
	set_bar(d, 2, &d->bar[1]);
	vg_bus_set_master(d->bus, false);
}

/** pci_power_state() - 0 is D0, 3 is D3hot */
unsigned int pci_power_state(const struct vg_device *d)
{
	return get(d->cfg + PMCSR, 2) & PMCSR_STATE;
}

/**
 * pci_sleep() - a reset device goes on in a power state
 *
 * QEMU hides the BARs of a device in D3hot, has its own idea of the state, and only changes
 * that when the guest writes it. A guest that finds D0 does not.
 */
void pci_sleep(struct vg_device *d, unsigned int state)
{
	put(d->cfg + PMCSR, 2, (uint32_t)get(d->cfg + PMCSR, 2) | state);
}

/*
 * The system takes the power of devices that sleep, as in D3cold. What comes back is as after a
 * cold reset, and still to be woken, see pci_sleep().
 */
static void fell_asleep(struct vg_device *d)
{
	if (!d->lose_power)
		return;
	d->lose_power--;
	vg_log(&d->obs, 2, "power lost");
	device_lose_power(d);
	pci_sleep(d, PMCSR_STATE);
}

/** pci_asleep() - in D3hot only config space answers */
bool pci_asleep(const struct vg_device *d)
{
	return pci_power_state(d);
}

/** vg_device_cfg_read() - see device.h */
void vg_device_cfg_read(struct vg_device *d, unsigned int offset, void *buf, unsigned int len)
{
	uint8_t *out = buf;

	vg_count(&d->obs, VG_CNT_CFG_READ, 1);
	for (unsigned int i = 0; i < len; i++) {
		bool there = !d->unplugged && offset < VG_CFG_SIZE && i < VG_CFG_SIZE - offset;

		out[i] = there ? d->cfg[offset + i] : 0xff;
	}
}

static bool touches(unsigned int offset, unsigned int len, unsigned int reg, unsigned int size)
{
	return offset < reg + size && offset + len > reg;
}

/** vg_device_cfg_write() - see device.h */
void vg_device_cfg_write(struct vg_device *d, unsigned int offset, const void *buf,
			 unsigned int len)
{
	const uint8_t *in = buf;
	bool slept = pci_asleep(d);

	vg_count(&d->obs, VG_CNT_CFG_WRITE, 1);
	if (d->unplugged || offset >= VG_CFG_SIZE)
		return;
	if (len > VG_CFG_SIZE - offset)
		len = VG_CFG_SIZE - offset;
	/* the reset bit is never stored: it is in no mask */
	if (touches(offset, len, DEVCTL + 1, 1) && in[DEVCTL + 1 - offset] & DEVCTL_FLR >> 8) {
		vg_log(&d->obs, 2, "function-level reset");
		vg_device_reset(d);
		return;
	}
	for (unsigned int i = 0; i < len; i++) {
		uint8_t mask = d->cfg_mask[offset + i];

		d->cfg[offset + i] = (d->cfg[offset + i] & ~mask) | (in[i] & mask);
	}
	if (touches(offset, len, COMMAND, 2))
		vg_bus_set_master(d->bus, d->cfg[COMMAND] & COMMAND_MASTER);
	if (touches(offset, len, PMCSR, 2))
		vg_log(&d->obs, 2, "power state D%u", d->cfg[PMCSR] & PMCSR_STATE);
	if (!slept && pci_asleep(d))
		fell_asleep(d);
}

/** vg_device_bar_base() - see device.h */
uint64_t vg_device_bar_base(struct vg_device *d, unsigned int index)
{
	const uint8_t *p = d->cfg + BAR0 + 4 * index;

	if (!vg_device_bar(d, index) || !(d->cfg[COMMAND] & COMMAND_MEMORY) || d->unplugged)
		return ~0ull;
	return ((uint64_t)get(p + 4, 4) << 32 | get(p, 4)) & ~0xfull;
}
