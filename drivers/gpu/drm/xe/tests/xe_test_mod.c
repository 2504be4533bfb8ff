// SPDX-License-Identifier: GPL-2.0
/*
 * xe_kunit: what of the driver can be tried without a device. The tests call into
 * xe.ko, which must be loaded; it need not be bound to anything.
 */
#include <linux/module.h>

MODULE_AUTHOR("The Xe driver's authors");
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit tests of the xe driver");
MODULE_IMPORT_NS("EXPORTED_FOR_KUNIT_TESTING");
