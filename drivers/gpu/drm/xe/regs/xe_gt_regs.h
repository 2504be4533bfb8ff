/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_GT_REGS_H_
#define _XE_GT_REGS_H_

#include <linux/bits.h>

#include "regs/xe_reg.h"

/* The media GT has its own copy of everything below the limit, this much higher. */
#define MEDIA_GT_OFFSET			0x380000
#define MEDIA_GT_LIMIT			0x40000

/* Identification and clocks. */
#define GT_WORKPOINT			XE_REG(0xc60)
#define   WORKPOINT_CAGF		GENMASK_U32(8, 0)
#define   WORKPOINT_CSTATE		GENMASK_U32(12, 9)
#define GT_RPM_CONFIG0			XE_REG(0xd00)
#define   RPM_CRYSTAL_FREQ		GENMASK_U32(5, 3)
#define   RPM_CTC_SHIFT			GENMASK_U32(2, 1)
#define GT_GMD_ID			XE_REG(0xd8c)
#define   GMD_ID_ARCH			GENMASK_U32(31, 22)
#define   GMD_ID_RELEASE		GENMASK_U32(21, 14)
#define   GMD_ID_REV			GENMASK_U32(5, 0)

/* Forcewake: bit 0 set or cleared under mask bit 16, then seen in the acknowledge register. */
#define FORCEWAKE_GT			XE_REG(0xa188)
#define FORCEWAKE_RENDER		XE_REG(0xa278)
#define FORCEWAKE_VDBOX(n)		XE_REG(0xa540 + 4 * (n))
#define FORCEWAKE_VEBOX(n)		XE_REG(0xa560 + 4 * (n))
#define FORCEWAKE_GSC			XE_REG(0xa618)
#define FORCEWAKE_ACK_VDBOX(n)		XE_REG(0xd50 + 4 * (n))
#define FORCEWAKE_ACK_VEBOX(n)		XE_REG(0xd70 + 4 * (n))
#define FORCEWAKE_ACK_RENDER		XE_REG(0xd84)
#define FORCEWAKE_ACK_GSC		XE_REG(0xdf8)
#define FORCEWAKE_ACK_GT_LPG		XE_REG(0xdfc)
#define FORCEWAKE_ACK_GT		XE_REG(0x130044)
#define   FORCEWAKE_KERNEL		BIT_U32(0)

/* Steering of multicast/replicated registers. */
#define MCR_SEMAPHORE			XE_REG(0xfd0)
#define MCR_SELECTOR_LPG		XE_REG(0xfd4)
#define   MCR_LPG_GROUP			GENMASK_U32(12, 8)
#define   MCR_LPG_INSTANCE		GENMASK_U32(3, 0)
#define MCR_SELECTOR			XE_REG(0xfdc)
#define   MCR_SLICE			GENMASK_U32(30, 27)
#define   MCR_SUBSLICE			GENMASK_U32(26, 24)
#define   MCR_MULTICAST			BIT_U32(31)

/* Memory object control and page attributes. */
#define GLOBAL_MOCS(i)			XE_REG(0x4000 + 4 * (i))
#define GLOBAL_MOCS_MCR(i)		XE_REG_MCR(0x4000 + 4 * (i))
#define   MOCS_L3_CACHEABILITY		GENMASK_U32(5, 4)	/* in LNCFCMOCS and on Xe2 */
#define   MOCS_L4_CACHEABILITY		GENMASK_U32(3, 2)
#define   MOCS_L3_GLBGO			BIT_U32(6)
#define   MOCS_L3_LKUP			BIT_U32(7)
#define   MOCS_IG_PAT			BIT_U32(8)
#define LNCF_MOCS(i)			XE_REG(0xb020 + 4 * (i))
#define LNCF_MOCS_MCR(i)		XE_REG_MCR(0xb020 + 4 * (i))
#define LNCF_MOCS_COUNT			32
#define PAT_INDEX_ADDR(i)		((i) < 8 ? 0x4800 + 4 * (i) : 0x4848 + 4 * ((i) - 8))
#define PAT_INDEX(i)			XE_REG(PAT_INDEX_ADDR(i))
#define PAT_INDEX_MCR(i)		XE_REG_MCR(PAT_INDEX_ADDR(i))
#define PAT_ATS_ADDR			0x47fc
#define PAT_PTA_ADDR			0x4820
#define PAT_ATS				XE_REG(PAT_ATS_ADDR)
#define PAT_PTA				XE_REG(PAT_PTA_ADDR)
#define PAT_ATS_MCR			XE_REG_MCR(PAT_ATS_ADDR)
#define PAT_PTA_MCR			XE_REG_MCR(PAT_PTA_ADDR)

/* Flat CCS. */
#define FLAT_CCS_BASE_XEHP		XE_REG_MCR(0x4910)
#define   FLAT_CCS_XEHP_PTR		GENMASK_U32(31, 8)
#define FLAT_CCS_BASE_LOWER		XE_REG_MCR(0x8800)
#define   FLAT_CCS_ENABLE		BIT_U32(0)
#define   FLAT_CCS_LOWER_ADDR		GENMASK_U32(31, 6)
#define FLAT_CCS_BASE_UPPER		XE_REG_MCR(0x8804)
#define   FLAT_CCS_UPPER_ADDR		GENMASK_U32(7, 0)

/* Fuses. */
#define FUSE4				XE_REG(0x9114)
#define   FUSE4_WMTP_DISABLE		BIT_U32(20)
#define   FUSE4_CCS_ENABLE		GENMASK_U32(19, 16)
#define FUSE3				XE_REG(0x9118)
#define   FUSE3_NODE_ENABLE		GENMASK_U32(31, 16)
#define   FUSE3_L3_MODE			GENMASK_U32(7, 4)
#define   FUSE3_MEML3_ENABLE		GENMASK_U32(3, 0)
#define FUSE2				XE_REG(0x9120)
#define   FUSE2_PRODUCTION_HW		BIT_U32(2)
#define FUSE_EU_ENABLE			XE_REG(0x9134)
#define FUSE_GEOMETRY_DSS0		XE_REG(0x913c)
#define FUSE_MEDIA_ENGINES		XE_REG(0x9140)
#define   FUSE_VEBOX			GENMASK_U32(19, 16)
#define   FUSE_VDBOX			GENMASK_U32(7, 0)
#define FUSE_COMPUTE_DSS0		XE_REG(0x9144)
#define FUSE_COMPUTE_DSS1		XE_REG(0x9148)
#define FUSE_COMPUTE_DSS2		XE_REG(0x914c)
#define FUSE_GEOMETRY_DSS1		XE_REG(0x9150)
#define FUSE_GEOMETRY_DSS2		XE_REG(0x9154)

/* Reset. */
#define GDRST				XE_REG(0x941c)
#define   GDRST_GUC			BIT_U32(3)
#define   GDRST_FULL			BIT_U32(0)

/* Power and frequency. */
#define GT_RPNSWREQ			XE_REG(0xa008)
#define   RPNSWREQ_RATIO		GENMASK_U32(31, 23)
#define GT_RP_CONTROL			XE_REG(0xa024)
#define   RP_SW_CONTROL			GENMASK_U32(10, 9)
#define     RP_SW_ENABLE		2
#define     RP_SW_DISABLE		0
#define GT_RC_CONTROL			XE_REG(0xa090)
#define   RC_HW_ENABLE			BIT_U32(31)
#define   RC_TO_MODE			BIT_U32(28)
#define   RC6_ENABLE			BIT_U32(18)
#define GT_RC_STATE			XE_REG(0xa094)
#define GT_RC_IDLE_HYSTERESIS		XE_REG(0xa0ac)
#define GT_MEDIA_PG_HYSTERESIS		XE_REG(0xa0c4)
#define GT_RENDER_PG_HYSTERESIS		XE_REG(0xa0c8)
#define GT_PMINTRMSK			XE_REG(0xa168)
#define   PMINTR_NO_REDIRECT_TO_GUC	BIT_U32(31)
#define   PMINTR_ARAT_EXPIRED		BIT_U32(9)
#define GT_POWERGATE_ENABLE		XE_REG(0xa210)
#define   PG_RENDER			BIT_U32(0)
#define   PG_MEDIA			BIT_U32(1)
#define   PG_MEDIA_SAMPLERS		BIT_U32(2)
#define   PG_VDN_HCP(n)			BIT_U32(3 + 2 * (n))
#define   PG_VDN_MFXVDENC(n)		BIT_U32(4 + 2 * (n))
#define GT_PM_TIMESTAMP			XE_REG(0xa500)		/* 64 bits */

/* Caches. */
#define L2_GLOBAL_INVAL			XE_REG(0xb404)
#define   L2_INVAL_REQUEST		BIT_U32(0)
#define TDF_CTRL			XE_REG(0xb418)
#define   TDF_FLUSH_REQUEST		BIT_U32(0)

/* Compute engines. */
#define RCU_MODE			XE_REG_MASKED(0x14800)
#define   RCU_MODE_FIXED_SLICE_CCS	BIT_U32(1)
#define   RCU_MODE_CCS_ENABLE		BIT_U32(0)
#define CCS_MODE			XE_REG(0x14804)
#define   CCS_MODE_CSLICE(slice, ccs)	((ccs) << (3 * (slice)))
#define   CCS_MODE_CSLICE_OFF		7
#define   CCS_MODE_ALL			GENMASK_U32(11, 0)

#endif
