/*
 * plugin_guard - a copy of a chunk between cells that nobody may write, to see who writes past it:
 *
 *     room   | 64 cells |  the chunk  | 64 cells |
 *
 * Each cell of the guards holds something of its own. What is only read is not seen, nor is what is
 * written farther away. Used by one thread.
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

/* Copies `count` numbers. Released by guard_end. */
int guard_begin(struct guard *guard, const void *cells, int64_t count, struct err *err);

/* The copy. */
static inline void *guard_cells(const struct guard *guard)
{
    return guard->room + GUARD_CELLS;
}

/* Whether the cells around the copy are as they were; if not, `offset` is the lowest that is not,
 * counted from the chunk's first number: below 0, or from `count` on. */
bool guard_whole(const struct guard *guard, int64_t *offset);

/* Copies back. */
void guard_end(struct guard *guard, void *cells);

#endif
