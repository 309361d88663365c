/*
 * imbalance - tasks of the demo `imbalance`, and what came of dealing them out.
 */
#ifndef SQUARES_DEMO_IMBALANCE_H
#define SQUARES_DEMO_IMBALANCE_H

#include "demo/kit/timed_work.h"
#include "demo/kit/timeline.h"

/* The schedules that are compared; the first is static. */
enum { IMBALANCE_STATIC, IMBALANCE_WAYS = 4 };
extern const enum schedule IMBALANCE_BY[IMBALANCE_WAYS];

struct uneven {
    double costs_s[TIMELINE_TASKS]; /* of each task, this long */
    enum timed_work timed_work;
    double steps_per_s;
    struct timeline *timeline; /* of the run under way */

    /* What the kernel counted of others while all runs were made. */
    int cores;
    double others; /* cores that other programs and interrupts used; NAN: it did not tell */
    double stolen; /* the share of the cores' time that other machines had; NAN: the same */
};

/* Shows a timeline of each schedule, and what they come to. */
void imbalance_tell(const struct timeline timelines[IMBALANCE_WAYS], const struct uneven *uneven,
                    struct showing *showing);

#endif
