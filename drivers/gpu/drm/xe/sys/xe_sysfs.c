// SPDX-License-Identifier: GPL-2.0
/*
 * Directories in sysfs: the device's tiles and their GTs.
 */
#include "sys/xe_sysfs.h"

#include <linux/slab.h>
#include <linux/sysfs.h>

#include "core/xe_log.h"
#include "core/xe_rpm.h"
#include "gt/xe_hw_engine.h"
#include "guc/xe_guc.h"
#include "sys/xe_sys.h"

static void node_release(struct kobject *kobj)
{
	struct xe_sys_node *node = to_xe_sys_node(kobj);

	kfree(node->data);
	kfree(node);
}

static const struct kobj_type node_type = {
	.release = node_release,
	.sysfs_ops = &kobj_sysfs_ops,
};

/* Removes the files, and waits for who is in one. */
static void node_remove(void *arg)
{
	struct xe_sys_node *node = arg;

	kobject_del(&node->kobj);
	kobject_put(&node->kobj);
}

/**
 * xe_sys_add() - make a directory
 * @gt: whose it is
 * @parent: where
 * @name: name
 * @data: for &xe_sys_node.data: kmalloc'ed or NULL; taken over, also on failure
 * @attrs: files in it, NULL terminated; or NULL
 *
 * Return: the directory, which goes away with the device, or ERR_PTR(-ENOMEM, -EEXIST).
 */
struct xe_sys_node *xe_sys_add(struct xe_gt *gt, struct kobject *parent, const char *name,
			       void *data, const struct attribute *const *attrs)
{
	struct xe_sys_node *node = kzalloc_obj(*node);
	int err;

	if (!node) {
		kfree(data);
		return ERR_PTR(-ENOMEM);
	}
	node->gt = gt;
	node->data = data;
	err = kobject_init_and_add(&node->kobj, &node_type, parent, "%s", name);
	if (!err && attrs)
		err = sysfs_create_files(&node->kobj, attrs);
	if (err) {
		kobject_put(&node->kobj);
		return ERR_PTR(err);
	}
	err = devm_add_action_or_reset(gt_to_xe(gt)->drm.dev, node_remove, node);
	return err ? ERR_PTR(err) : node;
}

/* ---- compute engines: how many share the slices ---- */

static ssize_t num_cslices_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", xe_engines_ccs_slices(to_xe_sys_node(kobj)->gt));
}

static ssize_t ccs_mode_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", xe_engines_ccs_mode(to_xe_sys_node(kobj)->gt));
}

/* Userspace that is there has seen which engines there are. */
static ssize_t ccs_mode_store(struct kobject *kobj, struct kobj_attribute *attr, const char *buf,
			      size_t count)
{
	struct xe_gt *gt = to_xe_sys_node(kobj)->gt;
	struct xe_device *xe = gt_to_xe(gt);
	u32 mode;
	int err;

	err = kstrtou32(buf, 0, &mode);
	if (err)
		return err;
	guard(mutex)(&xe->drm.filelist_mutex);
	if (!list_empty(&xe->drm.filelist))
		return -EBUSY;
	if (mode == xe_engines_ccs_mode(gt))
		return count;

	guard(xe_rpm)(xe);
	err = xe_engines_set_ccs_mode(gt, mode);
	if (err)
		return err;
	xe_guc_reset_gt(gt);
	flush_workqueue(xe->reset_wq);
	return count;
}

static const struct kobj_attribute num_cslices_attr = __ATTR_RO(num_cslices);
static const struct kobj_attribute ccs_mode_attr = __ATTR_RW(ccs_mode);

static const struct attribute *const ccs_attrs[] = {
	&num_cslices_attr.attr,
	&ccs_mode_attr.attr,
	NULL
};

/* ---- the tree ---- */

static int add_gt(struct xe_gt *gt)
{
	bool ccs = gt->type == XE_GT_MAIN && xe_engines_ccs_slices(gt) > 1;
	struct xe_sys_node *node;
	char name[8];
	int err;

	snprintf(name, sizeof(name), "gt%u", gt->id);
	node = xe_sys_add(gt, gt->tile->sysfs, name, NULL, ccs ? ccs_attrs : NULL);
	if (IS_ERR(node))
		return PTR_ERR(node);
	gt->sysfs = &node->kobj;

	err = xe_sysfs_freq_init(gt);
	return err ?: xe_sysfs_engines_init(gt);
}

static int add_tile(struct xe_tile *tile)
{
	struct xe_sys_node *node;
	char name[8];

	snprintf(name, sizeof(name), "tile%u", tile->id);
	node = xe_sys_add(tile->primary_gt, &tile->xe->drm.dev->kobj, name, NULL, NULL);
	if (IS_ERR(node))
		return PTR_ERR(node);
	tile->sysfs = &node->kobj;
	return 0;
}

/**
 * xe_sysfs_init() - make all directories and files
 * @xe: device that is ready
 *
 * Return: 0, -ENOMEM, -EEXIST.
 */
int xe_sysfs_init(struct xe_device *xe)
{
	struct xe_tile *tile;
	struct xe_gt *gt;
	unsigned int id;
	int err;

	for_each_tile(tile, xe, id) {
		err = add_tile(tile);
		if (err)
			return err;
	}
	for_each_gt(gt, xe, id) {
		err = add_gt(gt);
		if (err)
			return err;
	}
	return 0;
}
