/*
 * timeline - which worker did which task when, and how long workers were idle: a row of characters
 * for each worker, with a task's character for as long as it took.
 *
 *     0 |0011223344|
 *     1 |556789....|
 */
#ifndef SQUARES_DEMO_KIT_TIMELINE_H
#define SQUARES_DEMO_KIT_TIMELINE_H

#include "demo/kit/crew_here.h"
#include "demo/kit/showing.h"

/* The number of digits and letters, so that each task has its own character. */
enum { TIMELINE_TASKS = 36 };

struct timeline_span {
    int worker;
    int64_t began_ns, ended_ns;
};

struct timeline {
    struct timeline_span spans[TIMELINE_TASKS]; /* of task 0, 1, ...; set by its worker */
    int workers;
    int64_t began_ns; /* before the first */
    int64_t chunks;   /* handed out by the schedule */
};

/* Runs a job of TIMELINE_TASKS tasks that sets the spans. Returns 0, or -1 and sets err, like
 * workers_run. */
int timeline_run(struct timeline *timeline, const struct workers *workers,
                 const struct crew_job *job, struct err *err);

/* Seconds from the start to the end of the last task. */
double timeline_seconds(const struct timeline *timeline);

/* Seconds from the start until a worker had done its last task; 0: it had none. */
double timeline_done(const struct timeline *timeline, int worker);

/* The same for the worker that was done first. */
double timeline_soonest(const struct timeline *timeline);

/* Seconds of all tasks, summed. */
double timeline_busy(const struct timeline *timeline);

/* The fraction of all workers' time until the end in which they had no task, 0 to 1. */
double timeline_idle(const struct timeline *timeline);

enum { TIMELINE_RUNS = 9 };

/* The one of `count` timelines (odd, at most TIMELINE_RUNS) with the median time. */
const struct timeline *timeline_median(const struct timeline *timelines, int count);

/* Draws the timelines of at most 8 workers; the width stands for `seconds`. */
void timeline_draw(const struct timeline *timeline, const char *label, double seconds,
                   struct showing *showing);

#endif
