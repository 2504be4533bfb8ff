// SPDX-License-Identifier: GPL-2.0
/* Trace points of queues and jobs; sparse cannot read what the macros make. */
#ifndef __CHECKER__
#define CREATE_TRACE_POINTS
#include "submit/xe_submit_trace.h"
#endif
