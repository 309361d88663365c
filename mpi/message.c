#include "message.h"

#include "base/clock.h"

/* A piece of 256 KiB, measured best of 64 KiB to 1 MiB on a 2-core VM: large enough to travel at
 * the speed of memory, small enough that what rank 0 sends, receives and computes stays in its
 * caches. With many ranks pieces shrink, so that rank 0 holds no more than DEPTH of the largest
 * blocks. */
static const int64_t LARGEST_PIECE = (256 << 10) / NUMBER_SIZE;
static const int64_t LARGEST_BLOCK = (32 << 20) / NUMBER_SIZE;
static const int64_t SMALLEST_PIECE = 4096 / NUMBER_SIZE;

int64_t message_piece(const struct job *job)
{
    int64_t piece = LARGEST_BLOCK / job_workers(job);
    if (piece > LARGEST_PIECE)
        return LARGEST_PIECE;
    return piece > SMALLEST_PIECE ? piece : SMALLEST_PIECE;
}

void surrender_begin(struct surrender *surrender, int64_t at)
{
    if (!surrender->begun)
        *surrender = (struct surrender){true, at, clock_now_ns() + NS_PER_S};
    else if (at < surrender->at)
        surrender->at = at;
}

bool surrender_of(const struct surrender *surrender, int64_t first)
{
    return surrender->begun && (first > surrender->at || clock_now_ns() > surrender->deadline_ns);
}

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
