/*
 * dealer - hands out the chunks of a loop for all its workers, if they do not share memory with the
 * owner of the tasks and ask by messages instead. The schedules are those of claims.h; the dealer
 * keeps each worker's progress through the loop. What is sent need not be one chunk: a long one is
 * dealt in parts, short adjacent ones may be dealt together:
 *
 *     worker 1: "next?"   -> claimer 1 -> chunk [60, 90)     -> [60, 80), [80, 90) if 20 is most
 *                         -> [60, 61), [61, 62), [62, 63)    -> [60, 63) if 3 are wanted
 *
 * Used by one thread.
 */
#ifndef SQUARES_CREW_DEALER_H
#define SQUARES_CREW_DEALER_H

#include "base/err.h"
#include "crew/claims.h"

/* What a worker has claimed, but has not been dealt yet. */
struct dealer_hand {
    struct claimer claimer;
    int64_t begin, end;
};

struct dealer {
    struct loop loop;
    struct claims *claims;
    struct dealer_hand *hands; /* [loop.workers] */
    int64_t most;
};

/* For loops of `workers` workers, with at most `most` tasks dealt at once. Returns 0, or -1 and
 * sets err if memory runs out. Call dealer_close in either case; a zeroed dealer is closed. */
int dealer_open(struct dealer *dealer, int workers, int64_t most, struct err *err);
void dealer_close(struct dealer *dealer);

/* Begins a loop of `count` tasks; `chunk` as in schedule.h. */
void dealer_start(struct dealer *dealer, enum schedule schedule, int64_t count, int64_t chunk);

/* Gets the next tasks for a worker, [*begin, *end): a chunk, or adjacent ones until there are
 * `wanted` tasks; at most dealer->most. Returns false if there are no more for it. */
bool dealer_next(struct dealer *dealer, int worker, int64_t wanted, int64_t *begin, int64_t *end);

/* For `adaptive`: how many tasks per second a worker has done so far. */
static inline void dealer_tell(struct dealer *dealer, int worker, double speed)
{
    claimer_tell(&dealer->hands[worker].claimer, speed);
}

#endif
