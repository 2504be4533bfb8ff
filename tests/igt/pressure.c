// SPDX-License-Identifier: MIT
/*
 * Run a command while the VRAM of all tiles is taken and given back without end, so that
 * what the command keeps there is driven out all the time:
 *
 *	out/tests/pressure COMMAND...
 *
 * The exit status is the command's. How often the VRAM was taken is printed at the end.
 */
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "lit_pressure.h"

#define PAUSE_MS 20 /* the command shall get on, too */

static void press(unsigned int *times)
{
	int fd = drm_open_driver(DRIVER_XE);

	for (;;) {
		for (unsigned int gt = 0; gt < xe_number_gt(fd); gt++)
			lit_take_vram(fd, vram_if_possible(fd, gt));
		++*times;
		lit_sleep_ms(PAUSE_MS);
	}
}

int main(int argc, char **argv)
{
	unsigned int *times = mmap(NULL, SZ_4K, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t command, presser;
	int status, pressed;

	if (argc < 2 || times == MAP_FAILED) {
		fprintf(stderr, "usage: %s COMMAND...\n", argv[0]);
		return 2;
	}
	presser = fork();
	if (!presser) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		press(times);
	}
	command = fork();
	if (!command) {
		execvp(argv[1], argv + 1);
		perror(argv[1]);
		_exit(127);
	}
	if (presser < 0 || command < 0 || waitpid(command, &status, 0) != command) {
		perror("fork");
		return 2;
	}
	kill(presser, SIGKILL);
	waitpid(presser, &pressed, 0);
	printf("VRAM was taken %u times\n", *times);
	if (!WIFSIGNALED(pressed)) {
		fprintf(stderr, "the VRAM could not be taken to the end\n");
		return 2;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
