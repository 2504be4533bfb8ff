/* SPDX-License-Identifier: MIT */
#ifndef IGT_SYNCOBJ_H
#define IGT_SYNCOBJ_H

#include <stdbool.h>
#include <stdint.h>

uint32_t syncobj_create(int fd, uint32_t flags);
void syncobj_destroy(int fd, uint32_t handle);
/** syncobj_wait() - false when the time is up; any other error fails the test */
bool syncobj_wait(int fd, uint32_t *handles, uint32_t count, uint64_t abs_timeout_nsec, uint32_t flags,
		  uint32_t *first_signaled);
bool syncobj_timeline_wait(int fd, uint32_t *handles, uint64_t *points, unsigned int count,
			   int64_t abs_timeout_nsec, unsigned int flags, uint32_t *first_signaled);
void syncobj_timeline_query(int fd, uint32_t *handles, uint64_t *points, uint32_t count);
void syncobj_reset(int fd, uint32_t *handles, uint32_t count);
void syncobj_signal(int fd, uint32_t *handles, uint32_t count);

#endif
