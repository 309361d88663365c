/*
 * chunk_sizes - chunks of a loop in several sizes, each handed out in several ways. They are timed
 * in rounds that include every size, so that other activity on the machine affects all alike.
 */
#ifndef SQUARES_DEMO_CHUNK_SIZES_H
#define SQUARES_DEMO_CHUNK_SIZES_H

#include "demo/kit/crew_here.h"

enum { SIZES_MOST = 12, SIZES_WAYS = 2, SIZES_RUNS = 21 };

struct chunk_sizes {
    int64_t total;             /* tasks of the loop */
    int64_t tasks[SIZES_MOST]; /* tasks of a chunk, rising; the last is `total` */
    int count;                 /* number of sizes */

    /* set by chunk_sizes_measure */
    double seconds[SIZES_WAYS][SIZES_MOST]; /* least of all runs: a disturbance only adds to it */
    int runs;
};

/* Chooses the sizes 1, 4, 16, ... up to a power of 4 of which there is one chunk for each thread
 * and one more; and all tasks at once. At most about `most` tasks in all, as long as each thread
 * gets some. */
void chunk_sizes_choose(struct chunk_sizes *sizes, int threads, int64_t most);

/* Makes the job that hands out chunks of sizes->tasks[size] in one of the ways, ready to run. */
typedef struct crew_job chunk_sizes_job_fn(void *arg, int way, int size);

/* Runs all of them 5 to SIZES_RUNS times, more than 5 only within the first `enough_ns`. Returns 0,
 * or -1 and sets err if a job failed. */
int chunk_sizes_measure(struct chunk_sizes *sizes, const struct workers *workers,
                        chunk_sizes_job_fn *job, void *arg, int64_t enough_ns, struct err *err);

/* The size with the least time for a way. */
int chunk_sizes_best(const struct chunk_sizes *sizes, int way);

/* The range of sizes around the best for which a way takes at most `near` (1.05) times its best
 * time. */
void chunk_sizes_near(const struct chunk_sizes *sizes, int way, double near, int *first, int *last);

/* Draws the time over the size; ways[w] is the mark of way w. */
void chunk_sizes_draw(const struct chunk_sizes *sizes, const char ways[SIZES_WAYS],
                      struct showing *showing);

#endif
