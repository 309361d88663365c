/*
 * window - the ranks of a host share memory: blocks are laid out in a window, and the ranks work on
 * them where they lie. Between hosts the leaders exchange blocks by messages, as in the message
 * exchange; there each host is one worker, its host crew.
 */
#include "exchange/host_crew.h"
#include "exchange/message_protocol.h"

#include <stdlib.h>

struct sharing {
    struct team leaders; /* one rank per host; empty on the others */
    struct host_crew host_crew;
    struct job inner; /* the same job, among the leaders */
    struct numbers piece;
    bool started; /* the exchange of the leaders */
};

static bool leads(const struct job *job)
{
    return team_leads_host(job->team);
}

/* How many numbers this host's crew holds: the blocks that are on their way. */
static int64_t room_of(const struct job *job)
{
    const struct message_cut cut = message_cut_for_host_crews(job->most);
    return cut.piece * (job->team->host_index == 0 ? cut.blocks * job->team->hosts : PIECES);
}

/* A rank 0 that only feeds would belong to its host's crew without taking part in its work. */
static int check_root(const struct job *job, struct err *err)
{
    if (job->root_works)
        return 0;
    err_set(err, ERR_INPUT, "--exchange window has rank 0 work too, with the ranks of its host");
    return err_remedy(err, "leave out --root feeds, or use --exchange message");
}

static int open_window(struct job *job, struct err *err)
{
    if (check_root(job, err) != 0)
        return -1;
    struct sharing *sharing = calloc(1, sizeof(*sharing));
    int all = sharing != NULL;
    MPI_Allreduce(MPI_IN_PLACE, &all, 1, MPI_INT, MPI_LAND, job->team->world);
    job->state = sharing;
    if (sharing == NULL)
        return err_memory(err, "the numbers");
    if (!all)
        return -1; /* the failure is another rank's */
    team_part(&sharing->leaders, job->team, leads(job));
    sharing->leaders.crowded = job->team->crowded;
    if (host_crew_open(&sharing->host_crew, job->team, crew_size(job->crew), room_of(job), err) !=
        0)
        return -1;
    sharing->inner = *job;
    sharing->inner.team = &sharing->leaders;
    sharing->inner.host_crew = &sharing->host_crew;
    sharing->inner.state = NULL;
    if (!leads(job))
        return 0;
    sharing->started = true;
    return EXCHANGE_MESSAGE.open(&sharing->inner, err);
}

/* Ends: the leaders' exchange ends, and then they let the others go, whatever came of it. */
static int run_window(struct job *job, struct err *err)
{
    struct sharing *sharing = job->state;
    struct job *inner = &sharing->inner;
    if (!leads(job))
        return job_follow(inner, err);
    int status = EXCHANGE_MESSAGE.run(inner, err);
    struct host_crew_sum sum = host_crew_end(&sharing->host_crew);
    job->arrived = inner->arrived;
    if (job->team->rank == 0) { /* this host's results did not travel: trust its ranks' tallies */
        job->arrived.count += sum.count;
        job->arrived.fingerprint += sum.fingerprint;
    }
    job->talk_ns = inner->talk_ns;
    job->hidden_ns = inner->hidden_ns;
    job->progress_ns = inner->progress_ns;
    job->input_wait_ns = inner->input_wait_ns;
    job->output_wait_ns = inner->output_wait_ns;
    return status;
}

static void close_window(struct job *job)
{
    struct sharing *sharing = job->state;
    job->state = NULL;
    if (sharing == NULL)
        return;
    if (sharing->started)
        EXCHANGE_MESSAGE.close(&sharing->inner);
    host_crew_close(&sharing->host_crew);
    team_release(&sharing->leaders);
    free(sharing);
}

const struct exchange EXCHANGE_WINDOW = {
    .kind = &EXCHANGE_KINDS[EXCHANGE_KIND_WINDOW],
    .open = open_window,
    .run = run_window,
    .close = close_window,
};
