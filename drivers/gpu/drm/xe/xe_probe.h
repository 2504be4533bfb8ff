/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_PROBE_H_
#define _XE_PROBE_H_

#include <linux/mod_devicetable.h>

struct drm_driver;
struct pci_dev;
struct xe_platform;

/* xe_probe() - bring a device up and register it */
int xe_probe(struct pci_dev *pdev, const struct pci_device_id *id, const struct drm_driver *driver);
/* xe_remove() - undo it; what is devm_ follows by itself */
void xe_remove(struct pci_dev *pdev);
/* xe_shutdown() - the machine goes down: leave the hardware quiet */
void xe_shutdown(struct pci_dev *pdev);

#if IS_ENABLED(CONFIG_KUNIT)
extern const struct pci_device_id xe_ids[];
int xe_probe_check_id(struct pci_dev *pdev, const struct xe_platform *platform);
#endif

#endif
