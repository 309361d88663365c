/*
 * cost - how much work each task is, depending on its position: imbalance to experiment with. Pure;
 * any thread.
 *
 * The factor of the task at position p of N is its cost relative to the mean. The mean of all
 * factors is 1 (for random: its expected value is), so every shape is the same amount of work,
 * distributed differently:
 *
 *     flat                linear            last                random
 *                               ..##                   ####       #      #
 *     ############          ..######                   ####     # # #  # #
 *     ############      ..##########      ################     ###########
 *
 *     linear    2 (p + 1/2) / N
 *     last      the last eighth, rounded up, costs eight times as much as the others: for whole
 * eighths 64/15 and 8/15 random    exponential, determined by seed and position alone
 */
#ifndef SQUARES_WORK_COST_H
#define SQUARES_WORK_COST_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

enum cost_shape {
    COST_FLAT, /* the shape of a zeroed struct */
    COST_LINEAR,
    COST_LAST,
    COST_RANDOM,
};

/* Their names in that order; ends with NULL. */
extern const char *const COSTS[];

struct cost {
    enum cost_shape shape;
    int64_t count; /* number of all tasks; used by shapes that need it */
    uint64_t seed;
};

/* A shape in words. */
const char *cost_help(enum cost_shape shape);

/* Whether a shape needs the number of all tasks. */
bool cost_wants_count(enum cost_shape shape);

/* The factor of the task at `position`, 0 <= position < count: 0 to 40. */
double cost_factor(const struct cost *cost, int64_t position);

/* The largest factor of any task; for random the mean, as the largest is known only once all have
 * been drawn. */
double cost_longest(const struct cost *cost);

/* The cost of the task at `position`, rounded, if a mean task costs `mean`. */
static inline int64_t cost_of(const struct cost *cost, int64_t mean, int64_t position)
{
    if (cost->shape == COST_FLAT)
        return mean;
    return llround((double)mean * cost_factor(cost, position));
}

#endif
