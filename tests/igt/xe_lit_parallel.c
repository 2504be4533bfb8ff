// SPDX-License-Identifier: MIT
/*
 * Queues with several placements, and jobs of several batches that run side by side on as
 * many engines. Parallel queues need two video decoders on a GT.
 */
#include "lit_trace.h"
#include "vgpu_control.h"

IGT_TEST_DESCRIPTION("Queues with several placements and parallel queues");

#define MAX_ENGINES 9
#define VALUE 0xba1a0000u
#define BATCH_DW 64 /* between the batches of a job */

/* struct gang - a queue of several engines, with all its batches in one buffer */
struct gang {
	struct lit l;
	unsigned int width;
};

static unsigned int engines_of(int fd, int gt, int class, struct drm_xe_engine_class_instance *eci)
{
	struct drm_xe_engine_class_instance *hwe;
	unsigned int n = 0;

	xe_for_each_engine(fd, hwe)
		if (hwe->gt_id == gt && hwe->engine_class == class && n < MAX_ENGINES)
			eci[n++] = *hwe;
	return n;
}

static struct gang gang_open(int fd, struct drm_xe_engine_class_instance *eci, unsigned int width,
			     unsigned int placements)
{
	struct gang g = { .l = { .fd = fd, .own_vm = true }, .width = width };

	g.l.vm = xe_vm_create(fd, 0, 0);
	g.l.buf = lit_buf_new(fd, g.l.vm, system_memory(fd), LIT_CS_ADDR, LIT_CS_SIZE);
	igt_assert_eq(__xe_exec_queue_create(fd, g.l.vm, width, placements, eci, 0, &g.l.queue), 0);
	return g;
}

/* Commands from here on are batch @i's */
static void gang_batch(struct gang *g, unsigned int i)
{
	igt_assert(g->l.n <= i * BATCH_DW);
	g->l.n = i * BATCH_DW;
}

static void gang_end(struct gang *g)
{
	lit_out(&g->l, CS_BATCH_END);
}

static int gang_submit(struct gang *g, struct drm_xe_sync *syncs, uint32_t count)
{
	uint64_t batches[MAX_ENGINES];
	struct drm_xe_exec exec = {
		.exec_queue_id = g->l.queue, .num_batch_buffer = g->width,
		.address = to_user_pointer(batches),
		.syncs = to_user_pointer(syncs), .num_syncs = count,
	};

	for (unsigned int i = 0; i < g->width; i++)
		batches[i] = g->l.buf.addr + i * BATCH_DW * 4;
	return __xe_exec(g->l.fd, &exec);
}

/* Each batch stores a value of its own, job after job: around the rings and the work queue. */
static void many_jobs(int fd, struct drm_xe_engine_class_instance *eci, unsigned int width)
{
	enum { JOBS = 150 };
	struct gang g = gang_open(fd, eci, width, 1);
	struct drm_xe_sync out = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);

	for (unsigned int i = 0; i < width; i++) {
		gang_batch(&g, i);
		lit_increment(&g.l, lit_addr(&g.l, 64 * i));
		gang_end(&g);
	}
	for (unsigned int k = 0; k < JOBS; k++)
		igt_assert_eq(gang_submit(&g, &out, k == JOBS - 1), 0);
	lit_wait(fd, out.handle);
	for (unsigned int i = 0; i < width; i++)
		igt_assert_eq_u32(*lit_data(&g.l, 64 * i), JOBS);
	syncobj_destroy(fd, out.handle);
	lit_close(&g.l);
}

/* Each batch tells that it runs and waits until all others do. */
static void together(int fd, struct drm_xe_engine_class_instance *eci, unsigned int width)
{
	struct gang g = gang_open(fd, eci, width, 1);
	struct drm_xe_sync out = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);

	for (unsigned int i = 0; i < width; i++) {
		gang_batch(&g, i);
		lit_store(&g.l, lit_addr(&g.l, 64 * i), VALUE);
		for (unsigned int k = 0; k < width; k++) {
			lit_out(&g.l, CS_SEMAPHORE_WAIT_GTE);
			lit_out(&g.l, VALUE);
			lit_out_addr(&g.l, lit_addr(&g.l, 64 * k));
			lit_out(&g.l, 0);
		}
		gang_end(&g);
	}
	igt_assert_eq(gang_submit(&g, &out, 1), 0);
	lit_wait(fd, out.handle);
	syncobj_destroy(fd, out.handle);
	lit_close(&g.l);
}

/* One batch of a job goes on after the others: neither fence may say that the job is done. */
static void done_when_all_are(int fd, struct drm_xe_engine_class_instance *eci, unsigned int width,
			      unsigned int slow)
{
	enum { FENCE = 1024 };
	struct gang g = gang_open(fd, eci, width, 1);
	struct drm_xe_sync out[2] = {
		lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL),
		{ .type = DRM_XE_SYNC_TYPE_USER_FENCE, .flags = DRM_XE_SYNC_FLAG_SIGNAL,
		  .addr = lit_addr(&g.l, FENCE), .timeline_value = VALUE },
	};

	for (unsigned int i = 0; i < width; i++) {
		gang_batch(&g, i);
		lit_store(&g.l, lit_addr(&g.l, 64 * i), VALUE + i);
		if (i == slow)
			lit_spin(&g.l, 512);
		gang_end(&g);
	}
	igt_assert_eq(gang_submit(&g, out, 2), 0);
	for (unsigned int i = 0; i < width; i++)
		lit_wait_data(&g.l, 64 * i, VALUE + i);
	igt_assert(!lit_signaled(fd, out[0].handle, 0.1));
	igt_assert_eq_u32(*lit_data(&g.l, FENCE), 0);
	*lit_data(&g.l, 512) = 0;
	lit_wait(fd, out[0].handle);
	igt_assert_eq_u32(*lit_data(&g.l, FENCE), VALUE);
	syncobj_destroy(fd, out[0].handle);
	lit_close(&g.l);
}

enum end { END_BAD_ADDRESS, END_DESTROY };

/* A job that one of its batches does not let end is ended as a whole, and others go on. */
static void sudden_end(int fd, struct drm_xe_engine_class_instance *eci, unsigned int width,
		       enum end how)
{
	struct gang g = gang_open(fd, eci, width, 1);
	struct drm_xe_sync out = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);

	for (unsigned int i = 0; i < width; i++) {
		gang_batch(&g, i);
		lit_store(&g.l, lit_addr(&g.l, 64 * i), VALUE);
		if (how == END_BAD_ADDRESS && i == width - 1)
			lit_store(&g.l, 0x66600000000ull, VALUE);
		else
			lit_spin(&g.l, 512);
		gang_end(&g);
	}
	igt_assert_eq(gang_submit(&g, &out, 1), 0);
	lit_wait_data(&g.l, 0, VALUE);
	if (how == END_DESTROY) {
		xe_exec_queue_destroy(fd, g.l.queue);
		lit_wait(fd, out.handle);
		g.l.queue = xe_exec_queue_create(fd, g.l.vm, eci, 0);
	} else {
		lit_wait(fd, out.handle);
		igt_assert(lit_banned(fd, g.l.queue));
		igt_assert_eq(gang_submit(&g, NULL, 0), -ECANCELED);
	}
	for (unsigned int i = 0; i < width; i++)
		lit_check_works(fd, &eci[i]);
	many_jobs(fd, eci, width);
	syncobj_destroy(fd, out.handle);
	lit_close(&g.l);
}

/* Single queues made before, between and after: none has a part of a parallel queue. */
static void among_others(int fd, struct drm_xe_engine_class_instance *eci, unsigned int width)
{
	enum { OTHERS = 2 * MAX_ENGINES };
	struct gang g;
	struct lit l[OTHERS];
	struct drm_xe_sync out = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);

	for (unsigned int i = 0; i < OTHERS / 2; i++)
		l[i] = lit_open(fd, eci, system_memory(fd));
	/* There is room for one here, but not for all that a parallel queue has */
	lit_close(&l[1]);
	g = gang_open(fd, eci, width, 1);
	l[1] = lit_open(fd, eci, system_memory(fd));
	for (unsigned int i = OTHERS / 2; i < OTHERS; i++)
		l[i] = lit_open(fd, eci, system_memory(fd));

	for (unsigned int i = 0; i < width; i++) {
		gang_batch(&g, i);
		lit_store(&g.l, lit_addr(&g.l, 64 * i), VALUE + i);
		lit_spin(&g.l, 2048 + 64 * i);
		gang_end(&g);
	}
	igt_assert_eq(gang_submit(&g, &out, 1), 0);
	for (unsigned int i = 0; i < width; i++)
		lit_wait_data(&g.l, 64 * i, VALUE + i);
	for (unsigned int i = 0; i < OTHERS; i++) {
		lit_store(&l[i], lit_addr(&l[i], 0), VALUE - i);
		lit_run(&l[i]);
		igt_assert_eq_u32(*lit_data(&l[i], 0), VALUE - i);
		lit_close(&l[i]);
	}
	igt_assert(!lit_signaled(fd, out.handle, 0));
	for (unsigned int i = 0; i < width; i++)
		*lit_data(&g.l, 2048 + 64 * i) = 0;
	lit_wait(fd, out.handle);
	igt_assert(!lit_banned(fd, g.l.queue));
	syncobj_destroy(fd, out.handle);
	lit_close(&g.l);
}

/* The firmware's number of a queue that is made; its other batches have those that follow. */
static unsigned int traced_id(unsigned int width)
{
	char line[512], what[32], *at;

	snprintf(what, sizeof(what), "width=%u", width);
	igt_assert(lit_traced("xe_exec_queue_create", what, line, sizeof(line)));
	at = strstr(line, "guc_id=");
	igt_assert_f(at, "%s\n", line);
	return strtoul(at + strlen("guc_id="), NULL, 10);
}

/* The firmware may name any batch of a job when something is wrong with it. */
static void named_by_last(int fd, struct drm_xe_engine_class_instance *eci, unsigned int width)
{
	static const char * const events[] = { "xe_exec_queue_create",
					       "xe_exec_queue_memory_cat_error", NULL };
	struct drm_xe_sync out = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	char line[64], answer[80];
	int control = vgpu_control_open(0);
	struct gang g;

	igt_require_f(control >= 0, "no virtual GPU\n");
	lit_trace_begin(events);
	g = gang_open(fd, eci, width, 1);
	snprintf(line, sizeof(line), "script gt%u cat %u", eci->gt_id, traced_id(width) + width - 1);
	for (unsigned int i = 0; i < width; i++) {
		gang_batch(&g, i);
		lit_store(&g.l, lit_addr(&g.l, 64 * i), VALUE);
		lit_spin(&g.l, 512);
		gang_end(&g);
	}
	igt_assert_eq(gang_submit(&g, &out, 1), 0);
	for (unsigned int i = 0; i < width; i++)
		lit_wait_data(&g.l, 64 * i, VALUE);
	igt_assert_eq(vgpu_control_ask(control, line, answer, sizeof(answer)), 0);
	igt_assert_f(!strcmp(answer, "ok"), "%s: %s\n", line, answer);
	lit_wait(fd, out.handle);
	lit_trace_wait("xe_exec_queue_memory_cat_error");
	lit_trace_end();
	igt_assert(lit_banned(fd, g.l.queue));
	many_jobs(fd, eci, width);
	close(control);
	syncobj_destroy(fd, out.handle);
	lit_close(&g.l);
}

/* As many endless batches as there are engines: each finds one. */
static void balanced(int fd, struct drm_xe_engine_class_instance *eci, unsigned int n)
{
	struct gang g[MAX_ENGINES];
	struct drm_xe_sync out[MAX_ENGINES];

	for (unsigned int i = 0; i < n; i++) {
		g[i] = gang_open(fd, eci, 1, n);
		out[i] = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
		lit_store(&g[i].l, lit_addr(&g[i].l, 64), VALUE + i);
		lit_spin(&g[i].l, 0);
		igt_assert_eq(lit_submit(&g[i].l, 0, &out[i], 1), 0);
	}
	for (unsigned int i = 0; i < n; i++)
		lit_wait_data(&g[i].l, 64, VALUE + i);
	for (unsigned int i = 0; i < n; i++) {
		igt_assert(!lit_signaled(fd, out[i].handle, 0));
		*lit_data(&g[i].l, 0) = 0;
		lit_wait(fd, out[i].handle);
		syncobj_destroy(fd, out[i].handle);
		lit_close(&g[i].l);
	}
}

static int try_create(int fd, uint32_t vm, uint16_t width, uint16_t placements,
		      struct drm_xe_engine_class_instance *eci)
{
	uint32_t queue = 0;
	int err = __xe_exec_queue_create(fd, vm, width, placements, eci, 0, &queue);

	if (!err)
		xe_exec_queue_destroy(fd, queue);
	return err;
}

/* What a description of placements may not be. @eci: at least two of a class */
static void bad_placements(int fd, struct drm_xe_engine_class_instance *eci, bool video)
{
	struct drm_xe_engine_class_instance back[2] = { eci[1], eci[0] }, same[2] = { *eci, *eci };
	struct drm_xe_engine_class_instance mixed[2] = { eci[0], eci[0] };
	uint32_t vm = xe_vm_create(fd, 0, 0);

	igt_assert_eq(try_create(fd, vm, 1, 2, eci), 0);
	igt_assert_eq(try_create(fd, vm, 1, 2, back), 0);
	igt_assert_eq(try_create(fd, vm, 2, 1, eci), video ? 0 : -EOPNOTSUPP);
	igt_assert_eq(try_create(fd, vm, 2, 1, back), -EINVAL);
	igt_assert_eq(try_create(fd, vm, 2, 1, same), -EINVAL);
	igt_assert_eq(try_create(fd, vm, 0, 1, eci), -EINVAL);
	igt_assert_eq(try_create(fd, vm, 1, 0, eci), -EINVAL);
	igt_assert_eq(try_create(fd, vm, 10, 10, eci), -EINVAL);
	mixed[1].engine_class = eci->engine_class == DRM_XE_ENGINE_CLASS_COPY ?
				DRM_XE_ENGINE_CLASS_COMPUTE : DRM_XE_ENGINE_CLASS_COPY;
	mixed[1].gt_id = 0;
	igt_assert_eq(try_create(fd, vm, 1, 2, mixed), -EINVAL);
	xe_vm_destroy(fd, vm);
}

/* The number of batches is the width, and where their addresses are can be read. */
static void bad_batches(int fd, struct drm_xe_engine_class_instance *eci, unsigned int width)
{
	struct gang g = gang_open(fd, eci, width, 1);
	struct drm_xe_exec exec = { .exec_queue_id = g.l.queue, .num_batch_buffer = 1 };

	igt_assert_eq(__xe_exec(fd, &exec), -EINVAL);
	exec.num_batch_buffer = width + 1;
	igt_assert_eq(__xe_exec(fd, &exec), -EINVAL);
	exec.num_batch_buffer = width;
	exec.address = 8;
	igt_assert_eq(__xe_exec(fd, &exec), -EFAULT);
	many_jobs(fd, eci, width);
	lit_close(&g.l);
}

/* Classes of GTs that have at least two engines of them */
#define each_class(fd, gt, class, eci, n) \
	for (gt = 0; gt < 4; gt++) \
		for (class = 0; class <= DRM_XE_ENGINE_CLASS_COMPUTE; class++) \
			if ((n = engines_of(fd, gt, class, eci)) >= 2)

static void first_is_slow(int fd, struct drm_xe_engine_class_instance *eci, unsigned int width)
{
	done_when_all_are(fd, eci, width, 0);
}

static void last_is_slow(int fd, struct drm_xe_engine_class_instance *eci, unsigned int width)
{
	done_when_all_are(fd, eci, width, width - 1);
}

static void bad_address(int fd, struct drm_xe_engine_class_instance *eci, unsigned int width)
{
	sudden_end(fd, eci, width, END_BAD_ADDRESS);
}

static void destroy(int fd, struct drm_xe_engine_class_instance *eci, unsigned int width)
{
	sudden_end(fd, eci, width, END_DESTROY);
}

/* Of parallel queues; @width: video decoders of a GT */
static const struct {
	const char *name;
	void (*run)(int fd, struct drm_xe_engine_class_instance *eci, unsigned int width);
} parallel[] = {
	{ "many-jobs", many_jobs },
	{ "together", together },
	{ "first-batch-is-slow", first_is_slow },
	{ "last-batch-is-slow", last_is_slow },
	{ "bad-address", bad_address },
	{ "destroy", destroy },
	{ "bad-batches", bad_batches },
	{ "among-others", among_others },
	{ "named-by-last", named_by_last },
};

igt_main
{
	struct drm_xe_engine_class_instance eci[MAX_ENGINES];
	bool several = false, video = false;
	int fd, gt, class;
	unsigned int n;

	igt_fixture {
		fd = drm_open_driver(DRIVER_XE);
		each_class(fd, gt, class, eci, n) {
			several = true;
			video |= class == DRM_XE_ENGINE_CLASS_VIDEO_DECODE;
		}
	}

	igt_subtest_with_dynamic("balanced") {
		igt_require_f(several, "no GT has two engines of a class\n");
		each_class(fd, gt, class, eci, n)
			igt_dynamic_f("gt%d-%s-x%u", gt, xe_engine_class_short_string(class), n)
				balanced(fd, eci, n);
	}
	igt_subtest_with_dynamic("bad-placements") {
		igt_require_f(several, "no GT has two engines of a class\n");
		each_class(fd, gt, class, eci, n)
			igt_dynamic_f("gt%d-%s", gt, xe_engine_class_short_string(class))
				bad_placements(fd, eci, class == DRM_XE_ENGINE_CLASS_VIDEO_DECODE);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(parallel); i++) {
		igt_subtest_with_dynamic(parallel[i].name) {
			igt_require_f(video, "no GT has two video decoders\n");
			each_class(fd, gt, class, eci, n)
				if (class == DRM_XE_ENGINE_CLASS_VIDEO_DECODE)
					igt_dynamic_f("gt%d-x%u", gt, n)
						parallel[i].run(fd, eci, n);
		}
	}

	igt_fixture
		drm_close_driver(fd);
}
