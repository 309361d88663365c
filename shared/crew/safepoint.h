/*
 * safepoint - what a task calls while it works, so that other threads get their turn: once per turn
 * of a computing loop, and around whatever waits. Each worker has its own safepoint.
 *
 * Without a gil, passing and leaving cost nothing.
 */
#ifndef SQUARES_CREW_SAFEPOINT_H
#define SQUARES_CREW_SAFEPOINT_H

#include "base/stop.h"
#include "crew/gil.h"

#include <stddef.h>

struct safepoint {
    const struct stop *stop;
    struct gil *gil;    /* NULL: no gil */
    int64_t *locked_ns; /* where this worker's time spent waiting for the gil adds up */
};

/* Computing begins, or goes on after waiting: takes the gil. */
static inline void safepoint_enter(const struct safepoint *at)
{
    if (at->gil != NULL)
        *at->locked_ns += gil_acquire(at->gil, at);
}

/* Computing ends, or waiting begins (a sleep, a file, a socket): releases the gil. */
static inline void safepoint_leave(const struct safepoint *at)
{
    if (at->gil != NULL)
        *at->locked_ns += gil_release(at->gil, at);
}

/* Call this at each turn of a computing loop: it gives the gil away if another thread asked for
 * it. */
static inline void safepoint_pass(const struct safepoint *at)
{
    if (at->gil != NULL && gil_asked(at->gil))
        *at->locked_ns += gil_give_way(at->gil, at);
}

/* Whether to give up. On the crew's owner this call also lets MPI make progress, so do not make it
 * at each turn: about once a millisecond is often enough. */
static inline bool safepoint_stopped(const struct safepoint *at)
{
    return stop_asked(at->stop);
}

/* Waits without the gil until clock_now_ns() has reached `deadline_ns`. Returns false if it was
 * stopped before. */
bool safepoint_sleep_until(const struct safepoint *at, int64_t deadline_ns);

#endif
