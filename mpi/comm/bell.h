/*
 * bell - how rank 0 wakes the other ranks for the next order, and how they sleep until then.
 *
 * Ranks of a host sleep on a futex in a window of memory that they share, so they use no processor
 * time: MPI's own waiting would keep a core busy for each, and they wait while others are measured.
 * The leaders of other hosts get orders by message, and sleep briefly between looks for one.
 *
 *     rank 0 --Ibcast--> leaders of hosts --futex--> the ranks of each host
 *
 * A rank that wakes late may miss an order that does not involve it; it then sees the next one. So
 * every rank that an order involves must have taken part in it before rank 0 rings again.
 */
#ifndef SQUARES_COMM_BELL_H
#define SQUARES_COMM_BELL_H

#include "comm/shared_memory.h"
#include "comm/team.h"

#include <stdint.h>

struct order {
    int what; /* its meaning is the caller's */
    int work, row;
    int64_t tasks;
};

struct bell {
    const struct team *team;
    MPI_Comm leaders; /* of the hosts' leaders; MPI_COMM_NULL on other ranks */
    struct shared_memory memory;
    struct bell_room *room; /* in `memory`; NULL: this host's ranks get orders by message, too */
    unsigned heard;         /* the last round this rank has seen */
};

/* Collective over the team, which must outlive the bell. */
void bell_open(struct bell *bell, const struct team *team);
void bell_close(struct bell *bell); /* a zeroed one is closed */

/* On rank 0: sends the order to all. Returns when it is on its way. */
void bell_ring(struct bell *bell, const struct order *order);

/* On the other ranks: sleeps until rank 0 rings. */
void bell_await(struct bell *bell, struct order *order);

#endif
