// SPDX-License-Identifier: MIT
/* vgpuctl: send one command to a vgpu's control socket, print the answer. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int connect_to(const char *path)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(sun.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(sun.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&sun, sizeof(sun)) < 0) {
		int err = errno;

		close(fd);
		errno = err;
		return -1;
	}
	return fd;
}

/* The words of the command line as one line; false when it is too long. */
static bool join(char **word, char *line, size_t size)
{
	size_t len = 0;

	for (; *word; word++) {
		int n = snprintf(line + len, size - len, "%s%c", *word, word[1] ? ' ' : '\n');

		if (n < 0 || (size_t)n >= size - len)
			return false;
		len += (size_t)n;
	}
	return true;
}

/** main() - 0: the answer is not an error; 1: it is, or there is none; 2: wrong usage */
int main(int argc, char **argv)
{
	static char line[1024], answer[16384];
	ssize_t n;
	size_t len = 0;
	int fd;

	if (argc < 3) {
		fprintf(stderr, "usage: vgpuctl PATH counters|reset-counters|quit\n"
				"       vgpuctl PATH script LINE | trace FILE|off | log N\n");
		return 2;
	}
	if (!join(argv + 2, line, sizeof(line))) {
		fprintf(stderr, "vgpuctl: the command is too long\n");
		return 2;
	}
	fd = connect_to(argv[1]);
	if (fd < 0 || send(fd, line, strlen(line), MSG_NOSIGNAL) < 0) {
		fprintf(stderr, "vgpuctl: %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	while (len < sizeof(answer) - 1 && !memchr(answer, '\n', len)) {
		n = recv(fd, answer + len, sizeof(answer) - 1 - len, 0);
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	close(fd);
	if (!memchr(answer, '\n', len)) {
		fprintf(stderr, "vgpuctl: %s: no answer\n", argv[1]);
		return 1;
	}
	fputs(answer, stdout);
	return strncmp(answer, "error", 5) ? 0 : 1;
}
