/*
 * shapes - the shapes that a team can have on the hosts of a job: from every rank for itself to one
 * rank per host that stands for all ranks there.
 *
 *     one host, 4 ranks      group 1          group 2          group 4
 *                            [0][1][2][3]     [0 0][2 2]       [0 0 0 0]
 *                            4x1              2x2              1x4
 *
 * A rank stands for `group` consecutive ranks of its host, and runs as many threads as all of them
 * together, so every shape that uses all hosts has the same number of workers. A group must divide
 * the number of ranks on every host. Threads cannot leave their host, so with several hosts there
 * are also shapes of a single host.
 */
#ifndef SQUARES_PLACE_SHAPES_H
#define SQUARES_PLACE_SHAPES_H

#include <stdbool.h>

enum {
    SHAPES_GROUPS = 8, /* using all hosts: the finest, the coarsest, and some between */
    SHAPES_HOSTS = 4,  /* using a single host: the first hosts */
    SHAPES_MOST = SHAPES_GROUPS + SHAPES_HOSTS,
};

struct shape {
    int group;          /* the number of ranks that one stands for */
    int host;           /* the only host that takes part; -1: all do */
    int ranks, threads; /* of the team; of each of its ranks */
};

/* Lists the shapes of `hosts` hosts with host_ranks[host] ranks of `threads` threads each: first
 * those of all hosts, by rising group. A shape of one worker is left out. Returns how many there
 * are. */
int shapes_list(const int *host_ranks, int hosts, int threads, struct shape shapes[SHAPES_MOST]);

/* Whether the rank with number `host_rank` on host `host_index` takes part in a shape. */
static inline bool shape_takes(const struct shape *shape, int host_index, int host_rank)
{
    return (shape->host < 0 || shape->host == host_index) && host_rank % shape->group == 0;
}

#endif
