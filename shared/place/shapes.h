/*
 * shapes - the shapes that a team can have on the hosts of a job: from every rank for itself to one
 * rank a host that stands for all of it.
 *
 *     one host, 4 ranks      group 1          group 2          group 4
 *                            [0][1][2][3]     [0 0][2 2]       [0 0 0 0]
 *                            4x1              2x2              1x4
 *
 * A rank stands for `group` ranks of its host that follow one another, and has a thread for each of
 * theirs, so the workers are as many in each shape of all hosts. A group must divide the ranks of
 * every host. Threads reach no further than their host: where there are several, there are also
 * shapes of one host alone.
 */
#ifndef SQUARES_PLACE_SHAPES_H
#define SQUARES_PLACE_SHAPES_H

#include <stdbool.h>

enum {
    SHAPES_GROUPS = 8, /* of all hosts: the finest, the coarsest, and some between */
    SHAPES_HOSTS = 4,  /* of single hosts: the first ones */
    SHAPES_MOST = SHAPES_GROUPS + SHAPES_HOSTS,
};

struct shape {
    int group;          /* ranks of a host that one stands for */
    int host;           /* the only host that takes part; -1: all do */
    int ranks, threads; /* of the team; of each of its ranks */
};

/* Lists the shapes of `hosts` hosts with host_ranks[host] ranks of `threads` threads each, those of
 * all hosts first, by rising group. A shape of one worker is none. Returns how many. */
int shapes_list(const int *host_ranks, int hosts, int threads, struct shape shapes[SHAPES_MOST]);

/* Whether a rank takes part in a shape: one of host `host_index`, and `host_rank` there. */
static inline bool shape_takes(const struct shape *shape, int host_index, int host_rank)
{
    return (shape->host < 0 || shape->host == host_index) && host_rank % shape->group == 0;
}

#endif
