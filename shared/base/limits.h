/*
 * limits - which limit of the system kept a thread or a process from starting.
 *
 * pthread_create returns EAGAIN for nearly all limits, and fork does so for most. So each limit
 * that can be read is compared with what is in use. Call this at once, before other threads end.
 */
#ifndef SQUARES_BASE_LIMITS_H
#define SQUARES_BASE_LIMITS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

enum limits_start { LIMITS_THREAD, LIMITS_PROCESS };

struct limits_reason {
    char cause[240];  /* ends a message: "the cgroup '/job' allows 40 processes and threads" */
    char remedy[120]; /* a clause that can follow "or": "raise the limit: ulimit -u" */
};

/* Finds why a thread or process did not start; `error` is what pthread_create returned, or fork's
 * errno. Any thread may call this. It takes some milliseconds, as it may count a user's
 * processes. */
void limits_find(enum limits_start start, int error, struct limits_reason *reason);

/* Sets err to "WHAT: cause", with the remedy; `what` is what failed: "cannot fork". Returns -1. */
int limits_fail(struct err *err, const char *what, enum limits_start start, int error);

/* --- for tests: another system --- */

struct limits_world {
    const char *root; /* of /proc and /sys; "" for the real ones */
    size_t stack;     /* bytes of a thread's stack */
    bool full;        /* mapping a stack's bytes fails */
};

void limits_find_in(const struct limits_world *world, enum limits_start start, int error,
                    struct limits_reason *reason);

#endif
