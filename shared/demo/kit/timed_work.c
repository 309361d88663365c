#include "demo/kit/timed_work.h"

#include "base/clock.h"

#include <math.h>

/* Each step needs the one before, so neither compiler nor processor can shorten it. */
static void compute(int64_t steps)
{
    static uint64_t result; /* visible to others, so it must be computed */
    uint64_t x = 3;
    for (; steps > 0; steps--)
        x = x * x + 1;
    __atomic_store_n(&result, x, __ATOMIC_RELAXED);
}

double timed_work_speed(void)
{
    enum { STEPS = 1000000, RUNS = 7 };
    double least = INFINITY; /* a disturbance only adds to it */
    for (int run = 0; run < RUNS; run++) {
        int64_t began = clock_now_ns();
        compute(STEPS);
        least = fmin(least, clock_seconds(clock_now_ns() - began));
    }
    return STEPS / least;
}

void timed_work_do(enum timed_work timed_work, double seconds, double steps_per_s)
{
    if (timed_work == TIMED_WORK_COMPUTE)
        compute(llround(seconds * steps_per_s));
    else
        clock_sleep_until(clock_now_ns() + llround(seconds * NS_PER_S));
}
