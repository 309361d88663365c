/*
 * demo_ranks - the parts of demos that pass messages: a table of them, by the demo's name.
 */
#ifndef SQUARES_COMMAND_DEMO_RANKS_H
#define SQUARES_COMMAND_DEMO_RANKS_H

#include "comm/team.h"
#include "demo/kit/showing.h"

struct demo_ranks {
    const struct team *team;
    struct showing *showing; /* rank 0; NULL on the others */
    uint64_t seed;
    const void *settings; /* the demo's */
};

/* Collective over the team, which has as many ranks as the demo wants, or more. -1: it failed on
 * this rank; the ranks agree on that behind, so each has to come to its end. */
typedef int demo_ranks_fn(struct demo_ranks *demo_ranks, struct err *err);

/* One for each demo that passes messages. */
demo_ranks_fn meet_deadlock;
demo_ranks_fn meet_isolation;
demo_ranks_fn meet_scatter;

/* Runs the part of the demo of that name. */
int demo_ranks_run(const char *name, struct demo_ranks *demo_ranks, struct err *err);

#endif
