/*
 * cores - the cores a job may use, in the order in which they are assigned: along the machine, or,
 * if they are of different types, the faster type first.
 *
 * Each core knows its NUMA node, its last-level cache, and its type and kind (see kinds.h). All of
 * these are numbered from 0 in the order in which they first appear in the list; a list of several
 * types returns to nodes it has visited before. On a machine that shows no cores, each PU counts as
 * one.
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
    int cache;          /* the L3, or without one the outermost cache that cores share */
    int type, kind;     /* 0: the fastest */
    int lag;            /* how much faster its type's fastest core is, in steps of 5 % */
};

struct cores {
    int count;
    int pus;                  /* usable, of all */
    int smt;                  /* the most usable PUs of one core */
    int nodes, caches, kinds; /* how many of each the cores are in; at least 1 */
    int packages;             /* likewise; 0 if the machine shows none */
    bool even;                /* all nodes of the machine have usable cores, and equally many */
    struct core *list;
    int *core_of; /* [last_pu + 1], by OS number: an index into list, or -1 */
    int last_pu;
};

/* Lists the cores of `topology` that have a PU in `usable`. Returns 0, or -1 and sets err if there
 * are none or no memory. */
int cores_find(struct cores *cores, hwloc_topology_t topology, hwloc_const_bitmap_t usable,
               struct err *err);

void cores_release(struct cores *cores);

/* How many cores have a PU in `set`. */
int cores_touched(const struct cores *cores, hwloc_const_bitmap_t set);

/* How many workers the cores of `set` have room for, up to `level` per core, each on its own PU of
 * the set. */
int cores_room(const struct cores *cores, hwloc_const_bitmap_t set, int level);

/* The first core that has a PU in `set`: an index into list, or -1 if there is none. */
int cores_first(const struct cores *cores, hwloc_const_bitmap_t set);

/* The most cores of one type that lie under one cache. */
int cores_widest_cache(const struct cores *cores);

#endif
