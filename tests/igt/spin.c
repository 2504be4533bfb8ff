// SPDX-License-Identifier: MIT
/*
 * Keep one engine busy for a while, for tools that look on.
 *
 *	spin SECONDS [CLASS]	CLASS as fdinfo names it; default bcs
 */
#include <stdlib.h>

#include "xe_lit.h"

#define ONE_MS 200 /* well within what a job may take */

static struct drm_xe_engine_class_instance *find(int fd, const char *class)
{
	struct drm_xe_engine_class_instance *hwe;

	xe_for_each_engine(fd, hwe)
		if (!strcmp(xe_engine_class_short_string(hwe->engine_class), class))
			return hwe;
	return NULL;
}

static void spin_once(struct lit *l)
{
	struct drm_xe_sync out = lit_sync(l->fd, DRM_XE_SYNC_FLAG_SIGNAL);

	lit_spin(l, 0);
	igt_assert_eq(lit_submit(l, 0, &out, 1), 0);
	lit_sleep_ms(ONE_MS);
	*lit_data(l, 0) = 0;
	lit_wait(l->fd, out.handle);
	syncobj_destroy(l->fd, out.handle);
	l->n = 0;
}

int main(int argc, char **argv)
{
	struct drm_xe_engine_class_instance *hwe;
	int64_t end;
	struct lit l;
	int fd;

	if (argc < 2 || argc > 3) {
		fprintf(stderr, "usage: %s SECONDS [CLASS]\n", argv[0]);
		return 2;
	}
	fd = drm_open_driver(DRIVER_XE);
	hwe = find(fd, argc > 2 ? argv[2] : "bcs");
	if (!hwe) {
		fprintf(stderr, "%s: there is no such engine\n", argv[0]);
		return 2;
	}
	l = lit_open(fd, hwe, system_memory(fd));
	end = lit_deadline(atof(argv[1]));
	while (lit_deadline(0) < end)
		spin_once(&l);
	lit_close(&l);
	drm_close_driver(fd);
	return 0;
}
