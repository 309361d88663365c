/*
 * pool_task - a number to be squared by a chosen worker: small enough to send, and as much work as
 * needed. And the time it takes to have many of them done.
 */
#ifndef SQUARES_DEMO_KIT_POOL_TASK_H
#define SQUARES_DEMO_KIT_POOL_TASK_H

#include "base/err.h"

#include <stdint.h>

struct pool_task {
    int64_t number; /* its result, when done */
    int64_t times;  /* squarings to do, modulo 2^61-1: 1 is a plain square, many are work */
    int64_t place;  /* of the result, from 0 on: tasks may finish in another order */
    int64_t worker; /* the worker that did it */
};

/* Squares its number. */
void pool_task_do(struct pool_task *pool_task);

/* Has `count` tasks done, each into done[its place]; `arg` belongs to the way. Returns 0, or -1 if
 * not all were done. */
typedef int pool_task_way(void *arg, const struct pool_task *pool_tasks, struct pool_task *done,
                          int count);

/* Done by the caller itself; arg is not used. */
int pool_task_alone(void *arg, const struct pool_task *pool_tasks, struct pool_task *done,
                    int count);

/* Done by a new process for each; `done` must be shared with children. */
int pool_task_fork(void *arg, const struct pool_task *pool_tasks, struct pool_task *done,
                   int count);

/* Times a way: *each is the seconds per task, the median of some runs of all `count`. Returns 0, or
 * -1 and sets err if not all were done. */
int pool_task_time(pool_task_way *way, void *arg, const struct pool_task *pool_tasks,
                   struct pool_task *done, int count, double *each, struct err *err);

/* The length of a task from which on the other way is faster: lengths[0 to count - 1] rise, and
 * faster[] is how many times as fast it is there. The result is where a straight line between the
 * last length at which it is not faster and the next one, both as logarithms, passes 1; the first
 * length, if it is always faster; NAN, if it is never faster by 10 %, as less may be noise. */
double pool_task_pays(const double *lengths, const double *faster, int count);

#endif
