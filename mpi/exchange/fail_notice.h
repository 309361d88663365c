/*
 * fail_notice - how ranks that each work for themselves learn soon that one of them has failed.
 *
 * Each rank reports to rank 0 once, when its part is done or has failed; rank 0 sends each rank one
 * verdict, when all have reported or as soon as one has failed. So a rank sends one message and
 * receives one, whatever happens.
 */
#ifndef SQUARES_EXCHANGE_FAIL_NOTICE_H
#define SQUARES_EXCHANGE_FAIL_NOTICE_H

#include "base/err.h"
#include "comm/team.h"

/* Instead of a position: nobody failed. */
#define NO_FAILURE INT64_MAX

struct fail_notice {
    const struct team *team;
    int64_t at;       /* where somebody failed, as far as this rank knows; NO_FAILURE */
    bool out;         /* the verdict was sent (rank 0), or has come */
    int64_t sentence; /* the verdict on its way */

    /* Rank 0: for each peer its report and the message that brings it, then takes the verdict. Each
     * is received from its sender by name: a quick rank's report to the next verdict must not be
     * taken for a slow one's to this. The others: one of each. */
    int missing; /* reports that have not come */
    int64_t *reports;
    MPI_Request *incoming;
    MPI_Request *leaving;
};

/* Gets memory; no message yet. -1: out of memory. */
int fail_notice_open(struct fail_notice *fail_notice, const struct team *team, struct err *err);
void fail_notice_close(struct fail_notice *fail_notice);

/* Collective: every rank that begins one ends it. */
void fail_notice_begin(struct fail_notice *fail_notice);

/* Looks for news without waiting; the position at which a rank is known to have failed, or
 * NO_FAILURE. */
int64_t fail_notice_poll(struct fail_notice *fail_notice);

/* Reports that this rank has finished its part (NO_FAILURE), or failed at a position, and waits
 * until the verdict is known to it; as verdict_poll. */
int64_t fail_notice_end(struct fail_notice *fail_notice, int64_t at);

#endif
