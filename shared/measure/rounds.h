/*
 * rounds - how often the rows of a comparison are repeated, and in which order. Pure: it neither
 * measures nor reads a clock.
 *
 * Each round measures every row once, in an order of the round's own, so that a drift of the
 * machine affects all rows alike. The user gives the number of rounds, or it follows from the
 * measurements:
 *
 *     struct rounds rounds;
 *     rounds_start(&rounds, &rules);
 *     while ((end = rounds_next(&rounds, samples)) == ROUNDS_GO_ON) {
 *         rounds_order(seed, rounds.done, rules.rows, order);
 *         (measure the rows in that order into samples[row][rounds.done])
 *         rounds_passed(&rounds, elapsed_s);
 *     }
 *
 * Without a given number there are at least `least` rounds, even if they take longer than the
 * budget, as without an interval nothing can be said. The exception: if a single round is longer
 * than the whole budget, measuring ends there, with medians and no intervals. So at most `least`
 * times the budget is spent, and only if rows are too long for it.
 *
 * Stopping as soon as an interval is tight favours intervals that are tight by chance. With a
 * single row, an interval of 95 % then holds in 91 to 96 % of cases (simulated, seven
 * distributions); with two rows or more, the widest interval decides, and no loss can be seen.
 */
#ifndef SQUARES_MEASURE_ROUNDS_H
#define SQUARES_MEASURE_ROUNDS_H

#include <stdint.h>

/* The most rounds there can be without a given number: room for that many samples is enough. */
enum { ROUNDS_LIMIT = 1000 };

/* A row is known well enough if half the width of its interval, over its median, is below this. */
#define ROUNDS_TIGHT_DEFAULT 0.05

enum rounds_end {
    ROUNDS_GO_ON,   /* not the end: another round */
    ROUNDS_FIXED,   /* as many as were asked for */
    ROUNDS_TIGHT,   /* the interval of every row is tight */
    ROUNDS_BUDGET,  /* out of budget: there are intervals, not all of them tight */
    ROUNDS_TOO_FEW, /* a round is longer than the budget: there are no intervals */
    ROUNDS_MOST,    /* ROUNDS_LIMIT, and not all intervals are tight */
};

struct rounds_rules {
    int rows;          /* at least 1 */
    int repeat;        /* the number of rounds; 0: decided by the rules below */
    double confidence; /* above 0.5, below 1 */
    double tight;      /* a fraction: ROUNDS_TIGHT_DEFAULT */
    double budget_s;   /* for all rounds and what was spent before; INFINITY: none */
    double spent_s;    /* of the budget, before the first round: warming up, say */
    int enough; /* with fewer rounds, tight intervals do not end the measuring; 0: any number will
                   do */
};

struct rounds {
    struct rounds_rules rules;
    int least;          /* rounds that intervals need at this confidence */
    int done;           /* rounds over: the number of samples each row has */
    double elapsed_s;   /* includes what was spent before */
    double recent_s[3]; /* what the last rounds took; 0: there were fewer */
};

void rounds_start(struct rounds *rounds, const struct rounds_rules *rules);

/* Whether to go on; asked before each round and after the last. `samples` has an array of
 * rounds->done samples for each row. The next round is expected to last as long as the median of
 * the last three. */
enum rounds_end rounds_next(const struct rounds *rounds, const double *const *samples);

/* Records that a round is over, `elapsed_s` after the start, including what was spent before it. */
void rounds_passed(struct rounds *rounds, double elapsed_s);

/* Stores the order of the rows in a round, counted from 0, in order[rows]: 0 .. rows-1, each order
 * equally likely, the same for a given seed on all ranks and machines (Fisher and Yates). */
void rounds_order(uint64_t seed, int round, int rows, int *order);

#endif
