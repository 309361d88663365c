/*
 * team - the ranks that take part, and the hosts they run on. All calls are collective over the
 * team's `world` unless they say otherwise; only the main thread of a rank makes them.
 */
#ifndef SQUARES_COMM_TEAM_H
#define SQUARES_COMM_TEAM_H

#include "base/patience.h"
#include "comm/collective.h"

#include <stdbool.h>

struct team {
    MPI_Comm world; /* our own duplicate */
    MPI_Comm host;  /* the ranks of this host */
    int rank, size;
    int host_rank, host_size; /* within `host`; host_rank 0 leads */
    int host_index, hosts;    /* hosts are numbered by their lowest rank */
    int most;                 /* ranks on the host that has most */
    bool crowded;             /* more workers than PUs on this host; set once workers have seats */
};

void team_create(struct team *team);

/* Collective over `whole`: makes `part`, the team of the ranks that pass `member`. On other ranks
 * it is empty; they may only call team_release on it. */
void team_part(struct team *part, const struct team *whole, bool member);

void team_release(struct team *team);

static inline bool team_leads_host(const struct team *team)
{
    return team->host_rank == 0;
}

/* Waits for `request` without keeping a core busy, as Open MPI's own waiting does. */
void team_wait(const struct team *team, MPI_Request *request);

/* MPI_Barrier, MPI_Bcast, MPI_Allreduce that wait without keeping a core busy: for phases in which
 * one rank may take long, for example in the file system. */
void team_barrier(const struct team *team);
void team_bcast(const struct team *team, void *data, int count, MPI_Datatype type, int root);
void team_allreduce(const struct team *team, void *data, int count, MPI_Datatype type, MPI_Op op);

/* Debug builds check that all ranks make the same call, see collective.h. */
#define team_barrier(team) COLLECTIVE((team)->world, team_barrier, team)
#define team_bcast(team, data, count, type, root)                                                  \
    COLLECTIVE((team)->world, team_bcast, team, data, count, type, root)
#define team_allreduce(team, data, count, type, op)                                                \
    COLLECTIVE((team)->world, team_allreduce, team, data, count, type, op)

#endif
