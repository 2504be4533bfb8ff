// SPDX-License-Identifier: MIT
/*
 * The server's inside: what the device reaches through the client's memory map,
 * with a client that answers, does not answer, or wants something first.
 */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "client.h"
#include "server/server.h"
#include "test.h"

#define MIB 0x100000ull
#define PAGE 4096

static struct vg_server *s;
static int sock = -1;

static void request(uint16_t cmd, const void *body, size_t len, int fd)
{
	client_post(sock, cmd, 1, 0, body, len, &fd, fd >= 0);
	vg_session_input(s);
}

static int answer_of(uint16_t cmd, const void *body, size_t len, int fd)
{
	static struct answer a;

	request(cmd, body, len, fd);
	return client_receive(sock, &a);
}

static void write_config(uint64_t offset, uint32_t count, uint64_t value)
{
	struct { struct vu_region_rw rw; uint64_t value; } w = {
		{ offset, VU_REGION_CONFIG, count }, value,
	};

	answer_of(VU_REGION_WRITE, &w, sizeof(w.rw) + count, -1);
}

static int map(uint64_t addr, uint64_t size, int fd)
{
	struct vu_dma_map req = { sizeof(req), 3, 0, addr, size };

	return answer_of(VU_DMA_MAP, &req, sizeof(req), fd);
}

/* A session with memory decode and bus mastering on. */
static bool fresh(void)
{
	static const char hello[] = "\0\0\0\0{}";
	int pair[2];

	if (s->conn.fd >= 0)
		vg_session_close(s);
	if (sock >= 0)
		close(sock);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		return false;
	sock = pair[1];
	vg_session_open(s, pair[0]);
	s->dma.timeout_ms = 5000;
	if (answer_of(VU_VERSION, hello, sizeof(hello), -1))
		return false;
	write_config(0x10, 4, 0xd0000000);
	write_config(0x14, 4, 0);
	write_config(0x18, 4, 0);
	write_config(0x1c, 4, 0x80);
	write_config(4, 2, 6);
	return true;
}

static void test_ram(void)
{
	int fd = memfd_create("ram", MFD_CLOEXEC);
	uint32_t v = 0x12345678, got = 0;

	CHECK(fresh() && !ftruncate(fd, MIB));
	CHECK_EQ(map(0x100000, MIB, fd), 0);
	CHECK_EQ(pwrite(fd, &v, sizeof(v), 0x5000), sizeof(v));
	CHECK_EQ(vg_bus_read(vg_device_bus(s->dev), 0x105000, &got, sizeof(got)), 0);
	CHECK_EQ(got, v);
	v = 77;
	CHECK_EQ(vg_bus_write(vg_device_bus(s->dev), 0x106000, &v, sizeof(v)), 0);
	CHECK_EQ(pread(fd, &got, sizeof(got), 0x6000), sizeof(got));
	CHECK_EQ(got, 77);
	close(fd);
}

static void test_truncated_file(void)
{
	int fd = memfd_create("ram", MFD_CLOEXEC);
	uint32_t v = 5;

	CHECK(fresh() && !ftruncate(fd, MIB));
	CHECK_EQ(map(0, MIB, fd), 0);
	CHECK(!ftruncate(fd, 0));
	vg_bus_write(vg_device_bus(s->dev), 0x2000, &v, sizeof(v));
	vg_bus_read(vg_device_bus(s->dev), 0x3000, &v, sizeof(v));
	CHECK_EQ(v, 0);
	close(fd);
}

/* Reads that came together are still served one after another in time */
static void test_clock(void)
{
	static struct answer a;
	const struct vu_region_rw rw = { 0x22358, 0, 4 }; /* RING_TIMESTAMP of BCS0 */
	uint32_t ticks[2] = { 0, 0 };

	CHECK(fresh());
	for (unsigned int i = 0; i < 2; i++)
		client_post(sock, VU_REGION_READ, (uint16_t)(i + 1), 0, &rw, sizeof(rw), NULL, 0);
	s->obs->now_ns = 0;
	vg_session_input(s);
	for (unsigned int i = 0; i < 2; i++) {
		CHECK_EQ(client_receive(sock, &a), 0);
		memcpy(&ticks[i], a.body + sizeof(rw), 4);
	}
	CHECK(s->obs->now_ns);
	CHECK(ticks[0] && ticks[1] >= ticks[0] && ticks[1] - ticks[0] < 19200000);
}

/* ---- DMA messages, with a client in a thread ---------------------------- */

/**
 * struct script - what the client does when a DMA message comes
 * @first: a request it makes before, or instead of, answering; 0: none
 * @wait: it wants that answered before it answers
 * @cut: bytes of the answer that are missing
 */
struct script {
	uint16_t first;
	const void *body;
	size_t len;
	bool wait, silent;
	int error;
	size_t cut;
	unsigned int messages, largest, stray;
};

static void answer_dma(struct script *c, const struct answer *dma)
{
	static uint8_t body[VU_MAX_MSG];
	struct vu_dma_rw rw;
	size_t len = sizeof(rw);

	memcpy(&rw, dma->body, sizeof(rw));
	if (rw.count > c->largest)
		c->largest = (unsigned int)rw.count;
	memcpy(body, &rw, sizeof(rw));
	if (dma->hdr.cmd == VU_DMA_READ) {
		memset(body + sizeof(rw), 0xa5, rw.count);
		len += rw.count;
	}
	if (c->error) {
		struct vu_hdr hdr = { dma->hdr.id, dma->hdr.cmd, sizeof(hdr),
				      VU_TYPE_REPLY | VU_ERROR, (uint32_t)c->error };

		client_send_raw(sock, &hdr, sizeof(hdr), NULL, 0);
		return;
	}
	client_post(sock, dma->hdr.cmd, dma->hdr.id, VU_TYPE_REPLY, body, len - c->cut, NULL, 0);
}

/* Ends when the test shuts its side down. */
static void *run_client(void *arg)
{
	static struct answer a, dma;
	struct script *c = arg;

	while (client_receive(sock, &a) != CLIENT_GONE) {
		if ((a.hdr.flags & VU_TYPE_MASK) == VU_TYPE_REPLY) {
			c->stray++;
			continue;
		}
		dma = a;
		c->messages++;
		if (c->first) {
			client_post(sock, c->first, 99, 0, c->body, c->len, NULL, 0);
			if (c->wait && (client_receive(sock, &a) || a.hdr.id != 99))
				break;
		}
		if (!c->silent)
			answer_dma(c, &dma);
	}
	return NULL;
}

static int dma_with(struct script *c, bool write, void *buf, size_t len)
{
	pthread_t thread;
	int err;

	if (pthread_create(&thread, NULL, run_client, c))
		return -1;
	if (write)
		err = vg_bus_write(vg_device_bus(s->dev), 0x100000, buf, len);
	else
		err = vg_bus_read(vg_device_bus(s->dev), 0x100000, buf, len);
	vg_session_input(s);
	shutdown(s->conn.fd, SHUT_WR);
	pthread_join(thread, NULL);
	return err;
}

static uint8_t buf[MIB];

static void test_dma_messages(void)
{
	struct script c = { 0 };

	CHECK(fresh());
	CHECK_EQ(map(0x100000, MIB, -1), 0);
	CHECK_EQ(dma_with(&c, false, buf, 200000), 0);
	CHECK(buf[0] == 0xa5 && buf[199999] == 0xa5 && buf[200000] == 0);
	CHECK_EQ(c.messages, 4);
	CHECK_EQ(c.largest, 65536);
	CHECK(fresh() && !map(0x100000, MIB, -1));
	CHECK_EQ(dma_with(&c, true, buf, 100), 0);
}

static void test_dma_errors(void)
{
	struct script c = { .error = ENODEV }, cut = { .cut = 1 }, silent = { .silent = true };

	CHECK(fresh() && !map(0x100000, MIB, -1));
	CHECK(dma_with(&c, false, buf, 8) < 0);
	CHECK(fresh() && !map(0x100000, MIB, -1));
	CHECK(dma_with(&cut, false, buf, 8) < 0);
	CHECK(fresh() && !map(0x100000, MIB, -1));
	s->dma.timeout_ms = 50;
	CHECK(dma_with(&silent, false, buf, 8) < 0);
	CHECK(s->dma.broken);
	CHECK(vg_bus_read(vg_device_bus(s->dev), 0x100000, buf, 8) < 0); /* at once */
}

/* A vCPU holds the client's lock in an MMIO access: without its answer no DMA. */
static void test_dma_nested_read(void)
{
	struct vu_region_rw rw = { 0, VU_REGION_CONFIG, 4 };
	struct { struct vu_region_rw rw; uint32_t v; } w = { { 0, 2, 4 }, 1 };
	struct script c = { .first = VU_REGION_READ, .body = &rw, .len = sizeof(rw), .wait = true };

	CHECK(fresh() && !map(0x100000, MIB, -1));
	CHECK_EQ(dma_with(&c, false, buf, 8), 0);
	c = (struct script){ .first = VU_REGION_WRITE, .body = &w, .len = 20, .wait = true };
	CHECK(fresh() && !map(0x100000, MIB, -1));
	CHECK_EQ(dma_with(&c, false, buf, 8), 0);
}

/* The client changes its memory map and serves no DMA meanwhile: the DMA is given up. */
static void test_dma_given_up(void)
{
	struct vu_dma_unmap un = { sizeof(un), 0, 0x100000, MIB };
	struct script c = { .first = VU_DMA_UNMAP, .body = &un, .len = sizeof(un), .silent = true };

	CHECK(fresh() && !map(0x100000, MIB, -1));
	CHECK(dma_with(&c, false, buf, 8) < 0);
	CHECK_EQ(c.stray, 1); /* the answer to the unmap */
	CHECK_EQ(s->dma.n, 0);
	CHECK_EQ(s->dma.abandoned, 1);
}

static void test_no_client(void)
{
	CHECK(fresh() && !map(0x100000, MIB, -1));
	shutdown(sock, SHUT_RDWR);
	CHECK(vg_bus_read(vg_device_bus(s->dev), 0x100000, buf, 8) < 0);
	CHECK_EQ(vg_session_input(s), -1);
}

/* ---- peers -------------------------------------------------------------- */

static void test_own_bar(void)
{
	uint64_t base, v = 0x1122334455667788, got = 0;
	const struct vg_bar *bar;

	CHECK(fresh());
	bar = vg_device_bar(s->dev, 2);
	base = vg_device_bar_base(s->dev, 2);
	CHECK(base != UINT64_MAX);
	CHECK_EQ(map(base, bar->size, -1), 0);
	CHECK(vg_bus_write(vg_device_bus(s->dev), base + 0x1000, &v, 8) < 0);
	CHECK_EQ(pread(bar->fd, &got, 8, 0x1000), 8);
	CHECK_EQ(got, 0);
}

static void test_peer_bar(void)
{
	char dir[] = "/tmp/vgpu-peers-XXXXXX", name[64];
	int fd = memfd_create("peer", MFD_CLOEXEC);
	uint32_t v = 99, got = 0;
	uint64_t errors = s->obs->mistakes[VG_ERR_BUS_ERROR];
	FILE *f;

	CHECK(mkdtemp(dir) && !ftruncate(fd, MIB));
	s->peers = dir;
	CHECK(fresh());
	snprintf(name, sizeof(name), "%s/vgpu-%d", dir, (int)getpid());
	CHECK_EQ(access(name, F_OK), 0);
	snprintf(name, sizeof(name), "%s/vgpu-1", dir);
	f = fopen(name, "w");
	CHECK(f);
	fprintf(f, "junk\nbar 2 pid %d fd %d base 9000000000 size 100000\n", (int)getpid(), fd);
	fclose(f);
	CHECK_EQ(map(0x9000000000, MIB, -1), 0);
	CHECK_EQ(vg_bus_write(vg_device_bus(s->dev), 0x9000000010, &v, 4), 0);
	CHECK_EQ(pread(fd, &got, 4, 0x10), 4);
	CHECK_EQ(got, 99);
	/* with access control in the way nothing arrives, and no message goes around it */
	s->acs_redirect = true;
	CHECK(fresh());
	CHECK_EQ(map(0x9000000000, MIB, -1), 0);
	v = 77;
	CHECK(vg_bus_write(vg_device_bus(s->dev), 0x9000000010, &v, 4) < 0);
	CHECK(vg_bus_read(vg_device_bus(s->dev), 0x9000000010, &got, 4) < 0);
	CHECK_EQ(s->obs->mistakes[VG_ERR_BUS_ERROR], errors + 2);
	CHECK_EQ(pread(fd, &got, 4, 0x10), 4);
	CHECK_EQ(got, 99);
	s->acs_redirect = false;
	vg_session_close(s);
	unlink(name);
	CHECK_EQ(rmdir(dir), 0); /* our own file is gone */
	s->peers = NULL;
	close(fd);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "ram", test_ram },
		{ "truncated_file", test_truncated_file },
	{ "clock", test_clock },
		{ "dma_messages", test_dma_messages },
		{ "dma_errors", test_dma_errors },
		{ "dma_nested_read", test_dma_nested_read },
		{ "dma_given_up", test_dma_given_up },
		{ "no_client", test_no_client },
		{ "own_bar", test_own_bar },
		{ "peer_bar", test_peer_bar },
	};
	struct vg_device_options opt = { .platform = "pvc", .vram_mib = 256 };
	const char *error;
	int ret;

	signal(SIGPIPE, SIG_IGN);
	s = vg_session_new(&opt, NULL, &error);
	if (!s) {
		fprintf(stderr, "%s\n", error);
		return 1;
	}
	s->conn.quiet = true;
	vg_dma_guard();
	ret = test_main(tests, sizeof(tests) / sizeof(tests[0]), argc > 1 ? argv[1] : NULL);
	vg_session_free(s);
	return ret;
}
