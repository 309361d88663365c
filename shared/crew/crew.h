/*
 * crew - the workers of one rank: threads that share memory and take chunks of a job.
 *
 * Worker 0 is the calling thread itself, so a crew of one starts no thread and costs nothing; the
 * others sleep between jobs. Chunks are claimed in order by one atomic counter:
 *
 *     job.count   |chunk|chunk|chunk|chunk|..|
 *                  ^ worker 0    ^ worker 2        next: the first chunk nobody has claimed
 *                        ^ worker 1
 *
 * Only the thread that made the crew may call it, and only this thread ever calls `between`, which
 * is where MPI is kept going: workers never touch MPI.
 */
#ifndef SQUARES_CREW_CREW_H
#define SQUARES_CREW_CREW_H

#include "base/err.h"
#include "crew/checkpoint.h"
#include "place/residency.h"

#include <hwloc.h>
#include <stdbool.h>
#include <stdint.h>

/* A chunk as a worker gets it: the tasks [begin, end) of the job. */
struct crew_chunk {
    int worker;
    int64_t begin, end;
    const struct checkpoint *at; /* what lasts long passes it */
};

/* Works on a chunk; several threads do at once. -1 with err (err->at: the position at fault) ends
 * the job. */
typedef int crew_chunk_fn(void *arg, const struct crew_chunk *chunk, struct err *err);

struct crew_job {
    int64_t count; /* tasks */
    int64_t grain; /* tasks a worker claims at once, at least 1 */
    crew_chunk_fn *chunk;
    void *arg;
    void (*between)(void *arg); /* called by the crew's owner between its chunks, when its task
                                   looks at its stop, and while it waits for the others; or NULL. On
                                   a crowded host at most once a millisecond between chunks. */
    void *between_arg;
};

/* What a worker did since the crew was made, or told to forget. Times are in nanoseconds. */
struct crew_stats {
    int64_t tasks;
    int64_t busy_ns;            /* within chunks, computing or waiting, but not for the gil */
    int64_t locked_ns;          /* waiting for the gil */
    int64_t cpu_ns;             /* processor time used within chunks */
    bool bound;                 /* the kernel took its seat */
    hwloc_bitmap_t seat_read;   /* the PUs it may run on, read back after binding; NULL: unknown */
    struct residency residency; /* looked at at the end of each chunk */
};

struct crew;

/* How a crew is made. What it points to must live as long as the crew. */
struct crew_setup {
    int threads;
    const hwloc_bitmap_t *seats; /* [threads], worker w is bound to seats[w]; NULL: none is bound */
    bool crowded;    /* more workers than PUs on the host, so nobody spins while waiting */
    struct gil *gil; /* held by a worker while it works on a job; NULL: none */
};

/* Makes the workers. NULL: a thread could not be started; none is left then. */
struct crew *crew_create(const struct crew_setup *setup, struct err *err);

/* Runs a job to its end. -1: the failure at the lowest position; every chunk below it was worked
 * on, chunks above it may not have been. -1 with an empty `err`: the job was stopped. */
int crew_run(struct crew *crew, const struct crew_job *job, struct err *err);

/* Ends the job that runs, from within `between`: no further chunk is claimed. */
void crew_stop(struct crew *crew);

int crew_size(const struct crew *crew);

/* Valid between jobs. */
const struct crew_stats *crew_stats(const struct crew *crew, int worker);

/* Between jobs: what the workers did so far no longer counts. */
void crew_forget(struct crew *crew);

/* Ends the threads and releases everything; NULL is allowed. */
void crew_destroy(struct crew *crew);

#endif
