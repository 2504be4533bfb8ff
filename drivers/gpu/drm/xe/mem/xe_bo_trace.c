// SPDX-License-Identifier: GPL-2.0
/* Trace points of buffer objects; sparse cannot read what the macros make. */
#ifndef __CHECKER__
#define CREATE_TRACE_POINTS
#include "mem/xe_bo_trace.h"
#endif
