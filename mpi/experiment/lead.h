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

/* Call this on rank 0 once the rows are open. Measures every work in every row, fills in the works
 * of `compare_report`, whose environment is there, and lets the other ranks go. Sets `enough` of
 * the rules itself, from the rows. Returns 0, or -1 if it failed on some rank, which then has
 * rank_rows->err set. */
int lead(struct rank_rows *rank_rows, const struct experiment_rules *rules,
         struct compare_report *compare_report, struct progress *progress);

#endif
