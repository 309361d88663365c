/*
 * plan - which PUs each worker of a host is placed on.
 *
 * AUTO, while there are enough cores: each worker gets a whole core of its own; the cores of a rank
 * are neighbours, of one kind, within one NUMA node and one last-level cache if the ranks can be
 * laid out so; the ranks are spread evenly along the machine, and a rank's threads evenly over its
 * room there. With more workers than cores, every core is taken once before any is taken twice;
 * each worker gets a PU of its own while there are free ones; then workers share PUs, evenly. Ranks
 * follow one another along the machine. The same input gives the same plan.
 */
#ifndef SQUARES_PLACE_PLAN_H
#define SQUARES_PLACE_PLAN_H

#include "base/err.h"
#include "place/cores.h"

#include <hwloc.h>
#include <stdbool.h>

enum place_policy {
    PLACE_AUTO,
    PLACE_COMPACT, /* neighbouring cores from the first on, no gaps */
    PLACE_SPREAD,  /* workers as far apart as possible, across caches and NUMA nodes */
    PLACE_NONE,    /* bind no worker more closely than the launcher did */
};

/* In the order of the enum; ends with NULL. */
extern const char *const PLACE_POLICIES[];

/* The most workers that can be planned on a host: half a million, far more than a kernel runs. */
enum { PLAN_MOST = 1 << 19 };

struct plan_request {
    int ranks;   /* of this host, at least 1 */
    int threads; /* of each rank, at least 1; ranks * threads at most PLAN_MOST */
    enum place_policy policy;
    int smt; /* workers per core, each on a PU of its own; 0: one, or more if there are not enough
                cores */
};

struct plan {
    int ranks;
    int threads;
    hwloc_bitmap_t *seats; /* [rank * threads + thread], OS numbers; none is empty */
};

/* How many threads each of `ranks` ranks gets when they share that many cores, with `smt` (0 counts
 * as 1) per core, such that no core has threads of two ranks unless there are more ranks than
 * cores: at least 1. */
int plan_auto_threads(int cores, int ranks, int smt);

/* Builds the plan on `cores`. Returns 0, or -1 and sets err if no core has as many PUs as `smt`
 * asks for, or there is no memory. */
int plan_build(struct plan *plan, const struct cores *cores, const struct plan_request *request,
               struct err *err);

/* Builds the plan in which every rank stays within its own mask, masks[request->ranks]; ranks with
 * equal masks share them as in plan_build. With PLACE_NONE a seat is the mask itself. Returns 0, or
 * -1 and sets err. */
int plan_within(struct plan *plan, hwloc_topology_t topology, const hwloc_bitmap_t *masks,
                const struct plan_request *request, struct err *err);

/* Whether every rank has cores for all its threads within its own mask, and shares them only with
 * ranks of the same mask. With `smt` above 1, a core counts for as many threads as it has PUs in
 * the mask, up to `smt`. */
bool plan_fits_within(hwloc_topology_t topology, const hwloc_bitmap_t *masks,
                      const struct plan_request *request);

void plan_release(struct plan *plan);

static inline int plan_workers(const struct plan *plan)
{
    return plan->ranks * plan->threads;
}

#endif
