/*
 * paired - which of two rows is faster, judged by the rounds that have a sample of both. Pure
 * functions; any thread.
 *
 * Each round measures every row once, so a temporary slowdown of the machine affects both samples
 * of a round: their ratio says more than either of them. Reports show the median of the ratios with
 * its interval (see interval_of_ratios).
 *
 * Whether two rows differ is decided more strictly than by that interval, as among many rows some
 * seem to differ by chance: with n comparisons, each may be wrong with probability (1 - confidence)
 * / n (Bonferroni), so that all of them hold together with the confidence. That takes more rounds
 * than an interval does: 7 for three comparisons at 0.95, 10 for twenty. With any number of rounds,
 * two rows also differ if the intervals of their own times (interval_of) do not overlap, which
 * happens to two equal rows in less than 1 of 200 cases.
 */
#ifndef SQUARES_MEASURE_PAIRED_H
#define SQUARES_MEASURE_PAIRED_H

#include "measure/interval.h"

/* A row's samples in the order they were measured: times above zero. */
struct series {
    int count;
    const double *samples;
    const int *rounds; /* each sample's round, ascending; NULL: sample i is of round i */
};

enum differ {
    DIFFER_TIE,           /* no difference was shown, or one too small to matter */
    DIFFER_FIRST_FASTER,  /* the first takes less time */
    DIFFER_SECOND_FASTER, /* the second does */
    DIFFER_UNKNOWN,       /* too few samples to tell anything */
};

/* The rules of a comparison. */
struct paired_rules {
    double confidence; /* of the shown interval, and of all comparisons together */
    int comparisons;   /* at least 1 */
    double apart;      /* the smallest difference that counts, a fraction */
};

struct paired {
    int rounds;            /* that have a sample of both */
    struct interval ratio; /* first over second; without such rounds, the ratio of the two medians,
                              and not found */
    enum differ differ;
};

/* The number of comparisons: every two of the `plain` rows, and one for each of the `locked` rows,
 * with its plain row; at least 1. */
int paired_comparisons(int plain, int locked);

/* How many rounds it takes to tell two rows apart by their ratios if `comparisons` are made: 7 for
 * three at 0.95, 10 for twenty. */
int paired_least(double confidence, int comparisons);

/* Stores the ratio first / second of each round in which both are above zero in ratios[], which has
 * room for the smaller count. Returns how many there are. */
int paired_ratios(const struct series *first, const struct series *second, double *ratios);

/* Compares two rows, each with at least one sample; `room` has space for as many numbers as the
 * smaller count. */
struct paired paired_compare(const struct series *first, const struct series *second,
                             const struct paired_rules *rules, double *room);

/* The same comparison with the two rows exchanged. */
struct paired paired_turned(const struct paired *paired);

#endif
