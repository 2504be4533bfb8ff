/* SPDX-License-Identifier: MIT */
/* The sleep of the whole system, as far as a guest that nothing wakes can go. */
#ifndef LIT_SLEEP_H
#define LIT_SLEEP_H

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "vgpu_control.h"
#include "xe_lit.h"

/** lit_write_file() - 0 or errno */
static inline int lit_write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), err = 0;

	if (fd < 0)
		return errno;
	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		err = errno;
	close(fd);
	return err;
}

/** lit_power_control() - "on": the device does not sleep by itself; "auto": it may */
static inline void lit_power_control(int fd, const char *mode)
{
	char path[128];
	struct stat st;

	igt_assert_eq(fstat(fd, &st), 0);
	snprintf(path, sizeof(path), "/sys/dev/char/%u:%u/device/power/control", major(st.st_rdev),
		 minor(st.st_rdev));
	igt_assert_eq(lit_write_file(path, mode), 0);
}

/**
 * lit_system_sleep() - all devices go to sleep and wake up at once
 * @lose_power: the GPU forgets everything meanwhile
 *
 * By the kernel's own test of it: tasks are frozen, drivers suspend, PCI devices enter D3hot,
 * and instead of the platform's sleep comes the way back. Skips where there is no such test.
 */
static inline void lit_system_sleep(int fd, bool lose_power)
{
	int control = vgpu_control_open(0);
	char answer[128] = "";

	igt_require_f(!lit_write_file("/sys/power/pm_test", "platform"), "needs CONFIG_PM_DEBUG\n");
	igt_assert_eq(lit_write_file("/sys/module/suspend/parameters/pm_test_delay", "0"), 0);
	igt_require_f(control >= 0 || !lose_power, "only a virtual GPU can be told to lose power\n");
	lit_power_control(fd, "on");
	if (lose_power) {
		igt_assert_eq(vgpu_control_ask(control, "script lose power", answer, sizeof(answer)), 0);
		igt_assert_f(!strcmp(answer, "ok"), "%s\n", answer);
	}
	igt_assert_eq(lit_write_file("/sys/power/state", "freeze"), 0);
	lit_power_control(fd, "auto");
	if (control >= 0)
		close(control);
}

#endif
