/*
 * crew - the workers of one rank: threads that share memory and take chunks of a job.
 *
 * Worker 0 is the calling thread itself, so a crew of one starts no thread and costs nothing; the
 * others sleep between jobs. Workers claim chunks by a schedule (see claims.h), and work on them a
 * grain at a time; crews of several ranks of a host can claim from the same, as one:
 *
 *     job.count   |.  .  .|. . .|. . .|. .|. .|.|.|     by guided, say
 *                  ^ worker 0    ^ worker 2
 *                          ^ worker 1
 *
 * Only the thread that made the crew may call it, and only this thread ever calls `between`, which
 * is where MPI is kept going: workers never touch MPI.
 */
#ifndef SQUARES_CREW_CREW_H
#define SQUARES_CREW_CREW_H

#include "base/clock.h"
#include "base/err.h"
#include "crew/claims.h"
#include "crew/safepoint.h"
#include "measure/account.h"
#include "place/residency.h"

#include <hwloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* What a worker gets at once: the tasks [begin, end) of the job, at most a grain of them. */
struct crew_chunk {
    int worker;
    int64_t begin, end;
    const struct safepoint *at; /* what lasts long passes it */
};

/* Works on a chunk; several threads do at once. -1 with err (err->at: the position at fault) ends
 * the job. */
typedef int crew_chunk_fn(void *arg, const struct crew_chunk *chunk, struct err *err);

/* Limits of a job, see crew_job.limit: nothing has failed; and all of it is given up. */
#define CREW_NO_LIMIT INT64_MAX
#define CREW_NOTHING  (-1)

/* How long what lies below a failure is still worked on, as a lower one may be found there. */
#define CREW_GRACE_NS NS_PER_S

struct crew_job {
    int64_t count;          /* tasks */
    int64_t grain;          /* at least 1 */
    enum schedule schedule; /* dynamic if zeroed */
    int64_t claim;          /* the schedule's chunk size; 0: as crew_claim says */
    crew_chunk_fn *chunk;
    void *arg;
    void (*between)(void *arg); /* called by the crew's owner between its chunks, when its task
                                   looks at its stop, and while it waits for the others; or NULL.
                                   Between chunks about every 10 us, on a crowded host every
                                   millisecond. */
    void *between_arg;

    /* A job that several crews work on together; zeroed: this one alone. */
    struct claims *claims; /* started for it, with `count` and all workers; the crews' to share */
    int64_t *limit;        /* so is this: CREW_NO_LIMIT at first, then where the lowest chunk begins
                              that failed, or CREW_NOTHING: all crews stop */
    int workers, first;    /* of all crews; the number of this one's worker 0 among them */
};

/* What a worker did since the crew was made, or told to forget. Times are in nanoseconds. */
struct crew_stats {
    int64_t tasks;
    int64_t chunks;             /* that the schedule handed out, not the grains within them */
    int64_t busy_ns;            /* within chunks, computing or waiting, but not for the gil */
    int64_t locked_ns;          /* waiting for the gil */
    int64_t cpu_ns;             /* processor time used within chunks */
    pid_t thread;               /* its thread, by the kernel's number */
    struct account account;     /* of all it did from crew_watch to crew_watch_end */
    bool bound;                 /* the kernel took its seat */
    bool refused;               /* the kernel lets no program choose a seat here (EPERM...) */
    hwloc_bitmap_t seat_read;   /* the PUs it may run on, read back after binding; NULL: unknown */
    hwloc_bitmap_t seat_left;   /* the same at crew_watch_end; NULL: unknown */
    struct residency residency; /* looked at at the end of each chunk */
};

/* The chunk size of a job that names none: a grain; of `dynamic` up to 8 grains of more than one
 * task, while each of the `workers` can claim 64 times. */
int64_t crew_claim(const struct crew_job *job, int workers);

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

/* Runs a job to its end; where it has it together with others, until nothing is left for it. -1:
 * the failure at the lowest position; all below it was worked on, unless that took longer than a
 * second, what is above it may not have been. -1 with an empty `err`: the job was stopped, or
 * another crew failed. */
int crew_run(struct crew *crew, const struct crew_job *job, struct err *err);

/* Ends the job that runs, from within `between`: no further chunk is claimed. */
void crew_stop(struct crew *crew);

/* From within `between`: whether another worker still works on the job. */
bool crew_others_work(const struct crew *crew);

int crew_size(const struct crew *crew);

/* Valid between jobs. */
const struct crew_stats *crew_stats(const struct crew *crew, int worker);

/* Between jobs: what the workers did so far no longer counts. */
void crew_forget(struct crew *crew);

/* Between jobs: begins the kernel's accounts of the workers, in some microseconds for each; then
 * once more that of the owner alone, where it has waited since; and ends them, which also reads
 * where each worker may run by then. Within a job they cost nothing. */
void crew_watch(struct crew *crew);
void crew_watch_owner(struct crew *crew);
void crew_watch_end(struct crew *crew);

/* Ends the threads and releases everything; NULL is allowed. */
void crew_destroy(struct crew *crew);

#endif
