// SPDX-License-Identifier: GPL-2.0
/*
 * engines/CLASS/ of a GT: how new queues on engines of the class are scheduled. A value
 * must be within limits, which can be changed as well, within limits of their own.
 * .defaults/ shows what it was at first.
 */
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "gt/xe_hw_engine.h"
#include "sys/xe_sysfs.h"

/**
 * struct props - of a class
 * @p: what its engines have
 * @job_min: ms; for @p.job_timeout_ms
 * @job_max: ms; likewise
 */
struct props {
	struct xe_engine_props p;
	u32 job_min, job_max;
};

/**
 * struct eclass - an engine class
 * @cls: class
 * @lock: protects @now
 * @now: values
 * @defaults: values when the device came up
 */
struct eclass {
	enum xe_engine_class cls;
	struct mutex lock;	/* @now */
	struct props now, defaults;
};

/**
 * struct prop_attr - one file
 * @base: base, in the class's directory
 * @def: base, in .defaults
 * @offset: of the value in &struct props
 * @low: offset of what it must not be below; 0: @lowest
 * @high: offset of what it must not be above; 0: @highest
 * @lowest: never below
 * @highest: never above
 */
struct prop_attr {
	struct kobj_attribute base, def;
	size_t offset, low, high;
	u32 lowest, highest;
};

static u32 *prop(struct props *props, size_t offset)
{
	return (void *)props + offset;
}

static ssize_t prop_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	const struct prop_attr *a = container_of(attr, struct prop_attr, base);
	struct eclass *ec = to_xe_sys_node(kobj)->data;

	return sysfs_emit(buf, "%u\n", READ_ONCE(*prop(&ec->now, a->offset)));
}

static ssize_t default_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	const struct prop_attr *a = container_of(attr, struct prop_attr, def);
	struct eclass *ec = to_xe_sys_node(kobj->parent)->data;

	return sysfs_emit(buf, "%u\n", *prop(&ec->defaults, a->offset));
}

static ssize_t prop_store(struct kobject *kobj, struct kobj_attribute *attr, const char *buf,
			  size_t count)
{
	const struct prop_attr *a = container_of(attr, struct prop_attr, base);
	struct xe_sys_node *node = to_xe_sys_node(kobj);
	struct eclass *ec = node->data;
	struct xe_hw_engine *hwe;
	u32 val;
	int err;

	err = kstrtou32(buf, 0, &val);
	if (err)
		return err;

	guard(mutex)(&ec->lock);
	if (val < a->lowest || val > a->highest ||
	    (a->low && val < *prop(&ec->now, a->low)) ||
	    (a->high && val > *prop(&ec->now, a->high)))
		return -EINVAL;
	WRITE_ONCE(*prop(&ec->now, a->offset), val);
	for_each_engine(hwe, node->gt)
		if (hwe->cls == ec->cls)
			hwe->props = ec->now.p;
	return count;
}

#define OFS(field)	offsetof(struct props, field)

/* The value, and the two limits it moves between; Kconfig has the widest that they may be set. */
#define LIMITED(stem, unit, value, min, max, config) \
	static struct prop_attr stem##_attr = { \
		.base = __ATTR(stem##unit, 0644, prop_show, prop_store), \
		.def = __ATTR(stem##unit, 0444, default_show, NULL), \
		.offset = OFS(value), .low = OFS(min), .high = OFS(max), \
		.lowest = 0, .highest = U32_MAX, \
	}; \
	static struct prop_attr stem##_min_attr = { \
		.base = __ATTR(stem##_min, 0644, prop_show, prop_store), \
		.def = __ATTR(stem##_min, 0444, default_show, NULL), \
		.offset = OFS(min), .high = OFS(max), \
		.lowest = CONFIG_DRM_XE_##config##_MIN, .highest = CONFIG_DRM_XE_##config##_MAX, \
	}; \
	static struct prop_attr stem##_max_attr = { \
		.base = __ATTR(stem##_max, 0644, prop_show, prop_store), \
		.def = __ATTR(stem##_max, 0444, default_show, NULL), \
		.offset = OFS(max), .low = OFS(min), \
		.lowest = CONFIG_DRM_XE_##config##_MIN, .highest = CONFIG_DRM_XE_##config##_MAX, \
	}

LIMITED(job_timeout, _ms, p.job_timeout_ms, job_min, job_max, JOB_TIMEOUT);
LIMITED(timeslice_duration, _us, p.timeslice_us, p.timeslice_min_us, p.timeslice_max_us, TIMESLICE);
LIMITED(preempt_timeout, _us, p.preempt_timeout_us, p.preempt_timeout_min_us,
	p.preempt_timeout_max_us, PREEMPT_TIMEOUT);

#define FILES(member) { \
	&job_timeout_attr.member.attr, &job_timeout_min_attr.member.attr, \
	&job_timeout_max_attr.member.attr, \
	&timeslice_duration_attr.member.attr, &timeslice_duration_min_attr.member.attr, \
	&timeslice_duration_max_attr.member.attr, \
	&preempt_timeout_attr.member.attr, &preempt_timeout_min_attr.member.attr, \
	&preempt_timeout_max_attr.member.attr, \
	NULL }

static const struct attribute *const prop_attrs[] = FILES(base);
static const struct attribute *const default_attrs[] = FILES(def);

static const char * const class_names[XE_CLASS_MAX] = {
	[XE_CLASS_RENDER] = "rcs",
	[XE_CLASS_VIDEO_DECODE] = "vcs",
	[XE_CLASS_VIDEO_ENHANCE] = "vecs",
	[XE_CLASS_COPY] = "bcs",
	[XE_CLASS_COMPUTE] = "ccs",
};

static int add_class(struct xe_gt *gt, struct kobject *parent, const struct xe_hw_engine *hwe)
{
	struct xe_sys_node *node;
	struct eclass *ec;

	ec = kzalloc_obj(*ec);
	if (!ec)
		return -ENOMEM;
	mutex_init(&ec->lock);
	ec->cls = hwe->cls;
	ec->defaults = (struct props){
		.p = hwe->defaults,
		.job_min = CONFIG_DRM_XE_JOB_TIMEOUT_MIN,
		.job_max = CONFIG_DRM_XE_JOB_TIMEOUT_MAX,
	};
	ec->now = ec->defaults;

	node = xe_sys_add(gt, parent, class_names[hwe->cls], ec, prop_attrs);
	if (!IS_ERR(node))
		node = xe_sys_add(gt, &node->kobj, ".defaults", NULL, default_attrs);
	return PTR_ERR_OR_ZERO(node);
}

/**
 * xe_sysfs_engines_init() - a directory per engine class
 * @gt: GT that has its own directory
 *
 * Return: 0, -ENOMEM, -EEXIST.
 */
int xe_sysfs_engines_init(struct xe_gt *gt)
{
	struct xe_sys_node *engines = xe_sys_add(gt, gt->sysfs, "engines", NULL, NULL);
	struct xe_hw_engine *hwe;
	u32 seen = 0;
	int err;

	if (IS_ERR(engines))
		return PTR_ERR(engines);

	for_each_engine(hwe, gt) {
		if (seen & BIT(hwe->cls) || !class_names[hwe->cls])
			continue;
		seen |= BIT(hwe->cls);
		err = add_class(gt, &engines->kobj, hwe);
		if (err)
			return err;
	}
	return 0;
}
