// SPDX-License-Identifier: MIT
/*
 * Page faults that nothing could be done about: the address space can be asked what they were.
 */
#include "lit_vm_property.h"
#include "xe_lit_svm.h"

IGT_TEST_DESCRIPTION("DRM_IOCTL_XE_VM_GET_PROPERTY: page faults that were refused");

#define ADDR 0x100000000ull
#define NOT_MAPPED 0x66600000000ull
#define AT 0x1230u /* in a page */
#define MAX_FAULTS 50 /* that a driver keeps */
#define MORE 5
#define CANARY 0x5a
#define BAD_POINTER 0x10ull
#define VALUE 0x4ef05edu

/* ---- asking ---- */
static int ask(struct svm *s, uint32_t *size, void *data)
{
	struct drm_xe_vm_get_property get = {
		.vm_id = s->vm, .property = DRM_XE_VM_GET_PROPERTY_FAULTS, .size = *size,
		.data = to_user_pointer(data),
	};
	int err = igt_ioctl(s->fd, DRM_IOCTL_XE_VM_GET_PROPERTY, &get) ? -errno : 0;

	*size = get.size;
	return err;
}

static unsigned int count(struct svm *s)
{
	uint32_t size = 0;

	igt_assert_eq(ask(s, &size, NULL), 0);
	igt_assert_eq(size % sizeof(struct xe_vm_fault), 0);
	return size / sizeof(struct xe_vm_fault);
}

/* The first @n faults; what lies behind them in memory stays as it was. */
static void get(struct svm *s, struct xe_vm_fault *faults, unsigned int n)
{
	uint32_t size = n * sizeof(*faults);
	unsigned char *end = (unsigned char *)&faults[n];

	memset(faults, CANARY, size + 8);
	igt_assert_eq(ask(s, &size, faults), 0);
	igt_assert_eq(size, n * sizeof(*faults));
	for (unsigned int i = 0; i < 8; i++)
		igt_assert_eq(end[i], CANARY);
}

/* Room for @n faults and for what must stay as it was */
static struct xe_vm_fault *room(unsigned int n)
{
	struct xe_vm_fault *faults = calloc(n + 1, sizeof(*faults));

	igt_assert(faults);
	return faults;
}

static struct xe_vm_fault get_only(struct svm *s)
{
	struct xe_vm_fault faults[2];

	igt_assert_eq(count(s), 1);
	get(s, faults, 1);
	return faults[0];
}

static void check(const struct xe_vm_fault *f, uint64_t addr, unsigned int access, unsigned int type)
{
	static const struct xe_vm_fault zero;

	igt_assert_eq_u64(f->address, addr & ~(SZ_4K - 1ull));
	igt_assert_eq(f->address_precision, SZ_4K);
	igt_assert_eq(f->access_type, access);
	igt_assert_eq(f->fault_type, type);
	igt_assert_lte(f->fault_level, FAULT_LEVEL_PML5);
	igt_assert_eq(f->pad, 0);
	igt_assert_eq(memcmp(f->reserved, zero.reserved, sizeof(f->reserved)), 0);
}

/* ---- address spaces that take faults, with user memory for batches ---- */
/* Without a sync: with one, stock oopses on two tiles. */
static void map_user(struct svm *s, void *p, uint64_t addr, uint32_t flags)
{
	igt_assert_eq(__xe_vm_bind(s->fd, s->vm, 0, 0, to_user_pointer(p), addr, SZ_64K,
				   DRM_XE_VM_BIND_OP_MAP_USERPTR, flags, NULL, 0, 0,
				   DEFAULT_PAT_INDEX, 0), 0);
}

static void *memory(void)
{
	void *p = mmap(NULL, SZ_64K, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	igt_assert(p != MAP_FAILED);
	return p;
}

static struct svm open_vm(int fd)
{
	struct drm_xe_vm_create create = {
		.flags = DRM_XE_VM_CREATE_FLAG_LR_MODE | DRM_XE_VM_CREATE_FLAG_FAULT_MODE,
	};
	struct svm s = { .fd = fd, .batch = memory() };
	int err = igt_ioctl(fd, DRM_IOCTL_XE_VM_CREATE, &create) ? errno : 0;

	igt_require_f(!err, "no address spaces that take page faults: %s\n", strerror(err));
	s.vm = create.vm_id;
	map_user(&s, s.batch, to_user_pointer(s.batch), 0);
	return s;
}

static void store_in_vain(struct svm *s, struct drm_xe_engine_class_instance *hwe, uint64_t addr)
{
	igt_assert_eq(svm_store(s, hwe, (void *)(uintptr_t)addr, VALUE), -EIO);
}

/* ---- tests ---- */
/* Address spaces of each kind, of which no fault was refused */
static void none(int fd, struct drm_xe_engine_class_instance *hwe)
{
	static const uint32_t flags[] = {
		0, DRM_XE_VM_CREATE_FLAG_SCRATCH_PAGE, DRM_XE_VM_CREATE_FLAG_LR_MODE,
	};
	struct svm s = open_vm(fd);
	struct xe_vm_fault fault;
	uint32_t size;
	void *p = memory();

	map_user(&s, p, ADDR, 0);
	igt_assert_eq(svm_store(&s, hwe, (void *)(uintptr_t)ADDR, VALUE), 0);
	igt_assert_eq(count(&s), 0);
	size = sizeof(fault);
	igt_assert_eq(ask(&s, &size, &fault), -EINVAL);
	svm_close(&s);
	munmap(p, SZ_64K);

	for (unsigned int i = 0; i < ARRAY_SIZE(flags); i++) {
		struct svm other = { .fd = fd, .vm = xe_vm_create(fd, flags[i], 0) };

		igt_assert_eq(count(&other), 0);
		size = sizeof(fault);
		igt_assert_eq(ask(&other, &size, &fault), -EINVAL);
		xe_vm_destroy(fd, other.vm);
	}
}

static void written(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct svm s = open_vm(fd), other = open_vm(fd);
	struct xe_vm_fault f;

	store_in_vain(&s, hwe, NOT_MAPPED + AT);
	f = get_only(&s);
	check(&f, NOT_MAPPED + AT, FAULT_ACCESS_TYPE_WRITE, FAULT_TYPE_NOT_PRESENT);
	/* No table of that far away is there. */
	igt_assert_lt(FAULT_LEVEL_PTE, f.fault_level);
	/* It is told again, and to nobody else. */
	f = get_only(&s);
	check(&f, NOT_MAPPED + AT, FAULT_ACCESS_TYPE_WRITE, FAULT_TYPE_NOT_PRESENT);
	igt_assert_eq(count(&other), 0);
	svm_close(&other);
	svm_close(&s);
}

static void read_from(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct svm s = open_vm(fd);
	struct xe_vm_fault f;
	uint32_t value;

	igt_assert_eq(svm_load(&s, hwe, (void *)(uintptr_t)(NOT_MAPPED + AT), &value), -EIO);
	f = get_only(&s);
	check(&f, NOT_MAPPED + AT, FAULT_ACCESS_TYPE_READ, FAULT_TYPE_NOT_PRESENT);
	svm_close(&s);
}

static void atomic(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct svm s = open_vm(fd);
	struct xe_vm_fault f;

	igt_assert_eq(svm_atomic_inc(&s, hwe, (void *)(uintptr_t)(NOT_MAPPED + AT)), -EIO);
	f = get_only(&s);
	check(&f, NOT_MAPPED + AT, FAULT_ACCESS_TYPE_ATOMIC, FAULT_TYPE_NOT_PRESENT);
	svm_close(&s);
}

/* There is an entry, and it says that nobody writes. */
static void read_only(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct svm s = open_vm(fd);
	uint32_t *p = memory(), value;
	struct xe_vm_fault f;

	p[AT / 4] = VALUE + 1;
	map_user(&s, p, ADDR, DRM_XE_VM_BIND_FLAG_READONLY);
	igt_assert_eq(svm_load(&s, hwe, (void *)(uintptr_t)(ADDR + AT), &value), 0);
	igt_assert_eq_u32(value, VALUE + 1);
	igt_assert_eq(count(&s), 0);
	store_in_vain(&s, hwe, ADDR + AT);
	f = get_only(&s);
	check(&f, ADDR + AT, FAULT_ACCESS_TYPE_WRITE, FAULT_TYPE_WRITE_ACCESS);
	igt_assert_eq(f.fault_level, FAULT_LEVEL_PTE);
	munmap(p, SZ_64K);
	svm_close(&s);
}

/* Of the upper half addresses are told as pointers are. */
static void sign(int fd, struct drm_xe_engine_class_instance *hwe)
{
	uint64_t addr = ~0ull << (xe_va_bits(fd) - 1) | NOT_MAPPED >> 8 << 4 | AT;
	struct svm s = open_vm(fd);
	struct xe_vm_fault f;

	store_in_vain(&s, hwe, addr);
	f = get_only(&s);
	check(&f, addr, FAULT_ACCESS_TYPE_WRITE, FAULT_TYPE_NOT_PRESENT);
	svm_close(&s);
}

/* There is an end to what is remembered: the first ones are. */
static void many(int fd, struct drm_xe_engine_class_instance *hwe)
{
	struct xe_vm_fault *faults = room(MAX_FAULTS);
	struct svm s = open_vm(fd);

	for (unsigned int i = 0; i < MAX_FAULTS + MORE; i++) {
		store_in_vain(&s, hwe, NOT_MAPPED + i * SZ_4K);
		igt_assert_eq(count(&s), i < MAX_FAULTS ? i + 1 : MAX_FAULTS);
	}
	get(&s, faults, MAX_FAULTS);
	for (unsigned int i = 0; i < MAX_FAULTS; i++)
		check(&faults[i], NOT_MAPPED + i * SZ_4K, FAULT_ACCESS_TYPE_WRITE,
		      FAULT_TYPE_NOT_PRESENT);
	free(faults);
	svm_close(&s);
}

/* Fewer than there are may be asked for, but neither more nor half a one. */
static void sizes(int fd, struct drm_xe_engine_class_instance *hwe)
{
	static const uint32_t bad[] = {
		1, sizeof(struct xe_vm_fault) - 1, sizeof(struct xe_vm_fault) + 1,
		3 * sizeof(struct xe_vm_fault) - 1, 4 * sizeof(struct xe_vm_fault), ~0u,
		~0u - (~0u % sizeof(struct xe_vm_fault)),
	};
	struct xe_vm_fault *faults = room(4);
	struct svm s = open_vm(fd);
	uint32_t size;

	for (unsigned int i = 0; i < 3; i++)
		store_in_vain(&s, hwe, NOT_MAPPED + i * SZ_1M);
	for (unsigned int n = 1; n <= 3; n++) {
		get(&s, faults, n);
		for (unsigned int i = 0; i < n; i++)
			check(&faults[i], NOT_MAPPED + i * SZ_1M, FAULT_ACCESS_TYPE_WRITE,
			      FAULT_TYPE_NOT_PRESENT);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		size = bad[i];
		igt_assert_eq(ask(&s, &size, faults), -EINVAL);
		igt_assert_eq(size, bad[i]);
	}
	size = sizeof(*faults);
	igt_assert_eq(ask(&s, &size, (void *)BAD_POINTER), -EFAULT);
	igt_assert_eq(count(&s), 3);
	free(faults);
	svm_close(&s);
}

static const struct {
	const char *name;
	void (*test)(int fd, struct drm_xe_engine_class_instance *hwe);
} tests[] = {
	{ "none", none }, { "write", written }, { "read", read_from }, { "atomic", atomic },
	{ "read-only", read_only }, { "sign", sign }, { "many", many }, { "sizes", sizes },
};

igt_main
{
	struct drm_xe_engine_class_instance *hwe;
	int fd;

	igt_fixture
		fd = drm_open_driver(DRIVER_XE);

	for (unsigned int i = 0; i < ARRAY_SIZE(tests); i++)
		igt_subtest_with_dynamic(tests[i].name)
			lit_each_gt(fd, hwe, tests[i].test(fd, hwe));

	igt_fixture
		drm_close_driver(fd);
}
