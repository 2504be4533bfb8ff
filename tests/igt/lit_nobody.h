/* SPDX-License-Identifier: MIT */
/* What a user without privileges may do. */
#ifndef LIT_NOBODY_H
#define LIT_NOBODY_H

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "xe_lit.h"

#define LIT_NOBODY 65534
#define LIT_NOBODY_FAILED 255

/* True in a process of its own, which is nobody's. */
static inline bool lit_nobody_begin(pid_t *pid)
{
	*pid = fork();
	igt_assert(*pid >= 0);
	if (!*pid && (setgid(LIT_NOBODY) || setuid(LIT_NOBODY)))
		_exit(LIT_NOBODY_FAILED);
	return !*pid;
}

static inline int lit_nobody_said(pid_t pid)
{
	int status;

	igt_assert_eq(waitpid(pid, &status, 0), pid);
	igt_assert(WIFEXITED(status) && WEXITSTATUS(status) != LIT_NOBODY_FAILED);
	return -WEXITSTATUS(status);
}

/**
 * lit_as_nobody() - the value of an expression, evaluated in a process without privileges
 * @expression: 0 or -errno, above -255
 */
#define lit_as_nobody(expression) ({		\
	pid_t nobody_;				\
						\
	if (lit_nobody_begin(&nobody_))		\
		_exit(-(expression));		\
	lit_nobody_said(nobody_);		\
})

#endif
