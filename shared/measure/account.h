/*
 * account - what the kernel has counted for a thread: the processor time it used, and how long it
 * was ready to run but had no core. Any thread may ask about any thread of its own process.
 *
 * In the rest of its time the thread was asleep or stopped.
 */
#ifndef SQUARES_MEASURE_ACCOUNT_H
#define SQUARES_MEASURE_ACCOUNT_H

#include <pthread.h>
#include <stdint.h>
#include <sys/types.h>

/* Where the kernel keeps the account, and the value of a figure that it does not give. */
#define ACCOUNT_ROOT    "/proc"
#define ACCOUNT_UNKNOWN INT64_C(-1)

/* Nanoseconds since the thread began; each may be ACCOUNT_UNKNOWN. */
struct account {
    int64_t cpu_ns;    /* on a core */
    int64_t queued_ns; /* ready to run, but not on a core: another thread ran there, or the kernel
                          held this one back */
};

/* Reads the account of the thread `thread`, whose kernel id is `id`, from the files under `root`.
 * Takes some microseconds. `queued_ns` is unknown if the kernel keeps no such account
 * (CONFIG_SCHED_INFO) or hides it. */
struct account account_read(const char *root, pthread_t thread, pid_t id);

/* What was added between two readings; a figure unknown in either is unknown in the result. */
struct account account_since(const struct account *before, const struct account *after);

#endif
