/*
 * io - waiting: each task sleeps for as long as a request to a disk or a server might take, and
 * gives its number back, as such a server would. Nothing is computed, so more workers than cores
 * help.
 *
 * How long task i waits depends only on the seed and on i. All spreads have the mean `latency`:
 * uniform on [0, 2*latency]; exponential; Pareto with shape 2, whose variance is infinite (some
 * requests take very long, as in real services), cut at 10,000 times the mean. With --cost,
 * `latency` is multiplied by each task's factor.
 */
#include "base/clock.h"
#include "base/random.h"
#include "work/work.h"

#include <math.h>

enum spread { SPREAD_NONE, SPREAD_UNIFORM, SPREAD_EXP, SPREAD_PARETO };

static const char *const SPREADS[] = {"none", "uniform", "exp", "pareto", NULL};

struct io {
    int64_t latency_ns;
    int64_t spread;
};

static const struct setting SETTINGS[] = {
    {"latency", SETTING_DURATION, offsetof(struct io, latency_ns), "1ms", 0, 3600 * NS_PER_S, NULL,
     "mean time a task waits"},
    {"spread", SETTING_CHOICE, offsetof(struct io, spread), "none", 0, 0, SPREADS,
     "how the waits differ: none, uniform, exp, pareto"},
    {.name = NULL},
};

static int64_t draw_wait_ns(const struct io *io, uint64_t seed, int64_t position)
{
    double mean = (double)io->latency_ns;
    double u = random_unit(seed, (uint64_t)position);
    switch ((enum spread)io->spread) {
    case SPREAD_UNIFORM:
        return llround(2 * mean * u);
    case SPREAD_EXP:
        return llround(-mean * log(u));
    case SPREAD_PARETO:
        return llround(mean * fmin(0.5 / sqrt(u), 1e4)); /* the smallest is half the mean */
    case SPREAD_NONE:
        break;
    }
    return io->latency_ns;
}

static int run(const struct work *work, struct numbers *numbers, const struct safepoint *at,
               struct err *err)
{
    (void)err;
    for (int64_t i = 0; i < numbers->count; i++) {
        int64_t position = numbers->first + i;
        int64_t wait =
            cost_of(&work->cost, draw_wait_ns(work->settings, work->seed, position), position);
        if (!safepoint_sleep_until(at, clock_now_ns() + wait))
            break;
    }
    return 0;
}

const struct workload WORKLOAD_IO = {
    .name = "io",
    .help = "wait: each task sleeps as a request would, and returns its number",
    .table = SETTINGS,
    .settings_size = sizeof(struct io),
    .waits = true,
    .scales = work_always_scales,
    .run = run,
    .grain = work_one_at_once,
    .range_sum = work_same_sum,
};
