/*
 * paired - which of two rows is faster, by the rounds that have a sample of both. Pure functions;
 * any thread.
 *
 * Each round measures every row once, so what slows the machine down for a while hits both samples
 * of a round: their ratio says more than either of them. Shown is the median of the ratios with its
 * interval (see interval_of_ratios).
 *
 * Whether two rows differ is decided more strictly than by that interval, as among many rows some
 * seem to differ by chance: where `comparisons` are made, each may be wrong by that part of what
 * the confidence leaves (Bonferroni), so all hold together. That takes more rounds than an interval
 * does: 7 for three comparisons at 0.95, 10 for twenty. With fewer, and with more, two rows differ
 * also if the intervals of their own times (interval_of) do not overlap, which for two rows alike
 * happens in less than 1 of 200 cases.
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
    DIFFER_TIE,           /* it cannot be told that they differ, or only by too little to matter */
    DIFFER_FIRST_FASTER,  /* the first takes less time */
    DIFFER_SECOND_FASTER, /* the second does */
    DIFFER_UNKNOWN,       /* too few samples to tell anything */
};

/* What two rows are compared by. */
struct paired_rules {
    double confidence; /* of the interval; that of all comparisons together */
    int comparisons;   /* at least 1 */
    double apart;      /* the least difference that counts, a fraction */
};

struct paired {
    int rounds;            /* that have a sample of both */
    struct interval ratio; /* first over second; without such rounds, of the two medians and not
                              found */
    enum differ differ;
};

/* How many comparisons there are of `plain` rows, each two of them, and of `locked` rows, each with
 * one of those: at least 1. */
int paired_comparisons(int plain, int locked);

/* How many rounds it takes to tell two rows apart by their ratios, where that many comparisons are
 * made: 7 for three at 0.95, 10 for twenty. */
int paired_least(double confidence, int comparisons);

/* The ratio first / second of each round that has both, above zero, into ratios[], which has room
 * for the smaller count. Returns how many there are. */
int paired_ratios(const struct series *first, const struct series *second, double *ratios);

/* Compares two rows with samples; `room` is for as many numbers as the smaller count. */
struct paired paired_compare(const struct series *first, const struct series *second,
                             const struct paired_rules *rules, double *room);

/* The same with the rows in the other order. */
struct paired paired_turned(const struct paired *paired);

#endif
