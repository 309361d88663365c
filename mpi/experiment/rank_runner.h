/*
 * conductor - rank 0's measuring of one work in all rows: how many tasks, which row next, when
 * enough; and again, or not any more, if the job's cores change meanwhile. Inside of conduct.
 */
#ifndef SQUARES_EXPERIMENT_RANK_RUNNER_H
#define SQUARES_EXPERIMENT_RANK_RUNNER_H

#include "cli/compare_options.h"
#include "experiment/row_sums.h"
#include "experiment/changes.h"
#include "experiment/rank_rows.h"
#include "report/progress.h"

struct conductor {
    struct contest *contest;
    const struct compare_options *options;
    struct compare_report *compare_report;
    struct progress *progress;
    struct compare_work *work;      /* the one that is measured */
    uint64_t fingerprint;           /* of its results; every row has to have the same */
    struct sums sums[CONTEST_ROWS]; /* over the repetitions */
    struct changes *changes;        /* of the job's cores, over all works */
    bool changed;                   /* the trials since it was cleared show one */
};

/* Measures conductor->work, whose rows are there and have no figures yet, in about `budget_s`. -1:
 * it failed on some rank, whose contest->err tells. */
int conductor_measure(struct conductor *conductor, double budget_s);

#endif
