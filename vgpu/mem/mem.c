// SPDX-License-Identifier: MIT
/* Accesses: translate, check, and reach VRAM or the bus. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mem/priv.h"

/** vg_mem_new() - see mem.h; NULL also for a configuration that makes no sense */
struct vg_mem *vg_mem_new(const struct vg_mem_config *cfg, struct vg_obs *obs, struct vg_bus *bus,
			  uint8_t *vram, uint64_t *const gsm[VG_MAX_TILES])
{
	struct vg_mem *mem;

	if (!cfg->tiles || cfg->tiles > VG_MAX_TILES || cfg->levels < 4 || cfg->levels > 5 ||
	    cfg->va_bits < 48 || cfg->va_bits > 12 + 9 * cfg->levels)
		return NULL;
	mem = calloc(1, sizeof(*mem));
	if (!mem)
		return NULL;
	mem->cfg = *cfg;
	mem->obs = obs;
	mem->bus = bus;
	mem->vram = vram;
	mem->vram_size = vram ? cfg->tiles * cfg->vram_per_tile : 0;
	for (unsigned int t = 0; t < cfg->tiles; t++)
		mem->gsm[t] = gsm[t];
	for (unsigned int t = 0; t < VG_MAX_TILES; t++)
		mem->ggtt[t].gen = 1;
	for (unsigned int g = 0; g < VG_MAX_GTS; g++)
		mem->tlb[g].gen = 1;
	return mem;
}

/** vg_mem_free() - the mappings given to vg_mem_new() stay */
void vg_mem_free(struct vg_mem *mem)
{
	free(mem);
}

/** vg_mem_bus() - the bus this memory uses */
struct vg_bus *vg_mem_bus(struct vg_mem *mem)
{
	return mem->bus;
}

static bool walk(struct vg_mem *mem, const struct vg_as *as, uint64_t va, bool quiet,
		 struct vg_xlat *x, struct vg_fault *fault)
{
	return as->ggtt ? vg_walk_ggtt(mem, as->tile, va, quiet, x, fault) :
			  vg_walk_ppgtt(mem, as, va, quiet, x, fault);
}

static void verify_hit(struct vg_mem *mem, const struct vg_as *as, uint64_t va,
		       const struct vg_xlat *x)
{
	const uint64_t low = (1ull << vg_page_shift[x->page]) - 1;
	struct vg_xlat now;
	struct vg_fault fault;
	uint64_t now_low;

	if (walk(mem, as, va, true, &now, &fault)) {
		now_low = (1ull << vg_page_shift[now.page]) - 1;
		if (now.flags == x->flags && now.pat == x->pat && (now.flags & VG_X_NULL ||
		    now.addr + (va & now_low) == x->addr + (va & low)))
			return;
	}
	vg_mistake(mem->obs, VG_ERR_STALE_TLB, "%s 0x%llx asid %u", as->ggtt ? "GGTT" : "PPGTT",
		   (unsigned long long)va, as->asid);
}

/* From the TLB, else by a walk whose success is cached. @va is masked */
static bool translate(struct vg_mem *mem, const struct vg_as *as, uint64_t va, bool quiet,
		      struct vg_xlat *x, struct vg_fault *fault)
{
	unsigned int gt = as->gt < VG_MAX_GTS ? as->gt : 0;
	struct vg_tlb *tlb = as->ggtt ? &mem->ggtt[as->tile % VG_MAX_TILES] : &mem->tlb[gt];
	uint64_t space = vg_tlb_space(as);

	if (vg_tlb_lookup(tlb, space, va, x)) {
		vg_count(mem->obs, VG_CNT_TLB_HIT, 1);
		if (mem->cfg.verify_tlb)
			verify_hit(mem, as, va, x);
		return true;
	}
	if (!walk(mem, as, va, quiet, x, fault))
		return false;
	vg_count(mem->obs, VG_CNT_TLB_FILL, 1);
	vg_tlb_insert(tlb, space, va, x);
	return true;
}

static bool permitted(const struct vg_mem *mem, const struct vg_as *as, enum vg_access how,
		      const struct vg_xlat *x, struct vg_fault *fault)
{
	static const uint8_t leaf_level[VG_PAGES] = { 0, 0, 1, 2 };

	fault->level = leaf_level[x->page];
	if (how != VG_READ && !(x->flags & VG_X_WRITE)) {
		fault->type = VG_WRITE_VIOLATION;
		return false;
	}
	if (how == VG_ATOMIC && mem->cfg.need_ae && !as->ggtt &&
	    !(x->flags & (VG_X_ATOMIC | VG_X_NULL))) {
		fault->type = VG_ATOMIC_VIOLATION;
		return false;
	}
	return true;
}

/*
 * A refused access walks anew: a driver that only adds a permission to an entry
 * sends no invalidation before it answers the fault.
 */
static bool retry_refused(struct vg_mem *mem, const struct vg_as *as, enum vg_access how,
			  uint64_t va, struct vg_xlat *x, struct vg_fault *fault)
{
	unsigned int gt = as->gt < VG_MAX_GTS ? as->gt : 0;

	if (as->ggtt || !walk(mem, as, va, true, x, fault) || !permitted(mem, as, how, x, fault))
		return false;
	vg_tlb_insert(&mem->tlb[gt], vg_tlb_space(as), va, x);
	return true;
}

static uint64_t mask_va(const struct vg_mem *mem, const struct vg_as *as, uint64_t va)
{
	return as->ggtt ? va : va & ((1ull << mem->cfg.va_bits) - 1);
}

static enum vg_counter vram_kind(const struct vg_mem *mem, const struct vg_as *as, uint64_t dpa)
{
	return dpa / mem->cfg.vram_per_tile == as->tile ? VG_CNT_BYTES_LOCAL : VG_CNT_BYTES_REMOTE;
}

/* Where in VRAM @span is, as far as it is in one tile; false: beyond the last one */
static bool vram_span(struct vg_mem *mem, const struct vg_as *as, const struct vg_xlat *x,
		      uint64_t addr, struct vg_span *span)
{
	uint64_t room = mem->cfg.vram_per_tile - addr % mem->cfg.vram_per_tile;
	struct vg_ccs *ccs = &mem->ccs;

	if (addr >= mem->vram_size)
		return false;
	span->dpa = addr;
	span->kind = vram_kind(mem, as, addr);
	/* A huge page may reach over into the next tile, or into the metadata */
	if (vg_ccs_on(mem, addr) && room > ccs->base - addr)
		room = ccs->base - addr;
	if (span->len > room)
		span->len = room;
	if (vg_ccs_on(mem, addr) && ccs->compresses(ccs->opaque, as->gt, x->pat))
		span->how = VG_COMPRESSED;
	else
		span->host = mem->vram + addr;
	return true;
}

/* Fill @span with the rest of one page */
static bool page_span(struct vg_mem *mem, const struct vg_as *as, enum vg_access how, uint64_t va,
		      bool quiet, struct vg_span *span, struct vg_fault *fault)
{
	uint64_t off, addr, room;
	enum vg_bus_kind kind;
	struct vg_xlat x;

	fault->level = 0;
	if (!translate(mem, as, va, quiet, &x, fault))
		return false;
	if (!permitted(mem, as, how, &x, fault) && !retry_refused(mem, as, how, va, &x, fault))
		return false;
	off = va & ((1ull << vg_page_shift[x.page]) - 1);
	addr = x.addr + off;
	*span = (struct vg_span){ va, (1ull << vg_page_shift[x.page]) - off, NULL, ~0ull, ~0ull,
				  x.flags & VG_X_NULL, VG_PLAIN, VG_CNT_BYTES_HOST };
	if (span->null)
		return true;
	if (x.flags & VG_X_VRAM) {
		if (vram_span(mem, as, &x, addr, span))
			return true;
		if (!quiet)
			vg_mistake(mem->obs, VG_ERR_VRAM_RANGE, "0x%llx", (unsigned long long)addr);
		fault->type = VG_BUS_FAULT;
		return false;
	}
	if (!vg_bus_find(mem->bus, addr, how != VG_READ, &span->host, &room, &kind)) {
		if (!quiet)
			vg_bus_complain(mem->bus, addr);
		fault->type = VG_BUS_FAULT;
		return false;
	}
	span->bus = addr;
	span->kind = kind == VG_BUS_PEER ? VG_CNT_BYTES_PEER : VG_CNT_BYTES_HOST;
	if (span->len > room)
		span->len = room;
	return true;
}

static bool follows(const struct vg_span *a, const struct vg_span *b)
{
	if (a->null != b->null || a->kind != b->kind || a->how != b->how || !a->host != !b->host)
		return false;
	if (a->null)
		return true;
	if (a->bus != ~0ull && a->bus + a->len != b->bus)
		return false;
	if (a->dpa != ~0ull && a->dpa + a->len != b->dpa)
		return false;
	return !a->host || a->host + a->len == b->host;
}

/** vg_span_get() - 0, or -EFAULT with *@fault filled in; see mem.h */
int vg_span_get(struct vg_mem *mem, const struct vg_as *as, enum vg_access how, uint64_t va,
		uint64_t want, struct vg_span *span, struct vg_fault *fault)
{
	struct vg_span next;
	struct vg_fault ahead;

	va = mask_va(mem, as, va);
	fault->access = how;
	fault->va = va;
	if (!page_span(mem, as, how, va, false, span, fault))
		return -EFAULT;
	while (span->len < want && mask_va(mem, as, va + span->len) > va &&
	       page_span(mem, as, how, va + span->len, true, &next, &ahead) && follows(span, &next))
		span->len += next.len;
	return 0;
}

/** vg_span_account() - see mem.h */
void vg_span_account(struct vg_mem *mem, const struct vg_span *span, uint64_t off, uint64_t len,
		     bool write)
{
	vg_count(mem->obs, span->kind, len);
	if (write)
		vg_count(mem->obs, span->kind - VG_CNT_BYTES_LOCAL + VG_CNT_WRITTEN_LOCAL, len);
	if (span->bus != ~0ull && span->host)
		vg_bus_watch(mem->bus, span->bus + off, len, write);
	if (write && span->dpa != ~0ull && span->how == VG_PLAIN)
		vg_ccs_plain(mem, span->dpa + off, len);
}

/** vg_span_read() - from @off bytes into @span; 0, or negative when the bus fails */
int vg_span_read(struct vg_mem *mem, const struct vg_span *span, uint64_t off, void *buf,
		 size_t len)
{
	if (span->null) {
		memset(buf, 0, len);
		return 0;
	}
	vg_span_account(mem, span, off, len, false);
	if (span->how != VG_PLAIN) {
		vg_ccs_read(mem, span->dpa + off, buf, len);
		return 0;
	}
	if (!span->host)
		return vg_bus_read(mem->bus, span->bus + off, buf, len);
	vg_copy_atomic(buf, span->host + off, len);
	return 0;
}

/** vg_span_write() - to @off bytes into @span; 0, or negative when the bus fails */
int vg_span_write(struct vg_mem *mem, const struct vg_span *span, uint64_t off, const void *buf,
		  size_t len)
{
	if (span->null)
		return 0;
	vg_span_account(mem, span, off, len, true);
	if (span->how != VG_PLAIN) {
		vg_ccs_write(mem, span->dpa + off, buf, len, span->how == VG_RESOLVE);
		return 0;
	}
	if (!span->host)
		return vg_bus_write(mem->bus, span->bus + off, buf, len);
	vg_copy_atomic(span->host + off, buf, len);
	return 0;
}

/** vg_access() - 0, or -EFAULT with *@fault and *@done filled in; see mem.h */
int vg_access(struct vg_mem *mem, const struct vg_as *as, enum vg_access how, uint64_t va,
	      void *buf, size_t len, size_t *done, struct vg_fault *fault)
{
	size_t pos = 0;
	int err = 0;

	while (pos < len) {
		struct vg_span s;
		size_t n;

		err = vg_span_get(mem, as, how, va + pos, len - pos, &s, fault);
		if (err)
			break;
		n = len - pos < s.len ? len - pos : s.len;
		err = how == VG_READ ? vg_span_read(mem, &s, 0, (uint8_t *)buf + pos, n) :
				       vg_span_write(mem, &s, 0, (uint8_t *)buf + pos, n);
		if (err) {
			fault->type = VG_BUS_FAULT;
			break;
		}
		pos += n;
	}
	if (done)
		*done = pos;
	return err;
}

/** vg_ggtt_read() - for the firmware model; 0 or -EFAULT (counted as a mistake) */
int vg_ggtt_read(struct vg_mem *mem, unsigned int tile, uint32_t addr, void *buf, size_t len)
{
	const struct vg_as as = { .ggtt = true, .tile = tile };
	struct vg_fault fault;

	return vg_access(mem, &as, VG_READ, addr, buf, len, NULL, &fault);
}

/** vg_ggtt_write() - for the firmware model; 0 or -EFAULT (counted as a mistake) */
int vg_ggtt_write(struct vg_mem *mem, unsigned int tile, uint32_t addr, const void *buf, size_t len)
{
	const struct vg_as as = { .ggtt = true, .tile = tile };
	struct vg_fault fault;

	return vg_access(mem, &as, VG_WRITE, addr, (void *)(uintptr_t)buf, len, NULL, &fault);
}

/** vg_ggtt_read32() - 0 when it fails */
uint32_t vg_ggtt_read32(struct vg_mem *mem, unsigned int tile, uint32_t addr)
{
	uint32_t v = 0;

	if (vg_ggtt_read(mem, tile, addr, &v, sizeof(v)))
		return 0;
	return v;
}

/** vg_ggtt_write32() - dropped when it fails */
void vg_ggtt_write32(struct vg_mem *mem, unsigned int tile, uint32_t addr, uint32_t val)
{
	vg_ggtt_write(mem, tile, addr, &val, sizeof(val));
}
