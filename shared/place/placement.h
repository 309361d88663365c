/*
 * placement - makes a plan from what a host offers and what was asked for.
 *
 * The launcher's binding is kept if it suffices: if every rank's mask has a core for each of its
 * threads, and ranks share a mask only if it is the same for both, each rank stays within its mask.
 * Otherwise the ranks are widened, as launchers bind ranks without knowing about their threads:
 * they share the union of their masks if that has cores for all, and else everything that the job
 * may use according to the evidence. A policy asked for by name always considers all ranks
 * together. If the job was given a number of CPUs but nothing tells which, no rank is bound unless
 * a policy was named: other jobs would bind to the same CPUs.
 *
 * If nothing bound the ranks of a host (each may run on all that the cgroup allows) and they need
 * fewer cores than there are, they are left to the kernel: two such jobs would plan the same seats
 * and share them while other cores are free, and which cores are free changes from moment to
 * moment. --place and --smt ask for seats even then.
 */
#ifndef SQUARES_PLACE_PLACEMENT_H
#define SQUARES_PLACE_PLACEMENT_H

#include "place/evidence.h"
#include "place/plan.h"

struct placement_request {
    int threads; /* of each rank, or PLACEMENT_AUTO */
    enum place_policy policy;
    int smt;          /* as in struct plan_request */
    bool never_widen; /* each rank stays within its mask, even if that is too small */
    bool named;       /* the policy was asked for by name */
    int most; /* the most workers on this host in any of the rows compared, so that all rows are
                 seated alike; 0: those of the plan */
};

/* PLACEMENT_AUTO: as many threads per rank as there are cores for it. And the most there can be. */
enum { PLACEMENT_AUTO = 0, PLACEMENT_THREADS_MOST = 4096 };

struct placement {
    hwloc_topology_t topology;   /* the caller's */
    const hwloc_bitmap_t *masks; /* the caller's: [ranks], what the launcher gave */
    int ranks;                   /* the working ranks of this host */
    struct placement_request request;
    bool unbound;                  /* nothing bound the ranks, and no seats were asked for */
    bool left;                     /* set with the plan: the workers are left to the kernel */
    hwloc_bitmap_t united;         /* the union of all masks, as far as allowed */
    hwloc_bitmap_t widest;         /* everything that the job may use here */
    char evidence[EVIDENCE_WORDS]; /* why it may, in words */
    int undecided; /* CPUs the job was given, if its ranks may use more and nothing tells which are
                      its own; else 0 */
    int workers_most;   /* that a quota of processor time is good for; INT_MAX: there is none */
    struct cores cores; /* the cores of `widest` */
    struct plan plan;   /* after placement_plan */
};

/* Examines what is available. `masks` and `topology` are used until placement_release. Returns 0,
 * or -1 and sets err if it fails; release it in any case. */
int placement_open(struct placement *placement, hwloc_topology_t topology,
                   const struct evidence *evidence, const hwloc_bitmap_t *masks, int ranks,
                   const struct placement_request *request, struct err *err);

/* How many threads each rank would get for PLACEMENT_AUTO: as many as there are cores for it, and
 * as its part of a quota is good for; at least 1. */
int placement_auto_threads(const struct placement *placement);

/* Makes the plan for `threads` threads per rank. */
int placement_plan(struct placement *placement, int threads, struct err *err);

void placement_release(struct placement *placement);

#endif
