/*
 * verdict - how ranks that each work for themselves learn soon that one of them has failed.
 *
 * Each rank reports to rank 0 once, when its part is done or has failed; rank 0 sends each rank one
 * verdict, when all have reported or as soon as one has failed. So a rank sends one message and
 * receives one, whatever happens.
 */
#ifndef SQUARES_VERDICT_H
#define SQUARES_VERDICT_H

#include "base/err.h"
#include "team.h"

struct verdict {
    const struct team *team;
    bool failed;  /* somebody did, as far as this rank knows */
    bool out;     /* the verdict was sent (rank 0), or has come */
    int sentence; /* the verdict on its way: 1 = failed */

    /* Rank 0: for each peer its report and the message that brings it, then takes the verdict. Each
     * is received from its sender by name: a quick rank's report to the next verdict must not be
     * taken for a slow one's to this. The others: one of each. */
    int missing; /* reports that have not come */
    int *reports;
    MPI_Request *incoming;
    MPI_Request *leaving;
};

/* Gets memory; no message yet. -1: out of memory. */
int verdict_open(struct verdict *verdict, const struct team *team, struct err *err);
void verdict_close(struct verdict *verdict);

/* Collective: every rank that begins one ends it. */
void verdict_begin(struct verdict *verdict);

/* Looks for news without waiting; whether some rank is known to have failed. */
bool verdict_poll(struct verdict *verdict);

/* Reports that this rank has finished its part, or failed, and waits until the verdict is known to
 * it; whether any rank failed. */
bool verdict_end(struct verdict *verdict, bool failed);

#endif
