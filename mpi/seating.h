/*
 * seating - this rank's part of its host's plan: one rank of a host loads the topology and plans
 * for all, the others get their seats by message.
 */
#ifndef SQUARES_SEATING_H
#define SQUARES_SEATING_H

#include "base/err.h"
#include "report/report.h"
#include "team.h"

#include <hwloc.h>

enum { THREADS_AUTO = 0, THREADS_MOST = 4096 };

struct seating {
    int threads;             /* of each rank that works, the same on all */
    int crew;                /* of this one: threads, or 1 if it only feeds */
    hwloc_bitmap_t *seats;   /* [crew], OS numbers */
    char given[SEAT_TEXT];   /* the PUs the launcher had given this rank */
    struct report_host host; /* of this rank's host */
};

/* Collective: plans `threads` workers for every rank (THREADS_AUTO: as many as there are usable
 * cores, shared by the ranks of a host; the same everywhere, so the fullest host decides). Unless
 * `root_works` rank 0 gets no core of its own: it may use all that the job may. The ranks agree
 * inside: -1 on all if it failed on one, with `rank` as in agree(). */
int seating_plan(struct seating *seating, const struct team *team, int threads, bool root_works,
                 struct err *err, int *rank);

void seating_release(struct seating *seating);

#endif
