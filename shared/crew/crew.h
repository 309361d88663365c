/*
 * crew - the workers of one rank: threads that share memory and take chunks of a job.
 *
 * Worker 0 is the calling thread itself, so a crew of one starts no thread and costs nothing; the
 * others sleep between jobs. Workers claim chunks by a schedule (see claims.h), and work on them a
 * grain at a time; crews of several ranks of a host can claim from the same loop, as one crew:
 *
 *     job.count   |.  .  .|. . .|. . .|. .|. .|.|.|     by guided, for example
 *                  ^ worker 0    ^ worker 2
 *                          ^ worker 1
 *
 * Only the thread that made the crew may call it. Only this thread ever calls `between`, which is
 * where MPI makes progress: the other workers never call MPI.
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
    const struct safepoint *at; /* long tasks call safepoint_pass with it */
};

/* Works on a chunk; several threads do so at once. Returns 0, or -1 and sets err (err->at: the
 * position that failed), which ends the job. */
typedef int crew_chunk_fn(void *arg, const struct crew_chunk *chunk, struct err *err);

/* Values of crew_job.limit: nothing has failed; everything is given up. */
#define CREW_NO_LIMIT INT64_MAX
#define CREW_NOTHING  (-1)

/* How long tasks below a failure are still worked on, as there may be a lower failure among
 * them. */
#define CREW_GRACE_NS NS_PER_S

struct crew_job {
    int64_t count;          /* tasks */
    int64_t grain;          /* at least 1 */
    enum schedule schedule; /* dynamic if zeroed */
    int64_t claim;          /* the schedule's chunk size; 0: see crew_claim */
    crew_chunk_fn *chunk;
    void *arg;
    /* Called by the crew's owner between its chunks, when its task checks its stop, and while it
     * waits for the others; or NULL. Between chunks about every 10 us, on a crowded host every
     * millisecond. */
    void (*between)(void *arg);
    void *between_arg;

    /* For a job that several crews work on together; zeroed if only this one does. */
    struct claims *claims; /* shared by the crews, and started with `count` and all their workers */
    int64_t *limit;     /* shared, too: CREW_NO_LIMIT at first, then where the lowest failed chunk
                           begins; or CREW_NOTHING: all crews stop */
    int workers, first; /* of all crews; the index of this crew's worker 0 among them */
};

/* What a worker did since the crew was made, or since crew_forget. Times are in nanoseconds. */
struct crew_stats {
    int64_t tasks;
    int64_t chunks;         /* handed out by the schedule; not the grains within them */
    int64_t busy_ns;        /* within chunks, computing or waiting, except for the gil */
    int64_t locked_ns;      /* waiting for the gil */
    int64_t cpu_ns;         /* processor time used within chunks */
    pid_t thread;           /* its thread's number in the kernel */
    struct account account; /* of all it did from crew_watch to crew_watch_end */
    bool bound;             /* the kernel accepted its seat */
    bool refused;           /* the kernel does not let the program choose a seat here (EPERM...) */
    hwloc_bitmap_t seat_read;   /* the PUs it may run on, read back after binding; NULL: unknown */
    hwloc_bitmap_t seat_left;   /* the same at crew_watch_end; NULL: unknown */
    struct residency residency; /* read at the end of each grain */
};

/* The chunk size of a job that sets none: one grain; for `dynamic` up to 8 grains, if a grain has
 * more than one task, as long as each of the `workers` can claim 64 times. */
int64_t crew_claim(const struct crew_job *job, int workers);

struct crew;

/* How to make a crew. What this points to must outlive the crew. */
struct crew_setup {
    int threads;
    const hwloc_bitmap_t *seats; /* [threads], worker w is bound to seats[w]; NULL: none is bound */
    bool crowded;    /* more workers than PUs on the host, so waiting threads must not spin */
    struct gil *gil; /* a worker holds it while it works on a job; NULL: none */
};

/* Makes the workers. Returns NULL and sets err if a thread cannot be started; then no thread is
 * left running. */
struct crew *crew_create(const struct crew_setup *setup, struct err *err);

/* Runs a job to its end; or, if the crew shares it with others, until nothing is left for this
 * crew. Returns 0, or -1 and sets err to the failure at the lowest position. Tasks below that were
 * all worked on, unless that would have taken longer than a second; those above may not have been.
 * Returns -1 with an empty `err` if the job was stopped, or if another crew failed. */
int crew_run(struct crew *crew, const struct crew_job *job, struct err *err);

/* Ends the running job, from within `between`: no more chunks are claimed. */
void crew_stop(struct crew *crew);

/* From within `between`: whether another worker still works on the job. */
bool crew_others_work(const struct crew *crew);

int crew_size(const struct crew *crew);

/* Call it between jobs. */
const struct crew_stats *crew_stats(const struct crew *crew, int worker);

/* Between jobs: resets what the workers have counted so far. */
void crew_forget(struct crew *crew);

/* Between jobs. crew_watch begins the kernel's accounts of the workers, which takes some
 * microseconds for each. crew_watch_owner begins the owner's account again, if it has waited since.
 * crew_watch_end ends the accounts, and also reads where each worker may run by then. Accounts cost
 * nothing within a job. */
void crew_watch(struct crew *crew);
void crew_watch_owner(struct crew *crew);
void crew_watch_end(struct crew *crew);

/* Ends the threads and releases everything; NULL is allowed. */
void crew_destroy(struct crew *crew);

#endif
