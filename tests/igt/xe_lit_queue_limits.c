// SPDX-License-Identifier: MIT
/*
 * Many queues, and queues whose owner is suddenly gone while they are busy. Others do not
 * notice. With 3 GiB of VRAM (VGPU_ARGS="--vram 4096") also as many queues as the firmware
 * has numbers for, 65535 on a GT.
 *
 * XE_LIT_QUEUES: how many are many (default 4096)
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xf86drm.h>

#include "xe_lit.h"

IGT_TEST_DESCRIPTION("Numbers of queues, and the end of their owner");

#define MANY 4096
#define ALL_IDS 65535
#define VRAM_FOR_ALL (3ull << 30) /* 36 KiB each */
#define STRIDE 64
#define CROWD 4

/* A batch that many queues run, one after the other */
static void run_on(struct lit *l, uint32_t queue)
{
	struct drm_xe_sync out = lit_sync(l->fd, DRM_XE_SYNC_FLAG_SIGNAL);
	struct drm_xe_exec exec = {
		.exec_queue_id = queue, .num_batch_buffer = 1, .address = l->buf.addr,
		.syncs = to_user_pointer(&out), .num_syncs = 1,
	};

	xe_exec(l->fd, &exec);
	lit_wait(l->fd, out.handle);
	syncobj_destroy(l->fd, out.handle);
}

static struct lit open_counter(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct lit l = lit_open(fd, hwe, system_memory(fd));

	lit_increment(&l, lit_addr(&l, 0));
	lit_out(&l, CS_BATCH_END);
	return l;
}

/* Some of @n queues, and the first and last, run a job */
static void check_some(struct lit *l, const uint32_t *queues, unsigned int n)
{
	uint32_t count = *lit_data(l, 0);

	for (unsigned int i = 0; i < n; i += STRIDE, count++)
		run_on(l, queues[i]);
	run_on(l, queues[n - 1]);
	igt_assert_eq_u32(*lit_data(l, 0), count + 1);
}

static void create(struct lit *l, struct drm_xe_engine_class_instance *hwe, uint32_t *queues,
		   unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		queues[i] = xe_exec_queue_create(l->fd, l->vm, hwe, 0);
}

static void destroy(int fd, const uint32_t *queues, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		xe_exec_queue_destroy(fd, queues[i]);
}

/* All at once, and some more when they are gone. */
static void many(int fd, struct drm_xe_engine_class_instance *hwe)
{
	const char *wanted = getenv("XE_LIT_QUEUES");
	unsigned int most = wanted ? atoi(wanted) : MANY;
	struct lit l = open_counter(fd, hwe);
	uint32_t *queues = calloc(most, sizeof(*queues));

	igt_assert(queues && most);
	for (unsigned int n = most; n >= most / 4 && n; n /= 4) {
		create(&l, hwe, queues, n);
		check_some(&l, queues, n);
		destroy(fd, queues, n);
	}
	free(queues);
	lit_close(&l);
}

static int try_create(struct lit *l, struct drm_xe_engine_class_instance *hwe, uint32_t *queue)
{
	return __xe_exec_queue_create(l->fd, l->vm, 1, 1, hwe, 0, queue);
}

/* One too many is refused, those that are there go on, and one that goes makes room for one. */
static void all_ids(int fd, struct drm_xe_engine_class_instance *hwe)
{
	uint32_t *queues = calloc(ALL_IDS, sizeof(*queues)), more;
	struct lit l = open_counter(fd, hwe);
	unsigned int n = 0;
	int err = 0;

	igt_assert(queues);
	while (n < ALL_IDS && !(err = try_create(&l, hwe, &queues[n])))
		n++;
	igt_assert_eq(err, -ENOSPC);
	igt_assert_lt(ALL_IDS - 64, n); /* the kernel has some */
	check_some(&l, queues, n);
	xe_exec_queue_destroy(fd, queues[n / 2]);
	igt_assert_eq(try_create(&l, hwe, &queues[n / 2]), 0);
	igt_assert_eq(try_create(&l, hwe, &more), -ENOSPC);
	check_some(&l, queues, n);
	destroy(fd, queues, n);
	free(queues);
	lit_close(&l);
}

static bool room_for_all(int fd)
{
	return xe_has_vram(fd) && xe_mem_region(fd, vram_if_possible(fd, 0))->total_size >= VRAM_FOR_ALL;
}

/* Every other one goes; those between stay as they are, and what is new fills the gaps. */
static void gaps(int fd, struct drm_xe_engine_class_instance *hwe)
{
	enum { N = 128 };
	struct lit l = open_counter(fd, hwe);
	uint32_t queues[N];

	create(&l, hwe, queues, N);
	for (unsigned int i = 0; i < N; i++)
		run_on(&l, queues[i]);
	for (unsigned int i = 0; i < N; i += 2) {
		xe_exec_queue_destroy(fd, queues[i]);
		queues[i] = xe_exec_queue_create(fd, l.vm, hwe, 0);
	}
	for (unsigned int i = 0; i < N; i++)
		run_on(&l, queues[i]);
	igt_assert_eq_u32(*lit_data(&l, 0), 2 * N);
	destroy(fd, queues, N);
	lit_close(&l);
}

/* ---- the owner goes ---- */

/* A batch that does not end, of a client of its own; it runs on return */
static struct lit spinner(struct drm_xe_engine_class_instance *hwe, struct drm_xe_sync *out)
{
	int fd = drm_open_driver(DRIVER_XE);
	struct lit l = lit_open(fd, hwe, system_memory(fd));

	*out = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	lit_store(&l, lit_addr(&l, 64), LIT_WORKS);
	lit_spin(&l, 0);
	igt_assert_eq(lit_submit(&l, 0, out, 1), 0);
	lit_wait_data(&l, 64, LIT_WORKS);
	return l;
}

static void spin_until_killed(struct drm_xe_engine_class_instance *hwe, int started)
{
	struct drm_xe_sync out;

	spinner(hwe, &out);
	if (write(started, "", 1) == 1)
		for (;;)
			pause();
	_exit(1);
}

/* Several processes keep an engine busy when they are killed: it is there for others. */
static void killed(int fd, struct drm_xe_engine_class_instance *hwe)
{
	pid_t pids[CROWD];
	int pipes[2], status;
	char c;

	igt_assert_eq(pipe(pipes), 0);
	for (unsigned int i = 0; i < CROWD; i++) {
		pids[i] = fork();
		igt_assert(pids[i] >= 0);
		if (!pids[i])
			spin_until_killed(hwe, pipes[1]);
	}
	close(pipes[1]);
	for (unsigned int i = 0; i < CROWD; i++)
		igt_assert_eq(read(pipes[0], &c, 1), 1);
	for (unsigned int i = 0; i < CROWD; i++) {
		igt_assert_eq(kill(pids[i], SIGKILL), 0);
		igt_assert_eq(waitpid(pids[i], &status, 0), pids[i]);
		igt_assert(WIFSIGNALED(status));
		lit_check_works(fd, hwe);
	}
	close(pipes[0]);
}

/* The device is closed under a job that does not end; who waits for its fence goes on. */
static void closed(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct drm_xe_sync out, mine = lit_sync(fd, 0);
	struct lit l = spinner(hwe, &out);
	int file = -1;

	igt_assert_eq(drmSyncobjExportSyncFile(l.fd, out.handle, &file), 0);
	igt_assert_eq(drmSyncobjImportSyncFile(fd, mine.handle, file), 0);
	igt_assert(!lit_signaled(fd, mine.handle, 0));
	munmap(l.buf.map, l.buf.size); /* which keeps the device open */
	drm_close_driver(l.fd);
	lit_wait(fd, mine.handle);
	close(file);
	syncobj_destroy(fd, mine.handle);
	lit_check_works(fd, hwe);
}

/* A job that waits for one whose owner is gone runs, or is at least told. */
static void waited_for(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct drm_xe_sync out, sync[2] = { lit_sync(fd, 0), lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL) };
	struct lit dead = spinner(hwe, &out), l = lit_open(fd, hwe, system_memory(fd));
	int file = -1;

	igt_assert_eq(drmSyncobjExportSyncFile(dead.fd, out.handle, &file), 0);
	igt_assert_eq(drmSyncobjImportSyncFile(fd, sync[0].handle, file), 0);
	close(file);
	lit_store(&l, lit_addr(&l, 0), LIT_WORKS);
	igt_assert_eq(lit_submit(&l, 0, sync, 2), 0);
	igt_assert(!lit_signaled(fd, sync[1].handle, 0.1));
	munmap(dead.buf.map, dead.buf.size);
	drm_close_driver(dead.fd);
	lit_wait(fd, sync[1].handle);
	igt_assert(!lit_banned(fd, l.queue));
	l.n = 0;
	lit_store(&l, lit_addr(&l, 4), LIT_WORKS + 1);
	lit_run(&l);
	igt_assert_eq_u32(*lit_data(&l, 4), LIT_WORKS + 1);
	for (unsigned int i = 0; i < 2; i++)
		syncobj_destroy(fd, sync[i].handle);
	lit_close(&l);
}

/* On the first engine of each class of a GT */
static const struct {
	const char *name;
	void (*run)(int fd, struct drm_xe_engine_class_instance *hwe);
} ends[] = {
	{ "killed", killed },
	{ "closed", closed },
	{ "waited-for", waited_for },
};

igt_main
{
	struct drm_xe_engine_class_instance *hwe;
	int fd;

	igt_fixture
		fd = drm_open_driver(DRIVER_XE);

	igt_subtest("many")
		many(fd, lit_engine(fd, 0, DRM_XE_ENGINE_CLASS_COPY));
	igt_subtest("all-ids") {
		igt_require_f(room_for_all(fd), "less than 3 GiB of VRAM\n");
		all_ids(fd, lit_engine(fd, 0, DRM_XE_ENGINE_CLASS_COPY));
	}
	igt_subtest("gaps")
		gaps(fd, lit_engine(fd, 0, DRM_XE_ENGINE_CLASS_COPY));
	for (unsigned int i = 0; i < ARRAY_SIZE(ends); i++)
		igt_subtest_with_dynamic(ends[i].name)
			lit_each_class(fd, hwe, ends[i].run(fd, hwe));

	igt_fixture
		drm_close_driver(fd);
}
