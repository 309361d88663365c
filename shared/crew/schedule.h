/*
 * schedule - how tasks are cut into chunks, which workers take one after another: pure rules, the
 * same for the threads of a crew and for the ranks of a host.
 *
 * For N tasks and P workers, chunks follow each other without gaps from task 0 on; each rule says
 * how long the next one is, given what is left (R), and the last is cut to that. `C` is the chunk
 * size asked for; for rules whose chunks shrink, it is the least size.
 *
 *     static      P chunks, as even as can be, worker w's is the w-th
 *     cyclic      C each, worker w's are those numbered w, w + P, w + 2P, ...
 *     dynamic     C each, to any worker that asks; several short ones at once (claims.h)
 *     guided      R / P, rounded up [1]
 *     factoring   batches of P equal ones: R / 2P, rounded up, with R before the batch [2]
 *     trapezoid   from N / 2P down to C in equal steps [3]
 *     adaptive    R / 2P, times the worker's speed over the mean speed [4]
 *     steal       each worker takes C at a time off its even share; one with none left takes half
 *                 of what another has [5]
 *
 * [1] Polychronopoulos, Kuck: Guided self-scheduling, IEEE Trans. Computers 36 (1987)
 * [2] Hummel, Schonberg, Flynn: Factoring, CACM 35 (1992); its practical form, FAC2
 * [3] Tzen, Ni: Trapezoid self-scheduling, IEEE Trans. Parallel Distrib. Systems 4 (1993)
 * [4] Banicescu, Velusamy, Devaprasad: On the scalability of dynamic scheduling scientific
 *     applications with adaptive weighted factoring, Cluster Computing 6 (2003); its form AWF-C,
 *     weights being renewed with each chunk
 * [5] as in Cilk: Blumofe, Leiserson: Scheduling multithreaded computations by work stealing, JACM
 *     46 (1999); here the rest of a loop is what can be stolen
 *
 * Other implementations get the tail wrong: N / P not rounded up leaves tasks over, a trapezoid of
 * whole steps ends early or late. Here sizes are rounded up, and the loop ends when nothing is
 * left, so each task is in exactly one chunk. Any thread may call these functions.
 */
#ifndef SQUARES_CREW_SCHEDULE_H
#define SQUARES_CREW_SCHEDULE_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum schedule {
    SCHEDULE_DYNAMIC, /* what a zeroed struct has */
    SCHEDULE_STATIC,
    SCHEDULE_CYCLIC,
    SCHEDULE_GUIDED,
    SCHEDULE_FACTORING,
    SCHEDULE_TRAPEZOID,
    SCHEDULE_ADAPTIVE,
    SCHEDULE_STEAL,
};

/* The largest chunk that can be asked for, by --chunk or a plug-in's grain: with it, the most tasks
 * (RANGE_MOST) and the most workers, a loop's arithmetic stays within int64. */
#define SCHEDULE_CHUNK_MOST (INT64_C(1) << 40)

/* Their names in that order, with NULL after the last. */
extern const char *const SCHEDULES[];

/* The best schedule for workers about which nothing is known: `dynamic`; but `static` if no worker
 * would get more than one chunk, as then there is nothing to balance, and with any other rule the
 * first to come could take everything. `count` below 0: unknown. */
static inline enum schedule schedule_usual(int64_t count, int64_t workers, int64_t chunk)
{
    bool few = count >= 0 && count / workers + (count % workers != 0) <= chunk;
    return few ? SCHEDULE_STATIC : SCHEDULE_DYNAMIC;
}

/* The input of a rule. */
struct schedule_ask {
    int64_t count; /* tasks in all */
    int64_t left;  /* tasks that are in no chunk yet; at least 1 */
    int workers;   /* at least 1 */
    int64_t chunk; /* the size asked for, at least 1 */
    int64_t round; /* chunks before this one */
    int64_t last;  /* the size of the one before; 0: this is the first */
    double weight; /* of the worker that asks: its speed over the mean; 1: not known. Only
                      `adaptive` uses it */
};

/* Returns how many tasks the next chunk has, 1 to ask->left. */
int64_t schedule_size(enum schedule schedule, const struct schedule_ask *ask);

/* Whether a chunk belongs to one worker from the start: the k-th to worker k % P. */
static inline bool schedule_assigned(enum schedule schedule)
{
    return schedule == SCHEDULE_STATIC || schedule == SCHEDULE_CYCLIC;
}

#endif
