#include "work/cost.h"

#include "base/random.h"

#include <stddef.h>

const char *const COSTS[] = {
    [COST_FLAT] = "flat",     [COST_LINEAR] = "linear", [COST_LAST] = "last",
    [COST_RANDOM] = "random", [COST_RANDOM + 1] = NULL,
};

static const struct {
    const char *help;
    bool wants_count;
} SHAPES[] = {
    [COST_FLAT] = {"every task costs the same", false},
    [COST_LINEAR] = {"rises evenly, from nothing to twice the mean", true},
    [COST_LAST] = {"the last eighth of the tasks cost eight times what others do", true},
    [COST_RANDOM] = {"drawn from an exponential distribution, by --seed", false},
};

const char *cost_help(enum cost_shape shape)
{
    return SHAPES[shape].help;
}

bool cost_wants_count(enum cost_shape shape)
{
    return SHAPES[shape].wants_count;
}

/* With h expensive tasks at 8 f and N - h others at f, the mean is f (N + 7 h) / N. */
static double last_factor(int64_t count, int64_t position)
{
    const int64_t PART = 8, TIMES = 8;
    int64_t dear = count / PART + (count % PART != 0);
    double cheap = (double)count / ((double)count + (double)(TIMES - 1) * (double)dear);
    return position >= count - dear ? (double)TIMES * cheap : cheap;
}

/* Uses a seed of its own: otherwise an expensive task would always be one that also drew a long
 * wait. */
static double random_factor(uint64_t seed, int64_t position)
{
    const uint64_t NO_TASK = UINT64_MAX;
    return -log(random_unit(random_bits(seed, NO_TASK), (uint64_t)position));
}

double cost_factor(const struct cost *cost, int64_t position)
{
    switch (cost->shape) {
    case COST_LINEAR:
        return (2 * (double)position + 1) / (double)cost->count;
    case COST_LAST:
        return last_factor(cost->count, position);
    case COST_RANDOM:
        return random_factor(cost->seed, position);
    case COST_FLAT:
        break;
    }
    return 1;
}

double cost_longest(const struct cost *cost)
{
    return cost_wants_count(cost->shape) ? cost_factor(cost, cost->count - 1) : 1;
}
