/*
 * lead - rank 0's part of a comparison: runs the experiment's engine over the rows, and fills in
 * the report.
 */
#ifndef SQUARES_EXPERIMENT_LEAD_H
#define SQUARES_EXPERIMENT_LEAD_H

#include "experiment/rank_rows.h"
#include "experiment/rules.h"
#include "report/compare_report.h"
#include "report/progress.h"

/* On rank 0, once the rows are open: measures every work in every row, and lets the other ranks go.
 * rules->enough is not looked at: it follows from the rows.
 * `compare_report` has its environment, and gets its works. -1: it failed on some rank, whose
 * rank_rows->err tells. */
int lead(struct rank_rows *rank_rows, const struct experiment_rules *rules,
         struct compare_report *compare_report, struct progress *progress);

#endif
