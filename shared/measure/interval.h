/*
 * interval - the median of repeated measurements and where the true median lies. Pure functions;
 * any thread.
 *
 * An interval is made of two of the samples, chosen by rank: each sample falls below the true
 * median with probability 1/2, so the number that do is Binomial(n, 1/2), whatever the
 * distribution. Nothing is assumed about the distribution (times are rarely normal: Hoefler and
 * Belli, "Scientific benchmarking of parallel computing systems", SC'15), but samples must be
 * independent. The k-th smallest and the k-th largest hold the median between them with probability
 *
 *     P(k <= Binomial(n, 1/2) <= n-k) = 1 - 2 P(Binomial(n, 1/2) < k)
 *
 * (David and Nagaraja, "Order statistics", 3rd ed. 2003, 7.1; Le Boudec, "Performance evaluation of
 * computer and communication systems", 2010, 2.2). k is the largest rank for which that is at least
 * the confidence; with ties among the samples the interval holds more often still.
 *
 * A confidence is above 0.5 and below 1. Samples are never NAN, and their order is not changed.
 */
#ifndef SQUARES_MEASURE_INTERVAL_H
#define SQUARES_MEASURE_INTERVAL_H

#include <stdbool.h>

struct interval {
    double median;
    double low, high; /* both included; not found: the smallest and largest sample */
    double attained;  /* the probability that low..high holds the true median: at least the
                         confidence for interval_of, about the confidence for interval_of_ratios;
                         below it if not found */
    bool found;       /* there are enough samples for the confidence */
};

/* The interval of the median of `count` samples (at least 1). */
struct interval interval_of(const double *samples, int count, double confidence);

/* The fewest samples that an interval needs: 6 for 0.95, 8 for 0.99. */
int interval_least(double confidence);

/* The interval of the median of `count` ratios above zero (at least 1), such as the ratio of two
 * rows in each round: what slows both rows of a round alike cancels out.
 *
 * As the ranks are whole numbers, an exact interval attains 0.961 with 9 samples and 0.992 with 8.
 * If it attains more than was asked for, each end here lies between two ranks, the k-th and the
 * next one inwards. Hettmansperger and Sheather ("Confidence intervals based on interpolated order
 * statistics", Statistics & Probability Letters 4, 1986) give the weight of the inner one as
 *
 *     w = (n-k) I / (k + (n-2k) I),  I = (attained(k) - confidence) / (attained(k) - attained(k+1))
 *
 * which attains the confidence for a normal distribution, but up to 0.5 % less for skewed ones and
 * much less for few samples with two unequal modes. So the weight here is w * w * w: that attains
 * at least 0.945 of the wanted 0.95 in all cases of `make coverage`, and 0.962 on average. The
 * interpolation is on a logarithmic scale, so the interval of 1 / ratio is 1 / the interval. */
struct interval interval_of_ratios(const double *ratios, int count, double confidence);

/* Whether it was found and neither end is further from the median than `fraction` of it. */
bool interval_within(const struct interval *interval, double fraction);

#endif
