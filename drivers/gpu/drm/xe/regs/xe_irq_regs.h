/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_IRQ_REGS_H_
#define _XE_IRQ_REGS_H_

#include <linux/bits.h>

#include "regs/xe_reg.h"

/* Top of the tree: which tile (root tile only), then which bank of that tile. */
#define TILE_MASTER_IRQ			XE_REG(0x190008)
#define   TILE_MASTER_ENABLE		BIT_U32(31)
#define   TILE_MASTER_TILE(t)		BIT_U32(t)
#define GFX_MASTER_IRQ			XE_REG(0x190010)
#define   GFX_MASTER_GU_MISC		BIT_U32(29)
#define   GFX_MASTER_ERROR_MASK		GENMASK_U32(28, 26)
#define   GFX_MASTER_DISPLAY		BIT_U32(16)
#define   GFX_MASTER_GT_DW(x)		BIT_U32(x)

/* Two banks of 32 sources each. */
#define GT_INTR_DW(bank)		XE_REG(0x190018 + 4 * (bank))
#define GT_INTR_IDENTITY(bank)		XE_REG(0x190060 + 4 * (bank))
#define   INTR_IDENTITY_VALID		BIT_U32(31)
#define   INTR_IDENTITY_INSTANCE	GENMASK_U32(25, 20)
#define   INTR_IDENTITY_CLASS		GENMASK_U32(18, 16)
#define   INTR_IDENTITY_VECTOR		GENMASK_U32(15, 0)
#define     INTR_OTHER_GUC		0
#define     INTR_OTHER_GSC_HECI2	3
#define     INTR_OTHER_KCR		4
#define     INTR_OTHER_GSC		6
#define     INTR_OTHER_MEDIA_GUC	16
#define GT_INTR_SELECTOR(bank)		XE_REG(0x190070 + 4 * (bank))

/* Enables, by class: one engine class per half. */
#define RENDER_COPY_INTR_ENABLE		XE_REG(0x190030)
#define VCS_VECS_INTR_ENABLE		XE_REG(0x190034)
#define GUC_SG_INTR_ENABLE		XE_REG(0x190038)
#define GPM_WGBOXPERF_INTR_ENABLE	XE_REG(0x19003c)
#define CRYPTO_RSVD_INTR_ENABLE		XE_REG(0x190040)
#define GUNIT_GSC_INTR_ENABLE		XE_REG(0x190044)
#define CCS_RSVD_INTR_ENABLE		XE_REG(0x190048)
#define   INTR_HALF_HI			GENMASK_U32(31, 16)
#define   INTR_HALF_LO			GENMASK_U32(15, 0)

/* Masks, by instance: a set bit is silent. */
#define RCS0_RSVD_INTR_MASK		XE_REG(0x190090)
#define BCS0_RSVD_INTR_MASK		XE_REG(0x1900a0)
#define VCS_INTR_MASK(pair)		XE_REG(0x1900a8 + 4 * (pair))
#define VECS_INTR_MASK(pair)		XE_REG(0x1900d0 + 4 * (pair))
#define HECI2_RSVD_INTR_MASK		XE_REG(0x1900e4)
#define GUC_SG_INTR_MASK		XE_REG(0x1900e8)
#define GPM_WGBOXPERF_INTR_MASK		XE_REG(0x1900ec)
#define CRYPTO_RSVD_INTR_MASK		XE_REG(0x1900f0)
#define GUNIT_GSC_INTR_MASK		XE_REG(0x1900f4)
#define CCS_INTR_MASK(pair)		XE_REG(0x190100 + 4 * (pair))
#define BCS_LINK_INTR_MASK(pair)	XE_REG(0x190110 + 4 * (pair))

/* Vector bits of an engine. */
#define ENGINE_INTR_USER		BIT_U32(0)
#define ENGINE_INTR_CS_ERROR		BIT_U32(3)
#define ENGINE_INTR_FLUSH		BIT_U32(4)
#define ENGINE_INTR_CTX_SWITCH		BIT_U32(8)
#define ENGINE_INTR_SEMAPHORE		BIT_U32(11)

/* Old-style interrupt blocks. */
#define PCU_IRQ_BASE			0x444e0
#define GU_MISC_IRQ_BASE		0x444f0
#define BLOCK_IMR(base)			XE_REG((base) + 0x4)
#define BLOCK_IIR(base)			XE_REG((base) + 0x8)
#define BLOCK_IER(base)			XE_REG((base) + 0xc)

#endif
