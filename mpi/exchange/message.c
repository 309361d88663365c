#include "exchange/message_protocol.h"

#include <unistd.h>

/* Small enough that opening and closing a window of this size costs little: 1 MiB for each rank, at
 * most 32 MiB. */
struct message_cut message_cut_for_host_crews(int most)
{
    const int64_t EACH = (1 << 20) / NUMBER_SIZE, MOST = (32 << 20) / NUMBER_SIZE;
    int64_t piece = EACH * most;
    return (struct message_cut){.blocks = PIECES, .piece = piece < MOST ? piece : MOST};
}

/* A quarter of a second-level cache: large enough to travel at the speed of memory, small enough
 * that what rank 0 sends, receives and computes stays in the cache. With pieces of 64 KiB to 1 MiB
 * on cores with 1 MiB each, 256 KiB and more took 19 ms, 128 KiB took 23 and 64 KiB took 25;
 * without single-copy transfers, 1 MiB is too much. If the cache size is unknown: 256 KiB. */
static int64_t piece_for_cache(void)
{
    const int64_t SMALLEST = 64 << 10, LARGEST = 512 << 10, USUAL = 256 << 10;
    int64_t bytes = sysconf(_SC_LEVEL2_CACHE_SIZE) / 4;
    if (bytes <= 0)
        bytes = USUAL;
    return (bytes < SMALLEST ? SMALLEST : bytes > LARGEST ? LARGEST : bytes) / NUMBER_SIZE;
}

/* Collective, so that all ranks have the same cut; but not for host crews, whose leaders get here
 * only if the host crew was opened (window.c). There are enough blocks that rank 0 does not wait
 * for a piece that is still out: with 3 blocks it took twice as long. With many ranks pieces
 * shrink, so that all blocks together stay below 64 MiB. */
static struct message_cut message_cut(const struct job *job)
{
    enum { BLOCKS = 8 };
    const int64_t SMALLEST = (4 << 10) / NUMBER_SIZE, ROOM = (64 << 20) / NUMBER_SIZE;
    if (job->host_crew != NULL)
        return message_cut_for_host_crews(job->most);
    int64_t piece = piece_for_cache(), fits = ROOM / BLOCKS / job_workers(job);
    if (piece > fits)
        piece = fits > SMALLEST ? fits : SMALLEST;
    MPI_Allreduce(MPI_IN_PLACE, &piece, 1, MPI_INT64_T, MPI_MIN, job->team->world);
    return (struct message_cut){.blocks = BLOCKS, .piece = piece};
}

static bool is_root(const struct job *job)
{
    return job->team->rank == 0;
}

static int open_side(struct job *job, struct err *err)
{
    const struct message_cut cut = message_cut(job);
    return is_root(job) ? message_root_open(job, &cut, err) : message_worker_open(job, &cut, err);
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
    .kind = &EXCHANGE_KINDS[EXCHANGE_KIND_MESSAGE],
    .open = open_side,
    .run = run_side,
    .close = close_side,
};
