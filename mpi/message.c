#include "message_protocol.h"

static bool is_root(const struct job *job)
{
    return job->team->rank == 0;
}

static int open_side(struct job *job, struct err *err)
{
    return is_root(job) ? message_root_open(job, err) : message_worker_open(job, err);
}

static int run_side(struct job *job, struct err *err)
{
    return is_root(job) ? message_root_run(job, err) : message_worker_run(job, err);
}

static void close_side(struct job *job)
{
    is_root(job) ? message_root_close(job) : message_worker_close(job);
}

const struct exchange EXCHANGE_MESSAGE = {
    .name = "message",
    .help = "rank 0 scatters blocks by messages and gathers the results",
    .open = open_side,
    .run = run_side,
    .close = close_side,
};
