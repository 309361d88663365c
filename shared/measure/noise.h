/*
 * noise - signs in the samples of a row that something disturbed the measuring. Pure; any thread.
 *
 * Samples are told about, never left out: the median does not mind a few that are far off. See load
 * and frequency for what the machine itself says.
 */
#ifndef SQUARES_MEASURE_NOISE_H
#define SQUARES_MEASURE_NOISE_H

#include <stdbool.h>

/* From here on a row is noisy or drifts. */
#define NOISE_SPREAD_WIDE  0.10 /* interquartile range over median */
#define NOISE_DRIFT_LARGE  0.05 /* of the median, from the first half to the second */
#define NOISE_TREND_CHANCE 0.01 /* that no trend looks like one */

/* So many samples it takes to tell a drift from chance. */
enum { NOISE_TREND_LEAST = 8 };

struct noise {
    double spread; /* third quartile less the first, over the median */
    double range;  /* largest less smallest, over the median */
    int outliers;  /* beyond Tukey's fences: 1.5 interquartile ranges outside of the quartiles */
    double drift;  /* median of the second half over that of the first, less 1: above 0, it became
                      slower; of an odd number the middle one belongs to neither */
    double trend;  /* Kendall's tau-b between sample and time: -1 (always faster) to 1 */
    double chance; /* that samples in any order show a trend as strong (Mann and Kendall's test, two
                      sides, normal approximation with ties and continuity) */

    /* judged */
    bool noisy;  /* spread is above NOISE_SPREAD_WIDE */
    bool drifts; /* |drift| above NOISE_DRIFT_LARGE, chance below NOISE_TREND_CHANCE, and there are
                    NOISE_TREND_LEAST samples */
};

/* Of `count` samples (at least 1), times above zero in the order they were measured, in n log n
 * steps. Without memory for a copy there is no trend. */
struct noise noise_of(const double *samples, int count);

#endif
