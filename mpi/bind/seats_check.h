/*
 * seats_check - binds the workers to their seats, reads back where they really may run, and gathers
 * what the report says about a host's ranks on its leader.
 */
#ifndef SQUARES_BIND_SEATS_CHECK_H
#define SQUARES_BIND_SEATS_CHECK_H

#include "bind/seats.h"
#include "comm/team.h"
#include "report/place_report.h"

/* On the leader of a host; empty on other ranks. */
struct seats_check {
    int workers;                /* on the host */
    struct stay *stays;         /* [workers], by rank, then thread */
    hwloc_bitmap_t *seats;      /* [workers], as read back */
    struct placing_rank *ranks; /* [ranks] */
};

/* Collective, while all ranks work: makes a crew, which binds itself to the seats, and ends it.
 * `start`: the PUs this process had before MPI started, or NULL. The ranks agree inside: returns 0,
 * or -1 on all ranks if it failed on one. */
int seats_check_take(struct seats_check *seats_check, const struct team *team,
                     const struct seats *seats, hwloc_const_bitmap_t start, struct err *err);

void seats_check_release(struct seats_check *seats_check);

#endif
