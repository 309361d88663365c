/*
 * rules - what an experiment takes for granted: how long, how often, how sure, and the numbers of
 * its tasks where nobody has said them.
 */
#ifndef SQUARES_EXPERIMENT_RULES_H
#define SQUARES_EXPERIMENT_RULES_H

#include <stdint.h>

/* The most works of one experiment. */
enum { EXPERIMENT_WORKS = 16 };

/* The first of the numbers, if nobody said which: 0 is one that many a task cannot take. */
enum { EXPERIMENT_FIRST = 1 };

/* placing.threads, if nobody said how many: one a rank; a single rank has as many as its host has
 * cores, and at least EXPERIMENT_SHOWN, to show that waiting needs no core. */
enum { EXPERIMENT_THREADS = -1, EXPERIMENT_SHOWN = 8 };

struct experiment_rules {
    double budget_s;   /* for all works together */
    int repeat;        /* rounds of each work; 0: as many as it takes, see measure/rounds.h */
    int enough;        /* rounds that let all rows be told apart, at least 1: planned for */
    double confidence; /* of the rows' intervals: above 0.5, below 1 */
    uint64_t seed;     /* of the orders in which rows are run */
    int64_t tasks;     /* of each run; 0: chosen so that `enough` rounds fit the budget */
    int workers;       /* tasks that are chosen are a multiple of that */
};

#endif
