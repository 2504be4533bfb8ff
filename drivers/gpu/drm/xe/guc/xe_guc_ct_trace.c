// SPDX-License-Identifier: GPL-2.0
/* Trace points of messages; sparse cannot read what the macros make. */
#ifndef __CHECKER__
#define CREATE_TRACE_POINTS
#include "guc/xe_guc_ct_trace.h"
#endif
