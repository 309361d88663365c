#include "work/plugin_guard.h"

#include <stdlib.h>
#include <string.h>

/* The contents of a guard cell: a number that a plug-in is unlikely to write. */
static uint64_t pattern(int64_t at)
{
    return (uint64_t)at * UINT64_C(0x9E3779B97F4A7C15) ^ UINT64_C(0xA5C35A3CF00F6996);
}

int guard_begin(struct guard *guard, const void *cells, int64_t count, struct err *err)
{
    *guard = (struct guard){malloc(((size_t)count + 2 * GUARD_CELLS) * sizeof(uint64_t)), count};
    if (guard->room == NULL)
        return err_memory(err, "a guarded chunk");
    for (int64_t i = 0; i < GUARD_CELLS; i++) {
        int64_t behind = GUARD_CELLS + count + i;
        guard->room[i] = pattern(i);
        guard->room[behind] = pattern(behind);
    }
    memcpy(guard_cells(guard), cells, (size_t)count * sizeof(uint64_t));
    return 0;
}

bool guard_whole(const struct guard *guard, int64_t *offset)
{
    for (int64_t i = 0; i < 2 * GUARD_CELLS; i++) {
        int64_t at = i < GUARD_CELLS ? i : i + guard->count;
        if (guard->room[at] == pattern(at))
            continue;
        *offset = at - GUARD_CELLS;
        return false;
    }
    return true;
}

void guard_end(struct guard *guard, void *cells)
{
    memcpy(cells, guard_cells(guard), (size_t)guard->count * sizeof(uint64_t));
    free(guard->room);
    guard->room = NULL;
}
