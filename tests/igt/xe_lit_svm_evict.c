// SPDX-License-Identifier: MIT
/*
 * VRAM that is full of shared memory has room for others: what processes left in it that
 * exit, or have exited, can be evicted like anything else.
 */
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>

#include "xe_lit_svm.h"

IGT_TEST_DESCRIPTION("Shared memory makes room in VRAM, whoever it belongs to");

#define SHARED (16 * SVM_SIZE) /* first in VRAM, so the first that must leave */
#define CHUNK SZ_64M
#define CHUNKS 256
#define SPARE (2ull * CHUNK) /* more than there is */
#define ROUNDS 4
#define MORE 12 /* chunks */

/* ---- buffers that take all of a tile's VRAM, and more ---- */
struct filler {
	uint32_t bo[CHUNKS];
	unsigned int n;
};

/* 0 or a negative errno */
static int filler_add(struct filler *f, int fd, uint64_t region)
{
	int err = __xe_bo_create(fd, 0, CHUNK, region, 0, NULL, &f->bo[f->n]);

	f->n += !err;
	return err;
}

static int filler_fill(struct filler *f, int fd, uint64_t region)
{
	uint64_t size = xe_mem_region(fd, region)->total_size + SPARE;
	int err = 0;

	igt_assert(size / CHUNK < CHUNKS);
	while (!err && f->n < size / CHUNK)
		err = filler_add(f, fd, region);
	return err;
}

static void filler_free(struct filler *f, int fd)
{
	while (f->n)
		gem_close(fd, f->bo[--f->n]);
}

/* ---- a process that has shared memory in VRAM ---- */
static char *resident(struct svm *s, size_t size, int seed)
{
	char *whole, *p = svm_memory(&whole, size);

	lit_fill(p, size, seed);
	igt_assert_eq(svm_prefetch(s, p, size, ffsll(vram_memory(s->fd, 0)) - 1), 0);
	igt_assert_eq(svm_in_vram(p, size), size / SZ_4K);
	return p;
}

struct heir {
	int go[2], done[2]; /* pipes: look at your memory; it is as it was, or not */
};

/* The only one left who has those pages: it must not touch them until it is told to */
static void inherit(struct heir *h, const char *p, size_t size, int seed)
{
	char *want = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), ok;

	close(h->go[1]);
	while (read(h->go[0], &ok, 1) > 0)
		;
	lit_fill(want, size, seed);
	ok = !memcmp(p, want, size);
	_exit(write(h->done[1], &ok, 1) != 1);
}

static bool heir_has_all(struct heir *h)
{
	struct pollfd p = { .fd = h->done[0], .events = POLLIN };
	char ok = 0;

	close(h->go[1]);
	close(h->done[1]);
	if (poll(&p, 1, LIT_SECONDS * 1000) != 1 || read(h->done[0], &ok, 1) != 1)
		ok = 0;
	close(h->go[0]);
	close(h->done[0]);
	return ok;
}

/*
 * A process brings memory to VRAM, forks and exits; its child keeps the memory and, with
 * @device_open, the file descriptor too. Another process takes all of VRAM.
 */
static void dead_parent(int fd, bool device_open)
{
	uint64_t region = vram_memory(fd, 0);
	struct filler f = { 0 };
	struct heir h;
	bool same;
	int err;

	igt_assert_eq(pipe(h.go) | pipe(h.done), 0);
	igt_fork(child, 1) {
		int own = drm_reopen_driver(fd);
		struct svm s;
		char *p;

		igt_assert_eq(svm_open(&s, own), 0);
		p = resident(&s, SHARED, 7);
		if (!fork()) {
			if (!device_open)
				close(own);
			inherit(&h, p, SHARED, 7);
		}
	}
	igt_waitchildren();
	err = filler_fill(&f, fd, region);
	igt_info("%u buffers of %u MiB: %s\n", f.n, CHUNK >> 20, strerror(-err));
	filler_free(&f, fd);
	same = heir_has_all(&h);
	igt_assert_eq(err, 0);
	igt_assert_f(same, "the data are lost\n");
}

/*
 * A process exits that has much memory in VRAM, in small pages so that it takes a while,
 * while another allocates there.
 */
static void exiting(int fd)
{
	uint64_t region = vram_memory(fd, 0);
	unsigned int most = xe_mem_region(fd, region)->total_size / CHUNK + MORE - 3;
	size_t size = 8 * SHARED;
	int64_t begin;
	int err = 0;

	for (unsigned int round = 0; !err && round < ROUNDS; round++) {
		struct filler f = { 0 };
		int ready[2], status;
		pid_t pid;
		char c;

		igt_assert_eq(pipe(ready), 0);
		pid = fork();
		if (!pid) {
			int own = drm_reopen_driver(fd);
			char *whole;
			struct svm s;

			if (svm_open(&s, own))
				_exit(1);
			whole = svm_memory(&whole, size);
			madvise(whole, size, MADV_NOHUGEPAGE);
			memset(whole, 1, size);
			if (svm_prefetch(&s, whole, size, ffsll(region) - 1) ||
			    write(ready[1], "", 1) != 1)
				_exit(1);
			pause();
		}
		close(ready[1]);
		igt_assert_eq(read(ready[0], &c, 1), 1);
		close(ready[0]);
		while (f.n < most - MORE && !err)
			err = filler_add(&f, fd, region);
		begin = lit_deadline(0);
		kill(pid, SIGKILL);
		/* No more than so many: what is evicted takes system memory */
		while (!err && f.n < most && !waitpid(pid, &status, WNOHANG))
			err = filler_add(&f, fd, region);
		waitpid(pid, &status, 0);
		igt_info("round %u: %u buffers, %s; it had exited after %d ms\n", round, f.n,
			 strerror(-err), (int)((lit_deadline(0) - begin) / 1000000));
		filler_free(&f, fd);
	}
	igt_assert_eq(err, 0);
}

igt_main
{
	struct svm s = { 0 };
	int fd = -1;

	igt_fixture {
		fd = drm_open_driver(DRIVER_XE);
		igt_require(xe_has_vram(fd));
		svm_require(&s, fd);
		svm_close(&s);
	}

	igt_subtest("dead-parent")
		dead_parent(fd, true);
	igt_subtest("dead-parent-closed-device")
		dead_parent(fd, false);
	igt_subtest("exiting")
		exiting(fd);

	igt_fixture
		drm_close_driver(fd);
}
