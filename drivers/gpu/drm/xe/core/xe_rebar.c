// SPDX-License-Identifier: GPL-2.0
/* Resizing the BAR through which the CPU sees VRAM. */

#include "core/xe_rebar.h"

#include <linux/pci.h>
#include <linux/sizes.h>

#include "core/xe_device.h"
#include "core/xe_log.h"
#include "core/xe_params.h"
#include "core/xe_platform.h"
#include "regs/xe_soc_regs.h"

/* Encoded as the capability wants it; negative: leave it. */
static int wanted_size(struct xe_device *xe, struct pci_dev *pdev)
{
	int mib = xe_params.vram_bar_size, size;

	if (mib < 0)
		return -1;
	if (!mib)
		return pci_rebar_get_max_size(pdev, XE_BAR_VRAM);

	size = pci_rebar_bytes_to_size((u64)mib * SZ_1M);
	if (pci_rebar_size_supported(pdev, XE_BAR_VRAM, size))
		return size;

	xe_info(xe, "VRAM BAR cannot be %d MiB; sizes it supports: %#llx\n", mib,
		pci_rebar_get_possible_sizes(pdev, XE_BAR_VRAM));
	return -1;
}

/**
 * xe_rebar() - resize the VRAM BAR
 * @xe: device none of whose BARs is mapped
 *
 * A BAR that is smaller than VRAM works, so failure is only worth a message.
 *
 * Return: 0.
 */
int xe_rebar(struct xe_device *xe)
{
	struct pci_dev *pdev = to_pci_dev(xe->drm.dev);
	resource_size_t now = pci_resource_len(pdev, XE_BAR_VRAM), then;
	int size, err;
	u16 cmd;

	if (!xe->platform->is_dgfx)
		return 0;
	size = wanted_size(xe, pdev);
	if (size < 0)
		return 0;
	then = pci_rebar_size_to_bytes(size);
	if (then == now || (!xe_params.vram_bar_size && then < now))
		return 0;

	/* Nothing may decode while addresses change. */
	pci_read_config_word(pdev, PCI_COMMAND, &cmd);
	pci_write_config_word(pdev, PCI_COMMAND, cmd & ~PCI_COMMAND_MEMORY);
	err = pci_resize_resource(pdev, XE_BAR_VRAM, size, 0);
	if (err)
		xe_info(xe, "VRAM BAR stays at %llu MiB (%pe); see 'Resizable BAR' in the BIOS\n",
			(u64)now / SZ_1M, ERR_PTR(err));
	else
		xe_info(xe, "VRAM BAR resized to %llu MiB\n", (u64)then / SZ_1M);
	pci_write_config_word(pdev, PCI_COMMAND, cmd);
	return 0;
}
