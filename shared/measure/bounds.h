/*
 * bounds - the most that a speed-up over serial can be.
 */
#ifndef SQUARES_MEASURE_BOUNDS_H
#define SQUARES_MEASURE_BOUNDS_H

#include <stdint.h>

/* What limits from above. */
enum bound_by {
    BOUND_WORKERS, /* what is in flight: no more at a time than workers */
    BOUND_CORES,   /* computing: no more at a time than cores */
    BOUND_LOCK,    /* computing under gils: one at a time for each */
    BOUND_MEMORY,  /* numbers pass through memory at a finite speed */
};

struct bounds {
    int workers;
    int cores;        /* that they may use */
    int gils;         /* each lets one worker compute at a time; 0: there is none */
    double task_s;    /* of a task, serially, seconds */
    double cpu_share; /* of that, the part that a core is busy: 1 computes, 0 waits */
    double bandwidth; /* bytes a second that all cores together read and write; 0: unknown */
};

/* A task reads its number and writes its result. */
enum { BOUND_BYTES = 16 };

/* The least of: workers; cores / cpu_share; gils / cpu_share; task_s / (BOUND_BYTES / bandwidth),
 * but at least 1: serially it did work. Less than a hundredth of a core counts as waiting only.
 * `by`: which it was. */
double bounds_speedup(const struct bounds *bounds, enum bound_by *by);

#endif
