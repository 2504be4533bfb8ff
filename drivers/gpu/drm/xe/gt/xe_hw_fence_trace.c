// SPDX-License-Identifier: GPL-2.0
/* Trace points of hardware fences; sparse cannot read what the macros make. */
#ifndef __CHECKER__
#define CREATE_TRACE_POINTS
#include "gt/xe_hw_fence_trace.h"
#endif
