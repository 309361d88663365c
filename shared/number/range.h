/*
 * range - A, A+STEP, A+2*STEP, ... up to but not including B, as Python's range(A, B, STEP).
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
 * nanosecond each they would take 31 years. */
#define RANGE_MOST INT64_C(1000000000000000000)

/* Reads "A:B" or "A:B:STEP" (STEP may be negative, default 1). Returns 0, or -1 and sets err if it
 * does not have that form, a bound does not fit into int64, the step is 0, or there are no numbers
 * (the step leads away from B) or more than RANGE_MOST. */
int range_parse(const char *text, struct range *range, struct err *err);

/* Number at `position`, 0 <= position < count. */
static inline int64_t range_at(const struct range *range, int64_t position)
{
    /* Unsigned, as position * step alone may overflow int64 where the sum does not. */
    return (int64_t)((uint64_t)range->begin + (uint64_t)position * (uint64_t)range->step);
}

/* Writes the numbers at positions out->first to out->first + out->count - 1 into out->i64. */
void range_fill(const struct range *range, struct numbers *out);

#endif
