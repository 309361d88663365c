/*
 * kinds - which of hwloc's kinds of cores differ so that it matters where a worker sits. hwloc
 * makes a kind of every difference that the system shows, be it only that a few "favoured" cores of
 * a processor may clock a little higher than the others.
 *
 *     type   what the cores are: the core type, the capacity, or what else ranks them if the system
 *            says no more. Cores that differ in frequency only are of one type.
 *     kind   within a type, how fast: cores that reach three quarters of its fastest are one kind
 *     lag    within a type, how far its top frequency is below the fastest one's, in steps of 5 %
 *
 * Both are numbered from 0, the fastest first; kinds count on from type to type. Of cores of which
 * hwloc tells nothing, nothing is claimed: they are taken to be of the last kind.
 */
#ifndef SQUARES_PLACE_KINDS_H
#define SQUARES_PLACE_KINDS_H

#include "base/err.h"

#include <hwloc.h>

struct kind {
    int type, kind, lag;
};

struct kinds {
    int count;        /* hwloc's */
    struct kind *all; /* [count], by hwloc's index */
    struct kind last; /* the slowest; zeros if there is none */
};

/* -1: out of memory. */
int kinds_find(struct kinds *kinds, hwloc_topology_t topology, struct err *err);

void kinds_release(struct kinds *kinds);

/* That of a core; where its PUs differ or some have none, that of the first that has one. */
struct kind kinds_of(const struct kinds *kinds, hwloc_topology_t topology,
                     hwloc_const_bitmap_t core);

#endif
