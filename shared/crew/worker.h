/*
 * worker - one thread of a crew, and what it shares with the others. Only the crew itself uses
 * this.
 */
#ifndef SQUARES_CREW_WORKER_H
#define SQUARES_CREW_WORKER_H

#include "crew/crew.h"

#include <pthread.h>
#include <stdatomic.h>

enum { CACHE_LINE = 64 };

struct worker {
    _Alignas(2 * CACHE_LINE) struct crew *crew; /* two lines, as the prefetcher fetches pairs */
    int index;
    struct stop stop; /* for its present chunk, below the crew's; the owner's also looks after MPI,
                         even within a long task */
    atomic_llong begin; /* where that chunk begins */
    struct safepoint at;
    struct err err; /* for chunks to fill in; empty between them, as making one for each would take
                       longer than many a task */
    pthread_t thread;
    struct account watched; /* its account when crew_watch was called */
    struct crew_stats stats;
};

/*
 * A job is handed over by `round`: the owner fills in `job`, sets `running` and increments `round`,
 * all under the lock; a worker that sees the new round works and decrements `running`. The owner
 * returns when `running` is 0, so a job never changes while a worker is working on it.
 */
struct crew {
    int size;
    bool crowded;
    const hwloc_bitmap_t *seats;
    struct gil *gil;
    struct worker *workers;

    pthread_mutex_t lock;
    pthread_cond_t new_round;
    atomic_uint round;
    atomic_bool closing;
    struct crew_job job;
    struct loop loop;      /* the job's loop, in the form claims need */
    struct claims *claims; /* the job's, or the crew's own */
    struct claims *own_claims;
    struct err first;  /* the failure at the lowest position so far; protected by the lock */
    int64_t failed_ns; /* when the first was noted, in this crew or another; 0: none; protected by
                          the lock */

    /* The owner's own, updated after each chunk: kept apart from what all read. */
    _Alignas(2 * CACHE_LINE) int64_t looked_ns; /* when it last called `between` */
    int64_t between_ns, between_cpu_ns;         /* time the owner spent in it during this job */
    int until_look, stride;                     /* chunks until it looks at the clock; last time */

    _Alignas(2 * CACHE_LINE) struct stop stop;   /* the job is given up */
    int64_t own_limit;                           /* see crew_job.limit */
    int64_t *limit;                              /* that one, or the one shared with other crews */
    _Alignas(2 * CACHE_LINE) atomic_int running; /* workers other than 0 that are in this job */
};

/* Where the lowest failed chunk begins; or CREW_NO_LIMIT, or CREW_NOTHING. */
static inline int64_t crew_limit(const struct crew *crew)
{
    return __atomic_load_n(crew->limit, __ATOMIC_RELAXED);
}

/* Binds the calling thread to the worker's seat. */
void worker_take_seat(struct worker *w);

/* Works on the crew's job until nothing is left for this worker. */
void worker_work(struct worker *w);

/* The `look` of worker 0's stop, called when its task checks the stop: calls the crew's
 * `between`. */
void worker_look(void *crew);

/* The thread of a worker other than 0: works on each round's job until the crew closes. */
void *worker_main(void *worker);

/* Checks whether something has failed, here or in another crew of the job: stops the work above it,
 * and after CREW_GRACE_NS all work; at once if everything is given up. Any thread of the crew may
 * call it, and should do so now and then. */
void worker_give_up_in_time(struct crew *crew);

#endif
