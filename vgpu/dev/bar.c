// SPDX-License-Identifier: MIT
/* Trapped accesses: what the guest has not mapped, or cannot. */
#include <string.h>

#include "dev/priv.h"

#define ALL_ONES (~0ull)
#define BARRIER 0x1901f8
/* the page that userspace maps to make its writes arrive; the last before the GSM */
#define MEMBARRIER_PAGE 0x7ff000u
#define MEMBARRIER_VALUE 0xdeadbeefdeadbeefull

/* A script may let the device vanish in the middle of what the driver does */
static bool gone(struct vg_device *d)
{
	if (d->unplug_in && !--d->unplug_in)
		d->unplugged = true;
	return d->unplugged || pci_asleep(d);
}

static uint64_t cut(uint64_t value, unsigned int len)
{
	return len >= 8 ? value : value & ((1ull << 8 * len) - 1);
}

/** vg_device_bar() - see device.h */
const struct vg_bar *vg_device_bar(struct vg_device *d, unsigned int index)
{
	if (index == 0)
		return &d->bar[0];
	return index == 2 ? &d->bar[1] : NULL;
}

static bool bad_size(struct vg_device *d, uint64_t offset, unsigned int len)
{
	bool ok = (len == 1 || len == 2 || len == 4 || len == 8) && !(offset % len);

	if (!ok)
		vg_mistake(&d->obs, VG_ERR_MMIO_SIZE, "access of %u bytes at 0x%llx", len,
			   (unsigned long long)offset);
	return !ok;
}

/* Where an access ends up when it is not a register; NULL: nowhere */
static uint8_t *memory_at(struct vg_device *d, unsigned int bar, uint64_t offset)
{
	if (bar == 2)
		return offset < d->bar[1].size ? d->map[1] + offset : NULL;
	if (offset / VG_TILE_WINDOW < d->n_tiles && offset % VG_TILE_WINDOW >= VG_GSM_OFFSET)
		return d->map[0] + offset;
	return NULL;
}

static struct vg_regs *regs_at(struct vg_device *d, unsigned int bar, uint64_t offset)
{
	if (bar || offset / VG_TILE_WINDOW >= d->n_tiles ||
	    offset % VG_TILE_WINDOW >= VG_REG_SPACE)
		return NULL;
	return d->tile[offset / VG_TILE_WINDOW].regs;
}

static uint64_t reg_read(struct vg_regs *regs, uint32_t offset, unsigned int len)
{
	uint64_t v = vg_regs_read(regs, offset);

	if (len == 8)
		return v | (uint64_t)vg_regs_read(regs, offset + 4) << 32;
	return cut(v >> 8 * (offset & 3), len);
}

/* Narrow writes merge with what is stored: registers are dwords */
static void reg_write(struct vg_device *d, struct vg_regs *regs, uint32_t offset, unsigned int len,
		      uint64_t value)
{
	unsigned int shift = 8 * (offset & 3);
	uint32_t mask, old;

	if (offset == BARRIER && !value)
		vg_count(&d->obs, VG_CNT_MMIO_BARRIER, 1);
	if (len >= 4) {
		vg_regs_write(regs, offset, value);
		if (len == 8)
			vg_regs_write(regs, offset + 4, value >> 32);
		return;
	}
	vg_mistake(&d->obs, VG_ERR_MMIO_SIZE, "register write of %u bytes at 0x%x", len, offset);
	mask = (uint32_t)((1u << 8 * len) - 1) << shift;
	old = vg_regs_peek(regs, offset & ~3u);
	vg_regs_write(regs, offset & ~3u, (old & ~mask) | ((uint32_t)value << shift & mask));
}

static void log_access(struct vg_device *d, const char *what, uint64_t offset, uint64_t value)
{
	vg_log(&d->obs, 3, "%s %u:%06x = %llx", what, (unsigned int)(offset / VG_TILE_WINDOW),
	       (unsigned int)(offset % VG_TILE_WINDOW), (unsigned long long)value);
}

static bool is_membarrier(unsigned int bar, uint64_t offset)
{
	return !bar && (offset & ~0xfffull) == MEMBARRIER_PAGE;
}

/** vg_device_read() - see device.h; gone and sleeping devices answer all ones */
uint64_t vg_device_read(struct vg_device *d, unsigned int bar, uint64_t offset, unsigned int len)
{
	struct vg_regs *regs;
	uint8_t *mem;
	uint64_t v = 0;

	vg_count(&d->obs, VG_CNT_MMIO_READ, 1);
	if (bad_size(d, offset, len) || gone(d))
		return cut(ALL_ONES, len);
	regs = regs_at(d, bar, offset);
	if (regs) {
		v = reg_read(regs, offset % VG_TILE_WINDOW, len);
		log_access(d, "read", offset, v);
		return v;
	}
	if (is_membarrier(bar, offset))
		return cut(MEMBARRIER_VALUE, len);
	mem = memory_at(d, bar, offset);
	if (mem)
		memcpy(&v, mem, len);
	return v;
}

/** vg_device_write() - see device.h */
void vg_device_write(struct vg_device *d, unsigned int bar, uint64_t offset, unsigned int len,
		     uint64_t value)
{
	struct vg_regs *regs;
	uint8_t *mem;

	vg_count(&d->obs, VG_CNT_MMIO_WRITE, 1);
	if (bad_size(d, offset, len) || gone(d))
		return;
	value = cut(value, len);
	regs = regs_at(d, bar, offset);
	if (regs) {
		log_access(d, "write", offset, value);
		reg_write(d, regs, offset % VG_TILE_WINDOW, len, value);
		return;
	}
	mem = memory_at(d, bar, offset);
	if (mem)
		memcpy(mem, &value, len);
}
