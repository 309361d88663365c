/*
 * samples - what repeated measurements of one thing come to.
 */
#ifndef SQUARES_MEASURE_SAMPLES_H
#define SQUARES_MEASURE_SAMPLES_H

struct samples {
    double median; /* of an even number: the mean of the two in the middle */
    double low, high;
};

/* Sums up `count` values (at least 1), which are sorted in place. */
struct samples samples_of(double *values, int count);

#endif
