/*
 * interval - the median of repeated measurements and where the true median lies. Pure functions;
 * any thread.
 *
 * The interval is made of two of the samples, chosen by rank: as each sample falls below the true
 * median with probability 1/2, how many do is Binomial(n, 1/2), whatever the distribution. Nothing
 * is assumed of it (times are hardly ever normal: Hoefler and Belli, "Scientific benchmarking of
 * parallel computing systems", SC'15), but samples must be independent. The k-th smallest and the
 * k-th largest hold the median between them with probability
 *
 *     P(k <= Binomial(n, 1/2) <= n-k) = 1 - 2 P(Binomial(n, 1/2) < k)
 *
 * (David and Nagaraja, "Order statistics", 3rd ed. 2003, 7.1; Le Boudec, "Performance evaluation of
 * computer and communication systems", 2010, 2.2). k is the largest for which that is at least the
 * confidence; with ties among the samples it holds more often still.
 *
 * A confidence is above 0.5 and below 1. Samples are never NAN and stay in their order.
 */
#ifndef SQUARES_MEASURE_INTERVAL_H
#define SQUARES_MEASURE_INTERVAL_H

#include <stdbool.h>

struct interval {
    double median;
    double low, high; /* both belong to it; without one, the smallest and the largest sample */
    double attained;  /* the probability, at least, that low..high holds the true median (of a
                         ratio: the true ratio); without an interval it is below the confidence */
    bool found;       /* there are enough samples for the confidence */
};

/* Of the median of `count` samples (at least 1). */
struct interval interval_of(const double *samples, int count, double confidence);

/* How many samples interval_of needs at least: 6 for 0.95, 8 for 0.99. */
int interval_least(double confidence);

/* Of the ratio of two medians, base over row: the speed-up of the row. Samples are times above
 * zero. Each median may be missed half as often (Bonferroni), so that both hold together with at
 * least `confidence`:
 *
 *     low = base.low / row.high, high = base.high / row.low, both at 1 - (1 - confidence) / 2
 *
 * Not for a row and itself: that is 1. */
struct interval interval_of_ratio(const double *base, int base_count, const double *row,
                                  int row_count, double confidence);

/* How many samples of each interval_of_ratio needs at least: 7 for 0.95, 9 for 0.99. */
int interval_least_of_ratio(double confidence);

/* Whether it was found and neither end is further from the median than that fraction of it. */
bool interval_within(const struct interval *interval, double fraction);

enum differ {
    DIFFER_TIE,           /* they overlap, or the difference is too small to matter */
    DIFFER_FIRST_FASTER,  /* the first median is the smaller one */
    DIFFER_SECOND_FASTER, /* the second is */
    DIFFER_UNKNOWN,       /* one of them was not found: too few samples */
};

/* Which of two times is the smaller one. They differ only if they do not overlap and the larger
 * median is more than 1 + `apart` times the smaller one. Two intervals of 95 % that do not overlap
 * are far stronger evidence than one test at 5 %, so several rows may be compared with the best. */
enum differ interval_compare(const struct interval *first, const struct interval *second,
                             double apart);

#endif
