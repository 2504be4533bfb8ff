// SPDX-License-Identifier: GPL-2.0
/*
 * The interrupt tree: one MSI; the root tile's master register names tiles, a
 * tile's master register names two banks of 32 sources, and each source has an
 * identity that is fetched by selecting it.
 */

#include "core/xe_irq.h"

#include <linux/bitfield.h>
#include <linux/export.h>
#include <linux/interrupt.h>
#include <linux/pci.h>

#include <kunit/visibility.h>

#include <drm/drm_managed.h>

#include "core/xe_log.h"
#include "core/xe_mmio.h"
#include "core/xe_platform.h"
#include "regs/xe_guc_regs.h"
#include "regs/xe_irq_regs.h"

#define N_BANKS			2
#define IDENTITY_TIMEOUT_US	100
#define HW_CLASS_OTHER		4

/**
 * struct xe_irq - interrupt state of the device
 * @source: who is told what; written at probe only
 * @enabled: the handler may touch the device
 * @number: Linux interrupt
 */
struct xe_irq {
	struct xe_irq_source source;
	bool enabled;
	int number;
};

/* What to program per class: an enable half, and a mask half per instance. */
static const struct irq_class {
	u8 first, last;			/* engines */
	bool high;			/* upper half of the enable register */
	u32 enable;
} irq_classes[] = {
	{ XE_RCS0, XE_RCS0, true, 0x190030 },
	{ XE_BCS0, XE_BCS8, false, 0x190030 },
	{ XE_VCS0, XE_VCS7, true, 0x190034 },
	{ XE_VECS0, XE_VECS3, false, 0x190034 },
	{ XE_CCS0, XE_CCS3, true, 0x190048 },
};

/*
 * Mask registers, and which engines sit in their upper and lower halves; the same engine: upper
 * only.
 */
static const struct irq_mask {
	u32 reg;
	u8 high, low;
} irq_masks[] = {
	{ 0x190090, XE_RCS0, XE_RCS0 },
	{ 0x1900a0, XE_BCS0, XE_BCS0 },
	{ 0x1900a8, XE_VCS0, XE_VCS1 },
	{ 0x1900ac, XE_VCS2, XE_VCS3 },
	{ 0x1900b0, XE_VCS4, XE_VCS5 },
	{ 0x1900b4, XE_VCS6, XE_VCS7 },
	{ 0x1900d0, XE_VECS0, XE_VECS1 },
	{ 0x1900d4, XE_VECS2, XE_VECS3 },
	{ 0x190100, XE_CCS0, XE_CCS1 },
	{ 0x190104, XE_CCS2, XE_CCS3 },
	{ 0x190110, XE_BCS1, XE_BCS2 },
	{ 0x190114, XE_BCS3, XE_BCS4 },
	{ 0x190118, XE_BCS5, XE_BCS6 },
	{ 0x19011c, XE_BCS7, XE_BCS8 },
};

/* Blocks that the driver leaves silent. */
static const struct {
	u32 enable, mask;
} irq_unused[] = {
	{ 0x19003c, 0x1900ec },		/* GPM, WGBOXPERF */
	{ 0x190038, 0x1900e8 },		/* GUC_SG: until the firmware runs */
	{ 0x190044, 0x1900f4 },		/* GUNIT_GSC */
	{ 0x190040, 0x1900f0 },		/* CRYPTO */
};

static u64 tile_engines(struct xe_tile *tile)
{
	u64 engines = tile->primary_gt->engine_mask;

	if (tile->media_gt)
		engines |= tile->media_gt->engine_mask;
	return engines;
}

static u64 mask_engines(const struct irq_mask *m)
{
	return BIT_ULL(m->high) | BIT_ULL(m->low);
}

/* Enable and mask registers of @engines get @classes and @masks written. */
static void program_engines(struct xe_mmio *mmio, u64 engines, u32 vector)
{
	u32 done = 0, val;
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(irq_classes); i++) {
		const struct irq_class *c = &irq_classes[i];

		if (done == c->enable || !(engines & GENMASK_ULL(c->last, c->first)))
			continue;

		val = 0;
		for (j = i; j < ARRAY_SIZE(irq_classes); j++)
			if (irq_classes[j].enable == c->enable)
				val |= irq_classes[j].high ? vector << 16 : vector;
		xe_mmio_write32(mmio, XE_REG(c->enable), val);
		done = c->enable;
	}

	for (i = 0; i < ARRAY_SIZE(irq_masks); i++) {
		const struct irq_mask *m = &irq_masks[i];

		if (!(engines & mask_engines(m)))
			continue;
		val = vector << 16;
		if (m->low != m->high)
			val |= vector;
		xe_mmio_write32(mmio, XE_REG(m->reg), ~val);
	}
}

static void silence_block(struct xe_mmio *mmio, u32 base)
{
	xe_mmio_write32(mmio, BLOCK_IMR(base), ~0);
	xe_mmio_write32(mmio, BLOCK_IER(base), 0);
	/* Two events can be queued. */
	xe_mmio_write32(mmio, BLOCK_IIR(base), ~0);
	xe_mmio_write32(mmio, BLOCK_IIR(base), ~0);
}

static void reset_tree(struct xe_device *xe)
{
	struct xe_tile *root = xe_device_root_tile(xe);
	struct xe_tile *tile;
	size_t i;
	u8 id;

	xe_mmio_write32(&root->mmio, TILE_MASTER_IRQ, 0);

	for_each_tile(tile, xe, id) {
		struct xe_mmio *mmio = &tile->mmio;

		program_engines(mmio, tile_engines(tile), 0);
		for (i = 0; i < ARRAY_SIZE(irq_unused); i++) {
			xe_mmio_write32(mmio, XE_REG(irq_unused[i].enable), 0);
			xe_mmio_write32(mmio, XE_REG(irq_unused[i].mask), ~0);
		}
		silence_block(mmio, PCU_IRQ_BASE);
	}
	silence_block(&root->mmio, GU_MISC_IRQ_BASE);

	/* Last, or lower levels latch into it again. */
	for_each_tile(tile, xe, id)
		xe_mmio_write32(&tile->mmio, GFX_MASTER_IRQ, ~0);
}

static void enable_tree(struct xe_device *xe)
{
	xe_mmio_write32(&xe_device_root_tile(xe)->mmio, TILE_MASTER_IRQ, TILE_MASTER_ENABLE);
}

/* 0 when the source withdrew. */
static u32 fetch_identity(struct xe_tile *tile, unsigned int bank, unsigned int bit)
{
	struct xe_mmio *mmio = &tile->mmio;
	u32 ident;

	xe_mmio_write32(mmio, GT_INTR_SELECTOR(bank), BIT(bit));
	if (xe_mmio_wait32(mmio, GT_INTR_IDENTITY(bank), INTR_IDENTITY_VALID, INTR_IDENTITY_VALID,
			   IDENTITY_TIMEOUT_US, &ident, true)) {
		drm_err_ratelimited(&tile->xe->drm, "INTR_IDENTITY_REG%u:%u 0x%08x not valid!\n",
				    bank, bit, ident);
		return 0;
	}
	xe_mmio_write32(mmio, GT_INTR_IDENTITY(bank), ident);
	return ident;
}

static struct xe_gt *identity_gt(struct xe_tile *tile, u8 hw_class, u8 instance)
{
	bool media;

	if (!tile->media_gt)
		return tile->primary_gt;

	if (hw_class == HW_CLASS_OTHER)
		media = instance == INTR_OTHER_MEDIA_GUC || instance == INTR_OTHER_GSC ||
			instance == INTR_OTHER_GSC_HECI2;
	else
		media = hw_class == 1 || hw_class == 2;
	return media ? tile->media_gt : tile->primary_gt;
}

static void dispatch(struct xe_tile *tile, u32 ident)
{
	const struct xe_irq_source *source = &tile->xe->irq->source;
	u8 hw_class = FIELD_GET(INTR_IDENTITY_CLASS, ident);
	u8 instance = FIELD_GET(INTR_IDENTITY_INSTANCE, ident);
	u16 vector = FIELD_GET(INTR_IDENTITY_VECTOR, ident);
	struct xe_gt *gt = identity_gt(tile, hw_class, instance);

	if (!vector)
		return;
	if (hw_class != HW_CLASS_OTHER) {
		if (source->engine)
			source->engine(gt, hw_class, instance, vector);
	} else if (source->other) {
		source->other(gt, instance, vector);
	}
}

static void handle_bank(struct xe_tile *tile, unsigned int bank)
{
	unsigned long pending = xe_mmio_read32(&tile->mmio, GT_INTR_DW(bank));
	u32 ident[32];
	unsigned int bit;

	for_each_set_bit(bit, &pending, 32)
		ident[bit] = fetch_identity(tile, bank, bit);

	/* Acknowledged before it is served: what comes in from here on raises it again. */
	xe_mmio_write32(&tile->mmio, GT_INTR_DW(bank), pending);

	for_each_set_bit(bit, &pending, 32)
		dispatch(tile, ident[bit]);
}

/* false: the device is gone */
static bool handle_tile(struct xe_tile *tile)
{
	u32 master = xe_mmio_read32(&tile->mmio, GFX_MASTER_IRQ);
	unsigned int bank;

	if (master == ~0u)
		return false;
	xe_mmio_write32(&tile->mmio, GFX_MASTER_IRQ, master);

	for (bank = 0; bank < N_BANKS; bank++)
		if (master & GFX_MASTER_GT_DW(bank))
			handle_bank(tile, bank);

	if (master & GFX_MASTER_ERROR_MASK)
		drm_err_ratelimited(&tile->xe->drm, "Tile%u: hardware error interrupt, %#x\n",
				    tile->id, master);
	if (master & GFX_MASTER_GU_MISC)
		xe_mmio_write32(&tile->mmio, BLOCK_IIR(GU_MISC_IRQ_BASE), ~0);
	return true;
}

static irqreturn_t irq_handler(int number, void *arg)
{
	struct xe_device *xe = arg;
	struct xe_mmio *root = &xe_device_root_tile(xe)->mmio;
	struct xe_tile *tile;
	u32 tiles;
	u8 id;

	if (!READ_ONCE(xe->irq->enabled))
		return IRQ_NONE;

	xe_mmio_write32(root, TILE_MASTER_IRQ, 0);
	tiles = xe_mmio_read32(root, TILE_MASTER_IRQ);
	if (!tiles) {
		enable_tree(xe);
		return IRQ_NONE;
	}
	xe_mmio_write32(root, TILE_MASTER_IRQ, tiles);

	for_each_tile(tile, xe, id)
		if (tiles & TILE_MASTER_TILE(id) && !handle_tile(tile))
			return IRQ_HANDLED;

	enable_tree(xe);
	return IRQ_HANDLED;
}

/**
 * xe_irq_init() - software state
 * @xe: device
 *
 * Return: 0 or -ENOMEM.
 */
int xe_irq_init(struct xe_device *xe)
{
	xe->irq = drmm_kzalloc(&xe->drm, sizeof(*xe->irq), GFP_KERNEL);
	return xe->irq ? 0 : -ENOMEM;
}
EXPORT_SYMBOL_IF_KUNIT(xe_irq_init);

/**
 * xe_irq_set_source() - tell who wants to be told
 * @xe: device
 * @source: callbacks; NULL members leave what is there. Copied
 *
 * Context: probe, before the sources are unmasked.
 */
void xe_irq_set_source(struct xe_device *xe, const struct xe_irq_source *source)
{
	if (source->engine)
		xe->irq->source.engine = source->engine;
	if (source->other)
		xe->irq->source.other = source->other;
}

/**
 * xe_irq_suspend() - no interrupts until xe_irq_resume()
 * @xe: device
 *
 * Context: sleeps until a running handler has ended.
 */
void xe_irq_suspend(struct xe_device *xe)
{
	WRITE_ONCE(xe->irq->enabled, false);
	synchronize_irq(xe->irq->number);
	reset_tree(xe);
}

/**
 * xe_irq_resume() - interrupts again, after xe_irq_suspend()
 * @xe: device
 *
 * The firmware's interrupt is enabled by whoever starts the firmware.
 */
void xe_irq_resume(struct xe_device *xe)
{
	struct xe_gt *gt;
	unsigned int id;

	reset_tree(xe);
	WRITE_ONCE(xe->irq->enabled, true);
	enable_tree(xe);
	for_each_gt(gt, xe, id)
		xe_irq_enable_engines(gt);
}

/**
 * xe_irq_retrigger() - what is pending raises an interrupt once more
 * @xe: device
 *
 * For whoever finds that something happened which no interrupt told of: the
 * message was lost, and as long as its source is pending no other one comes.
 *
 * Context: any; the device is awake.
 */
void xe_irq_retrigger(struct xe_device *xe)
{
	if (!READ_ONCE(xe->irq->enabled))
		return;
	/* A handler that runs meanwhile does the same at its end. */
	xe_mmio_write32(&xe_device_root_tile(xe)->mmio, TILE_MASTER_IRQ, 0);
	enable_tree(xe);
}

static void irq_release(void *arg)
{
	xe_irq_suspend(arg);
}

/**
 * xe_irq_install() - reset the tree, take the one MSI and enable
 * @xe: device
 *
 * Return: 0 or -errno; devm_.
 */
int xe_irq_install(struct xe_device *xe)
{
	struct pci_dev *pdev = to_pci_dev(xe->drm.dev);
	int err;

	reset_tree(xe);

	err = pci_alloc_irq_vectors(pdev, 1, 1, PCI_IRQ_MSI);
	if (err < 0) {
		xe_err(xe, "Failed to allocate an MSI vector: %pe\n", ERR_PTR(err));
		return err;
	}

	xe->irq->number = pci_irq_vector(pdev, 0);
	err = devm_request_irq(&pdev->dev, xe->irq->number, irq_handler, 0, "xe", xe);
	if (err) {
		xe_err(xe, "Failed to request interrupt %d: %pe\n", xe->irq->number, ERR_PTR(err));
		return err;
	}

	WRITE_ONCE(xe->irq->enabled, true);
	enable_tree(xe);
	return devm_add_action_or_reset(&pdev->dev, irq_release, xe);
}

/**
 * xe_irq_enable_engines() - unmask a GT's engines
 * @gt: GT; its fuses have been read
 */
void xe_irq_enable_engines(struct xe_gt *gt)
{
	program_engines(&gt->tile->mmio, gt->engine_mask, ENGINE_INTR_USER | ENGINE_INTR_FLUSH);
}

/**
 * xe_irq_enable_guc() - unmask a GT's firmware-to-host interrupt
 * @gt: GT
 */
void xe_irq_enable_guc(struct xe_gt *gt)
{
	struct xe_mmio *mmio = &gt->tile->mmio;
	u32 half = gt->type == XE_GT_MEDIA ? INTR_HALF_LO : INTR_HALF_HI;

	/* Both firmwares share the enable, each has its half of the mask. */
	xe_mmio_write32(mmio, GUC_SG_INTR_ENABLE, FIELD_PREP(INTR_HALF_HI, GUC_INTR_GUC2HOST));
	xe_mmio_rmw32(mmio, GUC_SG_INTR_MASK,
		      half & (GUC_INTR_GUC2HOST | GUC_INTR_GUC2HOST << 16), 0);
}
