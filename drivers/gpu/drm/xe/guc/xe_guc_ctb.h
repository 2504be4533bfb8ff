/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XE_GUC_CTB_H_
#define _XE_GUC_CTB_H_

#include <linux/iosys-map.h>
#include <linux/types.h>

/**
 * struct xe_ctb - one ring of messages, seen from our end
 * @desc: the descriptor both ends share
 * @ring: the messages
 * @size: dwords in @ring
 * @head: reader's position; ours is authoritative when we read, else a copy
 * @tail: writer's position; ours is authoritative when we write
 */
struct xe_ctb {
	struct iosys_map desc, ring;
	u32 size, head, tail;
};

void xe_guc_ctb_init(struct xe_ctb *ctb, const struct iosys_map *desc,
		     const struct iosys_map *ring, u32 size);
int xe_guc_ctb_write(struct xe_ctb *ctb, u32 header, u32 hxg, const u32 *payload, u32 n);
void xe_guc_ctb_publish(struct xe_ctb *ctb);
int xe_guc_ctb_peek(const struct xe_ctb *ctb, u32 *msg);
void xe_guc_ctb_consume(struct xe_ctb *ctb, u32 len);

#endif
