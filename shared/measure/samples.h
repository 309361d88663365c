/*
 * samples - the summary of repeated measurements of one thing. Any thread.
 *
 * Samples are never NAN; infinities are allowed.
 */
#ifndef SQUARES_MEASURE_SAMPLES_H
#define SQUARES_MEASURE_SAMPLES_H

struct samples {
    double median; /* of an even number: the mean of the two in the middle */
    double low, high;
};

/* Sums up `count` values (at least 1), which are sorted in place. */
struct samples samples_of(double *values, int count);

/* The functions below need no memory and do not change the order of `values`, which is the order of
 * measuring; `count` is at least 1. */

/* The value at `rank` when they are sorted: 1 is the smallest, `count` the largest. */
double samples_ranked(const double *values, int count, int rank);

double samples_median(const double *values, int count);

/* The value below which the fraction `p` (0 to 1) of them lies, interpolated linearly between two
 * of them: definition 7 of Hyndman and Fan, "Sample quantiles in statistical packages" (1996), as
 * in R and NumPy. */
double samples_quantile(const double *values, int count, double p);

#endif
