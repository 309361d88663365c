#include "crew/schedule.h"

#include <math.h>
#include <stddef.h>

const char *const SCHEDULES[] = {
    [SCHEDULE_DYNAMIC] = "dynamic",     [SCHEDULE_STATIC] = "static",
    [SCHEDULE_CYCLIC] = "cyclic",       [SCHEDULE_GUIDED] = "guided",
    [SCHEDULE_FACTORING] = "factoring", [SCHEDULE_TRAPEZOID] = "trapezoid",
    [SCHEDULE_ADAPTIVE] = "adaptive",   [SCHEDULE_STEAL] = "steal",
    [SCHEDULE_STEAL + 1] = NULL,
};

static int64_t ceil_div(int64_t a, int64_t b)
{
    return a / b + (a % b != 0);
}

static int64_t at_least(int64_t size, int64_t least)
{
    return size > least ? size : least;
}

/* The first count % workers shares are one task longer. */
static int64_t even_share(const struct schedule_ask *ask)
{
    return ask->count / ask->workers + (ask->round < ask->count % ask->workers);
}

static int64_t guided(const struct schedule_ask *ask)
{
    return at_least(ceil_div(ask->left, ask->workers), ask->chunk);
}

/* Half of what is left, divided by the batch's chunks; 2P itself may be too large for an int. */
static int64_t half_share(const struct schedule_ask *ask)
{
    return ceil_div(ask->left, 2 * (int64_t)ask->workers);
}

static int64_t factoring(const struct schedule_ask *ask)
{
    bool within = ask->last > 0 && ask->round % ask->workers != 0;
    return within ? ask->last : at_least(half_share(ask), ask->chunk);
}

/* From the first size f to the last l it takes n = 2N / (f + l) chunks; the k-th has f - k (f - l)
 * / (n - 1), rounded up. Computed in double, as products of two counts are too large for int64.
 * Sizes may be off by a task here and there; as what is left limits the last chunk, the sum is
 * right. */
static int64_t trapezoid(const struct schedule_ask *ask)
{
    double first = (double)at_least(ceil_div(ask->count, 2 * (int64_t)ask->workers), ask->chunk);
    double last = (double)ask->chunk;
    double chunks = ceil(2 * (double)ask->count / (first + last));
    if (chunks < 2)
        return (int64_t)first;
    double size = first - (double)ask->round * (first - last) / (chunks - 1);
    return at_least((int64_t)ceil(size), ask->chunk);
}

static int64_t adaptive(const struct schedule_ask *ask)
{
    double size = ceil((double)half_share(ask) * ask->weight);
    return size < (double)ask->left ? at_least((int64_t)size, ask->chunk) : ask->left;
}

int64_t schedule_size(enum schedule schedule, const struct schedule_ask *ask)
{
    int64_t size = ask->chunk;
    switch (schedule) {
    case SCHEDULE_STATIC:
        size = even_share(ask);
        break;
    case SCHEDULE_GUIDED:
        size = guided(ask);
        break;
    case SCHEDULE_FACTORING:
        size = factoring(ask);
        break;
    case SCHEDULE_TRAPEZOID:
        size = trapezoid(ask);
        break;
    case SCHEDULE_ADAPTIVE:
        size = adaptive(ask);
        break;
    case SCHEDULE_CYCLIC:
    case SCHEDULE_DYNAMIC:
    case SCHEDULE_STEAL:
        break;
    }
    return size < 1 ? 1 : size < ask->left ? size : ask->left;
}
