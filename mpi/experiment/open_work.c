#include "experiment/open_work.h"

#include "comm/agree.h"

int open_work(struct work *work, const struct team *team, struct err *err)
{
    if (team_leads_host(team))
        (void)work_host_open(work, err);
    if (agree(team, err) != 0)
        return -1;
    MPI_Bcast(&work->common, 1, MPI_INT64_T, 0, team->host);
    work_join(work);
    MPI_Barrier(team->host); /* nothing fails before it: all ranks of the host come here */
    (void)work_open(work, err);
    return agree(team, err);
}

void close_work(struct work *work, const struct team *team)
{
    work_close(work);
    team_barrier(team);
    work_host_close(work);
}
