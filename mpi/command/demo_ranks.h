/*
 * demo_ranks - the parts of demos that pass messages: a table of them, by the demo's name.
 */
#ifndef SQUARES_COMMAND_DEMO_RANKS_H
#define SQUARES_COMMAND_DEMO_RANKS_H

#include "comm/team.h"
#include "demo/kit/showing.h"

struct meeting {
    const struct team *team;
    struct showing *showing; /* rank 0; NULL on the others */
    uint64_t seed;
    const void *settings; /* the demo's */
};

/* Collective over the team, which has as many ranks as the demo wants, or more. -1: it failed on
 * this rank; the ranks agree on that behind, so each has to come to its end. */
typedef int meeting_fn(struct meeting *meeting, struct err *err);

/* One for each demo that passes messages. */
meeting_fn meet_deadlock;
meeting_fn meet_isolation;
meeting_fn meet_scatter;

/* Runs the part of the demo of that name. */
int meeting_run(const char *name, struct meeting *meeting, struct err *err);

#endif
