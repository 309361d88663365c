/*
 * fail_notice - how ranks that work independently soon learn that one of them has failed.
 *
 * Each rank reports to rank 0 once, when its part is done or has failed; rank 0 sends each rank one
 * notice, when all have reported or as soon as one has failed. So a rank sends one message and
 * receives one, whatever happens.
 */
#ifndef SQUARES_EXCHANGE_FAIL_NOTICE_H
#define SQUARES_EXCHANGE_FAIL_NOTICE_H

#include "base/err.h"
#include "comm/team.h"

/* In place of a position: no rank failed. */
#define NO_FAILURE INT64_MAX

struct fail_notice {
    const struct team *team;
    int64_t at;      /* where a rank failed, as far as this rank knows; or NO_FAILURE */
    bool out;        /* the notice was sent (rank 0), or has come */
    int64_t outcome; /* the notice's content, on its way */

    /* Rank 0: for each peer, its report and the request that receives it, then the request that
     * sends the notice. Each report is received from its sender by rank: a quick rank's report for
     * the next notice must not be taken for a slow one's for this notice. Other ranks: one of
     * each. */
    int missing; /* reports that have not come */
    int64_t *reports;
    MPI_Request *incoming;
    MPI_Request *leaving;
};

/* Allocates memory; sends no message yet. Returns 0, or -1 and sets err if memory runs out. */
int fail_notice_open(struct fail_notice *fail_notice, const struct team *team, struct err *err);
void fail_notice_close(struct fail_notice *fail_notice);

/* Collective: every rank that begins a notice must end it. */
void fail_notice_begin(struct fail_notice *fail_notice);

/* Looks for news without waiting. Returns the position at which a rank is known to have failed, or
 * NO_FAILURE. */
int64_t fail_notice_poll(struct fail_notice *fail_notice);

/* Reports that this rank has finished its part (NO_FAILURE) or failed at a position, and waits for
 * the notice. Returns as fail_notice_poll. */
int64_t fail_notice_end(struct fail_notice *fail_notice, int64_t at);

#endif
