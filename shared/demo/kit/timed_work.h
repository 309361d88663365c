/*
 * timed_work - something to do that takes as long as one says.
 */
#ifndef SQUARES_DEMO_KIT_TIMED_WORK_H
#define SQUARES_DEMO_KIT_TIMED_WORK_H

enum timed_work {
    TIMED_WORK_COMPUTE, /* needs a core for all that time */
    TIMED_WORK_WAIT,    /* needs none, so more of them than cores go on at once */
    CHORES,
};

/* Measures how many steps of computing one thread does in a second; takes some 10 ms. */
double timed_work_speed(void);

/* Computes for `seconds` at that speed, on a core of one's own, or waits for so long. */
void timed_work_do(enum timed_work timed_work, double seconds, double steps_per_s);

#endif
