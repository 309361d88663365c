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

/* Collective over the team, which has at least as many ranks as the demo wants. Returns 0, or -1
 * and sets err if it failed on this rank. The ranks agree on failures afterwards, so every rank has
 * to return. */
typedef int demo_ranks_fn(struct demo_ranks *demo_ranks, struct err *err);

/* One for each demo that passes messages. */
demo_ranks_fn meet_deadlock;
demo_ranks_fn meet_isolation;
demo_ranks_fn meet_scatter;

/* Runs the part of the demo with that name. Returns as demo_ranks_fn. */
int demo_ranks_run(const char *name, struct demo_ranks *demo_ranks, struct err *err);

#endif
