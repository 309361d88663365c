#include "measure/rounds.h"

#include "base/random.h"
#include "measure/interval.h"
#include "measure/samples.h"

#include <stdbool.h>

enum { RECENT = sizeof(((struct rounds *)0)->recent_s) / sizeof(double) };

void rounds_start(struct rounds *rounds, const struct rounds_rules *rules)
{
    *rounds = (struct rounds){
        .rules = *rules,
        .least = interval_least(rules->confidence),
        .elapsed_s = rules->spent_s,
    };
}

void rounds_passed(struct rounds *rounds, double elapsed_s)
{
    rounds->recent_s[rounds->done % RECENT] = elapsed_s - rounds->elapsed_s;
    rounds->elapsed_s = elapsed_s;
    rounds->done++;
}

/* The median, as a single stall says nothing about the next round. */
static double expected_s(const struct rounds *rounds)
{
    return samples_median(rounds->recent_s, rounds->done < RECENT ? rounds->done : RECENT);
}

static bool all_tight(const struct rounds *rounds, const double *const *samples)
{
    const struct rounds_rules *rules = &rounds->rules;
    for (int row = 0; row < rules->rows; row++) {
        struct interval time = interval_of(samples[row], rounds->done, rules->confidence);
        if (!interval_within(&time, rules->tight))
            return false;
    }
    return true;
}

enum rounds_end rounds_next(const struct rounds *rounds, const double *const *samples)
{
    const struct rounds_rules *rules = &rounds->rules;
    if (rounds->done == 0)
        return ROUNDS_GO_ON;
    if (rules->repeat > 0)
        return rounds->done < rules->repeat ? ROUNDS_GO_ON : ROUNDS_FIXED;
    double round_s = expected_s(rounds);
    if (rounds->done < rounds->least)
        return round_s > rules->budget_s ? ROUNDS_TOO_FEW : ROUNDS_GO_ON;
    if (rounds->done >= rules->enough && all_tight(rounds, samples))
        return ROUNDS_TIGHT;
    if (rounds->done >= ROUNDS_LIMIT)
        return ROUNDS_MOST;
    return rounds->elapsed_s + round_s > rules->budget_s ? ROUNDS_BUDGET : ROUNDS_GO_ON;
}

/* Draws 0 .. count-1, all equally likely to within one part in 2^32 / count. */
static int draw_below(int count, uint64_t seed, int position)
{
    return (int)(((random_bits(seed, (uint64_t)position) >> 32) * (uint64_t)count) >> 32);
}

void rounds_order(uint64_t seed, int round, int rows, int *order)
{
    uint64_t of_round = random_bits(seed, (uint64_t)round);
    for (int i = 0; i < rows; i++) {
        int other = draw_below(i + 1, of_round, i);
        order[i] = order[other];
        order[other] = i;
    }
}
