/*
 * plan - which PUs each worker of a host is to sit on.
 *
 * The host's ranks divide its usable cores along the machine, in order and as evenly as can be;
 * within a rank its threads do the same. While there are cores for all, a worker gets a whole core
 * of its own; then a PU of its own; then workers share PUs, evenly. The same input gives the same
 * plan.
 */
#ifndef SQUARES_PLACE_PLAN_H
#define SQUARES_PLACE_PLAN_H

#include "base/err.h"

#include <hwloc.h>
#include <stdbool.h>

struct plan {
    int ranks;             /* of this host */
    int threads;           /* of each rank */
    int cores, pus;        /* usable */
    hwloc_bitmap_t *seats; /* [rank * threads + thread], OS numbers; none is empty */
};

/* How many threads each of `ranks` ranks gets when they share the usable cores: at least 1. */
int plan_auto_threads(hwloc_topology_t topology, hwloc_const_bitmap_t usable, int ranks);

/* Builds the plan for ranks * threads workers on the PUs of `usable`, which must hold one at
 * least. */
int plan_build(struct plan *plan, hwloc_topology_t topology, hwloc_const_bitmap_t usable, int ranks,
               int threads, struct err *err);

void plan_release(struct plan *plan);

static inline int plan_workers(const struct plan *plan)
{
    return plan->ranks * plan->threads;
}

/* More workers than PUs: some must take turns. */
static inline bool plan_oversubscribed(const struct plan *plan)
{
    return plan_workers(plan) > plan->pus;
}

/* Two workers on one core, as its hardware threads or taking turns. */
static inline bool plan_shares_cores(const struct plan *plan)
{
    return plan_workers(plan) > plan->cores;
}

#endif
