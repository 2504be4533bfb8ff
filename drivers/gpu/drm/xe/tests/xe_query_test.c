// SPDX-License-Identifier: GPL-2.0
/*
 * Sizes of DEVICE_QUERY answers: userspace allocates by them.
 */
#include <kunit/test.h>

#include <uapi/drm/xe_drm.h>

#include "uapi/xe_query.h"

static void sizes_of_lists(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, xe_query_engines_size(0), 8);
	KUNIT_EXPECT_EQ(test, xe_query_engines_size(3), 8 + 3 * sizeof(struct drm_xe_engine));
	KUNIT_EXPECT_EQ(test, xe_query_mem_regions_size(2),
			8 + 3 * sizeof(struct drm_xe_mem_region));
	KUNIT_EXPECT_EQ(test, xe_query_gt_list_size(2), 8 + 2 * sizeof(struct drm_xe_gt));
	KUNIT_EXPECT_EQ(test, xe_query_config_size(), 8 + 5 * sizeof(u64));
}

/* Three masks each, of 16, 16 and 8 bytes, with heads of 8 bytes; one more for L3. */
static void size_of_topology(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, sizeof(struct drm_xe_query_topology_mask), 8);
	KUNIT_EXPECT_EQ(test, xe_query_topology_size(1, 0), 3 * 8 + 16 + 16 + 8);
	KUNIT_EXPECT_EQ(test, xe_query_topology_size(2, 1), 2 * (3 * 8 + 40) + 8 + 8);
}

/* What the ABI fixed long ago. */
static void sizes_of_structs(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, sizeof(struct drm_xe_engine_class_instance), 8);
	KUNIT_EXPECT_EQ(test, sizeof(struct drm_xe_engine), 32);
	KUNIT_EXPECT_EQ(test, sizeof(struct drm_xe_mem_region), 88);
	KUNIT_EXPECT_EQ(test, sizeof(struct drm_xe_vm_bind_op), 80);
	KUNIT_EXPECT_EQ(test, sizeof(struct drm_xe_vm_bind), 136);
	KUNIT_EXPECT_EQ(test, sizeof(struct drm_xe_sync), 48);
	KUNIT_EXPECT_EQ(test, sizeof(struct drm_xe_exec), 56);
}

static struct kunit_case query_cases[] = {
	KUNIT_CASE(sizes_of_lists),
	KUNIT_CASE(size_of_topology),
	KUNIT_CASE(sizes_of_structs),
	{}
};

static struct kunit_suite query_suite = {
	.name = "xe_query",
	.test_cases = query_cases,
};

kunit_test_suite(query_suite);
