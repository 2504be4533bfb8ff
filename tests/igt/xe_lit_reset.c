// SPDX-License-Identifier: MIT
/*
 * What goes wrong stays with its queue: bad addresses, hangs, queues and processes that
 * end while they run. Others, on the same engine and on the rest, go on.
 */
#include <signal.h>
#include <sys/wait.h>

#include "xe_lit.h"

IGT_TEST_DESCRIPTION("Errors, hangs and sudden ends of queues, and what others see of them");

#define NOWHERE 0x66600000000ull
#define VALUE 0xdead0000u
#define JOB_SECONDS 60 /* bound of a job's own time limit */

enum how { BAD_WRITE, BAD_READ, BAD_BATCH };

static void emit_bad(struct lit *l, enum how how)
{
	switch (how) {
	case BAD_WRITE:
		lit_store(l, NOWHERE, VALUE);
		break;
	case BAD_READ:
		lit_copy_dw(l, lit_addr(l, 0), NOWHERE);
		break;
	case BAD_BATCH:
		lit_out(l, CS_BATCH_START);
		lit_out_addr(l, NOWHERE);
		break;
	}
}

/* One queue is banned; its neighbour in the same VM and on the same engine is not. */
static void bad_address(int fd, struct drm_xe_engine_class_instance *hwe, enum how how)
{
	struct lit good = lit_open(fd, hwe, system_memory(fd));
	struct lit bad = lit_open_at(fd, good.vm, hwe, system_memory(fd), LIT_CS_ADDR + SZ_2M);

	emit_bad(&bad, how);
	lit_store(&bad, lit_addr(&bad, 8), VALUE);
	lit_expect_ban(&bad);
	igt_assert_eq_u32(*lit_data(&bad, 8), 0);
	igt_assert(!lit_banned(fd, good.queue));
	lit_store(&good, lit_addr(&good, 0), VALUE);
	lit_run(&good);
	igt_assert_eq_u32(*lit_data(&good, 0), VALUE);
	lit_check_works(fd, hwe);
	lit_close(&bad);
	lit_close(&good);
}

/* An endless batch: the job's time limit ends it. Meanwhile others run. */
static void hang(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	struct drm_xe_sync out = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	int64_t end = lit_deadline(JOB_SECONDS);

	lit_spin(&l, 0);
	igt_assert_eq(lit_submit(&l, 0, &out, 1), 0);
	lit_check_works(fd, hwe);
	igt_assert(!lit_banned(fd, l.queue));
	igt_assert_f(lit_signaled(fd, out.handle, JOB_SECONDS), "the hang lasts\n");
	while (!lit_banned(fd, l.queue) && lit_deadline(0) < end)
		lit_sleep_ms(10);
	igt_assert(lit_banned(fd, l.queue));
	igt_assert_eq_u32(*lit_data(&l, 0), 1);
	lit_check_works(fd, hwe);
	syncobj_destroy(fd, out.handle);
	lit_close(&l);
}

/* A queue destroyed while its batch spins: its fence comes, its VM can go. */
static void destroy_running(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	struct drm_xe_sync out = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);

	lit_spin(&l, 0);
	igt_assert_eq(lit_submit(&l, 0, &out, 1), 0);
	igt_assert(!lit_signaled(fd, out.handle, 0.05));
	lit_close(&l);
	lit_wait(fd, out.handle);
	syncobj_destroy(fd, out.handle);
	lit_check_works(fd, hwe);
}

/* Execs wait behind a spinning one when the queue goes: none of them may run. */
static void destroy_queued(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	struct lit_buf b = lit_buf_new(fd, l.vm, system_memory(fd), NOWHERE, SZ_64K);
	struct drm_xe_sync out = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	volatile uint32_t *map = b.map;
	unsigned int first;

	lit_spin(&l, 0);
	igt_assert_eq(lit_submit(&l, 0, NULL, 0), 0);
	for (unsigned int i = 0; i < 16; i++) {
		first = l.n;
		lit_store(&l, NOWHERE + 4 * i, VALUE);
		igt_assert_eq(lit_submit(&l, first, &out, i == 15), 0);
	}
	xe_exec_queue_destroy(fd, l.queue);
	lit_wait(fd, out.handle);
	for (unsigned int i = 0; i < 16; i++)
		igt_assert_eq_u32(map[i], 0);
	lit_buf_free(fd, &b);
	lit_buf_free(fd, &l.buf);
	xe_vm_destroy(fd, l.vm);
	syncobj_destroy(fd, out.handle);
	lit_check_works(fd, hwe);
}

/* A process that is killed, or closes its file, while its queues spin on all engines. */
static void end_process(int fd, bool kill_it)
{
	int go[2], status;
	pid_t pid;
	char c;

	igt_assert_eq(pipe(go), 0);
	pid = fork();
	igt_assert(pid >= 0);
	if (!pid) {
		int mine = drm_open_driver(DRIVER_XE);

		for (unsigned int i = 0; i < xe_number_engines(mine); i++) {
			struct lit l =
				lit_open(mine, &xe_engine(mine, i)->instance, system_memory(mine));

			lit_spin(&l, 0);
			if (lit_submit(&l, 0, NULL, 0))
				_exit(1);
		}
		if (write(go[1], "g", 1) != 1)
			_exit(1);
		if (!kill_it)
			_exit(0);
		sleep(JOB_SECONDS);
		_exit(2);
	}
	close(go[1]);
	igt_assert_eq(read(go[0], &c, 1), 1);
	close(go[0]);
	if (kill_it)
		kill(pid, SIGKILL);
	igt_assert_eq(waitpid(pid, &status, 0), pid);
	if (kill_it)
		igt_assert(WIFSIGNALED(status));
	else
		igt_assert(WIFEXITED(status) && !WEXITSTATUS(status));
	lit_check_all_work(fd);
}

/* A user fence of a queue that is banned does not come; the wait says so. */
static void wait_on_banned(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	uint64_t *fence = (uint64_t *)lit_data(&l, 64);
	int64_t timeout = LIT_SECONDS * NSEC_PER_SEC;
	struct drm_xe_sync user = {
		.type = DRM_XE_SYNC_TYPE_USER_FENCE, .flags = DRM_XE_SYNC_FLAG_SIGNAL,
		.addr = lit_addr(&l, 64), .timeline_value = 1,
	};

	emit_bad(&l, BAD_WRITE);
	igt_assert_eq(lit_submit(&l, 0, &user, 1), 0);
	igt_assert_eq(__xe_wait_ufence(fd, fence, 1, l.queue, &timeout), -EIO);
	lit_close(&l);
}

#define each_engine(fd, hwe, call) do { \
	xe_for_each_engine(fd, hwe) \
		igt_dynamic_f(LIT_ENGINE_FMT, LIT_ENGINE(hwe)) \
			call; } while (0)

igt_main
{
	struct drm_xe_engine_class_instance *hwe;
	int fd;

	igt_fixture
		fd = drm_open_driver(DRIVER_XE);

	igt_subtest_with_dynamic("bad-write")
		each_engine(fd, hwe, bad_address(fd, hwe, BAD_WRITE));
	igt_subtest_with_dynamic("bad-read")
		each_engine(fd, hwe, bad_address(fd, hwe, BAD_READ));
	igt_subtest_with_dynamic("bad-batch")
		each_engine(fd, hwe, bad_address(fd, hwe, BAD_BATCH));
	igt_subtest_with_dynamic("wait-on-banned")
		each_engine(fd, hwe, wait_on_banned(fd, hwe));
	igt_subtest_with_dynamic("destroy-running")
		each_engine(fd, hwe, destroy_running(fd, hwe));
	igt_subtest_with_dynamic("destroy-queued")
		each_engine(fd, hwe, destroy_queued(fd, hwe));
	igt_subtest("process-exit")
		end_process(fd, false);
	igt_subtest("process-killed")
		end_process(fd, true);
	igt_subtest_with_dynamic("hang")
		for (unsigned int class = 0; class <= DRM_XE_ENGINE_CLASS_COMPUTE; class++) {
			int gt;

			xe_for_each_gt(fd, gt) {
				hwe = lit_engine(fd, gt, class);
				if (hwe)
					igt_dynamic_f(LIT_ENGINE_FMT, LIT_ENGINE(hwe))
						hang(fd, hwe);
			}
		}
	igt_subtest("all-engines-still-work")
		lit_check_all_work(fd);

	igt_fixture
		drm_close_driver(fd);
}
