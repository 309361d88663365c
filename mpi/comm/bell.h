/*
 * bell - how rank 0 calls the others to what comes next, and how they sleep until then.
 *
 * Ranks of a host sleep on a futex in a window of memory that they share, so they use no processor
 * time: MPI's own waiting would burn a core each, and they wait while others are measured. The
 * leaders of other hosts are called by message, and nap between two looks for it.
 *
 *     rank 0 --Ibcast--> leaders of hosts --futex--> the ranks of each host
 *
 * An order may pass by a rank that is slow to wake, if it is not concerned: it then sees the next.
 * So whoever is concerned by an order has to have taken part in it before rank 0 rings again.
 */
#ifndef SQUARES_COMM_BELL_H
#define SQUARES_COMM_BELL_H

#include "comm/shared_memory.h"
#include "comm/team.h"

#include <stdint.h>

struct order {
    int what; /* for whoever rings to say */
    int work, row;
    int64_t tasks;
};

struct bell {
    const struct team *team;
    MPI_Comm leaders; /* of the hosts; MPI_COMM_NULL on the others */
    struct shared_memory memory;
    struct bell_room *room; /* in that; NULL: ranks of a host are called by message, too */
    unsigned heard;         /* the last round that this rank has seen */
};

/* Collective over the team, which must live as long as the bell. */
void bell_open(struct bell *bell, const struct team *team);
void bell_close(struct bell *bell); /* zeroed it is closed */

/* On rank 0. Returns when the order is on its way. */
void bell_ring(struct bell *bell, const struct order *order);

/* On the other ranks: sleeps until rank 0 rings. */
void bell_await(struct bell *bell, struct order *order);

#endif
