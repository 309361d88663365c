/*
 * claims - which worker gets which tasks of a loop: workers take one chunk after another, as a
 * schedule cuts them.
 *
 * What they share lies in one piece of memory without pointers, so that the workers can be threads
 * of one process or, in a shared window, of several processes on a host:
 *
 *     | next: the first task that is not taken | worker 0's own | worker 1's own | ...
 *
 * With `dynamic` a worker takes its chunk by one atomic addition to `next`. If it is told that
 * chunks are short (claimer_take), it takes several at once while there is plenty for all. For
 * rules whose chunks shrink, the size of each chunk follows from those before it: a worker steps
 * through the sizes until it reaches `next`, and takes the chunk there by compare-and-swap; it
 * makes each step only once. Static and cyclic chunks belong to a worker from the start. With
 * `steal` each worker's own cell holds what it has left. The owner takes from the lower end and
 * thieves take from the upper end, both by compare-and-swap; the cell's value is its whole state,
 * so it does no harm if a value recurs. Only its owner refills it, and only when it is empty, when
 * no thief can take from it.
 *
 * Each call ends: a compare-and-swap fails only if another worker's has succeeded, and there are
 * finitely many tasks.
 */
#ifndef SQUARES_CREW_CLAIMS_H
#define SQUARES_CREW_CLAIMS_H

#include "crew/schedule.h"

#include <stddef.h>

/* The same for all workers that take part; 17/16 count + workers * chunk must be below 2^63. */
struct loop {
    enum schedule schedule;
    int64_t count; /* tasks */
    int workers;   /* all of them, at least 1 */
    int64_t chunk; /* at least 1, as in schedule.h */
};

enum { CLAIMS_MOST = 64 }; /* the most chunks that are taken at once */

struct claims;

/* The bytes that claims of `workers` workers need: a multiple of CLAIMS_ALIGN, to which they must
 * be aligned. */
size_t claims_size(int workers);

enum { CLAIMS_ALIGN = 128 };

/* Prepares claims of which nothing is taken. One thread calls this, and must make it visible to the
 * others before they begin. */
void claims_start(struct claims *claims, const struct loop *loop);

/* One worker's progress through a loop. */
struct claimer {
    struct claims *claims;
    const struct loop *loop;
    int worker;
    int64_t round, at, last; /* how far it has followed the chunks: chunk `round` begins at `at` */
    int may_take;            /* chunks to take at once while there is plenty for all */
    int taken;               /* chunks in what it was given last */
};

/* `worker` is 0 to loop->workers - 1, each used by one claimer at a time. */
void claimer_begin(struct claimer *claimer, struct claims *claims, const struct loop *loop,
                   int worker);

/* Gets the next chunk, [*begin, *end). Returns false if there are no more for this worker. */
bool claimer_next(struct claimer *claimer, int64_t *begin, int64_t *end);

/* For `dynamic`: how many chunks may be taken at once, 1 (the default) to CLAIMS_MOST, while they
 * are a small part of what is left for each worker. */
void claimer_take(struct claimer *claimer, int chunks);

/* For `adaptive`: how many tasks per second this worker has done so far. */
void claimer_tell(struct claimer *claimer, double speed);

#endif
