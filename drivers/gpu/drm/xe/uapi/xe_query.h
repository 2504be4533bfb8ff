/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_QUERY_H_
#define _XE_QUERY_H_

#include <linux/types.h>

/* Sizes of answers, for the two-call protocol; pure. */
size_t xe_query_engines_size(unsigned int engines);
size_t xe_query_mem_regions_size(unsigned int vram_regions);
size_t xe_query_config_size(void);
size_t xe_query_gt_list_size(unsigned int gts);
/* xe_query_topology_size() - @gts of which @l3 report L3 banks */
size_t xe_query_topology_size(unsigned int gts, unsigned int l3);

#endif
