// SPDX-License-Identifier: GPL-2.0
/*
 * freq0/, freq0/throttle/ and gtidle/ of a GT: frequencies in MHz, why they are lower than
 * they could be, and time asleep.
 */
#include <linux/bitfield.h>
#include <linux/math64.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "core/xe_mmio.h"
#include "core/xe_rpm.h"
#include "guc/xe_guc.h"
#include "regs/xe_power_regs.h"
#include "sys/xe_sysfs.h"

/* ---- freq0 ---- */

/* enum freq - numbers that the power controller knows */
enum freq {
	FREQ_ACT, FREQ_CUR, FREQ_MIN, FREQ_MAX, FREQ_RP0, FREQ_RPE, FREQ_RPN, FREQ_COUNT
};

/**
 * struct freq_attr - one file
 * @base: base
 * @which: number it shows
 * @set: what writing it does, or NULL
 */
struct freq_attr {
	struct kobj_attribute base;
	enum freq which;
	int (*set)(struct xe_gt *gt, u32 mhz);
};

static int read_freq(struct xe_gt *gt, enum freq which, u32 *mhz)
{
	u32 val[FREQ_COUNT];
	int err;

	switch (which) {
	case FREQ_ACT:
		*mhz = xe_guc_pc_act_freq(gt);
		return 0;
	case FREQ_CUR:
		*mhz = xe_guc_pc_cur_freq(gt);
		return 0;
	default:
		err = xe_guc_pc_freq(gt, &val[FREQ_MIN], &val[FREQ_MAX], &val[FREQ_RP0],
				     &val[FREQ_RPE], &val[FREQ_RPN]);
		if (!err)
			*mhz = val[which];
		return err;
	}
}

static ssize_t freq_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	const struct freq_attr *a = container_of(attr, struct freq_attr, base);
	struct xe_gt *gt = to_xe_sys_node(kobj)->gt;
	u32 mhz;
	int err;

	guard(xe_rpm)(gt_to_xe(gt));
	err = read_freq(gt, a->which, &mhz);
	return err ?: sysfs_emit(buf, "%u\n", mhz);
}

static ssize_t freq_store(struct kobject *kobj, struct kobj_attribute *attr, const char *buf,
			  size_t count)
{
	const struct freq_attr *a = container_of(attr, struct freq_attr, base);
	struct xe_gt *gt = to_xe_sys_node(kobj)->gt;
	u32 mhz;
	int err;

	err = kstrtou32(buf, 0, &mhz);
	if (err)
		return err;
	guard(xe_rpm)(gt_to_xe(gt));
	err = a->set(gt, mhz);
	return err ?: count;
}

#define FREQ_RO(name, what) \
	static struct freq_attr name##_attr = { \
		.base = __ATTR(name, 0444, freq_show, NULL), .which = what, \
	}
#define FREQ_RW(name, what, func) \
	static struct freq_attr name##_attr = { \
		.base = __ATTR(name, 0644, freq_show, freq_store), .which = what, .set = func, \
	}

FREQ_RO(act_freq, FREQ_ACT);
FREQ_RO(cur_freq, FREQ_CUR);
FREQ_RO(rp0_freq, FREQ_RP0);
FREQ_RO(rpe_freq, FREQ_RPE);
FREQ_RO(rpn_freq, FREQ_RPN);
FREQ_RW(min_freq, FREQ_MIN, xe_guc_pc_set_min);
FREQ_RW(max_freq, FREQ_MAX, xe_guc_pc_set_max);

static const struct attribute *const freq_attrs[] = {
	&act_freq_attr.base.attr, &cur_freq_attr.base.attr, &rp0_freq_attr.base.attr,
	&rpe_freq_attr.base.attr, &rpn_freq_attr.base.attr, &min_freq_attr.base.attr,
	&max_freq_attr.base.attr,
	NULL
};

/* ---- throttle ---- */

/**
 * struct limit_attr - one file
 * @base: base
 * @mask: reasons that make it read 1
 */
struct limit_attr {
	struct kobj_attribute base;
	u32 mask;
};

static u32 limit_reasons(struct xe_gt *gt)
{
	guard(xe_rpm)(gt_to_xe(gt));
	return xe_mmio_read32(&gt->mmio, gt->type == XE_GT_MEDIA ? MEDIA_LIMIT_REASONS :
								   GT_LIMIT_REASONS);
}

static ssize_t limit_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	const struct limit_attr *a = container_of(attr, struct limit_attr, base);

	return sysfs_emit(buf, "%u\n", !!(limit_reasons(to_xe_sys_node(kobj)->gt) & a->mask));
}

#define LIMIT_RO(name, bits) \
	static struct limit_attr name##_attr = { \
		.base = __ATTR(name, 0444, limit_show, NULL), .mask = bits, \
	}

LIMIT_RO(reason_pl1, LIMIT_PL1);
LIMIT_RO(reason_pl2, LIMIT_PL2);
LIMIT_RO(reason_pl4, LIMIT_PL4);
LIMIT_RO(reason_thermal, LIMIT_THERMAL);
LIMIT_RO(reason_prochot, LIMIT_PROCHOT);
LIMIT_RO(reason_ratl, LIMIT_RATL);
LIMIT_RO(reason_vr_thermalert, LIMIT_VR_THERMALERT);
LIMIT_RO(reason_vr_tdc, LIMIT_VR_TDC);
LIMIT_RO(status, LIMIT_PL1 | LIMIT_PL2 | LIMIT_PL4 | LIMIT_THERMAL | LIMIT_PROCHOT | LIMIT_RATL |
		 LIMIT_VR_THERMALERT | LIMIT_VR_TDC);

static struct limit_attr *const reasons[] = {
	&reason_pl1_attr, &reason_pl2_attr, &reason_pl4_attr, &reason_thermal_attr,
	&reason_prochot_attr, &reason_ratl_attr, &reason_vr_thermalert_attr, &reason_vr_tdc_attr,
};

/* All that apply, by the names of their files without "reason_". */
static ssize_t reasons_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	u32 now = limit_reasons(to_xe_sys_node(kobj)->gt);
	const char *separator = "";
	ssize_t len = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(reasons); i++) {
		if (!(now & reasons[i]->mask))
			continue;
		len += sysfs_emit_at(buf, len, "%s%s", separator,
				     reasons[i]->base.attr.name + strlen("reason_"));
		separator = " ";
	}
	return len + sysfs_emit_at(buf, len, len ? "\n" : "none\n");
}

static const struct kobj_attribute reasons_attr = __ATTR_RO(reasons);

static const struct attribute *const throttle_attrs[] = {
	&status_attr.base.attr, &reasons_attr.attr,
	&reason_pl1_attr.base.attr, &reason_pl2_attr.base.attr, &reason_pl4_attr.base.attr,
	&reason_thermal_attr.base.attr, &reason_prochot_attr.base.attr,
	&reason_ratl_attr.base.attr, &reason_vr_thermalert_attr.base.attr,
	&reason_vr_tdc_attr.base.attr,
	NULL
};

/* ---- gtidle ---- */

/**
 * struct idle - time asleep, longer than the counter can tell
 * @last: counter when last read
 * @total: ticks since the directory is there
 */
struct idle {
	/** @lock: protects the others */
	struct mutex lock;
	u32 last;
	u64 total;
};

static bool is_asleep(struct xe_gt *gt)
{
	u32 state;

	if (gt->ip_ver < 1270)
		return FIELD_GET(GT_CORE_STATE, xe_mmio_read32(&gt->mmio, GT_CORE_STATUS)) ==
		       CORE_STATE_C6;
	state = FIELD_GET(WP1_CORE_STATE, xe_mmio_read32(&gt->mmio, MIRROR_TARGET_WP1));
	return state == CORE_STATE_C6 || state == WP1_CORE_RESET;
}

static ssize_t name_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	struct xe_gt *gt = to_xe_sys_node(kobj)->gt;

	return sysfs_emit(buf, "gt%u-%s\n", gt->id, gt->type == XE_GT_MEDIA ? "mc" : "rc");
}

static ssize_t idle_status_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	struct xe_gt *gt = to_xe_sys_node(kobj)->gt;

	guard(xe_rpm)(gt_to_xe(gt));
	return sysfs_emit(buf, "gt-%s\n", is_asleep(gt) ? "c6" : "c0");
}

static ssize_t idle_residency_ms_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	struct xe_gt *gt = to_xe_sys_node(kobj)->gt;
	struct idle *idle = to_xe_sys_node(kobj)->data;
	u32 now;

	guard(xe_rpm)(gt_to_xe(gt));
	guard(mutex)(&idle->lock);
	now = xe_mmio_read32(&gt->mmio, gt->type == XE_GT_MEDIA ? MEDIA_MC6_RESIDENCY :
								  GT_RC6_RESIDENCY);
	idle->total += now - idle->last;
	idle->last = now;
	return sysfs_emit(buf, "%llu\n", mul_u64_u32_div(idle->total, 1280, NSEC_PER_MSEC));
}

static const struct kobj_attribute name_attr = __ATTR_RO(name);
static const struct kobj_attribute idle_status_attr = __ATTR_RO(idle_status);
static const struct kobj_attribute idle_residency_ms_attr = __ATTR_RO(idle_residency_ms);

static const struct attribute *const idle_attrs[] = {
	&name_attr.attr, &idle_status_attr.attr, &idle_residency_ms_attr.attr,
	NULL
};

/**
 * xe_sysfs_freq_init() - directories about frequency and sleep
 * @gt: GT that has its own directory
 *
 * Return: 0, -ENOMEM, -EEXIST.
 */
int xe_sysfs_freq_init(struct xe_gt *gt)
{
	struct xe_sys_node *freq, *node;
	struct idle *idle;

	freq = xe_sys_add(gt, gt->sysfs, "freq0", NULL, freq_attrs);
	if (IS_ERR(freq))
		return PTR_ERR(freq);
	node = xe_sys_add(gt, &freq->kobj, "throttle", NULL, throttle_attrs);
	if (IS_ERR(node))
		return PTR_ERR(node);

	idle = kzalloc_obj(*idle);
	if (!idle)
		return -ENOMEM;
	mutex_init(&idle->lock);
	node = xe_sys_add(gt, gt->sysfs, "gtidle", idle, idle_attrs);
	return PTR_ERR_OR_ZERO(node);
}
