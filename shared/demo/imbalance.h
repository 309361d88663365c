/*
 * imbalance - the tasks of the demo `imbalance`, and the results of distributing them.
 */
#ifndef SQUARES_DEMO_IMBALANCE_H
#define SQUARES_DEMO_IMBALANCE_H

#include "demo/kit/timed_work.h"
#include "demo/kit/timeline.h"

/* The schedules that are compared; the first is static. */
enum { IMBALANCE_STATIC, IMBALANCE_WAYS = 4 };
extern const enum schedule IMBALANCE_BY[IMBALANCE_WAYS];

struct uneven {
    double costs_s[TIMELINE_TASKS]; /* the duration of each task */
    enum timed_work timed_work;
    double steps_per_s;
    struct timeline *timeline; /* of the current run */

    /* What the kernel counted for others during all runs. */
    int cores;
    double others; /* cores used by other programs and interrupts; NAN: unknown */
    double stolen; /* share of the cores' time taken by other machines; NAN: unknown */
};

/* Shows a timeline of each schedule, and what follows from them. */
void imbalance_tell(const struct timeline timelines[IMBALANCE_WAYS], const struct uneven *uneven,
                    struct showing *showing);

#endif
