// SPDX-License-Identifier: GPL-2.0
/*
 * Device coredump: what is known of the first job that failed, as a file that stays until
 * somebody writes to it, for an hour at most, or until the device is unbound:
 * /sys/class/drm/cardN/device/devcoredump/data.
 *
 * When a job fails no memory can be waited for. What may be gone soon is held then; the text
 * is written by a worker, and the file shows when it is complete. Sections and names are
 * those that the decoders of this driver's dumps know.
 */
#include <linux/delay.h>
#include <linux/devcoredump.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/utsname.h>
#include <linux/workqueue.h>

#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "core/xe_log.h"
#include "core/xe_rpm.h"
#include "gt/xe_hw_engine.h"
#include "guc/xe_guc.h"
#include "submit/xe_exec_queue.h"
#include "sys/xe_sys.h"
#include "vm/xe_vm.h"
#include "vm/xe_vm_dump.h"

#define KEPT_FOR	(3600 * HZ)
#define CHUNK		SZ_1M

/**
 * struct text - a text that grows
 * @chunk: pieces of CHUNK bytes
 * @n_chunks: how many
 * @len: bytes in use
 * @cut: no memory was left for the rest
 */
struct text {
	char **chunk;
	size_t n_chunks, len;
	bool cut;
};

/**
 * struct xe_coredump - the one dump that a device has at most
 * @xe: device
 * @taken: bit 0: something is held, or the file is there
 * @work: writes @text
 * @hang: the job; with a reference of its queue until @text is written
 * @vm: of its mappings, likewise
 * @real: wall clock when it failed
 * @uptime: time since boot
 * @text: the file
 */
struct xe_coredump {
	struct xe_device *xe;
	unsigned long taken;
	struct work_struct work;
	struct xe_hang hang;
	struct xe_vm_dump *vm;
	ktime_t real, uptime;
	struct text text;
};

/* ---- text ---- */

static bool text_grow(struct text *t)
{
	char **more = kvrealloc(t->chunk, (t->n_chunks + 1) * sizeof(*more), GFP_KERNEL);

	if (!more)
		return false;
	t->chunk = more;
	more[t->n_chunks] = kvmalloc(CHUNK, GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN);
	if (!more[t->n_chunks])
		return false;
	t->n_chunks++;
	return true;
}

static void text_append(struct text *t, const char *from, size_t n)
{
	while (n && !t->cut) {
		size_t at = t->len % CHUNK, some = min(n, CHUNK - at);

		if (t->len == t->n_chunks * CHUNK && !text_grow(t)) {
			t->cut = true;
			return;
		}
		memcpy(t->chunk[t->n_chunks - 1] + at, from, some);
		t->len += some;
		from += some;
		n -= some;
	}
}

static void text_puts(struct drm_printer *p, const char *str)
{
	text_append(p->arg, str, strlen(str));
}

static void text_printf(struct drm_printer *p, struct va_format *vaf)
{
	char line[256];
	int n = scnprintf(line, sizeof(line), "%pV", vaf);

	text_append(p->arg, line, n);
}

static ssize_t text_read(const struct text *t, char *buf, size_t at, size_t n)
{
	size_t some, done;

	if (at >= t->len)
		return 0;
	n = min(n, t->len - at);
	for (done = 0; done < n; done += some) {
		size_t in = (at + done) % CHUNK;

		some = min(n - done, CHUNK - in);
		memcpy(buf + done, t->chunk[(at + done) / CHUNK] + in, some);
	}
	return n;
}

static void text_free(struct text *t)
{
	size_t i;

	for (i = 0; i < t->n_chunks; i++)
		kvfree(t->chunk[i]);
	kvfree(t->chunk);
	*t = (struct text){ };
}

/* ---- what is in it ---- */

static void print_device(struct xe_device *xe, struct drm_printer *p)
{
	struct xe_gt *gt;
	unsigned int id;

	drm_printf(p, "PCI ID: 0x%04x\n", xe->devid);
	drm_printf(p, "PCI revision: 0x%02x\n", xe->revid);
	for_each_gt(gt, xe, id) {
		drm_printf(p, "GT id: %u\n", id);
		drm_printf(p, "\tTile: %u\n", gt->tile->id);
		drm_printf(p, "\tType: %s\n", gt->type == XE_GT_MEDIA ? "media" : "main");
		drm_printf(p, "\tIP ver: %u.%u.%u\n", gt->ip_ver / 100, gt->ip_ver % 100, gt->step);
		drm_printf(p, "\tCS reference clock: %u\n", gt->clock_hz);
	}
}

static void print_header(const struct xe_coredump *dump, struct drm_printer *p)
{
	const struct xe_hang *hang = &dump->hang;
	struct timespec64 real = ktime_to_timespec64(dump->real);
	struct timespec64 uptime = ktime_to_timespec64(dump->uptime);

	drm_puts(p, "**** Xe Device Coredump ****\n");
	drm_printf(p, "Reason: Timedout job - seqno=%llu, lrc_seqno=%u, guc_id=%u\n",
		   hang->seqno, hang->lrc_seqno, hang->id);
	drm_printf(p, "kernel: %s\n", init_utsname()->release);
	drm_puts(p, "module: " KBUILD_MODNAME "\n");
	drm_printf(p, "Snapshot time: %ptSp\n", &real);
	drm_printf(p, "Uptime: %ptSp\n", &uptime);
	drm_printf(p, "Process: %s [%d]\n", hang->comm, hang->pid);
	print_device(dump->xe, p);
}

/* Those it may have run on. What it left in their registers is in the context's image. */
static void print_engines(const struct xe_hw_engine *of, struct drm_printer *p)
{
	struct xe_hw_engine *hwe;

	for_each_engine(hwe, of->gt)
		if (hwe->cls == of->cls)
			drm_printf(p, "%s (physical), logical instance=%u\n", hwe->name,
				   hwe->logical);
}

static void print_all(struct xe_coredump *dump, struct drm_printer *p)
{
	struct xe_exec_queue *q = dump->hang.q;
	struct xe_gt *gt = xe_exec_queue_engine(q)->gt;
	u16 i;

	print_header(dump, p);
	drm_printf(p, "\n**** GT #%u ****\n", gt->id);
	drm_printf(p, "\tTile: %u\n", gt->tile->id);
	drm_puts(p, "\n**** GuC CT ****\n");
	xe_guc_ct_print(gt, p);
	drm_puts(p, "\n**** Contexts ****\n");
	xe_exec_queue_print(q, p);
	drm_puts(p, "\n**** Job ****\n");
	for (i = 0; i < xe_exec_queue_width(q); i++)
		drm_printf(p, "batch_addr[%u]: 0x%016llx\n", i, dump->hang.batch[i]);
	drm_puts(p, "\n**** HW Engines ****\n");
	print_engines(xe_exec_queue_engine(q), p);
	drm_puts(p, "\n**** VM state ****\n");
	xe_vm_dump_print(dump->vm, p);
}

/* ---- its life ---- */

static void let_go(struct xe_coredump *dump)
{
	xe_vm_dump_free(dump->vm);
	dump->vm = NULL;
	if (dump->hang.q)
		xe_exec_queue_put(dump->hang.q);
	dump->hang.q = NULL;
}

static ssize_t coredump_read(char *buf, loff_t at, size_t n, void *data, size_t unused)
{
	const struct xe_coredump *dump = data;

	return text_read(&dump->text, buf, at, n);
}

/* Written to, too old, unbound, or never shown. */
static void coredump_free(void *data)
{
	struct xe_coredump *dump = data;
	struct drm_device *drm = &dump->xe->drm;

	text_free(&dump->text);
	drm_info(drm, "Xe device coredump has been deleted.\n");
	clear_bit_unlock(0, &dump->taken);
	drm_dev_put(drm);
}

static void coredump_write(struct work_struct *work)
{
	struct xe_coredump *dump = container_of(work, struct xe_coredump, work);
	struct drm_device *drm = &dump->xe->drm;
	struct drm_printer p = {
		.printfn = text_printf, .puts = text_puts, .arg = &dump->text,
	};

	scoped_guard(xe_rpm, dump->xe)
		print_all(dump, &p);
	let_go(dump);
	if (dump->text.cut)
		xe_notice(dump->xe, "Xe device coredump is not complete: no memory\n");
	xe_info(dump->xe, "Xe device coredump has been created\n");
	xe_info(dump->xe, "Check your /sys/class/drm/card%d/device/devcoredump/data\n",
		drm->primary->index);
	dev_coredumpm_timeout(drm->dev, THIS_MODULE, dump, 0, GFP_KERNEL, coredump_read,
			      coredump_free, KEPT_FOR);
}

/* Only the first: those that follow may be its consequences. */
static void capture(struct xe_device *xe, const struct xe_hang *hang)
{
	struct xe_coredump *dump = xe->coredump;
	struct xe_addr_space *as = xe_exec_queue_as(hang->q);

	if (test_and_set_bit_lock(0, &dump->taken)) {
		xe_dbg(xe, "Multiple hangs are occurring, but only the first is dumped\n");
		return;
	}
	drm_dev_get(&xe->drm);
	dump->real = ktime_get_real();
	dump->uptime = ktime_get_boottime();
	dump->hang = *hang;
	xe_exec_queue_get(hang->q);
	dump->vm = as ? xe_vm_dump_capture(as_to_xe_vm(as)) : NULL;
	/* Frozen with the system: memory of a device that sleeps cannot be read. */
	queue_work(system_freezable_wq, &dump->work);
}

/* A dump would keep the module. Whoever comes now finds the place taken, for good. */
static void coredump_fini(void *arg)
{
	struct xe_coredump *dump = arg;

	while (test_and_set_bit_lock(0, &dump->taken)) {
		flush_work(&dump->work);
		dev_coredump_put(dump->xe->drm.dev);
		/* It is being captured just now, or somebody looks at its device. */
		fsleep(USEC_PER_MSEC);
	}
}

/**
 * xe_coredump_init() - dump the first job that fails
 * @xe: device whose submission is set up
 *
 * Return: 0 or -ENOMEM.
 */
int xe_coredump_init(struct xe_device *xe)
{
	struct xe_coredump *dump = drmm_kzalloc(&xe->drm, sizeof(*dump), GFP_KERNEL);

	if (!dump)
		return -ENOMEM;
	dump->xe = xe;
	INIT_WORK(&dump->work, coredump_write);
	xe->coredump = dump;
	xe->on_hang = capture;
	return devm_add_action_or_reset(xe->drm.dev, coredump_fini, dump);
}
