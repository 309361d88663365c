/*
 * pair - a crew of two threads with a core each, what they do at the least, and a bare atomic that
 * they count up.
 */
#ifndef SQUARES_TESTS_BENCH_PAIR_H
#define SQUARES_TESTS_BENCH_PAIR_H

#include "base/clock.h"
#include "crew/crew.h"
#include "place/seat.h"
#include "tell.h"

#include <stdatomic.h>

/* On two PUs of those this process may use; with one alone both get it. */
static inline struct crew *pair_create(void)
{
    struct err err = ERR_INIT;
    hwloc_bitmap_t seats[2] = {hwloc_bitmap_alloc(), hwloc_bitmap_alloc()}, mine = seat_of(0);
    int first = hwloc_bitmap_first(mine), second = hwloc_bitmap_next(mine, first);
    hwloc_bitmap_only(seats[0], (unsigned)first);
    hwloc_bitmap_only(seats[1], (unsigned)(second < 0 ? first : second));
    const struct crew_setup setup = {2, seats, false, NULL};
    struct crew *crew = crew_create(&setup, &err);
    if (crew == NULL)
        tell_failure(err.text);
    for (int i = 0; i < 2; i++)
        hwloc_bitmap_free(seats[i]);
    hwloc_bitmap_free(mine);
    return crew;
}

/* An empty task. */
static inline int pair_nothing(void *arg, const struct crew_chunk *chunk, struct err *err)
{
    (void)arg;
    (void)chunk;
    (void)err;
    return 0;
}

/* Seconds that a job takes, which cannot fail. */
static inline double pair_seconds(struct crew *crew, const struct crew_job *job)
{
    struct err err = ERR_INIT;
    int64_t start = clock_now_ns();
    (void)crew_run(crew, job, &err);
    return clock_seconds(clock_now_ns() - start);
}

struct pair_counter {
    _Alignas(128) atomic_llong value;
    long long end;
};

static inline int pair_count_up(void *arg, const struct crew_chunk *chunk, struct err *err)
{
    struct pair_counter *counter = arg;
    const long long end = counter->end; /* it shares a line with what is counted up */
    (void)chunk;
    (void)err;
    while (atomic_fetch_add_explicit(&counter->value, 1, memory_order_relaxed) < end)
        ;
    return 0;
}

/* Nanoseconds for each step of a bare atomic that both threads count up to `end`. */
static inline double pair_count_ns(struct crew *crew, long long end)
{
    struct pair_counter counter = {0, end};
    const struct crew_job job = {.count = 2,
                                 .grain = 1,
                                 .schedule = SCHEDULE_STATIC,
                                 .chunk = pair_count_up,
                                 .arg = &counter};
    return pair_seconds(crew, &job) * 1e9 / (double)end;
}

#endif
