// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Turns at taking memory
 *
 * Eviction passes by what others have locked. When several threads hold the
 * reservations of most BOs while they look for memory, all can find none, although
 * there would be plenty for one. So everyone who locks BOs to give them memory has a
 * turn, beside others; who finds no memory has another one, alone. What fails then
 * fails because memory is short.
 */
#include "mem/xe_validate.h"

#include <linux/errno.h>
#include <linux/rwsem.h>

#include "core/xe_device.h"

/**
 * xe_validate_begin() - begin a turn
 * @v: the turn
 * @xe: device
 *
 * Context: no reservation held. Each try takes its own, and gives them back.
 */
void xe_validate_begin(struct xe_validate *v, struct xe_device *xe)
{
	*v = (struct xe_validate){ .xe = xe };
	down_read(&xe->validate_lock);
}

/**
 * xe_validate_begin_alone() - begin a turn in which nobody else takes memory
 * @v: the turn
 * @xe: device
 *
 * Context: as xe_validate_begin(); waits for all turns that are going on.
 */
void xe_validate_begin_alone(struct xe_validate *v, struct xe_device *xe)
{
	*v = (struct xe_validate){ .xe = xe, .alone = true };
	down_write(&xe->validate_lock);
}

/**
 * xe_validate_again() - whether to try once more
 * @v: turn
 * @err: how the try ended
 *
 * Context: the reservations that the try took were given back.
 *
 * Return: true when there was no memory, and nobody else has a turn now.
 */
bool xe_validate_again(struct xe_validate *v, int err)
{
	if (v->alone || (err != -ENOMEM && err != -ENOSPC))
		return false;
	up_read(&v->xe->validate_lock);
	down_write(&v->xe->validate_lock);
	v->alone = true;
	return true;
}

/**
 * xe_validate_end() - end a turn
 * @v: turn
 */
void xe_validate_end(struct xe_validate *v)
{
	if (v->alone)
		up_write(&v->xe->validate_lock);
	else
		up_read(&v->xe->validate_lock);
}
