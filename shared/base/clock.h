/*
 * clock - the clocks used for all timing. Any thread may call these functions.
 */
#ifndef SQUARES_BASE_CLOCK_H
#define SQUARES_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

#define NS_PER_S  INT64_C(1000000000)
#define NS_PER_MS INT64_C(1000000)
#define NS_PER_US INT64_C(1000)

static inline int64_t clock_read_ns(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * NS_PER_S + t.tv_nsec;
}

/* Nanoseconds since some point in the past; never steps back. */
static inline int64_t clock_now_ns(void)
{
    return clock_read_ns(CLOCK_MONOTONIC);
}

/* Processor time this thread has used, in nanoseconds. */
static inline int64_t clock_thread_cpu_ns(void)
{
    return clock_read_ns(CLOCK_THREAD_CPUTIME_ID);
}

static inline double clock_seconds(int64_t ns)
{
    return (double)ns * 1e-9;
}

/* Sleeps until clock_now_ns() has reached `deadline_ns`, whatever signals arrive meanwhile. */
void clock_sleep_until(int64_t deadline_ns);

/* From now on the kernel's slack delays this thread's sleeps by at most a 512th of their length:
 * its default of 50 us would be 5 % of a wait of 1 ms. */
void clock_precise_sleep(void);

#endif
