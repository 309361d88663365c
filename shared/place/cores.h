/*
 * cores - the cores a job may use, in the order in which they are handed out: along the machine,
 * and where they differ in type the faster type first.
 *
 * Each knows in which NUMA node and under which last-level cache it lies, and of which type and
 * kind it is (see kinds.h). These are numbered from 0 in the order in which the list comes to them;
 * a list of several types comes back to the nodes it has been in. A machine that shows no cores
 * counts each PU as one.
 */
#ifndef SQUARES_PLACE_CORES_H
#define SQUARES_PLACE_CORES_H

#include "base/err.h"

#include <hwloc.h>
#include <stdbool.h>

struct core {
    hwloc_bitmap_t pus; /* its usable PUs, OS numbers; never empty */
    int threads;        /* how many those are */
    int logical;        /* hwloc's number of the core */
    int node;           /* from 0 */
    int cache;          /* the L3; where there is none, the outermost cache that cores share */
    int type, kind;     /* 0: the fastest */
    int lag;            /* steps of 5 % by which its type's fastest is faster */
};

struct cores {
    int count;
    int pus;                  /* usable, of all */
    int smt;                  /* most usable PUs of one core */
    int nodes, caches, kinds; /* how many of each the cores lie in; at least 1 */
    int packages;             /* the same; 0 where the machine shows none */
    bool even;                /* the nodes have equally many cores, and all nodes have some */
    struct core *list;
    int *core_of; /* [last_pu + 1], by OS number: an index into list, or -1 */
    int last_pu;
};

/* Lists the cores of `topology` that have a PU in `usable`. -1: there is none, or no memory. */
int cores_find(struct cores *cores, hwloc_topology_t topology, hwloc_const_bitmap_t usable,
               struct err *err);

void cores_release(struct cores *cores);

/* How many cores have a PU in `set`. */
int cores_touched(const struct cores *cores, hwloc_const_bitmap_t set);

/* How many workers find room on the cores of `set`, up to `level` to a core, each on a PU of the
 * set. */
int cores_room(const struct cores *cores, hwloc_const_bitmap_t set, int level);

/* The first core that has a PU in `set`: an index into list; -1: none has. */
int cores_first(const struct cores *cores, hwloc_const_bitmap_t set);

/* The most cores of one type that lie under one cache. */
int cores_widest_cache(const struct cores *cores);

#endif
