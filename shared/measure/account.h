/*
 * account - what the kernel has on a thread's account: the processor time it used, and how long it
 * was ready to run but had no core. Any thread may ask about any thread of its own process.
 *
 * Time that is on neither account the thread was asleep, or stopped.
 */
#ifndef SQUARES_MEASURE_ACCOUNT_H
#define SQUARES_MEASURE_ACCOUNT_H

#include <pthread.h>
#include <stdint.h>
#include <sys/types.h>

/* Where the kernel tells, and what stands for a figure that it does not tell. */
#define ACCOUNT_ROOT    "/proc"
#define ACCOUNT_UNKNOWN INT64_C(-1)

/* Nanoseconds since the thread began; each may be ACCOUNT_UNKNOWN. */
struct account {
    int64_t cpu_ns;    /* on a core */
    int64_t queued_ns; /* ready to run, but not on a core: another thread ran there, or the kernel
                          held this one back */
};

/* Of the thread `thread`, whose kernel's id is `id`, from the files under `root`. Takes some
 * microseconds. `queued_ns` is unknown where the kernel keeps no such account (CONFIG_SCHED_INFO)
 * or hides it. */
struct account account_read(const char *root, pthread_t thread, pid_t id);

/* What was added between two readings; unknown if either is. */
struct account account_since(const struct account *before, const struct account *after);

#endif
