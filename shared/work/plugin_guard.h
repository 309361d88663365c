/*
 * plugin_guard - a copy of a chunk between cells that must not be written, to detect writes past
 * its ends:
 *
 *     room   | 64 cells |  the chunk  | 64 cells |
 *
 * Each guard cell holds a different value. Reads past the ends are not detected, nor are writes
 * further away. Used by one thread.
 */
#ifndef SQUARES_WORK_PLUGIN_GUARD_H
#define SQUARES_WORK_PLUGIN_GUARD_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum { GUARD_CELLS = 64 };

struct guard {
    uint64_t *room;
    int64_t count;
};

/* Copies `count` numbers. Returns 0, or -1 and sets err if there is no memory. Released by
 * guard_end. */
int guard_begin(struct guard *guard, const void *cells, int64_t count, struct err *err);

/* The copy. */
static inline void *guard_cells(const struct guard *guard)
{
    return guard->room + GUARD_CELLS;
}

/* Whether the cells around the copy are unchanged; if not, `offset` is the lowest changed one,
 * counted from the chunk's first number: below 0, or at least `count`. */
bool guard_whole(const struct guard *guard, int64_t *offset);

/* Copies the numbers back and releases the copy. */
void guard_end(struct guard *guard, void *cells);

#endif
