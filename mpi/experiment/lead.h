/*
 * conduct - rank 0's part of a comparison: how many tasks, which row next, when enough.
 */
#ifndef SQUARES_EXPERIMENT_LEAD_H
#define SQUARES_EXPERIMENT_LEAD_H

#include "cli/compare_options.h"
#include "experiment/rank_rows.h"
#include "report/progress.h"

/* On rank 0, once the contest is open: measures every work in every row, and lets the other ranks
 * go. `compare_report` has its environment, and gets its works. -1: it failed on some rank, whose
 * contest->err tells. */
int conduct(struct contest *contest, const struct compare_options *options,
            struct compare_report *compare_report, struct progress *progress);

#endif
