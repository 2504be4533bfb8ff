// SPDX-License-Identifier: MIT
/* What the device reaches over PCIe: guest RAM and peers, as sorted ranges. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mem/priv.h"

struct range {
	uint64_t addr, size;
	uint8_t *host;
	bool writable;
	enum vg_bus_kind kind;
};

#define MAX_CANARIES 256

struct vg_bus {
	struct vg_obs *obs;
	struct vg_bus_ops ops;
	void *opaque;
	bool master;
	struct range *range; /* sorted by address, none overlap */
	size_t n, max;
	size_t last; /* where the last access was: mostly the next one is there too */
	struct { uint64_t addr, last; } canary[MAX_CANARIES];
	unsigned int n_canaries;
};

/** vg_bus_new() - nothing mapped; bus mastering is on until someone says otherwise */
struct vg_bus *vg_bus_new(struct vg_obs *obs, const struct vg_bus_ops *ops, void *opaque)
{
	struct vg_bus *bus = calloc(1, sizeof(*bus));

	if (!bus)
		return NULL;
	bus->obs = obs;
	if (ops)
		bus->ops = *ops;
	bus->opaque = opaque;
	bus->master = true;
	return bus;
}

/** vg_bus_free() - host mappings belong to the caller */
void vg_bus_free(struct vg_bus *bus)
{
	if (!bus)
		return;
	free(bus->range);
	free(bus);
}

/* Index of the first range that ends after @addr; n when there is none */
static size_t lower_bound(const struct vg_bus *bus, uint64_t addr)
{
	size_t lo = 0, hi = bus->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (bus->range[mid].addr + (bus->range[mid].size - 1) < addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static int grow(struct vg_bus *bus)
{
	size_t max = bus->max ? 2 * bus->max : 16;
	struct range *r;

	if (bus->n < bus->max)
		return 0;
	r = realloc(bus->range, max * sizeof(*r));
	if (!r)
		return -ENOMEM;
	bus->range = r;
	bus->max = max;
	return 0;
}

/** vg_bus_map() - see mem.h; also -ENOMEM */
int vg_bus_map(struct vg_bus *bus, uint64_t addr, uint64_t size, void *host, bool writable,
	       enum vg_bus_kind kind)
{
	size_t i;

	if (!size || addr + (size - 1) < addr)
		return -EINVAL;
	i = lower_bound(bus, addr);
	if (i < bus->n && bus->range[i].addr <= addr + (size - 1))
		return -EEXIST;
	if (grow(bus))
		return -ENOMEM;
	memmove(&bus->range[i + 1], &bus->range[i], (bus->n - i) * sizeof(*bus->range));
	bus->range[i] = (struct range){ addr, size, host, writable, kind };
	bus->n++;
	bus->last = i;
	return 0;
}

/** vg_bus_unmap() - see mem.h; TLBs hold bus addresses, so nothing dangles */
int vg_bus_unmap(struct vg_bus *bus, uint64_t addr, uint64_t size, void **host)
{
	size_t i = lower_bound(bus, addr);

	if (i >= bus->n || bus->range[i].addr != addr || bus->range[i].size != size)
		return -ENOENT;
	if (host)
		*host = bus->range[i].host;
	bus->n--;
	memmove(&bus->range[i], &bus->range[i + 1], (bus->n - i) * sizeof(*bus->range));
	bus->last = 0;
	return 0;
}

/** vg_bus_set_master() - PCI COMMAND.BusMaster; without it every access fails */
void vg_bus_set_master(struct vg_bus *bus, bool on)
{
	bus->master = on;
}

static struct range *find(struct vg_bus *bus, uint64_t addr)
{
	size_t i = bus->last;

	if (i < bus->n && addr >= bus->range[i].addr &&
	    addr - bus->range[i].addr < bus->range[i].size)
		return &bus->range[i];
	i = lower_bound(bus, addr);
	if (i >= bus->n || addr < bus->range[i].addr)
		return NULL;
	bus->last = i;
	return &bus->range[i];
}

/** vg_bus_find() - the range that holds @addr, if it may be accessed so; see priv.h */
bool vg_bus_find(struct vg_bus *bus, uint64_t addr, bool write, uint8_t **host, uint64_t *span,
		 enum vg_bus_kind *kind)
{
	const struct range *r = bus->master ? find(bus, addr) : NULL;

	if (!r || r->kind == VG_BUS_BLOCKED || (write && !r->writable))
		return false;
	if (!r->host && (write ? !bus->ops.write : !bus->ops.read))
		return false;
	*host = r->host ? r->host + (addr - r->addr) : NULL;
	*span = r->size - (addr - r->addr);
	*kind = r->kind;
	return true;
}

/** vg_bus_canary() - see mem.h; ranges that touch become one */
int vg_bus_canary(struct vg_bus *bus, uint64_t addr, uint64_t size)
{
	unsigned int i;

	if (!size || addr + (size - 1) < addr)
		return -EINVAL;
	for (i = 0; i < bus->n_canaries; i++)
		if (bus->canary[i].last + 1 == addr)
			break;
	if (i == MAX_CANARIES)
		return -ENOSPC;
	if (i == bus->n_canaries)
		bus->canary[bus->n_canaries++].addr = addr;
	bus->canary[i].last = addr + (size - 1);
	return 0;
}

/** vg_bus_no_canaries() - see mem.h */
void vg_bus_no_canaries(struct vg_bus *bus)
{
	bus->n_canaries = 0;
}

/** vg_bus_watch() - see priv.h */
void vg_bus_watch(struct vg_bus *bus, uint64_t addr, uint64_t len, bool write)
{
	for (unsigned int i = 0; i < bus->n_canaries; i++) {
		if (addr > bus->canary[i].last || addr + (len - 1) < bus->canary[i].addr)
			continue;
		vg_count(bus->obs, VG_CNT_CANARY, 1);
		vg_log(bus->obs, 1, "canary: %s of 0x%llx bytes at 0x%llx",
		       write ? "write" : "read", (unsigned long long)len,
		       (unsigned long long)addr);
		return;
	}
}

/** vg_bus_complain() - count the mistake that an access to @addr was */
void vg_bus_complain(struct vg_bus *bus, uint64_t addr)
{
	if (!bus->master)
		vg_mistake(bus->obs, VG_ERR_NO_BUSMASTER, "0x%llx", (unsigned long long)addr);
	else
		vg_mistake(bus->obs, VG_ERR_BUS_ERROR, "0x%llx", (unsigned long long)addr);
}

/** vg_copy_atomic() - as memcpy(); an aligned dword or qword is a single access */
void vg_copy_atomic(void *dst, const void *src, size_t len)
{
	uintptr_t both = (uintptr_t)dst | (uintptr_t)src;

	if (len == 4 && !(both & 3))
		__atomic_store_n((uint32_t *)dst,
				 __atomic_load_n((const uint32_t *)src, __ATOMIC_ACQUIRE),
				 __ATOMIC_RELEASE);
	else if (len == 8 && !(both & 7))
		__atomic_store_n((uint64_t *)dst,
				 __atomic_load_n((const uint64_t *)src, __ATOMIC_ACQUIRE),
				 __ATOMIC_RELEASE);
	else
		memcpy(dst, src, len);
}

static int transfer(struct vg_bus *bus, uint64_t addr, uint8_t *buf, size_t len, bool write)
{
	while (len) {
		enum vg_bus_kind kind;
		uint64_t span;
		uint8_t *host;
		size_t n;
		int err = 0;

		if (!vg_bus_find(bus, addr, write, &host, &span, &kind)) {
			vg_bus_complain(bus, addr);
			return -EFAULT;
		}
		n = len < span ? len : span;
		vg_bus_watch(bus, addr, n, write);
		if (host && write)
			vg_copy_atomic(host, buf, n);
		else if (host)
			vg_copy_atomic(buf, host, n);
		else if (write)
			err = bus->ops.write(bus->opaque, addr, buf, n);
		else
			err = bus->ops.read(bus->opaque, addr, buf, n);
		if (err) {
			vg_bus_complain(bus, addr);
			return -EFAULT;
		}
		addr += n;
		buf += n;
		len -= n;
	}
	return 0;
}

/** vg_bus_read() - over range borders; 0 or -EFAULT (counted as a mistake) */
int vg_bus_read(struct vg_bus *bus, uint64_t addr, void *buf, size_t len)
{
	return transfer(bus, addr, buf, len, false);
}

/** vg_bus_write() - over range borders; 0 or -EFAULT (counted as a mistake) */
int vg_bus_write(struct vg_bus *bus, uint64_t addr, const void *buf, size_t len)
{
	return transfer(bus, addr, (uint8_t *)(uintptr_t)buf, len, true);
}
