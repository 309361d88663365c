/*
 * kinds - which of hwloc's kinds of cores differ enough to matter for a worker. hwloc makes a kind
 * of every difference that the system shows, even if only a few "favoured" cores of a processor may
 * clock a little higher than the others.
 *
 *     type   what the cores are: the core type, the capacity, or another ranking if the system
 *            shows neither. Cores that differ only in frequency are of one type.
 *     kind   within a type, how fast: cores that reach three quarters of its fastest are one kind
 *     lag    within a type, how far its top frequency is below the fastest one's, in steps of 5 %
 *
 * Types and kinds are numbered from 0, the fastest first; kinds continue from type to type. Cores
 * about which hwloc knows nothing count as the last kind.
 */
#ifndef SQUARES_PLACE_KINDS_H
#define SQUARES_PLACE_KINDS_H

#include "base/err.h"

#include <hwloc.h>

struct kind {
    int type, kind, lag;
};

struct kinds {
    int count;        /* as many as hwloc has */
    struct kind *all; /* [count], by hwloc's index */
    struct kind last; /* the slowest; zeros if there is none */
};

/* Returns 0, or -1 and sets err if memory runs out. */
int kinds_find(struct kinds *kinds, hwloc_topology_t topology, struct err *err);

void kinds_release(struct kinds *kinds);

/* The kind of a core; if its PUs differ or some have none, the kind of the first PU that has
 * one. */
struct kind kinds_of(const struct kinds *kinds, hwloc_topology_t topology,
                     hwloc_const_bitmap_t core);

#endif
