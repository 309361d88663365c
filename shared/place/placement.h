/*
 * placement - from what a host offers and what was asked for to a plan.
 *
 * The launcher's word is kept where it suffices: if every rank's mask has a core for each of its
 * threads, and is its own or shared alike, each rank stays within it. Else, as launchers bind ranks
 * without knowing of their threads, the ranks are widened: they share the union of their masks if
 * that has cores for all, and else all that the job may use by the evidence there is. A policy that
 * was asked for by name always looks at all ranks together. Where the job was given a number of
 * CPUs but nobody says which, nobody is bound, unless by name: other jobs would bind to the same
 * ones.
 *
 * Where nothing bound the ranks of a host (each may run on all that the cgroup allows) and they
 * need fewer cores than there are, they are left to the kernel: two such jobs would plan the same
 * seats and sit on them together beside cores that are free, and which ones those are changes by
 * the moment. --place and --smt ask for seats all the same.
 */
#ifndef SQUARES_PLACE_PLACEMENT_H
#define SQUARES_PLACE_PLACEMENT_H

#include "place/evidence.h"
#include "place/plan.h"

struct placement_request {
    int threads; /* of each rank, or PLACEMENT_AUTO */
    enum place_policy policy;
    int smt;          /* as in struct plan_request */
    bool never_widen; /* each rank stays within its mask, whatever it holds */
    bool named;       /* the policy was asked for by name */
    int most;         /* rows that are compared are seated alike: workers of this host in the one
                         that has most; 0: those of the plan */
};

/* Threads of a rank: as many as there are cores for it, and the most. */
enum { PLACEMENT_AUTO = 0, PLACEMENT_THREADS_MOST = 4096 };

struct placement {
    hwloc_topology_t topology;   /* the caller's */
    const hwloc_bitmap_t *masks; /* the caller's: [ranks], what the launcher gave */
    int ranks;                   /* of this host, that work */
    struct placement_request request;
    bool unbound;                  /* nothing bound the ranks, and no seats were asked for */
    bool left;                     /* once the plan is made: the workers are left to the kernel */
    hwloc_bitmap_t united;         /* all the masks, as far as they are allowed */
    hwloc_bitmap_t widest;         /* all that the job may use here */
    char evidence[EVIDENCE_WORDS]; /* by which it may, in words */
    int undecided; /* CPUs that the job was given, of more that its ranks may use; 0: all of them */
    struct cores cores; /* those of `widest` */
    struct plan plan;   /* once made */
};

/* Weighs up what there is. `masks` and `topology` are kept until the release. */
int placement_open(struct placement *placement, hwloc_topology_t topology,
                   const struct evidence *evidence, const hwloc_bitmap_t *masks, int ranks,
                   const struct placement_request *request, struct err *err);

/* How many threads each rank would get for PLACEMENT_AUTO; at least 1. */
int placement_auto_threads(const struct placement *placement);

/* Makes the plan, for `threads` threads a rank. */
int placement_plan(struct placement *placement, int threads, struct err *err);

void placement_release(struct placement *placement);

#endif
