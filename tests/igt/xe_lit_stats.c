// SPDX-License-Identifier: MIT
/* Counters of a GT in debugfs: each counts what its name says, and begins anew when told to. */
#include "lit_debugfs.h"
#include "vgpu_control.h"
#include "xe_lit_svm.h"

IGT_TEST_DESCRIPTION("debugfs: gtN/stats");

#define ADDR 0x100000000ull
#define NOT_MAPPED 0x66600000000ull
#define VALUE 0x57a75000u
#define BATCH_KB (SZ_64K / 1024)
#define DATA_KB (SZ_2M / 1024)
#define FLAG 0x2000u /* in the batch's memory: it spins while that is not 0 */
#define BEGAN 0x2040u

/* Names that tools know, of what both drivers have */
static const char * const names[] = {
	"svm_pagefault_count:", "tlb_inval_count:", "vma_pagefault_count:", "vma_pagefault_kb:",
	"invalid_prefetch_pagefault_count:", "hw_engine_group_suspend_lr_queue_count:",
	"hw_engine_group_suspend_lr_queue_us:", "hw_engine_group_wait_dma_queue_count:",
	"hw_engine_group_wait_dma_queue_us:",
};

static const char *file_of(unsigned int gt)
{
	static char name[32];

	snprintf(name, sizeof(name), "gt%u/stats", gt);
	return name;
}

static long long stat_of(int fd, unsigned int gt, const char *name)
{
	return lit_debugfs_number(fd, file_of(gt), name);
}

static void rises(int fd, unsigned int gt, const char *name, long long before)
{
	int64_t end = lit_deadline(LIT_SECONDS);

	while (stat_of(fd, gt, name) <= before && lit_deadline(0) < end)
		lit_sleep_ms(10);
	igt_assert_lt(before, stat_of(fd, gt, name));
}

static void listed(int fd)
{
	char path[LIT_PATH];
	struct stat st;

	for (unsigned int gt = 0; gt < xe_number_gt(fd); gt++) {
		for (unsigned int i = 0; i < ARRAY_SIZE(names); i++)
			igt_assert_lte(0, stat_of(fd, gt, names[i]));
		lit_debugfs_path(fd, file_of(gt), path);
		igt_assert_eq(stat(path, &st), 0);
		igt_assert_eq(st.st_mode & 0777, 0600);
	}
}

/* ---- address spaces that take faults; without a sync: with one, stock oopses on two tiles ---- */
static void *memory(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	igt_assert(p != MAP_FAILED);
	return p;
}

static void map_user(struct svm *s, void *p, uint64_t addr, size_t size)
{
	igt_assert_eq(__xe_vm_bind(s->fd, s->vm, 0, 0, to_user_pointer(p), addr, size,
				   DRM_XE_VM_BIND_OP_MAP_USERPTR, 0, NULL, 0, 0, DEFAULT_PAT_INDEX,
				   0), 0);
}

static struct svm open_vm(int fd)
{
	struct drm_xe_vm_create create = {
		.flags = DRM_XE_VM_CREATE_FLAG_LR_MODE | DRM_XE_VM_CREATE_FLAG_FAULT_MODE,
	};
	struct svm s = { .fd = fd, .batch = memory(SZ_64K) };
	int err = igt_ioctl(fd, DRM_IOCTL_XE_VM_CREATE, &create) ? errno : 0;

	igt_require_f(!err, "no address spaces that take page faults: %s\n", strerror(err));
	s.vm = create.vm_id;
	map_user(&s, s.batch, to_user_pointer(s.batch), SZ_64K);
	return s;
}

/* Faults are of the batch, or of what it writes to: how large these are says how many of each. */
static void faults(int fd, struct drm_xe_engine_class_instance *hwe)
{
	long long svm = stat_of(fd, hwe->gt_id, "svm_pagefault_count:");
	long long n = stat_of(fd, hwe->gt_id, "vma_pagefault_count:");
	long long kb = stat_of(fd, hwe->gt_id, "vma_pagefault_kb:");
	struct svm s = open_vm(fd);
	void *p = memory(SZ_2M);

	map_user(&s, p, ADDR, SZ_2M);
	igt_assert_eq(stat_of(fd, hwe->gt_id, "vma_pagefault_count:"), n);
	igt_assert_eq(svm_store(&s, hwe, (void *)(uintptr_t)ADDR, VALUE), 0);
	n = stat_of(fd, hwe->gt_id, "vma_pagefault_count:") - n;
	kb = stat_of(fd, hwe->gt_id, "vma_pagefault_kb:") - kb;
	igt_assert_lte(2, n);
	igt_assert_eq((kb - n * BATCH_KB) % (DATA_KB - BATCH_KB), 0);
	igt_assert_lte(1, (kb - n * BATCH_KB) / (DATA_KB - BATCH_KB));
	igt_assert_lt((kb - n * BATCH_KB) / (DATA_KB - BATCH_KB), n);
	igt_assert_eq(stat_of(fd, hwe->gt_id, "svm_pagefault_count:"), svm);

	/* Of what is not mapped there is no mapping to count; all else is there by now. */
	n = stat_of(fd, hwe->gt_id, "vma_pagefault_count:");
	igt_assert_eq(svm_store(&s, hwe, (void *)(uintptr_t)NOT_MAPPED, VALUE), -EIO);
	igt_assert_eq(stat_of(fd, hwe->gt_id, "vma_pagefault_count:"), n);
	munmap(p, SZ_2M);
	svm_close(&s);
}

static void script(int control, const char *line)
{
	char answer[256];

	igt_assert_eq(vgpu_control_ask(control, line, answer, sizeof(answer)), 0);
}

/* The page after the last one is asked for as well, but nobody waits for it. */
static void prefetch(int fd, struct drm_xe_engine_class_instance *hwe, int control)
{
	long long bad = stat_of(fd, hwe->gt_id, "invalid_prefetch_pagefault_count:");
	struct svm s = open_vm(fd);
	uint32_t *p = memory(SZ_64K);

	igt_require_f(control >= 0, "no control port: this is not the virtual GPU\n");
	map_user(&s, p, ADDR, SZ_64K);
	script(control, "script faults 1 1");
	igt_assert_eq(svm_store(&s, hwe, (void *)(uintptr_t)(ADDR + SZ_64K - 4), VALUE), 0);
	script(control, "script clear");
	igt_assert_eq_u32(p[SZ_64K / 4 - 1], VALUE);
	rises(fd, hwe->gt_id, "invalid_prefetch_pagefault_count:", bad);
	munmap(p, SZ_64K);
	svm_close(&s);
}

/* What was used and is unmapped must be forgotten by the device. */
static void tlb_inval(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	struct lit_buf b = lit_buf_new(fd, l.vm, system_memory(fd), ADDR, SZ_64K);
	long long before;

	lit_store(&l, ADDR, VALUE);
	lit_run(&l);
	before = stat_of(fd, hwe->gt_id, "tlb_inval_count:");
	xe_vm_unbind_sync(fd, l.vm, 0, ADDR, SZ_64K);
	rises(fd, hwe->gt_id, "tlb_inval_count:", before);
	lit_buf_free(fd, &b);
	lit_close(&l);
}

/* An endless batch that faults, on its engine when we return */
static uint32_t spin(struct svm *s, struct drm_xe_engine_class_instance *hwe)
{
	const uint64_t batch = to_user_pointer(s->batch), flag = batch + FLAG, began = batch + BEGAN;
	const uint32_t commands[] = {
		CS_STORE_DW(1), (uint32_t)began, began >> 32, VALUE,
		CS_COND_END_UNLESS_GT, 0, (uint32_t)flag, flag >> 32,
		CS_ARB_CHECK,
		CS_BATCH_START, (uint32_t)batch, batch >> 32,
	};
	volatile uint32_t *began_cpu = (uint32_t *)(s->batch + BEGAN);
	struct drm_xe_sync sync = {
		.type = DRM_XE_SYNC_TYPE_USER_FENCE, .flags = DRM_XE_SYNC_FLAG_SIGNAL,
		.addr = batch + SZ_4K, .timeline_value = SVM_DONE,
	};
	struct drm_xe_exec exec = {
		.exec_queue_id = xe_exec_queue_create(s->fd, s->vm, hwe, 0),
		.num_batch_buffer = 1, .address = batch,
		.syncs = to_user_pointer(&sync), .num_syncs = 1,
	};
	int64_t end = lit_deadline(LIT_SECONDS);

	memcpy(s->batch, commands, sizeof(commands));
	*(volatile uint32_t *)(s->batch + FLAG) = 1;
	*began_cpu = 0;
	xe_exec(s->fd, &exec);
	while (*began_cpu != VALUE && lit_deadline(0) < end)
		lit_sleep_ms(1);
	igt_assert_eq_u32(*began_cpu, VALUE);
	return exec.exec_queue_id;
}

static void spin_end(struct svm *s, uint32_t queue)
{
	int64_t limit = LIT_SECONDS * (int64_t)NSEC_PER_SEC;

	*(volatile uint32_t *)(s->batch + FLAG) = 0;
	igt_assert_eq(__xe_wait_ufence(s->fd, (uint64_t *)(s->batch + SZ_4K), SVM_DONE, queue,
				       &limit), 0);
	xe_exec_queue_destroy(s->fd, queue);
}

/* A job with a fence suspends who faults, and is waited for before they resume. */
static void groups(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct svm s = open_vm(fd);
	struct lit l = lit_open(fd, hwe, system_memory(fd));
	uint32_t queue = spin(&s, hwe);
	long long suspended = stat_of(fd, hwe->gt_id, "hw_engine_group_suspend_lr_queue_count:");
	long long waited = stat_of(fd, hwe->gt_id, "hw_engine_group_wait_dma_queue_count:");

	lit_store(&l, lit_addr(&l, 0), VALUE);
	lit_run(&l);
	igt_assert_eq_u32(*lit_data(&l, 0), VALUE);
	igt_assert_lt(suspended,
		      stat_of(fd, hwe->gt_id, "hw_engine_group_suspend_lr_queue_count:"));
	rises(fd, hwe->gt_id, "hw_engine_group_wait_dma_queue_count:", waited);
	spin_end(&s, queue);
	lit_close(&l);
	svm_close(&s);
}

/* Only a yes does anything. */
static void clear(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct svm s = open_vm(fd);
	long long n;

	igt_assert_eq(svm_store(&s, hwe, s.batch + FLAG, VALUE), 0);
	n = stat_of(fd, hwe->gt_id, "vma_pagefault_count:");
	igt_assert_lt(0, n);
	igt_assert_eq(lit_debugfs_write(fd, file_of(hwe->gt_id), "0"), 0);
	igt_assert_eq(lit_debugfs_write(fd, file_of(hwe->gt_id), "perhaps"), -EINVAL);
	igt_assert_eq(stat_of(fd, hwe->gt_id, "vma_pagefault_count:"), n);
	igt_assert_eq(lit_debugfs_write(fd, file_of(hwe->gt_id), "1"), 0);
	igt_assert_eq(stat_of(fd, hwe->gt_id, "vma_pagefault_count:"), 0);
	igt_assert_eq(stat_of(fd, hwe->gt_id, "vma_pagefault_kb:"), 0);
	svm_close(&s);
}

igt_main
{
	struct drm_xe_engine_class_instance *hwe;
	int fd, control;

	igt_fixture {
		fd = drm_open_driver(DRIVER_XE);
		control = vgpu_control_open(0);
	}

	igt_subtest("listed")
		listed(fd);
	igt_subtest_with_dynamic("faults")
		lit_each_gt(fd, hwe, faults(fd, hwe));
	igt_subtest_with_dynamic("prefetch")
		lit_each_gt(fd, hwe, prefetch(fd, hwe, control));
	igt_subtest_with_dynamic("tlb-inval")
		lit_each_gt(fd, hwe, tlb_inval(fd, hwe));
	igt_subtest_with_dynamic("engine-groups")
		lit_each_gt(fd, hwe, groups(fd, hwe));
	igt_subtest_with_dynamic("clear")
		lit_each_gt(fd, hwe, clear(fd, hwe));

	igt_fixture {
		if (control >= 0) {
			script(control, "script clear");
			close(control);
		}
		drm_close_driver(fd);
	}
}
