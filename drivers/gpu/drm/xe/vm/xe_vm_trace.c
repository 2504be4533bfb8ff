// SPDX-License-Identifier: GPL-2.0
/* Trace points of address spaces and mappings; sparse cannot read what the macros make. */
#ifndef __CHECKER__
#define CREATE_TRACE_POINTS
#include "vm/xe_vm_trace.h"
#endif
