/*
 * bounds - the most that workers can gain over one, whatever runs them: the speed-up that stands
 * beside a measured one. Pure; any thread.
 *
 * For w workers on c cores, and tasks that take t seconds serially, a fraction p of it computing:
 *
 *     workers   w              each has one task in flight
 *     cores     c / p          a task needs a core for p of its time
 *     lock      l / p          the same for l locks that are held while computing
 *     memory    t * B / 16     a number is read and its result written, 8 bytes each, and memory
 *                              moves B bytes a second
 *
 * The smallest one binds. None is below 1: a task alone gets as far as that, so a lesser one comes
 * of noise in what it was made of. What shares less than it says (hardware threads of a core, tasks
 * in a cache) may still get past its bound.
 */
#ifndef SQUARES_MEASURE_BOUNDS_H
#define SQUARES_MEASURE_BOUNDS_H

/* A share of computing this close to 0 counts as 0, as every wait costs a little to begin and to
 * end; and this close to 1 as 1, as nothing computes without being interrupted. */
#define BOUNDS_SHARE_SLACK 0.02

enum bound_by {
    BOUND_WORKERS, /* those in flight */
    BOUND_CORES,
    BOUND_LOCK,
    BOUND_MEMORY,
};

struct bounds {
    int workers;
    int cores;        /* that they may use */
    int gils;         /* locks among them: one a rank; 0: none */
    double task_s;    /* of a task, serially; 0: unknown */
    double cpu_share; /* of it, that it computes: 0 to 1 */
    double bandwidth; /* bytes/s that memory reads and writes for all of them; 0: unknown */
};

/* The bound, and what binds into `by`. Of equal ones cores come first, then the lock, then memory:
 * with as many workers as cores, one more worker would gain nothing. */
double bounds_speedup(const struct bounds *bounds, enum bound_by *by);

/* "workers", "cores", "lock", "memory". */
const char *bound_by_name(enum bound_by by);

#endif
