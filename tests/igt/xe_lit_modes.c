// SPDX-License-Identifier: MIT
/*
 * Jobs with fences beside jobs that take page faults. Engines that share something run either
 * the ones or the others, and each has its turn. A job that waits for a fence would keep the
 * others from theirs for as long: it is only taken when it need not wait any more.
 */
#include <pthread.h>
#include <signal.h>
#include <sys/ioctl.h>

#include "lit_job.h"

IGT_TEST_DESCRIPTION("Jobs with fences and jobs that take page faults, on the same engines");

#define VALUE 0x30de0000u

/* struct faulting - a job that does not end, in an address space that takes page faults */
struct faulting {
	struct job j;
	uint32_t bo;
	volatile uint32_t *map;
};

static struct faulting faulting_start(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct faulting f = { .j = job_new(fd, JOB_FAULTS, hwe) };

	f.bo = xe_bo_create(fd, 0, SZ_64K, system_memory(fd), 0);
	f.map = xe_bo_map(fd, f.bo, SZ_64K);
	job_map(fd, f.j.vm, JOB_FAULTS, f.bo, JOB_ADDR, SZ_64K);
	job_start(&f.j);
	job_ticks(&f.j, f.map);
	return f;
}

static void faulting_end(struct faulting *f)
{
	job_ticks(&f->j, f->map);
	job_end(&f->j);
	igt_assert(!lit_banned(f->j.fd, f->j.queue));
	munmap((void *)f->map, SZ_64K);
	gem_close(f->j.fd, f->bo);
	job_free(&f->j);
}

/* ---- engines that share something ---- */

static int kind(const struct drm_xe_engine_class_instance *hwe)
{
	static const int kinds[] = {
		[DRM_XE_ENGINE_CLASS_RENDER] = 0, [DRM_XE_ENGINE_CLASS_COMPUTE] = 0,
		[DRM_XE_ENGINE_CLASS_COPY] = 1,
		[DRM_XE_ENGINE_CLASS_VIDEO_DECODE] = 2, [DRM_XE_ENGINE_CLASS_VIDEO_ENHANCE] = 2,
	};

	return kinds[hwe->engine_class];
}

static bool share(const struct drm_xe_engine_class_instance *a,
		  const struct drm_xe_engine_class_instance *b)
{
	return a->gt_id == b->gt_id && kind(a) == kind(b);
}

/* One that shares nothing with @hwe */
static struct drm_xe_engine_class_instance *stranger(int fd,
						     struct drm_xe_engine_class_instance *hwe)
{
	struct drm_xe_engine_class_instance *other;

	xe_for_each_engine(fd, other)
		if (!share(hwe, other))
			return other;
	igt_skip("all engines share something\n");
}

/* Another that shares something with @hwe, or itself */
static struct drm_xe_engine_class_instance *sibling(int fd,
						    struct drm_xe_engine_class_instance *hwe)
{
	struct drm_xe_engine_class_instance *other;

	xe_for_each_engine(fd, other)
		if (share(hwe, other) && memcmp(hwe, other, sizeof(*hwe)))
			return other;
	return hwe;
}

/* ---- a job that is submitted by a thread ---- */

/* struct waiter - @err is its result once it is @done */
struct waiter {
	struct lit l;
	struct drm_xe_sync syncs[2];
	struct drm_xe_exec exec;
	pthread_t thread;
	int err;
	volatile bool done;
};

static void *submit(void *data)
{
	struct waiter *w = data;

	w->err = ioctl(w->l.fd, DRM_IOCTL_XE_EXEC, &w->exec) ? -errno : 0;
	w->done = true;
	return NULL;
}

/* It stores VALUE when the fence of @in is there */
static void waiter_start(struct waiter *w, int fd, struct drm_xe_engine_class_instance *hwe,
			 const struct drm_xe_sync *in)
{
	*w = (struct waiter){ .l = lit_open(fd, hwe, system_memory(fd)) };
	w->syncs[0] = *in;
	w->syncs[0].flags = 0;
	w->syncs[1] = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	lit_store(&w->l, lit_addr(&w->l, 0), VALUE);
	lit_out(&w->l, CS_BATCH_END);
	w->exec = (struct drm_xe_exec){
		.exec_queue_id = w->l.queue, .num_batch_buffer = 1, .address = w->l.buf.addr,
		.syncs = to_user_pointer(w->syncs), .num_syncs = 2,
	};
	igt_assert_eq(pthread_create(&w->thread, NULL, submit, w), 0);
}

/* Its submission returned; returns what */
static int waiter_join(struct waiter *w)
{
	int64_t end = lit_deadline(LIT_SECONDS);

	while (!w->done && lit_deadline(0) < end)
		lit_sleep_ms(1);
	igt_assert_f(w->done, "a submission takes longer than %d s\n", LIT_SECONDS);
	igt_assert_eq(pthread_join(w->thread, NULL), 0);
	return w->err;
}

static void waiter_free(struct waiter *w)
{
	syncobj_destroy(w->l.fd, w->syncs[1].handle);
	lit_close(&w->l);
}

/* A batch that does not end, until *lit_data(l, 0) is 0 */
static struct lit spinner(int fd, struct drm_xe_engine_class_instance *hwe, struct drm_xe_sync *out)
{
	struct lit l = lit_open(fd, hwe, system_memory(fd));

	*out = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	lit_store(&l, lit_addr(&l, 64), VALUE);
	lit_spin(&l, 0);
	igt_assert_eq(lit_submit(&l, 0, out, 1), 0);
	lit_wait_data(&l, 64, VALUE);
	return l;
}

static void spinner_end(struct lit *l, struct drm_xe_sync *out)
{
	*lit_data(l, 0) = 0;
	lit_wait(l->fd, out->handle);
	syncobj_destroy(l->fd, out->handle);
	lit_close(l);
}

/* ---- tests ---- */

/* Jobs with fences on all engines of the GT have their turn, and so has the one that faults. */
static void beside(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct faulting f = faulting_start(fd, hwe);
	struct drm_xe_engine_class_instance *other;

	xe_for_each_engine(fd, other)
		if (other->gt_id == hwe->gt_id) {
			lit_check_works(fd, other);
			job_ticks(&f.j, f.map);
		}
	faulting_end(&f);
}

/*
 * A job that has to wait for a fence does so outside: the one that faults goes on meanwhile,
 * and so do binds of its own address space.
 */
static void waits(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct faulting f = faulting_start(fd, hwe);
	struct drm_xe_sync in;
	struct lit spin = spinner(fd, stranger(fd, hwe), &in);
	struct waiter w;

	waiter_start(&w, fd, sibling(fd, hwe), &in);
	for (unsigned int i = 0; i < 3; i++) {
		xe_vm_bind_sync(fd, w.l.vm, f.bo, 0, JOB_ADDR + i * SZ_64K, SZ_64K);
		job_ticks(&f.j, f.map);
	}
	igt_assert(!w.done);
	igt_assert_eq_u32(*lit_data(&w.l, 0), 0);
	spinner_end(&spin, &in);
	igt_assert_eq(waiter_join(&w), 0);
	lit_wait(fd, w.syncs[1].handle);
	igt_assert_eq_u32(*lit_data(&w.l, 0), VALUE);
	waiter_free(&w);
	faulting_end(&f);
}

/* With nobody there who faults, a job that has to wait for a fence is taken at once. */
static void taken_at_once(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct faulting f = faulting_start(fd, stranger(fd, hwe));
	struct drm_xe_sync in;
	struct lit spin = spinner(fd, hwe, &in);
	struct waiter w;

	waiter_start(&w, fd, sibling(fd, hwe), &in);
	igt_assert_eq(waiter_join(&w), 0);
	igt_assert(!lit_signaled(fd, w.syncs[1].handle, 0));
	igt_assert_eq_u32(*lit_data(&w.l, 0), 0);
	job_ticks(&f.j, f.map);
	spinner_end(&spin, &in);
	lit_wait(fd, w.syncs[1].handle);
	igt_assert_eq_u32(*lit_data(&w.l, 0), VALUE);
	waiter_free(&w);
	faulting_end(&f);
}

static void on_signal(int signal)
{
}

/* A signal ends the wait, and the job does not come. */
static void interrupted(int fd, struct drm_xe_engine_class_instance *hwe)
{
	const struct sigaction action = { .sa_handler = on_signal };
	int64_t end = lit_deadline(LIT_SECONDS);
	struct faulting f = faulting_start(fd, hwe);
	struct drm_xe_sync in;
	struct lit spin = spinner(fd, stranger(fd, hwe), &in);
	struct waiter w;

	igt_assert_eq(sigaction(SIGUSR1, &action, NULL), 0);
	waiter_start(&w, fd, sibling(fd, hwe), &in);
	job_ticks(&f.j, f.map);
	igt_assert(!w.done);
	/* More than once: the first may come before it waits */
	while (!w.done && lit_deadline(0) < end) {
		igt_assert_eq(pthread_kill(w.thread, SIGUSR1), 0);
		lit_sleep_ms(20);
	}
	igt_assert_eq(waiter_join(&w), -EINTR);
	spinner_end(&spin, &in);
	job_ticks(&f.j, f.map);
	igt_assert_eq_u32(*lit_data(&w.l, 0), 0);
	waiter_free(&w);
	lit_check_works(fd, hwe);
	faulting_end(&f);
}

/* struct stream - jobs with fences, one after the other, until @stop or an error */
struct stream {
	struct lit l;
	struct drm_xe_sync out;
	volatile unsigned int jobs;
	volatile bool stop, failed;
};

static void *run_stream(void *data)
{
	struct stream *s = data;
	struct drm_xe_exec exec = {
		.exec_queue_id = s->l.queue, .num_batch_buffer = 1, .address = s->l.buf.addr,
		.syncs = to_user_pointer(&s->out), .num_syncs = 1,
	};

	while (!s->stop && !s->failed) {
		s->failed = __xe_exec(s->l.fd, &exec) ||
			    !lit_signaled(s->l.fd, s->out.handle, LIT_SECONDS);
		s->jobs++;
	}
	return NULL;
}

/* Those with fences do not stop coming; both go on. */
static void turns(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct faulting f = faulting_start(fd, hwe);
	struct stream s = {
		.l = lit_open(fd, sibling(fd, hwe), system_memory(fd)),
		.out = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL),
	};
	pthread_t thread;

	lit_increment(&s.l, lit_addr(&s.l, 0));
	lit_out(&s.l, CS_BATCH_END);
	igt_assert_eq(pthread_create(&thread, NULL, run_stream, &s), 0);
	for (unsigned int i = 0; i < 5; i++) {
		int64_t end = lit_deadline(LIT_SECONDS);
		unsigned int before = s.jobs;

		while (s.jobs == before && lit_deadline(0) < end)
			lit_sleep_ms(1);
		igt_assert_f(s.jobs != before, "no job with a fence came through\n");
		job_ticks(&f.j, f.map);
	}
	s.stop = true;
	igt_assert_eq(pthread_join(thread, NULL), 0);
	igt_assert(!s.failed);
	igt_assert_eq_u32(*lit_data(&s.l, 0), s.jobs);
	syncobj_destroy(fd, s.out.handle);
	lit_close(&s.l);
	faulting_end(&f);
}

/* Each on an engine of each class */
static const struct {
	const char *name;
	void (*run)(int fd, struct drm_xe_engine_class_instance *hwe);
} tests[] = {
	{ "beside", beside },
	{ "waits", waits },
	{ "taken-at-once", taken_at_once },
	{ "interrupted", interrupted },
	{ "turns", turns },
};

igt_main
{
	struct drm_xe_engine_class_instance *hwe;
	int fd;

	igt_fixture
		fd = drm_open_driver(DRIVER_XE);

	for (unsigned int i = 0; i < ARRAY_SIZE(tests); i++)
		igt_subtest_with_dynamic(tests[i].name)
			lit_each_class(fd, hwe, tests[i].run(fd, hwe));

	igt_fixture
		drm_close_driver(fd);
}
