// SPDX-License-Identifier: GPL-2.0
/*
 * Files under /sys/kernel/debug/dri/N, for people and tests.
 */
#include <linux/bitops.h>
#include <linux/debugfs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string_choices.h>

#include <drm/drm_debugfs.h>
#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_print.h>
#include <drm/ttm/ttm_resource.h>

#include "core/xe_force_wake.h"
#include "core/xe_mcr.h"
#include "core/xe_mmio.h"
#include "core/xe_params.h"
#include "core/xe_platform.h"
#include "core/xe_rpm.h"
#include "core/xe_stats.h"
#include "core/xe_topology.h"
#include "core/xe_wa.h"
#include "gt/xe_ggtt.h"
#include "gt/xe_hw_engine.h"
#include "gt/xe_pat.h"
#include "guc/xe_guc.h"
#include "mem/xe_bo.h"
#include "regs/xe_gt_regs.h"
#include "sys/xe_sys.h"

/* ---- the device ---- */

static const char *step_name(u8 step, char *buf, size_t size)
{
	snprintf(buf, size, "%c%u", 'A' + step / 4, step % 4);
	return buf;
}

static void print_info(struct xe_device *xe, struct drm_printer *p)
{
	const struct xe_tile *root = xe_device_root_tile(xe);
	const struct xe_gt *media = root->media_gt;
	struct xe_gt *gt = root->primary_gt;
	char graphics[8], media_step[8];
	struct xe_hw_engine *hwe;
	unsigned int id;

	drm_printf(p, "graphics_verx100 %u\n", gt->ip_ver);
	drm_printf(p, "media_verx100 %u\n", media ? media->ip_ver : 0);
	drm_printf(p, "stepping G:%s M:%s\n", step_name(gt->step, graphics, sizeof(graphics)),
		   media ? step_name(media->step, media_step, sizeof(media_step)) : "**");
	drm_printf(p, "is_dgfx %s\n", str_yes_no(xe->platform->is_dgfx));
	drm_printf(p, "platform %s\n", xe->platform->name);
	drm_printf(p, "devid 0x%x\n", xe->devid);
	drm_printf(p, "revid %u\n", xe->revid);
	drm_printf(p, "tile_count %u\n", xe->tile_count);
	drm_printf(p, "vm_max_level %u\n", xe->platform->vm_levels - 1);
	drm_printf(p, "has_flat_ccs %s\n", str_yes_no(xe->has_flat_ccs));
	drm_printf(p, "has_usm %s\n", str_yes_no(gt->ip->has_usm));
	for_each_gt(gt, xe, id) {
		drm_printf(p, "gt%u engines", id);
		for_each_engine(hwe, gt)
			drm_printf(p, " %s", hwe->name);
		drm_puts(p, "\n");
	}
}

static int info_show(struct seq_file *m, void *unused)
{
	struct drm_printer p = drm_seq_file_printer(m);

	print_info(m->private, &p);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(info);

/**
 * struct all_awake - everything stays awake while the file is open
 * @xe: device, with a reference: the file may outlive it
 * @domains: per GT, what did wake up
 */
struct all_awake {
	struct xe_device *xe;
	u32 domains[XE_MAX_GTS];
};

static int forcewake_all_open(struct inode *inode, struct file *file)
{
	struct all_awake *awake = kzalloc_obj(*awake);
	struct xe_gt *gt;
	unsigned int id;

	if (!awake)
		return -ENOMEM;
	awake->xe = inode->i_private;
	drm_dev_get(&awake->xe->drm);
	xe_rpm_get(awake->xe);
	for_each_gt(gt, awake->xe, id)
		awake->domains[id] = xe_force_wake_get(gt, XE_FW_ALL);
	file->private_data = awake;
	return 0;
}

static int forcewake_all_release(struct inode *inode, struct file *file)
{
	struct all_awake *awake = file->private_data;
	struct xe_device *xe = awake->xe;
	struct xe_gt *gt;
	unsigned int id;
	int idx;

	if (drm_dev_enter(&xe->drm, &idx)) {
		for_each_gt(gt, xe, id)
			xe_force_wake_put(gt, awake->domains[id]);
		drm_dev_exit(idx);
	}
	xe_rpm_put(xe);
	drm_dev_put(&xe->drm);
	kfree(awake);
	return 0;
}

static const struct file_operations forcewake_all_fops = {
	.owner = THIS_MODULE,
	.open = forcewake_all_open,
	.release = forcewake_all_release,
};

static ssize_t wedged_mode_read(struct file *file, char __user *user, size_t size, loff_t *pos)
{
	char buf[16];
	int len = scnprintf(buf, sizeof(buf), "%u\n", READ_ONCE(xe_params.wedged_mode));

	return simple_read_from_buffer(user, size, pos, buf, len);
}

static ssize_t wedged_mode_write(struct file *file, const char __user *user, size_t size,
				 loff_t *pos)
{
	u32 mode;
	int err;

	err = kstrtou32_from_user(user, size, 0, &mode);
	if (err)
		return err;
	if (mode > XE_WEDGED_ANY_HANG)
		return -EINVAL;
	WRITE_ONCE(xe_params.wedged_mode, mode);
	return size;
}

static const struct file_operations wedged_mode_fops = {
	.owner = THIS_MODULE,
	.read = wedged_mode_read,
	.write = wedged_mode_write,
};

/* ---- a GT ---- */

static void print_engines(struct xe_gt *gt, struct drm_printer *p)
{
	struct xe_hw_engine *hwe;

	for_each_engine(hwe, gt)
		drm_printf(p, "%s class=%u instance=%u logical=%u mmio_base=0x%06x%s\n", hwe->name,
			   hwe->cls, hwe->instance, hwe->logical, hwe->mmio_base,
			   hwe->reserved ? " reserved" : "");
}

static void print_mocs(struct xe_gt *gt, struct drm_printer *p)
{
	bool pvc = gt_to_xe(gt)->platform->id == XE_PLATFORM_PVC;
	unsigned int i, n = pvc ? 2 : 16;
	u32 val;

	CLASS(xe_force_wake, fw)(gt, XE_FW_ALL);
	for (i = 0; i < n; i++) {
		if (gt->type == XE_GT_MEDIA)
			val = xe_mmio_read32(&gt->mmio, GLOBAL_MOCS(i));
		else
			val = xe_mcr_read_any(gt, pvc ? LNCF_MOCS_MCR(i) : GLOBAL_MOCS_MCR(i));
		drm_printf(p, "MOCS[%u] 0x%08x\n", i, val);
	}
}

static void print_pat(struct xe_gt *gt, struct drm_printer *p)
{
	static const char * const coh[] = { "reserved", "none", "1-way", "2-way" };
	struct xe_device *xe = gt_to_xe(gt);
	unsigned int i;

	for (i = 0; i < xe_pat_count(xe); i++)
		drm_printf(p, "PAT[%2u] coherency=%s compression=%s\n", i,
			   coh[xe_pat_coh_mode(xe, i) & 3], str_yes_no(xe_pat_compressed(xe, i)));
}

static void print_hwconfig(struct xe_gt *gt, struct drm_printer *p)
{
	size_t size, i;
	const u32 *table = xe_guc_hwconfig(gt_to_xe(gt), &size);

	for (i = 0; table && i < size / sizeof(*table); i++)
		drm_printf(p, "[%04zu] 0x%08x\n", i, table[i]);
}

static void force_reset_sync(struct xe_gt *gt)
{
	xe_guc_reset_gt(gt);
	flush_workqueue(gt_to_xe(gt)->reset_wq);
}

/**
 * struct gt_file - a file in tileN/gtM, or in the folder uc there
 * @name: name
 * @print: what reading it does; NULL: the same as writing
 * @write: what writing yes to it does, or NULL
 */
struct gt_file {
	const char *name;
	void (*print)(struct xe_gt *gt, struct drm_printer *p);
	void (*write)(struct xe_gt *gt);
};

static const struct gt_file gt_files[] = {
	{ "force_reset", NULL, xe_guc_reset_gt },
	{ "force_reset_sync", NULL, force_reset_sync },
	{ "hw_engines", print_engines },
	{ "hwconfig", print_hwconfig },
	{ "mocs", print_mocs },
	{ "pat", print_pat },
	{ "stats", xe_stats_print, xe_stats_clear },
	{ "topology", xe_topology_print },
	{ "workarounds", xe_wa_print },
};

static const struct gt_file uc_files[] = {
	{ "guc_ctb", xe_guc_ct_print },
	{ "guc_info", xe_guc_print },
	{ "guc_log", xe_guc_log_print },
};

/* The file is the row, the directory above it is the GT. */
static struct xe_gt *file_gt(struct file *file)
{
	return d_inode(file->f_path.dentry->d_parent)->i_private;
}

static int gt_file_show(struct seq_file *m, void *unused)
{
	struct drm_printer p = drm_seq_file_printer(m);
	const struct gt_file *row = file_inode(m->file)->i_private;
	struct xe_gt *gt = m->private;

	guard(xe_rpm)(gt_to_xe(gt));
	if (row->print)
		row->print(gt, &p);
	else
		row->write(gt);
	return 0;
}

static int gt_file_open(struct inode *inode, struct file *file)
{
	return single_open(file, gt_file_show, file_gt(file));
}

static ssize_t gt_file_write(struct file *file, const char __user *user, size_t size, loff_t *pos)
{
	const struct gt_file *row = file_inode(file)->i_private;
	struct xe_gt *gt = file_gt(file);
	bool yes;
	int err;

	err = kstrtobool_from_user(user, size, &yes);
	if (err || !yes)
		return err ?: size;

	guard(xe_rpm)(gt_to_xe(gt));
	row->write(gt);
	return size;
}

static const struct file_operations gt_file_fops = {
	.owner = THIS_MODULE,
	.open = gt_file_open,
	.read = seq_read,
	.write = gt_file_write,
	.llseek = seq_lseek,
	.release = single_release,
};

static struct dentry *add_folder(struct xe_gt *gt, const char *name, struct dentry *above,
				 const struct gt_file *files, size_t n)
{
	struct dentry *dir = debugfs_create_dir(name, above);
	size_t i;

	if (IS_ERR(dir))
		return dir;
	d_inode(dir)->i_private = gt;
	for (i = 0; i < n; i++)
		debugfs_create_file(files[i].name, files[i].write ? 0600 : 0400, dir,
				    (void *)&files[i], &gt_file_fops);
	return dir;
}

static void register_gt(struct xe_gt *gt, struct dentry *tile, struct dentry *root)
{
	char name[8], target[20];
	struct dentry *dir;

	snprintf(name, sizeof(name), "gt%u", gt->id);
	dir = add_folder(gt, name, tile, gt_files, ARRAY_SIZE(gt_files));
	if (!IS_ERR(dir))
		add_folder(gt, "uc", dir, uc_files, ARRAY_SIZE(uc_files));
	/* Where it was before tiles had folders, and IGT looks. */
	snprintf(target, sizeof(target), "tile%u/gt%u", gt->tile->id, gt->id);
	debugfs_create_symlink(name, root, target);
}

/* ---- a tile ---- */

static int ggtt_show(struct seq_file *m, void *unused)
{
	struct drm_printer p = drm_seq_file_printer(m);
	struct xe_tile *tile = m->private;

	xe_ggtt_print(tile->ggtt, &p);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(ggtt);

static struct dentry *register_tile(struct xe_tile *tile, struct dentry *root)
{
	struct ttm_resource_manager *man;
	struct dentry *dir;
	char name[12];

	snprintf(name, sizeof(name), "tile%u", tile->id);
	dir = debugfs_create_dir(name, root);
	debugfs_create_file("ggtt", 0400, dir, tile, &ggtt_fops);
	if (!tile->vram)
		return dir;
	man = ttm_manager_type(&tile->xe->ttm, XE_PL_VRAM0 + tile->id);
	ttm_resource_manager_create_debugfs(man, dir, "vram_mm");
	/* Where IGT looks for it. */
	snprintf(name, sizeof(name), "vram%u_mm", tile->id);
	ttm_resource_manager_create_debugfs(man, root, name);
	return dir;
}

/**
 * xe_debugfs_register() - make all files
 * @xe: registered device
 *
 * They go away when the DRM device is unregistered, which waits for who is in one.
 */
void xe_debugfs_register(struct xe_device *xe)
{
	struct dentry *root = xe->drm.primary->debugfs_root, *tiles[XE_MAX_TILES];
	struct xe_tile *tile;
	struct xe_gt *gt;
	unsigned int id;

	debugfs_create_file("info", 0444, root, xe, &info_fops);
	debugfs_create_file("forcewake_all", 0400, root, xe, &forcewake_all_fops);
	debugfs_create_file("wedged_mode", 0600, root, xe, &wedged_mode_fops);
	ttm_resource_manager_create_debugfs(ttm_manager_type(&xe->ttm, XE_PL_TT), root, "gtt_mm");
	for_each_tile(tile, xe, id)
		tiles[id] = register_tile(tile, root);
	for_each_gt(gt, xe, id)
		register_gt(gt, tiles[gt->tile->id], root);
}
