// SPDX-License-Identifier: MIT
/*
 * A client in and out of spec against the real server program: every offence
 * gets its errno, and the next good request its answer.
 *
 *	test_protocol VGPU [NAME]
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "client.h"
#include "test.h"

#define MIB 0x100000ull
#define PAGE 4096

static char dir[] = "/tmp/vgpu-protocol-XXXXXX";
static char path[64], control_path[64];
static pid_t server;
static int sock = -1;
static struct answer a;

static void start(const char *program)
{
	if (!mkdtemp(dir))
		exit(1);
	snprintf(path, sizeof(path), "%s/sock", dir);
	snprintf(control_path, sizeof(control_path), "%s/control", dir);
	server = fork();
	if (server)
		return;
	if (!getenv("V") && !freopen("/dev/null", "w", stderr))
		_exit(127);
	execl(program, program, "--socket", path, "--control", control_path, "--platform", "pvc",
	      "--vram", "256", "--keep", "--log", "0", (char *)NULL);
	_exit(127);
}

/* A new session; the server lets one client in at a time. */
static bool fresh(void)
{
	if (sock >= 0)
		close(sock);
	sock = client_connect(path);
	if (sock < 0 && waitpid(server, NULL, WNOHANG) == server) {
		printf("not ok start: the server has died\n0 passed, 1 failed\n");
		exit(1);
	}
	return sock >= 0 && client_version(sock) == 0;
}

static int request(uint16_t cmd, const void *body, size_t len)
{
	return client_request(sock, &a, cmd, body, len, NULL, 0);
}

static unsigned int count_fds(void)
{
	char name[64];
	unsigned int n = 0;
	DIR *d;

	snprintf(name, sizeof(name), "/proc/%d/fd", (int)server);
	d = opendir(name);
	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n;
}

/* ---- sessions ----------------------------------------------------------- */

static void test_version(void)
{
	static const char hello[214] =
		"\0\0\0\0{\"capabilities\": {\"max_data_xfer_size\": 1048576}}";

	close(sock);
	sock = client_connect(path);
	CHECK(sock >= 0);
	CHECK_EQ(request(VU_VERSION, hello, sizeof(hello) - sizeof(struct vu_hdr)), 0);
	CHECK(a.hdr.size <= 214); /* QEMU's buffer */
	CHECK(a.len > 5 && a.body[a.len - 1] == 0 && a.body[4] == '{');
	CHECK_EQ(request(VU_VERSION, hello, sizeof(hello) - sizeof(struct vu_hdr)), EALREADY);
	CHECK(client_alive(sock));
}

static void test_before_version(void)
{
	static const char major1[4] = "\1\0\0\0", open_end[] = { 0, 0, 0, 0, '{', '}' };
	static const char no_data[] = "\0\0\0\0{\"capabilities\":{\"max_data_xfer_size\":0}}";
	struct vu_info info = { .argsz = sizeof(info) };

	close(sock);
	sock = client_connect(path);
	CHECK_EQ(request(VU_GET_INFO, &info, sizeof(info)), EPROTO);
	CHECK_EQ(request(VU_VERSION, major1, sizeof(major1)), ENOTSUP);
	CHECK_EQ(request(VU_VERSION, open_end, sizeof(open_end)), EINVAL);
	CHECK_EQ(request(VU_VERSION, no_data, sizeof(no_data)), EINVAL);
	CHECK_EQ(client_version(sock), 0);
	CHECK(client_alive(sock));
}

static void test_short_header(void)
{
	struct vu_hdr hdr = { .id = 7, .cmd = VU_GET_INFO, .size = 8 };

	CHECK(fresh());
	client_send_raw(sock, &hdr, sizeof(hdr), NULL, 0);
	CHECK_EQ(client_receive(sock, &a), EINVAL);
	CHECK_EQ(a.hdr.id, 7);
	CHECK_EQ(client_receive(sock, &a), CLIENT_GONE);
	CHECK(fresh() && client_alive(sock));
}

static void test_huge_message(void)
{
	static const uint32_t sizes[] = { VU_MAX_MSG + 1, 0x7fffffff, 0xffffffff };

	for (unsigned int i = 0; i < 3; i++) {
		struct vu_hdr hdr = { .id = 8, .cmd = VU_REGION_WRITE, .size = sizes[i] };

		CHECK(fresh());
		client_send_raw(sock, &hdr, sizeof(hdr), NULL, 0);
		CHECK_EQ(client_receive(sock, &a), EMSGSIZE);
		CHECK_EQ(client_receive(sock, &a), CLIENT_GONE);
	}
	CHECK(fresh() && client_alive(sock));
}

static void test_hang_up(void)
{
	struct vu_hdr hdr = { .cmd = VU_REGION_WRITE, .size = 60000 };

	for (size_t len = 1; len <= sizeof(hdr); len += 5) {
		CHECK(fresh());
		client_send_raw(sock, &hdr, len, NULL, 0);
	}
	CHECK(fresh() && client_alive(sock));
}

/* ---- requests as such --------------------------------------------------- */

static void test_commands(void)
{
	static const uint16_t unknown[] = { 0, VU_CMD_MAX, 1000, 0xffff };
	static const uint16_t not_offered[] = { VU_GET_REGION_IO_FDS, VU_DMA_READ, VU_DMA_WRITE,
						VU_DIRTY_PAGES, VU_FEATURE };
	static const uint8_t body[64];

	CHECK(fresh());
	for (unsigned int i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
		CHECK_EQ(request(unknown[i], body, sizeof(body)), ENOSYS);
	for (unsigned int i = 0; i < sizeof(not_offered) / sizeof(not_offered[0]); i++)
		CHECK_EQ(request(not_offered[i], body, sizeof(body)), ENOTSUP);
	CHECK(client_alive(sock));
}

static void test_sizes(void)
{
	static const struct { uint16_t cmd; uint32_t min, max; } sizes[] = {
		{ VU_DMA_MAP, 32, 32 }, { VU_DMA_UNMAP, 24, 24 }, { VU_GET_INFO, 16, 16 },
		{ VU_GET_REGION_INFO, 32, 4096 }, { VU_GET_IRQ_INFO, 16, 16 },
		{ VU_SET_IRQS, 20, 4096 },
		{ VU_REGION_READ, 16, 16 }, { VU_REGION_WRITE, 17, VU_MAX_XFER + 16 },
		{ VU_RESET, 0, 0 }, { VU_WRITE_MULTI, 8, 8 + 200 * 24 },
	};
	static const uint8_t body[VU_MAX_MSG];

	CHECK(fresh());
	for (unsigned int i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		if (sizes[i].min) {
			CHECK_EQ(request(sizes[i].cmd, body, 0), EINVAL);
			CHECK_EQ(request(sizes[i].cmd, body, sizes[i].min - 1), EINVAL);
		}
		if (sizes[i].max < VU_MAX_XFER)
			CHECK_EQ(request(sizes[i].cmd, body, sizes[i].max + 1), E2BIG);
	}
	CHECK(client_alive(sock));
}

static void test_flags(void)
{
	struct vu_region_rw rw = { 0, VU_REGION_CONFIG, 4 };

	CHECK(fresh());
	for (uint32_t flags = 2; flags < 0x100; flags = flags * 2 + 1) {
		if (flags & VU_NO_REPLY)
			break;
		client_post(sock, VU_REGION_READ, 1, flags, &rw, sizeof(rw), NULL, 0);
		CHECK_EQ(client_receive(sock, &a), EBADMSG);
	}
	client_post(sock, VU_REGION_READ, 1, VU_ERROR, &rw, sizeof(rw), NULL, 0);
	CHECK_EQ(client_receive(sock, &a), EBADMSG);
	client_post(sock, VU_REGION_READ, 1, VU_NO_REPLY, &rw, sizeof(rw), NULL, 0);
	client_post(sock, 999, 1, VU_NO_REPLY, &rw, sizeof(rw), NULL, 0);
	CHECK(client_alive(sock)); /* else it would see the answer to those */
}

static void test_stray_reply(void)
{
	struct vu_dma_rw rw = { 0x1000, 8 };

	CHECK(fresh());
	for (uint16_t cmd = 0; cmd < 20; cmd++)
		client_post(sock, cmd, cmd, VU_TYPE_REPLY, &rw, sizeof(rw), NULL, 0);
	client_post(sock, VU_DMA_READ, 0, VU_TYPE_REPLY | VU_ERROR, NULL, 0, NULL, 0);
	CHECK(client_alive(sock));
}

static void test_byte_by_byte(void)
{
	struct { struct vu_hdr hdr; struct vu_dma_map map; } msg = {
		{ .id = 3, .cmd = VU_DMA_MAP, .size = sizeof(msg) },
		{ sizeof(msg.map), 3, 0, 0, MIB },
	};
	int fd = memfd_create("ram", MFD_CLOEXEC);

	CHECK(fresh());
	CHECK_EQ(ftruncate(fd, MIB), 0);
	for (size_t i = 0; i < sizeof(msg); i++)
		client_send_raw(sock, (char *)&msg + i, 1, &fd, i == 20);
	close(fd);
	CHECK_EQ(client_receive(sock, &a), 0);
	CHECK(client_alive(sock));
}

/* Many requests and no reading: the server waits, and loses nothing. */
static void test_slow_reader(void)
{
	struct { struct vu_hdr hdr; struct vu_region_rw rw; } msg = {
		{ .cmd = VU_REGION_READ, .size = sizeof(msg) }, { 0, VU_REGION_CONFIG, 4096 },
	};
	unsigned int sent = 0;

	CHECK(fresh());
	fcntl(sock, F_SETFL, O_NONBLOCK);
	for (unsigned int idle = 0; idle < 20 && sent < 60000;) {
		msg.hdr.id = (uint16_t)sent;
		if (client_send_raw(sock, &msg, sizeof(msg), NULL, 0) == sizeof(msg)) {
			sent++;
			idle = 0;
		} else {
			usleep(5000);
			idle++;
		}
	}
	CHECK(sent > 100);
	for (unsigned int i = 0; i < sent; i++) {
		CHECK_EQ(client_receive(sock, &a), 0);
		CHECK_EQ(a.hdr.id, (uint16_t)i);
		CHECK_EQ(a.len, sizeof(struct vu_region_rw) + 4096);
	}
	fcntl(sock, F_SETFL, 0);
	CHECK(client_alive(sock));
}

static void test_random_messages(void)
{
	static uint8_t body[256];
	struct vu_hdr hdr;

	srand(1);
	CHECK(fresh());
	for (unsigned int i = 0; i < 3000; i++) {
		size_t len = (size_t)rand() % sizeof(body);

		for (size_t k = 0; k < len; k++)
			body[k] = (uint8_t)(rand() % 3 ? 0 : rand());
		hdr = (struct vu_hdr){ .cmd = (uint16_t)(rand() % (VU_CMD_MAX + 1)),
				       .size = (uint32_t)(sizeof(hdr) + len),
				       .flags = VU_NO_REPLY };
		client_send_raw(sock, &hdr, sizeof(hdr), NULL, 0);
		client_send_raw(sock, body, len, NULL, 0);
	}
	CHECK(client_alive(sock));
}

/* ---- regions ------------------------------------------------------------ */

static void test_region_info(void)
{
	struct vu_region_info info = { .argsz = sizeof(info), .index = 2 };
	struct vu_region_info got;
	struct vu_sparse sparse;

	CHECK(fresh());
	CHECK_EQ(request(VU_GET_REGION_INFO, &info, sizeof(info)), 0);
	memcpy(&got, a.body, sizeof(got));
	CHECK_EQ(a.len, sizeof(got)); /* as much as asked, and how much there is */
	CHECK_EQ(got.flags, VU_REGION_F_READ | VU_REGION_F_WRITE | VU_REGION_F_MMAP);
	CHECK(got.argsz > sizeof(got) && got.size && a.fd >= 0);
	close(a.fd);
	info.argsz = got.argsz;
	CHECK_EQ(request(VU_GET_REGION_INFO, &info, sizeof(info)), 0);
	memcpy(&got, a.body, sizeof(got));
	memcpy(&sparse, a.body + sizeof(got), sizeof(sparse));
	CHECK_EQ(a.len, got.argsz);
	CHECK_EQ(got.cap_offset, sizeof(got));
	CHECK_EQ(sparse.id, VU_CAP_SPARSE_MMAP);
	CHECK(a.fd >= 0 && sparse.n_areas >= 1);
	CHECK(lseek(a.fd, 0, SEEK_END) >= (off_t)got.size);
	close(a.fd);
}

static void test_region_info_bad(void)
{
	struct vu_region_info info = { .argsz = sizeof(info), .index = VU_REGION_MAX };

	CHECK(fresh());
	CHECK_EQ(request(VU_GET_REGION_INFO, &info, sizeof(info)), EINVAL);
	info = (struct vu_region_info){ .argsz = 8 };
	CHECK_EQ(request(VU_GET_REGION_INFO, &info, sizeof(info)), EINVAL);
	info = (struct vu_region_info){ .argsz = sizeof(info), .index = 6 };
	CHECK_EQ(request(VU_GET_REGION_INFO, &info, sizeof(info)), 0); /* there is no ROM */
	CHECK(client_alive(sock));
}

static void test_region_access(void)
{
	static const struct { uint32_t region; uint64_t offset; uint32_t count; int err; } bad[] = {
		{ VU_REGION_CONFIG, 0, 0, EINVAL }, { VU_REGION_CONFIG, 4096, 1, ERANGE },
		{ VU_REGION_CONFIG, 4095, 2, ERANGE }, { VU_REGION_CONFIG, ~0ull, 1, ERANGE },
		{ VU_REGION_CONFIG, ~0ull - 3, 8, ERANGE }, { 0, 1ull << 40, 4, ERANGE },
		{ 0, 0, VU_MAX_XFER + 1, EINVAL }, { 0, 0, ~0u, EINVAL }, { 1, 0, 4, ERANGE },
		{ 6, 0, 4, ERANGE }, { 8, 0, 4, ERANGE }, { 9, 0, 4, ERANGE },
		{ ~0u, 0, 4, ERANGE },
	};
	struct { struct vu_region_rw rw; uint8_t data[8]; } w = { 0 };

	CHECK(fresh());
	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK_EQ(client_read(sock, &a, bad[i].region, bad[i].offset, bad[i].count),
			 bad[i].err);
	w.rw = (struct vu_region_rw){ 0, 0, 4 };
	CHECK_EQ(request(VU_REGION_WRITE, &w, sizeof(w)), EINVAL); /* 8 bytes follow */
	w.rw.count = 9;
	CHECK_EQ(request(VU_REGION_WRITE, &w, sizeof(w)), EINVAL);
	w.rw = (struct vu_region_rw){ 1ull << 40, 0, 8 };
	CHECK_EQ(request(VU_REGION_WRITE, &w, sizeof(w)), ERANGE);
	CHECK_EQ(client_read(sock, &a, VU_REGION_CONFIG, 1, 7), 0); /* any size inside is fine */
	CHECK_EQ(client_read(sock, &a, 0, 0, 4), 0);
	CHECK_EQ(client_read(sock, &a, 0, 3, 13), 0);
	CHECK_EQ(a.len, sizeof(struct vu_region_rw) + 13);
	CHECK(client_alive(sock));
}

/* The client has the fd of VRAM: sealed, or not, it must not be able to kill the device. */
static void test_bar_truncated(void)
{
	struct vu_region_info info = { .argsz = sizeof(info), .index = 2 };
	struct { struct vu_region_rw rw; uint64_t v; } w = { { 0x10000, 2, 8 }, 1 };
	off_t size;
	int fd;

	CHECK(fresh());
	CHECK_EQ(request(VU_GET_REGION_INFO, &info, sizeof(info)), 0);
	fd = a.fd;
	size = lseek(fd, 0, SEEK_END);
	if (ftruncate(fd, 0) < 0)
		printf("# sealed\n");
	CHECK_EQ(request(VU_REGION_WRITE, &w, sizeof(w)), 0);
	CHECK_EQ(client_read(sock, &a, 2, 0x20000, 8), 0);
	CHECK(client_alive(sock));
	CHECK(!ftruncate(fd, size));
	close(fd);
}

static void test_write_multi(void)
{
	struct { uint64_t n; struct vu_multi_write w[2]; } m = { 0 };

	CHECK(fresh());
	CHECK_EQ(request(VU_WRITE_MULTI, &m, sizeof(m)), EINVAL);
	m.n = 3;
	CHECK_EQ(request(VU_WRITE_MULTI, &m, sizeof(m)), EINVAL);
	m.n = ~0ull / 24 + 1;
	CHECK_EQ(request(VU_WRITE_MULTI, &m, sizeof(m)), EINVAL);
	m.n = 2;
	m.w[0] = (struct vu_multi_write){ .region = 2, .count = 4 };
	m.w[1] = (struct vu_multi_write){ .region = 2, .count = 9 };
	CHECK_EQ(request(VU_WRITE_MULTI, &m, sizeof(m)), EINVAL);
	m.w[1] = (struct vu_multi_write){ .region = 2, .count = 4, .offset = ~0ull };
	CHECK_EQ(request(VU_WRITE_MULTI, &m, sizeof(m)), ERANGE);
	m.w[1] = (struct vu_multi_write){ .region = 2, .count = 8, .offset = 8 };
	CHECK_EQ(request(VU_WRITE_MULTI, &m, sizeof(m)), 0);
	client_post(sock, VU_WRITE_MULTI, 1, VU_NO_REPLY, &m, sizeof(m), NULL, 0);
	CHECK(client_alive(sock));
}

/* ---- memory map --------------------------------------------------------- */

static int map(uint64_t addr, uint64_t size, uint64_t offset, uint32_t flags, int fd)
{
	struct vu_dma_map req = { sizeof(req), flags, offset, addr, size };

	return client_request(sock, &a, VU_DMA_MAP, &req, sizeof(req), &fd, fd >= 0);
}

static int unmap(uint64_t addr, uint64_t size, uint32_t flags)
{
	struct vu_dma_unmap req = { sizeof(req), flags, addr, size };

	return request(VU_DMA_UNMAP, &req, sizeof(req));
}

static void test_dma_map(void)
{
	int fd = memfd_create("ram", MFD_CLOEXEC);

	CHECK(fresh());
	CHECK_EQ(ftruncate(fd, 4 * MIB), 0);
	CHECK_EQ(map(0, MIB, 0, 3, fd), 0);
	CHECK_EQ(map(0, MIB, 0, 3, fd), EEXIST);
	CHECK_EQ(map(MIB / 2, MIB, 0, 3, fd), EEXIST);
	CHECK_EQ(map(MIB, MIB, 3 * MIB, 3, fd), 0);
	CHECK_EQ(map(4 * MIB, MIB, 3 * MIB + PAGE, 3, fd), ENXIO);
	CHECK_EQ(map(4 * MIB, MIB, 1ull << 62, 3, fd), ENXIO);
	CHECK_EQ(map(4 * MIB, 1ull << 62, 0, 3, fd), ENXIO);
	CHECK_EQ(map(4 * MIB, MIB + 1, 0, 3, fd), EINVAL);
	CHECK_EQ(map(4 * MIB + 1, MIB, 0, 3, fd), EINVAL);
	CHECK_EQ(map(4 * MIB, MIB, 1, 3, fd), EINVAL);
	CHECK_EQ(map(4 * MIB, 0, 0, 3, fd), EINVAL);
	CHECK_EQ(map(~0ull - MIB + 1, 2 * MIB, 0, 3, fd), EINVAL);
	CHECK_EQ(map(4 * MIB, MIB, 0, 0, fd), EINVAL);
	CHECK_EQ(map(4 * MIB, MIB, 0, 7, fd), EINVAL);
	CHECK_EQ(map(8 * MIB, MIB, 0, 3, -1), 0); /* by messages */
	CHECK_EQ(map(8 * MIB, MIB, 0, 3, -1), EEXIST);
	CHECK(client_alive(sock));
	close(fd);
}

static void test_dma_wrong_fds(void)
{
	int ends[2], file = memfd_create("ram", MFD_CLOEXEC), ro, many[40];
	struct vu_dma_map req = { sizeof(req), 3, 0, 0, MIB };
	unsigned int before;
	char name[64];

	CHECK(fresh());
	before = count_fds();
	CHECK(!pipe(ends) && !ftruncate(file, MIB));
	snprintf(name, sizeof(name), "/proc/self/fd/%d", file);
	ro = open(name, O_RDONLY);
	CHECK_EQ(map(0, MIB, 0, 3, ends[0]), EBADF);
	CHECK_EQ(map(0, MIB, 0, 3, sock), EBADF);
	CHECK_EQ(map(0, MIB, 0, 3, ro), EACCES);
	CHECK_EQ(map(0, MIB, 0, 1, ro), 0);
	CHECK_EQ(unmap(0, MIB, 0), 0);
	for (unsigned int i = 0; i < 40; i++)
		many[i] = file;
	CHECK_EQ(client_request(sock, &a, VU_DMA_MAP, &req, sizeof(req), many, 2), EMFILE);
	CHECK_EQ(client_request(sock, &a, VU_DMA_MAP, &req, sizeof(req), many, 9), EMFILE);
	CHECK_EQ(client_request(sock, &a, VU_DMA_MAP, &req, sizeof(req), many, 40), EMFILE);
	CHECK_EQ(client_request(sock, &a, VU_GET_INFO, &req, 16, many, 1), EMFILE);
	CHECK_EQ(client_request(sock, &a, 999, &req, 16, many, 3), ENOSYS);
	CHECK(client_alive(sock));
	CHECK_EQ(count_fds(), before);
	close(ends[0]);
	close(ends[1]);
	close(file);
	close(ro);
}

static void test_dma_unmap(void)
{
	CHECK(fresh());
	CHECK_EQ(unmap(0, MIB, 0), ENOENT);
	for (uint64_t i = 0; i < 4; i++)
		CHECK_EQ(map(i * MIB, MIB, 0, 3, -1), 0);
	CHECK_EQ(unmap(0, MIB / 2, 0), EINVAL);
	CHECK_EQ(unmap(MIB / 2, MIB, 0), EINVAL);
	CHECK_EQ(unmap(0, 0, 0), EINVAL);
	CHECK_EQ(unmap(~0ull, 2, 0), EINVAL);
	CHECK_EQ(unmap(0, MIB, 1), EINVAL);
	CHECK_EQ(unmap(0, MIB, 0), 0);
	CHECK_EQ(unmap(MIB, 2 * MIB, 0), 0); /* two at once */
	CHECK_EQ(unmap(MIB, MIB, 0), ENOENT);
	CHECK_EQ(unmap(PAGE, PAGE, 2), EINVAL);
	CHECK_EQ(unmap(0, 0, 2), 0);
	CHECK_EQ(unmap(3 * MIB, MIB, 0), ENOENT);
	CHECK(client_alive(sock));
}

/* ---- interrupts --------------------------------------------------------- */

static int irqs(uint32_t index, uint32_t start, uint32_t count, uint32_t flags, const int *fds,
		unsigned int n)
{
	struct vu_set_irqs set = { sizeof(set), flags, index, start, count };

	return client_request(sock, &a, VU_SET_IRQS, &set, sizeof(set), fds, n);
}

static void test_irqs(void)
{
	int e = eventfd(0, EFD_NONBLOCK), file = memfd_create("x", 0), two[2] = { e, file };
	struct vu_irq_info info = { .argsz = sizeof(info), .index = VU_IRQ_MAX };
	unsigned int before;
	uint64_t n = 0;

	CHECK(fresh());
	before = count_fds();
	CHECK_EQ(request(VU_GET_IRQ_INFO, &info, sizeof(info)), EINVAL);
	CHECK_EQ(irqs(VU_IRQ_MAX, 0, 1, 0x24, &e, 1), EINVAL);
	CHECK_EQ(irqs(VU_IRQ_INTX, 0, 1, 0x24, &e, 1), ERANGE);
	CHECK_EQ(irqs(VU_IRQ_MSI, 0, 33, 0x24, &e, 1), ERANGE);
	CHECK_EQ(irqs(VU_IRQ_MSI, ~0u, 2, 0x24, &e, 1), ERANGE);
	CHECK_EQ(irqs(VU_IRQ_MSI, 0, 1, 0x0c, &e, 1), ENOTSUP);
	CHECK_EQ(irqs(VU_IRQ_MSI, 0, 1, 0x27, &e, 1), EINVAL);
	CHECK_EQ(irqs(VU_IRQ_MSI, 0, 1, 0x24, &file, 1), EINVAL);
	CHECK_EQ(irqs(VU_IRQ_MSI, 0, 2, 0x24, two, 2), EINVAL);
	CHECK_EQ(irqs(VU_IRQ_MSI, 0, 2, 0x24, &e, 1), EINVAL);
	CHECK_EQ(irqs(VU_IRQ_MSI, 0, 1, 0x21, &e, 1), EINVAL);
	CHECK_EQ(irqs(VU_IRQ_MSI, 0, 4, 0x22, NULL, 0), EINVAL); /* no bytes follow */
	CHECK_EQ(count_fds(), before);
	CHECK_EQ(irqs(VU_IRQ_MSI, 0, 1, 0x24, &e, 1), 0);
	CHECK_EQ(irqs(VU_IRQ_MSI, 0, 1, 0x21, NULL, 0), 0); /* loopback */
	CHECK(read(e, &n, sizeof(n)) == sizeof(n) && n == 1);
	CHECK_EQ(irqs(VU_IRQ_MSI, 0, 0, 0x21, NULL, 0), 0);
	CHECK_EQ(irqs(VU_IRQ_MSI, 0, 1, 0x21, NULL, 0), 0);
	CHECK(read(e, &n, sizeof(n)) < 0);
	CHECK_EQ(count_fds(), before);
	CHECK(client_alive(sock));
	close(e);
	close(file);
}

/* A full counter would block a careless write. */
static void test_irq_full(void)
{
	int e = eventfd(0, 0);
	uint64_t full = ~0ull - 1;

	CHECK(fresh());
	CHECK(write(e, &full, sizeof(full)) == sizeof(full));
	CHECK_EQ(irqs(VU_IRQ_MSI, 0, 1, 0x24, &e, 1), 0);
	CHECK_EQ(irqs(VU_IRQ_MSI, 0, 1, 0x21, NULL, 0), 0);
	CHECK(client_alive(sock));
	close(e);
}

/* ---- control socket ----------------------------------------------------- */

static bool ask(int fd, const char *line, char *answer, size_t size)
{
	struct pollfd pfd = { fd, POLLIN, 0 };
	size_t len = 0;
	ssize_t n;

	send(fd, line, strlen(line), MSG_NOSIGNAL);
	while (len < size - 1 && !memchr(answer, '\n', len)) {
		if (poll(&pfd, 1, CLIENT_TIMEOUT_MS) != 1)
			return false;
		n = recv(fd, answer + len, size - 1 - len, 0);
		if (n <= 0)
			return false;
		len += (size_t)n;
	}
	answer[len] = 0;
	return true;
}

static bool refused(int fd, const char *line)
{
	char answer[256];

	return ask(fd, line, answer, sizeof(answer)) && !strncmp(answer, "error: ", 7);
}

static bool granted(int fd, const char *line)
{
	char answer[256];

	return ask(fd, line, answer, sizeof(answer)) && !strcmp(answer, "ok\n");
}

static void test_control(void)
{
	static char answer[16384], junk[4096];
	int fd = client_connect(control_path);

	CHECK(fd >= 0);
	CHECK(ask(fd, "counters\n", answer, sizeof(answer)) && answer[0] == '{');
	CHECK(strstr(answer, "\"mmio_reads\""));
	CHECK(granted(fd, "reset-counters\n"));
	CHECK(refused(fd, "script no such thing\n"));
	CHECK(granted(fd, "script clear\n"));
	CHECK(refused(fd, "script\n"));
	CHECK(refused(fd, "log 7\n"));
	CHECK(granted(fd, "trace off\n"));
	CHECK(refused(fd, "trace /no/such/folder\n"));
	CHECK(refused(fd, "\n"));
	CHECK(refused(fd, "counters now\n"));
	memset(junk, 'x', sizeof(junk) - 1);
	CHECK(!ask(fd, junk, answer, sizeof(answer))); /* thrown out */
	close(fd);
	CHECK(fresh() && client_alive(sock));
}

static void test_survived(void)
{
	int status;

	close(sock);
	CHECK_EQ(waitpid(server, &status, WNOHANG), 0);
	kill(server, SIGTERM);
	CHECK_EQ(waitpid(server, &status, 0), server);
	CHECK_EQ(status, 0);
	CHECK(access(path, F_OK) < 0 && access(control_path, F_OK) < 0);
	rmdir(dir);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "version", test_version },
		{ "before_version", test_before_version },
		{ "short_header", test_short_header },
		{ "huge_message", test_huge_message },
		{ "hang_up", test_hang_up },
		{ "commands", test_commands },
		{ "sizes", test_sizes },
		{ "flags", test_flags },
		{ "stray_reply", test_stray_reply },
		{ "byte_by_byte", test_byte_by_byte },
		{ "slow_reader", test_slow_reader },
		{ "random_messages", test_random_messages },
		{ "region_info", test_region_info },
		{ "region_info_bad", test_region_info_bad },
		{ "region_access", test_region_access },
		{ "write_multi", test_write_multi },
		{ "bar_truncated", test_bar_truncated },
		{ "dma_map", test_dma_map },
		{ "dma_wrong_fds", test_dma_wrong_fds },
		{ "dma_unmap", test_dma_unmap },
		{ "irqs", test_irqs },
		{ "irq_full", test_irq_full },
		{ "control", test_control },
		{ "survived", test_survived },
	};

	if (argc < 2) {
		fprintf(stderr, "usage: test_protocol VGPU\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	start(argv[1]);
	if (!fresh())
		return 1;
	return test_main(tests, sizeof(tests) / sizeof(tests[0]), NULL);
}
