/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_SYSFS_H_
#define _XE_SYSFS_H_

/* What the files of this folder share; nobody else includes it. */

#include <linux/kobject.h>

#include "core/xe_device.h"

/**
 * struct xe_sys_node - a directory of a GT
 * @kobj: base
 * @gt: whose it is
 * @data: of who made it; freed with the directory
 */
struct xe_sys_node {
	struct kobject kobj;
	struct xe_gt *gt;
	void *data;
};

static inline struct xe_sys_node *to_xe_sys_node(struct kobject *kobj)
{
	return container_of(kobj, struct xe_sys_node, kobj);
}

/*
 * xe_sys_add() - make a directory with files; removed with the device
 * @data: kmalloc'ed or NULL; taken over, also on failure
 * @attrs: NULL terminated, or NULL
 *
 * Returns the directory or ERR_PTR.
 */
struct xe_sys_node *xe_sys_add(struct xe_gt *gt, struct kobject *parent, const char *name,
			       void *data, const struct attribute *const *attrs);

int xe_sysfs_freq_init(struct xe_gt *gt);
int xe_sysfs_engines_init(struct xe_gt *gt);

#endif
