/*
 * mixed - computing and waiting in turn: each task computes for a fraction of its time, waits for
 * the rest as io does, and gives its number back.
 *
 * Computing is a fixed number of steps of a chain, not "until the clock says so": a worker that
 * shares a core needs longer for it, as with real work. How many steps take how long is measured
 * once per host, before any worker runs, so that all its workers compute the same. With --cost,
 * both parts of a task vary.
 */
#include "base/clock.h"
#include "work/chain.h"
#include "work/work.h"

#include <math.h>

struct mixed {
    int64_t cpu_ppm; /* millionths of a task's time */
    int64_t task_ns;
};

static const struct setting SETTINGS[] = {
    {"cpu", SETTING_FRACTION, offsetof(struct mixed, cpu_ppm), "0.5", 0, 1000000, NULL,
     "the part of its time that a task computes, 0 to 1"},
    {"task", SETTING_DURATION, offsetof(struct mixed, task_ns), "1ms", 0, 3600 * NS_PER_S, NULL,
     "how long a task takes, computing and waiting"},
    {.name = NULL},
};

/* Steps a second if nothing was measured: most machines are within a factor of two or so. */
static const int64_t TYPICAL_RATE = 300000000;

/* The best of several runs, some 3 ms in all, as any disturbance makes a run slower. */
static int64_t measure_rate(void)
{
    enum { RUNS = 10, STEPS = 100000 };
    const struct stop never = {0};
    const struct safepoint at = {&never, NULL, NULL};
    int64_t best_ns = INT64_MAX;
    for (int i = 0; i < RUNS; i++) {
        int64_t start = clock_now_ns();
        volatile int64_t result = chain_square(i + 2, STEPS, &at);
        (void)result;
        int64_t took = clock_now_ns() - start;
        best_ns = took < best_ns ? took : best_ns;
    }
    return best_ns > 0 ? STEPS * NS_PER_S / best_ns : TYPICAL_RATE;
}

/* Stores the steps a second in work->common. */
static int host_open(struct work *work, struct err *err)
{
    (void)err;
    work->common = measure_rate();
    return 0;
}

static int run(const struct work *work, struct numbers *numbers, const struct safepoint *at,
               struct err *err)
{
    (void)err;
    const struct mixed *mixed = work->settings;
    int64_t rate = work->common > 0 ? work->common : TYPICAL_RATE;
    int64_t compute_ns = mixed->task_ns * mixed->cpu_ppm / 1000000;
    int64_t wait_ns = mixed->task_ns - compute_ns;
    int64_t steps = llround(clock_seconds(compute_ns) * (double)rate);
    for (int64_t i = 0; i < numbers->count && !safepoint_stopped(at); i++) {
        int64_t position = numbers->first + i;
        int64_t own_ns = cost_of(&work->cost, wait_ns, position);
        volatile int64_t result = chain_square(i + 2, cost_of(&work->cost, steps, position), at);
        (void)result; /* volatile, so that it is really computed */
        if (own_ns > 0)
            (void)safepoint_sleep_until(at, clock_now_ns() + own_ns);
    }
    return 0;
}

const struct workload WORKLOAD_MIXED = {
    .name = "mixed",
    .help = "compute and wait: each task computes for a part of its time, then sleeps",
    .table = SETTINGS,
    .settings_size = sizeof(struct mixed),
    .waits = true,
    .scales = work_always_scales,
    .host_open = host_open,
    .run = run,
    .grain = work_one_at_once,
    .range_sum = work_same_sum,
};
