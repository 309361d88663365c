/*
 * worker - one thread of a crew, and what it shares with the others. Inside of crew.
 */
#ifndef SQUARES_CREW_WORKER_H
#define SQUARES_CREW_WORKER_H

#include "crew/crew.h"

#include <pthread.h>
#include <stdatomic.h>

enum { CACHE_LINE = 64 };

struct worker {
    _Alignas(2 * CACHE_LINE) struct crew *crew; /* two lines: the prefetcher fetches pairs */
    int index;
    struct stop stop;   /* of what it works on now, below the crew's; the owner looks between, also
                           within a long task */
    atomic_llong begin; /* where that begins */
    struct safepoint at;
    struct err err; /* for chunks to fill; empty between them: making one for each takes longer than
                       many a task */
    pthread_t thread;
    struct account watched; /* its account when the watch began */
    struct crew_stats stats;
};

/*
 * A job is handed over by `round`: the owner fills `job`, sets `running` and counts `round` up, all
 * under the lock; a worker that sees the new round works and counts `running` down. The owner
 * returns when `running` is 0, so a worker never sees a job change under its hands.
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
    struct loop loop;      /* the job's, as claims have it */
    struct claims *claims; /* the job's, or the crew's own */
    struct claims *own_claims;
    struct err first;  /* the failure at the lowest position so far; under the lock */
    int64_t failed_ns; /* when the first was noted, also of another crew; 0: none; under the lock */

    /* The owner's, which it counts after each chunk: apart from what all read. */
    _Alignas(2 * CACHE_LINE) int64_t looked_ns; /* when it last called `between` */
    int64_t between_ns, between_cpu_ns;         /* in this job the owner spent in it */
    int until_look,
        stride; /* chunks until the owner looks at the clock for that; of the last time */

    _Alignas(2 * CACHE_LINE) struct stop stop;   /* the job is given up */
    int64_t own_limit;                           /* see crew_job.limit */
    int64_t *limit;                              /* that, or the one shared with other crews */
    _Alignas(2 * CACHE_LINE) atomic_int running; /* workers other than 0 that are in this job */
};

/* Where the lowest chunk begins that has failed; CREW_NO_LIMIT; CREW_NOTHING. */
static inline int64_t crew_limit(const struct crew *crew)
{
    return __atomic_load_n(crew->limit, __ATOMIC_RELAXED);
}

/* Binds the calling thread to the worker's seat. */
void worker_take_seat(struct worker *w);

/* Works on the crew's job until nothing is left for it. */
void worker_work(struct worker *w);

/* A look of worker 0's task at its stop, of whose `look` this is: the crew's `between`. */
void worker_look(void *crew);

/* The thread of a worker other than 0: works on each round's job until the crew closes. */
void *worker_main(void *worker);

/* Looks whether something has failed, here or in another crew of the job: stops what is above it,
 * and after CREW_GRACE_NS all; at once if all is given up. Any thread of the crew, every now and
 * then. */
void worker_give_up_in_time(struct crew *crew);

#endif
