/*
 * claims - what it costs to hand out one task at a time to two threads with a core each: by a crew
 * under each schedule, against a bare atomic counter that the same threads count up. Prints ratios,
 * medians of 9 interleaved rounds with their spread.
 */
#include "base/clock.h"
#include "crew/crew.h"
#include "measure/samples.h"
#include "seats.h"

#include <stdatomic.h>
#include <stdio.h>

enum { ROUNDS = 9, TASKS = 4000000 };

static _Alignas(128) atomic_llong counter;

static int count_bare(void *arg, const struct crew_chunk *chunk, struct err *err)
{
    (void)arg;
    (void)chunk;
    (void)err;
    while (atomic_fetch_add_explicit(&counter, 1, memory_order_relaxed) < TASKS)
        ;
    return 0;
}

static int nothing(void *arg, const struct crew_chunk *chunk, struct err *err)
{
    (void)arg;
    (void)chunk;
    (void)err;
    return 0;
}

static double ns_of(struct crew *crew, const struct crew_job *job)
{
    struct err err = ERR_INIT;
    atomic_store(&counter, 0);
    int64_t start = clock_now_ns();
    (void)crew_run(crew, job, &err);
    return (double)(clock_now_ns() - start) / TASKS;
}

static void bench(struct crew *crew, enum schedule schedule, const char *wanted)
{
    double bare[ROUNDS], own[ROUNDS], ratio[ROUNDS];
    const struct crew_job alone = {
        .count = 2, .grain = 1, .schedule = SCHEDULE_STATIC, .chunk = count_bare};
    const struct crew_job tasks = {
        .count = TASKS, .grain = 1, .claim = 1, .schedule = schedule, .chunk = nothing};
    for (int round = 0; round < ROUNDS; round++) {
        bare[round] = ns_of(crew, &alone);
        own[round] = ns_of(crew, &tasks);
        ratio[round] = own[round] / bare[round];
    }
    struct samples b = samples_of(bare, ROUNDS), o = samples_of(own, ROUNDS),
                   r = samples_of(ratio, ROUNDS);
    printf(
        "%-10s %6.2f ns a task (%.2f to %.2f), a bare atomic %.2f: ratio %.2f (%.2f to %.2f)%s\n",
        SCHEDULES[schedule], o.median, o.low, o.high, b.median, r.median, r.low, r.high, wanted);
}

int main(void)
{
    struct err err = ERR_INIT;
    hwloc_bitmap_t seats[2];
    choose_seats(seats);
    const struct crew_setup setup = {2, seats, false, NULL};
    struct crew *crew = crew_create(&setup, &err);
    if (crew == NULL) {
        (void)fprintf(stderr, "claims: %s\n", err.text);
        return 1;
    }
    for (int s = 0; SCHEDULES[s] != NULL; s++)
        bench(crew, (enum schedule)s, s == SCHEDULE_DYNAMIC ? ", wanted: at most 1.3" : "");
    crew_destroy(crew);
    hwloc_bitmap_free(seats[0]);
    hwloc_bitmap_free(seats[1]);
    return 0;
}
