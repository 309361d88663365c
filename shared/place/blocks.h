/*
 * blocks - where along a line of cores each rank's block of neighbouring cores begins.
 *
 * There are at least as many cores as the blocks need. The blocks keep their order and do not
 * overlap; among all such ways the one is taken in which the fewest borders lie within blocks:
 * first between types of cores, then between NUMA nodes, then between last-level caches, then
 * between kinds of a type; among equals, the one with the fastest cores, and then the one in which
 * the blocks are nearest to where an even split would put them.
 */
#ifndef SQUARES_PLACE_BLOCKS_H
#define SQUARES_PLACE_BLOCKS_H

#include "base/err.h"
#include "place/cores.h"

#include <stdbool.h>

struct blocks {
    int ranks;
    int size;    /* cores of each block; ranks * size <= count */
    bool packed; /* nearest to the line's beginning, rather than evenly spread */
};

/* Fills starts[ranks] with indices into line[count], rising. -1: no memory. */
int blocks_choose(int *starts, const struct blocks *blocks, struct core *const *line, int count,
                  struct err *err);

#endif
