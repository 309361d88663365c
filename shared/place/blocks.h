/*
 * blocks - where along a line of cores each rank's block of neighbouring cores begins.
 *
 * There are at least as many cores as the blocks need. The blocks keep their order and do not
 * overlap. Of all such layouts, the one with the fewest borders inside blocks is chosen: first
 * borders between types of cores, then between NUMA nodes, then between last-level caches, then
 * between kinds of a type. Among equals, the one with the fastest cores wins, and then the one
 * nearest to an even split.
 */
#ifndef SQUARES_PLACE_BLOCKS_H
#define SQUARES_PLACE_BLOCKS_H

#include "base/err.h"
#include "place/cores.h"

#include <stdbool.h>

struct blocks {
    int ranks;
    int size;    /* cores of each block; ranks * size <= count */
    bool packed; /* as near as possible to the start of the line, not evenly spread */
};

/* Fills starts[ranks] with rising indices into line[count]. Returns 0, or -1 and sets err if there
 * is no memory. */
int blocks_choose(int *starts, const struct blocks *blocks, struct core *const *line, int count,
                  struct err *err);

#endif
