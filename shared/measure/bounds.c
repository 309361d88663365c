#include "measure/bounds.h"

#include <math.h>

/* The memory traffic of a task: a number of 8 bytes, and its result. */
static const double TASK_BYTES = 16;

static double share_of(const struct bounds *bounds)
{
    if (bounds->cpu_share < BOUNDS_SHARE_SLACK)
        return 0;
    return bounds->cpu_share > 1 - BOUNDS_SHARE_SLACK ? 1 : bounds->cpu_share;
}

/* The speed-up that `count` cores or locks allow if each task needs one for `share` of its time; if
 * there are none, or tasks need none, there is no bound. */
static double bound_of(double count, double share)
{
    return count > 0 && share > 0 ? count / share : INFINITY;
}

static double bound_of_memory(const struct bounds *bounds)
{
    if (bounds->task_s <= 0 || bounds->bandwidth <= 0)
        return INFINITY;
    return bounds->task_s * bounds->bandwidth / TASK_BYTES;
}

double bounds_speedup(const struct bounds *bounds, enum bound_by *by)
{
    static const enum bound_by ORDER[] = {BOUND_CORES, BOUND_QUOTA, BOUND_LOCK, BOUND_MEMORY,
                                          BOUND_WORKERS};
    double share = share_of(bounds);
    const double all[] = {
        [BOUND_WORKERS] = bounds->workers,
        [BOUND_CORES] = bound_of(bounds->cores, share),
        [BOUND_QUOTA] = bound_of(bounds->quota, share),
        [BOUND_LOCK] = bound_of(bounds->gils, share),
        [BOUND_MEMORY] = bound_of_memory(bounds),
    };
    *by = ORDER[0];
    for (int i = 1; i < (int)(sizeof(ORDER) / sizeof(ORDER[0])); i++)
        if (all[ORDER[i]] < all[*by])
            *by = ORDER[i];
    return fmax(all[*by], 1);
}

const char *bound_by_name(enum bound_by by)
{
    static const char *const NAMES[] = {"workers", "cores", "quota", "lock", "memory"};
    return NAMES[by];
}
