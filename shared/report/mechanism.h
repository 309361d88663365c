/*
 * mechanism - how the work of a row is done: by processes, by threads, or by both.
 */
#ifndef SQUARES_REPORT_MECHANISM_H
#define SQUARES_REPORT_MECHANISM_H

#include <stdbool.h>

enum mechanism {
    MECHANISM_SERIAL,        /* one rank, one thread, no messages: the base */
    MECHANISM_PROCESSES,     /* ranks of one thread each, exchanging messages */
    MECHANISM_WINDOW,        /* the same, with the numbers in memory that they share */
    MECHANISM_HYBRID,        /* ranks of several threads */
    MECHANISM_THREADS,       /* one rank, whose threads share the numbers */
    MECHANISM_THREADS_GIL,   /* the same under one lock */
    MECHANISM_PROCESSES_GIL, /* processes with a lock each */
};

/* "serial", "processes", "window", "hybrid", "threads", "threads+gil", "processes+gil". */
const char *mechanism_name(enum mechanism mechanism);

/* How many gils a team of `ranks` ranks has: one per rank if the mechanism has gils, else none. */
static inline int mechanism_gils(enum mechanism mechanism, int ranks)
{
    bool gil = mechanism == MECHANISM_THREADS_GIL || mechanism == MECHANISM_PROCESSES_GIL;
    return gil ? ranks : 0;
}

static inline bool mechanism_has_gil(enum mechanism mechanism)
{
    return mechanism_gils(mechanism, 1) > 0;
}

#endif
