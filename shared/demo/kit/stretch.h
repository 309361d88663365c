/*
 * stretch - a stretch of memory longer than the caches, so that reading it means waiting for
 * memory. A page of it is placed nowhere until a thread touches it, and then close to that thread.
 *
 * Each stretch is used by one thread at a time.
 */
#ifndef SQUARES_DEMO_KIT_STRETCH_H
#define SQUARES_DEMO_KIT_STRETCH_H

#include "base/err.h"

#include <hwloc.h>
#include <stdint.h>

struct stretch {
    uint64_t *cells;
    size_t size;   /* bytes, a power of two */
    size_t at;     /* the cell where reading continues */
    uint64_t line; /* the line where jumping continues */
    uint64_t sum;  /* of what was read, so that the compiler cannot leave out the reading */
};

/* The bytes of a stretch: at least twice the L3, unless touching that much would take too long.
 * *cached (or NULL): the size of an L3 that holds all of it nevertheless, else 0. */
size_t stretch_size(hwloc_topology_t topology, size_t *cached);

/* Returns 0, or -1 and sets err if there is no memory. Release it in any case; releasing a zeroed
 * one is allowed. */
int stretch_reserve(struct stretch *stretch, size_t size, struct err *err);
void stretch_release(struct stretch *stretch);

/* Writes to each page. */
void stretch_touch(struct stretch *stretch);

/* Continues reading for some microseconds, one cell after the other: processors prefetch that.
 * Returns how many bytes it read. */
double stretch_read(struct stretch *stretch);

/* Continues jumping for some 100 us: each load has to wait for the one before, and its address
 * cannot be predicted. Returns the number of loads. */
double stretch_jump(struct stretch *stretch);

#endif
