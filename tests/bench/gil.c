/*
 * gil - what the gil and the crew cost by themselves: taking and releasing a lock nobody else wants
 * (in a process that has other threads, as libraries take shortcuts without), and a job whose tasks
 * are empty, on two workers with a core each. Prints medians of 9 rounds with their spread.
 */
#include "base/clock.h"
#include "crew/crew.h"
#include "measure/samples.h"
#include "seats.h"

#include <stdio.h>

enum { ROUNDS = 9, PAIRS = 1000000, JOBS = 10001 };

static void print(const char *name, const char *unit, double *values, const char *wanted)
{
    struct samples s = samples_of(values, ROUNDS);
    printf("%s: %.2f %s (%.2f to %.2f), wanted: %s\n", name, s.median, unit, s.low, s.high, wanted);
}

static void bench_pair(void)
{
    double ns[ROUNDS];
    struct gil gil;
    gil_init(&gil, GIL_INTERVAL_NS);
    for (int round = 0; round < ROUNDS; round++) {
        int64_t start = clock_now_ns();
        for (int i = 0; i < PAIRS; i++) {
            (void)gil_acquire(&gil, &gil);
            (void)gil_release(&gil, &gil);
        }
        ns[round] = (double)(clock_now_ns() - start) / PAIRS;
    }
    gil_destroy(&gil);
    print("taking and releasing a free gil", "ns", ns, "under 40");
}

static int nothing(void *arg, const struct crew_chunk *chunk, struct err *err)
{
    (void)arg;
    (void)chunk;
    (void)err;
    return 0;
}

/* The median over many jobs, of which some meet a worker that had fallen asleep. */
static double job_us(struct crew *crew)
{
    static double us[JOBS];
    const struct crew_job job = {.count = 2, .grain = 1, .chunk = nothing};
    struct err err = ERR_INIT;
    for (int i = 0; i < JOBS; i++) {
        int64_t start = clock_now_ns();
        (void)crew_run(crew, &job, &err);
        us[i] = (double)(clock_now_ns() - start) * 1e-3;
    }
    return samples_of(us, JOBS).median;
}

static void bench_jobs(struct crew *crew)
{
    double us[ROUNDS];
    for (int round = 0; round < ROUNDS; round++)
        us[round] = job_us(crew);
    print("an empty job on 2 threads", "us", us, "under 5");
}

int main(void)
{
    struct err err = ERR_INIT;
    hwloc_bitmap_t seats[2];
    choose_seats(seats);
    const struct crew_setup setup = {2, seats, false, NULL};
    struct crew *crew = crew_create(&setup, &err);
    if (crew == NULL) {
        (void)fprintf(stderr, "gil: %s\n", err.text);
        return 1;
    }
    bench_pair();
    bench_jobs(crew);
    crew_destroy(crew);
    hwloc_bitmap_free(seats[0]);
    hwloc_bitmap_free(seats[1]);
    return 0;
}
