/*
 * timeline - who did which task when, and how long they were idle: a row of characters for each
 * worker, a task's character for as long as it took.
 *
 *     0 |0011223344|
 *     1 |556789....|
 */
#ifndef SQUARES_DEMO_KIT_TIMELINE_H
#define SQUARES_DEMO_KIT_TIMELINE_H

#include "demo/kit/crew_here.h"
#include "demo/kit/showing.h"

/* As many as there are digits and letters, so that each has a character of its own. */
enum { TIMELINE_TASKS = 36 };

struct timeline_span {
    int worker;
    int64_t began_ns, ended_ns;
};

struct timeline {
    struct timeline_span spans[TIMELINE_TASKS]; /* of task 0, 1, ...; set by who works on it */
    int workers;
    int64_t began_ns; /* before the first */
    int64_t chunks;   /* that a schedule handed out */
};

/* Runs a job of TIMELINE_TASKS tasks that sets the spans. -1: as workers_run. */
int timeline_run(struct timeline *timeline, const struct workers *workers,
                 const struct crew_job *job, struct err *err);

/* Seconds from the begin to the end of the last task. */
double timeline_seconds(const struct timeline *timeline);

/* Seconds from the begin until a worker had done its last task; 0: it had none. */
double timeline_done(const struct timeline *timeline, int worker);

/* The same of the worker that was done first. */
double timeline_soonest(const struct timeline *timeline);

/* Seconds of all tasks together. */
double timeline_busy(const struct timeline *timeline);

/* The part of all workers' time until the end in which they had no task, 0 to 1. */
double timeline_idle(const struct timeline *timeline);

enum { TIMELINE_RUNS = 9 };

/* The one of `count` (odd, at most TIMELINE_RUNS) that took the median time. */
const struct timeline *timeline_median(const struct timeline *timelines, int count);

/* Draws it, of at most 8 workers, where the width is `seconds`. */
void timeline_draw(const struct timeline *timeline, const char *label, double seconds,
                   struct showing *showing);

#endif
