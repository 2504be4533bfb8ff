// SPDX-License-Identifier: MIT
/* Every platform, from power-on to a job that has run, as a driver does it. */
#include "minidrv.h"

/* class of the firmware, hardware class and instance, logical instance, on the media GT? */
struct job {
	uint32_t guc_class, cls, inst, logical;
	bool media;
};

static const struct job pvc_jobs[] = {
	{ 3, 3, 0, 0, false }, { 3, 3, 3, 3, false }, { 3, 3, 8, 8, false },
	{ 4, 5, 0, 0, false }, { 4, 5, 3, 3, false },
};

static const struct job bmg_jobs[] = {
	{ 0, 0, 0, 0, false }, { 3, 3, 0, 0, false }, { 3, 3, 8, 1, false },
	{ 4, 5, 0, 0, false }, { 1, 1, 0, 0, true },  { 2, 2, 0, 0, true },
};

static void one_job(struct md_gt *gt, const struct job *j, uint32_t id)
{
	struct md_ctx c = ctx_make(gt, id);
	struct md_msg msg;

	gt->m->n_idents = 0;
	ctx_register(gt, &c, j->guc_class, 1u << j->logical);
	CHECK(gt_wait(gt, 0x1002, id, 5, &msg));
	CHECK_EQ(msg.len, 3);
	CHECK_EQ(msg.dw[2], 1);
	ctx_store(gt, &c, 0xcafe0000 + id);
	CHECK(ctx_done(gt, &c, 0xcafe0000 + id, 5));
	md_irq(gt->m);
	CHECK(md_saw_irq(gt->m, gt->tile, j->cls, j->inst, 1));
	SEND(gt, 2, 0x1001, id, 0);
	CHECK(gt_wait(gt, 0x1002, id, 5, &msg));
	CHECK_EQ(msg.dw[2], 0);
	CHECK_EQ(md_at(gt->m, gt->tile, c.lrca + 4096)[5], c.tail);
	SEND(gt, 2, 0x4503, id);
	CHECK(gt_wait(gt, 0x4600, id, 5, &msg));
	CHECK_EQ(msg.len, 2);
}

static void run(const char *platform, unsigned int tiles, const struct job *jobs, unsigned int n)
{
	struct md *m = md_new(platform, tiles);

	CHECK(m);
	CHECK_EQ(m->n_tiles, tiles);
	CHECK(md_up(m));
	for (unsigned int g = 0; g < m->n_gts; g++)
		for (unsigned int i = 0; i < n && !test_why[0]; i++)
			if (jobs[i].media == m->gt[g].media)
				one_job(&m->gt[g], &jobs[i], 7 + i);
	if (!test_why[0])
		CHECK_EQ(md_mistakes(m), 0);
	md_free(m);
}

static void pvc1(void)
{
	run("pvc", 1, pvc_jobs, sizeof(pvc_jobs) / sizeof(pvc_jobs[0]));
}

static void pvc2(void)
{
	run("pvc", 2, pvc_jobs, sizeof(pvc_jobs) / sizeof(pvc_jobs[0]));
}

static void bmg(void)
{
	run("bmg", 1, bmg_jobs, sizeof(bmg_jobs) / sizeof(bmg_jobs[0]));
}

static const struct test tests[] = {
	{ "pvc one tile", pvc1 },
	{ "pvc two tiles", pvc2 },
	{ "bmg", bmg },
};

int main(int argc, char **argv)
{
	return test_main(tests, sizeof(tests) / sizeof(tests[0]), argc > 1 ? argv[1] : NULL);
}
