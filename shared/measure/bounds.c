#include "measure/bounds.h"

static void lower(double *bound, enum bound_by *by, double limit, enum bound_by cause)
{
    if (limit < *bound) {
        *bound = limit;
        *by = cause;
    }
}

double bounds_speedup(const struct bounds *bounds, enum bound_by *by)
{
    const double WAITS = 0.01;
    double bound = bounds->workers;
    *by = BOUND_WORKERS;
    if (bounds->cpu_share > WAITS) {
        double share = bounds->cpu_share < 1 ? bounds->cpu_share : 1;
        lower(&bound, by, bounds->cores / share, BOUND_CORES);
        if (bounds->gils > 0)
            lower(&bound, by, bounds->gils / share, BOUND_LOCK);
    }
    if (bounds->bandwidth > 0)
        lower(&bound, by, bounds->task_s * bounds->bandwidth / BOUND_BYTES, BOUND_MEMORY);
    return bound > 1 ? bound : 1;
}
