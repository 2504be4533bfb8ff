// SPDX-License-Identifier: MIT
/*
 * Device coredump: what the file says of a job that failed, above all the memory that was
 * bound to be dumped, and when there is one.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

#include "xe_lit.h"

IGT_TEST_DESCRIPTION("Dumps of failed jobs, and of memory that was bound to be dumped");

#define NOWHERE 0x66600000000ull
#define ADDR 0x1a0000000ull
#define STEP 0x1000000ull
#define SIZE (4 * SZ_64K)
#define SEED 7

/* ---- the file ---- */

static void dump_path(int fd, char path[128])
{
	struct stat st;

	igt_assert_eq(fstat(fd, &st), 0);
	snprintf(path, 128, "/sys/dev/char/%u:%u/device/devcoredump/data", major(st.st_rdev),
		 minor(st.st_rdev));
}

static bool dump_exists(int fd)
{
	char path[128];

	dump_path(fd, path);
	return !access(path, F_OK);
}

static void wait_for_dump(int fd, bool want)
{
	int64_t end = lit_deadline(LIT_SECONDS);

	while (dump_exists(fd) != want && lit_deadline(0) < end)
		lit_sleep_ms(5);
	igt_assert_f(dump_exists(fd) == want, "a dump %s\n", want ? "is missing" : "is still there");
}

/** dump_delete() - the one that is there, if there is one */
static void dump_delete(int fd)
{
	char path[128];
	int file;

	dump_path(fd, path);
	file = open(path, O_WRONLY);
	if (file < 0)
		return;
	igt_assert_eq(write(file, "1", 1), 1);
	close(file);
	wait_for_dump(fd, false);
	/* The driver is told a moment after the file is gone; until then it takes no other. */
	lit_sleep_ms(100);
}

/** dump_read() - all of it, as a string to be freed */
static char *dump_read(int fd)
{
	size_t len = 0, room = SZ_1M;
	char *text = malloc(room), path[128];
	ssize_t n;
	int file;

	wait_for_dump(fd, true);
	dump_path(fd, path);
	file = open(path, O_RDONLY);
	igt_assert_f(file >= 0, "%s: %m\n", path);
	while ((n = read(file, text + len, room - len - 1)) > 0) {
		len += n;
		if (room - len < SZ_4K)
			text = realloc(text, room *= 2);
	}
	igt_assert_eq(n, 0);
	close(file);
	text[len] = 0;
	return text;
}

/** field() - what follows "\n[ADDR].NAME: ", or NULL */
static const char *field(const char *text, uint64_t addr, const char *name)
{
	char key[64];
	const char *at;

	snprintf(key, sizeof(key), "\n[%llx].%s: ", (unsigned long long)addr, name);
	at = strstr(text, key);
	return at ? at + strlen(key) : NULL;
}

/* Five characters a dword, the highest digit first, or a z for zero. */
static const char *decode_dword(const char *at, uint32_t *out)
{
	uint32_t v = 0;

	if (*at == 'z') {
		*out = 0;
		return at + 1;
	}
	for (unsigned int i = 0; i < 5; i++) {
		igt_assert_f(at[i] >= '!' && at[i] <= 'u', "character %#x\n", at[i]);
		v = v * 85 + (at[i] - '!');
	}
	*out = v;
	return at + 5;
}

static void expect_data(const char *text, uint64_t addr, const void *want, size_t size)
{
	const char *at = field(text, addr, "length");
	uint32_t *got = malloc(size);

	igt_assert_f(at, "%#llx is not listed\n", (unsigned long long)addr);
	igt_assert_eq_u64(strtoull(at, NULL, 0), size);
	at = field(text, addr, "data");
	igt_assert_f(at, "no data of %#llx; error %.8s\n", (unsigned long long)addr,
		     field(text, addr, "error") ?: "none");
	for (size_t i = 0; i < size / 4; i++)
		at = decode_dword(at, &got[i]);
	igt_assert_eq(*at, '\n');
	lit_assert_same(got, want, size);
	free(got);
}

static void expect_properties(const char *text, uint64_t addr, const char *want)
{
	const char *at = field(text, addr, "properties");

	igt_assert_f(at && !strncmp(at, want, strlen(want)), "%#llx has %.60s, not %s\n",
		     (unsigned long long)addr, at ?: "none", want);
}

/* ---- what is dumped ---- */

static void bind(int fd, uint32_t vm, uint32_t bo, uint64_t offset, uint64_t addr, uint64_t size,
		 uint32_t op, uint32_t flags)
{
	struct drm_xe_sync done = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);

	igt_assert_eq(__xe_vm_bind(fd, vm, 0, bo, offset, addr, size, op, flags, &done, 1, 0,
				   intel_get_pat_idx_wb(fd), 0), 0);
	lit_wait(fd, done.handle);
	syncobj_destroy(fd, done.handle);
}

static void bind_dumpable(int fd, struct lit_buf *b, uint32_t vm, uint64_t addr, uint32_t flags)
{
	bind(fd, vm, b->bo, 0, addr, b->size, DRM_XE_VM_BIND_OP_MAP,
	     DRM_XE_VM_BIND_FLAG_DUMPABLE | flags);
}

/* A batch that writes where nothing is. */
static void fail(struct lit *l)
{
	lit_store(l, NOWHERE, 1);
	lit_expect_ban(l);
}

static struct lit_buf filled(int fd, uint32_t vm, uint64_t region, uint64_t seed)
{
	struct lit_buf b = lit_buf_new(fd, vm, region, 0, SIZE);

	lit_fill(b.map, SIZE, seed);
	return b;
}

static void contents(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	uint64_t vram = vram_if_possible(fd, hwe->gt_id), places[2] = { system_memory(fd), vram };
	struct lit_buf b[3], hidden;
	char *text, want[64];
	void *user;

	for (unsigned int i = 0; i < 2; i++) {
		b[i] = filled(fd, l.vm, places[i], SEED + i);
		bind_dumpable(fd, &b[i], l.vm, ADDR + i * STEP, 0);
	}
	b[2] = filled(fd, 0, vram, SEED + 2);
	bind_dumpable(fd, &b[2], l.vm, ADDR + 2 * STEP, DRM_XE_VM_BIND_FLAG_READONLY);
	hidden = filled(fd, l.vm, places[0], SEED + 3);
	xe_vm_bind_sync(fd, l.vm, hidden.bo, 0, ADDR + 3 * STEP, SIZE);
	user = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	lit_fill(user, SIZE, SEED + 4);
	bind(fd, l.vm, 0, to_user_pointer(user), ADDR + 4 * STEP, SIZE,
	     DRM_XE_VM_BIND_OP_MAP_USERPTR, DRM_XE_VM_BIND_FLAG_DUMPABLE);
	bind(fd, l.vm, 0, 0, ADDR + 5 * STEP, SIZE, DRM_XE_VM_BIND_OP_MAP,
	     DRM_XE_VM_BIND_FLAG_DUMPABLE | DRM_XE_VM_BIND_FLAG_NULL);
	fail(&l);

	text = dump_read(fd);
	for (unsigned int i = 0; i < 3; i++)
		expect_data(text, ADDR + i * STEP, b[i].map, SIZE);
	expect_data(text, ADDR + 4 * STEP, user, SIZE);
	igt_assert(!field(text, ADDR + 3 * STEP, "length"));
	igt_assert(field(text, ADDR + 5 * STEP, "length"));
	igt_assert(!field(text, ADDR + 5 * STEP, "data"));

	expect_properties(text, ADDR, "read_write|bo|mem_region=0x1|");
	snprintf(want, sizeof(want), "read_write|bo|mem_region=0x%x|", (unsigned int)vram);
	expect_properties(text, ADDR + STEP, want);
	expect_properties(text, ADDR + 2 * STEP, "read_only|bo|");
	expect_properties(text, ADDR + 4 * STEP, "read_write|userptr|mem_region=0x1|");
	expect_properties(text, ADDR + 5 * STEP, "read_write|null_sparse|mem_region=0x0|");
	free(text);
	munmap(user, SIZE);
	for (unsigned int i = 0; i < 3; i++)
		lit_buf_free(fd, &b[i]);
	lit_buf_free(fd, &hidden);
	lit_close(&l);
	dump_delete(fd);
}

/* Pieces of a mapping that was split are dumped, each with its part; what was unmapped is not. */
static void split(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	struct lit_buf b = filled(fd, l.vm, vram_if_possible(fd, hwe->gt_id), SEED);
	char *text;

	bind_dumpable(fd, &b, l.vm, ADDR, 0);
	xe_vm_unbind_sync(fd, l.vm, 0, ADDR + SZ_64K, SZ_64K);
	fail(&l);
	text = dump_read(fd);
	expect_data(text, ADDR, b.map, SZ_64K);
	expect_data(text, ADDR + 2 * SZ_64K, (char *)b.map + 2 * SZ_64K, SIZE - 2 * SZ_64K);
	igt_assert(!field(text, ADDR + SZ_64K, "length"));
	free(text);
	lit_buf_free(fd, &b);
	lit_close(&l);
	dump_delete(fd);
}

static void nothing_dumpable(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	char *text;

	fail(&l);
	text = dump_read(fd);
	igt_assert(strstr(text, "\n[0].error: -19\n"));
	free(text);
	lit_close(&l);
	dump_delete(fd);
}

/* The process is gone before anybody looks. */
static void after_exit(int fd, struct drm_xe_engine_class_instance *hwe)
{
	char want[SIZE], *text;

	lit_fill(want, SIZE, SEED);
	igt_fork(child, 1) {
		int own = drm_reopen_driver(fd);
		struct lit l = lit_open(own, hwe, system_memory(own));
		struct lit_buf b = filled(own, l.vm, vram_if_possible(own, hwe->gt_id), SEED);

		bind_dumpable(own, &b, l.vm, ADDR, 0);
		fail(&l);
		drm_close_driver(own);
	}
	igt_waitchildren();
	text = dump_read(fd);
	expect_data(text, ADDR, want, SIZE);
	free(text);
	dump_delete(fd);
}

/* ---- what else it says ---- */

/* A batch that never ends: sections, and whose it was. */
static void hang(int fd, struct drm_xe_engine_class_instance *hwe)
{
	static const char * const sections[] = {
		"**** Xe Device Coredump ****\nReason: Timedout job - seqno=", "\nkernel: ", "\nProcess: ",
		"\nPCI ID: 0x", "\n**** GT #", "\n**** GuC CT ****\n", "\n**** Contexts ****\nGuC ID: ",
		"\n\tWidth: 1\n", "\n\t[HWSP].length: 0x1000\n", "\t[HWCTX].data: ", "\n**** Job ****\n",
		"\n**** HW Engines ****\n", "\n**** VM state ****\n",
	};
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	struct drm_xe_sync out = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);
	const char *at;
	char *text, want[64];

	lit_spin(&l, 0);
	igt_assert_eq(lit_submit(&l, 0, &out, 1), 0);
	igt_assert_f(lit_signaled(fd, out.handle, 60), "the hang lasts\n");
	text = dump_read(fd);
	at = text;
	for (unsigned int i = 0; i < ARRAY_SIZE(sections); i++) {
		at = strstr(at, sections[i]);
		igt_assert_f(at, "no %s where it should be\n", sections[i]);
	}
	snprintf(want, sizeof(want), "\n\tTile: %d\n", xe_gt_get_tile_id(fd, hwe->gt_id));
	igt_assert(strstr(text, want));
	snprintf(want, sizeof(want), "\nProcess: xe_lit_dump [%d]\n", getpid());
	igt_assert_f(strstr(text, want), "it was not%s", want);
	snprintf(want, sizeof(want), "batch_addr[0]: 0x%016llx\n", (unsigned long long)l.buf.addr);
	igt_assert_f(strstr(text, want), "no %s", want);
	free(text);
	syncobj_destroy(fd, out.handle);
	lit_close(&l);
	dump_delete(fd);
}

/* ---- when there is one ---- */

/* A later failure does not replace it; after it was deleted there is a new one. */
static void first_only(int fd, struct drm_xe_engine_class_instance *hwe)
{
	char *text[3];

	for (unsigned int i = 0; i < 3; i++) {
		struct lit l = lit_open_at(fd, 0, hwe, system_memory(fd), LIT_CS_ADDR + i * STEP);

		fail(&l);
		text[i] = dump_read(fd);
		lit_close(&l);
		if (i)
			dump_delete(fd);
		if (i != 1)
			continue;
		igt_assert(!strcmp(text[0], text[1]));
	}
	igt_assert(strcmp(text[0], text[2]));
	for (unsigned int i = 0; i < 3; i++)
		free(text[i]);
}

/* What a client itself ends is no failure. */
static void destroyed(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	struct drm_xe_sync out = lit_sync(fd, DRM_XE_SYNC_FLAG_SIGNAL);

	lit_spin(&l, 0);
	igt_assert_eq(lit_submit(&l, 0, &out, 1), 0);
	lit_wait_data(&l, 0, 1);
	lit_close(&l);
	lit_wait(fd, out.handle);
	syncobj_destroy(fd, out.handle);
	lit_check_works(fd, hwe);
	igt_assert(!dump_exists(fd));
}

/* Several fail at once, while others read and delete. */
static void race(int fd, struct drm_xe_engine_class_instance *hwe)
{
	igt_fork(child, 4) {
		int own = drm_reopen_driver(fd);

		for (unsigned int i = 0; i < 8; i++) {
			struct lit l = lit_open(own, hwe, system_memory(own));
			struct lit_buf b = filled(own, l.vm, system_memory(own), SEED);
			char path[128], part[4096];
			int file;

			bind_dumpable(own, &b, l.vm, ADDR, 0);
			fail(&l);
			dump_path(own, path);
			file = open(path, O_RDWR);
			if (file >= 0) {
				while (read(file, part, sizeof(part)) > 0 && child)
					;
				/* Another one may have been quicker. */
				igt_assert(write(file, "1", 1) == 1 || errno == ENODEV);
				close(file);
			}
			lit_buf_free(own, &b);
			lit_close(&l);
		}
		drm_close_driver(own);
	}
	igt_waitchildren();
	dump_delete(fd);
	lit_check_works(fd, hwe);
}

igt_main
{
	struct drm_xe_engine_class_instance *hwe;
	int fd;

	igt_fixture {
		fd = drm_open_driver(DRIVER_XE);
		igt_require_f(!access("/sys/class/devcoredump", F_OK), "no device coredumps\n");
		/* Those of other tests may be there for an hour. */
		dump_delete(fd);
	}

	igt_subtest_with_dynamic("contents")
		lit_each_gt(fd, hwe, contents(fd, hwe));
	igt_subtest("split")
		split(fd, &xe_engine(fd, 0)->instance);
	igt_subtest("nothing-dumpable")
		nothing_dumpable(fd, &xe_engine(fd, 0)->instance);
	igt_subtest("after-exit")
		after_exit(fd, &xe_engine(fd, 0)->instance);
	igt_subtest_with_dynamic("hang")
		lit_each_gt(fd, hwe, hang(fd, hwe));
	igt_subtest("first-only")
		first_only(fd, &xe_engine(fd, 0)->instance);
	igt_subtest("destroyed")
		destroyed(fd, &xe_engine(fd, 0)->instance);
	igt_subtest("race")
		race(fd, &xe_engine(fd, 0)->instance);

	igt_fixture
		drm_close_driver(fd);
}
