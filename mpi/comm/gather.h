/*
 * gather - brings to rank 0 what ranks have to tell, in the order of ranks, by MPI's collectives.
 * All ranks of a job run the same build, so a struct travels as bytes.
 */
#ifndef SQUARES_COMM_GATHER_H
#define SQUARES_COMM_GATHER_H

#include "base/err.h"
#include "comm/team.h"

#include <stddef.h>

/* Collective over `comm`: `each` records of `size` bytes from every rank, into all[ranks * each] on
 * its rank 0; elsewhere `all` is not used. */
void gather_equal(MPI_Comm comm, const void *mine, int each, size_t size, void *all);
#define gather_equal(comm, mine, each, size, all)                                                  \
    COLLECTIVE(comm, gather_equal, comm, mine, each, size, all)

/* What gather() brought, on rank 0; empty elsewhere. */
struct gathered {
    int total;     /* records of all ranks */
    int *counts;   /* [ranks] of each rank; owned */
    char *records; /* [total * size], rank by rank; owned */
};

/* Collective over the team: `count` records of `size` bytes, of which a rank may have none. Returns
 * 0; or -1 on every rank if rank 0 has no memory for them, and sets err there. Release `all` with
 * gathered_release() in any case. */
int gather(const struct team *team, const void *mine, int count, size_t size, struct gathered *all,
           struct err *err);
#define gather(team, mine, count, size, all, err)                                                  \
    COLLECTIVE((team)->world, gather, team, mine, count, size, all, err)

void gathered_release(struct gathered *all);

#endif
