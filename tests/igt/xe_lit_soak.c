// SPDX-License-Identifier: MIT
/*
 * Clients that come and go. Each works at random on buffers in VRAM, in system memory and
 * on memory of its own (userptr): binds, unbinds, copies, stores, CPU writes, new pages
 * under a userptr, fork. It knows what every byte must be and looks again and again. Some
 * end well, some without closing anything, some are killed. Meanwhile others take so much
 * VRAM that the buffers are driven out. In the end all memory is back.
 *
 * XE_LIT_SOAK_SECONDS: how long (default 15)
 */
#include <signal.h>
#include <sys/wait.h>

#include "lit_memory.h"
#include "lit_pressure.h"
#include "xe_lit.h"

IGT_TEST_DESCRIPTION("Mixed work of clients that come, go and are killed");

#define FAST_COPY 0x50800008u /* XY_FAST_COPY_BLT, linear */
#define FAST_COPY_32BPP (3u << 24)
#define PITCH 4096u

#define CLIENTS 3
#define SLOTS 12
#define UNIT SZ_64K
#define MAX_UNITS 16
#define PLACES 64 /* addresses a slot may be bound at */
#define PLACE(n) (0x100000000ull + (n) * (uint64_t)SZ_2M)

#define MEMORY_BACK_SECONDS 20
#define MEMORY_SLACK (8.0 * SZ_1M) /* of the kernel's own caches: below 1 MiB was seen */

/* ---- chance, so that a seed tells the whole life of a client ---- */
static uint32_t chance(uint64_t *seed, uint32_t n)
{
	*seed = *seed * 6364136223846793005ull + 1442695040888963407ull;
	return (*seed >> 33) % n;
}

/* ---- a client and its buffers ---- */
struct slot {
	uint32_t bo; /* 0: userptr */
	int place;
	size_t size; /* 0: empty */
	uint8_t *map, *want;
};

struct client {
	int fd;
	uint64_t seed;
	struct lit l;
	struct drm_xe_sync sync;
	struct slot slots[SLOTS];
	bool taken[PLACES];
};

static void bind(struct client *c, struct slot *s)
{
	do {
		s->place = chance(&c->seed, PLACES);
	} while (c->taken[s->place]);
	c->taken[s->place] = true;
	igt_assert_eq(__xe_vm_bind(c->fd, c->l.vm, 0, s->bo, s->bo ? 0 : to_user_pointer(s->map),
				   PLACE(s->place), s->size,
				   s->bo ? DRM_XE_VM_BIND_OP_MAP : DRM_XE_VM_BIND_OP_MAP_USERPTR, 0,
				   &c->sync, 1, 0, DEFAULT_PAT_INDEX, 0),
		      0);
	lit_wait(c->fd, c->sync.handle);
	syncobj_reset(c->fd, &c->sync.handle, 1);
}

static void unbind(struct client *c, struct slot *s)
{
	xe_vm_unbind_sync(c->fd, c->l.vm, 0, PLACE(s->place), s->size);
	c->taken[s->place] = false;
}

static void check(struct client *c, struct slot *s)
{
	lit_assert_same(s->map, s->want, s->size);
}

static void empty(struct client *c, struct slot *s)
{
	check(c, s);
	unbind(c, s);
	igt_assert_eq(munmap(s->map, s->size), 0);
	if (s->bo)
		gem_close(c->fd, s->bo);
	free(s->want);
	s->size = 0;
}

static void *pages(void *at, size_t size)
{
	void *p = mmap(at, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | (at ? MAP_FIXED : 0), -1, 0);

	igt_assert(p != MAP_FAILED);
	return p;
}

static void fill(struct client *c, struct slot *s)
{
	lit_fill(s->want, s->size, c->seed);
	memcpy(s->map, s->want, s->size);
}

static void occupy(struct client *c, struct slot *s)
{
	uint64_t regions[] = { system_memory(c->fd), vram_if_possible(c->fd, 0),
			       vram_if_possible(c->fd, xe_number_gt(c->fd) - 1), 0 };
	uint64_t region = regions[chance(&c->seed, ARRAY_SIZE(regions))];

	s->size = UNIT * (1 + chance(&c->seed, MAX_UNITS));
	s->bo = region ? xe_bo_create(c->fd, chance(&c->seed, 2) ? c->l.vm : 0, s->size, region, 0) : 0;
	s->map = s->bo ? xe_bo_map(c->fd, s->bo, s->size) : pages(NULL, s->size);
	s->want = malloc(s->size);
	igt_assert(s->want);
	fill(c, s);
	bind(c, s);
}

/* ---- what a client does ---- */
static void do_replace(struct client *c, struct slot *s)
{
	empty(c, s);
	occupy(c, s);
}

static void do_move(struct client *c, struct slot *s)
{
	unbind(c, s);
	bind(c, s);
}

static void do_copy(struct client *c, struct slot *to)
{
	struct slot *from = &c->slots[chance(&c->seed, SLOTS)];
	size_t size = min(to->size, from->size);

	if (from == to)
		return;
	lit_out(&c->l, FAST_COPY);
	lit_out(&c->l, FAST_COPY_32BPP | PITCH);
	lit_out(&c->l, 0);
	lit_out(&c->l, size / PITCH << 16 | PITCH / 4);
	lit_out_addr(&c->l, PLACE(to->place));
	lit_out(&c->l, 0);
	lit_out(&c->l, PITCH);
	lit_out_addr(&c->l, PLACE(from->place));
	lit_run(&c->l);
	memcpy(to->want, from->want, size);
}

static void do_store(struct client *c, struct slot *s)
{
	for (unsigned int n = 0; n < 16; n++) {
		uint32_t at = chance(&c->seed, s->size / 4) * 4, value = c->seed;

		lit_store(&c->l, PLACE(s->place) + at, value);
		memcpy(s->want + at, &value, 4);
	}
	lit_run(&c->l);
}

static void do_write(struct client *c, struct slot *s)
{
	uint32_t page = chance(&c->seed, s->size / SZ_4K);

	memset(s->map + page * SZ_4K, page, SZ_4K);
	memset(s->want + page * SZ_4K, page, SZ_4K);
}

/* The same address, other pages: what the GPU had pinned is not the process's any more. */
static void do_new_pages(struct client *c, struct slot *s)
{
	if (s->bo)
		return;
	pages(s->map, s->size);
	fill(c, s);
}

static void do_fork(struct client *c, struct slot *s)
{
	pid_t pid = fork();
	int status;

	igt_assert(pid >= 0);
	if (!pid) {
		s->map[0]++;
		_exit(0);
	}
	if (s->bo) /* shared: wait for the child's write */
		s->want[0]++;
	igt_assert_eq(waitpid(pid, &status, 0), pid);
	igt_assert_eq(status, 0);
}

static void (* const deeds[])(struct client *c, struct slot *s) = {
	do_replace, do_move, do_copy, do_copy, do_copy, do_store, do_store, do_write, do_new_pages, do_fork,
	check,
};

/* ---- how a client lives and ends ---- */
enum ending { CLOSES, LEAVES, LEAVES_AT_WORK, IS_KILLED, ENDINGS };

static void live(int parent_fd, uint64_t seed, enum ending ending, unsigned int ms)
{
	struct client c = { .fd = drm_reopen_driver(parent_fd), .seed = seed };
	int64_t end = lit_deadline(ms / 1e3);

	c.l = lit_open(c.fd, lit_engine(c.fd, 0, DRM_XE_ENGINE_CLASS_COPY), system_memory(c.fd));
	c.sync = lit_sync(c.fd, DRM_XE_SYNC_FLAG_SIGNAL);
	for (unsigned int i = 0; i < SLOTS; i++)
		occupy(&c, &c.slots[i]);
	while (ending == IS_KILLED || lit_deadline(0) < end)
		deeds[chance(&c.seed, ARRAY_SIZE(deeds))](&c, &c.slots[chance(&c.seed, SLOTS)]);

	for (unsigned int i = 0; i < SLOTS; i++)
		check(&c, &c.slots[i]);
	if (ending == LEAVES_AT_WORK) {
		lit_store(&c.l, PLACE(c.slots[0].place), 1);
		igt_assert_eq(lit_submit(&c.l, 0, NULL, 0), 0);
	}
	if (ending != CLOSES)
		_exit(0);
	for (unsigned int i = 0; i < SLOTS; i++)
		empty(&c, &c.slots[i]);
	syncobj_destroy(c.fd, c.sync.handle);
	lit_close(&c.l);
	drm_close_driver(c.fd);
	_exit(0);
}

/* One client after the other */
static void generations(int fd, uint64_t seed, int64_t end)
{
	for (unsigned int n = 0; lit_deadline(0) < end; n++) {
		enum ending ending = n % ENDINGS;
		unsigned int ms = 300 + chance(&seed, 1500);
		pid_t pid = fork();
		int status;

		igt_assert(pid >= 0);
		if (!pid)
			live(fd, seed + n, ending, ms);
		if (ending == IS_KILLED) {
			lit_sleep_ms(ms);
			kill(pid, SIGKILL);
		}
		igt_assert_eq(waitpid(pid, &status, 0), pid);
		igt_assert_f(ending == IS_KILLED ? WIFSIGNALED(status) : !status,
			     "client %u with seed %#" PRIx64 " ended with %#x\n", n, seed + n, status);
	}
}

static void pressure(int parent_fd, uint64_t seed, int64_t end)
{
	int fd = drm_reopen_driver(parent_fd);

	while (lit_deadline(0) < end) {
		lit_take_vram(fd, vram_if_possible(fd, chance(&seed, 2) ? xe_number_gt(fd) - 1 : 0));
		lit_sleep_ms(200);
	}
	drm_close_driver(fd);
}

static void wait_until_back(int fd, double ram, double vram)
{
	int64_t end = lit_deadline(MEMORY_BACK_SECONDS);

	while ((lit_vram_in_use(fd) > vram || lit_memory_in_use() > ram + MEMORY_SLACK) &&
	       lit_deadline(0) < end)
		lit_sleep_ms(200);
	igt_info("kept: %.0f KiB of memory, %.0f KiB of VRAM\n", (lit_memory_in_use() - ram) / 1024,
		 (lit_vram_in_use(fd) - vram) / 1024);
	igt_assert_f(lit_vram_in_use(fd) <= vram, "%.0f bytes of VRAM are not given back\n",
		     lit_vram_in_use(fd) - vram);
	igt_assert_f(lit_memory_in_use() <= ram + MEMORY_SLACK, "%.0f bytes are not given back\n",
		     lit_memory_in_use() - ram);
}

static void soak(int fd, double seconds)
{
	int64_t end = lit_deadline(seconds);
	double ram, vram;

	lit_check_all_work(fd); /* what is made once is there */
	ram = lit_memory_in_use();
	vram = lit_vram_in_use(fd);
	igt_fork(child, CLIENTS + 1) {
		if (child < CLIENTS)
			generations(fd, child * 1000003ull + 1, end);
		else if (xe_has_vram(fd))
			pressure(fd, 99, end);
	}
	igt_waitchildren();
	lit_check_all_work(fd);
	wait_until_back(fd, ram, vram);
}

igt_main
{
	const char *seconds = getenv("XE_LIT_SOAK_SECONDS");
	int fd = -1;

	igt_fixture {
		fd = drm_open_driver(DRIVER_XE);
		igt_require(lit_engine(fd, 0, DRM_XE_ENGINE_CLASS_COPY));
	}

	/* Everything mixed, for as long as the environment says */
	igt_subtest("mixed")
		soak(fd, seconds ? atof(seconds) : 15);

	igt_fixture
		drm_close_driver(fd);
}
