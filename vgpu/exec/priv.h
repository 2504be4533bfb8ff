/* SPDX-License-Identifier: MIT */
/* Shared by the files of exec/ only. */
#ifndef VGPU_EXEC_PRIV_H
#define VGPU_EXEC_PRIV_H

#include "exec/exec.h"

#define VG_IMAGE_OFFSET 4096u /* registers behind the per-process status page */
#define VG_MAX_CMD_DW 1026 /* STORE_DATA_IMM: a 10-bit length plus 2 */
#define VG_GPR0 0x600u /* from mmio_base */
#define VG_GPR_DWORDS 32

/** enum vg_step - what became of one command */
enum vg_step {
	VG_STEP_DONE, /* go on behind it */
	VG_STEP_JUMP, /* the handler moved the program counter */
	VG_STEP_MORE, /* budget used up in the middle: the same command again */
	VG_STEP_WAIT, /* a condition does not hold: the same command again */
	VG_STEP_FAULT, /* an access failed: vg_context.fault */
	VG_STEP_BAD, /* cannot be executed: the context is dead */
};

/** enum vg_level - where commands come from */
enum vg_level { VG_RING, VG_BATCH, VG_BATCH2, VG_LEVELS };

/** struct vg_frame - where a batch goes on */
struct vg_frame {
	uint64_t pc;
	bool ggtt;
};

/** struct vg_stream - everything about "where": swapped out for restore batches */
struct vg_stream {
	enum vg_level level;
	struct vg_frame frame[VG_LEVELS]; /* [VG_RING] unused: the ring has head */
};

enum vg_tiling { VG_LINEAR, VG_TILE_X, VG_TILE_4, VG_TILE_64 };

/**
 * struct vg_surface - one side of a blit
 * @pitch: bytes from row to row (of tiles: their row of bytes)
 * @x: first byte in a row; @y: first row
 * @bpp: bytes per pixel, shapes VG_TILE_64
 */
struct vg_surface {
	uint64_t base;
	uint64_t pitch;
	uint64_t x, y;
	enum vg_tiling tiling;
	uint8_t bpp;
};

/**
 * struct vg_blit - a copy or fill under way
 * @row, @col: how far it is: rows done, bytes of the next one done
 * @pattern: for fills, repeated from each row's start
 * @resolve: what it writes is not compressed, whatever the page-table entries say
 */
struct vg_blit {
	bool active;
	bool fill;
	bool resolve;
	struct vg_surface dst, src;
	uint64_t row_bytes, rows;
	uint64_t row, col;
	uint8_t pattern[16];
	uint8_t pattern_len;
	uint64_t start_ns;
};

struct vg_context {
	unsigned int tile;
	uint32_t lrca, desc_lo, desc_hi;
	bool has_ppgtt, dead, started;
	struct vg_as ppgtt;
	uint32_t start, size; /* ring */
	uint32_t head, tail; /* head: of the ring command being executed */
	uint32_t ring_next; /* where the ring goes on after a batch */
	uint32_t saved_head; /* what vg_engine_save() wrote: another value is the driver's */
	struct vg_stream s;
	struct vg_blit blit;
	uint32_t gpr[VG_GPR_DWORDS];
	unsigned int gpr_list; /* dword of the image where they are saved; 0: nowhere */
	uint64_t ts; /* CTX_TIMESTAMP when last loaded or written */
	uint64_t ts_ns; /* and device time then */
	struct vg_fault fault;
	bool fault_fatal;
};

/** struct vg_fetch - where commands are read: translated once, not for each dword */
struct vg_fetch {
	struct vg_span span;
	bool ggtt;
};

struct vg_engine {
	struct vg_engine_config cfg;
	struct vg_obs *obs;
	struct vg_mem *mem;
	struct vg_regs *regs;
	struct vg_irq *irq;
	struct vg_context *ctx;
	struct vg_as ggtt;
	struct vg_fetch fetch;
	unsigned int *budget; /* of the current run */
	bool arb; /* arbitration on: may be preempted between commands */
	bool boundary; /* stopped where a context can be switched */
	bool spinning;
	bool progress; /* this run did something that matters */
	unsigned int jumps_back;
	bool restoring; /* in a batch of context restore: privileged */
	uint32_t ipehr; /* last command header */
	uint64_t loaded_ns;
	bool track_named;
	int tid; /* time line in the trace */
	char name[16];
	uint32_t dw[VG_MAX_CMD_DW];
};

/**
 * struct vg_cmd - a row of a command table
 * @len_bits: of the length field, which holds the number of dwords less 2; 0: one dword
 * @min, @max: dwords it may have; @max 0: no more than the length field can say
 * @run: NULL: nothing to do, its payload is not even read
 */
struct vg_cmd {
	const char *name;
	uint8_t len_bits;
	uint16_t min, max;
	enum vg_step (*run)(struct vg_engine *e, const uint32_t *dw, unsigned int n);
};

/* cmd tables: by opcode; NULL for commands that do not exist */
const struct vg_cmd *vg_mi_cmd(uint32_t header);
const struct vg_cmd *vg_blt_cmd(uint32_t header);
const struct vg_cmd *vg_gfx_cmd(uint32_t header);

/* stream.c */
/** vg_cs_step() - execute the command at the program counter */
enum vg_step vg_cs_step(struct vg_engine *e);
/** vg_cs_access() - memory on behalf of the command; false: return VG_STEP_FAULT */
bool vg_cs_access(struct vg_engine *e, bool ggtt, enum vg_access how, uint64_t va, void *buf,
		  size_t len);
/** vg_cs_fault() - classify what is in ctx->fault */
enum vg_step vg_cs_fault(struct vg_engine *e, bool ggtt);
/** vg_cs_as() - the address space, or NULL (fault filled in) when there is no PPGTT */
const struct vg_as *vg_cs_as(struct vg_engine *e, bool ggtt, uint64_t va, enum vg_access how);
/** vg_cs_bad() - count a malformed command */
enum vg_step vg_cs_bad(struct vg_engine *e, const char *what, uint32_t value);
/** vg_cs_tlb_inval() - a command's TLB invalidate bit */
void vg_cs_tlb_inval(struct vg_engine *e);
/** vg_cs_restore_batch() - run a batch of context restore; @bytes 0: to BATCH_BUFFER_END */
bool vg_cs_restore_batch(struct vg_engine *e, uint32_t addr, uint32_t bytes);
/** vg_cs_compare() - semaphore and conditional-end operators; @op 0..5 */
bool vg_cs_compare(unsigned int op, uint64_t memory, uint64_t data);

/* context.c */
/** vg_context_read_tail() - TAIL as the image has it now */
uint32_t vg_context_read_tail(struct vg_engine *e, const struct vg_context *c);

/* engine_regs.c */
void vg_engine_add_regs(struct vg_engine *e);
uint32_t vg_cs_reg_read(struct vg_engine *e, uint32_t offset);
void vg_cs_reg_write(struct vg_engine *e, uint32_t offset, uint32_t value);
uint64_t vg_engine_timestamp(const struct vg_engine *e);
uint64_t vg_context_timestamp(const struct vg_engine *e, const struct vg_context *c);

/* alu.c, flow.c */
enum vg_step vg_mi_math(struct vg_engine *e, const uint32_t *dw, unsigned int n);
enum vg_step vg_mi_atomic(struct vg_engine *e, const uint32_t *dw, unsigned int n);
enum vg_step vg_mi_semaphore_wait(struct vg_engine *e, const uint32_t *dw, unsigned int n);
enum vg_step vg_mi_cond_end(struct vg_engine *e, const uint32_t *dw, unsigned int n);
enum vg_step vg_mi_batch_start(struct vg_engine *e, const uint32_t *dw, unsigned int n);
enum vg_step vg_mi_batch_end(struct vg_engine *e, const uint32_t *dw, unsigned int n);

/* blit.c */
enum vg_step vg_blit_start(struct vg_engine *e, const struct vg_blit *b);
enum vg_step vg_blit_run(struct vg_engine *e);
/* tiling.c */
/** vg_surface_tile_width() - bytes its pitch must be a multiple of */
uint64_t vg_surface_tile_width(const struct vg_surface *s);
/** vg_surface_addr() - address of byte @x of row @y; *@run: bytes contiguous from there */
uint64_t vg_surface_addr(const struct vg_surface *s, uint64_t x, uint64_t y, uint64_t *run);

static inline uint64_t vg_addr64(const uint32_t *dw)
{
	return dw[0] | (uint64_t)dw[1] << 32;
}

#endif
