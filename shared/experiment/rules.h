/*
 * rules - what an experiment takes for granted: the same work, done in several ways, which are its
 * rows.
 */
#ifndef SQUARES_EXPERIMENT_RULES_H
#define SQUARES_EXPERIMENT_RULES_H

/* The most works of one experiment. */
enum { EXPERIMENT_WORKS = 16 };

/* The first of the numbers, if nobody said which: 0 is one that many a task cannot take. */
enum { EXPERIMENT_FIRST = 1 };

/* placing.threads, if nobody said how many: one a rank; a single rank has as many as its host has
 * cores, and at least EXPERIMENT_SHOWN, to show that waiting needs no core. */
enum { EXPERIMENT_THREADS = -1, EXPERIMENT_SHOWN = 8 };

#endif
