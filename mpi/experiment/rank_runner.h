/*
 * rank_runner - runs the rows of an experiment on the ranks of this job, for rank 0's engine
 * (experiment/experiment.h), and keeps what the report tells of them.
 */
#ifndef SQUARES_EXPERIMENT_RANK_RUNNER_H
#define SQUARES_EXPERIMENT_RANK_RUNNER_H

#include "experiment/changes.h"
#include "experiment/experiment.h"
#include "experiment/rank_rows.h"
#include "experiment/row_sums.h"
#include "report/progress.h"

struct rank_runner {
    struct rank_rows *rank_rows;
    struct compare_report *compare_report; /* gets its works and their rows, without samples */
    struct progress *progress;
    struct changes changes;      /* of the job's cores, over all works */
    bool ranks_left;             /* they left because a work could not be opened */
    uint64_t fingerprint;        /* of the base's results, which every row must have as well */
    struct sums sums[RANK_ROWS]; /* of the open work, over the runs that count */
    double start_s[RANK_ROWS];   /* how long the last run took to make its threads */
};

/* For rank 0; `self` is a struct rank_runner. */
extern const struct runner RANK_RUNNER;

#endif
