/*
 * rounds - how often the rows of a comparison are repeated, and in which order. Pure: neither
 * measures nor reads a clock.
 *
 * In each round every row is measured once, in an order of its own, so that a drift of the machine
 * hits all rows alike. The user gives the number of rounds, or it follows from what is measured:
 *
 *     struct rounds rounds;
 *     rounds_start(&rounds, &rules);
 *     while ((end = rounds_next(&rounds, samples)) == ROUNDS_GO_ON) {
 *         rounds_order(rules.seed, rounds.done, rules.rows, order);
 *         (measure the rows in that order into samples[row][rounds.done])
 *         rounds_passed(&rounds, elapsed_s);
 *     }
 *
 * Without a given number there are always at least `least` rounds, even where that takes longer
 * than the budget, as without an interval nothing can be said; unless a single round is longer than
 * the whole budget: then that is the end, with medians and no intervals. So the budget is overrun
 * at most `least` times, and only where rows are too long for it.
 *
 * Who stops when an interval is tight stops a little too often at one that is tight by chance. With
 * a single row an interval of 95 % then holds in 91 to 96 % of cases (simulated, seven
 * distributions); from two rows on, where the widest decides, no loss can be seen.
 */
#ifndef SQUARES_MEASURE_ROUNDS_H
#define SQUARES_MEASURE_ROUNDS_H

#include <stdint.h>

/* There are never more rounds than that without a given number: room for samples. */
enum { ROUNDS_LIMIT = 1000 };

/* Half the width of an interval over its median, below which a row is known well enough. */
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
    int repeat;        /* the number of rounds; 0: as many as it takes, by what follows */
    double confidence; /* above 0.5, below 1 */
    double tight;      /* a fraction: ROUNDS_TIGHT_DEFAULT */
    double budget_s;   /* for all rounds and what was spent before; INFINITY: none */
    double spent_s;    /* of the budget, before the first round: warming up, say */
    uint64_t seed;     /* of the orders */
    int enough; /* with fewer rounds it does not end for being tight; 0: any number will do */
};

struct rounds {
    struct rounds_rules rules;
    int least;          /* rounds that intervals need at this confidence */
    int done;           /* so many samples each row has */
    double elapsed_s;   /* with what was spent before */
    double recent_s[3]; /* what the last rounds took; 0: there were fewer */
};

void rounds_start(struct rounds *rounds, const struct rounds_rules *rules);

/* Whether to go on, before each round and behind the last: `samples` has an array of rounds->done
 * samples for each row. Another round is taken to last as long as the median of the last three. */
enum rounds_end rounds_next(const struct rounds *rounds, const double *const *samples);

/* A round is over, `elapsed_s` after the start, with what was spent before it. */
void rounds_passed(struct rounds *rounds, double elapsed_s);

/* The order of the rows in a round, counted from 0, into order[rows]: 0 .. rows-1, each order as
 * likely as any other, the same for a seed on all ranks and machines (Fisher and Yates). */
void rounds_order(uint64_t seed, int round, int rows, int *order);

#endif
