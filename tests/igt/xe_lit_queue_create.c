// SPDX-License-Identifier: MIT
/*
 * Making queues: hints, chains of properties, and what each property may be. And contexts that
 * begin in a given state, to replay a hang.
 */
#include "xe_lit.h"

IGT_TEST_DESCRIPTION("Hints and properties that queues are made with");

#define MAX_LINKS 16
#define NO_QUEUE 0x7777
#define BAD_POINTER 0xdead000ull
#define IMAGE_SIZE SZ_64K /* of no class is it larger */

#define PRIORITY DRM_XE_EXEC_QUEUE_SET_PROPERTY_PRIORITY
#define TIMESLICE DRM_XE_EXEC_QUEUE_SET_PROPERTY_TIMESLICE
#define PXP_TYPE DRM_XE_EXEC_QUEUE_SET_PROPERTY_PXP_TYPE
#define REPLAY DRM_XE_EXEC_QUEUE_SET_HANG_REPLAY_STATE
#define GROUP DRM_XE_EXEC_QUEUE_SET_PROPERTY_MULTI_GROUP
#define GROUP_PRIORITY DRM_XE_EXEC_QUEUE_SET_PROPERTY_MULTI_QUEUE_PRIORITY
#define STATE_CACHE DRM_XE_EXEC_QUEUE_SET_DISABLE_STATE_CACHE_PERF_FIX

struct link {
	uint32_t property;
	uint64_t value;
};

/* A queue in @vm with these properties, in this order */
static int create(int fd, uint32_t vm, struct drm_xe_engine_class_instance *hwe, uint32_t flags,
		  const struct link *links, unsigned int n, uint32_t *queue)
{
	struct drm_xe_ext_set_property ext[MAX_LINKS + 1] = { 0 };
	struct drm_xe_exec_queue_create args = {
		.width = 1, .num_placements = 1, .vm_id = vm, .flags = flags,
		.instances = to_user_pointer(hwe), .extensions = n ? to_user_pointer(ext) : 0,
	};

	igt_assert(n <= ARRAY_SIZE(ext));
	for (unsigned int i = 0; i < n; i++) {
		ext[i].base.name = DRM_XE_EXEC_QUEUE_EXTENSION_SET_PROPERTY;
		ext[i].base.next_extension = i + 1 < n ? to_user_pointer(&ext[i + 1]) : 0;
		ext[i].property = links[i].property;
		ext[i].value = links[i].value;
	}
	if (igt_ioctl(fd, DRM_IOCTL_XE_EXEC_QUEUE_CREATE, &args))
		return -errno;
	*queue = args.exec_queue_id;
	return 0;
}

/* A batch of the queue that is made runs, when one is to be made; returns why it was not */
static int try_links(int fd, struct drm_xe_engine_class_instance *hwe, uint32_t flags,
		     const struct link *links, unsigned int n)
{
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	uint32_t plain = l.queue;
	int err = create(fd, l.vm, hwe, flags, links, n, &l.queue);

	if (!err) {
		xe_exec_queue_destroy(fd, plain);
		lit_store(&l, lit_addr(&l, 0), LIT_WORKS);
		lit_run(&l);
		igt_assert_eq_u32(*lit_data(&l, 0), LIT_WORKS);
	}
	lit_close(&l);
	return err;
}

#define TRY(fd, hwe, ...) ({ \
	const struct link links_[] = { __VA_ARGS__ }; \
	try_links(fd, hwe, 0, links_, ARRAY_SIZE(links_)); \
})

static void low_latency(int fd, struct drm_xe_engine_class_instance *hwe)
{
	const struct link high = { PRIORITY, 1 };

	igt_assert_eq(try_links(fd, hwe, DRM_XE_EXEC_QUEUE_LOW_LATENCY_HINT, NULL, 0), 0);
	igt_assert_eq(try_links(fd, hwe, DRM_XE_EXEC_QUEUE_LOW_LATENCY_HINT, &high, 1), 0);
	igt_assert_eq(try_links(fd, hwe, DRM_XE_EXEC_QUEUE_LOW_LATENCY_HINT << 1, NULL, 0), -EINVAL);
}

/* All that the parts know, in one chain; in the other order too */
static void chain(int fd, struct drm_xe_engine_class_instance *hwe)
{
	igt_assert_eq(TRY(fd, hwe, { PRIORITY, 0 }, { TIMESLICE, 2000 },
			  { PXP_TYPE, DRM_XE_PXP_TYPE_NONE }), 0);
	igt_assert_eq(TRY(fd, hwe, { PXP_TYPE, DRM_XE_PXP_TYPE_NONE }, { TIMESLICE, 2000 },
			  { PRIORITY, 0 }), 0);
	/* Each is looked at, also behind one that is good. */
	igt_assert_eq(TRY(fd, hwe, { PRIORITY, 0 }, { TIMESLICE, ~0ull }), -EINVAL);
	igt_assert_eq(TRY(fd, hwe, { TIMESLICE, 2000 }, { PRIORITY, 77 }, { PRIORITY, 0 }), -EINVAL);
}

static void chain_length(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct link links[MAX_LINKS + 1];

	for (unsigned int i = 0; i <= MAX_LINKS; i++)
		links[i] = (struct link){ i & 1 ? PRIORITY : TIMESLICE, i & 1 ? 0 : 1000 + i };
	igt_assert_eq(try_links(fd, hwe, 0, links, MAX_LINKS), 0);
	igt_assert_eq(try_links(fd, hwe, 0, links, MAX_LINKS + 1), -E2BIG);
	/* What is wrong comes first. */
	links[MAX_LINKS - 1].value = 77;
	igt_assert_eq(try_links(fd, hwe, 0, links, MAX_LINKS + 1), -EINVAL);
}

static void pxp(int fd, struct drm_xe_engine_class_instance *hwe)
{
	igt_assert_eq(TRY(fd, hwe, { PXP_TYPE, DRM_XE_PXP_TYPE_NONE }), 0);
	igt_assert_eq(TRY(fd, hwe, { PXP_TYPE, DRM_XE_PXP_TYPE_HWDRM }), -ENODEV);
	igt_assert_eq(TRY(fd, hwe, { PXP_TYPE, DRM_XE_PXP_TYPE_HWDRM + 1 }), -EINVAL);
}

/* No part here has groups of queues. */
static void group(int fd, struct drm_xe_engine_class_instance *hwe)
{
	igt_assert_eq(TRY(fd, hwe, { GROUP, DRM_XE_MULTI_GROUP_CREATE }), -ENODEV);
	igt_assert_eq(TRY(fd, hwe, { GROUP, NO_QUEUE }), -ENODEV);
	igt_assert_eq(TRY(fd, hwe, { GROUP_PRIORITY, 0 }), -EINVAL);
	igt_assert_eq(TRY(fd, hwe, { GROUP_PRIORITY, 3 }), -EINVAL);
	igt_assert_eq(TRY(fd, hwe, { PXP_TYPE, DRM_XE_PXP_TYPE_NONE },
			  { GROUP, DRM_XE_MULTI_GROUP_CREATE }), -EINVAL);
}

static void state_cache(int fd, struct drm_xe_engine_class_instance *hwe)
{
	int err = hwe->engine_class == DRM_XE_ENGINE_CLASS_RENDER ? 0 : -EOPNOTSUPP;

	igt_assert_eq(TRY(fd, hwe, { STATE_CACHE, 1 }), err);
	igt_assert_eq(TRY(fd, hwe, { STATE_CACHE, 0 }), err);
	igt_assert_eq(TRY(fd, hwe, { STATE_CACHE, 1 }, { PRIORITY, 0 }, { STATE_CACHE, ~0ull }), err);
}

/* ---- changing a queue ---- */

static int set(int fd, uint32_t queue, uint32_t property, uint64_t value)
{
	struct drm_xe_exec_queue_set_property args = {
		.exec_queue_id = queue, .property = property, .value = value,
	};

	return igt_ioctl(fd, DRM_IOCTL_XE_EXEC_QUEUE_SET_PROPERTY, &args) ? -errno : 0;
}

/* Of one property only, and for queues in a group, which there are none of. */
static void set_property(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	struct drm_xe_exec_queue_set_property args = {
		.exec_queue_id = l.queue, .property = GROUP_PRIORITY,
	};

	igt_assert_eq(set(fd, l.queue, GROUP_PRIORITY, 0), -EINVAL);
	igt_assert_eq(set(fd, l.queue, GROUP_PRIORITY, 3), -EINVAL);
	igt_assert_eq(set(fd, NO_QUEUE, GROUP_PRIORITY, 0), -ENOENT);
	igt_assert_eq(set(fd, l.queue, PRIORITY, 0), -EINVAL);
	igt_assert_eq(set(fd, l.queue, TIMESLICE, 2000), -EINVAL);
	igt_assert_eq(set(fd, l.queue, 77, 0), -EINVAL);
	for (unsigned int i = 0; i < ARRAY_SIZE(args.reserved); i++) {
		args.reserved[i] = 1;
		igt_assert_eq(igt_ioctl(fd, DRM_IOCTL_XE_EXEC_QUEUE_SET_PROPERTY, &args), -1);
		igt_assert_eq(errno, EINVAL);
		args.reserved[i] = 0;
	}
	lit_store(&l, lit_addr(&l, 0), LIT_WORKS);
	lit_run(&l);
	igt_assert_eq_u32(*lit_data(&l, 0), LIT_WORKS);
	lit_close(&l);
}

/* ---- contexts that begin in a given state ---- */

static unsigned int put_list(uint32_t *image, unsigned int at, const uint16_t *regs, unsigned int n)
{
	image[at++] = CS_LRI(n) | 1 << 12;
	for (unsigned int i = 0; i < n; i++, at++)
		image[at++] = regs[i];
	return at;
}

/*
 * What an engine would have saved: the registers of the ring and of the page tables, which are
 * for the driver to fill in, then those of the engine. Of these, two GPRs.
 */
static uint32_t *make_image(uint32_t gpr2, uint32_t gpr3)
{
	static const uint16_t ring[] = {
		0x244, 0x034, 0x030, 0x038, 0x03c, 0x168, 0x140, 0x110, 0x1c0, 0x1c4, 0x1c8,
		0x180, 0x2b4,
	}, tables[] = {
		0x3a8, 0x28c, 0x288, 0x284, 0x280, 0x27c, 0x278, 0x274, 0x270,
	}, engine[] = { REG_GPR(2), REG_GPR(3) };
	uint32_t *image = calloc(1, IMAGE_SIZE);
	unsigned int end;

	igt_assert(image);
	put_list(image, 0x01, ring, ARRAY_SIZE(ring));
	put_list(image, 0x21, tables, ARRAY_SIZE(tables));
	end = put_list(image, 0x34, engine, ARRAY_SIZE(engine));
	image[0x03] = 0x00080008; /* no context switch on a semaphore that does not hold */
	image[0x36] = gpr2;
	image[0x38] = gpr3;
	image[end] = CS_BATCH_END | 1;
	return image;
}

static void check_gprs(struct lit *l, uint32_t gpr2, uint32_t gpr3)
{
	lit_reg_mem(l, CS_SRM, REG_GPR(2), lit_addr(l, 0));
	lit_reg_mem(l, CS_SRM, REG_GPR(3), lit_addr(l, 4));
	lit_run(l);
	igt_assert_eq_u32(*lit_data(l, 0), gpr2);
	igt_assert_eq_u32(*lit_data(l, 4), gpr3);
}

static struct lit open_replay(int fd, struct drm_xe_engine_class_instance *hwe, uint32_t *image)
{
	struct link link = { REPLAY, to_user_pointer(image) };
	struct lit l = lit_open(fd, hwe, system_memory(fd));

	xe_exec_queue_destroy(fd, l.queue);
	igt_assert_eq(create(fd, l.vm, hwe, 0, &link, 1, &l.queue), 0);
	return l;
}

/* The first job begins with what the image says, those that follow with what was left. */
static void replay(int fd, struct drm_xe_engine_class_instance *hwe)
{
	uint32_t *image = make_image(0x5eed0002, 0x5eed0003);
	struct lit a = open_replay(fd, hwe, image), b, plain;

	memset(image, 0xff, IMAGE_SIZE); /* it was copied */
	check_gprs(&a, 0x5eed0002, 0x5eed0003);
	lit_set_reg(&a, REG_GPR(2), 7);
	lit_run(&a);
	check_gprs(&a, 7, 0x5eed0003);
	free(image);

	image = make_image(0xfeed0002, 0xfeed0003);
	b = open_replay(fd, hwe, image);
	plain = lit_open(fd, hwe, system_memory(fd));
	check_gprs(&b, 0xfeed0002, 0xfeed0003);
	check_gprs(&a, 7, 0x5eed0003);
	lit_reg_mem(&plain, CS_SRM, REG_GPR(2), lit_addr(&plain, 0));
	lit_run(&plain);
	igt_assert(*lit_data(&plain, 0) != 0xfeed0002 && *lit_data(&plain, 0) != 0x5eed0002);
	free(image);
	lit_close(&a);
	lit_close(&b);
	lit_close(&plain);
}

static void replay_refused(int fd, struct drm_xe_engine_class_instance *hwe)
{
	uint32_t *image = make_image(1, 2);
	char *edge = mmap(NULL, 2 * SZ_4K, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint64_t at = to_user_pointer(image);

	igt_assert(edge != MAP_FAILED && !mprotect(edge + SZ_4K, SZ_4K, PROT_NONE));
	igt_assert_eq(TRY(fd, hwe, { REPLAY, BAD_POINTER }), -EFAULT);
	igt_assert_eq(TRY(fd, hwe, { REPLAY, 0 }), -EFAULT);
	igt_assert_eq(TRY(fd, hwe, { REPLAY, to_user_pointer(edge) + 8 }), -EFAULT);
	igt_assert_eq(TRY(fd, hwe, { REPLAY, at }, { REPLAY, at }), -EINVAL);
	igt_assert_eq(TRY(fd, hwe, { REPLAY, at }, { PRIORITY, 77 }), -EINVAL);
	igt_assert_eq(TRY(fd, hwe, { REPLAY, at }, { PRIORITY, 0 }), 0);
	munmap(edge, 2 * SZ_4K);
	free(image);
}

/* Each on an engine of each class */
static const struct {
	const char *name;
	void (*run)(int fd, struct drm_xe_engine_class_instance *hwe);
} tests[] = {
	{ "low-latency", low_latency },
	{ "chain", chain },
	{ "chain-length", chain_length },
	{ "pxp", pxp },
	{ "group", group },
	{ "state-cache", state_cache },
	{ "set-property", set_property },
	{ "replay", replay },
	{ "replay-refused", replay_refused },
};

igt_main
{
	struct drm_xe_engine_class_instance *hwe;
	int fd;

	igt_fixture
		fd = drm_open_driver(DRIVER_XE);

	for (unsigned int i = 0; i < ARRAY_SIZE(tests); i++)
		igt_subtest_with_dynamic(tests[i].name)
			lit_each_class(fd, hwe, tests[i].run(fd, hwe));

	igt_fixture
		drm_close_driver(fd);
}
