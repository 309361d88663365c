/*
 * pool_task - a number to be squared, by whoever is asked to: small enough to be sent, and as long
 * as one likes. And what it takes to have many of them done.
 */
#ifndef SQUARES_DEMO_KIT_POOL_TASK_H
#define SQUARES_DEMO_KIT_POOL_TASK_H

#include "base/err.h"

#include <stdint.h>

struct pool_task {
    int64_t number; /* its square, when done */
    int64_t times;  /* to be squared, modulo 2^61-1: once gives its square, often is work */
    int64_t place;  /* of the result, from 0 on: they may be done in another order */
    int64_t worker; /* who has done it */
};

/* Squares its number. */
void pool_task_do(struct pool_task *pool_task);

/* Has `count` errands done, each into done[its place]; `arg` is the way's own. -1: not all were. */
typedef int pool_task_way(void *arg, const struct pool_task *pool_tasks, struct pool_task *done,
                          int count);

/* By the caller itself; arg is not used. */
int pool_task_alone(void *arg, const struct pool_task *pool_tasks, struct pool_task *done,
                    int count);

/* By a new process for each: `done` must be shared with children. */
int pool_task_fork(void *arg, const struct pool_task *pool_tasks, struct pool_task *done,
                   int count);

/* Seconds of an errand, the median of some runs of all `count`. */
int pool_task_time(pool_task_way *way, void *arg, const struct pool_task *pool_tasks,
                   struct pool_task *done, int count, double *each, struct err *err);

/* From which length on the other way is the faster one: lengths[0 to count - 1] rise, faster[] is
 * how many times it is as fast there. Where a straight line between the last length at which it is
 * not and the next, both as logarithms, passes 1; the first, if it always is; NAN, if it never is
 * by 10 %, as less than that may be noise. */
double pool_task_pays(const double *lengths, const double *faster, int count);

#endif
