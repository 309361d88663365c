/*
 * claims - who gets which tasks of a loop: workers take one chunk after another, as a schedule cuts
 * them.
 *
 * What they share lies in one piece of memory without pointers, so that the workers can be threads
 * of one process or, in a shared window, of several on a host:
 *
 *     | next: the first task that nobody has | worker 0's own | worker 1's own | ...
 *
 * dynamic takes its chunk by one atomic addition to `next`, and several of them at once if it is
 * told that they are short (claimer_take) and while there is plenty for all. Of the rules whose
 * chunks shrink each chunk follows from those before it: a worker steps through their sizes until
 * it is at `next`, and takes what comes there by compare-and-swap; it makes each step once. Static
 * and cyclic chunks belong to somebody from the start. With steal each worker's own cell holds what
 * it has left, which it takes from below while others take from above, by compare-and-swap; what a
 * cell holds is all its state, so it does no harm that a value can come back. Only its worker fills
 * it, and only when it is empty, when nobody takes from it.
 *
 * Each call ends: a compare-and-swap fails only if another worker's has succeeded, and the tasks
 * are finitely many.
 */
#ifndef SQUARES_CREW_CLAIMS_H
#define SQUARES_CREW_CLAIMS_H

#include "crew/schedule.h"

#include <stddef.h>

/* The same for all who take part; 17/16 count + workers * chunk is below 2^63. */
struct loop {
    enum schedule schedule;
    int64_t count; /* tasks */
    int workers;   /* all of them, at least 1 */
    int64_t chunk; /* at least 1, as in schedule.h */
};

enum { CLAIMS_MOST = 64 }; /* chunks that are taken at once */

struct claims;

/* Bytes that claims of so many workers take, a multiple of CLAIMS_ALIGN, which is how they lie. */
size_t claims_size(int workers);

enum { CLAIMS_ALIGN = 128 };

/* Nothing is taken yet. By one thread; the others must be made to see it before they begin. */
void claims_start(struct claims *claims, const struct loop *loop);

/* One worker's way through a loop. */
struct claimer {
    struct claims *claims;
    const struct loop *loop;
    int worker;
    int64_t round, at, last; /* how far it has followed the chunks: `at` is where `round` begins */
    int may_take;            /* chunks at once, while there is plenty for all */
    int taken;               /* chunks in what it was given last */
};

/* `worker` is 0 to loop->workers - 1, each once at a time. */
void claimer_begin(struct claimer *claimer, struct claims *claims, const struct loop *loop,
                   int worker);

/* The next chunk, [*begin, *end); false: there is none for this worker any more. */
bool claimer_next(struct claimer *claimer, int64_t *begin, int64_t *end);

/* For `dynamic`: how many chunks may be taken at once, 1 (at first) to CLAIMS_MOST, as long as they
 * are a small part of what is left for each worker. */
void claimer_take(struct claimer *claimer, int chunks);

/* For `adaptive`: how many tasks a second this worker has done so far. */
void claimer_tell(struct claimer *claimer, double speed);

#endif
