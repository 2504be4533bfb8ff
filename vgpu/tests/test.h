/* SPDX-License-Identifier: MIT */
/* The harness of all unit tests: a table of functions, one line of output each. */
#ifndef VGPU_TESTS_TEST_H
#define VGPU_TESTS_TEST_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/** struct test - @run calls CHECK(); the first that fails ends it */
struct test {
	const char *name;
	void (*run)(void);
};

static char test_why[256];

/** CHECK() - end the test, saying why, when @cond does not hold */
#define CHECK(cond) do { \
	if (!(cond)) { \
		if (!test_why[0]) \
			snprintf(test_why, sizeof(test_why), "%s:%d: %s", __FILE__, __LINE__, #cond); \
		return; \
	} \
} while (0)

/** CHECK_EQ() - the same for two integers, showing both */
#define CHECK_EQ(got, want) do { \
	long long got_ = (long long)(got), want_ = (long long)(want); \
	if (got_ != want_) { \
		if (!test_why[0]) \
			snprintf(test_why, sizeof(test_why), "%s:%d: %s is 0x%llx, not 0x%llx", \
				 __FILE__, __LINE__, #got, got_, want_); \
		return; \
	} \
} while (0)

/** test_main() - run @n tests, or those whose name contains @only; the exit status */
static inline int test_main(const struct test *tests, size_t n, const char *only)
{
	unsigned int passed = 0, failed = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (size_t i = 0; i < n; i++) {
		if (only && !strstr(tests[i].name, only))
			continue;
		test_why[0] = 0;
		tests[i].run();
		if (test_why[0])
			printf("not ok %s: %s\n", tests[i].name, test_why);
		else
			printf("ok %s\n", tests[i].name);
		*(test_why[0] ? &failed : &passed) += 1;
	}
	printf("%u passed, %u failed\n", passed, failed);
	return failed != 0;
}

#endif
