/*
 * bounds - the most that several workers can gain over one, whether they are threads or processes:
 * the speed-up shown beside a measured one. Pure; any thread.
 *
 * For w workers on c cores, and tasks that take t seconds serially, a fraction p of it computing:
 *
 *     workers   w              each has one task in flight
 *     cores     c / p          a task needs a core for p of its time
 *     quota     q / p          the same if a cgroup allows the time of q cores only
 *     lock      l / p          the same for l locks that are held while computing
 *     memory    t * B / 16     a number is read and its result written, 8 bytes each; memory
 *                              moves B bytes a second
 *
 * The smallest one is the bound. No bound is below 1: one worker alone reaches that, so a smaller
 * value is noise in the measured inputs. A measured speed-up may exceed its bound if less is shared
 * than is assumed here (hardware threads of a core, tasks whose data fits in a cache).
 */
#ifndef SQUARES_MEASURE_BOUNDS_H
#define SQUARES_MEASURE_BOUNDS_H

/* A share of computing this close to 0 counts as 0, as starting and ending a wait always costs a
 * little; one this close to 1 counts as 1, as every computation is interrupted now and then. */
#define BOUNDS_SHARE_SLACK 0.02

enum bound_by {
    BOUND_WORKERS, /* the number of tasks in flight */
    BOUND_CORES,
    BOUND_QUOTA,
    BOUND_LOCK,
    BOUND_MEMORY,
};

struct bounds {
    int workers;
    int cores;        /* that the workers may use */
    int gils;         /* locks that the workers share: one per rank; 0: none */
    double task_s;    /* serial time of a task; 0: unknown */
    double cpu_share; /* the fraction of it spent computing: 0 to 1 */
    double bandwidth; /* bytes/s that memory reads and writes for all workers; 0: unknown */
    double quota;     /* cores whose time a cgroup allows them; 0: no quota */
};

/* Returns the bound, and stores what sets it in `by`. Of equal bounds, cores come first, then the
 * quota, the lock and memory: with as many workers as cores, one more worker would gain nothing. */
double bounds_speedup(const struct bounds *bounds, enum bound_by *by);

/* "workers", "cores", "quota", "lock", "memory". */
const char *bound_by_name(enum bound_by by);

#endif
