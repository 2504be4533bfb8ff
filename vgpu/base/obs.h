/* SPDX-License-Identifier: MIT */
/*
 * What can be seen of the model from outside: counters, driver mistakes, trace.
 * The lowest layer: everything may include it, it includes nothing of ours.
 */
#ifndef VGPU_BASE_OBS_H
#define VGPU_BASE_OBS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/**
 * VG_COUNTERS() - every counter of a device, as X(symbol, "json name")
 *
 * Counters only grow; they are reset by the control socket alone.
 */
#define VG_COUNTERS(X) \
	X(MMIO_READ, "mmio_reads") X(MMIO_WRITE, "mmio_writes") \
	X(MMIO_BARRIER, "mmio_barrier_writes") /* writes of 0 to 0x1901f8 */ \
	X(CFG_READ, "cfg_reads") X(CFG_WRITE, "cfg_writes") \
	X(H2G, "h2g") X(G2H, "g2h") X(MMIO_HXG, "mmio_hxg") \
	X(IRQ, "interrupts") \
	X(FAULT, "faults") X(FAULT_DUP, "fault_duplicates") X(FAULT_NACK, "fault_nacks") \
	X(FAULT_PREFETCH, "fault_prefetches") /* not among "faults" */ \
	X(TLB_HIT, "tlb_hits") X(TLB_FILL, "tlb_fills") \
	X(TLB_INVAL, "tlb_invalidations") X(PTE_READ, "pte_reads") \
	X(CMD, "commands") X(BATCH, "batches") X(CTX_SWITCH, "context_switches") \
	X(BYTES_LOCAL, "bytes_local_vram") X(BYTES_REMOTE, "bytes_other_tile_vram") \
	X(BYTES_PEER, "bytes_peer_device") X(BYTES_HOST, "bytes_host") \
	/* of those, what was written; in the same order */ \
	X(WRITTEN_LOCAL, "written_local_vram") X(WRITTEN_REMOTE, "written_other_tile_vram") \
	X(WRITTEN_PEER, "written_peer_device") X(WRITTEN_HOST, "written_host") \
	X(COMPRESSED, "written_compressed") /* of written_local_vram */ \
	X(CANARY, "canary_accesses") \
	X(COPY_CMD, "copy_commands") X(COPY_BYTES, "copy_bytes") X(FILL_BYTES, "fill_bytes") \
	X(ENGINE_RESET, "engine_resets") X(GT_RESET, "gt_resets") X(CAT, "cat_errors")

enum vg_counter {
#define X(sym, name) VG_CNT_##sym,
	VG_COUNTERS(X)
#undef X
	VG_CNT_MAX
};

/**
 * VG_MISTAKES() - what a driver can do wrong, as X(symbol, "json name")
 *
 * Each is named and counted where it is seen; a test fails when a count is not
 * zero unless it provoked it.
 */
#define VG_MISTAKES(X) \
	X(ASLEEP, "register_access_while_asleep") \
	X(STALE_TLB, "stale_tlb_use") \
	X(BAD_CT, "bad_ct_message") X(BAD_ACTION, "unknown_guc_action") \
	X(BAD_STATE, "guc_action_in_wrong_state") \
	X(MIXED_64K, "bad_64k_window") \
	X(BAD_COMMAND, "unknown_command") X(BAD_CONTEXT, "bad_context_image") \
	X(GGTT_HOLE, "ggtt_entry_not_present") \
	X(BUS_ERROR, "dma_to_unmapped_address") X(VRAM_RANGE, "vram_address_out_of_range") \
	X(BAD_FIRMWARE, "bad_firmware_upload") X(MMIO_SIZE, "odd_mmio_access") \
	X(NO_BUSMASTER, "dma_without_bus_master")

enum vg_mistake {
#define X(sym, name) VG_ERR_##sym,
	VG_MISTAKES(X)
#undef X
	VG_ERR_MAX
};

/**
 * struct vg_obs - one device's counters, mistakes and trace
 * @now_ns: device time; set by the caller of a tick, the core reads no clock
 * @log: verbosity: 0 silent, 1 mistakes, 2 messages (H2G, G2H, resets), 3 all
 *
 * Single-threaded, like the whole core.
 */
struct vg_obs {
	uint64_t now_ns;
	uint64_t count[VG_CNT_MAX];
	uint64_t mistakes[VG_ERR_MAX];
	char last_mistake[160];
	int log;
	FILE *trace; /* Chrome trace events, one object a line; NULL: off */
	bool trace_any;
	int pid; /* process id in the trace: the device's number */
};

static inline void vg_count(struct vg_obs *o, enum vg_counter c, uint64_t n)
{
	o->count[c] += n;
}

/** vg_mistake() - name and count one driver mistake; printf format */
void vg_mistake(struct vg_obs *o, enum vg_mistake m, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** vg_log() - print to stderr when @o->log >= @level */
void vg_log(struct vg_obs *o, int level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** vg_trace_open() - start a trace file; 0 or -errno */
int vg_trace_open(struct vg_obs *o, const char *path);
/** vg_trace_close() - end the JSON array and close */
void vg_trace_close(struct vg_obs *o);
/** vg_trace_track() - name a time line (thread id @tid in the trace) */
void vg_trace_track(struct vg_obs *o, int tid, const char *name);
/** vg_trace_span() - something lasted from @start_ns to now; @args is JSON members or NULL */
void vg_trace_span(struct vg_obs *o, int tid, const char *name, uint64_t start_ns, const char *args);
/** vg_trace_instant() - something happened now */
void vg_trace_instant(struct vg_obs *o, int tid, const char *name, const char *args);

/** vg_obs_json() - write counters and mistakes as one JSON object into @buf; length or -1 */
int vg_obs_json(const struct vg_obs *o, char *buf, size_t size);

#endif
