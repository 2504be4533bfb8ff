// SPDX-License-Identifier: MIT
/*
 * Devices that fail while work is going on: hangs, lost messages, a device that is gone or
 * is unbound. The virtual GPU plays them (its control port). tests/guest/failures runs one
 * subtest at a time, looks at the kernel log, and brings the device back.
 */
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>

#include "vgpu_control.h"
#include "xe_lit.h"

IGT_TEST_DESCRIPTION("A device that hangs, loses messages, vanishes or is unbound");

#define JOB_MS 500 /* time limit of jobs, so that this does not last */
#define END_SECONDS 40 /* nothing that fails takes longer to say so */
#define VALUE 0xfa110000u
#define BEGAN 8u /* byte of a spinner's data */
#define G2H_SCHED_DONE 0x1002
#define G2H_TLB_DONE 0x7001

/* ---- the machine ---- */
static int control = -1;
static char bdf[64];

static void vgpu(const char *fmt, ...)
{
	char line[128], answer[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	igt_assert_eq(vgpu_control_ask(control, line, answer, sizeof(answer)), 0);
	igt_assert_f(!strcmp(answer, "ok"), "%s: %s\n", line, answer);
}

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		err = -errno;
	close(fd);
	return err;
}

static void find_device(int fd)
{
	char link[128], target[256];
	struct stat st;
	ssize_t n;

	igt_assert_eq(fstat(fd, &st), 0);
	snprintf(link, sizeof(link), "/sys/dev/char/%u:%u/device", major(st.st_rdev),
		 minor(st.st_rdev));
	n = readlink(link, target, sizeof(target) - 1);
	igt_assert(n > 0);
	target[n] = 0;
	snprintf(bdf, sizeof(bdf), "%.60s", strrchr(target, '/') + 1);
}

/* Holds for queues that are made from now on. */
static void limit_jobs(void)
{
	char text[16], pattern[160];
	glob_t found;

	snprintf(pattern, sizeof(pattern), "/sys/bus/pci/devices/%s/tile*/gt*/engines/*/job_timeout_ms",
		 bdf);
	snprintf(text, sizeof(text), "%d", JOB_MS);
	igt_assert_eq(glob(pattern, 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++)
		igt_assert_eq(write_file(found.gl_pathv[i], text), 0);
	globfree(&found);
}

static void reset_gt(int gt)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/kernel/debug/dri/%s/gt%d/force_reset_sync", bdf, gt);
	igt_assert_eq(write_file(path, "1"), 0);
}

static int bind_driver(const char *file)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/bus/pci/drivers/xe/%s", file);
	return write_file(path, bdf);
}

/* ---- work ---- */
static bool same_engine(const struct drm_xe_engine_class_instance *a,
			const struct drm_xe_engine_class_instance *b)
{
	return a->gt_id == b->gt_id && a->engine_class == b->engine_class &&
	       a->engine_instance == b->engine_instance;
}

static void check_others_work(int fd, const struct drm_xe_engine_class_instance *but)
{
	struct drm_xe_engine_class_instance *hwe;

	xe_for_each_engine(fd, hwe)
		if (!same_engine(hwe, but))
			lit_check_works(fd, hwe);
}

/* An endless batch that is on its engine when we return */
struct spinner {
	struct lit l;
	struct drm_xe_sync out;
};

static struct spinner spinner_start(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct spinner s = {
		.l = lit_open(fd, hwe, system_memory(fd)),
		.out = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL),
	};
	int64_t end = lit_deadline(LIT_SECONDS);

	lit_store(&s.l, lit_addr(&s.l, BEGAN), VALUE);
	lit_spin(&s.l, 0);
	igt_assert_eq(lit_submit(&s.l, 0, &s.out, 1), 0);
	while (*lit_data(&s.l, BEGAN) != VALUE && lit_deadline(0) < end)
		lit_sleep_ms(1);
	igt_assert_eq_u32(*lit_data(&s.l, BEGAN), VALUE);
	return s;
}

/* Its fence comes, its queue is banned, and it was not its own end */
static void spinner_banned(struct spinner *s)
{
	struct drm_xe_exec again = {
		.exec_queue_id = s->l.queue, .num_batch_buffer = 1, .address = s->l.buf.addr,
	};
	int fd = s->l.fd;
	int64_t end = lit_deadline(LIT_SECONDS);

	igt_assert_f(lit_signaled(fd, s->out.handle, END_SECONDS), "the hang lasts\n");
	while (!lit_banned(fd, s->l.queue) && lit_deadline(0) < end)
		lit_sleep_ms(5);
	igt_assert(lit_banned(fd, s->l.queue));
	igt_assert_eq_u32(*lit_data(&s->l, 0), 1);
	igt_assert_eq(__xe_exec(fd, &again), -ECANCELED);
}

static void spinner_free(struct spinner *s)
{
	syncobj_destroy(s->l.fd, s->out.handle);
	lit_close(&s->l);
}

/* ---- hangs ---- */

/* An endless batch: the job's time limit. Its neighbours on the engine go on meanwhile. */
static void timeout(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct spinner s = spinner_start(fd, hwe);

	lit_check_works(fd, hwe);
	check_others_work(fd, hwe);
	spinner_banned(&s);
	lit_check_works(fd, hwe);
	spinner_free(&s);
}

static void stop_engine(struct drm_xe_engine_class_instance *hwe)
{
	vgpu("script gt%u hang %s%u", hwe->gt_id, xe_engine_class_short_string(hwe->engine_class),
	     hwe->engine_instance);
}

/* The engine itself stands still: only a reset helps. Nobody else wants it. */
static void hang_alone(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct spinner s = spinner_start(fd, hwe);

	stop_engine(hwe);
	check_others_work(fd, hwe);
	spinner_banned(&s);
	lit_check_works(fd, hwe);
	spinner_free(&s);
}

/* Somebody else wants it, and gets it. */
static void hang_wanted(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct spinner s = spinner_start(fd, hwe);

	stop_engine(hwe);
	lit_check_works(fd, hwe);
	spinner_banned(&s);
	spinner_free(&s);
}

/* ---- messages and interrupts ---- */

static void lost_interrupts(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct lit l = lit_open(fd, hwe, system_memory(fd));

	for (unsigned int i = 0; i < 3; i++) {
		vgpu("script lose irq");
		lit_store(&l, lit_addr(&l, 4 * i), VALUE + i);
		lit_run(&l);
		igt_assert_eq_u32(*lit_data(&l, 4 * i), VALUE + i);
	}
	vgpu("script clear");
	igt_assert(!lit_banned(fd, l.queue));
	lit_close(&l);
	lit_check_all_work(fd);
}

/*
 * What comes from the firmware cannot be read any more: the GT is reset. The queue whose
 * message it was may be taken for the culprit, one that was idle not.
 */
static void corrupt_channel(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct lit idle = lit_open(fd, hwe, system_memory(fd));
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	struct drm_xe_sync out = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);

	lit_store(&idle, lit_addr(&idle, 0), VALUE);
	lit_run(&idle);
	vgpu("script gt%u corrupt ct", hwe->gt_id);
	lit_store(&l, lit_addr(&l, 0), VALUE);
	igt_assert_eq(lit_submit(&l, 0, &out, 1), 0);
	lit_wait(fd, out.handle);
	lit_store(&idle, lit_addr(&idle, 4), VALUE);
	lit_run(&idle);
	igt_assert_eq_u32(*lit_data(&idle, 4), VALUE);
	syncobj_destroy(fd, out.handle);
	lit_close(&l);
	lit_close(&idle);
	lit_check_all_work(fd);
}

/* The firmware never says that it took a queue off: it is asked, then the GT is reset. */
static void lost_answer(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct lit l = lit_open(fd, hwe, system_memory(fd));

	lit_store(&l, lit_addr(&l, 0), VALUE);
	lit_run(&l);
	vgpu("script gt%u drop g2h %d", hwe->gt_id, G2H_SCHED_DONE);
	lit_close(&l);
	sleep(7);
	lit_check_all_work(fd);
}

/* Nor that a TLB was flushed: the unbind waits for a reset, then it is done. */
static void lost_tlb_answer(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct lit l = lit_open(fd, hwe, system_memory(fd));

	lit_store(&l, lit_addr(&l, 0), VALUE);
	lit_run(&l);
	vgpu("script gt%u drop g2h %d", hwe->gt_id, G2H_TLB_DONE);
	xe_vm_unbind_sync(fd, l.vm, 0, l.buf.addr, l.buf.size);
	xe_vm_bind_sync(fd, l.vm, l.buf.bo, 0, l.buf.addr, l.buf.size);
	lit_store(&l, lit_addr(&l, 4), VALUE);
	lit_run(&l);
	igt_assert_eq_u32(*lit_data(&l, 4), VALUE);
	vgpu("script clear");
	lit_close(&l);
	lit_check_all_work(fd);
}

/* ---- resets by debugfs ---- */

static void reset_idle(int fd)
{
	struct drm_xe_engine_class_instance *hwe;
	struct lit l[64];
	unsigned int n = 0;
	int gt;

	/* Queues with a past go on after it. */
	xe_for_each_engine(fd, hwe) {
		l[n] = lit_open(fd, hwe, vram_if_possible(fd, hwe->gt_id));
		lit_store(&l[n], lit_addr(&l[n], 0), VALUE);
		lit_run(&l[n++]);
	}
	xe_for_each_gt(fd, gt)
		reset_gt(gt);
	for (unsigned int i = 0; i < n; i++) {
		lit_store(&l[i], lit_addr(&l[i], 4), VALUE + i);
		lit_run(&l[i]);
		igt_assert_eq_u32(*lit_data(&l[i], 4), VALUE + i);
		igt_assert(!lit_banned(fd, l[i].queue));
		lit_close(&l[i]);
	}
	lit_check_all_work(fd);
}

/* What was on an engine of the GT is ended; what is idle there, and other GTs, go on. */
static void reset_busy(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct drm_xe_engine_class_instance *other = NULL, *e;
	struct lit idle = lit_open(fd, hwe, system_memory(fd)), far;
	struct drm_xe_sync out;
	struct spinner s;

	xe_for_each_engine(fd, e)
		if (e->gt_id != hwe->gt_id)
			other = e;
	lit_store(&idle, lit_addr(&idle, 0), VALUE);
	lit_run(&idle);
	s = spinner_start(fd, hwe);
	if (other) {
		far = lit_open(fd, other, system_memory(fd));
		out = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
		lit_spin(&far, 0);
		igt_assert_eq(lit_submit(&far, 0, &out, 1), 0);
	}
	reset_gt(hwe->gt_id);
	if (other) {
		*lit_data(&far, 0) = 0;
		lit_wait(fd, out.handle);
		igt_assert(!lit_banned(fd, far.queue));
		syncobj_destroy(fd, out.handle);
		lit_close(&far);
	}
	spinner_banned(&s);
	spinner_free(&s);
	lit_store(&idle, lit_addr(&idle, 4), VALUE);
	lit_run(&idle);
	igt_assert_eq_u32(*lit_data(&idle, 4), VALUE);
	igt_assert(!lit_banned(fd, idle.queue));
	lit_close(&idle);
	lit_check_all_work(fd);
}

/* ---- a device that goes ---- */

static sigjmp_buf bus_error;

static void on_bus_error(int sig)
{
	siglongjmp(bus_error, 1);
}

/* Reads something, or gets SIGBUS; both are fine, to hang or to crash is not. */
static void touch(volatile uint32_t *p)
{
	struct sigaction act = { .sa_handler = on_bus_error }, before;

	sigaction(SIGBUS, &act, &before);
	if (!sigsetjmp(bus_error, 1)) {
		*p = VALUE;
		igt_debug("read %#x\n", *p);
	}
	sigaction(SIGBUS, &before, NULL);
}

struct doomed {
	struct spinner s[64];
	unsigned int n;
	struct lit vram;
};

static void doomed_start(int fd, struct doomed *d)
{
	struct drm_xe_engine_class_instance *hwe;
	int gt;

	d->n = 0;
	xe_for_each_gt(fd, gt)
		for (unsigned int class = 0; class <= DRM_XE_ENGINE_CLASS_COMPUTE; class++) {
			hwe = lit_engine(fd, gt, class);
			if (hwe)
				d->s[d->n++] = spinner_start(fd, hwe);
		}
	hwe = &xe_engine(fd, 0)->instance;
	d->vram = lit_open(fd, hwe, vram_if_possible(fd, hwe->gt_id));
	lit_store(&d->vram, lit_addr(&d->vram, 0), VALUE);
	lit_run(&d->vram);
}

/* All fences come, calls say why not, mappings are harmless, closing is possible. */
static void doomed_check(int fd, struct doomed *d, int want)
{
	struct drm_xe_exec exec = {
		.exec_queue_id = d->vram.queue, .num_batch_buffer = 1, .address = d->vram.buf.addr,
	};
	int64_t end = lit_deadline(END_SECONDS);
	int err;

	while ((err = __xe_exec(fd, &exec)) != want && lit_deadline(0) < end)
		lit_sleep_ms(20);
	igt_assert_eq(err, want);
	touch(lit_data(&d->vram, 0));
	touch(lit_data(&d->s[0].l, 0));
	igt_assert_eq(close(fd), 0);
}

/* As DRM's own calls end with the device as well, fences are looked at through sync files. */
static void doomed_export(int fd, struct doomed *d, int *files)
{
	for (unsigned int i = 0; i < d->n; i++) {
		struct drm_syncobj_handle h = {
			.handle = d->s[i].out.handle, .fd = -1,
			.flags = DRM_SYNCOBJ_HANDLE_TO_FD_FLAGS_EXPORT_SYNC_FILE,
		};

		do_ioctl(fd, DRM_IOCTL_SYNCOBJ_HANDLE_TO_FD, &h);
		files[i] = h.fd;
	}
}

static void files_signal(int *files, unsigned int n)
{
	int64_t end = lit_deadline(END_SECONDS);

	for (unsigned int i = 0; i < n; i++) {
		struct pollfd p = { .fd = files[i], .events = POLLIN };
		int64_t left = (end - lit_deadline(0)) / 1000000;

		igt_assert_f(poll(&p, 1, max(left, (int64_t)0)) == 1, "fence %u of %u does not come\n",
			     i, n);
		close(files[i]);
	}
}

/* The device answers all ones from one moment to the next. It is given up, in finite time. */
static void unplug_busy(int fd)
{
	struct doomed d;
	int files[64];

	doomed_start(fd, &d);
	doomed_export(fd, &d, files);
	vgpu("script unplug");
	files_signal(files, d.n);
	doomed_check(fd, &d, -ECANCELED);
}

/* Nothing ran: the next one to use it notices. */
static void unplug_idle(int fd)
{
	struct drm_xe_engine_class_instance *hwe = &xe_engine(fd, 0)->instance;
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	struct doomed d = { .vram = l };
	struct drm_xe_sync out = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	int file;

	lit_store(&l, lit_addr(&l, 0), VALUE);
	lit_run(&l);
	vgpu("script unplug");
	lit_store(&l, lit_addr(&l, 4), VALUE);
	igt_assert_eq(lit_submit(&l, 0, &out, 1), 0);
	d.s[0].out = out;
	d.s[0].l = l;
	d.n = 1;
	doomed_export(fd, &d, &file);
	files_signal(&file, 1);
	doomed_check(fd, &d, -ECANCELED);
}

/* Unbound under a client whose batches run. */
static void unbind_busy(int fd, bool unplugged)
{
	struct doomed d;
	int files[64];

	doomed_start(fd, &d);
	doomed_export(fd, &d, files);
	if (unplugged)
		vgpu("script unplug");
	igt_assert_eq(bind_driver("unbind"), 0);
	files_signal(files, d.n);
	doomed_check(fd, &d, -ENODEV);
	if (unplugged)
		vgpu("script clear");
	igt_assert_eq(bind_driver("bind"), 0);
}

/* One engine of each class of each GT */
#define each_class(fd, call) do { \
	int gt_; \
	xe_for_each_gt(fd, gt_) \
		for (unsigned int c_ = 0; c_ <= DRM_XE_ENGINE_CLASS_COMPUTE; c_++) { \
			hwe = lit_engine(fd, gt_, c_); \
			if (hwe) \
				igt_dynamic_f(LIT_ENGINE_FMT, LIT_ENGINE(hwe)) \
					call; \
		} } while (0)

/* The first engine of each GT */
#define each_gt(fd, call) do { \
	int gt_; \
	xe_for_each_gt(fd, gt_) { \
		hwe = NULL; \
		for (unsigned int c_ = 0; !hwe && c_ <= DRM_XE_ENGINE_CLASS_COMPUTE; c_++) \
			hwe = lit_engine(fd, gt_, c_); \
		igt_dynamic_f("gt%d", gt_) \
			call; \
	} } while (0)

igt_main
{
	struct drm_xe_engine_class_instance *hwe;
	int fd;

	igt_fixture {
		fd = drm_open_driver(DRIVER_XE);
		control = vgpu_control_open(0);
		igt_require_f(control >= 0, "no control port: this is not the virtual GPU\n");
		find_device(fd);
		limit_jobs();
	}

	igt_subtest_with_dynamic("timeout")
		each_class(fd, timeout(fd, hwe));
	igt_subtest_with_dynamic("hang-alone")
		each_class(fd, hang_alone(fd, hwe));
	igt_subtest_with_dynamic("hang-wanted")
		each_class(fd, hang_wanted(fd, hwe));
	igt_subtest_with_dynamic("lost-interrupts")
		each_gt(fd, lost_interrupts(fd, hwe));
	igt_subtest_with_dynamic("corrupt-channel")
		each_gt(fd, corrupt_channel(fd, hwe));
	igt_subtest_with_dynamic("reset-busy")
		each_gt(fd, reset_busy(fd, hwe));
	igt_subtest("reset-idle")
		reset_idle(fd);
	igt_subtest("lost-answer")
		lost_answer(fd, &xe_engine(fd, 0)->instance);
	igt_subtest("lost-tlb-answer")
		lost_tlb_answer(fd, &xe_engine(fd, 0)->instance);
	/* These leave no device behind that could be used. */
	igt_subtest("unplug-busy")
		unplug_busy(fd);
	igt_subtest("unplug-idle")
		unplug_idle(fd);
	igt_subtest("unbind-busy")
		unbind_busy(fd, false);
	igt_subtest("unbind-unplugged")
		unbind_busy(fd, true);
}
