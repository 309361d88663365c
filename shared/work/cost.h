/*
 * cost - how much of the work a task is, by its position: imbalance to play with. Pure; any thread.
 *
 * The factor of the task at position p of N says how many times the mean it costs. The mean of all
 * is 1 (of random: is expected to be), so that every shape is the same work, differently spread:
 *
 *     flat                linear            last                random
 *                               ..##                   ####       #      #
 *     ############          ..######                   ####     # # #  # #
 *     ############      ..##########      ################     ###########
 *
 *     linear    2 (p + 1/2) / N
 *     last      the last eighth, rounded up, cost eight times what the others do: for whole eighths
 *               64/15 and 8/15
 *     random    exponential, drawn from seed and position alone
 */
#ifndef SQUARES_WORK_COST_H
#define SQUARES_WORK_COST_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

enum cost_shape {
    COST_FLAT, /* what a zeroed struct has */
    COST_LINEAR,
    COST_LAST,
    COST_RANDOM,
};

/* Their names in that order, NULL behind the last. */
extern const char *const COSTS[];

struct cost {
    enum cost_shape shape;
    int64_t count; /* tasks in all; read by shapes that want it */
    uint64_t seed;
};

/* A shape in words. */
const char *cost_help(enum cost_shape shape);

/* Whether a shape depends on how many tasks there are in all. */
bool cost_wants_count(enum cost_shape shape);

/* The factor of the task at `position`, 0 <= position < count: 0 to 40. */
double cost_factor(const struct cost *cost, int64_t position);

/* A factor that some task reaches: the largest one, but for random the mean, as the largest is
 * known only when all are drawn. */
double cost_longest(const struct cost *cost);

/* What the task at `position` costs of something a mean task costs `mean` of, rounded. */
static inline int64_t cost_of(const struct cost *cost, int64_t mean, int64_t position)
{
    if (cost->shape == COST_FLAT)
        return mean;
    return llround((double)mean * cost_factor(cost, position));
}

#endif
