/*
 * range - A, A+STEP, A+2*STEP, ... up to but without B, as Python's range(A, B, STEP).
 */
#ifndef SQUARES_NUMBER_RANGE_H
#define SQUARES_NUMBER_RANGE_H

#include "base/err.h"
#include "number/numbers.h"

struct range {
    int64_t begin;
    int64_t step;  /* never 0 */
    int64_t count; /* 1 to RANGE_MOST */
};

/* The most numbers a range may hold: their bytes, and sums of positions, still fit into int64. At a
 * nanosecond each they take 31 years. */
#define RANGE_MOST INT64_C(1000000000000000000)

/* Reads "A:B" or "A:B:STEP" (STEP may be negative, default 1). -1: not of that form, a bound that
 * is no int64, step 0, no number in it (step away from B), more than RANGE_MOST numbers. */
int range_parse(const char *text, struct range *range, struct err *err);

/* Number at `position`, 0 <= position < count. */
static inline int64_t range_at(const struct range *range, int64_t position)
{
    /* Unsigned, as position * step alone may pass int64 where the sum does not. */
    return (int64_t)((uint64_t)range->begin + (uint64_t)position * (uint64_t)range->step);
}

/* Writes the numbers at positions out->first to out->first + out->count - 1 into out->i64. */
void range_fill(const struct range *range, struct numbers *out);

#endif
