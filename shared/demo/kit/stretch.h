/*
 * stretch - a stretch of memory longer than the caches, so that who reads it waits for memory. A
 * page of it lies nowhere until somebody touches it, and then near whoever does.
 *
 * One thread at a time for each.
 */
#ifndef SQUARES_DEMO_KIT_STRETCH_H
#define SQUARES_DEMO_KIT_STRETCH_H

#include "base/err.h"

#include <hwloc.h>
#include <stdint.h>

struct stretch {
    uint64_t *cells;
    size_t size;   /* bytes, a power of two */
    size_t at;     /* the cell to read on from */
    uint64_t line; /* the line to jump on from */
    uint64_t sum;  /* of what was read; nobody needs it, but the compiler must not see that */
};

/* Bytes of a stretch: twice the L3 and more, but within what can be touched in a moment.
 * *cached (or NULL): of an L3 that is as long all the same, or 0. */
size_t stretch_size(hwloc_topology_t topology, size_t *cached);

/* -1: no memory. To be released in any case, also if it was never reserved but is zeroed. */
int stretch_reserve(struct stretch *stretch, size_t size, struct err *err);
void stretch_release(struct stretch *stretch);

/* Writes to each page. */
void stretch_touch(struct stretch *stretch);

/* Reads on for some microseconds, one cell behind the other: processors fetch ahead. Returns how
 * many bytes it read. */
double stretch_read(struct stretch *stretch);

/* Jumps on for some 100 us, so that each load has to wait for the one before, and nobody can tell
 * where it will go. Returns how many loads. */
double stretch_jump(struct stretch *stretch);

#endif
