/*
 * seats_check - takes the seats, reads back where the workers really may run, and brings what there
 * is to tell of a host's ranks to its leader.
 */
#ifndef SQUARES_BIND_SEATS_CHECK_H
#define SQUARES_BIND_SEATS_CHECK_H

#include "bind/seats.h"
#include "comm/team.h"
#include "report/place_report.h"

/* On the leader of a host; empty elsewhere. */
struct seats_check {
    int workers;                /* of the host */
    struct stay *stays;         /* [workers], by rank, then thread */
    hwloc_bitmap_t *seats;      /* [workers], as they were read back */
    struct placing_rank *ranks; /* [ranks] */
};

/* Collective, with all ranks working: makes a crew, which takes the seats, and ends it. `start`:
 * the PUs this process had before MPI, or NULL. The ranks agree inside: -1 on all if it failed on
 * one. */
int seats_check_take(struct seats_check *seats_check, const struct team *team,
                     const struct seats *seats, hwloc_const_bitmap_t start, struct err *err);

void seats_check_release(struct seats_check *seats_check);

#endif
