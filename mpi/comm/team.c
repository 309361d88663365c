#include "comm/team.h"

/* Fills in everything except the team's `world`. */
static void find_hosts(struct team *team)
{
    MPI_Comm_rank(team->world, &team->rank);
    MPI_Comm_size(team->world, &team->size);
    MPI_Comm_split_type(team->world, MPI_COMM_TYPE_SHARED, team->rank, MPI_INFO_NULL, &team->host);
    MPI_Comm_rank(team->host, &team->host_rank);
    MPI_Comm_size(team->host, &team->host_size);

    int leads = team_leads_host(team);
    int leaders_before = 0;
    MPI_Exscan(&leads, &leaders_before, 1, MPI_INT, MPI_SUM, team->world);
    team->host_index = team->rank == 0 ? 0 : leaders_before;
    MPI_Bcast(&team->host_index, 1, MPI_INT, 0, team->host);
    MPI_Allreduce(&leads, &team->hosts, 1, MPI_INT, MPI_SUM, team->world);
    MPI_Allreduce(&team->host_size, &team->most, 1, MPI_INT, MPI_MAX, team->world);
}

void team_create(struct team *team)
{
    *team = (struct team){0};
    MPI_Comm_dup(MPI_COMM_WORLD, &team->world);
    find_hosts(team);
}

void team_part(struct team *part, const struct team *whole, bool member)
{
    *part = (struct team){.world = MPI_COMM_NULL};
    MPI_Comm_split(whole->world, member ? 0 : MPI_UNDEFINED, whole->rank, &part->world);
    if (member)
        find_hosts(part);
}

void team_release(struct team *team)
{
    if (team->size == 0)
        return;
    MPI_Comm_free(&team->host);
    MPI_Comm_free(&team->world);
}

/* Ends when the request completes: each MPI_Test lets MPI make progress. */
void team_wait(const struct team *team, MPI_Request *request)
{
    struct patience patience = patience_start(team->crowded);
    int done = 0;
    for (;;) {
        MPI_Test(request, &done, MPI_STATUS_IGNORE);
        if (done)
            return;
        patience_wait(&patience);
    }
}

/* In brackets the name is the function, not the macro in team.h. */
void(team_barrier)(const struct team *team)
{
    MPI_Request request;
    MPI_Ibarrier(team->world, &request);
    team_wait(team, &request);
}

void(team_bcast)(const struct team *team, void *data, int count, MPI_Datatype type, int root)
{
    MPI_Request request;
    MPI_Ibcast(data, count, type, root, team->world, &request);
    team_wait(team, &request);
}

void(team_allreduce)(const struct team *team, void *data, int count, MPI_Datatype type, MPI_Op op)
{
    MPI_Request request;
    MPI_Iallreduce(MPI_IN_PLACE, data, count, type, op, team->world, &request);
    team_wait(team, &request);
}
