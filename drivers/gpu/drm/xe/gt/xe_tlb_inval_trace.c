// SPDX-License-Identifier: GPL-2.0
/* Trace points of TLB invalidations; sparse cannot read what the macros make. */
#ifndef __CHECKER__
#define CREATE_TRACE_POINTS
#include "gt/xe_tlb_inval_trace.h"
#endif
