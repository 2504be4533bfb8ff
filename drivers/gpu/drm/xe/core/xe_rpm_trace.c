// SPDX-License-Identifier: GPL-2.0
/* Trace points of power management; sparse cannot read what the macros make. */
#ifndef __CHECKER__
#define CREATE_TRACE_POINTS
#include "core/xe_rpm_trace.h"
#endif
