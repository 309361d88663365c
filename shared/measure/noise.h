/*
 * noise - signs in a row's samples that something disturbed the measurement. Pure; any thread.
 *
 * Outliers are reported, never dropped: a few of them hardly move the median. See load and
 * frequency for what the machine itself reports.
 */
#ifndef SQUARES_MEASURE_NOISE_H
#define SQUARES_MEASURE_NOISE_H

#include <stdbool.h>

/* Above the first a row is noisy; the other two decide whether it drifts. */
#define NOISE_SPREAD_WIDE  0.10 /* interquartile range over median */
#define NOISE_DRIFT_LARGE  0.05 /* of the median, from the first half to the second */
#define NOISE_TREND_CHANCE 0.01 /* that samples without a trend look like this */

/* The fewest samples that tell a drift from chance. */
enum { NOISE_TREND_LEAST = 8 };

struct noise {
    double spread; /* third quartile less the first, over the median */
    double range;  /* largest less smallest, over the median */
    int outliers;  /* beyond Tukey's fences: 1.5 interquartile ranges outside of the quartiles */
    double drift;  /* median of the second half over that of the first, less 1: above 0, it became
                      slower; the middle one of an odd number is in neither half */
    double trend;  /* Kendall's tau-b between sample and time: -1 (always faster) to 1 */
    double chance; /* probability that samples in random order show a trend this strong (Mann and
                      Kendall's test, two sides, normal approximation with ties and continuity) */

    /* judged */
    bool noisy;  /* spread is above NOISE_SPREAD_WIDE */
    bool drifts; /* |drift| above NOISE_DRIFT_LARGE, chance below NOISE_TREND_CHANCE, and there are
                    NOISE_TREND_LEAST samples */
};

/* Judges `count` samples (at least 1): times above zero in the order they were measured. Takes n
 * log n steps. Without memory for a copy, no trend is found. */
struct noise noise_of(const double *samples, int count);

#endif
