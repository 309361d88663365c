/*
 * rules - what an experiment assumes: how long, how often, how sure, and the numbers of its tasks
 * if the user does not give them.
 */
#ifndef SQUARES_EXPERIMENT_RULES_H
#define SQUARES_EXPERIMENT_RULES_H

#include <stdint.h>

/* The most works in one experiment. */
enum { EXPERIMENT_WORKS = 16 };

/* The first number, if the user gives none: 0 is one that many tasks cannot take. */
enum { EXPERIMENT_FIRST = 1 };

/* placing.threads, if the user gives no number: one per rank; a single rank has as many as its host
 * has cores, and at least EXPERIMENT_SHOWN, to show that waiting needs no core. */
enum { EXPERIMENT_THREADS = -1, EXPERIMENT_SHOWN = 8 };

struct experiment_rules {
    double budget_s; /* for all works together */
    int repeat;      /* rounds of each work; 0: as many as needed, see measure/rounds.h */
    int enough;      /* how many rounds should tell all rows apart, at least 1: used for planning */
    double confidence; /* of the rows' intervals: above 0.5, below 1 */
    uint64_t seed;     /* for the orders in which rows are run */
    int64_t tasks;     /* of each run; 0: choose it so that `enough` rounds fit the budget */
    int workers;       /* if chosen, tasks are a multiple of this */
};

#endif
