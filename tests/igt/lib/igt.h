/* SPDX-License-Identifier: MIT */
/*
 * The small part of IGT's API that tests/igt needs, so that they build without an
 * IGT tree. Names and behaviour are IGT's; inside an IGT tree its own headers are
 * found instead and the tests are unchanged.
 */
#ifndef IGT_H
#define IGT_H

#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define IGT_EXIT_SUCCESS 0
#define IGT_EXIT_SKIP 77
#define IGT_EXIT_INVALID 79
#define IGT_EXIT_FAILURE 98

#define SZ_4K 0x1000u
#define SZ_64K 0x10000u
#define SZ_1M 0x100000u
#define SZ_2M 0x200000u
#define SZ_64M 0x4000000u
#define SZ_1G 0x40000000u

#define NSEC_PER_SEC 1000000000ll
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define ALIGN(v, a) (((v) + (a) - 1) & ~((typeof(v))(a) - 1))
#define DIV_ROUND_UP(a, b) (((a) + (b) - 1) / (b))
#define min(a, b) ((a) < (b) ? (a) : (b))
#define max(a, b) ((a) > (b) ? (a) : (b))
#define to_user_pointer(x) ((uint64_t)(uintptr_t)(x))
#define from_user_pointer(x) ((void *)(uintptr_t)(x))
#define for_if(expr) if (!(expr)) {} else
#define igt_tokencat2(x, y) x##y
#define igt_tokencat(x, y) igt_tokencat2(x, y)
#define igt_unique(prefix) igt_tokencat(igt_unique_##prefix, __LINE__)

/* ---- subtests ---- */
extern jmp_buf igt_subtest_jmpbuf;
extern jmp_buf igt_dynamic_jmpbuf;

void igt_core_init(int argc, char **argv);
void igt_exit(void) __attribute__((noreturn));
bool igt_core_run_subtest(const char *name, bool dynamic_parent);
bool igt_core_run_dynamic(const char *name);
bool igt_core_fixture(void);
void igt_core_end(void);
void igt_core_end_dynamic(void);
const char *igt_core_format(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#define igt_main \
	static void igt_core_real_main(void); \
	int main(int argc, char **argv) \
	{ \
		igt_core_init(argc, argv); \
		igt_core_real_main(); \
		igt_exit(); \
	} \
	static void igt_core_real_main(void)

extern const char *igt_core_description;
#define IGT_TEST_DESCRIPTION(text) const char *igt_core_description = text

#define igt_core_section(enter, jmp, leave) \
	for (volatile int igt_unique(once) = 0; \
	     igt_unique(once) < 1 && (enter) && sigsetjmp(jmp, 1) == 0; \
	     igt_unique(once)++, leave)
#define igt_fixture igt_core_section(igt_core_fixture(), igt_subtest_jmpbuf, (void)0)
#define igt_subtest(name) \
	igt_core_section(igt_core_run_subtest(name, false), igt_subtest_jmpbuf, igt_core_end())
#define igt_subtest_f(...) igt_subtest(igt_core_format(__VA_ARGS__))
#define igt_subtest_with_dynamic(name) \
	igt_core_section(igt_core_run_subtest(name, true), igt_subtest_jmpbuf, igt_core_end())
#define igt_subtest_with_dynamic_f(...) igt_subtest_with_dynamic(igt_core_format(__VA_ARGS__))
#define igt_dynamic(name) \
	igt_core_section(igt_core_run_dynamic(name), igt_dynamic_jmpbuf, igt_core_end_dynamic())
#define igt_dynamic_f(...) igt_dynamic(igt_core_format(__VA_ARGS__))
#define igt_subtest_group for (int igt_unique(g) = 0; igt_unique(g) < 1; igt_unique(g)++)

/* ---- outcomes ---- */
void igt_core_fail(const char *file, int line, const char *func, const char *what, const char *fmt, ...)
	__attribute__((noreturn, format(printf, 5, 6)));
void igt_skip(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));
void igt_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void igt_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
#define igt_warn igt_info

#define igt_assert(expr) do { \
	if (!(expr)) igt_core_fail(__FILE__, __LINE__, __func__, #expr, "%s", ""); } while (0)
#define igt_assert_f(expr, ...) do { \
	if (!(expr)) igt_core_fail(__FILE__, __LINE__, __func__, #expr, __VA_ARGS__); } while (0)
#define igt_fail_on(expr) igt_assert(!(expr))
#define igt_core_cmp(type, fmt, a, op, b) do { \
	type cmp_a = (a), cmp_b = (b); \
	if (!(cmp_a op cmp_b)) \
		igt_core_fail(__FILE__, __LINE__, __func__, #a " " #op " " #b, \
			      "error: " fmt " " #op " " fmt " does not hold\n", cmp_a, cmp_b); } while (0)
#define igt_assert_eq(a, b) igt_core_cmp(int, "%d", a, ==, b)
#define igt_assert_neq(a, b) igt_core_cmp(int, "%d", a, !=, b)
#define igt_assert_lt(a, b) igt_core_cmp(int, "%d", a, <, b)
#define igt_assert_lte(a, b) igt_core_cmp(int, "%d", a, <=, b)
#define igt_assert_eq_u32(a, b) igt_core_cmp(uint32_t, "%#x", a, ==, b)
#define igt_assert_eq_u64(a, b) igt_core_cmp(uint64_t, "%#" PRIx64, a, ==, b)
#define igt_assert_fd(fd) igt_assert_f((fd) >= 0, "file descriptor " #fd " failed\n")
#define igt_require(expr) do { if (!(expr)) igt_skip("Test requirement: %s\n", #expr); } while (0)
#define igt_require_f(expr, ...) do { if (!(expr)) igt_skip(__VA_ARGS__); } while (0)
#define igt_skip_on(expr) igt_require(!(expr))

/* ---- the device ---- */
#define DRIVER_XE (1 << 4)
int drm_open_driver(int chipset);
int drm_open_driver_render(int chipset);
/** __drm_open_driver_another() - the device after @idx others, or -1 */
int __drm_open_driver_another(int idx, int chipset);
int drm_close_driver(int fd);
int drm_reopen_driver(int fd);
/** igt_ioctl() - ioctl(2), restarted when a signal interrupts it */
int igt_ioctl(int fd, unsigned long request, void *arg);
#define do_ioctl(fd, req, arg) igt_assert_eq(igt_ioctl(fd, req, arg), 0)
#define do_ioctl_err(fd, req, arg, err) do { \
	igt_assert_eq(igt_ioctl(fd, req, arg), -1); igt_assert_eq(errno, err); } while (0)
void gem_close(int fd, uint32_t handle);

/* ---- children: what fails in one fails the test that waits ---- */
bool __igt_fork(void);
void igt_waitchildren(void);
#define igt_fork(child, count) \
	for (int child = 0; child < (count); child++) \
		for (; __igt_fork(); exit(0))

#endif
