/* SPDX-License-Identifier: MIT */
#ifndef INTEL_PAT_H
#define INTEL_PAT_H

#include <stdint.h>

#define DEFAULT_PAT_INDEX ((uint8_t)-1)

/** intel_get_pat_idx_wb() - PAT index of write-back memory that is coherent with the CPU */
uint8_t intel_get_pat_idx_wb(int fd);
/** intel_get_pat_idx_uc_comp() - PAT index of compressed memory, of Xe2 and later */
uint8_t intel_get_pat_idx_uc_comp(int fd);

#endif
