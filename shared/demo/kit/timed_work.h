/*
 * timed_work - computing or waiting for a given time.
 */
#ifndef SQUARES_DEMO_KIT_TIMED_WORK_H
#define SQUARES_DEMO_KIT_TIMED_WORK_H

enum timed_work {
    TIMED_WORK_COMPUTE, /* needs a core all the time */
    TIMED_WORK_WAIT,    /* needs none, so more workers than cores can do it at once */
    TIMED_WORKS,
};

/* Measures how many steps of computing one thread does per second; takes some 10 ms. */
double timed_work_speed(void);

/* Computes for as long as `seconds` take at that speed on a core of its own, or waits for
 * `seconds`. */
void timed_work_do(enum timed_work timed_work, double seconds, double steps_per_s);

#endif
