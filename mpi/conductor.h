/*
 * conductor - rank 0's measuring of one work in all rows: how many tasks, which row next, when
 * enough. Inside of conduct.
 */
#ifndef SQUARES_CONDUCTOR_H
#define SQUARES_CONDUCTOR_H

#include "compare_options.h"
#include "contest.h"
#include "report/progress.h"
#include "sums.h"

struct conductor {
    struct contest *contest;
    const struct compare_options *options;
    struct contrast *contrast;
    struct progress *progress;
    struct contrast_work *work;     /* the one that is measured */
    uint64_t fingerprint;           /* of its results; every row has to have the same */
    struct sums sums[CONTEST_ROWS]; /* over the repetitions */
};

/* Measures conductor->work, whose rows are there and have no figures yet, in about `budget_s`. -1:
 * it failed on some rank, whose contest->err tells. */
int conductor_measure(struct conductor *conductor, double budget_s);

#endif
